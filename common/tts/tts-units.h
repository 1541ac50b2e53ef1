/* tts-units.h: cuts text into what is synthesised at once.
 *
 * A unit is a normalised sentence or, when that is very long, some of its
 * phrases. A long text is normalised piece by piece as the walk goes on, so
 * that its beginning does not wait for its end.
 */
#pragma once

#include "text/vox-text.h"
#include "tts/tts-speaker.h"

G_BEGIN_DECLS

/**
 * TtsUnits: a walk over a text.
 * @normalizer: borrowed
 * @text: what is not normalised yet; borrowed
 * @piece: what is
 * @at: where in @piece the next unit begins
 * @sentence_left: bytes left of the sentence @at is in
 */
typedef struct
{
  const VoxNormalizer *normalizer;
  const gchar *text;
  gchar *piece;
  const gchar *at;
  gsize sentence_left;
  gboolean first;
} TtsUnits;

void tts_units_init (
    TtsUnits *self, const VoxNormalizer *normalizer, const gchar *text);
void tts_units_clear (TtsUnits *self);

/** tts_units_next: fills text, length and the pauses at the ends of @unit,
 * scaled by its speed and pause_scale; FALSE at the end of the text. */
gboolean tts_units_next (TtsUnits *self, TtsUnit *unit);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TtsUnits, tts_units_clear)

G_END_DECLS
