/* psola.c: what pitch-synchronous overlap-add promises as a stream: identity,
 * chunking, latency, grains, errors. */
#include "psola-chain.h"

static void
test_ratios_of_one_give_back_the_input (void)
{
  static const guint rates[] = { 8000, 16000, 44100 };
  static const gdouble hz[] = { 70.0, 180.0, 420.0 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
      const gsize n = 2 * rates[r];
      g_autofree gfloat *x = voice_with_gap (n, rates[r], voice_glide, hz[v]);
      g_autofree gfloat *y = shifted (x, n, rates[r], 1.0f, 1.0f);

      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat_with_epsilon (x[i], y[i], 2e-6);
    }
  }
}

static void
test_every_channel_is_treated_alike (void)
{
  const guint rate = 16000;
  const gsize n = rate;
  g_autofree gfloat *x = voice_new (n, rate, voice_vibrato, 200.0);
  g_autofree gfloat *stereo = g_new (gfloat, 2 * n);
  g_autofree gfloat *mono_out = shifted (x, n, rate, 1.3f, 1.0f);
  g_auto (Chain) chain = chain_new (rate, 2, (VoxPsolaControl){ 1.3f, 1.0f });
  g_autofree gfloat *out = NULL;

  for (gsize i = 0; i < n; i++) {
    stereo[2 * i] = x[i];
    stereo[2 * i + 1] = -0.5f * x[i];
  }
  out = chain_run (&chain, stereo, n, FALSE);
  for (gsize i = 0; i < n; i++) {
    g_assert_cmpfloat_with_epsilon (out[2 * i], mono_out[i], 1e-6);
    g_assert_cmpfloat_with_epsilon (out[2 * i + 1], -0.5f * mono_out[i], 1e-6);
  }
}

static void
test_chunking_and_reset_do_not_change_the_output (void)
{
  const guint rate = 22050;
  const gsize n = 2 * rate + 5;
  const VoxPsolaControl control = { 1.37f, 0.9f };
  g_autofree gfloat *x = voice_with_gap (n, rate, voice_glide, 130.0);
  g_auto (Chain) chain = chain_new (rate, 1, control);
  g_autofree gfloat *whole = shifted (x, n, rate, 1.37f, 0.9f);

  for (guint pass = 0; pass < 2; pass++) {
    g_autofree gfloat *pieces = chain_run (&chain, x, n, TRUE);

    g_assert_cmpmem (whole, n * sizeof (gfloat), pieces, n * sizeof (gfloat));
    vox_f0_reset (chain.f0);
    vox_marks_reset (chain.marks);
    vox_psola_reset (chain.psola);
  }
}

typedef struct
{
  guint grains;
  gdouble last;
  guint shift;
  guint length;
} FilterCheck;

/* A pure delay, by moving the row to the right. */
static gboolean
delay_grains (gpointer user_data, gfloat *grains, const VoxGrain *info,
    guint n_grains, G_GNUC_UNUSED GError **error)
{
  FilterCheck *check = user_data;

  g_assert_cmpuint (n_grains, <=, VOX_PSOLA_BATCH);
  for (guint g = 0; g < n_grains; g++) {
    gfloat *row = grains + (gsize) g * check->length;

    g_assert_cmpfloat (info[g].destination, >, check->last);
    g_assert_true (info[g].voiced || info[g].source == info[g].destination);
    check->last = info[g].destination;
    memmove (row + check->shift, row,
        (check->length - check->shift) * sizeof (gfloat));
    memset (row, 0, check->shift * sizeof (gfloat));
  }
  check->grains += n_grains;
  return TRUE;
}

static void
test_filter_sees_each_grain_once_and_its_tail_is_kept (void)
{
  const guint rate = 16000;
  const gsize n = rate;
  g_autofree gfloat *x = voice_with_gap (n, rate, voice_steady, 150.0);
  g_autofree gfloat *plain = shifted (x, n, rate, 1.2f, 1.0f);
  g_auto (Chain) chain = chain_new (rate, 1, (VoxPsolaControl){ 1.2f, 1.0f });
  VoxPsolaParams params = VOX_PSOLA_PARAMS_DEFAULT;
  FilterCheck check = { .last = -G_MAXDOUBLE, .shift = 500, .length = 2048 };
  g_autofree gfloat *late = NULL;

  params.rate = rate;
  params.grain_length = check.length;
  vox_psola_free (chain.psola);
  chain.psola = vox_psola_new (chain.stream, &params, NULL);
  g_assert_cmpuint (vox_psola_grain_length (chain.psola), ==, check.length);
  g_assert_cmpuint (
      2 * vox_psola_grain_centre (chain.psola) + check.shift, <, check.length);
  vox_psola_set_filter (chain.psola, delay_grains, &check);
  late = chain_run (&chain, x, n, TRUE);
  for (gsize i = check.shift; i < n; i++)
    g_assert_cmpfloat_with_epsilon (late[i], plain[i - check.shift], 2e-6);
  g_assert_cmpuint (check.grains, >, 150);
}

static gboolean
refuse_grains (G_GNUC_UNUSED gpointer user_data, G_GNUC_UNUSED gfloat *grains,
    G_GNUC_UNUSED const VoxGrain *info, G_GNUC_UNUSED guint n_grains,
    GError **error)
{
  g_set_error_literal (error, VOX_ERROR, VOX_ERROR_DEVICE, "refused");
  return FALSE;
}

static void
test_error_of_the_filter_reaches_the_caller (void)
{
  g_auto (Chain) chain = chain_new (16000, 1, (VoxPsolaControl){ 1.0f, 1.0f });
  g_autofree gfloat *x = voice_new (16000, 16000, voice_steady, 150.0);
  g_autoptr (GError) error = NULL;

  vox_psola_set_filter (chain.psola, refuse_grains, NULL);
  g_assert_true (vox_psola_push (chain.psola, x, 16000, NULL));
  g_assert_false (vox_psola_drain (chain.psola, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_DEVICE);
}

static void
test_latency_of_the_chain_is_kept (void)
{
  static const guint rates[] = { 8000, 16000, 48000 };
  static const gfloat ratios[] = { 0.5f, 1.0f, 2.0f };
  static const gfloat formants[] = { 1.0f, 1.3f, 1.7f };
  static const gdouble hz[] = { 73.0, 300.0 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    for (guint p = 0; p < G_N_ELEMENTS (ratios); p++) {
      for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
        const gsize n = 3 * rates[r] / 2;
        g_auto (Chain) chain = chain_new (
            rates[r], 1, (VoxPsolaControl){ ratios[p], formants[p] });
        g_autofree gfloat *x = voice_with_gap (n, rates[r], voice_glide, hz[v]);
        const gsize latency = vox_psola_chain_latency_samples (
            chain.psola, chain.marks, vox_f0_latency_samples (chain.f0));

        for (gsize i = 0; i + 32 <= n; i += 32) {
          chain_push (&chain, x + i, 32);
          if (i + 32 > latency)
            g_assert_cmpuint (
                vox_psola_available (chain.psola), >=, i + 32 - latency);
        }
      }
    }
  }
}

static void
test_short_and_bad_input_is_survived (void)
{
  static const gsize lengths[] = { 0, 1, 100, 801 };
  static const gfloat bad[] = { NAN, INFINITY, -INFINITY, 1e30f };

  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++) {
    const gsize n = lengths[l];
    g_auto (Chain) chain =
        chain_new (16000, 1, (VoxPsolaControl){ 4.0f, 0.5f });
    g_autofree gfloat *x = voice_new (MAX (n, 1), 16000, voice_steady, 300.0);
    g_autofree gfloat *y = NULL;

    for (gsize i = 0; i < n; i += 50)
      x[i] = bad[i / 50 % G_N_ELEMENTS (bad)];
    y = chain_run (&chain, x, n, TRUE);
    for (gsize i = 0; i < n; i++)
      g_assert_true (isfinite (y[i]));
  }
}

static void
test_marks_and_control_may_be_missing (void)
{
  g_auto (Chain) chain = chain_new (16000, 1, (VoxPsolaControl){ 1.0f, 1.0f });
  g_autofree gfloat *x = voice_new (8000, 16000, voice_steady, 150.0);
  gfloat y[8000];

  g_assert_true (vox_psola_push (chain.psola, x, 8000, NULL));
  g_assert_true (vox_psola_drain (chain.psola, NULL));
  g_assert_cmpuint (chain_pull (&chain, y), ==, 8000);
  for (guint i = 0; i < 8000; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], 2e-6);
}

static void
test_parameters_out_of_range_are_refused (void)
{
  static const VoxPsolaParams bad[] = {
    { 4000, 1, 50.0, 1.0, 0.005, 0 },
    { 48000, 0, 50.0, 1.0, 0.005, 0 },
    { 48000, 9, 50.0, 1.0, 0.005, 0 },
    { 48000, 1, 1.0, 1.0, 0.005, 0 },
    { 48000, 1, 50.0, 0.1, 0.005, 0 },
    { 48000, 1, 50.0, 1.0, 0.0, 0 },
    { 48000, 1, 50.0, 1.0, 0.005, 1024 },
  };
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxStream) stream = vox_stream_new (device, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_psola_new (stream, &bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/psola/ratios-of-one-give-back-the-input",
      test_ratios_of_one_give_back_the_input);
  g_test_add_func ("/psola/every-channel-is-treated-alike",
      test_every_channel_is_treated_alike);
  g_test_add_func ("/psola/chunking-and-reset-do-not-change-the-output",
      test_chunking_and_reset_do_not_change_the_output);
  g_test_add_func ("/psola/filter-sees-each-grain-once-and-its-tail-is-kept",
      test_filter_sees_each_grain_once_and_its_tail_is_kept);
  g_test_add_func ("/psola/error-of-the-filter-reaches-the-caller",
      test_error_of_the_filter_reaches_the_caller);
  g_test_add_func (
      "/psola/latency-of-the-chain-is-kept", test_latency_of_the_chain_is_kept);
  g_test_add_func ("/psola/short-and-bad-input-is-survived",
      test_short_and_bad_input_is_survived);
  g_test_add_func ("/psola/marks-and-control-may-be-missing",
      test_marks_and_control_may_be_missing);
  g_test_add_func ("/psola/parameters-out-of-range-are-refused",
      test_parameters_out_of_range_are_refused);
  return g_test_run ();
}
