/* avtts.c: text in, speech out, in time. Without speakers in the build nothing
 * is tested. */
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "contract.h"
#include "tts/vox-tts.h"
#include "voice-fixture.h"

#define UTF8 "text/x-raw, format = (string) utf8"
#define MARKUP "text/x-raw, format = (string) pango-markup"
#define RATE 16000

#define SHORT "Hello there."
#define LONG \
  "This sentence is certainly far too long for the time that it is given."

/* What came out. */
typedef struct
{
  GArray *samples; /* gfloat, concatenated */
  GstClockTime start, end;
  guint jumps; /* buffers that do not continue the one before */
  guint disconts;
  guint gaps;
  guint silent; /* samples in buffers with the GAP flag, all zero */
  GstClockTime gap_start, gap_end; /* of the last gap */
} Output;

static GstHarness *
new_harness (const gchar *properties, const gchar *caps)
{
  g_autofree gchar *line = g_strconcat ("avtts ", properties, NULL);
  GstHarness *h = gst_harness_new_parse (line);

  gst_harness_set_src_caps_str (h, caps);
  return h;
}

static GstBuffer *
text_buffer (const gchar *text, GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

static void
push_text (
    GstHarness *h, const gchar *text, GstClockTime pts, GstClockTime duration)
{
  fail_unless_equals_int (
      gst_harness_push (h, text_buffer (text, pts, duration)), GST_FLOW_OK);
}

static void
take_gaps (GstHarness *h, Output *out)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      GstClockTime duration;

      gst_event_parse_gap (event, &out->gap_start, &duration);
      out->gap_end = out->gap_start + duration;
      out->gaps++;
    }
    gst_event_unref (event);
  }
}

/* Everything that came out since the last call; float samples only. */
static Output
take_output (GstHarness *h)
{
  Output out = { .samples = g_array_new (FALSE, FALSE, sizeof (gfloat)),
    .start = GST_CLOCK_TIME_NONE };
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (h)) != NULL) {
    GstMapInfo map;

    if (!GST_CLOCK_TIME_IS_VALID (out.start))
      out.start = GST_BUFFER_PTS (buffer);
    else if (GST_BUFFER_PTS (buffer) != out.end)
      out.jumps++;
    out.end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    out.disconts += GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
      out.silent += (guint) (map.size / sizeof (gfloat));
      for (gsize i = 0; i < map.size; i++)
        fail_unless_equals_int (map.data[i], 0);
    }
    g_array_append_vals (
        out.samples, map.data, (guint) (map.size / sizeof (gfloat)));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  take_gaps (h, &out);
  return out;
}

static void
clear_output (Output *out)
{
  g_array_unref (out->samples);
}

/* The stream begins at @pts when it is valid. */
static void
begin_at (GstHarness *h, GstClockTime pts)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    segment.start = segment.time = segment.position = pts;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
}

static Output
speak (const gchar *properties, const gchar *caps, const gchar *text,
    GstClockTime pts, GstClockTime duration)
{
  GstHarness *h = new_harness (properties, caps);
  Output out;

  begin_at (h, pts);
  push_text (h, text, pts, duration);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = take_output (h);
  gst_harness_teardown (h);
  return out;
}

static void
assert_same (const Output *a, const Output *b)
{
  fail_unless_equals_int (a->samples->len, b->samples->len);
  fail_unless (memcmp (a->samples->data, b->samples->data,
                   a->samples->len * sizeof (gfloat))
      == 0);
}

/* --- time --- */

GST_START_TEST (test_timed_text_fits_its_slot)
{
  /* Within the limits of the rate: 0.8 to 1.5. */
  static const gdouble parts[] = { 1.2, 1.05, 0.9, 0.7 };
  Output natural = speak ("", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    GstClockTime slot = (GstClockTime) (parts[i] * (gdouble) natural.end);
    Output out = speak ("", UTF8, LONG, 2 * GST_SECOND, slot);

    fail_unless_equals_uint64 (out.start, 2 * GST_SECOND);
    fail_unless (out.end <= 2 * GST_SECOND + slot);
    /* Frames are 5 ms, and every sound is a whole number of them. */
    fail_unless (out.end + 50 * GST_MSECOND >= 2 * GST_SECOND + slot);
    fail_unless_equals_int (out.jumps, 0);
    clear_output (&out);
  }
  clear_output (&natural);
}
GST_END_TEST;

GST_START_TEST (test_an_endless_slot_is_spoken_at_the_lowest_rate)
{
  Output natural = speak ("", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output slow = speak ("", UTF8, LONG, 0, 60 * GST_SECOND);
  Output slowest = speak ("speed=0.8", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);

  fail_unless (slow.end > natural.end);
  assert_same (&slow, &slowest);
  clear_output (&natural);
  clear_output (&slow);
  clear_output (&slowest);
}
GST_END_TEST;

GST_START_TEST (test_untimed_text_continues)
{
  GstHarness *h = new_harness ("", UTF8);
  Output alone =
      speak ("", UTF8, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  Output out;

  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  fail_unless_equals_int (out.samples->len, 2 * alone.samples->len);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.disconts, 1);
  fail_unless_equals_int (out.gaps, 0);
  clear_output (&alone);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_time_between_slots_is_silence)
{
  GstHarness *h = new_harness ("", UTF8);
  Output alone = speak ("", UTF8, SHORT, 0, GST_SECOND);
  Output out;
  guint at = 5 * RATE;

  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  push_text (h, SHORT, 5 * GST_SECOND, GST_SECOND);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.disconts, 1);
  fail_unless_equals_int (out.samples->len, at + alone.samples->len);
  /* A second of silence, then four seconds less what was spoken. */
  fail_unless_equals_int (out.silent, at - alone.samples->len);
  fail_unless (memcmp (&g_array_index (out.samples, gfloat, at),
                   alone.samples->data, alone.samples->len * sizeof (gfloat))
      == 0);
  clear_output (&alone);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_gap_events_are_forwarded)
{
  GstHarness *h = new_harness ("", UTF8);
  Output out;

  fail_unless (
      gst_harness_push_event (h, gst_event_new_gap (0, 3 * GST_SECOND)));
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_int (out.gaps, 1);
  fail_unless_equals_uint64 (out.gap_end, 3 * GST_SECOND);
  fail_unless_equals_uint64 (out.start, 3 * GST_SECOND);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_clip_ends_with_the_slot)
{
  GstHarness *h = new_harness ("overflow=clip", UTF8);
  Output out, next;

  push_text (h, LONG, 0, GST_SECOND);
  out = take_output (h);
  push_text (h, SHORT, GST_SECOND, 2 * GST_SECOND);
  next = take_output (h);
  fail_unless_equals_uint64 (out.end, GST_SECOND);
  /* Faded out, not chopped. */
  fail_unless (
      fabsf (g_array_index (out.samples, gfloat, out.samples->len - 1)) < 0.01);
  fail_unless_equals_uint64 (next.start, GST_SECOND);
  fail_unless_equals_int (next.disconts, 0);
  clear_output (&out);
  clear_output (&next);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_shift_loses_nothing)
{
  GstHarness *h = new_harness ("overflow=shift", UTF8);
  Output fast = speak ("speed=1.5", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output out, next;

  push_text (h, LONG, 0, GST_SECOND);
  out = take_output (h);
  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  next = take_output (h);
  assert_same (&out, &fast);
  fail_unless_equals_uint64 (next.start, out.end);
  fail_unless_equals_int (next.disconts, 0);
  clear_output (&fast);
  clear_output (&out);
  clear_output (&next);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_overlap_mixes)
{
  GstHarness *h = new_harness ("overflow=overlap", UTF8);
  Output a = speak ("speed=1.5", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output b = speak ("", UTF8, SHORT, 0, 900 * GST_MSECOND);
  Output out;

  push_text (h, LONG, 0, GST_SECOND);
  push_text (h, SHORT, 1500 * GST_MSECOND, 900 * GST_MSECOND);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = take_output (h);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.gaps, 0);
  fail_unless (a.samples->len > RATE * 3 / 2 + b.samples->len);
  fail_unless_equals_int (out.samples->len, a.samples->len);
  for (guint i = 0; i < out.samples->len; i++) {
    gfloat expected = g_array_index (a.samples, gfloat, i);

    if (i >= RATE * 3 / 2 && i - RATE * 3 / 2 < b.samples->len)
      expected += g_array_index (b.samples, gfloat, i - RATE * 3 / 2);
    fail_unless (
        fabsf (g_array_index (out.samples, gfloat, i) - expected) < 1e-6);
  }
  clear_output (&a);
  clear_output (&b);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

/* --- streams --- */

GST_START_TEST (test_plain_text_is_offered_first)
{
  GstHarness *h = gst_harness_new ("avtts");
  GstPad *pad = gst_element_get_static_pad (h->element, "sink");
  GstCaps *caps = gst_pad_get_pad_template_caps (pad);

  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format"),
      "utf8");
  gst_caps_unref (caps);
  gst_object_unref (pad);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_markup_is_not_spoken)
{
  Output plain = speak ("", UTF8, "Tom & Jerry", 0, GST_CLOCK_TIME_NONE);
  Output markup = speak (
      "", MARKUP, "<b>Tom</b> &amp; <i>Jerry</i>", 0, GST_CLOCK_TIME_NONE);

  assert_same (&plain, &markup);
  clear_output (&plain);
  clear_output (&markup);
}
GST_END_TEST;

GST_START_TEST (test_a_buffer_list_is_one_utterance)
{
  GstHarness *h = new_harness ("", UTF8);
  GstBufferList *list = gst_buffer_list_new ();
  GstPad *peer = gst_pad_get_peer (h->srcpad);
  Output whole = speak ("", UTF8, "one more thing to say", 0, 2 * GST_SECOND);
  Output out;

  gst_buffer_list_add (list, text_buffer ("one more", 0, GST_SECOND));
  gst_buffer_list_add (
      list, text_buffer ("thing to say", GST_SECOND, GST_SECOND));
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  out = take_output (h);
  assert_same (&whole, &out);
  clear_output (&whole);
  clear_output (&out);
  gst_object_unref (peer);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_eos_brings_out_what_was_held_back)
{
  GstHarness *h = new_harness ("overflow=overlap", UTF8);
  Output before, after;

  push_text (h, LONG, 0, GST_SECOND);
  before = take_output (h);
  fail_unless_equals_uint64 (before.end, GST_SECOND);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  after = take_output (h);
  fail_unless_equals_uint64 (after.start, before.end);
  fail_unless (after.end > 2 * GST_SECOND);
  clear_output (&before);
  clear_output (&after);
  gst_harness_teardown (h);
}
GST_END_TEST;

static gpointer
push_in_thread (gpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, LONG " ");
  return GINT_TO_POINTER (gst_harness_push (
      data, text_buffer (text->str, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE)));
}

GST_START_TEST (test_flush_aborts_a_long_text)
{
  GstHarness *h = new_harness ("", UTF8);
  Output alone = speak ("", UTF8, SHORT, 0, GST_CLOCK_TIME_NONE);
  GThread *thread = g_thread_new ("push", push_in_thread, h);
  GstSegment segment;
  Output out;

  gst_buffer_unref (gst_harness_pull (h));
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_start ()));
  /* Hours of speech: only the flush can end this soon enough. */
  fail_unless_equals_int (
      GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_FLUSHING);
  fail_unless (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  out = take_output (h);
  clear_output (&out);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  fail_unless_equals_int (out.disconts, 1);
  assert_same (&out, &alone);
  clear_output (&alone);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_text_outside_of_the_segment_is_dropped)
{
  GstHarness *h = new_harness ("", UTF8);
  GstSegment segment;
  Output out;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.position = 10 * GST_SECOND;
  segment.stop = 12 * GST_SECOND;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  push_text (h, LONG, 11 * GST_SECOND, 4 * GST_SECOND);
  push_text (h, SHORT, 13 * GST_SECOND, GST_SECOND);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 10 * GST_SECOND);
  fail_unless_equals_int (out.silent, RATE);
  fail_unless_equals_uint64 (out.end, 12 * GST_SECOND);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_bytes_become_time)
{
  GstHarness *h = gst_harness_new ("avtts");
  GstSegment segment;
  GstEvent *event;
  const GstSegment *result;
  Output out;

  gst_harness_push_event (h, gst_event_new_stream_start ("text"));
  gst_harness_push_event (h, gst_event_new_caps (gst_caps_from_string (UTF8)));
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  event = gst_pad_get_sticky_event (h->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (event, &result);
  fail_unless_equals_int (result->format, GST_FORMAT_TIME);
  gst_event_unref (event);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_downstream_chooses_rate_and_format)
{
  static const gint rates[] = { 8000, 16000, 44100, 192000 };
  Output natural = speak ("", UTF8, SHORT, 0, GST_CLOCK_TIME_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    GstHarness *h = gst_harness_new ("avtts");
    g_autofree gchar *caps = g_strdup_printf (
        "audio/x-raw, format = (string) S16LE, rate = (int) %d", rates[i]);
    gdouble expected =
        (gdouble) natural.samples->len * rates[i] / RATE * sizeof (gint16);
    gsize size = 0;
    GstBuffer *buffer;

    gst_harness_set_sink_caps_str (h, caps);
    gst_harness_set_src_caps_str (h, UTF8);
    push_text (h, SHORT, 0, GST_CLOCK_TIME_NONE);
    while ((buffer = gst_harness_try_pull (h)) != NULL) {
      size += gst_buffer_get_size (buffer);
      gst_buffer_unref (buffer);
    }
    fail_unless (fabs ((gdouble) size - expected) <= 4);
    gst_harness_teardown (h);
  }
  clear_output (&natural);
}
GST_END_TEST;

GST_START_TEST (test_latency_is_that_of_upstream_and_the_first_sample)
{
  GstHarness *h = gst_harness_new ("avtts");
  GstQuery *query = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean live;

  gst_harness_set_live (h, TRUE);
  gst_harness_set_upstream_latency (h, 20 * GST_MSECOND);
  fail_if (gst_pad_peer_query (h->sinkpad, query));
  gst_harness_set_src_caps_str (h, UTF8);
  fail_unless (gst_pad_peer_query (h->sinkpad, query));
  gst_query_parse_latency (query, &live, &min, &max);
  fail_unless (live);
  fail_unless_equals_uint64 (min, 70 * GST_MSECOND);
  gst_query_unref (query);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_changes_take_effect_with_the_next_text)
{
  GstHarness *h = new_harness ("", UTF8);
  GstElement *element = gst_harness_find_element (h, "avtts");
  Output slow = speak ("speed=0.7 pause-scale=2 speaker=rms", UTF8, LONG, 0,
      GST_CLOCK_TIME_NONE);
  Output out;

  push_text (h, LONG, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_if (out.samples->len == slow.samples->len);
  clear_output (&out);
  g_object_set (
      element, "speed", 0.7, "pause-scale", 2.0, "speaker", "rms", NULL);
  push_text (h, LONG, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  assert_same (&out, &slow);
  clear_output (&out);
  clear_output (&slow);
  gst_object_unref (element);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_restart_begins_anew)
{
  GstHarness *h = new_harness ("", UTF8);
  Output before, after;

  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  before = take_output (h);
  for (guint i = 0; i < 2; i++) {
    fail_unless_equals_int (gst_element_set_state (h->element, GST_STATE_READY),
        GST_STATE_CHANGE_SUCCESS);
    gst_harness_play (h);
    gst_harness_push_event (h, gst_event_new_stream_start ("again"));
    gst_harness_set_src_caps_str (h, UTF8);
    push_text (h, SHORT, GST_SECOND, GST_SECOND);
    after = take_output (h);
    assert_same (&before, &after);
    fail_unless_equals_uint64 (after.start, 0);
    clear_output (&after);
  }
  clear_output (&before);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_odd_bytes_do_no_harm)
{
  GstHarness *h = new_harness ("", UTF8);
  static const gchar bytes[] = "Hi\0there\xff\xfe \xe2\x82";
  GstBuffer *buffer = gst_buffer_new_memdup (bytes, sizeof bytes - 1);
  Output expected =
      speak ("", UTF8, "Hi there", GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  Output out;

  fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (h, gst_buffer_new ()), GST_FLOW_OK);
  push_text (h, "\n", 0, 0);
  out = take_output (h);
  assert_same (&out, &expected);
  clear_output (&expected);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_stats_count)
{
  GstHarness *h = new_harness ("", UTF8);
  GstElement *element = gst_harness_find_element (h, "avtts");
  GstStructure *stats;
  guint64 samples;
  guint utterances;
  Output out;

  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "samples-out", G_TYPE_UINT64, &samples,
      "utterances", G_TYPE_UINT, &utterances, NULL));
  fail_unless_equals_uint64 (samples, out.samples->len);
  fail_unless_equals_int (utterances, 1);
  gst_structure_free (stats);
  clear_output (&out);
  gst_object_unref (element);
  gst_harness_teardown (h);
}
GST_END_TEST;

/* --- the text property --- */

GST_START_TEST (test_text_property_needs_no_input)
{
  GstHarness *h = gst_harness_new_with_padnames ("avtts", NULL, "src");
  Output expected =
      speak ("", UTF8, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  gboolean eos = FALSE;
  Output out;

  g_object_set (h->element, "text", SHORT, NULL);
  gst_element_set_state (h->element, GST_STATE_READY);
  gst_harness_play (h);
  while (!eos) {
    GstEvent *event = gst_harness_pull_event (h);

    fail_unless (event != NULL);
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  assert_same (&out, &expected);
  clear_output (&out);
  clear_output (&expected);
  gst_harness_teardown (h);
}
GST_END_TEST;

/* --- enrolled voices --- */

GST_START_TEST (test_a_voice_changes_the_sound_and_not_the_time)
{
  gchar *dir = fixture_set_up ();
  Output plain = speak ("", UTF8, SHORT, 0, GST_CLOCK_TIME_NONE);
  Output low = speak ("voice=low", UTF8, SHORT, 0, GST_CLOCK_TIME_NONE);
  Output again = speak ("voice=low", UTF8, SHORT, 0, GST_CLOCK_TIME_NONE);
  gdouble difference = 0, energy = 0;

  assert_same (&low, &again);
  fail_unless_equals_uint64 (low.start, plain.start);
  fail_unless_equals_uint64 (low.end, plain.end);
  fail_unless_equals_int (low.samples->len, plain.samples->len);
  for (guint i = 0; i < plain.samples->len; i++) {
    gdouble a = g_array_index (plain.samples, gfloat, i);
    gdouble b = g_array_index (low.samples, gfloat, i);

    difference += (a - b) * (a - b);
    energy += a * a;
  }
  fail_unless (difference > 0.1 * energy);
  clear_output (&plain);
  clear_output (&low);
  clear_output (&again);
  fixture_tear_down (dir);
}
GST_END_TEST;

/* --- what is wrong is said --- */

static void
assert_start_fails (const gchar *property, const gchar *value, GQuark domain,
    gint code, const gchar *part)
{
  GstElement *element = gst_element_factory_make ("avtts", NULL);
  GstBus *bus = gst_bus_new ();
  g_autoptr (GError) error = NULL;
  GstMessage *message;

  gst_element_set_bus (element, bus);
  g_object_set (element, property, value, NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code));
  fail_unless (strstr (error->message, part) != NULL);
  gst_message_unref (message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}

GST_START_TEST (test_unknown_speaker_is_an_error)
{
  assert_start_fails ("speaker", "nobody", GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NOT_FOUND, "slt, rms, awb, kal16");
}
GST_END_TEST;

GST_START_TEST (test_missing_lexicon_is_an_error)
{
  assert_start_fails ("lexicon", "/nonexistent/my.lex", GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NOT_FOUND, "/nonexistent/my.lex");
}
GST_END_TEST;

GST_START_TEST (test_malformed_lexicon_is_an_error)
{
  g_autofree gchar *path = NULL;
  gint file = g_file_open_tmp ("autovoice-XXXXXX.lex", &path, NULL);

  fail_unless (file >= 0);
  g_close (file, NULL);
  fail_unless (
      g_file_set_contents (path, "fine = fine\nbad  X Y Z Z Y\n", -1, NULL));
  assert_start_fails (
      "lexicon", path, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, ":2: ");
  g_remove (path);
}
GST_END_TEST;

GST_START_TEST (test_missing_voice_is_an_error)
{
  assert_start_fails ("voice", "/nonexistent/somebody.voice",
      GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "somebody");
}
GST_END_TEST;

GST_START_TEST (test_downstream_errors_stop_speech)
{
  GstHarness *h = new_harness ("", UTF8);

  gst_pad_set_active (h->sinkpad, FALSE);
  fail_unless_equals_int (
      gst_harness_push (h, text_buffer (LONG, 0, GST_CLOCK_TIME_NONE)),
      GST_FLOW_FLUSHING);
  gst_harness_teardown (h);
}
GST_END_TEST;

static Suite *
avtts_suite (void)
{
  Suite *suite = suite_create ("avtts");
  TCase *time = contract_case (suite, "time");
  TCase *stream = contract_case (suite, "stream");
  TCase *errors = contract_case (suite, "errors");

  tcase_add_test (time, test_timed_text_fits_its_slot);
  tcase_add_test (time, test_an_endless_slot_is_spoken_at_the_lowest_rate);
  tcase_add_test (time, test_untimed_text_continues);
  tcase_add_test (time, test_time_between_slots_is_silence);
  tcase_add_test (time, test_gap_events_are_forwarded);
  tcase_add_test (time, test_overflow_clip_ends_with_the_slot);
  tcase_add_test (time, test_overflow_shift_loses_nothing);
  tcase_add_test (time, test_overflow_overlap_mixes);
  tcase_add_test (stream, test_plain_text_is_offered_first);
  tcase_add_test (stream, test_markup_is_not_spoken);
  tcase_add_test (stream, test_a_buffer_list_is_one_utterance);
  tcase_add_test (stream, test_eos_brings_out_what_was_held_back);
  tcase_add_test (stream, test_flush_aborts_a_long_text);
  tcase_add_test (stream, test_text_outside_of_the_segment_is_dropped);
  tcase_add_test (stream, test_bytes_become_time);
  tcase_add_test (stream, test_downstream_chooses_rate_and_format);
  tcase_add_test (
      stream, test_latency_is_that_of_upstream_and_the_first_sample);
  tcase_add_test (stream, test_changes_take_effect_with_the_next_text);
  tcase_add_test (stream, test_restart_begins_anew);
  tcase_add_test (stream, test_odd_bytes_do_no_harm);
  tcase_add_test (stream, test_stats_count);
  tcase_add_test (stream, test_text_property_needs_no_input);
  tcase_add_test (stream, test_a_voice_changes_the_sound_and_not_the_time);
  tcase_add_test (errors, test_unknown_speaker_is_an_error);
  tcase_add_test (errors, test_missing_lexicon_is_an_error);
  tcase_add_test (errors, test_malformed_lexicon_is_an_error);
  tcase_add_test (errors, test_missing_voice_is_an_error);
  tcase_add_test (errors, test_downstream_errors_stop_speech);
  return suite;
}

int
main (int argc, char **argv)
{
  if (vox_tts_speakers ()[0] == NULL)
    return 77; /* skipped: built without flite */
  gst_check_init (&argc, &argv);
  return contract_main (avtts_suite (), "avtts");
}
