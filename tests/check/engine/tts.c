/* tts.c: what the speech engine promises. Without speakers in the build only
 * the error is tested. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dsp/vox-limiter.h"
#include "tts/vox-tts.h"

static const gchar text[] =
    "Dr. Smith paid $3.50, didn't he? Then he walked 5 km home.";

typedef struct
{
  GArray *samples;
  guint calls;
  gsize longest;
  guint stop_after; /* calls; 0 = never */
} Collect;

static gboolean
collect (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  Collect *self = user_data;

  g_array_append_vals (self->samples, samples, (guint) n_samples);
  self->longest = MAX (self->longest, n_samples);
  return ++self->calls != self->stop_after;
}

static VoxTts *
new_tts (const gchar *speaker, gdouble speed, gdouble pause_scale,
    const VoxLexicon *lexicon)
{
  VoxTtsParams params = { .speaker = speaker,
    .speed = speed,
    .pause_scale = pause_scale,
    .lexicon = lexicon };
  g_autoptr (GError) error = NULL;
  VoxTts *tts = vox_tts_new (&params, &error);

  g_assert_no_error (error);
  return tts;
}

static GArray *
speak (VoxTts *tts, const gchar *words)
{
  Collect self = { .samples = g_array_new (FALSE, FALSE, sizeof (gfloat)) };
  g_autoptr (GError) error = NULL;

  g_assert_true (vox_tts_speak (tts, words, collect, &self, &error));
  g_assert_no_error (error);
  return self.samples;
}

static GArray *
speak_new (const gchar *speaker, const gchar *words)
{
  g_autoptr (VoxTts) tts = new_tts (speaker, 1, 1, NULL);

  return speak (tts, words);
}

static void
assert_equal (const GArray *a, const GArray *b)
{
  g_assert_cmpmem (
      a->data, a->len * sizeof (gfloat), b->data, b->len * sizeof (gfloat));
}

static void
test_unknown_speaker_lists_the_known (void)
{
  VoxTtsParams params = VOX_TTS_PARAMS_DEFAULT;
  g_autoptr (GError) error = NULL;

  params.speaker = "nobody";
  g_assert_null (vox_tts_new (&params, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_assert_nonnull (
      strstr (error->message, vox_tts_speakers ()[0] ? "kal16" : "flite"));
}

static void
test_values_out_of_range_are_refused (void)
{
  VoxTtsParams params = VOX_TTS_PARAMS_DEFAULT;
  static const gdouble speeds[] = { 0, 0.2, 5, NAN, INFINITY };

  for (gsize i = 0; i < G_N_ELEMENTS (speeds); i++) {
    g_autoptr (GError) error = NULL;

    params.speed = speeds[i];
    g_assert_null (vox_tts_new (&params, &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

static void
test_every_speaker_speaks (void)
{
  for (const gchar *const *name = vox_tts_speakers (); *name; name++) {
    g_autoptr (GArray) samples = speak_new (*name, text);
    gdouble energy = 0, peak = 0;

    for (guint i = 0; i < samples->len; i++) {
      gfloat x = g_array_index (samples, gfloat, i);

      g_assert_true (isfinite (x));
      energy += x * x;
      peak = MAX (peak, fabsf (x));
    }
    g_assert_cmpfloat (sqrt (energy / samples->len), >, 0.01);
    g_assert_cmpfloat (peak, <=, 1.0);
    /* Eighteen words of read speech. */
    g_assert_cmpuint (samples->len, >, 3 * 16000);
    g_assert_cmpuint (samples->len, <, 9 * 16000);
  }
}

static void
test_duration_is_what_speaking_gives (void)
{
  static const gdouble speeds[] = { 0.6, 1.0, 1.7 };

  for (const gchar *const *name = vox_tts_speakers (); *name; name++)
    for (gsize i = 0; i < G_N_ELEMENTS (speeds); i++) {
      g_autoptr (VoxTts) tts = new_tts (*name, speeds[i], 1.3, NULL);
      g_autoptr (GArray) samples = speak (tts, text);
      gdouble seconds = 0;

      g_assert_true (vox_tts_duration (tts, text, &seconds, NULL));
      g_assert_cmpfloat_with_epsilon (
          seconds, (gdouble) samples->len / vox_tts_rate (tts), 1e-9);
    }
}

static void
test_speed_scales_time (void)
{
  for (const gchar *const *name = vox_tts_speakers (); *name; name++) {
    g_autoptr (VoxTts) tts = new_tts (*name, 1, 1, NULL);
    gdouble normal, fast;

    g_assert_true (vox_tts_duration (tts, text, &normal, NULL));
    vox_tts_set_speed (tts, 2);
    g_assert_true (vox_tts_duration (tts, text, &fast, NULL));
    /* Segments have a shortest length, pauses at the edges a fixed one. */
    g_assert_cmpfloat (normal / fast, >, 1.8);
    g_assert_cmpfloat (normal / fast, <, 2.1);
  }
}

static void
test_pause_scale_changes_pauses_only (void)
{
  static const gchar words[] = "One, two, three. Four.";
  g_autoptr (VoxTts) none = new_tts ("slt", 1, 0, NULL);
  g_autoptr (VoxTts) normal = new_tts ("slt", 1, 1, NULL);
  g_autoptr (VoxTts) twice = new_tts ("slt", 1, 2, NULL);
  gdouble a, b, c;

  g_assert_true (vox_tts_duration (none, words, &a, NULL));
  g_assert_true (vox_tts_duration (normal, words, &b, NULL));
  g_assert_true (vox_tts_duration (twice, words, &c, NULL));
  g_assert_cmpfloat (b - a, >, 0.4);
  g_assert_cmpfloat_with_epsilon (b - a, c - b, 0.05);
}

static gpointer
disturb (gpointer data)
{
  while (g_atomic_int_get ((gint *) data)) {
    srand (7);
    (void) rand ();
  }
  return NULL;
}

static gpointer
speak_in_thread (gpointer data)
{
  return speak_new (data, text);
}

static void
test_samples_depend_on_the_text_only (void)
{
  for (const gchar *const *name = vox_tts_speakers (); *name; name++) {
    g_autoptr (GArray) alone = speak_new (*name, text);
    g_autoptr (GArray) second = NULL, third = NULL;
    gint running = 1;
    GThread *noise = g_thread_new ("disturb", disturb, &running);
    GThread *other = g_thread_new ("speak", speak_in_thread, (gpointer) *name);

    second = speak_new (*name, text);
    third = g_thread_join (other);
    g_atomic_int_set (&running, 0);
    g_thread_join (noise);
    assert_equal (alone, second);
    assert_equal (alone, third);
  }
}

static void
test_an_utterance_leaves_nothing_behind (void)
{
  g_autoptr (VoxTts) tts = new_tts ("slt", 1, 1, NULL);
  g_autoptr (GArray) before = speak (tts, text);
  g_autoptr (GArray) between = speak (tts, "Something else entirely!");
  g_autoptr (GArray) after = speak (tts, text);

  g_assert_cmpuint (between->len, !=, before->len);
  assert_equal (before, after);
}

static void
test_figures_are_spelt_out (void)
{
  g_autoptr (GArray) figures = speak_new ("slt", "5 km on 3/4/2024");
  g_autoptr (GArray) words =
      speak_new ("slt", "five kilometers on march fourth, twenty twenty four");

  assert_equal (figures, words);
}

static void
test_phonemes_and_lexicon_say_the_same (void)
{
  static const gchar file[] = "xyzzy  Z IH1 Z IY0\n";
  g_autoptr (VoxLexicon) lexicon =
      vox_lexicon_parse (file, strlen (file), "lexicon", NULL);

  for (const gchar *const *name = vox_tts_speakers (); *name; name++) {
    g_autoptr (VoxTts) tts = new_tts (*name, 1, 1, lexicon);
    g_autoptr (GArray) by_lexicon = speak (tts, "say xyzzy xyzzy now");
    g_autoptr (GArray) by_phones =
        speak_new (*name, "say [[Z IH1 Z IY0]] [[z ih1 z iy0]] now");
    g_autoptr (GArray) by_rule = speak_new (*name, "say xyzzy xyzzy now");
    g_autoptr (GArray) once = speak (tts, "say xyzzy now");

    assert_equal (by_lexicon, by_phones);
    g_assert_cmpuint (by_rule->len, !=, by_lexicon->len);
    /* A repeated pronunciation is a second word, not the first one's rest. */
    g_assert_cmpuint (by_lexicon->len, >, once->len + 16000 / 4);
  }
}

static void
test_the_listener_can_stop (void)
{
  for (const gchar *const *name = vox_tts_speakers (); *name; name++) {
    g_autoptr (VoxTts) tts = new_tts (*name, 1, 1, NULL);
    Collect self = { .samples = g_array_new (FALSE, FALSE, sizeof (gfloat)),
      .stop_after = 2 };

    g_assert_true (vox_tts_speak (tts, text, collect, &self, NULL));
    g_assert_cmpuint (self.calls, ==, 2);
    g_array_unref (self.samples);
  }
}

static void
test_long_text_comes_in_short_chunks (void)
{
  g_autoptr (VoxTts) tts = new_tts ("kal16", 1, 1, NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  Collect self = { .samples = g_array_new (FALSE, FALSE, sizeof (gfloat)) };

  /* Without any mark where a sentence could end. */
  for (guint i = 0; i < 1500; i++)
    g_string_append (words, "word ");
  g_assert_true (vox_tts_speak (tts, words->str, collect, &self, NULL));
  g_assert_cmpuint (self.samples->len, >, 1500 * 16000 / 10);
  g_assert_cmpuint (self.longest, <=, 16000 / 10);
  g_array_unref (self.samples);
}

/* CPU time up to the first samples, by the clock of this thread. */
static gboolean
stop_at_first (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  (void) samples;
  (void) n_samples;
  *(clock_t *) user_data = clock ();
  return FALSE;
}

static void
test_first_audio_does_not_wait_for_the_end_of_the_text (void)
{
  static const gchar sentence[] = "On 3/4/2024 Dr. Smith walked homewards. ";
  g_autoptr (VoxTts) tts = new_tts ("slt", 1, 1, NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  clock_t start, few, many;

  for (guint i = 0; i < 20; i++)
    g_string_append (words, sentence);
  start = clock ();
  g_assert_true (vox_tts_speak (tts, words->str, stop_at_first, &few, NULL));
  few -= start;
  for (guint i = 0; i < 20000; i++)
    g_string_append (words, sentence);
  start = clock ();
  g_assert_true (vox_tts_speak (tts, words->str, stop_at_first, &many, NULL));
  many -= start;
  g_assert_cmpint (many, <, 5 * few + CLOCKS_PER_SEC / 50);
}

static void
test_pieces_of_a_text_are_joined_without_a_seam (void)
{
  static const gchar sentence[] = "Then he walked homewards once more. ";
  g_autoptr (VoxTts) tts = new_tts ("kal16", 1, 1, NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GArray) one = NULL, two = NULL, many = NULL;

  g_string_append (words, sentence);
  one = speak (tts, words->str);
  g_string_append (words, sentence);
  two = speak (tts, words->str);
  for (guint i = 2; i < 40; i++)
    g_string_append (words, sentence);
  many = speak (tts, words->str);
  /* Every further sentence takes the same time, its pause included. */
  g_assert_cmpuint (many->len - one->len, ==, 39 * (two->len - one->len));
}

static void
test_nothing_to_say_is_silence (void)
{
  static const gchar *const texts[] = { "", "  ", "...", "?!", "\xff\xfe",
    "你好", "[[", "()" };
  g_autoptr (VoxTts) tts = new_tts ("slt", 1, 1, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GArray) samples = speak (tts, texts[i]);
    gdouble seconds = -1;

    g_assert_cmpuint (samples->len, ==, 0);
    g_assert_true (vox_tts_duration (tts, texts[i], &seconds, NULL));
    g_assert_cmpfloat (seconds, ==, 0);
  }
}

static void
test_odd_words_do_no_harm (void)
{
  g_autoptr (VoxTts) tts = new_tts ("slt", 1, 1, NULL);
  static const gchar *const texts[] = { "'", "'s", "a'b'c", "o'clock's", "A",
    "a", "zzzz", "hmm", "[[hh]]", "[[ah1 ah1 ah1]]", "x", "I'd've",
    "rock 'n' roll", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GArray) samples = speak (tts, texts[i]);

    for (guint k = 0; k < samples->len; k++)
      g_assert_true (isfinite (g_array_index (samples, gfloat, k)));
  }
}

/* Quiet, then a loud burst, then quiet again. */
static gfloat
burst (guint i)
{
  return (i > 4000 && i < 5000 ? 1.6f : 0.3f) * sinf (0.2f * (gfloat) i);
}

static void
test_the_limiter_leaves_no_peak_and_no_jump (void)
{
  g_autoptr (VoxLimiter) limiter = vox_limiter_new (16000);
  g_autoptr (GArray) in = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) chunked = g_array_new (FALSE, FALSE, sizeof (gfloat));
  gfloat gain = 1;

  for (guint i = 0; i < 16000; i++) {
    gfloat sample = burst (i);

    g_array_append_val (in, sample);
  }
  vox_limiter_run (limiter, (const gfloat *) in->data, in->len, out);
  vox_limiter_run (limiter, NULL, 0, out);
  g_assert_cmpuint (out->len, ==, in->len);
  for (guint i = 0; i < out->len; i++) {
    gfloat x = g_array_index (out, gfloat, i);
    gfloat original = g_array_index (in, gfloat, i);

    g_assert_cmpfloat (fabsf (x), <=, 0.951);
    if (i < 3900 || i > 15000)
      g_assert_cmpfloat_with_epsilon (x, original, 1e-4);
    if (fabsf (original) < 0.05f)
      continue;
    /* Quick on the way down, slow on the way up, never at once. */
    g_assert_cmpfloat (fabsf (x / original - gain), <, 0.1);
    gain = x / original;
  }
  for (guint i = 0; i < in->len; i += 7)
    vox_limiter_run (
        limiter, &g_array_index (in, gfloat, i), MIN (7, in->len - i), chunked);
  vox_limiter_run (limiter, NULL, 0, chunked);
  assert_equal (out, chunked);
}

static void
test_the_limiter_gives_short_streams_back (void)
{
  static const gfloat samples[] = { 0.5f, -0.25f, 0.125f };
  g_autoptr (VoxLimiter) limiter = vox_limiter_new (16000);

  for (guint n = 0; n <= 3; n++) {
    g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gfloat));

    vox_limiter_run (limiter, samples, n, out);
    vox_limiter_run (limiter, NULL, 0, out);
    g_assert_cmpmem (
        out->data, out->len * sizeof (gfloat), samples, n * sizeof (gfloat));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tts/unknown-speaker-lists-the-known",
      test_unknown_speaker_lists_the_known);
  g_test_add_func ("/tts/the-limiter-leaves-no-peak-and-no-jump",
      test_the_limiter_leaves_no_peak_and_no_jump);
  g_test_add_func ("/tts/the-limiter-gives-short-streams-back",
      test_the_limiter_gives_short_streams_back);
  if (vox_tts_speakers ()[0] == NULL)
    return g_test_run ();
  g_test_add_func ("/tts/values-out-of-range-are-refused",
      test_values_out_of_range_are_refused);
  g_test_add_func ("/tts/every-speaker-speaks", test_every_speaker_speaks);
  g_test_add_func ("/tts/duration-is-what-speaking-gives",
      test_duration_is_what_speaking_gives);
  g_test_add_func ("/tts/speed-scales-time", test_speed_scales_time);
  g_test_add_func ("/tts/pause-scale-changes-pauses-only",
      test_pause_scale_changes_pauses_only);
  g_test_add_func ("/tts/samples-depend-on-the-text-only",
      test_samples_depend_on_the_text_only);
  g_test_add_func ("/tts/an-utterance-leaves-nothing-behind",
      test_an_utterance_leaves_nothing_behind);
  g_test_add_func ("/tts/figures-are-spelt-out", test_figures_are_spelt_out);
  g_test_add_func ("/tts/phonemes-and-lexicon-say-the-same",
      test_phonemes_and_lexicon_say_the_same);
  g_test_add_func ("/tts/the-listener-can-stop", test_the_listener_can_stop);
  g_test_add_func ("/tts/long-text-comes-in-short-chunks",
      test_long_text_comes_in_short_chunks);
  g_test_add_func ("/tts/first-audio-does-not-wait-for-the-end-of-the-text",
      test_first_audio_does_not_wait_for_the_end_of_the_text);
  g_test_add_func ("/tts/pieces-of-a-text-are-joined-without-a-seam",
      test_pieces_of_a_text_are_joined_without_a_seam);
  g_test_add_func (
      "/tts/nothing-to-say-is-silence", test_nothing_to_say_is_silence);
  g_test_add_func ("/tts/odd-words-do-no-harm", test_odd_words_do_no_harm);
  return g_test_run ();
}
