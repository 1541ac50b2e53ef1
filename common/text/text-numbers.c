/* text-numbers.c: numbers that are neither dates, times, money nor measures. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

/* Digits in the groups they are written in, with a pause between groups. */
static void
say_digit_groups (TextWalk *walk, const gchar *text)
{
  while (*text != 0) {
    gsize length = strspn (text, "0123456789");
    g_autofree gchar *digits = g_strndup (text, length);

    if (length > 0) {
      text_say_digits (walk, digits);
      text += length;
      if (strpbrk (text, "0123456789") != NULL)
        text_say_mark (walk, ',');
    } else {
      if (*text == '+')
        text_say (walk, "plus");
      text++;
    }
  }
}

static gboolean
say_phone (TextWalk *walk, TextMatch *match)
{
  say_digit_groups (walk, match->group[0]);
  return TRUE;
}

/* -5: the sign alone; the number follows */
static gboolean
say_minus (TextWalk *walk, TextMatch *match)
{
  if (match->start > walk->text && strchr (" \n(", match->start[-1]) == NULL)
    return FALSE;
  text_say (walk, "minus");
  return TRUE;
}

static gboolean
say_plus (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  text_say (walk, "plus");
  return TRUE;
}

/* p. 5 */
static gboolean
say_page (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  text_say (walk, "page");
  return TRUE;
}

/* 911 calls */
static gboolean
is_emergency (const TextMatch *match)
{
  static const gchar *const numbers[] = { "911", "999", "112" };

  return TEXT_WORD_IN (match->group[0], strlen (match->group[0]), numbers)
      && g_str_has_prefix (match->end, " call");
}

/* Call 911, 911 calls, area code 212 */
static gboolean
say_called (TextWalk *walk, TextMatch *match)
{
  static const gchar *const words[] = { "call", "calling", "dial", "dialing",
    "dialling", "phone", "text" };

  if (!text_last_word_is (walk, "code")
      && !text_last_word_is (walk, "extension") && !is_emergency (match)
      && (walk->previous == NULL
          || !TEXT_WORD_IN (walk->previous, walk->previous_length, words)))
    return FALSE;
  text_say_digits (walk, match->group[0]);
  return TRUE;
}

/* #1, No. 5 */
static gboolean
say_number_sign (TextWalk *walk, TextMatch *match)
{
  text_say (walk, *match->group[1] != 0 ? "numbers" : "number");
  return TRUE;
}

/* Pairs of digits that have a name. */
static gboolean
say_named_pair (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  text_say_cardinal (walk, match->group[2]);
  return TRUE;
}

/* 401(k) */
static gboolean
say_plan (TextWalk *walk, TextMatch *match)
{
  text_say (walk, "four oh");
  text_say_digits (walk, match->group[1]);
  text_say_letters (walk, match->group[2], 1);
  return TRUE;
}

static gboolean
equals_follows (const TextWalk *walk, const gchar *at)
{
  while (at < walk->end && *at == ' ')
    at++;
  return at < walk->end && *at == '=';
}

/* 120/80 is a pair of measurements: a fraction has no such denominator. */
#define MIN_RATIO_DENOMINATOR 40

/* What stands between the halves of 80/20 and 120/80 when they are no
 * fraction; NULL when they are one. */
static const gchar *
pair_word (guint numerator, guint denominator, gboolean equation)
{
  if (equation)
    return "divided by";
  if (denominator > 0 && numerator == denominator)
    return numerator == 10 || numerator == 100 ? "out of" : "";
  if (numerator + denominator == 100 && denominator > 1 && numerator > 1)
    return "";
  if (numerator == 0 || denominator < 2
      || (numerator > denominator && denominator >= MIN_RATIO_DENOMINATOR))
    return "over";
  return NULL;
}

static gboolean
say_fraction (TextWalk *walk, TextMatch *match)
{
  guint numerator = (guint) atoi (match->group[2]);
  guint denominator = (guint) atoi (match->group[3]);
  const gchar *between =
      pair_word (numerator, denominator, equals_follows (walk, match->end));

  if (*match->group[1] != 0) {
    text_say_cardinal (walk, match->group[1]);
    text_say (walk, "and");
  }
  if (between == NULL) {
    text_say_fraction (walk, numerator, denominator);
  } else {
    text_say_cardinal (walk, match->group[2]);
    text_say (walk, between);
    text_say_cardinal (walk, match->group[3]);
  }
  return TRUE;
}

/* 2½, ¾ */
static gboolean
say_fraction_sign (TextWalk *walk, TextMatch *match)
{
  static const struct
  {
    const gchar *sign;
    guint numerator, denominator;
  } signs[] = { { "½", 1, 2 }, { "⅓", 1, 3 }, { "⅔", 2, 3 }, { "¼", 1, 4 },
    { "¾", 3, 4 }, { "⅕", 1, 5 }, { "⅖", 2, 5 }, { "⅗", 3, 5 }, { "⅘", 4, 5 },
    { "⅙", 1, 6 }, { "⅚", 5, 6 }, { "⅛", 1, 8 }, { "⅜", 3, 8 }, { "⅝", 5, 8 },
    { "⅞", 7, 8 } };

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (!g_str_equal (signs[i].sign, match->group[2]))
      continue;
    if (*match->group[1] != 0) {
      text_say_cardinal (walk, match->group[1]);
      text_say (walk, "and");
    }
    text_say_fraction (walk, signs[i].numerator, signs[i].denominator);
    return TRUE;
  }
  return FALSE;
}

static gboolean
say_ordinal (TextWalk *walk, TextMatch *match)
{
  text_say_ordinal (walk, match->group[1]);
  if (*match->group[2] != 0)
    text_say (walk, "century");
  return TRUE;
}

/* 10-15: to; 5 - 3: minus. The second number is left to the walk, because a
 * unit may follow it. */
static gboolean
say_range (TextWalk *walk, TextMatch *match)
{
  gboolean spaced = *match->group[2] == ' ';
  gdouble low = g_ascii_strtod (match->group[1], NULL);
  gdouble high = g_ascii_strtod (match->group[3], NULL);

  text_say_number (walk, match->group[1]);
  if ((spaced && low >= high) || equals_follows (walk, match->end))
    text_say (walk, "minus");
  else if (low < high || low > high)
    text_say (walk, "to"); /* but 50-50 is said without */
  match->end -= strlen (match->group[3]);
  return TRUE;
}

/* 1920x1080, 3 x 4; 5 x 3 = 15 is a product */
static gboolean
say_by (TextWalk *walk, TextMatch *match)
{
  text_say_number (walk, match->group[1]);
  text_say (walk,
      equals_follows (walk, match->end + strlen (match->group[2])) ? "times"
                                                                   : "by");
  return TRUE;
}

/* 1.2.3, 192.168.0.1, 10.0.0.1:8080, 192.168.0.0/24 */
static gboolean
say_dotted (TextWalk *walk, TextMatch *match)
{
  g_auto (GStrv) parts = g_strsplit (match->group[1], ".", -1);
  guint n = g_strv_length (parts);

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      text_say (walk, n == 4 ? "dot" : "point");
    if (n == 4)
      text_say_digits (walk, parts[i]);
    else
      text_say_cardinal (walk, parts[i]);
  }
  if (*match->group[2] != 0) {
    text_say (walk, "colon");
    text_say_digits (walk, match->group[2]);
  }
  if (*match->group[3] != 0) {
    text_say (walk, "slash");
    text_say_cardinal (walk, match->group[3]);
  }
  return TRUE;
}

/* 0x1F */
static gboolean
say_hex (TextWalk *walk, TextMatch *match)
{
  text_say (walk, "zero X");
  text_say_letters (walk, match->group[1], strlen (match->group[1]));
  return TRUE;
}

/* H.264, G.711 */
static gboolean
say_standard (TextWalk *walk, TextMatch *match)
{
  text_say_letters (walk, match->group[1], 1);
  text_say_digits (walk, match->group[2]);
  return TRUE;
}

/* v2.3.1 */
static gboolean
say_version (TextWalk *walk, TextMatch *match)
{
  text_say (walk, "version");
  text_say_text (walk, match->group[1], strlen (match->group[1]));
  return TRUE;
}

/* 1e-5 */
static gboolean
say_power_of_ten (TextWalk *walk, TextMatch *match)
{
  text_say_number (walk, match->group[1]);
  text_say (walk, "times ten to the");
  if (*match->group[2] == '-')
    text_say (walk, "minus");
  text_say_cardinal (walk, match->group[3]);
  return TRUE;
}

static void
say_exponent (TextWalk *walk, const gchar *power)
{
  if (g_str_equal (power, "²") || g_str_equal (power, "^2"))
    text_say (walk, "squared");
  else if (g_str_equal (power, "³") || g_str_equal (power, "^3"))
    text_say (walk, "cubed");
  else {
    text_say (walk, "to the power of");
    if (power[1] == '-')
      text_say (walk, "minus");
    power += strspn (power, "^-");
    if (g_ascii_isdigit (*power))
      text_say_cardinal (walk, power);
    else
      text_say_letters (walk, power, 1);
  }
}

/* 10^6, 5² */
static gboolean
say_power (TextWalk *walk, TextMatch *match)
{
  text_say_number (walk, match->group[1]);
  say_exponent (walk, match->group[2]);
  return TRUE;
}

/* x², (a+b)^2; behind a longer word a raised number marks a footnote */
#define MAX_VARIABLE_BYTES 3

static gboolean
say_power_of_letter (TextWalk *walk, TextMatch *match)
{
  const gchar *letters = match->start;

  while (letters > walk->text && g_ascii_isalpha (letters[-1]))
    letters--;
  if (match->start - letters <= MAX_VARIABLE_BYTES)
    say_exponent (walk, match->group[1]);
  return TRUE;
}

/* .45 caliber */
static gboolean
say_caliber (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  return TRUE;
}

/* F-35s, MP3s, 747s */
static gboolean
say_plural (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  text_make_plural (walk);
  return TRUE;
}

/* A number nobody wants to hear as trillions. */
#define MAX_SPOKEN_DIGITS 12

static gboolean
say_number (TextWalk *walk, TextMatch *match)
{
  gsize digits = strspn (match->group[1], "0123456789");

  if (digits == strlen (match->group[1]) && digits > MAX_SPOKEN_DIGITS)
    text_say_digits (walk, match->group[1]);
  else
    text_say_number (walk, match->group[1]);
  return TRUE;
}

const TextRule text_rules_numbers[] = {
  /* telephone numbers: international, North American, seven digits, British;
   * then card numbers and other groups of digits */
  { "+", "\\+\\d{1,3}[ -]?\\(?\\d{1,4}\\)?(?:[ -]?\\d{2,4}){1,4}(?!\\d)",
      say_phone },
  { "0(", "(?:1[ .-])?\\(?\\d{3}\\)?[ .-]?\\d{3}[.-]\\d{4}(?![\\d-])",
      say_phone },
  { "1", "1-[2-9]\\d{2}-(?=[A-Z])", say_phone },
  { "0", "\\d{3} \\d{3} \\d{4}(?!\\d)", say_phone },
  { "0", "\\d{3}-\\d{4}(?![\\d-])", say_phone },
  { "0", "0\\d{2,4} \\d{3,4}(?: ?\\d{3,4})(?!\\d)", say_phone },
  { "0", "\\d{4}(?:[ -]\\d{4}){2,3}(?!\\d)", say_phone },
  { "0", "\\d{3}-\\d{2}-\\d{4}(?!\\d)", say_phone },
  { "0", "\\d+(?:-\\d+){2,}(?![\\dA-Za-z])", say_phone },
  { "-", "-\\s?(?=[\\d.$]|€|£)", say_minus },
  { "+", "\\+\\s?(?=\\d)", say_plus },
  { "0", "0x([0-9A-Fa-f]+)" TEXT_END, say_hex },
  { "0", "\\d{3,6}(?![\\d-]|[.,]\\d)", say_called },
  { "#", "#()(?=\\d)", say_number_sign },
  { "Nn", "[Nn](?:o|r|o(s))\\.\\s*(?=\\d)", say_number_sign },
  { "p", "p\\.\\s?(?=\\d)", say_page },
  { "0", "40([13])\\(([bk])\\)", say_plan },
  { "0", "(24|50|9)/(7|50|11)(?![\\d/])", say_named_pair },
  { "0",
      "(?:(\\d+)(?: |-))?(\\d{1,3})/(\\d{1,3})(?![\\d/])(?:(?:rd|th)s?" TEXT_END
      ")?",
      say_fraction },
  { "0\xC2\xE2", "(\\d*)\\s?(½|⅓|⅔|¼|¾|⅕|⅖|⅗|⅘|⅙|⅚|⅛|⅜|⅝|⅞)",
      say_fraction_sign },
  { "0",
      "(" TEXT_WHOLE ")(?:st|nd|rd|th|ST|ND|RD|TH)" TEXT_END
      "( [cC]\\.(?![A-Za-z]))?",
      say_ordinal },
  { "0", "(\\d+(?:\\.\\d+){2,})(?::(\\d+))?(?:/(\\d+))?(?![\\dA-Za-z])",
      say_dotted },
  { "0", "(" TEXT_NUMBER ")\\s?x\\s?(?=(\\d[\\d,.]*))", say_by },
  { "0", "(\\d+(?:\\.\\d+)?)[eE]([+-]?)(\\d{1,3})" TEXT_END, say_power_of_ten },
  { "0", "(" TEXT_NUMBER ")(\\^-?(?:\\d+|[a-z])|²|³)", say_power },
  { "^\xC2", "(\\^-?(?:\\d+|[a-z])|²|³)", say_power_of_letter },
  { "a", "([A-Z])\\.(\\d{3,})" TEXT_END, say_standard },
  { "v", "v(\\d+(?:\\.\\d+)*+)(?![A-Za-z0-9])", say_version },
  { "0", "(" TEXT_NUMBER ")(\\s?)-\\s?(" TEXT_NUMBER ")", say_range },
  { "0", "(\\d+)s" TEXT_END, say_plural },
  { ".", "\\.(\\d\\d\\d?)(?=[ -]cal)", say_caliber },
  { ".", "(\\.\\d++)(?![A-Za-z])", say_number },
  { "0", "(" TEXT_NUMBER ")", say_number },
  { 0 },
};
