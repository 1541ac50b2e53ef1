/* avpitchshift.c: the contract on avpitchshift, and what its properties do. */
#include <math.h>

#include "contract.h"

static const ContractElement element = {
  .launch = "avpitchshift semitones=4",
  .rate = 16000,
  .channels = 2,
  /* Longer than the delay of mode=balanced at this rate. */
  .window = 2048,
  .n_frames = 24000,
  .property = "semitones",
  .value_a = 3.0,
  .value_b = -3.0,
  .controllable = TRUE,
  .steps = TRUE,
};

/* Power of channel 0 at @hz over frames [from, to), by correlation. */
static gdouble
power_at (const ContractStream *stream, gdouble hz, gsize from, gsize to)
{
  gdouble re = 0.0, im = 0.0;

  for (gsize i = from; i < to; i++) {
    gdouble x = g_array_index (
        stream->record.frames, gfloat, i * (gsize) stream->format.channels);
    gdouble phase = 2.0 * G_PI * hz * (gdouble) i / stream->format.rate;
    gdouble window = 0.5
        - 0.5 * cos (2.0 * G_PI * (gdouble) (i - from) / (gdouble) (to - from));
    re += window * x * cos (phase);
    im += window * x * sin (phase);
  }
  return re * re + im * im;
}

static ContractStream *
run_tone (const gchar *launch, gdouble hz)
{
  ContractElement tone = element;
  ContractStream *stream;
  gsize n_frames = 2 * (gsize) tone.rate;
  gfloat *frames = g_new (gfloat, n_frames);
  ContractFormat format = { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED,
    tone.rate, 1 };

  tone.launch = launch;
  for (gsize i = 0; i < n_frames; i++)
    frames[i] =
        (gfloat) (0.4 * sin (2.0 * G_PI * hz * (gdouble) i / tone.rate));
  stream = contract_stream_new_format (&tone, &format);
  contract_push (stream, frames, n_frames, 800, 0);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, n_frames);
  g_free (frames);
  return stream;
}

/* The tone must be at @to, and no longer at @from: 20 dB between them. */
static void
check_tone (const gchar *launch, gdouble from, gdouble to)
{
  ContractStream *stream = run_tone (launch, from);
  gdouble there = power_at (stream, to, 8000, 24000);
  gdouble before = power_at (stream, from, 8000, 24000);

  fail_unless (there > 100.0 * before, "%s: %g at %g Hz, %g at %g Hz", launch,
      there, to, before, from);
  contract_stream_free (stream);
}

GST_START_TEST (test_semitones_and_cents_move_a_tone)
{
  check_tone ("avpitchshift content=music semitones=12", 440.0, 880.0);
  check_tone ("avpitchshift content=music semitones=-12", 440.0, 220.0);
  check_tone (
      "avpitchshift content=music semitones=6 cents=100", 440.0, 659.255);
}

GST_END_TEST;

GST_START_TEST (test_zero_semitones_is_the_input)
{
  ContractElement zero = element;
  ContractStream *stream;
  gfloat *frames = contract_signal (zero.rate, zero.channels, 0, zero.n_frames);

  zero.launch = "avpitchshift";
  stream = contract_run (&zero, NULL, zero.n_frames, 999);
  for (gsize i = 0; i < zero.n_frames * (gsize) zero.channels; i++)
    fail_unless (g_array_index (stream->record.frames, gfloat, i) == frames[i]);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

/* The second difference of a tone is bounded by its curvature; a click is far
 * above it. */
static gdouble
largest_curvature (const ContractStream *stream, gsize from, gsize to)
{
  gdouble largest = 0.0;

  for (gsize i = from + 1; i + 1 < to; i++) {
    const gfloat *x = (gfloat *) stream->record.frames->data + i;
    largest = MAX (largest, fabs (x[-1] - 2.0 * x[0] + x[1]));
  }
  return largest;
}

static void
check_change_is_smooth (
    const gchar *launch, const gchar *property, const gchar *value)
{
  ContractElement tone = element;
  const gdouble hz = 220.0, up = 2.0;
  gsize n = (gsize) tone.rate;
  gfloat *frames = g_new (gfloat, 3 * n);
  ContractFormat format = { GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED,
    tone.rate, 1 };
  gdouble step = 2.0 * G_PI * hz * up / tone.rate;
  ContractStream *stream;
  GstElement *shift;

  tone.launch = launch;
  for (gsize i = 0; i < 3 * n; i++)
    frames[i] =
        (gfloat) (0.4 * sin (2.0 * G_PI * hz * (gdouble) i / tone.rate));
  stream = contract_stream_new_format (&tone, &format);
  shift = gst_bin_get_by_name (GST_BIN (stream->h->element), "shift");
  contract_push (stream, frames, n + 123, 800, 0);
  gst_util_set_object_arg (G_OBJECT (shift), property, value);
  contract_push (
      stream, frames + n + 123, n, 800, contract_time (tone.rate, n + 123));
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 2 * n + 123);
  /* Twice the curvature of the fastest tone that may be there. */
  fail_unless (
      largest_curvature (stream, n / 2, 3 * n / 2) < 2.0 * 0.4 * step * step,
      "%s=%s clicks: %g", property, value,
      largest_curvature (stream, n / 2, 3 * n / 2));
  gst_object_unref (shift);
  contract_stream_free (stream);
  g_free (frames);
}

GST_START_TEST (test_changes_do_not_click)
{
  check_change_is_smooth (
      "avpitchshift name=shift content=music semitones=2", "semitones", "7");
  check_change_is_smooth (
      "avpitchshift name=shift content=music semitones=2", "mode", "fast");
  check_change_is_smooth (
      "avpitchshift name=shift content=music semitones=2", "mode", "quality");
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite;
  TCase *tcase;

  gst_check_init (&argc, &argv);
  suite = contract_suite ("avpitchshift", &element);
  tcase = contract_case (suite, "properties");
  tcase_add_test (tcase, test_semitones_and_cents_move_a_tone);
  tcase_add_test (tcase, test_zero_semitones_is_the_input);
  tcase_add_test (tcase, test_changes_do_not_click);
  return contract_main (suite, "avpitchshift");
}
