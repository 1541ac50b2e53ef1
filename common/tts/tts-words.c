/* tts-words.c: normalised words to flite's segments.
 *
 * Text processing is flite's from the words on: part of speech, phrasing,
 * pronunciation, accents, durations. The words themselves come from our
 * normaliser, so flite's own token rules are switched off.
 */
#include "tts/tts-words.h"

#include <string.h>

/* --- the Token relation: our words, with marks and pronunciations --- */

static void
append_token (cst_relation *tokens, const gchar *word, const gchar *phones)
{
  cst_item *token = relation_append (tokens, NULL);

  item_set_string (token, "name", word);
  item_set_string (token, "whitespace", " ");
  item_set_string (token, "prepunctuation", "");
  item_set_string (token, "punc", "");
  if (phones != NULL)
    item_set_string (token, "phones", phones);
}

/* 's, 'll and so on are words of their own, unless the whole is known. */
static void
append_word (cst_utterance *utterance, cst_relation *tokens, gchar *word)
{
  static const gchar *const clitics[] = { "'s", "'ll", "'ve", "'d", "'re" };
  const cst_lexicon *lexicon =
      val_lexicon (feat_val (utterance->features, "lexicon"));
  gchar *apostrophe = strrchr (word, '\'');
  g_autofree gchar *clitic = NULL;
  gchar *to = word;

  if (apostrophe != NULL && !in_lex (lexicon, word, NULL, utterance->features))
    for (gsize i = 0; i < G_N_ELEMENTS (clitics); i++)
      if (g_str_equal (apostrophe, clitics[i])) {
        clitic = g_strdup (clitics[i]);
        *apostrophe = 0;
      }
  if (apostrophe != NULL
      && !in_lex (lexicon, word, NULL, utterance->features)) {
    for (const gchar *from = word; *from != 0; from++)
      if (*from != '\'')
        *to++ = *from;
    *to = 0;
  }
  /* "_a" is the letter in flite's lexicon, "a" the article. */
  if (g_str_equal (word, "A"))
    append_token (tokens, "_a", NULL);
  else if (*word != 0) {
    g_autofree gchar *lower = g_ascii_strdown (word, -1);

    append_token (tokens, lower, NULL);
  }
  if (clitic != NULL)
    append_token (tokens, clitic, NULL);
}

/* Flite takes a pronunciation equal to the one before for the same word going
 * on; a space more or less tells them apart. */
static void
append_phones (cst_relation *tokens, const gchar *phones, guint n)
{
  g_autofree gchar *list = g_strconcat (n % 2 == 0 ? "" : " ", phones, NULL);

  append_token (tokens, "phones", list);
}

static gboolean
is_mark (gchar c)
{
  return c != 0 && strchr (",.!?", c) != NULL;
}

static void
build_tokens (cst_utterance *utterance, const TtsUnit *unit)
{
  cst_relation *tokens = utt_relation_create (utterance, "Token");
  const gchar *at = unit->text, *end = unit->text + unit->length;
  guint n = 0;

  while (at < end) {
    gsize length = 0;

    if (*at == ' ') {
      at++;
    } else if (is_mark (*at)) {
      gchar mark[2] = { *at++, 0 };

      if (relation_tail (tokens) != NULL)
        item_set_string (relation_tail (tokens), "punc", mark);
    } else if (end - at > 4 && at[0] == '[' && at[1] == '[') {
      const gchar *stop = g_strstr_len (at, end - at, "]]");
      g_autofree gchar *phones =
          g_strndup (at + 2, (gsize) ((stop != NULL ? stop : end) - at - 2));

      append_phones (tokens, phones, n++);
      at = stop != NULL ? stop + 2 : end;
    } else {
      g_autofree gchar *word = NULL;

      while (at + length < end && at[length] != ' ' && !is_mark (at[length]))
        length++;
      word = g_strndup (at, length);
      append_word (utterance, tokens, word);
      at += length;
    }
  }
}

/* --- running flite --- */

static const cst_synth_module front_end[] = {
  { "textanalysis_func", default_textanalysis },
  { "pos_tagger_func", default_pos_tagger },
  { "phrasing_func", default_phrasing },
  { "lexical_insertion_func", default_lexical_insertion },
  { "pause_insertion_func", default_pause_insertion },
  { "intonation_func", cart_intonation },
  { "postlex_func", NULL },
  { "duration_model_func", cart_duration },
};

cst_utterance *
tts_words_run (cst_voice *voice, const TtsUnit *unit)
{
  cst_utterance *utterance = new_utterance ();
  gdouble stretch;

  utt_init (utterance, voice);
  stretch = get_param_float (voice->features, "duration_stretch", 1.0f);
  feat_set_float (
      utterance->features, "duration_stretch", (float) (stretch / unit->speed));
  feat_set (utterance->features, "tokentowords_func",
      itemfunc_val (&default_tokentowords));
  build_tokens (utterance, unit);
  for (gsize i = 0; i < G_N_ELEMENTS (front_end); i++)
    if (apply_synth_module (utterance, &front_end[i]) == NULL)
      return NULL;
  return utterance;
}
