/* vox-enroll-private.h: enrolment with the cost of training exposed, for tests
 * that need a voice quickly. */
#pragma once

#include "convert/vox-enroll.h"

G_BEGIN_DECLS

/** Steps of training that vox_enroll () uses. */
#define VOX_ENROLL_STEPS 1500

/** vox_enroll_with_steps: as vox_enroll (), with @steps of training. */
VoxVoice *vox_enroll_with_steps (VoxDevice *device, const gfloat *samples,
    gsize n_samples, guint rate, const VoxEnrollParams *params, guint steps,
    GError **error);

G_END_DECLS
