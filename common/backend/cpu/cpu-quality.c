/* cpu-quality.c: the loops of the quality metrics on the CPU.
 *
 * STOI follows C. Taal et al., "An algorithm for intelligibility prediction of
 * time-frequency weighted noisy speech" (2011), ESTOI J. Jensen and C. Taal,
 * "An algorithm for predicting the intelligibility of speech masked by
 * modulated noise maskers" (2016), both with the details of the public Python
 * package pystoi.
 */
#include "backend/cpu/cpu-backend.h"

#include <math.h>
#include <string.h>

#define BANDS VOX_STOI_BANDS
#define SEGMENT VOX_STOI_SEGMENT
#define FFT_BITS 9

G_STATIC_ASSERT (1 << FFT_BITS == VOX_STOI_FFT);

/* First bins of the third-octave bands from 150 Hz, 512 points at 10 kHz; a
 * band ends where the next begins. */
static const guint8 band_edges[BANDS + 1] = { 7, 9, 11, 14, 17, 22, 27, 34, 43,
  55, 69, 87, 109, 138, 174, 219 };

/* STOI's lower bound of the signal-to-distortion ratio, -15 dB, as the factor
 * 1 + 10^(15 / 20) above which a judged band is clipped. */
#define CLIP_FACTOR (1.0 + 5.6234132519034908)

/* What pystoi adds to norms so that silence does not divide by zero. */
#define NORM_EPSILON 2.220446049250313e-16

VOX_SIMD static gdouble
dot (const gdouble *taps, const gfloat *in, gsize n)
{
  gdouble sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += taps[i] * (gdouble) in[i];
  return sum;
}

static void
cpu_polyphase (VoxStream *stream G_GNUC_UNUSED, const VoxPolyphaseArgs *args)
{
  for (gsize i = 0; i < args->n_out; i++) {
    const gint64 centre =
        (args->first_out + (gint64) i) * args->down + args->half;
    const gint64 last = centre / args->up;
    const gsize phase = (gsize) (centre % args->up);
    const gint64 first = last - (gint64) args->taps_per_phase + 1;

    args->out[i] = (gfloat) dot (args->taps + phase * args->taps_per_phase,
        args->in + (first - args->first_in), args->taps_per_phase);
  }
}

VOX_SIMD static gdouble
windowed_energy (const gfloat *signal, const gdouble *window, guint length)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < length; i++) {
    const gdouble value = window[i] * (gdouble) signal[i];

    sum += value * value;
  }
  return sum;
}

static void
cpu_frame_energy (VoxStream *stream G_GNUC_UNUSED, gdouble *energy,
    const gfloat *signal, const gdouble *window, guint length, guint hop,
    gsize n_frames)
{
  for (gsize f = 0; f < n_frames; f++)
    energy[f] = windowed_energy (signal + f * hop, window, length);
}

/* A 512-point transform in double precision; KISS FFT is built for floats. */
typedef struct
{
  gdouble cosine[VOX_STOI_FFT / 2];
  gdouble sine[VOX_STOI_FFT / 2];
  guint16 reversed[VOX_STOI_FFT];
} SpeechFft;

static void
speech_fft_init (SpeechFft *fft)
{
  for (guint i = 0; i < VOX_STOI_FFT / 2; i++) {
    fft->cosine[i] = cos (2.0 * G_PI * i / VOX_STOI_FFT);
    fft->sine[i] = -sin (2.0 * G_PI * i / VOX_STOI_FFT);
  }
  fft->reversed[0] = 0;
  for (guint i = 1; i < VOX_STOI_FFT; i++)
    fft->reversed[i] =
        (guint16) ((fft->reversed[i / 2] / 2) | ((i & 1) << (FFT_BITS - 1)));
}

static void
speech_fft_run (
    const SpeechFft *fft, const gdouble *in, gdouble *re, gdouble *im)
{
  for (guint i = 0; i < VOX_STOI_FFT; i++)
    re[i] = in[fft->reversed[i]];
  memset (im, 0, VOX_STOI_FFT * sizeof (gdouble));
  for (guint half = 1; half < VOX_STOI_FFT; half *= 2) {
    const guint step = VOX_STOI_FFT / (2 * half);

    for (guint start = 0; start < VOX_STOI_FFT; start += 2 * half) {
      for (guint k = 0; k < half; k++) {
        const guint a = start + k, b = a + half;
        const gdouble c = fft->cosine[k * step], s = fft->sine[k * step];
        const gdouble tr = re[b] * c - im[b] * s;
        const gdouble ti = re[b] * s + im[b] * c;

        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
}

/* Hop @h of the overlap-added kept frames: the second half of the frame before
 * it and the first half of its own. */
static void
joined_hop (const VoxSpeechBandsArgs *args, gsize h, gdouble *out)
{
  const gdouble *window = args->window;
  const gfloat *own = args->signal + (gsize) args->kept[h] * VOX_STOI_HOP;

  for (guint i = 0; i < VOX_STOI_HOP; i++)
    out[i] = window[i] * (gdouble) own[i];
  if (h > 0) {
    const gfloat *before =
        args->signal + ((gsize) args->kept[h - 1] + 1) * VOX_STOI_HOP;

    for (guint i = 0; i < VOX_STOI_HOP; i++)
      out[i] += window[VOX_STOI_HOP + i] * (gdouble) before[i];
  }
}

static void
cpu_speech_bands (
    VoxStream *stream G_GNUC_UNUSED, const VoxSpeechBandsArgs *args)
{
  SpeechFft fft;
  gdouble frame[VOX_STOI_FFT] = { 0.0 };
  gdouble re[VOX_STOI_FFT], im[VOX_STOI_FFT];

  speech_fft_init (&fft);
  for (gsize f = 0; f + 1 < args->n_kept; f++) {
    gdouble *bands = args->bands + f * BANDS;

    joined_hop (args, f, frame);
    joined_hop (args, f + 1, frame + VOX_STOI_HOP);
    for (guint i = 0; i < VOX_STOI_FRAME; i++)
      frame[i] *= args->window[i];
    speech_fft_run (&fft, frame, re, im);
    for (guint b = 0; b < BANDS; b++) {
      gdouble power = 0.0;

      for (guint k = band_edges[b]; k < band_edges[b + 1]; k++)
        power += re[k] * re[k] + im[k] * im[k];
      bands[b] = sqrt (power);
    }
  }
}

static gdouble
norm (const gdouble *values, guint n)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += values[i] * values[i];
  return sqrt (sum);
}

static void
remove_mean (gdouble *values, guint n)
{
  gdouble sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += values[i];
  for (guint i = 0; i < n; i++)
    values[i] -= sum / n;
}

/* One segment; x and y are [band][frame]. */
static gdouble
segment_stoi (gdouble x[BANDS][SEGMENT], gdouble y[BANDS][SEGMENT])
{
  gdouble total = 0.0;

  for (guint b = 0; b < BANDS; b++) {
    const gdouble gain =
        norm (x[b], SEGMENT) / (norm (y[b], SEGMENT) + NORM_EPSILON);
    gdouble clean[SEGMENT], judged[SEGMENT];
    gdouble product = 0.0;

    for (guint i = 0; i < SEGMENT; i++) {
      clean[i] = x[b][i];
      judged[i] = MIN (y[b][i] * gain, x[b][i] * CLIP_FACTOR);
    }
    remove_mean (clean, SEGMENT);
    remove_mean (judged, SEGMENT);
    for (guint i = 0; i < SEGMENT; i++)
      product += clean[i] * judged[i];
    total += product
        / ((norm (clean, SEGMENT) + NORM_EPSILON)
            * (norm (judged, SEGMENT) + NORM_EPSILON));
  }
  return total / BANDS;
}

/* Zero mean and unit norm of rows, then of columns. A row of nothing stays
 * nothing (pystoi gives it a random direction). */
static void
normalize_rows_and_columns (gdouble v[BANDS][SEGMENT])
{
  for (guint b = 0; b < BANDS; b++) {
    gdouble length;

    remove_mean (v[b], SEGMENT);
    length = norm (v[b], SEGMENT);
    for (guint i = 0; length > 0.0 && i < SEGMENT; i++)
      v[b][i] /= length;
  }
  for (guint i = 0; i < SEGMENT; i++) {
    gdouble column[BANDS];
    gdouble length;

    for (guint b = 0; b < BANDS; b++)
      column[b] = v[b][i];
    remove_mean (column, BANDS);
    length = norm (column, BANDS);
    for (guint b = 0; b < BANDS; b++)
      v[b][i] = length > 0.0 ? column[b] / length : 0.0;
  }
}

static gdouble
segment_estoi (gdouble x[BANDS][SEGMENT], gdouble y[BANDS][SEGMENT])
{
  gdouble total = 0.0;

  normalize_rows_and_columns (x);
  normalize_rows_and_columns (y);
  for (guint b = 0; b < BANDS; b++)
    for (guint i = 0; i < SEGMENT; i++)
      total += x[b][i] * y[b][i];
  return total / SEGMENT;
}

static void
cpu_speech_correlation (
    VoxStream *stream G_GNUC_UNUSED, const VoxSpeechCorrelationArgs *args)
{
  gdouble x[BANDS][SEGMENT], y[BANDS][SEGMENT];

  for (gsize s = 0; s + SEGMENT <= args->n_frames; s++) {
    for (guint i = 0; i < SEGMENT; i++) {
      for (guint b = 0; b < BANDS; b++) {
        x[b][i] = args->clean[(s + i) * BANDS + b];
        y[b][i] = args->judged[(s + i) * BANDS + b];
      }
    }
    args->stoi[s] = segment_stoi (x, y);
    args->estoi[s] = segment_estoi (x, y);
  }
}

VOX_SIMD static gfloat
filter_power (const VoxComplex *bins, const gfloat *weights, guint n)
{
  gfloat sum = 0.0f;

  for (guint i = 0; i < n; i++)
    sum += weights[i] * (bins[i].re * bins[i].re + bins[i].im * bins[i].im);
  return sum;
}

static void
cpu_mel_log (VoxStream *stream G_GNUC_UNUSED, const VoxMelArgs *args)
{
  for (guint f = 0; f < args->n_frames; f++) {
    const VoxComplex *bins = args->spectrum + (gsize) f * args->n_bins;
    gfloat *out = args->out + (gsize) f * args->n_filters;
    const gfloat *weights = args->weights;

    for (guint m = 0; m < args->n_filters; m++) {
      out[m] = logf (args->floor
          + args->scale
              * filter_power (bins + args->first[m], weights, args->count[m]));
      weights += args->count[m];
    }
  }
}

/* (floor + a) / (floor + b) per bin: one logarithm instead of two. */
VOX_SIMD static void
power_ratio (gfloat *ratio, const VoxComplex *a, const VoxComplex *b, guint n,
    gfloat scale, gfloat floor)
{
  for (guint i = 0; i < n; i++) {
    const gfloat pa = a[i].re * a[i].re + a[i].im * a[i].im;
    const gfloat pb = b[i].re * b[i].re + b[i].im * b[i].im;

    ratio[i] = (floor + scale * pa) / (floor + scale * pb);
  }
}

static void
cpu_log_distance (VoxStream *stream G_GNUC_UNUSED, gfloat *distance,
    const VoxComplex *a, const VoxComplex *b, guint n_frames, guint n_bins,
    gfloat scale, gfloat floor)
{
  enum
  {
    PIECE = 256
  };
  gfloat ratio[PIECE];

  for (guint f = 0; f < n_frames; f++) {
    gdouble sum = 0.0;

    for (guint k = 0; k < n_bins; k += PIECE) {
      const guint n = MIN (PIECE, n_bins - k);

      power_ratio (ratio, a + (gsize) f * n_bins + k,
          b + (gsize) f * n_bins + k, n, scale, floor);
      for (guint i = 0; i < n; i++) {
        const gfloat difference_db = 10.0f * log10f (ratio[i]);

        sum += (gdouble) (difference_db * difference_db);
      }
    }
    distance[f] = (gfloat) sqrt (sum / n_bins);
  }
}

VOX_SIMD static void
add_cross_power (
    gdouble *sums, const VoxComplex *a, const VoxComplex *b, guint n_bins)
{
  for (guint k = 0; k < n_bins; k++) {
    sums[4 * k] += (gdouble) (a[k].re * a[k].re + a[k].im * a[k].im);
    sums[4 * k + 1] += (gdouble) (b[k].re * b[k].re + b[k].im * b[k].im);
    sums[4 * k + 2] += (gdouble) (a[k].re * b[k].re + a[k].im * b[k].im);
    sums[4 * k + 3] += (gdouble) (a[k].im * b[k].re - a[k].re * b[k].im);
  }
}

static void
cpu_cross_power (VoxStream *stream G_GNUC_UNUSED, gdouble *sums,
    const VoxComplex *a, const VoxComplex *b, guint n_frames, guint n_bins)
{
  for (guint f = 0; f < n_frames; f++)
    add_cross_power (
        sums, a + (gsize) f * n_bins, b + (gsize) f * n_bins, n_bins);
}

void
vox_cpu_fill_quality (VoxQualityOps *ops)
{
  ops->polyphase = cpu_polyphase;
  ops->frame_energy = cpu_frame_energy;
  ops->speech_bands = cpu_speech_bands;
  ops->speech_correlation = cpu_speech_correlation;
  ops->mel_log = cpu_mel_log;
  ops->log_distance = cpu_log_distance;
  ops->cross_power = cpu_cross_power;
}
