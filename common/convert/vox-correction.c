/* vox-correction.c: from voice frames to a change of their spectrum. */
#include "convert/vox-correction.h"

#include <math.h>
#include <string.h>

/* Long-term average speech spectrum, dB per third of an octave from 63 Hz to
 * 8 kHz, male and female mean (Byrne et al. 1994, table II). */
static const gdouble speech_db[] = { 38.6, 43.5, 54.4, 57.7, 56.8, 60.2, 60.3,
  59.0, 62.1, 62.1, 60.5, 56.8, 53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5,
  44.3, 43.7 };
#define SPEECH_FIRST_HZ 63.0
/* Frames around the wanted ones that one run of the network may need. */
#define SET_FRAMES (VOX_CORRECTION_BATCH + 2 * VOX_NET_REACH)

/* Log power density of speech in general at @hz. */
static gdouble
speech_log_power (gdouble hz)
{
  const gdouble at = CLAMP (
      3.0 * log2 (hz / SPEECH_FIRST_HZ), 0.0, G_N_ELEMENTS (speech_db) - 1.001);
  const guint k = (guint) at;
  const gdouble db =
      speech_db[k] + (at - k) * (speech_db[k + 1] - speech_db[k]);

  return (db - 10.0 * log10 (hz)) * G_LN10 / 10.0;
}

void
vox_correction_use_warp (VoxCorrection *self, gdouble alpha)
{
  g_free (self->cosines);
  self->cosines = vox_mel_warped_cosines (alpha, 0.0, VOX_CEPSTRA);
}

VoxCorrection *
vox_correction_new (VoxTarget *target)
{
  VoxCorrection *self = g_new0 (VoxCorrection, 1);
  g_autofree gfloat *weights = vox_mel_loudness ();

  self->target = vox_target_ref (target);
  self->inverse = vox_mel_cosines (VOX_CEPSTRA);
  vox_correction_use_warp (self, 1.0);
  memcpy (self->mean, target->mean, sizeof (self->mean));
  memcpy (self->deviation, target->deviation, sizeof (self->deviation));
  for (guint kind = 0; kind < 2; kind++) {
    const gfloat *spectrum = target->long_term + kind * VOX_MEL_POINTS;
    gdouble power = 1e-30, general = 1e-30;

    self->table[kind] = g_new (gfloat, VOX_MEL_POINTS);
    for (guint m = 0; m < VOX_MEL_POINTS; m++) {
      const gdouble speech = speech_log_power (vox_mel_point_hz (m));

      power += exp ((gdouble) spectrum[m]) * (gdouble) weights[m];
      general += exp (speech) * (gdouble) weights[m];
      self->table[kind][m] = spectrum[m] - (gfloat) speech;
    }
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      self->table[kind][m] =
          CLAMP (self->table[kind][m] - (gfloat) log (power / general),
              -VOX_CHANGE_LIMIT, VOX_CHANGE_LIMIT);
  }
  return self;
}

void
vox_correction_free (VoxCorrection *self)
{
  if (self == NULL)
    return;
  for (guint kind = 0; kind < 2; kind++) {
    g_clear_pointer (&self->classes[kind], vox_mixture_free);
    g_free (self->table[kind]);
  }
  g_clear_pointer (&self->net, vox_target_net_free);
  g_clear_pointer (&self->set, vox_train_set_free);
  g_clear_pointer (&self->target, vox_target_unref);
  g_free (self->cosines);
  g_free (self->inverse);
  g_free (self);
}

/* The first @dims warped cepstra of one frame. */
static void
warped_cepstra (const VoxCorrection *self, const VoxVoiceFrame *frame,
    guint dims, gfloat *cepstra)
{
  for (guint c = 0; c < dims; c++) {
    const gfloat *row = self->cosines + c * VOX_MEL_POINTS;
    gfloat sum = 0.0f;

    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      sum += row[m] * frame->spectrum[m];
    cepstra[c] = sum;
  }
}

static void
frame_features (
    const VoxCorrection *self, const VoxVoiceFrame *frame, gfloat *features)
{
  gfloat cepstra[VOX_NET_FEATURES];

  warped_cepstra (self, frame, VOX_NET_FEATURES, cepstra);
  vox_features_normalise (cepstra, VOX_NET_FEATURES, 1, VOX_NET_FEATURES,
      self->mean, self->deviation, features);
}

void
vox_correction_table (
    const VoxCorrection *self, const VoxVoiceFrame *frame, gfloat *change)
{
  const guint kind = frame->f0_hz > 0.0f ? 1 : 0;
  const VoxMixture *classes = self->classes[kind];
  gfloat features[VOX_NET_FEATURES], posterior[64];

  if (classes == NULL) {
    memcpy (change, self->table[kind], VOX_MEL_POINTS * sizeof (gfloat));
    return;
  }
  g_return_if_fail (classes->components <= G_N_ELEMENTS (posterior));
  frame_features (self, frame, features);
  vox_mixture_posterior (classes, features, posterior);
  memset (change, 0, VOX_MEL_POINTS * sizeof (gfloat));
  for (guint j = 0; j < classes->components; j++) {
    const gfloat *row = self->table[kind] + j * VOX_MEL_POINTS;

    for (guint m = 0; m < VOX_MEL_POINTS && posterior[j] > 1e-4f; m++)
      change[m] += posterior[j] * row[m];
  }
}

void
vox_correction_network (const VoxCorrection *self, const VoxVoiceFrame *frame,
    const gfloat *output, gfloat *change)
{
  gfloat level;

  warped_cepstra (self, frame, 1, &level);
  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    change[m] = level * self->inverse[m] + self->net_level - frame->spectrum[m];
  for (guint c = 1; c < VOX_CEPSTRA; c++) {
    const gfloat *row = self->inverse + c * VOX_MEL_POINTS;
    const gfloat z = self->net_mean[c]
        + self->net_ratio[c] * (output[c] - self->net_mean[c]);
    const gfloat cepstrum =
        self->target->mean[c] + self->target->deviation[c] * z;

    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      change[m] += cepstrum * row[m];
  }
}

gboolean
vox_correction_prepare (VoxCorrection *self, VoxStream *stream, GError **error)
{
  g_autofree gfloat *zeros = g_new0 (gfloat, SET_FRAMES * VOX_NET_FEATURES);
  const gfloat target[VOX_CEPSTRA] = { 0.0f };

  self->set =
      vox_train_set_new (stream, zeros, 1, zeros, SET_FRAMES, target, 1, error);
  return self->set != NULL;
}

/* Gives the network its share in the change of a sounding frame. */
static void
mix_network (const VoxCorrection *self, const VoxVoiceFrame *frame,
    gfloat level_db, const gfloat *output, gfloat *points)
{
  gfloat change[VOX_MEL_POINTS];

  if (vox_features_kind (frame, level_db) == VOX_FRAME_SILENT)
    return;
  vox_correction_network (self, frame, output, change);
  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    points[m] += self->net_share
        * (CLAMP (VOX_CORRECTION_GAIN * change[m], -VOX_CHANGE_LIMIT,
               VOX_CHANGE_LIMIT)
            - points[m]);
}

static gboolean
run_network (VoxCorrection *self, const VoxVoiceFrame *frames, guint n_frames,
    guint first, guint n, gfloat level_db, VoxChange *changes, GError **error)
{
  const guint start = first > VOX_NET_REACH ? first - VOX_NET_REACH : 0;
  const guint end = MIN (first + n + VOX_NET_REACH, n_frames);
  gfloat features[SET_FRAMES * VOX_NET_FEATURES], voicing[SET_FRAMES];
  gint32 rows[VOX_CORRECTION_BATCH];
  g_autofree gfloat *outputs = NULL;

  g_return_val_if_fail (n <= VOX_CORRECTION_BATCH, FALSE);
  for (guint i = 0; i < SET_FRAMES; i++) {
    /* Beyond the end the last frame stands in, as in training. */
    const VoxVoiceFrame *frame = &frames[MIN (start + i, end - 1)];

    frame_features (self, frame, features + i * VOX_NET_FEATURES);
    voicing[i] =
        vox_features_kind (frame, level_db) == VOX_FRAME_VOICED ? 1.0f : 0.0f;
    if (start + i >= end && i > 0) {
      memcpy (features + i * VOX_NET_FEATURES,
          features + (i - 1) * VOX_NET_FEATURES,
          VOX_NET_FEATURES * sizeof (gfloat));
      voicing[i] = voicing[i - 1];
    }
  }
  if (!vox_matrix_upload (self->set->features, 0, SET_FRAMES, features, error)
      || !vox_matrix_upload (self->set->voicing, 0, 1, voicing, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    rows[i] = (gint32) (first - start + i);
  outputs = vox_train_predict (self->net, self->set, rows, n, error);
  if (outputs == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    mix_network (self, &frames[first + i], level_db, outputs + i * VOX_CEPSTRA,
        changes[i].points);
  return TRUE;
}

gboolean
vox_correction_apply (VoxCorrection *self, const VoxVoiceFrame *frames,
    guint n_frames, guint first, guint n, gfloat level_db, VoxChange *changes,
    GError **error)
{
  for (guint i = 0; i < n; i++) {
    const VoxVoiceFrame *frame = &frames[first + i];
    const guint kind = frame->f0_hz > 0.0f ? 1 : 0;

    vox_correction_table (self, frame, changes[i].points);
    memcpy (changes[i].high, self->high + kind * VOX_HIGH_BANDS,
        sizeof (changes[i].high));
  }
  return self->net == NULL
      || run_network (
          self, frames, n_frames, first, n, level_db, changes, error);
}
