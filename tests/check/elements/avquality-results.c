/* avquality-results.c: what avquality says about the audio, alone and with a
 * reference. */
#include "quality-rig.h"

GST_START_TEST (test_messages_tell_interval_and_time)
{
  Rig rig;
  GstMessage *message;

  rig_init (&rig, "avquality " QUICK " interval=500000000", TRUE);
  run_pair (&rig, &mono, 2);
  for (guint i = 0; i < 4; i++) {
    const GstClockTime at = i * (GST_SECOND / 2);

    message = next_message (&rig, "avquality");
    fail_unless (message != NULL);
    fail_unless_equals_uint64 (time_of (message, "timestamp"), at);
    fail_unless_equals_uint64 (time_of (message, "stream-time"), at);
    fail_unless_equals_uint64 (time_of (message, "running-time"), at);
    fail_unless_equals_uint64 (time_of (message, "duration"), GST_SECOND / 2);
    fail_unless_equals_uint64 (
        time_of (message, "endtime"), at + GST_SECOND / 2);
    fail_unless (number_of (message, "si_sdr_db") > 10.0);
    gst_message_unref (message);
  }
  message = next_message (&rig, "avquality-summary");
  fail_unless (message != NULL);
  fail_unless_equals_uint64 (time_of (message, "duration"), 2 * GST_SECOND);
  fail_unless_equals_uint64 (time_of (message, "compared"), 2 * GST_SECOND);
  fail_unless (number_of (message, "si_sdr_db") > 10.0);
  gst_message_unref (message);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_messages_can_be_turned_off)
{
  Rig rig;
  GstMessage *message;

  rig_init (&rig, "avquality " QUICK " post-messages=false", TRUE);
  run_pair (&rig, &mono, 1);
  message = gst_bus_pop_filtered (rig.bus, GST_MESSAGE_ELEMENT);
  /* The summary is the only one. */
  fail_unless (gst_message_has_name (message, "avquality-summary"));
  gst_message_unref (message);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_without_reference_reasons_are_given)
{
  Rig rig;
  GstMessage *message;
  const GstStructure *unavailable;
  gfloat *frames = contract_signal (RATE, 1, 0, RATE);

  rig_init (&rig, "avquality", FALSE);
  set_format (rig.judged, &mono);
  push (rig.judged, &mono, frames, RATE, 1000);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  message = next_message (&rig, "avquality-summary");
  fail_unless (message != NULL);
  fail_if (
      gst_structure_has_field (gst_message_get_structure (message), "stoi"));
  unavailable = gst_value_get_structure (gst_structure_get_value (
      gst_message_get_structure (message), "unavailable"));
  fail_unless_equals_string (
      gst_structure_get_string (unavailable, "stoi"), "no reference was given");
  fail_unless (gst_structure_has_field (unavailable, "mos_lqo"));
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

/* SI-SDR of the same signal must not depend on how the reference comes. */
GST_START_TEST (test_reference_may_have_another_format)
{
  static const ContractFormat formats[] = {
    { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1 },
    { GST_AUDIO_FORMAT_S32, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1 },
    { GST_AUDIO_FORMAT_F64, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1 },
  };
  gdouble first = 0.0;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    Rig rig;
    GstMessage *message;

    rig_init (&rig, "avquality " QUICK, TRUE);
    run_pair (&rig, &formats[i], 1);
    message = next_message (&rig, "avquality-summary");
    if (i == 0)
      first = number_of (message, "si_sdr_db");
    fail_unless (fabs (number_of (message, "si_sdr_db") - first) < 1e-3);
    gst_message_unref (message);
    rig_clear (&rig);
  }
}
GST_END_TEST;

/* A reference at another rate is resampled: a tone stays the same tone. */
GST_START_TEST (test_reference_may_have_another_rate)
{
  static const ContractFormat reference = { GST_AUDIO_FORMAT_F32,
    GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 1 };
  gfloat *judged = g_new (gfloat, 2 * RATE);
  gfloat *original = g_new (gfloat, 2 * 44100);
  Feed feeding = { NULL, &reference, original, 2 * 44100, 5000 };
  GThread *thread;
  GstMessage *message;
  Rig rig;

  for (gsize i = 0; i < 2 * RATE; i++)
    judged[i] = (gfloat) sin (2.0 * G_PI * 440.0 * (gdouble) i / RATE) / 2;
  for (gsize i = 0; i < 2 * 44100; i++)
    original[i] = (gfloat) sin (2.0 * G_PI * 440.0 * (gdouble) i / 44100) / 2;
  rig_init (&rig, "avquality " QUICK, TRUE);
  set_format (rig.judged, &mono);
  set_format (rig.reference, &reference);
  feeding.h = rig.reference;
  thread = g_thread_new ("reference", feed, &feeding);
  push (rig.judged, &mono, judged, 2 * RATE, 700);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  g_thread_join (thread);
  message = next_message (&rig, "avquality-summary");
  /* The ends of the resampler's filter cost something. */
  fail_unless (number_of (message, "si_sdr_db") > 30.0);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (judged);
  g_free (original);
}
GST_END_TEST;

/* Running time decides what is compared: the reference begins 0.5 s earlier. */
GST_START_TEST (test_streams_are_compared_by_running_time)
{
  Rig rig;
  const gsize early = RATE / 2;
  gfloat *frames = contract_signal (RATE, 1, 0, 2 * RATE);
  Feed feeding = { NULL, &mono, frames, 2 * RATE, RATE };
  GThread *thread;
  GstMessage *message;

  rig_init (&rig, "avquality " QUICK, TRUE);
  set_format (rig.judged, &mono);
  set_format (rig.reference, &mono);
  feeding.h = rig.reference;
  thread = g_thread_new ("reference", feed, &feeding);
  for (gsize at = early; at < 2 * RATE; at += 1000)
    gst_harness_push (rig.judged,
        contract_buffer (&mono, frames + at, MIN (1000, 2 * RATE - at),
            contract_time (RATE, at)));
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  g_thread_join (thread);
  message = next_message (&rig, "avquality-summary");
  fail_unless (number_of (message, "si_sdr_db") > 100.0);
  fail_unless_equals_uint64 (time_of (message, "running-time"), GST_SECOND / 2);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
}
GST_END_TEST;

GST_START_TEST (test_alignment_reports_the_lag)
{
  Rig rig;
  const gsize n = 3 * RATE, late = 777;
  gfloat *frames = contract_signal (RATE, 1, 0, n);
  gfloat *judged = g_new0 (gfloat, n);
  Feed feeding = { NULL, &mono, frames, n, RATE };
  GThread *thread;
  GstMessage *message;
  gint64 lag = 0;

  /* No two parts of the signal may be alike. */
  for (gsize i = 0; i < n; i++)
    frames[i] *= (gfloat) (i % 12345) / 12345.0f;
  memcpy (judged + late, frames, (n - late) * sizeof (gfloat));
  rig_init (&rig, "avquality " QUICK " alignment=auto", TRUE);
  set_format (rig.judged, &mono);
  set_format (rig.reference, &mono);
  feeding.h = rig.reference;
  thread = g_thread_new ("reference", feed, &feeding);
  push (rig.judged, &mono, judged, n, 1000);
  gst_harness_push_event (rig.judged, gst_event_new_eos ());
  wait_for_eos (&rig);
  g_thread_join (thread);
  message = next_message (&rig, "avquality-summary");
  fail_unless (gst_structure_get_int64 (
      gst_message_get_structure (message), "lag-samples", &lag));
  fail_unless_equals_int64 (lag, late);
  fail_unless (number_of (message, "si_sdr_db") > 100.0);
  gst_message_unref (message);
  rig_clear (&rig);
  g_free (frames);
  g_free (judged);
}
GST_END_TEST;

GST_START_TEST (test_reports_are_written)
{
  static const struct
  {
    const gchar *format;
    const gchar *begin;
    const gchar *content;
  } cases[] = {
    { "json", "{", "\"pooled_metrics\"" },
    { "csv", "# avquality", "time_s,duration_s,stoi" },
    { "html", "<!DOCTYPE html>", "</html>" },
  };
  g_autofree gchar *folder = g_dir_make_tmp ("avquality-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_build_filename (folder, cases[i].format, NULL);
    g_autofree gchar *launch = g_strdup_printf (
        "avquality " QUICK " report-location=%s report-format=%s", path,
        cases[i].format);
    g_autofree gchar *text = NULL;
    g_autofree gchar *last = NULL;
    Rig rig;

    rig_init (&rig, launch, TRUE);
    run_pair (&rig, &mono, 1);
    g_object_get (rig.element, "last-result", &last, NULL);
    fail_unless (strstr (last, "\"pooled_metrics\"") != NULL);
    rig_clear (&rig);
    fail_unless (g_file_get_contents (path, &text, NULL, NULL));
    fail_unless (g_str_has_prefix (text, cases[i].begin));
    fail_unless (strstr (text, cases[i].content) != NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}
GST_END_TEST;

static Suite *
avquality_results_suite (void)
{
  Suite *suite = suite_create ("avquality-results");
  TCase *tc = contract_case (suite, "general");

  tcase_add_test (tc, test_messages_tell_interval_and_time);
  tcase_add_test (tc, test_messages_can_be_turned_off);
  tcase_add_test (tc, test_without_reference_reasons_are_given);
  tcase_add_test (tc, test_reference_may_have_another_format);
  tcase_add_test (tc, test_reference_may_have_another_rate);
  tcase_add_test (tc, test_streams_are_compared_by_running_time);
  tcase_add_test (tc, test_alignment_reports_the_lag);
  tcase_add_test (tc, test_reports_are_written);
  return suite;
}

int
main (int argc, char **argv)
{
  gst_check_init (&argc, &argv);
  return contract_main (avquality_results_suite (), "avquality-results");
}
