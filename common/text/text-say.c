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
