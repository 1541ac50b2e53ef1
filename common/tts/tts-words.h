/* tts-words.h: flite's front end: words to segments with accents. */
#pragma once

#include <flite/flite.h>
#include <glib.h>

#include "tts/tts-speaker.h"

G_BEGIN_DECLS

/** tts_words_run: (transfer full): an utterance with everything up to the
 * durations of the voice's own model; NULL when flite fails. Needs flite's
 * lock. */
cst_utterance *tts_words_run (cst_voice *voice, const TtsUnit *unit);

G_END_DECLS
