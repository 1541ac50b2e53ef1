/* tts-speaker.c: flite's front end and its acoustic models.
 *
 * Text processing is flite's from the words on: part of speech, phrasing,
 * pronunciation, accents, durations, spectra. The words themselves come from
 * our normaliser, so flite's own token rules are switched off.
 *
 * The statistical speakers are run up to their parameter tracks: cg_synth ()
 * is told to stop at its first samples. Flite draws a few numbers from the
 * process-wide rand () on the way; nothing here depends on them and nothing
 * here calls srand ().
 */
#include "tts/tts-speaker.h"

#include <math.h>
#include <string.h>
#include <flite/flite.h>
#include <flite/cst_cg.h>

#include "text/vox-text.h"

/* The parts of libflite_cmu_us_*, which have no header. */
cst_voice *register_cmu_us_slt (const char *voxdir);
cst_voice *register_cmu_us_rms (const char *voxdir);
cst_voice *register_cmu_us_awb (const char *voxdir);
cst_voice *register_cmu_us_kal16 (const char *voxdir);

struct _TtsSpeaker
{
  const gchar *name;
  cst_voice *(*get) (const char *voxdir);
};

static const TtsSpeaker speakers[] = { { "slt", register_cmu_us_slt },
  { "rms", register_cmu_us_rms }, { "awb", register_cmu_us_awb },
  { "kal16", register_cmu_us_kal16 } };

static const gchar *const speaker_names[] = { "slt", "rms", "awb", "kal16",
  NULL };

/* Flite's registers of voices, lexicons and rules are process-wide. */
static GMutex flite_lock;

/* Shortest pause the diphone speaker can join to, in seconds. */
#define MIN_PAUSE_S 0.02

const gchar *const *
tts_speaker_names (void)
{
  return speaker_names;
}

const TtsSpeaker *
tts_speaker_find (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (speakers); i++)
    if (g_strcmp0 (speakers[i].name, name) == 0)
      return &speakers[i];
  return NULL;
}

static cst_voice *
get_voice (const TtsSpeaker *self)
{
  flite_init ();
  return self->get (NULL);
}

static cst_cg_db *
get_model (cst_voice *voice)
{
  const cst_val *value = feat_val (voice->features, "cg_db");

  return value != NULL ? val_cg_db (value) : NULL;
}

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

static cst_utterance *
run_front_end (cst_voice *voice, const TtsUnit *unit)
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

/* Seconds a pause segment is to last, given what the model says. */
static gdouble
pause_length (const TtsUnit *unit, cst_item *segment, gdouble natural_s)
{
  if (item_prev (segment) == NULL)
    return unit->pause_before_s;
  if (item_next (segment) == NULL)
    return unit->pause_after_s;
  return natural_s * unit->pause_scale;
}

static gboolean
is_pause (cst_item *segment)
{
  return g_str_equal (item_feat_string (segment, "name"), "pau");
}

/* --- statistical speakers --- */

static int
stop_at_once (const cst_wave *wave G_GNUC_UNUSED, int start G_GNUC_UNUSED,
    int size G_GNUC_UNUSED, int last G_GNUC_UNUSED,
    cst_audio_streaming_info *info G_GNUC_UNUSED)
{
  return CST_AUDIO_STREAM_STOP;
}

static void
append_frame (GArray *values, const cst_track *spectrum,
    const cst_track *strengths, int frame)
{
  g_array_append_vals (
      values, spectrum->frames[frame], (guint) spectrum->num_channels);
  if (strengths != NULL)
    g_array_append_vals (
        values, strengths->frames[frame], (guint) strengths->num_channels);
}

/* Copies the frames segment by segment; pauses are lengthened or shortened by
 * repeating or leaving out frames. Without @values only counts. */
static gsize
copy_frames (cst_utterance *utterance, const TtsUnit *unit,
    const cst_track *spectrum, const cst_track *strengths, gdouble advance_s,
    int n_frames, GArray *values)
{
  gsize count = 0;
  int start = 0;

  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment)) {
    gdouble end_s = item_feat_float (segment, "end");
    int stop = item_next (segment) != NULL
        ? MIN ((int) (end_s / advance_s) + 1, n_frames)
        : n_frames;
    int have = MAX (stop - start, 0), want = have;

    if (is_pause (segment))
      want = (int) lrint (
          pause_length (unit, segment, have * advance_s) / advance_s);
    if (have == 0)
      want = 0;
    for (int i = 0; i < want && values != NULL; i++)
      append_frame (values, spectrum, strengths,
          start + (int) ((gint64) i * have / want));
    count += (gsize) want;
    start = MAX (start, stop);
  }
  return count;
}

static gboolean
run_statistical (cst_utterance *utterance, const TtsUnit *unit,
    const cst_cg_db *model, GArray *values, gsize *n_frames)
{
  cst_audio_streaming_info *info = new_audio_streaming_info ();
  cst_track *track, *smooth, *strengths = NULL;

  info->min_buffsize = 0;
  info->asc = stop_at_once;
  feat_set (
      utterance->features, "streaming_info", audio_streaming_info_val (info));
  cg_synth (utterance);
  track = val_track (feat_val (utterance->features, "param_track"));
  if (track == NULL || track->num_frames < 2)
    return FALSE;
  if (model->mixed_excitation)
    strengths = val_track (feat_val (utterance->features, "str_track"));
  smooth = values != NULL && model->do_mlpg ? mlpg (track, (cst_cg_db *) model)
                                            : track;
  *n_frames = copy_frames (utterance, unit, smooth, strengths,
      model->frame_advance, track->num_frames, values);
  if (smooth != track)
    delete_track (smooth);
  return TRUE;
}

/* --- the diphone speaker --- */

/* Moves the ends of the segments so that pauses have the asked length. */
static gdouble
set_pauses (cst_utterance *utterance, const TtsUnit *unit)
{
  gdouble before_s = 0, end_s = 0;

  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment)) {
    gdouble natural_s = item_feat_float (segment, "end") - before_s;

    before_s += natural_s;
    if (is_pause (segment))
      natural_s = MAX (pause_length (unit, segment, natural_s), MIN_PAUSE_S);
    end_s += natural_s;
    item_set_float (segment, "end", (float) end_s);
  }
  return end_s;
}

/* Flite's join gives a few samples more or less than the durations say; the
 * difference lies in the last pause. */
static gboolean
run_diphone (cst_utterance *utterance, gsize n_samples, GArray *values)
{
  static const cst_synth_module back_end[] = { { "f0_model_func", NULL },
    { "wave_synth_func", NULL } };
  const cst_wave *wave;

  for (gsize i = 0; i < G_N_ELEMENTS (back_end); i++)
    if (apply_synth_module (utterance, &back_end[i]) == NULL)
      return FALSE;
  wave = utt_wave (utterance);
  for (gsize i = 0; i < n_samples; i++) {
    gfloat sample = (gint) i < wave->num_samples
        ? (gfloat) wave->samples[i] / 32768.0f
        : 0.0f;

    g_array_append_val (values, sample);
  }
  return TRUE;
}

/* --- interface --- */

guint
tts_speaker_rate (const TtsSpeaker *self)
{
  guint rate;

  g_mutex_lock (&flite_lock);
  rate =
      (guint) get_param_int (get_voice (self)->features, "sample_rate", 16000);
  g_mutex_unlock (&flite_lock);
  return rate;
}

/* A row of flite's statistical model holds mean and deviation of F0, of the
 * coefficients, of their deltas, of five strengths and of the voicing. */
static guint
count_coefs (const cst_cg_db *db)
{
  guint n_values = (guint) db->num_channels[0] / 2;

  return (n_values - 1 - (guint) db->ME_num - 1) / 2;
}

gboolean
tts_speaker_model (const TtsSpeaker *self, TtsVocoderModel *model)
{
  const cst_cg_db *db;

  g_mutex_lock (&flite_lock);
  db = get_model (get_voice (self));
  g_mutex_unlock (&flite_lock);
  if (db == NULL)
    return FALSE;
  *model = (TtsVocoderModel){ .rate = (guint) db->sample_rate,
    .frame_samples = (guint) lrint (db->frame_advance * db->sample_rate),
    .n_coefs = count_coefs (db),
    .n_bands = (guint) db->ME_num,
    .n_taps = (guint) db->ME_order,
    .taps = db->me_h,
    .alpha = db->mlsa_alpha,
    .beta = db->mlsa_beta,
    .gain = db->gain };
  return TRUE;
}

/* With @values everything, without only the number of samples. */
static gboolean
run_locked (const TtsSpeaker *self, const TtsUnit *unit, GArray *values,
    gsize *n_samples)
{
  cst_voice *voice = get_voice (self);
  const cst_cg_db *model = get_model (voice);
  cst_utterance *utterance = run_front_end (voice, unit);
  gboolean done = FALSE;
  gsize n_frames = 0;

  if (utterance == NULL)
    return FALSE;
  if (model != NULL) {
    done = run_statistical (utterance, unit, model, values, &n_frames);
    *n_samples =
        n_frames * (gsize) lrint (model->frame_advance * model->sample_rate);
  } else {
    gdouble seconds = set_pauses (utterance, unit);

    *n_samples = (gsize) (seconds
        * get_param_int (voice->features, "sample_rate", 16000));
    done = values == NULL || run_diphone (utterance, *n_samples, values);
  }
  delete_utterance (utterance);
  return done;
}

static gboolean
run (const TtsSpeaker *self, const TtsUnit *unit, GArray *values,
    gsize *n_samples, GError **error)
{
  gboolean done;

  g_mutex_lock (&flite_lock);
  done = run_locked (self, unit, values, n_samples);
  g_mutex_unlock (&flite_lock);
  if (!done)
    g_set_error (error, VOX_ERROR, VOX_ERROR_SIGNAL,
        "speaker %s cannot speak \"%.*s\"; try other words", self->name,
        (int) MIN (unit->length, 60), unit->text);
  return done;
}

gboolean
tts_speaker_run (
    const TtsSpeaker *self, const TtsUnit *unit, GArray *values, GError **error)
{
  gsize n_samples;

  return run (self, unit, values, &n_samples, error);
}

gboolean
tts_speaker_samples (const TtsSpeaker *self, const TtsUnit *unit,
    gsize *n_samples, GError **error)
{
  return run (self, unit, NULL, n_samples, error);
}
