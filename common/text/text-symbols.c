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
  { "~", "about" },
  { "<", "less than" },
  { ">", "greater than" },
  { "*", "times" },
  { "/", "divided by" },
};

static gboolean
say_symbol (TextWalk *walk, TextMatch *match)
{
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
  gsize length = strcspn (match->group[1], "'");

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
  text_say (walk, "or");
  match->end -= strlen (match->group[1]);
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
  { ".", "\\.(?:\\s?\\.){2,}", say_ellipsis },
  { "-", "-+(?=\\s)|--+", say_dash },
  { "/", "/([A-Za-z']+)", say_slash },
  /* Comparison and arithmetic only between spaced or numeric operands: the
   * same characters decorate text. */
  { "*/<>", "([*/<>])(?=\\s?\\d)", say_symbol },
  { "~", "(~)(?=\\s?\\d)", say_symbol },
  { "\\", "(\\\\)", say_symbol },
  { "&+=@%#$", "([&+=@%#$])", say_symbol },
  { "\xC2\xC3\xE2", "(×|÷|±|≈|≠|≤|≥|→|√|∞|©|§|°|€|£|¥|¢)", say_symbol },
  { 0 },
};
