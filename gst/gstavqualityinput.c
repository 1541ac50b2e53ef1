/* gstavqualityinput.c: sample formats, rate conversion, holes and overlaps. */
#include "gstavqualityinput.h"

#include "base/gstavtimeline.h"

/* Silence given at once. */
#define SILENCE_FRAMES 4096
/* A longer hole is taken for a broken timestamp, and closed. */
#define MAX_HOLE_S 600

void
gst_av_quality_input_clear (GstAvQualityInput *self)
{
  g_clear_pointer (&self->samples, gst_av_samples_free);
  g_clear_pointer (&self->converter, gst_audio_converter_free);
  g_clear_pointer (&self->frames, g_free);
  g_clear_pointer (&self->converted, g_free);
  self->frames_capacity = self->converted_capacity = 0;
  gst_audio_info_init (&self->info);
}

static void
make_converter (GstAvQualityInput *self)
{
  const GstAudioChannelPosition *positions =
      GST_AUDIO_INFO_IS_UNPOSITIONED (&self->info) ? NULL : self->info.position;
  GstAudioInfo in, out;

  g_clear_pointer (&self->converter, gst_audio_converter_free);
  if (self->rate == 0 || GST_AUDIO_INFO_RATE (&self->info) == 0)
    return;
  if (self->rate == (guint) GST_AUDIO_INFO_RATE (&self->info)
      && self->channels == (guint) GST_AUDIO_INFO_CHANNELS (&self->info))
    return;
  gst_audio_info_init (&in);
  gst_audio_info_init (&out);
  gst_audio_info_set_format (&in, GST_AUDIO_FORMAT_F32,
      GST_AUDIO_INFO_RATE (&self->info), GST_AUDIO_INFO_CHANNELS (&self->info),
      positions);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_F32, (gint) self->rate,
      (gint) self->channels, NULL);
  self->converter =
      gst_audio_converter_new (GST_AUDIO_CONVERTER_FLAG_NONE, &in, &out, NULL);
}

void
gst_av_quality_input_set_info (
    GstAvQualityInput *self, const GstAudioInfo *info)
{
  g_clear_pointer (&self->samples, gst_av_samples_free);
  self->info = *info;
  self->samples = gst_av_samples_new (info);
  make_converter (self);
}

void
gst_av_quality_input_start (GstAvQualityInput *self, guint rate, guint channels)
{
  self->rate = rate;
  self->channels = channels;
  self->n_frames = 0;
  make_converter (self);
}

static gfloat *
reserve (gfloat **frames, gsize *capacity, gsize n_floats)
{
  if (n_floats > *capacity) {
    g_free (*frames);
    *frames = g_new (gfloat, n_floats);
    *capacity = n_floats;
  }
  return *frames;
}

/* Converted frames to the meter, less the first @skip of them. */
static gboolean
give (GstAvQualityInput *self, const gfloat *frames, gsize n_frames, gsize skip,
    VoxQuality *meter, GstAvQualityPush push, GError **error)
{
  skip = MIN (skip, n_frames);
  self->n_frames += n_frames - skip;
  return push (meter, frames + skip * self->channels, n_frames - skip, error);
}

/* Through the converter when there is one; NULL @frames drains it. */
static gboolean
convert_and_give (GstAvQualityInput *self, const gfloat *frames, gsize n_frames,
    gsize skip, VoxQuality *meter, GstAvQualityPush push, GError **error)
{
  gpointer in[1] = { (gpointer) frames };
  gpointer out[1];
  gsize n_out;

  if (self->converter == NULL)
    return give (self, frames, n_frames, skip, meter, push, error);
  n_out = gst_audio_converter_get_out_frames (self->converter, n_frames);
  out[0] = reserve (
      &self->converted, &self->converted_capacity, n_out * self->channels);
  if (!gst_audio_converter_samples (self->converter, 0,
          frames != NULL ? in : NULL, n_frames, out, n_out)) {
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "the reference could not be brought to the rate of the judged audio");
    return FALSE;
  }
  return give (self, out[0], n_out, skip, meter, push, error);
}

static gboolean
give_silence (GstAvQualityInput *self, guint64 n_frames, VoxQuality *meter,
    GstAvQualityPush push, GError **error)
{
  const gsize piece = MIN (n_frames, SILENCE_FRAMES);
  g_autofree gfloat *zeros = g_new0 (gfloat, piece * self->channels);

  while (n_frames > 0) {
    const gsize n = MIN (n_frames, piece);

    if (!give (self, zeros, n, 0, meter, push, error))
      return FALSE;
    n_frames -= n;
  }
  return TRUE;
}

/* Closes the hole before the buffer. Returns: FALSE on failure; @skip: frames
 * of the buffer that were given already. */
static gboolean
place (GstAvQualityInput *self, gint64 offset, gsize *skip, VoxQuality *meter,
    GstAvQualityPush push, GError **error)
{
  gint64 hole, tolerance;

  *skip = 0;
  if (offset == G_MININT64)
    return TRUE;
  hole = offset / (gint64) GST_SECOND * self->rate
      + offset % (gint64) GST_SECOND * self->rate / (gint64) GST_SECOND
      - (gint64) self->n_frames;
  tolerance = (gint64) gst_util_uint64_scale (
      GST_AV_ALIGNMENT_THRESHOLD, self->rate, GST_SECOND);
  /* The very first buffer is placed exactly: its offset is a lag. */
  if (self->n_frames > 0 && ABS (hole) <= tolerance)
    return TRUE;
  if (hole < 0) {
    *skip = (gsize) -hole;
    return TRUE;
  }
  if (hole > (gint64) MAX_HOLE_S * self->rate)
    return TRUE;
  return give_silence (self, (guint64) hole, meter, push, error);
}

gboolean
gst_av_quality_input_take (GstAvQualityInput *self, GstBuffer *buffer,
    gint64 offset, VoxQuality *meter, GstAvQualityPush push, GError **error)
{
  GstAudioBuffer mapped;
  gsize skip, n_frames;
  gfloat *frames;

  if (!place (self, offset, &skip, meter, push, error))
    return FALSE;
  if (gst_buffer_get_size (buffer) == 0) {
    const GstClockTime duration = GST_BUFFER_DURATION_IS_VALID (buffer)
        ? GST_BUFFER_DURATION (buffer)
        : 0;
    const guint64 n = gst_util_uint64_scale (duration, self->rate, GST_SECOND);

    return n <= skip || n > (guint64) MAX_HOLE_S * self->rate
        || give_silence (self, n - skip, meter, push, error);
  }
  if (!gst_audio_buffer_map (&mapped, &self->info, buffer, GST_MAP_READ)) {
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "a buffer could not be read in the format its caps announce");
    return FALSE;
  }
  n_frames = GST_AUDIO_BUFFER_N_SAMPLES (&mapped);
  frames = reserve (&self->frames, &self->frames_capacity,
      n_frames * (gsize) GST_AUDIO_INFO_CHANNELS (&self->info));
  gst_av_samples_read (self->samples, &mapped, 0, n_frames, frames);
  gst_audio_buffer_unmap (&mapped);
  return convert_and_give (self, frames, n_frames, skip, meter, push, error);
}

gboolean
gst_av_quality_input_drain (GstAvQualityInput *self, VoxQuality *meter,
    GstAvQualityPush push, GError **error)
{
  if (self->converter == NULL)
    return TRUE;
  return convert_and_give (self, NULL,
      gst_audio_converter_get_max_latency (self->converter), 0, meter, push,
      error);
}
