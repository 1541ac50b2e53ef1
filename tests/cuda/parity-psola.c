/* parity-psola.c: cutting grains out and adding them up. */
#include "parity-signal.h"

/* Values that interpolation reads on each side at the highest rate, 4. */
#define REACH (4 * VOX_PSOLA_KERNEL_HALF + 4)

static const gfloat rates[] = { 1.0f, 0.25f, 0.7f, 1.3f, 2.0f, 3.0f, 4.0f };
static const guint grain_counts[] = { 1, 2, 33, 64 };
static const guint row_lengths[] = { 1, 2, 257, 3000 };
static const guint channel_counts[] = { 1, 2, 8 };

static gfloat *
make_kernel (void)
{
  gfloat *kernel = g_new (gfloat, VOX_PSOLA_KERNEL_SIZE);

  for (guint i = 0; i < VOX_PSOLA_KERNEL_SIZE; i++) {
    const gdouble x = G_PI * i / VOX_PSOLA_KERNEL_STEPS;
    const gdouble sinc = i == 0 ? 1.0 : sin (x) / x;

    kernel[i] =
        (gfloat) (sinc * (0.5 + 0.5 * cos (x / (VOX_PSOLA_KERNEL_HALF + 0.1))));
  }
  return kernel;
}

/* Windows that start before, in and end behind the row; the source is moved
 * back by what the window leaves out, often to a negative index. */
static void
make_grains (GRand *rand, VoxPsolaGrain *grains, guint n, guint row_length)
{
  for (guint g = 0; g < n; g++) {
    VoxPsolaGrain *grain = &grains[g];
    gdouble skipped;

    grain->rate = rates[g_rand_int_range (rand, 0, G_N_ELEMENTS (rates))];
    grain->centre = (gfloat) g_rand_double_range (rand, 0.0, row_length);
    grain->left = (gfloat) g_rand_double_range (rand, 0.1, row_length + 0.2);
    grain->right = (gfloat) g_rand_double_range (rand, 0.1, row_length + 0.2);
    grain->gain = (gfloat) g_rand_double_range (rand, -1.5, 1.5);
    grain->source_fraction =
        g % 3 == 0 ? 0.0f : (gfloat) g_rand_double_range (rand, 0.0, 1.0);
    skipped = MAX (0.0, ceil (grain->centre - grain->left)) * grain->rate;
    grain->source =
        REACH + g_rand_int_range (rand, 0, 100) - (gint32) floor (skipped);
    /* Some grains on one place, some apart. */
    grain->destination = g % 5 == 4
        ? grains[g - 1].destination
        : g_rand_int_range (rand, 0, 3 * (gint32) row_length + 1);
  }
}

/* What both operations work on, on both devices. */
typedef struct
{
  ParityPair *grains, *cut, *rows, *planes, *kernel;
  guint n_grains, channels, row_length;
  gsize plane_stride;
} Data;

static void
make_data (Data *data, VoxStream *streams[2], GRand *rand, ParitySignal kind)
{
  const gsize n_planes = data->channels * data->plane_stride;
  const gsize n_rows =
      (gsize) data->n_grains * data->channels * data->row_length;
  g_autofree VoxPsolaGrain *grains = g_new0 (VoxPsolaGrain, data->n_grains);
  g_autofree gfloat *rows = parity_signal (rand, n_rows, kind, 50.0);
  g_autofree gfloat *planes = parity_signal (rand, n_planes, kind, 50.0);
  g_autofree gfloat *kernel = make_kernel ();

  make_grains (rand, grains, data->n_grains, data->row_length);
  data->grains = parity_pair_new (
      streams[0], streams[1], grains, data->n_grains * sizeof (VoxPsolaGrain));
  data->rows =
      parity_pair_new (streams[0], streams[1], rows, n_rows * sizeof (gfloat));
  data->cut =
      parity_pair_new (streams[0], streams[1], rows, n_rows * sizeof (gfloat));
  data->planes = parity_pair_new (
      streams[0], streams[1], planes, n_planes * sizeof (gfloat));
  data->kernel = parity_pair_new (
      streams[0], streams[1], kernel, VOX_PSOLA_KERNEL_SIZE * sizeof (gfloat));
}

static void
clear_data (Data *data)
{
  parity_pair_free (data->grains);
  parity_pair_free (data->cut);
  parity_pair_free (data->rows);
  parity_pair_free (data->planes);
  parity_pair_free (data->kernel);
}

/* @n_grains of those there are; sums of grains agree to the bit, as both add
 * them in their order. */
static guint
check (VoxStream *streams[2], GRand *rand, Data shape, guint n_grains,
    ParitySignal kind)
{
  Data data = shape;

  make_data (&data, streams, rand, kind);
  for (guint i = 0; i < 2; i++) {
    VoxPsolaArgs args = { .grains = parity_data (data.grains, i),
      .n_grains = n_grains,
      .rows = parity_data (data.cut, i),
      .row_length = data.row_length,
      .planes = parity_data (data.planes, i),
      .plane_stride = data.plane_stride,
      .channels = data.channels,
      .kernel = parity_data (data.kernel, i) };

    streams[i]->ops->psola.extract (streams[i], &args);
    args.rows = parity_data (data.rows, i);
    streams[i]->ops->psola.add (streams[i], &args);
  }
  parity_compare_f32 (data.cut, 1e-5, 1.0, "extract");
  parity_compare_bytes (data.planes, "add");
  clear_data (&data);
  return 2;
}

/* Rows under windows at random places, copied at distances from below a sample
 * apart to beyond the window. */
static guint
check_level (VoxStream *streams[2], GRand *rand, guint n_grains,
    guint row_length, guint channels)
{
  const gsize n = (gsize) n_grains * channels * row_length;
  g_autofree gfloat *rows = parity_random (rand, n);
  g_autofree gfloat *factors =
      parity_random (rand, (gsize) n_grains * channels);
  g_autofree VoxPsolaSpacing *spacing = g_new (VoxPsolaSpacing, n_grains);
  g_autoptr (ParityPair) data =
      parity_pair_new (streams[0], streams[1], rows, n * sizeof (gfloat));
  g_autoptr (ParityPair) by = parity_pair_new (streams[0], streams[1], factors,
      (gsize) n_grains * channels * sizeof (gfloat));
  g_autoptr (ParityPair) energies = parity_pair_new (
      streams[0], streams[1], NULL, 2 * n_grains * sizeof (gfloat));
  g_autoptr (ParityPair) places = NULL;

  for (guint g = 0; g < n_grains; g++) {
    const guint first = (guint) g_rand_int_range (rand, 0, (gint) row_length);

    spacing[g].first = first;
    spacing[g].length =
        (guint) g_rand_int_range (rand, 1, (gint) (row_length - first) + 1);
    spacing[g].before = (gfloat) g_rand_double_range (rand, 1.0, row_length);
    spacing[g].after =
        (gfloat) g_rand_double_range (rand, 1.0, 1.5 * row_length);
  }
  places = parity_pair_new (
      streams[0], streams[1], spacing, n_grains * sizeof (VoxPsolaSpacing));
  for (guint i = 0; i < 2; i++) {
    const VoxPsolaTrainArgs args = { .rows = parity_data (data, i),
      .spacing = parity_data (places, i),
      .n_grains = n_grains,
      .channels = channels,
      .row_length = row_length,
      .energies = parity_data (energies, i) };

    streams[i]->ops->psola.train (streams[i], &args);
    streams[i]->ops->psola.scale (streams[i], parity_data (data, i),
        parity_data (by, i), n_grains * channels, row_length);
  }
  /* Of noise between -1 and 1, R (0) is a third of the entries. */
  parity_compare_f32 (energies, 1e-4, channels * row_length / 3.0, "train");
  parity_compare_bytes (data, "scale");
  return 2;
}

guint
parity_psola (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint g = 0; g < G_N_ELEMENTS (grain_counts); g++)
    for (guint r = 0; r < G_N_ELEMENTS (row_lengths); r++)
      for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++)
        for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
          const Data shape = { .n_grains = grain_counts[g],
            .channels = channel_counts[c],
            .row_length = row_lengths[r],
            .plane_stride = 4 * row_lengths[r] + 2 * REACH + 107 };

          cases += check (streams, rand, shape, grain_counts[g], kind);
        }
  for (guint g = 0; g < G_N_ELEMENTS (grain_counts); g++)
    for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++) {
      cases +=
          check_level (streams, rand, grain_counts[g], 1, channel_counts[c]);
      cases +=
          check_level (streams, rand, grain_counts[g], 2047, channel_counts[c]);
    }
  /* Nothing to do must leave everything as it is. */
  cases += check (streams, rand,
      (Data){
          .n_grains = 1, .channels = 1, .row_length = 10, .plane_stride = 500 },
      0, PARITY_NOISE);
  return cases;
}
