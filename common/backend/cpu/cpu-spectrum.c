/* cpu-spectrum.c: the Fourier family on the CPU, on KISS FFT. */
#include "backend/cpu/cpu-backend.h"

#include <kiss_fftr.h>
#include <string.h>

G_STATIC_ASSERT (sizeof (kiss_fft_cpx) == sizeof (VoxComplex));
G_STATIC_ASSERT (sizeof (kiss_fft_scalar) == sizeof (gfloat));

typedef struct
{
  kiss_fftr_cfg forward;
  kiss_fftr_cfg inverse;
  gfloat *real;
  VoxComplex *bins;
} VoxCpuFft;

void
vox_cpu_fft_plan_free (gpointer plan)
{
  VoxCpuFft *fft = plan;

  kiss_fftr_free (fft->forward);
  kiss_fftr_free (fft->inverse);
  g_free (fft->real);
  g_free (fft->bins);
  g_free (fft);
}

static VoxCpuFft *
get_plan (VoxStream *base, guint fft_size)
{
  VoxCpuStream *stream = (VoxCpuStream *) base;
  VoxCpuFft *fft;

  fft = g_hash_table_lookup (stream->fft_plans, GUINT_TO_POINTER (fft_size));
  if (fft != NULL)
    return fft;
  fft = g_new0 (VoxCpuFft, 1);
  fft->forward = kiss_fftr_alloc ((gint) fft_size, 0, NULL, NULL);
  fft->inverse = kiss_fftr_alloc ((gint) fft_size, 1, NULL, NULL);
  fft->real = g_new0 (gfloat, fft_size);
  fft->bins = g_new0 (VoxComplex, fft_size / 2 + 1);
  g_hash_table_insert (stream->fft_plans, GUINT_TO_POINTER (fft_size), fft);
  return fft;
}

static void
inverse (VoxCpuFft *fft, guint fft_size, gfloat *real, const VoxComplex *bins)
{
  const gfloat scale = 1.0f / (gfloat) fft_size;

  for (guint k = 0; k <= fft_size / 2; k++) {
    fft->bins[k].re = bins[k].re * scale;
    fft->bins[k].im = bins[k].im * scale;
  }
  fft->bins[0].im = fft->bins[fft_size / 2].im = 0.0f;
  kiss_fftri (fft->inverse, (const kiss_fft_cpx *) fft->bins, real);
}

static void
cpu_rfft (VoxStream *stream, guint fft_size, VoxComplex *bins,
    gsize bins_stride, const gfloat *real, gsize real_stride, guint batch)
{
  VoxCpuFft *fft = get_plan (stream, fft_size);

  for (guint r = 0; r < batch; r++)
    kiss_fftr (fft->forward, real + r * real_stride,
        (kiss_fft_cpx *) (bins + r * bins_stride));
}

static void
cpu_irfft (VoxStream *stream, guint fft_size, gfloat *real, gsize real_stride,
    const VoxComplex *bins, gsize bins_stride, guint batch)
{
  VoxCpuFft *fft = get_plan (stream, fft_size);

  for (guint r = 0; r < batch; r++)
    inverse (fft, fft_size, real + r * real_stride, bins + r * bins_stride);
}

static void
cpu_stft (VoxStream *stream, const VoxStftArgs *args)
{
  VoxCpuFft *fft = get_plan (stream, args->fft_size);
  const guint bins = args->fft_size / 2 + 1;

  memset (fft->real, 0, args->fft_size * sizeof (gfloat));
  for (guint c = 0; c < args->channels; c++) {
    for (guint t = 0; t < args->frames; t++) {
      const gfloat *in =
          args->signal + c * args->signal_stride + (gsize) t * args->hop;
      VoxComplex *out =
          args->spectrum + c * args->spectrum_stride + (gsize) t * bins;

      for (guint i = 0; i < args->window_length; i++)
        fft->real[i] = in[i] * args->window[i];
      kiss_fftr (fft->forward, fft->real, (kiss_fft_cpx *) out);
    }
  }
}

static void
cpu_istft_add (VoxStream *stream, const VoxStftArgs *args)
{
  VoxCpuFft *fft = get_plan (stream, args->fft_size);
  const guint bins = args->fft_size / 2 + 1;

  for (guint c = 0; c < args->channels; c++) {
    for (guint t = 0; t < args->frames; t++) {
      gfloat *out =
          args->synthesis + c * args->signal_stride + (gsize) t * args->hop;

      inverse (fft, args->fft_size, fft->real,
          args->spectrum + c * args->spectrum_stride + (gsize) t * bins);
      for (guint i = 0; i < args->window_length; i++)
        out[i] += fft->real[i] * args->window[i];
    }
  }
}

void
vox_cpu_fill_spectrum (VoxSpectrumOps *ops)
{
  ops->rfft = cpu_rfft;
  ops->irfft = cpu_irfft;
  ops->stft = cpu_stft;
  ops->istft_add = cpu_istft_add;
}
