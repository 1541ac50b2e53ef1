/* parity-net.c: what small networks need beside products. */
#include "parity-signal.h"

#define VERSIONS 3
#define SEED G_GUINT64_CONSTANT (0xfedcba9876543210)

static const guint row_counts[] = { 1, 3, 257 };
static const guint col_counts[] = { 1, 31, 32, 511 };
static const gsize counts[] = { 1, 255, 256, 257, 100001 };

typedef struct
{
  guint n_rows, n_frames, dims, n_offsets;
  gboolean voiced, perturbed;
  gfloat noise, limit;
} GatherShape;

static const GatherShape gather_shapes[] = {
  { 1, 1, 1, 1, FALSE, FALSE, 0.0f, G_MAXFLOAT },
  { 1, 1, 1, 1, TRUE, TRUE, 0.5f, 0.75f },
  { 7, 50, 25, 5, TRUE, TRUE, 0.3f, 3.0f },
  { 7, 50, 25, 5, TRUE, FALSE, 0.3f, 0.5f },
  { 255, 9, 40, VOX_GATHER_MAX_OFFSETS, FALSE, TRUE, 0.1f, 1.5f },
  { 256, 400, 40, 9, TRUE, TRUE, 0.0f, G_MAXFLOAT },
  { 1025, 400, 3, 1, TRUE, FALSE, 0.0f, 3.0f },
};

/* What gather reads and writes, on both devices. */
typedef struct
{
  ParityPair *features, *voicing, *rows, *weight, *shift, *scale, *output;
} GatherData;

static void
gather_data_clear (GatherData *data)
{
  parity_pair_free (data->features);
  parity_pair_free (data->voicing);
  parity_pair_free (data->rows);
  parity_pair_free (data->weight);
  parity_pair_free (data->shift);
  parity_pair_free (data->scale);
  parity_pair_free (data->output);
}

static ParityPair *
random_pair (
    VoxStream *streams[2], GRand *rand, gsize n, gfloat factor, gfloat offset)
{
  g_autofree gfloat *x = parity_random (rand, n);

  for (gsize i = 0; i < n; i++)
    x[i] = x[i] * factor + offset;
  return parity_pair_new (streams[0], streams[1], x, n * sizeof (gfloat));
}

static ParityPair *
random_rows (VoxStream *streams[2], GRand *rand, const GatherShape *shape)
{
  g_autofree gint32 *rows = g_new (gint32, 2 * (gsize) shape->n_rows);

  for (guint r = 0; r < shape->n_rows; r++) {
    rows[2 * r] = g_rand_int_range (rand, 0, VERSIONS);
    rows[2 * r + 1] = g_rand_int_range (rand, 0, (gint32) shape->n_frames);
  }
  return parity_pair_new (
      streams[0], streams[1], rows, 2 * shape->n_rows * sizeof (gint32));
}

static void
run_gather (
    VoxStream *streams[2], const GatherShape *shape, const GatherData *data)
{
  for (guint i = 0; i < 2; i++) {
    VoxGatherArgs args = { .features = parity_data (data->features, i),
      .voicing = shape->voiced ? parity_data (data->voicing, i) : NULL,
      .rows = parity_data (data->rows, i),
      .weight = parity_data (data->weight, i),
      .shift = shape->perturbed ? parity_data (data->shift, i) : NULL,
      .scale = shape->perturbed ? parity_data (data->scale, i) : NULL,
      .output = parity_data (data->output, i),
      .n_offsets = shape->n_offsets,
      .n_rows = shape->n_rows,
      .n_frames = shape->n_frames,
      .dims = shape->dims,
      .noise = shape->noise,
      .limit = shape->limit,
      .seed = SEED };

    /* Far enough to be clamped at both ends. */
    for (guint c = 0; c < shape->n_offsets; c++)
      args.offsets[c] = ((gint) c - (gint) shape->n_offsets / 2) * 4;
    streams[i]->ops->net.gather (streams[i], &args);
  }
}

/* With @pure_noise nothing but the random numbers, which must agree to the bit.
 */
static guint
check_gather (VoxStream *streams[2], GRand *rand, const GatherShape *shape,
    gboolean pure_noise)
{
  const guint width = shape->dims + (shape->voiced ? 1 : 0);
  const gsize n_features = (gsize) VERSIONS * shape->n_frames * shape->dims;
  const gsize n_rows = shape->n_rows;
  const gfloat keep = pure_noise ? 0.0f : 1.0f;
  GatherData data = {
    .features = random_pair (streams, rand, n_features, keep, 0.0f),
    .voicing = random_pair (streams, rand, shape->n_frames, keep, 0.0f),
    .rows = random_rows (streams, rand, shape),
    .weight = random_pair (streams, rand, shape->dims, keep, 1.0f - keep),
    .shift = random_pair (streams, rand, n_rows * shape->dims, keep, 0.0f),
    .scale =
        random_pair (streams, rand, n_rows * shape->dims, 0.2f * keep, 1.0f),
    .output = parity_pair_new (streams[0], streams[1], NULL,
        n_rows * shape->n_offsets * width * sizeof (gfloat)),
  };

  run_gather (streams, shape, &data);
  if (pure_noise)
    parity_compare_bytes (data.output, "gather: random numbers");
  else
    parity_compare_f32 (data.output, 1e-6, 1.0, "gather");
  gather_data_clear (&data);
  return 1;
}

static guint
check_activate (VoxStream *streams[2], GRand *rand, guint rows, guint cols,
    gboolean relu, gfloat dropout)
{
  const gsize n = (gsize) rows * cols;
  g_autoptr (ParityPair) y = random_pair (streams, rand, n, 1.0f, 0.0f);
  g_autoptr (ParityPair) bias = random_pair (streams, rand, cols, 1.0f, 0.0f);
  g_autoptr (ParityPair) gradient = random_pair (streams, rand, n, 1.0f, 0.0f);

  for (guint i = 0; i < 2; i++) {
    streams[i]->ops->net.activate (streams[i], parity_data (y, i),
        parity_data (bias, i), rows, cols, relu, dropout, SEED + rows);
    streams[i]->ops->net.activate_backward (streams[i],
        parity_data (gradient, i), parity_data (y, i), n,
        1.0f / (1.0f - dropout));
  }
  parity_compare_f32 (y, 1e-6, 1.0, "activate");
  parity_compare_f32 (gradient, 1e-6, 1.0, "activate_backward");
  return 2;
}

static guint
check_difference (VoxStream *streams[2], GRand *rand, guint rows, guint cols)
{
  const gsize n = (gsize) rows * cols;
  g_autoptr (ParityPair) a = random_pair (streams, rand, n, 1.0f, 0.0f);
  g_autoptr (ParityPair) b = random_pair (streams, rand, n, 1.0f, 0.0f);
  g_autoptr (ParityPair) weight = random_pair (streams, rand, cols, 1.0f, 0.0f);
  g_autoptr (ParityPair) out = random_pair (streams, rand, n, 0.0f, 0.0f);

  for (guint i = 0; i < 2; i++)
    streams[i]->ops->net.difference (streams[i], parity_data (out, i),
        parity_data (a, i), parity_data (b, i), parity_data (weight, i), rows,
        cols);
  parity_compare_f32 (out, 1e-6, 1.0, "difference");
  return 1;
}

static guint
check_adam (VoxStream *streams[2], GRand *rand, gsize n, ParitySignal kind)
{
  g_autofree gfloat *slopes = parity_signal (rand, n, kind, 50.0);
  g_autoptr (ParityPair) gradient =
      parity_pair_new (streams[0], streams[1], slopes, n * sizeof (gfloat));
  g_autoptr (ParityPair) weight = random_pair (streams, rand, n, 1.0f, 0.0f);
  g_autoptr (ParityPair) mean = random_pair (streams, rand, n, 0.0f, 0.0f);
  g_autoptr (ParityPair) variance = random_pair (streams, rand, n, 0.0f, 0.0f);

  for (guint i = 0; i < 2; i++) {
    const VoxAdamArgs args = { .weight = parity_data (weight, i),
      .gradient = parity_data (gradient, i),
      .mean = parity_data (mean, i),
      .variance = parity_data (variance, i),
      .n = n,
      .rate = 1e-3f,
      .beta1 = 0.9f,
      .beta2 = 0.999f,
      .epsilon = 1e-8f };

    for (guint step = 0; step < 5; step++)
      streams[i]->ops->net.adam (streams[i], &args);
  }
  parity_compare_f32 (weight, 1e-6, 1.0, "adam: weights");
  parity_compare_f32 (mean, 1e-6, 1.0, "adam: means");
  parity_compare_f32 (variance, 1e-6, 1.0, "adam: variances");
  return 1;
}

guint
parity_net (VoxStream *cpu, VoxStream *cuda)
{
  static const gfloat dropouts[] = { 0.0f, 0.1f, 0.5f };
  static const GatherShape noise_shape = { 300, 20, 25, 3, FALSE, TRUE, 1.0f,
    G_MAXFLOAT };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = check_gather (streams, rand, &noise_shape, TRUE);

  for (guint s = 0; s < G_N_ELEMENTS (gather_shapes); s++)
    cases += check_gather (streams, rand, &gather_shapes[s], FALSE);
  for (guint r = 0; r < G_N_ELEMENTS (row_counts); r++)
    for (guint c = 0; c < G_N_ELEMENTS (col_counts); c++) {
      for (guint d = 0; d < 2 * G_N_ELEMENTS (dropouts); d++)
        cases += check_activate (streams, rand, row_counts[r], col_counts[c],
            d % 2 == 0, dropouts[d / 2]);
      cases += check_difference (streams, rand, row_counts[r], col_counts[c]);
    }
  for (guint n = 0; n < G_N_ELEMENTS (counts); n++)
    for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++)
      cases += check_adam (streams, rand, counts[n], kind);
  return cases;
}
