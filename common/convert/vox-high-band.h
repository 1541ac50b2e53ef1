/* vox-high-band.h: the long-term spectrum above 8 kHz, which the 16 kHz
 * analysis does not see.
 *
 * VOX_HIGH_BANDS bands, evenly spread from 8 to 24 kHz; each value is a mean
 * of natural-log power over the mean between 6 and 8 kHz.
 */
#pragma once

#include <glib.h>
#include "convert/vox-features.h"
#include "convert/vox-target.h"

G_BEGIN_DECLS

typedef struct _VoxHighBand VoxHighBand;

/** vox_high_band_new: for audio of @rate Hz. */
VoxHighBand *vox_high_band_new (VoxStream *stream, guint rate, GError **error);
void vox_high_band_free (VoxHighBand *self);

/** vox_high_band_push: device, mono; measured every 20 ms. */
gboolean vox_high_band_push (
    VoxHighBand *self, const gfloat *samples, gsize n_samples, GError **error);

/** vox_high_band_accept: voice frames in order (every 5 ms): frames that are
 * not silent count into the mean of their kind. */
void vox_high_band_accept (
    VoxHighBand *self, const VoxVoiceFrame *frames, guint n, gfloat level_db);

/** vox_high_band_means: writes [2][VOX_HIGH_BANDS] (unvoiced, voiced); bands
 * above the Nyquist frequency hold the last one below it. Returns: FALSE, all
 * zeros, when the rate is too low or nothing was accepted. */
gboolean vox_high_band_means (const VoxHighBand *self, gfloat *means);

/** vox_high_band_position: fractional band at @hz, limited to the bands. */
gdouble vox_high_band_position (gdouble hz);

void vox_high_band_reset (VoxHighBand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxHighBand, vox_high_band_free)

G_END_DECLS
