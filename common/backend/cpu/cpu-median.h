/* cpu-median.h: medians of many short rows at once.
 *
 * A sorting network exchanges whole rows of lanes, so the same few hundred
 * minimum and maximum instructions serve VOX_MEDIAN_LANES medians.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Medians computed side by side. */
#define VOX_MEDIAN_LANES 64
/** Longest window. */
#define VOX_MEDIAN_MAX_WINDOW 127
/** Comparators that a merge exchange network of 127 wires needs at most. */
#define VOX_MEDIAN_MAX_COMPARATORS 1471

/**
 * VoxComparator: after it, row @low holds the smaller values and row @high the
 * larger; a row that nothing later reads may be left as it is.
 */
typedef struct
{
  guint8 low;
  guint8 high;
  gboolean needs_low;
  gboolean needs_high;
} VoxComparator;

/**
 * VoxMedianNetwork: the comparators that bring the median of @window rows to
 * row window / 2; the other rows need not end up sorted.
 */
typedef struct
{
  guint window;
  guint count;
  VoxComparator comparators[VOX_MEDIAN_MAX_COMPARATORS];
} VoxMedianNetwork;

/** vox_median_network_init: @window is odd, 1 to VOX_MEDIAN_MAX_WINDOW. */
void vox_median_network_init (VoxMedianNetwork *network, guint window);

/**
 * vox_median_rows:
 * @rows: bit patterns of non-negative floats, which are ordered like the floats
 *   and whose minimum and maximum need no thought about NaN
 *
 * Reorders @rows; the medians are in rows[window / 2].
 */
void vox_median_rows (
    const VoxMedianNetwork *network, gint32 (*rows)[VOX_MEDIAN_LANES]);

G_END_DECLS
