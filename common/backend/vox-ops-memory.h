/* vox-ops-memory.h: moving bytes and audio in and out of a device. */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/**
 * VoxMemoryOps:
 * @copy: copies @bytes; each side may be host or device memory; the ranges
 *   must not overlap; host memory must stay valid until vox_stream_finish ()
 * @zero: clears @bytes of device memory
 * @ingest: interleaved frames (host or device) to planar device audio:
 *   planes[c * plane_stride + i] = frames[i * channels + c]; NaN and infinities
 *   become 0, magnitudes above 1e4 are limited to 1e4. Exact on every backend.
 * @emit: planar device audio to interleaved frames (host or device). Exact.
 */
typedef struct
{
  void (*copy) (
      VoxStream *stream, gpointer dst, gconstpointer src, gsize bytes);
  void (*zero) (VoxStream *stream, gpointer dst, gsize bytes);
  void (*ingest) (VoxStream *stream, gfloat *planes, gsize plane_stride,
      const gfloat *frames, guint channels, gsize n_frames);
  void (*emit) (VoxStream *stream, gfloat *frames, const gfloat *planes,
      gsize plane_stride, guint channels, gsize n_frames);
} VoxMemoryOps;

G_END_DECLS
