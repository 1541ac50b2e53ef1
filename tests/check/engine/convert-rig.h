/* convert-rig.h: two synthetic speakers, both enrolled, and a source, for the
 * test programs of conversion. */
#pragma once

#include "convert/vox-convert.h"
#include "convert/vox-enroll-private.h"
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

static inline VoxVoice *
enroll (VoxDevice *device, const SyntheticVoice *speaker)
{
  const VoxEnrollParams params = { .name = "test", .seed = 1 };
  g_autofree gfloat *samples = synthetic_voice (speaker, RATE, 10.0, 1);

  return vox_enroll_with_steps (
      device, samples, 10 * RATE, RATE, &params, TRAIN_STEPS, NULL);
}

static inline VoxConvertParams
live_params (void)
{
  VoxConvertParams params = VOX_CONVERT_PARAMS_DEFAULT;

  params.rate = RATE;
  params.lookahead_s = 0.0;
  return params;
}

static inline VoxProcessor *
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
static inline void
pull_all (VoxProcessor *convert, GArray *out)
{
  const gsize n = vox_processor_available (convert);
  const guint old = out->len;
  gfloat *outputs[1];

  if (n == 0)
    return;
  g_array_set_size (out, old + (guint) n * convert->channels);
  outputs[0] = &g_array_index (out, gfloat, old);
  g_assert_true (vox_processor_pull (convert, outputs, n, NULL));
}

/* Converts everything in pushes of @chunk frames, checking the contract. */
static inline GArray *
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

static inline GArray *
convert_source (const Fixture *fixture, VoxVoice *voice,
    const VoxConvertParams *params, const gfloat *source, gsize n)
{
  g_autoptr (VoxProcessor) convert = new_convert (fixture, voice, params);

  return run (convert, source, n, 4096);
}

static inline gdouble
rms (const gfloat *x, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) (x[i] * x[i]);
  return sqrt (sum / (gdouble) n);
}

typedef struct
{
  const gchar *name;
  GTestDataFunc function;
} ConvertTest;

/* Makes the fixture, runs @tests with it and returns the exit status. */
static inline gint
run_tests (gint argc, gchar **argv, const ConvertTest *tests, guint n_tests)
{
  Fixture fixture;
  gint result;

  g_test_init (&argc, &argv, NULL);
  fixture.device = vox_device_open ("cpu", NULL);
  fixture.stream = vox_stream_new (fixture.device, NULL);
  fixture.low = enroll (fixture.device, &low_speaker);
  fixture.high = enroll (fixture.device, &high_speaker);
  fixture.n_source = 5 * RATE;
  fixture.source = synthetic_voice (&low_speaker, RATE, 5.0, 3);
  for (guint i = 0; i < n_tests; i++) {
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
