/* contract-rules.c: rules 1 to 4: sample-exact, in time, drained, clipped. One
 * test per promise; each runs on the element that the test program described.
 */
#include "contract-rules.h"

#include <string.h>

#define START_PTS (5 * GST_SECOND)

const ContractElement *rules_element;

gfloat *
rules_signal_of (guint64 start, gsize n_frames)
{
  return contract_signal (
      rules_element->rate, rules_element->channels, start, n_frames);
}

void
rules_push_signal (ContractStream *stream, guint64 start, gsize n_frames,
    gsize chunk, GstClockTime pts)
{
  gfloat *frames = rules_signal_of (start, n_frames);

  contract_push (stream, frames, n_frames, chunk, pts);
  g_free (frames);
}

GstBuffer *
rules_signal_buffer (guint64 start, gsize n_frames, GstClockTime pts)
{
  const ContractFormat format = { GST_AUDIO_FORMAT_F32,
    GST_AUDIO_LAYOUT_INTERLEAVED, rules_element->rate,
    rules_element->channels };
  gfloat *frames = rules_signal_of (start, n_frames);
  GstBuffer *buffer = contract_buffer (&format, frames, n_frames, pts);

  g_free (frames);
  return buffer;
}

GstClockTime
rules_time_of (guint64 frame)
{
  return contract_time (rules_element->rate, frame);
}

/* The whole signal at once: what the other ways are compared with. */
ContractStream *
rules_reference (gsize n_frames)
{
  return contract_run (rules_element, NULL, n_frames, n_frames);
}

/* --- rule 1: sample-exact --- */

GST_START_TEST (test_buffer_size_does_not_change_samples)
{
  const gsize sizes[] = { 1, 997, rules_element->window - 1,
    rules_element->window, rules_element->window + 1,
    (gsize) rules_element->rate };
  gsize size = sizes[__i__];
  ContractStream *whole = rules_reference (rules_element->n_frames);
  ContractStream *parts =
      contract_run (rules_element, NULL, rules_element->n_frames, size);

  fail_unless_equals_int (whole->record.n_frames, rules_element->n_frames);
  fail_unless_equals_int (parts->record.n_frames, rules_element->n_frames);
  contract_assert_same (whole, 0, parts, 0, rules_element->n_frames, 0.0f);
  contract_stream_free (whole);
  contract_stream_free (parts);
}

GST_END_TEST;

GST_START_TEST (test_every_length_comes_out_exactly)
{
  const gsize lengths[] = { 1, 2, rules_element->window / 2,
    rules_element->window, rules_element->window + 1,
    rules_element->n_frames - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    ContractStream *stream = rules_reference (lengths[i]);
    fail_unless_equals_int (stream->record.n_frames, lengths[i]);
    contract_stream_free (stream);
  }
}

GST_END_TEST;

/* --- rules 1 and 8: timestamps --- */

GST_START_TEST (test_pts_stays_in_the_domain_of_the_input)
{
  ContractStream *stream = contract_stream_new (rules_element);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = START_PTS;
  segment.base = 77 * GST_SECOND;
  segment.time = 11 * GST_SECOND;
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  rules_push_signal (stream, 0, rules_element->n_frames, 1009, START_PTS);
  contract_finish (stream);
  fail_unless_equals_uint64 (stream->record.first_pts, START_PTS);
  fail_unless_equals_int (stream->record.n_frames, rules_element->n_frames);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_buffers_without_pts_continue)
{
  ContractStream *stream = contract_stream_new (rules_element);
  ContractStream *whole = rules_reference (rules_element->n_frames);
  gsize half = rules_element->n_frames / 2;

  gst_harness_push (stream->h, rules_signal_buffer (0, half, 0));
  gst_harness_push (stream->h,
      rules_signal_buffer (
          half, rules_element->n_frames - half, GST_CLOCK_TIME_NONE));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, rules_element->n_frames);
  contract_assert_same (whole, 0, stream, 0, rules_element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (whole);
}

GST_END_TEST;

/* --- rule 2: latency --- */

GST_START_TEST (test_latency_is_unknown_before_caps)
{
  ContractStream *stream = contract_stream_new_format (rules_element, NULL);
  GstClockTime min, max;
  gboolean live;

  fail_if (contract_latency (stream, &live, &min, &max));
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_latency_is_added_to_upstream)
{
  ContractStream *stream = contract_stream_new (rules_element);
  GstClockTime min, max, min_20, max_20;
  gboolean live;

  /* Caps must have reached every thread. */
  rules_push_signal (stream, 0, rules_element->n_frames, 1000, 0);
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
  ContractStream *stream = contract_stream_new (rules_element);
  const gsize step = 64;
  GstClockTime min, max;
  guint64 declared, worst = 0;
  gboolean live;

  if (rules_element->threaded) {
    contract_stream_free (stream);
    return;
  }
  fail_unless (contract_latency (stream, &live, &min, &max));
  declared =
      gst_util_uint64_scale_int_ceil (min, rules_element->rate, GST_SECOND);
  for (gsize done = 0; done + step <= rules_element->n_frames; done += step) {
    rules_push_signal (stream, done, step, step, rules_time_of (done));
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
  ContractStream *stream = contract_stream_new (rules_element);

  if (rules_element->threaded) {
    contract_stream_free (stream);
    return;
  }
  rules_push_signal (
      stream, 0, rules_element->window, rules_element->window, 0);
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_LATENCY), 1);
  contract_stream_format (stream, &stream->format);
  rules_push_signal (stream, rules_element->window, rules_element->window, 100,
      rules_time_of (rules_element->window));
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
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n_frames = rules_element->window + 37;
  const gchar *log;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  rules_push_signal (stream, 0, n_frames, n_frames, 0);
  fail_unless (gst_harness_push_event (stream->h, event));
  if (!rules_element->threaded)
    fail_unless_equals_int (stream->record.n_frames, n_frames);
  if (mark == 't')
    gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  rules_push_signal (stream, 0, rules_element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (
      stream->record.n_frames, n_frames + rules_element->n_frames);
  /* tcsb, then the event, then the other stream's buffers. */
  log = strchr (stream->record.log->str, 'b');
  fail_unless (log != NULL && log[1] == mark, "order was %s, expected b%c",
      stream->record.log->str, mark);
  contract_stream_free (stream);
}

GST_START_TEST (test_eos_drains)
{
  ContractStream *stream = rules_reference (rules_element->window + 37);

  fail_unless_equals_int (stream->record.n_frames, rules_element->window + 37);
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
  ContractStream *stream = contract_stream_new (rules_element);
  gint other = rules_element->rate == 16000 ? 24000 : 16000;
  ContractFormat format = stream->format;
  gsize n_frames = rules_element->window + 37;
  const gchar *log;

  rules_push_signal (stream, 0, n_frames, n_frames, 0);
  format.rate = other;
  contract_stream_format (stream, &format);
  log = strchr (stream->record.log->str, 'b');
  if (!rules_element->threaded)
    fail_unless (
        log != NULL && log[1] == 'c', "order was %s", stream->record.log->str);
  {
    gfloat *frames =
        contract_signal (other, rules_element->channels, 0, n_frames);
    contract_push (stream, frames, n_frames, 500, rules_time_of (n_frames));
    g_free (frames);
  }
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n_frames);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_flush_discards_and_starts_afresh)
{
  ContractStream *stream = contract_stream_new (rules_element);
  ContractStream *fresh = rules_reference (rules_element->n_frames);
  GstSegment segment;
  gsize before;

  rules_push_signal (stream, 777, rules_element->window + 37, 600, 0);
  before = stream->record.n_frames;
  fail_unless (
      gst_harness_push_event (stream->h, gst_event_new_flush_start ()));
  fail_unless (
      gst_harness_push_event (stream->h, gst_event_new_flush_stop (TRUE)));
  if (!rules_element->threaded)
    fail_unless_equals_int (stream->record.n_frames, before);
  before = stream->record.n_frames;
  fail_unless (g_str_has_suffix (stream->record.log->str, "f"));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  rules_push_signal (stream, 0, rules_element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (
      stream->record.n_frames, before + rules_element->n_frames);
  contract_assert_same (
      fresh, 0, stream, before, rules_element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (fresh);
}

GST_END_TEST;

/* --- rule 4: clip --- */

GST_START_TEST (test_input_is_clipped_to_the_segment)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize lead = (gsize) rules_element->rate / 4 + 3;
  gsize inside = rules_element->n_frames / 2;
  GstSegment segment;
  gfloat *frames = rules_signal_of (0, inside);
  ContractStream *alone = contract_run (rules_element, NULL, inside, inside);
  gfloat *padded =
      g_new0 (gfloat, (inside + 2 * lead) * (gsize) rules_element->channels);

  /* Outside of the segment there is something else: silence. */
  memcpy (padded + lead * (gsize) rules_element->channels, frames,
      inside * (gsize) rules_element->channels * sizeof (gfloat));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = rules_time_of (lead);
  segment.stop = rules_time_of (lead + inside);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  contract_push (stream, padded, inside + 2 * lead, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_uint64 (stream->record.first_pts, rules_time_of (lead));
  fail_unless_equals_int (stream->record.n_frames, inside);
  contract_assert_same (alone, 0, stream, 0, inside, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (alone);
  g_free (frames);
  g_free (padded);
}

GST_END_TEST;

void
contract_add_stream_rules (TCase *tcase)
{
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
}

Suite *
contract_suite (const gchar *name, const ContractElement *element)
{
  Suite *suite = suite_create (name);
  TCase *tcase = contract_case (suite, "contract");

  rules_element = element;
  contract_add_stream_rules (tcase);
  contract_add_event_rules (tcase);
  contract_add_playback_rules (tcase);
  return suite;
}
