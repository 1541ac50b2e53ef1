/* avseparate.c: the element keeps every rule of a GStreamer audio element. */
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <math.h>
#include <string.h>

/* Low, so that the tests are quick; a block of the engine is 768 frames. */
#define RATE 8000
#define BLOCK_FRAMES 768
#define N_STEMS 5

static const gchar *const stem_names[N_STEMS] = { "vocals", "drums", "bass",
  "other", "accompaniment" };

/* The element, a harness on its sink and one on every pad that appears. */
typedef struct
{
  GstElement *element;
  GstHarness *in;
  GstHarness *out[N_STEMS];
  guint n_pads;
  gboolean no_more_pads;
  const gchar *sink_caps;
} Rig;

/* What came out of one pad. */
typedef struct
{
  GArray *samples;
  GstClockTime first_pts;
  gboolean contiguous;
} Output;

static void
pad_added (GstElement *element, GstPad *pad, gpointer data)
{
  Rig *rig = data;

  for (guint i = 0; i < N_STEMS; i++) {
    g_autofree gchar *name = g_strconcat ("src_", stem_names[i], NULL);

    if (!g_str_equal (GST_PAD_NAME (pad), name))
      continue;
    fail_unless (gst_pad_has_current_caps (pad));
    rig->out[i] = gst_harness_new_with_element (element, NULL, name);
    if (rig->sink_caps != NULL)
      gst_harness_set_sink_caps_str (rig->out[i], rig->sink_caps);
    rig->n_pads++;
  }
}

static void
no_more_pads (GstElement *element, gpointer data)
{
  ((Rig *) data)->no_more_pads = TRUE;
}

static void
rig_init (Rig *rig, const gchar *properties)
{
  g_autofree gchar *line = g_strdup_printf ("avseparate %s", properties);

  *rig = (Rig){ .element = gst_parse_launch (line, NULL) };
  fail_unless (rig->element != NULL);
  g_signal_connect (rig->element, "pad-added", G_CALLBACK (pad_added), rig);
  g_signal_connect (
      rig->element, "no-more-pads", G_CALLBACK (no_more_pads), rig);
  rig->in = gst_harness_new_with_element (rig->element, "sink", NULL);
}

static void
rig_clear (Rig *rig)
{
  gst_element_set_state (rig->element, GST_STATE_NULL);
  for (guint i = 0; i < N_STEMS; i++)
    g_clear_pointer (&rig->out[i], gst_harness_teardown);
  gst_harness_teardown (rig->in);
  gst_object_unref (rig->element);
}

static void
set_caps (Rig *rig, const gchar *format, guint rate, guint channels)
{
  g_autofree gchar *caps = g_strdup_printf ("audio/x-raw, format=%s, rate=%u, "
                                            "channels=%u, layout=interleaved%s",
      format, rate, channels,
      channels == 2 ? ", channel-mask=(bitmask)0x3" : "");

  gst_harness_set_src_caps_str (rig->in, caps);
}

/* A small song: a wobbling tone, a steady one, and clicks. */
static gfloat *
new_song (gsize n)
{
  gfloat *song = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / RATE;

    song[i] = (gfloat) (0.2 * sin (2 * G_PI * (440 * t + sin (6 * t)))
        + 0.2 * sin (2 * G_PI * 110 * t) + (i % 2000 < 20 ? 0.3 : 0.0));
  }
  return song;
}

static GstBuffer *
new_buffer (const gfloat *frames, gsize n, gsize first_frame)
{
  GstBuffer *buffer = gst_buffer_new_memdup (frames, n * sizeof (gfloat));

  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale_int_round (first_frame, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale_int_round (first_frame + n, GST_SECOND, RATE)
      - GST_BUFFER_PTS (buffer);
  return buffer;
}

static void
push_song (Rig *rig, const gfloat *song, gsize from, gsize to, gsize size)
{
  for (gsize at = from; at < to; at += size) {
    const gsize n = MIN (size, to - at);

    fail_unless_equals_int (
        gst_harness_push (rig->in, new_buffer (song + at, n, at)), GST_FLOW_OK);
  }
}

static void
push_eos (Rig *rig)
{
  fail_unless (gst_harness_push_event (rig->in, gst_event_new_eos ()));
}

/* Takes all that has come out of @harness, as floats. */
static Output
take_output (GstHarness *harness)
{
  Output output = { g_array_new (FALSE, FALSE, sizeof (gfloat)),
    GST_CLOCK_TIME_NONE, TRUE };
  GstClockTime expected = GST_CLOCK_TIME_NONE;
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness)) != NULL) {
    GstMapInfo map;

    if (output.samples->len == 0)
      output.first_pts = GST_BUFFER_PTS (buffer);
    else if (GST_BUFFER_PTS (buffer) != expected)
      output.contiguous = FALSE;
    expected = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_array_append_vals (
        output.samples, map.data, (guint) (map.size / sizeof (gfloat)));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return output;
}

static void
take_all (Rig *rig, Output outputs[N_STEMS])
{
  for (guint i = 0; i < N_STEMS; i++)
    outputs[i] = take_output (rig->out[i]);
}

static void
outputs_clear (Output outputs[N_STEMS])
{
  for (guint i = 0; i < N_STEMS; i++)
    g_array_unref (outputs[i].samples);
}

static gfloat
sample (const Output *output, gsize i)
{
  return g_array_index (output->samples, gfloat, i);
}

static void
assert_sums_to (const Output outputs[N_STEMS], const gfloat *mix, gsize n)
{
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless_equals_int (outputs[i].samples->len, n);
  for (gsize i = 0; i < n; i++) {
    const gfloat four = sample (&outputs[0], i) + sample (&outputs[1], i)
        + sample (&outputs[2], i) + sample (&outputs[3], i);
    const gfloat two = sample (&outputs[0], i) + sample (&outputs[4], i);

    fail_unless (fabsf (four - mix[i]) < 1e-5f, "frame %" G_GSIZE_FORMAT, i);
    fail_unless (fabsf (two - mix[i]) < 1e-5f, "frame %" G_GSIZE_FORMAT, i);
  }
}

static gboolean
equal_samples (const Output *a, const Output *b)
{
  return a->samples->len == b->samples->len
      && memcmp (a->samples->data, b->samples->data,
             a->samples->len * sizeof (gfloat))
      == 0;
}

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

GST_START_TEST (test_jump_drains_and_takes_the_new_time)
{
  const gsize n = RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GArray) both = g_array_new (FALSE, FALSE, sizeof (gfloat));
  GstBuffer *buffer;
  Output outputs[N_STEMS];
  Rig rig;

  rig_init (&rig, "");
  set_caps (&rig, "F32LE", RATE, 1);
  push_song (&rig, song, 0, n, 500);
  buffer = new_buffer (song, n, 10 * RATE);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
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

GST_START_TEST (test_late_playback_steps_down_to_dry)
{
  const gsize n = 4 * RATE;
  g_autofree gfloat *song = new_song (n);
  g_autoptr (GstStructure) stats = NULL;
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  Rig rig;

  rig_init (&rig, "mode=fast");
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
  tcase_add_test (tc, test_stream_starts_with_its_segment);
  tcase_add_test (tc, test_audio_outside_the_segment_is_clipped);
  tcase_add_test (tc, test_samples_come_within_the_latency);
  tcase_add_test (tc, test_flush_forgets_everything);
  tcase_add_test (tc, test_jump_drains_and_takes_the_new_time);
  tcase_add_test (tc, test_new_format_drains_in_the_old_one);
  tcase_add_test (tc, test_new_stream_and_segment_drain);
  tcase_add_test (tc, test_short_gap_is_silence);
  tcase_add_test (tc, test_long_gap_drains_and_goes_on);
  tcase_add_test (tc, test_gap_buffers_count_as_silence);
  tcase_add_test (tc, test_states_cycle);
  tcase_add_test (tc, test_mode_changes_while_playing);
  tcase_add_test (tc, test_late_playback_steps_down_to_dry);
  tcase_add_test (tc, test_unknown_model_is_not_found);
  tcase_add_test (tc, test_only_wanted_stems_have_pads);
  tcase_add_test (tc, test_every_pad_announces_a_stream_of_its_own);
  tcase_add_test (tc, test_integer_audio_becomes_float_stems);
  tcase_add_test (tc, test_planar_audio_is_read);
  tcase_add_test (tc, test_stems_take_the_format_that_is_wanted_behind_them);
  tcase_add_test (tc, test_unlinked_pads_stop_nobody);
  tcase_add_test (tc, test_stats_count_the_samples);
  return suite;
}

GST_CHECK_MAIN (avseparate);
