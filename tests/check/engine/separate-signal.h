/* separate-signal.h: what the two test programs of the separation engine share:
 * running it, songs, and measures. */
#pragma once

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

static inline VoxProcessor *
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
static inline gsize
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
static inline void
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

static inline void
separate (const Setup *setup, const gfloat *mix, gsize n, gfloat **stems)
{
  VoxProcessor *engine = new_engine (setup);

  run_engine (engine, mix, n, setup->chunk, stems);
  vox_processor_free (engine);
}

static inline void
free_stems (gfloat **stems)
{
  for (guint i = 0; i < VOX_N_STEMS; i++)
    g_free (stems[i]);
}

static inline gdouble
energy (const gfloat *x, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (gdouble) x[i] * x[i];
  return sum;
}

/* Adds a voice: gliding, vibrating harmonics with two formants, in syllables of
 * 0.4 s. */
static inline void
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
static inline void
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

static inline void
add_noise (gfloat *x, gsize n, gfloat level, guint32 seed)
{
  for (gsize i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] += level * ((gfloat) (seed >> 8) / 8388608.0f - 1.0f);
  }
}

/* Adds short noise bursts twice a second. */
static inline void
add_clicks (gfloat *x, gsize n, guint rate, gfloat level)
{
  for (gsize i = rate / 4; i + rate / 100 < n; i += rate / 2)
    add_noise (x + i, rate / 100, level, (guint32) i);
}

static inline gfloat *
new_song (gsize n, guint rate)
{
  gfloat *song = g_new0 (gfloat, n);

  add_voice (song, n, rate, 0.15f);
  add_chords (song, n, rate, 0.03f);
  add_clicks (song, n, rate, 0.4f);
  return song;
}

static inline void
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
