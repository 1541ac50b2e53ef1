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
 * @first, @length: the part of the row under the window
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
 * VoxPsolaTrainArgs:
 * @rows: device, [n_grains][channels][row_length]
 * @spacing: device, @n_grains
 * @energies: device, [n_grains][2]
 */
typedef struct
{
  const gfloat *rows;
  const VoxPsolaSpacing *spacing;
  guint n_grains;
  guint channels;
  guint row_length;
  gfloat *energies;
} VoxPsolaTrainArgs;

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
 * @train: energies[g] = S (before), S (after), with S (t) = R (0) + 2 sum_m
 *   R (m t) for 0 < m t < length and R the autocorrelation under the window,
 *   summed over channels and interpolated linearly between lags, at least 0.
 *   S (t) / t is the power of copies of the row at distance t. Tolerance 1e-4
 *   of R (0).
 * @scale: multiplies all @row_length samples of row g by factors[g] (device)
 */
typedef struct
{
  void (*extract) (VoxStream *stream, const VoxPsolaArgs *args);
  void (*add) (VoxStream *stream, const VoxPsolaArgs *args);
  void (*train) (VoxStream *stream, const VoxPsolaTrainArgs *args);
  void (*scale) (VoxStream *stream, gfloat *rows, const gfloat *factors,
      guint n_rows, guint row_length);
} VoxPsolaOps;

G_END_DECLS
