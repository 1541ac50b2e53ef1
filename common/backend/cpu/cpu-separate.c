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

/* On the diagonal of covariances with a mean diagonal of 1: an average over
 * little time is not trusted further. */
#define DIAGONAL_LOAD 0.05f

/* Added to averages that fade, so that silence does not make them denormal,
 * which is slow; far below ENERGY_FLOOR. */
#define FADED_ENERGY 1e-30f

G_STATIC_ASSERT (VOX_HPSS_MAX_WINDOW <= VOX_MEDIAN_MAX_WINDOW);

typedef struct
{
  const VoxHpssArgs *args;
  VoxMedianNetwork time;
  VoxMedianNetwork frequency;
  VoxMedianNetwork second;
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
  const gfloat scale = 1.0f / (gfloat) args->channels;

  for (guint i = 0; i < args->frames; i++) {
    const gint64 t = args->frame + i;
    const gsize from = (gsize) (t % args->spectrum_slots) * args->bins;
    gfloat *mean =
        args->magnitude + (gsize) (t % args->magnitude_slots) * args->bins;

    memset (mean, 0, args->bins * sizeof (gfloat));
    for (guint c = 0; c < args->channels; c++)
      add_magnitudes (mean, args->spectrum + c * args->spectrum_stride + from,
          scale, args->bins);
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
magnitude_frame (const VoxHpssArgs *args, gint64 t)
{
  return args->magnitude + (gsize) (t % args->magnitude_slots) * args->bins;
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
gather_time (VoxTile *tile, gint64 t, guint bin, guint n)
{
  const VoxHpssArgs *args = tile->args;
  const gint64 high = MIN (args->last, t + args->future);

  for (guint i = 0; i < tile->time.window; i++) {
    const gint64 source = mirror (t + i - args->past, args->first, high);

    copy_row (tile->rows[i], magnitude_frame (args, source) + bin, n);
  }
}

VOX_SIMD static void
gather_frequency (VoxTile *tile, guint window, gint64 t, guint bin, guint n)
{
  const VoxHpssArgs *args = tile->args;
  const gfloat *frame = magnitude_frame (args, t);
  const gint64 half = window / 2;

  for (guint i = 0; i < window; i++) {
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

/* The median along frequency of a tile, and the mask that it makes. */
static void
frequency_mask (VoxTile *tile, const VoxMedianNetwork *network, gint64 t,
    guint bin, guint n, const gfloat *harmonic, gfloat *mask)
{
  gfloat percussive[LANES];

  gather_frequency (tile, network->window, t, bin, n);
  vox_median_rows (network, tile->rows);
  memcpy (percussive, tile->rows[network->window / 2], sizeof (percussive));
  make_mask (mask, harmonic, percussive, tile->args->percussive);
}

static void
mask_tile (VoxTile *tile, guint i, guint bin)
{
  const VoxHpssArgs *args = tile->args;
  const gint64 t = args->frame + i;
  const guint n = MIN (LANES, args->used_bins - bin);
  gfloat harmonic[LANES], mask[LANES], second[LANES];

  gather_time (tile, t, bin, n);
  vox_median_rows (&tile->time, tile->rows);
  memcpy (harmonic, tile->rows[tile->time.window / 2], sizeof (harmonic));
  frequency_mask (tile, &tile->frequency, t, bin, n, harmonic, mask);
  if (args->second_width > 0) {
    frequency_mask (tile, &tile->second, t, bin, n, harmonic, second);
    for (guint j = 0; j < n; j++)
      mask[j] = 0.5f * (mask[j] + second[j]);
  }
  for (guint j = 0; args->gain != NULL && j < n; j++)
    mask[j] *= args->gain[bin + j];
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
  if (args->second_width > 0)
    vox_median_network_init (&tile.second, args->second_width);
  for (guint c = 0; c < args->channels; c++) {
    for (guint i = 0; i < args->frames; i++)
      memset (args->masked + c * args->masked_stride + (gsize) i * args->bins,
          0, args->bins * sizeof (VoxComplex));
  }
  for (guint i = 0; i < args->frames; i++) {
    if (args->frame + i < args->first || args->frame + i > args->last)
      continue;
    for (guint bin = 0; bin < args->used_bins; bin += LANES)
      mask_tile (&tile, i, bin);
  }
}

/* The masks of a tile of @n bins. */
VOX_SIMD static void
ratio_masks (const VoxRatioMaskArgs *args, gsize at, guint n, gfloat *mask)
{
  gfloat mix[LANES] = { 0.0f }, estimate[LANES] = { 0.0f };

  for (guint c = 0; c < args->channels; c++) {
    const VoxComplex *x = args->mix + c * args->stride + at;
    const VoxComplex *y = args->estimate + c * args->stride + at;

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
}

VOX_SIMD static void
scale_bins (VoxComplex *x, const gfloat *mask, guint n)
{
  for (guint j = 0; j < n; j++) {
    x[j].re *= mask[j];
    x[j].im *= mask[j];
  }
}

/* A covariance of two channels: left, right, left times conjugate right. */
typedef struct
{
  gfloat left;
  gfloat right;
  gfloat re;
  gfloat im;
} VoxCovariance;

static inline VoxCovariance
covariance (VoxComplex left, VoxComplex right, gfloat weight)
{
  return (VoxCovariance){
    .left = weight * (left.re * left.re + left.im * left.im),
    .right = weight * (right.re * right.re + right.im * right.im),
    .re = weight * (left.re * right.re + left.im * right.im),
    .im = weight * (left.im * right.re - left.re * right.im),
  };
}

/* Scaled to a mean diagonal of 1 and loaded. */
static inline VoxCovariance
normalised (VoxCovariance x)
{
  const gfloat scale = 2.0f / (x.left + x.right + ENERGY_FLOOR);

  return (VoxCovariance){ x.left * scale + DIAGONAL_LOAD,
    x.right * scale + DIAGONAL_LOAD, x.re * scale, x.im * scale };
}

/* Adds the covariances of @n bins, weighted with the squared mask, lane by
 * lane. */
VOX_SIMD static void
add_covariances (gfloat (*sums)[LANES], const VoxComplex *left,
    const VoxComplex *right, const gfloat *mask, gsize n)
{
  for (gsize j = 0; j < n; j++) {
    const VoxCovariance x = covariance (left[j], right[j], mask[j] * mask[j]);

    sums[0][j] += x.left;
    sums[1][j] += x.right;
    sums[2][j] += x.re;
    sums[3][j] += x.im;
  }
}

/* A source mixed with a pan lies in the same place at all frequencies, so its
 * covariance is averaged over all bins; bins where the mask is sure count
 * most. */
static VoxCovariance
average_source (gfloat *state, gfloat decay, gfloat (*sums)[LANES])
{
  for (guint i = 0; i < 4; i++) {
    gfloat sum = FADED_ENERGY;

    for (guint j = 0; j < LANES; j++)
      sum += sums[i][j];
    state[i] = decay * state[i] + sum;
  }
  return normalised ((VoxCovariance){ state[0], state[1], state[2], state[3] });
}

/* Averages the rest into column @j of the four rows at @state. Inlined by force:
 * a call would keep the loop around it from being vectorised. */
__attribute__ ((always_inline)) static inline VoxCovariance
average_rest (gfloat *state, gsize j, gsize bins, gfloat decay, VoxCovariance x)
{
  const VoxCovariance mean = {
    decay * state[j] + x.left + FADED_ENERGY,
    decay * state[bins + j] + x.right + FADED_ENERGY,
    decay * state[2 * bins + j] + x.re + FADED_ENERGY,
    decay * state[3 * bins + j] + x.im + FADED_ENERGY,
  };

  state[j] = mean.left;
  state[bins + j] = mean.right;
  state[2 * bins + j] = mean.re;
  state[3 * bins + j] = mean.im;
  return normalised (mean);
}

/* Multichannel Wiener filter on @n bins of two channels. */
VOX_SIMD static void
spatial_filter (gfloat *state, gsize bins, gfloat decay, VoxCovariance s,
    VoxComplex *left, VoxComplex *right, const gfloat *mask, gsize n)
{
  VOX_INDEPENDENT
  for (gsize j = 0; j < n; j++) {
    const VoxComplex l = left[j], r = right[j];
    const gfloat ws = mask[j];
    const gfloat wr = 1.0f - mask[j];
    const VoxCovariance rest =
        average_rest (state, j, bins, decay, covariance (l, r, wr * wr));
    const gfloat a = ws * s.left + wr * rest.left;
    const gfloat d = ws * s.right + wr * rest.right;
    const gfloat br = ws * s.re + wr * rest.re;
    const gfloat bi = ws * s.im + wr * rest.im;
    const gfloat gain = ws / (a * d - br * br - bi * bi);
    /* (z0, z1): the inverse of the sum, times x, times its determinant */
    const gfloat z0r = d * l.re - br * r.re + bi * r.im;
    const gfloat z0i = d * l.im - br * r.im - bi * r.re;
    const gfloat z1r = a * r.re - br * l.re - bi * l.im;
    const gfloat z1i = a * r.im - br * l.im + bi * l.re;

    left[j].re = gain * (s.left * z0r + s.re * z1r - s.im * z1i);
    left[j].im = gain * (s.left * z0i + s.re * z1i + s.im * z1r);
    right[j].re = gain * (s.right * z1r + s.re * z0r + s.im * z0i);
    right[j].im = gain * (s.right * z1i + s.re * z0i - s.im * z0r);
  }
}

static void
mask_in_place (const VoxRatioMaskArgs *args, guint t)
{
  const gsize bins = args->bins;
  VoxComplex *left = args->mix + t * bins;
  VoxComplex *right = left + args->stride;
  gfloat *mask = args->spatial + 4 * bins;
  gfloat *source_state = args->spatial + 5 * bins;
  gfloat sums[4][LANES] = { { 0.0f } };
  VoxCovariance source;

  for (gsize bin = args->first_bin; bin < bins; bin += LANES) {
    const guint n = (guint) MIN (LANES, bins - bin);
    gfloat tile[LANES];

    ratio_masks (args, t * bins + bin, n, tile);
    memcpy (mask + bin, tile, n * sizeof (gfloat));
    add_covariances (sums, left + bin, right + bin, tile, n);
  }
  source = average_source (source_state, args->source_decay, sums);
  for (gsize bin = args->first_bin; bin < bins; bin += LANES)
    spatial_filter (args->spatial + bin, bins, args->rest_decay, source,
        left + bin, right + bin, mask + bin, MIN (LANES, bins - bin));
}

static void
mask_alike (const VoxRatioMaskArgs *args, guint t)
{
  for (guint bin = args->first_bin; bin < args->bins; bin += LANES) {
    const gsize at = (gsize) t * args->bins + bin;
    const guint n = MIN (LANES, args->bins - bin);
    gfloat mask[LANES];

    ratio_masks (args, at, n, mask);
    for (guint c = 0; c < args->channels; c++)
      scale_bins (args->mix + c * args->stride + at, mask, n);
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
    if (args->spatial != NULL)
      mask_in_place (args, t);
    else
      mask_alike (args, t);
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
