/* vox-correction.h: what was learnt about one source for one target: a function
 * from voice frames to a change of their spectrum.
 *
 * Two ways. Class table: soft classes of the source's frames, each with a mean
 * change. Network: warp and long-term spectrum, plus the smoothed rest that
 * the target network asks for.
 */
#pragma once

#include <glib.h>
#include "convert/vox-features.h"
#include "convert/vox-target.h"
#include "convert/vox-train.h"

G_BEGIN_DECLS

/**
 * VoxChange:
 * @direct: change of log power to be used as it is
 * @rest: change to be smoothed over neighbours of the same kind
 * @high: change in the bands above 8 kHz over that at 8 kHz
 */
typedef struct
{
  gfloat direct[VOX_MEL_POINTS];
  gfloat rest[VOX_MEL_POINTS];
  gfloat high[VOX_HIGH_BANDS];
} VoxChange;

/**
 * VoxCorrection:
 * @target: holds a reference
 * @cosines: [VOX_CEPSTRA][VOX_MEL_POINTS]: warp and DCT
 * @inverse: [VOX_CEPSTRA][VOX_MEL_POINTS]: DCT, rows are the basis
 * @warp: [VOX_MEL_POINTS][VOX_MEL_POINTS]
 * @mean, @deviation: of the source's warped cepstra
 * @classes: per kind (unvoiced, voiced), or NULL for one class
 * @table: per kind, [classes][VOX_MEL_POINTS]
 * @net: the target network, or NULL when only the class table was learnt
 * @set: scratch for running @net on a few frames
 * @net_mean, @net_ratio: variance correction of the network's output
 * @base: [2][VOX_MEL_POINTS]: difference of the long-term spectra, after warp
 * @net_level: added to the log power of the network's way
 * @high: change above 8 kHz over that at 8 kHz, see vox-high-band.h; 0 at first
 */
typedef struct
{
  VoxTarget *target;
  gfloat *cosines;
  gfloat *inverse;
  gfloat *warp;
  gfloat mean[VOX_CEPSTRA];
  gfloat deviation[VOX_CEPSTRA];
  VoxMixture *classes[2];
  gfloat *table[2];
  VoxTargetNet *net;
  VoxTrainSet *set;
  gfloat net_mean[VOX_CEPSTRA];
  gfloat net_ratio[VOX_CEPSTRA];
  gfloat base[2 * VOX_MEL_POINTS];
  gfloat net_level;
  gfloat high[2 * VOX_HIGH_BANDS];
} VoxCorrection;

/** vox_correction_new: for a source nothing is known about: the target's
 * long-term spectrum over that of speech in general. */
VoxCorrection *vox_correction_new (VoxTarget *target);
void vox_correction_free (VoxCorrection *self);

/** vox_correction_use_warp: sets @warp and @cosines. */
void vox_correction_use_warp (VoxCorrection *self, gdouble alpha);

/** vox_correction_table: the class table's change for one frame, in
 * [VOX_MEL_POINTS]. */
void vox_correction_table (
    const VoxCorrection *self, const VoxVoiceFrame *frame, gfloat *change);

/** Most frames of one call of vox_correction_apply (). */
#define VOX_CORRECTION_BATCH 64

/**
 * vox_correction_apply: the network's way where @net is there, else the table's
 * @frames: [n_frames]; those around the wanted ones give the context
 * @first, @n: which frames are wanted, n at most VOX_CORRECTION_BATCH
 * @level_db: level of silence
 * @changes: (out): [n]
 */
gboolean vox_correction_apply (VoxCorrection *self, const VoxVoiceFrame *frames,
    guint n_frames, guint first, guint n, gfloat level_db, VoxChange *changes,
    GError **error);

/** vox_correction_network_change: the network's way for one frame, from its
 * spectrum and the network's normalised output for it. */
void vox_correction_network_change (const VoxCorrection *self,
    const VoxVoiceFrame *frame, VoxFrameKind kind, const gfloat *output,
    VoxChange *change);

/** vox_correction_prepare: makes @set, after @net is there. */
gboolean vox_correction_prepare (
    VoxCorrection *self, VoxStream *stream, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxCorrection, vox_correction_free)

G_END_DECLS
