/* vox-processor.c: argument checks and frame counting around an engine. */
#include "base/vox-processor.h"

gboolean
vox_processor_push (
    VoxProcessor *self, const gfloat *frames, gsize n_frames, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (frames != NULL || n_frames == 0, FALSE);

  if (n_frames == 0)
    return TRUE;
  if (!self->klass->push (self, frames, n_frames, error))
    return FALSE;
  self->pushed_frames += n_frames;
  return TRUE;
}

gboolean
vox_processor_drain (VoxProcessor *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->klass->drain (self, error);
}

gsize
vox_processor_available (VoxProcessor *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->klass->available (self);
}

gboolean
vox_processor_pull (
    VoxProcessor *self, gfloat *const *outputs, gsize n_frames, GError **error)
{
  g_return_val_if_fail (self != NULL && outputs != NULL, FALSE);
  g_return_val_if_fail (n_frames <= vox_processor_available (self), FALSE);

  if (n_frames == 0)
    return TRUE;
  if (!self->klass->pull (self, outputs, n_frames, error))
    return FALSE;
  self->pulled_frames += n_frames;
  return TRUE;
}

void
vox_processor_reset (VoxProcessor *self)
{
  g_return_if_fail (self != NULL);
  self->klass->reset (self);
  self->pushed_frames = self->pulled_frames = 0;
}

void
vox_processor_free (VoxProcessor *self)
{
  if (self != NULL)
    self->klass->free (self);
}
