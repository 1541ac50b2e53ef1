/* base.c: the base class of the effects, on a processor that only delays and
 * scales, so that every expected sample is known. */
#include <string.h>

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

#include "contract.h"
#include "delay-effect.h"

#define RATE 8000
#define CHANNELS 2

static const ContractElement element = {
  .launch = "avtesteffect",
  .rate = RATE,
  .channels = CHANNELS,
  .window = DELAY_FRAMES,
  .n_frames = 3 * RATE,
  .property = "gain",
  .value_a = 0.5,
  .value_b = 0.25,
  .controllable = TRUE,
  .steps = TRUE,
};

static gfloat
sample (const ContractStream *stream, gsize frame)
{
  return g_array_index (stream->record.frames, gfloat, frame * CHANNELS);
}

GST_START_TEST (test_output_is_the_input_at_its_own_place)
{
  ContractStream *stream = contract_run (&element, NULL, 5000, 700);
  gfloat *frames = contract_signal (RATE, CHANNELS, 0, 5000);

  for (gsize i = 0; i < 5000; i++)
    fail_unless (sample (stream, i) == frames[i * CHANNELS]);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

GST_START_TEST (test_declared_latency_is_the_engines)
{
  ContractStream *stream = contract_stream_new (&element);
  GstClockTime min, max;
  gboolean live;

  gst_harness_set_upstream_latency (stream->h, 0);
  fail_unless (contract_latency (stream, &live, &min, &max));
  /* The harness answers as a live source. */
  fail_unless (live);
  fail_unless_equals_uint64 (
      min, contract_time (RATE, DELAY_FRAMES) + GST_AV_LIVE_COMPUTE_TIME);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_control_point_takes_effect_at_its_sample)
{
  ContractStream *stream = contract_stream_new (&element);
  GstElement *effect =
      gst_bin_get_by_name (GST_BIN (stream->h->element), "avtesteffect0");
  GstTimedValueControlSource *source;
  gsize change = 2345;
  gfloat *frames = contract_signal (RATE, CHANNELS, 0, 5000);

  if (effect == NULL)
    effect = gst_object_ref (GST_BIN_CHILDREN (stream->h->element)->data);
  source =
      GST_TIMED_VALUE_CONTROL_SOURCE (gst_interpolation_control_source_new ());
  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  gst_object_add_control_binding (GST_OBJECT (effect),
      gst_direct_control_binding_new_absolute (
          GST_OBJECT (effect), "gain", GST_CONTROL_SOURCE (source)));
  gst_timed_value_control_source_set (source, 0, 0.5);
  gst_timed_value_control_source_set (
      source, contract_time (RATE, change), 0.25);
  contract_push (stream, frames, 5000, 1700, 0);
  contract_finish (stream);
  for (gsize i = 0; i < 5000; i++)
    fail_unless (sample (stream, i)
            == frames[i * CHANNELS] * (i < change ? 0.5f : 0.25f),
        "at frame %" G_GSIZE_FORMAT, i);
  gst_object_unref (source);
  gst_object_unref (effect);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

static ContractStream *
run_constant (const gchar *launch, gsize n_frames)
{
  ContractElement constant = element;
  ContractStream *stream;
  gfloat *frames = g_new (gfloat, n_frames * CHANNELS);

  constant.launch = launch;
  for (gsize i = 0; i < n_frames * CHANNELS; i++)
    frames[i] = 0.5f;
  stream = contract_stream_new (&constant);
  contract_push (stream, frames, n_frames, 400, 0);
  g_free (frames);
  return stream;
}

/* A constant through a crossfade shows every flaw: a jump, a hole, a gain
 * error. */
static void
assert_moves_smoothly (ContractStream *stream, gfloat from, gfloat to)
{
  const gfloat largest_step = 0.005f;
  gsize n = stream->record.n_frames;

  fail_unless (ABS (sample (stream, 0) - from) < 1e-6f);
  fail_unless (ABS (sample (stream, n - 1) - to) < 1e-6f);
  for (gsize i = 1; i < n; i++)
    fail_unless (
        ABS (sample (stream, i) - sample (stream, i - 1)) < largest_step,
        "jump at frame %" G_GSIZE_FORMAT, i);
}

static void
push_constant (ContractStream *stream, gsize n_frames)
{
  gfloat *frames = g_new (gfloat, n_frames * CHANNELS);
  GstClockTime pts = GST_CLOCK_TIME_NONE;

  for (gsize i = 0; i < n_frames * CHANNELS; i++)
    frames[i] = 0.5f;
  gst_harness_push (
      stream->h, contract_buffer (&stream->format, frames, n_frames, pts));
  g_free (frames);
}

GST_START_TEST (test_mode_change_crossfades_without_loss)
{
  ContractStream *stream = run_constant ("avtesteffect name=effect", 3000);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;

  contract_count_messages (stream, GST_MESSAGE_LATENCY);
  gst_util_set_object_arg (G_OBJECT (effect), "mode", "fast");
  push_constant (stream, 5000);
  contract_finish (stream);
  /* Both modes have the same latency here. */
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_LATENCY), 0);
  fail_unless_equals_int (stream->record.n_frames, 8000);
  assert_moves_smoothly (stream, 0.5f, 0.375f);
  contract_stream_free (stream);
}

GST_END_TEST;

static GstClockTime
last_qos_quality (ContractStream *stream, gint *quality)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (stream->bus)) != NULL) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_QOS) {
      guint64 processed, dropped;
      gst_message_parse_qos_values (message, NULL, NULL, quality);
      gst_message_parse_qos_stats (message, NULL, &processed, &dropped);
      fail_unless_equals_uint64 (dropped, 0);
      n++;
    }
    gst_message_unref (message);
  }
  return n;
}

/* balanced, fast, dry: gains 1, 0.75 and 1 on this element. */
GST_START_TEST (test_qos_steps_to_dry_and_back)
{
  ContractStream *stream = run_constant ("avtesteffect", 3000);
  GstEvent *late = gst_event_new_qos (
      GST_QOS_TYPE_UNDERFLOW, 2.0, 30 * GST_MSECOND, GST_SECOND);
  gsize at_fast, at_dry;
  gint quality = -1;

  contract_set_if_there (stream, "adaptive", TRUE);
  for (guint i = 0; i < 3; i++)
    gst_harness_push_upstream_event (stream->h, gst_event_ref (late));
  push_constant (stream, 3000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 1);
  fail_unless_equals_int (quality, 500000);
  at_fast = stream->record.n_frames - 1;
  for (guint i = 0; i < 3; i++)
    gst_harness_push_upstream_event (stream->h, gst_event_ref (late));
  push_constant (stream, 3000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 1);
  fail_unless_equals_int (quality, 0);
  at_dry = stream->record.n_frames - 1;
  fail_unless (ABS (sample (stream, at_fast) - 0.375f) < 1e-6f);
  fail_unless (ABS (sample (stream, at_dry) - 0.5f) < 1e-6f);

  /* Calm for long enough, counted in audio: back to the chosen mode. */
  for (guint i = 0; i < 100; i++)
    push_constant (stream, RATE);
  fail_unless (last_qos_quality (stream, &quality) == 2);
  fail_unless_equals_int (quality, 1000000);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 9000 + 100 * RATE);
  for (gsize i = 1; i < stream->record.n_frames; i++)
    fail_unless (ABS (sample (stream, i) - sample (stream, i - 1)) < 0.005f);
  gst_event_unref (late);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_adaptive_off_never_steps)
{
  ContractStream *stream = run_constant ("avtesteffect adaptive=false", 3000);
  gint quality;

  for (guint i = 0; i < 20; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (
            GST_QOS_TYPE_UNDERFLOW, 2.0, 30 * GST_MSECOND, GST_SECOND));
  push_constant (stream, 5000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 0);
  contract_finish (stream);
  assert_moves_smoothly (stream, 0.5f, 0.5f);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_lost_device_falls_back_without_loss)
{
  ContractStream *stream =
      run_constant ("avtesteffect name=effect fails-at=2500", 6000);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;
  GstStructure *stats;
  guint fallbacks = 0;

  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 6000);
  assert_moves_smoothly (stream, 0.5f, 0.5f);
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_WARNING), 1);
  g_object_get (effect, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "fallbacks", &fallbacks));
  fail_unless_equals_int (fallbacks, 1);
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_stats_count_samples)
{
  ContractStream *stream = contract_run (&element, NULL, 5000, 700);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;
  GstStructure *stats;
  guint64 in, out, latency;

  g_object_get (effect, "stats", &stats, NULL);
  fail_unless (
      gst_structure_get (stats, "samples-in", G_TYPE_UINT64, &in, "samples-out",
          G_TYPE_UINT64, &out, "latency", G_TYPE_UINT64, &latency, NULL));
  fail_unless_equals_uint64 (in, 5000);
  fail_unless_equals_uint64 (out, 5000);
  fail_unless_equals_uint64 (latency, contract_time (RATE, DELAY_FRAMES));
  fail_unless (gst_structure_has_field (stats, "real-time-factor"));
  fail_unless (gst_structure_has_field (stats, "device"));
  fail_unless (gst_structure_has_field (stats, "device-bytes"));
  fail_unless (gst_structure_has_field (stats, "late-blocks"));
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

/* Planar buffers need GstAudioMeta, so upstream is told that it may add it. */
GST_START_TEST (test_audio_meta_is_offered_to_upstream)
{
  ContractStream *stream = contract_run (&element, NULL, 5000, 700);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (stream->h->srcpad);
  GstQuery *query = gst_query_new_allocation (caps, FALSE);

  fail_unless (gst_pad_peer_query (stream->h->srcpad, query));
  fail_unless (
      gst_query_find_allocation_meta (query, GST_AUDIO_META_API_TYPE, NULL));
  gst_query_unref (query);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_unknown_device_is_an_error_at_start)
{
  GstElement *effect = gst_element_factory_make ("avtesteffect", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_bus (effect, bus);
  g_object_set (effect, "device", "abacus", NULL);
  fail_unless_equals_int (gst_element_set_state (effect, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, "abacus") != NULL);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (effect, GST_STATE_NULL);
  gst_element_set_bus (effect, NULL);
  gst_object_unref (bus);
  gst_object_unref (effect);
}

GST_END_TEST;

GST_START_TEST (test_preset_holds_the_sound_only)
{
  GstElement *effect = gst_element_factory_make ("avtesteffect", NULL);
  gchar **names = gst_preset_get_property_names (GST_PRESET (effect));
  const gchar *const *list = (const gchar *const *) names;

  fail_unless (g_strv_contains (list, "mode"));
  fail_unless (g_strv_contains (list, "gain"));
  fail_if (g_strv_contains (list, "name"));
  fail_if (g_strv_contains (list, "qos"));
  fail_if (g_strv_contains (list, "device"));
  fail_if (g_strv_contains (list, "stats"));
  g_strfreev (names);
  gst_object_unref (effect);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite;
  TCase *tcase;

  gst_check_init (&argc, &argv);
  gst_element_register (
      NULL, "avtesteffect", GST_RANK_NONE, gst_av_test_effect_get_type ());
  suite = contract_suite ("base", &element);
  tcase = contract_case (suite, "effect");
  tcase_add_test (tcase, test_output_is_the_input_at_its_own_place);
  tcase_add_test (tcase, test_declared_latency_is_the_engines);
  tcase_add_test (tcase, test_control_point_takes_effect_at_its_sample);
  tcase_add_test (tcase, test_mode_change_crossfades_without_loss);
  tcase_add_test (tcase, test_qos_steps_to_dry_and_back);
  tcase_add_test (tcase, test_adaptive_off_never_steps);
  tcase_add_test (tcase, test_lost_device_falls_back_without_loss);
  tcase_add_test (tcase, test_stats_count_samples);
  tcase_add_test (tcase, test_audio_meta_is_offered_to_upstream);
  tcase_add_test (tcase, test_unknown_device_is_an_error_at_start);
  tcase_add_test (tcase, test_preset_holds_the_sound_only);
  return contract_main (suite, "base");
}
