/* avseparate-pads.c: which pads avseparate shows, and the formats that go in and
 * out. */
#include "separate-rig.h"

GST_START_TEST (test_only_wanted_stems_have_pads)
{
  const gsize n = 2 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output vocals, rest;
  Rig rig;

  rig_init (&rig, "stems=vocals+accompaniment");
  set_caps (&rig, "F32LE", RATE, 1);
  fail_unless_equals_int (rig.n_pads, 2);
  push_song (&rig, song, 0, n, 500);
  push_eos (&rig);
  vocals = take_output (rig.out[0]);
  rest = take_output (rig.out[4]);
  fail_unless_equals_int (vocals.samples->len, n);
  for (gsize i = 0; i < n; i++)
    fail_unless (
        fabsf (sample (&vocals, i) + sample (&rest, i) - song[i]) < 1e-5f);
  g_array_unref (vocals.samples);
  g_array_unref (rest.samples);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_every_pad_announces_a_stream_of_its_own)
{
  const gchar *ids[N_STEMS];
  GstEvent *events[N_STEMS];
  guint groups[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "S16LE", RATE, 1);
  for (guint i = 0; i < N_STEMS; i++) {
    g_autofree gchar *name = g_strconcat ("src_", stem_names[i], NULL);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (rig.element, name);
    g_autoptr (GstEvent) segment = NULL;

    events[i] = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);
    segment = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
    fail_unless (events[i] != NULL && segment != NULL);
    gst_event_parse_stream_start (events[i], &ids[i]);
    gst_event_parse_group_id (events[i], &groups[i]);
    fail_unless_equals_int (groups[i], groups[0]);
    for (guint k = 0; k < i; k++)
      fail_if (g_str_equal (ids[i], ids[k]));
  }
  for (guint i = 0; i < N_STEMS; i++)
    gst_event_unref (events[i]);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_integer_audio_becomes_float_stems)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  g_autofree gint16 *integers = g_new (gint16, n);
  Output outputs[N_STEMS];
  Rig rig;

  for (gsize i = 0; i < n; i++) {
    integers[i] = (gint16) (song[i] * 32767.0f);
    song[i] = (gfloat) integers[i] / 32768.0f;
  }
  rig_init (&rig, "");
  set_caps (&rig, "S16LE", RATE, 1);
  gst_harness_push (
      rig.in, gst_buffer_new_memdup (integers, n * sizeof (gint16)));
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_planar_audio_is_read)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (2 * n);
  g_autofree gfloat *planes = g_new (gfloat, 2 * n);
  GstAudioInfo info;
  GstBuffer *buffer;
  Output outputs[N_STEMS];
  Rig rig;

  for (gsize i = 0; i < n; i++) {
    planes[i] = song[2 * i];
    planes[n + i] = song[2 * i + 1];
  }
  rig_init (&rig, "");
  gst_harness_set_src_caps_str (rig.in,
      "audio/x-raw, format=F32LE, rate=8000, channels=2, "
      "channel-mask=(bitmask)0x3, layout=non-interleaved");
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_F32LE, RATE, 2, NULL);
  info.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  buffer = gst_buffer_new_memdup (planes, 2 * n * sizeof (gfloat));
  gst_buffer_add_audio_meta (buffer, &info, n, NULL);
  gst_harness_push (rig.in, buffer);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, 2 * n);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_new_format_drains_in_the_old_one)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (2 * n);
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  set_caps (&rig, "F32LE", RATE, 2);
  fail_unless_equals_int (rig.n_pads, N_STEMS);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  outputs_clear (outputs);
  gst_harness_push (
      rig.in, gst_buffer_new_memdup (song, 2 * n * sizeof (gfloat)));
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, 2 * n);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_stems_take_the_format_that_is_wanted_behind_them)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  GstBuffer *buffer;
  gsize bytes = 0;
  Rig rig;

  rig_init (&rig, "stems=vocals");
  rig.sink_caps = "audio/x-raw, format=S16LE, layout=interleaved";
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  push_eos (&rig);
  while ((buffer = gst_harness_try_pull (rig.out[0])) != NULL) {
    bytes += gst_buffer_get_size (buffer);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (bytes, n * sizeof (gint16));
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_unlinked_pads_stop_nobody)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output vocals;
  GstFlowReturn ret = GST_FLOW_OK;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  for (guint i = 1; i < N_STEMS; i++)
    g_clear_pointer (&rig.out[i], gst_harness_teardown);
  push_song (&rig, song, 0, n, 500);
  push_eos (&rig);
  vocals = take_output (rig.out[0]);
  fail_unless_equals_int (vocals.samples->len, n);
  g_array_unref (vocals.samples);
  rig_clear (&rig);

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  for (guint i = 0; i < N_STEMS; i++)
    g_clear_pointer (&rig.out[i], gst_harness_teardown);
  for (gsize at = 0; at < n && ret == GST_FLOW_OK; at += 500)
    ret = gst_harness_push (rig.in, new_buffer (song + at, 500, at));
  fail_unless_equals_int (ret, GST_FLOW_NOT_LINKED);
  rig_clear (&rig);
}
GST_END_TEST;

static Suite *
avseparate_pads_suite (void)
{
  Suite *suite = suite_create ("avseparate-pads");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_only_wanted_stems_have_pads);
  tcase_add_test (tc, test_every_pad_announces_a_stream_of_its_own);
  tcase_add_test (tc, test_integer_audio_becomes_float_stems);
  tcase_add_test (tc, test_planar_audio_is_read);
  tcase_add_test (tc, test_new_format_drains_in_the_old_one);
  tcase_add_test (tc, test_stems_take_the_format_that_is_wanted_behind_them);
  tcase_add_test (tc, test_unlinked_pads_stop_nobody);
  return suite;
}

GST_CHECK_MAIN (avseparate_pads);
