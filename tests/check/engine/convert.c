/* convert.c: what conversion must do to a voice, and what it must never do. */
#include <string.h>

#include "convert/vox-convert.h"
#include "convert/vox-enroll-private.h"
#include "convert/vox-features.h"
#include "synthetic-voice.h"

#define RATE 16000
#define TRAIN_STEPS 150

static const SyntheticVoice low_speaker = { 0.92, 110.0, 0.75 };
static const SyntheticVoice high_speaker = { 1.12, 210.0, 0.3 };

typedef struct
{
  VoxDevice *device;
  VoxStream *stream;
  VoxVoice *low;
  VoxVoice *high;
  gfloat *source;
  gsize n_source;
} Fixture;

static VoxVoice *
enroll (VoxDevice *device, const SyntheticVoice *speaker)
{
  const VoxEnrollParams params = { .name = "test", .seed = 1 };
  g_autofree gfloat *samples = synthetic_voice (speaker, RATE, 10.0, 1);

  return vox_enroll_with_steps (
      device, samples, 10 * RATE, RATE, &params, TRAIN_STEPS, NULL);
}

static VoxConvertParams
live_params (void)
{
  VoxConvertParams params = VOX_CONVERT_PARAMS_DEFAULT;

  params.rate = RATE;
  params.lookahead_s = 0.0;
  return params;
}

static VoxProcessor *
new_convert (
    const Fixture *fixture, VoxVoice *voice, const VoxConvertParams *params)
{
  g_autoptr (GError) error = NULL;
  VoxProcessor *convert =
      vox_convert_new (fixture->device, voice, params, &error);

  g_assert_no_error (error);
  return convert;
}

/* Pulls what is there to the end of @out ([frames][channels]). */
static void
pull_all (VoxProcessor *convert, GArray *out)
{
  const gsize n = vox_processor_available (convert);
  const guint old = out->len;
  gfloat *outputs[1];

  g_array_set_size (out, old + (guint) n * convert->channels);
  outputs[0] = &g_array_index (out, gfloat, old);
  g_assert_true (vox_processor_pull (convert, outputs, n, NULL));
}

/* Converts everything in pushes of @chunk frames, checking the contract. */
static GArray *
run (VoxProcessor *convert, const gfloat *frames, gsize n, gsize chunk)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (gfloat));

  for (gsize at = 0; at < n; at += chunk) {
    const gsize count = MIN (chunk, n - at);

    g_assert_true (vox_processor_push (
        convert, frames + at * convert->channels, count, NULL));
    pull_all (convert, out);
    g_assert_cmpuint (convert->pulled_frames + convert->latency_frames, >=,
        convert->pushed_frames);
  }
  g_assert_true (vox_processor_drain (convert, NULL));
  pull_all (convert, out);
  g_assert_cmpuint (out->len, ==, n * convert->channels);
  for (guint i = 0; i < out->len; i++)
    g_assert_true (isfinite (g_array_index (out, gfloat, i)));
  return out;
}

static GArray *
convert_source (const Fixture *fixture, VoxVoice *voice,
    const VoxConvertParams *params, const gfloat *source, gsize n)
{
  g_autoptr (VoxProcessor) convert = new_convert (fixture, voice, params);

  return run (convert, source, n, 4096);
}

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

static gdouble
rms (const gfloat *x, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) (x[i] * x[i]);
  return sqrt (sum / (gdouble) n);
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
check_chunking (const Fixture *fixture, const VoxConvertParams *params)
{
  const gsize chunks[] = { 1 << 20, 480, 7, 1013 }, n = fixture->n_source / 2;
  g_autoptr (GArray) whole = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_autoptr (VoxProcessor) convert =
        new_convert (fixture, fixture->high, params);
    g_autoptr (GArray) out = run (convert, fixture->source, n, chunks[i]);

    if (whole == NULL)
      whole = g_array_ref (out);
    g_assert_cmpmem (out->data, out->len * sizeof (gfloat), whole->data,
        whole->len * sizeof (gfloat));
  }
}

static void
test_chunking_does_not_change_output (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  check_chunking (data, &params);
  params.mode = VOX_MODE_QUALITY;
  check_chunking (data, &params);
}

static void
test_chunking_does_not_change_output_with_look_ahead (gconstpointer data)
{
  VoxConvertParams params = live_params ();

  params.lookahead_s = 1.0;
  check_chunking (data, &params);
}

/* The longest wait for an output, with an input that comes by samples. */
static gint64
longest_wait (const Fixture *fixture, const VoxConvertParams *params,
    const gfloat *frames, gsize n)
{
  g_autoptr (VoxProcessor) convert =
      new_convert (fixture, fixture->high, params);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (gfloat));
  const guint64 latency = convert->latency_frames;
  gint64 longest = 0;

  for (gsize at = 0; at < n; at++) {
    g_assert_true (vox_processor_push (convert, frames + at, 1, NULL));
    pull_all (convert, out);
    longest = MAX (
        longest, (gint64) (convert->pushed_frames - convert->pulled_frames));
    g_assert_cmpuint (convert->latency_frames, ==, latency);
  }
  g_assert_cmpint (longest, <=, (gint64) latency);
  return longest;
}

/* The lowest voice that live conversion looks for takes longest; its latency
 * may be more than what turned out to be needed by one period. */
static void
test_live_latency_is_the_longest_wait (gconstpointer data)
{
  const SyntheticVoice deep_speaker = { 0.92, 80.0, 0.5 };
  const gsize n = 2 * RATE;
  g_autofree gfloat *deep = synthetic_voice (&deep_speaker, RATE, 2.0, 3);
  const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
    VOX_MODE_QUALITY };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    VoxConvertParams params = live_params ();
    g_autoptr (VoxProcessor) convert = NULL;

    params.mode = modes[i];
    convert = new_convert (data, ((const Fixture *) data)->high, &params);
    g_assert_cmpint (longest_wait (data, &params, deep, n), >,
        (gint64) convert->latency_frames
            - (gint64) (RATE / VOX_ENVELOPE_LIVE_MIN_HZ));
  }
}

/* What a conversation bears (fast, balanced) and what the network needs. */
static void
test_live_latency_is_short (gconstpointer data)
{
  const guint rates[] = { 8000, 16000, 44100, 48000, 192000 };
  const gdouble most_s[] = { 0.080, 0.080, 0.180 };

  for (guint mode = VOX_MODE_FAST; mode <= VOX_MODE_QUALITY; mode++)
    for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
      VoxConvertParams params = live_params ();
      g_autoptr (VoxProcessor) convert = NULL;

      params.rate = rates[i];
      params.mode = (VoxMode) mode;
      convert = new_convert (data, ((const Fixture *) data)->high, &params);
      g_assert_cmpfloat ((gdouble) convert->latency_frames, <=,
          most_s[mode - VOX_MODE_FAST] * rates[i]);
    }
}

static void
test_reset_begins_anew (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const gsize n = fixture->n_source / 3;
  g_autoptr (VoxProcessor) convert =
      new_convert (fixture, fixture->high, &params);
  g_autoptr (GArray) first = run (convert, fixture->source, n, 1000);
  g_autoptr (GArray) second = NULL;

  vox_processor_reset (convert);
  g_assert_cmpuint (vox_processor_available (convert), ==, 0);
  second = run (convert, fixture->source, n, 1000);
  g_assert_cmpmem (first->data, first->len * sizeof (gfloat), second->data,
      second->len * sizeof (gfloat));
}

static void
test_every_rate_and_channel_count_keeps_length (gconstpointer data)
{
  const Fixture *fixture = data;
  const guint rates[] = { 8000, 11025, 22050, 44100, 48000, 96000, 192000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    VoxConvertParams params = live_params ();
    const guint channels = i == 0 ? 8 : 1 + i % 2;
    g_autofree gfloat *mono = synthetic_voice (&low_speaker, rates[i], 0.7, 3);
    const gsize n = (gsize) (0.7 * rates[i]);
    g_autofree gfloat *frames = g_new (gfloat, n * channels);
    g_autoptr (VoxProcessor) convert = NULL;
    g_autoptr (GArray) out = NULL;

    for (gsize k = 0; k < n * channels; k++)
      frames[k] = mono[k / channels];
    params.rate = rates[i];
    params.channels = channels;
    params.lookahead_s = i % 2 == 0 ? 0.0 : 0.3;
    convert = new_convert (fixture, fixture->high, &params);
    out = run (convert, frames, n, 1000);
    g_assert_cmpfloat (rms ((gfloat *) out->data, out->len), >, 0.01);
  }
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
test_wishes_wait_for_their_frame (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const gsize n = fixture->n_source / 2, at = n / 2;
  g_autoptr (VoxProcessor) plain =
      new_convert (fixture, fixture->high, &params);
  g_autoptr (VoxProcessor) wishing =
      new_convert (fixture, fixture->high, &params);
  g_autoptr (GArray) a = run (plain, fixture->source, n, 999);
  g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (gfloat));
  const gsize margin = RATE / 20;

  g_assert_true (vox_processor_push (wishing, fixture->source, at, NULL));
  vox_convert_set_similarity (wishing, 0.0);
  g_assert_true (
      vox_processor_push (wishing, fixture->source + at, n - at, NULL));
  g_assert_true (vox_processor_drain (wishing, NULL));
  pull_all (wishing, b);
  /* A grain reaches a period or two around its place. */
  g_assert_cmpmem (a->data, (at - margin) * sizeof (gfloat), b->data,
      (at - margin) * sizeof (gfloat));
  g_assert_cmpint (memcmp (a->data, b->data, n * sizeof (gfloat)), !=, 0);
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

static void
test_non_finite_samples_do_no_harm (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const gsize n = RATE;
  g_autofree gfloat *x = g_memdup2 (fixture->source, n * sizeof (gfloat));
  g_autoptr (GArray) out = NULL;

  for (gsize i = 100; i < n; i += 997)
    x[i] = i % 3 == 0 ? NAN : INFINITY;
  out = convert_source (fixture, fixture->high, &params, x, n);
}

static void
test_tiny_inputs_come_back_whole (gconstpointer data)
{
  const Fixture *fixture = data;
  const gsize lengths[] = { 1, 79, 80, 81, 1600 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    VoxConvertParams params = live_params ();
    g_autoptr (GArray) live = NULL;
    g_autoptr (GArray) ahead = NULL;

    live = convert_source (
        fixture, fixture->high, &params, fixture->source, lengths[i]);
    params.lookahead_s = 30.0;
    ahead = convert_source (
        fixture, fixture->high, &params, fixture->source, lengths[i]);
  }
  {
    const VoxConvertParams params = live_params ();
    g_autoptr (VoxProcessor) convert =
        new_convert (fixture, fixture->high, &params);

    g_assert_true (vox_processor_drain (convert, NULL));
    g_assert_cmpuint (vox_processor_available (convert), ==, 0);
  }
}

static void
test_bad_parameters_are_refused (gconstpointer data)
{
  const Fixture *fixture = data;
  VoxConvertParams bad[6];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = live_params ();
  bad[0].rate = 4000;
  bad[1].channels = 0;
  bad[2].channels = 9;
  bad[3].pitch_shift = 30.0;
  bad[4].similarity = NAN;
  bad[5].lookahead_s = -1.0;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        vox_convert_new (fixture->device, fixture->high, &bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

static void
test_voice_without_tensors_is_refused (gconstpointer data)
{
  const Fixture *fixture = data;
  const VoxConvertParams params = live_params ();
  const VoxVoiceInfo info = { .name = (gchar *) "empty",
    .f0_median_hz = 100.0,
    .f0_low_hz = 80.0,
    .f0_high_hz = 120.0 };
  g_autoptr (VoxVoice) voice = vox_voice_new (&info);
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_convert_new (fixture->device, voice, &params, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  Fixture fixture;
  const struct
  {
    const gchar *name;
    GTestDataFunc function;
  } tests[] = {
    { "spectrum-moves-to-the-target", test_spectrum_moves_to_the_target },
    { "look-ahead-moves-the-spectrum-too",
        test_look_ahead_moves_the_spectrum_too },
    { "similarity-zero-keeps-the-timbre",
        test_similarity_zero_keeps_the_timbre },
    { "speech-takes-the-targets-median-f0",
        test_speech_takes_the_targets_median_f0 },
    { "singing-moves-by-whole-octaves", test_singing_moves_by_whole_octaves },
    { "user-shift-counts-in-semitones", test_user_shift_counts_in_semitones },
    { "chunking-does-not-change-output", test_chunking_does_not_change_output },
    { "chunking-does-not-change-output-with-look-ahead",
        test_chunking_does_not_change_output_with_look_ahead },
    { "live-latency-is-the-longest-wait",
        test_live_latency_is_the_longest_wait },
    { "live-latency-is-short", test_live_latency_is_short },
    { "reset-begins-anew", test_reset_begins_anew },
    { "every-rate-and-channel-count-keeps-length",
        test_every_rate_and_channel_count_keeps_length },
    { "panning-stays", test_panning_stays },
    { "another-voice-while-playing-does-not-click",
        test_another_voice_while_playing_does_not_click },
    { "wishes-wait-for-their-frame", test_wishes_wait_for_their_frame },
    { "silence-stays-silent", test_silence_stays_silent },
    { "other-signals-keep-their-level", test_other_signals_keep_their_level },
    { "non-finite-samples-do-no-harm", test_non_finite_samples_do_no_harm },
    { "tiny-inputs-come-back-whole", test_tiny_inputs_come_back_whole },
    { "bad-parameters-are-refused", test_bad_parameters_are_refused },
    { "voice-without-tensors-is-refused",
        test_voice_without_tensors_is_refused },
  };
  gint result;

  g_test_init (&argc, &argv, NULL);
  fixture.device = vox_device_open ("cpu", NULL);
  fixture.stream = vox_stream_new (fixture.device, NULL);
  fixture.low = enroll (fixture.device, &low_speaker);
  fixture.high = enroll (fixture.device, &high_speaker);
  fixture.n_source = 5 * RATE;
  fixture.source = synthetic_voice (&low_speaker, RATE, 5.0, 3);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strconcat ("/convert/", tests[i].name, NULL);

    g_test_add_data_func (path, &fixture, tests[i].function);
  }
  result = g_test_run ();
  g_free (fixture.source);
  vox_voice_unref (fixture.low);
  vox_voice_unref (fixture.high);
  vox_stream_free (fixture.stream);
  vox_device_unref (fixture.device);
  return result;
}
