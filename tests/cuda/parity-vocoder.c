/* parity-vocoder.c: the frames of the phase vocoder. */
#include "parity.h"

#define MAX_CHANNELS 5
#define BLOCKS_OF_FRAMES 6

typedef enum
{
  TONES,
  NOISE,
  SILENCE,
  DENORMAL,
  KINDS
} Kind;

/* Partials with clear peaks, apart from each other; channels differ in phase
 * and level. */
static void
add_tones (gfloat *x, gsize n, guint channel, guint fft_size)
{
  for (guint partial = 0; partial < 7; partial++) {
    const gdouble turn =
        2.0 * G_PI * (0.0137 + 0.0613 * partial) * (1.0 + 1e-3 * partial);
    const gdouble level = (1.0 + 0.1 * channel) / (1.0 + partial);

    if (turn * fft_size < 2.0 * G_PI)
      continue;
    for (gsize i = 0; i < n; i++)
      x[i] += (gfloat) (level
          * cos (turn * (gdouble) i + 0.7 * channel + 1.3 * partial));
  }
}

static gfloat *
make_signal (GRand *rand, Kind kind, gsize n, guint channels, guint fft_size)
{
  static const gfloat noise_levels[KINDS] = { 0.0f, 1.0f, 0.0f, 1e-40f };
  gfloat *x = parity_random (rand, n * channels);

  for (gsize i = 0; i < n * channels; i++)
    x[i] *= noise_levels[kind];
  for (guint c = 0; kind == TONES && c < channels; c++)
    add_tones (x + c * n, n, c, fft_size);
  return x;
}

/* Gives the device what the CPU has: both then see the same peaks. */
static void
share (ParityPair *pair)
{
  g_autofree gpointer data = parity_fetch (pair, 0);
  VoxStream *stream = pair->streams[1];
  g_autoptr (GError) error = NULL;

  stream->ops->memory.copy (stream, parity_data (pair, 1), data, pair->bytes);
  if (!vox_stream_finish (stream, &error))
    g_error ("%s", error->message);
}

/* ---- power and overlap-add ---- */

static guint
check_power (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint bins,
    guint channels, Kind kind)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gsize stride = bins + 3, n = channels * stride;
  g_autofree gfloat *x = make_signal (rand, kind, 2 * n, 1, 64);
  g_autoptr (ParityPair) spectra =
      parity_pair_new (cpu, cuda, x, n * sizeof (VoxComplex));
  g_autoptr (ParityPair) powers =
      parity_pair_new (cpu, cuda, NULL, (bins + 5) * sizeof (gfloat));
  g_autofree gfloat *a = NULL, *b = NULL;

  for (guint i = 0; i < 2; i++)
    streams[i]->ops->vocoder.power (streams[i], parity_data (powers, i),
        parity_data (spectra, i), stride, channels, bins);
  a = parity_fetch (powers, 0);
  b = parity_fetch (powers, 1);
  for (guint k = 0; k < bins + 5; k++)
    if (!(fabsf (a[k] - b[k]) <= 1e-6f * a[k] + 1e-44f))
      g_error ("power: bin %u of %u is %.9g on the CPU, %.9g on the device", k,
          bins, (gdouble) a[k], (gdouble) b[k]);
  return 1;
}

/* Weights around the least that a sum of windows must have, and nothing. */
static gfloat *
make_weights (GRand *rand, gsize n)
{
  gfloat *weights = parity_random (rand, n);

  for (gsize i = 0; i < n; i++) {
    weights[i] = 1.01f + weights[i];
    if (i % 5 == 3)
      weights[i] = i % 2 == 0 ? 0.0f : VOX_VOCODER_MIN_WEIGHT;
  }
  return weights;
}

static guint
check_planes (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint frames,
    guint channels, Kind kind)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gsize stride = frames + 3, n = channels * stride;
  g_autofree gfloat *x = make_signal (rand, kind, n, 1, 64);
  g_autofree gfloat *weight = make_weights (rand, frames);
  g_autoptr (ParityPair) planes =
      parity_pair_new (cpu, cuda, x, n * sizeof (gfloat));
  g_autoptr (ParityPair) weights =
      parity_pair_new (cpu, cuda, weight, frames * sizeof (gfloat));

  for (guint i = 0; i < 2; i++)
    streams[i]->ops->vocoder.scale (streams[i], parity_data (planes, i), stride,
        parity_data (weights, i), channels, frames);
  parity_compare_f32 (planes, 1e-7, 0.0, "scale");
  for (guint i = 0; i < 2; i++)
    streams[i]->ops->vocoder.normalize (streams[i], parity_data (planes, i),
        stride, parity_data (weights, i), channels, frames);
  parity_compare_f32 (planes, 1e-6, 0.0, "normalize");
  for (guint i = 0; i < 2; i++)
    streams[i]->ops->vocoder.accumulate (
        streams[i], parity_data (planes, i), parity_data (weights, i), frames);
  parity_compare_f32 (planes, 1e-6, 0.0, "accumulate");
  return 3;
}

/* ---- attacks ---- */

static gdouble
difference_power (const gfloat *x, gsize stride, guint channels, gsize frame)
{
  gdouble power = 0.0;

  for (guint c = 0; c < channels; c++) {
    const gdouble d =
        (gdouble) x[c * stride + frame + 1] - (gdouble) x[c * stride + frame];

    power += d * d;
  }
  return power;
}

static guint
check_onset (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint frames,
    guint channels, Kind kind)
{
  VoxStream *streams[2] = { cpu, cuda };
  const gsize stride = frames + 3;
  g_autofree gfloat *x = make_signal (rand, kind, stride, channels, 64);
  g_autofree VoxOnsetLevel *a = NULL, *b = NULL;
  g_autoptr (ParityPair) planes =
      parity_pair_new (cpu, cuda, x, channels * stride * sizeof (gfloat));
  g_autoptr (ParityPair) results =
      parity_pair_new (cpu, cuda, NULL, sizeof (VoxOnsetLevel));

  for (guint i = 0; i < 2; i++)
    streams[i]->ops->vocoder.onset (streams[i], parity_data (results, i),
        (gfloat *) parity_data (planes, i) + 1, stride, channels, frames);
  a = parity_fetch (results, 0);
  b = parity_fetch (results, 1);
  if (!(fabsf (a->power - b->power) <= 1e-5f * a->power))
    g_error ("onset: %.9g on the CPU, %.9g on the device", (gdouble) a->power,
        (gdouble) b->power);
  if (a->peak != b->peak) {
    const gdouble p = difference_power (x, stride, channels, a->peak);

    if (b->peak >= frames
        || difference_power (x, stride, channels, b->peak) < p * (1.0 - 1e-5))
      g_error ("onset: the peak is at %u on the CPU, %u on the device", a->peak,
          b->peak);
  }
  return 1;
}

/* ---- envelope ---- */

static gfloat *
cosine_basis (guint order, guint bands)
{
  gfloat *basis = g_new (gfloat, (gsize) order * bands);

  for (guint q = 0; q < order; q++)
    for (guint b = 0; b < bands; b++)
      basis[(gsize) q * bands + b] =
          (gfloat) (sqrt ((q == 0 ? 1.0 : 2.0) / bands)
              * cos (G_PI * q * (b + 0.5) / bands));
  return basis;
}

/* Leaves the envelope of @powers in the result. */
static ParityPair *
make_envelope (ParityPair *powers, guint bands, guint order, guint iterations)
{
  VoxStream **streams = powers->streams;
  g_autofree gfloat *basis = cosine_basis (order, bands);
  g_autoptr (ParityPair) bases = parity_pair_new (
      streams[0], streams[1], basis, (gsize) order * bands * sizeof (gfloat));
  ParityPair *envelopes =
      parity_pair_new (streams[0], streams[1], NULL, bands * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxVocoderEnvelopeArgs args = {
      .power = parity_data (powers, i),
      .bins = (guint) (powers->bytes / sizeof (gfloat)),
      .basis = parity_data (bases, i),
      .envelope = parity_data (envelopes, i),
      .bands = bands,
      .order = order,
      .iterations = iterations,
    };

    streams[i]->ops->vocoder.envelope (streams[i], &args);
  }
  parity_compare_f32 (envelopes, 1e-3, 1.0, "envelope");
  return envelopes;
}

static guint
check_envelopes (VoxStream *cpu, VoxStream *cuda, GRand *rand, Kind kind)
{
  static const guint shapes[][4] = { /* bins, bands, order, iterations */
    { 1, 1, 1, 1 }, { 5, 5, 3, 4 }, { 129, 129, 64, 12 }, { 513, 512, 512, 3 },
    { 4097, 512, 80, 16 }, { 32769, 512, 33, 0 }, { 1000, 77, 1, 8 }
  };
  guint cases = 0;

  for (; cases < G_N_ELEMENTS (shapes); cases++) {
    const guint *shape = shapes[cases];
    g_autofree gfloat *power = make_signal (rand, kind, shape[0], 1, 64);
    g_autoptr (ParityPair) powers = NULL, envelopes = NULL;

    for (guint k = 0; k < shape[0]; k++)
      power[k] *= power[k];
    powers = parity_pair_new (cpu, cuda, power, shape[0] * sizeof (gfloat));
    envelopes = make_envelope (powers, shape[1], shape[2], shape[3]);
  }
  return cases;
}

/* ---- shift ---- */

/* Falls with d^-6, as the contract says. */
static ParityPair *
make_leakage (VoxStream *cpu, VoxStream *cuda)
{
  gfloat leakage[VOX_VOCODER_LEAKAGE];

  for (guint d = 0; d < VOX_VOCODER_LEAKAGE; d++)
    leakage[d] = d < 2 ? 1.0f : (gfloat) (3.0 * pow (d, -6.0));
  return parity_pair_new (cpu, cuda, leakage, sizeof (leakage));
}

typedef struct
{
  guint fft_size;
  guint channels;
  guint analysis_hop;
  guint synthesis_hop;
  gfloat pass; /* parts of the number of bins */
  gfloat stop;
  gfloat ratio; /* of the envelope; 0 for none */
} Shape;

static const Shape shapes[] = {
  { 8, 1, 2, 3, 0.5f, 1.0f, 0.0f },
  { 16, 2, 4, 4, -0.5f, 0.6f, 0.7f },
  { 64, 1, 16, 11, 0.4f, 0.5f, 1.3f },
  { 1000, 3, 250, 333, 2.0f, 3.0f, 0.0f },
  { 1024, 1, 256, 256, 0.7f, 0.8f, 1.5f },
  { 4096, 2, 512, 700, 0.6f, 0.75f, 0.5f },
  { 4096, MAX_CHANNELS, 700, 512, 0.8f, 0.9f, 0.0f },
  { 65536, 2, 9000, 12000, 0.3f, 0.9f, 1.1f },
};

/* Windowed frames of @signals, one at each analysis hop, from the CPU. */
static ParityPair *
make_frame (ParityPair *signals, gsize signal_stride, const gfloat *window,
    const Shape *shape, guint frame)
{
  VoxStream **streams = signals->streams;
  const guint bins = shape->fft_size / 2 + 1;
  g_autoptr (ParityPair) windows = parity_pair_new (
      streams[0], streams[1], window, shape->fft_size * sizeof (gfloat));
  ParityPair *spectra = parity_pair_new (streams[0], streams[1], NULL,
      (gsize) shape->channels * bins * sizeof (VoxComplex));
  const VoxStftArgs args = {
    .signal = (gfloat *) parity_data (signals, 0)
        + (gsize) frame * shape->analysis_hop,
    .signal_stride = signal_stride,
    .spectrum = parity_data (spectra, 0),
    .spectrum_stride = bins,
    .window = parity_data (windows, 0),
    .window_length = shape->fft_size,
    .fft_size = shape->fft_size,
    .hop = 1,
    .channels = shape->channels,
    .frames = 1,
  };

  streams[0]->ops->spectrum.stft (streams[0], &args);
  share (spectra);
  return spectra;
}

static void
turn_frame (const Shape *shape, ParityPair *spectra, ParityPair *previous,
    ParityPair *rotations, ParityPair *leakages)
{
  VoxStream **streams = spectra->streams;
  const guint bins = shape->fft_size / 2 + 1;
  const guint bands = MIN (bins, 128);
  g_autoptr (ParityPair) powers =
      parity_pair_new (streams[0], streams[1], NULL, bins * sizeof (gfloat));
  g_autoptr (ParityPair) peaks =
      parity_pair_new (streams[0], streams[1], NULL, bins * sizeof (guint32));
  g_autoptr (ParityPair) factors = parity_pair_new (
      streams[0], streams[1], NULL, bins * sizeof (VoxComplex));
  g_autoptr (ParityPair) outputs =
      parity_pair_new (streams[0], streams[1], NULL, spectra->bytes);
  g_autoptr (ParityPair) envelopes = NULL;

  streams[0]->ops->vocoder.power (streams[0], parity_data (powers, 0),
      parity_data (spectra, 0), bins, shape->channels, bins);
  share (powers);
  if (shape->ratio > 0.0f) {
    envelopes = make_envelope (powers, bands, bands / 2, 6);
    share (envelopes);
  }
  for (guint i = 0; i < 2; i++) {
    const VoxVocoderArgs args = {
      .spectrum = parity_data (spectra, i),
      .previous = previous != NULL ? parity_data (previous, i) : NULL,
      .output = parity_data (outputs, i),
      .stride = bins,
      .power = parity_data (powers, i),
      .rotation = parity_data (rotations, i),
      .leakage = parity_data (leakages, i),
      .peaks = parity_data (peaks, i),
      .factor = parity_data (factors, i),
      .channels = shape->channels,
      .fft_size = shape->fft_size,
      .analysis_hop = shape->analysis_hop,
      .synthesis_hop = shape->synthesis_hop,
      .restart = previous == NULL,
      .pass_bin = shape->pass * (gfloat) bins,
      .stop_bin = shape->stop * (gfloat) bins,
      .envelope = envelopes != NULL ? parity_data (envelopes, i) : NULL,
      .bands = bands,
      .envelope_ratio = shape->ratio,
    };

    streams[i]->ops->vocoder.shift (streams[i], &args);
  }
  parity_compare_f32 (rotations, 1e-4, 1.0, "shift: rotation");
  parity_compare_f32 (outputs, 1e-4, 0.0, "shift: output");
}

/* Successive frames that hand on their rotations; one starts anew on the way.
 */
static guint
check_shift (
    VoxStream *cpu, VoxStream *cuda, GRand *rand, const Shape *shape, Kind kind)
{
  const guint size = shape->fft_size, bins = size / 2 + 1;
  const gsize n = size + BLOCKS_OF_FRAMES * (gsize) shape->analysis_hop;
  g_autofree gfloat *x = make_signal (rand, kind, n, shape->channels, size);
  g_autofree gfloat *window = g_new (gfloat, size);
  g_autoptr (ParityPair) leakages = make_leakage (cpu, cuda);
  g_autoptr (ParityPair) signals =
      parity_pair_new (cpu, cuda, x, shape->channels * n * sizeof (gfloat));
  g_autoptr (ParityPair) rotations =
      parity_pair_new (cpu, cuda, NULL, bins * sizeof (VoxComplex));
  g_autoptr (ParityPair) previous = NULL;

  for (guint i = 0; i < size; i++)
    window[i] = (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * i / size));
  for (guint frame = 0; frame < BLOCKS_OF_FRAMES; frame++) {
    g_autoptr (ParityPair) spectra =
        make_frame (signals, n, window, shape, frame);

    turn_frame (
        shape, spectra, frame % 4 == 0 ? NULL : previous, rotations, leakages);
    g_clear_pointer (&previous, parity_pair_free);
    previous = g_steal_pointer (&spectra);
  }
  return BLOCKS_OF_FRAMES;
}

guint
parity_vocoder (VoxStream *cpu, VoxStream *cuda)
{
  static const guint frames[] = { 1, 2, 31, 256, 513, 4097 };
  static const guint channels[] = { 1, 2, MAX_CHANNELS };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint cases = 0;

  for (Kind kind = TONES; kind < KINDS; kind++) {
    for (guint c = 0; c < 18; c++) {
      const guint n = frames[c % 6], count = channels[c / 6];

      cases += check_power (cpu, cuda, rand, n, count, kind);
      cases += check_planes (cpu, cuda, rand, n, count, kind);
      cases += check_onset (cpu, cuda, rand, n, count, kind);
    }
    cases += check_envelopes (cpu, cuda, rand, kind);
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
      cases += check_shift (cpu, cuda, rand, &shapes[s], kind);
  }
  return cases;
}
