/* vox-ops-varispeed.h: reading a signal at a changing speed, and mixing.
 *
 * Output i is the band-limited signal at position + i * (step + i * slope / 2).
 * The kernel passes frequencies up to 0.44 and stops those from 0.56 cycles
 * per sample; a caller that reads faster than 1 limits the band beforehand.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** Taps of the kernel at each fractional position. */
#define VOX_VARISPEED_TAPS 64
/** Fractional positions in the table; between them it is interpolated
 * linearly, with an error under 2e-6 of full scale at 0.44 cycles. */
#define VOX_VARISPEED_PHASES 1024
/** Floats in a kernel table: row q belongs to fraction q / PHASES. */
#define VOX_VARISPEED_TABLE ((VOX_VARISPEED_PHASES + 1) * VOX_VARISPEED_TAPS)

/**
 * VoxVarispeedArgs:
 * @source: device planar audio, [channels][source_stride]. Read from
 *   floor (p) - TAPS / 2 + 1 to floor (p) + TAPS / 2 for each position p
 * @target: device planar audio, [channels][target_stride], @n_frames written
 * @kernel: device, VOX_VARISPEED_TABLE values
 * @position: of output 0, in samples from source[0]
 * @step: samples per output at output 0
 * @slope: change of the step per output
 */
typedef struct
{
  const gfloat *source;
  gsize source_stride;
  gfloat *target;
  gsize target_stride;
  const gfloat *kernel;
  guint channels;
  guint n_frames;
  gdouble position;
  gdouble step;
  gdouble slope;
} VoxVarispeedArgs;

/**
 * VoxBlendArgs:
 * @target: device planar audio, [channels][target_stride]: in, signal A; out,
 *   (1 - w) A + w B
 * @other: signal B, [channels][other_stride]
 * @from, @to: w of sample 0 and of the sample after the last; linear between
 */
typedef struct
{
  gfloat *target;
  gsize target_stride;
  const gfloat *other;
  gsize other_stride;
  guint channels;
  guint n_frames;
  gfloat from;
  gfloat to;
} VoxBlendArgs;

/**
 * VoxVarispeedOps:
 * @read: see #VoxVarispeedArgs. Tolerance 1e-5 of the largest source sample.
 * @blend: see #VoxBlendArgs. Tolerance 1e-6 of the largest sample.
 */
typedef struct
{
  void (*read) (VoxStream *stream, const VoxVarispeedArgs *args);
  void (*blend) (VoxStream *stream, const VoxBlendArgs *args);
} VoxVarispeedOps;

G_END_DECLS
