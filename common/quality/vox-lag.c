/* vox-lag.c: coarse correlation on decimated waveforms, fine correlation at the
 * full rate, envelopes as the second chance.
 *
 * Whitening after C. Knapp and G. Carter, "The generalized correlation method
 * for estimation of time delay" (1976), with a partial exponent so that empty
 * bands do not count as much as full ones.
 */
#include "quality/vox-lag.h"

#include <math.h>
#include <string.h>

/* Decimated rate is between this and twice this. */
#define COARSE_RATE_HZ 4000
#define COARSE_FFT 65536
#define WHITENING 0.7
#define ENVELOPE_RATE_HZ 1000
#define ENVELOPE_SMOOTHING_FRAMES 21
/* Least correlation that counts as found. Unrelated speech stays below both:
 * see "/lag/unrelated-streams-have-no-lag" in tests/check/engine/quality.c. */
#define WAVEFORM_FOUND 0.25
#define ENVELOPE_FOUND 0.70
/* Least overlap of the streams at a lag. */
#define MIN_OVERLAP_S 0.25

/* Means of @factor samples each, their mean taken out. */
static gfloat *
decimate (const gfloat *samples, gsize n, gsize factor, gsize *n_out)
{
  gfloat *out = g_new (gfloat, n / factor + 1);
  gdouble mean = 0.0;

  *n_out = n / factor;
  for (gsize i = 0; i < *n_out; i++) {
    gfloat sum = 0.0f;

    for (gsize j = 0; j < factor; j++)
      sum += samples[i * factor + j];
    out[i] = sum / (gfloat) factor;
    mean += (gdouble) out[i] / (gdouble) *n_out;
  }
  for (gsize i = 0; i < *n_out; i++)
    out[i] -= (gfloat) mean;
  return out;
}

/* Roots of the smoothed power at ENVELOPE_RATE_HZ: their correlation follows
 * syllables and notes, whatever the pitch. */
static gfloat *
envelope (const gfloat *samples, gsize n, guint rate, gsize *n_out)
{
  const gint half = ENVELOPE_SMOOTHING_FRAMES / 2;
  const gsize n_frames = n * ENVELOPE_RATE_HZ / rate;
  g_autofree gfloat *power = g_new0 (gfloat, n_frames + 1);
  gfloat *out = g_new0 (gfloat, n_frames + 1);

  for (gsize f = 0; f < n_frames; f++) {
    const gsize end = (f + 1) * rate / ENVELOPE_RATE_HZ;

    for (gsize i = f * rate / ENVELOPE_RATE_HZ; i < end; i++)
      power[f] += samples[i] * samples[i];
  }
  for (gint64 f = 0; f < (gint64) n_frames; f++) {
    gfloat sum = 0.0f;

    for (gint d = -half; d <= half; d++)
      if (f + d >= 0 && f + d < (gint64) n_frames)
        sum += power[f + d]
            * (0.5f + 0.5f * cosf ((gfloat) G_PI * d / (half + 1)));
    out[f] = sqrtf (sqrtf (sum));
  }
  *n_out = n_frames;
  return out;
}

/* Normalised correlation of reference[i] with judged[i + lag], each made
 * zero-mean over the overlap; 0 when the overlap is under @min_overlap. */
static gdouble
correlation_at (const gfloat *judged, gsize n_judged, const gfloat *reference,
    gsize n_reference, gint64 lag, gsize min_overlap)
{
  const gint64 start = MAX (0, -lag);
  const gint64 end = MIN ((gint64) n_reference, (gint64) n_judged - lag);
  gdouble x = 0.0, y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
  gdouble n;

  if (end - start < (gint64) min_overlap || end <= start)
    return 0.0;
  for (gint64 i = start; i < end; i++) {
    const gdouble a = (gdouble) judged[i + lag], b = (gdouble) reference[i];

    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  n = (gdouble) (end - start);
  xx -= x * x / n;
  yy -= y * y / n;
  xy -= x * y / n;
  return xx > 1e-12 && yy > 1e-12 ? xy / sqrt (xx * yy) : 0.0;
}

/* Adds conj (R) J of one block: @n reference samples from @start against the
 * judged ones from start - max_lag on. */
static gboolean
add_block (VoxStream *stream, VoxBuffer *work, gdouble *cross,
    const gfloat *judged, gsize n_judged, const gfloat *reference, gsize start,
    gsize n, gsize max_lag, GError **error)
{
  const guint bins = COARSE_FFT / 2 + 1;
  g_autofree gfloat *rows = g_new0 (gfloat, 2 * COARSE_FFT);
  g_autofree VoxComplex *spectra = g_new (VoxComplex, 2 * bins);
  gfloat *device_rows = work->data;
  VoxComplex *device_spectra = (VoxComplex *) (device_rows + 2 * COARSE_FFT);

  memcpy (rows, reference + start, n * sizeof (gfloat));
  for (gsize i = 0; i < n + 2 * max_lag; i++) {
    const gint64 from = (gint64) (start + i) - (gint64) max_lag;

    if (from >= 0 && from < (gint64) n_judged)
      rows[COARSE_FFT + i] = judged[from];
  }
  stream->ops->memory.copy (
      stream, device_rows, rows, 2 * COARSE_FFT * sizeof (gfloat));
  stream->ops->spectrum.rfft (
      stream, COARSE_FFT, device_spectra, bins, device_rows, COARSE_FFT, 2);
  stream->ops->memory.copy (
      stream, spectra, device_spectra, 2 * bins * sizeof (VoxComplex));
  if (!vox_stream_finish (stream, error))
    return FALSE;
  for (guint k = 0; k < bins; k++) {
    const VoxComplex r = spectra[k], j = spectra[bins + k];

    cross[2 * k] += (gdouble) (r.re * j.re + r.im * j.im);
    cross[2 * k + 1] += (gdouble) (r.re * j.im - r.im * j.re);
  }
  return TRUE;
}

/* The lag with the largest magnitude in the inverse of the whitened @cross. */
static gboolean
peak_lag (VoxStream *stream, VoxBuffer *work, const gdouble *cross,
    gsize max_lag, gint64 *lag, GError **error)
{
  const guint bins = COARSE_FFT / 2 + 1;
  g_autofree VoxComplex *whitened = g_new0 (VoxComplex, bins);
  g_autofree gfloat *values = g_new (gfloat, COARSE_FFT);
  gfloat *device_row = work->data;
  VoxComplex *device_bins = (VoxComplex *) (device_row + 2 * COARSE_FFT);
  gfloat best = -1.0f;

  for (guint k = 0; k < bins; k++) {
    const gdouble size = hypot (cross[2 * k], cross[2 * k + 1]);
    const gdouble gain = size > 0.0 ? pow (size, -WHITENING) : 0.0;

    whitened[k].re = (gfloat) (cross[2 * k] * gain);
    whitened[k].im = (gfloat) (cross[2 * k + 1] * gain);
  }
  stream->ops->memory.copy (
      stream, device_bins, whitened, bins * sizeof (VoxComplex));
  stream->ops->spectrum.irfft (
      stream, COARSE_FFT, device_row, COARSE_FFT, device_bins, bins, 1);
  stream->ops->memory.copy (
      stream, values, device_row, COARSE_FFT * sizeof (gfloat));
  if (!vox_stream_finish (stream, error))
    return FALSE;
  for (gsize i = 0; i <= 2 * max_lag; i++) {
    if (fabsf (values[i]) > best) {
      best = fabsf (values[i]);
      *lag = (gint64) i - (gint64) max_lag;
    }
  }
  return TRUE;
}

static gboolean
coarse_lag (VoxStream *stream, const gfloat *judged, gsize n_judged,
    const gfloat *reference, gsize n_reference, gsize max_lag, gint64 *lag,
    GError **error)
{
  const guint bins = COARSE_FFT / 2 + 1;
  const gsize block = COARSE_FFT - 2 * max_lag;
  g_autofree gdouble *cross = g_new0 (gdouble, 2 * bins);
  g_autoptr (VoxBuffer) work = vox_buffer_new (stream,
      2 * (COARSE_FFT * sizeof (gfloat) + bins * sizeof (VoxComplex)), error);

  if (work == NULL)
    return FALSE;
  for (gsize start = 0; start < n_reference; start += block)
    if (!add_block (stream, work, cross, judged, n_judged, reference, start,
            MIN (block, n_reference - start), max_lag, error))
      return FALSE;
  return peak_lag (stream, work, cross, max_lag, lag, error);
}

/* The lag of largest correlation magnitude within @reach of @around. */
static gdouble
best_lag (const gfloat *judged, gsize n_judged, const gfloat *reference,
    gsize n_reference, gint64 around, gint64 reach, gsize min_overlap,
    gboolean either_sign, gint64 *lag)
{
  gdouble best = 0.0;

  for (gint64 l = around - reach; l <= around + reach; l++) {
    const gdouble c = correlation_at (
        judged, n_judged, reference, n_reference, l, min_overlap);
    const gdouble strength = either_sign ? fabs (c) : c;

    if (strength > best) {
      best = strength;
      *lag = l;
    }
  }
  return best;
}

static gboolean
find_by_waveform (VoxStream *stream, guint rate, const gfloat *judged,
    gsize n_judged, const gfloat *reference, gsize n_reference,
    gdouble max_lag_s, VoxQualityLag *lag, GError **error)
{
  const gsize factor = MAX (1, rate / COARSE_RATE_HZ);
  const gsize max_lag = (gsize) (max_lag_s * rate / (gdouble) factor);
  gsize n_coarse_judged, n_coarse_reference;
  g_autofree gfloat *coarse_judged =
      decimate (judged, n_judged, factor, &n_coarse_judged);
  g_autofree gfloat *coarse_reference =
      decimate (reference, n_reference, factor, &n_coarse_reference);
  gint64 coarse = 0;

  if (!coarse_lag (stream, coarse_judged, n_coarse_judged, coarse_reference,
          n_coarse_reference, max_lag, &coarse, error))
    return FALSE;
  lag->confidence = best_lag (judged, n_judged, reference, n_reference,
      coarse * (gint64) factor, 2 * (gint64) factor,
      (gsize) (MIN_OVERLAP_S * rate), TRUE, &lag->samples);
  lag->found = lag->confidence >= WAVEFORM_FOUND;
  lag->method = "waveform";
  return TRUE;
}

static void
find_by_envelope (guint rate, const gfloat *judged, gsize n_judged,
    const gfloat *reference, gsize n_reference, gdouble max_lag_s,
    VoxQualityLag *lag)
{
  gsize n_a, n_b;
  g_autofree gfloat *a = envelope (judged, n_judged, rate, &n_a);
  g_autofree gfloat *b = envelope (reference, n_reference, rate, &n_b);
  gint64 frames = 0;

  lag->confidence =
      best_lag (a, n_a, b, n_b, 0, (gint64) (max_lag_s * ENVELOPE_RATE_HZ),
          MIN (n_a, n_b) / 2, FALSE, &frames);
  lag->samples = frames * (gint64) rate / ENVELOPE_RATE_HZ;
  lag->found = lag->confidence >= ENVELOPE_FOUND;
  lag->method = "envelope";
}

gboolean
vox_lag_find (VoxStream *stream, guint rate, const gfloat *judged,
    gsize n_judged, const gfloat *reference, gsize n_reference,
    gdouble max_lag_s, VoxQualityLag *lag, GError **error)
{
  *lag = (VoxQualityLag){ .searched = TRUE, .method = "waveform" };
  if (MIN (n_judged, n_reference) < MIN_OVERLAP_S * rate)
    return TRUE;
  if (!find_by_waveform (stream, rate, judged, n_judged, reference, n_reference,
          max_lag_s, lag, error))
    return FALSE;
  if (!lag->found)
    find_by_envelope (
        rate, judged, n_judged, reference, n_reference, max_lag_s, lag);
  if (!lag->found)
    lag->samples = 0;
  return TRUE;
}
