/* vox-distortion.h: SI-SDR and image SDR, over all and per interval. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VoxDistortion VoxDistortion;

/** Ratios above are reported as this: doubles carry no more. */
#define VOX_DISTORTION_CEILING_DB 120.0

/**
 * vox_distortion_new:
 * @channels: of both streams; each is made zero-mean for SI-SDR, then all are
 *   taken as one long signal
 * @interval: frames per interval
 */
VoxDistortion *vox_distortion_new (guint rate, guint channels, gsize interval);
void vox_distortion_free (VoxDistortion *self);

/** vox_distortion_push: interleaved, finite. */
void vox_distortion_push (VoxDistortion *self, const gfloat *judged,
    const gfloat *reference, gsize n_frames);

/** vox_distortion_drain: closes the last interval. */
void vox_distortion_drain (VoxDistortion *self);

/** vox_distortion_interval: NaN where the reference is silent. Returns: FALSE
 * when interval @k is not complete. */
gboolean vox_distortion_interval (
    const VoxDistortion *self, guint k, gdouble *si_sdr_db, gdouble *sdr_db);

/** vox_distortion_si_sdr: over all. Returns: FALSE when a stream is constant. */
gboolean vox_distortion_si_sdr (const VoxDistortion *self, gdouble *db);

/** vox_distortion_sdr: median over frames of 1 s whose reference is not all
 * zero; the one shorter frame of a short stream. Returns: FALSE without such a
 * frame. */
gboolean vox_distortion_sdr (const VoxDistortion *self, gdouble *db);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxDistortion, vox_distortion_free)

G_END_DECLS
