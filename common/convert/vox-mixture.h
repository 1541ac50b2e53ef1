/* vox-mixture.h: Gaussian mixtures with diagonal covariances.
 *
 * Small (tens of components and dimensions), fitted on some thousand points;
 * lives on the host.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VoxMixture:
 * @components, @dims: sizes
 * @weight: [components]
 * @mean, @variance: [components][dims]
 * @inverse: [components][dims]: 1 / variance
 * @offset: [components]: log weight and normalisation of the density
 */
typedef struct
{
  guint components;
  guint dims;
  gfloat *weight;
  gfloat *mean;
  gfloat *variance;
  gfloat *inverse;
  gfloat *offset;
} VoxMixture;

/** vox_mixture_new: uninitialised, all weights equal. */
VoxMixture *vox_mixture_new (guint components, guint dims);
void vox_mixture_free (VoxMixture *self);

/** vox_mixture_start: places the components by k-means from @points
 * ([n][dims]); @seed chooses the first centres. */
void vox_mixture_start (
    VoxMixture *self, const gfloat *points, guint n, guint64 seed);

/** vox_mixture_improve: one step of expectation maximisation. */
void vox_mixture_improve (VoxMixture *self, const gfloat *points, guint n);

/** vox_mixture_refresh: recomputes @inverse and @offset from the others. */
void vox_mixture_refresh (VoxMixture *self);

/**
 * vox_mixture_posterior:
 * @posterior: (out): [components] probabilities of each component
 * Returns: the log density at @point.
 */
gfloat vox_mixture_posterior (
    const VoxMixture *self, const gfloat *point, gfloat *posterior);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxMixture, vox_mixture_free)

G_END_DECLS
