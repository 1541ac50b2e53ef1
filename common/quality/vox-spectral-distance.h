/* vox-spectral-distance.h: log-spectral distance, mel-cepstral distortion and
 * the pictures of the spectrum.
 *
 * Conventions, the same for all three: Hann window of 32 ms, transform of the
 * next power of two, hop of 10 ms, power scaled so that a full-scale sine reads
 * 0 dB, floor of -100 dB. Frames whose reference is under -70 dBFS (the
 * absolute gate of BS.1770) are not compared.
 */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxSpectralDistance VoxSpectralDistance;

/**
 * vox_spectral_distance_new:
 * @channels: 2 (judged, reference) or 1 (judged alone: pictures only)
 * @time_locked: FALSE keeps the cepstra for a DTW path; LSD is not computed
 */
VoxSpectralDistance *vox_spectral_distance_new (VoxStream *stream, guint rate,
    guint channels, gboolean time_locked, GError **error);
void vox_spectral_distance_free (VoxSpectralDistance *self);

/** vox_spectral_distance_push: interleaved host frames of @channels. */
gboolean vox_spectral_distance_push (VoxSpectralDistance *self,
    const gfloat *frames, gsize n_frames, GError **error);

/** vox_spectral_distance_hop_s: seconds between frames. */
gdouble vox_spectral_distance_hop_s (const VoxSpectralDistance *self);

/** vox_spectral_distance_lsd, vox_spectral_distance_mcd: (transfer none)
 * (element-type gfloat): dB per frame, NaN where not compared; frame k starts
 * at k * hop_s. Empty when not @time_locked. */
const GArray *vox_spectral_distance_lsd (const VoxSpectralDistance *self);
const GArray *vox_spectral_distance_mcd (const VoxSpectralDistance *self);

/** vox_spectral_distance_warped_mcd: mean over the DTW path through the frames
 * over the gate. Returns: FALSE when one stream has none. */
gboolean vox_spectral_distance_warped_mcd (
    const VoxSpectralDistance *self, gdouble *mcd_db);

/** vox_spectral_distance_picture: (out): owned by the caller, g_free () its
 * levels. @channel: 0 judged, 1 reference. */
void vox_spectral_distance_picture (const VoxSpectralDistance *self,
    guint channel, VoxQualitySpectrogram *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxSpectralDistance, vox_spectral_distance_free)

G_END_DECLS
