/* vox-ops-separate.h: what source separation does to spectra: medians along
 * time and frequency, and the masks made of them.
 *
 * Harmonic/percussive separation follows D. FitzGerald, "Harmonic/Percussive
 * Separation using Median Filtering", DAFx 2010: a median along time keeps
 * steady partials (H), a median along frequency keeps broadband events (P),
 * and the mask is H^2 / (H^2 + P^2) or its complement. All channels share one
 * mask, made of their mean magnitude.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"
#include "backend/vox-ops-spectrum.h"

G_BEGIN_DECLS

/** Longest median along time (past + 1 + future) or frequency (width). */
#define VOX_HPSS_MAX_WINDOW 127

/**
 * VoxHpssArgs:
 * @spectrum: device ring of complex frames: frame t of channel c starts at
 *   spectrum[c * spectrum_stride + (t % spectrum_slots) * bins]
 * @magnitude: device ring of mean magnitudes: frame t starts at
 *   magnitude[(t % magnitude_slots) * bins]
 * @masked: device, result of @hpss: frame frame + i of channel c starts at
 *   masked[c * masked_stride + i * bins]
 * @gain: device, @bins factors on the mask, or NULL for 1
 * @bins: bins of a frame
 * @used_bins: bins from here on are 0 in @masked (at most @bins)
 * @channels: channels of @spectrum and @masked
 * @frame: first frame to work on
 * @frames: how many
 * @first: the stream's first frame; earlier ones do not exist
 * @last: the stream's last frame, or G_MAXINT64 while it is unknown
 * @past: frames before the centre in the median along time
 * @future: frames after it
 * @width: bins in the median along frequency, odd
 * @second_width: of a second median along frequency, odd, whose mask is averaged
 *   with the first one's, or 0 for none
 * @percussive: keep the percussive part, not the harmonic one
 *
 * past + future is even, so that every median has a middle. In the median
 * along time, frames before @first and after MIN (last, centre + future) are
 * taken at their mirror images (the edge frame itself is repeated); so are bins
 * outside 0 .. bins - 1 in the median along frequency.
 */
typedef struct
{
  const VoxComplex *spectrum;
  gsize spectrum_stride;
  guint spectrum_slots;
  gfloat *magnitude;
  guint magnitude_slots;
  VoxComplex *masked;
  gsize masked_stride;
  const gfloat *gain;
  guint bins;
  guint used_bins;
  guint channels;
  gint64 frame;
  guint frames;
  gint64 first;
  gint64 last;
  guint past;
  guint future;
  guint width;
  guint second_width;
  gboolean percussive;
} VoxHpssArgs;

/** Rows of the spatial state: the covariance of the rest (left, right, real,
 * imaginary) and the mask of every bin; the last begins with the covariance of
 * the source. */
#define VOX_SPATIAL_ROWS 6

/**
 * VoxRatioMaskArgs:
 * @mix: device complex [channels][stride], @frames frames of @bins; replaced
 *   by the masked mix
 * @estimate: device, a first estimate of the wanted source, same layout
 * @first_bin: bins below it become 0
 * @spatial: device, VOX_SPATIAL_ROWS rows of @bins floats (at least 4), zeros
 *   at the start of a stream and updated by every frame, or NULL for none
 * @source_decay: factor on the past of the source per frame, 0 to 1
 * @rest_decay: and of the rest
 *
 * The mask m is min (1, |estimate| / |mix|)^0.75 with magnitudes pooled (root of
 * the summed squares) over the channels; all channels get the same mask.
 *
 * With @spatial, which takes two channels, m x is only a first estimate of the
 * source and (1 - m) x of the rest. The covariance of the channels is averaged
 * over the past: of the rest in every bin, R_r, and of the source over all
 * bins, R_s. Both are scaled to a mean diagonal of 1, a little is added to the
 * diagonal, and the result is the multichannel Wiener filter
 * m R_s (m R_s + (1 - m) R_r)^-1 x
 * (N. Duong, E. Vincent and R. Gribonval, "Under-determined reverberant audio
 * source separation using a full-rank spatial covariance model", IEEE TASLP
 * 2010): what lies where the source lies is kept, the rest is not. Where both
 * lie in the same place it is the mask m.
 */
typedef struct
{
  VoxComplex *mix;
  const VoxComplex *estimate;
  gsize stride;
  guint channels;
  guint frames;
  guint bins;
  guint first_bin;
  gfloat *spatial;
  gfloat source_decay;
  gfloat rest_decay;
} VoxRatioMaskArgs;

/**
 * VoxSeparateOps:
 * @magnitude: fills frames frame .. frame + frames - 1 of the magnitude ring
 *   from the spectrum ring (uses no other field of #VoxHpssArgs)
 * @hpss: masks frames frame .. frame + frames - 1; frames outside first .. last
 *   become 0
 * @ratio_mask: see #VoxRatioMaskArgs
 * @subtract: planar dst = a - b, each [channels][its own stride]; dst may be
 *   a or b. Exact on every backend.
 *
 * Tolerance against the CPU: 1e-5 of the largest magnitude of the frame.
 */
typedef struct
{
  void (*magnitude) (VoxStream *stream, const VoxHpssArgs *args);
  void (*hpss) (VoxStream *stream, const VoxHpssArgs *args);
  void (*ratio_mask) (VoxStream *stream, const VoxRatioMaskArgs *args);
  void (*subtract) (VoxStream *stream, gfloat *dst, gsize dst_stride,
      const gfloat *a, gsize a_stride, const gfloat *b, gsize b_stride,
      guint channels, gsize n);
} VoxSeparateOps;

G_END_DECLS
