/* vox-ops-f0.h: the two device steps of the F0 tracker (dsp/vox-f0.h). */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** Most F0 candidates of one frame. */
#define VOX_F0_CANDIDATES 10

/** Values of the autocorrelation on each side of a peak that interpolate it;
 * the lags searched need this many behind them. */
#define VOX_F0_INTERPOLATION_LAGS 16

/**
 * VoxF0Candidate:
 * @lag: period in samples of the analysed signal, with fraction
 * @strength: normalised autocorrelation there, up to about 1; 0 for an unused
 *   entry
 */
typedef struct
{
  gfloat lag;
  gfloat strength;
} VoxF0Candidate;

/**
 * VoxF0Analysis:
 * @level: root mean square of the middle half of the frame about its mean
 * @candidates: in falling order of preference, unused ones last
 */
typedef struct
{
  gfloat level;
  VoxF0Candidate candidates[VOX_F0_CANDIDATES];
} VoxF0Analysis;

/**
 * VoxF0CandidateArgs:
 * @signal: device; sample @base of the analysed signal is signal[0]
 * @base: may be negative (silence before the start)
 * @first_frame: index k of the first frame; frame k covers window_length
 *   samples from floor (k * hop + 0.5) - window_length / 2 on
 * @hop: samples between frames, not always whole
 * @window: device, window_length values
 * @window_length: even, 32 to 4096
 * @window_scale: device, max_lag + VOX_F0_INTERPOLATION_LAGS + 1 values:
 *   the window's energy / its autocorrelation, the factor that makes the
 *   normalised autocorrelation of a windowed periodic signal 1 at its period
 * @min_lag: first lag searched, at least 2
 * @max_lag: last lag searched, less than window_length
 * @octave_cost: strength a peak loses per octave below the highest F0 when the
 *   candidates are ranked (not in the result)
 * @frames: how many
 * @out: device, @frames results
 */
typedef struct
{
  const gfloat *signal;
  gint64 base;
  guint64 first_frame;
  gdouble hop;
  const gfloat *window;
  guint window_length;
  const gfloat *window_scale;
  guint min_lag;
  guint max_lag;
  gfloat octave_cost;
  guint frames;
  VoxF0Analysis *out;
} VoxF0CandidateArgs;

/**
 * VoxF0Ops:
 * @decimate: out[i] = sum_j taps[j] * signal[i * factor + j] for i < n_out,
 *   j < n_taps; the sum of one output does not depend on n_out. Tolerance 1e-6
 *   of full scale.
 * @candidates: the highest peaks of the normalised autocorrelation of each
 *   frame (mean removed, then windowed), interpolated by a Hann-windowed sinc
 *   of VOX_F0_INTERPOLATION_LAGS values to each side. Tolerance: lag 1e-3,
 *   strength 1e-4; candidates of nearly equal preference may swap.
 */
typedef struct
{
  void (*decimate) (VoxStream *stream, gfloat *out, gsize n_out,
      const gfloat *signal, guint factor, const gfloat *taps, guint n_taps);
  void (*candidates) (VoxStream *stream, const VoxF0CandidateArgs *args);
} VoxF0Ops;

G_END_DECLS
