/* vox-exact-resampler.h: the resampler that STOI is defined with.
 *
 * Not for listening: it reproduces Octave's resample (), as the public package
 * pystoi does, because STOI depends on it in the third digit. A Kaiser-windowed
 * sinc of 60 dB rejection, normalised to sum 1, zero phase, zeros outside.
 */
#pragma once

#include "base/vox-fifo.h"

G_BEGIN_DECLS

typedef struct _VoxExactResampler VoxExactResampler;

/**
 * vox_exact_resampler_new:
 * @from_hz, @to_hz: rates; equal ones pass through unchanged
 * @out: (unowned): gets the resampled planes; outlives the resampler
 */
VoxExactResampler *vox_exact_resampler_new (VoxStream *stream, guint channels,
    guint from_hz, guint to_hz, VoxFifo *out, GError **error);
void vox_exact_resampler_free (VoxExactResampler *self);

/** vox_exact_resampler_push: interleaved host frames. */
gboolean vox_exact_resampler_push (VoxExactResampler *self,
    const gfloat *frames, gsize n_frames, GError **error);

/** vox_exact_resampler_drain: after n frames in, ceil (n * to / from) frames
 * have come out. */
gboolean vox_exact_resampler_drain (VoxExactResampler *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxExactResampler, vox_exact_resampler_free)

G_END_DECLS
