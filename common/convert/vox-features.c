/* vox-features.c: from voice frames to what the network and the mixtures see. */
#include "convert/vox-features.h"

#include <math.h>
#include <stdlib.h>

/* Nothing below this level counts as sound, dB of full-scale white noise. */
#define SILENCE_DB (-80.0f)
/* Features beyond this many deviations are clipped. */
#define FEATURE_LIMIT 4.0f
#define LEVEL_PERCENTILE 0.95

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  const gfloat x = *(const gfloat *) a, y = *(const gfloat *) b;

  return x < y ? -1 : x > y;
}

gfloat
vox_features_level (const VoxVoiceFrame *frames, guint n)
{
  g_autofree gfloat *levels = g_new (gfloat, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    levels[i] = frames[i].level_db;
  qsort (levels, n, sizeof (gfloat), compare_floats);
  if (n == 0)
    return SILENCE_DB;
  return MAX (
      levels[(guint) (LEVEL_PERCENTILE * (n - 1))] - VOX_ACTIVE_RANGE_DB,
      SILENCE_DB);
}

VoxFrameKind
vox_features_kind (const VoxVoiceFrame *frame, gfloat level_db)
{
  if (frame->level_db <= level_db)
    return VOX_FRAME_SILENT;
  return frame->f0_hz > 0.0f ? VOX_FRAME_VOICED : VOX_FRAME_UNVOICED;
}

gfloat *
vox_features_cepstra (VoxStream *stream, const VoxVoiceFrame *frames, guint n,
    const gfloat *cosines, guint dims, GError **error)
{
  g_autofree gfloat *spectra = g_new (gfloat, (gsize) n * VOX_MEL_POINTS);
  g_autofree gfloat *cepstra = g_new (gfloat, (gsize) n * dims);
  g_autoptr (VoxMatrix) input = NULL;
  g_autoptr (VoxMatrix) table = NULL;
  g_autoptr (VoxMatrix) output = NULL;

  for (guint i = 0; i < n; i++)
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      spectra[(gsize) i * VOX_MEL_POINTS + m] = frames[i].spectrum[m];
  input = vox_matrix_new (stream, n, VOX_MEL_POINTS, spectra, error);
  if (input == NULL)
    return NULL;
  table = vox_matrix_new (stream, dims, VOX_MEL_POINTS, cosines, error);
  if (table == NULL)
    return NULL;
  output = vox_matrix_new (stream, n, dims, NULL, error);
  if (output == NULL)
    return NULL;
  vox_matrix_multiply (output, input, table, TRUE, n);
  if (!vox_matrix_download (output, 0, n, cepstra, error))
    return NULL;
  return g_steal_pointer (&cepstra);
}

void
vox_features_statistics (const gfloat *values, guint n, guint dims,
    const gint8 *kinds, VoxFrameKind least, gfloat *mean, gfloat *deviation)
{
  g_autofree gdouble *sums = g_new0 (gdouble, 2 * dims);
  guint count = 0;

  for (guint i = 0; i < n; i++) {
    if (kinds[i] < (gint8) least)
      continue;
    count++;
    for (guint d = 0; d < dims; d++) {
      const gdouble x = (gdouble) values[(gsize) i * dims + d];

      sums[d] += x;
      sums[dims + d] += x * x;
    }
  }
  for (guint d = 0; d < dims; d++) {
    const gdouble m = sums[d] / MAX (count, 1);

    mean[d] = (gfloat) m;
    deviation[d] = (gfloat) MAX (
        sqrt (MAX (sums[dims + d] / MAX (count, 1) - m * m, 0.0)), 1e-3);
  }
}

void
vox_features_normalise (const gfloat *values, guint stride, guint n, guint dims,
    const gfloat *mean, const gfloat *deviation, gfloat *out)
{
  for (guint i = 0; i < n; i++)
    for (guint d = 0; d < dims; d++)
      out[(gsize) i * dims + d] =
          (values[(gsize) i * stride + d] - mean[d]) / deviation[d];
}

void
vox_features_gather (VoxGatherArgs *args)
{
  static const gint offsets[VOX_NET_CONTEXT] = { -12, -8, -4, -2, 0, 2, 4, 8,
    12 };

  for (guint i = 0; i < VOX_NET_CONTEXT; i++)
    args->offsets[i] = offsets[i];
  args->n_offsets = VOX_NET_CONTEXT;
  args->dims = VOX_NET_FEATURES;
  args->limit = FEATURE_LIMIT;
}

void
vox_features_weights (gfloat *weights)
{
  for (guint d = 0; d < VOX_NET_FEATURES; d++)
    weights[d] =
        d <= 8 ? 1.0f : 1.0f - 0.6f * (gfloat) (d - 8) / (VOX_NET_FEATURES - 9);
  weights[0] = 0.6f;
}
