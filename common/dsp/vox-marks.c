/* vox-marks.c: see vox-marks.h. Runs on the host: some hundred marks a second,
 * each from a search over a few periods.
 */
#include "dsp/vox-marks.h"

#include <math.h>
#include <string.h>

/* The next period is looked for in this range around that of the F0 track:
 * wide enough for jitter and glides, too narrow for an octave. */
#define SEARCH_LOW 0.80
#define SEARCH_HIGH 1.25

/* Correlation a lag loses when it lies at the edge of the search range. */
#define SEARCH_BIAS 0.05

/* Samples of one period that the coarse search looks at. */
#define COARSE_SAMPLES 128

/* How far a mark moves towards the energy peak: this part of the distance, at
 * most this part of a period. 0.005 is 9 cents: not heard as a change of
 * pitch, yet a chain that started wrong is right after some 50 periods. */
#define PULL_RATIO 0.05
#define PULL_LIMIT 0.005

/* A first voiced mark keeps this part of the unvoiced distance. */
#define ONSET_GAP 0.25

struct _VoxMarks
{
  VoxMarksParams params;
  gdouble hop;
  gdouble spacing;
  gdouble max_period;

  GArray *samples; /* gfloat; samples[0] is sample `base` */
  gint64 base;
  gint64 pushed;
  GArray *frames; /* VoxF0Frame; frames[0] is frame `frames_base` */
  guint64 frames_base;
  gboolean drained;

  VoxMark last;
  GArray *marks;
  gsize marks_taken;
};

/* Samples behind a mark that the search for the next one looks at: the longest
 * lag and half a period around it. */
static gint64
reach (gdouble period)
{
  return (gint64) ceil ((SEARCH_HIGH + 0.5) * period) + 2;
}

static void
start_over (VoxMarks *self)
{
  const guint silence = (guint) reach (self->max_period);

  g_array_set_size (self->samples, 0);
  g_array_set_size (self->samples, silence);
  memset (self->samples->data, 0, silence * sizeof (gfloat));
  self->base = -(gint64) silence;
  self->pushed = 0;
  g_array_set_size (self->frames, 0);
  self->frames_base = 0;
  self->drained = FALSE;
  g_array_set_size (self->marks, 0);
  self->marks_taken = 0;
  /* A mark before the start, never given out: the first unvoiced one is 0. */
  self->last = (VoxMark){ -self->spacing, self->spacing, FALSE };
}

VoxMarks *
vox_marks_new (const VoxMarksParams *params, GError **error)
{
  VoxMarks *self;

  if (params->rate < 8000 || params->rate > 192000 || params->hop_s < 0.001
      || params->hop_s > 0.05 || params->min_hz < 20.0) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "pitch marks: rate %u Hz (8000 to 192000), hop %g s (0.001 to 0.05) or "
        "lowest F0 %g Hz (at least 20) cannot be used",
        params->rate, params->hop_s, params->min_hz);
    return NULL;
  }
  self = g_new0 (VoxMarks, 1);
  self->params = *params;
  self->hop = params->hop_s * params->rate;
  self->spacing = floor (VOX_MARKS_UNVOICED_S * params->rate + 0.5);
  self->max_period = params->rate / params->min_hz;
  self->samples = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  self->marks = g_array_new (FALSE, FALSE, sizeof (VoxMark));
  start_over (self);
  return self;
}

void
vox_marks_free (VoxMarks *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->samples);
  g_array_unref (self->frames);
  g_array_unref (self->marks);
  g_free (self);
}

gsize
vox_marks_latency_samples (const VoxMarks *self)
{
  return (gsize) (reach (self->max_period) + (gint64) self->spacing);
}

static const gfloat *
sample_at (const VoxMarks *self, gint64 index)
{
  return &g_array_index (self->samples, gfloat, index - self->base);
}

static gboolean
have_samples (const VoxMarks *self, gdouble until)
{
  return self->drained || (gdouble) self->pushed > until;
}

/* The frame nearest to a position. Returns: FALSE when it is still to come. */
static gboolean
frame_at (const VoxMarks *self, gdouble position, VoxF0Frame *frame)
{
  guint64 index = (guint64) floor (MAX (position, 0.0) / self->hop + 0.5);
  const guint64 end = self->frames_base + self->frames->len;

  *frame = (VoxF0Frame){ 0.0f, 0.0f };
  if (index >= end && !self->drained)
    return FALSE;
  if (self->frames->len > 0) {
    index = CLAMP (index, self->frames_base, end - 1);
    *frame =
        g_array_index (self->frames, VoxF0Frame, index - self->frames_base);
  }
  return TRUE;
}

static gdouble
period_of (const VoxMarks *self, VoxF0Frame frame)
{
  return CLAMP (
      self->params.rate / (gdouble) frame.f0_hz, 2.0, self->max_period);
}

/* Normalised cross-correlation, means removed, of every stride-th of n
 * samples. */
static gdouble
correlation (const gfloat *a, const gfloat *b, gint n, gint stride)
{
  gfloat sa = 0.0f, sb = 0.0f, aa = 0.0f, bb = 0.0f, ab = 0.0f;
  const gfloat count = (gfloat) ((n + stride - 1) / stride);
  gdouble va, vb;

  for (gint i = 0; i < n; i += stride) {
    sa += a[i];
    sb += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  va = aa - (gdouble) sa * sa / count;
  vb = bb - (gdouble) sb * sb / count;
  if (va <= 1e-12 || vb <= 1e-12)
    return 0.0;
  return (ab - (gdouble) sa * sb / count) / sqrt (va * vb);
}

/* Correlation at a lag, less the bias away from the expected period. */
static gdouble
lag_score (const VoxMarks *self, gdouble position, gint lag, gdouble period,
    gint stride)
{
  const gint n = (gint) ceil (period);
  const gint64 start = (gint64) floor (position + 0.5) - n / 2;
  const gdouble off = log (lag / period) / log (SEARCH_HIGH);

  return correlation (
             sample_at (self, start), sample_at (self, start + lag), n, stride)
      - SEARCH_BIAS * off * off;
}

/* The distance from a voiced mark to the next, in samples with fraction. */
static gdouble
next_distance (const VoxMarks *self, gdouble position, gdouble period)
{
  const gint stride = MAX (1, (gint) (period / COARSE_SAMPLES));
  const gint low = MAX (1, (gint) floor (SEARCH_LOW * period));
  const gint high = (gint) ceil (SEARCH_HIGH * period);
  gint best = (gint) floor (period + 0.5);
  gdouble peak = -2.0, before, after, curvature;

  for (gint lag = low; lag <= high; lag += stride) {
    const gdouble score = lag_score (self, position, lag, period, stride);

    if (score > peak) {
      peak = score;
      best = lag;
    }
  }
  if (stride > 1) {
    const gint from = MAX (low, best - stride);
    const gint to = MIN (high, best + stride);

    peak = -2.0;
    for (gint lag = from; lag <= to; lag++) {
      const gdouble score = lag_score (self, position, lag, period, 1);

      if (score > peak) {
        peak = score;
        best = lag;
      }
    }
  }
  before = lag_score (self, position, best - 1, period, 1);
  after = lag_score (self, position, best + 1, period, 1);
  curvature = before - 2.0 * peak + after;
  if (peak <= 0.0)
    return period;
  if (curvature >= 0.0)
    return best;
  return best + CLAMP (0.5 * (before - after) / curvature, -0.5, 0.5);
}

/* How far the energy peak of a period is from @position, within half a period:
 * the phase of the fundamental of the squared signal under a Hann window of two
 * periods. @depth: how pronounced the peak is, 0 to about 1. */
static gdouble
energy_offset (
    const VoxMarks *self, gdouble position, gdouble period, gdouble *depth)
{
  const gint n = (gint) period;
  const gint64 centre = (gint64) floor (position + 0.5);
  const gfloat *x = sample_at (self, centre);
  const gdouble step_c = cos (2.0 * G_PI / period);
  const gdouble step_s = sin (2.0 * G_PI / period);
  const gdouble step_w = 2.0 * cos (G_PI / (n + 1.0));
  gdouble c = 1.0, s = 0.0, w = 1.0, w_before = 0.5 * step_w;
  gdouble mean = 0.0, energy, re, im = 0.0, offset;

  for (gint i = -n; i <= n; i++)
    mean += x[i];
  mean /= 2 * n + 1;
  /* Both sides at once; cosines and sines of multiples by recurrence. */
  energy = re = (x[0] - mean) * (x[0] - mean);
  for (gint i = 1; i <= n; i++) {
    const gdouble before = (x[-i] - mean) * (x[-i] - mean);
    const gdouble after = (x[i] - mean) * (x[i] - mean);
    const gdouble turned = c * step_c - s * step_s;
    const gdouble opened = w * step_w - w_before;
    gdouble hann;

    s = s * step_c + c * step_s;
    c = turned;
    w_before = w;
    w = opened;
    hann = 0.5 + 0.5 * w;
    energy += hann * (before + after);
    re += hann * (before + after) * c;
    im += hann * (after - before) * s;
  }
  *depth = energy > 0.0 ? MIN (1.0, 2.0 * hypot (re, im) / energy) : 0.0;
  offset = atan2 (im, re) * period / (2.0 * G_PI);
  return CLAMP (
      offset + (gdouble) centre - position, -0.5 * period, 0.5 * period);
}

/* Each maker of a mark returns FALSE when samples or frames are missing. */

static gboolean
make_onset (const VoxMarks *self, VoxF0Frame frame, VoxMark *next)
{
  const gdouble period = period_of (self, frame);
  const gdouble earliest =
      MAX (0.0, self->last.position + ONSET_GAP * self->spacing);
  const gdouble middle = earliest + 0.5 * period;
  gdouble depth;

  if (!have_samples (self, middle + period + 1.0))
    return FALSE;
  *next = (VoxMark){ 0.0, period, TRUE };
  next->position = middle + energy_offset (self, middle, period, &depth);
  return TRUE;
}

static gboolean
make_next_period (const VoxMarks *self, VoxF0Frame frame, VoxMark *next)
{
  const gdouble period = period_of (self, frame);
  const gdouble from = self->last.position;
  gdouble distance, pull, depth;

  if (!have_samples (self, from + reach (period)))
    return FALSE;
  distance = next_distance (self, from, period);
  /* Measured here, not there, because that needs no later samples. */
  pull = PULL_RATIO * energy_offset (self, from, period, &depth);
  pull = depth * CLAMP (pull, -PULL_LIMIT * period, PULL_LIMIT * period);
  *next = (VoxMark){ from + distance + pull, distance + pull, TRUE };
  return TRUE;
}

static gboolean
make_next (const VoxMarks *self, VoxMark *next)
{
  const VoxMark *last = &self->last;
  const gdouble ahead =
      last->voiced ? MIN (0.5 * last->period, self->spacing) : self->spacing;
  VoxF0Frame here, there;

  if (!frame_at (self, last->position, &here)
      || !frame_at (self, last->position + ahead, &there))
    return FALSE;
  if (there.f0_hz > 0.0f)
    return last->voiced
        ? make_next_period (self, here.f0_hz > 0.0f ? here : there, next)
        : make_onset (self, there, next);
  *next =
      (VoxMark){ ceil (last->position + self->spacing), self->spacing, FALSE };
  return have_samples (self, next->position);
}

/* Drops what no later mark can look at. */
static void
forget (VoxMarks *self)
{
  const gint64 keep =
      (gint64) self->last.position - reach (self->max_period) - self->base;
  const gint64 frame = (gint64) (self->last.position / self->hop) - 1;
  /* A mark may lie behind all frames so far; the last one is kept. */
  const gint64 old =
      MIN (frame - (gint64) self->frames_base, (gint64) self->frames->len - 1);

  /* Moving the rest costs less than one copy per sample this way. */
  if (keep > (gint64) self->samples->len / 2) {
    g_array_remove_range (self->samples, 0, (guint) keep);
    self->base += keep;
  }
  if (old > (gint64) self->frames->len / 2) {
    g_array_remove_range (self->frames, 0, (guint) old);
    self->frames_base += (guint64) old;
  }
}

static void
advance (VoxMarks *self)
{
  VoxMark next;

  while (make_next (self, &next)) {
    if (self->drained && next.position >= (gdouble) self->pushed)
      return;
    g_array_append_val (self->marks, next);
    self->last = next;
  }
}

static void
compact (VoxMarks *self)
{
  if (self->marks_taken > 0)
    g_array_remove_range (self->marks, 0, (guint) self->marks_taken);
  self->marks_taken = 0;
}

void
vox_marks_push (VoxMarks *self, const gfloat *samples, gsize n_samples)
{
  g_return_if_fail (self != NULL && !self->drained);

  compact (self);
  g_array_append_vals (self->samples, samples, (guint) n_samples);
  self->pushed += (gint64) n_samples;
  advance (self);
  forget (self);
}

void
vox_marks_push_f0 (VoxMarks *self, const VoxF0Frame *frames, gsize n_frames)
{
  g_return_if_fail (self != NULL && !self->drained);

  compact (self);
  g_array_append_vals (self->frames, frames, (guint) n_frames);
  advance (self);
  forget (self);
}

void
vox_marks_drain (VoxMarks *self)
{
  const guint held = self->samples->len;
  const guint silence = 2 * (guint) reach (self->max_period);

  g_return_if_fail (self != NULL);
  if (self->drained)
    return;
  compact (self);
  self->drained = TRUE;
  g_array_set_size (self->samples, held + silence);
  memset (&g_array_index (self->samples, gfloat, held), 0,
      silence * sizeof (gfloat));
  advance (self);
}

gsize
vox_marks_available (const VoxMarks *self)
{
  return self->marks->len - self->marks_taken;
}

gsize
vox_marks_pull (VoxMarks *self, VoxMark *marks, gsize max)
{
  const gsize n = MIN (max, vox_marks_available (self));

  for (gsize i = 0; i < n; i++)
    marks[i] = g_array_index (self->marks, VoxMark, self->marks_taken + i);
  self->marks_taken += n;
  return n;
}

void
vox_marks_reset (VoxMarks *self)
{
  start_over (self);
}

GArray *
vox_marks_analyze (const VoxMarksParams *params, const gfloat *samples,
    gsize n_samples, const VoxF0Frame *frames, gsize n_frames, GError **error)
{
  g_autoptr (VoxMarks) self = vox_marks_new (params, error);
  GArray *all;

  if (self == NULL)
    return NULL;
  all = g_array_new (FALSE, FALSE, sizeof (VoxMark));
  vox_marks_push_f0 (self, frames, n_frames);
  for (gsize done = 0; done < n_samples || !self->drained;) {
    const gsize n = MIN (params->rate, n_samples - done);

    if (n > 0)
      vox_marks_push (self, samples + done, n);
    else
      vox_marks_drain (self);
    g_array_append_vals (all, self->marks->data, self->marks->len);
    g_array_set_size (self->marks, 0);
    done += n;
  }
  return all;
}
