/* vox-quality-private.h: the inside of a VoxQuality, shared by the file that
 * feeds it and the file that reads it. */
#pragma once

#include "quality/vox-distortion.h"
#include "quality/vox-frame-queue.h"
#include "quality/vox-intelligibility.h"
#include "quality/vox-loudness.h"
#include "quality/vox-pitch-compare.h"
#include "quality/vox-quality.h"
#include "quality/vox-signal-facts.h"
#include "quality/vox-speaker.h"
#include "quality/vox-spectral-distance.h"

G_BEGIN_DECLS

enum
{
  JUDGED,
  REFERENCE,
  N_STREAMS,
};

/**
 * VoxQualityStream: one of the two streams.
 * @waiting: frames not compared yet
 * @n_frames: frames pushed
 * @loudness, @facts, @speaker: NULL when not asked for or not possible
 */
typedef struct
{
  guint channels;
  VoxFrameQueue waiting;
  guint64 n_frames;
  VoxLoudness *loudness;
  VoxSignalFacts *facts;
  VoxSpeaker *speaker;
} VoxQualityStream;

/**
 * VoxQuality:
 * @n_streams: 1 without a reference
 * @interval: frames per interval
 * @lag_known: whether what is waiting may be compared
 * @n_compared: frames that went through the meters below
 * @next_interval: the next one vox_quality_next_interval () gives
 * @speech, @distortion, @spectrum, @pitch: NULL when not computed
 * @scratch, @mono: a piece of the mono mixes, together and each
 */
struct _VoxQuality
{
  VoxQualityParams params;
  VoxStream *stream;
  guint n_streams;
  VoxQualityStream streams[N_STREAMS];
  gsize interval;
  gboolean lag_known;
  gboolean reference_ended;
  gboolean finished;
  VoxQualityLag lag;
  guint64 n_compared;
  guint next_interval;
  VoxIntelligibility *speech;
  VoxDistortion *distortion;
  VoxSpectralDistance *spectrum;
  VoxPitchCompare *pitch;
  gfloat *scratch;
  gfloat *mono[N_STREAMS];
};

/** vox_quality_fill_interval: all values of interval @k known now. STOI comes
 * from @segments when it is not NULL, else from a running computation. */
void vox_quality_fill_interval (
    VoxQuality *self, guint k, const GArray *segments, VoxQualityFrame *frame);

/** vox_quality_collect: the result after the drain. */
VoxQualityResult *vox_quality_collect (VoxQuality *self, GError **error);

G_END_DECLS
