/* contract-rules-playback.c: what players do to a stream: play it backwards,
 * tell that it is late, ask for memory, read statistics. */
#include "contract-rules.h"

#include <string.h>

/* The element of the project in the stream, for its `stats`. */
static GstStructure *
stats_of (ContractStream *stream)
{
  GstStructure *stats = NULL;
  GstIterator *it = gst_bin_iterate_recurse (GST_BIN (stream->h->element));
  GValue item = G_VALUE_INIT;

  while (stats == NULL && gst_iterator_next (it, &item) == GST_ITERATOR_OK) {
    GObject *object = g_value_get_object (&item);

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (object), "stats")
        && g_str_has_prefix (G_OBJECT_TYPE_NAME (object), "GstAv"))
      g_object_get (object, "stats", &stats, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (it);
  fail_unless (stats != NULL, "no element has stats");
  return stats;
}

/* --- rule 5: backwards, every buffer is before the one before it --- */

GST_START_TEST (test_backwards_every_buffer_stands_alone)
{
  const gsize n_parts = 4;
  gsize part = rules_element->n_frames / n_parts;
  ContractStream *stream = contract_stream_new (rules_element);
  ContractStream *alone = rules_reference (part);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -1.0;
  segment.stop = segment.position = rules_time_of (n_parts * part);
  gst_harness_push_event (stream->h, gst_event_new_segment (&segment));
  for (gsize i = n_parts; i-- > 0;)
    rules_push_signal (stream, i * part, part, part, rules_time_of (i * part));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, n_parts * part);
  fail_unless_equals_uint64 (
      stream->record.first_pts, rules_time_of ((n_parts - 1) * part));
  fail_unless (stream->record.n_discont >= n_parts - 1);
  fail_unless_equals_uint64 (stream->record.island_pts, 0);
  contract_assert_same (alone, 0, stream, (n_parts - 1) * part, part, 0.0f);
  contract_stream_free (stream);
  contract_stream_free (alone);
}

GST_END_TEST;

/* A jump back without any flag, as after a loop in a playlist. */
GST_START_TEST (test_lasting_jump_back_is_followed)
{
  ContractStream *stream = contract_stream_new (rules_element);
  gsize n_second = (gsize) rules_element->rate;

  rules_push_signal (stream, 0, 3 * n_second, 800, 10 * GST_SECOND);
  rules_push_signal (stream, 0, 3 * n_second, 800, 2 * GST_SECOND);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 6 * n_second);
  fail_unless_equals_int (stream->record.n_discont, 2);
  fail_unless (stream->record.island_pts >= 2 * GST_SECOND
      && stream->record.island_pts <= 4 * GST_SECOND);
  contract_stream_free (stream);
}

GST_END_TEST;

/* --- rule 7: what QoS events leave behind --- */

GST_START_TEST (test_late_blocks_are_counted)
{
  ContractStream *stream = contract_stream_new (rules_element);
  guint late = 0, expected = 7;
  GstStructure *stats;

  rules_push_signal (stream, 0, rules_element->n_frames, 1000, 0);
  for (guint i = 0; i < expected; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (
            GST_QOS_TYPE_UNDERFLOW, 1.5, 20 * GST_MSECOND, GST_SECOND));
  /* In time: not late. */
  gst_harness_push_upstream_event (stream->h,
      gst_event_new_qos (
          GST_QOS_TYPE_OVERFLOW, 0.5, -20 * GST_MSECOND, GST_SECOND));
  contract_finish (stream);
  stats = stats_of (stream);
  fail_unless (gst_structure_get_uint (stats, "late-blocks", &late));
  /* In a bin every child on the way hears of it. */
  fail_unless (late > 0 && late % expected == 0, "%u late blocks", late);
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_stats_tell_samples_and_speed)
{
  ContractStream *stream = rules_reference (rules_element->n_frames);
  GstStructure *stats = stats_of (stream);
  guint64 in = 0, out = 0, latency = 0;
  gdouble factor = 0.0;

  fail_unless (gst_structure_get (stats, "samples-in", G_TYPE_UINT64, &in,
      "samples-out", G_TYPE_UINT64, &out, "latency", G_TYPE_UINT64, &latency,
      "real-time-factor", G_TYPE_DOUBLE, &factor, NULL));
  fail_unless_equals_uint64 (in, rules_element->n_frames);
  fail_unless_equals_uint64 (out, rules_element->n_frames);
  fail_unless (latency > 0);
  fail_unless (factor > 0.0);
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

void
contract_add_playback_rules (TCase *tcase)
{
  tcase_add_test (tcase, test_backwards_every_buffer_stands_alone);
  tcase_add_test (tcase, test_lasting_jump_back_is_followed);
  tcase_add_test (tcase, test_late_blocks_are_counted);
  tcase_add_test (tcase, test_stats_tell_samples_and_speed);
}
