/* gstavtts-pads.c: templates, caps, events, queries, and the task that speaks
 * the `text` property when there is no input. */
#include "gstavtts-private.h"

#include "base/gstaverror.h"

#define GST_CAT_DEFAULT gst_av_tts_debug

/* Time between a text and its first sample, granted to live pipelines: the
 * engine needs less than 30 ms on one core. */
#define FIRST_AUDIO_TIME (50 * GST_MSECOND)

/* Plain text first: subparse chooses the first it can give. */
GstStaticPadTemplate gst_av_tts_sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("text/x-raw, format = (string) utf8; "
                         "text/x-raw, format = (string) pango-markup"));

GstStaticPadTemplate gst_av_tts_src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format = (string) " GST_AV_SAMPLES_FORMATS
                     ", rate = (int) [ 8000, 192000 ], channels = (int) 1, "
                     "layout = (string) interleaved"));

/* The engine's own samples where downstream takes them, so that an encoder that
 * takes anything does not get the widest format there is. */
static GstCaps *
prefer_float (GstCaps *caps)
{
  static GstStaticCaps own =
      GST_STATIC_CAPS ("audio/x-raw, format = (string) " GST_AUDIO_NE (F32));
  g_autoptr (GstCaps) wanted = gst_static_caps_get (&own);
  GstCaps *both =
      gst_caps_intersect_full (caps, wanted, GST_CAPS_INTERSECT_FIRST);

  if (gst_caps_is_empty (both)) {
    gst_caps_unref (both);
    return caps;
  }
  gst_caps_unref (caps);
  return both;
}

static GstCaps *
choose_caps (GstAvTts *self)
{
  GstCaps *caps = gst_pad_get_allowed_caps (self->srcpad);
  GstStructure *structure;

  if (caps == NULL)
    caps = gst_pad_get_pad_template_caps (self->srcpad);
  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (caps);
    return NULL;
  }
  caps = gst_caps_make_writable (gst_caps_truncate (prefer_float (caps)));
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_nearest_int (
      structure, "rate", (gint) gst_av_speech_natural_rate (self->speech));
  return gst_caps_fixate (caps);
}

/* The samples spoken so far are counted at the old rate. */
static void
set_info (GstAvTts *self, const GstAudioInfo *info)
{
  gst_av_tts_jump (self, gst_av_tts_position (self));
  self->info = *info;
  g_clear_pointer (&self->samples, gst_av_samples_free);
  self->samples = gst_av_samples_new (info);
  self->have_caps = TRUE;
}

gboolean
gst_av_tts_negotiate (GstAvTts *self)
{
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GError) error = NULL;
  GstAudioInfo info;

  if (self->have_caps && !gst_pad_check_reconfigure (self->srcpad))
    return TRUE;
  caps = choose_caps (self);
  if (caps == NULL || !gst_audio_info_from_caps (&info, caps)) {
    gst_pad_mark_reconfigure (self->srcpad);
    return FALSE;
  }
  if (self->have_caps && gst_audio_info_is_equal (&info, &self->info))
    return TRUE;
  if (gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE) != GST_FLOW_OK)
    return FALSE;
  if (!gst_av_speech_set_rate (
          self->speech, (guint) GST_AUDIO_INFO_RATE (&info), &error)) {
    GST_AV_ERROR (self, error, "choosing the sample rate");
    return FALSE;
  }
  set_info (self, &info);
  return gst_pad_push_event (self->srcpad, gst_event_new_caps (caps));
}

/* --- events --- */

static gboolean
handle_caps (GstAvTts *self, GstEvent *event)
{
  g_autoptr (GError) error = NULL;
  const gchar *format;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");
  self->markup = g_strcmp0 (format, "pango-markup") == 0;
  gst_event_unref (event);
  if (!gst_av_tts_prepare (self, &error)) {
    GST_AV_ERROR (self, error, "preparing to speak");
    return FALSE;
  }
  return gst_av_tts_negotiate (self);
}

/* Text files come in bytes; speech is in time. */
static gboolean
handle_segment (GstAvTts *self, GstEvent *event)
{
  GstSegment segment;
  GstEvent *forward = event;
  guint64 position;

  gst_av_tts_say_pending (self);
  gst_event_copy_segment (event, &segment);
  self->bytes = segment.format == GST_FORMAT_BYTES;
  if (segment.format != GST_FORMAT_TIME) {
    gst_segment_init (&segment, GST_FORMAT_TIME);
    forward = gst_event_new_segment (&segment);
    gst_event_set_seqnum (forward, gst_event_get_seqnum (event));
    gst_event_unref (event);
  }
  gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE);
  /* The same segment once more is no jump: speech goes on where it is. */
  position = segment.position;
  segment.position = self->segment.position;
  if (!gst_segment_is_equal (&segment, &self->segment)) {
    segment.position = position;
    self->segment = segment;
    gst_av_tts_jump (self, segment.position);
    self->mark_discont = TRUE;
  }
  return gst_pad_push_event (self->srcpad, forward);
}

/* Silence announced by upstream; speech may still reach into it. */
static gboolean
handle_gap (GstAvTts *self, GstEvent *event)
{
  GstClockTime start, duration, stop, position;

  gst_event_parse_gap (event, &start, &duration);
  gst_event_unref (event);
  if (!GST_CLOCK_TIME_IS_VALID (start))
    return TRUE;
  if (gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE) != GST_FLOW_OK)
    return FALSE;
  position = gst_av_tts_position (self);
  /* Nothing for a while: where it ends the next text will say. */
  if (!GST_CLOCK_TIME_IS_VALID (duration))
    return gst_pad_push_event (
        self->srcpad, gst_event_new_gap (MAX (start, position), duration));
  stop = start + duration;
  if (stop <= position)
    return TRUE;
  start = MAX (start, position);
  gst_av_tts_jump (self, stop);
  self->mark_discont = TRUE;
  return gst_pad_push_event (
      self->srcpad, gst_event_new_gap (start, stop - start));
}

static void
handle_flush_stop (GstAvTts *self, GstEvent *event)
{
  gboolean reset_time;

  gst_event_parse_flush_stop (event, &reset_time);
  g_atomic_int_set (&self->flushing, FALSE);
  g_array_set_size (self->held, 0);
  g_string_truncate (self->pending, 0);
  if (reset_time) {
    gst_segment_init (&self->segment, GST_FORMAT_TIME);
    gst_av_tts_jump (self, 0);
  }
  self->mark_discont = TRUE;
}

gboolean
gst_av_tts_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstAvTts *self = GST_AV_TTS (parent);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      return handle_caps (self, event);
    case GST_EVENT_SEGMENT:
      return handle_segment (self, event);
    case GST_EVENT_GAP:
      return handle_gap (self, event);
    case GST_EVENT_FLUSH_START:
      g_atomic_int_set (&self->flushing, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      handle_flush_stop (self, event);
      break;
    case GST_EVENT_STREAM_START:
    case GST_EVENT_EOS:
      gst_av_tts_say_pending (self);
      gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE);
      break;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* --- queries --- */

static gboolean
query_latency (GstAvTts *self, GstPad *pad, GstQuery *query)
{
  GstClockTime min = 0, max = GST_CLOCK_TIME_NONE;
  gboolean live = FALSE;

  if (!self->have_caps)
    return FALSE;
  if (gst_pad_is_linked (self->sinkpad)) {
    if (!gst_pad_peer_query (self->sinkpad, query))
      return FALSE;
    gst_query_parse_latency (query, &live, &min, &max);
  }
  g_atomic_int_set (&self->live, live);
  if (live) {
    min += FIRST_AUDIO_TIME;
    if (GST_CLOCK_TIME_IS_VALID (max))
      max += FIRST_AUDIO_TIME;
  }
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

/* Text has no duration in time, and its bytes are not ours. */
gboolean
gst_av_tts_src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstAvTts *self = GST_AV_TTS (parent);
  GstFormat format;

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      return query_latency (self, pad, query);
    case GST_QUERY_POSITION:
      gst_query_parse_position (query, &format, NULL);
      if (format != GST_FORMAT_TIME)
        return FALSE;
      gst_query_set_position (query, format,
          (gint64) gst_segment_to_stream_time (
              &self->segment, GST_FORMAT_TIME, gst_av_tts_position (self)));
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/* --- speaking the `text` property --- */

static gboolean
start_stream (GstAvTts *self)
{
  g_autofree gchar *stream_id =
      gst_pad_create_stream_id (self->srcpad, GST_ELEMENT (self), NULL);
  GstEvent *event = gst_event_new_stream_start (stream_id);

  gst_event_set_group_id (event, gst_util_group_id_next ());
  if (!gst_pad_push_event (self->srcpad, event))
    return FALSE;
  if (!gst_av_tts_negotiate (self))
    return FALSE;
  return gst_pad_push_event (
      self->srcpad, gst_event_new_segment (&self->segment));
}

static void
speak_text (gpointer user_data)
{
  GstAvTts *self = user_data;
  GstFlowReturn flow = GST_FLOW_NOT_NEGOTIATED;
  g_autofree gchar *text = NULL;

  GST_OBJECT_LOCK (self);
  text = g_strdup (self->settings.text);
  GST_OBJECT_UNLOCK (self);
  if (start_stream (self))
    flow =
        gst_av_tts_say (self, text, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  if (flow == GST_FLOW_NOT_NEGOTIATED || flow == GST_FLOW_NOT_LINKED)
    GST_ELEMENT_FLOW_ERROR (self, flow);
  if (flow != GST_FLOW_FLUSHING)
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
  gst_pad_pause_task (self->srcpad);
}

gboolean
gst_av_tts_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  GstAvTts *self = GST_AV_TTS (parent);
  gboolean have_text;

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (!active) {
    g_atomic_int_set (&self->flushing, TRUE);
    return gst_pad_stop_task (pad);
  }
  g_atomic_int_set (&self->flushing, FALSE);
  GST_OBJECT_LOCK (self);
  have_text = self->settings.text != NULL;
  GST_OBJECT_UNLOCK (self);
  if (!have_text || gst_pad_is_linked (self->sinkpad))
    return TRUE;
  return gst_pad_start_task (pad, speak_text, self, NULL);
}
