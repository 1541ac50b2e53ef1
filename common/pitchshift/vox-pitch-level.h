/* vox-pitch-level.h: keeps the loudness of a voice whose harmonics move to
 * other places of its envelope.
 *
 * With the formants kept, a high note that goes up an octave loses its strongest
 * harmonics: the first formant is then below them all. Grains are made so much
 * louder or softer that their copies at the new distance have, averaged over a
 * few periods, the power that they had at the old one.
 */
#pragma once

#include <glib.h>
#include "dsp/vox-psola.h"

G_BEGIN_DECLS

typedef struct _VoxPitchLevel VoxPitchLevel;

/** vox_pitch_level_new: becomes the filter of @psola, which therefore takes no
 * more pushes once this is freed. @rate and @channels as there. */
VoxPitchLevel *vox_pitch_level_new (VoxStream *stream, VoxPsola *psola,
    guint rate, guint channels, GError **error);

/** vox_pitch_level_reset: forgets what was heard; with the reset of psola. */
void vox_pitch_level_reset (VoxPitchLevel *self);
void vox_pitch_level_free (VoxPitchLevel *self);

G_END_DECLS
