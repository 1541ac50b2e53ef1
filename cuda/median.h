/* median.h: exact medians of small windows, a window a thread.
 *
 * A thread holds its window in registers and finds the middle value bit by bit,
 * from the top: each bit costs one comparison for every value, and the bits that
 * smallest and largest value share cost nothing. No value moves, so nothing
 * depends on their order.
 */
#pragma once

#include <limits.h>

/* vox_cuda_median: the median of the first @window, an odd number, of @values:
 * bit patterns of non-negative floats, which are ordered like the floats. Values
 * from @window on must be INT_MAX. */
template <int N>
static __device__ __forceinline__ int
vox_cuda_median (const int (&values)[N], unsigned window)
{
  const int rank = (int) (window / 2);
  int low = values[0], high = values[0], bit, median;

#pragma unroll
  for (int i = 1; i < N; i++) {
    low = min (low, values[i]);
    high = i < (int) window ? max (high, values[i]) : high;
  }
  if (low == high)
    return low;
  bit = 31 - __clz (low ^ high);
  median = low & ~(int) ((2u << bit) - 1u);
  /* The largest number that at most @rank values are below. */
  for (; bit >= 0; bit--) {
    const int candidate = median | (1 << bit);
    int below = 0;

#pragma unroll
    for (int i = 0; i < N; i++)
      below += values[i] < candidate ? 1 : 0;
    median = below <= rank ? candidate : median;
  }
  return median;
}
