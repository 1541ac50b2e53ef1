/* vox-pitch-gated.h: the input without its attacks, block by block.
 *
 * The device side of vox-pitch-attack.h: levels come from the device, weights
 * go to it.
 */
#pragma once

#include <glib.h>
#include "base/vox-fifo.h"
#include "pitchshift/vox-pitch-attack.h"

G_BEGIN_DECLS

typedef struct _VoxPitchGated VoxPitchGated;

/** vox_pitch_gated_new: @longest as in vox_pitch_gate_new (); @capacity frames
 * are made room for. On @stream, which must outlive it. */
VoxPitchGated *vox_pitch_gated_new (VoxStream *stream, guint rate,
    guint channels, guint longest, gsize capacity, GError **error);
void vox_pitch_gated_free (VoxPitchGated *self);

/** vox_pitch_gated_start: forgets all; the signal begins at frame @time. */
void vox_pitch_gated_start (VoxPitchGated *self, gint64 time);

/** vox_pitch_gated_gate: the attacks found so far; owned by @self. */
VoxPitchGate *vox_pitch_gated_gate (const VoxPitchGated *self);

/** vox_pitch_gated_end: the signal is there before this frame. */
gint64 vox_pitch_gated_end (const VoxPitchGated *self);

/** vox_pitch_gated_next: makes the next block. @input, whose first frame is
 * frame @input_start, reaches vox_pitch_gate_guard () beyond it. */
gboolean vox_pitch_gated_next (VoxPitchGated *self, const VoxFifo *input,
    gint64 input_start, GError **error);

/** vox_pitch_gated_plane: device address of frame @time of channel 0. */
const gfloat *vox_pitch_gated_plane (const VoxPitchGated *self, gint64 time);
gsize vox_pitch_gated_stride (const VoxPitchGated *self);

/** vox_pitch_gated_forget: no frame before @time will be asked for again. */
void vox_pitch_gated_forget (VoxPitchGated *self, gint64 time);

G_END_DECLS
