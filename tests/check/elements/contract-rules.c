/* contract-rules.c: one test per promise. Each runs on the element that the
 * test program described. */
#include "contract.h"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

/* Set once by contract_suite (), before any test runs. */
static const ContractElement *element;

#define START_PTS (5 * GST_SECOND)

static gfloat *
signal_of (guint64 start, gsize n_frames)
{
  return contract_signal (element->rate, element->channels, start, n_frames);
}

static void
push_signal (ContractStream *stream, guint64 start, gsize n_frames, gsize chunk,
    GstClockTime pts)
{
  gfloat *frames = signal_of (start, n_frames);

  contract_push (stream, frames, n_frames, chunk, pts);
  g_free (frames);
}

static GstBuffer *
signal_buffer (guint64 start, gsize n_frames, GstClockTime pts)
{
  const ContractFormat format = { GST_AUDIO_FORMAT_F32,
    GST_AUDIO_LAYOUT_INTERLEAVED, element->rate, element->channels };
  gfloat *frames = signal_of (start, n_frames);
  GstBuffer *buffer = contract_buffer (&format, frames, n_frames, pts);

  g_free (frames);
  return buffer;
}

static GstClockTime
time_of (guint64 frame)
{
  return contract_time (element->rate, frame);
}

/* The whole signal at once: what the other ways are compared with. */
static ContractStream *
reference (gsize n_frames)
{
  return contract_run (element, NULL, n_frames, n_frames);
}

static GObject *
property_owner (ContractStream *stream)
{
  GstElement *found = NULL;
  GstIterator *it = gst_bin_iterate_recurse (GST_BIN (stream->h->element));
  GValue item = G_VALUE_INIT;

  while (found == NULL && gst_iterator_next (it, &item) == GST_ITERATOR_OK) {
    GObject *object = g_value_get_object (&item);
    if (g_str_has_prefix (G_OBJECT_TYPE_NAME (object), "GstAv")
        && g_object_class_find_property (
            G_OBJECT_GET_CLASS (object), element->property))
      found = GST_ELEMENT (object);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (it);
  fail_unless (found != NULL, "no element has %s", element->property);
  return G_OBJECT (found);
}

/* --- rule 1: sample-exact --- */

GST_START_TEST (test_buffer_size_does_not_change_samples)
{
  const gsize sizes[] = { 1, 997, element->window - 1, element->window,
    element->window + 1, (gsize) element->rate };
  gsize size = sizes[__i__];
  ContractStream *whole = reference (element->n_frames);
  ContractStream *parts = contract_run (element, NULL, element->n_frames, size);

  fail_unless_equals_int (whole->record.n_frames, element->n_frames);
  fail_unless_equals_int (parts->record.n_frames, element->n_frames);
  contract_assert_same (whole, 0, parts, 0, element->n_frames, 0.0f);
  contract_stream_free (whole);
  contract_stream_free (parts);
}

GST_END_TEST;

GST_START_TEST (test_every_length_comes_out_exactly)
{
  const gsize lengths[] = { 1, 2, element->window / 2, element->window,
    element->window + 1, element->n_frames - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    ContractStream *stream = reference (lengths[i]);
    fail_unless_equals_int (stream->record.n_frames, lengths[i]);
    contract_stream_free (stream);
  }
}

GST_END_TEST;

/* --- rules 1 and 8: timestamps --- */

GST_START_TEST (test_pts_stays_in_the_domain_of_the_input)
{
  ContractStream *stream = contract_stream_new (element);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = START_PTS;
  segment.base = 77 * GST_SECOND;
  segment.time = 11 * GST_SECOND;
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  push_signal (stream, 0, element->n_frames, 1009, START_PTS);
  contract_finish (stream);
  fail_unless_equals_uint64 (stream->record.first_pts, START_PTS);
  fail_unless_equals_int (stream->record.n_frames, element->n_frames);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_buffers_without_pts_continue)
{
  ContractStream *stream = contract_stream_new (element);
  ContractStream *whole = reference (element->n_frames);
  gsize half = element->n_frames / 2;

  gst_harness_push (stream->h, signal_buffer (0, half, 0));
  gst_harness_push (stream->h,
      signal_buffer (half, element->n_frames - half, GST_CLOCK_TIME_NONE));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, element->n_frames);
  contract_assert_same (whole, 0, stream, 0, element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (whole);
}

GST_END_TEST;

/* --- rule 2: latency --- */

GST_START_TEST (test_latency_is_unknown_before_caps)
{
  ContractStream *stream = contract_stream_new_format (element, NULL);
  GstClockTime min, max;
  gboolean live;

  fail_if (contract_latency (stream, &live, &min, &max));
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_latency_is_added_to_upstream)
{
  ContractStream *stream = contract_stream_new (element);
  GstClockTime min, max, min_20, max_20;
  gboolean live;

  /* Caps must have reached every thread. */
  push_signal (stream, 0, element->n_frames, 1000, 0);
  contract_finish (stream);
  gst_harness_set_upstream_latency (stream->h, 0);
  fail_unless (contract_latency (stream, &live, &min, &max));
  fail_unless_equals_uint64 (max, GST_CLOCK_TIME_NONE);
  gst_harness_set_upstream_latency (stream->h, 20 * GST_MSECOND);
  fail_unless (contract_latency (stream, &live, &min_20, &max_20));
  fail_unless_equals_uint64 (min_20, min + 20 * GST_MSECOND);
  fail_unless_equals_uint64 (max_20, GST_CLOCK_TIME_NONE);
  contract_stream_free (stream);
}

GST_END_TEST;

/* Output never lags behind input by more than the query says; and it does lag
 * by what the query says at some point, give or take a window. */
GST_START_TEST (test_latency_is_true)
{
  ContractStream *stream = contract_stream_new (element);
  const gsize step = 64;
  GstClockTime min, max;
  guint64 declared, worst = 0;
  gboolean live;

  if (element->threaded) {
    contract_stream_free (stream);
    return;
  }
  fail_unless (contract_latency (stream, &live, &min, &max));
  declared = gst_util_uint64_scale_int_ceil (min, element->rate, GST_SECOND);
  for (gsize done = 0; done + step <= element->n_frames; done += step) {
    push_signal (stream, done, step, step, time_of (done));
    worst = MAX (worst, done + step - stream->record.n_frames);
  }
  fail_unless (worst < declared + step,
      "lag %" G_GUINT64_FORMAT ", declared %" G_GUINT64_FORMAT, worst,
      declared);
  contract_finish (stream);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_latency_message_only_on_change)
{
  ContractStream *stream = contract_stream_new (element);

  if (element->threaded) {
    contract_stream_free (stream);
    return;
  }
  push_signal (stream, 0, element->window, element->window, 0);
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_LATENCY), 1);
  contract_stream_format (stream, &stream->format);
  push_signal (
      stream, element->window, element->window, 100, time_of (element->window));
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_LATENCY), 0);
  contract_finish (stream);
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- rule 3: drain and flush --- */

/* Everything pushed must be out before @event is. */
static void
check_drained_by (GstEvent *event, gchar mark)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n_frames = element->window + 37;
  const gchar *log;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  push_signal (stream, 0, n_frames, n_frames, 0);
  fail_unless (gst_harness_push_event (stream->h, event));
  if (mark == 't')
    gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  push_signal (stream, 0, element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (
      stream->record.n_frames, n_frames + element->n_frames);
  /* tcsb, then the event, then the other stream's buffers. */
  log = strchr (stream->record.log->str, 'b');
  fail_unless (log != NULL && log[1] == mark, "order was %s, expected b%c",
      stream->record.log->str, mark);
  contract_stream_free (stream);
}

GST_START_TEST (test_eos_drains)
{
  ContractStream *stream = reference (element->window + 37);

  fail_unless_equals_int (stream->record.n_frames, element->window + 37);
  fail_unless (g_str_has_suffix (stream->record.log->str, "be"));
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_segment_drains)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  check_drained_by (gst_event_new_segment (&segment), 's');
}

GST_END_TEST;

GST_START_TEST (test_stream_start_drains)
{
  check_drained_by (gst_event_new_stream_start ("another"), 't');
}

GST_END_TEST;

GST_START_TEST (test_caps_change_drains_in_the_old_format)
{
  ContractStream *stream = contract_stream_new (element);
  gint other = element->rate == 16000 ? 24000 : 16000;
  ContractFormat format = stream->format;
  gsize n_frames = element->window + 37;
  const gchar *log;

  push_signal (stream, 0, n_frames, n_frames, 0);
  format.rate = other;
  contract_stream_format (stream, &format);
  log = strchr (stream->record.log->str, 'b');
  if (!element->threaded)
    fail_unless (
        log != NULL && log[1] == 'c', "order was %s", stream->record.log->str);
  {
    gfloat *frames = contract_signal (other, element->channels, 0, n_frames);
    contract_push (stream, frames, n_frames, 500, time_of (n_frames));
    g_free (frames);
  }
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n_frames);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_flush_discards_and_starts_afresh)
{
  ContractStream *stream = contract_stream_new (element);
  ContractStream *fresh = reference (element->n_frames);
  GstSegment segment;
  gsize before;

  push_signal (stream, 777, element->window + 37, 600, 0);
  before = stream->record.n_frames;
  fail_unless (
      gst_harness_push_event (stream->h, gst_event_new_flush_start ()));
  fail_unless (
      gst_harness_push_event (stream->h, gst_event_new_flush_stop (TRUE)));
  if (!element->threaded)
    fail_unless_equals_int (stream->record.n_frames, before);
  before = stream->record.n_frames;
  fail_unless (g_str_has_suffix (stream->record.log->str, "f"));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  push_signal (stream, 0, element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, before + element->n_frames);
  contract_assert_same (fresh, 0, stream, before, element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (fresh);
}

GST_END_TEST;

/* --- rule 4: clip --- */

GST_START_TEST (test_input_is_clipped_to_the_segment)
{
  ContractStream *stream = contract_stream_new (element);
  gsize lead = (gsize) element->rate / 4 + 3;
  gsize inside = element->n_frames / 2;
  GstSegment segment;
  gfloat *frames = signal_of (0, inside);
  ContractStream *alone = contract_run (element, NULL, inside, inside);
  gfloat *padded =
      g_new0 (gfloat, (inside + 2 * lead) * (gsize) element->channels);

  /* Outside of the segment there is something else: silence. */
  memcpy (padded + lead * (gsize) element->channels, frames,
      inside * (gsize) element->channels * sizeof (gfloat));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = time_of (lead);
  segment.stop = time_of (lead + inside);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  contract_push (stream, padded, inside + 2 * lead, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_uint64 (stream->record.first_pts, time_of (lead));
  fail_unless_equals_int (stream->record.n_frames, inside);
  contract_assert_same (alone, 0, stream, 0, inside, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (alone);
  g_free (frames);
  g_free (padded);
}

GST_END_TEST;

/* --- rule 5: discontinuities --- */

static void
check_jump (GstBufferFlags flag, GstClockTime jump)
{
  ContractStream *stream = contract_stream_new (element);
  ContractStream *alone = reference (element->n_frames);
  gsize n = element->n_frames;
  GstBuffer *buffer = signal_buffer (0, n, time_of (n) + jump);
  guint islands;

  push_signal (stream, 0, n, 1000, 0);
  islands = MAX (stream->record.n_discont, 1);
  GST_BUFFER_FLAG_SET (buffer, flag);
  gst_harness_push (stream->h, buffer);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n);
  fail_unless_equals_int (stream->record.n_discont, islands + 1);
  fail_unless_equals_uint64 (stream->record.island_pts, time_of (n) + jump);
  contract_assert_same (alone, 0, stream, 0, n, 0.0f);
  contract_assert_same (alone, 0, stream, n, n, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (alone);
}

GST_START_TEST (test_discont_flag_drains_and_restarts)
{
  check_jump (GST_BUFFER_FLAG_DISCONT, GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (test_resync_flag_drains_and_restarts)
{
  check_jump (GST_BUFFER_FLAG_RESYNC, 3 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (test_timestamp_jitter_is_ignored)
{
  ContractStream *stream = contract_stream_new (element);
  ContractStream *whole = reference (element->n_frames);
  const GstClockTime jitter = 20 * GST_MSECOND;
  gsize chunk = 480;

  for (gsize done = 0; done < element->n_frames; done += chunk) {
    gsize n = MIN (chunk, element->n_frames - done);
    GstClockTime pts = time_of (done) + (done / chunk % 2 ? jitter : 0);
    gst_harness_push (stream->h, signal_buffer (done, n, pts));
  }
  contract_finish (stream);
  fail_unless (stream->record.n_discont <= 1);
  contract_assert_same (whole, 0, stream, 0, element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (whole);
}

GST_END_TEST;

/* A deviation over the alignment threshold that stays for the discont wait is a
 * jump even when no buffer says so. */
GST_START_TEST (test_lasting_deviation_is_a_jump)
{
  ContractStream *stream = contract_stream_new (element);
  const GstClockTime deviation = 300 * GST_MSECOND;
  gsize n_second = (gsize) element->rate;
  guint before;

  push_signal (stream, 0, n_second, 800, 0);
  contract_count_messages (stream, GST_MESSAGE_LATENCY);
  before = MAX (stream->record.n_discont, 1);
  push_signal (
      stream, n_second, 3 * n_second, 800, time_of (n_second) + deviation);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 4 * n_second);
  fail_unless_equals_int (stream->record.n_discont, before + 1);
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- rule 6: gaps --- */

static ContractStream *
run_with_silence (gsize n_gap)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n = element->n_frames;
  gfloat *zeros = g_new0 (gfloat, n_gap * (gsize) element->channels);

  push_signal (stream, 0, n, 1000, 0);
  contract_push (stream, zeros, n_gap, n_gap, time_of (n));
  push_signal (stream, 0, n, 1000, time_of (n + n_gap));
  contract_finish (stream);
  g_free (zeros);
  return stream;
}

GST_START_TEST (test_short_gap_event_is_silence)
{
  gsize n = element->n_frames;
  gsize n_gap = element->window / 3;
  ContractStream *expected = run_with_silence (n_gap);
  ContractStream *stream = contract_stream_new (element);

  push_signal (stream, 0, n, 1000, 0);
  gst_harness_push_event (
      stream->h, gst_event_new_gap (time_of (n), time_of (n_gap)));
  push_signal (stream, 0, n, 1000, time_of (n + n_gap));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n + n_gap);
  contract_assert_same (expected, 0, stream, 0, 2 * n + n_gap, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (expected);
}

GST_END_TEST;

GST_START_TEST (test_long_gap_event_drains_and_goes_on)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n = element->n_frames;
  GstClockTime after = time_of (n) + 600 * GST_SECOND;

  push_signal (stream, 0, n, 1000, 0);
  gst_harness_push_event (
      stream->h, gst_event_new_gap (time_of (n), 600 * GST_SECOND));
  if (!element->threaded)
    fail_unless (g_str_has_suffix (stream->record.log->str, "bg"),
        "order was %s", stream->record.log->str);
  push_signal (stream, 0, n, 1000, after);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n);
  fail_unless_equals_uint64 (stream->record.island_pts, after);
  contract_stream_free (stream);
}

GST_END_TEST;

/* Short and long: the samples of GAP buffers do not matter, their number
 * does. */
GST_START_TEST (test_gap_buffer_counts_as_silence)
{
  gsize n = element->n_frames;
  gsize n_gap = __i__ == 0 ? element->window / 3 : (gsize) element->rate * 40;
  ContractStream *stream = contract_stream_new (element);
  gsize bytes = n_gap * (gsize) element->channels * sizeof (gfloat);
  GstBuffer *gap = gst_buffer_new_and_alloc (bytes);

  gst_buffer_memset (gap, 0, 0, bytes);
  GST_BUFFER_FLAG_SET (gap, GST_BUFFER_FLAG_GAP);
  GST_BUFFER_PTS (gap) = time_of (n);
  push_signal (stream, 0, n, 1000, 0);
  gst_harness_push (stream->h, gap);
  push_signal (stream, 0, n, 1000, time_of (n + n_gap));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n + n_gap);
  fail_unless (stream->record.n_discont <= 1);
  if (__i__ == 0) {
    ContractStream *expected = run_with_silence (n_gap);
    contract_assert_same (expected, 0, stream, 0, 2 * n + n_gap, 0.0f);
    contract_stream_free (expected);
  }
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- rule 7: QoS --- */

static void
set_if_there (GstElement *bin, const gchar *name, gboolean value)
{
  GstIterator *it = gst_bin_iterate_recurse (GST_BIN (bin));
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (it, &item) == GST_ITERATOR_OK) {
    GObject *object = g_value_get_object (&item);
    if (g_str_has_prefix (G_OBJECT_TYPE_NAME (object), "GstAv")
        && g_object_class_find_property (G_OBJECT_GET_CLASS (object), name))
      g_object_set (object, name, value, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (it);
}

static void
send_qos (ContractStream *stream, GstClockTimeDiff jitter, guint times)
{
  for (guint i = 0; i < times; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, jitter > 0 ? 2.0 : 0.5,
            jitter, 3600 * GST_SECOND));
}

GST_START_TEST (test_qos_never_drops)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n = element->n_frames;

  set_if_there (stream->h->element, "qos", TRUE);
  push_signal (stream, 0, n, 1000, 0);
  send_qos (stream, 50 * GST_MSECOND, 20);
  push_signal (stream, n, n, 1000, time_of (n));
  send_qos (stream, 50 * GST_MSECOND, 20);
  push_signal (stream, 2 * n, n, 1000, time_of (2 * n));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 3 * n);
  fail_unless (stream->record.n_discont <= 1);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_qos_steps_down_and_says_so)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n = element->n_frames;

  if (element->steps) {
    push_signal (stream, 0, n, 1000, 0);
    fail_unless_equals_int (
        contract_count_messages (stream, GST_MESSAGE_QOS), 0);
    send_qos (stream, 50 * GST_MSECOND, 5);
    push_signal (stream, n, n, 1000, time_of (n));
    fail_unless_equals_int (
        contract_count_messages (stream, GST_MESSAGE_QOS), 1);
    contract_finish (stream);
    fail_unless_equals_int (stream->record.n_frames, 2 * n);
  }
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- rules 9 and 11: formats --- */

static const ContractFormat formats[] = {
  { GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, 0, 0 },
  { GST_AUDIO_FORMAT_S32, GST_AUDIO_LAYOUT_INTERLEAVED, 0, 0 },
  { GST_AUDIO_FORMAT_F64, GST_AUDIO_LAYOUT_INTERLEAVED, 0, 0 },
  { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_NON_INTERLEAVED, 0, 0 },
  { GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_NON_INTERLEAVED, 0, 0 },
};

/* The signal is on the 16-bit grid, so every format carries the same input. The
 * output differs by the rounding to its own grid: half a step, or two with the
 * dither of an audioconvert behind the engine. */
GST_START_TEST (test_sample_format_does_not_change_the_sound)
{
  ContractFormat format = formats[__i__];
  gboolean short_samples = format.format == GST_AUDIO_FORMAT_S16;
  ContractStream *expected, *stream;

  format.rate = element->rate;
  format.channels = element->channels;
  expected = reference (element->n_frames);
  stream = contract_run (element, &format, element->n_frames, 1000);
  fail_unless_equals_int (stream->record.n_frames, element->n_frames);
  contract_assert_same (expected, 0, stream, 0, element->n_frames,
      short_samples ? 2.0f / 32768 : 1e-6f);
  contract_stream_free (stream);
  contract_stream_free (expected);
}

GST_END_TEST;

GST_START_TEST (test_rates_and_channels_of_the_template_work)
{
  static const ContractFormat extremes[] = {
    { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, 8000, 1 },
    { GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, 192000, 2 },
    { GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 8 },
  };
  ContractStream *stream = contract_run (element, &extremes[__i__], 5000, 777);

  fail_unless_equals_int (stream->record.n_frames, 5000);
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- states and properties --- */

GST_START_TEST (test_second_run_is_like_the_first)
{
  ContractStream *fresh = reference (element->n_frames);
  ContractStream *stream = contract_stream_new (element);
  GstElement *bin = stream->h->element;

  for (guint run = 0; run < 3; run++) {
    gsize before = stream->record.n_frames;

    push_signal (stream, 0, element->n_frames, 1000, 0);
    contract_finish (stream);
    fail_unless_equals_int (
        stream->record.n_frames, before + element->n_frames);
    contract_assert_same (fresh, 0, stream, before, element->n_frames, 0.0f);
    if (run == 2)
      break;
    fail_unless (gst_element_set_state (bin, GST_STATE_READY)
        == GST_STATE_CHANGE_SUCCESS);
    /* What gst_harness_play () set up has to be made again. */
    gst_pad_set_active (stream->h->sinkpad, FALSE);
    gst_pad_set_active (stream->h->sinkpad, TRUE);
    gst_pad_set_active (stream->h->srcpad, FALSE);
    gst_pad_set_active (stream->h->srcpad, TRUE);
    fail_unless (gst_element_set_state (bin, GST_STATE_PLAYING)
        != GST_STATE_CHANGE_FAILURE);
    gst_harness_push_event (stream->h, gst_event_new_stream_start ("again"));
    contract_stream_format (stream, &stream->format);
    {
      GstSegment segment;
      gst_segment_init (&segment, GST_FORMAT_TIME);
      gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
    }
  }
  contract_stream_free (stream);
  contract_stream_free (fresh);
}

GST_END_TEST;

GST_START_TEST (test_property_change_while_playing_loses_nothing)
{
  ContractStream *stream = contract_stream_new (element);
  gsize n = element->n_frames / 8;

  if (element->property != NULL) {
    GObject *owner = property_owner (stream);
    for (gsize i = 0; i < 8; i++) {
      g_object_set (owner, element->property,
          i % 2 ? element->value_a : element->value_b, NULL);
      push_signal (stream, i * n, n, 333, time_of (i * n));
    }
    contract_finish (stream);
    fail_unless_equals_int (stream->record.n_frames, 8 * n);
    fail_unless (stream->record.n_discont <= 1);
  }
  contract_stream_free (stream);
}

GST_END_TEST;

static ContractStream *
run_controlled (gsize chunk)
{
  ContractStream *stream = contract_stream_new (element);
  GstObject *owner = GST_OBJECT (property_owner (stream));
  GstControlSource *source = gst_interpolation_control_source_new ();
  GstClockTime change = time_of (element->n_frames / 3 + 5);

  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  gst_object_add_control_binding (owner,
      gst_direct_control_binding_new_absolute (
          owner, element->property, source));
  gst_timed_value_control_source_set (
      GST_TIMED_VALUE_CONTROL_SOURCE (source), 0, element->value_a);
  gst_timed_value_control_source_set (
      GST_TIMED_VALUE_CONTROL_SOURCE (source), change, element->value_b);
  gst_object_unref (source);
  push_signal (stream, 0, element->n_frames, chunk, 0);
  contract_finish (stream);
  return stream;
}

GST_START_TEST (test_controlled_change_does_not_depend_on_buffers)
{
  ContractStream *whole, *parts, *still;
  gsize change = element->n_frames / 3 + 5;
  gsize n_differ = 0;

  if (!element->controllable)
    return;
  whole = run_controlled (element->n_frames);
  parts = run_controlled (997);
  fail_unless_equals_int (whole->record.n_frames, element->n_frames);
  contract_assert_same (whole, 0, parts, 0, element->n_frames, 0.0f);
  contract_stream_free (parts);

  /* And it does change something, after the control point. */
  still = contract_stream_new (element);
  g_object_set (
      property_owner (still), element->property, element->value_a, NULL);
  push_signal (still, 0, element->n_frames, 997, 0);
  contract_finish (still);
  for (gsize i = change * (gsize) element->channels;
       i < whole->record.frames->len; i++)
    n_differ += g_array_index (whole->record.frames, gfloat, i)
        != g_array_index (still->record.frames, gfloat, i);
  fail_unless (n_differ > 0);
  contract_stream_free (still);
  contract_stream_free (whole);
}

GST_END_TEST;

/* --- bad input --- */

GST_START_TEST (test_non_finite_samples_do_no_harm)
{
  ContractStream *stream = contract_stream_new (element);
  gfloat *frames = signal_of (0, element->n_frames);

  for (gsize i = 100; i < 200; i++)
    frames[i] = i % 3 == 0 ? (gfloat) NAN : (gfloat) INFINITY;
  contract_push (stream, frames, element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, element->n_frames);
  for (gsize i = 0; i < stream->record.frames->len; i++)
    fail_unless (isfinite (g_array_index (stream->record.frames, gfloat, i)));
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

Suite *
contract_suite (const gchar *name, const ContractElement *the_element)
{
  Suite *suite = suite_create (name);
  TCase *tcase = contract_case (suite, "contract");

  element = the_element;
  tcase_add_loop_test (tcase, test_buffer_size_does_not_change_samples, 0, 6);
  tcase_add_test (tcase, test_every_length_comes_out_exactly);
  tcase_add_test (tcase, test_pts_stays_in_the_domain_of_the_input);
  tcase_add_test (tcase, test_buffers_without_pts_continue);
  tcase_add_test (tcase, test_latency_is_unknown_before_caps);
  tcase_add_test (tcase, test_latency_is_added_to_upstream);
  tcase_add_test (tcase, test_latency_is_true);
  tcase_add_test (tcase, test_latency_message_only_on_change);
  tcase_add_test (tcase, test_eos_drains);
  tcase_add_test (tcase, test_segment_drains);
  tcase_add_test (tcase, test_stream_start_drains);
  tcase_add_test (tcase, test_caps_change_drains_in_the_old_format);
  tcase_add_test (tcase, test_flush_discards_and_starts_afresh);
  tcase_add_test (tcase, test_input_is_clipped_to_the_segment);
  tcase_add_test (tcase, test_discont_flag_drains_and_restarts);
  tcase_add_test (tcase, test_resync_flag_drains_and_restarts);
  tcase_add_test (tcase, test_timestamp_jitter_is_ignored);
  tcase_add_test (tcase, test_lasting_deviation_is_a_jump);
  tcase_add_test (tcase, test_short_gap_event_is_silence);
  tcase_add_test (tcase, test_long_gap_event_drains_and_goes_on);
  tcase_add_loop_test (tcase, test_gap_buffer_counts_as_silence, 0, 2);
  tcase_add_test (tcase, test_qos_never_drops);
  tcase_add_test (tcase, test_qos_steps_down_and_says_so);
  tcase_add_loop_test (tcase, test_sample_format_does_not_change_the_sound, 0,
      G_N_ELEMENTS (formats));
  tcase_add_loop_test (
      tcase, test_rates_and_channels_of_the_template_work, 0, 3);
  tcase_add_test (tcase, test_second_run_is_like_the_first);
  tcase_add_test (tcase, test_property_change_while_playing_loses_nothing);
  tcase_add_test (tcase, test_controlled_change_does_not_depend_on_buffers);
  tcase_add_test (tcase, test_non_finite_samples_do_no_harm);
  return suite;
}
