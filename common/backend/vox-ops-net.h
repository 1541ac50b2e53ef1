/* vox-ops-net.h: what small dense networks need beside matrix
 * products.
 *
 * Random numbers are counter-based, so every backend draws the same ones:
 * h (seed, i) = mix (mix (i + seed_low) ^ seed_high), where mix is the 32-bit
 * finaliser x ^= x >> 16; x *= 0x7feb352d; x ^= x >> 15; x *= 0x846ca68b;
 * x ^= x >> 16 (C. Wellons, "Prospecting for hash functions", 2018).
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** Context frames of one network input at most. */
#define VOX_GATHER_MAX_OFFSETS 16

/**
 * VoxGatherArgs:
 * @features: device, [versions][n_frames][dims]
 * @voicing: device, [n_frames], or NULL for none
 * @rows: device, [n_rows][2]: version and frame of each row
 * @offsets: frame offsets of the context; frames are clamped to the ends
 * @weight: device, [dims]
 * @shift, @scale: device, [n_rows][dims], or both NULL for 0 and 1
 * @noise: standard deviation of noise added to every feature
 * @limit: features are clipped to +-limit, before the weight
 * @output: device, [n_rows][n_offsets * (dims + 1)]: per offset
 *   clip (feature * scale + shift + noise) * weight, then the voicing
 *   ([n_rows][n_offsets * dims] without voicing)
 *
 * The noise of output i is the sum of four 16-bit halves of h (seed, 2 i) and
 * h (seed, 2 i + 1), brought to mean 0 and variance 1.
 */
typedef struct
{
  const gfloat *features;
  const gfloat *voicing;
  const gint32 *rows;
  const gfloat *weight;
  const gfloat *shift;
  const gfloat *scale;
  gfloat *output;
  gint offsets[VOX_GATHER_MAX_OFFSETS];
  guint n_offsets;
  guint n_rows;
  guint n_frames;
  guint dims;
  gfloat noise;
  gfloat limit;
  guint64 seed;
} VoxGatherArgs;

/**
 * VoxAdamArgs:
 * @weight, @gradient, @mean, @variance: device, @n values; mean and variance
 *   are the optimiser's state and start at 0
 * @rate: step size, bias corrections included by the caller
 * @beta1, @beta2, @epsilon: as in Kingma and Ba (2015)
 */
typedef struct
{
  gfloat *weight;
  const gfloat *gradient;
  gfloat *mean;
  gfloat *variance;
  gsize n;
  gfloat rate;
  gfloat beta1;
  gfloat beta2;
  gfloat epsilon;
} VoxAdamArgs;

/**
 * VoxNetOps:
 * @gather: network inputs from frames; tolerance 1e-6
 * @activate: y += bias per column, then with @relu max (y, 0); with @dropout
 *   above 0, value i becomes 0 when h (seed, i) < dropout 2^32 and is divided
 *   by 1 - dropout otherwise
 * @activate_backward: gradient[i] = y[i] > 0 ? gradient[i] * scale : 0
 * @difference: out = (a - b) * weight per column
 * @adam: one step
 */
typedef struct
{
  void (*gather) (VoxStream *stream, const VoxGatherArgs *args);
  void (*activate) (VoxStream *stream, gfloat *y, const gfloat *bias,
      guint rows, guint cols, gboolean relu, gfloat dropout, guint64 seed);
  void (*activate_backward) (VoxStream *stream, gfloat *gradient,
      const gfloat *y, gsize n, gfloat scale);
  void (*difference) (VoxStream *stream, gfloat *out, const gfloat *a,
      const gfloat *b, const gfloat *weight, guint rows, guint cols);
  void (*adam) (VoxStream *stream, const VoxAdamArgs *args);
} VoxNetOps;

G_END_DECLS
