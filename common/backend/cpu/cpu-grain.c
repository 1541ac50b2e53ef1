/* cpu-grain.c: pitch-synchronous grains on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

static void
fold_to_causal (gfloat *cepstrum, guint n)
{
  for (guint i = 1; i < n / 2; i++)
    cepstrum[i] *= 2.0f;
  memset (cepstrum + n / 2 + 1, 0, (n / 2 - 1) * sizeof (gfloat));
}

VOX_SIMD static void
exp_complex (VoxComplex *out, const VoxComplex *in, guint bins)
{
  for (guint k = 0; k < bins; k++) {
    const gfloat magnitude = expf (in[k].re);

    out[k].re = magnitude * cosf (in[k].im);
    out[k].im = magnitude * sinf (in[k].im);
  }
}

static void
cpu_minimum_phase (VoxStream *stream, VoxComplex *response,
    const gfloat *log_power, guint fft_size, guint n)
{
  const guint bins = fft_size / 2 + 1;
  gfloat *cepstrum = g_new (gfloat, fft_size);
  VoxComplex *spectrum = g_new (VoxComplex, bins);

  for (guint r = 0; r < n; r++) {
    const gfloat *in = log_power + (gsize) r * bins;

    /* Half of the log power is the log magnitude. */
    for (guint k = 0; k < bins; k++)
      spectrum[k] = (VoxComplex){ 0.5f * in[k], 0.0f };
    stream->ops->spectrum.irfft (
        stream, fft_size, cepstrum, fft_size, spectrum, bins, 1);
    fold_to_causal (cepstrum, fft_size);
    stream->ops->spectrum.rfft (
        stream, fft_size, spectrum, bins, cepstrum, fft_size, 1);
    exp_complex (response + (gsize) r * bins, spectrum, bins);
  }
  g_free (cepstrum);
  g_free (spectrum);
}

VOX_SIMD static void
multiply (VoxComplex *spectrum, const VoxComplex *response, guint bins)
{
  for (guint k = 0; k < bins; k++) {
    const VoxComplex x = spectrum[k], h = response[k];

    spectrum[k].re = x.re * h.re - x.im * h.im;
    spectrum[k].im = x.re * h.im + x.im * h.re;
  }
}

static void
cpu_filter (VoxStream *stream, const VoxGrainFilterArgs *args)
{
  const guint n = args->fft_size, bins = n / 2 + 1;
  VoxComplex *spectrum = g_new (VoxComplex, bins);

  for (guint r = 0; r < args->n_grains * args->channels; r++) {
    gfloat *wave = args->grains + (gsize) r * n;
    const gint32 which = args->which[r / args->channels];

    stream->ops->spectrum.rfft (stream, n, spectrum, bins, wave, n, 1);
    multiply (spectrum, args->responses + (gsize) which * bins, bins);
    stream->ops->spectrum.irfft (stream, n, wave, n, spectrum, bins, 1);
  }
  g_free (spectrum);
}

void
vox_cpu_fill_grain (VoxGrainOps *ops)
{
  ops->minimum_phase = cpu_minimum_phase;
  ops->filter = cpu_filter;
}
