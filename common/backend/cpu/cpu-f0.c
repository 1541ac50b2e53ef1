/* cpu-f0.c: decimation and autocorrelation candidates on the CPU.
 *
 * The autocorrelation is computed directly: at the tracker's working rate some
 * 200 lags of 500 samples cost less than two transforms.
 */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

/* Lags whose sums stay in registers together, as vectors of eight. */
#define LAG_BLOCK 32
#define LANES 8
typedef gfloat Lanes
    __attribute__ ((vector_size (LANES * sizeof (gfloat)), aligned (4)));

/* Longest window of the contract. */
#define MAX_WINDOW 4096

/* Places looked at per lag, and values on each side that give those between. */
#define OVERSAMPLING 4
#define HALF_KERNEL VOX_F0_INTERPOLATION_LAGS

/* Digital silence and its rounding: nothing to divide by. */
#define MIN_ENERGY 1e-20f

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

/* Root mean square about the mean. */
VOX_SIMD static gfloat
deviation (const gfloat *x, guint length)
{
  gfloat mean = 0.0f, energy = 0.0f;

  for (guint i = 0; i < length; i++)
    mean += x[i];
  mean /= (gfloat) length;
  for (guint i = 0; i < length; i++)
    energy += (x[i] - mean) * (x[i] - mean);
  return sqrtf (energy / (gfloat) length);
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

/* r[l] = sum_i x[i] x[i + l] for from <= l < n_lags, up to a whole block; x is
 * followed by n_lags + LAG_BLOCK zeros. Written with vector types because the
 * compiler does not keep an array of sums in registers by itself. */
VOX_SIMD static void
autocorrelate (
    gfloat *r, guint from, guint n_lags, const gfloat *x, guint length)
{
  for (guint first = from; first < n_lags; first += LAG_BLOCK) {
    Lanes sums[LAG_BLOCK / LANES] = { { 0.0f } };

    for (guint i = 0; i + first < length; i++) {
      const gfloat *shifted = x + i + first;

      for (guint j = 0; j < LAG_BLOCK / LANES; j++)
        sums[j] += x[i] * *(const Lanes *) (shifted + j * LANES);
    }
    memcpy (r + first, sums, sizeof (sums));
  }
}

/* Weights of the values from -HALF_KERNEL + 1 to HALF_KERNEL for the place
 * @fraction behind value 0: a sinc under a Hann window. */
static void
make_kernel (gfloat *kernel, gfloat fraction)
{
  for (gint k = 0; k < 2 * HALF_KERNEL; k++) {
    const gfloat x = (gfloat) G_PI * (fraction + HALF_KERNEL - 1 - (gfloat) k);
    const gfloat sinc = fabsf (x) < 1e-5f ? 1.0f : sinf (x) / x;

    kernel[k] = sinc * (0.5f + 0.5f * cosf (x / (HALF_KERNEL + 0.5f)));
  }
}

static inline gfloat
apply_kernel (const gfloat *r, const gfloat *kernel)
{
  gfloat sum = 0.0f;

  for (gint k = 0; k < 2 * HALF_KERNEL; k++)
    sum += r[k - HALF_KERNEL + 1] * kernel[k];
  return sum;
}

/* fine[OVERSAMPLING * l + p] = the autocorrelation at lag l + p / OVERSAMPLING.
 * Neighbours of a narrow peak differ so much that it would be missed on whole
 * lags. r[-l] = r[l] must be there. */
VOX_SIMD static void
oversample (gfloat *fine, const gfloat *r, guint from, guint n_lags,
    const gfloat kernels[OVERSAMPLING][2 * HALF_KERNEL])
{
  for (guint l = from; l < n_lags; l++) {
    fine[OVERSAMPLING * l] = r[l];
    for (guint p = 1; p < OVERSAMPLING; p++)
      fine[OVERSAMPLING * l + p] = apply_kernel (r + l, kernels[p]);
  }
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

static inline gfloat
value_at (const gfloat *r, gfloat lag)
{
  gfloat kernel[2 * HALF_KERNEL];
  const gfloat whole = floorf (lag);

  make_kernel (kernel, lag - whole);
  return apply_kernel (r + (gint) whole, kernel);
}

/* Moves a peak of the oversampled values to its place between them. */
static VoxF0Candidate
refine (const gfloat *r, const gfloat *fine, guint at)
{
  const gfloat offset = vertex (fine[at - 1], fine[at], fine[at + 1]);
  VoxF0Candidate peak;

  peak.lag = ((gfloat) at + offset) / OVERSAMPLING;
  peak.strength = mirrored (value_at (r, peak.lag));
  return peak;
}

/* Keeps the n best places in falling order of rank. */
static guint
insert_peak (guint *places, gfloat *ranks, guint n, guint place, gfloat rank)
{
  guint at = n < VOX_F0_CANDIDATES ? n : n - 1;

  if (n == VOX_F0_CANDIDATES && rank <= ranks[n - 1])
    return n;
  for (; at > 0 && ranks[at - 1] < rank; at--) {
    places[at] = places[at - 1];
    ranks[at] = ranks[at - 1];
  }
  places[at] = place;
  ranks[at] = rank;
  return MIN (n + 1, VOX_F0_CANDIDATES);
}

static void
find_peaks (VoxF0Analysis *out, const gfloat *r, const gfloat *fine,
    const VoxF0CandidateArgs *args)
{
  const guint last = args->max_lag * OVERSAMPLING;
  guint places[VOX_F0_CANDIDATES];
  gfloat ranks[VOX_F0_CANDIDATES];
  guint n = 0;

  for (guint i = args->min_lag * OVERSAMPLING; i <= last; i++) {
    const gfloat *at = fine + i;
    gfloat height;

    if (at[0] < MIN_STRENGTH || at[0] < at[-1] || at[0] <= at[1])
      continue;
    height = at[0] + 0.25f * (at[1] - at[-1]) * vertex (at[-1], at[0], at[1]);
    n = insert_peak (places, ranks, n, i,
        mirrored (height)
            - args->octave_cost
                * log2f ((gfloat) i / (gfloat) (args->min_lag * OVERSAMPLING)));
  }
  for (guint c = 0; c < n; c++)
    out->candidates[c] = refine (r, fine, places[c]);
}

static void
analyze_frame (VoxF0Analysis *out, const gfloat *signal,
    const VoxF0CandidateArgs *args,
    const gfloat kernels[OVERSAMPLING][2 * HALF_KERNEL])
{
  gfloat x[2 * MAX_WINDOW + 2 * LAG_BLOCK];
  gfloat both[HALF_KERNEL + MAX_WINDOW + HALF_KERNEL + LAG_BLOCK];
  gfloat fine[OVERSAMPLING * MAX_WINDOW];
  gfloat *r = both + HALF_KERNEL;
  const guint n_lags = args->max_lag + HALF_KERNEL + 1;
  /* The interpolation before the first lag searched reaches this far. */
  const guint from =
      args->min_lag > HALF_KERNEL + 1 ? args->min_lag - HALF_KERNEL - 1 : 0;
  gfloat energy;

  memset (out, 0, sizeof (*out));
  energy = window_frame (x, signal, args->window, args->window_length);
  out->level =
      deviation (signal + args->window_length / 4, args->window_length / 2);
  if (energy < MIN_ENERGY)
    return;
  memset (x + args->window_length, 0, (n_lags + LAG_BLOCK) * sizeof (gfloat));
  autocorrelate (r, from, n_lags, x, args->window_length);
  for (guint l = from; l < n_lags; l++)
    r[l] *= args->window_scale[l] / energy;
  for (gint l = 1; from == 0 && l < HALF_KERNEL; l++)
    r[-l] = r[l];
  oversample (fine, r, args->min_lag - 1, args->max_lag + 1, kernels);
  find_peaks (out, r, fine, args);
}

static void
cpu_candidates (G_GNUC_UNUSED VoxStream *stream, const VoxF0CandidateArgs *args)
{
  gfloat kernels[OVERSAMPLING][2 * HALF_KERNEL];

  for (guint p = 0; p < OVERSAMPLING; p++)
    make_kernel (kernels[p], (gfloat) p / OVERSAMPLING);
  for (guint t = 0; t < args->frames; t++) {
    const gint64 start =
        (gint64) floor ((gdouble) (args->first_frame + t) * args->hop + 0.5)
        - args->window_length / 2 - args->base;

    analyze_frame (args->out + t, args->signal + start, args, kernels);
  }
}

void
vox_cpu_fill_f0 (VoxF0Ops *ops)
{
  ops->decimate = cpu_decimate;
  ops->candidates = cpu_candidates;
}
