/* gstavseparate-pads.c: pads that come and go, caps, events, queries. */
#include "gstavseparate-private.h"

#include "base/gstaverror.h"

#define GST_CAT_DEFAULT gst_av_separate_debug

/* Time a live pipeline grants for computing, part of the latency there: a block
 * of the engine (0.1 s) at ten times real time. */
#define LIVE_COMPUTE_TIME (10 * GST_MSECOND)

GstStaticPadTemplate gst_av_separate_src_template =
    GST_STATIC_PAD_TEMPLATE ("src_%s", GST_PAD_SRC, GST_PAD_SOMETIMES,
        GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));

void
gst_av_separate_remove_pads (GstAvSeparate *self)
{
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    GstPad *pad = self->stems[i].pad;

    gst_av_stem_clear (&self->stems[i]);
    if (pad == NULL)
      continue;
    gst_flow_combiner_remove_pad (self->combiner, pad);
    gst_element_remove_pad (GST_ELEMENT (self), pad);
  }
}

static gboolean
answer_latency (GstAvSeparate *self, GstQuery *query)
{
  GstClockTime min, max, own;
  gboolean live, known;

  gst_av_stats_lock (&self->stats);
  known = self->have_latency;
  own = self->stats.latency;
  gst_av_stats_unlock (&self->stats);
  if (!known || !gst_pad_peer_query (self->sinkpad, query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  g_atomic_int_set (&self->live, live);
  if (live)
    own += LIVE_COMPUTE_TIME;
  min += own;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += own;
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

static gboolean
src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return answer_latency (GST_AV_SEPARATE (parent), query);
  return gst_pad_query_default (pad, parent, query);
}

/* A hint about lateness for the mode steps. */
static void
take_qos (GstAvSeparate *self, GstEvent *event)
{
  GstAvSeparateSettings *settings = &self->settings;
  GstClockTimeDiff jitter;
  gdouble proportion;

  gst_event_parse_qos (event, NULL, &proportion, &jitter, NULL);
  GST_OBJECT_LOCK (self);
  settings->jitter = jitter;
  settings->proportion = proportion;
  if (settings->adaptive)
    gst_av_qos_report_event (&settings->qos, jitter);
  GST_OBJECT_UNLOCK (self);
  if (jitter <= 0)
    return;
  gst_av_stats_lock (&self->stats);
  self->stats.late_blocks++;
  gst_av_stats_unlock (&self->stats);
}

/* Every branch sends the same seek; the first one counts. */
static gboolean
is_repeated_seek (GstAvSeparate *self, GstEvent *event)
{
  const guint32 seqnum = gst_event_get_seqnum (event);
  gboolean repeated;

  GST_OBJECT_LOCK (self);
  repeated = self->settings.seek_seqnum == seqnum;
  self->settings.seek_seqnum = seqnum;
  GST_OBJECT_UNLOCK (self);
  return repeated;
}

static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstAvSeparate *self = GST_AV_SEPARATE (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS)
    take_qos (self, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK
      && is_repeated_seek (self, event)) {
    gst_event_unref (event);
    return TRUE;
  }
  return gst_pad_push_event (self->sinkpad, event);
}

/* Passes sticky events that arrived before the pads were there. */
static gboolean
copy_sticky (GstPad *sinkpad, GstEvent **event, gpointer pad)
{
  if (GST_EVENT_TYPE (*event) != GST_EVENT_STREAM_START
      && GST_EVENT_TYPE (*event) != GST_EVENT_CAPS
      && GST_EVENT_TYPE (*event) != GST_EVENT_EOS)
    gst_pad_push_event (pad, gst_event_ref (*event));
  return TRUE;
}

static GstPad *
new_pad (GstAvSeparate *self, VoxStem stem)
{
  g_autofree gchar *name = g_strconcat ("src_", vox_stem_name (stem), NULL);
  GstPad *pad =
      gst_pad_new_from_static_template (&gst_av_separate_src_template, name);

  gst_pad_set_query_function (pad, src_query);
  gst_pad_set_event_function (pad, src_event);
  gst_pad_set_active (pad, TRUE);
  return pad;
}

/* Announces the stream of @upstream (nullable) on every pad; all of them belong
 * to one group. */
static void
start_streams (GstAvSeparate *self, GstEvent *upstream)
{
  guint group = GST_GROUP_ID_INVALID;

  if (upstream == NULL || !gst_event_parse_group_id (upstream, &group))
    group = gst_util_group_id_next ();
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (self->stems[i].pad != NULL)
      gst_av_stem_start (&self->stems[i], GST_ELEMENT (self), upstream, group);
  }
}

/* The pads of the wanted stems, not shown to anybody yet. */
static void
create_pads (GstAvSeparate *self)
{
  g_autoptr (GstEvent) upstream =
      gst_pad_get_sticky_event (self->sinkpad, GST_EVENT_STREAM_START, 0);
  guint wanted;

  GST_OBJECT_LOCK (self);
  wanted = self->settings.stems;
  GST_OBJECT_UNLOCK (self);
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    GstAvStem *stem = &self->stems[i];

    if ((wanted & (1u << i)) == 0)
      continue;
    stem->stem = i;
    stem->pad = new_pad (self, i);
    gst_flow_combiner_add_pad (self->combiner, stem->pad);
  }
  start_streams (self, upstream);
}

/* Settles the format of every pad. New pads have theirs before anybody sees
 * them, and settle it again when they are linked. */
static gboolean
announce (GstAvSeparate *self, gboolean new_pads)
{
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    GstAvStem *stem = &self->stems[i];

    if (stem->pad == NULL)
      continue;
    if (!gst_av_stem_negotiate (stem, &self->info))
      return FALSE;
    if (!new_pads)
      continue;
    gst_element_add_pad (GST_ELEMENT (self), stem->pad);
    if (!gst_av_stem_negotiate (stem, &self->info))
      return FALSE;
    gst_pad_sticky_events_foreach (self->sinkpad, copy_sticky, stem->pad);
  }
  if (new_pads)
    gst_element_no_more_pads (GST_ELEMENT (self));
  return TRUE;
}

static gboolean
have_pads (GstAvSeparate *self)
{
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (self->stems[i].pad != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Live pipelines measure compute time and count it as latency. */
static void
ask_live (GstAvSeparate *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live;

  if (gst_pad_peer_query (self->sinkpad, query)) {
    gst_query_parse_latency (query, &live, NULL, NULL);
    g_atomic_int_set (&self->live, live);
  }
  gst_query_unref (query);
}

static gboolean
set_caps (GstAvSeparate *self, GstCaps *caps)
{
  const gboolean new_pads = !have_pads (self);
  g_autoptr (GError) error = NULL;
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("The audio's format is incomplete."), ("caps %" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  if (self->engine != NULL && gst_audio_info_is_equal (&info, &self->info))
    return TRUE;
  gst_av_separate_drain (self);
  ask_live (self);
  self->info = info;
  if (new_pads)
    create_pads (self);
  if (!gst_av_separate_make_engine (self, &error)) {
    GST_AV_ERROR (self, error, "preparing for a format");
    return FALSE;
  }
  return announce (self, new_pads);
}

/* Feeds a gap shorter than the window as silence and eats the event; anything
 * else drains, and the event goes on. Returns TRUE when it was eaten. */
static gboolean
eat_gap (GstAvSeparate *self, GstEvent *event)
{
  GstClockTime pts, duration, expected;

  if (self->engine == NULL)
    return FALSE;
  gst_event_parse_gap (event, &pts, &duration);
  expected = gst_av_timeline_pts (&self->timeline, self->timeline.in_frames);
  if (gst_av_engine_pending (self->engine) > 0
      && GST_CLOCK_TIME_IS_VALID (duration)
      && GST_CLOCK_TIME_IS_VALID (expected)
      && self->segment.format == GST_FORMAT_TIME
      && gst_segment_clip (
          &self->segment, GST_FORMAT_TIME, pts, pts + duration, NULL, NULL)
      && (GstClockTime) ABS (GST_CLOCK_DIFF (expected, pts))
          < GST_AV_ALIGNMENT_THRESHOLD) {
    /* Up to where the gap ends, in whole frames of the timeline. */
    const GstClockTime end = MIN (pts + duration, self->segment.stop);
    const GstClockTime gap = end > expected ? end - expected : 0;
    const guint64 n_frames =
        gst_util_uint64_scale_int_round (gap, self->info.rate, GST_SECOND);

    if (n_frames <= gst_av_engine_latency (self->engine)) {
      gst_av_timeline_is_jump (
          &self->timeline, GST_CLOCK_TIME_NONE, FALSE, n_frames);
      gst_av_separate_feed_silence (self, n_frames);
      return TRUE;
    }
  }
  gst_av_separate_drain (self);
  gst_av_timeline_restart (&self->timeline);
  return FALSE;
}

/* Ends what came before, in its own format and segment. */
static void
finish_stream (GstAvSeparate *self)
{
  gst_av_separate_drain (self);
  if (self->engine != NULL)
    gst_av_timeline_restart (&self->timeline);
}

/* Returns TRUE when @event (borrowed) has been dealt with. */
static gboolean
handle_sink_event (GstAvSeparate *self, GstEvent *event, gboolean *ok)
{
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      *ok = set_caps (self, caps);
      return TRUE;
    case GST_EVENT_STREAM_START:
      finish_stream (self);
      start_streams (self, event);
      return TRUE;
    case GST_EVENT_SEGMENT:
      finish_stream (self);
      gst_event_copy_segment (event, &self->segment);
      return FALSE;
    case GST_EVENT_GAP:
      return eat_gap (self, event);
    case GST_EVENT_FLUSH_STOP:
      gst_av_separate_discard (self);
      gst_flow_combiner_reset (self->combiner);
      gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
      self->mark_discont = TRUE;
      return FALSE;
    case GST_EVENT_EOS:
      finish_stream (self);
      if (!have_pads (self))
        GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
            ("There is no audio to separate."), ("EOS before caps"));
      return FALSE;
    default:
      return FALSE;
  }
}

gboolean
gst_av_separate_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gboolean ok = TRUE;

  if (handle_sink_event (GST_AV_SEPARATE (parent), event, &ok)) {
    gst_event_unref (event);
    return ok;
  }
  return gst_pad_event_default (pad, parent, event);
}
