/* vox-pitch-level.c: from grains to the spacing of their copies; the sums are
 * the backend's psola.level.
 *
 * A voice that repeats a grain g every t samples has harmonics |G (k / t)| / t,
 * so by Poisson's formula the power (1 / t) sum_m R (m t), R the grain's
 * autocorrelation.
 */
#include "pitchshift/vox-pitch-level.h"

#include <math.h>

/* Breath between the harmonics gets louder with them; beyond 15 dB it would be
 * noticed more than the missing level. */
#define LIMIT 6.0f

struct _VoxPitchLevel
{
  VoxStream *stream;
  guint channels;
  guint row_length;
  guint centre;
  VoxBuffer *spacing;
  VoxPsolaSpacing host[VOX_PSOLA_BATCH];
};

static VoxPsolaSpacing
spacing_of (const VoxPitchLevel *self, const VoxGrain *grain)
{
  const gdouble before = grain->period / grain->rate;
  /* The gain is the root of the new period over the old one. */
  const gdouble after = before * grain->gain * grain->gain;
  const gint first = (gint) floor (self->centre - grain->left);
  const gint end = (gint) ceil (self->centre + 1.0 + grain->right);
  VoxPsolaSpacing spacing = { 0 };

  if (!grain->voiced || before < 1.0 || after < 1.0)
    return spacing;
  spacing.first = (guint32) MAX (first, 0);
  spacing.length =
      (guint32) (MIN (end, (gint) self->row_length) - (gint) spacing.first);
  spacing.before = (gfloat) before;
  spacing.after = (gfloat) after;
  return spacing;
}

static gboolean
level (gpointer user_data, gfloat *grains, const VoxGrain *info, guint n_grains,
    GError **error)
{
  VoxPitchLevel *self = user_data;
  const VoxPsolaLevelArgs args = {
    .rows = grains,
    .spacing = self->spacing->data,
    .n_grains = n_grains,
    .channels = self->channels,
    .row_length = self->row_length,
    .limit = LIMIT,
  };

  for (guint g = 0; g < n_grains; g++)
    self->host[g] = spacing_of (self, &info[g]);
  self->stream->ops->memory.copy (self->stream, self->spacing->data, self->host,
      n_grains * sizeof (VoxPsolaSpacing));
  self->stream->ops->psola.level (self->stream, &args);
  /* The spacing on the host is overwritten by the next batch. */
  return vox_stream_finish (self->stream, error);
}

VoxPitchLevel *
vox_pitch_level_new (
    VoxStream *stream, VoxPsola *psola, guint channels, GError **error)
{
  VoxPitchLevel *self = g_new0 (VoxPitchLevel, 1);

  self->stream = stream;
  self->channels = channels;
  self->row_length = vox_psola_grain_length (psola);
  self->centre = vox_psola_grain_centre (psola);
  self->spacing = vox_buffer_new (
      stream, VOX_PSOLA_BATCH * sizeof (VoxPsolaSpacing), error);
  if (self->spacing == NULL) {
    vox_pitch_level_free (self);
    return NULL;
  }
  vox_psola_set_filter (psola, level, self);
  return self;
}

void
vox_pitch_level_free (VoxPitchLevel *self)
{
  if (self == NULL)
    return;
  vox_buffer_free (self->spacing);
  g_free (self);
}
