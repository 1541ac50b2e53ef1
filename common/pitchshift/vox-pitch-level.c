/* vox-pitch-level.c: from grains to the power of their copies, and from that to
 * factors; the sums are the backend's psola.train.
 *
 * A voice that repeats a grain g every t samples has harmonics |G (k / t)| / t,
 * so by Poisson's formula the power (1 / t) sum_m R (m t), R the grain's
 * autocorrelation.
 */
#include "pitchshift/vox-pitch-level.h"

#include <math.h>

/* Breath between the harmonics gets louder with them: beyond 12 dB it would be
 * noticed more than the missing level. */
#define LIMIT 4.0

/* Powers are averaged over this time: a grain by itself, at a hum or where the
 * voice breaks, may be anything. */
#define AVERAGE_S 0.040

struct _VoxPitchLevel
{
  VoxStream *stream;
  guint channels;
  guint row_length;
  guint centre;
  gdouble average_samples;
  VoxBuffer *spacing;
  VoxBuffer *energies;
  VoxBuffer *factors;
  VoxPsolaSpacing host_spacing[VOX_PSOLA_BATCH];
  gfloat host_energies[2 * VOX_PSOLA_BATCH];
  gfloat *host_factors;
  gdouble before, after;
  gdouble destination;
};

static VoxPsolaSpacing
spacing_of (const VoxPitchLevel *self, const VoxGrain *grain)
{
  const gdouble before = MAX (grain->period / grain->rate, 1.0);
  /* The gain is the root of the new period over the old one. */
  const gdouble after = MAX (before * grain->gain * grain->gain, 1.0);
  const gint first = MAX ((gint) floor (self->centre - grain->left), 0);
  const gint end = MIN (
      (gint) ceil (self->centre + 1.0 + grain->right), (gint) self->row_length);
  const VoxPsolaSpacing spacing = { (guint32) first, (guint32) (end - first),
    (gfloat) before, (gfloat) after };

  return spacing;
}

/* Takes one grain into the averages. Returns: its factor. */
static gdouble
factor_of (VoxPitchLevel *self, const VoxGrain *grain, const gfloat energies[2])
{
  const gdouble passed = grain->destination - self->destination;
  const gdouble keep = exp (-MAX (passed, 0.0) / self->average_samples);

  self->destination = grain->destination;
  if (!grain->voiced) {
    self->before = self->after = 0.0;
    return 1.0;
  }
  self->before = self->before * keep + (gdouble) energies[0];
  self->after = self->after * keep + (gdouble) energies[1];
  if (self->before == self->after)
    return 1.0;
  if (self->after * LIMIT * LIMIT <= self->before)
    return LIMIT;
  return MAX (sqrt (self->before / self->after), 1.0 / LIMIT);
}

static gboolean
level (gpointer user_data, gfloat *grains, const VoxGrain *info, guint n_grains,
    GError **error)
{
  VoxPitchLevel *self = user_data;
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  const VoxPsolaTrainArgs args = {
    .rows = grains,
    .spacing = self->spacing->data,
    .n_grains = n_grains,
    .channels = self->channels,
    .row_length = self->row_length,
    .energies = self->energies->data,
  };
  const guint n_rows = n_grains * self->channels;

  for (guint g = 0; g < n_grains; g++)
    self->host_spacing[g] = spacing_of (self, &info[g]);
  memory->copy (self->stream, self->spacing->data, self->host_spacing,
      n_grains * sizeof (VoxPsolaSpacing));
  self->stream->ops->psola.train (self->stream, &args);
  memory->copy (self->stream, self->host_energies, self->energies->data,
      2 * n_grains * sizeof (gfloat));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint r = 0; r < n_rows; r += self->channels) {
    const guint g = r / self->channels;
    const gdouble factor =
        factor_of (self, &info[g], self->host_energies + 2 * g);

    for (guint c = 0; c < self->channels; c++)
      self->host_factors[r + c] = (gfloat) factor;
  }
  memory->copy (self->stream, self->factors->data, self->host_factors,
      n_rows * sizeof (gfloat));
  self->stream->ops->psola.scale (self->stream, grains,
      vox_buffer_f32 (self->factors), n_rows, self->row_length);
  /* The factors on the host are overwritten by the next batch. */
  return vox_stream_finish (self->stream, error);
}

void
vox_pitch_level_reset (VoxPitchLevel *self)
{
  self->before = self->after = self->destination = 0.0;
}

VoxPitchLevel *
vox_pitch_level_new (VoxStream *stream, VoxPsola *psola, guint rate,
    guint channels, GError **error)
{
  VoxPitchLevel *self = g_new0 (VoxPitchLevel, 1);
  const gsize n_rows = (gsize) channels * VOX_PSOLA_BATCH;

  self->stream = stream;
  self->channels = channels;
  self->row_length = vox_psola_grain_length (psola);
  self->centre = vox_psola_grain_centre (psola);
  self->average_samples = AVERAGE_S * rate;
  self->host_factors = g_new (gfloat, n_rows);
  self->spacing = vox_buffer_new (
      stream, VOX_PSOLA_BATCH * sizeof (VoxPsolaSpacing), error);
  if (self->spacing != NULL)
    self->energies =
        vox_buffer_new (stream, 2 * VOX_PSOLA_BATCH * sizeof (gfloat), error);
  if (self->energies != NULL)
    self->factors = vox_buffer_new (stream, n_rows * sizeof (gfloat), error);
  if (self->factors == NULL) {
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
  vox_buffer_free (self->energies);
  vox_buffer_free (self->factors);
  g_free (self->host_factors);
  g_free (self);
}
