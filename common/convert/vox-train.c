/* vox-train.c: training of the target network on pairs of frames.
 *
 * Every step draws a batch on the host (indices and a few random numbers per
 * row); everything per feature happens in device operations.
 */
#include "convert/vox-train.h"

#include <gio/gio.h>
#include <math.h>

/* What another speaker or microphone does to normalised cepstra: deviations of
 * a constant shift, of a constant log scale, and of noise per frame. */
#define SHIFT_DEVIATION 0.35
#define LOG_SCALE_DEVIATION 0.15
#define NOISE_DEVIATION 0.15
#define PROGRESS_STEPS 25

VoxTrainSet *
vox_train_set_new (VoxStream *stream, const gfloat *features, guint versions,
    const gfloat *voicing, guint n_frames, const gfloat *targets,
    guint n_targets, GError **error)
{
  g_autoptr (VoxTrainSet) self = g_new0 (VoxTrainSet, 1);
  gfloat weights[VOX_NET_FEATURES];

  vox_features_weights (weights);
  self->features = vox_matrix_new (
      stream, versions * n_frames, VOX_NET_FEATURES, features, error);
  if (self->features == NULL)
    return NULL;
  self->voicing = vox_matrix_new (stream, 1, n_frames, voicing, error);
  if (self->voicing == NULL)
    return NULL;
  self->targets =
      vox_matrix_new (stream, n_targets, VOX_CEPSTRA, targets, error);
  if (self->targets == NULL)
    return NULL;
  self->weights = vox_matrix_new (stream, 1, VOX_NET_FEATURES, weights, error);
  return self->weights != NULL ? g_steal_pointer (&self) : NULL;
}

void
vox_train_set_free (VoxTrainSet *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->features, vox_matrix_free);
  g_clear_pointer (&self->voicing, vox_matrix_free);
  g_clear_pointer (&self->targets, vox_matrix_free);
  g_clear_pointer (&self->weights, vox_matrix_free);
  g_free (self);
}

/* A normal number by the polar form of Box and Muller. */
static gfloat
random_normal (GRand *random)
{
  const gdouble u = 1.0 - g_rand_double (random);

  return (gfloat) (sqrt (-2.0 * log (u))
      * cos (2.0 * G_PI * g_rand_double (random)));
}

/* Host and device memory of one batch. */
typedef struct
{
  guint batch;
  gint32 *inputs;
  gint32 *outputs;
  gfloat *shift;
  gfloat *scale;
  VoxBuffer *device_rows;
  VoxMatrix *device_shift;
  VoxMatrix *device_scale;
  VoxMatrix *targets;
  VoxMatrix *unit;
} Batch;

static void
batch_free (Batch *self)
{
  g_free (self->inputs);
  g_free (self->outputs);
  g_free (self->shift);
  g_free (self->scale);
  g_clear_pointer (&self->device_rows, vox_buffer_free);
  g_clear_pointer (&self->device_shift, vox_matrix_free);
  g_clear_pointer (&self->device_scale, vox_matrix_free);
  g_clear_pointer (&self->targets, vox_matrix_free);
  g_clear_pointer (&self->unit, vox_matrix_free);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static Batch *
batch_new (VoxStream *stream, guint batch, GError **error)
{
  g_autoptr (Batch) self = g_new0 (Batch, 1);
  gfloat unit[VOX_CEPSTRA];

  for (guint c = 0; c < VOX_CEPSTRA; c++)
    unit[c] = 1.0f;
  self->batch = batch;
  self->inputs = g_new (gint32, 2 * batch);
  self->outputs = g_new (gint32, 2 * batch);
  self->shift = g_new (gfloat, batch * VOX_NET_FEATURES);
  self->scale = g_new (gfloat, batch * VOX_NET_FEATURES);
  self->device_rows =
      vox_buffer_new (stream, 4 * batch * sizeof (gint32), error);
  if (self->device_rows == NULL)
    return NULL;
  self->device_shift =
      vox_matrix_new (stream, batch, VOX_NET_FEATURES, NULL, error);
  if (self->device_shift == NULL)
    return NULL;
  self->device_scale =
      vox_matrix_new (stream, batch, VOX_NET_FEATURES, NULL, error);
  if (self->device_scale == NULL)
    return NULL;
  self->targets = vox_matrix_new (stream, batch, VOX_CEPSTRA, NULL, error);
  if (self->targets == NULL)
    return NULL;
  self->unit = vox_matrix_new (stream, 1, VOX_CEPSTRA, unit, error);
  return self->unit != NULL ? g_steal_pointer (&self) : NULL;
}

static gboolean
draw_batch (Batch *self, GRand *random, const VoxTrainPlan *plan,
    VoxStream *stream, GError **error)
{
  const gsize bytes = 2 * self->batch * sizeof (gint32);
  gint32 *rows = self->device_rows->data;

  for (guint r = 0; r < self->batch; r++) {
    VoxTrainPair pair = { 0 };

    plan->draw (random, &pair, plan->user_data);
    self->inputs[2 * r] = (gint32) pair.version;
    self->inputs[2 * r + 1] = (gint32) pair.frame;
    self->outputs[2 * r] = 0;
    self->outputs[2 * r + 1] = (gint32) pair.target;
  }
  stream->ops->memory.copy (stream, rows, self->inputs, bytes);
  stream->ops->memory.copy (
      stream, rows + 2 * self->batch, self->outputs, bytes);
  if (plan->perturb <= 0.0f)
    return vox_stream_finish (stream, error);
  for (guint i = 0; i < self->batch * VOX_NET_FEATURES; i++) {
    self->shift[i] =
        plan->perturb * (gfloat) SHIFT_DEVIATION * random_normal (random);
    self->scale[i] = expf (
        plan->perturb * (gfloat) LOG_SCALE_DEVIATION * random_normal (random));
  }
  return vox_matrix_upload (
             self->device_shift, 0, self->batch, self->shift, error)
      && vox_matrix_upload (
          self->device_scale, 0, self->batch, self->scale, error);
}

static void
gather_batch (const Batch *self, VoxTargetNet *net, const VoxTrainSet *set,
    const VoxTrainPlan *plan, guint64 seed)
{
  VoxStream *stream = set->features->stream;
  VoxGatherArgs args = { .features = set->features->data,
    .voicing = set->voicing->data,
    .rows = self->device_rows->data,
    .weight = set->weights->data,
    .output = vox_target_net_input (net),
    .n_rows = self->batch,
    .n_frames = set->voicing->cols,
    .seed = seed };
  const VoxGatherArgs targets = { .features = set->targets->data,
    .rows = (const gint32 *) self->device_rows->data + 2 * self->batch,
    .weight = self->unit->data,
    .output = self->targets->data,
    .n_offsets = 1,
    .n_rows = self->batch,
    .n_frames = set->targets->rows,
    .dims = VOX_CEPSTRA,
    .limit = G_MAXFLOAT };

  vox_features_gather (&args);
  if (plan->perturb > 0.0f) {
    args.shift = self->device_shift->data;
    args.scale = self->device_scale->data;
    args.noise = plan->perturb * (gfloat) NOISE_DEVIATION;
  }
  stream->ops->net.gather (stream, &args);
  stream->ops->net.gather (stream, &targets);
}

gboolean
vox_train (VoxTargetNet *net, const VoxTrainSet *set, const VoxTrainPlan *plan,
    GError **error)
{
  VoxStream *stream = set->features->stream;
  const guint32 seeds[2] = { (guint32) plan->seed,
    (guint32) (plan->seed >> 32) };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, 2);
  g_autoptr (Batch) batch = batch_new (stream, plan->batch, error);

  if (batch == NULL)
    return FALSE;
  vox_target_net_restart (net);
  for (guint step = 0; step < plan->steps; step++) {
    const gdouble done = (gdouble) step / plan->steps;
    const gfloat rate = plan->rate * (gfloat) (0.5 + 0.5 * cos (G_PI * done));
    const guint64 seed =
        plan->seed + ((guint64) step + 1) * 0x9e3779b97f4a7c15u;

    if (plan->progress != NULL && step % PROGRESS_STEPS == 0
        && !plan->progress (done, plan->progress_data)) {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "enrolment was cancelled");
      return FALSE;
    }
    if (!draw_batch (batch, random, plan, stream, error))
      return FALSE;
    gather_batch (batch, net, set, plan, seed);
    vox_target_net_train (net, batch->targets->data, plan->batch, rate,
        plan->dropout, step + 1, seed + 7);
  }
  return vox_stream_finish (stream, error);
}

gfloat *
vox_train_predict (VoxTargetNet *net, const VoxTrainSet *set,
    const gint32 *rows, guint n, GError **error)
{
  VoxStream *stream = set->features->stream;
  const guint chunk = vox_target_net_max_rows (net);
  g_autofree gfloat *out = g_new (gfloat, (gsize) n * VOX_CEPSTRA);
  g_autofree gint32 *indices = g_new0 (gint32, 2 * MAX (n, 1));
  g_autoptr (VoxBuffer) device_rows = NULL;

  device_rows = vox_buffer_new (stream, 2 * n * sizeof (gint32), error);
  if (device_rows == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    indices[2 * i + 1] = rows[i];
  stream->ops->memory.copy (
      stream, device_rows->data, indices, 2 * n * sizeof (gint32));
  for (guint first = 0; first < n; first += chunk) {
    const guint count = MIN (chunk, n - first);
    VoxGatherArgs args = { .features = set->features->data,
      .voicing = set->voicing->data,
      .rows = (const gint32 *) device_rows->data + 2 * first,
      .weight = set->weights->data,
      .output = vox_target_net_input (net),
      .n_rows = count,
      .n_frames = set->voicing->cols };

    vox_features_gather (&args);
    stream->ops->net.gather (stream, &args);
    stream->ops->memory.copy (stream, out + (gsize) first * VOX_CEPSTRA,
        vox_target_net_run (net, count),
        (gsize) count * VOX_CEPSTRA * sizeof (gfloat));
  }
  return vox_stream_finish (stream, error) ? g_steal_pointer (&out) : NULL;
}
