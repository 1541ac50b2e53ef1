/* quality-report.c: what holds for the meter as a whole: reasons, intervals,
 * chunking, the streams by themselves, the reports. */
#include "quality-signal.h"

#include <json-glib/json-glib.h>

#include "quality/vox-loudness.h"
#include "quality/vox-quality-report.h"

#define RATE 16000

static VoxQualityParams
default_params (void)
{
  VoxQualityParams params = VOX_QUALITY_PARAMS_DEFAULT;

  params.rate = RATE;
  return params;
}

/* Speech against its noisy version. */
static VoxQualityResult *
noisy_result (const VoxQualityParams *params)
{
  gsize n;
  g_autofree gfloat *clean = signal_speech (params->rate, &n);
  g_autofree gfloat *judged = signal_degraded (clean, n, "noise");

  return measure (params, clean, n, judged, n);
}

static void
test_parameters_out_of_range_are_refused (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  VoxQualityParams bad[6];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = default_params ();
  bad[0].rate = 7999;
  bad[1].channels = 0;
  bad[2].reference_channels = 9;
  bad[3].interval_s = 0.0;
  bad[4].expected_shift = NAN;
  bad[5].max_lag_s = 6.0;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_quality_new (device, &bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

static void
test_every_metric_has_a_value_or_a_reason (void)
{
  const VoxQualityParams params = default_params ();
  VoxQualityParams alone = params, unlocked = params, nothing = params;
  const gfloat zeros[2 * RATE] = { 0.0f };
  gsize n;
  g_autofree gfloat *clean = signal_speech (RATE, &n);
  VoxQualityResult *results[7];

  alone.reference_channels = 0;
  unlocked.time_locked = FALSE;
  nothing.groups = 0;
  results[0] = noisy_result (&params);
  results[1] = measure (&alone, NULL, 0, clean, n);
  results[2] = noisy_result (&unlocked);
  results[3] = noisy_result (&nothing);
  results[4] = measure (&params, zeros, 2 * RATE, zeros, 2 * RATE);
  results[5] = measure (&params, clean, 100, clean, 100);
  results[6] = measure (&params, zeros, 0, zeros, 0);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
      const VoxQualityValue *value = &results[i]->metrics[m];

      g_assert_true (value->available == (value->reason == NULL));
      g_assert_true (isfinite (value->value));
    }
    g_assert_false (results[i]->metrics[VOX_QUALITY_MOS_LQO].available);
    vox_quality_result_free (results[i]);
  }
}

static void
test_silence_is_not_intelligible_by_accident (void)
{
  const VoxQualityParams params = default_params ();
  const gfloat zeros[2 * RATE] = { 0.0f };
  g_autoptr (VoxQualityResult) result =
      measure (&params, zeros, 2 * RATE, zeros, 2 * RATE);

  g_assert_false (result->metrics[VOX_QUALITY_STOI].available);
  g_assert_false (result->metrics[VOX_QUALITY_SI_SDR].available);
  g_assert_false (result->metrics[VOX_QUALITY_F0_RMSE_HZ].available);
  g_assert_false (result->metrics[VOX_QUALITY_TRUE_PEAK].available);
}

/* Pushes both streams in pieces of @piece_judged and @piece_reference. */
static VoxQualityResult *
result_of_pieces (gsize piece_judged, gsize piece_reference)
{
  VoxQualityParams params = default_params ();
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxQuality) meter = NULL;
  gsize n, at_judged = 0, at_reference = 0;
  g_autofree gfloat *clean = signal_speech (RATE, &n);
  g_autofree gfloat *judged = signal_degraded (clean, n, "noise");

  params.alignment = VOX_QUALITY_ALIGNMENT_AUTO;
  meter = vox_quality_new (device, &params, NULL);
  while (at_judged < n || at_reference < n) {
    const gsize a = MIN (piece_judged, n - at_judged);
    const gsize b = MIN (piece_reference, n - at_reference);

    g_assert_true (vox_quality_push (meter, judged + at_judged, a, NULL));
    g_assert_true (
        vox_quality_push_reference (meter, clean + at_reference, b, NULL));
    at_judged += a;
    at_reference += b;
  }
  return vox_quality_finish (meter, NULL);
}

/* Products of matrices of floats differ in the last digits with their size. */
static void
assert_same (gdouble a, gdouble b)
{
  g_assert_true (isfinite (a) == isfinite (b));
  if (isfinite (a))
    g_assert_cmpfloat_with_epsilon (a, b, 1e-6);
}

static void
test_chunking_does_not_change_the_result (void)
{
  static const gsize pieces[][2] = { { 1, 1 }, { 997, 331 }, { 100000, 160 } };
  g_autoptr (VoxQualityResult) whole = result_of_pieces (1000000, 1000000);

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (VoxQualityResult) cut =
        result_of_pieces (pieces[i][0], pieces[i][1]);

    for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++)
      assert_same (cut->metrics[m].value, whole->metrics[m].value);
    g_assert_cmpint (cut->lag.samples, ==, whole->lag.samples);
    assert_same (cut->judged.rms_dbfs, whole->judged.rms_dbfs);
    g_assert_cmpuint (cut->frames->len, ==, whole->frames->len);
    for (guint f = 0; f < whole->frames->len; f++)
      for (guint v = 0; v < VOX_QUALITY_N_FRAME_VALUES; v++)
        assert_same (g_array_index (cut->frames, VoxQualityFrame, f).values[v],
            g_array_index (whole->frames, VoxQualityFrame, f).values[v]);
    g_assert_cmpmem (cut->f0_hz->data, cut->f0_hz->len * sizeof (gfloat),
        whole->f0_hz->data, whole->f0_hz->len * sizeof (gfloat));
  }
}

static void
test_intervals_come_while_the_streams_run (void)
{
  VoxQualityParams params = default_params ();
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxQuality) meter = NULL;
  g_autoptr (VoxQualityResult) result = NULL;
  gsize n;
  g_autofree gfloat *clean = signal_speech (RATE, &n);
  g_autofree gfloat *judged = signal_degraded (clean, n, "noise");
  VoxQualityFrame frame;
  guint early = 0, all;

  params.interval_s = 0.5;
  meter = vox_quality_new (device, &params, NULL);
  for (gsize i = 0; i < n; i += RATE / 10) {
    g_assert_true (vox_quality_push (meter, judged + i, RATE / 10, NULL));
    g_assert_true (
        vox_quality_push_reference (meter, clean + i, RATE / 10, NULL));
    while (vox_quality_next_interval (meter, &frame)) {
      g_assert_cmpfloat_with_epsilon (frame.time_s, 0.5 * early, 1e-9);
      g_assert_true (isfinite (frame.values[VOX_QUALITY_FRAME_STOI]));
      g_assert_true (isfinite (frame.values[VOX_QUALITY_FRAME_SI_SDR]));
      g_assert_true (isfinite (frame.values[VOX_QUALITY_FRAME_MCD]));
      early++;
    }
  }
  g_assert_cmpuint (early, >=, 6);
  result = vox_quality_finish (meter, NULL);
  all = early;
  while (vox_quality_next_interval (meter, &frame))
    all++;
  g_assert_cmpuint (all, ==, 2 * SIGNAL_SECONDS);
  g_assert_cmpuint (result->frames->len, ==, all);
}

static void
test_non_finite_samples_are_silence (void)
{
  const VoxQualityParams params = default_params ();
  gsize n;
  g_autofree gfloat *clean = signal_speech (RATE, &n);
  g_autofree gfloat *judged = signal_degraded (clean, n, "noise");
  g_autofree gfloat *bad = g_memdup2 (judged, n * sizeof (gfloat));
  g_autoptr (VoxQualityResult) expected = NULL;
  g_autoptr (VoxQualityResult) result = NULL;

  for (gsize i = 0; i < n; i += 5000) {
    judged[i] = 0.0f;
    bad[i] = i % 2 != 0 ? NAN : INFINITY;
  }
  expected = measure (&params, clean, n, judged, n);
  result = measure (&params, clean, n, bad, n);
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++)
    g_assert_cmpfloat (
        result->metrics[m].value, ==, expected->metrics[m].value);
  g_assert_cmpuint (expected->notes->len, ==, 0);
  g_assert_cmpuint (result->notes->len, ==, 1);
  g_assert_nonnull (strstr (result->notes->pdata[0], "not finite"));
}

static void
test_facts_of_a_stream (void)
{
  VoxQualityParams params = default_params ();
  const gsize n = 10 * RATE;
  g_autofree gfloat *frames = g_new0 (gfloat, 2 * n);
  g_autoptr (VoxQualityResult) alike = NULL;
  g_autoptr (VoxQualityResult) apart = NULL;
  guint32 state = 5;

  params.channels = 2;
  params.reference_channels = 0;
  /* Noise at -40 dBFS on both channels, DC of 0.01, silence for 2 s, five
   * clipped samples in a row and two that are too few. */
  for (gsize i = 0; i < 8 * RATE; i++) {
    const gdouble x = 0.01 * sqrt (3.0) * signal_noise (&state) + 0.01;

    frames[2 * i] = frames[2 * i + 1] = (gfloat) x;
  }
  for (gsize i = 1000; i < 1005; i++)
    frames[2 * i] = 1.0f;
  frames[2 * 3000] = frames[2 * 3001] = -1.0f;
  alike = measure (&params, NULL, 0, frames, n);
  g_assert_cmpuint (alike->judged.clipped_samples, ==, 5);
  g_assert_cmpfloat_with_epsilon (alike->judged.dc, 0.008, 3e-4);
  g_assert_cmpfloat_with_epsilon (alike->judged.silence_ratio, 0.2, 0.01);
  /* Noise and DC together: -37 dBFS, in steps of half a decibel. */
  g_assert_cmpfloat_with_epsilon (alike->judged.noise_floor_dbfs, -37.0, 1.0);
  g_assert_cmpfloat_with_epsilon (alike->judged.sample_peak_dbfs, 0.0, 1e-6);
  g_assert_cmpfloat (alike->judged.coherence, >, 0.9);
  for (gsize i = 0; i < n; i++)
    frames[2 * i + 1] = (gfloat) (0.01 * signal_noise (&state));
  apart = measure (&params, NULL, 0, frames, n);
  g_assert_cmpfloat (apart->judged.coherence, <, 0.3);
}

static void
test_longer_stream_is_cut_and_noted (void)
{
  const VoxQualityParams params = default_params ();
  gsize n;
  g_autofree gfloat *clean = signal_speech (RATE, &n);
  g_autoptr (VoxQualityResult) result =
      measure (&params, clean, n - RATE, clean, n);

  g_assert_cmpfloat_with_epsilon (result->compared_s, SIGNAL_SECONDS - 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (
      result->judged.duration_s, SIGNAL_SECONDS, 1e-9);
  g_assert_cmpuint (result->notes->len, ==, 1);
}

static void
test_pictures_stay_small (void)
{
  VoxQualityParams params = default_params ();
  const gsize n = 20 * RATE;
  g_autofree gfloat *frames = signal_voice (RATE, 200.0, n);
  g_autoptr (VoxQualityResult) result = NULL;

  params.groups = VOX_QUALITY_GROUP_SPECTRUM;
  params.reference_channels = 0;
  result = measure (&params, NULL, 0, frames, n);
  g_assert_cmpuint (
      result->spectrogram.n_columns, <=, VOX_QUALITY_SPECTROGRAM_COLUMNS);
  g_assert_cmpfloat_with_epsilon (
      result->spectrogram.n_columns * result->spectrogram.column_s, 20.0, 0.1);
}

/* The 17 keys scripts rely on, each a number or a reason, never both. */
static void
test_json_has_every_key_once (void)
{
  static const gchar *const keys[] = { "stoi", "estoi", "si_sdr_db", "sdr_db",
    "lsd_db", "mcd_db", "f0_rmse_hz", "f0_rmse_cents", "f0_rpa", "f0_gpe",
    "f0_vde", "f0_correlation", "loudness_integrated_lufs", "loudness_range_lu",
    "true_peak_dbtp", "speaker_similarity", "mos_lqo" };
  const VoxQualityParams params = default_params ();
  g_autoptr (VoxQualityResult) result = noisy_result (&params);
  g_autofree gchar *text = vox_quality_to_json (result, NULL, FALSE);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *pooled, *unavailable, *frame;

  g_assert_nonnull (root);
  pooled = json_object_get_object_member (
      json_node_get_object (root), "pooled_metrics");
  unavailable = json_object_get_object_member (
      json_node_get_object (root), "unavailable");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (json_object_has_member (pooled, keys[i]))
      g_assert_true (
          json_node_get_value_type (json_object_get_member (pooled, keys[i]))
          == G_TYPE_DOUBLE);
    else
      g_assert_cmpuint (
          strlen (json_object_get_string_member (unavailable, keys[i])), >, 0);
  }
  g_assert_cmpuint (
      json_object_get_size (pooled) + json_object_get_size (unavailable), ==,
      G_N_ELEMENTS (keys));
  /* The first second has no short-term loudness yet: null, not NaN. */
  frame = json_array_get_object_element (
      json_object_get_array_member (json_node_get_object (root), "frames"), 0);
  g_assert_true (json_object_get_null_member (
      json_object_get_object_member (frame, "metrics"),
      "loudness_short_term_lufs"));
}

static void
test_csv_has_a_row_per_interval (void)
{
  const VoxQualityParams params = default_params ();
  const VoxQualityNames names = { "a\nb", "c" };
  g_autoptr (VoxQualityResult) result = noisy_result (&params);
  g_autofree gchar *text = vox_quality_to_csv (result, &names);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint rows = 0, commas = 0;

  for (guint i = 0; lines[i][0] != '\0'; i++) {
    guint here = 0;

    if (lines[i][0] == '#')
      continue;
    for (const gchar *c = lines[i]; *c != '\0'; c++)
      here += *c == ',';
    if (rows++ == 0)
      commas = here;
    g_assert_cmpuint (here, ==, commas);
  }
  g_assert_cmpuint (rows, ==, 1 + SIGNAL_SECONDS);
  g_assert_cmpuint (commas, ==, 1 + VOX_QUALITY_N_FRAME_VALUES);
}

static void
test_page_needs_nothing_from_outside (void)
{
  const VoxQualityParams params = default_params ();
  const VoxQualityNames names = { "<script>", "a & b" };
  g_autoptr (VoxQualityResult) result = noisy_result (&params);
  g_autofree gchar *text = vox_quality_to_html (result, &names);

  g_assert_null (strstr (text, "http"));
  g_assert_null (strstr (text, "<script"));
  g_assert_null (strstr (text, "<link"));
  g_assert_nonnull (strstr (text, "a &amp; b"));
  g_assert_nonnull (strstr (text, "data:image/bmp;base64,"));
  g_assert_true (g_str_has_suffix (text, "</html>\n"));
}

static void
test_table_says_why (void)
{
  VoxQualityParams params = default_params ();
  g_autoptr (VoxQualityResult) result = NULL;
  g_autofree gchar *text = NULL;
  gsize n;
  g_autofree gfloat *clean = signal_speech (RATE, &n);

  params.reference_channels = 0;
  result = measure (&params, NULL, 0, clean, n);
  text = vox_quality_to_table (result, NULL);
  g_assert_nonnull (strstr (text, "no reference was given"));
}

static void
test_report_that_cannot_be_written_is_an_error (void)
{
  const VoxQualityParams params = default_params ();
  g_autoptr (VoxQualityResult) result = noisy_result (&params);
  g_autoptr (GError) error = NULL;

  g_assert_false (vox_quality_save (result, NULL, VOX_QUALITY_FORMAT_JSON,
      "/nonexistent/report.json", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_READ);
  g_assert_nonnull (strstr (error->message, "/nonexistent/report.json"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/parameters-out-of-range-are-refused",
      test_parameters_out_of_range_are_refused);
  g_test_add_func ("/quality/every-metric-has-a-value-or-a-reason",
      test_every_metric_has_a_value_or_a_reason);
  g_test_add_func ("/quality/silence-is-not-intelligible-by-accident",
      test_silence_is_not_intelligible_by_accident);
  g_test_add_func ("/quality/chunking-does-not-change-the-result",
      test_chunking_does_not_change_the_result);
  g_test_add_func ("/quality/intervals-come-while-the-streams-run",
      test_intervals_come_while_the_streams_run);
  g_test_add_func ("/quality/non-finite-samples-are-silence",
      test_non_finite_samples_are_silence);
  g_test_add_func ("/quality/facts-of-a-stream", test_facts_of_a_stream);
  g_test_add_func ("/quality/longer-stream-is-cut-and-noted",
      test_longer_stream_is_cut_and_noted);
  g_test_add_func ("/quality/pictures-stay-small", test_pictures_stay_small);
  g_test_add_func (
      "/report/json-has-every-key-once", test_json_has_every_key_once);
  g_test_add_func (
      "/report/csv-has-a-row-per-interval", test_csv_has_a_row_per_interval);
  g_test_add_func ("/report/page-needs-nothing-from-outside",
      test_page_needs_nothing_from_outside);
  g_test_add_func ("/report/table-says-why", test_table_says_why);
  g_test_add_func ("/report/that-cannot-be-written-is-an-error",
      test_report_that_cannot_be_written_is_an_error);
  return g_test_run ();
}
