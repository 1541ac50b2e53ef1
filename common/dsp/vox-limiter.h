/* vox-limiter.h: keeps a voice below full scale without clipping it.
 *
 * The gain goes down before a peak and comes back slowly behind it; sound that
 * stays below the ceiling passes unchanged. Mono. As many samples come out as
 * went in, the last ones when the stream is drained.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VoxLimiter VoxLimiter;

/** vox_limiter_new: for sound of @rate samples per second. */
VoxLimiter *vox_limiter_new (guint rate);
void vox_limiter_free (VoxLimiter *self);

/** vox_limiter_reset: the next sample begins a new stream. */
void vox_limiter_reset (VoxLimiter *self);

/**
 * vox_limiter_run:
 * @samples: full scale 1.0; NULL drains what is held back
 * @out: gfloat; the samples that are ready are appended
 */
void vox_limiter_run (
    VoxLimiter *self, const gfloat *samples, gsize n_samples, GArray *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxLimiter, vox_limiter_free)

G_END_DECLS
