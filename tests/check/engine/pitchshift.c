/* pitchshift.c: what the pitch shift engine promises as a processor. */
#include "pitchshift-signal.h"

static void
test_unity_is_transparent (void)
{
  const gsize n = SECOND / 2;
  g_autofree gfloat *in = make_noise (n, 2, 0.9);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    for (guint mode = VOX_MODE_FAST; mode <= VOX_MODE_CUSTOM; mode++) {
      Setup setup = setup_for (all_contents[c], mode, 0.0);
      g_autofree gfloat *out = NULL;

      setup.params.channels = 2;
      setup.params.formant = VOX_FORMANT_PRESERVE;
      out = run_engine (&setup, in, n);
      g_assert_cmpmem (
          in, 2 * n * sizeof (gfloat), out, 2 * n * sizeof (gfloat));
    }
  }
}

/* Before the knob leaves 0 and after it came back, nothing is touched. */
static void
test_unity_is_transparent_around_a_change (void)
{
  static const Change changes[] = { { 24000, 5.0 }, { 48000, 0.0 } };
  const gsize n = 2 * SECOND, settled = 48000 + RATE / 10;
  g_autofree gfloat *in = make_noise (n, 1, 0.5);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 0.0);
    g_autofree gfloat *out = NULL;

    setup.changes = changes;
    setup.n_changes = G_N_ELEMENTS (changes);
    out = run_engine (&setup, in, n);
    g_assert_cmpmem (in, 24000 * sizeof (gfloat), out, 24000 * sizeof (gfloat));
    g_assert_cmpmem (in + settled, (n - settled) * sizeof (gfloat),
        out + settled, (n - settled) * sizeof (gfloat));
    g_assert_cmpint (memcmp (in + 30000, out + 30000, 4000), !=, 0);
  }
}

static void
test_chunking_does_not_change_output (void)
{
  static const gsize chunks[] = { 61, 2047, 2048, 2049, SECOND };
  static const Change changes[] = { { 10000, 3.0 }, { 10500, -5.0 },
    { 30000, 0.0 } };
  const gsize n = SECOND;
  g_autofree gfloat *in = make_mixed (n);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 4.0);
    g_autofree gfloat *whole = NULL;

    setup.params.formant = VOX_FORMANT_PRESERVE;
    setup.changes = changes;
    setup.n_changes = G_N_ELEMENTS (changes);
    whole = run_engine (&setup, in, n);
    for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
      g_autofree gfloat *out = NULL;

      setup.chunk = chunks[i];
      out = run_engine (&setup, in, n);
      g_assert_cmpmem (whole, n * sizeof (gfloat), out, n * sizeof (gfloat));
    }
  }
}

static void
test_single_frames_do_not_change_output (void)
{
  const gsize n = 6000;
  Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_FAST, 4.0);
  g_autofree gfloat *in = make_mixed (n);
  g_autofree gfloat *whole = run_engine (&setup, in, n);
  g_autofree gfloat *out = NULL;

  setup.chunk = 1;
  out = run_engine (&setup, in, n);
  g_assert_cmpmem (whole, n * sizeof (gfloat), out, n * sizeof (gfloat));
}

/* Frame k is there once frame k + latency has been pushed, for every ratio and
 * however it moves. */
static void
test_latency_holds (void)
{
  static const gdouble semitones[] = { -24.0, 0.0, 24.0 };
  const gsize n = SECOND / 2;
  g_autofree gfloat *in = make_noise (n, 1, 0.3);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    guint64 latency = 0;

    for (guint s = 0; s < G_N_ELEMENTS (semitones); s++) {
      const Setup setup =
          setup_for (all_contents[c], VOX_MODE_FAST, semitones[s]);
      g_autoptr (VoxProcessor) engine = new_engine (&setup);

      if (s > 0)
        g_assert_cmpuint (engine->latency_frames, ==, latency);
      latency = engine->latency_frames;
      for (gsize at = 0; at + 100 <= n; at += 100) {
        vox_pitch_shift_set_semitones (
            engine, at / 100 % 30 < 15 ? semitones[s] : 0.0);
        g_assert_true (vox_processor_push (engine, in + at, 100, NULL));
        g_assert_cmpuint (vox_processor_available (engine) + latency, >=,
            engine->pushed_frames);
      }
    }
  }
}

/* The frames that have come out do not depend on what is pushed later. */
static void
test_output_needs_no_more_than_the_latency (void)
{
  const gsize n = SECOND / 2, cut = n / 2;
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, -12.0);
  g_autoptr (VoxProcessor) engine = new_engine (&setup);
  const gsize known = cut - engine->latency_frames;
  g_autofree gfloat *in = make_noise (n, 1, 0.3);
  g_autofree gfloat *whole = run_engine (&setup, in, n);
  g_autofree gfloat *other = NULL;

  memset (in + cut, 0, (n - cut) * sizeof (gfloat));
  other = run_engine (&setup, in, n);
  g_assert_cmpmem (
      whole, known * sizeof (gfloat), other, known * sizeof (gfloat));
  g_assert_cmpint (memcmp (whole + cut, other + cut, 4000), !=, 0);
}

static void
test_equal_channels_stay_equal (void)
{
  const gsize n = SECOND;
  g_autofree gfloat *mono = make_mixed (n);
  g_autofree gfloat *in = g_new (gfloat, 2 * n);

  for (gsize i = 0; i < n; i++)
    in[2 * i] = in[2 * i + 1] = mono[i];
  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 4.0);
    g_autofree gfloat *out = NULL;

    setup.params.channels = 2;
    setup.params.formant = VOX_FORMANT_PRESERVE;
    out = run_engine (&setup, in, n);
    for (gsize i = 0; i < n; i++)
      g_assert_cmpfloat (out[2 * i], ==, out[2 * i + 1]);
  }
}

static void
test_any_signal_gives_sound_output (void)
{
  static const guint rates[] = { 8000, 44100, 192000 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    const gsize n = rates[r] / 10;

    for (guint kind = 0; kind < 5; kind++) {
      const guint channels = kind == 0 ? 8 : 1;
      const gsize length = kind == 4 ? 1 : n;
      Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_BALANCED, -7.0);
      g_autofree gfloat *in = make_noise (length, channels, 1.0);
      g_autofree gfloat *out = NULL;

      for (gsize i = 0; i < length * channels && kind > 0; i++)
        in[i] = kind == 1 ? 0.0f : kind == 2 ? 1.0f : i / 40 % 2 ? 1.0f : -1.0f;
      if (kind == 3)
        in[n / 2] = NAN;
      setup.params.rate = rates[r];
      setup.params.channels = channels;
      setup.params.formant = VOX_FORMANT_PRESERVE;
      out = run_engine (&setup, in, length);
      for (gsize i = 0; i < length * channels; i++) {
        g_assert_true (isfinite (out[i]));
        g_assert_cmpfloat (fabsf (out[i]), <, 8.0f);
        if (kind == 1)
          g_assert_cmpfloat (out[i], ==, 0.0f);
      }
    }
  }
}

static void
test_reset_begins_anew (void)
{
  const gsize n = 8000;
  const Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_FAST, 4.0);
  g_autoptr (VoxProcessor) engine = new_engine (&setup);
  g_autofree gfloat *in = make_mixed (n);
  g_autofree gfloat *out = g_new (gfloat, n);
  g_autofree gfloat *fresh = run_engine (&setup, in, n);
  gfloat *at = out;

  g_assert_true (vox_processor_push (engine, in, n / 2, NULL));
  vox_processor_reset (engine);
  g_assert_cmpuint (vox_processor_available (engine), ==, 0);
  g_assert_true (vox_processor_push (engine, in, n, NULL));
  g_assert_true (vox_processor_drain (engine, NULL));
  g_assert_cmpuint (vox_processor_available (engine), ==, n);
  g_assert_true (vox_processor_pull (engine, &at, n, NULL));
  g_assert_cmpmem (fresh, n * sizeof (gfloat), out, n * sizeof (gfloat));
}

static void
test_wrong_parameters_are_refused (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxPitchShiftParams right = VOX_PITCH_SHIFT_PARAMS_DEFAULT;
  VoxPitchShiftParams wrong[6] = { right, right, right, right, right, right };

  wrong[0].rate = 7999;
  wrong[1].channels = 9;
  wrong[2].semitones = 24.5;
  wrong[3].formant_semitones = -25.0;
  wrong[4].mode = VOX_MODE_CUSTOM;
  wrong[4].window_ms = 5.0;
  wrong[5].semitones = NAN;
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_pitch_shift_new (device, &wrong[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/pitchshift/unity-is-transparent", test_unity_is_transparent);
  g_test_add_func ("/pitchshift/unity-is-transparent-around-a-change",
      test_unity_is_transparent_around_a_change);
  g_test_add_func ("/pitchshift/chunking-does-not-change-output",
      test_chunking_does_not_change_output);
  g_test_add_func ("/pitchshift/single-frames-do-not-change-output",
      test_single_frames_do_not_change_output);
  g_test_add_func ("/pitchshift/latency-holds", test_latency_holds);
  g_test_add_func ("/pitchshift/output-needs-no-more-than-the-latency",
      test_output_needs_no_more_than_the_latency);
  g_test_add_func (
      "/pitchshift/equal-channels-stay-equal", test_equal_channels_stay_equal);
  g_test_add_func ("/pitchshift/any-signal-gives-sound-output",
      test_any_signal_gives_sound_output);
  g_test_add_func ("/pitchshift/reset-begins-anew", test_reset_begins_anew);
  g_test_add_func ("/pitchshift/wrong-parameters-are-refused",
      test_wrong_parameters_are_refused);
  return g_test_run ();
}
