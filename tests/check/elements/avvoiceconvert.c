/* avvoiceconvert.c: the contract on avvoiceconvert, and its voices. */
#include <math.h>
#include <string.h>

#include "contract.h"
#include "voice-fixture.h"

static const ContractElement element = {
  .launch = "avvoiceconvert voice=high",
  .rate = 16000,
  .channels = 1,
  /* Longer than the delay without look-ahead at this rate. */
  .window = 2400,
  .n_frames = 20000,
  .property = "similarity",
  .value_a = 1.0,
  .value_b = 0.0,
  .controllable = TRUE,
  .steps = TRUE,
};

static GstElement *
child_of (ContractStream *stream)
{
  return GST_BIN_CHILDREN (stream->h->element)->data;
}

static ContractStream *
start_voice (const gchar *launch, gfloat **frames, gsize *n_frames)
{
  ContractElement voiced = element;

  voiced.launch = launch;
  *n_frames = 3 * (gsize) element.rate;
  *frames = synthetic_voice (&fixture_low, FIXTURE_RATE, 3.0, 3);
  return contract_stream_new (&voiced);
}

static void
push_part (ContractStream *stream, const gfloat *frames, gsize from, gsize to)
{
  contract_push (stream, frames + from, to - from, 480,
      contract_time (element.rate, from));
}

/* Median period of the autocorrelation peak over voiced blocks, as Hz. */
static gdouble
median_f0 (const ContractStream *stream, gsize from, gsize to)
{
  const gsize block = 1024;
  GArray *values = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble median = 0.0;

  for (gsize at = from; at + 2 * block < to; at += block) {
    const gfloat *x = (const gfloat *) stream->record.frames->data + at;
    gdouble energy = 1e-9, best = 0.0, hz;
    gsize best_lag = 0;

    for (gsize i = 0; i < block; i++)
      energy += x[i] * x[i];
    for (gsize lag = (gsize) element.rate / 500;
         lag < (gsize) element.rate / 70; lag++) {
      gdouble sum = 0.0, other = 1e-9;
      for (gsize i = 0; i < block; i++) {
        sum += x[i] * x[i + lag];
        other += x[i + lag] * x[i + lag];
      }
      sum /= sqrt (energy * other);
      /* The shortest of equals, or an octave below would win. */
      if (sum > best + 0.05) {
        best = sum;
        best_lag = lag;
      }
    }
    if (best > 0.7 && energy > 0.01) {
      hz = (gdouble) element.rate / (gdouble) best_lag;
      g_array_append_val (values, hz);
    }
  }
  fail_unless (values->len > 5, "nothing voiced came out");
  for (guint i = 0; i < values->len; i++) {
    guint below = 0;
    median = g_array_index (values, gdouble, i);
    for (guint k = 0; k < values->len; k++)
      below += g_array_index (values, gdouble, k) < median;
    if (below == values->len / 2)
      break;
  }
  g_array_unref (values);
  return median;
}

static gdouble
converted_f0 (const gchar *launch)
{
  gsize n_frames;
  gfloat *frames;
  ContractStream *stream = start_voice (launch, &frames, &n_frames);
  gdouble hz;

  push_part (stream, frames, 0, n_frames);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, n_frames);
  hz = median_f0 (stream, 8000, n_frames);
  contract_stream_free (stream);
  g_free (frames);
  return hz;
}

static void
assert_near_hz (gdouble hz, gdouble expected)
{
  /* A semitone and a half: the wandering of the synthetic voice. */
  fail_unless (fabs (12.0 * log2 (hz / expected)) < 1.5,
      "%g Hz where about %g were expected", hz, expected);
}

GST_START_TEST (test_pitch_follows_the_voice_or_the_property)
{
  /* The source speaks at 110 Hz, the voice at 210. */
  assert_near_hz (converted_f0 ("avvoiceconvert voice=high"), 210.0);
  assert_near_hz (
      converted_f0 ("avvoiceconvert voice=high pitch-auto=false"), 110.0);
  assert_near_hz (
      converted_f0 ("avvoiceconvert voice=high pitch-shift=5"), 146.8);
}

GST_END_TEST;

GST_START_TEST (test_voice_changes_while_playing)
{
  gsize n_frames;
  gfloat *frames;
  ContractStream *stream =
      start_voice ("avvoiceconvert voice=low", &frames, &n_frames);
  GstStructure *stats;

  push_part (stream, frames, 0, n_frames / 2);
  g_object_set (child_of (stream), "voice", "high", NULL);
  push_part (stream, frames, n_frames / 2, n_frames);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, n_frames);
  fail_unless (stream->record.n_discont <= 1);
  assert_near_hz (median_f0 (stream, 4000, n_frames / 2), 110.0);
  assert_near_hz (median_f0 (stream, n_frames / 2 + 4000, n_frames), 210.0);
  g_object_get (child_of (stream), "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "voice"), "high");
  gst_structure_free (stats);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

GST_START_TEST (test_unknown_voice_while_playing_is_a_warning)
{
  gsize n_frames;
  gfloat *frames;
  ContractStream *stream =
      start_voice ("avvoiceconvert voice=low", &frames, &n_frames);

  push_part (stream, frames, 0, n_frames / 2);
  contract_count_messages (stream, GST_MESSAGE_WARNING);
  g_object_set (child_of (stream), "voice", "nobody", NULL);
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_WARNING), 1);
  push_part (stream, frames, n_frames / 2, n_frames);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, n_frames);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

static void
check_start_error (const gchar *voice, GQuark domain, gint code,
    const gchar *must_say, const gchar *must_say_too)
{
  GstElement *convert = gst_element_factory_make ("avvoiceconvert", NULL);
  GstBus *bus = gst_bus_new ();
  GError *error = NULL;
  GstMessage *message;

  gst_element_set_bus (convert, bus);
  g_object_set (convert, "voice", voice, NULL);
  fail_unless_equals_int (gst_element_set_state (convert, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s: %s",
      g_quark_to_string (error->domain), error->message);
  fail_unless (
      strstr (error->message, must_say) != NULL, "it says: %s", error->message);
  fail_unless (strstr (error->message, must_say_too) != NULL, "it says: %s",
      error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (convert, GST_STATE_NULL);
  gst_element_set_bus (convert, NULL);
  gst_object_unref (bus);
  gst_object_unref (convert);
}

GST_START_TEST (test_missing_voice_names_the_folder_and_the_voices)
{
  const gchar *dir = g_getenv ("AUTOVOICE_VOICES_DIR");

  check_start_error (
      "nobody", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, dir, "high");
  check_start_error (
      NULL, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, dir, "low");
}

GST_END_TEST;

GST_START_TEST (test_truncated_voice_file_is_a_decode_error)
{
  g_autofree gchar *whole =
      g_build_filename (g_getenv ("AUTOVOICE_VOICES_DIR"), "low.voice", NULL);
  g_autofree gchar *cut = g_strconcat (whole, ".cut.voice", NULL);
  g_autofree gchar *bytes = NULL;
  gsize size;

  fail_unless (g_file_get_contents (whole, &bytes, &size, NULL));
  fail_unless (g_file_set_contents (cut, bytes, (gssize) size / 2, NULL));
  check_start_error (cut, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, cut, "");
  g_remove (cut);
}

GST_END_TEST;

/* In files the element holds back the look-ahead and says so; a harness counts
 * as live. */
GST_START_TEST (test_lookahead_is_part_of_the_latency)
{
  ContractElement file = element;
  ContractStream *live, *ahead;
  GstClockTime min_live, min_ahead, max;
  gboolean is_live;

  live = contract_stream_new (&element);
  fail_unless (contract_latency (live, &is_live, &min_live, &max));
  file.launch = "avvoiceconvert voice=high lookahead=2";
  ahead = contract_stream_new (&file);
  fail_unless (contract_latency (ahead, &is_live, &min_ahead, &max));
  fail_unless (min_live < GST_SECOND / 2);
  fail_unless (min_ahead >= 2 * GST_SECOND);
  contract_stream_free (live);
  contract_stream_free (ahead);
}

GST_END_TEST;

/* Another seed may sound different, the same seed may not. */
GST_START_TEST (test_same_seed_same_samples)
{
  gsize n_frames;
  gfloat *frames;
  const gchar *launch =
      "avvoiceconvert voice=high lookahead=1 mode=quality seed=7";
  ContractStream *a = start_voice (launch, &frames, &n_frames);
  ContractStream *b;

  push_part (a, frames, 0, n_frames);
  contract_finish (a);
  g_free (frames);
  b = start_voice (launch, &frames, &n_frames);
  push_part (b, frames, 0, n_frames);
  contract_finish (b);
  g_free (frames);
  contract_assert_same (a, 0, b, 0, n_frames, 0.0f);
  contract_stream_free (a);
  contract_stream_free (b);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  gchar *dir;
  Suite *suite;
  TCase *tcase;
  int status;

  gst_check_init (&argc, &argv);
  dir = fixture_set_up ();
  suite = contract_suite ("avvoiceconvert", &element);
  tcase = contract_case (suite, "voices");
  tcase_add_test (tcase, test_pitch_follows_the_voice_or_the_property);
  tcase_add_test (tcase, test_voice_changes_while_playing);
  tcase_add_test (tcase, test_unknown_voice_while_playing_is_a_warning);
  tcase_add_test (tcase, test_missing_voice_names_the_folder_and_the_voices);
  tcase_add_test (tcase, test_truncated_voice_file_is_a_decode_error);
  tcase_add_test (tcase, test_lookahead_is_part_of_the_latency);
  tcase_add_test (tcase, test_same_seed_same_samples);
  status = contract_main (suite, "avvoiceconvert");
  fixture_tear_down (dir);
  return status;
}
