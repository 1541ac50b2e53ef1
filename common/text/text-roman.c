/* text-roman.c: roman numerals, which their neighbours tell from letters. */
#include "text/text-rules.h"

#include <string.h>

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

/* In front of the name of any ruler. */
static const gchar *const titles[] = { "czar", "emperor", "empress", "kaiser",
  "king", "pharaoh", "pope", "prince", "queen", "shah", "sultan", "tsar" };

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

/* "Henry I think" has the pronoun; "Elizabeth I was" the numeral. */
static gboolean
is_numeral_one (const TextWalk *walk, const gchar *at)
{
  static const gchar *const words[] = { "and", "as", "became", "by", "died",
    "had", "in", "is", "of", "reigned", "ruled", "was", "who" };
  gsize length = 0;

  if (at == walk->end || strchr (".,;:!?)'\n", *at) != NULL)
    return TRUE;
  while (at < walk->end && *at == ' ')
    at++;
  while (at + length < walk->end && g_ascii_isalpha (at[length]))
    length++;
  return TEXT_WORD_IN (at, length, words);
}

/* Henry VIII, Chapter IV, World War II, Rocky IV, Scene ii, Louis XIV's */
static gboolean
say_name_and_roman (TextWalk *walk, TextMatch *match)
{
  const gchar *name = match->group[1], *roman = match->group[2];
  gsize length = strlen (name), n = strlen (roman);
  gboolean section = TEXT_WORD_IN (name, length, sections);
  gboolean ruler = TEXT_WORD_IN (name, length, rulers)
      || (!section && walk->previous != NULL
          && TEXT_WORD_IN (walk->previous, walk->previous_length, titles));
  gboolean small = g_ascii_islower (*name) || g_ascii_islower (*roman);
  g_autofree gchar *upper = g_ascii_strup (roman, -1);
  guint value = text_roman (upper);

  if (value == 0 || (g_ascii_isupper (name[length - 1]) && !section && !ruler)
      || (small && (!section || n < 2)))
    return FALSE;
  if (!ruler && !section && (n < 2 || strpbrk (roman, "LC") != NULL))
    return FALSE;
  if (!section && g_str_equal (roman, "I")
      && !is_numeral_one (walk, match->end))
    return FALSE;
  text_say_word (walk, name, length);
  say_roman (walk, value, ruler);
  return TRUE;
}

/* WWII */
static gboolean
say_world_war (TextWalk *walk, TextMatch *match)
{
  text_say (walk, "world war");
  say_roman (walk, text_roman (match->group[1]), FALSE);
  return TRUE;
}

/* XXI, MCMXCIV: too long to be anything else, but for the size of clothes */
static gboolean
say_long_roman (TextWalk *walk, TextMatch *match)
{
  guint value = text_roman (match->group[1]);
  gchar digits[12];

  if (value == 0 || value == 30)
    return FALSE;
  g_snprintf (digits, sizeof digits, "%u", value);
  text_say_year (walk, digits);
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

/* ii) in a list */
static gboolean
say_item (TextWalk *walk, TextMatch *match)
{
  g_autofree gchar *upper = g_ascii_strup (match->group[1], -1);

  say_roman (walk, text_roman (upper), FALSE);
  return TRUE;
}

const TextRule text_rules_roman[] = {
  { "iv", "(i{2,3}|iv|vi{0,3}|ix)(?=\\))", say_item },
  { "a",
      "([A-Za-z][a-z]+|[A-Z]+)\\s+([IVXLC]{1,8}|[ivxlc]{1,6})(?![A-Za-z0-9_-])",
      say_name_and_roman },
  { "IVXL", "([IVXL]{1,6})(?![A-Za-z0-9'])", say_roman_after_section },
  { "IVXL", "([IVXL]{1,6})(?:th)?(?=\\s+[Cc]entury)", say_roman_century },
  { "W", "WW(I{1,3})(?![A-Za-z0-9])", say_world_war },
  { "IVX", "([IVX]{3,})(?![A-Za-z0-9-])", say_long_roman },
  { "M", "(M[MDCLXVI]{3,})(?![A-Za-z0-9-])", say_long_roman },
  { 0 },
};
