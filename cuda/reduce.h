/* reduce.h: sums over the threads of a warp and of a block, for the kernels of
 * the CUDA module. The order of additions is fixed, so two runs agree to the
 * bit.
 */
#pragma once

#define VOX_CUDA_WARP 32
#define VOX_CUDA_ALL_LANES 0xffffffffu

/* vox_cuda_warp_sum: the sum over all 32 lanes, for each of them; every lane
 * must take part. */
template <typename T>
static __device__ T
vox_cuda_warp_sum (T x)
{
  for (int step = VOX_CUDA_WARP / 2; step > 0; step /= 2)
    x += __shfl_xor_sync (VOX_CUDA_ALL_LANES, x, step);
  return x;
}

/* vox_cuda_block_sum: the sum over all threads of a block whose size is a
 * multiple of a warp's, for each of them; every thread must take part.
 * @partial is shared memory for a value of each warp. What threads wrote to
 * shared memory before is visible after. */
template <typename T>
static __device__ T
vox_cuda_block_sum (T x, T *partial)
{
  const unsigned warps = blockDim.x / VOX_CUDA_WARP;
  T sum = 0;

  x = vox_cuda_warp_sum (x);
  /* The sum before this one may still be read. */
  __syncthreads ();
  if (threadIdx.x % VOX_CUDA_WARP == 0)
    partial[threadIdx.x / VOX_CUDA_WARP] = x;
  __syncthreads ();
  for (unsigned w = 0; w < warps; w++)
    sum += partial[w];
  return sum;
}
