/* tts-vocoder.h: mel cepstrum and excitation to samples.
 *
 * A mel log spectrum approximation filter (Imai, "Cepstral analysis synthesis
 * on the mel frequency scale", ICASSP 1983; Fukada et al., ICASSP 1992) driven
 * by pulses and noise mixed per band, as the HTS engine and flite do. The
 * noise comes from a generator of its own, so that the samples depend on
 * nothing but the frames.
 */
#pragma once

#include "tts/tts-speaker.h"

G_BEGIN_DECLS

typedef struct _TtsVocoder TtsVocoder;

TtsVocoder *tts_vocoder_new (const TtsVocoderModel *model);
void tts_vocoder_free (TtsVocoder *self);

/** tts_vocoder_reset: the next frame begins a new stream. */
void tts_vocoder_reset (TtsVocoder *self);

/**
 * tts_vocoder_run:
 * @frame: see tts_speaker_run ()
 * @out: room for frame_samples
 * Returns: samples written: those between the frame before and this one, so
 *   none for the first one.
 */
gsize tts_vocoder_run (TtsVocoder *self, const gfloat *frame, gfloat *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TtsVocoder, tts_vocoder_free)

G_END_DECLS
