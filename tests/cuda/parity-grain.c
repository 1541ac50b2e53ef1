/* parity-grain.c: minimum-phase filters and grains through them. */
#include "parity-signal.h"

static const guint fft_sizes[] = { 8, 64, 1000, 1024, 1536, 4096, 65536 };
static const guint counts[] = { 1, 2, 33, 257 };
static const guint channel_counts[] = { 1, 2, 8 };

/* Values of the largest arrays tried. */
#define MAX_VALUES (1u << 20)

/* Log power of noise, of silence, or of a filter that falls by 130 dB. */
static gfloat *
make_log_power (GRand *rand, guint bins, guint n, guint kind)
{
  gfloat *x = parity_random (rand, (gsize) bins * n);

  for (gsize i = 0; i < (gsize) bins * n; i++) {
    if (kind == 1)
      x[i] = -69.0f;
    else if (kind == 2)
      x[i] += -30.0f * (gfloat) (i % bins) / (gfloat) bins;
  }
  return x;
}

static guint
check_minimum_phase (
    VoxStream *streams[2], GRand *rand, guint fft_size, guint n, guint kind)
{
  const guint bins = fft_size / 2 + 1;
  const gsize values = (gsize) bins * n;
  g_autofree gfloat *in = make_log_power (rand, bins, n, kind);
  g_autoptr (ParityPair) log_power =
      parity_pair_new (streams[0], streams[1], in, values * sizeof (gfloat));
  g_autoptr (ParityPair) out = parity_pair_new (
      streams[0], streams[1], NULL, values * sizeof (VoxComplex));

  for (guint i = 0; i < 2; i++)
    streams[i]->ops->grain.minimum_phase (streams[i], parity_data (out, i),
        parity_data (log_power, i), fft_size, n);
  parity_compare_f32 (out, 1e-4, 0.0, "minimum_phase");
  return 1;
}

static guint
check_filter (VoxStream *streams[2], GRand *rand, guint fft_size,
    guint n_grains, guint channels, ParitySignal kind)
{
  const guint n_responses = MIN (n_grains, 5), bins = fft_size / 2 + 1;
  const gsize values = (gsize) n_grains * channels * fft_size;
  const gsize n_response_values = (gsize) n_responses * bins * 2;
  g_autofree gfloat *in = parity_signal (rand, values, kind, 50.0);
  g_autofree gfloat *responses_in = parity_random (rand, n_response_values);
  g_autofree gint32 *which_in = g_new (gint32, n_grains);
  g_autoptr (ParityPair) grains =
      parity_pair_new (streams[0], streams[1], in, values * sizeof (gfloat));
  g_autoptr (ParityPair) responses = parity_pair_new (streams[0], streams[1],
      responses_in, n_response_values * sizeof (gfloat));
  g_autoptr (ParityPair) which = NULL;

  for (guint g = 0; g < n_grains; g++)
    which_in[g] = g_rand_int_range (rand, 0, (gint32) n_responses);
  which = parity_pair_new (
      streams[0], streams[1], which_in, n_grains * sizeof (gint32));
  for (guint i = 0; i < 2; i++) {
    const VoxGrainFilterArgs args = { .grains = parity_data (grains, i),
      .responses = parity_data (responses, i),
      .which = parity_data (which, i),
      .n_grains = n_grains,
      .channels = channels,
      .fft_size = fft_size };

    streams[i]->ops->grain.filter (streams[i], &args);
  }
  parity_compare_f32 (grains, 1e-5, 0.0, "filter");
  return 1;
}

guint
parity_grain (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint f = 0; f < G_N_ELEMENTS (fft_sizes); f++)
    for (guint n = 0; n < G_N_ELEMENTS (counts); n++) {
      if (fft_sizes[f] * counts[n] > MAX_VALUES)
        continue;
      for (guint kind = 0; kind < 3; kind++)
        cases +=
            check_minimum_phase (streams, rand, fft_sizes[f], counts[n], kind);
      for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++) {
        if (fft_sizes[f] * counts[n] * channel_counts[c] > MAX_VALUES)
          continue;
        for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++)
          cases += check_filter (
              streams, rand, fft_sizes[f], counts[n], channel_counts[c], kind);
      }
    }
  return cases;
}
