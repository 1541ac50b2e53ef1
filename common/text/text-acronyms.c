/* text-acronyms.c: words in capitals and mixed spellings. */
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
  "NAACP", "ESPN", "AIFF", "IUPAC", "UTC", "ADHD", "HTML", "AFAIK", "ACLU",
  "NYSE", "USAF", "IMAP", "IMHO", "OLED", "AKA" };

/* Three letters or less that would be words in a line of capitals. */
static const gchar *const spelt_among_capitals[] = { "AI", "BA", "CEO", "CIA",
  "CIO", "COO", "DEA", "DOJ", "EPA", "ETA", "EU", "FAQ", "FYI", "GOP", "ICE",
  "ICU", "IPO", "IRA", "ISO", "IRS", "LA", "MA", "NIH", "PA", "SEC", "SKU",
  "UAE", "UFO", "UK", "UN", "URL", "USA", "VA", "WHO" };

/* Acronyms with a pronunciation of their own. */
static const struct
{
  const gchar *acronym;
  const gchar *words;
} special[] = { { "ASCII", "askee" }, { "JPEG", "jay peg" },
  { "MPEG", "em peg" }, { "SQL", "sequel" }, { "GUI", "gooey" },
  { "COVID", "covid" }, { "WYSIWYG", "wizzy wig" }, { "IEEE", "I triple E" },
  { "NAACP", "N double A C P" }, { "AAA", "triple A" }, { "SCSI", "scuzzy" },
  { "WIFI", "why fye" }, { "JSON", "jason" }, { "USAID", "U S aid" } };

/* Degrees and companies in their usual spelling; letters all the same. */
static const gchar *const mixed_spelt[] = { "PhD", "BSc", "MSc", "MPhil",
  "DPhil", "LLB", "GmbH", "BEng", "MEng" };

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

/* How far a sentence is looked through for small letters, in bytes. */
#define SHOUT_BYTES 200

/* The sentence has three words or more, all of them in capitals and one of
 * them an everyday word; or a neighbour is a longer word in capitals too. */
static gboolean
is_shouted (const TextWalk *walk, const TextMatch *match)
{
  const gchar *from = match->start, *to = match->end, *at = match->end;
  gboolean small = FALSE, sentence = FALSE;
  gsize words = 0, n = 0;

  while (from > walk->text && match->start - from < SHOUT_BYTES
      && strchr (".!?\n", from[-1]) == NULL)
    from--;
  while (to < walk->end && to - match->end < SHOUT_BYTES
      && strchr (".!?\n", *to) == NULL)
    to++;
  while (from < to) {
    for (n = 0; from + n < to && g_ascii_isupper (from[n]);)
      n++;
    /* The s of FBI's and 1990s proves nothing. */
    small = small || (g_ascii_islower (*from) && *from != 's');
    words += n > 0;
    sentence = sentence || n > 4 || (n > 1 && IN_LIST (from, n, common));
    from += MAX (n, 1);
  }
  if (!small && words >= 3 && sentence)
    return TRUE;
  /* JOHN: says who speaks in subtitles. */
  if (at < walk->end && *at == ':' && text_at_sentence_start (walk))
    return TRUE;
  if (walk->previous != NULL && walk->previous_length > 1
      && g_ascii_isupper (walk->previous[1]))
    return TRUE;
  while (at < walk->end && *at == ' ')
    at++;
  for (n = 0; at + n < walk->end && g_ascii_isupper (at[n]);)
    n++;
  return n > 1 && !IN_LIST (at, n, spoken)
      && (n > 4 || IN_LIST (at, n, common));
}

static gboolean
is_cluster (const gchar *letters, gsize length, const gchar *known)
{
  g_autofree gchar *cluster = NULL;

  if (length < 2)
    return TRUE;
  cluster = g_strdup_printf (" %.*s ", (gint) length, letters);
  return strstr (known, cluster) != NULL;
}

/* A vowel somewhere, and letters that English words begin and end with. */
static gboolean
is_pronounceable (const gchar *word, gsize length)
{
  static const gchar onsets[] =
      " BL BR CH CHR CL CR DR DW FL FR GH GL GN GR KN KR KL PH PL PR PS QU RH "
      "SC SCH SCR SH SHR SK SL SM SN SP SPL SPR SQ ST STR SW TH THR TR TW WH "
      "WR ";
  static const gchar codas[] =
      " BS CH CK CKS CS CT CTS DD DDS DS DTH FF FFS FT FTS GG GGS GH GHS GHT "
      "GHTH GHTS HN GN GNS GS KS LB LCH LD LDS LF LFS LFTH LK LKS LL LLS LM "
      "LMS "
      "LP LPS LPT LS LT LTS LTZ LVS MB MBS MN MP MPS MPT MPTS MS NCH ND NDS NG "
      "NGS NGTH NGTHS NK NKS NN NNS NS NT NTH NTHS NTS NX PH PHS PS PT PTH PTS "
      "RB RBS RCH RD RDS RF RFS RGH RK RKS RL RLD RLDS RLS RM RMS RN RNS RP "
      "RPS RR RS RSH RST RSTS RT RTH RTS RTZ RVS SH SK SKS SM SMS SP SPS SS ST "
      "STS TCH TH THS TS TT TTS TZ WD WDS WK WKS WL WLS WN WNS WS WTH XT XTH "
      "XTS ZZ ";
  static const gchar first_vowels[] =
      " AE AI AU EA EE EI EU EY OA OI OO OU OY ";
  gsize head = strcspn (word, "AEIOUY"), tail = 0;

  if (head >= length)
    return FALSE;
  while (strchr ("AEIOUY", word[length - 1 - tail]) == NULL)
    tail++;
  if (head == 0 && length > 1 && *word != 'Y'
      && strchr ("AEIOU", word[1]) != NULL
      && !is_cluster (word, 2, first_vowels))
    return FALSE;
  return is_cluster (word, head, onsets)
      && is_cluster (word + length - tail, tail, codas);
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
  /* CAT is a word among other words in capitals only. */
  if (length <= 3
      && (IN_LIST (word, length, spelt_among_capitals)
          || !is_shouted (walk, match)))
    return FALSE;
  return is_pronounceable (word, length);
}

static const gchar *
special_words (const gchar *word, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (special); i++)
    if (strlen (special[i].acronym) == length
        && strncmp (word, special[i].acronym, length) == 0)
      return special[i].words;
  return NULL;
}

/* FBI, NASA, CEOs, FBI's */
static gboolean
say_capitals (TextWalk *walk, TextMatch *match)
{
  const gchar *word = match->group[1], *suffix = match->group[2];
  gsize length = strlen (word);
  const gchar *words = special_words (word, length);

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

/* PhD, PhDs, Ph.D.s */
static gboolean
say_degree (TextWalk *walk, TextMatch *match)
{
  g_autoptr (GString) word = g_string_new (match->group[1]);

  g_string_replace (word, ".", "", 0);
  /* IoT, YoY: a small letter between two capitals. */
  if (!IN_LIST (word->str, word->len, mixed_spelt)
      && !(word->len == 3 && g_ascii_islower (word->str[1])
          && g_ascii_isupper (word->str[2])))
    return FALSE;
  text_say_letters (walk, word->str, word->len);
  if (*match->group[2] != 0)
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
    const gchar *stop = word + 1, *words;
    gsize length;

    while (stop < match->end
        && !(g_ascii_isupper (*stop)
            && (g_ascii_islower (stop[-1])
                || (stop + 1 < match->end && g_ascii_islower (stop[1])))))
      stop++;
    length = (gsize) (stop - word);
    words = special_words (word, length);
    if (words != NULL)
      text_say (walk, words);
    else if (IN_LIST (word, length, spoken)
        && !IN_LIST (word, length, not_spoken))
      text_say_lower (walk, word, length);
    else if (length == 1
        || (g_ascii_isupper (word[1])
            && (length <= 3 || !is_pronounceable (word, length))))
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
    if (digits && strlen (part) > 4)
      text_say_digits (walk, part);
    else if (digits && strlen (part) == 4
        && (g_str_has_prefix (part, "19") || g_str_has_prefix (part, "20")))
      text_say_year (walk, part);
    else if (digits)
      text_say_cardinal (walk, part);
    else if (g_str_equal (part, "s") && stop == match->end)
      text_make_plural (walk);
    else if (strlen (part) <= 2
        || (strlen (part) == 3
            && (g_ascii_isupper (part[1]) || strpbrk (part, "aeiouy") == NULL)))
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
  if (*match->group[3] != 0)
    g_string_append (walk->out, "'s");
  return TRUE;
}

/* DON'T */
static gboolean
say_contraction (TextWalk *walk, TextMatch *match)
{
  text_say_lower (walk, match->group[0], strlen (match->group[0]));
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

#define MIXED_END "(?![A-Za-z0-9]|'(?!s(?![A-Za-z])))"

const TextRule text_rules_acronyms[] = {
  { "a", "([A-Z]{1,3})&([A-Z]{1,3})('?s)?(?![A-Za-z0-9])", say_letter_pair },
  { "ACDFG", "([ACDFG])#(?![A-Za-z0-9])", say_sharp },
  { "a", "([A-Z][A-Za-z]{1,4}?)('s|s)?(?![A-Za-z0-9])", say_degree },
  { "P", "(Ph\\.D)\\.('s|s)(?![A-Za-z0-9])", say_degree },
  { "a",
      "(?:[A-Z]+'(?:T|LL|RE|VE|D|M)|(?:IT|HE|SHE|THAT|WHAT|WHO|LET|THERE|HERE"
      "|HOW|WHERE)'S)(?![A-Za-z0-9'])",
      say_contraction },
  { "a", "([A-Z]{2,})('[sS]|s)?(?![A-Za-z0-9])", say_capitals },
  { "a", "[A-Za-z]+[a-z][A-Z][A-Za-z]*" MIXED_END, say_mixed },
  { "a", "[a-zA-Z][A-Z]+[a-z][A-Za-z]+" MIXED_END, say_mixed },
  { "a", "[a-z][A-Z][A-Za-z]+" MIXED_END, say_mixed },
  { "a0", "(?:[A-Za-z]+\\d+|\\d+[A-Za-z]+\\d)[A-Za-z0-9]*(?![A-Za-z0-9])",
      say_code },
  { 0 },
};
