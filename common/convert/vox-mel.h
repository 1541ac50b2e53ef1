/* vox-mel.h: the frequency axes of voice conversion.
 *
 * A spectrum is a natural-log power at VOX_MEL_POINTS points, spread evenly in
 * mel between 0 and 8 kHz: point m is the middle of the m-th of equal parts.
 * Its cepstrum is the orthonormal DCT-II over these points.
 *
 * All matrices are host memory, row-major; the caller g_free ()s them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOX_MEL_POINTS 96
#define VOX_CEPSTRA 45
/** Analysis: sample rate, frame distance, transform. */
#define VOX_ANALYSIS_RATE 16000
#define VOX_ANALYSIS_HOP 80
#define VOX_ANALYSIS_FFT 1024
#define VOX_ANALYSIS_BINS (VOX_ANALYSIS_FFT / 2 + 1)
#define VOX_FRAME_S 0.005

/** vox_mel_point_hz: the frequency of point @m (may be fractional). */
gdouble vox_mel_point_hz (gdouble m);

/** vox_mel_position: the fractional point at @hz; inverse of the former. */
gdouble vox_mel_position (gdouble hz);

/** vox_mel_projection: [VOX_MEL_POINTS][VOX_ANALYSIS_BINS]: mean of the log
 * spectrum over each point's part of the axis. */
gfloat *vox_mel_projection (void);

/** vox_mel_cosines: [n][VOX_MEL_POINTS]: the first @n rows of the DCT; its
 * transpose is its inverse. */
gfloat *vox_mel_cosines (guint n);

/**
 * vox_mel_warped_cosines:
 * @alpha: factor on the frequency axis below the knee; above 1 lowers formants
 * @bend: of the additional warp f + bend sin (2 pi f), f in Nyquist; 0 for none
 * Returns: (transfer full): [n][VOX_MEL_POINTS]: DCT after warp.
 */
gfloat *vox_mel_warped_cosines (gdouble alpha, gdouble bend, guint n);

/** vox_mel_expansion: [bins][VOX_MEL_POINTS]: linear interpolation from the
 * points to the bins of a transform of @fft_size at @rate; above the last
 * point its value is held. */
gfloat *vox_mel_expansion (guint rate, guint fft_size);

/** vox_mel_widths: [VOX_MEL_POINTS]: Hz per point over the mean. */
gfloat *vox_mel_widths (void);

/** vox_mel_loudness: [VOX_MEL_POINTS]: the widths times the K-weighting of
 * ITU-R BS.1770-4: what a point's power adds to the loudness. */
gfloat *vox_mel_loudness (void);

G_END_DECLS
