/* vox-regrain.c: re-synthesis from filtered grains. */
#include "convert/vox-regrain.h"

#include <math.h>
#include <string.h>

/* Frames of changes kept for grains that are still to be filtered: 2 s. */
#define KEPT_FRAMES 400
/* The widest grain over the longest period (see vox-psola.h: half grains are
 * cut at 1.25 periods) and a margin. */
#define GRAIN_PERIODS 2.5
#define GRAIN_MARGIN 16
#define PULL 64
#define HIGH_FROM_HZ (VOX_ANALYSIS_RATE / 2.0)

struct _VoxRegrain
{
  VoxStream *stream;
  guint rate;
  guint channels;
  guint fft_size;
  VoxMarks *marks;
  VoxPsola *psola;
  VoxMatrix *expansion;
  VoxMatrix *changes;
  VoxMatrix *log_power;
  VoxMatrix *responses;
  VoxBuffer *which;
  GArray *frames;
  gint64 frames_end;
};

/* [bins][VOX_REGRAIN_WIDTH]: from points and bands to bins. */
static gfloat *
make_expansion (guint rate, guint fft_size)
{
  const guint bins = fft_size / 2 + 1;
  g_autofree gfloat *low = vox_mel_expansion (rate, fft_size);
  gfloat *rows = g_new0 (gfloat, (gsize) bins * VOX_REGRAIN_WIDTH);

  for (guint k = 0; k < bins; k++) {
    const gdouble hz = (gdouble) k * rate / fft_size;
    gfloat *row = rows + (gsize) k * VOX_REGRAIN_WIDTH;

    if (hz <= HIGH_FROM_HZ) {
      memcpy (row, low + (gsize) k * VOX_MEL_POINTS,
          VOX_MEL_POINTS * sizeof (gfloat));
    } else {
      const gdouble at = vox_high_band_position (hz);
      const guint b = MIN ((guint) at, VOX_HIGH_BANDS - 2);

      row[VOX_MEL_POINTS + b] = (gfloat) (1.0 - (at - b));
      row[VOX_MEL_POINTS + b + 1] = (gfloat) (at - b);
    }
  }
  return rows;
}

/* The change that belongs to a grain: that of the frame nearest to its source,
 * or the newest one. */
static gint64
frame_of_grain (const VoxRegrain *self, const VoxGrain *grain)
{
  const gint64 start = self->frames_end - self->frames->len / VOX_REGRAIN_WIDTH;
  const gint64 frame =
      (gint64) floor (grain->source / (VOX_FRAME_S * self->rate) + 0.5);

  return CLAMP (frame, start, self->frames_end - 1) - start;
}

/* Filters a batch; neighbouring grains often share a frame and its filter. */
static gboolean
filter_grains (gpointer user_data, gfloat *grains, const VoxGrain *info,
    guint n_grains, GError **error)
{
  VoxRegrain *self = user_data;
  const gfloat *frames = (const gfloat *) self->frames->data;
  const VoxGrainFilterArgs args = { .grains = grains,
    .responses = (const VoxComplex *) self->responses->data,
    .which = self->which->data,
    .n_grains = n_grains,
    .channels = self->channels,
    .fft_size = self->fft_size };
  gint32 which[VOX_PSOLA_BATCH];
  gint64 last = -1;
  guint n = 0;

  if (self->frames->len == 0)
    return TRUE;
  for (guint i = 0; i < n_grains; i++) {
    const gint64 frame = frame_of_grain (self, &info[i]);

    if (frame != last
        && !vox_matrix_upload (
            self->changes, n++, 1, frames + frame * VOX_REGRAIN_WIDTH, error))
      return FALSE;
    last = frame;
    which[i] = (gint32) n - 1;
  }
  self->stream->ops->memory.copy (
      self->stream, self->which->data, which, n_grains * sizeof (gint32));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  vox_matrix_multiply (
      self->log_power, self->changes, self->expansion, TRUE, n);
  self->stream->ops->grain.minimum_phase (self->stream,
      (VoxComplex *) self->responses->data, self->log_power->data,
      self->fft_size, n);
  self->stream->ops->grain.filter (self->stream, &args);
  return TRUE;
}

static gboolean
make_matrices (VoxRegrain *self, GError **error)
{
  const guint bins = self->fft_size / 2 + 1;
  g_autofree gfloat *expansion = make_expansion (self->rate, self->fft_size);
  VoxStream *stream = self->stream;

  self->expansion =
      vox_matrix_new (stream, bins, VOX_REGRAIN_WIDTH, expansion, error);
  if (self->expansion == NULL)
    return FALSE;
  self->changes =
      vox_matrix_new (stream, VOX_PSOLA_BATCH, VOX_REGRAIN_WIDTH, NULL, error);
  if (self->changes == NULL)
    return FALSE;
  self->log_power = vox_matrix_new (stream, VOX_PSOLA_BATCH, bins, NULL, error);
  if (self->log_power == NULL)
    return FALSE;
  self->responses =
      vox_matrix_new (stream, VOX_PSOLA_BATCH, 2 * bins, NULL, error);
  if (self->responses == NULL)
    return FALSE;
  self->which =
      vox_buffer_new (stream, VOX_PSOLA_BATCH * sizeof (gint32), error);
  return self->which != NULL;
}

VoxRegrain *
vox_regrain_new (VoxStream *stream, guint rate, guint channels, gdouble min_hz,
    GError **error)
{
  g_autoptr (VoxRegrain) self = g_new0 (VoxRegrain, 1);
  const VoxMarksParams marks = {
    .rate = rate, .hop_s = VOX_FRAME_S, .min_hz = min_hz
  };
  VoxPsolaParams psola = VOX_PSOLA_PARAMS_DEFAULT;

  self->stream = stream;
  self->rate = rate;
  self->channels = channels;
  self->frames = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->fft_size = 256;
  while (self->fft_size < GRAIN_PERIODS * rate / min_hz + GRAIN_MARGIN)
    self->fft_size *= 2;
  if (!make_matrices (self, error))
    return NULL;
  self->marks = vox_marks_new (&marks, error);
  if (self->marks == NULL)
    return NULL;
  psola.rate = rate;
  psola.channels = channels;
  psola.min_hz = min_hz;
  psola.control_hop_s = VOX_FRAME_S;
  psola.grain_length = self->fft_size;
  self->psola = vox_psola_new (stream, &psola, error);
  if (self->psola == NULL)
    return NULL;
  vox_psola_set_filter (self->psola, filter_grains, self);
  return g_steal_pointer (&self);
}

void
vox_regrain_free (VoxRegrain *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->marks, vox_marks_free);
  g_clear_pointer (&self->psola, vox_psola_free);
  g_clear_pointer (&self->expansion, vox_matrix_free);
  g_clear_pointer (&self->changes, vox_matrix_free);
  g_clear_pointer (&self->log_power, vox_matrix_free);
  g_clear_pointer (&self->responses, vox_matrix_free);
  g_clear_pointer (&self->which, vox_buffer_free);
  g_clear_pointer (&self->frames, g_array_unref);
  g_free (self);
}

static gboolean
pass_marks (VoxRegrain *self, GError **error)
{
  VoxMark marks[PULL];
  gsize n;

  while ((n = vox_marks_pull (self->marks, marks, PULL)) > 0)
    if (!vox_psola_push_marks (self->psola, marks, n, error))
      return FALSE;
  return TRUE;
}

gboolean
vox_regrain_hear (VoxRegrain *self, const gfloat *frames, const gfloat *mono,
    gsize n_samples, const VoxF0Frame *f0, gsize n_f0, GError **error)
{
  vox_marks_push (self->marks, mono, n_samples);
  vox_marks_push_f0 (self->marks, f0, n_f0);
  return vox_psola_push (self->psola, frames, n_samples, error)
      && pass_marks (self, error);
}

gboolean
vox_regrain_change (VoxRegrain *self, const gfloat *changes,
    const gfloat *ratios, guint n, GError **error)
{
  const guint kept = KEPT_FRAMES * VOX_REGRAIN_WIDTH;

  g_array_append_vals (self->frames, changes, n * VOX_REGRAIN_WIDTH);
  if (self->frames->len > 2 * kept)
    g_array_remove_range (self->frames, 0, self->frames->len - kept);
  self->frames_end += n;
  for (guint i = 0; i < n; i++) {
    const VoxPsolaControl control = { .pitch_ratio = ratios[i],
      .formant_ratio = 1.0f };

    if (!vox_psola_push_control (self->psola, &control, 1, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vox_regrain_end_marks (VoxRegrain *self, GError **error)
{
  vox_marks_drain (self->marks);
  return pass_marks (self, error);
}

gboolean
vox_regrain_drain (VoxRegrain *self, GError **error)
{
  return vox_psola_drain (self->psola, error);
}

gsize
vox_regrain_latency (
    const VoxRegrain *self, gsize f0_latency, gsize change_latency)
{
  /* A grain waits for the changes on both sides of its place and, at the end of
   * a voiced stretch, of its mark, which is up to half a distance (as long as
   * the longest half grain) behind. The samples before its row are complete. */
  const gsize centre = vox_psola_grain_centre (self->psola);
  const gsize grain = centre + (centre + 1) / 2 + GRAIN_MARGIN
      + (gsize) ceil (VOX_FRAME_S * self->rate);

  return MAX (
      vox_psola_chain_latency_samples (self->psola, self->marks, f0_latency),
      grain + change_latency);
}

gsize
vox_regrain_available (const VoxRegrain *self)
{
  return vox_psola_available (self->psola);
}

void
vox_regrain_pull (VoxRegrain *self, gfloat *frames, gsize n)
{
  vox_psola_pull (self->psola, frames, n);
}

void
vox_regrain_reset (VoxRegrain *self)
{
  vox_marks_reset (self->marks);
  vox_psola_reset (self->psola);
  g_array_set_size (self->frames, 0);
  self->frames_end = 0;
}
