/* tts-units.h: cuts normalised text into what is synthesised at once.
 *
 * A unit is a sentence or, when that is very long, some of its phrases.
 */
#pragma once

#include "tts/tts-speaker.h"

G_BEGIN_DECLS

/**
 * TtsUnits: a walk over a text.
 * @at: where the next unit begins
 * @sentence_left: bytes left of the sentence @at is in
 */
typedef struct
{
  const gchar *at;
  gsize sentence_left;
  gboolean first;
} TtsUnits;

void tts_units_init (TtsUnits *self, const gchar *normalized);

/** tts_units_next: fills text, length and the pauses at the ends of @unit,
 * scaled by its speed and pause_scale; FALSE at the end of the text. */
gboolean tts_units_next (TtsUnits *self, TtsUnit *unit);

G_END_DECLS
