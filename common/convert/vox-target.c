/* vox-target.c: the tensors of a voice profile that conversion reads. */
#include "convert/vox-target.h"

#include <math.h>
#include <string.h>

/* Frames a profile must have at least: one second. */
#define MIN_FRAMES 200

static gboolean
refuse (const VoxTarget *self, const gchar *what, GError **error)
{
  g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
      "voice \"%s\": %s; enrol it again", vox_voice_info (self->voice)->name,
      what);
  return FALSE;
}

/* Finds a two-dimensional tensor of finite values. */
static const gfloat *
find (VoxTarget *self, const gchar *name, gsize rows, gsize cols, guint *n_rows,
    GError **error)
{
  const gsize shape[2] = { rows, cols };
  VoxTensor tensor;

  if (!vox_voice_tensor (self->voice, name, 2, shape, &tensor, error))
    return NULL;
  for (gsize i = 0; i < tensor.shape[0] * tensor.shape[1]; i++) {
    if (!isfinite (tensor.data[i])) {
      g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
          "voice \"%s\": tensor %s holds a value that is not a number; "
          "enrol it again",
          vox_voice_info (self->voice)->name, name);
      return NULL;
    }
  }
  if (n_rows != NULL)
    *n_rows = (guint) tensor.shape[0];
  return tensor.data;
}

static gboolean
read_mixture (VoxTarget *self, GError **error)
{
  const guint width = 1 + 2 * VOX_WARP_DIMS;
  const gfloat *rows =
      find (self, "warp.mixture", VOX_WARP_COMPONENTS, width, NULL, error);

  if (rows == NULL)
    return FALSE;
  self->warp = vox_mixture_new (VOX_WARP_COMPONENTS, VOX_WARP_DIMS);
  for (guint j = 0; j < VOX_WARP_COMPONENTS; j++) {
    const gfloat *row = rows + j * width;

    self->warp->weight[j] = row[0];
    memcpy (self->warp->mean + j * VOX_WARP_DIMS, row + 1,
        VOX_WARP_DIMS * sizeof (gfloat));
    for (guint d = 0; d < VOX_WARP_DIMS; d++) {
      const gfloat variance = row[1 + VOX_WARP_DIMS + d];

      if (variance <= 0.0f)
        return refuse (self, "a variance is not positive", error);
      self->warp->variance[j * VOX_WARP_DIMS + d] = variance;
    }
  }
  vox_mixture_refresh (self->warp);
  return TRUE;
}

static gboolean
read_layers (VoxTarget *self, GError **error)
{
  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    g_autofree gchar *name = g_strdup_printf ("net.layer%u", l + 1);
    guint outputs, inputs;

    vox_target_net_size (l, &outputs, &inputs);
    self->layers[l] = find (self, name, outputs, inputs + 1, NULL, error);
    if (self->layers[l] == NULL)
      return FALSE;
  }
  return TRUE;
}

VoxTarget *
vox_target_new (VoxVoice *voice, GError **error)
{
  g_autoptr (VoxTarget) self = g_new0 (VoxTarget, 1);
  const gdouble f0 = vox_voice_info (voice)->f0_median_hz;
  const gfloat *stats;

  self->ref_count = 1;
  self->voice = vox_voice_ref (voice);
  if (!(f0 >= 30.0 && f0 <= 2000.0)) {
    refuse (self, "its median F0 is out of range", error);
    return NULL;
  }
  self->log_f0 = log (f0);
  stats = find (self, "stats.cepstra", 2, VOX_CEPSTRA, NULL, error);
  if (stats == NULL)
    return NULL;
  self->mean = stats;
  self->deviation = stats + VOX_CEPSTRA;
  self->long_term =
      find (self, "spectrum.long_term", 2, VOX_MEL_POINTS, NULL, error);
  if (self->long_term == NULL)
    return NULL;
  self->high = find (self, "spectrum.high", 2, VOX_HIGH_BANDS, NULL, error);
  if (self->high == NULL)
    return NULL;
  self->frames =
      find (self, "frames", 0, VOX_CEPSTRA + 1, &self->n_frames, error);
  if (self->frames == NULL || !read_mixture (self, error)
      || !read_layers (self, error))
    return NULL;
  if (self->n_frames < MIN_FRAMES) {
    refuse (self, "it has less than a second of frames", error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

VoxTarget *
vox_target_ref (VoxTarget *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vox_target_unref (VoxTarget *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_pointer (&self->warp, vox_mixture_free);
  g_clear_pointer (&self->voice, vox_voice_unref);
  g_free (self);
}

VoxTargetNet *
vox_target_net (
    const VoxTarget *self, VoxStream *stream, guint max_rows, GError **error)
{
  g_autoptr (VoxTargetNet) net = NULL;

  net = vox_target_net_new (stream, max_rows, 0, error);
  if (net == NULL)
    return NULL;
  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    if (!vox_target_net_set (net, l, self->layers[l], error))
      return NULL;
  }
  return g_steal_pointer (&net);
}
