/* vox-loudness.h: EBU R128 / ITU-R BS.1770-4 of one stream, through libebur128.
 * Without that library every value is NaN and vox_loudness_reason () says so. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxLoudness VoxLoudness;

/** vox_loudness_reason: NULL when loudness can be measured, or a sentence. */
const gchar *vox_loudness_reason (void);

VoxLoudness *vox_loudness_new (guint rate, guint channels, GError **error);
void vox_loudness_free (VoxLoudness *self);

/** vox_loudness_push: interleaved, finite. */
gboolean vox_loudness_push (
    VoxLoudness *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_loudness_ready_s: seconds pushed, in whole steps of 0.1 s. */
gdouble vox_loudness_ready_s (const VoxLoudness *self);

/** vox_loudness_between: the largest momentary (400 ms) and short-term (3 s)
 * loudness whose window ends within (@start_s, @end_s]; NaN where there is
 * none or it is silent. */
void vox_loudness_between (const VoxLoudness *self, gdouble start_s,
    gdouble end_s, gdouble *momentary_lufs, gdouble *short_term_lufs);

/** vox_loudness_get: fills the R128 members; NaN where they do not exist. */
void vox_loudness_get (const VoxLoudness *self, VoxQualitySignal *signal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxLoudness, vox_loudness_free)

G_END_DECLS
