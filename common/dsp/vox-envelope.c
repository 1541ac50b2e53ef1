/* vox-envelope.c: voice analysis: 16 kHz signal, F0 and spectral envelope. */
#include "dsp/vox-envelope.h"

#include <math.h>

#include "base/vox-fifo.h"
#include "convert/vox-matrix.h"

/* Rate conversion: zero crossings on each side, positions between samples, and
 * the pass band's end as part of the lower Nyquist frequency. */
#define KERNEL_CROSSINGS 12
#define KERNEL_PHASES 320
#define KERNEL_PASS 0.96
/* CheapTrick's F0 for unvoiced frames (WORLD's choice). */
#define UNVOICED_F0_HZ 500.0f
/* Power density added everywhere: -120 dB. */
#define POWER_FLOOR 1e-12f
/* Frames of one envelope operation. */
#define BATCH 64
struct _VoxEnvelope
{
  VoxStream *stream;
  guint rate;
  VoxF0 *f0;
  VoxFifo *input;
  gint64 input_start;
  VoxFifo *signal;
  gint64 signal_start;
  gint64 n_resampled;
  guint taps;
  gint64 half_window;
  VoxMatrix *kernel;
  VoxMatrix *projection;
  VoxMatrix *f0_batch;
  VoxMatrix *power;
  VoxMatrix *points;
  VoxBuffer *resampled;
  gsize resampled_size;
  gfloat *widths;
  gfloat *host;
  gsize host_size;
  GArray *f0_frames;
  gint64 next_frame;
  gboolean drained;
};

/* Hann-windowed sinc, each phase normalised to a gain of 1 at 0 Hz. */
static gfloat *
make_kernel (guint rate, guint taps)
{
  const gdouble cutoff =
      KERNEL_PASS * MIN (1.0, (gdouble) VOX_ANALYSIS_RATE / rate);
  gfloat *kernel = g_new (gfloat, KERNEL_PHASES * taps);

  for (guint p = 0; p < KERNEL_PHASES; p++) {
    gdouble sum = 0.0;

    for (guint j = 0; j < taps; j++) {
      const gdouble t =
          (gdouble) j - (taps / 2.0 - 1.0) - (gdouble) p / KERNEL_PHASES;
      const gdouble x = G_PI * cutoff * t;
      const gdouble sinc = fabs (x) < 1e-9 ? 1.0 : sin (x) / x;
      const gdouble window = 0.5 + 0.5 * cos (2.0 * G_PI * t / (taps + 1));

      kernel[p * taps + j] = (gfloat) (sinc * window);
      sum += sinc * window;
    }
    for (guint j = 0; j < taps; j++)
      kernel[p * taps + j] /= (gfloat) sum;
  }
  return kernel;
}

static gboolean
make_tables (VoxEnvelope *self, GError **error)
{
  g_autofree gfloat *kernel = make_kernel (self->rate, self->taps);
  g_autofree gfloat *projection = vox_mel_projection ();
  VoxStream *stream = self->stream;

  self->kernel =
      vox_matrix_new (stream, KERNEL_PHASES, self->taps, kernel, error);
  self->projection = self->kernel == NULL
      ? NULL
      : vox_matrix_new (
          stream, VOX_MEL_POINTS, VOX_ANALYSIS_BINS, projection, error);
  self->f0_batch = self->projection == NULL
      ? NULL
      : vox_matrix_new (stream, BATCH, 1, NULL, error);
  self->power = self->f0_batch == NULL
      ? NULL
      : vox_matrix_new (stream, BATCH, VOX_ANALYSIS_BINS, NULL, error);
  self->points = self->power == NULL
      ? NULL
      : vox_matrix_new (stream, BATCH, VOX_MEL_POINTS, NULL, error);
  return self->points != NULL;
}

VoxEnvelope *
vox_envelope_new (
    VoxStream *stream, guint rate, gdouble min_hz, VoxMode mode, GError **error)
{
  g_autoptr (VoxEnvelope) self = g_new0 (VoxEnvelope, 1);
  const VoxF0Params params = { .rate = VOX_ANALYSIS_RATE,
    .hop_s = VOX_FRAME_S,
    .min_hz = min_hz,
    .max_hz = VOX_ENVELOPE_MAX_HZ,
    .mode = mode };
  const gdouble ratio = MAX (1.0, (gdouble) rate / VOX_ANALYSIS_RATE);

  g_return_val_if_fail (rate >= 8000 && rate <= 192000, NULL);
  self->stream = stream;
  self->rate = rate;
  /* Half of the longest envelope window: 1.5 periods. */
  self->half_window = (gint64) (1.5 * VOX_ANALYSIS_RATE / min_hz) + 2;
  self->taps = 2 * (guint) ceil (KERNEL_CROSSINGS * ratio);
  self->widths = vox_mel_widths ();
  self->f0_frames = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  if (!make_tables (self, error))
    return NULL;
  self->f0 = vox_f0_new (stream, &params, error);
  if (self->f0 == NULL)
    return NULL;
  self->input = vox_fifo_new (stream, 1, rate / 10, error);
  if (self->input == NULL)
    return NULL;
  self->signal = vox_fifo_new (stream, 1, VOX_ANALYSIS_RATE / 2, error);
  if (self->signal == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_envelope_free (VoxEnvelope *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->f0, vox_f0_free);
  g_clear_pointer (&self->input, vox_fifo_free);
  g_clear_pointer (&self->signal, vox_fifo_free);
  g_clear_pointer (&self->kernel, vox_matrix_free);
  g_clear_pointer (&self->projection, vox_matrix_free);
  g_clear_pointer (&self->f0_batch, vox_matrix_free);
  g_clear_pointer (&self->power, vox_matrix_free);
  g_clear_pointer (&self->points, vox_matrix_free);
  g_clear_pointer (&self->resampled, vox_buffer_free);
  g_clear_pointer (&self->f0_frames, g_array_unref);
  g_free (self->widths);
  g_free (self->host);
  g_free (self);
}

gsize
vox_envelope_latency_samples (const VoxEnvelope *self)
{
  const gint64 ahead =
      MAX ((gint64) vox_f0_latency_samples (self->f0), self->half_window) + 1;

  return (gsize) (ahead * self->rate / VOX_ANALYSIS_RATE) + self->taps / 2 + 2;
}

static gboolean
make_room (VoxEnvelope *self, gsize n, GError **error)
{
  if (n > self->resampled_size) {
    g_clear_pointer (&self->resampled, vox_buffer_free);
    self->resampled = vox_buffer_new (self->stream, n * sizeof (gfloat), error);
    if (self->resampled == NULL)
      return FALSE;
    self->resampled_size = n;
    self->host = g_renew (gfloat, self->host, n);
  }
  return TRUE;
}

/* Brings all 16 kHz samples before @end into being and to the tracker. */
static gboolean
resample_until (VoxEnvelope *self, gint64 end, GError **error)
{
  const gint64 n = end - self->n_resampled;
  gint64 keep;

  if (n <= 0)
    return TRUE;
  if (!make_room (self, (gsize) n, error))
    return FALSE;
  {
    const VoxResampleArgs args = { .input = vox_fifo_plane (self->input, 0),
      .input_start = self->input_start,
      .n_input = vox_fifo_length (self->input),
      .output = vox_buffer_f32 (self->resampled),
      .output_start = self->n_resampled,
      .n_output = (guint) n,
      .rate = self->rate,
      .output_rate = VOX_ANALYSIS_RATE,
      .kernel = self->kernel->data,
      .phases = KERNEL_PHASES,
      .taps = self->taps };

    self->stream->ops->envelope.resample (self->stream, &args);
  }
  if (!vox_fifo_push_planes (self->signal, vox_buffer_f32 (self->resampled),
          (gsize) n, (gsize) n, error))
    return FALSE;
  self->stream->ops->memory.copy (self->stream, self->host,
      self->resampled->data, (gsize) n * sizeof (gfloat));
  if (!vox_stream_finish (self->stream, error)
      || !vox_f0_push (self->f0, self->host, (gsize) n, error))
    return FALSE;
  self->n_resampled = end;
  keep = end * self->rate / VOX_ANALYSIS_RATE - self->taps / 2;
  keep = CLAMP (
      keep - self->input_start, 0, (gint64) vox_fifo_length (self->input));
  vox_fifo_drop (self->input, (gsize) keep);
  self->input_start += keep;
  return TRUE;
}

gboolean
vox_envelope_push (
    VoxEnvelope *self, const gfloat *samples, gsize n_samples, GError **error)
{
  gint64 in_end;

  if (n_samples == 0)
    return TRUE;
  if (!vox_fifo_push_planes (self->input, samples, n_samples, n_samples, error))
    return FALSE;
  in_end = self->input_start + (gint64) vox_fifo_length (self->input);
  /* The last usable sample m has floor (m rate / 16000) + taps / 2 < in_end. */
  return resample_until (self,
      MAX (0,
          (in_end - self->taps / 2) * VOX_ANALYSIS_RATE / (gint64) self->rate),
      error);
}

gboolean
vox_envelope_drain (VoxEnvelope *self, GError **error)
{
  const gint64 in_end =
      self->input_start + (gint64) vox_fifo_length (self->input);

  if (!resample_until (self,
          (in_end * VOX_ANALYSIS_RATE + self->rate - 1) / self->rate, error)
      || !vox_f0_drain (self->f0, error))
    return FALSE;
  self->drained = TRUE;
  return TRUE;
}

static gfloat
level_db (const gfloat *spectrum, const gfloat *widths)
{
  gfloat sum = 0.0f;

  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    sum += expf (spectrum[m]) * widths[m];
  return 10.0f * log10f (sum / VOX_MEL_POINTS + 1e-20f);
}

/* Computes frames next_frame ... next_frame + n - 1. */
static gboolean
analyse (VoxEnvelope *self, guint n, GArray *frames, GError **error)
{
  const VoxF0Frame *f0 = &g_array_index (self->f0_frames, VoxF0Frame, 0);
  const VoxEnvelopeArgs args = { .signal = vox_fifo_plane (self->signal, 0),
    .signal_start = self->signal_start,
    .n_signal = vox_fifo_length (self->signal),
    .first_center = self->next_frame * VOX_ANALYSIS_HOP,
    .hop = VOX_ANALYSIS_HOP,
    .f0_hz = self->f0_batch->data,
    .log_power = self->power->data,
    .floor = POWER_FLOOR,
    .fft_size = VOX_ANALYSIS_FFT,
    .rate = VOX_ANALYSIS_RATE,
    .frames = n };
  gfloat hz[BATCH], spectra[BATCH * VOX_MEL_POINTS];

  for (guint i = 0; i < n; i++)
    hz[i] = f0[i].f0_hz > 0.0f ? f0[i].f0_hz : UNVOICED_F0_HZ;
  if (!vox_matrix_upload (self->f0_batch, 0, n, hz, error))
    return FALSE;
  self->stream->ops->envelope.cheaptrick (self->stream, &args);
  vox_matrix_multiply (self->points, self->power, self->projection, TRUE, n);
  if (!vox_matrix_download (self->points, 0, n, spectra, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    VoxVoiceFrame frame;

    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      frame.spectrum[m] = spectra[i * VOX_MEL_POINTS + m];
    frame.f0_hz = f0[i].f0_hz;
    frame.level_db = level_db (frame.spectrum, self->widths);
    g_array_append_val (frames, frame);
  }
  return TRUE;
}

gboolean
vox_envelope_take (
    VoxEnvelope *self, GArray *frames, GArray *f0, GError **error)
{
  VoxF0Frame pulled[BATCH];
  gsize n;

  while ((n = vox_f0_pull (self->f0, pulled, BATCH)) > 0)
    g_array_append_vals (self->f0_frames, pulled, (guint) n);
  for (;;) {
    const gint64 center = self->next_frame * VOX_ANALYSIS_HOP;
    const gint64 ready =
        (self->n_resampled - self->half_window - center + VOX_ANALYSIS_HOP)
        / VOX_ANALYSIS_HOP;
    guint count = MIN (self->f0_frames->len, BATCH);
    gint64 drop;

    if (!self->drained)
      count = (guint) CLAMP (ready, 0, (gint64) count);
    if (count == 0)
      return TRUE;
    if (!analyse (self, count, frames, error))
      return FALSE;
    if (f0 != NULL)
      g_array_append_vals (f0, self->f0_frames->data, count);
    g_array_remove_range (self->f0_frames, 0, count);
    self->next_frame += count;
    drop = self->next_frame * VOX_ANALYSIS_HOP - self->half_window
        - self->signal_start;
    drop = CLAMP (drop, 0, (gint64) vox_fifo_length (self->signal));
    vox_fifo_drop (self->signal, (gsize) drop);
    self->signal_start += drop;
  }
}

void
vox_envelope_reset (VoxEnvelope *self)
{
  vox_f0_reset (self->f0);
  vox_fifo_clear (self->input);
  vox_fifo_clear (self->signal);
  g_array_set_size (self->f0_frames, 0);
  self->input_start = self->signal_start = self->n_resampled = 0;
  self->next_frame = 0;
  self->drained = FALSE;
}
