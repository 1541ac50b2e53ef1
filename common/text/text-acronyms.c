/* text-acronyms.c: words in capitals, roman numerals, mixed spellings. */
#include "text/text-rules.h"

#include <string.h>

/* Acronyms of up to four letters that are said as words. Longer ones are words
 * unless they are listed as spelt or cannot be pronounced. */
static const gchar *const spoken[] = { "AIDS", "BAFTA", "BASF", "CERN", "CRUD",
  "DOS", "FEMA", "FIFA", "GIF", "HIFI", "HIV", "IKEA", "LAN", "LEGO", "MERS",
  "MIDI", "MOMA", "NASA", "NATO", "NIMBY", "OPEC", "OSHA", "PIN", "RADAR",
  "RAM", "ROM", "SARS", "SCUBA", "SIM", "SONAR", "SWAT", "UEFA", "VIP", "WAN",
  "WIFI", "YOLO", "COVID", "ASAP", "FOMO", "NAND", "BIOS", "CUDA", "LIDAR",
  "GNOME", "TED" };

static const gchar *const not_spoken[] = { "HIV", "VIP", "ASAP", "BASF" };

static const gchar *const spelt[] = { "UCLA", "IEEE", "USSR", "USB", "ISBN",
  "AOL", "EULA", "HDMI", "IBAN", "ISDN", "UHF", "UNHCR", "YMCA", "IOUS", "AAA",
  "NAACP", "ESPN", "AIFF", "IUPAC", "UTC", "ADHD", "HTML", "AFAIK" };

/* Acronyms with a pronunciation of their own. */
static const struct
{
  const gchar *acronym;
  const gchar *words;
} special[] = { { "ASCII", "askee" }, { "JPEG", "jay peg" },
  { "MPEG", "em peg" }, { "SQL", "sequel" }, { "GUI", "gooey" },
  { "COVID", "covid" }, { "WYSIWYG", "wizzy wig" }, { "IEEE", "I triple E" },
  { "NAACP", "N double A C P" }, { "AAA", "triple A" }, { "SCSI", "scuzzy" },
  { "WIFI", "why fye" } };

/* Short words that stay words when somebody writes in capitals. */
static const gchar *const common[] = { "A", "ALL", "AM", "AN", "AND", "ANY",
  "ARE", "AS", "AT", "BAD", "BE", "BIG", "BUT", "BUY", "BY", "CAN", "DAY",
  "DID", "DO", "END", "FOR", "FREE", "GET", "GO", "GOD", "GOOD", "HAS", "HE",
  "HER", "HEY", "HI", "HIM", "HIS", "HOT", "HOW", "I", "IF", "IN", "IS", "LET",
  "MAN", "MAY", "ME", "MY", "NEW", "NO", "NOT", "NOW", "OF", "OFF", "OH", "OLD",
  "ON", "ONE", "OR", "OUR", "OUT", "RED", "RUN", "SALE", "SAY", "SEE", "SHE",
  "SO", "STOP", "THE", "TO", "TOO", "TOP", "TWO", "UP", "USE", "WAR", "WAS",
  "WAY", "WE", "WHY", "WIN", "WOW", "YES", "YET", "YOU" };

/* Pronouns in a line of capitals, names otherwise. */
static const gchar *const common_in_capitals[] = { "IT", "US", "WHO", "ID" };

/* Names in front of a regnal number. */
static const gchar *const rulers[] = { "Albert", "Alexander", "Alfonso",
  "Benedict", "Catherine", "Charles", "Christian", "Clement", "Constantine",
  "Edward", "Elizabeth", "Ferdinand", "Francis", "Frederick", "George",
  "Gregory", "Gustav", "Harald", "Henry", "Innocent", "Isabella", "Ivan",
  "James", "John", "Joseph", "Julius", "Karl", "Leo", "Leopold", "Louis",
  "Ludwig", "Margrethe", "Mary", "Maximilian", "Napoleon", "Nicholas", "Olaf",
  "Otto", "Paul", "Peter", "Philip", "Pius", "Ptolemy", "Ramses", "Richard",
  "Rudolf", "Sigismund", "Umberto", "Urban", "Victor", "Wilhelm", "William" };

/* Words in front of a counting number. */
static const gchar *const sections[] = { "Act", "Apollo", "Appendix", "Article",
  "Book", "Bowl", "Canto", "Category", "Chapter", "Class", "Division",
  "Episode", "Figure", "Grade", "Level", "Mark", "Part", "Phase", "Rocky",
  "Scene", "Section", "Stage", "Table", "Title", "Type", "Unit", "Verse",
  "Volume", "War" };

static gboolean
in_list (const gchar *word, gsize length, const gchar *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (list[i]) == length && strncmp (word, list[i], length) == 0)
      return TRUE;
  return FALSE;
}
#define IN_LIST(word, length, list) \
  in_list ((word), (length), (list), G_N_ELEMENTS (list))

static void
say_roman (TextWalk *walk, guint value, gboolean ordinal)
{
  gchar digits[12];

  g_snprintf (digits, sizeof digits, "%u", value);
  if (ordinal) {
    text_say (walk, "the");
    text_say_ordinal (walk, digits);
  } else {
    text_say_cardinal (walk, digits);
  }
}

/* Henry VIII, Chapter IV, World War II, Rocky IV */
static gboolean
say_name_and_roman (TextWalk *walk, TextMatch *match)
{
  const gchar *name = match->group[1], *roman = match->group[2];
  gboolean ruler = IN_LIST (name, strlen (name), rulers);
  gboolean section = IN_LIST (name, strlen (name), sections);
  guint value = text_roman (roman);

  if (value == 0)
    return FALSE;
  if (!ruler && !section && (strlen (roman) < 2 || strpbrk (roman, "LC")))
    return FALSE;
  /* "Henry I think": the pronoun, unless the sentence pauses there. */
  if (!section && g_str_equal (roman, "I") && match->end < walk->end
      && strchr (".,;:!?)", *match->end) == NULL
      && !g_str_has_prefix (match->end, " of "))
    return FALSE;
  text_say_word (walk, name, strlen (name));
  say_roman (walk, value, ruler);
  return TRUE;
}

/* the XIV century */
static gboolean
say_roman_century (TextWalk *walk, TextMatch *match)
{
  guint value = text_roman (match->group[1]);
  gchar digits[12];

  if (value == 0)
    return FALSE;
  g_snprintf (digits, sizeof digits, "%u", value);
  text_say_ordinal (walk, digits);
  return TRUE;
}

/* Vol. IV, whose abbreviation has already been said */
static gboolean
say_roman_after_section (TextWalk *walk, TextMatch *match)
{
  static const gchar *const words[] = { "volume", "chapter", "section",
    "figure" };
  guint value = text_roman (match->group[1]);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (value > 0 && text_last_word_is (walk, words[i])) {
      say_roman (walk, value, FALSE);
      return TRUE;
    }
  return FALSE;
}

/* A neighbour on the same line is a longer word in capitals too. */
static gboolean
is_shouted (const TextWalk *walk, const TextMatch *match)
{
  const gchar *at = match->end;
  gsize n = 0;

  if (walk->previous != NULL && walk->previous_length > 1
      && g_ascii_isupper (walk->previous[1]))
    return TRUE;
  while (at < walk->end && *at == ' ')
    at++;
  while (at + n < walk->end && g_ascii_isupper (at[n]))
    n++;
  return n > 1 && !IN_LIST (at, n, spoken)
      && (n > 4 || IN_LIST (at, n, common));
}

/* A vowel somewhere, and no more than three consonants at either end. */
static gboolean
is_pronounceable (const gchar *word, gsize length)
{
  gsize head = strcspn (word, "AEIOUY"), tail = 0;

  if (head >= length)
    return FALSE;
  while (strchr ("AEIOUY", word[length - 1 - tail]) == NULL)
    tail++;
  return head <= 3 && tail <= 3;
}

static gboolean
is_said_as_word (const TextWalk *walk, const TextMatch *match,
    const gchar *word, gsize length)
{
  if (IN_LIST (word, length, not_spoken) || IN_LIST (word, length, spelt))
    return FALSE;
  if (IN_LIST (word, length, spoken) || IN_LIST (word, length, common))
    return TRUE;
  if (IN_LIST (word, length, common_in_capitals))
    return is_shouted (walk, match);
  if (length <= 3)
    return FALSE;
  return is_pronounceable (word, length);
}

/* FBI, NASA, CEOs, FBI's */
static gboolean
say_capitals (TextWalk *walk, TextMatch *match)
{
  const gchar *word = match->group[1], *suffix = match->group[2];
  gsize length = strlen (word);
  const gchar *words = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (special); i++)
    if (g_str_equal (word, special[i].acronym))
      words = special[i].words;
  if (words != NULL)
    text_say (walk, words);
  else if (is_said_as_word (walk, match, word, length))
    text_say_lower (walk, word, length);
  else
    text_say_letters (walk, word, length);
  if (*suffix != 0)
    g_string_append (walk->out, "'s");
  return TRUE;
}

/* iPhone, GStreamer, YouTube: a capital inside begins a new part, except in
 * names such as McDonald and O'Brien. */
static gboolean
say_mixed (TextWalk *walk, TextMatch *match)
{
  const gchar *word = match->start;

  if (g_str_has_prefix (word, "Mc") || g_str_has_prefix (word, "Mac"))
    return FALSE;
  while (word < match->end) {
    const gchar *stop = word + 1;

    while (stop < match->end
        && !(g_ascii_isupper (*stop)
            && (g_ascii_islower (stop[-1])
                || (stop + 1 < match->end && g_ascii_islower (stop[1])))))
      stop++;
    if (stop - word == 1 || (g_ascii_isupper (word[1]) && stop - word <= 3))
      text_say_letters (walk, word, (gsize) (stop - word));
    else
      text_say_word (walk, word, (gsize) (stop - word));
    word = stop;
  }
  return TRUE;
}

/* mp3, B2B, x86: short letters beside digits are named */
static gboolean
say_code (TextWalk *walk, TextMatch *match)
{
  const gchar *at = match->start;

  while (at < match->end) {
    gboolean digits = g_ascii_isdigit (*at) != 0;
    const gchar *stop = at;
    g_autofree gchar *part = NULL;

    while (stop < match->end && (g_ascii_isdigit (*stop) != 0) == digits)
      stop++;
    part = g_strndup (at, (gsize) (stop - at));
    if (digits)
      text_say_cardinal (walk, part);
    else if (strlen (part) <= 3)
      text_say_letters (walk, part, strlen (part));
    else
      text_say_word (walk, part, strlen (part));
    at = stop;
  }
  return TRUE;
}

/* AT&T, R&B */
static gboolean
say_letter_pair (TextWalk *walk, TextMatch *match)
{
  text_say_letters (walk, match->group[1], strlen (match->group[1]));
  text_say (walk, "and");
  text_say_letters (walk, match->group[2], strlen (match->group[2]));
  return TRUE;
}

/* C#, F# */
static gboolean
say_sharp (TextWalk *walk, TextMatch *match)
{
  text_say_letters (walk, match->group[1], 1);
  text_say (walk, "sharp");
  return TRUE;
}

const TextRule text_rules_acronyms[] = {
  { "a", "([A-Z]{1,3})&([A-Z]{1,3})(?![A-Za-z0-9])", say_letter_pair },
  { "ACDFG", "([ACDFG])#(?![A-Za-z0-9])", say_sharp },
  { "a", "([A-Z][a-z]+)\\s+([IVXLC]{1,8})(?![A-Za-z0-9_'-])",
      say_name_and_roman },
  { "IVXL", "([IVXL]{1,6})(?![A-Za-z0-9'])", say_roman_after_section },
  { "IVXL", "([IVXL]{1,6})(?:th)?(?=\\s+[Cc]entury)", say_roman_century },
  { "a", "([A-Z]{2,})('s|s)?(?![A-Za-z0-9])", say_capitals },
  { "a", "[A-Za-z]+[a-z][A-Z][A-Za-z]*(?![A-Za-z0-9'])", say_mixed },
  { "a", "[a-zA-Z][A-Z]+[a-z][A-Za-z]+(?![A-Za-z0-9'])", say_mixed },
  { "a", "[a-z][A-Z][A-Za-z]+(?![A-Za-z0-9'])", say_mixed },
  { "a0", "(?:[A-Za-z]+\\d+|\\d+[A-Za-z]+\\d)[A-Za-z0-9]*(?![A-Za-z0-9])",
      say_code },
  { 0 },
};
