/* text-clean.c: bytes to plain text: the first step of the normaliser.
 *
 * Decoding, quotes, dashes, accents and invisible characters are settled here
 * once, so that the rules see ASCII and a short list of symbols only.
 */
#include "text/vox-text.h"

#include <string.h>

/* No English word, number or address is longer; what is gets cut, so that a
 * rule never looks at an unbounded token. */
#define MAX_TOKEN_BYTES 256

/* Characters the rules know; they pass unchanged. */
static const gchar known_symbols[] = "€£¥₹₩₽₺₪₿₫₴₱₦฿"
                                     "¢°½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
                                     "²³µΩ%‰×÷±≈≤≥≠→√∞©®™§†";

typedef struct
{
  gunichar character;
  const gchar *plain;
} Replacement;

/* Sorted by character. Letters without a canonical decomposition, quotes,
 * dashes and Greek letters as they occur in English text. */
static const Replacement replacements[] = {
  { 0x00A1, " " }, /* inverted ! */
  { 0x00AB, "\"" }, /* << */
  { 0x00B4, "'" }, /* acute used as apostrophe */
  { 0x00B7, " " }, /* middle dot */
  { 0x00BB, "\"" }, /* >> */
  { 0x00BF, " " }, /* inverted ? */
  { 0x00C6, "Ae" }, /* AE */
  { 0x00D0, "D" }, /* Eth */
  { 0x00D8, "O" }, /* O stroke */
  { 0x00DE, "Th" }, /* Thorn */
  { 0x00DF, "ss" }, /* sharp s */
  { 0x00E6, "ae" }, /* ae */
  { 0x00F0, "d" }, /* eth */
  { 0x00F8, "o" }, /* o stroke */
  { 0x00FE, "th" }, /* thorn */
  { 0x0110, "D" }, /* D stroke */
  { 0x0111, "d" }, /* d stroke */
  { 0x0126, "H" }, /* H stroke */
  { 0x0127, "h" }, /* h stroke */
  { 0x0131, "i" }, /* dotless i */
  { 0x0141, "L" }, /* L stroke */
  { 0x0142, "l" }, /* l stroke */
  { 0x0152, "Oe" }, /* OE */
  { 0x0153, "oe" }, /* oe */
  { 0x02BB, "'" }, /* okina */
  { 0x02BC, "'" }, /* modifier apostrophe */
  { 0x0391, " alpha " }, /* Greek from here */
  { 0x0394, " delta " }, { 0x03A3, " sigma " }, { 0x03B1, " alpha " },
  { 0x03B2, " beta " }, { 0x03B3, " gamma " }, { 0x03B4, " delta " },
  { 0x03B5, " epsilon " }, { 0x03B8, " theta " }, { 0x03BB, " lambda " },
  { 0x03BC, "µ" }, { 0x03C0, " pi " }, { 0x03C3, " sigma " },
  { 0x03C6, " phi " }, { 0x03C9, " omega " }, { 0x2010, "-" }, /* hyphen */
  { 0x2011, "-" }, /* non-breaking hyphen */
  { 0x2012, "-" }, /* figure dash */
  { 0x2013, "-" }, /* en dash */
  { 0x2014, " , " }, /* em dash */
  { 0x2015, " , " }, /* horizontal bar */
  { 0x2018, "'" }, /* quotes */
  { 0x2019, "'" }, /* quotes */
  { 0x201A, " " }, /* quotes */
  { 0x201B, "'" }, /* quotes */
  { 0x201C, "\"" }, /* quotes */
  { 0x201D, "\"" }, /* quotes */
  { 0x201E, "\"" }, /* quotes */
  { 0x2022, " , " }, /* bullet */
  { 0x2026, "... " }, /* ellipsis */
  { 0x2028, "\n" }, /* line separator */
  { 0x2029, "\n\n" }, /* paragraph separator */
  { 0x2032, "'" }, /* prime */
  { 0x2033, "\"" }, /* double prime */
  { 0x2044, "/" }, /* fraction slash */
  { 0x2103, "°C" }, /* degrees in one character */
  { 0x2109, "°F" }, /* degrees in one character */
  { 0x2116, "No. " }, /* numero */
  { 0x2126, "Ω" }, /* ohm */
  { 0x2212, "-" }, /* minus */
  { 0x2213, "±" }, /* minus or plus */
  { 0x3001, ", " }, /* CJK punctuation */
  { 0x3002, ". " }, /* CJK punctuation */
};

static int
compare_character (const void *key, const void *item)
{
  gunichar a = *(const gunichar *) key;
  gunichar b = ((const Replacement *) item)->character;

  return a < b ? -1 : a > b;
}

static const gchar *
find_replacement (gunichar c)
{
  const Replacement *found = bsearch (&c, replacements,
      G_N_ELEMENTS (replacements), sizeof (Replacement), compare_character);

  return found != NULL ? found->plain : NULL;
}

/* The character a superscript raises, 0 when @c is none. */
static gchar
superscript (gunichar c)
{
  if (c == 0x00B9)
    return '1';
  if (c == 0x00B2 || c == 0x00B3)
    return (gchar) ('2' + (c - 0x00B2));
  if (c == 0x2070 || (c >= 0x2074 && c <= 0x2079))
    return (gchar) ('0' + (c - 0x2070));
  if (c == 0x207F)
    return 'n';
  return c == 0x207B ? '-' : 0;
}

/* A raised number is a power, 10^6; ² and ³ alone also belong to units and
 * stay. Returns where the text goes on, @text itself when nothing is raised. */
static const gchar *
append_superscripts (GString *out, const gchar *text, const gchar *end)
{
  gsize before = out->len;
  const gchar *at = text;
  gunichar first = g_utf8_get_char_validated (text, end - text);
  gchar raised = superscript (first);

  for (guint n = 0; raised != 0; n++) {
    if (n == 0)
      g_string_append_c (out, '^');
    g_string_append_c (out, raised);
    at = g_utf8_next_char (at);
    raised =
        at < end ? superscript (g_utf8_get_char_validated (at, end - at)) : 0;
  }
  if (out->len == before + 2 && (first == 0x00B2 || first == 0x00B3)) {
    g_string_truncate (out, before);
    g_string_append_unichar (out, first);
  }
  return at;
}

/* A space that keeps a number together, as in 10 000: between a digit and
 * exactly three more. */
static gboolean
is_thousands_space (
    const GString *out, gunichar c, const gchar *next, const gchar *end)
{
  gsize n = 0;

  if (c != 0x00A0 && c != 0x2007 && c != 0x2009 && c != 0x202F)
    return FALSE;
  while (next + n < end && g_ascii_isdigit (next[n]))
    n++;
  return n == 3 && out->len > 0 && g_ascii_isdigit (out->str[out->len - 1]);
}

/* Base letters of accented, full-width and ligature characters. */
static gboolean
append_decomposed (GString *out, gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));
  gsize before = out->len;

  for (gsize i = 0; i < MIN (n, G_N_ELEMENTS (parts)); i++)
    if (parts[i] >= 0x20 && parts[i] < 0x7F)
      g_string_append_c (out, (gchar) parts[i]);
  return out->len > before;
}

static void
append_character (GString *out, gunichar c)
{
  const gchar *plain;

  if (c == '`')
    g_string_append_c (out, '\'');
  else if (c == '\n')
    g_string_append_c (out, '\n');
  else if (c >= 0x20 && c < 0x7F)
    g_string_append_c (out, (gchar) c);
  else if (c < 0x20 || c == 0x7F)
    g_string_append_c (out, ' ');
  else if ((plain = find_replacement (c)) != NULL)
    g_string_append (out, plain);
  else if (g_utf8_strchr (known_symbols, -1, c) != NULL)
    g_string_append_unichar (out, c);
  else if (g_unichar_ismark (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
    return; /* combining accent, colour of an emoji, direction, soft hyphen */
  else if (g_unichar_type (c) == G_UNICODE_DECIMAL_NUMBER)
    g_string_append_c (out, (gchar) ('0' + g_unichar_digit_value (c)));
  else if (!append_decomposed (out, c))
    g_string_append_c (out, ' ');
}

/* Drops the spaces before a paragraph's newlines and cuts endless tokens. */
static gchar *
cut_long_tokens (const gchar *text, gsize length)
{
  GString *out = g_string_sized_new (length + 16);
  gsize run = 0;

  for (gsize i = 0; i < length; i++) {
    gboolean space = text[i] == ' ' || text[i] == '\n';
    gboolean continues = ((guchar) text[i] & 0xC0) == 0x80;

    run = space ? 0 : run + 1;
    if (run > MAX_TOKEN_BYTES && !continues) {
      g_string_append_c (out, ' ');
      run = 1;
    }
    g_string_append_c (out, text[i]);
  }
  return g_string_free (out, FALSE);
}

gchar *
vox_text_clean (const gchar *text, gssize length)
{
  const gchar *end = text + (length < 0 ? strlen (text) : (gsize) length);
  g_autoptr (GString) out = g_string_sized_new ((gsize) (end - text) + 16);

  while (text < end) {
    gunichar c = g_utf8_get_char_validated (text, end - text);
    const gchar *next;

    if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0) {
      g_string_append_c (out, ' ');
      text++;
      continue;
    }
    next = append_superscripts (out, text, end);
    if (next == text) {
      next = g_utf8_next_char (text);
      if (!is_thousands_space (out, c, next, end))
        append_character (out, c);
    }
    text = next;
  }
  return cut_long_tokens (out->str, out->len);
}
