/* vox-signal-facts.c: sums per channel, a histogram of frame levels, and the
 * cross spectrum of the first two channels. */
#include "quality/vox-signal-facts.h"

#include <math.h>

#include "base/vox-fifo.h"

#define FRAME_S 0.032
/* 16-bit full scale less a rounding error; converters stop there. */
#define CLIP_LEVEL 0.99995f
#define CLIP_RUN_SAMPLES 3
#define SILENCE_DB (-60.0)
#define NOISE_FLOOR_PART 0.05

/* Histogram of levels: 0.5 dB bins from -140 dBFS on. */
#define HISTOGRAM_LOW_DB (-140.0)
#define HISTOGRAM_STEP_DB 0.5
#define HISTOGRAM_BINS 320

#define MAX_CHANNELS 8

typedef struct
{
  gdouble sum;
  gdouble squares;
  gfloat peak;
  guint clip_run;
} Channel;

struct _VoxSignalFacts
{
  VoxStream *stream;
  guint rate;
  guint channels;
  guint frame, fft_size, bins;
  guint64 n_frames;
  guint64 clipped;
  Channel channel[MAX_CHANNELS];
  gdouble frame_squares;
  guint frame_filled;
  guint64 n_levels, n_digital_silence, n_silent;
  guint64 histogram[HISTOGRAM_BINS];
  VoxFifo *pair;
  VoxBuffer *window;
  VoxBuffer *spectrum;
  VoxBuffer *cross;
};

static gboolean
prepare_coherence (VoxSignalFacts *self, GError **error)
{
  const guint n = self->frame;
  g_autofree gfloat *window = g_new (gfloat, n);

  for (guint i = 0; i < n; i++)
    window[i] = (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * i / n));
  self->pair =
      vox_fifo_new (self->stream, self->channels, 2 * self->fft_size, error);
  if (self->pair == NULL)
    return FALSE;
  self->window = vox_buffer_new (self->stream, n * sizeof (gfloat), error);
  if (self->window == NULL)
    return FALSE;
  self->spectrum = vox_buffer_new (
      self->stream, 2 * self->bins * sizeof (VoxComplex), error);
  if (self->spectrum == NULL)
    return FALSE;
  self->cross =
      vox_buffer_new (self->stream, 4 * self->bins * sizeof (gdouble), error);
  if (self->cross == NULL)
    return FALSE;
  self->stream->ops->memory.copy (
      self->stream, self->window->data, window, n * sizeof (gfloat));
  return vox_stream_finish (self->stream, error);
}

VoxSignalFacts *
vox_signal_facts_new (
    VoxStream *stream, guint rate, guint channels, GError **error)
{
  g_autoptr (VoxSignalFacts) self = g_new0 (VoxSignalFacts, 1);

  g_return_val_if_fail (channels > 0 && channels <= MAX_CHANNELS, NULL);
  self->stream = stream;
  self->rate = rate;
  self->channels = channels;
  self->frame = (guint) lrint (FRAME_S * rate);
  self->fft_size = 2;
  while (self->fft_size < self->frame)
    self->fft_size *= 2;
  self->bins = self->fft_size / 2 + 1;
  if (channels > 1 && !prepare_coherence (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_signal_facts_free (VoxSignalFacts *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->pair, vox_fifo_free);
  g_clear_pointer (&self->window, vox_buffer_free);
  g_clear_pointer (&self->spectrum, vox_buffer_free);
  g_clear_pointer (&self->cross, vox_buffer_free);
  g_free (self);
}

/* A run counts as a whole once it is long enough. */
static void
count_clipping (VoxSignalFacts *self, Channel *channel, gfloat magnitude)
{
  if (magnitude < CLIP_LEVEL) {
    channel->clip_run = 0;
    return;
  }
  channel->clip_run++;
  if (channel->clip_run == CLIP_RUN_SAMPLES)
    self->clipped += CLIP_RUN_SAMPLES;
  else if (channel->clip_run > CLIP_RUN_SAMPLES)
    self->clipped++;
}

/* Returns: the sum of squares. */
static gdouble
add_channel (
    VoxSignalFacts *self, Channel *channel, const gfloat *samples, gsize n)
{
  const guint stride = self->channels;
  gdouble sum = 0.0, squares = 0.0;
  gfloat peak = 0.0f;

  for (gsize i = 0; i < n; i++) {
    const gfloat x = samples[i * stride];
    const gfloat magnitude = fabsf (x);

    sum += (gdouble) x;
    squares += (gdouble) x * (gdouble) x;
    peak = magnitude > peak ? magnitude : peak;
  }
  if (peak >= CLIP_LEVEL || channel->clip_run > 0)
    for (gsize i = 0; i < n; i++)
      count_clipping (self, channel, fabsf (samples[i * stride]));
  channel->sum += sum;
  channel->squares += squares;
  channel->peak = MAX (channel->peak, peak);
  return squares;
}

static void
close_level (VoxSignalFacts *self)
{
  const gdouble power =
      self->frame_squares / ((gdouble) self->frame * self->channels);

  self->n_levels++;
  if (power <= 0.0) {
    self->n_digital_silence++;
    self->n_silent++;
  } else {
    const gdouble db = 10.0 * log10 (power);
    const gint bin = (gint) ((db - HISTOGRAM_LOW_DB) / HISTOGRAM_STEP_DB);

    self->histogram[CLAMP (bin, 0, HISTOGRAM_BINS - 1)]++;
    if (db < SILENCE_DB)
      self->n_silent++;
  }
  self->frame_squares = 0.0;
  self->frame_filled = 0;
}

static gboolean
add_coherence (
    VoxSignalFacts *self, const gfloat *frames, gsize n_frames, GError **error)
{
  VoxComplex *spectrum = self->spectrum->data;

  if (!vox_fifo_push_frames (self->pair, frames, n_frames, error))
    return FALSE;
  while (vox_fifo_length (self->pair) >= self->frame) {
    const VoxStftArgs args = {
      .signal = vox_fifo_plane (self->pair, 0),
      .signal_stride = vox_fifo_stride (self->pair),
      .spectrum = spectrum,
      .spectrum_stride = self->bins,
      .window = vox_buffer_f32 (self->window),
      .window_length = self->frame,
      .fft_size = self->fft_size,
      .hop = self->frame,
      .channels = 2,
      .frames = 1,
    };

    self->stream->ops->spectrum.stft (self->stream, &args);
    self->stream->ops->quality.cross_power (self->stream, self->cross->data,
        spectrum, spectrum + self->bins, 1, self->bins);
    vox_fifo_drop (self->pair, self->frame);
  }
  return TRUE;
}

gboolean
vox_signal_facts_push (
    VoxSignalFacts *self, const gfloat *frames, gsize n_frames, GError **error)
{
  if (self->pair != NULL && !add_coherence (self, frames, n_frames, error))
    return FALSE;
  self->n_frames += n_frames;
  while (n_frames > 0) {
    const gsize n = MIN (n_frames, self->frame - self->frame_filled);

    for (guint c = 0; c < self->channels; c++)
      self->frame_squares +=
          add_channel (self, &self->channel[c], frames + c, n);
    self->frame_filled += (guint) n;
    if (self->frame_filled == self->frame)
      close_level (self);
    frames += n * self->channels;
    n_frames -= n;
  }
  return TRUE;
}

static gdouble
noise_floor_db (const VoxSignalFacts *self)
{
  const guint64 n = self->n_levels - self->n_digital_silence;
  guint64 below = 0;

  if (n == 0)
    return NAN;
  for (guint b = 0; b < HISTOGRAM_BINS; b++) {
    below += self->histogram[b];
    if ((gdouble) below >= NOISE_FLOOR_PART * (gdouble) n)
      return HISTOGRAM_LOW_DB + (b + 0.5) * HISTOGRAM_STEP_DB;
  }
  return NAN;
}

static gboolean
get_coherence (VoxSignalFacts *self, gdouble *coherence, GError **error)
{
  g_autofree gdouble *sums = g_new (gdouble, 4 * self->bins);
  gdouble weighted = 0.0, weights = 0.0;

  self->stream->ops->memory.copy (
      self->stream, sums, self->cross->data, 4 * self->bins * sizeof (gdouble));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint k = 0; k < self->bins; k++) {
    const gdouble *s = sums + 4 * k;
    const gdouble weight = s[0] + s[1];

    if (s[0] > 0.0 && s[1] > 0.0)
      weighted += weight * (s[2] * s[2] + s[3] * s[3]) / (s[0] * s[1]);
    weights += weight;
  }
  *coherence = weights > 0.0 ? weighted / weights : (gdouble) NAN;
  return TRUE;
}

gboolean
vox_signal_facts_get (
    VoxSignalFacts *self, VoxQualitySignal *signal, GError **error)
{
  const gdouble n = (gdouble) self->n_frames;
  gdouble squares = 0.0;
  gfloat peak = 0.0f;

  signal->duration_s = n / self->rate;
  signal->dc = 0.0;
  for (guint c = 0; c < self->channels && n > 0.0; c++) {
    const gdouble dc = self->channel[c].sum / n;

    if (fabs (dc) > fabs (signal->dc))
      signal->dc = dc;
    squares += self->channel[c].squares;
    peak = MAX (peak, self->channel[c].peak);
  }
  if (squares > 0.0) {
    signal->rms_dbfs = 10.0 * log10 (squares / (n * self->channels));
    signal->sample_peak_dbfs = 20.0 * log10 ((gdouble) peak);
  }
  signal->clipped_samples = self->clipped;
  signal->noise_floor_dbfs = noise_floor_db (self);
  if (self->n_levels > 0)
    signal->silence_ratio = (gdouble) self->n_silent / (gdouble) self->n_levels;
  return self->pair == NULL || get_coherence (self, &signal->coherence, error);
}
