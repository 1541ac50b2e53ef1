/* vox-learner.h: learns a #VoxCorrection from frames of the source.
 *
 * In small steps, so that a live stream can spread the work over its blocks.
 */
#pragma once

#include <glib.h>
#include "convert/vox-correction.h"

G_BEGIN_DECLS

/** Frames of source that are learnt from at most: 40 s. */
#define VOX_LEARNER_MAX_FRAMES 8000

typedef struct _VoxLearner VoxLearner;

/**
 * vox_learner_new:
 * @frames: [n_frames], copied; n_frames at most VOX_LEARNER_MAX_FRAMES
 * @net_share: of the network in vox_correction_apply (), 0 to 1
 * @stream must outlive the learner and the correction.
 */
VoxLearner *vox_learner_new (VoxStream *stream, VoxTarget *target,
    const VoxVoiceFrame *frames, guint n_frames, gfloat net_share,
    guint64 seed);
void vox_learner_free (VoxLearner *self);

/** vox_learner_step: a few milliseconds of work.
 * Returns: FALSE with @error; @done tells that the correction is ready. */
gboolean vox_learner_step (VoxLearner *self, gboolean *done, GError **error);

/** vox_learner_finish: Returns: (transfer full): the correction, after @done;
 * NULL when there was too little sound to learn from. */
VoxCorrection *vox_learner_finish (VoxLearner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxLearner, vox_learner_free)

G_END_DECLS
