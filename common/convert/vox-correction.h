/* vox-correction.h: what was learnt about one source for one target: a function
 * from voice frames to a change of their spectrum.
 *
 * The class table gives soft classes of the source's frames a change each; it
 * keeps the rhythm of the source, and with it the words. A share of what the
 * target network asks for in the very frame can be mixed in; it comes closer to
 * the target.
 */
#pragma once

#include <glib.h>
#include "convert/vox-features.h"
#include "convert/vox-target.h"
#include "convert/vox-train.h"

G_BEGIN_DECLS

/** Largest change of log power in either direction: 30 dB. */
#define VOX_CHANGE_LIMIT 6.9f
/** Means over frames understate how two voices differ, since their frames are
 * never matched exactly; so all changes are taken this much larger. */
#define VOX_CORRECTION_GAIN 1.1f

/**
 * VoxChange:
 * @points: change of log power, to be smoothed over neighbours of the same kind
 * @high: change in the bands above 8 kHz over that at 8 kHz
 */
typedef struct
{
  gfloat points[VOX_MEL_POINTS];
  gfloat high[VOX_HIGH_BANDS];
} VoxChange;

/**
 * VoxCorrection:
 * @target: holds a reference
 * @cosines: [VOX_CEPSTRA][VOX_MEL_POINTS]: warp and DCT
 * @inverse: [VOX_CEPSTRA][VOX_MEL_POINTS]: DCT, rows are the basis
 * @mean, @deviation: of the source's warped cepstra
 * @classes: per kind (unvoiced, voiced), or NULL for one class
 * @table: per kind, [classes][VOX_MEL_POINTS]
 * @net: the target network, or NULL when only the class table is used
 * @net_share: of the network in the change of sounding frames, 0 to 1
 * @set: scratch for running @net on a few frames
 * @net_mean, @net_ratio: variance correction of the network's output
 * @net_level: added to the log power that the network asks for
 * @high: change above 8 kHz over that at 8 kHz, see vox-high-band.h; 0 at first
 */
typedef struct
{
  VoxTarget *target;
  gfloat *cosines;
  gfloat *inverse;
  gfloat mean[VOX_CEPSTRA];
  gfloat deviation[VOX_CEPSTRA];
  VoxMixture *classes[2];
  gfloat *table[2];
  VoxTargetNet *net;
  VoxTrainSet *set;
  gfloat net_share;
  gfloat net_mean[VOX_CEPSTRA];
  gfloat net_ratio[VOX_CEPSTRA];
  gfloat net_level;
  gfloat high[2 * VOX_HIGH_BANDS];
} VoxCorrection;

/** vox_correction_new: for a source nothing is known about: the target's
 * long-term spectrum over that of speech in general. */
VoxCorrection *vox_correction_new (VoxTarget *target);
void vox_correction_free (VoxCorrection *self);

/** vox_correction_use_warp: sets @cosines. */
void vox_correction_use_warp (VoxCorrection *self, gdouble alpha);

/** vox_correction_table: the class table's change for one frame, in
 * [VOX_MEL_POINTS]. */
void vox_correction_table (
    const VoxCorrection *self, const VoxVoiceFrame *frame, gfloat *change);

/** Most frames of one call of vox_correction_apply (). */
#define VOX_CORRECTION_BATCH 64

/**
 * vox_correction_apply: the table's change, with the network's share in it
 * @frames: [n_frames]; those around the wanted ones give the context
 * @first, @n: which frames are wanted, n at most VOX_CORRECTION_BATCH
 * @level_db: level of silence
 * @changes: (out): [n]
 */
gboolean vox_correction_apply (VoxCorrection *self, const VoxVoiceFrame *frames,
    guint n_frames, guint first, guint n, gfloat level_db, VoxChange *changes,
    GError **error);

/** vox_correction_network: what the network's normalised @output for a frame
 * ([VOX_CEPSTRA]) asks to be changed in it, in [VOX_MEL_POINTS]. The level of
 * the frame stays, but for @net_level. */
void vox_correction_network (const VoxCorrection *self,
    const VoxVoiceFrame *frame, const gfloat *output, gfloat *change);

/** vox_correction_prepare: makes @set, after @net is there. */
gboolean vox_correction_prepare (
    VoxCorrection *self, VoxStream *stream, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxCorrection, vox_correction_free)

G_END_DECLS
