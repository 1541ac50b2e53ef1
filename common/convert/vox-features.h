/* vox-features.h: from voice frames to what the network and the mixtures see.
 *
 * Host memory throughout; products run on the device.
 */
#pragma once

#include <glib.h>
#include "convert/vox-matrix.h"
#include "convert/vox-target-net.h"
#include "dsp/vox-envelope.h"

G_BEGIN_DECLS

/** Frames quieter than the 95th percentile of the level by more are silence. */
#define VOX_ACTIVE_RANGE_DB 35.0f

/** What a frame is; also stored in voice profiles. */
typedef enum
{
  VOX_FRAME_SILENT = -1,
  VOX_FRAME_UNVOICED = 0,
  VOX_FRAME_VOICED = 1,
} VoxFrameKind;

/** vox_features_level: the level in dB below which frames are silence. */
gfloat vox_features_level (const VoxVoiceFrame *frames, guint n);

/** vox_features_kind: of one frame, given that level. */
VoxFrameKind vox_features_kind (const VoxVoiceFrame *frame, gfloat level_db);

/** vox_features_cepstra: Returns: (transfer full): [n][dims]: the frames'
 * spectra times @cosines ([dims][VOX_MEL_POINTS]) transposed. */
gfloat *vox_features_cepstra (VoxStream *stream, const VoxVoiceFrame *frames,
    guint n, const gfloat *cosines, guint dims, GError **error);

/** vox_features_statistics: mean and standard deviation (at least 1e-3) of the
 * columns of @values [n][dims], over frames whose @kinds is at least @least. */
void vox_features_statistics (const gfloat *values, guint n, guint dims,
    const gint8 *kinds, VoxFrameKind least, gfloat *mean, gfloat *deviation);

/** vox_features_normalise: the first @dims of each row of @values
 * ([n][stride]) to [n][dims] of mean 0 and deviation 1. */
void vox_features_normalise (const gfloat *values, guint stride, guint n,
    guint dims, const gfloat *mean, const gfloat *deviation, gfloat *out);

/** vox_features_gather: prepares the arguments that turn frames into inputs of
 * the network; the caller fills in the pointers and the number of rows. */
void vox_features_gather (VoxGatherArgs *args);

/** vox_features_weights: [VOX_NET_FEATURES] weights of the features. */
void vox_features_weights (gfloat *weights);

G_END_DECLS
