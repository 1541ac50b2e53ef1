/* quality.c: the metrics against independent implementations and against
 * signals whose values are known. */
#include "quality-signal.h"

#include "../../golden/quality-golden.h"
#include "quality/vox-dtw.h"
#include "quality/vox-loudness.h"
#include "quality/vox-pitch-compare.h"

/* The agreement with pystoi that docs promise, and that of the distances with
 * numpy in double precision. */
#define STOI_TOLERANCE 1e-4
#define DISTANCE_TOLERANCE_DB 1e-2
#define RATIO_TOLERANCE_DB 1e-3

static VoxQualityParams
params_for (guint rate, guint groups)
{
  VoxQualityParams params = VOX_QUALITY_PARAMS_DEFAULT;

  params.rate = rate;
  params.groups = groups;
  return params;
}

static void
test_stoi_and_distances_equal_independent_ones (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (quality_golden); i++) {
    const guint rate = quality_golden[i].rate;
    const VoxQualityParams params = params_for (
        rate, VOX_QUALITY_GROUP_INTELLIGIBILITY | VOX_QUALITY_GROUP_SPECTRUM);
    gsize n;
    g_autofree gfloat *clean = signal_speech (rate, &n);
    g_autofree gfloat *judged =
        signal_degraded (clean, n, quality_golden[i].kind);
    g_autoptr (VoxQualityResult) result =
        measure (&params, clean, n, judged, n);

    g_assert_cmpfloat_with_epsilon (value_of (result, VOX_QUALITY_STOI),
        quality_golden[i].stoi, STOI_TOLERANCE);
    g_assert_cmpfloat_with_epsilon (value_of (result, VOX_QUALITY_ESTOI),
        quality_golden[i].estoi, STOI_TOLERANCE);
    g_assert_cmpfloat_with_epsilon (value_of (result, VOX_QUALITY_LSD),
        quality_golden[i].lsd_db, DISTANCE_TOLERANCE_DB);
    g_assert_cmpfloat_with_epsilon (value_of (result, VOX_QUALITY_MCD),
        quality_golden[i].mcd_db, DISTANCE_TOLERANCE_DB);
  }
}

static void
test_identical_streams_are_perfect (void)
{
  const VoxQualityParams params = params_for (16000, VOX_QUALITY_GROUP_ALL);
  gsize n;
  g_autofree gfloat *clean = signal_speech (16000, &n);
  g_autoptr (VoxQualityResult) result = measure (&params, clean, n, clean, n);

  g_assert_cmpfloat_with_epsilon (
      value_of (result, VOX_QUALITY_STOI), 1.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (
      value_of (result, VOX_QUALITY_ESTOI), 1.0, 1e-9);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_SI_SDR), >=, 100.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_SDR), >=, 100.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_LSD), ==, 0.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_MCD), ==, 0.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_F0_RMSE_HZ), ==, 0.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_F0_RPA), ==, 1.0);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_F0_VDE), ==, 0.0);
  g_assert_cmpfloat_with_epsilon (
      value_of (result, VOX_QUALITY_F0_CORRELATION), 1.0, 1e-9);
}

/* s + e with e orthogonal to s, both zero-mean, 20 dB down; then another gain
 * and an offset, which SI-SDR must not see. */
static void
test_si_sdr_of_known_noise (void)
{
  const VoxQualityParams params =
      params_for (16000, VOX_QUALITY_GROUP_DISTORTION);
  const gsize n = 16000;
  g_autofree gfloat *reference = g_new (gfloat, n);
  g_autofree gfloat *judged = g_new (gfloat, n);
  g_autoptr (VoxQualityResult) result = NULL;

  for (gsize i = 0; i < n; i++) {
    const gdouble s = sin (2.0 * G_PI * 100.0 * (gdouble) i / (gdouble) n);
    const gdouble e = cos (2.0 * G_PI * 700.0 * (gdouble) i / (gdouble) n);

    reference[i] = (gfloat) (0.5 * s);
    judged[i] = (gfloat) (-0.3 * (0.5 * s + 0.05 * e) + 0.1);
  }
  result = measure (&params, reference, n, judged, n);
  g_assert_cmpfloat_with_epsilon (
      value_of (result, VOX_QUALITY_SI_SDR), 20.0, RATIO_TOLERANCE_DB);
}

/* Seconds with 30, 10 and 20 dB, one with a silent reference, and a rest. */
static void
test_sdr_is_the_median_over_seconds (void)
{
  static const gdouble levels_db[] = { 30.0, 10.0, NAN, 20.0 };
  VoxQualityParams params = params_for (8000, VOX_QUALITY_GROUP_DISTORTION);
  const gsize n = 8000 * G_N_ELEMENTS (levels_db) + 4000;
  g_autofree gfloat *reference = g_new0 (gfloat, 2 * n);
  g_autofree gfloat *judged = g_new0 (gfloat, 2 * n);
  g_autoptr (VoxQualityResult) result = NULL;

  params.channels = params.reference_channels = 2;
  for (gsize i = 0; i < n; i++) {
    const gsize second = i / 8000;
    const gdouble db =
        second < G_N_ELEMENTS (levels_db) ? levels_db[second] : 0.0;

    if (isnan (db)) {
      judged[2 * i] = 0.1f;
      continue;
    }
    reference[2 * i] = 0.5f;
    judged[2 * i] = 0.5f;
    judged[2 * i + 1] = (gfloat) (0.5 * pow (10.0, -db / 20.0));
  }
  result = measure (&params, reference, n, judged, n);
  g_assert_cmpfloat_with_epsilon (
      value_of (result, VOX_QUALITY_SDR), 20.0, RATIO_TOLERANCE_DB);
}

/* Stereo sine of 1 kHz at @dbfs from @start_s to @end_s. */
static void
add_tone (gfloat *frames, guint rate, gdouble dbfs, guint start_s, guint end_s)
{
  for (gsize i = (gsize) start_s * rate; i < (gsize) end_s * rate; i++)
    frames[2 * i] = frames[2 * i + 1] = (gfloat) (pow (10.0, dbfs / 20.0)
        * sin (2.0 * G_PI * 1000.0 * (gdouble) i / rate));
}

static VoxQualityResult *
measure_tones (const gdouble (*parts)[2], guint n_parts)
{
  VoxQualityParams params = params_for (48000, VOX_QUALITY_GROUP_LOUDNESS);
  g_autofree gfloat *frames = NULL;
  guint end_s = 0;

  params.channels = 2;
  params.reference_channels = 0;
  for (guint i = 0; i < n_parts; i++)
    end_s += (guint) parts[i][1];
  frames = g_new0 (gfloat, 2 * (gsize) end_s * 48000);
  for (guint i = 0, at = 0; i < n_parts; at += (guint) parts[i][1], i++)
    add_tone (frames, 48000, parts[i][0], at, at + (guint) parts[i][1]);
  return measure (&params, NULL, 0, frames, (gsize) end_s * 48000);
}

static gboolean
skip_without_loudness (void)
{
  if (vox_loudness_reason () == NULL)
    return FALSE;
  g_test_skip (vox_loudness_reason ());
  return TRUE;
}

/* EBU Tech 3341 cases 1 and 3, Tech 3342 case 1. */
static void
test_loudness_of_ebu_signals (void)
{
  static const gdouble case_1[][2] = { { -23.0, 20.0 } };
  static const gdouble case_3[][2] = { { -36.0, 10.0 }, { -23.0, 60.0 },
    { -36.0, 10.0 } };
  static const gdouble range_1[][2] = { { -20.0, 20.0 }, { -30.0, 20.0 } };
  g_autoptr (VoxQualityResult) steady = NULL;
  g_autoptr (VoxQualityResult) gated = NULL;
  g_autoptr (VoxQualityResult) range = NULL;

  if (skip_without_loudness ())
    return;
  steady = measure_tones (case_1, G_N_ELEMENTS (case_1));
  gated = measure_tones (case_3, G_N_ELEMENTS (case_3));
  range = measure_tones (range_1, G_N_ELEMENTS (range_1));
  g_assert_cmpfloat_with_epsilon (
      value_of (steady, VOX_QUALITY_LOUDNESS_INTEGRATED), -23.0, 0.1);
  g_assert_cmpfloat_with_epsilon (
      steady->judged.loudness_momentary_max_lufs, -23.0, 0.1);
  g_assert_cmpfloat_with_epsilon (
      steady->judged.loudness_short_term_max_lufs, -23.0, 0.1);
  g_assert_cmpfloat_with_epsilon (
      value_of (gated, VOX_QUALITY_LOUDNESS_INTEGRATED), -23.0, 0.1);
  g_assert_cmpfloat_with_epsilon (
      value_of (range, VOX_QUALITY_LOUDNESS_RANGE), 10.0, 1.0);
}

/* EBU Tech 3341 case 16: a quarter of the rate, phase 45 degrees: the samples
 * are 3 dB under the peak. */
static void
test_true_peak_is_between_the_samples (void)
{
  VoxQualityParams params = params_for (48000, VOX_QUALITY_GROUP_LOUDNESS);
  const gsize n = 48000;
  g_autofree gfloat *frames = g_new (gfloat, n);
  g_autoptr (VoxQualityResult) result = NULL;

  if (skip_without_loudness ())
    return;
  params.reference_channels = 0;
  for (gsize i = 0; i < n; i++)
    frames[i] = (gfloat) (0.5 * sin (G_PI / 2.0 * (gdouble) i + G_PI / 4.0));
  result = measure (&params, NULL, 0, frames, n);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_TRUE_PEAK), >, -6.4);
  g_assert_cmpfloat (value_of (result, VOX_QUALITY_TRUE_PEAK), <, -5.8);
}

/* @lag frames late (or early), inverted, softer, in noise. */
static gint64
found_lag (gint64 lag, gboolean *found)
{
  VoxQualityParams params = params_for (22050, VOX_QUALITY_GROUP_DISTORTION);
  gsize n;
  g_autofree gfloat *clean = signal_speech (22050, &n);
  g_autofree gfloat *judged = g_new (gfloat, n);
  g_autoptr (VoxQualityResult) result = NULL;
  guint32 state = 9;

  params.alignment = VOX_QUALITY_ALIGNMENT_AUTO;
  for (gint64 i = 0; i < (gint64) n; i++) {
    const gint64 from = i - lag;
    const gfloat x = from >= 0 && from < (gint64) n ? clean[from] : 0.0f;

    judged[i] = (gfloat) (-0.6 * (gdouble) x + 0.02 * signal_noise (&state));
  }
  result = measure (&params, clean, n, judged, n);
  *found = result->lag.found;
  if (*found)
    g_assert_cmpfloat (value_of (result, VOX_QUALITY_SI_SDR), >, 5.0);
  return result->lag.samples;
}

static void
test_lag_is_found_to_the_sample (void)
{
  static const gint64 lags[] = { 0, 1, -1, 1234, -4321, 30000, -30000 };

  for (guint i = 0; i < G_N_ELEMENTS (lags); i++) {
    gboolean found;

    g_assert_cmpint (found_lag (lags[i], &found), ==, lags[i]);
    g_assert_true (found);
  }
}

/* Another pitch: the waveforms do not match, the syllables do. */
static void
test_lag_of_a_transposed_voice_is_found (void)
{
  VoxQualityParams params = params_for (16000, VOX_QUALITY_GROUP_DISTORTION);
  const gsize n = 4 * 16000, late = 3200;
  g_autofree gfloat *low = signal_voice (16000, 140.0, n);
  g_autofree gfloat *high = signal_voice (16000, 176.4, n);
  g_autofree gfloat *judged = g_new0 (gfloat, n + late);
  g_autoptr (VoxQualityResult) result = NULL;

  params.alignment = VOX_QUALITY_ALIGNMENT_AUTO;
  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / 16000;
    const gfloat gain = (gfloat) MAX (
        0.0, sin (2.0 * G_PI * 2.3 * t) + 0.5 * sin (2.0 * G_PI * 0.9 * t));

    low[i] *= gain;
    judged[i + late] = high[i] * gain;
  }
  result = measure (&params, low, n, judged, n + late);
  g_assert_true (result->lag.found);
  g_assert_cmpstr (result->lag.method, ==, "envelope");
  /* Two steps of the 1 ms grid. */
  g_assert_cmpint (ABS (result->lag.samples - (gint64) late), <=, 32);
}

static void
test_unrelated_streams_have_no_lag (void)
{
  VoxQualityParams params = params_for (16000, VOX_QUALITY_GROUP_DISTORTION);
  gsize n;
  g_autofree gfloat *clean = signal_speech (16000, &n);
  g_autofree gfloat *judged = g_new (gfloat, n);
  g_autoptr (VoxQualityResult) result = NULL;
  guint32 state = 4;

  params.alignment = VOX_QUALITY_ALIGNMENT_AUTO;
  for (gsize i = 0; i < n; i++)
    judged[i] = (gfloat) (0.1 * signal_noise (&state));
  result = measure (&params, clean, n, judged, n);
  g_assert_true (result->lag.searched);
  g_assert_false (result->lag.found);
  g_assert_cmpint (result->lag.samples, ==, 0);
  g_assert_cmpuint (result->notes->len, ==, 1);
}

static void
test_pitch_scores_of_known_tracks (void)
{
  /* Both voiced: 200 exact, 206 (51 cents), 300 (gross); then a miss, a false
   * alarm and common silence. */
  static const gfloat reference[] = { 200, 200, 200, 200, 0, 0 };
  static const gfloat judged[] = { 200, 206, 300, 0, 100, 0 };
  VoxPitchScores scores;

  vox_pitch_scores (judged, reference, 6, 0.0, &scores);
  g_assert_cmpuint (scores.n_both, ==, 3);
  g_assert_cmpfloat_with_epsilon (
      scores.rmse_hz, sqrt ((36.0 + 10000.0) / 3.0), 1e-9);
  g_assert_cmpfloat_with_epsilon (scores.rpa, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (scores.gpe, 1.0 / 3.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (scores.vde, 2.0 / 6.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (scores.ffe, 3.0 / 6.0, 1e-12);
  /* A flat reference has no correlation. */
  g_assert_true (isnan (scores.correlation));
}

static void
test_expected_shift_is_taken_out (void)
{
  VoxQualityParams params = params_for (16000, VOX_QUALITY_GROUP_PITCH);
  const gsize n = 3 * 16000;
  g_autofree gfloat *low = signal_voice (16000, 180.0, n);
  g_autofree gfloat *high =
      signal_voice (16000, 180.0 * pow (2.0, 5.0 / 12.0), n);
  g_autoptr (VoxQualityResult) plain = measure (&params, low, n, high, n);
  g_autoptr (VoxQualityResult) shifted = NULL;

  params.expected_shift = 5.0;
  shifted = measure (&params, low, n, high, n);
  g_assert_cmpfloat_with_epsilon (
      value_of (plain, VOX_QUALITY_F0_RMSE_CENTS), 500.0, 10.0);
  g_assert_cmpfloat (value_of (shifted, VOX_QUALITY_F0_RMSE_CENTS), <, 10.0);
  g_assert_cmpfloat (value_of (shifted, VOX_QUALITY_F0_RPA), >, 0.99);
  g_assert_cmpfloat (value_of (shifted, VOX_QUALITY_F0_CORRELATION), >, 0.99);
}

static void
test_warping_costs_nothing (void)
{
  static const gfloat a_values[] = { 1, 2, 3, 4 };
  static const gfloat b_values[] = { 1, 1, 1, 2, 3, 3, 4, 4 };
  g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (gfloat));
  gdouble mean;

  g_assert_false (vox_dtw_mean_distance (a, b, 1, &mean));
  g_array_append_vals (a, a_values, G_N_ELEMENTS (a_values));
  g_array_append_vals (b, b_values, G_N_ELEMENTS (b_values));
  g_assert_true (vox_dtw_mean_distance (a, b, 1, &mean));
  g_assert_cmpfloat (mean, ==, 0.0);
  /* One frame against four: distances 0, 1, 2, 3 along the only path. */
  g_array_set_size (b, 1);
  g_assert_true (vox_dtw_mean_distance (a, b, 1, &mean));
  g_assert_cmpfloat_with_epsilon (mean, 1.5, 1e-12);
}

static void
test_streams_of_different_speed_are_warped (void)
{
  VoxQualityParams params = params_for (16000, VOX_QUALITY_GROUP_ALL);
  gsize n;
  g_autofree gfloat *clean = signal_speech (16000, &n);
  /* Every syllable half as fast again, by dropping every third 20 ms. */
  g_autofree gfloat *fast = g_new (gfloat, n);
  gsize n_fast = 0;
  g_autoptr (VoxQualityResult) locked = NULL;
  g_autoptr (VoxQualityResult) warped = NULL;

  for (gsize i = 0; i < n; i++)
    if (i / 320 % 3 != 2)
      fast[n_fast++] = clean[i];
  locked = measure (&params, clean, n, fast, n_fast);
  params.time_locked = FALSE;
  warped = measure (&params, clean, n, fast, n_fast);
  g_assert_cmpfloat (value_of (warped, VOX_QUALITY_MCD), <,
      0.6 * value_of (locked, VOX_QUALITY_MCD));
  g_assert_false (warped->metrics[VOX_QUALITY_STOI].available);
}

/* A voice through a fixed comb of resonances: another timbre. */
static gfloat *
other_timbre (const gfloat *voice, gsize n)
{
  gfloat *out = g_new0 (gfloat, n);

  for (gsize i = 0; i < n; i++)
    out[i] = voice[i] - (i >= 9 ? 0.8f * voice[i - 9] : 0.0f)
        + (i >= 23 ? 0.5f * out[i - 23] : 0.0f);
  return out;
}

static void
test_similarity_hears_timbre_not_gain (void)
{
  const VoxQualityParams params =
      params_for (22050, VOX_QUALITY_GROUP_SIMILARITY);
  gsize n;
  g_autofree gfloat *voice = signal_speech (22050, &n);
  g_autofree gfloat *soft = g_new (gfloat, n);
  g_autofree gfloat *other = other_timbre (voice, n);
  g_autoptr (VoxQualityResult) same = NULL;
  g_autoptr (VoxQualityResult) different = NULL;

  for (gsize i = 0; i < n; i++)
    soft[i] = 0.5f * voice[i];
  same = measure (&params, voice, n, soft, n);
  different = measure (&params, voice, n, other, n);
  g_assert_cmpfloat (value_of (same, VOX_QUALITY_SPEAKER_SIMILARITY), >, 0.99);
  g_assert_cmpfloat (value_of (different, VOX_QUALITY_SPEAKER_SIMILARITY), <,
      vox_quality_similarity_levels ()->same_mean);
}

static void
test_similarity_needs_the_upper_bands (void)
{
  const VoxQualityParams params =
      params_for (8000, VOX_QUALITY_GROUP_SIMILARITY);
  gsize n;
  g_autofree gfloat *voice = signal_speech (8000, &n);
  g_autoptr (VoxQualityResult) result = measure (&params, voice, n, voice, n);

  g_assert_cmpstr (result->metrics[VOX_QUALITY_SPEAKER_SIMILARITY].reason, ==,
      "the sample rate is under 16 kHz");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stoi/equals-pystoi-and-distances-equal-numpy",
      test_stoi_and_distances_equal_independent_ones);
  g_test_add_func ("/quality/identical-streams-are-perfect",
      test_identical_streams_are_perfect);
  g_test_add_func ("/si-sdr/of-known-noise", test_si_sdr_of_known_noise);
  g_test_add_func (
      "/sdr/is-the-median-over-seconds", test_sdr_is_the_median_over_seconds);
  g_test_add_func ("/loudness/of-ebu-signals", test_loudness_of_ebu_signals);
  g_test_add_func ("/loudness/true-peak-is-between-the-samples",
      test_true_peak_is_between_the_samples);
  g_test_add_func (
      "/lag/is-found-to-the-sample", test_lag_is_found_to_the_sample);
  g_test_add_func ("/lag/of-a-transposed-voice-is-found",
      test_lag_of_a_transposed_voice_is_found);
  g_test_add_func (
      "/lag/unrelated-streams-have-no-lag", test_unrelated_streams_have_no_lag);
  g_test_add_func (
      "/pitch/scores-of-known-tracks", test_pitch_scores_of_known_tracks);
  g_test_add_func (
      "/pitch/expected-shift-is-taken-out", test_expected_shift_is_taken_out);
  g_test_add_func ("/mcd/warping-costs-nothing", test_warping_costs_nothing);
  g_test_add_func ("/mcd/streams-of-different-speed-are-warped",
      test_streams_of_different_speed_are_warped);
  g_test_add_func ("/similarity/hears-timbre-not-gain",
      test_similarity_hears_timbre_not_gain);
  g_test_add_func ("/similarity/needs-the-upper-bands",
      test_similarity_needs_the_upper_bands);
  return g_test_run ();
}
