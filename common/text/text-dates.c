/* text-dates.c: calendar dates, years and decades. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

static const gchar *const months[] = { "january", "february", "march", "april",
  "may", "june", "july", "august", "september", "october", "november",
  "december" };
static const guint month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
  31 };

#define MONTH                                                                 \
  "((?i:Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May" \
  "|June?|July?|Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?"         \
  "|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?))"
#define DAY "(\\d{1,2})(st|nd|rd|th)?(?!\\d|[:.]\\d|[A-Za-z])"
#define YEAR "(?:,?\\s+(\\d{4})(?![\\d:]|[.,]\\d))?"

/* Months are told apart by three letters. */
static guint
month_number (const gchar *name)
{
  for (guint m = 0; m < G_N_ELEMENTS (months); m++)
    if (g_ascii_strncasecmp (name, months[m], 3) == 0)
      return m + 1;
  return 0;
}

static gboolean
is_date (guint month, guint day)
{
  return month >= 1 && month <= 12 && day >= 1 && day <= month_days[month - 1];
}

static void
say_year_after_date (TextWalk *walk, const gchar *year)
{
  if (*year == 0)
    return;
  text_say_mark (walk, ',');
  text_say_year (walk, year);
}

/* March fourth, twenty twenty four */
static gboolean
say_date (TextWalk *walk, guint month, const gchar *day, const gchar *year)
{
  if (!is_date (month, (guint) atoi (day)))
    return FALSE;
  text_say (walk, months[month - 1]);
  text_say_ordinal (walk, day);
  say_year_after_date (walk, year);
  return TRUE;
}

/* 2024-03-04 */
static gboolean
say_iso_date (TextWalk *walk, TextMatch *match)
{
  if (!say_date (walk, (guint) atoi (match->group[2]), match->group[3],
          match->group[1]))
    return FALSE;
  if (*match->group[4] != 0)
    text_say_mark (walk, ',');
  return TRUE;
}

/* 3/4/2024: month first as in the United States, unless only the other order
 * is a date. */
static gboolean
say_slash_date (TextWalk *walk, TextMatch *match)
{
  const gchar *a = match->group[1], *b = match->group[2];
  g_autofree gchar *year = g_strdup (match->group[3]);

  if (strlen (year) == 2) {
    g_free (year);
    /* Two digits: 70 to 99 belong to the last century (POSIX: 69 to 99). */
    year = g_strdup_printf (
        "%s%s", atoi (match->group[3]) >= 69 ? "19" : "20", match->group[3]);
  }
  return say_date (walk, (guint) atoi (a), b, year)
      || say_date (walk, (guint) atoi (b), a, year);
}

/* 4.3.2024: day first, as in most of Europe */
static gboolean
say_dot_date (TextWalk *walk, TextMatch *match)
{
  return say_date (
      walk, (guint) atoi (match->group[2]), match->group[1], match->group[3]);
}

/* March 4th, 2024 */
static gboolean
say_month_day (TextWalk *walk, TextMatch *match)
{
  return say_date (
      walk, month_number (match->group[1]), match->group[2], match->group[4]);
}

/* 4 March 2024, 4th of March */
static gboolean
say_day_month (TextWalk *walk, TextMatch *match)
{
  guint month = month_number (match->group[3]);

  if (!is_date (month, (guint) atoi (match->group[1])))
    return FALSE;
  if (*match->group[2] == 0 && !text_last_word_is (walk, "the"))
    text_say (walk, "the");
  text_say_ordinal (walk, match->group[1]);
  text_say (walk, "of");
  text_say (walk, months[month - 1]);
  say_year_after_date (walk, match->group[4]);
  return TRUE;
}

/* Sept. 2024 */
static gboolean
say_month_year (TextWalk *walk, TextMatch *match)
{
  text_say (walk, months[month_number (match->group[1]) - 1]);
  text_say_year (walk, match->group[2]);
  return TRUE;
}

/* 1990s, 1800s, '90s, 90s */
static gboolean
say_decade (TextWalk *walk, TextMatch *match)
{
  static const gchar *const decades[] = { "hundreds", "tens", "twenties",
    "thirties", "forties", "fifties", "sixties", "seventies", "eighties",
    "nineties" };
  guint decade = (guint) (match->group[2][0] - '0');

  if (*match->group[1] == 0) {
    if (decade == 0)
      return FALSE;
  } else if (decade == 0 && g_str_equal (match->group[1], "20")) {
    text_say (walk, "two thousands");
    return TRUE;
  } else {
    text_say_cardinal (walk, match->group[1]);
  }
  text_say (walk, decades[decade]);
  return TRUE;
}

/* 1984 alone. A number of this size with a comma is a quantity and does not
 * come here. */
static gboolean
say_plain_year (TextWalk *walk, TextMatch *match)
{
  text_say_year (walk, match->group[1]);
  return TRUE;
}

/* '84 */
static gboolean
say_short_year (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  return TRUE;
}

/* 1990-1995, 1990-95 */
static gboolean
say_year_range (TextWalk *walk, TextMatch *match)
{
  if (strlen (match->group[2]) == 4
      && strcmp (match->group[1], match->group[2]) >= 0)
    return FALSE;
  text_say_year (walk, match->group[1]);
  text_say (walk, "to");
  if (strlen (match->group[2]) == 4)
    text_say_year (walk, match->group[2]);
  else
    text_say_cardinal (walk, match->group[2]);
  return TRUE;
}

const TextRule text_rules_dates[] = {
  { "0", "(\\d{4})-(\\d{2})-(\\d{2})(?!\\d|-\\d)(T(?=\\d\\d:))?",
      say_iso_date },
  { "0", "(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})(?![\\d/])", say_slash_date },
  { "0", "(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?![\\d.]*\\d)", say_dot_date },
  { "a", MONTH "\\s+" DAY YEAR, say_month_day },
  { "0", "(\\d{1,2})(st|nd|rd|th)?\\s+(?:of\\s+)?" MONTH TEXT_END YEAR,
      say_day_month },
  { "a", MONTH ",?\\s+(\\d{4})(?![\\d:]|[.,]\\d)", say_month_year },
  { "0", "(1[0-9]|20)(\\d)0'?s" TEXT_END, say_decade },
  { "'0", "()'?(\\d)0'?s" TEXT_END, say_decade },
  { "'", "'(\\d\\d)(?![\\d'A-Za-z])", say_short_year },
  { "0",
      "(1[1-9]\\d\\d|20\\d\\d)\\s?-\\s?(1[1-9]\\d\\d|20\\d\\d|\\d\\d)"
      "(?![\\d-]|[A-Za-z%]|[.,]\\d)",
      say_year_range },
  { "0",
      "(1[1-9]\\d\\d|20\\d\\d)(?![\\d/:x]|[A-Za-z%°]|[.,-]\\d)"
      "(?!\\s?\\d\\d?/\\d)",
      say_plain_year },
  { 0 },
};
