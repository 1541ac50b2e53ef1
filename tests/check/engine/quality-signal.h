/* quality-signal.h: signals for the tests of the quality meter; the first two
 * are also made by tests/golden/make-quality.py. */
#pragma once

#include <math.h>
#include <string.h>

#include "quality/vox-quality.h"

#define SIGNAL_SECONDS 4

/* Uniform in -1 to 1, the generator of Numerical Recipes. */
static inline gdouble
signal_noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state / 2147483648.0 - 1.0;
}

/* Syllables of a gliding voice with hiss between them. */
static inline gfloat *
signal_speech (guint rate, gsize *n)
{
  guint32 hiss_state = 1, floor_state = 2;
  gfloat *out;

  *n = (gsize) rate * SIGNAL_SECONDS;
  out = g_new (gfloat, *n);
  for (gsize i = 0; i < *n; i++) {
    const gdouble t = (gdouble) i / rate;
    const gdouble syllable = sin (2.0 * G_PI * 3.1 * t);
    const gdouble phase = 2.0 * G_PI * 120.0
        * (t - 0.1 * cos (2.0 * G_PI * 0.7 * t) / (2.0 * G_PI * 0.7));
    const gdouble hiss = pow (MAX (0.0, -syllable), 4.0);
    gdouble voice = 0.0;

    for (guint h = 1; h <= 20; h++)
      voice += sin (h * phase) / h;
    out[i] = (gfloat) (0.2 * MAX (0.0, syllable) * voice
        + 0.05 * hiss * signal_noise (&hiss_state)
        + 1e-4 * signal_noise (&floor_state));
  }
  return out;
}

/* @kind is "noise", "clip" or "smooth". */
static inline gfloat *
signal_degraded (const gfloat *clean, gsize n, const gchar *kind)
{
  gfloat *out = g_new (gfloat, n);
  guint32 state = 3;
  gdouble low = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble x = (gdouble) clean[i];

    if (g_str_equal (kind, "noise")) {
      out[i] = (gfloat) (x + 0.1 * signal_noise (&state));
    } else if (g_str_equal (kind, "clip")) {
      out[i] = (gfloat) CLAMP (x, -0.05, 0.05);
    } else {
      low = 0.8 * low + 0.2 * x;
      out[i] = (gfloat) low;
    }
  }
  return out;
}

/* A steady voice of 10 harmonics with vibrato. */
static inline gfloat *
signal_voice (guint rate, gdouble f0_hz, gsize n)
{
  gfloat *out = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / rate;
    const gdouble phase = 2.0 * G_PI * f0_hz
        * (t - 0.03 * cos (2.0 * G_PI * 2.0 * t) / (2.0 * G_PI * 2.0));
    gdouble voice = 0.0;

    for (guint h = 1; h <= 10; h++)
      voice += sin (h * phase) / h;
    out[i] = (gfloat) (0.2 * voice);
  }
  return out;
}

/* Measures on the CPU; the parameters must be right. */
static inline VoxQualityResult *
measure (const VoxQualityParams *params, const gfloat *reference,
    gsize n_reference, const gfloat *judged, gsize n_judged)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  GError *error = NULL;
  VoxQualityResult *result = vox_quality_measure (
      device, params, reference, n_reference, judged, n_judged, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

static inline gdouble
value_of (const VoxQualityResult *result, VoxQualityMetric metric)
{
  if (!result->metrics[metric].available)
    g_error ("%s: %s", vox_quality_metric_info (metric)->key,
        result->metrics[metric].reason);
  return result->metrics[metric].value;
}
