/* parity-signal.h: signals that several parity checks try their operations on.
 */
#pragma once

#include "parity.h"

/** Most harmonics of a tone; the more, the narrower its peaks. */
#define PARITY_HARMONICS 100

/** ParitySignal: what a signal is made of. */
typedef enum
{
  PARITY_NOISE,
  PARITY_SILENCE,
  PARITY_DENORMAL,
  PARITY_CONSTANT,
  PARITY_ONSET,
  PARITY_TONE,
  PARITY_N_SIGNALS,
} ParitySignal;

static inline gdouble
parity_tone_at (gsize i, gdouble period)
{
  const guint harmonics =
      (guint) CLAMP (0.45 * period, 1.0, (gdouble) PARITY_HARMONICS);
  gdouble sum = 0.0;

  for (guint h = 1; h <= harmonics; h++)
    sum += cos (2.0 * G_PI * h * (gdouble) i / period + h * h);
  return 0.8 * sum / sqrt (harmonics);
}

/** parity_signal: @n samples: noise, zeros, values below the smallest normal
 * float, one value, noise that becomes loud half-way, or harmonics of @period
 * in noise. */
static inline gfloat *
parity_signal (GRand *rand, gsize n, ParitySignal kind, gdouble period)
{
  gfloat *x = parity_random (rand, n);

  for (gsize i = 0; i < n; i++) {
    if (kind == PARITY_SILENCE)
      x[i] = 0.0f;
    else if (kind == PARITY_ONSET && i < n / 2)
      x[i] *= 0.1f;
    else if (kind == PARITY_DENORMAL)
      x[i] *= 1e-39f;
    else if (kind == PARITY_CONSTANT)
      x[i] = 0.5f;
    else if (kind == PARITY_TONE)
      x[i] = 0.05f * x[i] + (gfloat) parity_tone_at (i, period);
  }
  return x;
}
