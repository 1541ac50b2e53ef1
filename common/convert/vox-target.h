/* vox-target.h: the tensors of a voice profile that conversion reads.
 *
 * | tensor              | shape       | what                                  |
 * |---------------------|-------------|---------------------------------------|
 * | stats.cepstra       | 2, 45       | mean, deviation of the cepstra (mel   |
 * |                     |             | log power, vox-mel.h), active frames  |
 * | warp.mixture        | 48, 39      | weight, means and variances of c1-c19,|
 * |                     |             | normalised, voiced frames             |
 * | net.layer1 ... 3    | out, in + 1 | the target network, bias last         |
 * | spectrum.long_term  | 2, 96       | mean log power: unvoiced, voiced      |
 * | spectrum.high       | 2, 24       | mean log power in bands above 8 kHz   |
 * |                     |             | over the mean of 6 to 8 kHz: unvoiced,|
 * |                     |             | voiced; bands beyond the recording    |
 * |                     |             | hold the last one's value             |
 * | frames              | n, 46       | cepstra and kind (-1 silent,          |
 * |                     |             | 0 unvoiced, 1 voiced) every 5 ms      |
 */
#pragma once

#include <glib.h>
#include "convert/vox-mixture.h"
#include "convert/vox-target-net.h"
#include "voice/vox-voice.h"

G_BEGIN_DECLS

#define VOX_WARP_COMPONENTS 48
/** The cepstra c1 ... c19 by which the warp is chosen. */
#define VOX_WARP_FIRST 1
#define VOX_WARP_DIMS 19
#define VOX_HIGH_BANDS 24

typedef struct _VoxTarget VoxTarget;

/**
 * VoxTarget:
 * @voice: holds a reference; owns what the pointers below point to
 * @mean, @deviation: [VOX_CEPSTRA]
 * @warp: mixture of the target's normalised cepstra
 * @layers: network weights as in vox_target_net_set ()
 * @long_term: [2][VOX_MEL_POINTS]
 * @high: [2][VOX_HIGH_BANDS]
 * @frames: [n_frames][VOX_CEPSTRA + 1]
 * @log_f0: natural logarithm of the median F0 in Hz
 *
 * Immutable and reference counted.
 */
struct _VoxTarget
{
  VoxVoice *voice;
  const gfloat *mean;
  const gfloat *deviation;
  VoxMixture *warp;
  const gfloat *layers[VOX_NET_LAYERS];
  const gfloat *long_term;
  const gfloat *high;
  const gfloat *frames;
  guint n_frames;
  gdouble log_f0;
  gint ref_count;
};

/** vox_target_new: checks and reads @voice; VOX_ERROR_MALFORMED when a tensor
 * is missing, has another shape or impossible values. */
VoxTarget *vox_target_new (VoxVoice *voice, GError **error);
VoxTarget *vox_target_ref (VoxTarget *self);
void vox_target_unref (VoxTarget *self);

/** vox_target_net: a network with the target's weights. */
VoxTargetNet *vox_target_net (
    const VoxTarget *self, VoxStream *stream, guint max_rows, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxTarget, vox_target_unref)

G_END_DECLS
