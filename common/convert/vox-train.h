/* vox-train.h: training of the target network on pairs of frames. */
#pragma once

#include <glib.h>
#include "convert/vox-features.h"

G_BEGIN_DECLS

/**
 * VoxTrainSet:
 * @features: [versions * n_frames][VOX_NET_FEATURES], normalised
 * @voicing: [1][n_frames], 1 where voiced
 * @targets: [n][VOX_CEPSTRA], normalised; any number of rows
 * @weights: [1][VOX_NET_FEATURES]
 */
typedef struct
{
  VoxMatrix *features;
  VoxMatrix *voicing;
  VoxMatrix *targets;
  VoxMatrix *weights;
} VoxTrainSet;

/** vox_train_set_new: from host memory. */
VoxTrainSet *vox_train_set_new (VoxStream *stream, const gfloat *features,
    guint versions, const gfloat *voicing, guint n_frames,
    const gfloat *targets, guint n_targets, GError **error);
void vox_train_set_free (VoxTrainSet *self);

/** One training pair: input at frame @frame of version @version, output row
 * @target. */
typedef struct
{
  guint version;
  guint frame;
  guint target;
} VoxTrainPair;

/**
 * VoxTrainPlan:
 * @draw: chooses a pair
 * @steps, @batch: number and size of the steps
 * @rate: largest step size; falls to 0 along half a cosine
 * @dropout: part of the hidden units left out
 * @perturb: 1 to change the inputs as another speaker or microphone would
 *   (voice-independent constants in the source), 0 not to
 * @progress: (nullable): called now and then with the part done; FALSE stops
 */
typedef struct
{
  void (*draw) (GRand *random, VoxTrainPair *pair, gpointer user_data);
  gpointer user_data;
  guint steps;
  guint batch;
  gfloat rate;
  gfloat dropout;
  gfloat perturb;
  guint64 seed;
  gboolean (*progress) (gdouble fraction, gpointer user_data);
  gpointer progress_data;
} VoxTrainPlan;

/** vox_train: FALSE with @error when the device fails, or with
 * G_IO_ERROR_CANCELLED when @progress stopped it. */
gboolean vox_train (VoxTargetNet *net, const VoxTrainSet *set,
    const VoxTrainPlan *plan, GError **error);

/** vox_train_predict: runs the network on the frames in @rows (host, [n]) of
 * version 0. Returns: (transfer full): [n][VOX_CEPSTRA]. */
gfloat *vox_train_predict (VoxTargetNet *net, const VoxTrainSet *set,
    const gint32 *rows, guint n, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxTrainSet, vox_train_set_free)

G_END_DECLS
