/* text-walk.c: the walk of the normaliser over a text; see text-rules.h. */
#include "text/text-rules.h"

#include <string.h>
#include "text/vox-text.h"

/* A respelling may use other words of the lexicon, but not without end. */
#define MAX_DEPTH 3

typedef struct
{
  const TextRule *rule;
  GRegex *regex;
  gboolean first[256];
} CompiledRule;

struct _VoxNormalizer
{
  const VoxLexicon *lexicon;
  CompiledRule *rules;
  guint n_rules;
};

static const TextRule *const tables[] = { text_rules_phones, text_rules_web,
  text_rules_money, text_rules_measures, text_rules_dates, text_rules_times,
  text_rules_numbers, text_rules_places, text_rules_abbreviations,
  text_rules_roman, text_rules_acronyms, text_rules_symbols };

static void
compile_rule (CompiledRule *compiled, const TextRule *rule)
{
  g_autoptr (GError) error = NULL;

  compiled->rule = rule;
  compiled->regex =
      g_regex_new (rule->pattern, G_REGEX_RAW | G_REGEX_ANCHORED, 0, &error);
  if (compiled->regex == NULL)
    g_error ("text rule \"%s\": %s", rule->pattern, error->message);
  for (const gchar *c = rule->first; *c != 0; c++)
    for (guint byte = 0; byte < 256; byte++)
      if ((*c == '0' && g_ascii_isdigit (byte))
          || (*c == 'a' && g_ascii_isalpha (byte)) || (guchar) *c == byte)
        compiled->first[byte] = TRUE;
}

VoxNormalizer *
vox_normalizer_new (const VoxLexicon *lexicon)
{
  VoxNormalizer *self = g_new0 (VoxNormalizer, 1);
  guint n = 0;

  self->lexicon = lexicon;
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const TextRule *rule = tables[t]; rule->pattern != NULL; rule++)
      self->n_rules++;
  self->rules = g_new0 (CompiledRule, self->n_rules);
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const TextRule *rule = tables[t]; rule->pattern != NULL; rule++)
      compile_rule (&self->rules[n++], rule);
  return self;
}

void
vox_normalizer_free (VoxNormalizer *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_rules; i++)
    g_regex_unref (self->rules[i].regex);
  g_free (self->rules);
  g_free (self);
}

static gboolean
try_rule (TextWalk *walk, const CompiledRule *compiled)
{
  g_autoptr (GMatchInfo) info = NULL;
  TextMatch match = { 0 };
  gint start, end;
  gboolean said;

  if (!g_regex_match_full (compiled->regex, walk->text, walk->end - walk->text,
          (gint) (walk->at - walk->text), 0, &info, NULL))
    return FALSE;
  g_match_info_fetch_pos (info, 0, &start, &end);
  match.start = walk->text + start;
  match.end = walk->text + end;
  for (guint i = 0; i < G_N_ELEMENTS (match.group); i++) {
    match.group[i] = g_match_info_fetch (info, (gint) i);
    if (match.group[i] == NULL)
      match.group[i] = g_strdup ("");
  }
  said = compiled->rule->say (walk, &match);
  for (guint i = 0; i < G_N_ELEMENTS (match.group); i++)
    g_free (match.group[i]);
  if (!said)
    return FALSE;
  walk->at = match.end;
  walk->previous = NULL;
  return TRUE;
}

/* Rules for words and numbers begin where one can begin. */
static gboolean
try_rules (TextWalk *walk)
{
  const VoxNormalizer *self = walk->normalizer;
  gchar before = walk->at > walk->text ? walk->at[-1] : ' ';

  if (g_ascii_isalnum (*walk->at)
      && (g_ascii_isalnum (before) || before == '_'))
    return FALSE;
  for (guint i = 0; i < self->n_rules; i++)
    if (self->rules[i].first[(guchar) *walk->at]
        && try_rule (walk, &self->rules[i]))
      return TRUE;
  return FALSE;
}

static void
say_entry (TextWalk *walk, const VoxLexiconEntry *entry)
{
  if (entry->phones != NULL) {
    g_autofree gchar *marked = g_strdup_printf ("[[%s]]", entry->phones);

    text_say (walk, marked);
  } else {
    g_autofree gchar *clean = vox_text_clean (entry->respelling, -1);

    text_say_text (walk, clean, strlen (clean));
  }
}

/* The user's words win: the token up to the next space, without more and more
 * of the punctuation behind it, and at last its leading letters and digits. */
static gboolean
try_lexicon (TextWalk *walk)
{
  const VoxLexicon *lexicon = walk->normalizer->lexicon;
  gchar before = walk->at > walk->text ? walk->at[-1] : ' ';
  const VoxLexiconEntry *entry = NULL;
  gsize length = 0, letters = 0;

  if (lexicon == NULL || walk->depth >= MAX_DEPTH || g_ascii_isalnum (before))
    return FALSE;
  while (walk->at + length < walk->end && !g_ascii_isspace (walk->at[length]))
    length++;
  while (letters < length && g_ascii_isalnum (walk->at[letters]))
    letters++;
  for (; length > 0; length--) {
    entry = vox_lexicon_find (lexicon, walk->at, length);
    if (entry != NULL || !g_ascii_ispunct (walk->at[length - 1]))
      break;
  }
  if (entry == NULL && letters > 0) {
    length = letters;
    entry = vox_lexicon_find (lexicon, walk->at, length);
  }
  if (entry == NULL)
    return FALSE;
  say_entry (walk, entry);
  walk->at += length;
  if (walk->at + 1 < walk->end && walk->at[0] == '\'' && walk->at[1] == 's') {
    text_say (walk, "'s");
    walk->at += 2;
  }
  walk->previous = NULL;
  return TRUE;
}

static gboolean
is_capitals (const gchar *word, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isupper (word[i]))
      return FALSE;
  return TRUE;
}

static void
plain_word (TextWalk *walk)
{
  const gchar *start = walk->at;
  gsize length = 0;

  while (start + length < walk->end
      && (g_ascii_isalpha (start[length])
          || (start[length] == '\'' && start + length + 1 < walk->end
              && g_ascii_isalpha (start[length + 1]))))
    length++;
  walk->previous_first = text_at_sentence_start (walk);
  /* 2FA */
  if (start > walk->text && g_ascii_isdigit (start[-1])
      && is_capitals (start, length))
    text_say_letters (walk, start, length);
  else
    text_say_word (walk, start, length);
  walk->previous = start;
  walk->previous_length = length;
  walk->at += length;
}

/* Digits no rule took, for example those of "mp3". */
static void
plain_number (TextWalk *walk)
{
  gsize length = 0;
  g_autofree gchar *digits = NULL;

  while (walk->at + length < walk->end && g_ascii_isdigit (walk->at[length]))
    length++;
  digits = g_strndup (walk->at, length);
  text_say_cardinal (walk, digits);
  walk->at += length;
  walk->previous = NULL;
}

/* An empty line ends a sentence. */
static void
white_space (TextWalk *walk)
{
  guint lines = 0;

  for (; walk->at < walk->end && g_ascii_isspace (*walk->at); walk->at++)
    lines += *walk->at == '\n';
  if (lines > 1) {
    text_say_mark (walk, '.');
    walk->previous = NULL;
  }
}

static void
punctuation (TextWalk *walk)
{
  gchar c = *walk->at++;
  gboolean before_space = walk->at == walk->end || *walk->at == ' '
      || *walk->at == '\n' || *walk->at == '"' || *walk->at == ')'
      || *walk->at == '\'';

  switch (c) {
    case '.':
      /* "end.Then": the space was forgotten. */
      if (before_space || *walk->at == '.'
          || (g_ascii_isupper (*walk->at) && walk->at - 1 > walk->text
              && g_ascii_islower (walk->at[-2])))
        text_say_mark (walk, '.');
      break;
    case '!':
    case '?':
      text_say_mark (walk, c);
      break;
    case ':':
      if (before_space)
        text_say_mark (walk, ',');
      break;
    case ',':
    case ';':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
      text_say_mark (walk, ',');
      break;
    default:
      break;
  }
  if (c != '-' && c != '"' && c != '\'')
    walk->previous = NULL;
}

static void
walk_all (TextWalk *walk)
{
  while (walk->at < walk->end) {
    gchar c = *walk->at;

    if (g_ascii_isspace (c))
      white_space (walk);
    else if (try_lexicon (walk) || try_rules (walk))
      continue;
    else if (g_ascii_isalpha (c))
      plain_word (walk);
    else if (g_ascii_isdigit (c))
      plain_number (walk);
    else
      punctuation (walk);
  }
}

void
text_say_text (TextWalk *walk, const gchar *text, gsize length)
{
  TextWalk inner = { .normalizer = walk->normalizer,
    .text = text,
    .end = text + length,
    .at = text,
    .out = walk->out,
    .depth = walk->depth + 1 };

  if (inner.depth <= MAX_DEPTH)
    walk_all (&inner);
}

gchar *
vox_normalizer_run (const VoxNormalizer *self, const gchar *text, gssize length)
{
  g_autofree gchar *clean = vox_text_clean (text, length);
  gsize clean_length = strlen (clean);
  TextWalk walk = {
    .normalizer = self, .text = clean, .end = clean + clean_length, .at = clean
  };

  walk.out = g_string_sized_new (clean_length + clean_length / 4);
  walk_all (&walk);
  return g_string_free (walk.out, FALSE);
}

const gchar *
vox_text_next_sentence (const gchar **normalized, gsize *length)
{
  const gchar *start = *normalized + strspn (*normalized, " ");
  const gchar *at = start;
  gboolean phones = FALSE;

  if (*start == 0)
    return NULL;
  for (; *at != 0; at++) {
    if (at[0] == '[' || at[0] == ']')
      phones = at[0] == '[';
    if (!phones && strchr (".!?", *at) != NULL) {
      at++;
      break;
    }
  }
  *length = (gsize) (at - start);
  *normalized = at;
  return start;
}
