/* vox-speaker-spread.c: two-means of block statistics. Mel cepstra as in
 * Davis and Mermelstein (1980), on a CPU stream, whose memory is the host's. */
#include "voice/vox-speaker-spread.h"

#include <math.h>
#include <string.h>

/* 2.5 s of voice: shorter blocks differ by their phonemes, longer ones hide
 * the turns of a conversation. */
#define BLOCK_FRAMES 250
/* More blocks than this (100 s of voice) are spread over the recording. */
#define MAX_BLOCKS 40
/* Of fewer blocks, chance makes two groups. */
#define MIN_BLOCKS 6
#define N_MEL 24
/* c1 to c12: c0 is the level, higher ones follow the harmonics. */
#define N_CEPSTRA 12
#define WINDOW_S 0.032
#define MAX_HZ 8000.0
/* Far under the quietest band of a recording with 16 bits. */
#define POWER_FLOOR 1e-9f
#define MIN_GROUP_SHARE 0.2
#define TWO_MEANS_ROUNDS 10
/* Blocks of one real speaker spread more than this around their mean; less
 * means that the recording repeats itself. */
#define WITHIN_FLOOR 0.4
/* Intonation alone spreads block medians about this much. */
#define F0_SPREAD_FLOOR_SEMITONES 0.5

typedef struct
{
  gdouble f0_semitones;
  gdouble cepstrum[N_CEPSTRA];
} Block;

/* The mel filter bank and transform of one rate. */
typedef struct
{
  guint window_samples;
  guint fft_size;
  gfloat *window;
  gfloat *padded;
  VoxComplex *bins;
  gfloat *filters;
} Analysis;

static gdouble
mel_from_hz (gdouble hz)
{
  return 2595.0 * log10 (1.0 + hz / 700.0);
}

static void
analysis_init (Analysis *a, guint rate)
{
  guint n_bins;
  gdouble top = mel_from_hz (MIN (MAX_HZ, rate / 2.0));

  a->window_samples = (guint) (WINDOW_S * rate);
  for (a->fft_size = 64; a->fft_size < a->window_samples;)
    a->fft_size *= 2;
  n_bins = a->fft_size / 2 + 1;
  a->window = g_new (gfloat, a->window_samples);
  for (guint i = 0; i < a->window_samples; i++)
    a->window[i] =
        0.5f - 0.5f * (gfloat) cos (2.0 * G_PI * i / a->window_samples);
  a->padded = g_new0 (gfloat, a->fft_size);
  a->bins = g_new0 (VoxComplex, n_bins);
  a->filters = g_new0 (gfloat, N_MEL * n_bins);
  for (guint m = 0; m < N_MEL; m++)
    for (guint k = 0; k < n_bins; k++) {
      gdouble x =
          mel_from_hz ((gdouble) k * rate / a->fft_size) * (N_MEL + 1) / top;

      a->filters[m * n_bins + k] = (gfloat) MAX (0.0, 1.0 - fabs (x - m - 1.0));
    }
}

static void
analysis_clear (Analysis *a)
{
  g_free (a->window);
  g_free (a->padded);
  g_free (a->bins);
  g_free (a->filters);
}

static void
cepstrum (Analysis *a, VoxStream *stream, const gfloat *samples,
    gdouble cepstrum[N_CEPSTRA])
{
  guint n_bins = a->fft_size / 2 + 1;
  gdouble levels[N_MEL];

  for (guint i = 0; i < a->window_samples; i++)
    a->padded[i] = samples[i] * a->window[i];
  stream->ops->spectrum.rfft (
      stream, a->fft_size, a->bins, n_bins, a->padded, a->fft_size, 1);
  for (guint m = 0; m < N_MEL; m++) {
    const gfloat *filter = a->filters + m * n_bins;
    gfloat power = POWER_FLOOR;

    for (guint k = 0; k < n_bins; k++)
      power += filter[k]
          * (a->bins[k].re * a->bins[k].re + a->bins[k].im * a->bins[k].im);
    levels[m] = log (power);
  }
  for (guint c = 0; c < N_CEPSTRA; c++) {
    cepstrum[c] = 0.0;
    for (guint m = 0; m < N_MEL; m++)
      cepstrum[c] += levels[m] * cos (G_PI * (c + 1) * (m + 0.5) / N_MEL);
  }
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* Start samples of the analysis windows of all voiced frames. */
static GArray *
voiced_positions (const Analysis *a, gsize n_samples, guint rate,
    const GArray *track, gdouble hop_s, GArray *semitones)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint k = 0; k < track->len; k++) {
    gfloat f0 = g_array_index (track, VoxF0Frame, k).f0_hz;
    gdouble start = round (k * hop_s * rate) - a->window_samples / 2.0;
    gdouble pitch = 12.0 * log2 (MAX (f0, 1.0f));
    gsize position = (gsize) MAX (start, 0.0);

    if (f0 <= 0.0f || start < 0.0 || position + a->window_samples > n_samples)
      continue;
    g_array_append_val (positions, position);
    g_array_append_val (semitones, pitch);
  }
  return positions;
}

/* Cepstra of the chosen blocks, divided by the standard deviation of each
 * cepstrum over all their frames. */
static GArray *
make_blocks (Analysis *a, VoxStream *stream, const gfloat *samples,
    const GArray *positions, const GArray *semitones)
{
  guint n_all = positions->len / BLOCK_FRAMES;
  guint n_blocks = MIN (n_all, MAX_BLOCKS);
  GArray *blocks = g_array_new (FALSE, TRUE, sizeof (Block));
  gdouble sum[N_CEPSTRA] = { 0 }, square[N_CEPSTRA] = { 0 };
  gdouble n_frames = (gdouble) n_blocks * BLOCK_FRAMES;

  g_array_set_size (blocks, n_blocks);
  for (guint b = 0; b < n_blocks; b++) {
    Block *block = &g_array_index (blocks, Block, b);
    guint first = (guint) ((guint64) b * n_all / n_blocks) * BLOCK_FRAMES;
    gdouble sorted[BLOCK_FRAMES];

    memcpy (
        sorted, &g_array_index (semitones, gdouble, first), sizeof (sorted));
    qsort (sorted, BLOCK_FRAMES, sizeof (gdouble), compare_doubles);
    block->f0_semitones = sorted[BLOCK_FRAMES / 2];
    for (guint k = 0; k < BLOCK_FRAMES; k++) {
      gdouble frame[N_CEPSTRA];

      cepstrum (a, stream,
          samples + g_array_index (positions, gsize, first + k), frame);
      for (guint c = 0; c < N_CEPSTRA; c++) {
        block->cepstrum[c] += frame[c] / BLOCK_FRAMES;
        sum[c] += frame[c];
        square[c] += frame[c] * frame[c];
      }
    }
  }
  for (guint c = 0; c < N_CEPSTRA && n_blocks > 0; c++) {
    gdouble mean = sum[c] / n_frames;
    gdouble deviation = sqrt (MAX (square[c] / n_frames - mean * mean, 1e-12));

    for (guint b = 0; b < n_blocks; b++)
      g_array_index (blocks, Block, b).cepstrum[c] /= deviation;
  }
  return blocks;
}

static gdouble
distance (const gdouble *a, const gdouble *b)
{
  gdouble sum = 0.0;

  for (guint c = 0; c < N_CEPSTRA; c++)
    sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

/* Two-means from two seed blocks. Returns: how far the groups are apart, or 0
 * when one of them is too small to be a speaker. */
static gdouble
split_from (const GArray *blocks, guint seed_a, guint seed_b)
{
  const Block *all = &g_array_index (blocks, Block, 0);
  guint n = blocks->len;
  guint min_group = MAX (2, (guint) ceil (MIN_GROUP_SHARE * n));
  gdouble centre[2][N_CEPSTRA], within = 0.0;

  memcpy (centre[0], all[seed_a].cepstrum, sizeof (centre[0]));
  memcpy (centre[1], all[seed_b].cepstrum, sizeof (centre[1]));
  for (guint round = 0; round < TWO_MEANS_ROUNDS; round++) {
    gdouble sum[2][N_CEPSTRA] = { { 0 } };
    guint count[2] = { 0, 0 };

    within = 0.0;
    for (guint b = 0; b < n; b++) {
      gdouble d0 = distance (all[b].cepstrum, centre[0]);
      gdouble d1 = distance (all[b].cepstrum, centre[1]);
      guint group = d1 < d0;

      within += MIN (d0, d1);
      count[group]++;
      for (guint c = 0; c < N_CEPSTRA; c++)
        sum[group][c] += all[b].cepstrum[c];
    }
    if (count[0] < min_group || count[1] < min_group)
      return 0.0;
    for (guint g = 0; g < 2; g++)
      for (guint c = 0; c < N_CEPSTRA; c++)
        centre[g][c] = sum[g][c] / count[g];
  }
  return distance (centre[0], centre[1]) / MAX (within / (n - 2), WITHIN_FLOOR);
}

static gdouble
timbre_split (const GArray *blocks)
{
  gdouble best = 0.0;

  for (guint i = 1; i < blocks->len; i++)
    for (guint j = 0; j < i; j++)
      best = MAX (best, split_from (blocks, i, j));
  return best;
}

/* Mean and summed squared deviation of values[0 .. n). */
static gdouble
mean_of (const gdouble *values, guint n, gdouble *squares)
{
  gdouble mean = 0.0;

  for (guint i = 0; i < n; i++)
    mean += values[i] / n;
  for (guint i = 0; i < n; i++)
    *squares += (values[i] - mean) * (values[i] - mean);
  return mean;
}

static void
f0_split (const GArray *blocks, VoxSpeakerSpread *spread)
{
  guint n = blocks->len;
  guint min_group = MAX (1, (guint) ceil (MIN_GROUP_SHARE * n));
  gdouble sorted[MAX_BLOCKS];

  for (guint b = 0; b < n; b++)
    sorted[b] = g_array_index (blocks, Block, b).f0_semitones;
  qsort (sorted, n, sizeof (gdouble), compare_doubles);
  for (guint k = min_group; k + min_group <= n; k++) {
    gdouble squares = 0.0;
    gdouble low = mean_of (sorted, k, &squares);
    gdouble high = mean_of (sorted + k, n - k, &squares);
    gdouble deviation = sqrt (
        squares / n + F0_SPREAD_FLOOR_SEMITONES * F0_SPREAD_FLOOR_SEMITONES);

    if (high - low > spread->f0_gap_semitones) {
      spread->f0_gap_semitones = high - low;
      spread->f0_ratio = (high - low) / deviation;
    }
  }
}

gboolean
vox_speaker_spread (VoxStream *stream, const gfloat *samples, gsize n_samples,
    guint rate, const GArray *track, gdouble hop_s, VoxSpeakerSpread *spread,
    GError **error)
{
  g_autoptr (GArray) semitones = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) positions = NULL;
  g_autoptr (GArray) blocks = NULL;
  Analysis analysis;

  memset (spread, 0, sizeof (*spread));
  analysis_init (&analysis, rate);
  positions =
      voiced_positions (&analysis, n_samples, rate, track, hop_s, semitones);
  blocks = make_blocks (&analysis, stream, samples, positions, semitones);
  analysis_clear (&analysis);
  if (blocks->len >= MIN_BLOCKS) {
    spread->timbre = timbre_split (blocks);
    f0_split (blocks, spread);
  }
  return vox_stream_finish (stream, error);
}
