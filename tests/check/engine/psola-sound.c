/* psola-sound.c: what pitch-synchronous overlap-add does to pitch, power and
 * formants. */
#include "psola-chain.h"

static gdouble
power (const gfloat *x, gsize n)
{
  gdouble sum = 1e-30;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) x[i] * x[i];
  return sum / (gdouble) n;
}

static void
test_pitch_moves_by_the_ratio_and_keeps_its_contour (void)
{
  static const gfloat ratios[] = { 0.5f, 0.7f, 0.9f, 1.2f, 1.5f, 2.0f };
  static const VoiceContour contours[] = { voice_steady, voice_vibrato,
    voice_glide };
  const guint rate = 16000;
  const gsize n = 2 * rate;

  for (guint c = 0; c < G_N_ELEMENTS (contours); c++) {
    g_autofree gfloat *x = voice_new (n, rate, contours[c], 190.0);

    for (guint r = 0; r < G_N_ELEMENTS (ratios); r++) {
      g_autofree gfloat *y = shifted (x, n, rate, ratios[r], 1.0f);
      g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
      g_autoptr (VoxStream) stream = vox_stream_new (device, NULL);
      const VoxF0Params params = { rate, 0.01, MIN_HZ, 1500.0,
        VOX_MODE_QUALITY };
      g_autoptr (GArray) frames = vox_f0_analyze (stream, &params, y, n, NULL);
      guint right = 0;

      for (guint k = 5; k + 5 < frames->len; k++) {
        const gdouble want = ratios[r] * contours[c](k * 0.01, 190.0);
        const gdouble got = g_array_index (frames, VoxF0Frame, k).f0_hz;

        right += got > 0.0 && fabs (1200.0 * log2 (got / want)) < 25.0;
      }
      g_assert_cmpfloat (right, >=, 0.98 * (frames->len - 10));
    }
  }
}

static void
test_power_stays (void)
{
  static const gfloat ratios[] = { 0.6f, 0.8f, 1.25f, 1.7f };
  const guint rate = 16000;
  const gsize n = rate;
  g_autofree gfloat *x = voice_new (n, rate, voice_glide, 160.0);

  for (guint r = 0; r < G_N_ELEMENTS (ratios); r++) {
    g_autofree gfloat *y = shifted (x, n, rate, ratios[r], 1.0f);

    g_assert_cmpfloat (
        fabs (10.0 * log10 (power (y, n) / power (x, n))), <, 1.5);
  }
}

static void
test_unvoiced_sound_is_not_touched_by_the_pitch (void)
{
  const guint rate = 16000;
  const gsize n = 2 * rate;
  g_autofree gfloat *x = voice_with_gap (n, rate, voice_steady, 150.0);
  g_autofree gfloat *y = shifted (x, n, rate, 2.0f, 1.0f);

  for (gsize i = 85 * rate / 100; i < 115 * rate / 100; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], 2e-6);
}

/* Frequency that halves the power below 5 kHz, from a plain Fourier sum. */
static gdouble
middle_frequency (const gfloat *x, gsize n, guint rate)
{
  gdouble total = 0.0, below = 0.0, power_of[100];

  for (guint b = 0; b < 100; b++) {
    const gdouble step = 2.0 * G_PI * (50.0 * b + 25.0) / rate;

    power_of[b] = 0.0;
    for (gsize from = 0; from + 320 <= n; from += 320) {
      gdouble re = 0.0, im = 0.0;

      for (guint i = 0; i < 320; i++) {
        re += x[from + i] * cos (step * i);
        im += x[from + i] * sin (step * i);
      }
      power_of[b] += re * re + im * im;
    }
    total += power_of[b];
  }
  for (guint b = 0; b < 100; b++) {
    below += power_of[b];
    if (below >= 0.5 * total)
      return 50.0 * (b + 1 - (below - 0.5 * total) / power_of[b]);
  }
  return 5000.0;
}

static void
test_formants_stay_unless_they_are_moved (void)
{
  const guint rate = 16000;
  const gsize n = rate;
  g_autofree gfloat *x = voice_new (n, rate, voice_glide, 110.0);
  g_autofree gfloat *pitch = shifted (x, n, rate, 1.4f, 1.0f);
  g_autofree gfloat *formant = shifted (x, n, rate, 1.0f, 1.3f);
  g_autofree gfloat *lower = shifted (x, n, rate, 1.0f, 0.8f);
  const gdouble middle = middle_frequency (x, n, rate);

  g_assert_cmpfloat_with_epsilon (
      middle_frequency (pitch, n, rate) / middle, 1.0, 0.1);
  g_assert_cmpfloat_with_epsilon (
      middle_frequency (formant, n, rate) / middle, 1.3, 0.1);
  g_assert_cmpfloat_with_epsilon (
      middle_frequency (lower, n, rate) / middle, 0.8, 0.1);
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/psola/pitch-moves-by-the-ratio-and-keeps-its-contour",
      test_pitch_moves_by_the_ratio_and_keeps_its_contour);
  g_test_add_func ("/psola/power-stays", test_power_stays);
  g_test_add_func ("/psola/unvoiced-sound-is-not-touched-by-the-pitch",
      test_unvoiced_sound_is_not_touched_by_the_pitch);
  g_test_add_func ("/psola/formants-stay-unless-they-are-moved",
      test_formants_stay_unless_they_are_moved);
  return g_test_run ();
}
