/* cpu-envelope.c: the envelope family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

/* CheapTrick's compensation weight q1, chosen by Morise (2015), table 1. */
#define RECOVERY_WEIGHT (-0.15)
/* The window spans this many periods, the smoothing this part of F0. */
#define WINDOW_PERIODS 3.0
#define SMOOTHING_OF_F0 (2.0 / 3.0)

VOX_SIMD static gfloat
dot (const gfloat *a, const gfloat *b, guint n)
{
  gfloat sum = 0.0f;

  for (guint i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static void
cpu_resample (G_GNUC_UNUSED VoxStream *stream, const VoxResampleArgs *args)
{
  const gint64 half = args->taps / 2;

  for (guint m = 0; m < args->n_output; m++) {
    const gint64 scaled = (args->output_start + m) * (gint64) args->rate;
    const gint64 whole = scaled / args->output_rate;
    const guint phase = (guint) ((scaled % args->output_rate) * args->phases
        / args->output_rate);
    const gint64 first = whole - half + 1 - args->input_start;
    const gint64 skip = MAX (0, -first);
    const gint64 end =
        MIN ((gint64) args->taps, (gint64) args->n_input - first);
    const gfloat *kernel = args->kernel + (gsize) phase * args->taps;

    args->output[m] = end > skip
        ? dot (kernel + skip, args->input + first + skip, (guint) (end - skip))
        : 0.0f;
  }
}

/* One frame's scratch memory and sizes. */
typedef struct
{
  guint fft_size;
  guint bins;
  gdouble bin_hz;
  gfloat *wave;
  gfloat *window;
  gfloat *power;
  gdouble *sums;
  VoxComplex *spectrum;
} Frame;

/* Hann window over three periods, energy 1, made free of direct current. */
static void
window_frame (
    const VoxEnvelopeArgs *args, Frame *frame, gint64 center, gdouble f0)
{
  const gint half = (gint) floor (WINDOW_PERIODS / 2.0 * args->rate / f0 + 0.5);
  const guint length = (guint) (2 * half + 1);
  gdouble energy = 0.0, sum = 0.0, window_sum = 0.0;
  gfloat offset;

  memset (frame->wave, 0, frame->fft_size * sizeof (gfloat));
  for (guint i = 0; i < length; i++) {
    const gdouble t = ((gdouble) i - half) * f0 / args->rate;
    const gdouble w = 0.5 + 0.5 * cos (2.0 * G_PI * t / WINDOW_PERIODS);

    frame->window[i] = (gfloat) w;
    energy += w * w;
    window_sum += w;
  }
  for (guint i = 0; i < length; i++) {
    const gint64 at = center - half + i - args->signal_start;

    if (at >= 0 && at < (gint64) args->n_signal)
      frame->wave[i] = args->signal[at] * frame->window[i];
    sum += frame->wave[i];
  }
  offset = (gfloat) (sum / window_sum);
  for (guint i = 0; i < length; i++)
    frame->wave[i] =
        (frame->wave[i] - offset * frame->window[i]) / (gfloat) sqrt (energy);
}

/* Linear interpolation of the power spectrum at a fractional bin. */
static gfloat
power_at (const Frame *frame, gdouble bin)
{
  const guint k = (guint) CLAMP (bin, 0.0, frame->bins - 2.0);
  const gfloat part = (gfloat) (bin - k);

  return frame->power[k] + part * (frame->power[k + 1] - frame->power[k]);
}

/* The window cannot resolve what lies below F0: mirror it there. */
static void
repair_low_end (Frame *frame, gdouble f0)
{
  const gdouble f0_bins = f0 / frame->bin_hz;
  const guint n = MIN ((guint) f0_bins, frame->bins - 2);
  gfloat *mirrored = frame->window;

  for (guint k = 0; k <= n; k++)
    mirrored[k] = power_at (frame, f0_bins - k);
  for (guint k = 0; k <= n; k++)
    frame->power[k] += mirrored[k];
}

/* Integral of the power spectrum, mirrored at both ends, up to a fractional
 * bin; sums[i] is the integral up to bin edge i - 1/2 - margin. */
static gdouble
integral_at (const Frame *frame, guint margin, gdouble bin)
{
  const gdouble at = bin + margin + 0.5;
  const guint k = (guint) at;

  return frame->sums[k] + (at - k) * (frame->sums[k + 1] - frame->sums[k]);
}

/* Moving average over the width of the smoothing. */
static void
smooth_power (Frame *frame, gdouble f0, gfloat floor_power)
{
  const gdouble width = MAX (f0 * SMOOTHING_OF_F0 / frame->bin_hz, 1.0);
  const guint margin = (guint) (width / 2.0) + 2;
  const guint top = frame->bins - 1;

  frame->sums[0] = 0.0;
  for (guint i = 0; i < frame->bins + 2 * margin; i++) {
    const gint k = ABS ((gint) i - (gint) margin);
    const guint mirrored = (guint) k > top ? 2 * top - (guint) k : (guint) k;

    frame->sums[i + 1] = frame->sums[i] + frame->power[mirrored];
  }
  for (guint k = 0; k < frame->bins; k++)
    frame->power[k] = floor_power
        + (gfloat) ((integral_at (frame, margin, k + width / 2.0)
                        - integral_at (frame, margin, k - width / 2.0))
            / width);
}

VOX_SIMD static void
log_power (gfloat *power, guint bins)
{
  for (guint k = 0; k < bins; k++)
    power[k] = logf (MAX (power[k], 1e-30f));
}

/* Liftering: smooths with a sinc of F0 and recovers the peaks' heights. */
static void
lifter (VoxStream *stream, Frame *frame, guint rate, gdouble f0, gfloat *out)
{
  const guint n = frame->fft_size;

  for (guint k = 0; k < frame->bins; k++) {
    frame->spectrum[k].re = frame->power[k];
    frame->spectrum[k].im = 0.0f;
  }
  stream->ops->spectrum.irfft (
      stream, n, frame->wave, n, frame->spectrum, frame->bins, 1);
  for (guint i = 1; i <= n / 2; i++) {
    const gdouble x = G_PI * f0 * i / rate;
    const gdouble gain = sin (x) / x
        * (1.0 - 2.0 * RECOVERY_WEIGHT + 2.0 * RECOVERY_WEIGHT * cos (2.0 * x));

    frame->wave[i] *= (gfloat) gain;
    frame->wave[n - i] = frame->wave[i];
  }
  stream->ops->spectrum.rfft (
      stream, n, frame->spectrum, frame->bins, frame->wave, n, 1);
  for (guint k = 0; k < frame->bins; k++)
    out[k] = frame->spectrum[k].re;
}

static void
cpu_cheaptrick (VoxStream *stream, const VoxEnvelopeArgs *args)
{
  const guint n = args->fft_size, bins = n / 2 + 1;
  Frame frame = { .fft_size = n,
    .bins = bins,
    .bin_hz = (gdouble) args->rate / n,
    .wave = g_new (gfloat, n),
    .window = g_new (gfloat, n),
    .power = g_new (gfloat, bins),
    .sums = g_new (gdouble, 3 * n),
    .spectrum = g_new (VoxComplex, bins) };

  for (guint t = 0; t < args->frames; t++) {
    const gdouble f0 = args->f0_hz[t];

    window_frame (
        args, &frame, args->first_center + (gint64) t * args->hop, f0);
    stream->ops->spectrum.rfft (
        stream, n, frame.spectrum, bins, frame.wave, n, 1);
    for (guint k = 0; k < bins; k++)
      frame.power[k] = frame.spectrum[k].re * frame.spectrum[k].re
          + frame.spectrum[k].im * frame.spectrum[k].im;
    repair_low_end (&frame, f0);
    smooth_power (&frame, f0, args->floor);
    log_power (frame.power, bins);
    lifter (stream, &frame, args->rate, f0, args->log_power + (gsize) t * bins);
  }
  g_free (frame.wave);
  g_free (frame.window);
  g_free (frame.power);
  g_free (frame.sums);
  g_free (frame.spectrum);
}

void
vox_cpu_fill_envelope (VoxEnvelopeOps *ops)
{
  ops->resample = cpu_resample;
  ops->cheaptrick = cpu_cheaptrick;
}
