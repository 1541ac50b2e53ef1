/* text-rules.h: what the files of the normaliser share.
 *
 * The normaliser walks over cleaned text. Where a word can begin it tries the
 * rule tables, one table per subject and file, in a fixed order; the first
 * rule whose pattern matches right there and whose function accepts, speaks
 * and decides how far the walk goes on. What no rule takes is a plain word, a
 * plain number or punctuation (text-walk.c).
 */
#pragma once

#include <glib.h>
#include "text/vox-lexicon.h"

G_BEGIN_DECLS

/**
 * TextWalk:
 * @text: cleaned text; @end: its end
 * @at: where the walk stands
 * @out: what has been said
 * @previous: last plain word of @text before @at, or NULL
 * @previous_length: its bytes
 * @previous_first: it was the first word of its sentence
 * @depth: nesting of respellings
 */
typedef struct
{
  const struct _VoxNormalizer *normalizer;
  const gchar *text;
  const gchar *end;
  const gchar *at;
  GString *out;
  const gchar *previous;
  gsize previous_length;
  gboolean previous_first;
  guint depth;
} TextWalk;

/**
 * TextMatch: what the pattern of a rule matched.
 * @group: the groups of the pattern, "" where one took no part
 * @end: end of the match; the function may move it
 */
typedef struct
{
  const gchar *start;
  const gchar *end;
  gchar *group[8];
} TextMatch;

/**
 * TextRule:
 * @first: characters the match can begin with; '0' stands for every digit,
 *   'a' for every letter
 * @pattern: Perl regular expression over bytes
 * @say: speaks the match; FALSE leaves it to the next rule
 */
typedef struct
{
  const gchar *first;
  const gchar *pattern;
  gboolean (*say) (TextWalk *walk, TextMatch *match);
} TextRule;

/* The tables, in the order in which they are tried; each ends with { 0 }. */
extern const TextRule text_rules_phones[];
extern const TextRule text_rules_web[];
extern const TextRule text_rules_dates[];
extern const TextRule text_rules_times[];
extern const TextRule text_rules_money[];
extern const TextRule text_rules_measures[];
extern const TextRule text_rules_numbers[];
extern const TextRule text_rules_abbreviations[];
extern const TextRule text_rules_places[];
extern const TextRule text_rules_roman[];
extern const TextRule text_rules_acronyms[];
extern const TextRule text_rules_symbols[];

/* Patterns several tables use. A whole number may have thousands commas. */
#define TEXT_WHOLE "(?:\\d{1,3}(?:,\\d{3})++(?!\\d)|\\d++)"
#define TEXT_NUMBER TEXT_WHOLE "(?:\\.\\d++)?"
#define TEXT_END "(?![A-Za-z0-9_])"

/* --- saying things (text-say.c) --- */

/** text_say: appends words, separated by spaces, as they are. */
void text_say (TextWalk *walk, const gchar *words);

/** text_say_lower: appends @length bytes in lower case as one word. */
void text_say_lower (TextWalk *walk, const gchar *word, gsize length);

/** text_say_letters: names the letters and digits of @word one by one. */
void text_say_letters (TextWalk *walk, const gchar *word, gsize length);

/** text_say_mark: one of , . ! ? behind the last word; a stronger mark
 * replaces a comma, and nothing comes before the first word. */
void text_say_mark (TextWalk *walk, gchar mark);

/** text_say_text: normalises @text (cleaned) and appends the result. */
void text_say_text (TextWalk *walk, const gchar *text, gsize length);

/** text_at_sentence_start: nothing was said since the last sentence. */
gboolean text_at_sentence_start (const TextWalk *walk);

/** text_last_word_is: the last word said is @word. */
gboolean text_last_word_is (const TextWalk *walk, const gchar *word);

/** text_ends_sentence: only space and then a capital, or nothing, follows. */
gboolean text_ends_sentence (const TextWalk *walk, const gchar *at);

/** text_starts_sentence: like text_ends_sentence (), but the capital must be
 * that of a word sentences begin with; for "U.S.", which names follow too. */
gboolean text_starts_sentence (const TextWalk *walk, const gchar *at);

/** text_is_attribute: the amount from @start to @end stands between an article
 * and its noun, "a 5 km run", where units have no plural. */
gboolean text_is_attribute (
    const TextWalk *walk, const gchar *start, const gchar *end);

/** text_word_in: the @length bytes at @word are one of @list, in any case. */
gboolean text_word_in (
    const gchar *word, gsize length, const gchar *const *list, gsize n);
#define TEXT_WORD_IN(word, length, list) \
  text_word_in ((word), (length), (list), G_N_ELEMENTS (list))

/* --- numbers in words (text-say-number.c); digits are ASCII strings --- */

/** text_say_cardinal: 12 as twelve; commas are skipped; digit by digit when it
 * begins with 0 or is too long to have a name. */
void text_say_cardinal (TextWalk *walk, const gchar *digits);

/** text_say_ordinal: 12 as twelfth. */
void text_say_ordinal (TextWalk *walk, const gchar *digits);

/** text_say_digits: 12 as one two; other characters are skipped. */
void text_say_digits (TextWalk *walk, const gchar *digits);

/** text_make_plural: the number said last as a noun: fives, sixes, twenties. */
void text_make_plural (TextWalk *walk);

/** text_say_number: with an optional decimal part: 1.5 as one point five. */
void text_say_number (TextWalk *walk, const gchar *number);

/** text_say_year: 1984 as nineteen eighty four. */
void text_say_year (TextWalk *walk, const gchar *digits);

/** text_say_fraction: 3/4 as three quarters. */
void text_say_fraction (TextWalk *walk, guint numerator, guint denominator);

/** text_roman: value of a roman numeral, 0 when it is none. */
guint text_roman (const gchar *roman);

/** text_is_one: "1", "01" and so on. */
gboolean text_is_one (const gchar *number);

/* --- units (text-units.c) --- */

/** TextUnitPlace: where the sign stands; some are units at one place only. */
typedef enum
{
  TEXT_UNIT_ATTACHED, /* right behind the digits */
  TEXT_UNIT_HYPHENATED,
  TEXT_UNIT_SPACED,
  TEXT_UNIT_PER, /* behind a slash */
} TextUnitPlace;

/** text_say_unit: says @number, when there is one, and the unit @sign, in the
 * singular for 1 or when @one; FALSE, and nothing said, for an unknown sign. */
gboolean text_say_unit (TextWalk *walk, const gchar *sign, TextUnitPlace place,
    const gchar *number, gboolean one);

/* --- single words (text-words.c) --- */

/** text_say_word: a plain run of letters with inner apostrophes. */
void text_say_word (TextWalk *walk, const gchar *word, gsize length);

G_END_DECLS
