/* vox-enroll.h: learns a voice from 30 to 60 s of recording. */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "voice/vox-voice.h"

G_BEGIN_DECLS

/** Progress callback: @fraction 0 to 1 of @step; FALSE cancels. */
typedef gboolean (*VoxProgressFunc) (
    const gchar *step, gdouble fraction, gpointer user_data);

/**
 * VoxEnrollParams:
 * @name, @consent: copied into the profile
 * @sources: (nullable): copied into the profile
 * @seed: random seed of the training; the same recording and seed give the
 *   same profile on one machine
 */
typedef struct
{
  const gchar *name;
  const gchar *consent;
  const gchar *const *sources;
  guint64 seed;
  VoxProgressFunc progress;
  gpointer progress_data;
} VoxEnrollParams;

/**
 * vox_enroll:
 * @samples: mono, full scale 1.0, all recordings one after another
 * @rate: 16000 Hz or more
 * Returns: (transfer full): the profile, or NULL with VOX_ERROR_SIGNAL when
 *   there is not enough voice in the recording.
 */
VoxVoice *vox_enroll (VoxDevice *device, const gfloat *samples, gsize n_samples,
    guint rate, const VoxEnrollParams *params, GError **error);

G_END_DECLS
