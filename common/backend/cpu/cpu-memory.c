/* cpu-memory.c: the memory family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

#define LIMIT 1e4f

static void
cpu_copy (G_GNUC_UNUSED VoxStream *stream, gpointer dst, gconstpointer src,
    gsize bytes)
{
  memcpy (dst, src, bytes);
}

static void
cpu_zero (G_GNUC_UNUSED VoxStream *stream, gpointer dst, gsize bytes)
{
  memset (dst, 0, bytes);
}

static inline gfloat
sanitize (gfloat x)
{
  return isfinite (x) ? CLAMP (x, -LIMIT, LIMIT) : 0.0f;
}

static void
cpu_ingest (G_GNUC_UNUSED VoxStream *stream, gfloat *planes, gsize plane_stride,
    const gfloat *frames, guint channels, gsize n_frames)
{
  for (guint c = 0; c < channels; c++) {
    gfloat *plane = planes + c * plane_stride;

    for (gsize i = 0; i < n_frames; i++)
      plane[i] = sanitize (frames[i * channels + c]);
  }
}

static void
cpu_emit (G_GNUC_UNUSED VoxStream *stream, gfloat *frames, const gfloat *planes,
    gsize plane_stride, guint channels, gsize n_frames)
{
  for (guint c = 0; c < channels; c++) {
    const gfloat *plane = planes + c * plane_stride;

    for (gsize i = 0; i < n_frames; i++)
      frames[i * channels + c] = plane[i];
  }
}

void
vox_cpu_fill_memory (VoxMemoryOps *ops)
{
  ops->copy = cpu_copy;
  ops->zero = cpu_zero;
  ops->ingest = cpu_ingest;
  ops->emit = cpu_emit;
}
