/* gstavquality-flow.c: buffers in running-time order, the judged ones through,
 * both into the meter. */
#include "gstavquality-private.h"

#include "base/gstaverror.h"

#define GST_CAT_DEFAULT gst_av_quality_debug

/* How far the judged audio may run ahead of a live reference. */
#define MAX_LEAD_S 60

GstAggregatorPad *
gst_av_quality_reference (GstAvQuality *self)
{
  return GST_AGGREGATOR_PAD_CAST (
      gst_element_get_static_pad (GST_ELEMENT (self), "reference"));
}

void
gst_av_quality_forget (GstAvQuality *self)
{
  g_clear_pointer (&self->meter, vox_quality_free);
  self->origin = GST_CLOCK_TIME_NONE;
  self->failed = FALSE;
  self->reference_ended = FALSE;
  self->judged.n_frames = self->reference.n_frames = 0;
}

/* The meter cannot go on; the audio can. */
static void
fail (GstAvQuality *self, GError *error)
{
  GST_AV_WARNING (self, error, "measuring; the audio still passes");
  g_error_free (error);
  g_clear_pointer (&self->meter, vox_quality_free);
  self->failed = TRUE;
}

static GstClockTime
running_time_of (GstAggregatorPad *pad, GstBuffer *buffer)
{
  return gst_segment_to_running_time (
      &pad->segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
}

/* A meter for the formats known now, its frame 0 at @origin. */
static void
begin (GstAvQuality *self, GstAggregatorPad *reference, GstClockTime origin)
{
  const guint rate = (guint) GST_AUDIO_INFO_RATE (&self->judged.info);
  const guint channels = (guint) GST_AUDIO_INFO_CHANNELS (&self->judged.info);
  VoxQualityParams params;
  GError *error = NULL;

  GST_OBJECT_LOCK (self);
  params = self->settings.params;
  GST_OBJECT_UNLOCK (self);
  params.rate = rate;
  params.channels = channels;
  params.reference_channels = 0;
  /* A live reference that has not come yet is taken to be like the judged. */
  if (reference != NULL)
    params.reference_channels = GST_AUDIO_INFO_RATE (&self->reference.info) > 0
        ? (guint) GST_AUDIO_INFO_CHANNELS (&self->reference.info)
        : channels;
  self->has_reference = params.reference_channels > 0;
  self->origin = GST_CLOCK_TIME_IS_VALID (origin) ? origin : 0;
  self->meter = vox_quality_new (self->device, &params, &error);
  if (self->meter == NULL) {
    fail (self, error);
    return;
  }
  gst_av_quality_input_start (&self->judged, rate, channels);
  gst_av_quality_input_start (
      &self->reference, rate, MAX (params.reference_channels, 1));
}

static void
post_intervals (GstAvQuality *self, gint64 lag_samples)
{
  VoxQualityFrame frame;
  gboolean post;

  GST_OBJECT_LOCK (self);
  post = self->settings.post_messages;
  GST_OBJECT_UNLOCK (self);
  while (vox_quality_next_interval (self->meter, &frame))
    if (post)
      gst_av_quality_post_interval (self, &frame, lag_samples);
}

static void
measure (GstAvQuality *self, GstAggregatorPad *pad, GstBuffer *buffer)
{
  const gboolean is_judged = pad == self->sink;
  GstAvQualityInput *input = is_judged ? &self->judged : &self->reference;
  const GstClockTime running_time = running_time_of (pad, buffer);
  const gint64 offset = GST_CLOCK_TIME_IS_VALID (running_time)
      ? (gint64) (running_time - self->origin)
      : G_MININT64;
  const gint64 start = g_get_monotonic_time ();
  GError *error = NULL;

  if (self->meter == NULL || (!is_judged && !self->has_reference))
    return;
  if (!gst_av_quality_input_take (input, buffer, offset, self->meter,
          is_judged ? vox_quality_push : vox_quality_push_reference, &error)) {
    fail (self, error);
    return;
  }
  post_intervals (self, vox_quality_lag (self->meter)->samples);
  gst_av_stats_lock (&self->stats);
  self->stats.compute_time +=
      (GstClockTime) (g_get_monotonic_time () - start) * GST_USECOND;
  gst_av_stats_unlock (&self->stats);
}

static void
count_passed (GstAvQuality *self, GstBuffer *buffer)
{
  const guint64 n = gst_buffer_get_size (buffer)
      / (gsize) GST_AUDIO_INFO_BPF (&self->judged.info);

  gst_av_stats_lock (&self->stats);
  self->stats.samples_in += n;
  self->stats.samples_out += n;
  self->stats.audio_time += gst_util_uint64_scale (
      n, GST_SECOND, GST_AUDIO_INFO_RATE (&self->judged.info));
  gst_av_stats_unlock (&self->stats);
}

/* The aggregator's placeholder for a GAP event becomes that event again. Before
 * the first buffer there is no segment yet that a GAP could belong to. */
static void
push_gap (GstAggregator *aggregator, GstBuffer *buffer)
{
  g_autoptr (GstEvent) segment =
      gst_pad_get_sticky_event (aggregator->srcpad, GST_EVENT_SEGMENT, 0);

  if (segment != NULL && GST_BUFFER_PTS_IS_VALID (buffer))
    gst_pad_push_event (aggregator->srcpad,
        gst_event_new_gap (
            GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer)));
  gst_buffer_unref (buffer);
}

/* The judged buffer goes out as it came. */
static GstFlowReturn
pass (GstAvQuality *self, GstBuffer *buffer)
{
  GstAggregator *aggregator = GST_AGGREGATOR (self);
  GstSegment *out = &GST_AGGREGATOR_PAD (aggregator->srcpad)->segment;
  GstFlowReturn flow;

  if (GST_BUFFER_PTS_IS_VALID (buffer))
    out->position = GST_BUFFER_PTS (buffer)
        + (GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer)
                                                 : 0);
  if (gst_buffer_get_size (buffer) == 0
      && GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
    push_gap (aggregator, buffer);
    return GST_FLOW_OK;
  }
  count_passed (self, buffer);
  flow = gst_aggregator_finish_buffer (aggregator, buffer);
  if (flow == GST_FLOW_OK && self->tags != NULL)
    gst_pad_push_event (aggregator->srcpad, g_steal_pointer (&self->tags));
  return flow;
}

static void
end_reference (GstAvQuality *self)
{
  GError *error = NULL;

  if (self->meter == NULL || self->reference_ended)
    return;
  self->reference_ended = TRUE;
  if (!gst_av_quality_input_drain (
          &self->reference, self->meter, vox_quality_push_reference, &error)
      || !vox_quality_end_reference (self->meter, &error))
    fail (self, error);
}

/* A live reference that stays away must not make the judged audio pile up. */
static void
check_lead (GstAvQuality *self)
{
  if (self->meter == NULL || self->reference_ended
      || self->judged.n_frames
          < self->reference.n_frames + (guint64) MAX_LEAD_S * self->judged.rate)
    return;
  GST_ELEMENT_WARNING (self, STREAM, FAILED,
      ("No reference has come for %d s; the comparison ends here.", MAX_LEAD_S),
      (NULL));
  end_reference (self);
}

static GstFlowReturn
take_judged (GstAvQuality *self, GstAggregatorPad *reference, GstBuffer *buffer)
{
  if (self->meter == NULL && !self->failed)
    begin (self, reference, running_time_of (self->sink, buffer));
  if (self->has_reference && reference != NULL
      && gst_aggregator_pad_is_eos (reference))
    end_reference (self);
  measure (self, self->sink, buffer);
  if (self->has_reference)
    check_lead (self);
  return pass (self, buffer);
}

void
gst_av_quality_conclude (GstAvQuality *self)
{
  g_autoptr (VoxQualityResult) result = NULL;
  g_autofree gchar *location = NULL;
  VoxQualityFormat format;
  GError *error = NULL;

  if (self->meter == NULL)
    return;
  if (self->has_reference)
    end_reference (self);
  if (self->meter == NULL)
    return;
  result = vox_quality_finish (self->meter, &error);
  if (result == NULL) {
    fail (self, error);
    return;
  }
  post_intervals (self, result->lag.samples);
  GST_OBJECT_LOCK (self);
  g_free (self->last_result);
  self->last_result = vox_quality_to_json (result, NULL, TRUE);
  location = g_strdup (self->settings.report_location);
  format = self->settings.report_format;
  GST_OBJECT_UNLOCK (self);
  gst_av_quality_post_summary (self, result);
  if (location != NULL
      && !vox_quality_save (result, NULL, format, location, &error)) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, WRITE, ("%s", error->message), ("writing the report"));
    g_error_free (error);
  }
  gst_av_quality_forget (self);
}

/* Whether the reference still matters after the judged stream ended: a judged
 * stream that is early needs as much more of the reference. */
static gboolean
reference_is_needed (GstAvQuality *self)
{
  guint64 end = self->judged.n_frames;

  if (self->meter == NULL)
    return FALSE;
  GST_OBJECT_LOCK (self);
  if (self->settings.params.alignment == VOX_QUALITY_ALIGNMENT_AUTO)
    end += (guint64) (self->settings.params.max_lag_s * self->judged.rate);
  GST_OBJECT_UNLOCK (self);
  return self->reference.n_frames < end;
}

static GstFlowReturn
take_reference (GstAvQuality *self, GstAggregatorPad *pad)
{
  GstBuffer *buffer = gst_aggregator_pad_pop_buffer (pad);

  measure (self, pad, buffer);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* Whether @reference's next buffer comes before the judged one. */
static gboolean
reference_is_first (GstAvQuality *self, GstBuffer *judged,
    GstAggregatorPad *pad, GstBuffer *reference)
{
  const GstClockTime judged_time = running_time_of (self->sink, judged);
  const GstClockTime reference_time = running_time_of (pad, reference);

  return self->meter != NULL && GST_CLOCK_TIME_IS_VALID (judged_time)
      && GST_CLOCK_TIME_IS_VALID (reference_time)
      && reference_time < judged_time;
}

static GstFlowReturn
at_end_of_judged (GstAvQuality *self, GstAggregatorPad *reference)
{
  if (reference != NULL && reference_is_needed (self)
      && !gst_aggregator_pad_is_eos (reference)) {
    if (gst_aggregator_pad_has_buffer (reference))
      return take_reference (self, reference);
    return GST_AGGREGATOR_FLOW_NEED_DATA;
  }
  if (!self->summarised) {
    gst_av_quality_conclude (self);
    self->summarised = TRUE;
  }
  return GST_FLOW_EOS;
}

GstFlowReturn
gst_av_quality_aggregate (GstAggregator *aggregator, gboolean timeout)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);
  GstAggregatorPad *reference = gst_av_quality_reference (self);
  GstBuffer *judged_buffer, *reference_buffer = NULL;
  GstFlowReturn flow;

  if (g_atomic_int_compare_and_exchange (&self->reset_wanted, TRUE, FALSE))
    gst_av_quality_forget (self);
  judged_buffer = gst_aggregator_pad_peek_buffer (self->sink);
  if (reference != NULL)
    reference_buffer = gst_aggregator_pad_peek_buffer (reference);
  if (judged_buffer == NULL && gst_aggregator_pad_is_eos (self->sink))
    flow = at_end_of_judged (self, reference);
  else if (judged_buffer == NULL)
    flow = GST_AGGREGATOR_FLOW_NEED_DATA;
  else if (reference_buffer != NULL
      && reference_is_first (self, judged_buffer, reference, reference_buffer))
    flow = take_reference (self, reference);
  else
    flow = take_judged (
        self, reference, gst_aggregator_pad_pop_buffer (self->sink));
  gst_clear_buffer (&judged_buffer);
  gst_clear_buffer (&reference_buffer);
  gst_clear_object (&reference);
  return flow;
}
