/* cpu-spectrum.c: the Fourier family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <string.h>
#include "backend/cpu/cpu-fft.h"

/* A transform, and room for one frame of it. */
typedef struct
{
  VoxCpuFft *fft;
  gfloat *real;
} Plan;

void
vox_cpu_fft_plan_free (gpointer data)
{
  Plan *plan = data;

  vox_cpu_fft_free (plan->fft);
  g_free (plan->real);
  g_free (plan);
}

static Plan *
get_plan (VoxStream *base, guint fft_size)
{
  VoxCpuStream *stream = (VoxCpuStream *) base;
  Plan *plan;

  plan = g_hash_table_lookup (stream->fft_plans, GUINT_TO_POINTER (fft_size));
  if (plan != NULL)
    return plan;
  plan = g_new0 (Plan, 1);
  plan->fft = vox_cpu_fft_new (fft_size);
  plan->real = g_new0 (gfloat, fft_size);
  g_hash_table_insert (stream->fft_plans, GUINT_TO_POINTER (fft_size), plan);
  return plan;
}

VOX_SIMD static void
apply_window (
    gfloat *restrict out, const gfloat *in, const gfloat *window, guint n)
{
  for (guint i = 0; i < n; i++)
    out[i] = in[i] * window[i];
}

VOX_SIMD static void
add_windowed (
    gfloat *restrict out, const gfloat *in, const gfloat *window, guint n)
{
  for (guint i = 0; i < n; i++)
    out[i] += in[i] * window[i];
}

static void
cpu_rfft (VoxStream *stream, guint fft_size, VoxComplex *bins,
    gsize bins_stride, const gfloat *real, gsize real_stride, guint batch)
{
  const Plan *plan = get_plan (stream, fft_size);

  for (guint r = 0; r < batch; r++)
    vox_cpu_fft_forward (
        plan->fft, bins + r * bins_stride, real + r * real_stride);
}

static void
cpu_irfft (VoxStream *stream, guint fft_size, gfloat *real, gsize real_stride,
    const VoxComplex *bins, gsize bins_stride, guint batch)
{
  const Plan *plan = get_plan (stream, fft_size);

  for (guint r = 0; r < batch; r++)
    vox_cpu_fft_inverse (
        plan->fft, real + r * real_stride, bins + r * bins_stride);
}

static void
cpu_stft (VoxStream *stream, const VoxStftArgs *args)
{
  const Plan *plan = get_plan (stream, args->fft_size);
  const guint bins = args->fft_size / 2 + 1;

  memset (plan->real, 0, args->fft_size * sizeof (gfloat));
  for (guint c = 0; c < args->channels; c++) {
    for (guint t = 0; t < args->frames; t++) {
      const gfloat *in =
          args->signal + c * args->signal_stride + (gsize) t * args->hop;
      VoxComplex *out =
          args->spectrum + c * args->spectrum_stride + (gsize) t * bins;

      apply_window (plan->real, in, args->window, args->window_length);
      vox_cpu_fft_forward (plan->fft, out, plan->real);
    }
  }
}

static void
cpu_istft_add (VoxStream *stream, const VoxStftArgs *args)
{
  const Plan *plan = get_plan (stream, args->fft_size);
  const guint bins = args->fft_size / 2 + 1;

  for (guint c = 0; c < args->channels; c++) {
    for (guint t = 0; t < args->frames; t++) {
      gfloat *out =
          args->synthesis + c * args->signal_stride + (gsize) t * args->hop;

      vox_cpu_fft_inverse (plan->fft, plan->real,
          args->spectrum + c * args->spectrum_stride + (gsize) t * bins);
      add_windowed (out, plan->real, args->window, args->window_length);
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
