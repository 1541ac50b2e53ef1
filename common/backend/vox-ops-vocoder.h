/* vox-ops-vocoder.h: the frames of a phase vocoder with rigid peak regions.
 *
 * Each local maximum of the power summed over channels owns the bins up to the
 * minima beside it (Laroche and Dolson 1999, "Improved phase vocoder
 * time-scale modification of audio"), unless it is a side lobe of a stronger
 * one. All bins of a region, in all channels,
 * are turned by the same angle and scaled by the same gain, so the shape of a
 * partial, and the phase differences between channels, stay as they were.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"
#include "backend/vox-ops-spectrum.h"

G_BEGIN_DECLS

/**
 * VoxVocoderEnvelopeArgs:
 * @power: device, [bins]
 * @bins: spectrum bins, fft_size / 2 + 1
 * @basis: device, [order][bands]: orthonormal rows that span the smooth curves
 * @envelope: device, [bands]: natural logarithm of the power envelope; band b
 *   stands for the bins from b * bins / bands to (b + 1) * bins / bands
 * @bands: at most @bins and VOX_VOCODER_MAX_BANDS
 * @order: at most @bands
 * @iterations: how often the curve is raised to what it passes under
 *
 * True envelope (Roebel and Rodet 2005, "Efficient spectral envelope
 * estimation and its application to pitch shifting and envelope
 * preservation") over the maxima of bands.
 */
typedef struct
{
  const gfloat *power;
  guint bins;
  const gfloat *basis;
  gfloat *envelope;
  guint bands;
  guint order;
  guint iterations;
} VoxVocoderEnvelopeArgs;

#define VOX_VOCODER_MAX_BANDS 512

/**
 * VoxVocoderArgs:
 * @spectrum: device, [channels][stride] complex: the analysis frame
 * @previous: the analysis frame before it, @analysis_hop samples earlier
 * @output: the frame to synthesise, @synthesis_hop samples after the last
 * @power: device, [bins] of @spectrum, see #VoxVocoderOps.power
 * @rotation: device, [bins] complex of magnitude 1: in, the rotations of the
 *   previous frame; out, those of this one
 * @leakage: device, [VOX_VOCODER_LEAKAGE]: the power that a partial can leave
 *   d bins from its peak, relative to the peak; it falls with d^-6 from there
 * @peaks, @factor: device scratch, [bins] each
 * @fft_size: even
 * @restart: no frame came before: @previous is not read, rotations become 1
 * @pass_bin, @stop_bin: gain falls from 1 to 0 between these bins (raised
 *   cosine); pass_bin < stop_bin
 * @envelope: device, [bands] as above, or NULL for gain 1
 * @envelope_ratio: a region at frequency f gets the level that the envelope
 *   has at f * envelope_ratio; the power of the whole frame is kept
 */
typedef struct
{
  const VoxComplex *spectrum;
  const VoxComplex *previous;
  VoxComplex *output;
  gsize stride;
  const gfloat *power;
  VoxComplex *rotation;
  const gfloat *leakage;
  guint32 *peaks;
  VoxComplex *factor;
  guint channels;
  guint fft_size;
  guint analysis_hop;
  guint synthesis_hop;
  gboolean restart;
  gfloat pass_bin;
  gfloat stop_bin;
  const gfloat *envelope;
  guint bands;
  gfloat envelope_ratio;
} VoxVocoderArgs;

/**
 * VoxOnsetLevel:
 * @power: power of the differentiated signal, summed over a block and channels
 * @peak: frame of the block at which it is highest
 */
typedef struct
{
  gfloat power;
  guint32 peak;
} VoxOnsetLevel;

/**
 * VoxVocoderOps:
 * @power: power[k] = sum over channels of |spectrum[c * stride + k]|^2.
 *   Tolerance 1e-6 relative.
 * @envelope: see #VoxVocoderEnvelopeArgs. Tolerance 1e-3 (natural logarithm).
 * @shift: see #VoxVocoderArgs. Tolerance 1e-4 of the largest magnitude while
 *   both versions see the same peaks.
 * @onset: level of one block of planar audio; the frame before it is read too.
 *   Tolerance 1e-5 relative; @peak exact unless two frames are that close.
 * @scale: planes[c * plane_stride + i] *= weight[i]
 * @accumulate: target[i] += source[i]
 * @normalize: divides @n frames of each channel by weight[i], where that is
 *   above VOX_VOCODER_MIN_WEIGHT; elsewhere they become 0
 */
typedef struct
{
  void (*power) (VoxStream *stream, gfloat *power, const VoxComplex *spectrum,
      gsize stride, guint channels, guint bins);
  void (*envelope) (VoxStream *stream, const VoxVocoderEnvelopeArgs *args);
  void (*shift) (VoxStream *stream, const VoxVocoderArgs *args);
  void (*onset) (VoxStream *stream, VoxOnsetLevel *level, const gfloat *planes,
      gsize plane_stride, guint channels, guint n);
  void (*scale) (VoxStream *stream, gfloat *planes, gsize plane_stride,
      const gfloat *weight, guint channels, gsize n);
  void (*accumulate) (
      VoxStream *stream, gfloat *target, const gfloat *source, gsize n);
  void (*normalize) (VoxStream *stream, gfloat *planes, gsize plane_stride,
      const gfloat *weight, guint channels, gsize n);
} VoxVocoderOps;

/** Distances in the table of window leakage, bins. */
#define VOX_VOCODER_LEAKAGE 64

/** Sum of overlapping windows under which nothing was synthesised. */
#define VOX_VOCODER_MIN_WEIGHT 1e-6f

G_END_DECLS
