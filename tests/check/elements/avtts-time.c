/* avtts-time.c: speech fits the slots of its text, and what is too long for its
 * slot is treated as asked. */
#include "tts-rig.h"

GST_START_TEST (test_timed_text_fits_its_slot)
{
  /* Within the limits of the rate: 0.8 to 1.5. */
  static const gdouble parts[] = { 1.2, 1.05, 0.9, 0.7 };
  Output natural = speak ("", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    GstClockTime slot = (GstClockTime) (parts[i] * (gdouble) natural.end);
    Output out = speak ("", UTF8, LONG, 2 * GST_SECOND, slot);

    fail_unless_equals_uint64 (out.start, 2 * GST_SECOND);
    fail_unless (out.end <= 2 * GST_SECOND + slot);
    /* Frames are 5 ms, and every sound is a whole number of them. */
    fail_unless (out.end + 50 * GST_MSECOND >= 2 * GST_SECOND + slot);
    fail_unless_equals_int (out.jumps, 0);
    clear_output (&out);
  }
  clear_output (&natural);
}
GST_END_TEST;

GST_START_TEST (test_an_endless_slot_is_spoken_at_the_lowest_rate)
{
  Output natural = speak ("", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output slow = speak ("", UTF8, LONG, 0, 60 * GST_SECOND);
  Output slowest = speak ("speed=0.8", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);

  fail_unless (slow.end > natural.end);
  assert_same (&slow, &slowest);
  clear_output (&natural);
  clear_output (&slow);
  clear_output (&slowest);
}
GST_END_TEST;

GST_START_TEST (test_untimed_text_continues)
{
  GstHarness *h = new_harness ("", UTF8);
  Output alone =
      speak ("", UTF8, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  Output out;

  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  fail_unless_equals_int (out.samples->len, 2 * alone.samples->len);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.disconts, 1);
  fail_unless_equals_int (out.gaps, 0);
  clear_output (&alone);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_time_between_slots_is_silence)
{
  GstHarness *h = new_harness ("", UTF8);
  Output alone = speak ("", UTF8, SHORT, 0, GST_SECOND);
  Output out;
  guint at = 5 * RATE;

  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  push_text (h, SHORT, 5 * GST_SECOND, GST_SECOND);
  out = take_output (h);
  fail_unless_equals_uint64 (out.start, 0);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.disconts, 1);
  fail_unless_equals_int (out.samples->len, at + alone.samples->len);
  /* A second of silence, then four seconds less what was spoken. */
  fail_unless_equals_int (out.silent, at - alone.samples->len);
  fail_unless (memcmp (&g_array_index (out.samples, gfloat, at),
                   alone.samples->data, alone.samples->len * sizeof (gfloat))
      == 0);
  clear_output (&alone);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_gap_events_are_forwarded)
{
  GstHarness *h = new_harness ("", UTF8);
  Output out;

  fail_unless (
      gst_harness_push_event (h, gst_event_new_gap (0, 3 * GST_SECOND)));
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_int (out.gaps, 1);
  fail_unless_equals_uint64 (out.gap_end, 3 * GST_SECOND);
  fail_unless_equals_uint64 (out.start, 3 * GST_SECOND);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_a_gap_without_an_end_is_forwarded)
{
  GstHarness *h = new_harness ("", UTF8);
  Output out;

  fail_unless (gst_harness_push_event (
      h, gst_event_new_gap (GST_SECOND, GST_CLOCK_TIME_NONE)));
  out = take_output (h);
  fail_unless_equals_int (out.gaps, 1);
  fail_unless_equals_uint64 (out.gap_start, GST_SECOND);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_the_same_segment_again_is_no_jump)
{
  GstHarness *h = new_harness ("", UTF8);
  Output out;

  begin_at (h, 0);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  begin_at (h, 0);
  push_text (h, SHORT, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
  out = take_output (h);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.disconts, 1);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_clip_ends_with_the_slot)
{
  GstHarness *h = new_harness ("overflow=clip", UTF8);
  Output out, next;

  push_text (h, LONG, 0, GST_SECOND);
  out = take_output (h);
  push_text (h, SHORT, GST_SECOND, 2 * GST_SECOND);
  next = take_output (h);
  fail_unless_equals_uint64 (out.end, GST_SECOND);
  /* Faded out, not chopped. */
  fail_unless (
      fabsf (g_array_index (out.samples, gfloat, out.samples->len - 1)) < 0.01);
  fail_unless_equals_uint64 (next.start, GST_SECOND);
  fail_unless_equals_int (next.disconts, 0);
  clear_output (&out);
  clear_output (&next);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_shift_loses_nothing)
{
  GstHarness *h = new_harness ("overflow=shift", UTF8);
  Output fast = speak ("speed=1.5", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output out, next;

  push_text (h, LONG, 0, GST_SECOND);
  out = take_output (h);
  push_text (h, SHORT, GST_SECOND, GST_SECOND);
  next = take_output (h);
  assert_same (&out, &fast);
  fail_unless_equals_uint64 (next.start, out.end);
  fail_unless_equals_int (next.disconts, 0);
  clear_output (&fast);
  clear_output (&out);
  clear_output (&next);
  gst_harness_teardown (h);
}
GST_END_TEST;

GST_START_TEST (test_overflow_overlap_mixes)
{
  GstHarness *h = new_harness ("overflow=overlap", UTF8);
  Output a = speak ("speed=1.5", UTF8, LONG, 0, GST_CLOCK_TIME_NONE);
  Output b = speak ("", UTF8, SHORT, 0, 900 * GST_MSECOND);
  Output out;

  push_text (h, LONG, 0, GST_SECOND);
  push_text (h, SHORT, 1500 * GST_MSECOND, 900 * GST_MSECOND);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = take_output (h);
  fail_unless_equals_int (out.jumps, 0);
  fail_unless_equals_int (out.gaps, 0);
  fail_unless (a.samples->len > RATE * 3 / 2 + b.samples->len);
  fail_unless_equals_int (out.samples->len, a.samples->len);
  for (guint i = 0; i < out.samples->len; i++) {
    gfloat expected = g_array_index (a.samples, gfloat, i);

    if (i >= RATE * 3 / 2 && i - RATE * 3 / 2 < b.samples->len)
      expected += g_array_index (b.samples, gfloat, i - RATE * 3 / 2);
    fail_unless (
        fabsf (g_array_index (out.samples, gfloat, i) - expected) < 1e-6);
  }
  clear_output (&a);
  clear_output (&b);
  clear_output (&out);
  gst_harness_teardown (h);
}
GST_END_TEST;

static Suite *
avtts_time_suite (void)
{
  Suite *suite = suite_create ("avtts-time");
  TCase *time = contract_case (suite, "time");

  tcase_add_test (time, test_timed_text_fits_its_slot);
  tcase_add_test (time, test_an_endless_slot_is_spoken_at_the_lowest_rate);
  tcase_add_test (time, test_untimed_text_continues);
  tcase_add_test (time, test_time_between_slots_is_silence);
  tcase_add_test (time, test_gap_events_are_forwarded);
  tcase_add_test (time, test_a_gap_without_an_end_is_forwarded);
  tcase_add_test (time, test_the_same_segment_again_is_no_jump);
  tcase_add_test (time, test_overflow_clip_ends_with_the_slot);
  tcase_add_test (time, test_overflow_shift_loses_nothing);
  tcase_add_test (time, test_overflow_overlap_mixes);
  return suite;
}

int
main (int argc, char **argv)
{
  return tts_main (argc, argv, avtts_time_suite, "avtts-time");
}
