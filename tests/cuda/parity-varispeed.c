/* parity-varispeed.c: reading at a changing speed, and mixing. */
#include "parity.h"

#define TAPS VOX_VARISPEED_TAPS

static const guint frame_counts[] = { 1, 2, 31, 512, 100003 };
static const guint channel_counts[] = { 1, 2, 5 };

/* What a signal can be: noise, nothing, or numbers too small to be normal. */
static const gfloat levels[] = { 1.0f, 0.0f, 1e-40f };

static gfloat *
make_signal (GRand *rand, gsize n, gfloat level)
{
  gfloat *x = parity_random (rand, n);

  for (gsize i = 0; i < n; i++)
    x[i] *= level;
  return x;
}

/* A windowed sinc: the last row is the first one moved by a sample, so that a
 * position just below a whole number reads what one just above does. */
static gfloat *
make_kernel (void)
{
  gfloat *kernel = g_new (gfloat, VOX_VARISPEED_TABLE);

  for (guint q = 0; q <= VOX_VARISPEED_PHASES; q++) {
    for (guint j = 0; j < TAPS; j++) {
      const gdouble d =
          j - (TAPS / 2 - 1.0) - (gdouble) q / VOX_VARISPEED_PHASES;
      const gdouble sinc = d == 0.0 ? 1.0 : sin (G_PI * d) / (G_PI * d);

      kernel[(gsize) q * TAPS + j] =
          (gfloat) (sinc * (0.5 + 0.5 * cos (2.0 * G_PI * d / TAPS)));
    }
  }
  return kernel;
}

/* Speeds: the step at first, and what the last one is of it. */
static void
check_read (ParityPair *kernels, GRand *rand, guint channels, guint n_frames,
    gdouble position, gdouble step, gdouble change, gfloat level)
{
  VoxStream **streams = kernels->streams;
  const gdouble slope = step * (change - 1.0) / n_frames;
  const gdouble end = position + n_frames * step * MAX (change, 1.0);
  const gsize source_stride = (gsize) end + TAPS / 2 + 2;
  const gsize target_stride = n_frames + 3;
  const gsize n_source = channels * source_stride;
  const gsize n_target = channels * target_stride;
  g_autofree gfloat *source = make_signal (rand, n_source, level);
  g_autofree gfloat *target = make_signal (rand, n_target, level);
  g_autoptr (ParityPair) sources = parity_pair_new (
      streams[0], streams[1], source, n_source * sizeof (gfloat));
  g_autoptr (ParityPair) targets = parity_pair_new (
      streams[0], streams[1], target, n_target * sizeof (gfloat));

  for (guint i = 0; i < 2; i++) {
    const VoxVarispeedArgs args = {
      .source = parity_data (sources, i),
      .source_stride = source_stride,
      .target = parity_data (targets, i),
      .target_stride = target_stride,
      .kernel = parity_data (kernels, i),
      .channels = channels,
      .n_frames = n_frames,
      .position = position,
      .step = step,
      .slope = slope,
    };

    streams[i]->ops->varispeed.read (streams[i], &args);
  }
  /* At least the step between numbers too small to be normal. */
  parity_compare_f32 (targets, 1e-5, MAX ((gdouble) level, 1e-39), "read");
}

static guint
check_reads (ParityPair *kernels, GRand *rand, guint channels, guint n_frames,
    gfloat level)
{
  static const gdouble positions[] = { TAPS / 2 - 1.0, 40.25, 1000.9999999 };
  static const gdouble speeds[][2] = { { 1.0, 1.0 }, { 0.5, 1.3 },
    { 0.9717, 1.0 }, { 2.0, 0.6 }, { 1.0, 1.0001 } };
  guint cases = 0;

  for (guint p = 0; p < G_N_ELEMENTS (positions); p++)
    for (guint s = 0; s < G_N_ELEMENTS (speeds); s++, cases++)
      check_read (kernels, rand, channels, n_frames, positions[p], speeds[s][0],
          speeds[s][1], level);
  return cases;
}

static guint
check_blend (VoxStream *cpu, VoxStream *cuda, GRand *rand, guint channels,
    guint n_frames, gfloat level)
{
  static const gfloat shares[][2] = { { 0.0f, 1.0f }, { 1.0f, 0.0f },
    { 0.25f, 0.25f }, { 1.0f, 1.0f } };
  VoxStream *streams[2] = { cpu, cuda };
  const gsize target_stride = n_frames + 3, other_stride = n_frames + 1;
  const gsize n_target = channels * target_stride;
  const gsize n_other = channels * other_stride;
  guint cases = 0;

  for (guint s = 0; s < G_N_ELEMENTS (shares); s++, cases++) {
    g_autofree gfloat *target = make_signal (rand, n_target, level);
    g_autofree gfloat *other = make_signal (rand, n_other, 1.0f);
    g_autoptr (ParityPair) targets =
        parity_pair_new (cpu, cuda, target, n_target * sizeof (gfloat));
    g_autoptr (ParityPair) others =
        parity_pair_new (cpu, cuda, other, n_other * sizeof (gfloat));

    for (guint i = 0; i < 2; i++) {
      const VoxBlendArgs args = {
        .target = parity_data (targets, i),
        .target_stride = target_stride,
        .other = parity_data (others, i),
        .other_stride = other_stride,
        .channels = channels,
        .n_frames = n_frames,
        .from = shares[s][0],
        .to = shares[s][1],
      };

      streams[i]->ops->varispeed.blend (streams[i], &args);
    }
    parity_compare_f32 (targets, 1e-6, 1.0, "blend");
  }
  return cases;
}

guint
parity_varispeed (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  g_autofree gfloat *kernel = make_kernel ();
  g_autoptr (ParityPair) kernels = parity_pair_new (
      cpu, cuda, kernel, VOX_VARISPEED_TABLE * sizeof (gfloat));
  guint cases = 0;

  for (guint f = 0; f < G_N_ELEMENTS (frame_counts); f++) {
    for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++) {
      const gfloat level = levels[(f + c) % G_N_ELEMENTS (levels)];
      const guint frames = frame_counts[f], channels = channel_counts[c];

      cases += check_reads (kernels, rand, channels, frames, level);
      cases += check_blend (cpu, cuda, rand, channels, frames, level);
    }
  }
  return cases;
}
