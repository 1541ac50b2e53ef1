/* vox-high-band.c: the long-term spectrum above 8 kHz. */
#include "convert/vox-high-band.h"

#include <math.h>
#include <string.h>

#include "base/vox-fifo.h"

#define LOW_HZ 8000.0
#define HIGH_HZ 24000.0
#define REFERENCE_LOW_HZ 6000.0
/* Voice frames from one measurement to the next: 20 ms. */
#define FRAMES_PER_STEP 4
/* Below this rate there is nothing above 8 kHz worth shaping. */
#define MIN_RATE 20000
#define POWER_FLOOR 1e-12

typedef struct
{
  gfloat bands[VOX_HIGH_BANDS];
} Measure;

struct _VoxHighBand
{
  VoxStream *stream;
  guint rate;
  guint fft_size;
  guint usable_bands;
  VoxFifo *input;
  gint64 input_start;
  gint64 next_step;
  VoxMatrix *window;
  VoxBuffer *spectrum;
  VoxComplex *host;
  GArray *measures;
  gint64 first_measure;
  gint64 n_accepted;
  gdouble sums[2][VOX_HIGH_BANDS];
  guint64 counts[2];
};

VoxHighBand *
vox_high_band_new (VoxStream *stream, guint rate, GError **error)
{
  g_autoptr (VoxHighBand) self = g_new0 (VoxHighBand, 1);
  const gdouble bands =
      (rate / 2.0 - LOW_HZ) / (HIGH_HZ - LOW_HZ) * VOX_HIGH_BANDS;
  g_autofree gfloat *window = NULL;

  self->stream = stream;
  self->rate = rate;
  self->measures = g_array_new (FALSE, FALSE, sizeof (Measure));
  /* The topmost band below Nyquist often is a converter's filter: left out. */
  self->usable_bands =
      rate < MIN_RATE ? 0 : (guint) CLAMP (bands * 0.95, 1.0, VOX_HIGH_BANDS);
  for (self->fft_size = 256; self->fft_size < rate / 50; self->fft_size *= 2)
    ;
  window = g_new (gfloat, self->fft_size);
  for (guint i = 0; i < self->fft_size; i++)
    window[i] =
        (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * (i + 0.5) / self->fft_size));
  self->window = vox_matrix_new (stream, 1, self->fft_size, window, error);
  if (self->window == NULL)
    return NULL;
  self->host = g_new (VoxComplex, self->fft_size / 2 + 1);
  self->spectrum = vox_buffer_new (
      stream, (self->fft_size / 2 + 1) * sizeof (VoxComplex), error);
  if (self->spectrum == NULL)
    return NULL;
  self->input = vox_fifo_new (stream, 1, rate / 5, error);
  return self->input != NULL ? g_steal_pointer (&self) : NULL;
}

void
vox_high_band_free (VoxHighBand *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->window, vox_matrix_free);
  g_clear_pointer (&self->spectrum, vox_buffer_free);
  g_clear_pointer (&self->input, vox_fifo_free);
  g_clear_pointer (&self->measures, g_array_unref);
  g_free (self->host);
  g_free (self);
}

gdouble
vox_high_band_position (gdouble hz)
{
  return CLAMP ((hz - LOW_HZ) / (HIGH_HZ - LOW_HZ) * VOX_HIGH_BANDS - 0.5, 0.0,
      VOX_HIGH_BANDS - 1.0);
}

/* Mean log power between two frequencies of the transform in host memory. */
static gfloat
mean_log_power (const VoxHighBand *self, gdouble low_hz, gdouble high_hz)
{
  const gdouble bin_hz = (gdouble) self->rate / self->fft_size;
  const guint first = (guint) ceil (low_hz / bin_hz);
  const guint end =
      MIN (self->fft_size / 2, MAX ((guint) (high_hz / bin_hz), first + 1));
  gdouble sum = 0.0;

  for (guint k = first; k < end; k++)
    sum += (gdouble) (self->host[k].re * self->host[k].re
        + self->host[k].im * self->host[k].im);
  return (gfloat) log (sum / MAX (end - first, 1) + POWER_FLOOR);
}

static gboolean
measure (VoxHighBand *self, gint64 offset, GError **error)
{
  const gdouble width = (HIGH_HZ - LOW_HZ) / VOX_HIGH_BANDS;
  const VoxStftArgs args = { .signal = vox_fifo_plane (self->input, 0) + offset,
    .spectrum = self->spectrum->data,
    .window = self->window->data,
    .window_length = self->fft_size,
    .fft_size = self->fft_size,
    .hop = 1,
    .channels = 1,
    .frames = 1 };
  Measure result = { { 0.0f } };
  gfloat reference;

  self->stream->ops->spectrum.stft (self->stream, &args);
  self->stream->ops->memory.copy (self->stream, self->host,
      self->spectrum->data, (self->fft_size / 2 + 1) * sizeof (VoxComplex));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  reference = mean_log_power (self, REFERENCE_LOW_HZ, LOW_HZ);
  for (guint b = 0; b < self->usable_bands; b++)
    result.bands[b] =
        mean_log_power (self, LOW_HZ + b * width, LOW_HZ + (b + 1) * width)
        - reference;
  g_array_append_val (self->measures, result);
  return TRUE;
}

gboolean
vox_high_band_push (
    VoxHighBand *self, const gfloat *samples, gsize n_samples, GError **error)
{
  if (self->usable_bands == 0)
    return TRUE;
  if (!vox_fifo_push_planes (self->input, samples, n_samples, n_samples, error))
    return FALSE;
  for (;;) {
    const gint64 center =
        (gint64) (self->next_step * FRAMES_PER_STEP * VOX_FRAME_S * self->rate);
    const gint64 first = center - self->fft_size / 2 - self->input_start;
    const gint64 length = (gint64) vox_fifo_length (self->input);

    if (first + self->fft_size > length)
      return TRUE;
    /* The first windows would begin before the signal: nothing to measure. */
    if (first < 0) {
      const Measure nothing = { { 0.0f } };

      g_array_append_val (self->measures, nothing);
    } else {
      if (!measure (self, first, error))
        return FALSE;
      vox_fifo_drop (self->input, (gsize) first);
      self->input_start += first;
    }
    self->next_step++;
  }
}

void
vox_high_band_accept (
    VoxHighBand *self, const VoxVoiceFrame *frames, guint n, gfloat level_db)
{
  for (guint i = 0; i < n && self->usable_bands > 0; i++) {
    const gint64 frame = self->n_accepted + i;
    const gint64 at = frame / FRAMES_PER_STEP - self->first_measure;
    const VoxFrameKind kind = vox_features_kind (&frames[i], level_db);
    const Measure *found;

    if (frame % FRAMES_PER_STEP != 0 || kind == VOX_FRAME_SILENT || at < 0
        || at >= (gint64) self->measures->len)
      continue;
    found = &g_array_index (self->measures, Measure, at);
    for (guint b = 0; b < self->usable_bands; b++)
      self->sums[kind][b] += (gdouble) found->bands[b];
    self->counts[kind]++;
  }
  self->n_accepted += n;
  if (self->usable_bands > 0) {
    const gint64 used = self->n_accepted / FRAMES_PER_STEP;
    const gint64 drop =
        CLAMP (used - self->first_measure, 0, (gint64) self->measures->len);

    g_array_remove_range (self->measures, 0, (guint) drop);
    self->first_measure += drop;
  }
}

gboolean
vox_high_band_means (const VoxHighBand *self, gfloat *means)
{
  memset (means, 0, 2 * VOX_HIGH_BANDS * sizeof (gfloat));
  if (self->usable_bands == 0 || self->counts[0] + self->counts[1] == 0)
    return FALSE;
  for (guint kind = 0; kind < 2; kind++) {
    /* Without frames of one kind, the other's mean is the best guess. */
    const guint from = self->counts[kind] > 0 ? kind : 1 - kind;

    for (guint b = 0; b < VOX_HIGH_BANDS; b++)
      means[kind * VOX_HIGH_BANDS + b] =
          (gfloat) (self->sums[from][MIN (b, self->usable_bands - 1)]
              / (gdouble) self->counts[from]);
  }
  return TRUE;
}

void
vox_high_band_reset (VoxHighBand *self)
{
  vox_fifo_clear (self->input);
  g_array_set_size (self->measures, 0);
  self->input_start = self->next_step = 0;
  self->first_measure = self->n_accepted = 0;
  memset (self->sums, 0, sizeof (self->sums));
  memset (self->counts, 0, sizeof (self->counts));
}
