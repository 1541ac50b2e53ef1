/* avseparate-time.c: segments, flushes, jumps and gaps: every stem keeps the time
 * of the mix. */
#include "separate-rig.h"

GST_START_TEST (test_stream_starts_with_its_segment)
{
  const gsize offset = 5 * RATE, n = RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 5 * GST_SECOND;
  gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
  gst_harness_push (rig.in, new_buffer (song, n, offset));
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless_equals_uint64 (outputs[i].first_pts, 5 * GST_SECOND);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_audio_outside_the_segment_is_clipped)
{
  const gsize n = 2 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = GST_SECOND / 2;
  segment.stop = 3 * GST_SECOND / 2;
  gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
  push_song (&rig, song, 0, n, 700);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song + RATE / 2, RATE);
  fail_unless_equals_uint64 (outputs[0].first_pts, GST_SECOND / 2);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_flush_forgets_everything)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n);
  Output fresh[N_STEMS], after[N_STEMS], flushed[N_STEMS];
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 1000);
  push_eos (&rig);
  take_all (&rig, fresh);
  rig_clear (&rig);

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, RATE, 1000);
  fail_unless (gst_harness_push_event (rig.in, gst_event_new_flush_start ()));
  fail_unless (
      gst_harness_push_event (rig.in, gst_event_new_flush_stop (TRUE)));
  take_all (&rig, flushed);
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless_equals_int (flushed[i].samples->len, 0);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
  push_song (&rig, song, 0, n, 1000);
  push_eos (&rig);
  take_all (&rig, after);
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless (equal_samples (&fresh[i], &after[i]));
  outputs_clear (fresh);
  outputs_clear (after);
  outputs_clear (flushed);
  rig_clear (&rig);
}
GST_END_TEST;

static void
check_jump (GstBufferFlags flag)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  GstBuffer *buffer;
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  buffer = new_buffer (song, n, 10 * RATE);
  GST_BUFFER_FLAG_SET (buffer, flag);
  gst_harness_push (rig.in, buffer);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  outputs_clear (outputs);
  push_eos (&rig);
  buffer = gst_harness_pull (rig.out[0]);
  fail_unless (GST_BUFFER_IS_DISCONT (buffer));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 10 * GST_SECOND);
  gst_buffer_unref (buffer);
  rig_clear (&rig);
}

GST_START_TEST (test_jump_drains_and_takes_the_new_time)
{
  check_jump (GST_BUFFER_FLAG_DISCONT);
  check_jump (GST_BUFFER_FLAG_RESYNC);
}
GST_END_TEST;

GST_START_TEST (test_new_stream_and_segment_drain)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  GstSegment segment;
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint round = 0; round < 2; round++) {
    push_song (&rig, song, 0, n, 500);
    gst_harness_push_event (rig.in,
        round == 0 ? gst_event_new_stream_start ("next")
                   : gst_event_new_segment (&segment));
    take_all (&rig, outputs);
    assert_sums_to (outputs, song, n);
    outputs_clear (outputs);
    if (round == 0)
      gst_harness_push_event (rig.in, gst_event_new_segment (&segment));
  }
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_short_gap_is_silence)
{
  const gsize n = 2 * RATE, gap = RATE / 4;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  Rig rig;

  memset (song + RATE, 0, gap * sizeof (gfloat));
  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, RATE, 500);
  gst_harness_push_event (
      rig.in, gst_event_new_gap (GST_SECOND, GST_SECOND / 4));
  push_song (&rig, song, RATE + gap, n, 500);
  push_eos (&rig);
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  fail_unless (outputs[0].contiguous);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

static guint
count_events (GstHarness *harness, GstEventType type)
{
  guint n = 0;
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    n += GST_EVENT_TYPE (event) == type;
    gst_event_unref (event);
  }
  return n;
}

GST_START_TEST (test_long_gap_drains_and_goes_on)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  gst_harness_push_event (
      rig.in, gst_event_new_gap (GST_SECOND, 10 * GST_SECOND));
  take_all (&rig, outputs);
  assert_sums_to (outputs, song, n);
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless_equals_int (count_events (rig.out[i], GST_EVENT_GAP), 1);
  outputs_clear (outputs);
  rig_clear (&rig);
}
GST_END_TEST;

GST_START_TEST (test_gap_buffers_count_as_silence)
{
  static const gsize lengths[] = { RATE / 4, 4 * RATE };

  for (guint k = 0; k < G_N_ELEMENTS (lengths); k++) {
    const gsize gap = lengths[k], n = 2 * RATE + gap;
    g_autofree gfloat *song = new_song (n);
    /* With music in it, which does not count. */
    GstBuffer *buffer = new_buffer (song + RATE, gap, RATE);
    Output outputs[N_STEMS];
    Rig rig;

    memset (song + RATE, 0, gap * sizeof (gfloat));
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
    rig_init (&rig, "");
    set_caps (&rig, "F32LE", RATE, 1);
    push_song (&rig, song, 0, RATE, 500);
    gst_harness_push (rig.in, buffer);
    push_song (&rig, song, RATE + gap, n, 500);
    push_eos (&rig);
    take_all (&rig, outputs);
    assert_sums_to (outputs, song, n);
    fail_unless (outputs[0].contiguous);
    outputs_clear (outputs);
    rig_clear (&rig);
  }
}
GST_END_TEST;

/* What a seek in a pipeline of two branches does. */
typedef struct
{
  gint n_seeks;
  GstClockTime start;
  GstClockTime first_pts;
  gsize n_frames;
} Seek;

static GstPadProbeReturn
count_seeks (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Seek *seek = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEEK)
    g_atomic_int_inc (&seek->n_seeks);
  return GST_PAD_PROBE_OK;
}

/* Counts what comes in the last segment. */
static GstPadProbeReturn
count_frames (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Seek *seek = data;
  GstSegment segment;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    if (seek->n_frames == 0)
      seek->first_pts = GST_BUFFER_PTS (buffer);
    seek->n_frames += gst_buffer_get_size (buffer) / sizeof (gfloat);
  } else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
      == GST_EVENT_SEGMENT) {
    gst_event_copy_segment (GST_PAD_PROBE_INFO_EVENT (info), &segment);
    seek->start = segment.start;
    seek->n_frames = 0;
  }
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement *pipeline, const gchar *element, const gchar *pad_name,
    GstPadProbeType type, GstPadProbeCallback probe, Seek *seek)
{
  g_autoptr (GstElement) owner =
      gst_bin_get_by_name (GST_BIN (pipeline), element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (owner, pad_name);

  gst_pad_add_probe (pad, type, probe, seek, NULL);
}

/* Both sinks pass the pipeline's seek on; the source must hear of it once, and
 * each branch gives exactly the wanted part. */
static void
check_seek (GstSeekFlags flags)
{
  Seek source = { 0 }, vocals = { 0 }, rest = { 0 };
  const Seek *branches[] = { &vocals, &rest };
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      "audiotestsrc name=source samplesperbuffer=800 ! "
      "audio/x-raw,rate=8000,channels=1,format=F32LE ! "
      "avseparate name=s mode=fast stems=vocals+accompaniment "
      "s.src_vocals ! queue ! fakesink name=vocals sync=false "
      "s.src_accompaniment ! queue ! fakesink name=rest sync=false",
      NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  const GstPadProbeType down =
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM;

  add_probe (pipeline, "source", "src", GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      count_seeks, &source);
  add_probe (pipeline, "vocals", "sink", down, count_frames, &vocals);
  add_probe (pipeline, "rest", "sink", down, count_frames, &rest);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (
      gst_element_get_state (pipeline, NULL, NULL, 60 * GST_SECOND),
      GST_STATE_CHANGE_SUCCESS);
  if ((flags & GST_SEEK_FLAG_FLUSH) == 0)
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless (gst_element_seek (pipeline, 1.0, GST_FORMAT_TIME, flags,
      GST_SEEK_TYPE_SET, GST_SECOND, GST_SEEK_TYPE_SET, 3 * GST_SECOND));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  fail_unless_equals_int (source.n_seeks, 1);
  for (guint i = 0; i < G_N_ELEMENTS (branches); i++) {
    fail_unless_equals_uint64 (branches[i]->start, GST_SECOND);
    fail_unless_equals_uint64 (branches[i]->first_pts, GST_SECOND);
    fail_unless_equals_int (branches[i]->n_frames, 2 * RATE);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_START_TEST (test_seek_reaches_the_source_once)
{
  check_seek (GST_SEEK_FLAG_FLUSH);
  check_seek (GST_SEEK_FLAG_NONE);
}
GST_END_TEST;

static Suite *
avseparate_time_suite (void)
{
  Suite *suite = suite_create ("avseparate-time");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_stream_starts_with_its_segment);
  tcase_add_test (tc, test_audio_outside_the_segment_is_clipped);
  tcase_add_test (tc, test_flush_forgets_everything);
  tcase_add_test (tc, test_jump_drains_and_takes_the_new_time);
  tcase_add_test (tc, test_new_stream_and_segment_drain);
  tcase_add_test (tc, test_short_gap_is_silence);
  tcase_add_test (tc, test_long_gap_drains_and_goes_on);
  tcase_add_test (tc, test_gap_buffers_count_as_silence);
  tcase_add_test (tc, test_seek_reaches_the_source_once);
  return suite;
}

GST_CHECK_MAIN (avseparate_time);
