/* convert.c: how conversion must treat its stream and its parameters, whatever
 * it does to the sound. */
#include <string.h>

#include "convert-rig.h"
#include "dsp/vox-envelope.h"

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
  const ConvertTest tests[] = {
    { "chunking-does-not-change-output", test_chunking_does_not_change_output },
    { "chunking-does-not-change-output-with-look-ahead",
        test_chunking_does_not_change_output_with_look_ahead },
    { "live-latency-is-the-longest-wait",
        test_live_latency_is_the_longest_wait },
    { "live-latency-is-short", test_live_latency_is_short },
    { "reset-begins-anew", test_reset_begins_anew },
    { "every-rate-and-channel-count-keeps-length",
        test_every_rate_and_channel_count_keeps_length },
    { "wishes-wait-for-their-frame", test_wishes_wait_for_their_frame },
    { "non-finite-samples-do-no-harm", test_non_finite_samples_do_no_harm },
    { "tiny-inputs-come-back-whole", test_tiny_inputs_come_back_whole },
    { "bad-parameters-are-refused", test_bad_parameters_are_refused },
    { "voice-without-tensors-is-refused",
        test_voice_without_tensors_is_refused },
  };

  return run_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
