/* vox-speaker-spread.h: does a recording hold one voice or two?
 *
 * The voiced frames are cut into blocks of 2.5 s; each block has a median F0
 * and a mean mel cepstrum. The blocks of one speaker lie close together; those
 * of two fall into two groups. For the recording check only.
 */
#pragma once

#include "dsp/vox-f0.h"

G_BEGIN_DECLS

/**
 * VoxSpeakerSpread: 0 where there are not enough blocks.
 * @timbre: squared distance of the two groups of cepstra, over the mean
 *   squared distance inside them
 * @f0_gap_semitones: largest distance of two groups of block medians
 * @f0_ratio: the same over their spread
 */
typedef struct
{
  gdouble timbre;
  gdouble f0_gap_semitones;
  gdouble f0_ratio;
} VoxSpeakerSpread;

/**
 * vox_speaker_spread:
 * @stream: of the CPU
 * @track: (element-type VoxF0Frame)
 * @hop_s: of the track
 */
gboolean vox_speaker_spread (VoxStream *stream, const gfloat *samples,
    gsize n_samples, guint rate, const GArray *track, gdouble hop_s,
    VoxSpeakerSpread *spread, GError **error);

G_END_DECLS
