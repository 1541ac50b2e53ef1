/* text-words.c: plain words. */
#include "text/text-rules.h"

#include <string.h>

/* Written small and named letter by letter all the same. */
static const gchar *const spelt[] = { "tv", "pc", "cd", "dvd", "usb", "url",
  "html", "http", "https", "pdf", "fyi", "btw", "sms", "gps", "dj", "faq",
  "cpu", "gpu", "ssd", "api", "ui", "id" };

/* Without a vowel and all the same not an abbreviation. */
static const gchar *const sounds[] = { "brr", "brrr", "by", "cwm", "grr",
  "grrr", "hm", "hmm", "hmmm", "mm", "mmm", "nth", "pfft", "psst", "pst", "sh",
  "shh", "shhh", "th", "tsk", "tut", "zz", "zzz", "zzzz" };

/* kg, rm, ssh: short, small, and nobody can pronounce them. */
static gboolean
is_unpronounceable (const gchar *word, gsize length)
{
  if (length < 2 || length > 5 || TEXT_WORD_IN (word, length, sounds))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha (word[i]) || strchr ("aeiouyAEIOUY", word[i]) != NULL)
      return FALSE;
  return TRUE;
}

/* A/B, a > b, A-list, vitamin A: the letter A, not the article. */
static gboolean
is_name_of_letter (const TextWalk *walk, const gchar *word)
{
  static const gchar *const verbs[] = { "and", "as", "at", "for", "had", "has",
    "in", "is", "of", "or", "to", "was", "will", "with" };
  const gchar *next = word + 1;

  /* Names made by a rule are not part of the text. */
  if (word < walk->text || word >= walk->end)
    return FALSE;
  if (*word == 'A' && word > walk->text && word[-1] == '-')
    return TRUE;
  if (next < walk->end) {
    gsize length = 0;

    if (*word == 'A' && strchr ("/-.,;:!?)", *next) != NULL)
      return TRUE;
    if (*next == ' ' && next + 1 < walk->end)
      next++;
    while (next + length < walk->end && g_ascii_isalpha (next[length]))
      length++;
    if (*word == 'A' && TEXT_WORD_IN (next, length, verbs))
      return TRUE;
    if (strchr ("<>=+*^", *next) != NULL)
      return TRUE;
  }
  return *word == 'A' && walk->previous != NULL
      && (g_ascii_islower (*walk->previous)
          || (walk->previous_length == 3
              && g_ascii_strncasecmp (walk->previous, "the", 3) == 0));
}

void
text_say_word (TextWalk *walk, const gchar *word, gsize length)
{
  gsize base = 0;

  while (base < length && word[base] != '\'')
    base++;
  for (gsize i = 0; i < G_N_ELEMENTS (spelt); i++)
    if (strlen (spelt[i]) == base
        && g_ascii_strncasecmp (word, spelt[i], base) == 0) {
      text_say_letters (walk, word, base);
      g_string_append_len (walk->out, word + base, (gssize) (length - base));
      return;
    }
  if (is_unpronounceable (word, length)) {
    text_say_letters (walk, word, length);
    return;
  }
  /* A lone letter is its name, but for the article; a capital A behind a small
   * letter or "the" is no article (vitamin A), and none has a slash (A/B). */
  if (length == 1
      && (g_ascii_tolower (*word) != 'a' || is_name_of_letter (walk, word)))
    text_say_letters (walk, word, 1);
  else
    text_say_lower (walk, word, length);
}
