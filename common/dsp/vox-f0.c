/* vox-f0.c: the F0 tracker: decimation to a working rate of 8 to 16 kHz and
 * autocorrelation candidates on the device (vox-ops-f0.h), and a path among
 * them on the host (vox-f0-path.h). Method: Boersma 1993, "Accurate short-term
 * analysis of the fundamental frequency and the harmonics-to-noise ratio of a
 * sampled sound".
 */
#include "dsp/vox-f0.h"

#include "base/vox-fifo.h"
#include "dsp/vox-f0-path.h"
#include "dsp/vox-table.h"
#include <math.h>
#include <string.h>

/* The signal is decimated by the largest whole factor that keeps this rate:
 * 4 kHz hold two harmonics of the highest F0; noise above would only hurt. */
#define MIN_WORKING_RATE_HZ 8000

/* Decimation filter: Kaiser window of 60 dB (beta from Kaiser 1974), half its
 * length in working samples, and its -6 dB point in working rates. */
#define FILTER_BETA 5.65
#define FILTER_HALF_LENGTH 9
#define FILTER_CUTOFF 0.45

/* Frames computed and samples taken in at once. */
#define BATCH_FRAMES 64
#define PIECE_SAMPLES 32768

/* The lowest F0 needs a long window, in which a higher one, that moves more in
 * the same time, would smear. So F0 above this has a window of its own, of
 * UPPER_PERIODS of it. (Both chosen on resynthesised speech and singing.) */
#define SPLIT_HZ 80.0
#define UPPER_PERIODS 2.7

/* In a shorter one, noise looks periodic too often. */
#define MIN_WINDOW_S 0.030

#define LOWEST_HZ 20.0
#define HIGHEST_HZ 3000.0

/* What the modes trade: the window in periods of the lowest F0, how long a
 * decision waits for later frames, and what a change of voicing costs (without
 * later frames a high cost would make every onset late). */
typedef struct
{
  gdouble window_periods, lookback_s, voicing_change_cost;
} Timing;

/* One range of F0 and the window it is looked for in. */
typedef struct
{
  guint window_length;
  guint min_lag, max_lag;
  VoxBuffer *window;
  VoxBuffer *window_scale;
} Band;

struct _VoxF0
{
  VoxStream *stream;
  VoxF0Params params;
  guint factor;
  gdouble working_rate;
  gdouble working_hop; /* samples, not always whole */
  Band bands[VOX_F0_BANDS];
  guint n_bands;
  guint filter_half;
  guint lookback_frames;

  VoxBuffer *taps;
  VoxBuffer *analyses;
  VoxBuffer *decimated;
  VoxF0Analysis host_analyses[VOX_F0_BANDS][BATCH_FRAMES];

  VoxFifo *input;
  VoxFifo *working;
  gint64 working_base;
  guint64 pushed_samples;
  guint64 computed_frames;
  gboolean drained;
  VoxF0Path *path;
  GArray *frames;
  gsize frames_taken;
};

static Timing
mode_timing (VoxMode mode)
{
  switch (mode) {
    case VOX_MODE_FAST:
      return (Timing){ 2.4, 0.0, 0.22 };
    case VOX_MODE_QUALITY:
      return (Timing){ 3.0, 0.200, 0.30 };
    default:
      return (Timing){ 3.0, 0.040, 0.30 };
  }
}

static gboolean
check_params (const VoxF0Params *p, GError **error)
{
  if (p->rate >= 8000 && p->rate <= 192000 && p->hop_s >= 0.001
      && p->hop_s <= 0.05 && p->min_hz >= LOWEST_HZ && p->max_hz <= HIGHEST_HZ
      && p->min_hz * 1.5 <= p->max_hz)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "F0 tracker: rate %u Hz (8000 to 192000), hop %g s (0.001 to 0.05) or "
      "range %g to %g Hz (%g to %g, at least a factor of 1.5) cannot be used",
      p->rate, p->hop_s, p->min_hz, p->max_hz, LOWEST_HZ, HIGHEST_HZ);
  return FALSE;
}

/* A linear-phase low-pass of odd length 2 * filter_half + 1; the single tap 1
 * when nothing is decimated. */
static gboolean
make_filter (VoxF0 *self, GError **error)
{
  const gint half = (gint) self->filter_half;
  g_autofree gfloat *taps = g_new (gfloat, 2 * half + 1);
  gdouble sum = 0.0;

  for (gint i = -half; i <= half; i++) {
    const gdouble x = 2.0 * FILTER_CUTOFF * i / self->factor;
    const gdouble edge = (gdouble) i / (half + 1);

    taps[i + half] = (gfloat) (vox_sinc (x) * vox_kaiser (edge, FILTER_BETA));
    sum += taps[i + half];
  }
  for (gint i = 0; i <= 2 * half; i++)
    taps[i] = (gfloat) (taps[i] / sum);
  self->taps =
      vox_table_upload (self->stream, taps, 2 * self->filter_half + 1, error);
  return self->taps != NULL;
}

/* A Hann window and its energy over its autocorrelation. */
static gboolean
make_window (VoxF0 *self, Band *band, GError **error)
{
  const guint n = band->window_length;
  const guint n_lags = band->max_lag + VOX_F0_INTERPOLATION_LAGS + 1;
  g_autofree gfloat *window = g_new (gfloat, n);
  g_autofree gfloat *scale = g_new (gfloat, n_lags);
  gdouble energy = 0.0;

  for (guint i = 0; i < n; i++) {
    window[i] = (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * (i + 0.5) / n));
    energy += window[i] * window[i];
  }
  for (guint l = 0; l < n_lags; l++) {
    gdouble sum = 0.0;

    for (guint i = 0; i + l < n; i++)
      sum += window[i] * window[i + l];
    scale[l] = (gfloat) (energy / sum);
  }
  band->window = vox_table_upload (self->stream, window, n, error);
  band->window_scale = vox_table_upload (self->stream, scale, n_lags, error);
  return band->window != NULL && band->window_scale != NULL;
}

static gboolean
make_band (VoxF0 *self, gdouble low_hz, gdouble high_hz, gdouble window_periods,
    GError **error)
{
  Band *band = &self->bands[self->n_bands++];
  const gdouble window_s = MAX (window_periods / low_hz, MIN_WINDOW_S);

  band->min_lag = MAX (2, (guint) (self->working_rate / high_hz));
  band->max_lag = (guint) ceil (self->working_rate / low_hz);
  band->window_length = 2 * (guint) ceil (0.5 * window_s * self->working_rate);
  return make_window (self, band, error);
}

static gboolean
make_bands (VoxF0 *self, GError **error)
{
  const gdouble periods = mode_timing (self->params.mode).window_periods;
  const gdouble low = self->params.min_hz, high = self->params.max_hz;

  if (low >= SPLIT_HZ || high <= SPLIT_HZ)
    return make_band (self, low, high, periods, error);
  return make_band (self, low, SPLIT_HZ, periods, error)
      && make_band (self, SPLIT_HZ, high, UPPER_PERIODS, error);
}

static guint
longest_window (const VoxF0 *self)
{
  guint longest = 0;

  for (guint b = 0; b < self->n_bands; b++)
    longest = MAX (longest, self->bands[b].window_length);
  return longest;
}

static gboolean
make_buffers (VoxF0 *self, GError **error)
{
  const gsize max_decimated = PIECE_SAMPLES / self->factor + 2;

  self->analyses = vox_buffer_new (self->stream,
      VOX_F0_BANDS * BATCH_FRAMES * sizeof (VoxF0Analysis), error);
  if (self->analyses == NULL)
    return FALSE;
  self->decimated =
      vox_buffer_new (self->stream, max_decimated * sizeof (gfloat), error);
  if (self->decimated == NULL)
    return FALSE;
  self->input = vox_fifo_new (self->stream, 1, 2 * PIECE_SAMPLES, error);
  if (self->input == NULL)
    return FALSE;
  self->working = vox_fifo_new (
      self->stream, 1, 2 * (max_decimated + longest_window (self)), error);
  return self->working != NULL;
}

/* Silence before the first sample fills the filter and half a window. */
static gboolean
prime (VoxF0 *self, GError **error)
{
  self->working_base = -(gint64) (longest_window (self) / 2);
  return vox_fifo_push_zeros (self->input, self->filter_half, error)
      && vox_fifo_push_zeros (self->working, longest_window (self) / 2, error);
}

VoxF0 *
vox_f0_new (VoxStream *stream, const VoxF0Params *params, GError **error)
{
  const Timing timing = mode_timing (params->mode);
  g_autoptr (VoxF0) self = NULL;
  VoxF0PathParams path;

  g_return_val_if_fail (stream != NULL, NULL);
  if (!check_params (params, error))
    return NULL;
  self = g_new0 (VoxF0, 1);
  self->stream = stream;
  self->params = *params;
  self->factor = params->rate / MIN_WORKING_RATE_HZ;
  self->working_rate = (gdouble) params->rate / self->factor;
  self->working_hop = params->hop_s * self->working_rate;
  self->filter_half = self->factor > 1 ? FILTER_HALF_LENGTH * self->factor : 0;
  self->lookback_frames =
      (guint) floor (timing.lookback_s / params->hop_s + 0.5);
  path = (VoxF0PathParams){ self->working_rate, params->hop_s, params->max_hz,
    self->lookback_frames, timing.voicing_change_cost };
  self->path = vox_f0_path_new (&path);
  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  if (!make_filter (self, error) || !make_bands (self, error)
      || !make_buffers (self, error) || !prime (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_f0_free (VoxF0 *self)
{
  if (self == NULL)
    return;
  vox_buffer_free (self->taps);
  for (guint b = 0; b < VOX_F0_BANDS; b++) {
    vox_buffer_free (self->bands[b].window);
    vox_buffer_free (self->bands[b].window_scale);
  }
  vox_buffer_free (self->analyses);
  vox_buffer_free (self->decimated);
  vox_fifo_free (self->input);
  vox_fifo_free (self->working);
  vox_f0_path_free (self->path);
  g_array_unref (self->frames);
  g_free (self);
}

gsize
vox_f0_latency_samples (const VoxF0 *self)
{
  /* Positions are rounded once to working samples and once to input ones. */
  const guint rounding_samples = self->factor + 1;

  return (gsize) ceil (
             self->lookback_frames * self->params.hop_s * self->params.rate)
      + longest_window (self) / 2 * self->factor + self->filter_half
      + rounding_samples;
}

/* First working sample of a frame. */
static gint64
frame_start (const VoxF0 *self, guint64 frame)
{
  return (gint64) floor ((gdouble) frame * self->working_hop + 0.5)
      - longest_window (self) / 2;
}

/* Frames of the whole stream so far. */
static guint64
frame_count (const VoxF0 *self)
{
  if (self->pushed_samples == 0)
    return 0;
  return 1
      + (guint64) floor ((gdouble) self->pushed_samples
          / (self->params.hop_s * self->params.rate));
}

static gboolean
decimate_input (VoxF0 *self, GError **error)
{
  const gsize n_taps = 2 * self->filter_half + 1;
  const gsize held = vox_fifo_length (self->input);
  gsize n_out;

  if (held < n_taps)
    return TRUE;
  n_out = (held - n_taps) / self->factor + 1;
  self->stream->ops->f0.decimate (self->stream,
      vox_buffer_f32 (self->decimated), n_out, vox_fifo_plane (self->input, 0),
      self->factor, vox_buffer_f32 (self->taps), (guint) n_taps);
  if (!vox_fifo_push_planes (
          self->working, vox_buffer_f32 (self->decimated), n_out, n_out, error))
    return FALSE;
  vox_fifo_drop (self->input, n_out * self->factor);
  return TRUE;
}

static void
compute_band (VoxF0 *self, guint index, guint n_frames)
{
  const Band *band = &self->bands[index];
  VoxF0Analysis *all = self->analyses->data;
  VoxF0Analysis *out = all + index * BATCH_FRAMES;
  const VoxF0CandidateArgs args = {
    .signal = vox_fifo_plane (self->working, 0),
    .base = self->working_base,
    .first_frame = self->computed_frames,
    .hop = self->working_hop,
    .window = vox_buffer_f32 (band->window),
    .window_length = band->window_length,
    .window_scale = vox_buffer_f32 (band->window_scale),
    .min_lag = band->min_lag,
    .max_lag = band->max_lag,
    .octave_cost = (gfloat) VOX_F0_OCTAVE_COST,
    .frames = n_frames,
    .out = out,
  };

  self->stream->ops->f0.candidates (self->stream, &args);
  self->stream->ops->memory.copy (self->stream, self->host_analyses[index], out,
      n_frames * sizeof (VoxF0Analysis));
}

/* Computes the next frames, whose samples are all there, and moves on. */
static gboolean
compute_batch (VoxF0 *self, guint n_frames, GError **error)
{
  for (guint b = 0; b < self->n_bands; b++)
    compute_band (self, b, n_frames);
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint t = 0; t < n_frames; t++) {
    const VoxF0Analysis *const bands[VOX_F0_BANDS] = {
      &self->host_analyses[0][t], &self->host_analyses[1][t]
    };
    VoxF0Frame decided;

    if (vox_f0_path_push (self->path, bands, self->n_bands, &decided))
      g_array_append_val (self->frames, decided);
  }
  self->computed_frames += n_frames;
  return TRUE;
}

/* Every frame before @limit whose window is complete. */
static gboolean
compute_frames (VoxF0 *self, guint64 limit, GError **error)
{
  for (;;) {
    const gint64 end =
        self->working_base + (gint64) vox_fifo_length (self->working);
    gint64 done;
    guint n = 0;

    while (n < BATCH_FRAMES && self->computed_frames + n < limit
        && frame_start (self, self->computed_frames + n) + longest_window (self)
            <= end)
      n++;
    if (n == 0)
      return TRUE;
    if (!compute_batch (self, n, error))
      return FALSE;
    done = frame_start (self, self->computed_frames) - self->working_base;
    done = CLAMP (done, 0, (gint64) vox_fifo_length (self->working));
    vox_fifo_drop (self->working, (gsize) done);
    self->working_base += done;
  }
}

/* Frames that have been pulled leave the queue. */
static void
compact (VoxF0 *self)
{
  if (self->frames_taken > 0)
    g_array_remove_range (self->frames, 0, (guint) self->frames_taken);
  self->frames_taken = 0;
}

gboolean
vox_f0_push (
    VoxF0 *self, const gfloat *samples, gsize n_samples, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->drained, FALSE);

  compact (self);
  while (n_samples > 0) {
    const gsize n = MIN (n_samples, PIECE_SAMPLES);

    if (!vox_fifo_push_frames (self->input, samples, n, error))
      return FALSE;
    self->pushed_samples += n;
    if (!decimate_input (self, error)
        || !compute_frames (self, G_MAXUINT64, error))
      return FALSE;
    samples += n;
    n_samples -= n;
  }
  return TRUE;
}

gboolean
vox_f0_drain (VoxF0 *self, GError **error)
{
  const guint64 total = frame_count (self);
  guint open;

  if (self->drained)
    return TRUE;
  self->drained = TRUE;
  compact (self);
  while (self->computed_frames < total) {
    const gsize zeros = MIN (PIECE_SAMPLES,
        self->factor * longest_window (self) + 2 * self->filter_half + 1);

    if (!vox_fifo_push_zeros (self->input, zeros, error)
        || !decimate_input (self, error)
        || !compute_frames (self, total, error))
      return FALSE;
  }
  open = self->frames->len;
  g_array_set_size (self->frames, open + self->lookback_frames + 1);
  open += vox_f0_path_finish (
      self->path, &g_array_index (self->frames, VoxF0Frame, open));
  g_array_set_size (self->frames, open);
  return TRUE;
}

gsize
vox_f0_available (const VoxF0 *self)
{
  return self->frames->len - self->frames_taken;
}

gsize
vox_f0_pull (VoxF0 *self, VoxF0Frame *frames, gsize max)
{
  const gsize n = MIN (max, vox_f0_available (self));

  if (n > 0)
    memcpy (frames,
        &g_array_index (self->frames, VoxF0Frame, self->frames_taken),
        n * sizeof (VoxF0Frame));
  self->frames_taken += n;
  return n;
}

void
vox_f0_reset (VoxF0 *self)
{
  vox_fifo_clear (self->input);
  vox_fifo_clear (self->working);
  vox_f0_path_reset (self->path);
  g_array_set_size (self->frames, 0);
  self->frames_taken = 0;
  self->pushed_samples = self->computed_frames = 0;
  self->drained = FALSE;
  /* Both queues are empty and were large enough before, so this allocates
   * nothing and cannot fail. */
  prime (self, NULL);
}

GArray *
vox_f0_analyze (VoxStream *stream, const VoxF0Params *params,
    const gfloat *samples, gsize n_samples, GError **error)
{
  g_autoptr (VoxF0) self = vox_f0_new (stream, params, error);

  if (self == NULL || !vox_f0_push (self, samples, n_samples, error)
      || !vox_f0_drain (self, error))
    return NULL;
  return g_array_ref (self->frames);
}
