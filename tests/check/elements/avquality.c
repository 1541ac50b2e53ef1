/* avquality.c: what passes avquality stays as it was, and stream events do what
 * they should. */
#include "quality-rig.h"

GST_START_TEST (test_judged_buffers_pass_untouched)
{
  Rig rig;
  gfloat *frames = contract_signal (RATE, 1, 0, 4000);
  GstBuffer *in, *out;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  in = contract_buffer (&mono, frames, 4000, 5 * GST_SECOND);
  GST_BUFFER_OFFSET (in) = 17;
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_MARKER);
  gst_buffer_ref (in);
  gst_harness_push (rig.judged, in);
  out = gst_harness_pull (rig.judged);
  /* Not a copy: the very buffer. */
  fail_unless (out == in);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 5 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (out), 17);
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_MARKER));
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

/* SI-SDR of a second and a half, and the samples that came out, with judged
 * buffers of @chunk frames. */
static gdouble
si_sdr_with_chunk (gsize chunk)
{
  const gsize n = RATE + RATE / 2;
  gfloat *frames = contract_signal (RATE, 1, 0, n);
  gfloat *judged = contract_signal (RATE, 1, 0, n);
  Feed feeding = { NULL, &mono, frames, n, 1000 };
  gsize n_out = 0;
  GThread *thread;
  GstMessage *message;
  GstBuffer *buffer;
  gdouble si_sdr;
  Rig rig;

  for (gsize i = 0; i < n; i++)
    judged[i] += i % 3 != 0 ? 0.01f : -0.02f;
  rig_init (&rig, "avquality " QUICK, TRUE);
  set_format (rig.judged, &mono);
  set_format (rig.reference, &mono);
  feeding.h = rig.reference;
  thread = g_thread_new ("reference", feed, &feeding);
  push (rig.judged, &mono, judged, n, chunk);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  g_thread_join (thread);
  while ((buffer = gst_harness_try_pull (rig.judged)) != NULL) {
    const gsize size = gst_buffer_get_size (buffer);

    fail_unless_equals_uint64 (
        GST_BUFFER_PTS (buffer), contract_time (RATE, n_out));
    fail_unless (gst_buffer_memcmp (buffer, 0, judged + n_out, size) == 0);
    n_out += size / sizeof (gfloat);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_uint64 (n_out, n);
  message = next_message (&rig, "avquality-summary");
  si_sdr = number_of (message, "si_sdr_db");
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
  g_free (judged);
  return si_sdr;
}

GST_START_TEST (test_buffer_size_changes_nothing)
{
  static const gsize chunks[] = { 1, 997, RATE - 1, RATE, RATE + 1 };
  const gdouble expected = si_sdr_with_chunk (4000);

  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    fail_unless (fabs (si_sdr_with_chunk (chunks[i]) - expected) < 1e-6);
}
GST_END_TEST;

GST_START_TEST (test_judged_is_clipped_to_the_segment)
{
  gfloat *frames = contract_signal (RATE, 1, 0, RATE);
  GstMessage *message;
  GstSegment segment;
  GstBuffer *buffer;
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = GST_SECOND / 4;
  gst_harness_push_event (rig.judged, gst_event_new_segment (&segment));
  push (rig.judged, &mono, frames, RATE, RATE);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  buffer = gst_harness_pull (rig.judged);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), GST_SECOND / 4);
  fail_unless_equals_uint64 (
      gst_buffer_get_size (buffer), 3 * RATE / 4 * sizeof (gfloat));
  gst_buffer_unref (buffer);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), 3 * GST_SECOND / 4);
  fail_unless_equals_uint64 (time_of (message, "running-time"), 0);
  fail_unless_equals_uint64 (time_of (message, "timestamp"), GST_SECOND / 4);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

/* A GAP event stays one, and is measured as silence. */
GST_START_TEST (test_gap_event_passes_as_silence)
{
  gfloat *frames = contract_signal (RATE, 1, 0, RATE);
  gboolean seen = FALSE;
  GstMessage *message;
  GstEvent *event;
  GstEventType type;
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  push (rig.judged, &mono, frames, RATE, RATE);
  gst_harness_push_event (
      rig.judged, gst_event_new_gap (GST_SECOND, GST_SECOND / 2));
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  do {
    event = gst_harness_pull_event (rig.judged);
    type = GST_EVENT_TYPE (event);
    seen |= type == GST_EVENT_GAP;
    gst_event_unref (event);
  } while (type != GST_EVENT_EOS);
  fail_unless (seen);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), 3 * GST_SECOND / 2);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_no_latency_is_added)
{
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  gst_harness_set_upstream_latency (rig.judged, 30 * GST_MSECOND);
  fail_unless_equals_uint64 (
      gst_harness_query_latency (rig.judged), 30 * GST_MSECOND);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_second_run_is_like_the_first)
{
  gfloat *frames = contract_signal (RATE, 1, 0, RATE);
  gdouble loudness[2];
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  for (guint run = 0; run < 2; run++) {
    GstMessage *message;

    set_format (rig.judged, &mono);
    push (rig.judged, &mono, frames, RATE, 1000);
    gst_harness_push_event (rig.judged, gst_event_new_eos ());
    wait_for_eos (&rig);
    message = next_message (&rig, "avquality-summary");
    fail_unless (message != NULL);
    loudness[run] = number_of (message, "loudness_integrated_lufs");
    gst_message_unref (message);
    /* Stops the element; the rig keeps it. */
    gst_harness_teardown (rig.judged);
    rig.judged = gst_harness_new_with_element (rig.element, "sink", "src");
  }
  fail_unless (loudness[0] == loudness[1]);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_tags_of_the_judged_pass)
{
  Rig rig;
  gfloat *frames = contract_signal (RATE, 1, 0, 4000);
  gboolean seen = FALSE;
  GstEvent *event;
  GstEventType type;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  gst_harness_push_event (rig.judged,
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "song", NULL)));
  push (rig.judged, &mono, frames, 4000, 1000);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  do {
    event = gst_harness_pull_event (rig.judged);
    type = GST_EVENT_TYPE (event);
    seen |= type == GST_EVENT_TAG;
    gst_event_unref (event);
  } while (type != GST_EVENT_EOS);
  fail_unless (seen);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_change_of_rate_ends_the_measurement)
{
  static const ContractFormat other = { GST_AUDIO_FORMAT_F32,
    GST_AUDIO_LAYOUT_INTERLEAVED, 48000, 1 };
  gfloat *frames = contract_signal (RATE, 1, 0, 2 * RATE);
  GstMessage *message;
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  push (rig.judged, &mono, frames, 2 * RATE, 1000);
  set_format (rig.judged, &other);
  gst_harness_push (
      rig.judged, contract_buffer (&other, frames, 24000, 2 * GST_SECOND));
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), 2 * GST_SECOND);
  gst_message_unref (message);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), GST_SECOND / 2);
  fail_unless_equals_uint64 (time_of (message, "running-time"), 2 * GST_SECOND);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_flush_forgets)
{
  gfloat *frames = contract_signal (RATE, 1, 0, 2 * RATE);
  GstSegment segment;
  GstMessage *message;
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  push (rig.judged, &mono, frames, 2 * RATE, 1000);
  gst_harness_push_event (rig.judged, gst_event_new_flush_start ());
  gst_harness_push_event (rig.judged, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (rig.judged, gst_event_new_segment (&segment));
  push (rig.judged, &mono, frames, RATE, 1000);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), GST_SECOND);
  gst_message_unref (message);
  fail_unless (next_message (&rig, "avquality-summary") == NULL);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_reset_starts_anew)
{
  gfloat *frames = contract_signal (RATE, 1, 0, 2 * RATE);
  GstMessage *message;
  Rig rig;

  rig_init (&rig, "avquality " QUICK, FALSE);
  set_format (rig.judged, &mono);
  push (rig.judged, &mono, frames, RATE, RATE);
  gst_buffer_unref (gst_harness_pull (rig.judged));
  g_signal_emit_by_name (rig.element, "reset");
  gst_harness_push (rig.judged,
      contract_buffer (&mono, frames, RATE / 2, contract_time (RATE, RATE)));
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  message = next_message (&rig, "avquality-summary");
  fail_unless_equals_uint64 (time_of (message, "duration"), GST_SECOND / 2);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_report_folder_is_checked_at_the_start)
{
  GstElement *meter = gst_element_factory_make ("avquality", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_bus (meter, bus);
  g_object_set (meter, "report-location", "/nonexistent/report.json", NULL);
  fail_unless_equals_int (gst_element_set_state (meter, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_WRITE));
  fail_unless (strstr (error->message, "/nonexistent") != NULL);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (meter, GST_STATE_NULL);
  gst_element_set_bus (meter, NULL);
  gst_object_unref (bus);
  gst_object_unref (meter);
}
GST_END_TEST;

GST_START_TEST (test_there_is_one_reference)
{
  GstElement *meter = gst_element_factory_make ("avquality", NULL);
  GstPadTemplate *templ = gst_element_get_pad_template (meter, "reference");
  GstPad *first = gst_element_request_pad (meter, templ, NULL, NULL);
  GstPad *second = gst_element_request_pad (meter, templ, NULL, NULL);

  fail_unless (first != NULL);
  fail_unless (second == NULL);
  gst_element_release_request_pad (meter, first);
  gst_object_unref (first);
  gst_object_unref (meter);
}
GST_END_TEST;

static Suite *
avquality_suite (void)
{
  Suite *suite = suite_create ("avquality");
  TCase *tc = contract_case (suite, "general");

  tcase_add_test (tc, test_judged_buffers_pass_untouched);
  tcase_add_test (tc, test_buffer_size_changes_nothing);
  tcase_add_test (tc, test_judged_is_clipped_to_the_segment);
  tcase_add_test (tc, test_gap_event_passes_as_silence);
  tcase_add_test (tc, test_no_latency_is_added);
  tcase_add_test (tc, test_second_run_is_like_the_first);
  tcase_add_test (tc, test_tags_of_the_judged_pass);
  tcase_add_test (tc, test_change_of_rate_ends_the_measurement);
  tcase_add_test (tc, test_flush_forgets);
  tcase_add_test (tc, test_reset_starts_anew);
  tcase_add_test (tc, test_report_folder_is_checked_at_the_start);
  tcase_add_test (tc, test_there_is_one_reference);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  return contract_main (avquality_suite (), "avquality");
}
