/* vox-tts.h: text to speech, one utterance at a time, pushed out in chunks. */
#pragma once

#include <glib.h>
#include "base/vox-error.h"
#include "text/vox-lexicon.h"

G_BEGIN_DECLS

typedef struct _VoxTts VoxTts;

/**
 * VoxTtsParams:
 * @speaker: "slt", "rms", "awb" or "kal16"
 * @speed: 0.25 to 4, 1 is the speaker's own
 * @pause_scale: 0 to 4, scales the pauses between phrases and sentences
 * @lexicon: (nullable): the user's pronunciations; borrowed
 */
typedef struct
{
  const gchar *speaker;
  gdouble speed;
  gdouble pause_scale;
  const VoxLexicon *lexicon;
} VoxTtsParams;

#define VOX_TTS_PARAMS_DEFAULT                         \
  {                                                    \
    .speaker = "slt", .speed = 1.0, .pause_scale = 1.0 \
  }

/** vox_tts_speakers: (array zero-terminated=1): names that can be used in this
 * build; empty when it was built without flite. */
const gchar *const *vox_tts_speakers (void);

/** vox_tts_new: VOX_ERROR_NOT_FOUND for unknown speakers, listing the known. */
VoxTts *vox_tts_new (const VoxTtsParams *params, GError **error);
void vox_tts_free (VoxTts *self);

/** vox_tts_rate: sample rate of the mono output in Hz. */
guint vox_tts_rate (const VoxTts *self);

/** vox_tts_set_speed: for the following utterances. */
void vox_tts_set_speed (VoxTts *self, gdouble speed);

/** vox_tts_set_pause_scale: for the following utterances. */
void vox_tts_set_pause_scale (VoxTts *self, gdouble pause_scale);

/** Called with mono samples, full scale 1.0; FALSE stops the synthesis. */
typedef gboolean (*VoxTtsFunc) (
    const gfloat *samples, gsize n_samples, gpointer user_data);

/**
 * vox_tts_speak:
 * @text: UTF-8, plain or with [[phonemes]]; normalised by the engine
 * @func: gets the audio chunk by chunk, the first one as early as possible
 * Returns: FALSE with an error; TRUE also when @func stopped it.
 */
gboolean vox_tts_speak (VoxTts *self, const gchar *text, VoxTtsFunc func,
    gpointer user_data, GError **error);

/** vox_tts_duration: seconds @text will take at the current speed, without
 * rendering it. */
gboolean vox_tts_duration (
    VoxTts *self, const gchar *text, gdouble *seconds, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxTts, vox_tts_free)

G_END_DECLS
