/* parity-separate.c: median masks, ratio masks and differences. */
#include "parity-signal.h"

#define TOLERANCE 1e-5

/* A window of G_MAXINT64 frames has no end yet. */
#define OPEN G_MAXINT64

typedef struct
{
  guint bins, used_bins, channels, frames;
  gint64 first, last, frame;
  guint past, future, width, second_width;
  gboolean percussive, has_gain;
} HpssShape;

static const HpssShape hpss_shapes[] = {
  { 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, FALSE, FALSE },
  { 5, 5, 1, 3, 0, OPEN, 0, 1, 1, 127, 0, FALSE, FALSE },
  { 64, 64, 1, 1, 0, OPEN, 7, 8, 8, 17, 0, TRUE, FALSE },
  { 65, 64, 2, 4, 0, OPEN, 0, 7, 7, 15, 31, FALSE, TRUE },
  { 129, 100, 3, 5, 2, 9, 0, 3, 3, 5, 0, FALSE, FALSE }, /* around an edge */
  { 129, 0, 2, 2, 0, 9, 3, 3, 3, 5, 3, FALSE, FALSE },
  { 513, 513, 2, 9, 0, 12, 5, 20, 6, 33, 9, FALSE, TRUE }, /* around the end */
  { 513, 400, 1, 3, 0, 3, 1, 63, 63, 127, 65, TRUE, TRUE },
  { 1025, 1000, 2, 40, 10, OPEN, 40, 16, 16, 63, 0, TRUE, TRUE },
  { 2049, 2049, 2, 8, 0, OPEN, 1000, 63, 63, 127, 127, FALSE, FALSE },
  { 4097, 3000, 8, 2, 0, OPEN, 200, 100, 26, 41, 11, FALSE, TRUE },
};

static gdouble
largest (const gfloat *x, gsize n)
{
  gdouble peak = 1e-30;

  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, (gdouble) fabsf (x[i]));
  return peak;
}

/* Values of the magnitude ring in few steps, so that windows hold equal ones. */
static void
make_magnitudes (gfloat *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    x[i] = i % 3 == 0 ? roundf (8.0f * fabsf (x[i])) / 8.0f : fabsf (x[i]);
}

static guint
check_hpss (VoxStream *streams[2], GRand *rand, const HpssShape *shape,
    ParitySignal kind)
{
  const guint bins = shape->bins, slots = shape->frames + shape->future + 2;
  const guint magnitude_slots = slots + shape->past;
  const gsize spectrum_stride = (gsize) slots * bins + 3;
  const gsize masked_stride = (gsize) shape->frames * bins + 5;
  const gsize n_spectrum = 2 * shape->channels * spectrum_stride;
  const gsize n_magnitude = (gsize) magnitude_slots * bins;
  const gsize n_masked = 2 * shape->channels * masked_stride;
  g_autofree gfloat *x = parity_signal (rand, n_spectrum, kind, 50.0);
  g_autofree gfloat *y = parity_signal (rand, n_magnitude, kind, 50.0);
  g_autofree gfloat *z = parity_random (rand, n_masked);
  g_autofree gfloat *g = parity_random (rand, bins);
  const gdouble scale = largest (x, n_spectrum);
  g_autoptr (ParityPair) spectrum =
      parity_pair_new (streams[0], streams[1], x, n_spectrum * sizeof (gfloat));
  g_autoptr (ParityPair) masked =
      parity_pair_new (streams[0], streams[1], z, n_masked * sizeof (gfloat));
  g_autoptr (ParityPair) gain =
      parity_pair_new (streams[0], streams[1], g, bins * sizeof (gfloat));
  g_autoptr (ParityPair) magnitude = NULL;

  make_magnitudes (y, n_magnitude);
  magnitude = parity_pair_new (
      streams[0], streams[1], y, n_magnitude * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    const VoxHpssArgs args = { .spectrum = parity_data (spectrum, i),
      .spectrum_stride = spectrum_stride,
      .spectrum_slots = slots,
      .magnitude = parity_data (magnitude, i),
      .magnitude_slots = magnitude_slots,
      .masked = parity_data (masked, i),
      .masked_stride = masked_stride,
      .gain = shape->has_gain ? parity_data (gain, i) : NULL,
      .bins = bins,
      .used_bins = shape->used_bins,
      .channels = shape->channels,
      .frame = shape->frame,
      .frames = shape->frames,
      .first = shape->first,
      .last = shape->last,
      .past = shape->past,
      .future = shape->future,
      .width = shape->width,
      .second_width = shape->second_width,
      .percussive = shape->percussive };

    streams[i]->ops->separate.hpss (streams[i], &args);
  }
  parity_compare_f32 (masked, TOLERANCE, scale, "hpss");
  parity_compare_bytes (magnitude, "magnitudes that hpss reads");
  /* After it, because medians are of any values, magnitudes of no such. */
  for (guint i = 0; i < 2; i++) {
    const VoxHpssArgs args = { .spectrum = parity_data (spectrum, i),
      .spectrum_stride = spectrum_stride,
      .spectrum_slots = slots,
      .magnitude = parity_data (magnitude, i),
      .magnitude_slots = magnitude_slots,
      .bins = bins,
      .channels = shape->channels,
      .frame = shape->frame,
      .frames = shape->frames };

    streams[i]->ops->separate.magnitude (streams[i], &args);
  }
  parity_compare_f32 (magnitude, TOLERANCE, scale, "magnitude");
  return 2;
}

typedef struct
{
  guint bins, first_bin, channels, frames;
} RatioShape;

static const RatioShape ratio_shapes[] = {
  { 1, 0, 1, 1 },
  { 5, 5, 2, 3 },
  { 5, 9, 2, 2 },
  { 64, 1, 1, 4 },
  { 257, 3, 3, 1 },
  { 1025, 10, 2, 30 },
  { 2049, 0, 8, 5 },
};

/* Two blocks of frames, so that averages go from one to the next. */
static guint
check_ratio (VoxStream *streams[2], GRand *rand, const RatioShape *shape,
    ParitySignal kind, gboolean is_spatial)
{
  const gsize stride = (gsize) shape->frames * shape->bins + 3;
  const gsize n = 2 * shape->channels * stride;
  const gsize n_state = VOX_SPATIAL_ROWS * (gsize) shape->bins;
  g_autoptr (ParityPair) state =
      parity_pair_new (streams[0], streams[1], NULL, n_state * sizeof (gfloat));

  for (guint block = 0; block < 2; block++) {
    g_autofree gfloat *x = parity_signal (rand, n, kind, 50.0);
    g_autofree gfloat *y = parity_random (rand, n);
    const gdouble scale = largest (x, n);
    g_autoptr (ParityPair) mix =
        parity_pair_new (streams[0], streams[1], x, n * sizeof (gfloat));
    g_autoptr (ParityPair) estimate = NULL;

    for (gsize i = 0; i < n; i++)
      y[i] *= 1.5f * x[i];
    estimate = parity_pair_new (streams[0], streams[1], y, n * sizeof (gfloat));
    for (guint i = 0; i < 2; i++) {
      const VoxRatioMaskArgs args = { .mix = parity_data (mix, i),
        .estimate = parity_data (estimate, i),
        .stride = stride,
        .channels = shape->channels,
        .frames = shape->frames,
        .bins = shape->bins,
        .first_bin = shape->first_bin,
        .spatial = is_spatial ? parity_data (state, i) : NULL,
        .source_decay = 0.97f,
        .rest_decay = 0.9f };

      streams[i]->ops->separate.ratio_mask (streams[i], &args);
    }
    parity_compare_f32 (mix, TOLERANCE, scale, "ratio_mask");
    parity_compare_bytes (estimate, "estimate that ratio_mask reads");
  }
  parity_compare_f32 (state, TOLERANCE, 0.0, "averages of ratio_mask");
  return 2;
}

/* Into a third place, and over each of the two. */
static guint
check_subtract (VoxStream *streams[2], GRand *rand, guint channels, gsize n)
{
  const gsize a_stride = n + 1, b_stride = n + 4, stride = n + 2;

  for (guint over = 0; over < 3; over++) {
    g_autofree gfloat *x = parity_random (rand, channels * a_stride);
    g_autofree gfloat *y = parity_random (rand, channels * b_stride);
    g_autoptr (ParityPair) a = parity_pair_new (
        streams[0], streams[1], x, channels * a_stride * sizeof (gfloat));
    g_autoptr (ParityPair) b = parity_pair_new (
        streams[0], streams[1], y, channels * b_stride * sizeof (gfloat));
    g_autoptr (ParityPair) other = parity_pair_new (
        streams[0], streams[1], NULL, channels * stride * sizeof (gfloat));
    ParityPair *dst[] = { other, a, b };
    const gsize dst_stride[] = { stride, a_stride, b_stride };

    for (guint i = 0; i < 2; i++)
      streams[i]->ops->separate.subtract (streams[i],
          parity_data (dst[over], i), dst_stride[over], parity_data (a, i),
          a_stride, parity_data (b, i), b_stride, channels, n);
    parity_compare_bytes (other, "subtract");
    parity_compare_bytes (a, "subtract over a");
    parity_compare_bytes (b, "subtract over b");
  }
  return 3;
}

guint
parity_separate (VoxStream *cpu, VoxStream *cuda)
{
  static const gsize lengths[] = { 0, 1, 31, 256, 48001 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint s = 0; s < G_N_ELEMENTS (hpss_shapes); s++)
    for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++)
      cases += check_hpss (streams, rand, &hpss_shapes[s], kind);
  for (guint s = 0; s < G_N_ELEMENTS (ratio_shapes); s++)
    for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
      RatioShape shape = ratio_shapes[s];

      cases += check_ratio (streams, rand, &shape, kind, FALSE);
      shape.channels = 2;
      if (shape.bins >= 4)
        cases += check_ratio (streams, rand, &shape, kind, TRUE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint channels = 1; channels <= 3; channels++)
      cases += check_subtract (streams, rand, channels, lengths[i]);
  return cases;
}
