/* gstavspeech.c: speaker -> enrolled voice -> limiter -> resampler. */
#include "gstavspeech.h"

#include <math.h>
#include <soxr.h>

#include "base/gstavdevice.h"
#include "base/vox-processor.h"
#include "convert/vox-convert.h"
#include "text/vox-lexicon.h"
#include "dsp/vox-limiter.h"
#include "voice/vox-voice-store.h"

/* Source the voice conversion listens to before its first output, in seconds:
 * about one sentence. A shorter text comes out when it ends. */
#define VOICE_LOOKAHEAD_S 3.0

struct _GstAvSpeech
{
  VoxLexicon *lexicon;
  VoxTts *tts;
  VoxDevice *device;
  VoxProcessor *voice; /* NULL: the speaker's own */
  VoxLimiter *limiter; /* behind the voice, whose peaks are its own */
  soxr_t resampler; /* NULL: natural rate */
  guint rate;
  GArray *converted; /* gfloat */
  GArray *limited; /* gfloat */
  GArray *resampled; /* gfloat */
  /* of the running utterance */
  VoxTtsFunc func;
  gpointer user_data;
  gboolean go_on;
  GError *error;
};

void
gst_av_speech_params_clear (GstAvSpeechParams *params)
{
  g_clear_pointer (&params->speaker, g_free);
  g_clear_pointer (&params->lexicon, g_free);
  g_clear_pointer (&params->voice, g_free);
  g_clear_pointer (&params->voices_dir, g_free);
  g_clear_pointer (&params->device, g_free);
}

static gboolean
open_voice (GstAvSpeech *self, const GstAvSpeechParams *params, GError **error)
{
  VoxConvertParams convert = VOX_CONVERT_PARAMS_DEFAULT;
  g_autoptr (VoxVoice) voice =
      vox_voice_store_find (params->voices_dir, params->voice, error);

  if (voice == NULL)
    return FALSE;
  convert.rate = vox_tts_rate (self->tts);
  convert.channels = 1;
  convert.mode = params->mode;
  convert.content = VOX_CONVERT_SPEECH;
  convert.lookahead_s = VOICE_LOOKAHEAD_S;
  self->voice = vox_convert_new (self->device, voice, &convert, error);
  self->limiter = vox_limiter_new (convert.rate);
  return self->voice != NULL;
}

GstAvSpeech *
gst_av_speech_new (
    GstElement *element, const GstAvSpeechParams *params, GError **error)
{
  g_autoptr (GstAvSpeech) self = g_new0 (GstAvSpeech, 1);
  VoxTtsParams tts = VOX_TTS_PARAMS_DEFAULT;

  self->converted = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->limited = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->resampled = g_array_new (FALSE, FALSE, sizeof (gfloat));
  if (params->lexicon != NULL && *params->lexicon != 0) {
    self->lexicon = vox_lexicon_load (params->lexicon, error);
    if (self->lexicon == NULL)
      return NULL;
  }
  tts.speaker = params->speaker;
  tts.lexicon = self->lexicon;
  self->tts = vox_tts_new (&tts, error);
  if (self->tts == NULL)
    return NULL;
  self->rate = vox_tts_rate (self->tts);
  /* Also without a voice: a device that is not there is an error everywhere. */
  self->device = gst_av_device_open (element, params->device, error);
  if (self->device == NULL)
    return NULL;
  if (params->voice != NULL && *params->voice != 0
      && !open_voice (self, params, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
gst_av_speech_free (GstAvSpeech *self)
{
  if (self == NULL)
    return;
  soxr_delete (self->resampler);
  vox_processor_free (self->voice);
  vox_limiter_free (self->limiter);
  vox_device_unref (self->device);
  vox_tts_free (self->tts);
  vox_lexicon_free (self->lexicon);
  g_array_unref (self->converted);
  g_array_unref (self->limited);
  g_array_unref (self->resampled);
  g_clear_error (&self->error);
  g_free (self);
}

VoxDevice *
gst_av_speech_device (GstAvSpeech *self)
{
  return self->device;
}

guint
gst_av_speech_natural_rate (const GstAvSpeech *self)
{
  return vox_tts_rate (self->tts);
}

gboolean
gst_av_speech_set_rate (GstAvSpeech *self, guint rate, GError **error)
{
  guint natural = vox_tts_rate (self->tts);
  soxr_error_t failure = NULL;

  g_clear_pointer (&self->resampler, soxr_delete);
  self->rate = rate;
  if (rate == natural)
    return TRUE;
  self->resampler = soxr_create (natural, rate, 1, &failure, NULL, NULL, NULL);
  if (failure == NULL)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
      "cannot resample from %u to %u Hz: %s", natural, rate, failure);
  return FALSE;
}

static void
set_tempo (GstAvSpeech *self, gdouble speed, gdouble pause_scale)
{
  vox_tts_set_speed (self->tts, speed);
  vox_tts_set_pause_scale (self->tts, pause_scale);
}

gboolean
gst_av_speech_duration (GstAvSpeech *self, const gchar *text, gdouble speed,
    gdouble pause_scale, gdouble *seconds, GError **error)
{
  set_tempo (self, speed, pause_scale);
  return vox_tts_duration (self->tts, text, seconds, error);
}

/* The last step; @samples NULL drains the resampler. */
static void
give (GstAvSpeech *self, const gfloat *samples, gsize n_samples)
{
  gsize room, done = 0;

  if (!self->go_on)
    return;
  if (self->resampler == NULL) {
    if (n_samples > 0)
      self->go_on = self->func (samples, n_samples, self->user_data);
    return;
  }
  /* Everything that can come out of it, and of what soxr holds back. */
  room =
      (gsize) ceil ((gdouble) n_samples * self->rate / vox_tts_rate (self->tts))
      + (gsize) ceil (soxr_delay (self->resampler)) + 64;
  g_array_set_size (self->resampled, (guint) room);
  soxr_process (self->resampler, samples, n_samples, NULL,
      self->resampled->data, room, &done);
  if (done > 0)
    self->go_on = self->func (
        (const gfloat *) self->resampled->data, done, self->user_data);
}

/* @samples NULL drains the limiter. */
static void
give_limited (GstAvSpeech *self, const gfloat *samples, gsize n_samples)
{
  g_array_set_size (self->limited, 0);
  vox_limiter_run (self->limiter, samples, n_samples, self->limited);
  if (self->limited->len > 0)
    give (self, (const gfloat *) self->limited->data, self->limited->len);
}

static gboolean
pull_converted (GstAvSpeech *self)
{
  gsize n = vox_processor_available (self->voice);
  gfloat *outputs[1];

  if (n == 0)
    return TRUE;
  g_array_set_size (self->converted, (guint) n);
  outputs[0] = (gfloat *) self->converted->data;
  if (!vox_processor_pull (self->voice, outputs, n, &self->error))
    return FALSE;
  give_limited (self, outputs[0], n);
  return TRUE;
}

static gboolean
take_speech (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  GstAvSpeech *self = user_data;

  if (self->voice == NULL)
    give (self, samples, n_samples);
  else if (!vox_processor_push (self->voice, samples, n_samples, &self->error)
      || !pull_converted (self))
    return FALSE;
  return self->go_on;
}

static gboolean
finish (GstAvSpeech *self)
{
  if (self->voice != NULL && self->go_on
      && (!vox_processor_drain (self->voice, &self->error)
          || !pull_converted (self)))
    return FALSE;
  if (self->voice != NULL && self->go_on)
    give_limited (self, NULL, 0);
  if (self->resampler != NULL)
    give (self, NULL, 0);
  return TRUE;
}

gboolean
gst_av_speech_run (GstAvSpeech *self, const gchar *text, gdouble speed,
    gdouble pause_scale, VoxTtsFunc func, gpointer user_data, GError **error)
{
  set_tempo (self, speed, pause_scale);
  self->func = func;
  self->user_data = user_data;
  self->go_on = TRUE;
  if (self->voice != NULL)
    vox_processor_reset (self->voice);
  if (self->limiter != NULL)
    vox_limiter_reset (self->limiter);
  if (self->resampler != NULL)
    soxr_clear (self->resampler);
  if (vox_tts_speak (self->tts, text, take_speech, self, &self->error)
      && self->error == NULL)
    finish (self);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
