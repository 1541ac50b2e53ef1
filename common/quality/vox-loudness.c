/* vox-loudness.c: momentary and short-term values on a grid of 0.1 s (the
 * block of BS.1770-4's gating), the rest from libebur128 at the end. */
#include "quality/vox-loudness.h"

#include <math.h>

#include "vox-config.h"

#define STEPS_PER_S 10
#define MOMENTARY_STEPS 4
#define SHORT_TERM_STEPS 30

#if VOX_HAVE_LOUDNESS

#include <ebur128.h>

typedef struct
{
  gfloat momentary_lufs;
  gfloat short_term_lufs;
} Step;

struct _VoxLoudness
{
  ebur128_state *state;
  guint rate;
  guint channels;
  guint64 n_frames;
  GArray *steps;
};

const gchar *
vox_loudness_reason (void)
{
  return NULL;
}

VoxLoudness *
vox_loudness_new (guint rate, guint channels, GError **error)
{
  VoxLoudness *self = g_new0 (VoxLoudness, 1);

  self->rate = rate;
  self->channels = channels;
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  self->state = ebur128_init (channels, rate,
      EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_S | EBUR128_MODE_M
          | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_SAMPLE_PEAK);
  if (self->state == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_MEMORY,
        "loudness meter for %u channels at %u Hz could not be made", channels,
        rate);
    g_clear_pointer (&self, vox_loudness_free);
  }
  return self;
}

void
vox_loudness_free (VoxLoudness *self)
{
  if (self == NULL)
    return;
  if (self->state != NULL)
    ebur128_destroy (&self->state);
  g_array_unref (self->steps);
  g_free (self);
}

static gdouble
audible (gdouble lufs)
{
  return isfinite (lufs) ? lufs : (gdouble) NAN;
}

static void
add_step (VoxLoudness *self)
{
  const guint n = self->steps->len + 1;
  Step step = { NAN, NAN };
  gdouble value;

  if (n >= MOMENTARY_STEPS
      && ebur128_loudness_momentary (self->state, &value) == EBUR128_SUCCESS)
    step.momentary_lufs = (gfloat) audible (value);
  if (n >= SHORT_TERM_STEPS
      && ebur128_loudness_shortterm (self->state, &value) == EBUR128_SUCCESS)
    step.short_term_lufs = (gfloat) audible (value);
  g_array_append_val (self->steps, step);
}

/* First frame after step @k. */
static guint64
step_end (const VoxLoudness *self, guint64 k)
{
  return (k + 1) * self->rate / STEPS_PER_S;
}

gboolean
vox_loudness_push (
    VoxLoudness *self, const gfloat *frames, gsize n_frames, GError **error)
{
  while (n_frames > 0) {
    const guint64 end = step_end (self, self->steps->len);
    const gsize n = (gsize) MIN ((guint64) n_frames, end - self->n_frames);

    if (ebur128_add_frames_float (self->state, frames, n) != EBUR128_SUCCESS) {
      g_set_error_literal (error, VOX_ERROR, VOX_ERROR_MEMORY,
          "the loudness meter is out of memory");
      return FALSE;
    }
    self->n_frames += n;
    if (self->n_frames == end)
      add_step (self);
    frames += n * self->channels;
    n_frames -= n;
  }
  return TRUE;
}

gdouble
vox_loudness_ready_s (const VoxLoudness *self)
{
  return (gdouble) self->steps->len / STEPS_PER_S;
}

void
vox_loudness_between (const VoxLoudness *self, gdouble start_s, gdouble end_s,
    gdouble *momentary_lufs, gdouble *short_term_lufs)
{
  const gdouble slack = 1e-6;

  *momentary_lufs = *short_term_lufs = NAN;
  for (gint64 k = (gint64) floor (start_s * STEPS_PER_S + slack);
       k < (gint64) self->steps->len
       && (gdouble) (k + 1) <= end_s * STEPS_PER_S + slack;
       k++) {
    const Step *step;

    if (k < 0)
      continue;
    step = &g_array_index (self->steps, Step, k);
    *momentary_lufs = fmax (*momentary_lufs, (gdouble) step->momentary_lufs);
    *short_term_lufs = fmax (*short_term_lufs, (gdouble) step->short_term_lufs);
  }
}

static gdouble
peak_db (const VoxLoudness *self,
    int (*peak_of) (ebur128_state *, unsigned int, double *))
{
  gdouble peak = 0.0;

  for (guint c = 0; c < self->channels; c++) {
    gdouble value;

    if (peak_of (self->state, c, &value) == EBUR128_SUCCESS)
      peak = MAX (peak, value);
  }
  return peak > 0.0 ? 20.0 * log10 (peak) : (gdouble) NAN;
}

void
vox_loudness_get (const VoxLoudness *self, VoxQualitySignal *signal)
{
  gdouble value;

  signal->true_peak_dbtp = peak_db (self, ebur128_true_peak);
  vox_loudness_between (self, 0.0, (gdouble) self->steps->len,
      &signal->loudness_momentary_max_lufs,
      &signal->loudness_short_term_max_lufs);
  if (self->steps->len >= MOMENTARY_STEPS
      && ebur128_loudness_global (self->state, &value) == EBUR128_SUCCESS)
    signal->loudness_integrated_lufs = audible (value);
  if (self->steps->len >= SHORT_TERM_STEPS
      && isfinite (signal->loudness_integrated_lufs)
      && ebur128_loudness_range (self->state, &value) == EBUR128_SUCCESS)
    signal->loudness_range_lu = audible (value);
}

#else /* !VOX_HAVE_LOUDNESS */

struct _VoxLoudness
{
  guint rate;
  guint64 n_frames;
};

const gchar *
vox_loudness_reason (void)
{
  return "this build has no libebur128; install its development package and "
         "build again";
}

VoxLoudness *
vox_loudness_new (
    guint rate, G_GNUC_UNUSED guint channels, G_GNUC_UNUSED GError **error)
{
  VoxLoudness *self = g_new0 (VoxLoudness, 1);

  self->rate = rate;
  return self;
}

void
vox_loudness_free (VoxLoudness *self)
{
  g_free (self);
}

gboolean
vox_loudness_push (VoxLoudness *self, G_GNUC_UNUSED const gfloat *frames,
    gsize n_frames, G_GNUC_UNUSED GError **error)
{
  self->n_frames += n_frames;
  return TRUE;
}

gdouble
vox_loudness_ready_s (const VoxLoudness *self)
{
  return (gdouble) (self->n_frames * STEPS_PER_S / self->rate) / STEPS_PER_S;
}

void
vox_loudness_between (G_GNUC_UNUSED const VoxLoudness *self,
    G_GNUC_UNUSED gdouble start_s, G_GNUC_UNUSED gdouble end_s,
    gdouble *momentary_lufs, gdouble *short_term_lufs)
{
  *momentary_lufs = *short_term_lufs = NAN;
}

void
vox_loudness_get (G_GNUC_UNUSED const VoxLoudness *self,
    G_GNUC_UNUSED VoxQualitySignal *signal)
{
}

#endif
