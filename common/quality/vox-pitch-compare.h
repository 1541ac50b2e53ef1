/* vox-pitch-compare.h: the F0 tracks of two streams and their differences. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxPitchCompare VoxPitchCompare;

/** Seconds between F0 frames. */
#define VOX_PITCH_COMPARE_HOP_S 0.010

/**
 * VoxPitchScores: what of a stretch of frames is known; NaN where nothing is.
 * @rmse_hz, @rmse_cents: over frames voiced in both
 * @rpa: share of reference-voiced frames that are voiced and within 50 cents
 * @gpe: share of frames voiced in both that are over 20 % off
 * @vde: share of frames with different voicing
 * @ffe: share of frames with different voicing or a gross error
 * @correlation: Pearson, of the logarithms, over frames voiced in both
 * @n_both: frames voiced in both
 */
typedef struct
{
  gdouble rmse_hz, rmse_cents;
  gdouble rpa, gpe, vde, ffe;
  gdouble correlation;
  guint n_both;
} VoxPitchScores;

/**
 * vox_pitch_compare_new:
 * @channels: 2 (judged, reference) or 1 (judged alone: its track only)
 */
VoxPitchCompare *vox_pitch_compare_new (VoxStream *stream, guint rate,
    guint channels, VoxMode mode, GError **error);
void vox_pitch_compare_free (VoxPitchCompare *self);

/** vox_pitch_compare_push: interleaved frames of @channels, finite. */
gboolean vox_pitch_compare_push (VoxPitchCompare *self, const gfloat *frames,
    gsize n_frames, GError **error);
gboolean vox_pitch_compare_drain (VoxPitchCompare *self, GError **error);

/** vox_pitch_compare_track: (transfer none) (element-type gfloat): Hz, 0 where
 * unvoiced. @channel: 0 judged, 1 reference. */
const GArray *vox_pitch_compare_track (
    const VoxPitchCompare *self, guint channel);

/**
 * vox_pitch_scores:
 * @judged, @reference: @n values in Hz, 0 where unvoiced
 * @shift: semitones to take out of @judged first
 */
void vox_pitch_scores (const gfloat *judged, const gfloat *reference, guint n,
    gdouble shift, VoxPitchScores *scores);

/** vox_pitch_median_hz: over voiced values, NaN without any; @voiced_ratio may
 * be NULL. */
gdouble vox_pitch_median_hz (
    const gfloat *track, guint n, gdouble *voiced_ratio);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPitchCompare, vox_pitch_compare_free)

G_END_DECLS
