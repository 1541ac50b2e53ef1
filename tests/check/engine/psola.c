/* psola.c: what must be true of pitch-synchronous overlap-add. */
#include "dsp/vox-psola.h"

#include <string.h>

#include "voice-signal.h"

#define HOP_S 0.005
#define MIN_HZ 50.0

typedef struct
{
  VoxStream *stream;
  VoxF0 *f0;
  VoxMarks *marks;
  VoxPsola *psola;
  guint channels;
  VoxPsolaControl control;
} Chain;

static Chain
chain_new (guint rate, guint channels, VoxPsolaControl control)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxF0Params f0 = { rate, HOP_S, MIN_HZ, 1500.0, VOX_MODE_FAST };
  const VoxMarksParams marks = { rate, HOP_S, MIN_HZ };
  VoxPsolaParams psola = VOX_PSOLA_PARAMS_DEFAULT;
  Chain chain = { .channels = channels, .control = control };

  psola.rate = rate;
  psola.channels = channels;
  psola.min_formant_ratio = MIN (1.0, control.formant_ratio);
  chain.stream = vox_stream_new (device, NULL);
  chain.f0 = vox_f0_new (chain.stream, &f0, NULL);
  chain.marks = vox_marks_new (&marks, NULL);
  chain.psola = vox_psola_new (chain.stream, &psola, NULL);
  g_assert_true (chain.f0 && chain.marks && chain.psola);
  return chain;
}

static void
chain_clear (Chain *chain)
{
  vox_psola_free (chain->psola);
  vox_marks_free (chain->marks);
  vox_f0_free (chain->f0);
  vox_stream_free (chain->stream);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chain, chain_clear)

static void
chain_hand_on (Chain *chain)
{
  VoxF0Frame frame;
  VoxMark mark;

  while (vox_f0_pull (chain->f0, &frame, 1) == 1) {
    vox_marks_push_f0 (chain->marks, &frame, 1);
    g_assert_true (
        vox_psola_push_control (chain->psola, &chain->control, 1, NULL));
  }
  while (vox_marks_pull (chain->marks, &mark, 1) == 1)
    g_assert_true (vox_psola_push_marks (chain->psola, &mark, 1, NULL));
}

/* The first channel steers. */
static void
chain_push (Chain *chain, const gfloat *frames, gsize n)
{
  g_autofree gfloat *mono = g_new (gfloat, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    mono[i] = isfinite (frames[i * chain->channels])
        ? frames[i * chain->channels]
        : 0.0f;
  g_assert_true (vox_f0_push (chain->f0, mono, n, NULL));
  vox_marks_push (chain->marks, mono, n);
  g_assert_true (vox_psola_push (chain->psola, frames, n, NULL));
  chain_hand_on (chain);
}

static void
chain_drain (Chain *chain)
{
  g_assert_true (vox_f0_drain (chain->f0, NULL));
  chain_hand_on (chain);
  vox_marks_drain (chain->marks);
  chain_hand_on (chain);
  g_assert_true (vox_psola_drain (chain->psola, NULL));
}

static gsize
chain_pull (Chain *chain, gfloat *out)
{
  const gsize n = vox_psola_available (chain->psola);

  vox_psola_pull (chain->psola, out, n);
  g_assert_true (vox_stream_finish (chain->stream, NULL));
  return n;
}

/* Everything at once, or in pieces of changing size. */
static gfloat *
chain_run (Chain *chain, const gfloat *x, gsize n, gboolean pieces)
{
  gfloat *out = g_new0 (gfloat, MAX (n, 1) * chain->channels);
  gsize done = 0, got = 0, piece = pieces ? 1 : n;

  while (done < n) {
    const gsize m = MIN (piece, n - done);

    chain_push (chain, x + done * chain->channels, m);
    got += chain_pull (chain, out + got * chain->channels);
    done += m;
    if (pieces)
      piece = piece * 13 % 1499 + 1;
  }
  chain_drain (chain);
  got += chain_pull (chain, out + got * chain->channels);
  g_assert_cmpuint (got, ==, n);
  return out;
}

static gfloat *
shifted (const gfloat *x, gsize n, guint rate, gfloat pitch, gfloat formant)
{
  g_auto (Chain) chain =
      chain_new (rate, 1, (VoxPsolaControl){ pitch, formant });

  return chain_run (&chain, x, n, FALSE);
}

/* A voice with a noisy gap between 0.8 and 1.2 s. */
static gfloat *
voice_with_gap (gsize n, guint rate, VoiceContour contour, gdouble hz)
{
  gfloat *x = voice_new (n, rate, contour, hz);
  const gsize from = 8 * rate / 10, to = MIN (n, 12 * rate / 10);

  if (from < to) {
    memset (x + from, 0, (to - from) * sizeof (gfloat));
    voice_add_noise (x + from, to - from, 0.05, 11);
  }
  return x;
}

static gdouble
power (const gfloat *x, gsize n)
{
  gdouble sum = 1e-30;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) x[i] * x[i];
  return sum / (gdouble) n;
}

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
  g_test_add_func ("/psola/pitch-moves-by-the-ratio-and-keeps-its-contour",
      test_pitch_moves_by_the_ratio_and_keeps_its_contour);
  g_test_add_func ("/psola/power-stays", test_power_stays);
  g_test_add_func ("/psola/unvoiced-sound-is-not-touched-by-the-pitch",
      test_unvoiced_sound_is_not_touched_by_the_pitch);
  g_test_add_func ("/psola/formants-stay-unless-they-are-moved",
      test_formants_stay_unless_they_are_moved);
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
