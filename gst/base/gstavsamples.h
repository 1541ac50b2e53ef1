/* gstavsamples.h: buffers of any sample format to interleaved float and back.
 *
 * Planar (GstAudioMeta) and interleaved layouts, every raw format. S16, S24 and
 * F32 survive the way there and back bit for bit; S32 and F64 keep the 24 bits
 * of a float. No dither: it would break that.
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/** Raw formats an element's template offers, best first. */
/* clang-format off */
#define GST_AV_SAMPLES_FORMATS                                         \
  "{ " GST_AUDIO_NE (F32) ", " GST_AUDIO_NE (S16) ", "                 \
  GST_AUDIO_NE (S32) ", " GST_AUDIO_NE (F64) ", " GST_AUDIO_NE (S24) ", " \
  GST_AUDIO_NE (S24_32) " }"
/* clang-format on */

/** Template caps of the engines: 8 to 192 kHz, 1 to 8 channels, both layouts. */
#define GST_AV_SAMPLES_CAPS                                 \
  "audio/x-raw, format = (string) " GST_AV_SAMPLES_FORMATS  \
  ", rate = (int) [ 8000, 192000 ], channels = (int) [ 1, " \
  "8 ], layout = (string) { interleaved, non-interleaved }"

typedef struct _GstAvSamples GstAvSamples;

/** gst_av_samples_new: a converter for buffers of @info. Returns: (transfer
 * full): never NULL for formats of GST_AV_SAMPLES_FORMATS. */
GstAvSamples *gst_av_samples_new (const GstAudioInfo *info);
void gst_av_samples_free (GstAvSamples *self);

/**
 * gst_av_samples_read:
 * @buffer: mapped for reading with the @info of new ()
 * @offset: first frame
 * @n_frames: how many; offset + n_frames <= frames of the buffer
 * @frames: (out caller-allocates): n_frames * channels floats, interleaved
 *
 * Returns: NaN and infinite samples found (and replaced by 0). Denormal ones
 * become 0 as well and are not counted.
 */
gsize gst_av_samples_read (GstAvSamples *self, const GstAudioBuffer *buffer,
    gsize offset, gsize n_frames, gfloat *frames);

/** gst_av_samples_write: the other way; integer formats clip. */
void gst_av_samples_write (GstAvSamples *self, GstAudioBuffer *buffer,
    gsize offset, gsize n_frames, const gfloat *frames);

/**
 * gst_av_samples_resize:
 * @buffer: writable, with room for @n_frames
 *
 * Sets the size to @n_frames and, for planar formats, adds the GstAudioMeta
 * that gst_audio_buffer_map () needs.
 */
void gst_av_samples_resize (
    GstBuffer *buffer, const GstAudioInfo *info, gsize n_frames);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstAvSamples, gst_av_samples_free)

G_END_DECLS
