/* vox-pitch-plan.h: how far the pitch moves, frame by frame.
 *
 * Speech: the ratio of the medians of F0. Singing: the fewest whole octaves
 * that bring the source to where the target would sing; decided only in
 * pauses, so that a phrase never changes its octave. Or what the user asks
 * for.
 * Contour, vibrato and timing stay as they are.
 */
#pragma once

#include <glib.h>
#include "convert/vox-convert.h"

G_BEGIN_DECLS

typedef struct _VoxPitchPlan VoxPitchPlan;

VoxPitchPlan *vox_pitch_plan_new (
    VoxConvertContent content, gdouble target_log_f0, gdouble semitones);
void vox_pitch_plan_free (VoxPitchPlan *self);

/** vox_pitch_plan_hear: the source's frames in order, as early as they are
 * known: F0 in Hz, 0 where unvoiced. */
void vox_pitch_plan_hear (VoxPitchPlan *self, gfloat f0_hz);

/** vox_pitch_plan_next: the ratio for the next frame (of this F0); glides. */
gfloat vox_pitch_plan_next (VoxPitchPlan *self, gfloat f0_hz);

/** Changes of the goal; the ratio glides there. */
void vox_pitch_plan_set_target (VoxPitchPlan *self, gdouble target_log_f0);
void vox_pitch_plan_set_semitones (VoxPitchPlan *self, gdouble semitones);

void vox_pitch_plan_reset (VoxPitchPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPitchPlan, vox_pitch_plan_free)

G_END_DECLS
