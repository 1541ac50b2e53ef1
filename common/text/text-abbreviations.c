/* text-abbreviations.c: abbreviations, most of them read by their context. */
#include "text/text-rules.h"

#include <string.h>

/* What the point behind an abbreviation says about the sentence. */
typedef enum
{
  TITLE, /* a name follows: never the end of a sentence */
  IN_NAME, /* a capital may go on with the name: "Inc. CEO", "Jr. Blvd." */
  ANYWHERE /* the end of the sentence when a capital or nothing follows */
} Follow;

typedef struct
{
  const gchar *abbreviation; /* without the last point */
  const gchar *expansion;
  Follow follow;
} Abbreviation;

/* Written with a point behind, in any case of letters. */
static const Abbreviation with_point[] = {
  { "mr", "mister", TITLE },
  { "mrs", "missus", TITLE },
  { "ms", "miz", TITLE },
  { "messrs", "messers", TITLE },
  { "prof", "professor", TITLE },
  { "rev", "reverend", TITLE },
  { "fr", "father", TITLE },
  { "hon", "honorable", TITLE },
  { "brig", "brigadier", TITLE },
  { "ret", "retired", TITLE },
  { "gen", "general", TITLE },
  { "col", "colonel", TITLE },
  { "capt", "captain", TITLE },
  { "cpt", "captain", TITLE },
  { "cmdr", "commander", TITLE },
  { "lt", "lieutenant", TITLE },
  { "sgt", "sergeant", TITLE },
  { "cpl", "corporal", TITLE },
  { "pvt", "private", TITLE },
  { "maj", "major", TITLE },
  { "adm", "admiral", TITLE },
  { "sen", "senator", TITLE },
  { "rep", "representative", TITLE },
  { "gov", "governor", TITLE },
  { "pres", "president", TITLE },
  { "supt", "superintendent", TITLE },
  { "mt", "mount", TITLE },
  { "ft", "fort", TITLE },
  { "vs", "versus", TITLE },
  { "e.g", "for example", TITLE },
  { "i.e", "that is", TITLE },
  { "cf", "compare", TITLE },
  { "incl", "including", TITLE },
  { "ch", "chapter", TITLE },
  { "viz", "namely", TITLE },
  { "approx", "approximately", TITLE },
  { "fig", "figure", TITLE },
  { "figs", "figures", TITLE },
  { "vol", "volume", TITLE },
  { "vols", "volumes", TITLE },
  { "chap", "chapter", TITLE },
  { "sect", "section", TITLE },
  { "pp", "pages", TITLE },
  { "etc", "et cetera", ANYWHERE },
  { "et al", "et al", ANYWHERE },
  { "jr", "junior", IN_NAME },
  { "sr", "senior", IN_NAME },
  { "esq", "esquire", IN_NAME },
  { "inc", "incorporated", IN_NAME },
  { "corp", "corporation", IN_NAME },
  { "co", "company", IN_NAME },
  { "ltd", "limited", IN_NAME },
  { "bros", "brothers", IN_NAME },
  { "dept", "department", ANYWHERE },
  { "univ", "university", ANYWHERE },
  { "assn", "association", ANYWHERE },
  { "assoc", "association", ANYWHERE },
  { "govt", "government", ANYWHERE },
  { "ave", "avenue", ANYWHERE },
  { "blvd", "boulevard", ANYWHERE },
  { "rd", "road", ANYWHERE },
  { "ln", "lane", ANYWHERE },
  { "hwy", "highway", ANYWHERE },
  { "rte", "route", ANYWHERE },
  { "pkwy", "parkway", ANYWHERE },
  { "ct", "court", ANYWHERE },
  { "pl", "place", ANYWHERE },
  { "ste", "suite", ANYWHERE },
  { "sq", "square", ANYWHERE },
  { "fl", "floor", ANYWHERE },
  { "apt", "apartment", ANYWHERE },
  { "bldg", "building", ANYWHERE },
  { "tel", "telephone", ANYWHERE },
  { "ext", "extension", ANYWHERE },
  { "est", "established", ANYWHERE },
  { "max", "maximum", ANYWHERE },
  { "min", "minimum", ANYWHERE },
  { "avg", "average", ANYWHERE },
  { "doz", "dozen", TITLE },
  { "misc", "miscellaneous", ANYWHERE },
  { "excl", "excluding", TITLE },
  { "ph.d", "P H D", ANYWHERE },
  { "m.d", "M D", ANYWHERE },
  { "b.sc", "B S C", ANYWHERE },
  { "m.sc", "M S C", ANYWHERE },
  { "mon", "monday", ANYWHERE },
  { "tue", "tuesday", ANYWHERE },
  { "tues", "tuesday", ANYWHERE },
  { "wed", "wednesday", ANYWHERE },
  { "thu", "thursday", ANYWHERE },
  { "thurs", "thursday", ANYWHERE },
  { "fri", "friday", ANYWHERE },
  { "sat", "saturday", ANYWHERE },
  { "sun", "sunday", ANYWHERE },
  { "jan", "january", ANYWHERE },
  { "feb", "february", ANYWHERE },
  { "apr", "april", ANYWHERE },
  { "aug", "august", ANYWHERE },
  { "sept", "september", ANYWHERE },
  { "oct", "october", ANYWHERE },
  { "nov", "november", ANYWHERE },
  { "dec", "december", ANYWHERE },
};

/* Words as well; abbreviations only where they begin with a capital. */
static const gchar *const capital_only[] = { "hon", "gen", "col", "rep", "pres",
  "mt", "ft", "ms", "co", "mon", "wed", "fri", "sat", "sun", "jan", "dec",
  "sen", "ave", "gov", "ext", "fr", "ct", "pl", "ste" };

/* "Max." and "Ed." end a sentence as names more often than not; the short
 * form has a number or a lower-case word behind it. */
static const gchar *const not_at_end[] = { "max", "min", "ed", "ext", "sq" };

/* In capitals something else: a time zone, states. */
static const gchar *const not_in_capitals[] = { "est", "co", "mt", "ct",
  "sat" };

/* Written in front of a number only, with a point. */
static const struct
{
  const gchar *abbreviation;
  const gchar *expansion;
} before_number[] = { { "c", "circa" }, { "ca", "circa" }, { "b", "born" },
  { "d", "died" }, { "sec", "section" }, { "eq", "equation" }, { "op", "opus" },
  { "eqs", "equations" }, { "art", "article" }, { "para", "paragraph" },
  { "ext", "extension" } };

/* With an apostrophe in the middle. */
static const struct
{
  const gchar *abbreviation;
  const gchar *expansion;
} contracted[] = { { "int'l", "international" }, { "nat'l", "national" },
  { "gov't", "government" }, { "dep't", "department" },
  { "ass'n", "association" }, { "comm'n", "commission" } };

/* Written without a point, exactly so. */
static const struct
{
  const gchar *abbreviation;
  const gchar *expansion;
} without_point[] = { { "Mr", "mister" }, { "Mrs", "missus" }, { "Ms", "miz" },
  { "Prof", "professor" }, { "vs", "versus" }, { "PhD", "P H D" },
  { "Jr", "junior" }, { "Ltd", "limited" }, { "Inc", "incorporated" },
  { "Blvd", "boulevard" }, { "w/o", "without" }, { "w/", "with" },
  { "b/c", "because" }, { "c/o", "care of" }, { "n/a", "N A" },
  { "N/A", "N A" }, { "and/or", "and or" }, { "a/c", "A C" }, { "ok", "okay" },
  { "Ok", "okay" }, { "OK", "okay" }, { "etc", "et cetera" },
  { "aka", "A K A" }, { "s/he", "she or he" }, { "w/out", "without" },
  { "Hwy", "highway" }, { "Rte", "route" }, { "Apt", "apartment" },
  { "Dept", "department" }, { "Sgt", "sergeant" }, { "Capt", "captain" },
  { "Lt", "lieutenant" }, { "Cpl", "corporal" }, { "Corp", "corporation" } };

/* Words a name does not end with; "St." and "Dr." behind one of them begin the
 * next name. */
static const gchar *const not_names[] = { "a", "an", "and", "at", "by",
  "called", "for", "from", "if", "in", "is", "near", "of", "on", "or", "our",
  "see", "the", "then", "this", "to", "via", "was", "when", "with" };

/* "Ave. NW" goes on. */
static void
end_abbreviation (TextWalk *walk, const TextMatch *match)
{
  const gchar *at = match->end;

  if (!text_ends_sentence (walk, at)
      || (walk->end - at >= 3 && *at == ' ' && strchr ("NS", at[1]) != NULL
          && strchr ("EW", at[2]) != NULL
          && (walk->end - at == 3 || !g_ascii_isalnum (at[3]))))
    return;
  text_say_mark (walk, '.');
}

static gboolean
say_with_point (TextWalk *walk, TextMatch *match)
{
  const gchar *text = match->group[1];
  gsize length = strlen (text);

  for (gsize i = 0; i < G_N_ELEMENTS (with_point); i++) {
    if (g_ascii_strcasecmp (text, with_point[i].abbreviation) != 0)
      continue;
    if (g_ascii_islower (*text) && TEXT_WORD_IN (text, length, capital_only))
      return FALSE;
    if (g_ascii_isupper (text[length - 1])
        && TEXT_WORD_IN (text, length, not_in_capitals))
      return FALSE;
    if (TEXT_WORD_IN (text, length, not_at_end)
        && text_ends_sentence (walk, match->end))
      return FALSE;
    /* Under the Sun. */
    if (g_ascii_strcasecmp (text, "sun") == 0
        && text_last_word_is (walk, "the"))
      return FALSE;
    text_say (walk, with_point[i].expansion);
    if (with_point[i].follow == ANYWHERE || match->end == walk->end
        || (with_point[i].follow == IN_NAME
            && text_starts_sentence (walk, match->end)))
      end_abbreviation (walk, match);
    return TRUE;
  }
  return FALSE;
}

static gboolean
say_without_point (TextWalk *walk, TextMatch *match)
{
  for (gsize i = 0; i < G_N_ELEMENTS (without_point); i++)
    if (g_str_equal (match->group[1], without_point[i].abbreviation)) {
      text_say (walk, without_point[i].expansion);
      return TRUE;
    }
  return FALSE;
}

/* c. 1900, sec. 4 */
static gboolean
say_before_number (TextWalk *walk, TextMatch *match)
{
  for (gsize i = 0; i < G_N_ELEMENTS (before_number); i++)
    if (g_ascii_strcasecmp (match->group[1], before_number[i].abbreviation)
        == 0) {
      text_say (walk, before_number[i].expansion);
      return TRUE;
    }
  return FALSE;
}

/* Int'l */
static gboolean
say_contracted (TextWalk *walk, TextMatch *match)
{
  for (gsize i = 0; i < G_N_ELEMENTS (contracted); i++)
    if (g_ascii_strcasecmp (match->group[1], contracted[i].abbreviation) == 0) {
      text_say (walk, contracted[i].expansion);
      return TRUE;
    }
  return FALSE;
}

/* Roe v. Wade */
static gboolean
say_versus (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  if (walk->previous == NULL || !g_ascii_isupper (*walk->previous))
    return FALSE;
  text_say (walk, "versus");
  return TRUE;
}

/* N. Main St.: a side of the sky in front of a street */
static gboolean
say_street_side (TextWalk *walk, TextMatch *match)
{
  static const gchar *const names[] = { "north", "south", "east", "west" };

  text_say (walk, names[strcspn ("NSEW", match->group[1])]);
  return TRUE;
}

/* 5th Ave. NW */
static gboolean
say_quarter (TextWalk *walk, TextMatch *match)
{
  static const gchar *const streets[] = { "street", "avenue", "road",
    "boulevard", "drive", "lane", "place", "court" };

  for (gsize i = 0; i < G_N_ELEMENTS (streets); i++)
    if (text_last_word_is (walk, streets[i])) {
      text_say (walk, *match->group[1] == 'N' ? "north" : "south");
      g_string_append (walk->out, match->group[1][1] == 'E' ? "east" : "west");
      return TRUE;
    }
  return FALSE;
}

/* Sr. Mary, where no name is in front */
static gboolean
say_sister (TextWalk *walk, TextMatch *match G_GNUC_UNUSED)
{
  if (walk->previous != NULL && g_ascii_isupper (*walk->previous))
    return FALSE;
  text_say (walk, "sister");
  return TRUE;
}

/* The word before is part of a name: capital, not only because it begins the
 * sentence, and not one of the little words. */
static gboolean
follows_name (const TextWalk *walk)
{
  return walk->previous != NULL && g_ascii_isupper (*walk->previous)
      && !TEXT_WORD_IN (walk->previous, walk->previous_length, not_names);
}

static gboolean
name_follows (const TextWalk *walk, const gchar *at)
{
  while (at < walk->end && *at == ' ')
    at++;
  return at < walk->end && g_ascii_isupper (*at);
}

/* 23rd St. */
static gboolean
follows_ordinal (const TextWalk *walk, const TextMatch *match)
{
  const gchar *at = match->start;

  return at - walk->text > 3 && at[-1] == ' ' && g_ascii_islower (at[-2])
      && g_ascii_islower (at[-3]) && g_ascii_isdigit (at[-4]);
}

/* Dr. Smith is a doctor, Smith Dr. a drive; St. James a saint, James St. a
 * street. */
static gboolean
say_doctor_or_saint (TextWalk *walk, TextMatch *match)
{
  gboolean doctor = g_ascii_tolower (match->group[1][0]) == 'd';
  gboolean point = *match->group[2] != 0;
  gboolean name = name_follows (walk, match->end);
  gboolean after_name = follows_name (walk) || follows_ordinal (walk, match);
  gboolean title = name && !follows_ordinal (walk, match)
      && (!after_name || walk->previous_first);

  if (!point && !name && !after_name)
    return FALSE;
  if (title || !after_name) {
    text_say (walk, doctor ? "doctor" : "saint");
    if (point && match->end == walk->end)
      text_say_mark (walk, '.');
    return TRUE;
  }
  text_say (walk, doctor ? "drive" : "street");
  if (point)
    end_abbreviation (walk, match);
  return TRUE;
}

/* J. R. R. Tolkien, U.S., e.g. without a rule of its own */
static gboolean
say_initials (TextWalk *walk, TextMatch *match)
{
  gboolean at_end;

  text_say_letters (walk, match->group[0], strlen (match->group[0]));
  at_end = match->end == walk->end
      || (*match->end != ' ' && text_ends_sentence (walk, match->end))
      || text_starts_sentence (walk, match->end);
  if (at_end)
    text_say_mark (walk, '.');
  return TRUE;
}

/* One initial; "Plan B." may end a sentence, "John F. Kennedy" does not. */
static gboolean
say_initial (TextWalk *walk, TextMatch *match)
{
  gboolean initial = text_at_sentence_start (walk) || walk->previous == NULL
      || g_ascii_isupper (*walk->previous);

  if (match->group[1][0] == 'I' && !initial)
    return FALSE;
  text_say_letters (walk, match->group[1], 1);
  if (match->end == walk->end
      || (!initial && text_ends_sentence (walk, match->end)))
    text_say_mark (walk, '.');
  return TRUE;
}

const TextRule text_rules_abbreviations[] = {
  { "a", "((?i:dr|st))(\\.)?(?![A-Za-z0-9_'-])", say_doctor_or_saint },
  { "a",
      "(ca?|[bd]|[Oo]p|[Ss]ec|[Ee]qs?|[Aa]rt|[Pp]ara|[Ee]xt)\\.\\s?(?=\\d|AD )",
      say_before_number },
  { "v", "v\\.?(?=\\s[A-Z])", say_versus },
  { "NSEW",
      "([NSEW])\\.?(?=(?: [A-Z][a-z]+| \\d+(?:st|nd|rd|th)){1,2} "
      "(?:St|Ave|Blvd|Rd|Dr|Ln|Street"
      "|Avenue|Boulevard|Road|Drive|Lane)(?![A-Za-z]))",
      say_street_side },
  { "NS", "([NS][EW])" TEXT_END, say_quarter },
  { "S", "Sr\\.(?=\\s[A-Z][a-z])", say_sister },
  { "a", "([A-Za-z]{2,6}'[a-z])(?![A-Za-z0-9'])", say_contracted },
  { "a",
      "((?i:et al|ph\\.d|[mb]\\.sc|m\\.d|e\\.g|i\\.e)|[A-Za-z]{2,6})\\."
      "(?![A-Za-z0-9])",
      say_with_point },
  { "a", "(w/out|w/o|w/|s/he|b/c|c/o|n/a|N/A|a/c|and/or)(?![A-Za-z0-9]{2})",
      say_without_point },
  { "a", "([A-Za-z]{2,4})(?![A-Za-z0-9_']|\\.[A-Za-z])", say_without_point },
  { "a", "(?:[A-Za-z]\\.){2,}(?![A-Za-z])", say_initials },
  { "a", "([A-Z])\\.(?=\\s|$)", say_initial },
  { 0 },
};
