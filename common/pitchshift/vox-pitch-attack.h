/* vox-pitch-attack.h: finds attacks and cuts them out of the signal.
 *
 * A phase vocoder smears an attack over its window, so attacks do not go
 * through it: around each one the signal is faded out (the gate), and what is
 * taken out is put back at its exact place. Idea: Roebel 2003, "A new approach
 * to transient processing in the phase vocoder", and the attack extraction of
 * sinusoidal modelling (Verma and Meng 2000).
 *
 * Host logic only: block levels come in, gate weights go out. Time is the
 * input frame; blocks are VOX_PITCH_BLOCK frames long.
 */
#pragma once

#include <glib.h>
#include "backend/vox-ops-vocoder.h"
#include "pitchshift/vox-pitch-curve.h"

G_BEGIN_DECLS

/**
 * VoxPitchAttack:
 * @anchor: the frame at which the attack happens
 * @begin, @end: the frames that the gate takes out, fades included; attacks
 *   share what the fall of one and the rise of the next have in common
 * @place: where the anchor lies in the stretched signal; the user's
 * @passed, @cut: the user's notes
 */
typedef struct
{
  gint64 anchor;
  gint64 begin;
  gint64 end;
  gint64 place;
  gboolean passed;
  gboolean cut;
} VoxPitchAttack;

typedef struct _VoxPitchGate VoxPitchGate;

/** vox_pitch_gate_new: @longest: frames that an attack may span at most after
 * its anchor. Returns: (transfer full). */
VoxPitchGate *vox_pitch_gate_new (guint rate, guint longest);
void vox_pitch_gate_free (VoxPitchGate *self);

/** vox_pitch_gate_guard: what is taken out of frames before t is final once
 * the levels up to t + guard were pushed; a multiple of VOX_PITCH_BLOCK. */
gint64 vox_pitch_gate_guard (const VoxPitchGate *self);

/** vox_pitch_gate_time: begin of the block whose level is pushed next. */
gint64 vox_pitch_gate_time (const VoxPitchGate *self);

/** vox_pitch_gate_start: forgets all; the next block is the one at @time. */
void vox_pitch_gate_start (VoxPitchGate *self, gint64 time);

/** vox_pitch_gate_push: the level of the next block. */
void vox_pitch_gate_push (VoxPitchGate *self, const VoxOnsetLevel *level);

/** vox_pitch_gate_rest: what part of each frame of the block at @time is left;
 * VOX_PITCH_BLOCK values. Returns: FALSE when it is all (nothing written). */
gboolean vox_pitch_gate_rest (
    const VoxPitchGate *self, gint64 time, gfloat *weights);

/** vox_pitch_gate_cut: what part of each of the @n frames from @time on belongs
 * to @attack. With the rest, the parts of all attacks sum to one. */
void vox_pitch_gate_cut (const VoxPitchGate *self, const VoxPitchAttack *attack,
    gint64 time, gfloat *weights, guint n);

/** vox_pitch_gate_head: 0 for the frames before @attack, 1 from its begin on.
 * The filter that keeps the formants rings to both sides; this leaves what is
 * heard before the attack out. */
void vox_pitch_gate_head (const VoxPitchGate *self,
    const VoxPitchAttack *attack, gint64 time, gfloat *weights, guint n);

/** vox_pitch_gate_next: the first attack with an anchor from @time on that has
 * not been passed, or NULL. Valid until the next push. */
VoxPitchAttack *vox_pitch_gate_next (const VoxPitchGate *self, gint64 time);

/** vox_pitch_gate_uncut: the first attack that has been passed but not cut and
 * ends before @time, or NULL. */
VoxPitchAttack *vox_pitch_gate_uncut (const VoxPitchGate *self, gint64 time);

/** vox_pitch_gate_forget: drops attacks that end before @time. */
void vox_pitch_gate_forget (VoxPitchGate *self, gint64 time);

G_END_DECLS
