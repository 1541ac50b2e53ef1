/* parity-spectrum.c: Fourier transforms, one at a time and of frames. */
#include "parity-signal.h"

#define TOLERANCE 1e-5

/* Powers of two, products of small and of large primes, halves that are odd. */
static const guint fft_sizes[] = { 8, 10, 14, 96, 254, 262, 1000, 1022, 1024,
  2048, 6000, 8198, 65536 };
/* 9 and 37 are rounded up by the device. */
static const guint batches[] = { 1, 2, 3, 9, 37 };

static guint
check_rows (VoxStream *streams[2], GRand *rand, guint n, guint batch,
    guint padding, ParitySignal kind)
{
  const guint bins = n / 2 + 1;
  const gsize real_stride = n + padding, bins_stride = bins + padding;
  const gsize n_real = batch * real_stride, n_bins = 2 * batch * bins_stride;
  g_autofree gfloat *x = parity_signal (rand, n_real, kind, 50.0);
  g_autofree gfloat *y = parity_signal (rand, n_bins, kind, 50.0);
  g_autoptr (ParityPair) real =
      parity_pair_new (streams[0], streams[1], x, n_real * sizeof (gfloat));
  g_autoptr (ParityPair) spectrum =
      parity_pair_new (streams[0], streams[1], NULL, n_bins * sizeof (gfloat));
  g_autoptr (ParityPair) any_bins =
      parity_pair_new (streams[0], streams[1], y, n_bins * sizeof (gfloat));
  g_autoptr (ParityPair) inverse =
      parity_pair_new (streams[0], streams[1], NULL, n_real * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxSpectrumOps *ops = &streams[i]->ops->spectrum;

    ops->rfft (streams[i], n, parity_data (spectrum, i), bins_stride,
        parity_data (real, i), real_stride, batch);
    /* Any bins, so that those at both ends have imaginary parts. */
    ops->irfft (streams[i], n, parity_data (inverse, i), real_stride,
        parity_data (any_bins, i), bins_stride, batch);
  }
  parity_compare_f32 (spectrum, TOLERANCE, 0.0, "rfft");
  parity_compare_f32 (inverse, TOLERANCE, 0.0, "irfft");
  /* Inputs stay as they are. */
  parity_compare_bytes (real, "input of rfft");
  parity_compare_bytes (any_bins, "input of irfft");
  return 2;
}

typedef struct
{
  guint fft_size;
  guint window_length;
  guint hop;
  guint channels;
  guint frames;
  guint padding; /* values behind each channel */
} Shape;

static const Shape shapes[] = {
  { 8, 8, 2, 1, 1, 0 }, { 8, 1, 1, 1, 3, 1 }, { 16, 16, 16, 2, 5, 3 },
  { 512, 512, 128, 1, 1, 0 }, { 512, 400, 160, 2, 40, 7 },
  { 1000, 777, 61, 3, 9, 1 }, { 1022, 1022, 511, 1, 17, 0 },
  { 1024, 256, 300, 2, 6, 5 }, /* gaps between frames */
  { 2048, 2048, 512, 8, 33, 2 }, { 4096, 4096, 1024, 2, 100, 0 },
  { 4096, 4095, 1, 1, 50, 0 },
  { 65536, 65536, 1001, 3, 50, 1 }, /* more than one batch, within channels */
};

static guint
check_frames (
    VoxStream *streams[2], GRand *rand, const Shape *shape, ParitySignal kind)
{
  const gsize bins = shape->fft_size / 2 + 1;
  const gsize signal_stride = (gsize) (shape->frames - 1) * shape->hop
      + shape->window_length + shape->padding;
  const gsize spectrum_stride = shape->frames * bins + shape->padding;
  const gsize n_signal = shape->channels * signal_stride;
  const gsize n_spectrum = 2 * shape->channels * spectrum_stride;
  g_autofree gfloat *x = parity_signal (rand, n_signal, kind, 50.0);
  g_autofree gfloat *y = parity_signal (rand, n_spectrum, kind, 50.0);
  g_autofree gfloat *w = parity_random (rand, shape->window_length);
  g_autofree gfloat *old = parity_random (rand, n_signal);
  g_autoptr (ParityPair) signal =
      parity_pair_new (streams[0], streams[1], x, n_signal * sizeof (gfloat));
  g_autoptr (ParityPair) spectrum = parity_pair_new (
      streams[0], streams[1], NULL, n_spectrum * sizeof (gfloat));
  g_autoptr (ParityPair) any_bins =
      parity_pair_new (streams[0], streams[1], y, n_spectrum * sizeof (gfloat));
  g_autoptr (ParityPair) window = parity_pair_new (
      streams[0], streams[1], w, shape->window_length * sizeof (gfloat));
  g_autoptr (ParityPair) synthesis = NULL;

  /* What is there already, no louder than what is added. */
  for (gsize i = 0; i < n_signal; i++)
    old[i] *= 1e-2f;
  synthesis =
      parity_pair_new (streams[0], streams[1], old, n_signal * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    VoxStftArgs args = { .signal = parity_data (signal, i),
      .synthesis = parity_data (synthesis, i),
      .signal_stride = signal_stride,
      .spectrum = parity_data (spectrum, i),
      .spectrum_stride = spectrum_stride,
      .window = parity_data (window, i),
      .window_length = shape->window_length,
      .fft_size = shape->fft_size,
      .hop = shape->hop,
      .channels = shape->channels,
      .frames = shape->frames };

    streams[i]->ops->spectrum.stft (streams[i], &args);
    args.spectrum = parity_data (any_bins, i);
    streams[i]->ops->spectrum.istft_add (streams[i], &args);
  }
  parity_compare_f32 (spectrum, TOLERANCE, 0.0, "stft");
  parity_compare_f32 (synthesis, TOLERANCE, 0.0, "istft_add");
  parity_compare_bytes (any_bins, "input of istft_add");
  return 2;
}

/* Frames added twice must give the same bits. */
static guint
check_runs_agree (VoxStream *cuda, GRand *rand)
{
  const guint n = 2048, hop = 100, frames = 60, bins = n / 2 + 1;
  const gsize length = (frames - 1) * hop + n;
  g_autofree gfloat *y = parity_random (rand, 2 * frames * bins);
  g_autofree gfloat *w = parity_random (rand, n);
  g_autoptr (ParityPair) spectrum =
      parity_pair_new (cuda, cuda, y, 2 * frames * bins * sizeof (gfloat));
  g_autoptr (ParityPair) window =
      parity_pair_new (cuda, cuda, w, n * sizeof (gfloat));
  g_autoptr (ParityPair) synthesis =
      parity_pair_new (cuda, cuda, NULL, length * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxStftArgs args = { .synthesis = parity_data (synthesis, i),
      .signal_stride = length,
      .spectrum = parity_data (spectrum, i),
      .spectrum_stride = frames * bins,
      .window = parity_data (window, i),
      .window_length = n,
      .fft_size = n,
      .hop = hop,
      .channels = 1,
      .frames = frames };

    cuda->ops->spectrum.istft_add (cuda, &args);
  }
  parity_compare_bytes (synthesis, "istft_add, twice");
  return 1;
}

/* Nothing to do must leave everything as it is. */
static guint
check_nothing (VoxStream *streams[2], GRand *rand)
{
  g_autofree gfloat *x = parity_random (rand, 64);
  g_autoptr (ParityPair) data =
      parity_pair_new (streams[0], streams[1], x, 64 * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxSpectrumOps *ops = &streams[i]->ops->spectrum;
    gfloat *at = parity_data (data, i);
    const VoxStftArgs args = { .signal = at,
      .synthesis = at,
      .spectrum = (VoxComplex *) at,
      .window = at,
      .window_length = 8,
      .fft_size = 8,
      .hop = 2,
      .channels = 1 };

    ops->rfft (streams[i], 8, (VoxComplex *) at, 5, at + 32, 8, 0);
    ops->irfft (streams[i], 8, at, 8, (VoxComplex *) at, 5, 0);
    ops->stft (streams[i], &args);
    ops->istft_add (streams[i], &args);
  }
  parity_compare_bytes (data, "transforms of nothing");
  return 4;
}

guint
parity_spectrum (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint s = 0; s < G_N_ELEMENTS (fft_sizes); s++)
    for (guint b = 0; b < G_N_ELEMENTS (batches); b++)
      cases += check_rows (
          streams, rand, fft_sizes[s], batches[b], 3 * (b % 2), PARITY_NOISE);
  /* More rows than one batch of the device takes. */
  cases += check_rows (streams, rand, 8, 40000, 1, PARITY_NOISE);
  for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
    cases += check_frames (streams, rand, &shapes[s], PARITY_NOISE);
  for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
    cases += check_rows (streams, rand, 2048, 3, 1, kind);
    cases += check_frames (streams, rand, &shapes[4], kind);
  }
  cases += check_runs_agree (cuda, rand);
  cases += check_nothing (streams, rand);
  return cases;
}
