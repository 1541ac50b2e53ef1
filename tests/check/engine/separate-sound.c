/* separate-sound.c: which sounds the built-in separation engine puts into which
 * stem. */
#include "separate-signal.h"

static gdouble
sdr_db (const gfloat *truth, const gfloat *estimate, gsize n)
{
  gdouble error = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble d = (gdouble) truth[i] - estimate[i];

    error += d * d;
  }
  return 10.0 * log10 (energy (truth, n) / error);
}

static void
test_silence_stays_silent (void)
{
  const gsize n = 2 * RATE;
  g_autofree gfloat *silence = g_new0 (gfloat, n);
  gfloat *stems[VOX_N_STEMS];

  separate (&mono, silence, n, stems);
  for (guint k = 0; k < VOX_N_STEMS; k++)
    g_assert_cmpfloat (energy (stems[k], n), ==, 0.0);
  free_stems (stems);
}

static void
test_constant_level_is_not_voice (void)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *dc = g_new0 (gfloat, n);
  gfloat *stems[VOX_N_STEMS];

  for (gsize i = 0; i < n; i++)
    dc[i] = 1.0f;
  separate (&mono, dc, n, stems);
  assert_adds_up (stems, dc, n);
  /* Away from the two edges, which are steps. */
  g_assert_cmpfloat (
      energy (stems[VOX_STEM_VOCALS] + RATE, RATE), <, 1e-4 * RATE);
  free_stems (stems);
}

static void
test_steady_tone_is_not_drums (void)
{
  const gsize n = 5 * RATE;
  g_autofree gfloat *tone = g_new0 (gfloat, n);
  gfloat *stems[VOX_N_STEMS];

  for (gsize i = 0; i < n; i++)
    tone[i] = 0.5f * (gfloat) sin (2.0 * G_PI * 700.0 * (gdouble) i / RATE);
  separate (&mono, tone, n, stems);
  g_assert_cmpfloat (energy (stems[VOX_STEM_DRUMS] + RATE, 3 * RATE), <,
      0.01 * energy (tone + RATE, 3 * RATE));
  g_assert_cmpfloat (energy (stems[VOX_STEM_OTHER] + RATE, 3 * RATE), >,
      0.9 * energy (tone + RATE, 3 * RATE));
  free_stems (stems);
}

static void
test_low_tone_is_bass (void)
{
  const gsize n = 5 * RATE;
  g_autofree gfloat *tone = g_new0 (gfloat, n);
  gfloat *stems[VOX_N_STEMS];

  for (gsize i = 0; i < n; i++)
    tone[i] = 0.5f * (gfloat) sin (2.0 * G_PI * 80.0 * (gdouble) i / RATE);
  separate (&mono, tone, n, stems);
  g_assert_cmpfloat (
      sdr_db (tone + RATE, stems[VOX_STEM_BASS] + RATE, 3 * RATE), >, 10.0);
  free_stems (stems);
}

static void
test_clicks_are_drums (void)
{
  const gsize n = 5 * RATE;
  g_autofree gfloat *clicks = g_new0 (gfloat, n);
  gfloat *stems[VOX_N_STEMS];
  gdouble drums;

  add_clicks (clicks, n, RATE, 0.5f);
  separate (&mono, clicks, n, stems);
  drums = energy (stems[VOX_STEM_DRUMS], n);
  g_assert_cmpfloat (drums, >, 0.5 * energy (clicks, n));
  g_assert_cmpfloat (drums, >, 4.0 * energy (stems[VOX_STEM_VOCALS], n));
  free_stems (stems);
}

/* The vocals must be nearer to the voice than the mix is, by this much. */
#define VOICE_GAIN_DB 6.0

static void
test_voice_comes_out_of_the_mix (void)
{
  static const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
    VOX_MODE_QUALITY };
  const gsize n = 8 * RATE;
  g_autofree gfloat *voice = g_new0 (gfloat, n);
  g_autofree gfloat *mix = NULL;

  add_voice (voice, n, RATE, 0.15f);
  mix = g_memdup2 (voice, n * sizeof (gfloat));
  add_chords (mix, n, RATE, 0.08f);
  add_clicks (mix, n, RATE, 0.4f);
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
    Setup setup = mono;
    gfloat *stems[VOX_N_STEMS];
    gdouble before_db, after_db;

    setup.mode = modes[m];
    separate (&setup, mix, n, stems);
    before_db = sdr_db (voice, mix, n);
    after_db = sdr_db (voice, stems[VOX_STEM_VOCALS], n);
    g_test_message ("mode %u: the mix has %.2f dB, the vocals %.2f dB",
        modes[m], before_db, after_db);
    g_assert_cmpfloat (after_db, >, before_db + VOICE_GAIN_DB);
    free_stems (stems);
  }
}

/* The voice is in the middle, the chords are on the left, the clicks on the
 * right. */
static gfloat *
new_stereo_song (const gfloat *voice, gsize n)
{
  g_autofree gfloat *chords = g_new0 (gfloat, n);
  g_autofree gfloat *clicks = g_new0 (gfloat, n);
  gfloat *song = g_new (gfloat, 2 * n);

  add_chords (chords, n, RATE, 0.08f);
  add_clicks (clicks, n, RATE, 0.4f);
  for (gsize i = 0; i < n; i++) {
    song[2 * i] = voice[i] + chords[i] + 0.2f * clicks[i];
    song[2 * i + 1] = voice[i] + 0.2f * chords[i] + clicks[i];
  }
  return song;
}

static void
test_place_between_the_channels_helps (void)
{
  const gsize n = 8 * RATE;
  g_autofree gfloat *voice = g_new0 (gfloat, n);
  g_autofree gfloat *both = g_new (gfloat, 2 * n);
  g_autofree gfloat *song = NULL;
  gdouble sdr[2];

  add_voice (voice, n, RATE, 0.15f);
  for (gsize i = 0; i < 2 * n; i++)
    both[i] = voice[i / 2];
  song = new_stereo_song (voice, n);
  for (guint m = 0; m < 2; m++) {
    Setup setup = mono;
    gfloat *stems[VOX_N_STEMS];

    setup.channels = 2;
    setup.mode = m == 0 ? VOX_MODE_FAST : VOX_MODE_BALANCED;
    separate (&setup, song, n, stems);
    assert_adds_up (stems, song, 2 * n);
    sdr[m] = sdr_db (both, stems[VOX_STEM_VOCALS], 2 * n);
    free_stems (stems);
  }
  g_test_message ("fast %.2f dB, balanced %.2f dB", sdr[0], sdr[1]);
  g_assert_cmpfloat (sdr[1], >, sdr[0] + 1.0);
}

static void
test_sounds_in_one_place_are_masked_as_mono (void)
{
  const gsize n = 6 * RATE;
  g_autofree gfloat *song = g_new0 (gfloat, n);
  g_autofree gfloat *both = g_new (gfloat, 2 * n);
  gfloat *one[VOX_N_STEMS], *two[VOX_N_STEMS];
  Setup setup = mono;

  add_voice (song, n, RATE, 0.15f);
  add_chords (song, n, RATE, 0.08f);
  for (gsize i = 0; i < 2 * n; i++)
    both[i] = song[i / 2];
  separate (&setup, song, n, one);
  setup.channels = 2;
  separate (&setup, both, n, two);
  for (gsize i = 0; i < 2 * n; i++)
    g_assert_cmpfloat_with_epsilon (
        two[VOX_STEM_VOCALS][i], one[VOX_STEM_VOCALS][i / 2], 1e-4f);
  free_stems (one);
  free_stems (two);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/separate/silence-stays-silent", test_silence_stays_silent);
  g_test_add_func ("/separate/constant-level-is-not-voice",
      test_constant_level_is_not_voice);
  g_test_add_func (
      "/separate/steady-tone-is-not-drums", test_steady_tone_is_not_drums);
  g_test_add_func ("/separate/low-tone-is-bass", test_low_tone_is_bass);
  g_test_add_func ("/separate/clicks-are-drums", test_clicks_are_drums);
  g_test_add_func (
      "/separate/voice-comes-out-of-the-mix", test_voice_comes_out_of_the_mix);
  g_test_add_func ("/separate/place-between-the-channels-helps",
      test_place_between_the_channels_helps);
  g_test_add_func ("/separate/sounds-in-one-place-are-masked-as-mono",
      test_sounds_in_one_place_are_masked_as_mono);
  return g_test_run ();
}
