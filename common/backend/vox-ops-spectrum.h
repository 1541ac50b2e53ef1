/* vox-ops-spectrum.h: Fourier transforms, one at a time or as short-time
 * frames.
 *
 * The forward transform is X[k] = sum_n x[n] exp (-2 pi i k n / N), not scaled;
 * the inverse is scaled by 1 / N, so that inverse (forward (x)) = x. Only the
 * N / 2 + 1 bins of a real signal are stored. N is even, 8 to 65536.
 *
 * Tolerance against the CPU: 1e-5 of the largest output magnitude.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** One complex number, as float[2]. */
typedef struct
{
  gfloat re;
  gfloat im;
} VoxComplex;

/**
 * VoxStftArgs:
 * @signal: device planar audio, [channels][signal_stride]; frame t of channel
 *   c starts at signal[c * signal_stride + t * hop]
 * @window: device, window_length values; frames are multiplied by it
 * @window_length: at most fft_size; the rest of the transform's input is 0
 * @spectrum: device, [channels][spectrum_stride] complex; frame t of channel c
 *   starts at spectrum[c * spectrum_stride + t * bins], bins = fft_size / 2 + 1
 * @synthesis: device planar audio for @istft_add, same layout as @signal:
 *   each inverse frame times @window is added at t * hop
 *
 * Arguments of both short-time transforms; all frames lie inside the arrays.
 */
typedef struct
{
  const gfloat *signal;
  gfloat *synthesis;
  gsize signal_stride;
  VoxComplex *spectrum;
  gsize spectrum_stride;
  const gfloat *window;
  guint window_length;
  guint fft_size;
  guint hop;
  guint channels;
  guint frames;
} VoxStftArgs;

/**
 * VoxSpectrumOps:
 * @rfft: @batch real transforms; row r reads real[r * real_stride ...] (N
 *   values) and writes bins[r * bins_stride ...] (N / 2 + 1 values)
 * @irfft: the inverse; the imaginary parts of bin 0 and N / 2 count as 0
 * @stft: windowed forward transforms of overlapping frames
 * @istft_add: inverse transforms, windowed and added into @synthesis
 */
typedef struct
{
  void (*rfft) (VoxStream *stream, guint fft_size, VoxComplex *bins,
      gsize bins_stride, const gfloat *real, gsize real_stride, guint batch);
  void (*irfft) (VoxStream *stream, guint fft_size, gfloat *real,
      gsize real_stride, const VoxComplex *bins, gsize bins_stride,
      guint batch);
  void (*stft) (VoxStream *stream, const VoxStftArgs *args);
  void (*istft_add) (VoxStream *stream, const VoxStftArgs *args);
} VoxSpectrumOps;

G_END_DECLS
