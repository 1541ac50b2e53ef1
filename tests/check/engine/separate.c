/* separate.c: what the built-in separation engine promises as a processor. */
#include "separate-signal.h"

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
  g_test_add_func ("/separate/bad-samples-count-as-silence",
      test_bad_samples_count_as_silence);
  g_test_add_func ("/separate/unwanted-stems-change-nothing",
      test_unwanted_stems_change_nothing);
  g_test_add_func ("/separate/memory-does-not-grow-with-the-stream",
      test_memory_does_not_grow_with_the_stream);
  g_test_add_func ("/separate/formats-it-cannot-take-are-refused",
      test_formats_it_cannot_take_are_refused);
  return g_test_run ();
}
