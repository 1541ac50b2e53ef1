/* vox-target-net.h: the small network that turns anybody's normalised cepstra
 * into the target speaker's: 225 → 256 → 256 → 45, ReLU.
 */
#pragma once

#include <glib.h>
#include "convert/vox-matrix.h"
#include "convert/vox-mel.h"

G_BEGIN_DECLS

#define VOX_NET_LAYERS 3
/** Cepstra and voicing of one frame, and the frames of one input. */
#define VOX_NET_FEATURES 24
#define VOX_NET_CONTEXT 9
#define VOX_NET_INPUTS (VOX_NET_CONTEXT * (VOX_NET_FEATURES + 1))
#define VOX_NET_HIDDEN 256
/** Frames to both sides that the context reaches. */
#define VOX_NET_REACH 12

typedef struct _VoxTargetNet VoxTargetNet;

/** vox_target_net_new: random weights (He et al. 2015) from @seed; room for
 * @max_rows inputs at once. */
VoxTargetNet *vox_target_net_new (
    VoxStream *stream, guint max_rows, guint64 seed, GError **error);
void vox_target_net_free (VoxTargetNet *self);

/** vox_target_net_size: shape of layer @layer: [outputs][inputs + 1], the bias
 * in the last column. */
void vox_target_net_size (guint layer, guint *outputs, guint *inputs);

/** vox_target_net_set / get: one layer's weights, host memory. */
gboolean vox_target_net_set (
    VoxTargetNet *self, guint layer, const gfloat *weights, GError **error);
gboolean vox_target_net_get (
    VoxTargetNet *self, guint layer, gfloat *weights, GError **error);

/** vox_target_net_max_rows: as given to new. */
guint vox_target_net_max_rows (const VoxTargetNet *self);

/** vox_target_net_input: device, [max_rows][VOX_NET_INPUTS]: write here. */
gfloat *vox_target_net_input (VoxTargetNet *self);

/** vox_target_net_run: Returns: device, [rows][VOX_CEPSTRA], valid until the
 * next call. */
const gfloat *vox_target_net_run (VoxTargetNet *self, guint rows);

/**
 * vox_target_net_train:
 * One step of Adam on the inputs against @targets (device,
 * [rows][VOX_CEPSTRA]); mean squared error with the weights of
 * vox_target_net_loss_weight ().
 * @dropout: part of the hidden units left out
 * @step: counts from 1 since creation or vox_target_net_restart ()
 */
void vox_target_net_train (VoxTargetNet *self, const gfloat *targets,
    guint rows, gfloat rate, gfloat dropout, guint step, guint64 seed);

/** vox_target_net_restart: clears the optimiser's state. */
void vox_target_net_restart (VoxTargetNet *self);

/** vox_target_net_loss_weight: of output cepstrum @c. */
gfloat vox_target_net_loss_weight (guint c);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxTargetNet, vox_target_net_free)

G_END_DECLS
