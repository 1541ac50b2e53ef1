/* parity-quality.c: the loops of the quality metrics. */
#include "parity.h"

#define BANDS VOX_STOI_BANDS
#define SEGMENT VOX_STOI_SEGMENT

/* What a signal can be: noise, nothing, or numbers too small to be normal. */
static const gfloat levels[] = { 1.0f, 0.0f, 1e-40f };
#define LEVELS G_N_ELEMENTS (levels)

static gfloat *
make_signal (GRand *rand, gsize n, gfloat level)
{
  gfloat *x = parity_random (rand, n);

  for (gsize i = 0; i < n; i++)
    x[i] *= level;
  return x;
}

static gdouble *
make_weights (GRand *rand, gsize n)
{
  gdouble *x = g_new (gdouble, n);

  for (gsize i = 0; i < n; i++)
    x[i] = g_rand_double_range (rand, -1.0, 1.0);
  return x;
}

/* Compares rows of doubles, each on the scale of its largest value. */
static void
compare_rows (
    ParityPair *pair, gsize length, gdouble tolerance, const gchar *what)
{
  g_autofree gdouble *a = parity_fetch (pair, 0);
  g_autofree gdouble *b = parity_fetch (pair, 1);
  const gsize n = pair->bytes / sizeof (gdouble);

  for (gsize row = 0; row < n; row += length) {
    gdouble scale = 0.0;

    for (gsize i = row; i < row + length; i++)
      scale = MAX (scale, fabs (a[i]));
    for (gsize i = row; i < row + length; i++)
      if (!(fabs (a[i] - b[i]) <= tolerance * scale))
        g_error ("%s: value %" G_GSIZE_FORMAT " of row %" G_GSIZE_FORMAT
                 " is %.12g on the CPU and %.12g on the device (scale %.3g)",
            what, i - row, row / length, a[i], b[i], scale);
  }
}

static void
check_polyphase (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint up,
    guint down, gsize taps, gint64 first_out, gsize n_out, gfloat level)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gint64 half = (gint64) (taps * up / 2);
  const gint64 last = first_out + (gint64) n_out - 1;
  const gint64 first_in =
      (first_out * down + half) / up - (gint64) taps + 1 - 3;
  const gint64 last_in = (last * down + half) / up;
  const gsize n_in = (gsize) (last_in - first_in + 1);
  g_autofree gfloat *in = make_signal (rand, n_in, level);
  g_autofree gdouble *weights = make_weights (rand, up * taps);
  g_autoptr (ParityPair) ins =
      parity_pair_new (cpu, cuda, in, n_in * sizeof (gfloat));
  g_autoptr (ParityPair) tables =
      parity_pair_new (cpu, cuda, weights, up * taps * sizeof (gdouble));
  g_autoptr (ParityPair) outs =
      parity_pair_new (cpu, cuda, NULL, n_out * sizeof (gfloat));
  gdouble widest = 0.0;

  for (guint i = 0; i < 2; i++) {
    const VoxPolyphaseArgs args = {
      .in = parity_data (ins, i),
      .out = parity_data (outs, i),
      .first_in = first_in,
      .first_out = first_out,
      .n_out = n_out,
      .taps = parity_data (tables, i),
      .taps_per_phase = taps,
      .half = half,
      .up = up,
      .down = down,
    };

    streams[i]->ops->quality.polyphase (streams[i], &args);
  }
  for (gsize phase = 0; phase < up; phase++) {
    gdouble sum = 0.0;

    for (gsize j = 0; j < taps; j++)
      sum += fabs (weights[phase * taps + j]);
    widest = MAX (widest, sum);
  }
  /* At least 1e-44: the step between numbers too small to be normal. */
  parity_compare_f32 (
      outs, 1e-6, MAX (widest * (gdouble) level, 2e-39), "polyphase");
}

static guint
check_all_polyphase (VoxStream *cpu, VoxStream *cuda, GRand *rand)
{
  static const guint rates[][2] = { { 1, 1 }, { 5, 24 }, { 100, 441 }, { 3, 1 },
    { 7, 2 } };
  static const gsize taps[] = { 1, 31, 64, 257 };
  static const gsize counts[] = { 1, 9, 4097 };
  guint cases = 0;

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++)
    for (guint t = 0; t < G_N_ELEMENTS (taps); t++)
      for (guint n = 0; n < G_N_ELEMENTS (counts); n++)
        check_polyphase (cpu, cuda, rand, rates[r][0], rates[r][1], taps[t],
            n == 1 ? 123456789 : 0, counts[n], levels[cases++ % LEVELS]);
  return cases;
}

static guint
check_frame_energy (VoxStream *cpu, VoxStream *cuda, GRand *rand)
{
  static const guint lengths[] = { 1, 31, 256, 1025 };
  static const guint hops[] = { 1, 128, 300 };
  static const gsize counts[] = { 1, 9, 1000 };
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint c = 0; c < 36; c++, cases++) {
    const guint length = lengths[c % 4], hop = hops[c / 4 % 3];
    const gsize n_frames = counts[c / 12];
    const gsize n = (n_frames - 1) * hop + length;
    g_autofree gfloat *signal = make_signal (rand, n, levels[c % LEVELS]);
    g_autofree gdouble *window = make_weights (rand, length);
    g_autoptr (ParityPair) signals =
        parity_pair_new (cpu, cuda, signal, n * sizeof (gfloat));
    g_autoptr (ParityPair) windows =
        parity_pair_new (cpu, cuda, window, length * sizeof (gdouble));
    g_autoptr (ParityPair) energies =
        parity_pair_new (cpu, cuda, NULL, n_frames * sizeof (gdouble));

    for (guint i = 0; i < 2; i++)
      streams[i]->ops->quality.frame_energy (streams[i],
          parity_data (energies, i), parity_data (signals, i),
          parity_data (windows, i), length, hop, n_frames);
    compare_rows (energies, 1, 1e-6, "frame_energy");
  }
  return cases;
}

static guint
check_speech_bands (VoxStream *cpu, VoxStream *cuda, GRand *rand)
{
  static const gsize counts[] = { 2, 3, 31, 1000 };
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint c = 0; c < 4 * LEVELS; c++, cases++) {
    const gsize n_kept = counts[c % 4];
    g_autofree guint32 *kept = g_new (guint32, n_kept);
    g_autofree gdouble *window = g_new (gdouble, VOX_STOI_FRAME);
    g_autofree gfloat *signal = NULL;
    g_autoptr (ParityPair) keeps = NULL, windows = NULL, signals = NULL;
    g_autoptr (ParityPair) bands = parity_pair_new (
        cpu, cuda, NULL, (n_kept - 1) * BANDS * sizeof (gdouble));
    gsize n;

    for (gsize k = 0; k < n_kept; k++)
      kept[k] = (guint32) (k == 0 ? c : kept[k - 1] + 1)
          + (guint32) (g_rand_int_range (rand, 0, 4) == 0 ? 3 : 0);
    for (guint i = 0; i < VOX_STOI_FRAME; i++)
      window[i] = 0.5 - 0.5 * cos (2.0 * G_PI * (i + 1) / 257.0);
    n = (gsize) kept[n_kept - 1] * VOX_STOI_HOP + VOX_STOI_FRAME;
    signal = make_signal (rand, n, levels[c / 4]);
    keeps = parity_pair_new (cpu, cuda, kept, n_kept * sizeof (guint32));
    windows =
        parity_pair_new (cpu, cuda, window, VOX_STOI_FRAME * sizeof (gdouble));
    signals = parity_pair_new (cpu, cuda, signal, n * sizeof (gfloat));
    for (guint i = 0; i < 2; i++) {
      const VoxSpeechBandsArgs args = {
        .signal = parity_data (signals, i),
        .window = parity_data (windows, i),
        .kept = parity_data (keeps, i),
        .n_kept = n_kept,
        .bands = parity_data (bands, i),
      };

      streams[i]->ops->quality.speech_bands (streams[i], &args);
    }
    compare_rows (bands, BANDS, 1e-9, "speech_bands");
  }
  return cases;
}

/* Bands of noise like @other's, or of their own; now and then a band is silent
 * for a segment and more. */
static gdouble *
make_bands (GRand *rand, gsize n_frames, const gdouble *other, gdouble level)
{
  gdouble *x = g_new (gdouble, n_frames * BANDS);

  for (gsize i = 0; i < n_frames * BANDS; i++) {
    const gsize f = i / BANDS, b = i % BANDS;

    x[i] = level * g_rand_double (rand) * (1.0 + (gdouble) b);
    if (other != NULL)
      x[i] = 0.3 * x[i] + other[i];
    if ((f / 70 + b) % 5 == 0)
      x[i] = 0.0;
  }
  return x;
}

static guint
check_speech_correlation (VoxStream *cpu, VoxStream *cuda, GRand *rand)
{
  static const gsize counts[] = { 30, 31, 64, 1000, 29, 0 };
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint c = 0; c < 6 * LEVELS; c++, cases++) {
    const gsize n_frames = counts[c % 6];
    const gsize n_segments = MAX (n_frames, SEGMENT) - SEGMENT + 1;
    g_autofree gdouble *clean =
        make_bands (rand, n_frames, NULL, (gdouble) levels[c / 6]);
    g_autofree gdouble *judged =
        make_bands (rand, n_frames, clean, (gdouble) levels[c / 6]);
    const gsize bytes = n_frames * BANDS * sizeof (gdouble);
    g_autoptr (ParityPair) cleans = parity_pair_new (cpu, cuda, clean, bytes);
    g_autoptr (ParityPair) judges = parity_pair_new (cpu, cuda, judged, bytes);
    g_autoptr (ParityPair) stoi =
        parity_pair_new (cpu, cuda, NULL, n_segments * sizeof (gdouble));
    g_autoptr (ParityPair) estoi =
        parity_pair_new (cpu, cuda, NULL, n_segments * sizeof (gdouble));

    for (guint i = 0; i < 2; i++) {
      const VoxSpeechCorrelationArgs args = {
        .clean = parity_data (cleans, i),
        .judged = parity_data (judges, i),
        .n_frames = n_frames,
        .stoi = parity_data (stoi, i),
        .estoi = parity_data (estoi, i),
      };

      streams[i]->ops->quality.speech_correlation (streams[i], &args);
    }
    parity_compare_f64 (stoi, 1e-6, 1.0, "speech_correlation: stoi");
    parity_compare_f64 (estoi, 1e-6, 1.0, "speech_correlation: estoi");
  }
  return cases;
}

static void
check_mel_log (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint n_frames,
    guint n_bins, guint n_filters, gfloat level)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gsize n = (gsize) n_frames * n_bins;
  g_autofree gfloat *spectrum = make_signal (rand, 2 * n, level);
  g_autofree guint32 *first = g_new (guint32, n_filters);
  g_autofree guint32 *count = g_new (guint32, n_filters);
  g_autofree gfloat *weights = NULL;
  g_autoptr (ParityPair) firsts = NULL, numbers = NULL, tables = NULL;
  g_autoptr (ParityPair) spectra =
      parity_pair_new (cpu, cuda, spectrum, n * sizeof (VoxComplex));
  g_autoptr (ParityPair) outs = parity_pair_new (
      cpu, cuda, NULL, (gsize) n_frames * n_filters * sizeof (gfloat));
  gsize total = 0;

  for (guint m = 0; m < n_filters; m++) {
    first[m] = (guint32) g_rand_int_range (rand, 0, (gint32) n_bins);
    count[m] =
        (guint32) g_rand_int_range (rand, 0, (gint32) (n_bins - first[m] + 1));
    total += count[m];
  }
  weights = parity_random (rand, total);
  for (gsize i = 0; i < total; i++)
    weights[i] = fabsf (weights[i]);
  firsts = parity_pair_new (cpu, cuda, first, n_filters * sizeof (guint32));
  numbers = parity_pair_new (cpu, cuda, count, n_filters * sizeof (guint32));
  tables = parity_pair_new (cpu, cuda, weights, total * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    const VoxMelArgs args = {
      .spectrum = parity_data (spectra, i),
      .n_frames = n_frames,
      .n_bins = n_bins,
      .n_filters = n_filters,
      .first = parity_data (firsts, i),
      .count = parity_data (numbers, i),
      .weights = parity_data (tables, i),
      .scale = 0.01f,
      .floor = 1e-10f,
      .out = parity_data (outs, i),
    };

    streams[i]->ops->quality.mel_log (streams[i], &args);
  }
  parity_compare_f32 (outs, 1e-5, 1.0, "mel_log");
}

static guint
check_spectra (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint n_frames,
    guint n_bins, gfloat level)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gsize n = (gsize) n_frames * n_bins;
  g_autofree gfloat *a = make_signal (rand, 2 * n, 1.0f);
  g_autofree gfloat *b = make_signal (rand, 2 * n, level);
  g_autofree gdouble *sum = make_weights (rand, 4 * (gsize) n_bins);
  g_autoptr (ParityPair) first =
      parity_pair_new (cpu, cuda, a, n * sizeof (VoxComplex));
  g_autoptr (ParityPair) second =
      parity_pair_new (cpu, cuda, b, n * sizeof (VoxComplex));
  g_autoptr (ParityPair) distances =
      parity_pair_new (cpu, cuda, NULL, n_frames * sizeof (gfloat));
  g_autoptr (ParityPair) sums =
      parity_pair_new (cpu, cuda, sum, 4 * (gsize) n_bins * sizeof (gdouble));

  for (guint i = 0; i < 2; i++) {
    streams[i]->ops->quality.log_distance (streams[i],
        parity_data (distances, i), parity_data (first, i),
        parity_data (second, i), n_frames, n_bins, 0.25f, 1e-10f);
    streams[i]->ops->quality.cross_power (streams[i], parity_data (sums, i),
        parity_data (first, i), parity_data (second, i), n_frames, n_bins);
    streams[i]->ops->quality.cross_power (streams[i], parity_data (sums, i),
        parity_data (second, i), parity_data (first, i), n_frames, n_bins);
  }
  parity_compare_f32 (distances, 1e-4, 1.0, "log_distance");
  compare_rows (sums, 4, 1e-6, "cross_power");
  return 2;
}

guint
parity_quality (VoxStream *cpu, VoxStream *cuda)
{
  static const guint frames[] = { 1, 3, 200 };
  static const guint bins[] = { 1, 2, 31, 257, 1025 };
  static const guint filters[] = { 1, 33, 80 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (10);
  guint cases = check_all_polyphase (cpu, cuda, rand);

  cases += check_frame_energy (cpu, cuda, rand);
  cases += check_speech_bands (cpu, cuda, rand);
  cases += check_speech_correlation (cpu, cuda, rand);
  for (guint c = 0; c < 15 * LEVELS; c++) {
    const gfloat level = levels[c / 15];

    check_mel_log (
        cpu, cuda, rand, frames[c % 3], bins[c % 5], filters[c / 5 % 3], level);
    cases +=
        1 + check_spectra (cpu, cuda, rand, frames[c % 3], bins[c % 5], level);
  }
  return cases;
}
