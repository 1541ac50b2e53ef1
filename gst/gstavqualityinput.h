/* gstavqualityinput.h: one pad of avquality: its buffers as the frames of a
 * meter, placed by running time.
 */
#pragma once

#include <gst/audio/audio.h>

#include "base/gstavsamples.h"
#include "quality/vox-quality.h"

G_BEGIN_DECLS

/** Pushes frames to a stream of the meter: vox_quality_push () or
 * vox_quality_push_reference (). */
typedef gboolean (*GstAvQualityPush) (
    VoxQuality *meter, const gfloat *frames, gsize n_frames, GError **error);

/**
 * GstAvQualityInput:
 * @info: format of the pad; its rate is 0 before the first caps
 * @rate, @channels: what the meter takes
 * @n_frames: frames given to the meter since its frame 0
 */
typedef struct
{
  GstAudioInfo info;
  guint rate;
  guint channels;
  guint64 n_frames;
  GstAvSamples *samples;
  GstAudioConverter *converter;
  gfloat *frames;
  gsize frames_capacity;
  gfloat *converted;
  gsize converted_capacity;
} GstAvQualityInput;

void gst_av_quality_input_clear (GstAvQualityInput *self);

/** gst_av_quality_input_set_info: the format of the buffers to come. */
void gst_av_quality_input_set_info (
    GstAvQualityInput *self, const GstAudioInfo *info);

/** gst_av_quality_input_start: a new meter with @rate and @channels. */
void gst_av_quality_input_start (
    GstAvQualityInput *self, guint rate, guint channels);

/**
 * gst_av_quality_input_take:
 * @offset: running time of the buffer less that of the meter's frame 0, may be
 *   negative; G_MININT64 when the buffer has no time and simply continues
 *
 * Up to 40 ms of jitter is ignored; a hole is filled with silence, what lies
 * before the end of what was given is dropped. A GAP buffer without data counts
 * as a hole of its duration.
 */
gboolean gst_av_quality_input_take (GstAvQualityInput *self, GstBuffer *buffer,
    gint64 offset, VoxQuality *meter, GstAvQualityPush push, GError **error);

/** gst_av_quality_input_drain: what the rate conversion still holds. */
gboolean gst_av_quality_input_drain (GstAvQualityInput *self, VoxQuality *meter,
    GstAvQualityPush push, GError **error);

G_END_DECLS
