/* cpu-separate.c: the separation family on the CPU.
 *
 * Masks are made tile by tile (VOX_MEDIAN_LANES bins of one frame): the rows of
 * both median windows are gathered into a tile that stays in the first-level
 * cache while the sorting network runs over it.
 */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>
#include "backend/cpu/cpu-median.h"

#define LANES VOX_MEDIAN_LANES

/* Added to energies that are divided by; far below the energy of one bit. */
#define ENERGY_FLOOR 1e-20f

G_STATIC_ASSERT (VOX_HPSS_MAX_WINDOW <= VOX_MEDIAN_MAX_WINDOW);

typedef struct
{
  const VoxHpssArgs *args;
  VoxMedianNetwork time;
  VoxMedianNetwork frequency;
  /* Aligned, so that no vector straddles two cache lines. */
  gint32 rows[VOX_MEDIAN_MAX_WINDOW][LANES] __attribute__ ((aligned (64)));
} VoxTile;

VOX_SIMD static void
add_magnitudes (gfloat *restrict sum, const VoxComplex *restrict spectrum,
    gfloat scale, guint n)
{
  for (guint i = 0; i < n; i++)
    sum[i] += scale
        * sqrtf (
            spectrum[i].re * spectrum[i].re + spectrum[i].im * spectrum[i].im);
}

static void
cpu_magnitude (G_GNUC_UNUSED VoxStream *stream, const VoxHpssArgs *args)
{
  const gboolean pooled = args->mask_channels != args->channels;
  const gfloat scale = pooled ? 1.0f / (gfloat) args->channels : 1.0f;

  for (guint i = 0; i < args->frames; i++) {
    const gint64 t = args->frame + i;
    const gsize from = (gsize) (t % args->spectrum_slots) * args->bins;
    const gsize to = (gsize) (t % args->magnitude_slots) * args->bins;

    for (guint m = 0; m < args->mask_channels; m++)
      memset (args->magnitude + m * args->magnitude_stride + to, 0,
          args->bins * sizeof (gfloat));
    for (guint c = 0; c < args->channels; c++)
      add_magnitudes (
          args->magnitude + (pooled ? 0 : c) * args->magnitude_stride + to,
          args->spectrum + c * args->spectrum_stride + from, scale, args->bins);
  }
}

/* The position inside low .. high at which @i is mirrored. */
static inline gint64
mirror (gint64 i, gint64 low, gint64 high)
{
  while (i < low || i > high)
    i = i < low ? 2 * low - 1 - i : 2 * high + 1 - i;
  return i;
}

static const gfloat *
magnitude_frame (const VoxHpssArgs *args, guint channel, gint64 t)
{
  return args->magnitude + channel * args->magnitude_stride
      + (gsize) (t % args->magnitude_slots) * args->bins;
}

/* The bit patterns of floats, as the sorting network takes them; a whole tile
 * is copied with vector moves. */
static inline void
copy_row (gint32 *row, const gfloat *from, gsize n)
{
  if (n == LANES)
    memcpy (row, from, LANES * sizeof (gfloat));
  else
    for (gsize j = 0; j < n; j++)
      memcpy (&row[j], &from[j], sizeof (gfloat));
}

VOX_SIMD static void
gather_time (VoxTile *tile, guint channel, gint64 t, guint bin, guint n)
{
  const VoxHpssArgs *args = tile->args;
  const gint64 high = MIN (args->last, t + args->future);

  for (guint i = 0; i < tile->time.window; i++) {
    const gint64 source = mirror (t + i - args->past, args->first, high);

    copy_row (tile->rows[i], magnitude_frame (args, channel, source) + bin, n);
  }
}

VOX_SIMD static void
gather_frequency (VoxTile *tile, guint channel, gint64 t, guint bin, guint n)
{
  const VoxHpssArgs *args = tile->args;
  const gfloat *frame = magnitude_frame (args, channel, t);
  const gint64 half = tile->frequency.window / 2;

  for (guint i = 0; i < tile->frequency.window; i++) {
    const gint64 start = (gint64) bin + i - half;
    const gint64 first = CLAMP (-start, 0, n);
    const gint64 end = CLAMP (args->bins - start, first, n);

    for (gint64 j = 0; j < first; j++)
      copy_row (
          &tile->rows[i][j], &frame[mirror (start + j, 0, args->bins - 1)], 1);
    copy_row (
        tile->rows[i] + first, frame + start + first, (gsize) (end - first));
    for (gint64 j = end; j < n; j++)
      copy_row (
          &tile->rows[i][j], &frame[mirror (start + j, 0, args->bins - 1)], 1);
  }
}

VOX_SIMD static void
make_mask (gfloat *restrict mask, const gfloat *restrict harmonic,
    const gfloat *restrict percussive, gboolean keep_percussive)
{
  for (guint j = 0; j < LANES; j++) {
    const gfloat h = harmonic[j] * harmonic[j];
    const gfloat p = percussive[j] * percussive[j];
    const gfloat kept = h / (h + p + ENERGY_FLOOR);

    mask[j] = keep_percussive ? 1.0f - kept : kept;
  }
}

VOX_SIMD static void
apply_mask (const VoxHpssArgs *args, guint channel, guint i, guint bin, guint n,
    const gfloat *mask)
{
  const gsize slot = (gsize) ((args->frame + i) % args->spectrum_slots);
  const VoxComplex *in = args->spectrum + channel * args->spectrum_stride
      + slot * args->bins + bin;
  VoxComplex *out = args->masked + channel * args->masked_stride
      + (gsize) i * args->bins + bin;

  for (guint j = 0; j < n; j++) {
    out[j].re = in[j].re * mask[j];
    out[j].im = in[j].im * mask[j];
  }
}

static void
mask_tile (VoxTile *tile, guint mask_channel, guint i, guint bin)
{
  const VoxHpssArgs *args = tile->args;
  const gint64 t = args->frame + i;
  const guint n = MIN (LANES, args->used_bins - bin);
  gfloat harmonic[LANES], percussive[LANES], mask[LANES];

  gather_time (tile, mask_channel, t, bin, n);
  vox_median_rows (&tile->time, tile->rows);
  memcpy (harmonic, tile->rows[tile->time.window / 2], sizeof (harmonic));
  gather_frequency (tile, mask_channel, t, bin, n);
  vox_median_rows (&tile->frequency, tile->rows);
  memcpy (
      percussive, tile->rows[tile->frequency.window / 2], sizeof (percussive));
  make_mask (mask, harmonic, percussive, args->percussive);
  for (guint j = 0; args->gain != NULL && j < n; j++)
    mask[j] *= args->gain[bin + j];
  if (args->mask_channels == args->channels) {
    apply_mask (args, mask_channel, i, bin, n, mask);
    return;
  }
  for (guint c = 0; c < args->channels; c++)
    apply_mask (args, c, i, bin, n, mask);
}

static void
cpu_hpss (G_GNUC_UNUSED VoxStream *stream, const VoxHpssArgs *args)
{
  VoxTile tile;

  tile.args = args;
  memset (tile.rows, 0, sizeof (tile.rows));
  vox_median_network_init (&tile.time, args->past + 1 + args->future);
  vox_median_network_init (&tile.frequency, args->width);
  for (guint c = 0; c < args->channels; c++) {
    for (guint i = 0; i < args->frames; i++)
      memset (args->masked + c * args->masked_stride + (gsize) i * args->bins,
          0, args->bins * sizeof (VoxComplex));
  }
  for (guint i = 0; i < args->frames; i++) {
    if (args->frame + i < args->first || args->frame + i > args->last)
      continue;
    for (guint m = 0; m < args->mask_channels; m++) {
      for (guint bin = 0; bin < args->used_bins; bin += LANES)
        mask_tile (&tile, m, i, bin);
    }
  }
}

VOX_SIMD static void
ratio_mask_frame (const VoxRatioMaskArgs *args, gsize frame)
{
  const gsize offset = frame * args->bins;

  for (guint bin = args->first_bin; bin < args->bins; bin += LANES) {
    const guint n = MIN (LANES, args->bins - bin);
    gfloat mix[LANES] = { 0.0f }, estimate[LANES] = { 0.0f }, mask[LANES];

    for (guint c = 0; c < args->channels; c++) {
      const gsize at = c * args->stride + offset + bin;
      const VoxComplex *x = args->mix + at, *y = args->estimate + at;

      for (guint j = 0; j < n; j++) {
        mix[j] += x[j].re * x[j].re + x[j].im * x[j].im;
        estimate[j] += y[j].re * y[j].re + y[j].im * y[j].im;
      }
    }
    for (guint j = 0; j < LANES; j++) {
      const gfloat ratio = estimate[j] / (mix[j] + ENERGY_FLOOR);
      const gfloat root = sqrtf (sqrtf (MIN (ratio, 1.0f)));

      mask[j] = root * sqrtf (root); /* energy ratio ^ (0.75 / 2) */
    }
    for (guint c = 0; c < args->channels; c++) {
      VoxComplex *x = args->mix + c * args->stride + offset + bin;

      for (guint j = 0; j < n; j++) {
        x[j].re *= mask[j];
        x[j].im *= mask[j];
      }
    }
  }
}

static void
cpu_ratio_mask (G_GNUC_UNUSED VoxStream *stream, const VoxRatioMaskArgs *args)
{
  const guint cleared = MIN (args->first_bin, args->bins);

  for (guint t = 0; t < args->frames; t++) {
    for (guint c = 0; c < args->channels; c++)
      memset (args->mix + c * args->stride + (gsize) t * args->bins, 0,
          cleared * sizeof (VoxComplex));
    ratio_mask_frame (args, t);
  }
}

static void
cpu_subtract (G_GNUC_UNUSED VoxStream *stream, gfloat *dst, gsize dst_stride,
    const gfloat *a, gsize a_stride, const gfloat *b, gsize b_stride,
    guint channels, gsize n)
{
  for (guint c = 0; c < channels; c++) {
    for (gsize i = 0; i < n; i++)
      dst[c * dst_stride + i] = a[c * a_stride + i] - b[c * b_stride + i];
  }
}

void
vox_cpu_fill_separate (VoxSeparateOps *ops)
{
  ops->magnitude = cpu_magnitude;
  ops->hpss = cpu_hpss;
  ops->ratio_mask = cpu_ratio_mask;
  ops->subtract = cpu_subtract;
}
