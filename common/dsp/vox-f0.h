/* vox-f0.h: the fundamental frequency of one voice, the only tracker in the
 * project; streaming and offline give the same track.
 *
 * Frame k describes the signal around time k * hop_s, that is around sample
 * round (k * hop_s * rate).
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "base/vox-mode.h"

G_BEGIN_DECLS

typedef struct _VoxF0 VoxF0;

/**
 * VoxF0Params:
 * @rate: sample rate in Hz, 8000 to 192000
 * @hop_s: seconds between frames, 0.001 to 0.05
 * @min_hz: lowest F0 looked for, at least 20; a higher one shortens the delay
 * @max_hz: highest F0 looked for, 1.5 * @min_hz to 3000
 * @mode: FAST has the shortest look-ahead, QUALITY the longest
 */
typedef struct
{
  guint rate;
  gdouble hop_s;
  gdouble min_hz;
  gdouble max_hz;
  VoxMode mode;
} VoxF0Params;

#define VOX_F0_PARAMS_DEFAULT                                        \
  {                                                                  \
    .rate = 48000, .hop_s = 0.010, .min_hz = 50.0, .max_hz = 1500.0, \
    .mode = VOX_MODE_BALANCED                                        \
  }

/**
 * VoxF0Frame:
 * @f0_hz: 0 where unvoiced
 * @voicing: 0 (surely unvoiced) to 1 (surely voiced)
 */
typedef struct
{
  gfloat f0_hz;
  gfloat voicing;
} VoxF0Frame;

/** vox_f0_new: a streaming tracker on @stream (which must outlive it).
 * VOX_ERROR_ARGUMENT when a parameter is out of range. */
VoxF0 *vox_f0_new (
    VoxStream *stream, const VoxF0Params *params, GError **error);
void vox_f0_free (VoxF0 *self);

/** vox_f0_latency_samples: frame k is available once the sample
 * round (k * hop_s * rate) + latency has been pushed; constant. */
gsize vox_f0_latency_samples (const VoxF0 *self);

/** vox_f0_push: mono host samples, full scale 1.0, finite. */
gboolean vox_f0_push (
    VoxF0 *self, const gfloat *samples, gsize n_samples, GError **error);

/** vox_f0_drain: computes all remaining frames; in all there are
 * 1 + floor (n / (hop_s * rate)) frames for n > 0 pushed samples. */
gboolean vox_f0_drain (VoxF0 *self, GError **error);

/** vox_f0_available: frames that can be pulled. */
gsize vox_f0_available (const VoxF0 *self);

/** vox_f0_pull: up to @max frames. Returns: how many were written. */
gsize vox_f0_pull (VoxF0 *self, VoxF0Frame *frames, gsize max);

/** vox_f0_reset: forgets all audio. */
void vox_f0_reset (VoxF0 *self);

/**
 * vox_f0_analyze:
 * Offline: the whole track of @samples.
 * Returns: (transfer full) (element-type VoxF0Frame): g_array_unref () it.
 */
GArray *vox_f0_analyze (VoxStream *stream, const VoxF0Params *params,
    const gfloat *samples, gsize n_samples, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxF0, vox_f0_free)

G_END_DECLS
