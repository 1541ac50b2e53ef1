/* vox-tts.c: text to speech: normaliser, speaker, vocoder, chunks. */
#include "tts/vox-tts.h"

#include <math.h>
#include "text/vox-text.h"
#include "tts/tts-speaker.h"
#include "tts/tts-units.h"
#include "tts/tts-vocoder.h"

/* Audio handed out at once, in seconds. */
#define CHUNK_S 0.04

struct _VoxTts
{
  const TtsSpeaker *speaker;
  VoxNormalizer *normalizer;
  TtsVocoder *vocoder; /* NULL when the speaker makes samples itself */
  TtsVocoderModel model;
  guint rate;
  gdouble speed;
  gdouble pause_scale;
  GArray *values; /* gfloat: frames or samples of one block */
  GArray *chunk; /* gfloat: samples of one chunk */
};

const gchar *const *
vox_tts_speakers (void)
{
  return tts_speaker_names ();
}

static void
set_unknown_speaker (GError **error, const gchar *name)
{
  g_autofree gchar *known = g_strjoinv (", ", (gchar **) tts_speaker_names ());

  if (*known == 0)
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "this build has no speakers; install flite's development files "
        "(Debian: flite1-dev) and build again with -Dflite=enabled");
  else
    g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "there is no speaker \"%s\"; known are %s", name, known);
}

VoxTts *
vox_tts_new (const VoxTtsParams *params, GError **error)
{
  const TtsSpeaker *speaker = tts_speaker_find (params->speaker);
  VoxTts *self;

  if (speaker == NULL) {
    set_unknown_speaker (error, params->speaker ? params->speaker : "");
    return NULL;
  }
  if (!(params->speed >= 0.25 && params->speed <= 4)
      || !(params->pause_scale >= 0 && params->pause_scale <= 4)) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "speed %g must be 0.25 to 4 and pause scale %g 0 to 4", params->speed,
        params->pause_scale);
    return NULL;
  }
  self = g_new0 (VoxTts, 1);
  self->speaker = speaker;
  self->normalizer = vox_normalizer_new (params->lexicon);
  self->rate = tts_speaker_rate (speaker);
  self->speed = params->speed;
  self->pause_scale = params->pause_scale;
  if (tts_speaker_model (speaker, &self->model))
    self->vocoder = tts_vocoder_new (&self->model);
  self->values = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->chunk = g_array_new (FALSE, FALSE, sizeof (gfloat));
  return self;
}

void
vox_tts_free (VoxTts *self)
{
  if (self == NULL)
    return;
  vox_normalizer_free (self->normalizer);
  tts_vocoder_free (self->vocoder);
  g_array_unref (self->values);
  g_array_unref (self->chunk);
  g_free (self);
}

guint
vox_tts_rate (const VoxTts *self)
{
  return self->rate;
}

void
vox_tts_set_speed (VoxTts *self, gdouble speed)
{
  self->speed = CLAMP (speed, 0.25, 4);
}

void
vox_tts_set_pause_scale (VoxTts *self, gdouble pause_scale)
{
  self->pause_scale = CLAMP (pause_scale, 0, 4);
}

/* Hands the chunk out when it is long enough, or always when @flush. */
static gboolean
give_chunk (VoxTts *self, gboolean flush, VoxTtsFunc func, gpointer user_data)
{
  gboolean go_on = TRUE;

  if (self->chunk->len > 0
      && (flush || self->chunk->len >= CHUNK_S * self->rate)) {
    go_on =
        func ((const gfloat *) self->chunk->data, self->chunk->len, user_data);
    g_array_set_size (self->chunk, 0);
  }
  return go_on;
}

static gboolean
give_frames (VoxTts *self, VoxTtsFunc func, gpointer user_data)
{
  guint stride = 1 + self->model.n_coefs + self->model.n_bands;
  const gfloat *frame = (const gfloat *) self->values->data;

  for (guint i = 0; i < self->values->len / stride; i++, frame += stride) {
    guint before = self->chunk->len;
    gsize n;

    g_array_set_size (self->chunk, before + self->model.frame_samples);
    n = tts_vocoder_run (
        self->vocoder, frame, &g_array_index (self->chunk, gfloat, before));
    g_array_set_size (self->chunk, before + (guint) n);
    if (!give_chunk (self, FALSE, func, user_data))
      return FALSE;
  }
  return TRUE;
}

static gboolean
give_samples (VoxTts *self, VoxTtsFunc func, gpointer user_data)
{
  guint n_chunk = (guint) (CHUNK_S * self->rate);

  for (guint i = 0; i < self->values->len; i += n_chunk) {
    g_array_append_vals (self->chunk, &g_array_index (self->values, gfloat, i),
        MIN (n_chunk, self->values->len - i));
    if (!give_chunk (self, FALSE, func, user_data))
      return FALSE;
  }
  return TRUE;
}

static gboolean
next_values (VoxTts *self, TtsPlan *plan)
{
  g_array_set_size (self->values, 0);
  return tts_plan_next (plan, self->values);
}

gboolean
vox_tts_speak (VoxTts *self, const gchar *text, VoxTtsFunc func,
    gpointer user_data, GError **error)
{
  TtsUnit unit = { .speed = self->speed, .pause_scale = self->pause_scale };
  g_auto (TtsUnits) units = { 0 };
  gboolean go_on = TRUE;

  if (self->vocoder != NULL)
    tts_vocoder_reset (self->vocoder);
  g_array_set_size (self->chunk, 0);
  tts_units_init (&units, self->normalizer, text);
  while (go_on && tts_units_next (&units, &unit)) {
    g_autoptr (TtsPlan) plan = tts_plan_new (self->speaker, &unit, error);

    if (plan == NULL)
      return FALSE;
    while (go_on && next_values (self, plan))
      go_on = self->vocoder != NULL ? give_frames (self, func, user_data)
                                    : give_samples (self, func, user_data);
  }
  if (go_on)
    give_chunk (self, TRUE, func, user_data);
  return TRUE;
}

gboolean
vox_tts_duration (
    VoxTts *self, const gchar *text, gdouble *seconds, GError **error)
{
  TtsUnit unit = { .speed = self->speed, .pause_scale = self->pause_scale };
  g_auto (TtsUnits) units = { 0 };
  gsize total = 0;

  tts_units_init (&units, self->normalizer, text);
  while (tts_units_next (&units, &unit)) {
    g_autoptr (TtsPlan) plan = tts_plan_new (self->speaker, &unit, error);

    if (plan == NULL)
      return FALSE;
    total += tts_plan_samples (plan);
  }
  /* The vocoder has nothing to give for the very first frame. */
  if (self->vocoder != NULL && total > 0)
    total -= self->model.frame_samples;
  *seconds = (gdouble) total / self->rate;
  return TRUE;
}
