/* cpu-f0.c: decimation and autocorrelation candidates on the CPU.
 *
 * The autocorrelation is computed directly: at the tracker's working rate some
 * 200 lags of 500 samples cost less than two transforms.
 */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

/* Lags whose sums stay in registers together. */
#define LAG_BLOCK 32

/* Longest window of the contract. */
#define MAX_WINDOW 4096

/* Smaller peaks are never voiced (the tracker's threshold is far above). */
#define MIN_STRENGTH 0.15f

/* Peaks above 1 come from interpolation and rounding; Boersma 1993 mirrors
 * them so that they cannot win by that. */
#define mirrored(x) ((x) > 1.0f ? 1.0f / (x) : (x))

VOX_SIMD static void
decimate (gfloat *out, gsize n_out, const gfloat *signal, guint factor,
    const gfloat *taps, guint n_taps)
{
  for (gsize i = 0; i < n_out; i++) {
    const gfloat *in = signal + i * factor;
    gfloat sum = 0.0f;

    for (guint j = 0; j < n_taps; j++)
      sum += taps[j] * in[j];
    out[i] = sum;
  }
}

static void
cpu_decimate (G_GNUC_UNUSED VoxStream *stream, gfloat *out, gsize n_out,
    const gfloat *signal, guint factor, const gfloat *taps, guint n_taps)
{
  decimate (out, n_out, signal, factor, taps, n_taps);
}

/* Removes the mean, applies the window; returns the energy left. */
VOX_SIMD static gfloat
window_frame (
    gfloat *out, const gfloat *signal, const gfloat *window, guint length)
{
  gfloat mean = 0.0f, energy = 0.0f;

  for (guint i = 0; i < length; i++)
    mean += signal[i];
  mean /= (gfloat) length;
  for (guint i = 0; i < length; i++) {
    out[i] = (signal[i] - mean) * window[i];
    energy += out[i] * out[i];
  }
  return energy;
}

/* r[l] = sum_i x[i] x[i + l] for l < n_lags rounded up to a block; x is
 * followed by n_lags + LAG_BLOCK zeros. */
VOX_SIMD static void
autocorrelate (gfloat *r, guint n_lags, const gfloat *x, guint length)
{
  for (guint first = 0; first < n_lags; first += LAG_BLOCK) {
    gfloat sums[LAG_BLOCK] = { 0.0f };

    for (guint i = 0; i + first < length; i++) {
      for (guint j = 0; j < LAG_BLOCK; j++)
        sums[j] += x[i] * x[i + first + j];
    }
    memcpy (r + first, sums, sizeof (sums));
  }
}

/* The autocorrelation between its values: sinc under a Hann window that is
 * zero VOX_F0_INTERPOLATION_LAGS + 0.5 away. */
static gfloat
interpolate (const gfloat *r, gfloat at)
{
  const gint centre = (gint) floorf (at + 0.5f);
  const gfloat fraction = at - (gfloat) centre;
  const gfloat step = (gfloat) G_PI / (VOX_F0_INTERPOLATION_LAGS + 0.5f);
  gfloat sine, sum = 0.0f;

  if (fabsf (fraction) < 1e-5f)
    return r[ABS (centre)];
  sine = sinf ((gfloat) G_PI * fraction) / (gfloat) G_PI;
  for (gint k = -VOX_F0_INTERPOLATION_LAGS; k <= VOX_F0_INTERPOLATION_LAGS;
       k++) {
    const gfloat distance = fraction - (gfloat) k;
    const gfloat value =
        r[ABS (centre + k)] / distance * (0.5f + 0.5f * cosf (step * distance));

    sum += k & 1 ? -value : value;
  }
  return sum * sine;
}

/* Vertex of the parabola through three equidistant values, in steps from the
 * middle one, at most one. */
static inline gfloat
vertex (gfloat before, gfloat middle, gfloat after)
{
  const gfloat curvature = before - 2.0f * middle + after;

  if (curvature >= 0.0f)
    return 0.0f;
  return CLAMP (0.5f * (before - after) / curvature, -1.0f, 1.0f);
}

/* Moves a peak found on whole lags to its place between them. */
static VoxF0Candidate
refine (const gfloat *r, guint lag)
{
  static const gfloat steps[] = { 0.25f, 0.06f };
  gfloat at = (gfloat) lag + vertex (r[lag - 1], r[lag], r[lag + 1]);
  VoxF0Candidate peak;

  for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
    at += steps[s]
        * vertex (interpolate (r, at - steps[s]), interpolate (r, at),
            interpolate (r, at + steps[s]));
  peak.lag = at;
  peak.strength = mirrored (interpolate (r, at));
  return peak;
}

/* Keeps the n best lags in falling order of rank. */
static guint
insert_peak (guint *lags, gfloat *ranks, guint n, guint lag, gfloat rank)
{
  guint at = n < VOX_F0_CANDIDATES ? n : n - 1;

  if (n == VOX_F0_CANDIDATES && rank <= ranks[n - 1])
    return n;
  for (; at > 0 && ranks[at - 1] < rank; at--) {
    lags[at] = lags[at - 1];
    ranks[at] = ranks[at - 1];
  }
  lags[at] = lag;
  ranks[at] = rank;
  return MIN (n + 1, VOX_F0_CANDIDATES);
}

static void
find_peaks (VoxF0Analysis *out, const gfloat *r, const VoxF0CandidateArgs *args)
{
  guint lags[VOX_F0_CANDIDATES];
  gfloat ranks[VOX_F0_CANDIDATES];
  guint n = 0;

  for (guint l = args->min_lag; l <= args->max_lag; l++) {
    const gfloat height =
        0.25f * (r[l + 1] - r[l - 1]) * vertex (r[l - 1], r[l], r[l + 1]);

    if (r[l] < MIN_STRENGTH || r[l] < r[l - 1] || r[l] <= r[l + 1])
      continue;
    n = insert_peak (lags, ranks, n, l,
        mirrored (r[l] + height)
            - args->octave_cost * log2f ((gfloat) l / (gfloat) args->min_lag));
  }
  for (guint c = 0; c < n; c++)
    out->candidates[c] = refine (r, lags[c]);
}

static void
cpu_candidates (G_GNUC_UNUSED VoxStream *stream, const VoxF0CandidateArgs *args)
{
  gfloat x[2 * MAX_WINDOW + 2 * LAG_BLOCK];
  gfloat r[MAX_WINDOW + VOX_F0_INTERPOLATION_LAGS + LAG_BLOCK];
  const guint length = args->window_length;
  const guint n_lags = args->max_lag + VOX_F0_INTERPOLATION_LAGS + 1;

  memset (x + length, 0, (n_lags + LAG_BLOCK) * sizeof (gfloat));
  for (guint t = 0; t < args->frames; t++) {
    VoxF0Analysis *out = args->out + t;
    const gint64 start =
        (gint64) floor ((gdouble) (args->first_frame + t) * args->hop + 0.5)
        - length / 2 - args->base;
    gfloat energy;

    memset (out, 0, sizeof (*out));
    energy = window_frame (x, args->signal + start, args->window, length);
    out->level = sqrtf (energy);
    if (energy < G_MINFLOAT * 1e6f)
      continue;
    autocorrelate (r, n_lags, x, length);
    for (guint l = 1; l < n_lags; l++)
      r[l] *= args->window_scale[l] / r[0];
    r[0] = 1.0f;
    find_peaks (out, r, args);
  }
}

void
vox_cpu_fill_f0 (VoxF0Ops *ops)
{
  ops->decimate = cpu_decimate;
  ops->candidates = cpu_candidates;
}
