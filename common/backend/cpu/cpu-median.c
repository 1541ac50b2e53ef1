/* cpu-median.c: median selection by a pruned sorting network.
 *
 * The network is Batcher's merge exchange (D. E. Knuth, The Art of Computer
 * Programming 3, algorithm 5.2.2M), which sorts any number of wires.
 * Comparators that cannot influence the middle wire are dropped.
 */
#include "backend/cpu/cpu-median.h"

#include <string.h>
#include "backend/cpu/cpu-backend.h"

/* Drops, from the end, every comparator of which neither output is needed. */
static void
prune (VoxMedianNetwork *network)
{
  gboolean needed[VOX_MEDIAN_MAX_WINDOW] = { FALSE };
  guint kept = network->count;

  needed[network->window / 2] = TRUE;
  for (guint i = network->count; i-- > 0;) {
    VoxComparator comparator = network->comparators[i];

    comparator.needs_low = needed[comparator.low];
    comparator.needs_high = needed[comparator.high];
    if (!comparator.needs_low && !comparator.needs_high)
      continue;
    needed[comparator.low] = needed[comparator.high] = TRUE;
    network->comparators[--kept] = comparator;
  }
  network->count -= kept;
  memmove (network->comparators, network->comparators + kept,
      network->count * sizeof (VoxComparator));
}

void
vox_median_network_init (VoxMedianNetwork *network, guint window)
{
  guint top = 1;

  g_return_if_fail (window % 2 == 1 && window <= VOX_MEDIAN_MAX_WINDOW);
  network->window = window;
  network->count = 0;
  while (2 * top < window)
    top *= 2;
  for (guint p = top; p > 0 && window > 1; p /= 2) {
    guint q = top, r = 0, d = p;

    for (;;) {
      for (guint i = 0; i + d < window; i++) {
        if ((i & p) == r)
          network->comparators[network->count++] =
              (VoxComparator){ (guint8) i, (guint8) (i + d) };
      }
      if (q == p)
        break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
  prune (network);
}

VOX_SIMD void
vox_median_rows (
    const VoxMedianNetwork *network, gint32 (*rows)[VOX_MEDIAN_LANES])
{
  for (guint i = 0; i < network->count; i++) {
    const VoxComparator *comparator = &network->comparators[i];
    gint32 *restrict low = rows[comparator->low];
    gint32 *restrict high = rows[comparator->high];

    if (!comparator->needs_high) {
      for (guint j = 0; j < VOX_MEDIAN_LANES; j++)
        low[j] = MIN (low[j], high[j]);
    } else if (!comparator->needs_low) {
      for (guint j = 0; j < VOX_MEDIAN_LANES; j++)
        high[j] = MAX (low[j], high[j]);
    } else {
      for (guint j = 0; j < VOX_MEDIAN_LANES; j++) {
        const gint32 a = low[j], b = high[j];

        low[j] = MIN (a, b);
        high[j] = MAX (a, b);
      }
    }
  }
}
