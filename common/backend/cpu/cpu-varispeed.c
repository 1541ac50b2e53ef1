/* cpu-varispeed.c: the varispeed family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>

/* The interpolation weights of one position serve all channels. */
VOX_SIMD static void
varispeed_read (const VoxVarispeedArgs *args)
{
  gfloat weights[VOX_VARISPEED_TAPS];

  for (guint i = 0; i < args->n_frames; i++) {
    const gdouble p = args->position + i * (args->step + 0.5 * args->slope * i);
    const gssize whole = (gssize) floor (p);
    const gdouble phase = (p - (gdouble) whole) * VOX_VARISPEED_PHASES;
    const guint row = MIN ((guint) phase, VOX_VARISPEED_PHASES - 1);
    const gfloat mix = (gfloat) (phase - row);
    const gfloat *near = args->kernel + (gsize) row * VOX_VARISPEED_TAPS;
    const gfloat *next = near + VOX_VARISPEED_TAPS;

    for (guint j = 0; j < VOX_VARISPEED_TAPS; j++)
      weights[j] = near[j] + mix * (next[j] - near[j]);
    for (guint c = 0; c < args->channels; c++) {
      const gfloat *x = args->source + c * args->source_stride + whole
          - VOX_VARISPEED_TAPS / 2 + 1;
      gfloat sum = 0.0f;

      for (guint j = 0; j < VOX_VARISPEED_TAPS; j++)
        sum += x[j] * weights[j];
      args->target[c * args->target_stride + i] = sum;
    }
  }
}

VOX_SIMD static void
varispeed_blend (const VoxBlendArgs *args)
{
  const gfloat slope = (args->to - args->from) / (gfloat) args->n_frames;

  for (guint c = 0; c < args->channels; c++) {
    gfloat *a = args->target + c * args->target_stride;
    const gfloat *b = args->other + c * args->other_stride;

    for (guint i = 0; i < args->n_frames; i++)
      a[i] += (args->from + slope * (gfloat) i) * (b[i] - a[i]);
  }
}

static void
cpu_read (G_GNUC_UNUSED VoxStream *stream, const VoxVarispeedArgs *args)
{
  varispeed_read (args);
}

static void
cpu_blend (G_GNUC_UNUSED VoxStream *stream, const VoxBlendArgs *args)
{
  varispeed_blend (args);
}

void
vox_cpu_fill_varispeed (VoxVarispeedOps *ops)
{
  ops->read = cpu_read;
  ops->blend = cpu_blend;
}
