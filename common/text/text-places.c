/* text-places.c: the states of the United States, as postal codes and in their
 * older abbreviations. */
#include "text/text-rules.h"

#include <string.h>

/* Codes and abbreviations that are words too are believed only where a ZIP
 * code or a comma makes sure. */
typedef struct
{
  const gchar *code;
  const gchar *abbreviation; /* without its point; NULL for none */
  const gchar *name;
  gboolean code_is_word, abbreviation_is_word;
} State;

static const State states[] = {
  { "AL", "Ala", "alabama", TRUE, FALSE },
  { "AK", NULL, "alaska", FALSE, FALSE },
  { "AZ", "Ariz", "arizona", FALSE, FALSE },
  { "AR", "Ark", "arkansas", FALSE, TRUE },
  { "CA", "Calif", "california", FALSE, FALSE },
  { "CO", "Colo", "colorado", FALSE, FALSE },
  { "CT", "Conn", "connecticut", FALSE, FALSE },
  { "DE", "Del", "delaware", TRUE, TRUE },
  { "DC", NULL, "D C", FALSE, FALSE },
  { "FL", "Fla", "florida", FALSE, FALSE },
  { "GA", "Ga", "georgia", FALSE, TRUE },
  { "HI", NULL, "hawaii", TRUE, FALSE },
  { "ID", NULL, "idaho", TRUE, FALSE },
  { "IL", "Ill", "illinois", FALSE, TRUE },
  { "IN", "Ind", "indiana", TRUE, TRUE },
  { "IA", NULL, "iowa", FALSE, FALSE },
  { "KS", "Kan", "kansas", FALSE, TRUE },
  { "KY", "Ky", "kentucky", FALSE, TRUE },
  { "LA", "La", "louisiana", TRUE, TRUE },
  { "ME", NULL, "maine", TRUE, FALSE },
  { "MD", "Md", "maryland", TRUE, TRUE },
  { "MA", "Mass", "massachusetts", TRUE, TRUE },
  { "MI", "Mich", "michigan", FALSE, FALSE },
  { "MN", "Minn", "minnesota", FALSE, FALSE },
  { "MS", "Miss", "mississippi", TRUE, TRUE },
  { "MO", "Mo", "missouri", TRUE, TRUE },
  { "MT", "Mont", "montana", FALSE, TRUE },
  { "NE", "Neb", "nebraska", FALSE, TRUE },
  { "NV", "Nev", "nevada", FALSE, TRUE },
  { "NH", NULL, "new hampshire", FALSE, FALSE },
  { "NJ", NULL, "new jersey", FALSE, FALSE },
  { "NM", NULL, "new mexico", FALSE, FALSE },
  { "NY", NULL, "new york", FALSE, FALSE },
  { "NC", NULL, "north carolina", FALSE, FALSE },
  { "ND", NULL, "north dakota", FALSE, FALSE },
  { "OH", NULL, "ohio", TRUE, FALSE },
  { "OK", "Okla", "oklahoma", TRUE, FALSE },
  { "OR", "Ore", "oregon", TRUE, TRUE },
  { "PA", "Pa", "pennsylvania", TRUE, TRUE },
  { "RI", NULL, "rhode island", FALSE, FALSE },
  { "SC", NULL, "south carolina", FALSE, FALSE },
  { "SD", NULL, "south dakota", FALSE, FALSE },
  { "TN", "Tenn", "tennessee", FALSE, FALSE },
  { "TX", "Tex", "texas", FALSE, TRUE },
  { "UT", NULL, "utah", FALSE, FALSE },
  { "VT", "Vt", "vermont", FALSE, TRUE },
  { "VA", "Va", "virginia", FALSE, TRUE },
  { "WA", "Wash", "washington", FALSE, TRUE },
  { "WV", NULL, "west virginia", FALSE, FALSE },
  { "WI", "Wis", "wisconsin", FALSE, FALSE },
  { "WY", "Wyo", "wyoming", FALSE, FALSE },
};

/* A name and a comma stand before @at, "Austin, TX", or a party. */
static gboolean
follows_town (const TextWalk *walk, const gchar *at)
{
  const gchar *end;

  /* (R-TX) */
  if (at - walk->text >= 3 && at[-1] == '-' && strchr ("RDI", at[-2]) != NULL
      && at[-3] == '(')
    return TRUE;
  if (at - walk->text < 4 || at[-1] != ' ' || at[-2] != ',')
    return FALSE;
  end = at -= 2;
  while (at > walk->text && g_ascii_isalpha (at[-1]))
    at--;
  return end - at > 1 && g_ascii_isupper (*at) && g_ascii_islower (at[1]);
}

/* CA 90210: the state, and the digits one by one */
static gboolean
say_zip_code (TextWalk *walk, TextMatch *match)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].code, match->group[1])) {
      text_say (walk, states[i].name);
      text_say_digits (walk, match->group[2]);
      if (*match->group[3] != 0)
        text_say_mark (walk, ',');
      text_say_digits (walk, match->group[3]);
      return TRUE;
    }
  return FALSE;
}

/* Austin, TX */
static gboolean
say_code (TextWalk *walk, TextMatch *match)
{
  if (!follows_town (walk, match->start))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].code, match->group[1])
        && !states[i].code_is_word) {
      text_say (walk, states[i].name);
      return TRUE;
    }
  return FALSE;
}

/* St. Paul, Minn.; Calif. voters */
static gboolean
say_abbreviation (TextWalk *walk, TextMatch *match)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (states[i].abbreviation != NULL
        && g_str_equal (states[i].abbreviation, match->group[1])
        && (!states[i].abbreviation_is_word
            || follows_town (walk, match->start))) {
      text_say (walk, states[i].name);
      if (text_ends_sentence (walk, match->end))
        text_say_mark (walk, '.');
      return TRUE;
    }
  return FALSE;
}

const TextRule text_rules_places[] = {
  { "a", "([A-Z]{2})\\s+(\\d{5})(?:-(\\d{4}))?(?!\\d)", say_zip_code },
  { "a", "([A-Z]{2})" TEXT_END, say_code },
  { "a", "([A-Z][a-z]{1,4})\\.(?![A-Za-z0-9])", say_abbreviation },
  { 0 },
};
