/* vox-mixture.c: Gaussian mixtures with diagonal covariances, fitted by
 * expectation maximisation (Dempster, Laird and Rubin 1977). */
#include "convert/vox-mixture.h"

#include <math.h>
#include <string.h>

/* Variances stay above this part of the points' overall variance. */
#define VARIANCE_FLOOR 0.02f
#define START_ROUNDS 4

VoxMixture *
vox_mixture_new (guint components, guint dims)
{
  VoxMixture *self = g_new0 (VoxMixture, 1);

  self->components = components;
  self->dims = dims;
  self->weight = g_new (gfloat, components);
  self->mean = g_new0 (gfloat, components * dims);
  self->variance = g_new (gfloat, components * dims);
  self->inverse = g_new0 (gfloat, components * dims);
  self->offset = g_new0 (gfloat, components);
  for (guint j = 0; j < components; j++)
    self->weight[j] = 1.0f / (gfloat) components;
  for (guint i = 0; i < components * dims; i++)
    self->variance[i] = 1.0f;
  return self;
}

void
vox_mixture_free (VoxMixture *self)
{
  if (self == NULL)
    return;
  g_free (self->weight);
  g_free (self->mean);
  g_free (self->variance);
  g_free (self->inverse);
  g_free (self->offset);
  g_free (self);
}

void
vox_mixture_refresh (VoxMixture *self)
{
  for (guint j = 0; j < self->components; j++) {
    gdouble offset = log (MAX ((gdouble) self->weight[j], 1e-10));

    for (guint d = j * self->dims; d < (j + 1) * self->dims; d++) {
      self->inverse[d] = 1.0f / self->variance[d];
      offset -= 0.5 * log (2.0 * G_PI * (gdouble) self->variance[d]);
    }
    self->offset[j] = (gfloat) offset;
  }
}

static gfloat
distance (const gfloat *x, const gfloat *mean, const gfloat *inverse, guint n)
{
  gfloat sum = 0.0f;

  for (guint d = 0; d < n; d++) {
    const gfloat e = x[d] - mean[d];

    sum += e * e * inverse[d];
  }
  return sum;
}

gfloat
vox_mixture_posterior (
    const VoxMixture *self, const gfloat *point, gfloat *posterior)
{
  gfloat top = -G_MAXFLOAT, sum = 0.0f;

  for (guint j = 0; j < self->components; j++) {
    posterior[j] = self->offset[j]
        - 0.5f
            * distance (point, self->mean + j * self->dims,
                self->inverse + j * self->dims, self->dims);
    top = MAX (top, posterior[j]);
  }
  for (guint j = 0; j < self->components; j++) {
    posterior[j] = expf (posterior[j] - top);
    sum += posterior[j];
  }
  for (guint j = 0; j < self->components; j++)
    posterior[j] /= sum;
  return top + logf (sum);
}

/* One round of k-means: every point moves its nearest centre's mean. */
static void
move_centres (VoxMixture *self, const gfloat *points, guint n)
{
  const guint dims = self->dims;
  g_autofree gdouble *sums = g_new0 (gdouble, self->components * dims);
  g_autofree guint *counts = g_new0 (guint, self->components);

  for (guint i = 0; i < n; i++) {
    const gfloat *x = points + (gsize) i * dims;
    gfloat nearest = G_MAXFLOAT;
    guint best = 0;

    for (guint j = 0; j < self->components; j++) {
      const gfloat d = distance (x, self->mean + j * dims, self->inverse, dims);

      if (d < nearest) {
        nearest = d;
        best = j;
      }
    }
    counts[best]++;
    for (guint d = 0; d < dims; d++)
      sums[best * dims + d] += (gdouble) x[d];
  }
  for (guint j = 0; j < self->components; j++)
    for (guint d = 0; d < dims && counts[j] > 0; d++)
      self->mean[j * dims + d] = (gfloat) (sums[j * dims + d] / counts[j]);
}

void
vox_mixture_start (
    VoxMixture *self, const gfloat *points, guint n, guint64 seed)
{
  const guint dims = self->dims;
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) seed);

  for (guint d = 0; d < dims; d++) {
    gdouble sum = 0.0, squares = 0.0;
    gfloat variance;

    for (guint i = 0; i < n; i++) {
      const gdouble x = (gdouble) points[(gsize) i * dims + d];

      sum += x;
      squares += x * x;
    }
    variance = (gfloat) MAX (squares / n - (sum / n) * (sum / n), 1e-6);
    for (guint j = 0; j < self->components; j++)
      self->variance[j * dims + d] = variance;
  }
  for (guint j = 0; j < self->components; j++) {
    const guint i = (guint) g_rand_int_range (random, 0, (gint32) n);

    self->weight[j] = 1.0f / (gfloat) self->components;
    memcpy (self->mean + j * dims, points + (gsize) i * dims,
        dims * sizeof (gfloat));
  }
  vox_mixture_refresh (self);
  for (guint round = 0; round < START_ROUNDS; round++)
    move_centres (self, points, n);
  vox_mixture_refresh (self);
}

void
vox_mixture_improve (VoxMixture *self, const gfloat *points, guint n)
{
  const guint dims = self->dims, size = self->components * dims;
  g_autofree gfloat *sums = g_new0 (gfloat, 2 * size);
  g_autofree gfloat *counts = g_new0 (gfloat, self->components);
  g_autofree gfloat *posterior = g_new (gfloat, self->components);
  g_autofree gfloat *floors = g_new0 (gfloat, dims);

  for (guint i = 0; i < n; i++) {
    const gfloat *x = points + (gsize) i * dims;

    vox_mixture_posterior (self, x, posterior);
    for (guint j = 0; j < self->components; j++) {
      const gfloat p = posterior[j];
      gfloat *first = sums + j * dims, *second = sums + size + j * dims;

      if (p < 1e-5f)
        continue;
      counts[j] += p;
      for (guint d = 0; d < dims; d++) {
        first[d] += p * x[d];
        second[d] += p * x[d] * x[d];
      }
    }
    for (guint d = 0; d < dims; d++)
      floors[d] += x[d] * x[d];
  }
  for (guint j = 0; j < self->components; j++) {
    self->weight[j] = (counts[j] + 1.0f) / ((gfloat) n + self->components);
    for (guint d = 0; d < dims && counts[j] > 1.0f; d++) {
      const gfloat mean = sums[j * dims + d] / counts[j];

      self->mean[j * dims + d] = mean;
      self->variance[j * dims + d] =
          MAX (sums[size + j * dims + d] / counts[j] - mean * mean,
              VARIANCE_FLOOR * floors[d] / (gfloat) n + 1e-6f);
    }
  }
  vox_mixture_refresh (self);
}
