/* gstavquality-messages.c: results as element messages, timed like those of
 * `level`. */
#include <math.h>

#include "gstavquality-private.h"

/* timestamp, stream-time, running-time, duration and endtime of a stretch that
 * starts @from_s after the meter's frame 0. */
static void
set_times (GstAvQuality *self, GstStructure *structure, gdouble from_s,
    gdouble duration_s)
{
  const GstClockTime running_time =
      self->origin + (GstClockTime) llround (from_s * GST_SECOND);
  const GstClockTime duration =
      (GstClockTime) llround (duration_s * GST_SECOND);
  const guint64 timestamp = gst_segment_position_from_running_time (
      &self->segment, GST_FORMAT_TIME, running_time);
  const guint64 stream_time =
      gst_segment_to_stream_time (&self->segment, GST_FORMAT_TIME, timestamp);

  gst_structure_set (structure, "timestamp", G_TYPE_UINT64, timestamp,
      "stream-time", G_TYPE_UINT64, stream_time, "running-time", G_TYPE_UINT64,
      running_time, "duration", G_TYPE_UINT64, duration, "endtime",
      G_TYPE_UINT64,
      GST_CLOCK_TIME_IS_VALID (stream_time) ? stream_time + duration
                                            : GST_CLOCK_TIME_NONE,
      NULL);
}

void
gst_av_quality_post_interval (
    GstAvQuality *self, const VoxQualityFrame *frame, gint64 lag_samples)
{
  const gdouble head_s =
      lag_samples > 0 ? (gdouble) lag_samples / self->judged.rate : 0.0;
  GstStructure *structure = gst_structure_new_empty ("avquality");

  set_times (self, structure, frame->time_s + head_s, frame->duration_s);
  for (guint v = 0; v < VOX_QUALITY_N_FRAME_VALUES; v++)
    if (isfinite (frame->values[v]))
      gst_structure_set (structure, vox_quality_frame_key (v), G_TYPE_DOUBLE,
          frame->values[v], NULL);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

void
gst_av_quality_post_summary (GstAvQuality *self, const VoxQualityResult *result)
{
  GstStructure *structure = gst_structure_new_empty ("avquality-summary");
  GstStructure *unavailable = gst_structure_new_empty ("unavailable");

  set_times (self, structure, 0.0, result->judged.duration_s);
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    const VoxQualityValue *value = &result->metrics[m];
    const gchar *key = vox_quality_metric_info (m)->key;

    if (value->available)
      gst_structure_set (structure, key, G_TYPE_DOUBLE, value->value, NULL);
    else
      gst_structure_set (unavailable, key, G_TYPE_STRING, value->reason, NULL);
  }
  gst_structure_set (structure, "compared", G_TYPE_UINT64,
      (guint64) llround (result->compared_s * GST_SECOND), "lag-found",
      G_TYPE_BOOLEAN, result->lag.found, "lag-samples", G_TYPE_INT64,
      result->lag.samples, "unavailable", GST_TYPE_STRUCTURE, unavailable,
      NULL);
  gst_structure_free (unavailable);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}
