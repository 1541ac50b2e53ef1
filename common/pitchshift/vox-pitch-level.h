/* vox-pitch-level.h: keeps the loudness of a voice whose harmonics move to
 * other places of its envelope.
 *
 * With the formants kept, a high note that goes up an octave loses its strongest
 * harmonics: the first formant is then below them all. Each grain is made so
 * much louder or softer that its copies at the new distance have the power that
 * they had at the old one.
 */
#pragma once

#include <glib.h>
#include "dsp/vox-psola.h"

G_BEGIN_DECLS

typedef struct _VoxPitchLevel VoxPitchLevel;

/** vox_pitch_level_new: for @psola, whose filter it becomes and which outlives
 * it. @channels as there. */
VoxPitchLevel *vox_pitch_level_new (
    VoxStream *stream, VoxPsola *psola, guint channels, GError **error);
void vox_pitch_level_free (VoxPitchLevel *self);

G_END_DECLS
