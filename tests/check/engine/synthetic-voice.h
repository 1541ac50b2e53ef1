/* synthetic-voice.h: a voice for tests: pulses and noise through four formant
 * resonators that wander through vowels, with pauses. Tract length and pitch
 * make one speaker differ from another.
 */
#pragma once

#include <glib.h>
#include <math.h>

/**
 * SyntheticVoice:
 * @tract: factor on all formant frequencies
 * @f0_hz: median pitch
 * @tilt: one-pole low-pass coefficient of the source, 0 (bright) to 1
 */
typedef struct
{
  gdouble tract;
  gdouble f0_hz;
  gdouble tilt;
} SyntheticVoice;

/* Formants of five vowels (Peterson and Barney 1952, men), Hz. */
static const gdouble synthetic_vowels[5][4] = {
  { 730, 1090, 2440, 3400 },
  { 270, 2290, 3010, 3700 },
  { 300, 870, 2240, 3300 },
  { 530, 1840, 2480, 3500 },
  { 570, 840, 2410, 3300 },
};

static inline gdouble
synthetic_noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (gdouble) (gint32) *state / 2147483648.0;
}

/* Mono, full scale about 0.3; @seed varies the order of the vowels. */
static inline gfloat *
synthetic_voice (
    const SyntheticVoice *voice, guint rate, gdouble seconds, guint32 seed)
{
  const gsize n = (gsize) (seconds * rate);
  gfloat *out = g_new (gfloat, n);
  gdouble y1[4] = { 0 }, y2[4] = { 0 }, phase = 0.0, source = 0.0;
  guint32 state = seed * 7919u + 17u;
  guint from = 0, to = 1;

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / rate, segment = 0.18;
    const guint index = (guint) (t / segment);
    const gdouble part = t / segment - index;
    /* Every ninth segment is a pause, every fifth a fricative. */
    const gboolean pause = index % 9 == 8, fricative = index % 5 == 4;
    const gdouble f0 = voice->f0_hz
        * (1.0 + 0.06 * sin (2.0 * G_PI * 0.7 * t)
            + 0.01 * sin (2.0 * G_PI * 5.0 * t));
    gdouble x;

    if (i > 0 && (guint) ((t - 1.0 / rate) / segment) != index) {
      from = to;
      to = (guint) (fabs (synthetic_noise (&state)) * 4.99);
    }
    phase += f0 / rate;
    x = phase >= 1.0 ? 1.0 : 0.0;
    phase -= floor (phase);
    if (fricative)
      x = 0.1 * synthetic_noise (&state);
    x += 0.001 * synthetic_noise (&state);
    source = (1.0 - voice->tilt) * x + voice->tilt * source;
    x = source;
    for (guint f = 0; f < 4; f++) {
      const gdouble vowel = synthetic_vowels[from][f]
          + part * (synthetic_vowels[to][f] - synthetic_vowels[from][f]);
      const gdouble hz = voice->tract * (fricative ? vowel + 1500.0 : vowel);
      const gdouble r = exp (-G_PI * (60.0 + 0.03 * hz) / rate);
      const gdouble c = 2.0 * r * cos (2.0 * G_PI * hz / rate);
      const gdouble y = (1.0 - r) * x + c * y1[f] - r * r * y2[f];

      y2[f] = y1[f];
      y1[f] = y;
      /* Parallel formants; the pulse's own spectrum keeps the rest. */
      out[i] = (gfloat) ((f == 0 ? 0.0 : (gdouble) out[i])
          + (f % 2 == 0 ? y : -y) * (f == 0 ? 1.0 : 0.7));
    }
    if (pause)
      out[i] *= 0.001f;
  }
  {
    gdouble peak = 1e-9;

    for (gsize i = 0; i < n; i++)
      peak = MAX (peak, fabs ((gdouble) out[i]));
    for (gsize i = 0; i < n; i++)
      out[i] *= (gfloat) (0.3 / peak);
  }
  return out;
}
