/* cpu-vocoder.c: the vocoder family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>

/* Neighbours on each side that a peak must exceed: the main lobe of a Hann
 * window is four bins wide. */
#define PEAK_REACH 2
/* A phase that moved on by more than this many bins against the interpolated
 * peak belongs to something else: the frequency is then the peak's. */
#define MAX_DEVIATION_BINS 0.5
/* Set in an entry of the peak list. */
#define SIDE_LOBE (1u << 31)
/* Limits of the gain that moves an envelope, and of the level correction. */
#define MAX_ENVELOPE_GAIN 31.6f /* 30 dB */
#define MAX_LEVEL_GAIN 100.0f /* 40 dB */
/* Power under the strongest bin (and absolute) that counts as nothing. */
#define ENVELOPE_FLOOR 1e-10f
#define POWER_EPSILON 1e-30f

VOX_SIMD static void
sum_power (gfloat *power, const VoxComplex *spectrum, gsize stride,
    guint channels, guint bins)
{
  for (guint c = 0; c < channels; c++) {
    const VoxComplex *x = spectrum + c * stride;

    for (guint k = 0; k < bins; k++) {
      const gfloat p = x[k].re * x[k].re + x[k].im * x[k].im;

      power[k] = c == 0 ? p : power[k] + p;
    }
  }
}

static void
cpu_power (G_GNUC_UNUSED VoxStream *stream, gfloat *power,
    const VoxComplex *spectrum, gsize stride, guint channels, guint bins)
{
  sum_power (power, spectrum, stride, channels, bins);
}

/* ---- envelope ---- */

/* The natural logarithm of the strongest bin of each band. */
static void
band_levels (const VoxVocoderEnvelopeArgs *args, gfloat *level)
{
  gfloat top = 0.0f;

  for (guint b = 0; b < args->bands; b++) {
    const guint end = (b + 1) * args->bins / args->bands;
    gfloat best = 0.0f;

    for (guint k = b * args->bins / args->bands; k < end; k++)
      best = MAX (best, args->power[k]);
    level[b] = best;
    top = MAX (top, best);
  }
  for (guint b = 0; b < args->bands; b++)
    level[b] = logf (level[b] + top * ENVELOPE_FLOOR + POWER_EPSILON);
}

/* The projection of @level on the rows of the basis. */
VOX_SIMD static void
smooth_curve (
    const VoxVocoderEnvelopeArgs *args, const gfloat *level, gfloat *smooth)
{
  for (guint b = 0; b < args->bands; b++)
    smooth[b] = 0.0f;
  for (guint q = 0; q < args->order; q++) {
    const gfloat *row = args->basis + (gsize) q * args->bands;
    gfloat weight = 0.0f;

    for (guint b = 0; b < args->bands; b++)
      weight += row[b] * level[b];
    for (guint b = 0; b < args->bands; b++)
      smooth[b] += weight * row[b];
  }
}

static void
cpu_envelope (
    G_GNUC_UNUSED VoxStream *stream, const VoxVocoderEnvelopeArgs *args)
{
  gfloat level[VOX_VOCODER_MAX_BANDS];

  band_levels (args, level);
  smooth_curve (args, level, args->envelope);
  for (guint i = 0; i < args->iterations; i++) {
    for (guint b = 0; b < args->bands; b++)
      level[b] = MAX (level[b], args->envelope[b]);
    smooth_curve (args, level, args->envelope);
  }
}

/* ---- rotation ---- */

static guint
find_peaks (const gfloat *power, guint bins, guint32 *peaks)
{
  guint n = 0;

  for (guint k = 0; k < bins; k++) {
    const gfloat p = power[k];
    gboolean peak = p > POWER_EPSILON;

    for (guint d = 1; peak && d <= PEAK_REACH; d++)
      peak =
          (k < d || p > power[k - d]) && (k + d >= bins || p >= power[k + d]);
    if (peak) {
      peaks[n++] = k;
      k += PEAK_REACH;
    }
  }
  return n;
}

/* Power that the partial with the peak at bin @from leaves at bin @to. */
static gfloat
leaked_power (const VoxVocoderArgs *args, guint from, guint to)
{
  const guint distance = from < to ? to - from : from - to;
  gfloat fall;

  if (distance < VOX_VOCODER_LEAKAGE)
    return args->power[from] * args->leakage[distance];
  fall = (gfloat) (VOX_VOCODER_LEAKAGE - 1) / (gfloat) distance;
  fall *= fall * fall;
  return args->power[from] * args->leakage[VOX_VOCODER_LEAKAGE - 1] * fall
      * fall;
}

/* Marks the peaks that stand no higher than the leakage of a stronger one
 * before them in the order given by @step; the nearest such peak and the one
 * that reaches furthest are asked. */
static void
mark_side_lobes (const VoxVocoderArgs *args, guint n_peaks, gint step)
{
  gint i = step > 0 ? 0 : (gint) n_peaks - 1;
  guint near = args->peaks[i] & ~SIDE_LOBE, far = near;

  for (i += step; i >= 0 && i < (gint) n_peaks; i += step) {
    const guint k = args->peaks[i] & ~SIDE_LOBE;
    const guint beyond =
        step > 0 ? k + VOX_VOCODER_LEAKAGE : k - MIN (k, VOX_VOCODER_LEAKAGE);
    const gfloat p = args->power[k];

    if (p < leaked_power (args, near, k) || p < leaked_power (args, far, k)) {
      args->peaks[i] |= SIDE_LOBE;
      continue;
    }
    near = k;
    if (leaked_power (args, near, beyond) >= leaked_power (args, far, beyond))
      far = k;
  }
}

static guint
drop_side_lobes (const VoxVocoderArgs *args, guint n_peaks)
{
  guint kept = 0;

  if (n_peaks == 0)
    return 0;
  mark_side_lobes (args, n_peaks, 1);
  mark_side_lobes (args, n_peaks, -1);
  for (guint i = 0; i < n_peaks; i++)
    if ((args->peaks[i] & SIDE_LOBE) == 0)
      args->peaks[kept++] = args->peaks[i];
  return kept;
}

/* Where the parabola through three log powers has its maximum. */
static gdouble
interpolate_peak (const gfloat *power, guint bins, guint k)
{
  gdouble a, b, c, curve;

  if (k == 0 || k + 1 >= bins)
    return k;
  a = log (power[k - 1] + POWER_EPSILON);
  b = log (power[k] + POWER_EPSILON);
  c = log (power[k + 1] + POWER_EPSILON);
  curve = a - 2.0 * b + c;
  return curve < 0.0 ? k + CLAMP (0.5 * (a - c) / curve, -0.5, 0.5) : k;
}

/* Phase that the partial at bin k gains over the analysis hop. */
static gdouble
phase_advance (const VoxVocoderArgs *args, guint k)
{
  const guint bins = args->fft_size / 2 + 1;
  const gdouble bin_to_phase = 2.0 * G_PI * args->analysis_hop / args->fft_size;
  const gdouble expected =
      bin_to_phase * interpolate_peak (args->power, bins, k);
  gdouble re = 0.0, im = 0.0, difference;

  for (guint c = 0; c < args->channels; c++) {
    const VoxComplex x = args->spectrum[c * args->stride + k];
    const VoxComplex y = args->previous[c * args->stride + k];

    re += (gdouble) x.re * y.re + (gdouble) x.im * y.im;
    im += (gdouble) x.im * y.re - (gdouble) x.re * y.im;
  }
  difference = atan2 (im, re) - expected;
  difference -= 2.0 * G_PI * rint (difference / (2.0 * G_PI));
  if (fabs (difference) > MAX_DEVIATION_BINS * bin_to_phase)
    return expected;
  return expected + difference;
}

static VoxComplex
region_rotation (const VoxVocoderArgs *args, guint k)
{
  const VoxComplex before = args->rotation[k];
  const gdouble stretch =
      ((gdouble) args->synthesis_hop - args->analysis_hop) / args->analysis_hop;
  VoxComplex after = { 1.0f, 0.0f };
  gdouble angle, re, im, scale;

  if (args->restart || k == 0 || k == args->fft_size / 2)
    return after;
  if (args->synthesis_hop == args->analysis_hop)
    return before;
  angle = stretch * phase_advance (args, k);
  re = before.re * cos (angle) - before.im * sin (angle);
  im = before.re * sin (angle) + before.im * cos (angle);
  scale = 1.0 / sqrt (re * re + im * im);
  after.re = (gfloat) (re * scale);
  after.im = (gfloat) (im * scale);
  return after;
}

static gfloat
envelope_at (const VoxVocoderArgs *args, gfloat bin)
{
  const gfloat bins = (gfloat) (args->fft_size / 2 + 1);
  const gfloat place = CLAMP ((bin + 0.5f) * (gfloat) args->bands / bins - 0.5f,
      0.0f, (gfloat) args->bands - 1.0f);
  const guint band = MIN ((guint) place, args->bands - 2);
  const gfloat mix = place - (gfloat) band;

  return args->envelope[band]
      + mix * (args->envelope[band + 1] - args->envelope[band]);
}

static gfloat
envelope_gain (const VoxVocoderArgs *args, guint k)
{
  gfloat change;

  if (args->envelope == NULL)
    return 1.0f;
  change = envelope_at (args, (gfloat) k * args->envelope_ratio)
      - envelope_at (args, (gfloat) k);
  return CLAMP (
      expf (0.5f * change), 1.0f / MAX_ENVELOPE_GAIN, MAX_ENVELOPE_GAIN);
}

/* The last bin of the region of peak i: the minimum before the next peak. */
static guint
region_last (const VoxVocoderArgs *args, guint i, guint n_peaks)
{
  guint lowest;

  if (i + 1 == n_peaks)
    return args->fft_size / 2;
  lowest = args->peaks[i];
  for (guint k = lowest + 1; k < args->peaks[i + 1]; k++)
    if (args->power[k] < args->power[lowest])
      lowest = k;
  return lowest;
}

/* Writes rotation and gain of every bin. A region reads the old rotation at its
 * own peak, which lies behind everything written so far. */
static void
fill_regions (const VoxVocoderArgs *args, guint n_peaks)
{
  const guint bins = args->fft_size / 2 + 1;
  guint k = 0;

  if (n_peaks == 0) {
    for (; k < bins; k++) {
      if (args->restart)
        args->rotation[k] = (VoxComplex){ 1.0f, 0.0f };
      args->factor[k] = args->rotation[k];
    }
  }
  for (guint i = 0; i < n_peaks; i++) {
    const VoxComplex rotation = region_rotation (args, args->peaks[i]);
    const gfloat gain = envelope_gain (args, args->peaks[i]);
    const guint last = region_last (args, i, n_peaks);

    for (; k <= last; k++) {
      args->rotation[k] = rotation;
      args->factor[k].re = gain * rotation.re;
      args->factor[k].im = gain * rotation.im;
    }
  }
}

static gfloat
band_limit (const VoxVocoderArgs *args, guint k)
{
  const gfloat place =
      ((gfloat) k - args->pass_bin) / (args->stop_bin - args->pass_bin);

  if (place <= 0.0f)
    return 1.0f;
  if (place >= 1.0f)
    return 0.0f;
  return 0.5f + 0.5f * cosf ((gfloat) G_PI * place);
}

/* Band limit, and the gain that gives the frame its power back. */
static void
level_factors (const VoxVocoderArgs *args)
{
  const guint bins = args->fft_size / 2 + 1;
  gfloat before = 0.0f, after = 0.0f, gain;

  for (guint k = (guint) MAX (args->pass_bin, 0.0f); k < bins; k++) {
    const gfloat limit = band_limit (args, k);

    args->factor[k].re *= limit;
    args->factor[k].im *= limit;
  }
  if (args->envelope == NULL)
    return;
  for (guint k = 0; (gfloat) k < args->stop_bin && k < bins; k++) {
    const gfloat limit = band_limit (args, k);
    const VoxComplex f = args->factor[k];

    before += args->power[k] * limit * limit;
    after += args->power[k] * (f.re * f.re + f.im * f.im);
  }
  gain = sqrtf ((before + POWER_EPSILON) / (after + POWER_EPSILON));
  gain = CLAMP (gain, 1.0f / MAX_LEVEL_GAIN, MAX_LEVEL_GAIN);
  for (guint k = 0; k < bins; k++) {
    args->factor[k].re *= gain;
    args->factor[k].im *= gain;
  }
}

VOX_SIMD static void
apply_factors (const VoxVocoderArgs *args)
{
  const guint bins = args->fft_size / 2 + 1;
  const VoxComplex *f = args->factor;

  for (guint c = 0; c < args->channels; c++) {
    const VoxComplex *x = args->spectrum + c * args->stride;
    VoxComplex *y = args->output + c * args->stride;

    for (guint k = 0; k < bins; k++) {
      y[k].re = x[k].re * f[k].re - x[k].im * f[k].im;
      y[k].im = x[k].re * f[k].im + x[k].im * f[k].re;
    }
  }
}

static void
cpu_shift (G_GNUC_UNUSED VoxStream *stream, const VoxVocoderArgs *args)
{
  guint n_peaks = find_peaks (args->power, args->fft_size / 2 + 1, args->peaks);

  n_peaks = drop_side_lobes (args, n_peaks);
  fill_regions (args, n_peaks);
  level_factors (args);
  apply_factors (args);
}

/* ---- attacks ---- */

static void
cpu_onset (G_GNUC_UNUSED VoxStream *stream, VoxOnsetLevel *level,
    const gfloat *planes, gsize plane_stride, guint channels, guint n)
{
  gfloat highest = 0.0f;

  level->power = 0.0f;
  level->peak = 0;
  for (guint i = 0; i < n; i++) {
    gfloat power = 0.0f;

    for (guint c = 0; c < channels; c++) {
      const gfloat *x = planes + c * plane_stride + i;
      const gfloat d = x[0] - x[-1];

      power += d * d;
    }
    if (power > highest) {
      highest = power;
      level->peak = i;
    }
    level->power += power;
  }
}

static void
cpu_scale (G_GNUC_UNUSED VoxStream *stream, gfloat *planes, gsize plane_stride,
    const gfloat *weight, guint channels, gsize n)
{
  for (guint c = 0; c < channels; c++)
    for (gsize i = 0; i < n; i++)
      planes[c * plane_stride + i] *= weight[i];
}

/* ---- overlap-add ---- */

VOX_SIMD static void
accumulate (gfloat *target, const gfloat *source, gsize n)
{
  for (gsize i = 0; i < n; i++)
    target[i] += source[i];
}

static void
cpu_accumulate (G_GNUC_UNUSED VoxStream *stream, gfloat *target,
    const gfloat *source, gsize n)
{
  accumulate (target, source, n);
}

VOX_SIMD static void
normalize (gfloat *plane, const gfloat *weight, gsize n)
{
  for (gsize i = 0; i < n; i++)
    plane[i] = weight[i] > VOX_VOCODER_MIN_WEIGHT ? plane[i] / weight[i] : 0.0f;
}

static void
cpu_normalize (G_GNUC_UNUSED VoxStream *stream, gfloat *planes,
    gsize plane_stride, const gfloat *weight, guint channels, gsize n)
{
  for (guint c = 0; c < channels; c++)
    normalize (planes + c * plane_stride, weight, n);
}

void
vox_cpu_fill_vocoder (VoxVocoderOps *ops)
{
  ops->power = cpu_power;
  ops->envelope = cpu_envelope;
  ops->shift = cpu_shift;
  ops->onset = cpu_onset;
  ops->scale = cpu_scale;
  ops->accumulate = cpu_accumulate;
  ops->normalize = cpu_normalize;
}
