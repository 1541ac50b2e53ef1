/* tts-units.c: sentences to units, and the pauses between them. */
#include "tts/tts-units.h"

#include <string.h>
#include "text/vox-text.h"

/* Words of a unit: longer than nearly every sentence people write. */
#define MAX_WORDS 40

/* Pauses of read speech between phrases and sentences, in seconds (middle of
 * the ranges in Campione and Veronis, "A large-scale multilingual study of
 * silent pause duration", Speech Prosody 2002). */
#define PHRASE_PAUSE_S 0.15
#define SENTENCE_PAUSE_S 0.45
/* Silence that lets the filter start and die away. */
#define EDGE_PAUSE_S 0.03

/* A phrase without a comma may be cut before one of these. */
static const gchar *const openers[] = { "and", "or", "but", "because", "which",
  "that", "who", "when", "where", "while", "with", "for", "from", "into", "of",
  "in", "on", "at", "by", "to", "if", "than", "as", "after", "before" };

void
tts_units_init (
    TtsUnits *self, const VoxNormalizer *normalizer, const gchar *text)
{
  self->normalizer = normalizer;
  self->text = text;
  self->piece = g_strdup ("");
  self->at = self->piece;
  self->sentence_left = 0;
  self->first = TRUE;
}

void
tts_units_clear (TtsUnits *self)
{
  g_clear_pointer (&self->piece, g_free);
}

/* The next sentence, of the next piece when this one is at its end. */
static gboolean
next_sentence (TtsUnits *self)
{
  for (;;) {
    const gchar *next = self->at;
    gsize length;

    self->at = vox_text_next_sentence (&next, &self->sentence_left);
    if (self->at != NULL)
      return TRUE;
    length = vox_text_piece_length (self->text);
    g_free (self->piece);
    self->piece =
        vox_normalizer_run (self->normalizer, self->text, (gssize) length);
    self->at = self->piece;
    self->text += length;
    if (length == 0) {
      self->sentence_left = 0;
      return FALSE;
    }
  }
}

static gboolean
is_opener (const gchar *word, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (openers); i++)
    if (strlen (openers[i]) == length && memcmp (word, openers[i], length) == 0)
      return TRUE;
  return FALSE;
}

/* Bytes of @text to take: all of it, or up to the last comma within
 * MAX_WORDS, or else up to a word that opens a phrase, or else MAX_WORDS. */
static gsize
cut_phrase (const gchar *text, gsize length)
{
  gsize comma = 0, opener = 0, at = 0;
  guint words = 0;

  while (at < length) {
    gsize word = 0;

    while (at < length && text[at] == ' ')
      at++;
    if (words == MAX_WORDS && at < length)
      return comma > 0 ? comma : opener > 0 ? opener : at;
    while (at + word < length && (text[at + word] != ' ' || text[at] == '[')) {
      word++;
      if (text[at] == '[' && text[at + word - 1] == ']'
          && (at + word == length || text[at + word] != ']'))
        break;
    }
    if (words >= MAX_WORDS / 2 && is_opener (text + at, word))
      opener = at;
    at += word;
    if (at > 0 && text[at - 1] == ',')
      comma = at;
    words++;
  }
  return length;
}

/* Whether any word is left that can be spoken. */
static gboolean
has_word (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalpha (text[i]))
      return TRUE;
  return FALSE;
}

gboolean
tts_units_next (TtsUnits *self, TtsUnit *unit)
{
  gdouble scale = unit->pause_scale / unit->speed;
  gboolean at_end, complete;
  gchar last;

  do {
    if (self->sentence_left == 0 && !next_sentence (self))
      return FALSE;
    unit->text = self->at;
    unit->length = cut_phrase (self->at, self->sentence_left);
    self->at += unit->length;
    self->sentence_left -= unit->length;
  } while (!has_word (unit->text, unit->length));

  unit->pause_before_s = self->first ? EDGE_PAUSE_S : 0;
  self->first = FALSE;
  last = unit->text[unit->length - 1];
  at_end = self->at[strspn (self->at, " ")] == 0;
  /* A piece without the end of a sentence was cut between two words. */
  complete = self->sentence_left == 0 && (!at_end || strchr (".!?", last));
  if (at_end && self->text[strspn (self->text, " \t\r\n")] == 0)
    unit->pause_after_s = EDGE_PAUSE_S;
  else if (complete)
    unit->pause_after_s = SENTENCE_PAUSE_S * scale;
  else
    unit->pause_after_s = last == ',' ? PHRASE_PAUSE_S * scale : 0;
  return TRUE;
}
