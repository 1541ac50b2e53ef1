/* vox-pitch-vocoder.h: the music path: a phase vocoder with rigid peak regions
 * stretches time by the pitch ratio, a varispeed reader undoes it.
 *
 *   input at time t --frames--> stretched signal at s (t) --reader--> output t
 *
 * s (t) is the integral of the pitch ratio, so a partial's frequency is
 * multiplied by the ratio of its own moment and time never drifts. The frames
 * look the same distance ahead for every ratio: the synthesis window shrinks
 * with ratios below 1, and the analysis window leans into the past.
 *
 * Sources: Laroche and Dolson 1999 (see vox-ops-vocoder.h); asymmetric windows
 * for low delay as in Mauler and Martin 2009, "Low delay spectral analysis".
 */
#pragma once

#include <glib.h>
#include "base/vox-fifo.h"
#include "pitchshift/vox-pitch-curve.h"

G_BEGIN_DECLS

typedef struct _VoxPitchVocoder VoxPitchVocoder;

/** vox_pitch_vocoder_new: windows for @params (only rate, channels, mode and
 * window_ms count) on @stream, which must outlive it. */
VoxPitchVocoder *vox_pitch_vocoder_new (
    VoxStream *stream, const VoxPitchShiftParams *params, GError **error);
void vox_pitch_vocoder_free (VoxPitchVocoder *self);

/** vox_pitch_vocoder_lookahead: input frames from the start of a block that
 * must be there to render it; constant. */
gsize vox_pitch_vocoder_lookahead (const VoxPitchVocoder *self);

/** vox_pitch_vocoder_history: input frames before a block that must be kept. */
gsize vox_pitch_vocoder_history (const VoxPitchVocoder *self);

/** vox_pitch_vocoder_start: the next block rendered is the one at @time (a
 * multiple of VOX_PITCH_BLOCK); phases begin as those of the input. */
void vox_pitch_vocoder_start (
    VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time);

/**
 * vox_pitch_vocoder_render:
 * @input: the held input, whose first frame is frame @input_start
 * @target: device planar audio for VOX_PITCH_BLOCK frames
 *
 * Renders the next block.
 */
gboolean vox_pitch_vocoder_render (VoxPitchVocoder *self, const VoxFifo *input,
    gint64 input_start, const VoxPitchCurve *curve, gfloat *target,
    gsize target_stride, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPitchVocoder, vox_pitch_vocoder_free)

G_END_DECLS
