/* vox-pitch-voice.h: the voice path: pitch-synchronous overlap-add around
 * correlated pitch marks; and whether the input is one voice.
 *
 * It takes the input as it arrives and gives the processed signal block by
 * block. It never stops, because its tracker needs the past.
 */
#pragma once

#include <glib.h>
#include "base/vox-fifo.h"
#include "pitchshift/vox-pitch-curve.h"

G_BEGIN_DECLS

typedef struct _VoxPitchVoice VoxPitchVoice;

/** vox_pitch_voice_new: only rate, channels and mode of @params count; on
 * @stream, which must outlive it. */
VoxPitchVoice *vox_pitch_voice_new (
    VoxStream *stream, const VoxPitchShiftParams *params, GError **error);
void vox_pitch_voice_free (VoxPitchVoice *self);

/** vox_pitch_voice_lookahead: input frames from the start of a block that must
 * have been pushed to render it; constant. */
gsize vox_pitch_voice_lookahead (const VoxPitchVoice *self);

/** vox_pitch_voice_reset: forgets all audio; time starts at 0. */
void vox_pitch_voice_reset (VoxPitchVoice *self);

/** vox_pitch_voice_push: the next @n_frames frames, device planar audio. @curve
 * is known up to them. */
gboolean vox_pitch_voice_push (VoxPitchVoice *self, const gfloat *planes,
    gsize plane_stride, gsize n_frames, const VoxPitchCurve *curve,
    GError **error);

/** vox_pitch_voice_render: the next VOX_PITCH_BLOCK frames into planar audio;
 * @target may be NULL to leave them out. */
void vox_pitch_voice_render (
    VoxPitchVoice *self, gfloat *target, gsize target_stride);

/** vox_pitch_voice_heard: whether the input around frame @time is one voice, as
 * far as the lookahead tells; @time + lookahead frames must have been pushed.
 * Times do not go back. */
gboolean vox_pitch_voice_heard (VoxPitchVoice *self, gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPitchVoice, vox_pitch_voice_free)

G_END_DECLS
