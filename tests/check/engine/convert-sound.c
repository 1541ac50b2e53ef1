/* convert-sound.c: what conversion must do to the sound of a voice, and to what
 * is no voice. */
#include <string.h>

#include "convert-rig.h"
#include "convert/vox-features.h"

static GArray *
analyse (const Fixture *fixture, const gfloat *samples, gsize n)
{
  g_autoptr (VoxEnvelope) envelope = vox_envelope_new (
      fixture->stream, RATE, VOX_ENVELOPE_MIN_HZ, VOX_MODE_QUALITY, NULL);
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));

  g_assert_true (vox_envelope_push (envelope, samples, n, NULL));
  g_assert_true (vox_envelope_drain (envelope, NULL));
  g_assert_true (vox_envelope_take (envelope, frames, NULL, NULL));
  return frames;
}

/* Mean log spectrum of the voiced frames from @first on, without its level,
 * and the median F0. */
static gdouble
describe (
    const Fixture *fixture, const gfloat *samples, gsize n, gfloat *spectrum)
{
  g_autoptr (GArray) frames = analyse (fixture, samples, n);
  const gfloat level =
      vox_features_level ((VoxVoiceFrame *) frames->data, frames->len);
  guint counts[2000] = { 0 }, voiced = 0, sum = 0, hz = 0;
  gfloat mean = 0.0f;

  memset (spectrum, 0, VOX_MEL_POINTS * sizeof (gfloat));
  for (guint i = 0; i < frames->len; i++) {
    const VoxVoiceFrame *frame = &g_array_index (frames, VoxVoiceFrame, i);

    if (vox_features_kind (frame, level) != VOX_FRAME_VOICED)
      continue;
    counts[(guint) frame->f0_hz]++;
    voiced++;
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      spectrum[m] += frame->spectrum[m];
  }
  g_assert_cmpuint (voiced, >, 50);
  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    mean += spectrum[m] / VOX_MEL_POINTS;
  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    spectrum[m] = (spectrum[m] - mean) / (gfloat) voiced;
  while (2 * sum < voiced)
    sum += counts[hz++];
  return hz - 0.5;
}

static gdouble
spectrum_distance (const gfloat *a, const gfloat *b)
{
  gdouble sum = 0.0;

  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    sum += (gdouble) ((a[m] - b[m]) * (a[m] - b[m]));
  return sqrt (sum / VOX_MEL_POINTS);
}

/* How much of the distance between the speakers' long-term spectra is left. */
static gdouble
distance_left (const Fixture *fixture, const VoxConvertParams *params)
{
  g_autoptr (GArray) out = convert_source (
      fixture, fixture->high, params, fixture->source, fixture->n_source);
  g_autofree gfloat *target = synthetic_voice (&high_speaker, RATE, 8.0, 5);
  const gsize half = fixture->n_source / 2;
  gfloat before[VOX_MEL_POINTS], after[VOX_MEL_POINTS], goal[VOX_MEL_POINTS];

  /* The second half: live conversion has learnt by then. */
  describe (fixture, fixture->source + half, fixture->n_source - half, before);
  describe (
      fixture, (gfloat *) out->data + half, fixture->n_source - half, after);
  describe (fixture, target, 8 * RATE, goal);
  return spectrum_distance (after, goal) / spectrum_distance (before, goal);
}

static void
test_spectrum_moves_to_the_target (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  g_assert_cmpfloat (distance_left (data, &params), <, 0.5);
  params.mode = VOX_MODE_FAST;
  g_assert_cmpfloat (distance_left (data, &params), <, 0.5);
  params.mode = VOX_MODE_QUALITY;
  g_assert_cmpfloat (distance_left (data, &params), <, 0.5);
}

static void
test_look_ahead_moves_the_spectrum_too (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  params.lookahead_s = 5.0;
  g_assert_cmpfloat (distance_left (data, &params), <, 0.5);
}

static void
test_similarity_zero_keeps_the_timbre (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  params.similarity = 0.0;
  params.pitch_shift = 0.0;
  g_assert_cmpfloat (distance_left (data, &params), >, 0.9);
}

static gdouble
converted_f0 (const Fixture *fixture, const VoxConvertParams *params)
{
  g_autoptr (GArray) out = convert_source (
      fixture, fixture->high, params, fixture->source, fixture->n_source);
  const gsize quarter = fixture->n_source / 4;
  gfloat spectrum[VOX_MEL_POINTS];

  return describe (fixture, (gfloat *) out->data + quarter,
      fixture->n_source - quarter, spectrum);
}

static void
test_speech_takes_the_targets_median_f0 (gconstpointer data)
{
  const VoxConvertParams params = live_params ();

  g_assert_cmpfloat_with_epsilon (converted_f0 (data, &params), 210.0, 5.0);
}

static void
test_singing_moves_by_whole_octaves (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  /* 110 Hz for a voice that speaks at 210 Hz: one octave up. */
  params.content = VOX_CONVERT_SINGING;
  g_assert_cmpfloat_with_epsilon (converted_f0 (data, &params), 220.0, 5.0);
}

static void
test_user_shift_counts_in_semitones (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  params.content = VOX_CONVERT_SINGING;
  params.pitch_shift = 7.0;
  g_assert_cmpfloat_with_epsilon (
      converted_f0 (data, &params), 110.0 * exp2 (7.0 / 12.0), 5.0);
}

static void
test_panning_stays (gconstpointer data)
{
  const Fixture *fixture = data;
  VoxConvertParams params = live_params ();
  const gsize n = fixture->n_source / 4;
  g_autofree gfloat *frames = g_new (gfloat, 2 * n);
  g_autoptr (GArray) out = NULL;

  for (gsize i = 0; i < n; i++) {
    frames[2 * i] = fixture->source[i];
    frames[2 * i + 1] = 0.25f * fixture->source[i];
  }
  params.channels = 2;
  out = convert_source (fixture, fixture->high, &params, frames, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (0.25f * g_array_index (out, gfloat, 2 * i),
        g_array_index (out, gfloat, 2 * i + 1), 1e-5);
}

static gfloat
largest_bend (const gfloat *x, gsize n)
{
  gfloat largest = 0.0f;

  for (gsize i = 2; i < n; i++)
    largest = MAX (largest, fabsf (x[i] - 2.0f * x[i - 1] + x[i - 2]));
  return largest;
}

/* Two steady harmonics: whatever clicks stands out in the second difference. */
static void
test_another_voice_while_playing_does_not_click (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const gsize n = 6 * RATE, half = n / 2;
  g_autofree gfloat *tone = g_new (gfloat, n);
  g_autoptr (VoxProcessor) convert =
      new_convert (fixture, fixture->high, &params);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gfloat));
  const gfloat *y;
  gfloat steady;

  for (gsize i = 0; i < n; i++)
    tone[i] = (gfloat) (0.2 * sin (2.0 * G_PI * 150.0 * i / RATE)
        + 0.1 * sin (2.0 * G_PI * 300.0 * i / RATE));
  g_assert_true (vox_processor_push (convert, tone, half, NULL));
  g_assert_true (vox_convert_set_voice (convert, fixture->low, NULL));
  vox_convert_set_pitch_shift (convert, -3.0);
  vox_convert_set_similarity (convert, 0.5);
  g_assert_true (vox_processor_push (convert, tone + half, n - half, NULL));
  g_assert_true (vox_processor_drain (convert, NULL));
  pull_all (convert, out);
  g_assert_cmpuint (out->len, ==, n);
  y = (const gfloat *) out->data;
  /* Learning has settled in the second before the switch; from there on and
   * a second after it, everything is crossfades. */
  steady = MAX (largest_bend (y + half - RATE / 2, RATE / 2 - 200),
      largest_bend (y + n - RATE, RATE - 800));
  g_assert_cmpfloat (steady, >, 0.0f);
  g_assert_cmpfloat (largest_bend (y + half - 200, 2 * RATE), <, 2.0f * steady);
  /* And the wish came true: before the switch nothing changed, after it the
   * pitch is lower. */
  {
    gfloat spectrum[VOX_MEL_POINTS];

    g_assert_cmpfloat_with_epsilon (
        describe (fixture, y + n - 2 * RATE, 2 * RATE, spectrum),
        150.0 * exp2 (-3.0 / 12.0), 3.0);
  }
}

static void
test_silence_stays_silent (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  g_autofree gfloat *silence = g_new0 (gfloat, 2 * RATE);
  g_autoptr (GArray) out =
      convert_source (fixture, fixture->high, &params, silence, 2 * RATE);

  for (guint i = 0; i < out->len; i++)
    g_assert_cmpfloat (g_array_index (out, gfloat, i), ==, 0.0f);
}

/* Not voices, but they come: noise and a square wave (which has a pitch) keep
 * their level; a chord and direct current at least do not become loud. */
static void
test_other_signals_keep_their_level (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const gsize n = 4 * RATE;
  guint32 state = 1;

  for (guint kind = 0; kind < 4; kind++) {
    g_autofree gfloat *x = g_new (gfloat, n);
    g_autoptr (GArray) out = NULL;
    gdouble change;

    for (gsize i = 0; i < n; i++) {
      const gdouble t = (gdouble) i / RATE;
      const gdouble chord =
          sin (1300.0 * t) + sin (1950.0 * t) + sin (2600.0 * t);
      const gdouble values[] = { 0.3 * synthetic_noise (&state),
        fmod (t * 200.0, 1.0) < 0.5 ? 1.0 : -1.0, 0.1 * chord, 0.5 };

      x[i] = (gfloat) values[kind];
    }
    out = convert_source (fixture, fixture->high, &params, x, n);
    change = 20.0
        * log10 (
            rms ((gfloat *) out->data + n / 2, n / 2) / rms (x + n / 2, n / 2));
    g_assert_cmpfloat (change, <, 6.0);
    if (kind < 2)
      g_assert_cmpfloat (change, >, -6.0);
  }
}

/* Adds noise of constant level to @x. */
static void
add_noise (gfloat *x, gsize n, gfloat level)
{
  guint32 state = 7;

  for (gsize i = 0; i < n; i++)
    x[i] += level * (gfloat) synthetic_noise (&state);
}

/* Level of a stretch of the output over that of the input, dB. */
static gdouble
level_change (const GArray *out, const gfloat *in, gsize first, gsize n)
{
  return 20.0
      * log10 (rms ((gfloat *) out->data + first, n) / rms (in + first, n));
}

static void
test_the_voice_keeps_its_loudness (gconstpointer data)
{
  const Fixture *fixture = data;
  VoxConvertParams params = live_params ();
  const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
    VOX_MODE_QUALITY };

  params.lookahead_s = 5.0;
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_autoptr (GArray) out = NULL;

    params.mode = modes[i];
    out = convert_source (
        fixture, fixture->high, &params, fixture->source, fixture->n_source);
    g_assert_cmpfloat_with_epsilon (
        level_change (out, fixture->source, 0, fixture->n_source), 0.0, 1.5);
  }
}

/* A singer has few unvoiced sounds, so little tells how loud a fricative may
 * become; it must not burst out. */
static void
test_a_single_fricative_does_not_burst (gconstpointer data)
{
  const Fixture *fixture = data;
  VoxConvertParams params = live_params ();
  const gsize n = 4 * RATE, start = 2 * RATE, length = RATE / 8;
  g_autofree gfloat *x = g_new (gfloat, n);
  g_autoptr (GArray) out = NULL;

  for (gsize i = 0; i < n; i++)
    x[i] = (gfloat) (0.2 * sin (2.0 * G_PI * 150.0 * i / RATE)
        + 0.1 * sin (2.0 * G_PI * 300.0 * i / RATE));
  memset (x + start, 0, length * sizeof (gfloat));
  add_noise (x + start, length, 0.1f);
  params.lookahead_s = 5.0;
  out = convert_source (fixture, fixture->high, &params, x, n);
  g_assert_cmpfloat (
      level_change (out, x, start + length / 4, length / 2), <, 4.0);
}

/* The target's long-term spectrum belongs to its voice, not to the room of the
 * source. */
static void
test_noise_between_words_is_not_raised (gconstpointer data)
{
  const Fixture *fixture = data;
  VoxConvertParams params = live_params ();
  const gsize n = fixture->n_source + RATE;
  g_autofree gfloat *x = g_new0 (gfloat, n);
  g_autoptr (GArray) out = NULL;

  memcpy (x, fixture->source, fixture->n_source * sizeof (gfloat));
  add_noise (x, n, 3e-4f);
  params.lookahead_s = 5.0;
  out = convert_source (fixture, fixture->high, &params, x, n);
  g_assert_cmpfloat (
      level_change (out, x, fixture->n_source + RATE / 4, RATE / 2), <, 1.0);
}

int
main (int argc, char **argv)
{
  const ConvertTest tests[] = {
    { "spectrum-moves-to-the-target", test_spectrum_moves_to_the_target },
    { "look-ahead-moves-the-spectrum-too",
        test_look_ahead_moves_the_spectrum_too },
    { "similarity-zero-keeps-the-timbre",
        test_similarity_zero_keeps_the_timbre },
    { "speech-takes-the-targets-median-f0",
        test_speech_takes_the_targets_median_f0 },
    { "singing-moves-by-whole-octaves", test_singing_moves_by_whole_octaves },
    { "user-shift-counts-in-semitones", test_user_shift_counts_in_semitones },
    { "panning-stays", test_panning_stays },
    { "another-voice-while-playing-does-not-click",
        test_another_voice_while_playing_does_not_click },
    { "silence-stays-silent", test_silence_stays_silent },
    { "other-signals-keep-their-level", test_other_signals_keep_their_level },
    { "the-voice-keeps-its-loudness", test_the_voice_keeps_its_loudness },
    { "a-single-fricative-does-not-burst",
        test_a_single_fricative_does_not_burst },
    { "noise-between-words-is-not-raised",
        test_noise_between_words_is_not_raised },
  };

  return run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
