/* text-measures.c: numbers with a unit behind them; text-units.c knows the
 * units. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

#define LETTER "(?:[A-Za-z]|°|µ|Ω)"
#define POWER "(?:\\^?[23]|²|³)?"
#define UNIT                                                                  \
  "(° [CF]|sq\\.? ?(?:ft|km|mi|m|in|yd)|cu\\.? ?(?:ft|in|m|yd)|fl\\.? ?oz|%" \
  "|‰|" LETTER "++" POWER "(?:/" LETTER "++" POWER ")?)"
#define NOT_UNIT "(?!" LETTER "|[0-9]|²|³|/[A-Za-z])"

static TextUnitPlace
place_of (const gchar *gap)
{
  if (g_str_equal (gap, "-"))
    return TEXT_UNIT_HYPHENATED;
  return g_str_equal (gap, " ") ? TEXT_UNIT_SPACED : TEXT_UNIT_ATTACHED;
}

/* Behind "5%" or "5 km" a dash before digits means to, spaced or not. */
static void
say_range_tail (TextWalk *walk, TextMatch *match)
{
  const gchar *at = match->end;

  while (at < walk->end && *at == ' ')
    at++;
  if (at == walk->end || *at != '-')
    return;
  at++;
  while (at < walk->end && *at == ' ')
    at++;
  if (at == walk->end || !g_ascii_isdigit (*at))
    return;
  text_say (walk, "to");
  match->end = at;
}

/* "5 ft." inside a sentence: the point belongs to the unit. */
static void
skip_point (TextWalk *walk, TextMatch *match)
{
  if (match->end < walk->end && *match->end == '.'
      && !text_ends_sentence (walk, match->end + 1))
    match->end++;
}

/* 5 km, 20°C, 10-15%, 5-km, a 5 km run */
static gboolean
say_measure (TextWalk *walk, TextMatch *match)
{
  gboolean adjective = g_str_equal (match->group[2], "-")
      || text_is_attribute (walk, match->start, match->end);

  /* In y = 2x + 1 the letter is no unit. */
  if (g_str_equal (match->group[3], "x")
      && (match->end < walk->end
          && strchr ("+-=*^<>",
                 match->end[match->end[0] == ' ' && match->end + 1 < walk->end])
              != NULL))
    return FALSE;
  /* Exit 3A, Gate 3A */
  if (g_str_equal (match->group[3], "A") && walk->previous != NULL
      && g_ascii_isupper (*walk->previous))
    return FALSE;
  /* The road I-80 W. */
  if (strlen (match->group[3]) == 1 && match->start - walk->text > 1
      && match->start[-1] == '-' && g_ascii_isalpha (match->start[-2]))
    return FALSE;
  /* 42 W. 23rd St., 5 N. Main St. */
  if (strlen (match->group[3]) == 1 && strchr ("NW", *match->group[3]) != NULL
      && walk->end - match->end > 2 && match->end[0] == '.'
      && !text_starts_sentence (walk, match->end + 1)
      && g_ascii_isalnum (match->end[2]) && !g_ascii_islower (match->end[2]))
    return FALSE;
  if (!text_say_unit (walk, match->group[3], place_of (match->group[2]),
          match->group[1], adjective))
    return FALSE;
  skip_point (walk, match);
  if (!adjective)
    say_range_tail (walk, match);
  return TRUE;
}

/* "5 kg/month": the unit and per; the word behind is left to the walk. */
static gboolean
say_measure_per (TextWalk *walk, TextMatch *match)
{
  if (!text_say_unit (walk, match->group[3], place_of (match->group[2]),
          match->group[1], FALSE))
    return FALSE;
  text_say (walk, "per");
  return TRUE;
}

/* "12 in." is a length, "12 in" only where the text goes on like one. */
static gboolean
say_inches (TextWalk *walk, TextMatch *match)
{
  gboolean one = text_is_one (match->group[1]);

  text_say_number (walk, match->group[1]);
  text_say (walk, one ? "inch" : "inches");
  if (match->end > match->start && match->end[-1] == '.'
      && text_ends_sentence (walk, match->end))
    text_say_mark (walk, '.');
  return TRUE;
}

/* 5'10", 6 ft 2 in. */
static gboolean
say_feet_and_inches (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  text_say (walk, text_is_one (match->group[1]) ? "foot" : "feet");
  text_say_cardinal (walk, match->group[2]);
  text_say (walk, text_is_one (match->group[2]) ? "inch" : "inches");
  if (match->end[-1] == '.' && text_ends_sentence (walk, match->end))
    text_say_mark (walk, '.');
  return TRUE;
}

/* How far back an opening quote is looked for, in bytes. */
#define QUOTE_BYTES 512

/* The quote at @at closes one that was opened before on its line. */
static gboolean
closes_quote (const TextWalk *walk, const gchar *at)
{
  gboolean open = FALSE;

  for (const gchar *c = at - 1;
       c >= walk->text && at - c < QUOTE_BYTES && *c != '\n'; c--)
    /* An apostrophe inside a word opens nothing. */
    if (*c == *at
        && (*at == '"' || c == walk->text || !g_ascii_isalnum (c[-1])))
      open = !open;
  return open;
}

/* 12", 3/4", 6': a mark behind a number that no quotation explains */
static gboolean
say_inch_or_foot (TextWalk *walk, TextMatch *match)
{
  const gchar *start = match->start;
  gboolean feet = *match->start == '\'', one;

  if (closes_quote (walk, match->start))
    return FALSE;
  while (start > walk->text && strchr ("0123456789./", start[-1]) != NULL)
    start--;
  one = match->start - start == 1 && *start == '1';
  one = one || memchr (start, '/', (gsize) (match->start - start)) != NULL
      || text_is_attribute (walk, start, match->end);
  if (feet)
    text_say (walk, one ? "foot" : "feet");
  else
    text_say (walk, one ? "inch" : "inches");
  return TRUE;
}

/* 45° N, 51°30'N */
static gboolean
say_bearing (TextWalk *walk, TextMatch *match)
{
  static const gchar *const names[] = { "north", "south", "east", "west" };
  const gchar *side = strchr ("NSEW", *match->group[3]);

  text_say_number (walk, match->group[1]);
  text_say (walk, text_is_one (match->group[1]) ? "degree" : "degrees");
  if (*match->group[2] != 0) {
    text_say_cardinal (walk, match->group[2]);
    text_say (walk, "minutes");
  }
  text_say (walk, names[side - strchr ("NSEW", 'N')]);
  return TRUE;
}

static void
say_counted (TextWalk *walk, const gchar *number, const gchar *unit)
{
  if (*number == 0)
    return;
  while (*number == '0' && number[1] != 0)
    number++;
  text_say_cardinal (walk, number);
  text_say (walk, unit);
  if (!text_is_one (number))
    g_string_append_c (walk->out, 's');
}

/* 2h30, 2h 30m, 1h30m15s */
static gboolean
say_hours (TextWalk *walk, TextMatch *match)
{
  say_counted (walk, match->group[1], "hour");
  say_counted (walk, match->group[2], "minute");
  say_counted (walk, match->group[3], "second");
  return TRUE;
}

/* 5m30s */
static gboolean
say_minutes (TextWalk *walk, TextMatch *match)
{
  say_counted (walk, match->group[1], "minute");
  say_counted (walk, match->group[2], "second");
  return TRUE;
}

/* 1080p: the lines of a picture, in pairs of digits as a year has them; 50p
 * and 100p are money. */
static gboolean
say_lines (TextWalk *walk, TextMatch *match)
{
  gsize length = strlen (match->group[1]);
  g_autofree gchar *first = g_strndup (match->group[1], length - 2);

  if (g_str_equal (match->group[1] + length - 2, "00"))
    return FALSE;
  text_say_cardinal (walk, first);
  text_say_cardinal (walk, match->group[1] + length - 2);
  text_say_letters (walk, match->group[2], 1);
  return TRUE;
}

/* 3 cm x 5 cm; without units text-numbers.c reads it */
static gboolean
say_by (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  if (walk->previous != NULL)
    return FALSE;
  text_say (walk, "by");
  return TRUE;
}

/* MHz without a number */
static gboolean
say_lone_unit (TextWalk *walk, TextMatch *match)
{
  return text_say_unit (walk, match->group[1], TEXT_UNIT_SPACED, NULL,
      text_last_word_is (walk, "per"));
}

/* 3.5m people: there are no meters of them; 1.2K likes, 2B people */
static gboolean
say_multiple (TextWalk *walk, TextMatch *match)
{
  text_say_number (walk, match->group[1]);
  text_say (walk,
      *match->group[2] == 'K'       ? "thousand"
          : *match->group[2] == 'B' ? "billion"
                                    : "million");
  return TRUE;
}

/* 9.58s, 45s: seconds; 90s are years and 747s airplanes */
static gboolean
say_seconds (TextWalk *walk, TextMatch *match)
{
  text_say_number (walk, match->group[1]);
  text_say (walk, text_is_one (match->group[1]) ? "second" : "seconds");
  return TRUE;
}

/* 1/2 lb, 33⅓ rpm: the fraction has been said; below one it has no plural */
static gboolean
say_unit_after_fraction (TextWalk *walk, TextMatch *match)
{
  const gchar *at = match->start;

  while (at > walk->text && strchr (" -", at[-1]) != NULL)
    at--;
  while (at > walk->text && !g_ascii_isspace (at[-1]))
    at--;
  /* Behind a space the whole part may stand: 3 3/4. */
  if (at > walk->text + 1 && at[-1] == ' ' && g_ascii_isdigit (at[-2]))
    at -= 2;
  if (!text_say_unit (walk, match->group[1],
          match->end < walk->end && *match->end == '.' ? TEXT_UNIT_PER
                                                       : TEXT_UNIT_SPACED,
          NULL,
          (guchar) *at >= 0x80 || (g_ascii_isdigit (at[0]) && at[1] == '/')))
    return FALSE;
  skip_point (walk, match);
  return TRUE;
}

/* hr and lb only behind "per": alone they are too short to be sure */
static gboolean
say_unit_after_per (TextWalk *walk, TextMatch *match)
{
  return text_last_word_is (walk, "per")
      && text_say_unit (walk, match->group[1], TEXT_UNIT_PER, NULL, TRUE);
}

const TextRule text_rules_measures[] = {
  { "0", "(\\d{1,2})'\\s?(\\d{1,2})(?:\"|'')", say_feet_and_inches },
  { "0", "(\\d{1,2}) ?ft\\.?,? (\\d{1,2}) ?in(?:\\.|" TEXT_END ")",
      say_feet_and_inches },
  { "0",
      "(" TEXT_NUMBER ") ?(?:in\\.(?![A-Za-z0-9])"
      "|in(?= (?:tall|wide|long|deep|high|thick|x \\d)))",
      say_inches },
  { "0", "(" TEXT_NUMBER ")°\\s?(?:(\\d{1,2})'\\s?)?([NSEW])" TEXT_END,
      say_bearing },
  { "0", "(\\d+)h ?(\\d{1,2})(?:m(?:in)?)?(?: ?(\\d{1,2})s)?" TEXT_END,
      say_hours },
  { "0", "(\\d+)m ?(\\d{1,2})s" TEXT_END, say_minutes },
  { "0", "(?<!-)(\\d+\\.\\d+|\\d?[1-9])s" TEXT_END, say_seconds },
  { "0", "(\\d{3,4})([pi])" TEXT_END, say_lines },
  { "0",
      "(" TEXT_NUMBER ")([mMBK])(?= (?:people|users|viewers|customers|residents"
      "|voters|jobs|homes|copies|subscribers|followers|visitors|passengers"
      "|workers|children|barrels|shares|views|members|tons|tonnes|dollars"
      "|euros|pounds|likes|downloads|streams)" TEXT_END ")",
      say_multiple },
  { "0", "(\\d+\\.\\d+)([KB])" TEXT_END, say_multiple },
  { "0", "(" TEXT_NUMBER ")([ -]?)" UNIT NOT_UNIT, say_measure },
  { "a",
      "(?:(?<=/\\d )|(?<=/\\d\\d )|(?<=/\\d)|(?<=½|¼|¾)|(?<=⅓|⅔|⅛|⅜|⅝|⅞)"
      "|(?<=½ |¼ |¾ )|(?<=⅓ |⅔ |⅛ |⅜ |⅝ |⅞ ))" UNIT NOT_UNIT,
      say_unit_after_fraction },
  { "0", "(" TEXT_NUMBER ")([ -]?)(" LETTER "++|%)/(?=[A-Za-z])",
      say_measure_per },
  { "\"", "(?:(?<=\\d)|(?<=½|¼|¾|⅛|⅜|⅝|⅞))\"", say_inch_or_foot },
  { "'", "(?<=\\d)'(?![A-Za-z0-9])", say_inch_or_foot },
  { "x\xC3", "(?:(?<=[a-z²³] )x|(?<=[a-z²³])×|(?<=[a-z²³] )×)\\s?(?=\\d)",
      say_by },
  { "kKMGm\xC2",
      "(k?m/[hs]|km²|m²|m³|µm|µs|kHz|KHz|MHz|GHz|MB|GB|kWh|km|kg|Mbps|mph)"
      "(?!" LETTER "|[0-9])",
      say_lone_unit },
  { "a", "((?:k?m|cm|mm|ft)²|(?:c|m)?m³)" NOT_UNIT, say_lone_unit },
  { "a", "([A-Za-z]{1,4})" TEXT_END, say_unit_after_per },
  { 0 },
};
