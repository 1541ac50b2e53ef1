/* vox-marks.h: pitch marks: one per period of a voiced sound, at the same phase
 * of every period and near its energy peak, and one every 5 ms elsewhere.
 *
 * Within a voiced stretch each mark follows from the one before: the lag of the
 * highest normalised cross-correlation between their surroundings, near the
 * period that the F0 track gives, refined to a fraction of a sample (Moulines
 * and Charpentier 1990 use such marks; the chaining by correlation is that of
 * "To PointProcess (cc)" in Boersma and Weenink's Praat manual). A slow pull
 * towards the energy peak keeps the chain from drifting.
 *
 * Streaming; the marks do not depend on how the signal is cut into pushes. All
 * positions are in samples from the first pushed one.
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"
#include "dsp/vox-f0.h"

G_BEGIN_DECLS

typedef struct _VoxMarks VoxMarks;

/** Distance of the marks of unvoiced stretches, seconds. */
#define VOX_MARKS_UNVOICED_S 0.005

/**
 * VoxMark:
 * @position: centre in samples; whole numbers where unvoiced; increasing
 * @period: local period in samples: the distance to the mark before it in the
 *   same voiced stretch, for the first one that of the F0 track; where
 *   unvoiced, the 5 ms distance
 * @voiced: whether it marks a period
 */
typedef struct
{
  gdouble position;
  gdouble period;
  gboolean voiced;
} VoxMark;

/**
 * VoxMarksParams:
 * @rate: sample rate in Hz, 8000 to 192000
 * @hop_s: seconds between the F0 frames, as in #VoxF0Params
 * @min_hz: lowest F0 in the track, as in #VoxF0Params
 */
typedef struct
{
  guint rate;
  gdouble hop_s;
  gdouble min_hz;
} VoxMarksParams;

/** vox_marks_new: Returns: (transfer full): VOX_ERROR_ARGUMENT when a
 * parameter is out of range. */
VoxMarks *vox_marks_new (const VoxMarksParams *params, GError **error);
void vox_marks_free (VoxMarks *self);

/** vox_marks_latency_samples: all marks at positions up to t can be pulled once
 * sample t + latency has been pushed and also the first F0 frame whose time is
 * VOX_MARKS_UNVOICED_S + hop_s / 2 behind t or later. Constant; both waits run
 * at the same time, so after a tracker the longer one counts. */
gsize vox_marks_latency_samples (const VoxMarks *self);

/** vox_marks_push: mono host samples, finite. */
void vox_marks_push (VoxMarks *self, const gfloat *samples, gsize n_samples);

/** vox_marks_push_f0: the next frames of the F0 track; frame k belongs to time
 * k * hop_s. Call order against vox_marks_push () does not matter. */
void vox_marks_push_f0 (
    VoxMarks *self, const VoxF0Frame *frames, gsize n_frames);

/** vox_marks_drain: no more samples or frames will come; sets the marks up to
 * the last sample. */
void vox_marks_drain (VoxMarks *self);

/** vox_marks_available: marks that can be pulled. */
gsize vox_marks_available (const VoxMarks *self);

/** vox_marks_pull: up to @max marks. Returns: how many were written. */
gsize vox_marks_pull (VoxMarks *self, VoxMark *marks, gsize max);

/** vox_marks_reset: forgets all audio. */
void vox_marks_reset (VoxMarks *self);

/**
 * vox_marks_analyze:
 * Offline: all marks of @samples under the F0 track @frames.
 * Returns: (transfer full) (element-type VoxMark): g_array_unref () it.
 */
GArray *vox_marks_analyze (const VoxMarksParams *params, const gfloat *samples,
    gsize n_samples, const VoxF0Frame *frames, gsize n_frames, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxMarks, vox_marks_free)

G_END_DECLS
