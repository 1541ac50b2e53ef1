/* pitchshift-signal.h: what the two test programs of the pitch shifter share:
 * running an engine, signals, and measures of tones. */
#pragma once

#include <math.h>
#include <string.h>

#include "pitchshift/vox-pitch-shift.h"

#define RATE 48000
#define SECOND RATE

/* A change of parameters when a number of frames has been pushed. */
typedef struct
{
  gsize time;
  gdouble semitones;
} Change;

typedef struct
{
  VoxPitchShiftParams params;
  gsize chunk;
  const Change *changes;
  guint n_changes;
} Setup;

static inline Setup
setup_for (VoxContent content, VoxMode mode, gdouble semitones)
{
  Setup setup = { .params = VOX_PITCH_SHIFT_PARAMS_DEFAULT, .chunk = 4096 };

  setup.params.rate = RATE;
  setup.params.content = content;
  setup.params.mode = mode;
  setup.params.semitones = semitones;
  setup.params.formant = VOX_FORMANT_SHIFT;
  return setup;
}

static inline VoxProcessor *
new_engine (const Setup *setup)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  VoxProcessor *engine = vox_pitch_shift_new (device, &setup->params, NULL);

  g_assert_nonnull (engine);
  return engine;
}

/* Pushes @n frames in chunks (cut at changes), pulling what is ready; checks
 * that exactly @n come out. */
static inline gfloat *
run_engine (const Setup *setup, const gfloat *in, gsize n)
{
  g_autoptr (VoxProcessor) engine = new_engine (setup);
  const guint channels = engine->channels;
  gfloat *out = g_new0 (gfloat, n * channels + 1);
  gsize pushed = 0, pulled = 0;
  guint change = 0;

  while (TRUE) {
    gsize take = MIN (setup->chunk, n - pushed);
    gfloat *at = out + pulled * channels;
    gsize ready;

    if (change < setup->n_changes) {
      if (setup->changes[change].time == pushed)
        vox_pitch_shift_set_semitones (
            engine, setup->changes[change++].semitones);
      if (change < setup->n_changes)
        take = MIN (take, setup->changes[change].time - pushed);
    }
    if (take == 0)
      g_assert_true (vox_processor_drain (engine, NULL));
    else
      g_assert_true (
          vox_processor_push (engine, in + pushed * channels, take, NULL));
    pushed += take;
    ready = vox_processor_available (engine);
    g_assert_cmpuint (pulled + ready, <=, n);
    g_assert_true (vox_processor_pull (engine, &at, ready, NULL));
    pulled += ready;
    if (take == 0)
      break;
  }
  g_assert_cmpuint (pulled, ==, n);
  return out;
}

static inline gfloat *
make_tone (gdouble hz, gsize n)
{
  gfloat *x = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (gfloat) (0.5 * cos (2.0 * G_PI * hz * (gdouble) i / RATE));
  return x;
}

/* White noise of the same seed each time; @channels different ones. */
static inline gfloat *
make_noise (gsize n, guint channels, gdouble level)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);
  gfloat *x = g_new (gfloat, n * channels);

  for (gsize i = 0; i < n * channels; i++)
    x[i] = (gfloat) (level * g_rand_double_range (rand, -1.0, 1.0));
  return x;
}

/* Response of a vowel with two formants. */
static inline gdouble
vowel_level (gdouble hz)
{
  static const gdouble formants[2][2] = { { 700.0, 120.0 }, { 1800.0, 180.0 } };
  gdouble level = 1.0;

  for (guint i = 0; i < 2; i++) {
    const gdouble f = formants[i][0], b = formants[i][1];

    level *= f * f / hypot (f * f - hz * hz, b * hz);
  }
  return level;
}

static inline gfloat *
make_vowel (gdouble f0_hz, gsize n)
{
  gfloat *x = g_new0 (gfloat, n);

  for (guint k = 1; k * f0_hz < 5000.0; k++)
    for (gsize i = 0; i < n; i++)
      x[i] += (gfloat) (0.02 * vowel_level (k * f0_hz)
          * cos (2.0 * G_PI * k * f0_hz * (gdouble) i / RATE));
  return x;
}

/* Amplitude and phase of @x at @hz, under a Hann window over @n frames. */
static inline gdouble
amplitude_at (const gfloat *x, gsize n, gdouble hz, gdouble *phase)
{
  gdouble re = 0.0, im = 0.0, sum = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble w = 0.5 - 0.5 * cos (2.0 * G_PI * (gdouble) i / (gdouble) n);
    const gdouble angle = 2.0 * G_PI * hz * (gdouble) i / RATE;

    sum += w;
    re += w * x[i] * cos (angle);
    im -= w * x[i] * sin (angle);
  }
  if (phase != NULL)
    *phase = atan2 (im, re);
  return 2.0 * hypot (re, im) / sum;
}

/* The frequency near @hz, from the phases of two halves of @x. */
static inline gdouble
frequency_near (const gfloat *x, gsize n, gdouble hz)
{
  const gdouble expected = 2.0 * G_PI * hz * (gdouble) (n / 2) / RATE;
  gdouble first, second, more;

  amplitude_at (x, n / 2, hz, &first);
  amplitude_at (x + n / 2, n / 2, hz, &second);
  more = second - first - expected;
  more -= 2.0 * G_PI * rint (more / (2.0 * G_PI));
  return hz + more * RATE / (2.0 * G_PI * (gdouble) (n / 2));
}

/* Power of the tone at @hz over that of everything else, in dB. */
static inline gdouble
tone_snr_db (const gfloat *x, gsize n, gdouble hz)
{
  gdouble phase, tone = 0.0, rest = 0.0;
  const gdouble amplitude = amplitude_at (x, n, hz, &phase);

  for (gsize i = 0; i < n; i++) {
    const gdouble w = 0.5 - 0.5 * cos (2.0 * G_PI * (gdouble) i / (gdouble) n);
    const gdouble t =
        amplitude * cos (2.0 * G_PI * hz * (gdouble) i / RATE + phase);

    tone += w * t * t;
    rest += w * (x[i] - t) * (x[i] - t);
  }
  return 10.0 * log10 (tone / rest);
}

static const VoxContent all_contents[] = { VOX_CONTENT_AUTO, VOX_CONTENT_VOICE,
  VOX_CONTENT_MUSIC };

/* A vowel, then noise: auto changes its mind between them. */
static inline gfloat *
make_mixed (gsize n)
{
  g_autofree gfloat *vowel = make_vowel (150.0, n / 2);
  gfloat *x = make_noise (n, 1, 0.2);

  memcpy (x, vowel, n / 2 * sizeof (gfloat));
  return x;
}
