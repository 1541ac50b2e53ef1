/* pitchshift-sound.c: what the pitch shift engine does to tones, vowels and
 * attacks. */
#include "pitchshift-signal.h"

static void
check_tone (VoxMode mode, gdouble hz, gdouble semitones, gdouble min_snr_db)
{
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, mode, semitones);
  const gdouble wanted = hz * exp2 (semitones / 12.0);
  const gsize n = SECOND, skip = n / 4;
  g_autofree gfloat *in = make_tone (hz, n);
  g_autofree gfloat *out = run_engine (&setup, in, n);
  const gdouble found = frequency_near (out + skip, n / 2, wanted);

  g_assert_cmpfloat (fabs (1200.0 * log2 (found / wanted)), <, 1.0);
  g_assert_cmpfloat (tone_snr_db (out + skip, n / 2, found), >, min_snr_db);
  g_assert_cmpfloat (
      fabs (20.0 * log10 (amplitude_at (out + skip, n / 2, found, NULL) / 0.5)),
      <, 0.2);
}

/* The bounds are those a listener cannot tell from silence next to the tone;
 * fast windows are too short for more at 440 Hz. */
static void
test_tones_move_exactly (void)
{
  static const gdouble offsets[] = { -24.0, -12.0, -7.0, -5.0, -1.0, -0.37,
    0.01, 1.0, 4.0, 7.0, 12.0, 19.0, 24.0 };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    check_tone (VOX_MODE_FAST, 440.0, offsets[i], 60.0);
    check_tone (VOX_MODE_BALANCED, 440.0, offsets[i], 70.0);
    check_tone (VOX_MODE_QUALITY, 440.0, offsets[i], 90.0);
  }
}

/* Mean error in dB between the harmonics of @x and the vowel whose formants
 * were multiplied by @move, without the overall level. */
static gdouble
vowel_error_db (const gfloat *x, gsize n, gdouble f0_hz, gdouble move)
{
  const guint count = (guint) (3000.0 / f0_hz);
  gdouble error[64], mean = 0.0, sum = 0.0;

  g_assert_cmpuint (count, <=, G_N_ELEMENTS (error));
  for (guint k = 0; k < count; k++) {
    const gdouble hz = (k + 1) * f0_hz;

    error[k] =
        20.0 * log10 (amplitude_at (x, n, hz, NULL) / vowel_level (hz / move));
    mean += error[k] / count;
  }
  for (guint k = 0; k < count; k++)
    sum += (error[k] - mean) * (error[k] - mean);
  return sqrt (sum / count);
}

static gdouble
shifted_vowel_error_db (VoxContent content, gdouble semitones,
    VoxFormant formant, gdouble formant_semitones, gdouble move_semitones)
{
  const gsize n = SECOND;
  const gdouble f0_hz = 120.0;
  Setup setup = setup_for (content, VOX_MODE_BALANCED, semitones);
  g_autofree gfloat *in = make_vowel (f0_hz, n);
  g_autofree gfloat *out = NULL;

  setup.params.formant = formant;
  setup.params.formant_semitones = formant_semitones;
  out = run_engine (&setup, in, n);
  return vowel_error_db (out + n / 4, n / 2, f0_hz * exp2 (semitones / 12.0),
      exp2 (move_semitones / 12.0));
}

/* A third up; the formants of the vowel are 4 semitones off when they follow,
 * which costs over 6 dB. */
static void
test_formants_go_where_they_should (void)
{
  const gdouble up = 4.0;

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    const VoxContent content = all_contents[c];
    const gdouble bound = content == VOX_CONTENT_MUSIC ? 5.0 : 2.5;

    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_PRESERVE, 0.0, 0.0), <,
        bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_SHIFT, 0.0, up), <,
        bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_PRESERVE, -3.0, -3.0),
        <, bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_SHIFT, 0.0, 0.0), >,
        bound);
  }
}

static gdouble
rms (const gfloat *x, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += x[i] * x[i];
  return sqrt (sum / (gdouble) n);
}

/* Harmonics that leave the formants behind would lose their level. */
static void
test_level_stays_where_formants_do (void)
{
  static const gdouble f0_hz[] = { 110.0, 230.0, 460.0 };
  static const gdouble offsets[] = { -12.0, -5.0, 4.0, 12.0 };
  const gsize n = SECOND;

  for (guint f = 0; f < G_N_ELEMENTS (f0_hz); f++) {
    g_autofree gfloat *in = make_vowel (f0_hz[f], n);

    for (guint i = 0; i < G_N_ELEMENTS (offsets) * G_N_ELEMENTS (all_contents);
         i++) {
      Setup setup = setup_for (all_contents[i % G_N_ELEMENTS (all_contents)],
          VOX_MODE_BALANCED, offsets[i / G_N_ELEMENTS (all_contents)]);
      g_autofree gfloat *out = NULL;

      setup.params.formant = VOX_FORMANT_PRESERVE;
      out = run_engine (&setup, in, n);
      g_assert_cmpfloat (
          fabs (20.0
              * log10 (rms (out + n / 4, n / 2) / rms (in + n / 4, n / 2))),
          <, 1.0);
    }
  }
}

/* A voice that glides: its F0 is where it should be at each moment. */
static void
test_f0_of_a_gliding_voice_is_scaled (void)
{
  const gsize n = 2 * SECOND;
  const gdouble semitones = 5.0;
  const Setup setup =
      setup_for (VOX_CONTENT_VOICE, VOX_MODE_BALANCED, semitones);
  g_autofree gfloat *in = g_new0 (gfloat, n);
  g_autofree gfloat *out = NULL;
  gdouble cycles = 0.0;

  for (gsize i = 0; i < n; i++) {
    cycles += (120.0 + 40.0 * (gdouble) i / (gdouble) n) / RATE;
    for (guint k = 1; k <= 20; k++)
      in[i] += (gfloat) (0.3 / k * cos (2.0 * G_PI * k * cycles));
  }
  out = run_engine (&setup, in, n);
  for (gsize at = SECOND / 2; at < 3 * SECOND / 2; at += SECOND / 10) {
    const gsize span = 4096;
    const gdouble f0_hz =
        120.0 + 40.0 * ((gdouble) at + 0.5 * (gdouble) span) / (gdouble) n;
    const gdouble wanted = f0_hz * exp2 (semitones / 12.0);
    const gdouble found = frequency_near (out + at, span, wanted);

    g_assert_cmpfloat (fabs (1200.0 * log2 (found / wanted)), <, 15.0);
  }
}

/* While the pitch of a tone glides, nothing but the tone is heard: above its
 * highest frequency there is no energy. A jump of the phase would put it
 * there. */
static void
test_automation_does_not_click (void)
{
  const gsize n = SECOND;
  Change changes[40];
  gdouble highest = 0.0, total = 0.0;
  Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, 0.0);
  g_autofree gfloat *in = make_tone (500.0, n);
  g_autofree gfloat *out = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    changes[i].time = n / 4 + i * 500;
    changes[i].semitones = 7.0 * sin (0.4 * i);
  }
  setup.changes = changes;
  setup.n_changes = G_N_ELEMENTS (changes);
  out = run_engine (&setup, in, n);
  /* The fourth difference raises 10 kHz over 750 Hz by 90 dB. */
  for (gsize i = RATE / 10 + 4; i < n - RATE / 10; i++) {
    const gdouble d = out[i] - 4.0 * out[i - 1] + 6.0 * out[i - 2]
        - 4.0 * out[i - 3] + out[i - 4];

    highest = MAX (highest, fabs (d));
    total = MAX (total, fabs (out[i]));
  }
  /* A tone at 750 Hz alone gives 0.5 (2 pi 750 / 48000)^4 = 4.7e-5. */
  g_assert_cmpfloat (highest, <, 3e-4);
  g_assert_cmpfloat (total, <, 0.75);
}

/* A click over faint noise, which gives every bin a phase of its own, comes out
 * as a click where it went in. */
static void
test_attack_keeps_its_time_and_shape (void)
{
  static const gdouble offsets[] = { -12.0, -5.0, 4.0, 12.0 };
  const gsize n = SECOND, place = n / 2 + 7;

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    const Setup setup =
        setup_for (VOX_CONTENT_MUSIC, VOX_MODE_QUALITY, offsets[i]);
    g_autofree gfloat *in = make_noise (n, 1, 1e-4);
    g_autofree gfloat *out = NULL;
    gdouble near = 0.0, all = 0.0;

    in[place] = 0.8f;
    out = run_engine (&setup, in, n);
    for (gsize k = 0; k < n; k++) {
      all += out[k] * out[k];
      if (k + 24 >= place && k <= place + 24)
        near += out[k] * out[k];
    }
    g_assert_cmpfloat (near, >, 0.99 * all);
  }
}

/* A burst of noise that decays as a drum does: what is heard in the 50 ms before
 * it is 50 dB below it, whether the formants stay or not. */
static void
test_nothing_is_heard_before_an_attack (void)
{
  static const gdouble offsets[] = { -5.0, 0.5, 4.0, 12.0 };
  const gsize n = SECOND, place = n / 2 + 7, before = SECOND / 20;

  for (guint i = 0; i < 2 * G_N_ELEMENTS (offsets); i++) {
    Setup setup =
        setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, offsets[i / 2]);
    g_autofree gfloat *in = make_noise (n, 1, 0.5);
    g_autofree gfloat *out = NULL;
    gdouble early, burst;

    for (gsize k = 0; k < n; k++)
      in[k] *= k < place
          ? 0.0f
          : (gfloat) exp (-(gdouble) (k - place) / (0.008 * RATE));
    setup.params.formant =
        i % 2 == 0 ? VOX_FORMANT_PRESERVE : VOX_FORMANT_SHIFT;
    out = run_engine (&setup, in, n);
    /* 2 ms for the resampling of the burst itself. */
    early = rms (out + place - before, before - RATE / 500);
    burst = rms (out + place, before);
    g_assert_cmpfloat (20.0 * log10 (early / burst + 1e-9), <, -50.0);
  }
}

static void
test_level_of_a_constant_stays (void)
{
  const gsize n = SECOND;
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, 3.0);
  g_autofree gfloat *in = g_new (gfloat, n);
  g_autofree gfloat *out = NULL;

  for (gsize i = 0; i < n; i++)
    in[i] = 0.5f;
  out = run_engine (&setup, in, n);
  for (gsize i = n / 2; i < n * 3 / 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], 0.5, 0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pitchshift/tones-move-exactly", test_tones_move_exactly);
  g_test_add_func ("/pitchshift/formants-go-where-they-should",
      test_formants_go_where_they_should);
  g_test_add_func ("/pitchshift/level-stays-where-formants-do",
      test_level_stays_where_formants_do);
  g_test_add_func ("/pitchshift/f0-of-a-gliding-voice-is-scaled",
      test_f0_of_a_gliding_voice_is_scaled);
  g_test_add_func (
      "/pitchshift/automation-does-not-click", test_automation_does_not_click);
  g_test_add_func ("/pitchshift/attack-keeps-its-time-and-shape",
      test_attack_keeps_its_time_and_shape);
  g_test_add_func ("/pitchshift/nothing-is-heard-before-an-attack",
      test_nothing_is_heard_before_an_attack);
  g_test_add_func (
      "/pitchshift/level-of-a-constant-stays", test_level_of_a_constant_stays);
  return g_test_run ();
}
