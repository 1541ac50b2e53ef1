/* avtts-properties.c: avtts does what its properties ask for, and says what is
 * wrong with them. */
#include <glib/gstdio.h>

#include "tts-rig.h"
#include "voice-fixture.h"

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

static Suite *
avtts_properties_suite (void)
{
  Suite *suite = suite_create ("avtts-properties");
  TCase *properties = contract_case (suite, "properties");
  TCase *errors = contract_case (suite, "errors");

  tcase_add_test (properties, test_text_property_needs_no_input);
  tcase_add_test (properties, test_a_voice_changes_the_sound_and_not_the_time);
  tcase_add_test (properties, test_changes_take_effect_with_the_next_text);
  tcase_add_test (properties, test_stats_count);
  tcase_add_test (errors, test_unknown_speaker_is_an_error);
  tcase_add_test (errors, test_missing_lexicon_is_an_error);
  tcase_add_test (errors, test_malformed_lexicon_is_an_error);
  tcase_add_test (errors, test_missing_voice_is_an_error);
  return suite;
}

int
main (int argc, char **argv)
{
  return tts_main (argc, argv, avtts_properties_suite, "avtts-properties");
}
