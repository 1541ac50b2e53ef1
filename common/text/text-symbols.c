/* text-symbols.c: phonemes in the text, and single characters with a name. */
#include "text/text-rules.h"

#include <string.h>
#include "text/vox-phones.h"

/* [[hh ax l ow1]]; brackets around anything else are only punctuation. */
static gboolean
say_phones (TextWalk *walk, TextMatch *match)
{
  g_autofree gchar *phones = vox_phones_parse (match->group[1], -1, NULL);
  g_autofree gchar *marked = NULL;

  if (phones == NULL)
    return FALSE;
  marked = g_strdup_printf ("[[%s]]", phones);
  text_say (walk, marked);
  return TRUE;
}

static const struct
{
  const gchar *symbol;
  const gchar *name;
} names[] = {
  { "&", "and" },
  { "+", "plus" },
  { "=", "equals" },
  { "@", "at" },
  { "%", "percent" },
  { "#", "hash" },
  { "\\", "backslash" },
  { "×", "times" },
  { "÷", "divided by" },
  { "±", "plus or minus" },
  { "≈", "about" },
  { "≠", "is not equal to" },
  { "≤", "less than or equal to" },
  { "≥", "greater than or equal to" },
  { "→", "to" },
  { "√", "square root of" },
  { "∞", "infinity" },
  { "©", "copyright" },
  { "§", "section" },
  { "°", "degrees" },
  { "€", "euro" },
  { "£", "pound" },
  { "$", "dollar" },
  { "¥", "yen" },
  { "¢", "cent" },
  { "Ω", "omega" },
  { "~", "about" },
  { "<", "less than" },
  { ">", "greater than" },
  { "*", "times" },
  { "/", "divided by" },
};

static gboolean
say_symbol (TextWalk *walk, TextMatch *match)
{
  /* An arrow points at an item where no "from" is. */
  if (g_str_equal (match->group[1], "→") && text_at_sentence_start (walk))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].symbol, match->group[1])) {
      text_say (walk, names[i].name);
      return TRUE;
    }
  return FALSE;
}

/* he/she: or; 5/month and km/day: per; /usr: slash */
static gboolean
say_slash (TextWalk *walk, TextMatch *match)
{
  static const gchar *const per[] = { "hour", "day", "week", "month", "year",
    "person", "second", "minute", "night", "unit", "user" };
  const gchar *word = match->group[1], *before = match->start;
  gsize length = strcspn (word, "'");

  if (match->start == walk->text || !g_ascii_isalnum (match->start[-1])) {
    text_say (walk, "slash");
    match->end -= strlen (match->group[1]);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (per); i++)
    if (strlen (per[i]) == length
        && g_ascii_strncasecmp (match->group[1], per[i], length) == 0) {
      text_say (walk, "per");
      match->end -= strlen (match->group[1]);
      return TRUE;
    }
  match->end -= strlen (word);
  while (before > walk->text && g_ascii_isupper (before[-1]))
    before--;
  /* TCP/IP is one name; "either/or" has its word already. */
  if ((before < match->start
          && strspn (word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length)
      || g_ascii_strcasecmp (word, "or") == 0)
    return TRUE;
  text_say (walk, "or");
  return TRUE;
}

/* The slash of 4G/5G, the stutter of Wh-what, the marks of a heading or a list. */
static gboolean
say_nothing (TextWalk *walk G_GNUC_UNUSED, TextMatch *match G_GNUC_UNUSED)
{
  return TRUE;
}

/* f(x) */
static gboolean
say_function (TextWalk *walk, TextMatch *match)
{
  text_say_word (walk, match->group[1], strlen (match->group[1]));
  text_say (walk, "of");
  text_say_letters (walk, match->group[2], 1);
  return TRUE;
}

/* ==== and *** decorate a page. */
static gboolean
say_decoration (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  text_say_mark (walk, ',');
  return TRUE;
}

/* The s of 1984's, U.S.'s, Corp.'s: part of what was said last. */
static gboolean
say_possessive (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  gsize length = walk->out->len;

  if (length == 0 || !g_ascii_isalpha (walk->out->str[length - 1]))
    return FALSE;
  g_string_append (walk->out, "'s");
  return TRUE;
}

/* A dash between spaces, or a double one, is a pause. */
static gboolean
say_dash (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  text_say_mark (walk, ',');
  return TRUE;
}

/* Three points or more: a pause, or the end when a new sentence follows. */
static gboolean
say_ellipsis (TextWalk *walk, TextMatch *match)
{
  text_say_mark (walk, text_ends_sentence (walk, match->end) ? '.' : ',');
  return TRUE;
}

const TextRule text_rules_phones[] = {
  { "[", "\\[\\[([^\\[\\]]{1,400})\\]\\]", say_phones },
  { 0 },
};

const TextRule text_rules_symbols[] = {
  { "=+*#@&%$~^<>/\\|_", "([=+*#@&%$~^<>/\\\\|_])\\1{2,}", say_decoration },
  { "'", "'s" TEXT_END, say_possessive },
  { ".", "\\.(?:\\s?\\.){2,}", say_ellipsis },
  { "-", "-+(?=\\s)|--+", say_dash },
  { "/", "/([A-Za-z']+)", say_slash },
  /* Comparison and arithmetic only between spaced or numeric operands: the
   * same characters decorate text. */
  { "/", "(?<=[A-Za-z])/(?=\\d)", say_nothing },
  { "a", "(?i)([b-df-hj-np-tv-z]{2,3})-(?=\\1)", say_nothing },
  { "#+", "(?:^|(?<=\\n))(?:#{1,6}|\\+) +(?=[A-Za-z])", say_nothing },
  { "a", "([A-Za-z]|sin|cos|tan|log|exp)\\(([a-z])\\)", say_function },
  { "*/<>", "([*/<>])(?=\\s?(?:[\\d$]|€|£))", say_symbol },
  { "<>", "(?<=[ (][A-Za-z] |\\d )([<>])(?= [A-Za-z](?![A-Za-z]))",
      say_symbol },
  { "<>", "(?<=^[A-Za-z] )([<>])(?= [A-Za-z](?![A-Za-z]))", say_symbol },
  { "~", "(~)(?=\\s?(?:[\\d$]|€|£))", say_symbol },
  { "\\", "(\\\\)(?=[A-Za-z])", say_symbol },
  { "&+=@%#$", "([&+=@%#$])", say_symbol },
  { "\xC2\xC3\xCE\xE2", "(Ω|×|÷|±|≈|≠|≤|≥|→|√|∞|©|§|°|€|£|¥|¢)", say_symbol },
  { 0 },
};
