/* vox-exact-resampler.c: filter design and bookkeeping; the loop is the
 * backend's quality.polyphase. */
#include "quality/vox-exact-resampler.h"

#include <math.h>

/* Design constants of Octave's resample (): 60 dB rejection, a transition of a
 * tenth of the stop band edge, and the Kaiser formula for length and beta. */
#define REJECTION_DB 60.0
#define TRANSITION_PART 10.0
#define KAISER_BETA (0.1102 * (REJECTION_DB - 8.7))
#define KAISER_LENGTH_FACTOR 28.714

/* Frames resampled at once, which bounds the scratch. */
#define PIECE_FRAMES 4096

struct _VoxExactResampler
{
  VoxStream *stream;
  VoxFifo *in;
  VoxFifo *out;
  VoxBuffer *taps;
  VoxBuffer *scratch;
  guint channels;
  guint up, down;
  gint64 half;
  gsize taps_per_phase;
  gint64 first_in;
  guint64 n_in, n_out;
};

/* The modified Bessel function of order 0, by its power series. */
static gdouble
bessel_i0 (gdouble x)
{
  const gdouble quarter = x * x / 4.0;
  gdouble term = 1.0, sum = 1.0;

  for (guint k = 1; term > 1e-17 * sum; k++) {
    term *= quarter / ((gdouble) k * k);
    sum += term;
  }
  return sum;
}

static gdouble
filter_value (gint64 t, gint64 half, guint widest)
{
  const gdouble x = (gdouble) t / widest;
  const gdouble sinc = t == 0 ? 1.0 : sin (G_PI * x) / (G_PI * x);
  const gdouble place = (gdouble) t / (gdouble) half;

  return sinc * bessel_i0 (KAISER_BETA * sqrt (MAX (0.0, 1.0 - place * place)));
}

static gboolean
design (VoxExactResampler *self, GError **error)
{
  const guint widest = MAX (self->up, self->down);
  const gdouble roll_off = 1.0 / (2.0 * widest * TRANSITION_PART);
  g_autofree gdouble *taps = NULL;
  gdouble sum = 0.0;
  gsize bytes;

  self->half =
      (gint64) ceil ((REJECTION_DB - 8.0) / (KAISER_LENGTH_FACTOR * roll_off));
  self->taps_per_phase = (gsize) (2 * self->half + self->up) / self->up;
  bytes = self->up * self->taps_per_phase * sizeof (gdouble);
  taps = g_malloc0 (bytes);
  for (gint64 i = 0; i <= 2 * self->half; i++) {
    const gsize phase = (gsize) i % self->up, j = (gsize) i / self->up;
    const gdouble value = filter_value (i - self->half, self->half, widest);

    taps[(phase + 1) * self->taps_per_phase - 1 - j] = value;
    sum += value;
  }
  for (gsize i = 0; i < self->up * self->taps_per_phase; i++)
    taps[i] *= self->up / sum;
  self->taps = vox_buffer_new (self->stream, bytes, error);
  if (self->taps == NULL)
    return FALSE;
  self->stream->ops->memory.copy (self->stream, self->taps->data, taps, bytes);
  return vox_stream_finish (self->stream, error);
}

static guint
greatest_common_divisor (guint a, guint b)
{
  while (b != 0) {
    const guint rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

VoxExactResampler *
vox_exact_resampler_new (VoxStream *stream, guint channels, guint from_hz,
    guint to_hz, VoxFifo *out, GError **error)
{
  const guint divisor = greatest_common_divisor (from_hz, to_hz);
  g_autoptr (VoxExactResampler) self = g_new0 (VoxExactResampler, 1);

  self->stream = stream;
  self->channels = channels;
  self->out = out;
  self->up = to_hz / divisor;
  self->down = from_hz / divisor;
  if (self->up == self->down)
    return g_steal_pointer (&self);
  if (!design (self, error))
    return NULL;
  self->in = vox_fifo_new (
      stream, channels, self->taps_per_phase + PIECE_FRAMES, error);
  self->scratch =
      vox_buffer_new (stream, channels * PIECE_FRAMES * sizeof (gfloat), error);
  if (self->in == NULL || self->scratch == NULL
      || !vox_fifo_push_zeros (self->in, self->taps_per_phase, error))
    return NULL;
  self->first_in = -(gint64) self->taps_per_phase;
  return g_steal_pointer (&self);
}

void
vox_exact_resampler_free (VoxExactResampler *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->in, vox_fifo_free);
  g_clear_pointer (&self->taps, vox_buffer_free);
  g_clear_pointer (&self->scratch, vox_buffer_free);
  g_free (self);
}

/* Last input index that output @n touches. */
static gint64
last_input (const VoxExactResampler *self, guint64 n)
{
  return ((gint64) (n * self->down) + self->half) / self->up;
}

static gboolean
run_piece (VoxExactResampler *self, gsize n_out, GError **error)
{
  VoxPolyphaseArgs args = {
    .first_in = self->first_in,
    .first_out = (gint64) self->n_out,
    .n_out = n_out,
    .taps = self->taps->data,
    .taps_per_phase = self->taps_per_phase,
    .half = self->half,
    .up = self->up,
    .down = self->down,
  };
  gfloat *planes = vox_buffer_f32 (self->scratch);
  gint64 needed;

  for (guint c = 0; c < self->channels; c++) {
    args.in = vox_fifo_plane (self->in, c);
    args.out = planes + c * PIECE_FRAMES;
    self->stream->ops->quality.polyphase (self->stream, &args);
  }
  if (!vox_fifo_push_planes (self->out, planes, PIECE_FRAMES, n_out, error))
    return FALSE;
  self->n_out += n_out;
  needed = last_input (self, self->n_out) - (gint64) self->taps_per_phase + 1;
  if (needed > self->first_in) {
    const gsize drop =
        MIN ((gsize) (needed - self->first_in), vox_fifo_length (self->in));

    vox_fifo_drop (self->in, drop);
    self->first_in += (gint64) drop;
  }
  return TRUE;
}

/* Everything the held input allows, up to @limit frames in all. */
static gboolean
run (VoxExactResampler *self, guint64 limit, GError **error)
{
  for (;;) {
    const gint64 held_end =
        self->first_in + (gint64) vox_fifo_length (self->in);
    gsize n = 0;

    while (n < PIECE_FRAMES && self->n_out + n < limit
        && last_input (self, self->n_out + n) < held_end)
      n++;
    if (n == 0)
      return TRUE;
    if (!run_piece (self, n, error))
      return FALSE;
  }
}

gboolean
vox_exact_resampler_push (VoxExactResampler *self, const gfloat *frames,
    gsize n_frames, GError **error)
{
  self->n_in += n_frames;
  if (self->in == NULL)
    return vox_fifo_push_frames (self->out, frames, n_frames, error);
  return vox_fifo_push_frames (self->in, frames, n_frames, error)
      && run (self, G_MAXUINT64, error);
}

gboolean
vox_exact_resampler_drain (VoxExactResampler *self, GError **error)
{
  if (self->in == NULL)
    return TRUE;
  return vox_fifo_push_zeros (self->in, self->taps_per_phase + 1, error)
      && run (
          self, (self->n_in * self->up + self->down - 1) / self->down, error);
}
