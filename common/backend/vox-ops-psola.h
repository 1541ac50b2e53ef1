/* vox-ops-psola.h: cutting grains out of a signal and setting them down again
 * (dsp/vox-psola.h). */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** Values of the signal on each side that interpolate between samples. */
#define VOX_PSOLA_KERNEL_HALF 16

/** Entries of the kernel table per sample of distance. */
#define VOX_PSOLA_KERNEL_STEPS 512

/** Values of the kernel table: distances 0 to VOX_PSOLA_KERNEL_HALF and one
 * more for interpolation. */
#define VOX_PSOLA_KERNEL_SIZE \
  (VOX_PSOLA_KERNEL_HALF * VOX_PSOLA_KERNEL_STEPS + 2)

/**
 * VoxPsolaGrain:
 * @source: index in the source planes that row entry 0 reads, whole part; may
 *   be negative, because only entries under the window are read
 * @source_fraction: and the rest of it, 0 to 1
 * @destination: index in the output planes that receives row entry 0
 * @centre: the window's centre in the row, with fraction
 * @left: samples from the start of the window to its centre, above 0
 * @right: and from there to its end
 * @rate: source samples per output sample, 0.25 to 4
 * @gain: factor
 */
typedef struct
{
  gint32 source;
  gfloat source_fraction;
  gint32 destination;
  gfloat centre;
  gfloat left;
  gfloat right;
  gfloat rate;
  gfloat gain;
} VoxPsolaGrain;

/**
 * VoxPsolaArgs:
 * @grains: device, @n_grains descriptions
 * @rows: device, [n_grains][channels][row_length]
 * @planes: device: the source of @extract, the output of @add
 * @plane_stride: between the planes of two channels
 * @kernel: device, VOX_PSOLA_KERNEL_SIZE values of a symmetric interpolation
 *   kernel (only @extract)
 */
typedef struct
{
  const VoxPsolaGrain *grains;
  guint n_grains;
  gfloat *rows;
  guint row_length;
  gfloat *planes;
  gsize plane_stride;
  guint channels;
  const gfloat *kernel;
} VoxPsolaArgs;

/**
 * VoxPsolaSpacing: how far apart copies of one row were and will be.
 * @first, @length: the part of the row under the window; 0: leave the row as
 *   it is
 * @before: samples, at least 1
 * @after: samples, at least 1
 */
typedef struct
{
  guint32 first;
  guint32 length;
  gfloat before;
  gfloat after;
} VoxPsolaSpacing;

/**
 * VoxPsolaLevelArgs:
 * @rows: device, [n_grains][channels][row_length], changed in place
 * @spacing: device, @n_grains
 * @limit: largest factor, and one over the smallest
 */
typedef struct
{
  gfloat *rows;
  const VoxPsolaSpacing *spacing;
  guint n_grains;
  guint channels;
  guint row_length;
  gfloat limit;
} VoxPsolaLevelArgs;

/**
 * VoxPsolaOps:
 * @extract: row[j] = gain * window (j - centre) * x (source + source_fraction
 *   + j * rate); window (t): 0.5 + 0.5 cos (pi t / left) for -left < t < 0, the
 *   same with right for 0 <= t < right, 0 elsewhere. x between samples:
 *   sum_k x[k] c K (c (k - position)), c = min (1, 1 / rate), K the table,
 *   interpolated linearly; exactly x[position] where rate is 1 and position
 *   whole. All samples read lie in the planes. Tolerance 1e-5 of full scale.
 * @add: planes[c][destination + j] += row[j], grain after grain. Tolerance 1e-6
 *   of the sum of magnitudes.
 * @level: multiplies all channels of a row by sqrt (S (before) / S (after)),
 *   with S (t) = R (0) + 2 sum_m R (m t) for 0 < m t < length and R the
 *   autocorrelation under the window, summed over channels and interpolated
 *   linearly between lags. S (t) / t is the power of copies at distance t.
 *   Tolerance 1e-3 of the factor.
 */
typedef struct
{
  void (*extract) (VoxStream *stream, const VoxPsolaArgs *args);
  void (*add) (VoxStream *stream, const VoxPsolaArgs *args);
  void (*level) (VoxStream *stream, const VoxPsolaLevelArgs *args);
} VoxPsolaOps;

G_END_DECLS
