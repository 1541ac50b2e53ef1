/* text-say.c: appends words and marks to the normalised text. */
#include "text/text-rules.h"

#include <string.h>

static gboolean
is_mark (gchar c)
{
  return c != 0 && strchr (",.!?", c) != NULL;
}

static void
begin_word (TextWalk *walk)
{
  if (walk->out->len > 0)
    g_string_append_c (walk->out, ' ');
}

void
text_say (TextWalk *walk, const gchar *words)
{
  if (*words == 0)
    return;
  begin_word (walk);
  g_string_append (walk->out, words);
}

void
text_say_lower (TextWalk *walk, const gchar *word, gsize length)
{
  if (length == 0)
    return;
  begin_word (walk);
  for (gsize i = 0; i < length; i++)
    g_string_append_c (walk->out, g_ascii_tolower (word[i]));
}

void
text_say_letters (TextWalk *walk, const gchar *word, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    gchar digit[2] = { word[i], 0 };

    if (g_ascii_isdigit (word[i])) {
      text_say_digits (walk, digit);
    } else if (g_ascii_isalpha (word[i])) {
      begin_word (walk);
      g_string_append_c (walk->out, g_ascii_toupper (word[i]));
    }
  }
}

void
text_say_mark (TextWalk *walk, gchar mark)
{
  GString *out = walk->out;
  gchar last = out->len > 0 ? out->str[out->len - 1] : 0;

  if (last == 0)
    return;
  if (!is_mark (last))
    g_string_append_c (out, mark);
  else if (last == ',' || (last == '.' && mark != ','))
    out->str[out->len - 1] = mark;
}

gboolean
text_at_sentence_start (const TextWalk *walk)
{
  gchar last = walk->out->len > 0 ? walk->out->str[walk->out->len - 1] : 0;

  return last == 0 || (is_mark (last) && last != ',');
}

gboolean
text_last_word_is (const TextWalk *walk, const gchar *word)
{
  gsize length = strlen (word);
  const GString *out = walk->out;

  return out->len >= length
      && memcmp (out->str + out->len - length, word, length) == 0
      && (out->len == length || out->str[out->len - length - 1] == ' ');
}

gboolean
text_ends_sentence (const TextWalk *walk, const gchar *at)
{
  while (at < walk->end && (*at == ')' || *at == '"' || *at == '\''))
    at++;
  if (at == walk->end)
    return TRUE;
  if (*at != ' ' && *at != '\n')
    return FALSE;
  while (at < walk->end && strchr (" \n\"'(", *at) != NULL)
    at++;
  return at == walk->end || g_ascii_isupper (*at);
}

gboolean
text_word_in (
    const gchar *word, gsize length, const gchar *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (list[i]) == length
        && g_ascii_strncasecmp (word, list[i], length) == 0)
      return TRUE;
  return FALSE;
}

static gsize
word_length (const TextWalk *walk, const gchar *at)
{
  gsize n = 0;

  while (at + n < walk->end && g_ascii_isalpha (at[n]))
    n++;
  return n;
}

gboolean
text_starts_sentence (const TextWalk *walk, const gchar *at)
{
  static const gchar *const starters[] = { "A", "After", "All", "An", "And",
    "As", "At", "Because", "Before", "But", "By", "For", "From", "He", "Her",
    "Here", "His", "How", "However", "I", "If", "In", "It", "Its", "Many",
    "Most", "My", "No", "Not", "Nothing", "On", "One", "Our", "She", "Since",
    "So", "Some", "That", "The", "Their", "Then", "There", "These", "They",
    "This", "Those", "To", "We", "What", "When", "Where", "While", "Who", "Why",
    "With", "Yes", "You", "Your" };

  if (!text_ends_sentence (walk, at))
    return FALSE;
  while (at < walk->end && !g_ascii_isalpha (*at))
    at++;
  return at == walk->end || TEXT_WORD_IN (at, word_length (walk, at), starters);
}

gboolean
text_is_attribute (const TextWalk *walk, const gchar *start, const gchar *end)
{
  /* Words behind an amount that are not the noun it belongs to. */
  static const gchar *const others[] = { "a", "above", "ago", "an", "and", "as",
    "at", "away", "because", "below", "but", "by", "each", "for", "from", "he",
    "i", "if", "in", "is", "it", "less", "more", "of", "off", "on", "or", "per",
    "she", "since", "so", "than", "that", "the", "they", "to", "until", "was",
    "we", "when", "while", "with", "you" };
  const gchar *word_end = start, *word;

  while (
      word_end > walk->text && strchr ("0123456789.,-", word_end[-1]) != NULL)
    word_end--;
  if (word_end == walk->text || word_end[-1] != ' ')
    return FALSE;
  word = --word_end;
  while (word > walk->text && g_ascii_isalpha (word[-1]))
    word--;
  if (g_ascii_strncasecmp (word, "an", (gsize) (word_end - word)) != 0
      || word == word_end || word_end - word > 2
      || (word > walk->text && strchr (" \n\"'(-", word[-1]) == NULL))
    return FALSE;
  return end + 1 < walk->end && *end == ' ' && g_ascii_islower (end[1])
      && !TEXT_WORD_IN (end + 1, word_length (walk, end + 1), others);
}
