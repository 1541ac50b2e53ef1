/* gstavsamples.c: sample formats and layouts, by GstAudioConverter. */
#include "gstavsamples.h"

#include <float.h>
#include <math.h>

/* GST_AUDIO_INFO allows 64 channels; the templates stop at 8. */
#define MAX_PLANES 64

struct _GstAvSamples
{
  GstAudioInfo info;
  GstAudioConverter *to_float;
  GstAudioConverter *from_float;
};

GstAvSamples *
gst_av_samples_new (const GstAudioInfo *info)
{
  GstAvSamples *self = g_new0 (GstAvSamples, 1);
  GstAudioInfo frames_info;

  gst_audio_info_init (&frames_info);
  gst_audio_info_set_format (&frames_info, GST_AUDIO_FORMAT_F32,
      GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info),
      GST_AUDIO_INFO_IS_UNPOSITIONED (info) ? NULL : info->position);
  self->info = *info;
  self->to_float =
      gst_audio_converter_new (0, (GstAudioInfo *) info, &frames_info, NULL);
  self->from_float =
      gst_audio_converter_new (0, &frames_info, (GstAudioInfo *) info, NULL);
  return self;
}

void
gst_av_samples_free (GstAvSamples *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->to_float, gst_audio_converter_free);
  g_clear_pointer (&self->from_float, gst_audio_converter_free);
  g_free (self);
}

/* Addresses of frame @offset in every plane. */
static void
plane_pointers (
    const GstAudioBuffer *buffer, gsize offset, gpointer planes[MAX_PLANES])
{
  gsize step = GST_AUDIO_BUFFER_LAYOUT (buffer) == GST_AUDIO_LAYOUT_INTERLEAVED
      ? GST_AUDIO_BUFFER_BPF (buffer)
      : GST_AUDIO_BUFFER_BPS (buffer);

  for (gint i = 0; i < GST_AUDIO_BUFFER_N_PLANES (buffer); i++)
    planes[i] =
        (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (buffer, i) + offset * step;
}

gsize
gst_av_samples_read (GstAvSamples *self, const GstAudioBuffer *buffer,
    gsize offset, gsize n_frames, gfloat *frames)
{
  gsize n_samples = n_frames * (gsize) GST_AUDIO_INFO_CHANNELS (&self->info);
  gsize bad = 0;
  gpointer in[MAX_PLANES];
  gpointer out[1] = { frames };

  g_return_val_if_fail (
      offset + n_frames <= GST_AUDIO_BUFFER_N_SAMPLES (buffer), 0);
  if (n_frames == 0)
    return 0;
  plane_pointers (buffer, offset, in);
  gst_audio_converter_samples (self->to_float, 0, in, n_frames, out, n_frames);
  if (!GST_AUDIO_INFO_IS_FLOAT (&self->info))
    return 0;
  for (gsize i = 0; i < n_samples; i++) {
    gboolean finite = isfinite (frames[i]);
    bad += !finite;
    /* Fades end in denormal numbers, on which processors are many times
     * slower: a live stream would stutter in its silence. */
    frames[i] = finite && fabsf (frames[i]) >= FLT_MIN ? frames[i] : 0.0f;
  }
  return bad;
}

void
gst_av_samples_write (GstAvSamples *self, GstAudioBuffer *buffer, gsize offset,
    gsize n_frames, const gfloat *frames)
{
  gpointer in[1] = { (gpointer) frames };
  gpointer out[MAX_PLANES];

  g_return_if_fail (offset + n_frames <= GST_AUDIO_BUFFER_N_SAMPLES (buffer));
  if (n_frames == 0)
    return;
  plane_pointers (buffer, offset, out);
  gst_audio_converter_samples (
      self->from_float, 0, in, n_frames, out, n_frames);
}

void
gst_av_samples_resize (
    GstBuffer *buffer, const GstAudioInfo *info, gsize n_frames)
{
  gst_buffer_set_size (buffer, n_frames * GST_AUDIO_INFO_BPF (info));
  if (GST_AUDIO_INFO_LAYOUT (info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (buffer, info, n_frames, NULL);
}
