/* vox-text.h: written English to speakable English.
 *
 * Input is any bytes meant as UTF-8. Output is ASCII made of
 *
 *  - words in lower case, with inner apostrophes (don't, john's),
 *  - letters to be named, as single capitals (F B I), perhaps with a clitic
 *    (F B I's),
 *  - pronunciations [[hh ax l ow1]] from the text or the user's lexicon,
 *  - the punctuation marks , . ! ? right after a word,
 *
 * separated by single spaces. A full stop in the output always ends a
 * sentence: abbreviations and decimals have been spelt out.
 */
#pragma once

#include <glib.h>
#include "text/vox-lexicon.h"

G_BEGIN_DECLS

typedef struct _VoxNormalizer VoxNormalizer;

/**
 * vox_normalizer_new:
 * @lexicon: (nullable): the user's pronunciations; borrowed
 */
VoxNormalizer *vox_normalizer_new (const VoxLexicon *lexicon);
void vox_normalizer_free (VoxNormalizer *self);

/**
 * vox_normalizer_run:
 * @text: bytes; invalid UTF-8 counts as space
 * @length: bytes, or -1 when @text ends with 0
 * Returns: (transfer full): never NULL, empty when nothing can be spoken.
 *
 * Can be called from several threads at once.
 */
gchar *vox_normalizer_run (
    const VoxNormalizer *self, const gchar *text, gssize length);

/**
 * vox_text_next_sentence:
 * @normalized: (inout): where to go on; moved behind the sentence
 * @length: (out): bytes of the sentence, without space around it
 * Returns: start of the next sentence within @normalized, NULL at the end.
 */
const gchar *vox_text_next_sentence (const gchar **normalized, gsize *length);

/** vox_text_is_sentence_end: the white space at @at surely stands behind a
 * sentence or a paragraph; not behind what may be an abbreviation. */
gboolean vox_text_is_sentence_end (const gchar *text, gsize at);

/** vox_text_piece_length: bytes at the beginning of @text, not yet normalised,
 * that can be normalised for themselves: some sentences, or all of it. */
gsize vox_text_piece_length (const gchar *text);

/** vox_text_clean: first step of the normaliser: valid text of ASCII and a
 * few known symbols, with quotes, dashes and accented letters in their plain
 * form and everything unspeakable replaced by a space. (transfer full) */
gchar *vox_text_clean (const gchar *text, gssize length);

/** vox_text_strip_markup: removes <tags> and {\overrides}, decodes entities;
 * anything that is not well-formed stays as it is. (transfer full) */
gchar *vox_text_strip_markup (const gchar *markup, gssize length);

/** vox_text_strip_decoration: for plain text: removes only the tags subtitles
 * are known to have, and {\overrides}, and decodes entities; everything else,
 * "x<y" for example, stays as it is. (transfer full) */
gchar *vox_text_strip_decoration (const gchar *text, gssize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxNormalizer, vox_normalizer_free)

G_END_DECLS
