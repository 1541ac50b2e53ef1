/* separate.c: the built-in separation engine. */
#include <math.h>
#include <string.h>

#include "separate/vox-separate.h"

#define RATE 16000

typedef struct
{
  guint rate;
  guint channels;
  VoxMode mode;
  guint stems;
  gsize chunk;
} Setup;

static const Setup mono = { RATE, 1, VOX_MODE_BALANCED, (1 << VOX_N_STEMS) - 1,
  4096 };

static VoxProcessor *
new_engine (const Setup *setup)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxSeparateParams params = { setup->rate, setup->channels, setup->mode,
    setup->stems };
  VoxProcessor *engine = vox_separate_new (device, &params, NULL);

  g_assert_nonnull (engine);
  return engine;
}

/* Pulls everything that is ready behind the @done frames of each stem. */
static gsize
pull_ready (VoxProcessor *engine, gfloat *const *stems, gsize done)
{
  const gsize ready = vox_processor_available (engine);
  gfloat *at[VOX_N_STEMS];

  for (guint i = 0; i < VOX_N_STEMS; i++)
    at[i] = stems[i] == NULL ? NULL : stems[i] + done * engine->channels;
  g_assert_true (vox_processor_pull (engine, at, ready, NULL));
  return done + ready;
}

/* Sends @n frames through @engine; all stems come back with exactly @n. */
static void
run_engine (VoxProcessor *engine, const gfloat *mix, gsize n, gsize chunk,
    gfloat **stems)
{
  gsize done = 0;

  for (guint i = 0; i < VOX_N_STEMS; i++)
    stems[i] = g_new0 (gfloat, n * engine->channels + 1);
  for (gsize at = 0; at < n; at += chunk) {
    const gsize taken = MIN (chunk, n - at);

    g_assert_true (
        vox_processor_push (engine, mix + at * engine->channels, taken, NULL));
    done = pull_ready (engine, stems, done);
    if (at + taken > engine->latency_frames)
      g_assert_cmpuint (done, >=, at + taken - engine->latency_frames);
  }
  g_assert_true (vox_processor_drain (engine, NULL));
  g_assert_true (vox_processor_drain (engine, NULL));
  done = pull_ready (engine, stems, done);
  g_assert_cmpuint (done, ==, n);
}

static void
separate (const Setup *setup, const gfloat *mix, gsize n, gfloat **stems)
{
  VoxProcessor *engine = new_engine (setup);

  run_engine (engine, mix, n, setup->chunk, stems);
  vox_processor_free (engine);
}

static void
free_stems (gfloat **stems)
{
  for (guint i = 0; i < VOX_N_STEMS; i++)
    g_free (stems[i]);
}

static gdouble
energy (const gfloat *x, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) x[i] * x[i];
  return sum;
}

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

/* Adds a voice: gliding, vibrating harmonics with two formants, in syllables of
 * 0.4 s. */
static void
add_voice (gfloat *x, gsize n, guint rate, gfloat level)
{
  gdouble phase = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / rate;
    const gdouble note = 220.0 * pow (2.0, floor (fmod (t, 3.2) / 0.4) / 8.0);
    const gdouble f0 = note * (1.0 + 0.03 * sin (2.0 * G_PI * 5.5 * t));
    const gdouble syllable = sin (G_PI * fmod (t, 0.4) / 0.4);
    gdouble y = 0.0;

    phase = fmod (phase + f0 / rate, 1.0);
    for (guint h = 1; h * f0 < 0.4 * rate && h <= 16; h++) {
      const gdouble a = (h * f0 - 600.0) / 300.0, b = (h * f0 - 1800.0) / 400.0;

      y += sin (2.0 * G_PI * h * phase)
          * (0.1 + exp (-a * a) + 0.6 * exp (-b * b));
    }
    x[i] += level * (gfloat) (syllable * y);
  }
}

/* Adds chords that change every 2 s, steady harmonics. */
static void
add_chords (gfloat *x, gsize n, guint rate, gfloat level)
{
  static const gdouble roots_hz[4] = { 130.81, 174.61, 196.0, 146.83 };
  static const gdouble ratios[3] = { 1.0, 1.25, 1.5 };

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / rate;
    const gdouble root = roots_hz[(guint) (t / 2.0) % 4];
    gdouble y = 0.0;

    for (guint k = 0; k < 3; k++) {
      for (guint h = 1; h <= 6; h++)
        y += sin (2.0 * G_PI * root * ratios[k] * h * t) / h;
    }
    x[i] += level * (gfloat) y;
  }
}

static void
add_noise (gfloat *x, gsize n, gfloat level, guint32 seed)
{
  for (gsize i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] += level * ((gfloat) (seed >> 8) / 8388608.0f - 1.0f);
  }
}

/* Adds short noise bursts twice a second. */
static void
add_clicks (gfloat *x, gsize n, guint rate, gfloat level)
{
  for (gsize i = rate / 4; i + rate / 100 < n; i += rate / 2)
    add_noise (x + i, rate / 100, level, (guint32) i);
}

static gfloat *
new_song (gsize n, guint rate)
{
  gfloat *song = g_new0 (gfloat, n);

  add_voice (song, n, rate, 0.15f);
  add_chords (song, n, rate, 0.03f);
  add_clicks (song, n, rate, 0.4f);
  return song;
}

static void
assert_adds_up (gfloat *const *stems, const gfloat *mix, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const gfloat four = stems[VOX_STEM_VOCALS][i] + stems[VOX_STEM_DRUMS][i]
        + stems[VOX_STEM_BASS][i] + stems[VOX_STEM_OTHER][i];
    const gfloat two =
        stems[VOX_STEM_VOCALS][i] + stems[VOX_STEM_ACCOMPANIMENT][i];

    g_assert_cmpfloat_with_epsilon (four, mix[i], 1e-5);
    g_assert_cmpfloat_with_epsilon (two, mix[i], 1e-5);
  }
}

static void
test_stems_add_up_to_the_mix (void)
{
  static const Setup setups[] = {
    { 8000, 1, VOX_MODE_FAST, 31, 1000 },
    { 11025, 2, VOX_MODE_BALANCED, 31, 5000 },
    { 16000, 8, VOX_MODE_FAST, 31, 4096 },
    { 44100, 2, VOX_MODE_BALANCED, 31, 4096 },
    { 48000, 2, VOX_MODE_QUALITY, 31, 4096 },
    { 192000, 1, VOX_MODE_BALANCED, 31, 65536 },
  };

  for (guint s = 0; s < G_N_ELEMENTS (setups); s++) {
    const gsize n = setups[s].rate * 5 / 2 + 17;
    const gsize samples = n * setups[s].channels;
    g_autofree gfloat *song = new_song (samples, setups[s].rate);
    gfloat *stems[VOX_N_STEMS];

    separate (&setups[s], song, n, stems);
    assert_adds_up (stems, song, samples);
    free_stems (stems);
  }
}

static void
test_chunking_does_not_change_output (void)
{
  static const gsize chunks[] = { 1, 997, 1535, 1536, 1537, RATE };
  const gsize n = 4 * RATE + 123;
  g_autofree gfloat *song = new_song (n, RATE);
  gfloat *whole[VOX_N_STEMS];
  Setup setup = mono;

  setup.chunk = n;
  separate (&setup, song, n, whole);
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
    gfloat *stems[VOX_N_STEMS];

    setup.chunk = chunks[i];
    separate (&setup, song, n, stems);
    for (guint k = 0; k < VOX_N_STEMS; k++)
      g_assert_cmpmem (
          stems[k], n * sizeof (gfloat), whole[k], n * sizeof (gfloat));
    free_stems (stems);
  }
  free_stems (whole);
}

static void
test_latency_is_within_the_promise_at_every_rate (void)
{
  static const guint rates[] = { 8000, 10000, 11025, 16000, 22050, 24000, 27500,
    32000, 44100, 48000, 88200, 96000, 192000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    for (VoxMode mode = VOX_MODE_FAST; mode <= VOX_MODE_QUALITY; mode++) {
      const Setup setup = { rates[i], 1, mode, 1, 1 };
      VoxProcessor *engine = new_engine (&setup);
      const gdouble latency_s = (gdouble) engine->latency_frames / engine->rate;

      g_assert_cmpfloat (latency_s, <=, mode == VOX_MODE_FAST ? 1.1 : 1.8);
      vox_processor_free (engine);
    }
  }
}

static void
test_reset_starts_a_new_stream (void)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n, RATE);
  g_autofree gfloat *noise = g_new0 (gfloat, n);
  VoxProcessor *engine = new_engine (&mono);
  gfloat *first[VOX_N_STEMS], *second[VOX_N_STEMS];

  run_engine (engine, song, n, 4096, first);
  vox_processor_reset (engine);
  add_noise (noise, n, 0.5f, 1);
  g_assert_true (vox_processor_push (engine, noise, n / 2, NULL));
  vox_processor_reset (engine);
  run_engine (engine, song, n, 4096, second);
  for (guint k = 0; k < VOX_N_STEMS; k++)
    g_assert_cmpmem (
        first[k], n * sizeof (gfloat), second[k], n * sizeof (gfloat));
  free_stems (first);
  free_stems (second);
  vox_processor_free (engine);
}

static void
test_any_length_comes_back_whole (void)
{
  static const gsize lengths[] = { 0, 1, 63, 1536, 1537, RATE / 10 };
  g_autofree gfloat *song = new_song (RATE, RATE);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    gfloat *stems[VOX_N_STEMS];

    separate (&mono, song, lengths[i], stems);
    assert_adds_up (stems, song, lengths[i]);
    free_stems (stems);
  }
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
test_bad_samples_count_as_silence (void)
{
  const gsize n = 2 * RATE;
  g_autofree gfloat *song = new_song (n, RATE);
  g_autofree gfloat *bad = g_memdup2 (song, n * sizeof (gfloat));
  gfloat *stems[VOX_N_STEMS];

  for (gsize i = 5000; i < 5100; i++) {
    bad[i] = i % 2 ? NAN : INFINITY;
    song[i] = 0.0f;
  }
  separate (&mono, bad, n, stems);
  assert_adds_up (stems, song, n);
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
test_unwanted_stems_change_nothing (void)
{
  const gsize n = 3 * RATE;
  g_autofree gfloat *song = new_song (n, RATE);
  gfloat *all[VOX_N_STEMS], *one[VOX_N_STEMS];

  separate (&mono, song, n, all);
  for (guint k = 0; k < VOX_N_STEMS; k++) {
    Setup setup = mono;

    setup.stems = 1u << k;
    separate (&setup, song, n, one);
    g_assert_cmpmem (one[k], n * sizeof (gfloat), all[k], n * sizeof (gfloat));
    free_stems (one);
  }
  free_stems (all);
}

static void
test_memory_does_not_grow_with_the_stream (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  VoxSeparateParams params = VOX_SEPARATE_PARAMS_DEFAULT;
  g_autofree gfloat *song = new_song (4 * RATE, RATE);
  gfloat *none[VOX_N_STEMS] = { NULL };
  VoxProcessor *engine;
  gsize before;

  params.rate = RATE;
  params.channels = 1;
  engine = vox_separate_new (device, &params, NULL);
  before = device->used_bytes;
  for (guint i = 0; i < 64; i++) {
    g_assert_true (vox_processor_push (engine, song + i * 1000, 1000, NULL));
    pull_ready (engine, none, 0);
  }
  g_assert_cmpuint (device->used_bytes, ==, before);
  vox_processor_free (engine);
  g_assert_cmpuint (device->used_bytes, ==, 0);
}

static void
test_formats_it_cannot_take_are_refused (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  static const VoxSeparateParams bad[] = {
    { 7999, 2, VOX_MODE_BALANCED, 31 },
    { 192001, 2, VOX_MODE_BALANCED, 31 },
    { 44100, 0, VOX_MODE_BALANCED, 31 },
    { 44100, 9, VOX_MODE_BALANCED, 31 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_separate_new (device, &bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_FORMAT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/separate/stems-add-up-to-the-mix", test_stems_add_up_to_the_mix);
  g_test_add_func ("/separate/chunking-does-not-change-output",
      test_chunking_does_not_change_output);
  g_test_add_func ("/separate/latency-is-within-the-promise-at-every-rate",
      test_latency_is_within_the_promise_at_every_rate);
  g_test_add_func (
      "/separate/reset-starts-a-new-stream", test_reset_starts_a_new_stream);
  g_test_add_func ("/separate/any-length-comes-back-whole",
      test_any_length_comes_back_whole);
  g_test_add_func ("/separate/silence-stays-silent", test_silence_stays_silent);
  g_test_add_func ("/separate/bad-samples-count-as-silence",
      test_bad_samples_count_as_silence);
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
  g_test_add_func ("/separate/unwanted-stems-change-nothing",
      test_unwanted_stems_change_nothing);
  g_test_add_func ("/separate/memory-does-not-grow-with-the-stream",
      test_memory_does_not_grow_with_the_stream);
  g_test_add_func ("/separate/formats-it-cannot-take-are-refused",
      test_formats_it_cannot_take_are_refused);
  return g_test_run ();
}
