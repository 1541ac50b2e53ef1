/* vox-mel.c: the frequency axes of voice conversion. */
#include "convert/vox-mel.h"

#include <math.h>

#define NYQUIST_HZ (VOX_ANALYSIS_RATE / 2.0)
/* Where the piecewise linear warp bends back to the Nyquist frequency. */
#define KNEE 0.85

/* The mel scale of O'Shaughnessy (1987). */
static gdouble
mel_of_hz (gdouble hz)
{
  return 2595.0 * log10 (1.0 + hz / 700.0);
}

static gdouble
hz_of_mel (gdouble mel)
{
  return 700.0 * (pow (10.0, mel / 2595.0) - 1.0);
}

gdouble
vox_mel_point_hz (gdouble m)
{
  return hz_of_mel (mel_of_hz (NYQUIST_HZ) * (m + 0.5) / VOX_MEL_POINTS);
}

gdouble
vox_mel_position (gdouble hz)
{
  return mel_of_hz (hz) / mel_of_hz (NYQUIST_HZ) * VOX_MEL_POINTS - 0.5;
}

gfloat *
vox_mel_projection (void)
{
  const gdouble bin_hz = (gdouble) VOX_ANALYSIS_RATE / VOX_ANALYSIS_FFT;
  gfloat *rows = g_new0 (gfloat, VOX_MEL_POINTS * VOX_ANALYSIS_BINS);
  enum
  {
    SAMPLES = 16
  };

  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    for (guint i = 0; i < SAMPLES; i++) {
      const gdouble at =
          vox_mel_point_hz (m - 0.5 + (i + 0.5) / SAMPLES) / bin_hz;
      const guint k = MIN ((guint) at, VOX_ANALYSIS_BINS - 2);
      gfloat *row = rows + m * VOX_ANALYSIS_BINS;

      row[k] += (gfloat) ((1.0 - (at - k)) / SAMPLES);
      row[k + 1] += (gfloat) ((at - k) / SAMPLES);
    }
  return rows;
}

gfloat *
vox_mel_cosines (guint n)
{
  gfloat *rows = g_new (gfloat, n * VOX_MEL_POINTS);

  for (guint c = 0; c < n; c++)
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      rows[c * VOX_MEL_POINTS + m] =
          (gfloat) (sqrt ((c == 0 ? 1.0 : 2.0) / VOX_MEL_POINTS)
              * cos (G_PI * c * (m + 0.5) / VOX_MEL_POINTS));
  return rows;
}

/* The frequency read for output frequency f, both in Nyquist. */
static gdouble
warp_frequency (gdouble f, gdouble alpha, gdouble bend)
{
  const gdouble knee = KNEE * MIN (1.0, 1.0 / alpha);
  const gdouble bent = CLAMP (f + bend * sin (2.0 * G_PI * f), 0.0, 1.0);

  if (bent <= knee)
    return alpha * bent;
  return alpha * knee + (1.0 - alpha * knee) * (bent - knee) / (1.0 - knee);
}

/* [VOX_MEL_POINTS][VOX_MEL_POINTS]: the spectrum read at the warped frequency:
 * output (f) = input (warp (f)). */
static gfloat *
make_warp (gdouble alpha, gdouble bend)
{
  gfloat *rows = g_new0 (gfloat, VOX_MEL_POINTS * VOX_MEL_POINTS);

  for (guint m = 0; m < VOX_MEL_POINTS; m++) {
    const gdouble f = vox_mel_point_hz (m) / NYQUIST_HZ;
    const gdouble at =
        CLAMP (vox_mel_position (NYQUIST_HZ * warp_frequency (f, alpha, bend)),
            0.0, VOX_MEL_POINTS - 1.0);
    const guint k = MIN ((guint) at, VOX_MEL_POINTS - 2);

    rows[m * VOX_MEL_POINTS + k] = (gfloat) (1.0 - (at - k));
    rows[m * VOX_MEL_POINTS + k + 1] = (gfloat) (at - k);
  }
  return rows;
}

gfloat *
vox_mel_warped_cosines (gdouble alpha, gdouble bend, guint n)
{
  g_autofree gfloat *warp = make_warp (alpha, bend);
  g_autofree gfloat *cosines = vox_mel_cosines (n);
  gfloat *rows = g_new0 (gfloat, n * VOX_MEL_POINTS);

  for (guint c = 0; c < n; c++)
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      for (guint k = 0; k < VOX_MEL_POINTS; k++)
        rows[c * VOX_MEL_POINTS + k] +=
            cosines[c * VOX_MEL_POINTS + m] * warp[m * VOX_MEL_POINTS + k];
  return rows;
}

gfloat *
vox_mel_expansion (guint rate, guint fft_size)
{
  const guint bins = fft_size / 2 + 1;
  gfloat *rows = g_new0 (gfloat, (gsize) bins * VOX_MEL_POINTS);

  for (guint k = 0; k < bins; k++) {
    const gdouble hz = (gdouble) k * rate / fft_size;
    const gdouble at = CLAMP (vox_mel_position (hz), 0.0, VOX_MEL_POINTS - 1.0);
    const guint m = MIN ((guint) at, VOX_MEL_POINTS - 2);

    rows[(gsize) k * VOX_MEL_POINTS + m] = (gfloat) (1.0 - (at - m));
    rows[(gsize) k * VOX_MEL_POINTS + m + 1] = (gfloat) (at - m);
  }
  return rows;
}

gfloat *
vox_mel_widths (void)
{
  gfloat *widths = g_new (gfloat, VOX_MEL_POINTS);

  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    widths[m] =
        (gfloat) ((vox_mel_point_hz (m + 0.5) - vox_mel_point_hz (m - 0.5))
            * VOX_MEL_POINTS / NYQUIST_HZ);
  return widths;
}

/* Squared magnitude of b0 + b1 / z + b2 / z^2 on the unit circle. */
static gdouble
polynomial_power (const gdouble *b, gdouble omega)
{
  const gdouble re = b[0] + b[1] * cos (omega) + b[2] * cos (2.0 * omega);
  const gdouble im = b[1] * sin (omega) + b[2] * sin (2.0 * omega);

  return re * re + im * im;
}

gfloat *
vox_mel_loudness (void)
{
  /* Tables 1 and 2 of BS.1770-4, for 48 kHz. */
  static const gdouble filters[2][2][3] = {
    { { 1.53512485958697, -2.69169618940638, 1.19839281085285 },
        { 1.0, -1.69065929318241, 0.73248077421585 } },
    { { 1.0, -2.0, 1.0 }, { 1.0, -1.99004745483398, 0.99007225036621 } },
  };
  gfloat *weights = vox_mel_widths ();

  for (guint m = 0; m < VOX_MEL_POINTS; m++) {
    const gdouble omega = 2.0 * G_PI * vox_mel_point_hz (m) / 48000.0;

    for (guint f = 0; f < G_N_ELEMENTS (filters); f++)
      weights[m] *= (gfloat) (polynomial_power (filters[f][0], omega)
          / polynomial_power (filters[f][1], omega));
  }
  return weights;
}
