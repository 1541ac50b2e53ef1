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
/* 4-6: the day the range ends with */
#define TO_DAY "(?:\\s?-\\s?(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:.-]\\d?))?"
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

/* March fourth, twenty twenty four; @last ends a range of days */
static gboolean
say_dates (TextWalk *walk, guint month, const gchar *day, const gchar *last,
    const gchar *year)
{
  if (!is_date (month, (guint) atoi (day)))
    return FALSE;
  text_say (walk, months[month - 1]);
  text_say_ordinal (walk, day);
  if (*last != 0) {
    text_say (walk, "to");
    text_say_ordinal (walk, last);
  }
  say_year_after_date (walk, year);
  return TRUE;
}

static gboolean
say_date (TextWalk *walk, guint month, const gchar *day, const gchar *year)
{
  return say_dates (walk, month, day, "", year);
}

/* 2024-03-04, 2024-03-04T12:30:00Z, 2024-03-04T12:30+02:00 */
static gboolean
say_iso_date (TextWalk *walk, TextMatch *match)
{
  const gchar *time = match->group[4], *zone = match->group[5];

  if (!say_date (walk, (guint) atoi (match->group[2]), match->group[3],
          match->group[1]))
    return FALSE;
  if (*time == 0)
    return TRUE;
  text_say_mark (walk, ',');
  text_say_text (walk, time, strlen (time));
  if (*zone != 0) {
    g_autofree gchar *name =
        g_strconcat ("UTC", *zone == 'Z' ? "" : zone, NULL);

    text_say_text (walk, name, strlen (name));
  }
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

/* In small letters "may" and "march" are verbs, unless the day says st, nd, rd
 * or th, or a year follows. */
static gboolean
is_verb (const gchar *month, const gchar *suffix, const gchar *year)
{
  static const gchar *const verbs[] = { "mar", "march", "may" };

  return g_ascii_islower (*month) && *suffix == 0 && *year == 0
      && TEXT_WORD_IN (month, strlen (month), verbs);
}

/* March 4th, 2024; Nov. 5-7 */
static gboolean
say_month_day (TextWalk *walk, TextMatch *match)
{
  if (is_verb (match->group[1], match->group[3], match->group[5]))
    return FALSE;
  return say_dates (walk, month_number (match->group[1]), match->group[2],
      match->group[4], match->group[5]);
}

static gboolean
say_day_of_month (TextWalk *walk, TextMatch *match, const gchar *day,
    const gchar *suffix, const gchar *last, const gchar *month_name,
    const gchar *year)
{
  guint month = month_number (month_name);
  gsize length = strlen (month_name);

  if (!is_date (month, (guint) atoi (day))
      || (*last != 0 && !is_date (month, (guint) atoi (last)))
      || is_verb (month_name, suffix, year))
    return FALSE;
  if (!text_last_word_is (walk, "the")
      && (*suffix == 0
          || g_strstr_len (match->start, match->end - match->start, " of ")
              == NULL))
    text_say (walk, "the");
  text_say_ordinal (walk, day);
  if (*last != 0) {
    text_say (walk, "to");
    text_say_ordinal (walk, last);
  }
  text_say (walk, "of");
  text_say (walk, months[month - 1]);
  say_year_after_date (walk, year);
  if (*year == 0 && month_name[length - 1] == '.'
      && text_ends_sentence (walk, match->end))
    text_say_mark (walk, '.');
  return TRUE;
}

/* 4 March 2024, 4th of March, 4-Mar-2024 */
static gboolean
say_day_month (TextWalk *walk, TextMatch *match)
{
  return say_day_of_month (walk, match, match->group[1], match->group[2], "",
      match->group[3], match->group[4]);
}

/* 4-6 March 2024 */
static gboolean
say_days_month (TextWalk *walk, TextMatch *match)
{
  return say_day_of_month (walk, match, match->group[1], "", match->group[2],
      match->group[3], match->group[4]);
}

/* Sept. 2024 */
static gboolean
say_month_year (TextWalk *walk, TextMatch *match)
{
  text_say (walk, months[month_number (match->group[1]) - 1]);
  text_say_year (walk, match->group[2]);
  return TRUE;
}

/* Mon, 4 Mar: weekdays lose their point where a date follows. */
static gboolean
say_weekday (TextWalk *walk, TextMatch *match)
{
  static const gchar *const weekdays[] = { "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday" };

  for (gsize i = 0; i < G_N_ELEMENTS (weekdays); i++)
    if (g_ascii_strncasecmp (match->group[1], weekdays[i], 3) == 0)
      text_say (walk, weekdays[i]);
  return TRUE;
}

/* Mon.-Fri. */
static gboolean
say_weekdays (TextWalk *walk, TextMatch *match)
{
  TextMatch last = { .group = { NULL, match->group[2] } };

  say_weekday (walk, match);
  text_say (walk, "to");
  return say_weekday (walk, &last);
}

/* on 4/7, Thursday 4/7 */
static gboolean
say_slash_day (TextWalk *walk, TextMatch *match)
{
  static const gchar *const words[] = { "on", "until", "since", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };

  return walk->previous != NULL
      && TEXT_WORD_IN (walk->previous, walk->previous_length, words)
      && say_date (walk, (guint) atoi (match->group[1]), match->group[2], "");
}

/* 2024-03 and 10/2023: months; but 2001-02 is a range of years */
static gboolean
say_year_month (TextWalk *walk, TextMatch *match)
{
  gboolean year_first = strlen (match->group[1]) == 4;
  const gchar *year = match->group[year_first ? 1 : 2];
  const gchar *month = match->group[year_first ? 2 : 1];

  if (year_first && atoi (month) > atoi (year + 2))
    return FALSE;
  text_say (walk, months[atoi (month) - 1]);
  text_say_year (walk, year);
  return TRUE;
}

/* 2023/24: a season */
static gboolean
say_season (TextWalk *walk, TextMatch *match)
{
  if ((atoi (match->group[1]) + 1) % 100 != atoi (match->group[2]))
    return FALSE;
  text_say_year (walk, match->group[1]);
  text_say_cardinal (walk, match->group[2]);
  return TRUE;
}

/* in 1066, by 2100: years that are quantities without such a word before */
static gboolean
say_year_after_word (TextWalk *walk, TextMatch *match)
{
  static const gchar *const words[] = { "in", "by", "since", "until", "till",
    "before", "after", "from", "year", "circa", "around" };

  if (walk->previous == NULL
      || !TEXT_WORD_IN (walk->previous, walk->previous_length, words))
    return FALSE;
  text_say_year (walk, match->group[1]);
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
  if (*match->group[3] != 0)
    text_say (walk, "to");
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

/* 50 BCE-100 CE */
static gboolean
say_era_range (TextWalk *walk, TextMatch *match)
{
  text_say_letters (walk, match->group[1], strlen (match->group[1]));
  text_say (walk, "to");
  return TRUE;
}

/* '84 */
static gboolean
say_short_year (TextWalk *walk, TextMatch *match)
{
  if (*match->group[1] == '0')
    text_say (walk, "oh");
  text_say_cardinal (walk, match->group[1] + (*match->group[1] == '0'));
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
  if (strlen (match->group[2]) == 4) {
    text_say_year (walk, match->group[2]);
    return TRUE;
  }
  if (*match->group[2] == '0')
    text_say (walk, "oh");
  text_say_cardinal (walk, match->group[2] + (*match->group[2] == '0'));
  return TRUE;
}

/* A year written alone, and what may stand behind it. */
#define NOT_IN_NUMBER "(?![\\d/:x]|[A-Za-z%°]|[.,-]\\d)(?!\\s?\\d\\d?/\\d)"
#define WEEKDAY "(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)"
#define MONTHS "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

const TextRule text_rules_dates[] = {
  { "0",
      "(\\d{4})-(\\d{2})-(\\d{2})(?:T(\\d\\d:\\d\\d(?::\\d\\d)?)(?:\\.\\d+)?"
      "(Z|[+-]\\d\\d(?::?\\d\\d)?)?)?(?!\\d|-\\d)",
      say_iso_date },
  { "0", "(\\d{1,2})/(\\d{1,2})/(\\d{4}|\\d{2})(?![\\d/])", say_slash_date },
  { "0", "(\\d{1,2})-(\\d{1,2})-(\\d{4})(?![\\d-])", say_slash_date },
  { "0", "(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?![\\d.]*\\d)", say_dot_date },
  { "0", "(\\d{4})-(0[1-9]|1[0-2])(?![\\d-])", say_year_month },
  { "0", "(0?[1-9]|1[0-2])/((?:19|20)\\d\\d)(?![\\d/])", say_year_month },
  { "0", "(\\d{1,2})/(\\d{1,2})(?![\\d/])", say_slash_day },
  { "0", "((?:19|20)\\d\\d)/(\\d\\d)(?![\\d/])", say_season },
  { "MTWFS", WEEKDAY "\\.?-" WEEKDAY "\\.?" TEXT_END, say_weekdays },
  { "MTWFS",
      WEEKDAY "\\.?"
              "(?=,?\\s+(?:\\d{1,2}\\s+)?" MONTHS ")",
      say_weekday },
  { "a", MONTH "\\s+" DAY TO_DAY YEAR, say_month_day },
  { "0", "(\\d{1,2})(st|nd|rd|th)?\\s+(?:of\\s+)?" MONTH TEXT_END YEAR,
      say_day_month },
  { "0", "(\\d{1,2})()-" MONTH "-(\\d{4})(?!\\d)", say_day_month },
  { "0", "(\\d{1,2})\\s?-\\s?(\\d{1,2})\\s+" MONTH TEXT_END YEAR,
      say_days_month },
  { "a", MONTH ",?\\s+(\\d{4})(?![\\d:]|[.,]\\d)", say_month_year },
  { "0", "(1[0-9]|20)(\\d)0'?s" TEXT_END "(-(?=\\d))?", say_decade },
  { "'0", "()'?(\\d)0'?s" TEXT_END "(-(?='?\\d))?", say_decade },
  { "BCA", "(BCE?|CE|AD)\\s?-\\s?(?=\\d)", say_era_range },
  { "'", "'(\\d\\d)(?![\\d'A-Za-z])", say_short_year },
  { "0",
      "(1[1-9]\\d\\d|20\\d\\d)\\s?-\\s?(1[1-9]\\d\\d|20\\d\\d|\\d\\d)"
      "(?![\\d-]|[A-Za-z%]|[.,]\\d)",
      say_year_range },
  { "0", "(1[1-9]\\d\\d|20\\d\\d)" NOT_IN_NUMBER, say_plain_year },
  { "0", "(\\d{4})(?=\\s?(?:BCE?|B\\.C\\.|AD|A\\.D\\.)" TEXT_END ")",
      say_plain_year },
  { "0", "(10[1-9]\\d|2[1-9]\\d\\d)" NOT_IN_NUMBER, say_year_after_word },
  { 0 },
};
