/* vox-target-net.c: a three-layer network, its gradients and Adam, on the
 * operations of the product and net families. */
#include "convert/vox-target-net.h"

#include <math.h>
#include <string.h>

/* Adam's constants as in Kingma and Ba (2015). */
#define BETA1 0.9
#define BETA2 0.999
#define EPSILON 1e-8f

static const guint widths[VOX_NET_LAYERS + 1] = { VOX_NET_INPUTS,
  VOX_NET_HIDDEN, VOX_NET_HIDDEN, VOX_CEPSTRA };

struct _VoxTargetNet
{
  VoxStream *stream;
  guint max_rows;
  gsize n_parameters;
  gsize weight_at[VOX_NET_LAYERS];
  gsize bias_at[VOX_NET_LAYERS];
  /* [n_parameters] each: weights, gradients and the moments of Adam. */
  VoxMatrix *parameters;
  VoxMatrix *gradients;
  VoxMatrix *first_moment;
  VoxMatrix *second_moment;
  /* [max_rows][widths]: inputs and outputs of the layers, their gradients. */
  VoxMatrix *values[VOX_NET_LAYERS + 1];
  VoxMatrix *deltas[VOX_NET_LAYERS + 1];
  VoxMatrix *ones;
  VoxMatrix *loss_weights;
};

gfloat
vox_target_net_loss_weight (guint c)
{
  if (c == 0)
    return 0.3f;
  return c <= 14 ? 1.0f : 1.0f - 0.7f * (gfloat) (c - 14) / (VOX_CEPSTRA - 15);
}

void
vox_target_net_size (guint layer, guint *outputs, guint *inputs)
{
  *outputs = widths[layer + 1];
  *inputs = widths[layer];
}

static gboolean
allocate (VoxTargetNet *self, GError **error)
{
  VoxMatrix **rows[] = { &self->parameters, &self->gradients,
    &self->first_moment, &self->second_moment };
  g_autofree gfloat *ones = g_new (gfloat, self->max_rows);
  gfloat loss[VOX_CEPSTRA];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    *rows[i] = vox_matrix_new (
        self->stream, 1, (guint) self->n_parameters, NULL, error);
    if (*rows[i] == NULL)
      return FALSE;
  }
  for (guint l = 0; l <= VOX_NET_LAYERS; l++) {
    self->values[l] =
        vox_matrix_new (self->stream, self->max_rows, widths[l], NULL, error);
    if (self->values[l] == NULL)
      return FALSE;
    self->deltas[l] =
        vox_matrix_new (self->stream, self->max_rows, widths[l], NULL, error);
    if (self->deltas[l] == NULL)
      return FALSE;
  }
  for (guint i = 0; i < self->max_rows; i++)
    ones[i] = 1.0f;
  for (guint c = 0; c < VOX_CEPSTRA; c++)
    loss[c] = vox_target_net_loss_weight (c);
  self->ones = vox_matrix_new (self->stream, 1, self->max_rows, ones, error);
  if (self->ones == NULL)
    return FALSE;
  self->loss_weights =
      vox_matrix_new (self->stream, 1, VOX_CEPSTRA, loss, error);
  return self->loss_weights != NULL;
}

/* Normal numbers of variance 2 / inputs (He et al. 2015), by Box and Muller. */
static gboolean
randomise (VoxTargetNet *self, guint64 seed, GError **error)
{
  const guint32 seeds[2] = { (guint32) seed, (guint32) (seed >> 32) };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, 2);
  g_autofree gfloat *values = g_new0 (gfloat, self->n_parameters);

  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    const gdouble sigma = sqrt (2.0 / widths[l]);

    for (guint i = 0; i < widths[l] * widths[l + 1]; i++) {
      const gdouble u = 1.0 - g_rand_double (random);
      const gdouble v = g_rand_double (random);

      values[self->weight_at[l] + i] =
          (gfloat) (sigma * sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * v));
    }
  }
  return vox_matrix_upload (self->parameters, 0, 1, values, error);
}

VoxTargetNet *
vox_target_net_new (
    VoxStream *stream, guint max_rows, guint64 seed, GError **error)
{
  g_autoptr (VoxTargetNet) self = g_new0 (VoxTargetNet, 1);

  self->stream = stream;
  self->max_rows = max_rows;
  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    self->weight_at[l] = self->n_parameters;
    self->bias_at[l] = self->weight_at[l] + widths[l] * widths[l + 1];
    self->n_parameters = self->bias_at[l] + widths[l + 1];
  }
  if (!allocate (self, error) || !randomise (self, seed, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_target_net_free (VoxTargetNet *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->parameters, vox_matrix_free);
  g_clear_pointer (&self->gradients, vox_matrix_free);
  g_clear_pointer (&self->first_moment, vox_matrix_free);
  g_clear_pointer (&self->second_moment, vox_matrix_free);
  for (guint l = 0; l <= VOX_NET_LAYERS; l++) {
    g_clear_pointer (&self->values[l], vox_matrix_free);
    g_clear_pointer (&self->deltas[l], vox_matrix_free);
  }
  g_clear_pointer (&self->ones, vox_matrix_free);
  g_clear_pointer (&self->loss_weights, vox_matrix_free);
  g_free (self);
}

gboolean
vox_target_net_set (
    VoxTargetNet *self, guint layer, const gfloat *weights, GError **error)
{
  const guint in = widths[layer], out = widths[layer + 1];
  g_autofree gfloat *packed = g_new (gfloat, out * (in + 1));

  for (guint o = 0; o < out; o++) {
    memcpy (packed + o * in, weights + o * (in + 1), in * sizeof (gfloat));
    packed[out * in + o] = weights[o * (in + 1) + in];
  }
  self->stream->ops->memory.copy (self->stream,
      self->parameters->data + self->weight_at[layer], packed,
      out * (in + 1) * sizeof (gfloat));
  return vox_stream_finish (self->stream, error);
}

gboolean
vox_target_net_get (
    VoxTargetNet *self, guint layer, gfloat *weights, GError **error)
{
  const guint in = widths[layer], out = widths[layer + 1];
  g_autofree gfloat *packed = g_new (gfloat, out * (in + 1));

  self->stream->ops->memory.copy (self->stream, packed,
      self->parameters->data + self->weight_at[layer],
      out * (in + 1) * sizeof (gfloat));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint o = 0; o < out; o++) {
    memcpy (weights + o * (in + 1), packed + o * in, in * sizeof (gfloat));
    weights[o * (in + 1) + in] = packed[out * in + o];
  }
  return TRUE;
}

guint
vox_target_net_max_rows (const VoxTargetNet *self)
{
  return self->max_rows;
}

gfloat *
vox_target_net_input (VoxTargetNet *self)
{
  return self->values[0]->data;
}

static void
forward (VoxTargetNet *self, guint rows, gfloat dropout, guint64 seed)
{
  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    const gboolean hidden = l + 1 < VOX_NET_LAYERS;
    const VoxGemmArgs args = { .a = self->values[l]->data,
      .b = self->parameters->data + self->weight_at[l],
      .c = self->values[l + 1]->data,
      .m = rows,
      .n = widths[l + 1],
      .k = widths[l],
      .lda = widths[l],
      .ldb = widths[l],
      .ldc = widths[l + 1],
      .transpose_b = TRUE,
      .alpha = 1.0f };

    self->stream->ops->product.gemm (self->stream, &args);
    self->stream->ops->net.activate (self->stream, self->values[l + 1]->data,
        self->parameters->data + self->bias_at[l], rows, widths[l + 1], hidden,
        hidden ? dropout : 0.0f, seed + l);
  }
}

const gfloat *
vox_target_net_run (VoxTargetNet *self, guint rows)
{
  g_return_val_if_fail (rows <= self->max_rows, NULL);
  forward (self, rows, 0.0f, 0);
  return self->values[VOX_NET_LAYERS]->data;
}

/* Gradients of layer l from the gradient of its output. */
static void
backward_layer (VoxTargetNet *self, guint l, guint rows, gfloat dropout)
{
  const VoxProductOps *product = &self->stream->ops->product;
  const guint in = widths[l], out = widths[l + 1];
  const VoxGemmArgs weight = { .a = self->deltas[l + 1]->data,
    .b = self->values[l]->data,
    .c = self->gradients->data + self->weight_at[l],
    .m = out,
    .n = in,
    .k = rows,
    .lda = out,
    .ldb = in,
    .ldc = in,
    .transpose_a = TRUE,
    .alpha = 1.0f };
  const VoxGemmArgs bias = { .a = self->ones->data,
    .b = self->deltas[l + 1]->data,
    .c = self->gradients->data + self->bias_at[l],
    .m = 1,
    .n = out,
    .k = rows,
    .lda = rows,
    .ldb = out,
    .ldc = out,
    .alpha = 1.0f };
  const VoxGemmArgs input = { .a = self->deltas[l + 1]->data,
    .b = self->parameters->data + self->weight_at[l],
    .c = self->deltas[l]->data,
    .m = rows,
    .n = in,
    .k = out,
    .lda = out,
    .ldb = in,
    .ldc = in,
    .alpha = 1.0f };

  product->gemm (self->stream, &weight);
  product->gemm (self->stream, &bias);
  if (l == 0)
    return;
  product->gemm (self->stream, &input);
  self->stream->ops->net.activate_backward (self->stream, self->deltas[l]->data,
      self->values[l]->data, (gsize) rows * in, 1.0f / (1.0f - dropout));
}

void
vox_target_net_train (VoxTargetNet *self, const gfloat *targets, guint rows,
    gfloat rate, gfloat dropout, guint step, guint64 seed)
{
  const gdouble correction =
      sqrt (1.0 - pow (BETA2, step)) / (1.0 - pow (BETA1, step));
  const VoxAdamArgs adam = { .weight = self->parameters->data,
    .gradient = self->gradients->data,
    .mean = self->first_moment->data,
    .variance = self->second_moment->data,
    .n = self->n_parameters,
    .rate = rate * (gfloat) correction,
    .beta1 = (gfloat) BETA1,
    .beta2 = (gfloat) BETA2,
    .epsilon = EPSILON };

  g_return_if_fail (rows <= self->max_rows);
  forward (self, rows, dropout, seed);
  self->stream->ops->net.difference (self->stream,
      self->deltas[VOX_NET_LAYERS]->data, self->values[VOX_NET_LAYERS]->data,
      targets, self->loss_weights->data, rows, VOX_CEPSTRA);
  for (guint l = VOX_NET_LAYERS; l-- > 0;)
    backward_layer (self, l, rows, dropout);
  self->stream->ops->net.adam (self->stream, &adam);
}

void
vox_target_net_restart (VoxTargetNet *self)
{
  const gsize bytes = self->n_parameters * sizeof (gfloat);

  self->stream->ops->memory.zero (
      self->stream, self->first_moment->data, bytes);
  self->stream->ops->memory.zero (
      self->stream, self->second_moment->data, bytes);
}
