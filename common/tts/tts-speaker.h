/* tts-speaker.h: the built-in speakers: words to vocoder parameters.
 *
 * The speakers are those of flite (Black and Lenzo, "Flite: a small fast
 * run-time synthesis engine"); this is the only header that stands between
 * flite and the rest of the engine. Flite keeps state per process, so every
 * call takes one lock; nothing of it is held while audio is made, except for
 * the diphone speaker, whose samples come out of flite itself.
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

typedef struct _TtsSpeaker TtsSpeaker;

/**
 * TtsVocoderModel: what is constant in a speaker's parameters.
 * @rate: Hz
 * @frame_samples: samples between two frames
 * @n_coefs: mel cepstrum coefficients of a frame, the gain included
 * @n_bands: excitation bands
 * @n_taps: length of the filter of each band
 * @taps: n_bands filters
 * @alpha: frequency warping of the mel cepstrum
 * @beta: strength of the formant emphasis
 * @gain: linear
 */
typedef struct
{
  guint rate;
  guint frame_samples;
  guint n_coefs;
  guint n_bands;
  guint n_taps;
  const gdouble *const *taps;
  gfloat alpha;
  gfloat beta;
  gfloat gain;
} TtsVocoderModel;

/**
 * TtsUnit: what is synthesised at once.
 * @text: normalised words and marks (vox-text.h), @length bytes
 * @speed: 1 is the speaker's own
 * @pause_scale: factor of the pauses inside
 * @pause_before_s, @pause_after_s: seconds of silence at the ends
 */
typedef struct
{
  const gchar *text;
  gsize length;
  gdouble speed;
  gdouble pause_scale;
  gdouble pause_before_s;
  gdouble pause_after_s;
} TtsUnit;

/** tts_speaker_names: (array zero-terminated=1). */
const gchar *const *tts_speaker_names (void);

/** tts_speaker_find: (nullable): valid for the life of the process. */
const TtsSpeaker *tts_speaker_find (const gchar *name);

guint tts_speaker_rate (const TtsSpeaker *self);

/** tts_speaker_model: FALSE for a speaker that makes samples itself. */
gboolean tts_speaker_model (const TtsSpeaker *self, TtsVocoderModel *model);

/**
 * TtsPlan: a unit whose words, sounds and durations are known.
 */
typedef struct _TtsPlan TtsPlan;

/** tts_plan_new: VOX_ERROR_SIGNAL when flite cannot make anything of @unit. */
TtsPlan *tts_plan_new (
    const TtsSpeaker *speaker, const TtsUnit *unit, GError **error);
void tts_plan_free (TtsPlan *self);

/** tts_plan_samples: samples it becomes in the middle of a text. */
gsize tts_plan_samples (const TtsPlan *self);

/**
 * tts_plan_next:
 * @values: (element-type gfloat): with a model, the next frames are appended,
 *   each one F0 in Hz (0 = unvoiced), n_coefs coefficients and n_bands
 *   strengths of the periodic part (0 to 1); without one, samples of full
 *   scale 1.0
 *
 * Returns: FALSE at the end.
 */
gboolean tts_plan_next (TtsPlan *self, GArray *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsPlan, tts_plan_free)

G_END_DECLS
