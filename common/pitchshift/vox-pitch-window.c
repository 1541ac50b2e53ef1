/* vox-pitch-window.c: sizes, windows, reader kernel and cosine basis. */
#include "pitchshift/vox-pitch-window.h"

#include <math.h>
#include "backend/vox-ops-varispeed.h"
#include "backend/vox-ops-vocoder.h"

/* Kaiser window with 110 dB of stop-band attenuation: Kaiser 1974,
 * beta = 0.1102 (A - 8.7). */
#define KAISER_BETA 11.16
/* A frame reaches at least this far, whatever the rate. */
#define MIN_REACH 32
/* A peak lies up to half a bin beside its bin, and so does what it is compared
 * with; and a bin half a bin from the maximum shows up to 1.4 dB less. */
#define LEAKAGE_SLACK_BINS 0.75
#define LEAKAGE_MARGIN 1.6
#define LEAKAGE_LOOKS 4
/* Product windows fall to 0 faster than the analysis window; below this value
 * of the latter their quotient is 0 within float precision. */
#define MIN_ANALYSIS 1e-7f

/* @lean: least past / reach, 1 for a symmetric window. */
typedef struct
{
  gdouble window_ms;
  guint lean;
  guint overlap;
} Preset;

/* Latencies of the music path at 48 kHz: 25, 47 and 175 ms. */
static const Preset presets[] = {
  [VOX_MODE_FAST] = { 20.0, 3, 4 },
  [VOX_MODE_BALANCED] = { 2048.0 / 48.0, 3, 4 },
  [VOX_MODE_QUALITY] = { 8192.0 / 48.0, 1, 4 },
  [VOX_MODE_CUSTOM] = { 0.0, 3, 4 },
};

guint
vox_pitch_transform_size (guint at_least)
{
  guint size = 8;

  while (size < at_least)
    size = size % 3 == 0 ? size / 3 * 4 : size / 2 * 3;
  return size;
}

VoxPitchLayout
vox_pitch_layout (guint rate, VoxMode mode, gdouble custom_window_ms)
{
  const Preset *preset = &presets[mode];
  const gdouble window_ms =
      mode == VOX_MODE_CUSTOM ? custom_window_ms : preset->window_ms;
  const guint half = (guint) (0.5 * window_ms * rate / 1000.0);
  VoxPitchLayout layout;

  layout.reach = MAX (half, MIN_REACH) & ~1u;
  layout.fft_size =
      vox_pitch_transform_size ((preset->lean + 1) * layout.reach);
  layout.past = layout.fft_size - layout.reach;
  layout.overlap = preset->overlap;
  return layout;
}

/* Hann shape at distance d from the centre of a half of length n. */
static gdouble
hann (guint d, guint n)
{
  return d < n ? 0.5 + 0.5 * cos (G_PI * d / n) : 0.0;
}

void
vox_pitch_analysis_window (const VoxPitchLayout *layout, gfloat *window)
{
  for (guint i = 0; i < layout->fft_size; i++)
    window[i] =
        (gfloat) (i < layout->past ? hann (layout->past - i, layout->past)
                                   : hann (i - layout->past, layout->reach));
}

void
vox_pitch_synthesis_window (const VoxPitchLayout *layout, guint left,
    guint right, const gfloat *analysis, gfloat *product, gfloat *window)
{
  for (guint i = 0; i < layout->fft_size; i++) {
    const gdouble shape = i < layout->past ? hann (layout->past - i, left)
                                           : hann (i - layout->past, right);

    product[i] = (gfloat) (shape * shape);
    window[i] = analysis[i] > MIN_ANALYSIS ? product[i] / analysis[i] : 0.0f;
    if (window[i] == 0.0f)
      product[i] = 0.0f;
  }
}

static gdouble
power_response (const gfloat *window, guint fft_size, gdouble bin)
{
  const gdouble angle = 2.0 * G_PI * bin / fft_size;
  const gdouble turn_re = cos (angle), turn_im = -sin (angle);
  gdouble z_re = 1.0, z_im = 0.0, re = 0.0, im = 0.0;

  for (guint i = 0; i < fft_size; i++) {
    const gdouble t = z_re * turn_re - z_im * turn_im;

    re += window[i] * z_re;
    im += window[i] * z_im;
    z_im = z_re * turn_im + z_im * turn_re;
    z_re = t;
  }
  return re * re + im * im;
}

void
vox_pitch_window_leakage (const gfloat *window, guint fft_size, gfloat *leakage)
{
  const gdouble peak = power_response (window, fft_size, 0.0);
  gdouble highest = 0.0;

  for (guint d = VOX_VOCODER_LEAKAGE; d-- > 0;) {
    for (guint i = 0; i < LEAKAGE_LOOKS; i++)
      highest = MAX (highest,
          power_response (window, fft_size,
              d + LEAKAGE_SLACK_BINS * (i * 2.0 / LEAKAGE_LOOKS - 1.0)));
    leakage[d] = (gfloat) (LEAKAGE_MARGIN * highest / peak);
  }
}

/* The modified Bessel function I0, by its power series. */
static gdouble
bessel_i0 (gdouble x)
{
  gdouble sum = 1.0, term = 1.0;

  for (guint k = 1; term > 1e-14 * sum; k++) {
    term *= (0.5 * x / k) * (0.5 * x / k);
    sum += term;
  }
  return sum;
}

void
vox_pitch_varispeed_kernel (gfloat *kernel)
{
  const gdouble half = VOX_VARISPEED_TAPS / 2;

  for (guint q = 0; q <= VOX_VARISPEED_PHASES; q++) {
    gfloat *row = kernel + (gsize) q * VOX_VARISPEED_TAPS;
    gdouble taps[VOX_VARISPEED_TAPS], sum = 0.0;

    for (guint j = 0; j < VOX_VARISPEED_TAPS; j++) {
      const gdouble d = j - (half - 1.0) - (gdouble) q / VOX_VARISPEED_PHASES;
      const gdouble edge = 1.0 - (d / half) * (d / half);
      const gdouble sinc = d == 0.0 ? 1.0 : sin (G_PI * d) / (G_PI * d);

      taps[j] = sinc * bessel_i0 (KAISER_BETA * sqrt (MAX (edge, 0.0)));
      sum += taps[j];
    }
    for (guint j = 0; j < VOX_VARISPEED_TAPS; j++)
      row[j] = (gfloat) (taps[j] / sum);
  }
}

void
vox_pitch_cosine_basis (gfloat *basis, guint order, guint bands)
{
  for (guint q = 0; q < order; q++) {
    const gdouble scale = sqrt ((q == 0 ? 1.0 : 2.0) / bands);

    for (guint b = 0; b < bands; b++)
      basis[(gsize) q * bands + b] =
          (gfloat) (scale * cos (G_PI * q * (b + 0.5) / bands));
  }
}
