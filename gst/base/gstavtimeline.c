/* gstavtimeline.c: GstAudioStreamAlign decides what a jump is, counting frames
 * decides the timestamps. */
#include "gstavtimeline.h"

void
gst_av_timeline_init (GstAvTimeline *self)
{
  *self = (GstAvTimeline){ .origin = GST_CLOCK_TIME_NONE };
}

void
gst_av_timeline_clear (GstAvTimeline *self)
{
  g_clear_pointer (&self->align, gst_audio_stream_align_free);
}

void
gst_av_timeline_set_rate (GstAvTimeline *self, gint rate)
{
  gst_av_timeline_clear (self);
  self->rate = rate;
  self->align = gst_audio_stream_align_new (
      rate, GST_AV_ALIGNMENT_THRESHOLD, GST_AV_DISCONT_WAIT);
  gst_av_timeline_restart (self);
}

void
gst_av_timeline_restart (GstAvTimeline *self)
{
  self->started = FALSE;
  self->origin = GST_CLOCK_TIME_NONE;
  self->in_frames = self->out_frames = 0;
  if (self->align != NULL)
    gst_audio_stream_align_mark_discont (self->align);
}

gboolean
gst_av_timeline_is_jump (
    GstAvTimeline *self, GstClockTime pts, gboolean discont, gsize n_frames)
{
  gboolean jump = discont;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    pts = gst_av_timeline_pts (self, self->in_frames);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    jump = gst_audio_stream_align_process (
        self->align, discont, pts, n_frames, NULL, NULL, NULL);
  return jump && self->started;
}

void
gst_av_timeline_take (GstAvTimeline *self, GstClockTime pts, gsize n_frames)
{
  if (!self->started) {
    self->started = TRUE;
    self->origin = pts;
  }
  self->in_frames += n_frames;
}

GstClockTime
gst_av_timeline_pts (const GstAvTimeline *self, guint64 frame)
{
  if (!GST_CLOCK_TIME_IS_VALID (self->origin))
    return GST_CLOCK_TIME_NONE;
  return self->origin
      + gst_util_uint64_scale_int_round (frame, GST_SECOND, self->rate);
}

void
gst_av_timeline_stamp (GstAvTimeline *self, GstBuffer *buffer, gsize n_frames)
{
  guint64 end = self->out_frames + n_frames;

  GST_BUFFER_PTS (buffer) = gst_av_timeline_pts (self, self->out_frames);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    GST_BUFFER_DURATION (buffer) =
        gst_av_timeline_pts (self, end) - GST_BUFFER_PTS (buffer);
  self->out_frames = end;
}
