/* text-words.c: plain words. */
#include "text/text-rules.h"

#include <string.h>

/* Written small and named letter by letter all the same. */
static const gchar *const spelt[] = { "tv", "pc", "cd", "dvd", "usb", "url",
  "html", "http", "https", "pdf", "fyi", "btw", "sms", "gps", "dj", "faq",
  "cpu", "gpu", "ssd", "api", "ui", "id" };

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
  /* A lone letter is its name, but for the article; a capital A behind a small
   * letter is no article (vitamin A). */
  if (length == 1 && *word != 'a'
      && (*word != 'A'
          || (walk->previous != NULL && g_ascii_islower (*walk->previous))))
    text_say_letters (walk, word, 1);
  else
    text_say_lower (walk, word, length);
}
