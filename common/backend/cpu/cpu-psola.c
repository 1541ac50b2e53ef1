/* cpu-psola.c: grains on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

#define HALF VOX_PSOLA_KERNEL_HALF

/* Longest kernel: one side at the highest rate, 4. */
#define MAX_TAPS (2 * HALF * 4 + 2)

static inline gfloat
kernel_at (const gfloat *kernel, gfloat distance)
{
  const gfloat place = distance * VOX_PSOLA_KERNEL_STEPS;
  const guint whole = (guint) place;
  const gfloat part = place - (gfloat) whole;

  return kernel[whole] + part * (kernel[whole + 1] - kernel[whole]);
}

/* Weights of the samples from floor (position) - n_taps / 2 + 1 on. */
VOX_SIMD static void
make_weights (gfloat *weights, guint n_taps, const gfloat *kernel,
    gfloat fraction, gfloat cutoff)
{
  const gfloat first = fraction + (gfloat) (n_taps / 2 - 1);

  for (guint k = 0; k < n_taps; k++) {
    const gfloat distance = cutoff * fabsf (first - (gfloat) k);

    weights[k] = cutoff * kernel_at (kernel, MIN (distance, (gfloat) HALF));
  }
}

static inline gfloat
weigh (const gfloat *x, const gfloat *weights, guint n_taps)
{
  gfloat sum = 0.0f;

  for (guint k = 0; k < n_taps; k++)
    sum += x[k] * weights[k];
  return sum;
}

/* Without resampling every sample of a grain has the same fraction. */
VOX_SIMD static void
read_shifted (
    gfloat *row, gint n, const gfloat *x, gfloat fraction, const gfloat *kernel)
{
  gfloat weights[2 * HALF];

  if (fraction == 0.0f) {
    memcpy (row, x, (gsize) n * sizeof (gfloat));
    return;
  }
  make_weights (weights, 2 * HALF, kernel, fraction, 1.0f);
  for (gint j = 0; j < n; j++)
    row[j] = weigh (x + j - HALF + 1, weights, 2 * HALF);
}

static void
read_resampled (gfloat *row, gint n, const gfloat *x, gdouble position,
    gfloat rate, const gfloat *kernel)
{
  const gfloat cutoff = rate > 1.0f ? 1.0f / rate : 1.0f;
  const guint half = (guint) ceilf (HALF / cutoff);
  gfloat weights[MAX_TAPS];

  for (gint j = 0; j < n; j++) {
    const gdouble at = position + (gdouble) j * rate;
    const gint whole = (gint) floor (at);

    make_weights (
        weights, 2 * half, kernel, (gfloat) (at - (gdouble) whole), cutoff);
    row[j] = weigh (x + whole - (gint) half + 1, weights, 2 * half);
  }
}

static void
apply_window (gfloat *row, gint from, gint n, const VoxPsolaGrain *grain)
{
  for (gint j = 0; j < n; j++) {
    const gfloat t = (gfloat) (from + j) - grain->centre;
    const gfloat u = t < 0.0f ? t / grain->left : t / grain->right;

    row[j] *= grain->gain * (0.5f + 0.5f * cosf ((gfloat) G_PI * u));
  }
}

/* Rows are cleared first: behind the window belongs to the caller's filter. */
static void
extract_grain (gfloat *row, guint length, const gfloat *x,
    const VoxPsolaGrain *grain, const gfloat *kernel)
{
  const gint from = MAX (0, (gint) ceilf (grain->centre - grain->left));
  const gint to =
      MIN ((gint) length, (gint) ceilf (grain->centre + grain->right));
  const gdouble position =
      (gdouble) grain->source_fraction + (gdouble) from * grain->rate;
  const gint whole = (gint) floor (position);

  memset (row, 0, length * sizeof (gfloat));
  if (to <= from)
    return;
  if (grain->rate == 1.0f)
    read_shifted (row + from, to - from, x + grain->source + whole,
        (gfloat) (position - (gdouble) whole), kernel);
  else
    read_resampled (row + from, to - from, x + grain->source, position,
        grain->rate, kernel);
  apply_window (row + from, from, to - from, grain);
}

static void
cpu_extract (G_GNUC_UNUSED VoxStream *stream, const VoxPsolaArgs *args)
{
  for (guint g = 0; g < args->n_grains; g++) {
    for (guint c = 0; c < args->channels; c++)
      extract_grain (
          args->rows + ((gsize) g * args->channels + c) * args->row_length,
          args->row_length, args->planes + c * args->plane_stride,
          args->grains + g, args->kernel);
  }
}

static void
cpu_add (G_GNUC_UNUSED VoxStream *stream, const VoxPsolaArgs *args)
{
  for (guint g = 0; g < args->n_grains; g++) {
    for (guint c = 0; c < args->channels; c++) {
      const gfloat *row =
          args->rows + ((gsize) g * args->channels + c) * args->row_length;
      gfloat *out =
          args->planes + c * args->plane_stride + args->grains[g].destination;

      for (guint j = 0; j < args->row_length; j++)
        out[j] += row[j];
    }
  }
}

VOX_SIMD static gfloat
dot (const gfloat *x, const gfloat *y, guint n)
{
  gfloat sum = 0.0f;

  for (guint i = 0; i < n; i++)
    sum += x[i] * y[i];
  return sum;
}

/* The autocorrelation of all channels of a grain at a lag. */
static gfloat
correlation (const VoxPsolaTrainArgs *args, const gfloat *rows,
    const VoxPsolaSpacing *spacing, guint lag)
{
  gfloat sum = 0.0f;

  for (guint c = 0; c < args->channels && lag < spacing->length; c++) {
    const gfloat *row = rows + c * args->row_length + spacing->first;

    sum += dot (row, row + lag, spacing->length - lag);
  }
  return sum;
}

/* The power of copies of the grain at a distance, times that distance. */
static gfloat
train_energy (const VoxPsolaTrainArgs *args, const gfloat *rows,
    const VoxPsolaSpacing *spacing, gfloat distance)
{
  gfloat sum = correlation (args, rows, spacing, 0);

  for (guint m = 1; (gfloat) m * distance < (gfloat) spacing->length; m++) {
    const gfloat lag = (gfloat) m * distance;
    const guint whole = (guint) lag;
    const gfloat part = lag - (gfloat) whole;

    sum += 2.0f * (1.0f - part) * correlation (args, rows, spacing, whole);
    sum += 2.0f * part * correlation (args, rows, spacing, whole + 1);
  }
  return MAX (sum, 0.0f);
}

static void
cpu_train (G_GNUC_UNUSED VoxStream *stream, const VoxPsolaTrainArgs *args)
{
  for (guint g = 0; g < args->n_grains; g++) {
    const VoxPsolaSpacing *spacing = args->spacing + g;
    const gfloat *rows =
        args->rows + (gsize) g * args->channels * args->row_length;

    args->energies[2 * g] = train_energy (args, rows, spacing, spacing->before);
    args->energies[2 * g + 1] =
        train_energy (args, rows, spacing, spacing->after);
  }
}

static void
cpu_scale (G_GNUC_UNUSED VoxStream *stream, gfloat *rows, const gfloat *factors,
    guint n_rows, guint row_length)
{
  for (guint g = 0; g < n_rows; g++)
    for (gsize i = 0; i < row_length; i++)
      rows[(gsize) g * row_length + i] *= factors[g];
}

void
vox_cpu_fill_psola (VoxPsolaOps *ops)
{
  ops->extract = cpu_extract;
  ops->add = cpu_add;
  ops->train = cpu_train;
  ops->scale = cpu_scale;
}
