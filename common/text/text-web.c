/* text-web.c: addresses, file names, hashtags and handles. */
#include "text/text-rules.h"

#include <string.h>

#define DOMAIN_END                                                             \
  "(?:com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|tv|me|co|uk|us|eu|de" \
  "|ly|gl|gg|xyz|fr|it|es|nl|ch|at|ca|au|nz|jp|cn|in|ru|br|se|no|dk|fi|pl|ie|" \
  "be)"
#define FILE_END                                                              \
  "(?:txt|pdf|docx?|xlsx?|pptx?|csv|json|xml|html?|css|js|py|c|h|cpp|rs|go"   \
  "|md|ya?ml|toml|ini|cfg|conf|log|bat|dll|iso|dmg|apk|webm|webp|mkv|avi|mov" \
  "|m4a|opus|aac|tiff?|bmp|psd|php|tsx?|sql|bak|vtt|epub|tex|rtf"             \
  "|java|sh|exe|zip|gz|tar|mp3|mp4|wav|flac|ogg|png|jpe?g|gif|svg|srt)"

static const struct
{
  gchar character;
  const gchar *name;
} separators[] = { { '.', "dot" }, { '/', "slash" }, { '-', "dash" },
  { '_', "underscore" }, { '@', "at" }, { '?', "question mark" },
  { '=', "equals" }, { '&', "and" }, { '#', "hash" }, { ':', "colon" },
  { '+', "plus" }, { '~', "tilde" }, { '%', "percent" },
  { '\\', "backslash" } };

/* Parts of addresses that are pronounced although they look unpronounceable,
 * and the other way round. */
static const gchar *const spelt_parts[] = { "www", "uk", "us", "eu", "de", "fr",
  "tv", "io", "ai", "id", "nl", "ch", "nz", "au", "ca", "jp", "html", "htm",
  "pdf", "txt", "csv", "xml", "css", "js", "py", "mp", "ftp", "faq", "php",
  "gz", "png", "rs", "exe", "svg", "srt", "cpp" };

static gboolean
is_spelt (const gchar *part, gsize length)
{
  if (length == 1)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (spelt_parts); i++)
    if (strlen (spelt_parts[i]) == length
        && g_ascii_strncasecmp (part, spelt_parts[i], length) == 0)
      return TRUE;
  return strcspn (part, "aeiouyAEIOUY") >= length;
}

static void
say_separator (TextWalk *walk, gchar character)
{
  for (gsize i = 0; i < G_N_ELEMENTS (separators); i++)
    if (separators[i].character == character)
      text_say (walk, separators[i].name);
}

/* Words, numbers and named separators. */
static void
say_address (TextWalk *walk, const gchar *at, const gchar *end)
{
  while (at < end) {
    gsize length = 0;

    if (g_ascii_isdigit (*at)) {
      gchar *digits;

      while (at + length < end && g_ascii_isdigit (at[length]))
        length++;
      digits = g_strndup (at, length);
      if (length <= 2)
        text_say_cardinal (walk, digits);
      else
        text_say_digits (walk, digits);
      g_free (digits);
    } else if (g_ascii_isalpha (*at)) {
      while (at + length < end && g_ascii_isalpha (at[length])
          && !(length > 0 && g_ascii_islower (at[length - 1])
              && g_ascii_isupper (at[length])))
        length++;
      if (is_spelt (at, length))
        text_say_letters (walk, at, length);
      else
        text_say_word (walk, at, length);
    } else {
      say_separator (walk, *at);
      length = 1;
    }
    at += length;
  }
}

/* Punctuation and a slash at the end belong to the sentence. */
static const gchar *
trim_end (const gchar *start, const gchar *end)
{
  while (end > start + 1 && strchr (".,;:!?)]}'\"/", end[-1]) != NULL)
    end--;
  return end;
}

/* https://example.com/path: the scheme is not said */
static gboolean
say_url (TextWalk *walk, TextMatch *match)
{
  const gchar *start = match->start;
  const gchar *scheme = g_strstr_len (start, match->end - start, "://");
  const gchar *end = trim_end (start, match->end);

  if (scheme != NULL && scheme + 3 < end)
    start = scheme + 3;
  say_address (walk, start, end);
  match->end = *end == '/' ? end + 1 : end;
  return TRUE;
}

/* 00:1A:2B:3C:4D:5E, fe80::1 */
static gboolean
say_hex (TextWalk *walk, TextMatch *match)
{
  for (const gchar *at = match->start; at < match->end; at++)
    if (*at == ':')
      text_say (walk, "colon");
    else
      text_say_letters (walk, at, 1);
  return TRUE;
}

static gboolean
say_mail (TextWalk *walk, TextMatch *match)
{
  match->end = trim_end (match->start, match->end);
  say_address (walk, match->start, match->end);
  return TRUE;
}

/* #OneTwo: hashtag one two */
static gboolean
say_hashtag (TextWalk *walk, TextMatch *match)
{
  text_say (walk, "hashtag");
  say_address (walk, match->start + 1, match->end);
  return TRUE;
}

/* @name */
static gboolean
say_handle (TextWalk *walk, TextMatch *match)
{
  match->end = trim_end (match->start, match->end);
  say_address (walk, match->start, match->end);
  return TRUE;
}

const TextRule text_rules_web[] = {
  { "a", "(?i:https?|ftp|rtsp|file)://[^\\s\"<>]+", say_url },
  { "a0", "[A-Za-z0-9][\\w.+-]*@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+", say_mail },
  { "Ww", "(?i:www)\\.[^\\s\"<>]+", say_url },
  { "a0",
      "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*+)\\.)+" DOMAIN_END
      "(?:/[^\\s\"<>]*)?(?![A-Za-z0-9_]|\\.[A-Za-z])",
      say_url },
  { "a0",
      "[A-Za-z0-9_][\\w-]*+(?:\\.[\\w-]+)*?\\." FILE_END
      "(?![A-Za-z0-9_]|\\.[A-Za-z])",
      say_url },
  { "/~", "(?<![A-Za-z0-9])~?(?:/[A-Za-z0-9_.-]+){2,}/?", say_url },
  { ".~", "(?:\\.{1,2}|~)/[A-Za-z0-9_./-]+", say_url },
  { "a", "[A-Za-z]:\\\\[^\\s\"<>|*?]+", say_url },
  { "0a:", "(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\\w:])", say_hex },
  { "0a:",
      "(?=[0-9A-Fa-f:]*[A-Fa-f:]:|[0-9A-Fa-f:]*:[A-Fa-f])(?:[0-9A-Fa-f]{0,4}:){"
      "2,7}"
      "[0-9A-Fa-f]{1,4}(?![\\w:])",
      say_hex },
  { "l", "localhost:\\d{1,5}(?:/[^\\s\"<>]*)?(?!\\d)", say_url },
  { "#", "#(?=\\d*[A-Za-z_])(?!\\d+(?:st|nd|rd|th)\\b)\\w+", say_hashtag },
  { "@", "@[A-Za-z_][\\w.]*", say_handle },
  { 0 },
};
