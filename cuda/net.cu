/* net.cu: the network family in CUDA: a thread a value.
 *
 * The random numbers depend on a seed and the value's index only and are those
 * of the CPU to the bit; indices wrap at 32 bits as there.
 */
#include "cuda-backend.h"

#include <float.h>

#define BLOCK 256

/* Standard deviation and mean of the sum of four uniform 16-bit integers. */
#define IRWIN_HALL_SIGMA (65536.0f * 0.57735027f)
#define IRWIN_HALL_MEAN (4.0f * 32767.5f)

static unsigned
blocks_for (size_t n)
{
  return (unsigned) ((n + BLOCK - 1) / BLOCK);
}

static __device__ guint32
mix (guint32 x)
{
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return x;
}

static __device__ guint32
draw (guint64 seed, guint32 i)
{
  return mix (mix (i + (guint32) seed) ^ (guint32) (seed >> 32));
}

static __device__ float
draw_normal (guint64 seed, guint32 i)
{
  const guint32 a = draw (seed, 2 * i), b = draw (seed, 2 * i + 1);
  const int sum = (int) ((a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16));

  return ((float) sum - IRWIN_HALL_MEAN) * (1.0f / IRWIN_HALL_SIGMA);
}

static __global__ void
gather_kernel (VoxGatherArgs args, unsigned width, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const unsigned d = (unsigned) (i % width);
  const size_t place = i / width;
  const size_t row = place / args.n_offsets;
  int t;
  float x;

  if (i >= n)
    return;
  t = args.rows[2 * row + 1] + args.offsets[place % args.n_offsets];
  t = CLAMP (t, 0, (int) args.n_frames - 1);
  if (d == args.dims) {
    args.output[i] = args.voicing[t];
    return;
  }
  x = args.features[((size_t) args.rows[2 * row] * args.n_frames + (size_t) t)
          * args.dims
      + d];
  if (args.scale != NULL)
    x = x * args.scale[row * args.dims + d] + args.shift[row * args.dims + d]
        + args.noise * draw_normal (args.seed, (guint32) i);
  args.output[i] = CLAMP (x, -args.limit, args.limit) * args.weight[d];
}

static void
cuda_gather (VoxStream *stream, const VoxGatherArgs *args)
{
  const unsigned width = args->dims + (args->voicing != NULL ? 1 : 0);
  const size_t n = (size_t) args->n_rows * args->n_offsets * width;

  if (n == 0)
    return;
  gather_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      *args, width, n);
  vox_cuda_launched (stream, "gathering frames");
}

static __global__ void
activate_kernel (float *y, const float *bias, unsigned cols, size_t n,
    float low, float dropout, guint32 threshold, float keep, guint64 seed)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n) {
    float x = y[i] + bias[i % cols];

    x = x > low ? x : low;
    if (dropout > 0.0f)
      x *= draw (seed, (guint32) i) < threshold ? 0.0f : keep;
    y[i] = x;
  }
}

static void
cuda_activate (VoxStream *stream, gfloat *y, const gfloat *bias, guint rows,
    guint cols, gboolean relu, gfloat dropout, guint64 seed)
{
  const size_t n = (size_t) rows * cols;

  if (n == 0)
    return;
  activate_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (y,
      bias, cols, n, relu ? 0.0f : -FLT_MAX, dropout,
      (guint32) (dropout * 4294967296.0), 1.0f / (1.0f - dropout), seed);
  vox_cuda_launched (stream, "activating");
}

static __global__ void
activate_backward_kernel (
    float *gradient, const float *y, size_t n, float scale)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n)
    gradient[i] = y[i] > 0.0f ? gradient[i] * scale : 0.0f;
}

static void
cuda_activate_backward (
    VoxStream *stream, gfloat *gradient, const gfloat *y, gsize n, gfloat scale)
{
  if (n == 0)
    return;
  activate_backward_kernel<<<blocks_for (n), BLOCK, 0,
      vox_cuda_stream (stream)>>> (gradient, y, n, scale);
  vox_cuda_launched (stream, "going back through activations");
}

static __global__ void
difference_kernel (float *out, const float *a, const float *b,
    const float *weight, unsigned cols, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n)
    out[i] = (a[i] - b[i]) * weight[i % cols];
}

static void
cuda_difference (VoxStream *stream, gfloat *out, const gfloat *a,
    const gfloat *b, const gfloat *weight, guint rows, guint cols)
{
  const size_t n = (size_t) rows * cols;

  if (n == 0)
    return;
  difference_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      out, a, b, weight, cols, n);
  vox_cuda_launched (stream, "taking differences");
}

static __global__ void
adam_kernel (VoxAdamArgs args)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < args.n) {
    const float g = args.gradient[i];
    const float m = args.beta1 * args.mean[i] + (1.0f - args.beta1) * g;
    const float v = args.beta2 * args.variance[i] + (1.0f - args.beta2) * g * g;

    args.mean[i] = m;
    args.variance[i] = v;
    args.weight[i] -= args.rate * m / (sqrtf (v) + args.epsilon);
  }
}

static void
cuda_adam (VoxStream *stream, const VoxAdamArgs *args)
{
  if (args->n == 0)
    return;
  adam_kernel<<<blocks_for (args->n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      *args);
  vox_cuda_launched (stream, "stepping the optimiser");
}

void
vox_cuda_fill_net (VoxNetOps *ops)
{
  ops->gather = cuda_gather;
  ops->activate = cuda_activate;
  ops->activate_backward = cuda_activate_backward;
  ops->difference = cuda_difference;
  ops->adam = cuda_adam;
}
