/* vox-ops-envelope.h: the smooth spectrum of a voice.
 *
 * Sources: M. Morise, "CheapTrick, a spectral envelope estimator for
 * high-quality speech synthesis", Speech Communication 67 (2015).
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/**
 * VoxResampleArgs:
 * @input: device; input[0] is sample @input_start of the stream, @n_input
 *   samples are there, all others count as 0
 * @output: device; output[m] is sample @output_start + m of the new stream
 * @rate, @output_rate: in Hz
 * @kernel: device, [phases][taps]: the low-pass filter at @phases positions
 *   between two samples; @taps is even
 *
 * Output sample m lies at p = m rate / output_rate of the input, and is
 * sum_j kernel[phase][j] input[floor (p) - taps / 2 + 1 + j] with
 * phase = floor (frac (p) phases).
 */
typedef struct
{
  const gfloat *input;
  gint64 input_start;
  gsize n_input;
  gfloat *output;
  gint64 output_start;
  guint n_output;
  guint rate;
  guint output_rate;
  const gfloat *kernel;
  guint phases;
  guint taps;
} VoxResampleArgs;

/**
 * VoxEnvelopeArgs:
 * @signal: device; signal[0] is sample @signal_start, @n_signal samples are
 *   there, all others count as 0
 * @first_center: sample at the middle of the first frame
 * @hop: samples between frames
 * @f0_hz: device, @frames values, each at least 3 rate / (fft_size - 4)
 * @log_power: device, [frames][fft_size / 2 + 1]: natural logarithm of the
 *   power density, such that white noise of variance 1 gives about 0
 * @floor: power added to every bin before the logarithm
 * @rate: in Hz
 */
typedef struct
{
  const gfloat *signal;
  gint64 signal_start;
  gsize n_signal;
  gint64 first_center;
  guint hop;
  const gfloat *f0_hz;
  gfloat *log_power;
  gfloat floor;
  guint fft_size;
  guint rate;
  guint frames;
} VoxEnvelopeArgs;

/**
 * VoxEnvelopeOps:
 * @resample: tolerance 1e-5 of the largest output
 * @cheaptrick: tolerance 1e-3 (natural logarithm)
 */
typedef struct
{
  void (*resample) (VoxStream *stream, const VoxResampleArgs *args);
  void (*cheaptrick) (VoxStream *stream, const VoxEnvelopeArgs *args);
} VoxEnvelopeOps;

G_END_DECLS
