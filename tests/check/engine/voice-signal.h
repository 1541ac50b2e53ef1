/* voice-signal.h: voices of known F0 for the tests of the F0 tracker, the pitch
 * marks and overlap-add. */
#pragma once

#include <glib.h>
#include <math.h>

/* F0 in Hz at a time in seconds, of parameter hz. */
typedef gdouble (*VoiceContour) (gdouble time_s, gdouble hz);

static inline gdouble
voice_steady (G_GNUC_UNUSED gdouble time_s, gdouble hz)
{
  return hz;
}

/* +-60 cents at 5.5 Hz, as a trained singer's. */
static inline gdouble
voice_vibrato (gdouble time_s, gdouble hz)
{
  return hz * exp2 (0.05 * sin (2.0 * G_PI * 5.5 * time_s));
}

/* +-half an octave in about a second, as lively speech. */
static inline gdouble
voice_glide (gdouble time_s, gdouble hz)
{
  return hz * exp2 (0.5 * sin (2.0 * G_PI * 0.45 * time_s));
}

/* Spectral envelope of a vowel: three resonances on a slope. */
static inline gdouble
voice_envelope (gdouble hz)
{
  static const gdouble formants[3][2] = { { 650.0, 90.0 }, { 1150.0, 110.0 },
    { 2600.0, 160.0 } };
  gdouble gain = 1.0 / (1.0 + hz / 500.0);

  for (guint f = 0; f < 3; f++) {
    const gdouble x = (hz - formants[f][0]) / formants[f][1];

    gain += 0.8 / (1.0 + x * x) / (1.0 + f);
  }
  return gain;
}

/* Cosine harmonics up to 5 kHz: all energy peaks where the phase is whole.
 * Returns: (transfer full): n samples of root mean square 0.1. */
static inline gfloat *
voice_new (gsize n, guint rate, VoiceContour contour, gdouble hz)
{
  gfloat *out = g_new (gfloat, n);
  gdouble phase = 0.0, energy = 1e-30;
  const gdouble top = MIN (5000.0, 0.45 * rate);

  for (gsize i = 0; i < n; i++) {
    const gdouble f0 = contour ((gdouble) i / rate, hz);
    /* cos (k p) by its recurrence. */
    gdouble before = 1.0, now = cos (2.0 * G_PI * phase), sum = 0.0;
    const gdouble twice = 2.0 * now;

    for (guint k = 1; k * f0 < top; k++) {
      const gdouble next = twice * now - before;

      sum += now * voice_envelope (k * f0);
      before = now;
      now = next;
    }
    out[i] = (gfloat) sum;
    energy += sum * sum;
    phase += f0 / rate;
    phase -= floor (phase);
  }
  for (gsize i = 0; i < n; i++)
    out[i] *= (gfloat) (0.1 / sqrt (energy / (gdouble) n));
  return out;
}

/* Adds noise of the given root mean square, nearly Gaussian and repeatable. */
static inline void
voice_add_noise (gfloat *samples, gsize n, gdouble rms, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < n; i++) {
    gdouble sum = -2.0;

    for (guint k = 0; k < 4; k++)
      sum += g_rand_double (rand);
    samples[i] += (gfloat) (rms * sum * sqrt (3.0));
  }
}
