/* vox-markup.c: text out of Pango markup and subtitle decorations. */
#include "text/vox-text.h"

#include <string.h>

static const struct
{
  const gchar *name;
  const gchar *text;
} entities[] = { { "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" },
  { "apos", "'" }, { "nbsp", " " }, { "ndash", "\xE2\x80\x93" },
  { "mdash", "\xE2\x80\x94" }, { "hellip", "\xE2\x80\xA6" },
  { "euro", "\xE2\x82\xAC" }, { "pound", "\xC2\xA3" },
  { "lsquo", "\xE2\x80\x98" }, { "rsquo", "\xE2\x80\x99" },
  { "ldquo", "\xE2\x80\x9C" }, { "rdquo", "\xE2\x80\x9D" } };

/* Longest tag or entity that is looked for, in bytes. */
#define MAX_TAG_BYTES 1024
#define MAX_ENTITY_BYTES 12

/* Tags of subtitle files: SubRip, WebVTT and what players accept besides. */
static const gchar *const subtitle_tags[] = { "b", "big", "br", "c", "em",
  "font", "i", "lang", "p", "rt", "ruby", "s", "small", "span", "strong", "sub",
  "sup", "tt", "u", "v" };

static gboolean
is_subtitle_tag (const gchar *name, const gchar *end)
{
  gsize length = 0;

  while (name + length < end && g_ascii_isalnum (name[length]))
    length++;
  if (name + length < end && strchr (" >/.\t", name[length]) == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (subtitle_tags); i++)
    if (strlen (subtitle_tags[i]) == length
        && g_ascii_strncasecmp (name, subtitle_tags[i], length) == 0)
      return TRUE;
  return FALSE;
}

/* <tag ...> or </tag>; a '<' before anything else is text. Returns its length
 * or 0. Line-breaking tags leave a newline, the others nothing. */
static gsize
skip_tag (const gchar *at, const gchar *end, gboolean any, GString *out)
{
  const gchar *name = at + 1 + (at + 1 < end && at[1] == '/');
  const gchar *stop = memchr (at, '>', MIN ((gsize) (end - at), MAX_TAG_BYTES));

  if (stop == NULL || (any && !g_ascii_isalpha (*name) && *name != '!')
      || (!any && !is_subtitle_tag (name, end)))
    return 0;
  if (g_ascii_strncasecmp (name, "br", 2) == 0
      || (g_ascii_tolower (*name) == 'p' && !g_ascii_isalpha (name[1])))
    g_string_append_c (out, '\n');
  return (gsize) (stop + 1 - at);
}

/* {\an8} and other override blocks of subtitles. */
static gsize
skip_override (const gchar *at, const gchar *end)
{
  const gchar *stop = memchr (at, '}', MIN ((gsize) (end - at), MAX_TAG_BYTES));

  if (stop == NULL || at + 1 >= end || at[1] != '\\')
    return 0;
  return (gsize) (stop + 1 - at);
}

static gsize
decode_entity (const gchar *at, const gchar *end, GString *out)
{
  const gchar *stop =
      memchr (at, ';', MIN ((gsize) (end - at), MAX_ENTITY_BYTES));
  g_autofree gchar *name = NULL;

  if (stop == NULL)
    return 0;
  name = g_strndup (at + 1, (gsize) (stop - at - 1));
  if (name[0] == '#') {
    gboolean hex = name[1] == 'x' || name[1] == 'X';
    gchar *rest;
    guint64 c = g_ascii_strtoull (name + 1 + hex, &rest, hex ? 16 : 10);

    if (*rest != 0 || rest == name + 1 + hex || c == 0 || c > 0x10FFFF
        || !g_unichar_validate ((gunichar) c))
      return 0;
    g_string_append_unichar (out, (gunichar) c);
    return (gsize) (stop + 1 - at);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (g_str_equal (name, entities[i].name)) {
      g_string_append (out, entities[i].text);
      return (gsize) (stop + 1 - at);
    }
  return 0;
}

static gchar *
strip (const gchar *markup, gssize length, gboolean any)
{
  const gchar *end = markup + (length < 0 ? strlen (markup) : (gsize) length);
  GString *out = g_string_sized_new ((gsize) (end - markup) + 1);

  while (markup < end) {
    gsize skipped = 0;

    if (*markup == '<')
      skipped = skip_tag (markup, end, any, out);
    else if (*markup == '{')
      skipped = skip_override (markup, end);
    else if (*markup == '&')
      skipped = decode_entity (markup, end, out);
    if (skipped == 0)
      g_string_append_c (out, *markup++);
    markup += skipped;
  }
  return g_string_free (out, FALSE);
}

gchar *
vox_text_strip_markup (const gchar *markup, gssize length)
{
  return strip (markup, length, TRUE);
}

gchar *
vox_text_strip_decoration (const gchar *text, gssize length)
{
  return strip (text, length, FALSE);
}
