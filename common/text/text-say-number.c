/* text-say-number.c: digits to English words, American style without "and". */
#include "text/text-rules.h"

#include <string.h>

static const gchar *const small[] = { "zero", "one", "two", "three", "four",
  "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
  "nineteen" };
static const gchar *const tens[] = { "", "ten", "twenty", "thirty", "forty",
  "fifty", "sixty", "seventy", "eighty", "ninety" };
static const gchar *const powers[] = { "", "thousand", "million", "billion",
  "trillion", "quadrillion", "quintillion" };

/* Longest number with a name in powers[]. */
#define MAX_NAMED_DIGITS (3 * G_N_ELEMENTS (powers))

static const struct
{
  const gchar *cardinal;
  const gchar *ordinal;
} irregular_ordinals[] = { { "one", "first" }, { "two", "second" },
  { "three", "third" }, { "five", "fifth" }, { "eight", "eighth" },
  { "nine", "ninth" }, { "twelve", "twelfth" } };

static void
say_below_100 (TextWalk *walk, guint value)
{
  if (value < 20) {
    text_say (walk, small[value]);
    return;
  }
  text_say (walk, tens[value / 10]);
  if (value % 10 != 0)
    text_say (walk, small[value % 10]);
}

static void
say_below_1000 (TextWalk *walk, guint value)
{
  if (value >= 100) {
    text_say (walk, small[value / 100]);
    text_say (walk, "hundred");
    value %= 100;
    if (value == 0)
      return;
  }
  say_below_100 (walk, value);
}

void
text_say_digits (TextWalk *walk, const gchar *digits)
{
  for (; *digits != 0; digits++)
    if (g_ascii_isdigit (*digits))
      text_say (walk, small[*digits - '0']);
}

void
text_say_cardinal (TextWalk *walk, const gchar *digits)
{
  gchar plain[MAX_NAMED_DIGITS + 1];
  gsize n = 0, groups;
  gboolean said = FALSE;

  for (const gchar *c = digits; *c != 0; c++) {
    if (!g_ascii_isdigit (*c))
      continue;
    if (n == MAX_NAMED_DIGITS) {
      text_say_digits (walk, digits);
      return;
    }
    plain[n++] = *c;
  }
  plain[n] = 0;
  if (n > 1 && plain[0] == '0') {
    text_say_digits (walk, plain);
    return;
  }
  groups = (n + 2) / 3;
  for (gsize g = 0, i = 0; g < groups; g++) {
    guint value = 0;

    for (gsize stop = n - 3 * (groups - 1 - g); i < stop; i++)
      value = 10 * value + (guint) (plain[i] - '0');
    if (value == 0 && (said || groups > 1))
      continue;
    say_below_1000 (walk, value);
    text_say (walk, powers[groups - 1 - g]);
    said = TRUE;
  }
}

/* The last word of a cardinal decides: twenty one, twenty first. */
static void
make_last_word_ordinal (GString *out)
{
  gsize start = out->len;
  const gchar *word;

  while (start > 0 && out->str[start - 1] != ' ')
    start--;
  word = out->str + start;
  for (gsize i = 0; i < G_N_ELEMENTS (irregular_ordinals); i++)
    if (g_str_equal (word, irregular_ordinals[i].cardinal)) {
      g_string_truncate (out, start);
      g_string_append (out, irregular_ordinals[i].ordinal);
      return;
    }
  if (out->str[out->len - 1] == 'y') {
    g_string_truncate (out, out->len - 1);
    g_string_append (out, "ie");
  }
  g_string_append (out, "th");
}

void
text_say_ordinal (TextWalk *walk, const gchar *digits)
{
  while (*digits == '0' && digits[1] != 0)
    digits++;
  text_say_cardinal (walk, digits);
  make_last_word_ordinal (walk->out);
}

void
text_make_plural (TextWalk *walk)
{
  GString *out = walk->out;
  gchar last = out->len > 0 ? out->str[out->len - 1] : 0;

  if (last == 'y') {
    g_string_truncate (out, out->len - 1);
    g_string_append (out, "ies");
  } else {
    g_string_append (out, last == 'x' ? "es" : "s");
  }
}

void
text_say_number (TextWalk *walk, const gchar *number)
{
  const gchar *point = strchr (number, '.');
  g_autofree gchar *whole = NULL;

  if (point == NULL) {
    text_say_cardinal (walk, number);
    return;
  }
  whole = g_strndup (number, (gsize) (point - number));
  text_say_cardinal (walk, *whole != 0 ? whole : "0");
  text_say (walk, "point");
  text_say_digits (walk, point + 1);
}

void
text_say_year (TextWalk *walk, const gchar *digits)
{
  guint year = (guint) g_ascii_strtoull (digits, NULL, 10);

  if (strlen (digits) != 4 || year < 1000 || year % 1000 < 10) {
    text_say_cardinal (walk, digits);
    return;
  }
  say_below_100 (walk, year / 100);
  if (year % 100 == 0) {
    text_say (walk, "hundred");
    return;
  }
  if (year % 100 < 10)
    text_say (walk, "oh");
  say_below_100 (walk, year % 100);
}

void
text_say_fraction (TextWalk *walk, guint numerator, guint denominator)
{
  gchar digits[12];

  g_snprintf (digits, sizeof digits, "%u", numerator);
  text_say_cardinal (walk, digits);
  g_snprintf (digits, sizeof digits, "%u", denominator);
  if (denominator == 2)
    text_say (walk, numerator == 1 ? "half" : "halves");
  else if (denominator == 4)
    text_say (walk, numerator == 1 ? "quarter" : "quarters");
  else if (denominator == 100 && numerator != 1)
    text_say (walk, "hundredths"); /* "one hundredths" would be one short */
  else {
    text_say_ordinal (walk, digits);
    if (numerator != 1)
      g_string_append_c (walk->out, 's');
  }
}

guint
text_roman (const gchar *roman)
{
  static const struct
  {
    const gchar *letters;
    guint value;
  } steps[] = { { "M", 1000 }, { "CM", 900 }, { "D", 500 }, { "CD", 400 },
    { "C", 100 }, { "XC", 90 }, { "L", 50 }, { "XL", 40 }, { "X", 10 },
    { "IX", 9 }, { "V", 5 }, { "IV", 4 }, { "I", 1 } };
  guint value = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++) {
    gsize length = strlen (steps[i].letters);
    gboolean repeats = length == 1 && strchr ("VLD", *steps[i].letters) == NULL;

    for (guint n = 0; n < (repeats ? 3 : 1); n++) {
      if (strncmp (roman, steps[i].letters, length) != 0)
        break;
      value += steps[i].value;
      roman += length;
    }
  }
  return *roman == 0 ? value : 0;
}

gboolean
text_is_one (const gchar *number)
{
  while (*number == '0')
    number++;
  return g_str_equal (number, "1");
}
