/* avsongconvert.c: the contract on the bin, and what is its own: the mix. */
#include <math.h>
#include <string.h>

#include "contract.h"
#include "voice-fixture.h"

static const ContractElement element = {
  .launch = "avsongconvert voice=high mode=fast",
  .rate = 8000,
  .channels = 2,
  .window = 4000,
  .n_frames = 16000,
  .property = "vocals-gain",
  .value_a = 1.0,
  .value_b = 0.5,
  .threaded = TRUE,
};

static GstElement *
child_of (ContractStream *stream)
{
  return GST_BIN_CHILDREN (stream->h->element)->data;
}

static ContractStream *
run_song (const gchar *launch)
{
  ContractElement song = element;

  song.launch = launch;
  return contract_run (&song, NULL, element.n_frames, 1000);
}

/* What the bin gives is what its parts give, put together by hand: vocals and
 * accompaniment apart, at the same frames. */
GST_START_TEST (test_mix_is_the_sum_of_the_branches)
{
  ContractStream *both = run_song ("avsongconvert voice=high mode=fast");
  ContractStream *vocals =
      run_song ("avsongconvert voice=high mode=fast accompaniment-gain=0");
  ContractStream *accompaniment =
      run_song ("avseparate name=first mode=fast first.src_accompaniment ! "
                "identity name=last");
  ContractStream *converted = run_song (
      "avseparate name=first mode=fast first.src_vocals ! "
      "avvoiceconvert name=last voice=high content=singing mode=fast");
  gsize n = element.n_frames * (gsize) element.channels;

  contract_assert_same (vocals, 0, converted, 0, element.n_frames, 0.0f);
  for (gsize i = 0; i < n; i++) {
    gfloat a = g_array_index (accompaniment->record.frames, gfloat, i);
    gfloat v = g_array_index (vocals->record.frames, gfloat, i);
    gfloat sum = g_array_index (both->record.frames, gfloat, i);
    fail_unless (fabsf (sum - (a + v)) < 1e-6f,
        "sample %" G_GSIZE_FORMAT ": %g is not %g + %g", i, (gdouble) sum,
        (gdouble) a, (gdouble) v);
  }
  contract_stream_free (both);
  contract_stream_free (vocals);
  contract_stream_free (accompaniment);
  contract_stream_free (converted);
}

GST_END_TEST;

/* A step of a gain in a tone is a jump far over the slope of the tone. The tone
 * is at another phase at each change. */
GST_START_TEST (test_gain_changes_do_not_click)
{
  const gdouble hz = 233.0, level = 0.4;
  const gdouble slope = 2.0 * G_PI * hz / element.rate * level;
  const gsize part = (gsize) element.rate;
  ContractFormat format = { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED,
    element.rate, 1 };
  ContractStream *stream = contract_stream_new_format (&element, &format);
  gfloat *frames = g_new (gfloat, part);
  gdouble largest = 0.0;

  for (gsize at = 0; at < 8; at++) {
    const gdouble gain = at % 2 == 0 ? 1.0 : 0.1;

    g_object_set (child_of (stream), "vocals-gain", gain, "accompaniment-gain",
        gain, NULL);
    for (gsize i = 0; i < part; i++)
      frames[i] = (gfloat) (level
          * sin (2.0 * G_PI * hz * (gdouble) (at * part + i) / element.rate));
    contract_push (
        stream, frames, part, 750, contract_time (element.rate, at * part));
    g_usleep (20000);
  }
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 8 * part);
  for (gsize i = part; i < 7 * part; i++)
    largest = MAX (largest,
        fabs ((gdouble) g_array_index (stream->record.frames, gfloat, i)
            - g_array_index (stream->record.frames, gfloat, i - 1)));
  fail_unless (largest < 1.3 * slope, "a step of %g where the tone has %g",
      largest, slope);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

static gdouble
shift_of (const gchar *launch)
{
  GstElement *song = gst_parse_launch (launch, NULL);
  GstElement *shift = gst_bin_get_by_name (GST_BIN (song), "shift");
  gdouble semitones;

  g_object_get (shift, "semitones", &semitones, NULL);
  gst_object_unref (shift);
  gst_object_unref (song);
  return semitones;
}

/* The vocals' branch does the work, so lateness is its business. */
GST_START_TEST (test_qos_reaches_the_conversion)
{
  ContractStream *stream = run_song (element.launch);
  GstStructure *stats;
  const GValue *convert;
  guint late = 0;

  contract_set_if_there (stream, "adaptive", TRUE);
  for (guint i = 0; i < 3; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (
            GST_QOS_TYPE_UNDERFLOW, 1.5, 20 * GST_MSECOND, GST_SECOND));
  g_object_get (child_of (stream), "stats", &stats, NULL);
  convert = gst_structure_get_value (stats, "convert");
  fail_unless (convert != NULL
      && gst_structure_get_uint (
          gst_value_get_structure (convert), "late-blocks", &late));
  fail_unless_equals_int (late, 3);
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_accompaniment_stays_in_tune)
{
  fail_unless (shift_of ("avsongconvert pitch-shift=3") == 3.0);
  fail_unless (shift_of ("avsongconvert pitch-shift=12") == 0.0);
  fail_unless (shift_of ("avsongconvert pitch-shift=-24") == 0.0);
  fail_unless (shift_of ("avsongconvert") == 0.0);
  fail_unless (
      shift_of ("avsongconvert pitch-shift=3 shift-accompaniment=never")
      == 0.0);
  fail_unless (
      shift_of ("avsongconvert pitch-shift=12 shift-accompaniment=always")
      == 12.0);
}

GST_END_TEST;

GST_START_TEST (test_properties_reach_the_children)
{
  GstElement *song = gst_element_factory_make ("avsongconvert", NULL);
  GObject *convert, *separate;
  gdouble similarity;
  gchar *voice;
  gint mode;

  g_object_set (song, "voice", "low", "similarity", 0.25, NULL);
  gst_util_set_object_arg (G_OBJECT (song), "mode", "quality");
  gst_child_proxy_lookup (
      GST_CHILD_PROXY (song), "convert::similarity", &convert, NULL);
  gst_child_proxy_lookup (
      GST_CHILD_PROXY (song), "separate::mode", &separate, NULL);
  g_object_get (convert, "similarity", &similarity, "voice", &voice, NULL);
  fail_unless (similarity == 0.25);
  fail_unless_equals_string (voice, "low");
  g_object_get (separate, "mode", &mode, NULL);
  fail_unless_equals_int (mode, 2);
  g_free (voice);
  g_object_unref (convert);
  g_object_unref (separate);
  gst_object_unref (song);
}

GST_END_TEST;

GST_START_TEST (test_missing_voice_is_an_error_of_the_bin)
{
  GstElement *pipeline = gst_parse_launch (
      "audiotestsrc num-buffers=5 ! avsongconvert voice=nobody ! fakesink",
      NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GError *error = NULL;

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND));
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (test_stats_cover_the_children)
{
  ContractStream *stream = run_song (element.launch);
  GstStructure *stats;
  guint64 in, out;

  g_object_get (child_of (stream), "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "samples-in", G_TYPE_UINT64, &in,
      "samples-out", G_TYPE_UINT64, &out, NULL));
  fail_unless_equals_uint64 (in, element.n_frames);
  fail_unless_equals_uint64 (out, element.n_frames);
  fail_unless (gst_structure_has_field (stats, "convert"));
  fail_unless (gst_structure_has_field (stats, "separate"));
  fail_unless (gst_structure_has_field (stats, "shift"));
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

typedef struct
{
  guint n_seeks;
  gboolean flushed;
  GstClockTime first_pts;
  gsize bytes;
} Seek;

static GstPadProbeReturn
watch_seeks (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Seek *seek = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEEK)
    seek->n_seeks++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
watch_output (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Seek *seek = data;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_FLUSH)
    seek->flushed = TRUE;
  else if (seek->flushed) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    if (seek->bytes == 0)
      seek->first_pts = GST_BUFFER_PTS (buffer);
    seek->bytes += gst_buffer_get_size (buffer);
  }
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement *pipeline, const gchar *element, const gchar *pad_name,
    GstPadProbeType type, GstPadProbeCallback probe, Seek *seek)
{
  GstElement *owner = gst_bin_get_by_name (GST_BIN (pipeline), element);
  GstPad *pad = gst_element_get_static_pad (owner, pad_name);

  gst_pad_add_probe (pad, type, probe, seek, NULL);
  gst_object_unref (pad);
  gst_object_unref (owner);
}

/* A flushing seek through the bin: the source hears of it once, and the rest
 * of the song comes out with its own timestamps. */
GST_START_TEST (test_seek_works)
{
  Seek seek = { 0, FALSE, GST_CLOCK_TIME_NONE, 0 };
  GstElement *pipeline = gst_parse_launch (
      "audiotestsrc name=source samplesperbuffer=800 ! "
      "audio/x-raw,rate=8000,channels=2,format=F32LE ! "
      "avsongconvert voice=high mode=fast ! fakesink name=sink sync=false",
      NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  add_probe (pipeline, "source", "src", GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      watch_seeks, &seek);
  add_probe (pipeline, "sink", "sink",
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_FLUSH, watch_output,
      &seek);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (
      gst_element_get_state (pipeline, NULL, NULL, 60 * GST_SECOND),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless (
      gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
          GST_SEEK_TYPE_SET, GST_SECOND, GST_SEEK_TYPE_SET, 3 * GST_SECOND));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  fail_unless_equals_int (seek.n_seeks, 1);
  fail_unless_equals_uint64 (seek.first_pts, GST_SECOND);
  fail_unless_equals_int (seek.bytes, 2 * 8000 * 2 * sizeof (gfloat));
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
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
  suite = contract_suite ("avsongconvert", &element);
  tcase = contract_case (suite, "song");
  tcase_add_test (tcase, test_mix_is_the_sum_of_the_branches);
  tcase_add_test (tcase, test_gain_changes_do_not_click);
  tcase_add_test (tcase, test_qos_reaches_the_conversion);
  tcase_add_test (tcase, test_accompaniment_stays_in_tune);
  tcase_add_test (tcase, test_properties_reach_the_children);
  tcase_add_test (tcase, test_missing_voice_is_an_error_of_the_bin);
  tcase_add_test (tcase, test_stats_cover_the_children);
  tcase_add_test (tcase, test_seek_works);
  status = contract_main (suite, "avsongconvert");
  fixture_tear_down (dir);
  return status;
}
