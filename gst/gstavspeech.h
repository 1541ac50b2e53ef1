/* gstavspeech.h: text to samples for avtts: speaker, enrolled voice and
 * resampling in one row. Belongs to one thread at a time; knows no pads. */
#pragma once

#include <gst/gst.h>

#include "backend/vox-device.h"
#include "base/vox-mode.h"
#include "tts/vox-tts.h"

G_BEGIN_DECLS

typedef struct _GstAvSpeech GstAvSpeech;

/**
 * GstAvSpeechParams:
 * @speaker: see #VoxTtsParams
 * @lexicon: (nullable): file of the user's pronunciations
 * @voice: (nullable): name or path of an enrolled voice to speak in
 * @voices_dir: (nullable): store to look for @voice
 * @device: (nullable): where @voice is computed
 * @mode: of the conversion to @voice
 */
typedef struct
{
  gchar *speaker;
  gchar *lexicon;
  gchar *voice;
  gchar *voices_dir;
  gchar *device;
  VoxMode mode;
} GstAvSpeechParams;

void gst_av_speech_params_clear (GstAvSpeechParams *params);

/** gst_av_speech_new: loads everything @params names. @element is for the
 * log. */
GstAvSpeech *gst_av_speech_new (
    GstElement *element, const GstAvSpeechParams *params, GError **error);
void gst_av_speech_free (GstAvSpeech *self);

/** gst_av_speech_device: (nullable): where an enrolled voice is computed. */
VoxDevice *gst_av_speech_device (GstAvSpeech *self);

/** gst_av_speech_natural_rate: rate in Hz that needs no resampling. */
guint gst_av_speech_natural_rate (const GstAvSpeech *self);

/** gst_av_speech_set_rate: rate in Hz of the samples from now on. */
gboolean gst_av_speech_set_rate (GstAvSpeech *self, guint rate, GError **error);

/** gst_av_speech_duration: seconds @text takes at @speed. */
gboolean gst_av_speech_duration (GstAvSpeech *self, const gchar *text,
    gdouble speed, gdouble pause_scale, gdouble *seconds, GError **error);

/**
 * gst_av_speech_run:
 * @func: gets mono samples at the rate set, chunk by chunk
 *
 * Returns: FALSE with @error; TRUE also when @func stopped it.
 */
gboolean gst_av_speech_run (GstAvSpeech *self, const gchar *text, gdouble speed,
    gdouble pause_scale, VoxTtsFunc func, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstAvSpeech, gst_av_speech_free)

G_END_DECLS
