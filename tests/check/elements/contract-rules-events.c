/* contract-rules-events.c: rules 5 to 11: jumps, gaps, QoS, formats, states,
 * properties, bad input. */
#include "contract-rules.h"

#include <math.h>

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

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
            G_OBJECT_GET_CLASS (object), rules_element->property))
      found = GST_ELEMENT (object);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (it);
  fail_unless (found != NULL, "no element has %s", rules_element->property);
  return G_OBJECT (found);
}

/* --- rule 5: discontinuities --- */

static void
check_jump (GstBufferFlags flag, GstClockTime jump)
{
  ContractStream *stream = contract_stream_new (rules_element);
  ContractStream *alone = rules_reference (rules_element->n_frames);
  gsize n = rules_element->n_frames;
  GstBuffer *buffer = rules_signal_buffer (0, n, rules_time_of (n) + jump);
  guint islands;

  rules_push_signal (stream, 0, n, 1000, 0);
  islands = MAX (stream->record.n_discont, 1);
  GST_BUFFER_FLAG_SET (buffer, flag);
  gst_harness_push (stream->h, buffer);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n);
  fail_unless_equals_int (stream->record.n_discont, islands + 1);
  fail_unless_equals_uint64 (
      stream->record.island_pts, rules_time_of (n) + jump);
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
  ContractStream *stream = contract_stream_new (rules_element);
  ContractStream *whole = rules_reference (rules_element->n_frames);
  const GstClockTime jitter = 20 * GST_MSECOND;
  gsize chunk = 480;

  for (gsize done = 0; done < rules_element->n_frames; done += chunk) {
    gsize n = MIN (chunk, rules_element->n_frames - done);
    GstClockTime pts = rules_time_of (done) + (done / chunk % 2 ? jitter : 0);
    gst_harness_push (stream->h, rules_signal_buffer (done, n, pts));
  }
  contract_finish (stream);
  fail_unless (stream->record.n_discont <= 1);
  contract_assert_same (whole, 0, stream, 0, rules_element->n_frames, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (whole);
}

GST_END_TEST;

/* A deviation over the alignment threshold (40 ms) that stays for the discont
 * wait (1 s) is a jump even when no buffer says so; a smaller one never is. */
static void
check_deviation (GstClockTime deviation, guint jumps)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n_second = (gsize) rules_element->rate;

  rules_push_signal (stream, 0, n_second, 800, 0);
  rules_push_signal (stream, n_second, 3 * n_second, 800,
      rules_time_of (n_second) + deviation);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 4 * n_second);
  fail_unless_equals_int (stream->record.n_discont, 1 + jumps);
  contract_stream_free (stream);
}

GST_START_TEST (test_lasting_deviation_is_a_jump)
{
  check_deviation (300 * GST_MSECOND, 1);
}

GST_END_TEST;

GST_START_TEST (test_small_lasting_deviation_is_no_jump)
{
  check_deviation (30 * GST_MSECOND, 0);
}

GST_END_TEST;

/* --- rule 6: gaps --- */

static ContractStream *
run_with_silence (gsize n_gap)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n = rules_element->n_frames;
  gfloat *zeros = g_new0 (gfloat, n_gap * (gsize) rules_element->channels);

  rules_push_signal (stream, 0, n, 1000, 0);
  contract_push (stream, zeros, n_gap, n_gap, rules_time_of (n));
  rules_push_signal (stream, 0, n, 1000, rules_time_of (n + n_gap));
  contract_finish (stream);
  g_free (zeros);
  return stream;
}

GST_START_TEST (test_short_gap_event_is_silence)
{
  gsize n = rules_element->n_frames;
  gsize n_gap = rules_element->window / 3;
  ContractStream *expected = run_with_silence (n_gap);
  ContractStream *stream = contract_stream_new (rules_element);

  rules_push_signal (stream, 0, n, 1000, 0);
  gst_harness_push_event (
      stream->h, gst_event_new_gap (rules_time_of (n), rules_time_of (n_gap)));
  rules_push_signal (stream, 0, n, 1000, rules_time_of (n + n_gap));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n + n_gap);
  contract_assert_same (expected, 0, stream, 0, 2 * n + n_gap, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (expected);
}

GST_END_TEST;

GST_START_TEST (test_long_gap_event_drains_and_goes_on)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n = rules_element->n_frames;
  GstClockTime after = rules_time_of (n) + 600 * GST_SECOND;

  rules_push_signal (stream, 0, n, 1000, 0);
  gst_harness_push_event (
      stream->h, gst_event_new_gap (rules_time_of (n), 600 * GST_SECOND));
  if (!rules_element->threaded)
    fail_unless (g_str_has_suffix (stream->record.log->str, "bg"),
        "order was %s", stream->record.log->str);
  rules_push_signal (stream, 0, n, 1000, after);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n);
  fail_unless_equals_uint64 (stream->record.island_pts, after);
  contract_stream_free (stream);
}

GST_END_TEST;

/* Short and long: the samples of a GAP buffer do not matter (here they are
 * 0.01), their number does. */
GST_START_TEST (test_gap_buffer_counts_as_silence)
{
  gsize n = rules_element->n_frames;
  gsize n_gap =
      __i__ == 0 ? rules_element->window / 3 : (gsize) rules_element->rate * 40;
  ContractStream *stream = contract_stream_new (rules_element);
  gsize bytes = n_gap * (gsize) rules_element->channels * sizeof (gfloat);
  GstBuffer *gap = gst_buffer_new_and_alloc (bytes);

  gst_buffer_memset (gap, 0, 0x3c, bytes);
  GST_BUFFER_FLAG_SET (gap, GST_BUFFER_FLAG_GAP);
  GST_BUFFER_PTS (gap) = rules_time_of (n);
  rules_push_signal (stream, 0, n, 1000, 0);
  gst_harness_push (stream->h, gap);
  rules_push_signal (stream, 0, n, 1000, rules_time_of (n + n_gap));
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
send_qos (ContractStream *stream, GstClockTimeDiff jitter, guint times)
{
  for (guint i = 0; i < times; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, jitter > 0 ? 2.0 : 0.5,
            jitter, 3600 * GST_SECOND));
}

GST_START_TEST (test_qos_never_drops)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n = rules_element->n_frames;

  contract_set_if_there (stream, "qos", TRUE);
  contract_set_if_there (stream, "adaptive", TRUE);
  rules_push_signal (stream, 0, n, 1000, 0);
  send_qos (stream, 50 * GST_MSECOND, 20);
  rules_push_signal (stream, n, n, 1000, rules_time_of (n));
  send_qos (stream, 50 * GST_MSECOND, 20);
  rules_push_signal (stream, 2 * n, n, 1000, rules_time_of (2 * n));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 3 * n);
  fail_unless (stream->record.n_discont <= 1);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_qos_steps_down_and_says_so)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n = rules_element->n_frames;

  contract_set_if_there (stream, "adaptive", TRUE);
  if (rules_element->steps) {
    rules_push_signal (stream, 0, n, 1000, 0);
    fail_unless_equals_int (
        contract_count_messages (stream, GST_MESSAGE_QOS), 0);
    send_qos (stream, 50 * GST_MSECOND, 5);
    rules_push_signal (stream, n, n, 1000, rules_time_of (n));
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
  /* Planes also in one large buffer, which is read from its middle too. */
  gboolean planar = format.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  gsize chunk = planar ? rules_element->n_frames : 1000;
  ContractStream *expected, *stream;

  format.rate = rules_element->rate;
  format.channels = rules_element->channels;
  expected = rules_reference (rules_element->n_frames);
  stream =
      contract_run (rules_element, &format, rules_element->n_frames, chunk);
  fail_unless_equals_int (stream->record.n_frames, rules_element->n_frames);
  contract_assert_same (expected, 0, stream, 0, rules_element->n_frames,
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
  ContractStream *stream =
      contract_run (rules_element, &extremes[__i__], 5000, 777);

  fail_unless_equals_int (stream->record.n_frames, 5000);
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- states and properties --- */

/* PLAYING to READY and back, with what gst_harness_play () had set up. */
static void
restart (ContractStream *stream)
{
  GstElement *bin = stream->h->element;
  GstSegment segment;
  gsize n_frames;

  fail_unless (
      gst_element_set_state (bin, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS);
  n_frames = stream->record.n_frames;
  gst_pad_set_active (stream->h->sinkpad, FALSE);
  gst_pad_set_active (stream->h->sinkpad, TRUE);
  gst_pad_set_active (stream->h->srcpad, FALSE);
  gst_pad_set_active (stream->h->srcpad, TRUE);
  fail_unless (gst_element_set_state (bin, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE);
  gst_harness_push_event (stream->h, gst_event_new_stream_start ("again"));
  contract_stream_format (stream, &stream->format);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  /* Nothing of the stream before. */
  fail_unless_equals_int (stream->record.n_frames, n_frames);
}

/* After a stream that was broken off in the middle, too. */
GST_START_TEST (test_every_run_is_like_the_first)
{
  ContractStream *fresh = rules_reference (rules_element->n_frames);
  ContractStream *stream = contract_stream_new (rules_element);

  for (guint run = 0; run < 2; run++) {
    gsize before;

    rules_push_signal (stream, 99, rules_element->window + 37, 1000, 0);
    restart (stream);
    before = stream->record.n_frames;
    rules_push_signal (stream, 0, rules_element->n_frames, 1000, 0);
    contract_finish (stream);
    fail_unless_equals_int (
        stream->record.n_frames, before + rules_element->n_frames);
    contract_assert_same (
        fresh, 0, stream, before, rules_element->n_frames, 0.0f);
    restart (stream);
  }
  contract_stream_free (stream);
  contract_stream_free (fresh);
}

GST_END_TEST;

GST_START_TEST (test_property_change_while_playing_loses_nothing)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n = rules_element->n_frames / 8;

  if (rules_element->property != NULL) {
    GObject *owner = property_owner (stream);
    for (gsize i = 0; i < 8; i++) {
      g_object_set (owner, rules_element->property,
          i % 2 ? rules_element->value_a : rules_element->value_b, NULL);
      rules_push_signal (stream, i * n, n, 333, rules_time_of (i * n));
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
  ContractStream *stream = contract_stream_new (rules_element);
  GstObject *owner = GST_OBJECT (property_owner (stream));
  GstControlSource *source = gst_interpolation_control_source_new ();
  GstClockTime change = rules_time_of (rules_element->n_frames / 3 + 5);

  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  gst_object_add_control_binding (owner,
      gst_direct_control_binding_new_absolute (
          owner, rules_element->property, source));
  gst_timed_value_control_source_set (
      GST_TIMED_VALUE_CONTROL_SOURCE (source), 0, rules_element->value_a);
  gst_timed_value_control_source_set (
      GST_TIMED_VALUE_CONTROL_SOURCE (source), change, rules_element->value_b);
  gst_object_unref (source);
  rules_push_signal (stream, 0, rules_element->n_frames, chunk, 0);
  contract_finish (stream);
  return stream;
}

GST_START_TEST (test_controlled_change_does_not_depend_on_buffers)
{
  ContractStream *whole, *parts, *still;
  gsize change = rules_element->n_frames / 3 + 5;
  gsize n_differ = 0;

  if (!rules_element->controllable)
    return;
  whole = run_controlled (rules_element->n_frames);
  parts = run_controlled (997);
  fail_unless_equals_int (whole->record.n_frames, rules_element->n_frames);
  contract_assert_same (whole, 0, parts, 0, rules_element->n_frames, 0.0f);
  contract_stream_free (parts);

  /* And it does change something, after the control point. */
  still = contract_stream_new (rules_element);
  g_object_set (property_owner (still), rules_element->property,
      rules_element->value_a, NULL);
  rules_push_signal (still, 0, rules_element->n_frames, 997, 0);
  contract_finish (still);
  for (gsize i = change * (gsize) rules_element->channels;
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
  ContractStream *stream = contract_stream_new (rules_element);
  gfloat *frames = rules_signal_of (0, rules_element->n_frames);

  for (gsize i = 100; i < 200; i++)
    frames[i] = i % 3 == 0 ? (gfloat) NAN : (gfloat) INFINITY;
  contract_push (stream, frames, rules_element->n_frames, 1000, 0);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, rules_element->n_frames);
  for (gsize i = 0; i < stream->record.frames->len; i++)
    fail_unless (isfinite (g_array_index (stream->record.frames, gfloat, i)));
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

void
contract_add_event_rules (TCase *tcase)
{
  tcase_add_test (tcase, test_discont_flag_drains_and_restarts);
  tcase_add_test (tcase, test_resync_flag_drains_and_restarts);
  tcase_add_test (tcase, test_timestamp_jitter_is_ignored);
  tcase_add_test (tcase, test_lasting_deviation_is_a_jump);
  tcase_add_test (tcase, test_small_lasting_deviation_is_no_jump);
  tcase_add_test (tcase, test_short_gap_event_is_silence);
  tcase_add_test (tcase, test_long_gap_event_drains_and_goes_on);
  tcase_add_loop_test (tcase, test_gap_buffer_counts_as_silence, 0, 2);
  tcase_add_test (tcase, test_qos_never_drops);
  tcase_add_test (tcase, test_qos_steps_down_and_says_so);
  tcase_add_loop_test (tcase, test_sample_format_does_not_change_the_sound, 0,
      G_N_ELEMENTS (formats));
  tcase_add_loop_test (
      tcase, test_rates_and_channels_of_the_template_work, 0, 3);
  tcase_add_test (tcase, test_every_run_is_like_the_first);
  tcase_add_test (tcase, test_property_change_while_playing_loses_nothing);
  tcase_add_test (tcase, test_controlled_change_does_not_depend_on_buffers);
  tcase_add_test (tcase, test_non_finite_samples_do_no_harm);
}
