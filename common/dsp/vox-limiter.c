/* vox-limiter.c: a limiter that looks ahead.
 *
 * The gain a sample needs is spread over a window by a running minimum and
 * smoothed by a running mean of the same length, so that it has arrived when
 * the peak does and never jumps (the scheme of Hämäläinen, "Smoothing of the
 * control signal without clipped output in digital peak limiters", DAFx 2002).
 */
#include "dsp/vox-limiter.h"

#include <math.h>

#define CEILING 0.95f
#define LOOKAHEAD_S 0.005
/* Time after which 63 % of the gain has come back, in seconds. */
#define RELEASE_S 0.06

struct _VoxLimiter
{
  guint window; /* samples looked ahead, the present one included */
  gfloat release;
  gfloat gain; /* the minimum after its slow return */
  gdouble sum; /* of the gains in the window */
  /* Rings of one window. */
  gfloat *samples;
  gfloat *needed;
  gfloat *gains;
  guint at;
  guint64 n_in;
};

VoxLimiter *
vox_limiter_new (guint rate)
{
  VoxLimiter *self = g_new0 (VoxLimiter, 1);

  self->window = MAX ((guint) lrint (LOOKAHEAD_S * rate), 1);
  self->release = (gfloat) (1 - exp (-1 / (RELEASE_S * rate)));
  self->samples = g_new (gfloat, self->window);
  self->needed = g_new (gfloat, self->window);
  self->gains = g_new (gfloat, self->window);
  vox_limiter_reset (self);
  return self;
}

void
vox_limiter_free (VoxLimiter *self)
{
  if (self == NULL)
    return;
  g_free (self->samples);
  g_free (self->needed);
  g_free (self->gains);
  g_free (self);
}

void
vox_limiter_reset (VoxLimiter *self)
{
  for (guint i = 0; i < self->window; i++) {
    self->samples[i] = 0;
    self->needed[i] = 1;
    self->gains[i] = 1;
  }
  self->gain = 1;
  self->sum = self->window;
  self->at = 0;
  self->n_in = 0;
}

static gfloat
window_minimum (const VoxLimiter *self)
{
  gfloat least = 1;

  for (guint i = 0; i < self->window; i++)
    least = MIN (least, self->needed[i]);
  return least;
}

/* Takes @sample and appends the one that is a window older. */
static void
step (VoxLimiter *self, gfloat sample, GArray *out)
{
  gfloat level = fabsf (sample), least, value;

  self->samples[self->at] = sample;
  self->needed[self->at] = level > CEILING ? CEILING / level : 1;
  least = window_minimum (self);
  self->gain = MIN (least, self->gain + self->release * (1 - self->gain));
  self->sum += self->gain - self->gains[self->at];
  self->gains[self->at] = self->gain;
  self->at = (self->at + 1) % self->window;
  self->n_in++;
  if (self->n_in < self->window)
    return;
  value = self->samples[self->at];
  if (self->sum < self->window)
    value *= (gfloat) (self->sum / self->window);
  value = CLAMP (value, -1, 1); /* the rounding of the sum */
  g_array_append_val (out, value);
}

void
vox_limiter_run (
    VoxLimiter *self, const gfloat *samples, gsize n_samples, GArray *out)
{
  guint held = (guint) MIN (self->n_in, self->window - 1);

  if (samples != NULL) {
    for (gsize i = 0; i < n_samples; i++)
      step (self, samples[i], out);
    return;
  }
  /* A stream shorter than the window has not given anything yet. */
  while (held > 0 && self->n_in < self->window - 1)
    step (self, 0, out);
  for (guint i = 0; i < held; i++)
    step (self, 0, out);
  vox_limiter_reset (self);
}
