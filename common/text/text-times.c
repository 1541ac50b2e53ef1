/* text-times.c: times of day and durations written with colons. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

/* a.m. and p.m. in all their spellings. The point of "p.m." ends the sentence
 * when the next one follows. */
static void
say_half_day (TextWalk *walk, const gchar *half, TextMatch *match)
{
  if (*half == 0)
    return;
  text_say_letters (walk, half, strlen (half));
  if (half[strlen (half) - 1] == '.' && text_ends_sentence (walk, match->end))
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

static void
say_hour (TextWalk *walk, const gchar *hour)
{
  if (hour[0] == '0' && hour[1] != 0 && hour[1] != '0') {
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
  guint h = (guint) atoi (hour);

  if (h > 24 || atoi (minutes) > 59 || atoi (seconds) > 59)
    return FALSE;
  say_hour (walk, hour);
  if (!g_str_equal (minutes, "00"))
    say_minutes (walk, minutes);
  else if (*half == 0 && *seconds == 0)
    text_say (walk, h >= 1 && h <= 12 ? "o'clock" : "hundred");
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
  say_hour (walk, match->group[1]);
  say_half_day (walk, match->group[2], match);
  say_range (walk, match->group[3]);
  return TRUE;
}

/* 16:9 and other ratios */
static gboolean
say_ratio (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  text_say (walk, "to");
  text_say_cardinal (walk, match->group[2]);
  return TRUE;
}

#define HALF "([ap]\\.m\\.|[ap]m|[AP]\\.M\\.|[AP]M)"
#define RANGE "(\\s?-\\s?(?=\\d))?"

const TextRule text_rules_times[] = {
  { "0",
      "(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?![\\d:])(?:\\s?" HALF
      "(?![A-Za-z]))?" RANGE,
      say_time },
  { "0", "(\\d{1,2})\\.(\\d{2})()\\s?" HALF "(?![A-Za-z])" RANGE, say_time },
  { "0", "(\\d{1,2})\\s?" HALF "(?![A-Za-z])" RANGE, say_full_hour },
  { "0", "(\\d+):(\\d+)(?![\\d:])", say_ratio },
  { 0 },
};
