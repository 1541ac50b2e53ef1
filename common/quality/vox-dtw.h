/* vox-dtw.h: the mean distance of two sequences of vectors along their best
 * warping path. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vox_dtw_mean_distance:
 * @a, @b: arrays whose elements are vectors of @order floats
 * @mean: (out): Euclidean distance, averaged over the steps of the path
 *
 * Steps go one on in a, in b or in both, all with weight 1. The path stays
 * within VOX_DTW_BAND_FRAMES of the straight line between the ends. Memory is
 * two rows of the band.
 *
 * Returns: FALSE when a sequence is empty.
 */
gboolean vox_dtw_mean_distance (
    const GArray *a, const GArray *b, guint order, gdouble *mean);

#define VOX_DTW_BAND_FRAMES 300

G_END_DECLS
