/* varispeed.cu: the varispeed family in CUDA.
 *
 * Reading: a warp an output sample of all channels; its lanes keep the kernel
 * at that place in registers. Mixing: a thread an output sample.
 */
#include "cuda-backend.h"
#include "reduce.h"

#define BLOCK 256
#define WARP VOX_CUDA_WARP
#define WARPS (BLOCK / WARP)
#define TAPS VOX_VARISPEED_TAPS
#define TAPS_PER_LANE (TAPS / WARP)

G_STATIC_ASSERT (TAPS % WARP == 0);

static __global__ void
read_kernel (VoxVarispeedArgs args)
{
  const unsigned lane = threadIdx.x % WARP;
  const size_t i = (size_t) blockIdx.x * WARPS + threadIdx.x / WARP;
  const double p =
      args.position + (double) i * (args.step + 0.5 * args.slope * (double) i);
  const double whole = floor (p);
  const double phase = (p - whole) * VOX_VARISPEED_PHASES;
  const unsigned row = MIN ((unsigned) phase, VOX_VARISPEED_PHASES - 1);
  const float mix = (float) (phase - row);
  const float *near = args.kernel + (size_t) row * TAPS;
  const float *next = near + TAPS;
  const long long first = (long long) whole - TAPS / 2 + 1;
  float weights[TAPS_PER_LANE];

  if (i >= args.n_frames)
    return;
  for (unsigned j = 0; j < TAPS_PER_LANE; j++) {
    const unsigned at = lane + j * WARP;

    weights[j] = near[at] + mix * (next[at] - near[at]);
  }
  for (unsigned c = 0; c < args.channels; c++) {
    const float *x =
        args.source + ((long long) (c * args.source_stride) + first);
    float sum = 0.0f;

    for (unsigned j = 0; j < TAPS_PER_LANE; j++)
      sum += x[lane + j * WARP] * weights[j];
    sum = vox_cuda_warp_sum (sum);
    if (lane == 0)
      args.target[c * args.target_stride + i] = sum;
  }
}

static void
cuda_read (VoxStream *stream, const VoxVarispeedArgs *args)
{
  const unsigned blocks =
      (unsigned) (((size_t) args->n_frames + WARPS - 1) / WARPS);

  if (blocks == 0 || args->channels == 0)
    return;
  read_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "reading at a changing speed");
}

static __global__ void
blend_kernel (VoxBlendArgs args, float slope)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const float share = args.from + slope * (float) i;

  if (i >= args.n_frames)
    return;
  for (unsigned c = 0; c < args.channels; c++) {
    float *a = args.target + c * args.target_stride + i;

    *a += share * (args.other[c * args.other_stride + i] - *a);
  }
}

static void
cuda_blend (VoxStream *stream, const VoxBlendArgs *args)
{
  const unsigned blocks =
      (unsigned) (((size_t) args->n_frames + BLOCK - 1) / BLOCK);

  if (blocks == 0)
    return;
  blend_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (
      *args, (args->to - args->from) / (float) args->n_frames);
  vox_cuda_launched (stream, "mixing");
}

void
vox_cuda_fill_varispeed (VoxVarispeedOps *ops)
{
  ops->read = cuda_read;
  ops->blend = cuda_blend;
}
