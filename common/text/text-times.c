/* text-times.c: times of day and durations written with colons. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

/* The capital behind "p.m." belongs to the time: a day, a month, a zone. */
static gboolean
goes_on (const TextWalk *walk, const gchar *at)
{
  static const gchar *const words[] = { "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "january", "february", "march",
    "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    "et", "est", "edt", "ct", "cst", "cdt", "mt", "mst", "mdt", "pt", "pst",
    "pdt", "gmt", "utc", "bst", "cet", "cest", "jst", "ist", "eastern",
    "central", "pacific", "greenwich", "local" };
  gsize length = 0;

  while (at < walk->end && *at == ' ')
    at++;
  while (at + length < walk->end && g_ascii_isalpha (at[length]))
    length++;
  return TEXT_WORD_IN (at, length, words);
}

/* a.m. and p.m. in all their spellings. The point of "p.m." ends the sentence
 * when the next one follows. */
static void
say_half_day (TextWalk *walk, const gchar *half, TextMatch *match)
{
  if (*half == 0)
    return;
  text_say_letters (walk, half, strlen (half));
  if (half[strlen (half) - 1] == '.' && text_ends_sentence (walk, match->end)
      && !goes_on (walk, match->end))
    text_say_mark (walk, '.');
}

/* Between two times "-" means to. */
static void
say_range (TextWalk *walk, const gchar *dash)
{
  if (*dash != 0)
    text_say (walk, "to");
}

static void
say_minutes (TextWalk *walk, const gchar *minutes)
{
  if (minutes[0] == '0')
    text_say (walk, "oh");
  text_say_cardinal (walk, minutes[0] == '0' ? minutes + 1 : minutes);
}

/* 09 is "oh nine" by the clock of 24 hours only. */
static void
say_hour (TextWalk *walk, const gchar *hour, gboolean half)
{
  if (hour[0] == '0' && hour[1] != 0 && hour[1] != '0') {
    if (!half)
      text_say (walk, "oh");
    hour++;
  }
  text_say_cardinal (walk, g_str_equal (hour, "00") ? "0" : hour);
}

/* 3:45, 14:30, 3:45:10, 3:45 pm, 3.45pm */
static gboolean
say_time (TextWalk *walk, TextMatch *match)
{
  const gchar *hour = match->group[1], *minutes = match->group[2];
  const gchar *seconds = match->group[3], *half = match->group[4];
  gboolean even = g_str_equal (minutes, "00");
  guint h = (guint) atoi (hour);

  if (h > 24 || atoi (minutes) > 59 || atoi (seconds) > 59)
    return FALSE;
  if (g_str_equal (seconds, "00"))
    seconds = "";
  if (h % 24 == 0 && even && *half == 0 && *seconds == 0) {
    text_say (walk, "midnight");
    say_range (walk, match->group[5]);
    return TRUE;
  }
  say_hour (walk, hour, *half != 0);
  if (even && *half == 0 && *seconds != 0 && hour[1] == 0)
    text_say (walk, h == 1 ? "hour" : "hours"); /* 2:00:35 is a duration */
  else if (!even)
    say_minutes (walk, minutes);
  else if (*half == 0 && *seconds == 0)
    text_say (walk, *hour != '0' && h >= 1 && h <= 12 ? "o'clock" : "hundred");
  else if (*seconds != 0)
    text_say (walk, "hundred");
  if (*seconds != 0) {
    text_say (walk, "and");
    text_say_cardinal (walk, seconds[0] == '0' ? seconds + 1 : seconds);
    text_say (walk, text_is_one (seconds) ? "second" : "seconds");
  }
  say_half_day (walk, half, match);
  say_range (walk, match->group[5]);
  return TRUE;
}

/* 3pm, 3 a.m. */
static gboolean
say_full_hour (TextWalk *walk, TextMatch *match)
{
  if (atoi (match->group[1]) > 12)
    return FALSE;
  say_hour (walk, match->group[1], TRUE);
  say_half_day (walk, match->group[2], match);
  say_range (walk, match->group[3]);
  return TRUE;
}

/* noon-1pm */
static gboolean
say_day_point (TextWalk *walk, TextMatch *match)
{
  text_say (walk, match->group[1]);
  text_say (walk, "to");
  return TRUE;
}

/* 0630 hours */
static gboolean
say_military (TextWalk *walk, TextMatch *match)
{
  say_hour (walk, match->group[1], FALSE);
  if (g_str_equal (match->group[2], "00"))
    text_say (walk, "hundred");
  else
    say_minutes (walk, match->group[2]);
  return TRUE;
}

/* UTC-5, GMT+1, UTC+05:30 */
static gboolean
say_zone (TextWalk *walk, TextMatch *match)
{
  const gchar *hours = match->group[3];

  text_say_letters (walk, match->group[1], 3);
  text_say (walk, *match->group[2] == '-' ? "minus" : "plus");
  text_say_cardinal (
      walk, hours[0] == '0' && hours[1] != 0 ? hours + 1 : hours);
  if (*match->group[4] != 0 && !g_str_equal (match->group[4], "00"))
    text_say_cardinal (walk, match->group[4]);
  return TRUE;
}

/* 16:9 and other ratios; chapter and verse have no "to" */
static gboolean
say_ratio (TextWalk *walk, TextMatch *match)
{
  static const gchar *const books[] = { "acts", "chronicles", "corinthians",
    "daniel", "deuteronomy", "ecclesiastes", "ephesians", "exodus", "ezekiel",
    "galatians", "genesis", "hebrews", "hosea", "isaiah", "james", "jeremiah",
    "job", "john", "joshua", "judges", "kings", "leviticus", "luke", "mark",
    "matthew", "numbers", "peter", "philippians", "proverbs", "psalm", "psalms",
    "revelation", "romans", "samuel", "sura", "surah", "timothy" };

  text_say_number (walk, match->group[1]);
  if (walk->previous == NULL
      || !TEXT_WORD_IN (walk->previous, walk->previous_length, books))
    text_say (walk, "to");
  text_say_number (walk, match->group[2]);
  return TRUE;
}

#define HALF "([ap]\\.m\\.|[ap]m|[AP]\\.M\\.|[AP]M)"
#define RANGE "(\\s?-\\s?(?=\\d))?"

const TextRule text_rules_times[] = {
  { "0",
      "(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?![\\d:])(?:\\s?" HALF
      "(?![A-Za-z])|h(?![A-Za-z]))?" RANGE,
      say_time },
  { "nm", "(noon|midnight)-(?=\\d)", say_day_point },
  { "0", "(\\d{1,2})\\.(\\d{2})()\\s?" HALF "(?![A-Za-z])" RANGE, say_time },
  { "0", "(\\d{1,2})\\s?" HALF "(?![A-Za-z])" RANGE, say_full_hour },
  { "0", "([01]\\d|2[0-3])([0-5]\\d)(?=\\s?(?:hours|hrs)" TEXT_END ")",
      say_military },
  { "UG", "(UTC|GMT)\\s?([+-])(\\d{1,2})(?::?(\\d\\d))?(?!\\d)", say_zone },
  { "0", "(\\d+(?:\\.\\d+)?):(\\d+(?:\\.\\d+)?)(?![\\d:])", say_ratio },
  { 0 },
};
