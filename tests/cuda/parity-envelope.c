/* parity-envelope.c: resampling and spectral envelopes. */
#include "parity-signal.h"

typedef struct
{
  guint rate, output_rate, taps, phases;
} Conversion;

static const Conversion conversions[] = { { 16000, 16000, 24, 320 },
  { 8000, 16000, 24, 320 }, { 44100, 16000, 68, 320 }, { 48000, 16000, 72, 1 },
  { 192000, 16000, 288, 320 }, { 16000, 22051, 2, 7 } };

/* Where the input lies: samples 100 to 100 + n. Outputs start before, in and
 * behind it. */
static const gsize input_counts[] = { 0, 1, 33, 9000 };
static const guint output_counts[] = { 1, 7, 8, 9, 1025 };
static const gint64 output_starts[] = { 0, 60, 123456789 };

static guint
check_resample (VoxStream *streams[2], GRand *rand, const Conversion *c,
    gsize n_input, gint64 output_start, guint n_output, ParitySignal kind)
{
  const gsize n_kernel = (gsize) c->phases * c->taps;
  g_autofree gfloat *in = parity_signal (rand, n_input, kind, 50.0);
  g_autofree gfloat *weights = parity_random (rand, n_kernel);
  g_autoptr (ParityPair) input =
      parity_pair_new (streams[0], streams[1], in, n_input * sizeof (gfloat));
  g_autoptr (ParityPair) kernel = parity_pair_new (
      streams[0], streams[1], weights, n_kernel * sizeof (gfloat));
  g_autoptr (ParityPair) out = parity_pair_new (
      streams[0], streams[1], NULL, n_output * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxResampleArgs args = { .input = parity_data (input, i),
      .input_start = output_start > 60
          ? output_start * c->rate / c->output_rate - 100
          : 100,
      .n_input = n_input,
      .output = parity_data (out, i),
      .output_start = output_start,
      .n_output = n_output,
      .rate = c->rate,
      .output_rate = c->output_rate,
      .kernel = parity_data (kernel, i),
      .phases = c->phases,
      .taps = c->taps };

    streams[i]->ops->envelope.resample (streams[i], &args);
  }
  /* Against the filter's weight, as a lone output may be the difference of
   * large terms. */
  parity_compare_f32 (
      out, 1e-5, kind == PARITY_DENORMAL ? 1e-30 : 1.0, "resample");
  return 1;
}

typedef struct
{
  guint fft_size, rate, hop, frames;
} Shape;

static const Shape shapes[] = { { 64, 8000, 1, 1 }, { 512, 16000, 80, 3 },
  { 1024, 16000, 80, 64 }, { 1000, 16000, 80, 5 }, { 1536, 22050, 256, 2 },
  { 2048, 48000, 480, 300 }, { 65536, 48000, 4800, 1 } };

static guint
check_cheaptrick (VoxStream *streams[2], GRand *rand, const Shape *shape,
    ParitySignal kind, gfloat floor)
{
  const guint bins = shape->fft_size / 2 + 1, rate = shape->rate;
  const gsize n = (gsize) shape->frames * shape->hop + shape->fft_size;
  const gdouble lowest = 3.0 * rate / (shape->fft_size - 4.0);
  const gdouble highest = MAX (1.01 * lowest, 0.3 * rate);
  g_autofree gfloat *f0 = g_new (gfloat, shape->frames);
  g_autofree gfloat *in = parity_signal (rand, n, kind, 0.2 * shape->fft_size);
  g_autoptr (ParityPair) signal =
      parity_pair_new (streams[0], streams[1], in, n * sizeof (gfloat));
  g_autoptr (ParityPair) out = parity_pair_new (streams[0], streams[1], NULL,
      (gsize) shape->frames * bins * sizeof (gfloat));
  g_autoptr (ParityPair) f0_hz = NULL;

  for (guint t = 0; t < shape->frames; t++) {
    const gdouble part = shape->frames > 1 ? g_rand_double (rand) : 0.2;

    f0[t] = (gfloat) (1.0001 * lowest * pow (highest / lowest, part * part));
  }
  f0_hz = parity_pair_new (
      streams[0], streams[1], f0, shape->frames * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    /* The first frames reach before the signal, the last behind it. */
    const VoxEnvelopeArgs args = { .signal = parity_data (signal, i),
      .signal_start = -7,
      .n_signal = n - shape->fft_size / 2,
      .first_center = shape->hop - (gint64) shape->hop / 3,
      .hop = shape->hop,
      .f0_hz = parity_data (f0_hz, i),
      .log_power = parity_data (out, i),
      .floor = floor,
      .fft_size = shape->fft_size,
      .rate = rate,
      .frames = shape->frames };

    streams[i]->ops->envelope.cheaptrick (streams[i], &args);
  }
  parity_compare_f32 (out, 1e-3, 1.0, "cheaptrick");
  return 1;
}

guint
parity_envelope (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
    for (guint c = 0; c < G_N_ELEMENTS (conversions); c++)
      for (guint n = 0; n < G_N_ELEMENTS (input_counts); n++)
        for (guint m = 0; m < G_N_ELEMENTS (output_counts); m++)
          for (guint s = 0; s < G_N_ELEMENTS (output_starts); s++)
            cases += check_resample (streams, rand, &conversions[c],
                input_counts[n], output_starts[s], output_counts[m], kind);
    /* Without its mean a constant leaves only the rounding errors of the
     * transform, which are not to be compared. */
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
      cases += check_cheaptrick (streams, rand, &shapes[s], kind,
          kind == PARITY_CONSTANT ? 1e-6f : 1e-12f);
  }
  cases += check_cheaptrick (streams, rand, &shapes[1], PARITY_SILENCE, 0.0f);
  cases += check_cheaptrick (streams, rand, &shapes[2], PARITY_DENORMAL, 0.0f);
  return cases;
}
