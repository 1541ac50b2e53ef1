/* vox-change-limit.h: how much louder a change may make a frame. */
#pragma once

#include <glib.h>
#include "dsp/vox-envelope.h"

G_BEGIN_DECLS

/** How much louder a frame may become, natural logarithm of power: 2 dB. */
#define VOX_CHANGE_LOUDER 0.46

/**
 * vox_change_limit: takes back what a change adds in excess
 * @frame: what is changed
 * @above_silence_db: level of @frame above the level of silence
 * @weights: see vox_mel_loudness ()
 * @change: [width] change of log power, the first VOX_MEL_POINTS of them at the
 *   points of @frame
 *
 * A change is learnt from frames like this one. A frame that is unlike all of
 * them - the one loud fricative of a singer, the noise of a room - would be
 * brought to a level that neither voice has. So the whole frame gets at most
 * 2 dB louder, and what is hardly above silence is not raised in any band.
 */
void vox_change_limit (const VoxVoiceFrame *frame, gfloat above_silence_db,
    const gfloat *weights, gfloat *change, guint width);

G_END_DECLS
