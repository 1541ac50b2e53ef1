/* avseparate.c: the stems add up to the mix in buffers of any size, modes and
 * states; latency, lateness, errors and statistics are told. */
#include "separate-rig.h"

GST_START_TEST (test_stems_add_up_with_the_timestamps_of_the_mix)
{
  const gsize n = 4 * RATE + 11;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  fail_unless_equals_int (rig.n_pads, N_STEMS);
  fail_unless (rig.no_more_pads);
  push_song (&rig, song, 0, n, 1000);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  for (guint i = 0; i < N_STEMS; i++) {
    fail_unless_equals_uint64 (outputs[i].first_pts, 0);
    fail_unless (outputs[i].contiguous);
  }
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_buffer_size_never_changes_the_samples)
{
  static const gsize sizes[] = { 1, 997, BLOCK_FRAMES - 1, BLOCK_FRAMES,
    BLOCK_FRAMES + 1, RATE };
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output whole[N_STEMS];

  for (gint s = -1; s < (gint) G_N_ELEMENTS (sizes); s++) {
    Output outputs[N_STEMS];
    Rig rig;

    rig_init (&rig, "");
    set_caps (&rig, "F32LE", RATE, 1);
    push_song (&rig, song, 0, n, s < 0 ? n : sizes[s]);
    push_eos (&rig);
    take_all (&rig, s < 0 ? whole : outputs);
    for (guint i = 0; i < N_STEMS && s >= 0; i++)
      fail_unless (equal_samples (&outputs[i], &whole[i]));
    if (s >= 0)
      outputs_clear (outputs);
    rig_clear (&rig);
  }
  outputs_clear (whole);
}
GST_END_TEST;

GST_START_TEST (test_samples_come_within_the_latency)
{
  const gsize n = 4 * RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime min, max, latency;
  GstPad *src;
  gsize latency_frames, out = 0;
  GstBuffer *buffer;
  Rig rig;

  rig_init (&rig, "stems=vocals");
  gst_harness_set_live (rig.in, FALSE);
  set_caps (&rig, "F32LE", RATE, 1);
  gst_harness_set_upstream_latency (rig.in, 30 * GST_MSECOND);
  src = gst_element_get_static_pad (rig.element, "src_vocals");
  fail_unless (gst_pad_query (src, query));
  gst_query_parse_latency (query, NULL, &min, &max);
  fail_unless (GST_CLOCK_TIME_IS_VALID (min));
  latency = min - 30 * GST_MSECOND;
  fail_unless (latency > GST_SECOND && latency <= 1800 * GST_MSECOND);
  latency_frames = gst_util_uint64_scale_int_ceil (latency, RATE, GST_SECOND);

  push_song (&rig, song, 0, n, 100);
  while ((buffer = gst_harness_try_pull (rig.out[0])) != NULL) {
    out += gst_buffer_get_size (buffer) / sizeof (gfloat);
    gst_buffer_unref (buffer);
  }
  fail_unless (out >= n - latency_frames);
  gst_object_unref (src);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_latency_of_live_music_includes_the_time_to_compute)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autoptr (GstStructure) stats = NULL;
  g_autoptr (GstPad) src = NULL;
  GstClockTime min, max;
  guint64 own;
  gboolean live;
  Rig rig;

  /* The harness answers as a live source. */
  rig_init (&rig, "stems=vocals");
  set_caps (&rig, "F32LE", RATE, 1);
  gst_harness_set_upstream_latency (rig.in, 30 * GST_MSECOND);
  src = gst_element_get_static_pad (rig.element, "src_vocals");
  fail_unless (gst_pad_query (src, query));
  gst_query_parse_latency (query, &live, &min, &max);
  g_object_get (rig.element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "latency", &own));
  fail_unless (live);
  fail_unless (min >= 30 * GST_MSECOND + own + GST_MSECOND);
  fail_unless_equals_uint64 (max, GST_CLOCK_TIME_NONE);
  rig_clear (&rig);
}
GST_END_TEST;

/* Backwards, every buffer is before the one before it, without a flag. */
GST_START_TEST (test_backwards_every_buffer_stands_alone)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1.0;
  segment.stop = segment.position = 3 * GST_SECOND;
  gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
  push_song (&rig, song, 2 * RATE, n, RATE);
  take_all (&rig, outputs);
  outputs_clear (outputs);
  push_song (&rig, song, RATE, 2 * RATE, RATE);
  /* What was under way came out first, with its own time. */
  take_all (&rig, outputs);
  assert_sums_to (outputs, song + 2 * RATE, RATE);
  fail_unless_equals_uint64 (outputs[0].first_pts, 2 * GST_SECOND);
  outputs_clear (outputs);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song + RATE, RATE);
  fail_unless_equals_uint64 (outputs[0].first_pts, GST_SECOND);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_states_cycle)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint round = 0; round < 3; round++) {
    Output outputs[N_STEMS];

    set_caps (&rig, "F32LE", RATE, 1);
    fail_unless_equals_int (rig.n_pads, N_STEMS);
    gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
    push_song (&rig, song, 0, n, 1000);
    if (round == 1)
      push_eos (&rig);
    take_all (&rig, outputs);
    if (round == 1)
      assert_sums_to (outputs, song, n);
    outputs_clear (outputs);
    for (guint i = 0; i < N_STEMS; i++)
      g_clear_pointer (&rig.out[i], gst_harness_teardown);
    rig.n_pads = 0;
    gst_element_set_state (rig.element, GST_STATE_READY);
    fail_unless_equals_int (g_list_length (rig.element->srcpads), 0);
    gst_element_set_state (rig.element, GST_STATE_PLAYING);
    gst_harness_push_event (rig.in, gst_event_new_stream_start ("again"));
  }
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_mode_changes_while_playing)
{
  static const gchar *const modes[] = { "fast", "quality", "balanced" };
  const gsize n = 8 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    push_song (&rig, song, 2 * i * RATE, 2 * (i + 1) * RATE, 500);
    gst_util_set_object_arg (G_OBJECT (rig.element), "mode", modes[i]);
  }
  push_song (&rig, song, 6 * RATE, n, 500);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  fail_unless (outputs[0].contiguous);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

static guint64
latency_of (GstElement *element)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 latency = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "latency", &latency);
  return latency;
}

static guint
count_latency_messages (GstBus *bus)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (bus)) != NULL) {
    n += GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY;
    gst_message_unref (message);
  }
  return n;
}

GST_START_TEST (test_latency_message_only_on_change)
{
  static const gchar *const modes[] = { "fast", "quality", "balanced" };
  const gsize n = 8 * RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GstBus) bus = gst_bus_new ();
  Rig rig;

  rig_init (&rig, "");
  gst_element_set_bus (rig.element, bus);
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, 2 * RATE, 500);
  fail_unless_equals_int (count_latency_messages (bus), 1);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    const guint64 before = latency_of (rig.element);

    gst_util_set_object_arg (G_OBJECT (rig.element), "mode", modes[i]);
    push_song (&rig, song, 2 * (i + 1) * RATE, 2 * (i + 2) * RATE, 500);
    fail_unless_equals_int (count_latency_messages (bus),
        latency_of (rig.element) == before ? 0 : 1);
  }
  gst_element_set_bus (rig.element, NULL);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_late_playback_steps_down_to_dry)
{
  const gsize n = 4 * RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GstStructure) stats = NULL;
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  guint late = 0;
  Rig rig;

  rig_init (&rig, "mode=fast adaptive=true");
  gst_element_set_bus (rig.element, bus);
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  for (guint i = 0; i < 3; i++)
    fail_unless (gst_harness_push_upstream_event (rig.out[0],
        gst_event_new_qos (
            GST_QOS_TYPE_UNDERFLOW, 2.0, GST_SECOND, GST_SECOND)));
  push_song (&rig, song, 0, 500, 500);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_QOS);
  fail_unless (message != NULL);
  gst_message_unref (message);
  g_object_get (rig.element, "stats", &stats, NULL);
  fail_unless_equals_string (gst_structure_get_string (stats, "mode"), "dry");
  fail_unless (gst_structure_get_uint (stats, "late-blocks", &late));
  fail_unless_equals_int (late, 3);
  gst_element_set_bus (rig.element, NULL);
  gst_object_unref (bus);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_unknown_model_is_not_found)
{
  GstElement *element = gst_element_factory_make ("avseparate", NULL);
  GstBus *bus = gst_bus_new ();
  g_autoptr (GError) error = NULL;
  GstMessage *message;

  g_object_set (element, "model", "nothing.th", NULL);
  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (
      error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND));
  fail_unless (strstr (error->message, "nothing.th") != NULL);
  gst_message_unref (message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (test_stats_count_the_samples)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GstStructure) stats = NULL;
  guint64 in, out, bad, latency;
  Rig rig;

  song[10] = NAN;
  rig_init (&rig, "stems=bass");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  push_eos (&rig);
  g_object_get (rig.element, "stats", &stats, NULL);
  fail_unless (gst_structure_get (stats, "samples-in", G_TYPE_UINT64, &in,
      "samples-out", G_TYPE_UINT64, &out, "bad-samples", G_TYPE_UINT64, &bad,
      "latency", G_TYPE_UINT64, &latency, NULL));
  fail_unless_equals_uint64 (in, n);
  fail_unless_equals_uint64 (out, n);
  fail_unless_equals_uint64 (bad, 1);
  fail_unless (latency > 0);
  rig_clear (&rig);
}
GST_END_TEST;

static Suite *
avseparate_suite (void)
{
  Suite *suite = suite_create ("avseparate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_stems_add_up_with_the_timestamps_of_the_mix);
  tcase_add_test (tc, test_buffer_size_never_changes_the_samples);
  tcase_add_test (tc, test_samples_come_within_the_latency);
  tcase_add_test (tc, test_latency_of_live_music_includes_the_time_to_compute);
  tcase_add_test (tc, test_backwards_every_buffer_stands_alone);
  tcase_add_test (tc, test_states_cycle);
  tcase_add_test (tc, test_mode_changes_while_playing);
  tcase_add_test (tc, test_latency_message_only_on_change);
  tcase_add_test (tc, test_late_playback_steps_down_to_dry);
  tcase_add_test (tc, test_unknown_model_is_not_found);
  tcase_add_test (tc, test_stats_count_the_samples);
  return suite;
}

GST_CHECK_MAIN (avseparate);
