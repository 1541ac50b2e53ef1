/* parity-f0.c: decimation and the F0 candidates of a frame. */
#include "parity-signal.h"

#define STRENGTH_TOLERANCE 1e-4f
#define LAG_TOLERANCE 1e-3f

/* Samples before the first frame that no frame needs. */
#define LEAD 3

/* The backends' threshold of a peak, and how far the height that is compared
 * with it may lie from the strength that is returned. */
#define WEAK_STRENGTH (0.15f + 0.03f)

typedef struct
{
  guint factor, n_taps;
} Filter;

static const Filter filters[] = { { 1, 1 }, { 1, 4 }, { 2, 37 }, { 3, 55 },
  { 5, 91 }, { 24, 433 } };
static const gsize output_counts[] = { 1, 2, 255, 256, 257, 5001 };

typedef struct
{
  guint window_length, min_lag, max_lag, frames;
  gdouble hop;
  guint64 first_frame;
} Shape;

static const Shape shapes[] = {
  { 32, 2, 20, 1, 80.0, 0 },
  { 32, 2, 31, 7, 16.5, 3 },
  { 34, 2, 2, 3, 10.0, 1 },
  { 64, 16, 48, 5, 80.0, 9 },
  { 100, 17, 60, 5, 80.0, 0 },
  { 100, 18, 60, 5, 33.3, 10 },
  { 100, 30, 30, 4, 80.0, 0 },
  { 242, 2, 100, 64, 55.125, 1000 },
  { 270, 8, 100, 65, 80.0, 0 },
  { 486, 20, 160, 63, 88.2, 123456789 },
  { 120, 10, 50, 1100, 13.7, 77 },
  { 4096, 2, 4095, 1, 80.0, 0 },
  { 4096, 900, 1700, 3, 441.0, 5 },
  { 4094, 40, 3001, 2, 80.0, 1 },
};

/* One output must not depend on how many there are. */
static void
check_prefix (VoxStream *cuda, ParityPair *out, gsize n_out, ParityPair *signal,
    ParityPair *taps, const Filter *filter)
{
  const gsize n = (n_out + 1) / 2;
  g_autoptr (ParityPair) part =
      parity_pair_new (out->streams[0], cuda, NULL, n * sizeof (gfloat));
  g_autofree gpointer whole = parity_fetch (out, 1);
  g_autofree gpointer prefix = NULL;

  cuda->ops->f0.decimate (cuda, parity_data (part, 1), n,
      parity_data (signal, 1), filter->factor, parity_data (taps, 1),
      filter->n_taps);
  prefix = parity_fetch (part, 1);
  if (memcmp (whole, prefix, n * sizeof (gfloat)) != 0)
    g_error ("decimate: outputs depend on how many there are");
}

static guint
check_decimate (VoxStream *streams[2], GRand *rand, const Filter *filter,
    gsize n_out, ParitySignal kind)
{
  const gsize n = (n_out - 1) * filter->factor + filter->n_taps;
  g_autofree gfloat *in = parity_signal (rand, n, kind, 50.0);
  g_autofree gfloat *weights = parity_random (rand, filter->n_taps);
  g_autoptr (ParityPair) signal = NULL;
  g_autoptr (ParityPair) taps = NULL;
  g_autoptr (ParityPair) out = NULL;

  for (guint j = 0; j < filter->n_taps; j++)
    weights[j] *= 2.0f / (gfloat) filter->n_taps;
  signal = parity_pair_new (streams[0], streams[1], in, n * sizeof (gfloat));
  taps = parity_pair_new (
      streams[0], streams[1], weights, filter->n_taps * sizeof (gfloat));
  out = parity_pair_new (streams[0], streams[1], NULL, n_out * sizeof (gfloat));
  for (guint i = 0; i < 2; i++)
    streams[i]->ops->f0.decimate (streams[i], parity_data (out, i), n_out,
        parity_data (signal, i), filter->factor, parity_data (taps, i),
        filter->n_taps);
  parity_compare_f32 (out, 1e-6, 1.0, "decimate");
  check_prefix (streams[1], out, n_out, signal, taps, filter);
  return 1;
}

/* A Hann window; lags behind it have no factor. */
static void
make_window (gfloat *window, gfloat *scale, const Shape *shape)
{
  const guint n = shape->window_length;
  const guint n_lags = shape->max_lag + VOX_F0_INTERPOLATION_LAGS + 1;
  gdouble energy = 0.0;

  for (guint i = 0; i < n; i++) {
    window[i] = (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * (i + 0.5) / n));
    energy += window[i] * window[i];
  }
  for (guint l = 0; l < n_lags; l++) {
    gdouble sum = 0.0;

    for (guint i = 0; i + l < n; i++)
      sum += window[i] * window[i + l];
    scale[l] = sum > 0.0 ? (gfloat) (energy / sum) : 0.0f;
  }
}

static guint
used (const VoxF0Analysis *analysis)
{
  guint n = 0;

  while (n < VOX_F0_CANDIDATES && analysis->candidates[n].strength != 0.0f)
    n++;
  for (guint c = n; c < VOX_F0_CANDIDATES; c++)
    if (analysis->candidates[c].strength != 0.0f
        || analysis->candidates[c].lag != 0.0f)
      g_error ("candidates: an unused entry is not 0");
  return n;
}

static gboolean
agree (VoxF0Candidate a, VoxF0Candidate b)
{
  return fabsf (a.lag - b.lag) <= LAG_TOLERANCE
      && fabsf (a.strength - b.strength) <= STRENGTH_TOLERANCE;
}

static gboolean
has (const VoxF0Analysis *analysis, VoxF0Candidate wanted)
{
  for (guint c = 0; c < VOX_F0_CANDIDATES; c++)
    if (agree (analysis->candidates[c], wanted))
      return TRUE;
  return FALSE;
}

static gboolean
same_order (const VoxF0Analysis *a, const VoxF0Analysis *b)
{
  for (guint c = 0; c < VOX_F0_CANDIDATES; c++)
    if (!agree (a->candidates[c], b->candidates[c]))
      return FALSE;
  return TRUE;
}

/* Counts what one frame has and the other lacks, which is an error unless it
 * stood next to the threshold or at the end of a full list. */
static guint
missing (const VoxF0Analysis *from, const VoxF0Analysis *in, guint frame)
{
  const guint n = used (from);
  guint count = 0;

  for (guint c = 0; c < n; c++) {
    const VoxF0Candidate candidate = from->candidates[c];
    const gboolean is_last = c == VOX_F0_CANDIDATES - 1;

    if (has (in, candidate))
      continue;
    if (!is_last && candidate.strength > WEAK_STRENGTH)
      g_error ("candidates: frame %u: lag %.9g, strength %.9g (number %u of "
               "%u) stands on one side only; the other has %u, the first at "
               "%.9g, %.9g",
          frame, candidate.lag, candidate.strength, c, n, used (in),
          in->candidates[0].lag, in->candidates[0].strength);
    count++;
  }
  return count;
}

/* Frames as sets; those in which the order differs must be few. */
static void
compare_analyses (ParityPair *out, guint frames)
{
  g_autofree VoxF0Analysis *a = parity_fetch (out, 0);
  g_autofree VoxF0Analysis *b = parity_fetch (out, 1);
  guint missed = 0, swapped = 0;

  for (guint t = 0; t < frames; t++) {
    if (!(fabsf (a[t].level - b[t].level) <= 1e-5f * a[t].level + 1e-9f))
      g_error ("candidates: frame %u has level %.9g on the CPU and %.9g on the "
               "device",
          t, a[t].level, b[t].level);
    missed += missing (a + t, b + t, t) + missing (b + t, a + t, t);
    swapped += !same_order (a + t, b + t);
  }
  if (missed > 2 + frames / 50 || swapped > 2 + frames / 50)
    g_error ("candidates: of %u frames %u differ near thresholds, %u in order",
        frames, missed, swapped);
}

static guint
check_candidates (
    VoxStream *streams[2], GRand *rand, const Shape *shape, ParitySignal kind)
{
  const guint n_lags = shape->max_lag + VOX_F0_INTERPOLATION_LAGS + 1;
  const gsize n = LEAD + (gsize) ceil (shape->frames * shape->hop)
      + shape->window_length + 1;
  const gint64 start =
      (gint64) floor ((gdouble) shape->first_frame * shape->hop + 0.5)
      - shape->window_length / 2;
  const gdouble period = 0.4 * (shape->min_lag + shape->max_lag) + 0.3;
  g_autofree gfloat *window = g_new (gfloat, shape->window_length);
  g_autofree gfloat *scale = g_new (gfloat, n_lags);
  g_autofree gfloat *in = parity_signal (rand, n, kind, period);
  g_autoptr (ParityPair) signal =
      parity_pair_new (streams[0], streams[1], in, n * sizeof (gfloat));
  g_autoptr (ParityPair) out = parity_pair_new (
      streams[0], streams[1], NULL, shape->frames * sizeof (VoxF0Analysis));
  g_autoptr (ParityPair) windows = NULL;
  g_autoptr (ParityPair) scales = NULL;

  make_window (window, scale, shape);
  windows = parity_pair_new (
      streams[0], streams[1], window, shape->window_length * sizeof (gfloat));
  scales =
      parity_pair_new (streams[0], streams[1], scale, n_lags * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    const VoxF0CandidateArgs args = { .signal = parity_data (signal, i),
      .base = start - LEAD,
      .first_frame = shape->first_frame,
      .hop = shape->hop,
      .window = parity_data (windows, i),
      .window_length = shape->window_length,
      .window_scale = parity_data (scales, i),
      .min_lag = shape->min_lag,
      .max_lag = shape->max_lag,
      .octave_cost = 0.01f,
      .frames = shape->frames,
      .out = parity_data (out, i) };

    streams[i]->ops->f0.candidates (streams[i], &args);
  }
  compare_analyses (out, shape->frames);
  return 1;
}

guint
parity_f0 (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
    for (guint f = 0; f < G_N_ELEMENTS (filters); f++)
      for (guint n = 0; n < G_N_ELEMENTS (output_counts); n++)
        cases +=
            check_decimate (streams, rand, &filters[f], output_counts[n], kind);
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
      cases += check_candidates (streams, rand, &shapes[s], kind);
  }
  return cases;
}
