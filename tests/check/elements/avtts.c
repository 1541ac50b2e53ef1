/* avtts.c: text streams in, speech streams out. */
#include "tts-rig.h"

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
  g_autoptr (GstCaps) caps = gst_caps_from_string (UTF8);
  GstSegment segment;
  GstEvent *event;
  const GstSegment *result;
  Output out;

  gst_harness_push_event (h, gst_event_new_stream_start ("text"));
  gst_harness_push_event (h, gst_event_new_caps (caps));
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

/* Pushes @text the way filesrc does, in blocks that end anywhere. */
static Output
speak_file (const gchar *text, gsize block)
{
  GstHarness *h = gst_harness_new ("avtts");
  g_autoptr (GstCaps) caps = gst_caps_from_string (UTF8);
  GstSegment segment;
  Output out;

  gst_harness_push_event (h, gst_event_new_stream_start ("file"));
  gst_harness_push_event (h, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  for (gsize at = 0; at < strlen (text); at += block) {
    gsize n = MIN (block, strlen (text) - at);
    GstBuffer *buffer = gst_buffer_new_memdup (text + at, n);

    GST_BUFFER_OFFSET (buffer) = at;
    GST_BUFFER_OFFSET_END (buffer) = at + n;
    fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  }
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = take_output (h);
  gst_harness_teardown (h);
  return out;
}

GST_START_TEST (test_blocks_of_a_file_cut_neither_words_nor_sentences)
{
  static const gchar text[] =
      "Professor Dr. Smith went homewards. In the caf\xc3\xa9 he sat down";
  Output sentence = speak (
      "", UTF8, "Professor Dr. Smith went homewards.", 0, GST_CLOCK_TIME_NONE);
  Output whole = speak_file (text, sizeof text);

  fail_unless_equals_int (sentence.disconts, 1);
  for (gsize block = 1; block < 12; block += 5) {
    Output out = speak_file (text, block);
    Output rest =
        speak ("", UTF8, "In the cafe he sat down", 0, GST_CLOCK_TIME_NONE);

    fail_unless_equals_int (
        out.samples->len, sentence.samples->len + rest.samples->len);
    fail_unless (
        memcmp (&g_array_index (out.samples, gfloat, sentence.samples->len),
            rest.samples->data, rest.samples->len * sizeof (gfloat))
        == 0);
    fail_unless_equals_int (out.jumps, 0);
    fail_unless_equals_int (out.disconts, 1);
    clear_output (&rest);
    clear_output (&out);
  }
  fail_unless (whole.samples->len > sentence.samples->len);
  clear_output (&sentence);
  clear_output (&whole);
}
GST_END_TEST;

GST_START_TEST (test_what_a_parser_left_of_the_markup_is_not_spoken)
{
  Output plain = speak ("", UTF8, "Tom & Jerry < 5", 0, GST_CLOCK_TIME_NONE);
  Output left = speak ("", UTF8, "{\\an8}<i>Tom</i> &amp; <c.red>Jerry</c> < 5",
      0, GST_CLOCK_TIME_NONE);

  assert_same (&plain, &left);
  clear_output (&plain);
  clear_output (&left);
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

GST_START_TEST (test_samples_are_float_where_anything_is_taken)
{
  GstHarness *h = gst_harness_new ("avtts");
  GstCaps *caps;

  gst_harness_set_sink_caps_str (h,
      "audio/x-raw, format = (string) { F64LE, S32LE, F32LE, S16LE }, "
      "rate = (int) [ 1, max ]");
  gst_harness_set_src_caps_str (h, UTF8);
  push_text (h, SHORT, 0, GST_CLOCK_TIME_NONE);
  caps = gst_pad_get_current_caps (h->sinkpad);
  fail_unless_equals_string (
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format"),
      GST_AUDIO_NE (F32));
  gst_caps_unref (caps);
  gst_harness_teardown (h);
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
  TCase *stream = contract_case (suite, "stream");

  tcase_add_test (stream, test_plain_text_is_offered_first);
  tcase_add_test (stream, test_markup_is_not_spoken);
  tcase_add_test (stream, test_a_buffer_list_is_one_utterance);
  tcase_add_test (stream, test_eos_brings_out_what_was_held_back);
  tcase_add_test (stream, test_flush_aborts_a_long_text);
  tcase_add_test (stream, test_text_outside_of_the_segment_is_dropped);
  tcase_add_test (stream, test_bytes_become_time);
  tcase_add_test (
      stream, test_blocks_of_a_file_cut_neither_words_nor_sentences);
  tcase_add_test (stream, test_what_a_parser_left_of_the_markup_is_not_spoken);
  tcase_add_test (stream, test_downstream_chooses_rate_and_format);
  tcase_add_test (stream, test_samples_are_float_where_anything_is_taken);
  tcase_add_test (
      stream, test_latency_is_that_of_upstream_and_the_first_sample);
  tcase_add_test (stream, test_restart_begins_anew);
  tcase_add_test (stream, test_odd_bytes_do_no_harm);
  tcase_add_test (stream, test_downstream_errors_stop_speech);
  return suite;
}

int
main (int argc, char **argv)
{
  return tts_main (argc, argv, avtts_suite, "avtts");
}
