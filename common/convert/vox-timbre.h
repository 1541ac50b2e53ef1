/* vox-timbre.h: the change of spectrum of every frame of a stream: pool of
 * source frames, learning, crossfades between what was learnt, smoothing.
 */
#pragma once

#include <glib.h>
#include "base/vox-mode.h"
#include "convert/vox-correction.h"
#include "convert/vox-high-band.h"

G_BEGIN_DECLS

typedef struct _VoxTimbre VoxTimbre;

/**
 * VoxTimbreParams:
 * @rate: of the audio in Hz
 * @mode: how much of the network is mixed in, see vox-correction.h
 * @live: learn a little in every step, and smooth less; otherwise at once
 * @seed: of the learning
 */
typedef struct
{
  guint rate;
  VoxMode mode;
  gboolean live;
  guint64 seed;
} VoxTimbreParams;

/** vox_timbre_new: @stream must outlive it. */
VoxTimbre *vox_timbre_new (VoxStream *stream, VoxTarget *target,
    const VoxTimbreParams *params, gdouble similarity, GError **error);
void vox_timbre_free (VoxTimbre *self);

/** vox_timbre_reach: frames after a wanted one that must have been heard. */
guint vox_timbre_reach (VoxMode mode, gboolean live);

/** vox_timbre_hear: @mono (device, native rate) and the voice frames found in
 * it so far, as early as they are known. */
gboolean vox_timbre_hear (VoxTimbre *self, const gfloat *mono, gsize n_samples,
    const VoxVoiceFrame *frames, guint n_frames, GError **error);

/** vox_timbre_learn: one step in the rhythm of the blocks. @now: everything
 * that is going to be heard before output begins has been heard. */
gboolean vox_timbre_learn (VoxTimbre *self, gboolean now, GError **error);

/** vox_timbre_next: the changes of the next @n frames in log power:
 * [n][VOX_MEL_POINTS + VOX_HIGH_BANDS], the bands above 8 kHz last.
 * @ended: no more frames will be heard. */
gboolean vox_timbre_next (
    VoxTimbre *self, guint n, gboolean ended, gfloat *changes, GError **error);

/** vox_timbre_set_target: another voice, crossfaded from the next frame on (or
 * when a crossfade that is under way has ended). */
void vox_timbre_set_target (VoxTimbre *self, VoxTarget *target);
void vox_timbre_set_similarity (VoxTimbre *self, gdouble similarity);

void vox_timbre_reset (VoxTimbre *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxTimbre, vox_timbre_free)

G_END_DECLS
