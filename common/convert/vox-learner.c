/* vox-learner.c: learns a correction from frames of the source, in steps. */
#include "convert/vox-learner.h"

#include <math.h>
#include <string.h>

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
/* Largest change of power in either direction: 30 dB. */
#define CHANGE_LIMIT 6.9f

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
  gboolean network;
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
  gfloat *widths;
  gfloat *points[2];
  guint n_points[2];
  VoxTrainSet *set;
  VoxCorrection *correction;
};

VoxLearner *
vox_learner_new (VoxStream *stream, VoxTarget *target,
    const VoxVoiceFrame *frames, guint n_frames, gboolean network, guint64 seed)
{
  VoxLearner *self = g_new0 (VoxLearner, 1);
  const gfloat level = vox_features_level (frames, n_frames);

  g_return_val_if_fail (n_frames <= VOX_LEARNER_MAX_FRAMES, NULL);
  self->stream = stream;
  self->target = vox_target_ref (target);
  self->network = network;
  self->seed = seed;
  self->frames = g_new (VoxVoiceFrame, MAX (n_frames, 1));
  memcpy (self->frames, frames, n_frames * sizeof (VoxVoiceFrame));
  self->kinds = g_new (gint8, MAX (n_frames, 1));
  self->n_frames = n_frames;
  self->widths = vox_mel_widths ();
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
  g_free (self->widths);
  g_free (self->points[0]);
  g_free (self->points[1]);
  g_clear_pointer (&self->warps, vox_warp_search_free);
  g_clear_pointer (&self->set, vox_train_set_free);
  g_clear_pointer (&self->correction, vox_correction_free);
  g_clear_pointer (&self->target, vox_target_unref);
  g_free (self);
}

gdouble
vox_learner_warp (const VoxLearner *self)
{
  return vox_warp_search_best (self->warps);
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

/* Difference of the long-term spectra, without level, for the network's way. */
static void
find_base (VoxLearner *self)
{
  VoxCorrection *correction = self->correction;
  gdouble sums[2][VOX_CEPSTRA] = { { 0.0 } };
  guint counts[2] = { 0, 0 };

  for (guint i = 0; i < self->n_frames; i++) {
    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    counts[self->kinds[i]]++;
    for (guint c = 0; c < VOX_CEPSTRA; c++)
      sums[self->kinds[i]][c] +=
          (gdouble) self->cepstra[(gsize) i * VOX_CEPSTRA + c];
  }
  memset (correction->base, 0, sizeof (correction->base));
  for (guint kind = 0; kind < 2; kind++) {
    const guint from = counts[kind] > 0 ? kind : 1 - kind;
    const gfloat *goal = self->target->long_term + from * VOX_MEL_POINTS;

    for (guint c = 1; c < VOX_CEPSTRA; c++) {
      const gfloat *row = correction->inverse + c * VOX_MEL_POINTS;
      gfloat difference = (gfloat) (-sums[from][c] / counts[from]);

      for (guint m = 0; m < VOX_MEL_POINTS; m++)
        difference += row[m] * goal[m];
      for (guint m = 0; m < VOX_MEL_POINTS; m++)
        correction->base[kind * VOX_MEL_POINTS + m] += difference * row[m];
    }
  }
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

/* Log of how much louder the frames get under their changes (stride floats
 * from one to the next). */
static gfloat
loudness_change (const VoxLearner *self, const gfloat *changes, gsize stride)
{
  gdouble before = 1e-30, after = 1e-30;
  guint at = 0;

  for (guint i = 0; i < self->n_frames; i++) {
    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    for (guint m = 0; m < VOX_MEL_POINTS; m++) {
      const gfloat x = self->frames[i].spectrum[m];

      before += (gdouble) (self->widths[m] * expf (x));
      after +=
          (gdouble) (self->widths[m] * expf (x + changes[at * stride + m]));
    }
    at++;
  }
  return (gfloat) log (after / before);
}

/* [n_active][VOX_MEL_POINTS]: what the network wants changed in each frame. */
static void
find_changes (VoxLearner *self)
{
  VoxCorrection *correction = self->correction;
  guint at = 0;

  find_base (self);
  find_variance (self);
  self->changes = g_new (gfloat, (gsize) self->n_active * VOX_MEL_POINTS);
  for (guint i = 0; i < self->n_frames; i++) {
    gfloat *change = self->changes + (gsize) at * VOX_MEL_POINTS;
    gfloat spectrum[VOX_MEL_POINTS];

    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      spectrum[m] =
          self->cepstra[(gsize) i * VOX_CEPSTRA] * correction->inverse[m];
    for (guint c = 1; c < VOX_CEPSTRA; c++) {
      const gfloat *row = correction->inverse + c * VOX_MEL_POINTS;
      const gfloat mean = correction->net_mean[c];
      const gfloat z = mean
          + correction->net_ratio[c]
              * (self->outputs[(gsize) i * VOX_CEPSTRA + c] - mean);
      const gfloat cepstrum =
          self->target->mean[c] + self->target->deviation[c] * z;

      for (guint m = 0; m < VOX_MEL_POINTS; m++)
        spectrum[m] += cepstrum * row[m];
    }
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      change[m] = spectrum[m] - self->frames[i].spectrum[m];
    at++;
  }
}

/* Shifts all changes so that the whole keeps its loudness, then limits them. */
static void
level_changes (VoxLearner *self)
{
  const gfloat louder = loudness_change (self, self->changes, VOX_MEL_POINTS);

  for (gsize i = 0; i < (gsize) self->n_active * VOX_MEL_POINTS; i++)
    self->changes[i] =
        CLAMP (self->changes[i] - louder, -CHANGE_LIMIT, CHANGE_LIMIT);
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
  for (guint j = 0; j < k; j++)
    for (guint m = 0; m < VOX_MEL_POINTS; m++) {
      gfloat *sum = &sums[j * VOX_MEL_POINTS + m];

      *sum = mean[m] + (*sum - counts[j] * mean[m]) / (counts[j] + CLASS_PRIOR);
    }
  self->correction->table[kind] = g_steal_pointer (&sums);
}

/* Makes both ways keep the source's loudness. */
static void
level_ways (VoxLearner *self)
{
  VoxCorrection *correction = self->correction;
  g_autofree gfloat *table =
      g_new (gfloat, (gsize) self->n_active * VOX_MEL_POINTS);
  gfloat louder;
  guint at = 0;

  for (guint i = 0; i < self->n_frames; i++)
    if (self->kinds[i] != VOX_FRAME_SILENT)
      vox_correction_table (
          correction, &self->frames[i], table + (gsize) at++ * VOX_MEL_POINTS);
  louder = loudness_change (self, table, VOX_MEL_POINTS);
  for (guint kind = 0; kind < 2; kind++) {
    const guint k = correction->classes[kind] != NULL
        ? correction->classes[kind]->components
        : 1;

    for (guint i = 0; i < k * VOX_MEL_POINTS; i++)
      correction->table[kind][i] -= louder;
  }
  at = 0;
  for (guint i = 0; i < self->n_frames && self->network; i++) {
    VoxChange change;

    if (self->kinds[i] == VOX_FRAME_SILENT)
      continue;
    vox_correction_network_change (correction, &self->frames[i], self->kinds[i],
        self->outputs + (gsize) i * VOX_CEPSTRA, &change);
    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      table[(gsize) at * VOX_MEL_POINTS + m] =
          change.direct[m] + change.rest[m];
    at++;
  }
  if (self->network)
    correction->net_level = -loudness_change (self, table, VOX_MEL_POINTS);
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
      level_changes (self);
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
      level_ways (self);
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
  if (self->correction != NULL && !self->network) {
    g_clear_pointer (&self->correction->net, vox_target_net_free);
    g_clear_pointer (&self->correction->set, vox_train_set_free);
  }
  return g_steal_pointer (&self->correction);
}
