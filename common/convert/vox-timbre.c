/* vox-timbre.c: the change of spectrum of every frame of a stream.
 *
 * Everything here happens at fixed positions of the stream, so that the result
 * does not depend on how the audio was cut.
 */
#include "convert/vox-timbre.h"

#include <math.h>
#include <string.h>

#include "convert/vox-change-limit.h"
#include "convert/vox-learner.h"

/* Change of one frame: the points of the analysis and the bands above. */
#define WIDTH (VOX_MEL_POINTS + VOX_HIGH_BANDS)
/* Crossfade between two corrections: 200 ms. */
#define FADE_FRAMES 40
/* A live stream learns first after 1.5 s of sound, then each time there is
 * three times as much, until the pool is full. */
#define FIRST_GOAL 300
#define GOAL_FACTOR 3
/* Silence longer than 150 ms does not enter the pool. */
#define POOL_PAUSE_FRAMES 30
/* The level follows its peaks down by 1 dB a second; the 95th percentile lies
 * about this far below. */
#define PEAK_FALL_DB 0.005f
#define PEAK_ABOVE_PERCENTILE_DB 4.0f
#define SILENCE_DB (-80.0f)
/* Similarity at which the change is applied fully, and how far it goes beyond
 * per unit of similarity. */
#define FULL_SIMILARITY 0.75
#define OVERDRIVE 0.6
#define GLIDE_S 0.040
/* Largest change of log power above 8 kHz relative to 8 kHz: 12 dB. */
#define HIGH_LIMIT 2.8f
/* Points whose mean stands for the change around 7 kHz. */
#define EDGE_POINTS 6
/* A source of this part of its Nyquist frequency is taken as band-limited. */
#define USABLE_BAND 0.92
#define MAX_SMOOTH 4

struct _VoxTimbre
{
  VoxStream *stream;
  VoxTimbreParams params;
  guint missing_from;
  gfloat *weights;
  gdouble similarity;
  gdouble similarity_goal;

  GArray *frames;
  gint64 frames_start;
  gint64 n_heard;
  gfloat peak_db;
  VoxHighBand *high;

  GArray *pool;
  guint pool_active;
  guint pool_pause;
  guint goal;
  gboolean learnt;
  VoxLearner *learner;

  VoxTarget *target;
  gboolean new_target;
  VoxCorrection *current;
  VoxCorrection *next;
  guint fade;

  GArray *changes;
  gint64 changes_end;
  gint64 position;
};

/* Half length of the smoothing in frames. */
static guint
smooth_half (VoxMode mode, gboolean live)
{
  if (mode == VOX_MODE_FAST)
    return 2;
  return live ? 3 : MAX_SMOOTH;
}

/* The network's share. It needs VOX_NET_REACH frames ahead, for which only
 * quality lets a listener wait. */
static gfloat
net_share (VoxMode mode, gboolean live)
{
  switch (mode) {
    case VOX_MODE_QUALITY:
      return 0.5f;
    case VOX_MODE_FAST:
      return 0.0f;
    default:
      return live ? 0.0f : 0.1f;
  }
}

guint
vox_timbre_reach (VoxMode mode, gboolean live)
{
  return smooth_half (mode, live)
      + (net_share (mode, live) > 0.0f ? VOX_NET_REACH : 0);
}

/* What the target has above 8 kHz and the source has not. */
static void
fill_high (const VoxTimbre *self, VoxCorrection *correction)
{
  gfloat source[2 * VOX_HIGH_BANDS];

  if (vox_high_band_means (self->high, source))
    for (guint i = 0; i < 2 * VOX_HIGH_BANDS; i++)
      correction->high[i] = CLAMP (
          correction->target->high[i] - source[i], -HIGH_LIMIT, HIGH_LIMIT);
}

VoxTimbre *
vox_timbre_new (VoxStream *stream, VoxTarget *target,
    const VoxTimbreParams *params, gdouble similarity, GError **error)
{
  g_autoptr (VoxTimbre) self = g_new0 (VoxTimbre, 1);
  const gdouble band_hz = USABLE_BAND * params->rate / 2.0;

  self->stream = stream;
  self->params = *params;
  self->similarity = self->similarity_goal = similarity;
  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));
  self->pool = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));
  self->changes = g_array_new (FALSE, FALSE, sizeof (VoxChange));
  self->missing_from = params->rate < VOX_ANALYSIS_RATE
      ? (guint) vox_mel_position (band_hz)
      : VOX_MEL_POINTS;
  self->weights = vox_mel_loudness ();
  self->target = vox_target_ref (target);
  self->high = vox_high_band_new (stream, params->rate, error);
  if (self->high == NULL)
    return NULL;
  vox_timbre_reset (self);
  return g_steal_pointer (&self);
}

void
vox_timbre_free (VoxTimbre *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->learner, vox_learner_free);
  g_clear_pointer (&self->current, vox_correction_free);
  g_clear_pointer (&self->next, vox_correction_free);
  g_clear_pointer (&self->target, vox_target_unref);
  g_clear_pointer (&self->high, vox_high_band_free);
  g_clear_pointer (&self->frames, g_array_unref);
  g_clear_pointer (&self->pool, g_array_unref);
  g_clear_pointer (&self->changes, g_array_unref);
  g_free (self->weights);
  g_free (self);
}

static gfloat
silence_level (const VoxTimbre *self)
{
  return MAX (self->peak_db - PEAK_ABOVE_PERCENTILE_DB - VOX_ACTIVE_RANGE_DB,
      SILENCE_DB);
}

/* Continues the spectrum where the source has none in the target's shape. */
static void
fill_missing_band (const VoxTimbre *self, VoxVoiceFrame *frame)
{
  const gfloat *shape =
      self->target->long_term + (frame->f0_hz > 0.0f ? VOX_MEL_POINTS : 0);
  const guint edge = self->missing_from - 1;

  for (guint m = self->missing_from; m < VOX_MEL_POINTS; m++)
    frame->spectrum[m] = frame->spectrum[edge] + shape[m] - shape[edge];
}

static void
add_to_pool (VoxTimbre *self, const VoxVoiceFrame *frame)
{
  const gboolean active = frame->level_db > silence_level (self);

  if (self->pool->len >= VOX_LEARNER_MAX_FRAMES)
    return;
  self->pool_pause = active ? 0 : self->pool_pause + 1;
  if (self->pool_pause > POOL_PAUSE_FRAMES)
    return;
  g_array_append_vals (self->pool, frame, 1);
  self->pool_active += active;
}

gboolean
vox_timbre_hear (VoxTimbre *self, const gfloat *mono, gsize n_samples,
    const VoxVoiceFrame *frames, guint n_frames, GError **error)
{
  if (n_samples > 0 && !vox_high_band_push (self->high, mono, n_samples, error))
    return FALSE;
  for (guint i = 0; i < n_frames; i++) {
    VoxVoiceFrame frame = frames[i];

    self->peak_db = MAX (self->peak_db - PEAK_FALL_DB, frame.level_db);
    if (self->missing_from < VOX_MEL_POINTS && self->missing_from > 0)
      fill_missing_band (self, &frame);
    add_to_pool (self, &frame);
    g_array_append_val (self->frames, frame);
    vox_high_band_accept (self->high, &frame, 1, silence_level (self));
  }
  self->n_heard += n_frames;
  return TRUE;
}

static void
start_learning (VoxTimbre *self)
{
  self->learner = vox_learner_new (self->stream, self->target,
      (const VoxVoiceFrame *) self->pool->data, self->pool->len,
      net_share (self->params.mode, self->params.live), self->params.seed);
  self->learnt = TRUE;
  self->goal = MAX (FIRST_GOAL, GOAL_FACTOR * self->pool_active);
}

/* Brings a correction into play: faded, unless nothing was given out yet. */
static void
play (VoxTimbre *self, VoxCorrection *correction)
{
  fill_high (self, correction);
  if (self->current != NULL && self->changes_end > 0) {
    self->next = correction;
    self->fade = 0;
    return;
  }
  g_clear_pointer (&self->current, vox_correction_free);
  self->current = correction;
}

/* One step of the learner, or all of them when nobody waits. */
static gboolean
run_learner (VoxTimbre *self, GError **error)
{
  gboolean done = FALSE;
  VoxCorrection *correction;

  do {
    if (!vox_learner_step (self->learner, &done, error))
      return FALSE;
  } while (!done && !self->params.live);
  if (!done)
    return TRUE;
  correction = vox_learner_finish (self->learner);
  g_clear_pointer (&self->learner, vox_learner_free);
  if (correction != NULL)
    play (self, correction);
  return TRUE;
}

gboolean
vox_timbre_learn (VoxTimbre *self, gboolean now, GError **error)
{
  if (self->next != NULL)
    return TRUE;
  if (self->new_target) {
    self->new_target = FALSE;
    g_clear_pointer (&self->learner, vox_learner_free);
    if (self->learnt)
      self->goal = 0;
    /* Live, the long-term spectrum has to do until the rest is learnt. */
    if (self->params.live || !self->learnt) {
      play (self, vox_correction_new (self->target));
      return TRUE;
    }
  }
  if (self->learner == NULL
      && (self->learnt || self->params.live ? self->pool_active >= self->goal
                                            : now))
    start_learning (self);
  return self->learner == NULL || run_learner (self, error);
}

static void
blend (gfloat *a, const gfloat *b, guint n, gfloat part)
{
  for (guint i = 0; i < n; i++)
    a[i] += part * (b[i] - a[i]);
}

/* Moves the crossfade on by one frame. */
static void
fade_change (VoxTimbre *self, VoxChange *a, const VoxChange *b)
{
  const gfloat part = (gfloat) ++self->fade / FADE_FRAMES;

  blend (a->points, b->points, VOX_MEL_POINTS, part);
  blend (a->high, b->high, VOX_HIGH_BANDS, part);
}

/* Appends the unsmoothed changes of the frames before @end. */
static gboolean
find_changes (VoxTimbre *self, gint64 end, GError **error)
{
  const VoxVoiceFrame *frames = (const VoxVoiceFrame *) self->frames->data;
  const gfloat level = silence_level (self);

  while (self->changes_end < end) {
    const guint first = (guint) (self->changes_end - self->frames_start);
    guint n = (guint) MIN (end - self->changes_end, VOX_CORRECTION_BATCH);
    VoxChange changes[VOX_CORRECTION_BATCH], others[VOX_CORRECTION_BATCH];

    if (self->next != NULL)
      n = MIN (n, FADE_FRAMES - self->fade);
    if (!vox_correction_apply (self->current, frames, self->frames->len, first,
            n, level, changes, error))
      return FALSE;
    if (self->next != NULL
        && !vox_correction_apply (self->next, frames, self->frames->len, first,
            n, level, others, error))
      return FALSE;
    for (guint i = 0; i < n && self->next != NULL; i++)
      fade_change (self, &changes[i], &others[i]);
    if (self->next != NULL && self->fade == FADE_FRAMES) {
      vox_correction_free (self->current);
      self->current = g_steal_pointer (&self->next);
    }
    g_array_append_vals (self->changes, changes, n);
    self->changes_end += n;
  }
  return TRUE;
}

static gboolean
is_voiced (const VoxTimbre *self, gint64 frame)
{
  return g_array_index (
             self->frames, VoxVoiceFrame, (guint) (frame - self->frames_start))
             .f0_hz
      > 0.0f;
}

/* The change of frame @t: Hann-weighted mean over the neighbours of its kind. */
static void
smooth_change (const VoxTimbre *self, gint64 t, gfloat *out)
{
  const gint64 start = self->changes_end - self->changes->len;
  const gint64 half = smooth_half (self->params.mode, self->params.live);
  const gint64 first = MAX (t - half, start);
  const gint64 last = MIN (t + half, self->changes_end - 1);
  const VoxChange *changes = (const VoxChange *) self->changes->data;
  const VoxChange *own = &changes[t - start];
  gfloat sum[VOX_MEL_POINTS] = { 0.0f }, total = 0.0f, edge = 0.0f;

  for (gint64 i = first; i <= last; i++) {
    const gfloat weight = 0.5f
        + 0.5f * cosf ((gfloat) G_PI * (gfloat) (i - t) / (gfloat) (half + 1));

    if (is_voiced (self, i) != is_voiced (self, t))
      continue;
    total += weight;
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      sum[m] += weight * changes[i - start].points[m];
  }
  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    out[m] = sum[m] / total;
  for (guint m = VOX_MEL_POINTS - EDGE_POINTS; m < VOX_MEL_POINTS; m++)
    edge += out[m] / EDGE_POINTS;
  for (guint b = 0; b < VOX_HIGH_BANDS; b++)
    out[VOX_MEL_POINTS + b] = edge + own->high[b];
}

/* How strongly the change is applied. */
static gfloat
next_strength (VoxTimbre *self)
{
  const gdouble glide = 1.0 - exp (-VOX_FRAME_S / GLIDE_S);

  self->similarity += glide * (self->similarity_goal - self->similarity);
  if (self->similarity <= FULL_SIMILARITY)
    return (gfloat) (self->similarity / FULL_SIMILARITY);
  return (gfloat) (1.0 + OVERDRIVE * (self->similarity - FULL_SIMILARITY));
}

/* Forgets what lies too far back to be looked at again. */
static void
forget (VoxTimbre *self)
{
  const gint64 keep = self->position - MAX_SMOOTH - VOX_NET_REACH;
  const gint64 start = self->changes_end - self->changes->len;

  if (keep > self->frames_start) {
    g_array_remove_range (self->frames, 0, (guint) (keep - self->frames_start));
    self->frames_start = keep;
  }
  if (keep > start)
    g_array_remove_range (self->changes, 0, (guint) (keep - start));
}

gboolean
vox_timbre_next (
    VoxTimbre *self, guint n, gboolean ended, gfloat *changes, GError **error)
{
  const gint64 half = smooth_half (self->params.mode, self->params.live);
  const gint64 wanted = self->position + n + half;

  g_return_val_if_fail (ended || wanted <= self->n_heard, FALSE);
  if (self->n_heard == 0) {
    memset (changes, 0, (gsize) n * WIDTH * sizeof (gfloat));
    return TRUE;
  }
  if (!find_changes (self, MIN (wanted, self->n_heard), error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    gfloat *out = changes + (gsize) i * WIDTH;
    const gfloat strength = next_strength (self);
    /* Beyond the end the last frame's change goes on. */
    const gint64 t = MIN (self->position + i, self->n_heard - 1);
    const VoxVoiceFrame *frame = &g_array_index (
        self->frames, VoxVoiceFrame, (guint) (t - self->frames_start));

    smooth_change (self, t, out);
    for (guint m = 0; m < WIDTH; m++)
      out[m] = CLAMP (strength * out[m], -VOX_CHANGE_LIMIT, VOX_CHANGE_LIMIT);
    vox_change_limit (frame, frame->level_db - silence_level (self),
        self->weights, out, WIDTH);
  }
  self->position = MIN (self->position + n, self->n_heard);
  forget (self);
  return TRUE;
}

void
vox_timbre_set_target (VoxTimbre *self, VoxTarget *target)
{
  g_clear_pointer (&self->target, vox_target_unref);
  self->target = vox_target_ref (target);
  self->new_target = TRUE;
}

void
vox_timbre_set_similarity (VoxTimbre *self, gdouble similarity)
{
  self->similarity_goal = similarity;
}

void
vox_timbre_reset (VoxTimbre *self)
{
  g_clear_pointer (&self->learner, vox_learner_free);
  g_clear_pointer (&self->current, vox_correction_free);
  g_clear_pointer (&self->next, vox_correction_free);
  vox_high_band_reset (self->high);
  g_array_set_size (self->frames, 0);
  g_array_set_size (self->pool, 0);
  g_array_set_size (self->changes, 0);
  self->frames_start = self->n_heard = self->changes_end = self->position = 0;
  self->peak_db = SILENCE_DB;
  self->pool_active = self->pool_pause = 0;
  self->goal = FIRST_GOAL;
  self->learnt = self->new_target = FALSE;
  self->similarity = self->similarity_goal;
  self->current = vox_correction_new (self->target);
}
