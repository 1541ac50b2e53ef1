/* vox-ops-quality.h: the loops of the quality metrics.
 *
 * STOI is compared with its public implementation to 1e-4 even where a band
 * holds almost nothing, so its chain computes and hands on doubles.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"
#include "backend/vox-ops-spectrum.h"

G_BEGIN_DECLS

/** STOI's constants (Taal et al. 2011), all at 10 kHz. */
#define VOX_STOI_RATE_HZ 10000
#define VOX_STOI_FRAME 256
#define VOX_STOI_HOP 128
#define VOX_STOI_FFT 512
#define VOX_STOI_BANDS 15
#define VOX_STOI_SEGMENT 30

/**
 * VoxPolyphaseArgs:
 * @in: device; in[0] is the input sample with index @first_in
 * @out: device, @n_out samples, the first with index @first_out
 * @first_in: may be negative; every sample a filter touches must be there
 * @taps: device, [up][taps_per_phase] in reversed order: phase r holds
 *   h[r + j * up] at position taps_per_phase - 1 - j
 * @half: index of h's centre
 * @up, @down: out[n] = sum_k h[n * down - k * up + half] in[k]
 *
 * Tolerance: 1e-6 of the largest input times the sum of |h| of a phase.
 */
typedef struct
{
  const gfloat *in;
  gfloat *out;
  gint64 first_in;
  gint64 first_out;
  gsize n_out;
  const gdouble *taps;
  gsize taps_per_phase;
  gint64 half;
  guint up;
  guint down;
} VoxPolyphaseArgs;

/**
 * VoxSpeechBandsArgs:
 * @signal: device, 10 kHz; frame f starts at signal[f * VOX_STOI_HOP]
 * @window: device, VOX_STOI_FRAME values
 * @kept: device, indices of the frames that are not silent, ascending
 * @n_kept: at least 2
 * @bands: device, [n_kept - 1][VOX_STOI_BANDS]: the root of the summed power
 *   of the third-octave bands of the signal that is left when windowed kept
 *   frames are overlap-added one hop apart, windowed again
 *
 * Tolerance: 1e-9 of the largest band of the frame.
 */
typedef struct
{
  const gfloat *signal;
  const gdouble *window;
  const guint32 *kept;
  gsize n_kept;
  gdouble *bands;
} VoxSpeechBandsArgs;

/**
 * VoxSpeechCorrelationArgs:
 * @clean, @judged: device, [n_bands_frames][VOX_STOI_BANDS]
 * @stoi, @estoi: device, one value for each of the
 *   n_frames - VOX_STOI_SEGMENT + 1 segments
 *
 * Tolerance: 1e-6.
 */
typedef struct
{
  const gdouble *clean;
  const gdouble *judged;
  gsize n_frames;
  gdouble *stoi;
  gdouble *estoi;
} VoxSpeechCorrelationArgs;

/**
 * VoxMelArgs:
 * @spectrum: device, [n_frames][n_bins]
 * @first, @count: device, per filter: its first bin and number of bins
 * @weights: device, the filters' weights one after the other
 * @scale: |X|^2 is multiplied by it
 * @floor: added to each filter's sum, above 0
 * @out: device, [n_frames][n_filters]: ln (floor + sum of weight * power)
 *
 * Tolerance: 1e-5.
 */
typedef struct
{
  const VoxComplex *spectrum;
  guint n_frames;
  guint n_bins;
  guint n_filters;
  const guint32 *first;
  const guint32 *count;
  const gfloat *weights;
  gfloat scale;
  gfloat floor;
  gfloat *out;
} VoxMelArgs;

/**
 * VoxQualityOps:
 * @polyphase: rational resampling, see #VoxPolyphaseArgs
 * @frame_energy: energy[f] = sum_i (window[i] signal[f * hop + i])^2 for
 *   @n_frames frames of @length samples; relative tolerance 1e-6
 * @speech_bands: see #VoxSpeechBandsArgs
 * @speech_correlation: see #VoxSpeechCorrelationArgs
 * @mel_log: see #VoxMelArgs
 * @log_distance: distance[f] = root of the mean over bins of the squared
 *   difference of 10 log10 (floor + scale |X|^2), dB; a and b are
 *   [n_frames][n_bins]; tolerance 1e-4 dB
 * @cross_power: adds |A|^2, |B|^2 and A conj (B) of [n_frames][n_bins] spectra
 *   to sums[n_bins][4] (aa, bb, re ab, im ab); relative tolerance 1e-6
 */
typedef struct
{
  void (*polyphase) (VoxStream *stream, const VoxPolyphaseArgs *args);
  void (*frame_energy) (VoxStream *stream, gdouble *energy,
      const gfloat *signal, const gdouble *window, guint length, guint hop,
      gsize n_frames);
  void (*speech_bands) (VoxStream *stream, const VoxSpeechBandsArgs *args);
  void (*speech_correlation) (
      VoxStream *stream, const VoxSpeechCorrelationArgs *args);
  void (*mel_log) (VoxStream *stream, const VoxMelArgs *args);
  void (*log_distance) (VoxStream *stream, gfloat *distance,
      const VoxComplex *a, const VoxComplex *b, guint n_frames, guint n_bins,
      gfloat scale, gfloat floor);
  void (*cross_power) (VoxStream *stream, gdouble *sums, const VoxComplex *a,
      const VoxComplex *b, guint n_frames, guint n_bins);
} VoxQualityOps;

G_END_DECLS
