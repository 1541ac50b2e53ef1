/* vox-learner.c: learns a correction from frames of the source, in steps. */
#include "convert/vox-learner.h"

#include <math.h>
#include <string.h>

#include "convert/vox-change-limit.h"
#include "convert/vox-warp-search.h"

/* Fewer active frames than this (0.5 s) teach nothing. */
#define MIN_ACTIVE 100
/* The network runs on this many frames in one step. */
#define NET_ROWS 384
/* The output's variance moves this much (as an exponent) towards the target's,
 * within limits. */
#define VARIANCE_POWER 0.8f
#define MIN_RATIO 0.77f
#define MAX_RATIO 2.2f
/* Classes of a kind, frames a class needs, prior frames at the mean change. */
#define MAX_CLASSES 32
#define FRAMES_PER_CLASS 20
#define CLASS_PRIOR 20.0f
#define CLASS_ROUNDS 10
/* Search for a level: range in log power, halvings. */
#define OFFSET_LIMIT 14.0
#define OFFSET_ROUNDS 30
/* How much further than VOX_CORRECTION_GAIN the classes' changes are taken from
 * their mean. The envelopes of the bands up to the first corner carry the words
 * (STOI ends there); above the second they carry mostly the speaker. */
#define CLASS_GAIN_LOW 1.05f
#define CLASS_GAIN_HIGH 1.5f
#define WORDS_TO_HZ 3800.0
#define SPEAKER_FROM_HZ 5400.0

typedef enum
{
  STAGE_WARP,
  STAGE_FEATURES,
  STAGE_NETWORK,
  STAGE_CHANGES,
  STAGE_CLASSES,
  STAGE_TABLE,
  STAGE_DONE,
} Stage;

struct _VoxLearner
{
  VoxStream *stream;
  VoxTarget *target;
  gfloat net_share;
  guint64 seed;

  VoxVoiceFrame *frames;
  gint8 *kinds;
  guint n_frames;
  guint n_active;

  Stage stage;
  guint progress;
  VoxWarpSearch *warps;
  gfloat *cepstra;
  gfloat *features;
  gfloat *outputs;
  gfloat *changes;
  gfloat *weights;
  gfloat *points[2];
  guint n_points[2];
  VoxTrainSet *set;
  VoxCorrection *correction;
};

VoxLearner *
vox_learner_new (VoxStream *stream, VoxTarget *target,
    const VoxVoiceFrame *frames, guint n_frames, gfloat net_share, guint64 seed)
{
  VoxLearner *self = g_new0 (VoxLearner, 1);
  const gfloat level = vox_features_level (frames, n_frames);

  g_return_val_if_fail (n_frames <= VOX_LEARNER_MAX_FRAMES, NULL);
  self->stream = stream;
  self->target = vox_target_ref (target);
  self->net_share = net_share;
  self->seed = seed;
  self->frames = g_new (VoxVoiceFrame, MAX (n_frames, 1));
  memcpy (self->frames, frames, n_frames * sizeof (VoxVoiceFrame));
  self->kinds = g_new (gint8, MAX (n_frames, 1));
  self->n_frames = n_frames;
  self->weights = vox_mel_loudness ();
  for (guint i = 0; i < n_frames; i++) {
    const VoxFrameKind kind = vox_features_kind (&frames[i], level);

    self->kinds[i] = (gint8) kind;
    self->n_active += kind != VOX_FRAME_SILENT;
  }
  self->warps =
      vox_warp_search_new (stream, target, frames, self->kinds, n_frames);
  if (self->n_active < MIN_ACTIVE)
    self->stage = STAGE_DONE;
  else if (vox_warp_search_done (self->warps))
    self->stage = STAGE_FEATURES;
  return self;
}

void
vox_learner_free (VoxLearner *self)
{
  if (self == NULL)
    return;
  g_free (self->frames);
  g_free (self->kinds);
  g_free (self->cepstra);
  g_free (self->features);
  g_free (self->outputs);
  g_free (self->changes);
  g_free (self->weights);
  g_free (self->points[0]);
  g_free (self->points[1]);
  g_clear_pointer (&self->warps, vox_warp_search_free);
  g_clear_pointer (&self->set, vox_train_set_free);
  g_clear_pointer (&self->correction, vox_correction_free);
  g_clear_pointer (&self->target, vox_target_unref);
  g_free (self);
}

/* Features of all frames under the chosen warp; long-term spectra. */
static gboolean
make_features (VoxLearner *self, GError **error)
{
  const guint n = self->n_frames;
  const gfloat none[VOX_CEPSTRA] = { 0.0f };
  g_autofree gfloat *voicing = g_new (gfloat, n);
  VoxCorrection *correction;

  self->correction = correction = vox_correction_new (self->target);
  vox_correction_use_warp (correction, vox_warp_search_best (self->warps));
  self->cepstra = vox_features_cepstra (
      self->stream, self->frames, n, correction->cosines, VOX_CEPSTRA, error);
  if (self->cepstra == NULL)
    return FALSE;
  vox_features_statistics (self->cepstra, n, VOX_CEPSTRA, self->kinds,
      VOX_FRAME_UNVOICED, correction->mean, correction->deviation);
  self->features = g_new (gfloat, (gsize) n * VOX_NET_FEATURES);
  self->outputs = g_new0 (gfloat, (gsize) n * VOX_CEPSTRA);
  vox_features_normalise (self->cepstra, VOX_CEPSTRA, n, VOX_NET_FEATURES,
      correction->mean, correction->deviation, self->features);
  for (guint i = 0; i < n; i++)
    voicing[i] = self->kinds[i] == VOX_FRAME_VOICED ? 1.0f : 0.0f;
  self->set = vox_train_set_new (
      self->stream, self->features, 1, voicing, n, none, 1, error);
  if (self->set == NULL)
    return FALSE;
  correction->net_share = self->net_share;
  correction->net =
      vox_target_net (self->target, self->stream, NET_ROWS, error);
  return correction->net != NULL
      && vox_correction_prepare (correction, self->stream, error);
}

static gboolean
run_network (VoxLearner *self, GError **error)
{
  const guint first = self->progress;
  const guint n = MIN (NET_ROWS, self->n_frames - first);
  gint32 rows[NET_ROWS];
  g_autofree gfloat *outputs = NULL;

  for (guint i = 0; i < n; i++)
    rows[i] = (gint32) (first + i);
  outputs =
      vox_train_predict (self->correction->net, self->set, rows, n, error);
  if (outputs == NULL)
    return FALSE;
  memcpy (self->outputs + (gsize) first * VOX_CEPSTRA, outputs,
      (gsize) n * VOX_CEPSTRA * sizeof (gfloat));
  self->progress += n;
  return TRUE;
}

/* Variance correction, frozen from here on. */
static void
find_variance (VoxLearner *self)
{
  VoxCorrection *correction = self->correction;
  gfloat deviation[VOX_CEPSTRA];

  vox_features_statistics (self->outputs, self->n_frames, VOX_CEPSTRA,
      self->kinds, VOX_FRAME_UNVOICED, correction->net_mean, deviation);
  for (guint c = 0; c < VOX_CEPSTRA; c++)
    correction->net_ratio[c] = CLAMP (
        powf (1.0f / deviation[c], VARIANCE_POWER), MIN_RATIO, MAX_RATIO);
}

/* Loudness of a frame under a change, or as it is (NULL). */
static gdouble
frame_loudness (
    const VoxLearner *self, const VoxVoiceFrame *frame, const gfloat *change)
{
  gdouble sum = 1e-30;

  for (guint m = 0; m < VOX_MEL_POINTS; m++)
    sum += (gdouble) (self->weights[m]
        * expf (frame->spectrum[m] + (change != NULL ? change[m] : 0.0f)));
  return sum;
}

/* What to add to the changes [n_active][VOX_MEL_POINTS] so that the whole keeps
 * its loudness, no frame gaining more than a factor of @limit. */
static gfloat
level_offset (const VoxLearner *self, const gfloat *changes, gdouble limit)
{
  g_autofree gdouble *before = g_new (gdouble, self->n_active);
  g_autofree gdouble *after = g_new (gdouble, self->n_active);
  gdouble low = -OFFSET_LIMIT, high = OFFSET_LIMIT, goal = 0.0;
  guint n = 0;

  for (guint i = 0; i < self->n_frames; i++) {
    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    before[n] = frame_loudness (self, &self->frames[i], NULL);
    after[n] = frame_loudness (
        self, &self->frames[i], changes + (gsize) n * VOX_MEL_POINTS);
    goal += before[n++];
  }
  for (guint round = 0; round < OFFSET_ROUNDS; round++) {
    const gdouble factor = exp (0.5 * (low + high));
    gdouble sum = 0.0;

    for (guint i = 0; i < n; i++)
      sum += MIN (factor * after[i], limit * before[i]);
    if (sum < goal)
      low = log (factor);
    else
      high = log (factor);
  }
  return (gfloat) (0.5 * (low + high));
}

/* [n_active][VOX_MEL_POINTS]: what the network wants changed in each frame, with
 * the loudness of the whole kept. */
static void
find_changes (VoxLearner *self)
{
  guint at = 0;

  find_variance (self);
  self->changes = g_new (gfloat, (gsize) self->n_active * VOX_MEL_POINTS);
  for (guint i = 0; i < self->n_frames; i++)
    if (self->kinds[i] != VOX_FRAME_SILENT)
      vox_correction_network (self->correction, &self->frames[i],
          self->outputs + (gsize) i * VOX_CEPSTRA,
          self->changes + (gsize) at++ * VOX_MEL_POINTS);
  self->correction->net_level = level_offset (self, self->changes, G_MAXDOUBLE);
  for (gsize i = 0; i < (gsize) self->n_active * VOX_MEL_POINTS; i++)
    self->changes[i] = CLAMP (self->changes[i] + self->correction->net_level,
        -VOX_CHANGE_LIMIT, VOX_CHANGE_LIMIT);
}

static void
start_classes (VoxLearner *self)
{
  for (guint kind = 0; kind < 2; kind++) {
    guint n = 0, classes;

    self->points[kind] =
        g_new (gfloat, (gsize) self->n_active * VOX_NET_FEATURES);
    for (guint i = 0; i < self->n_frames; i++)
      if (self->kinds[i] == (gint8) kind)
        memcpy (self->points[kind] + (gsize) n++ * VOX_NET_FEATURES,
            self->features + (gsize) i * VOX_NET_FEATURES,
            VOX_NET_FEATURES * sizeof (gfloat));
    self->n_points[kind] = n;
    if (n == 0)
      continue;
    classes = CLAMP (n / FRAMES_PER_CLASS, 1, MAX_CLASSES);
    self->correction->classes[kind] =
        vox_mixture_new (classes, VOX_NET_FEATURES);
    vox_mixture_start (self->correction->classes[kind], self->points[kind], n,
        self->seed + kind);
  }
}

/* How far a class's change is taken from the mean at point m. */
static gfloat
class_gain (guint m)
{
  const gdouble part = log (vox_mel_point_hz (m) / WORDS_TO_HZ)
      / log (SPEAKER_FROM_HZ / WORDS_TO_HZ);

  return VOX_CORRECTION_GAIN
      * (CLASS_GAIN_LOW
          + (CLASS_GAIN_HIGH - CLASS_GAIN_LOW)
              * (gfloat) CLAMP (part, 0.0, 1.0));
}

/* The classes' mean changes, drawn to the mean of all when few frames speak. */
static void
fill_table (VoxLearner *self, guint kind)
{
  const VoxMixture *classes = self->correction->classes[kind];
  const guint k = classes->components;
  g_autofree gfloat *sums = g_new0 (gfloat, k * VOX_MEL_POINTS);
  g_autofree gfloat *counts = g_new0 (gfloat, k);
  gfloat mean[VOX_MEL_POINTS] = { 0.0f }, posterior[MAX_CLASSES];
  guint at = 0, point = 0;

  for (guint i = 0; i < self->n_frames; i++) {
    const gfloat *change = self->changes + (gsize) at * VOX_MEL_POINTS;

    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    at++;
    if (self->kinds[i] != (gint8) kind)
      continue;
    vox_mixture_posterior (classes,
        self->points[kind] + (gsize) point++ * VOX_NET_FEATURES, posterior);
    for (guint j = 0; j < k; j++) {
      counts[j] += posterior[j];
      for (guint m = 0; m < VOX_MEL_POINTS && posterior[j] > 1e-4f; m++)
        sums[j * VOX_MEL_POINTS + m] += posterior[j] * change[m];
    }
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      mean[m] += change[m] / (gfloat) self->n_points[kind];
  }
  g_free (self->correction->table[kind]);
  for (guint m = 0; m < VOX_MEL_POINTS; m++) {
    const gfloat gain = class_gain (m);

    for (guint j = 0; j < k; j++) {
      gfloat *sum = &sums[j * VOX_MEL_POINTS + m];

      *sum = VOX_CORRECTION_GAIN * mean[m]
          + gain * (*sum - counts[j] * mean[m]) / (counts[j] + CLASS_PRIOR);
    }
  }
  self->correction->table[kind] = g_steal_pointer (&sums);
}

/* Makes the table keep the source's loudness. */
static void
level_table (VoxLearner *self)
{
  VoxCorrection *correction = self->correction;
  g_autofree gfloat *changes =
      g_new (gfloat, (gsize) self->n_active * VOX_MEL_POINTS);
  gfloat offset;
  guint at = 0;

  for (guint i = 0; i < self->n_frames; i++)
    if (self->kinds[i] != VOX_FRAME_SILENT)
      vox_correction_table (correction, &self->frames[i],
          changes + (gsize) at++ * VOX_MEL_POINTS);
  offset = level_offset (self, changes, exp (VOX_CHANGE_LOUDER));
  for (guint kind = 0; kind < 2; kind++) {
    const guint k = correction->classes[kind] != NULL
        ? correction->classes[kind]->components
        : 1;

    for (guint i = 0; i < k * VOX_MEL_POINTS; i++)
      correction->table[kind][i] += offset;
  }
}

static void
next_stage (VoxLearner *self)
{
  self->stage++;
  self->progress = 0;
}

gboolean
vox_learner_step (VoxLearner *self, gboolean *done, GError **error)
{
  switch (self->stage) {
    case STAGE_WARP:
      if (!vox_warp_search_step (self->warps, error))
        return FALSE;
      if (vox_warp_search_done (self->warps))
        next_stage (self);
      break;
    case STAGE_FEATURES:
      if (!make_features (self, error))
        return FALSE;
      next_stage (self);
      break;
    case STAGE_NETWORK:
      if (!run_network (self, error))
        return FALSE;
      if (self->progress == self->n_frames)
        next_stage (self);
      break;
    case STAGE_CHANGES:
      find_changes (self);
      start_classes (self);
      next_stage (self);
      break;
    case STAGE_CLASSES:
      for (guint kind = 0; kind < 2; kind++)
        if (self->correction->classes[kind] != NULL)
          vox_mixture_improve (self->correction->classes[kind],
              self->points[kind], self->n_points[kind]);
      if (++self->progress == CLASS_ROUNDS)
        next_stage (self);
      break;
    case STAGE_TABLE:
      for (guint kind = 0; kind < 2; kind++)
        if (self->correction->classes[kind] != NULL)
          fill_table (self, kind);
      level_table (self);
      next_stage (self);
      break;
    case STAGE_DONE:
      break;
  }
  *done = self->stage == STAGE_DONE;
  return TRUE;
}

VoxCorrection *
vox_learner_finish (VoxLearner *self)
{
  g_return_val_if_fail (self->stage == STAGE_DONE, NULL);
  if (self->correction != NULL && self->net_share <= 0.0f) {
    g_clear_pointer (&self->correction->net, vox_target_net_free);
    g_clear_pointer (&self->correction->set, vox_train_set_free);
  }
  return g_steal_pointer (&self->correction);
}
