/* recording-check.c: what is wrong with a recording is found and named, and
 * nothing is wrong with a good one. The voices are pulse trains through two
 * resonances, spoken in syllables. */
#include <math.h>
#include <string.h>

#include "voice/vox-recording-check.h"

#define RATE 16000

typedef struct
{
  gdouble f0_hz;
  gdouble formant_scale;
} Speaker;

static const Speaker low = { 110.0, 1.0 }, high = { 220.0, 1.2 };

static gfloat
noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (gfloat) *state / 2147483648.0f - 1.0f;
}

/* One resonance: y = x + 2 r cos (w) y1 - r^2 y2. */
static void
resonate (gfloat *x, gsize n, gdouble hz, gdouble bandwidth_hz)
{
  gdouble r = exp (-G_PI * bandwidth_hz / RATE);
  gdouble a1 = 2.0 * r * cos (2.0 * G_PI * hz / RATE), a2 = -r * r;
  gdouble y1 = 0.0, y2 = 0.0;

  for (gsize i = 0; i < n; i++) {
    gdouble y = (1.0 - r) * x[i] + a1 * y1 + a2 * y2;

    y2 = y1;
    y1 = y;
    x[i] = (gfloat) y;
  }
}

/* First and second formant of a, i, u, e, o in Hz (Peterson and Barney 1952). */
static const gdouble vowels[][2] = { { 730.0, 1090.0 }, { 270.0, 2290.0 },
  { 300.0, 870.0 }, { 530.0, 1840.0 }, { 570.0, 840.0 } };

/* Syllables of 250 ms with pauses of 50 ms, and one of 600 ms every 3 s; the
 * intonation moves by +-2 semitones; the vowels take turns, never twice quite
 * the same. */
static void
speak (gfloat *out, gsize n, const Speaker *speaker)
{
  const gsize syllable = RATE * 3 / 10;
  guint32 state = 7;
  gdouble phase = 0.0;

  memset (out, 0, n * sizeof (gfloat));
  for (gsize start = 0; start + syllable <= n; start += syllable) {
    guint k = (guint) (start / syllable);
    const gdouble *vowel = vowels[k % G_N_ELEMENTS (vowels)];
    gdouble first = vowel[0] * (1.0 + 0.1 * noise (&state));
    gdouble second = vowel[1] * (1.0 + 0.1 * noise (&state));
    gsize voiced = syllable * 5 / 6;

    if (k % 10 >= 8)
      continue;
    for (gsize i = 0; i < voiced; i++) {
      gdouble t = (gdouble) (start + i) / RATE;
      gdouble f0 = speaker->f0_hz * exp2 (sin (2.0 * G_PI * 0.7 * t) / 6.0);

      phase += f0 / RATE;
      if (phase >= 1.0) {
        phase -= 1.0;
        out[start + i] = 1.0f;
      }
    }
    resonate (out + start, syllable, first * speaker->formant_scale, 80.0);
    resonate (out + start, syllable, second * speaker->formant_scale, 120.0);
  }
}

static void
normalise (gfloat *x, gsize n, gfloat peak)
{
  gfloat max = 0.0f;

  for (gsize i = 0; i < n; i++)
    max = MAX (max, fabsf (x[i]));
  for (gsize i = 0; i < n; i++)
    x[i] *= peak / max;
}

static gfloat *
make_voice (gdouble seconds, const Speaker *first, const Speaker *second)
{
  gsize n = (gsize) (seconds * RATE);
  gfloat *x = g_new (gfloat, n);
  guint32 state = 1;

  speak (x, n / 2, first);
  normalise (x, n / 2, 0.5f);
  speak (x + n / 2, n - n / 2, second);
  normalise (x + n / 2, n - n / 2, 0.5f);
  /* The noise of a good room: about -70 dBFS. */
  for (gsize i = 0; i < n; i++)
    x[i] += 5e-4f * noise (&state);
  return x;
}

static VoxRecordingReport *
check (const gfloat *x, gdouble seconds)
{
  g_autoptr (GError) error = NULL;
  VoxRecordingReport *report =
      vox_recording_check (x, (gsize) (seconds * RATE), RATE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < report->problems->len; i++)
    g_test_message ("%s",
        g_array_index (report->problems, VoxRecordingProblem, i).sentence);
  return report;
}

static void
assert_found (const VoxRecordingReport *report, VoxRecordingFault fault,
    gboolean is_error)
{
  const VoxRecordingProblem *problem =
      vox_recording_report_find (report, fault);

  g_assert_nonnull (problem);
  g_assert_cmpint (problem->is_error, ==, is_error);
  g_assert_cmpint (report->n_errors > 0, ==, is_error);
}

static void
test_good_recording_has_no_problem (void)
{
  const Speaker *speakers[] = { &low, &high };

  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++) {
    g_autofree gfloat *x = make_voice (40.0, speakers[i], speakers[i]);
    g_autoptr (VoxRecordingReport) report = check (x, 40.0);

    g_assert_cmpuint (report->problems->len, ==, 0);
    g_assert_cmpfloat_with_epsilon (report->duration_s, 40.0, 1e-9);
    /* 5/6 of 8 of 10 syllables are voiced. */
    g_assert_cmpfloat (report->voiced_s, >, 20.0);
    g_assert_cmpfloat (report->voiced_s, <, 32.0);
    g_assert_cmpfloat (
        fabs (12.0 * log2 (report->f0_median_hz / speakers[i]->f0_hz)), <, 1.0);
  }
}

static void
test_short_recording_is_refused (void)
{
  g_autofree gfloat *x = make_voice (20.0, &low, &low);
  g_autoptr (VoxRecordingReport) report = check (x, 20.0);

  assert_found (report, VOX_RECORDING_TOO_SHORT, TRUE);
  g_assert_cmpuint (report->problems->len, ==, 1);
}

static void
test_recording_of_mostly_pauses_is_refused (void)
{
  g_autofree gfloat *x = make_voice (40.0, &low, &low);
  g_autoptr (VoxRecordingReport) report = NULL;
  guint32 state = 2;

  for (gsize i = 8 * RATE; i < 40 * RATE; i++)
    x[i] = 5e-4f * noise (&state);
  report = check (x, 40.0);
  assert_found (report, VOX_RECORDING_LITTLE_VOICE, TRUE);
}

static void
test_silence_and_dc_are_refused (void)
{
  g_autofree gfloat *x = g_new0 (gfloat, 40 * RATE);
  g_autoptr (VoxRecordingReport) silent = check (x, 40.0);
  g_autoptr (VoxRecordingReport) constant = NULL;
  g_autoptr (VoxRecordingReport) empty = check (x, 0.0);

  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] = 0.5f;
  constant = check (x, 40.0);
  assert_found (silent, VOX_RECORDING_SILENT, TRUE);
  assert_found (constant, VOX_RECORDING_NO_VOICE, TRUE);
  assert_found (empty, VOX_RECORDING_SILENT, TRUE);
}

static void
test_noise_and_tones_are_no_voice (void)
{
  g_autofree gfloat *x = g_new (gfloat, 40 * RATE);
  g_autoptr (VoxRecordingReport) white = NULL;
  g_autoptr (VoxRecordingReport) square = NULL;
  guint32 state = 3;

  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] = 0.3f * noise (&state);
  white = check (x, 40.0);
  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] = i / 40 % 2 == 0 ? 1.0f : -1.0f;
  square = check (x, 40.0);
  assert_found (white, VOX_RECORDING_NO_VOICE, TRUE);
  assert_found (square, VOX_RECORDING_NO_VOICE, TRUE);
  assert_found (square, VOX_RECORDING_CLIPPED, TRUE);
}

static void
test_clipping_is_graded (void)
{
  g_autofree gfloat *x = make_voice (40.0, &low, &low);
  g_autoptr (VoxRecordingReport) report = NULL;

  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] = CLAMP (8.0f * x[i], -1.0f, 1.0f);
  report = check (x, 40.0);
  assert_found (report, VOX_RECORDING_CLIPPED, TRUE);
}

/* Two takes: the louder one is clean, and hides the limit of the other. */
static void
test_clipping_of_a_quieter_take_is_found (void)
{
  g_autofree gfloat *x = make_voice (40.0, &low, &low);
  g_autoptr (VoxRecordingReport) clean = check (x, 40.0);
  g_autoptr (VoxRecordingReport) report = NULL;

  g_assert_cmpfloat (clean->clipped_ratio, <, 1e-4);
  for (gsize i = 0; i < 20 * RATE; i++)
    x[i] = CLAMP (8.0f * x[i], -0.3f, 0.3f);
  report = check (x, 40.0);
  assert_found (report, VOX_RECORDING_CLIPPED, TRUE);
}

static void
test_figures_do_not_contradict_their_limits (void)
{
  const gdouble almost_s = VOX_RECORDING_MIN_S - 0.01;
  g_autofree gfloat *x = make_voice (almost_s, &low, &low);
  g_autoptr (VoxRecordingReport) report = check (x, almost_s);
  const VoxRecordingProblem *problem =
      vox_recording_report_find (report, VOX_RECORDING_TOO_SHORT);

  g_assert_nonnull (problem);
  g_assert_nonnull (strstr (problem->sentence, "it has 29.9 s"));
}

static void
test_noise_is_graded (void)
{
  g_autofree gfloat *x = make_voice (40.0, &low, &low);
  g_autoptr (VoxRecordingReport) some = NULL;
  g_autoptr (VoxRecordingReport) much = NULL;
  gdouble power = 0.0;
  gfloat scale;
  guint32 state = 4;

  for (gsize i = 0; i < 40 * RATE; i++)
    power += (gdouble) x[i] * x[i] / (40 * RATE);
  /* Uniform noise has a third of its peak's power: 15 dB, then 5 dB. */
  scale = (gfloat) sqrt (3.0 * power * pow (10.0, -1.5));
  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] += scale * noise (&state);
  some = check (x, 40.0);
  assert_found (some, VOX_RECORDING_NOISY, FALSE);
  scale = (gfloat) sqrt (3.0 * power * pow (10.0, -0.5));
  for (gsize i = 0; i < 40 * RATE; i++)
    x[i] += scale * noise (&state);
  much = check (x, 40.0);
  assert_found (much, VOX_RECORDING_NOISY, TRUE);
}

static void
test_two_speakers_are_suspected (void)
{
  g_autofree gfloat *x = make_voice (60.0, &low, &high);
  g_autoptr (VoxRecordingReport) report = check (x, 60.0);

  assert_found (report, VOX_RECORDING_SEVERAL_SPEAKERS, FALSE);
}

static void
test_small_faults_are_warnings (void)
{
  g_autofree gfloat *x = make_voice (40.0, &low, &low);
  g_autofree gfloat *quiet = g_new (gfloat, 40 * RATE);
  g_autoptr (VoxRecordingReport) report = NULL;
  g_autoptr (VoxRecordingReport) quiet_report = NULL;

  for (gsize i = 0; i < 40 * RATE; i++) {
    quiet[i] = 0.02f * x[i];
    x[i] += 0.1f;
  }
  x[5 * RATE] = NAN;
  x[6 * RATE] = -INFINITY;
  report = check (x, 40.0);
  quiet_report = check (quiet, 40.0);
  assert_found (report, VOX_RECORDING_DC, FALSE);
  assert_found (report, VOX_RECORDING_DAMAGED, FALSE);
  assert_found (quiet_report, VOX_RECORDING_QUIET, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/recording/good one has no problem", test_good_recording_has_no_problem);
  g_test_add_func (
      "/recording/short one is refused", test_short_recording_is_refused);
  g_test_add_func ("/recording/one of mostly pauses is refused",
      test_recording_of_mostly_pauses_is_refused);
  g_test_add_func (
      "/recording/silence and dc are refused", test_silence_and_dc_are_refused);
  g_test_add_func ("/recording/noise and tones are no voice",
      test_noise_and_tones_are_no_voice);
  g_test_add_func ("/recording/clipping is graded", test_clipping_is_graded);
  g_test_add_func ("/recording/clipping of a quieter take is found",
      test_clipping_of_a_quieter_take_is_found);
  g_test_add_func ("/recording/figures do not contradict their limits",
      test_figures_do_not_contradict_their_limits);
  g_test_add_func ("/recording/noise is graded", test_noise_is_graded);
  g_test_add_func (
      "/recording/two speakers are suspected", test_two_speakers_are_suspected);
  g_test_add_func (
      "/recording/small faults are warnings", test_small_faults_are_warnings);
  return g_test_run ();
}
