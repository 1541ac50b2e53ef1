/* ratio-mask.cu: ratio masks of the separation family in CUDA, and the filter
 * that looks where a source lies between two channels.
 *
 * That filter needs, before it can begin a frame, the covariance of the source
 * over all bins of that frame and of those before it. So a first kernel sums
 * over the bins of every frame, a second one runs over the frames, and a third
 * one filters, a thread a bin, frame after frame because the covariance of the
 * rest moves with them.
 */
#include "cuda-backend.h"
#include "reduce.h"

#define BLOCK 256
#define WARPS (BLOCK / VOX_CUDA_WARP)

/** Threads of a block that filters: small, because a block for every TILE bins
 * is all there is to fill the device with. */
#define TILE 64

/* Scratch slot. */
#define SOURCE_SLOT 0

/* As on the CPU, see cpu-separate.c. */
#define ENERGY_FLOOR 1e-20f
#define DIAGONAL_LOAD 0.05f
#define FADED_ENERGY 1e-30f

/* Rows of the spatial state behind the four of the rest. */
#define MASK_ROW 4
#define SOURCE_ROW 5

static unsigned
blocks_for (size_t n, unsigned block)
{
  return (unsigned) ((n + block - 1) / block);
}

/* energy ratio ^ (0.75 / 2) */
static __device__ float
mask_of (float mix, float estimate)
{
  const float ratio = estimate / (mix + ENERGY_FLOOR);
  const float root = sqrtf (sqrtf (fminf (ratio, 1.0f)));

  return root * sqrtf (root);
}

static __device__ float
energy (VoxComplex x)
{
  return x.re * x.re + x.im * x.im;
}

/* blockIdx.x: frame. */
static __global__ void
mask_alike_kernel (VoxRatioMaskArgs args)
{
  const unsigned bin = blockIdx.y * BLOCK + threadIdx.x;
  const size_t at = (size_t) blockIdx.x * args.bins + bin;
  float mix = 0.0f, estimate = 0.0f, mask;

  if (bin >= args.bins)
    return;
  for (unsigned c = 0; bin >= args.first_bin && c < args.channels; c++) {
    mix += energy (args.mix[c * args.stride + at]);
    estimate += energy (args.estimate[c * args.stride + at]);
  }
  mask = mask_of (mix, estimate);
  for (unsigned c = 0; c < args.channels; c++) {
    VoxComplex x = { 0.0f, 0.0f };

    if (bin >= args.first_bin) {
      x = args.mix[c * args.stride + at];
      x.re *= mask;
      x.im *= mask;
    }
    args.mix[c * args.stride + at] = x;
  }
}

/* A covariance of two channels: left, right, left times conjugate right. */
typedef struct
{
  float left;
  float right;
  float re;
  float im;
} Covariance;

static __device__ Covariance
covariance (VoxComplex left, VoxComplex right, float weight)
{
  Covariance x;

  x.left = weight * energy (left);
  x.right = weight * energy (right);
  x.re = weight * (left.re * right.re + left.im * right.im);
  x.im = weight * (left.im * right.re - left.re * right.im);
  return x;
}

/* Scaled to a mean diagonal of 1 and loaded. */
static __device__ Covariance
normalised (Covariance x)
{
  const float scale = 2.0f / (x.left + x.right + ENERGY_FLOOR);

  x.left = x.left * scale + DIAGONAL_LOAD;
  x.right = x.right * scale + DIAGONAL_LOAD;
  x.re *= scale;
  x.im *= scale;
  return x;
}

/* One bin of one frame, and the mask that it gets. */
typedef struct
{
  VoxComplex left;
  VoxComplex right;
  float mask;
} Bin;

static __device__ Bin
load_bin (const VoxRatioMaskArgs &args, size_t at)
{
  Bin x;

  x.left = args.mix[at];
  x.right = args.mix[args.stride + at];
  x.mask = mask_of (energy (x.left) + energy (x.right),
      energy (args.estimate[at]) + energy (args.estimate[args.stride + at]));
  return x;
}

/* The covariance of the source in each frame, one block a frame. */
static __global__ void
source_kernel (VoxRatioMaskArgs args, Covariance *source)
{
  __shared__ float partial[WARPS];
  const size_t frame = (size_t) blockIdx.x * args.bins;
  Covariance sum = { 0.0f, 0.0f, 0.0f, 0.0f };

  for (size_t bin = (size_t) args.first_bin + threadIdx.x; bin < args.bins;
       bin += BLOCK) {
    const Bin x = load_bin (args, frame + bin);
    const Covariance here = covariance (x.left, x.right, x.mask * x.mask);

    sum.left += here.left;
    sum.right += here.right;
    sum.re += here.re;
    sum.im += here.im;
  }
  sum.left = vox_cuda_block_sum (sum.left, partial);
  sum.right = vox_cuda_block_sum (sum.right, partial);
  sum.re = vox_cuda_block_sum (sum.re, partial);
  sum.im = vox_cuda_block_sum (sum.im, partial);
  if (threadIdx.x == 0)
    source[blockIdx.x] = sum;
}

/* Averages it over the frames before; a thread for each of its four values. */
static __global__ void
average_kernel (VoxRatioMaskArgs args, Covariance *source)
{
  float *state =
      args.spatial + (size_t) SOURCE_ROW * args.bins + threadIdx.x;
  float *values = (float *) source + threadIdx.x;
  float mean = *state;

  for (size_t t = 0; t < args.frames; t++) {
    mean = args.source_decay * mean + (values[4 * t] + FADED_ENERGY);
    values[4 * t] = mean;
  }
  *state = mean;
}

/* Multichannel Wiener filter on one bin, in place. */
static __device__ void
filter (Bin *x, Covariance s, Covariance rest)
{
  const VoxComplex l = x->left, r = x->right;
  const float ws = x->mask, wr = 1.0f - x->mask;
  const float a = ws * s.left + wr * rest.left;
  const float d = ws * s.right + wr * rest.right;
  const float br = ws * s.re + wr * rest.re;
  const float bi = ws * s.im + wr * rest.im;
  const float gain = ws / (a * d - br * br - bi * bi);
  /* (z0, z1): the inverse of the sum, times x, times its determinant */
  const float z0r = d * l.re - br * r.re + bi * r.im;
  const float z0i = d * l.im - br * r.im - bi * r.re;
  const float z1r = a * r.re - br * l.re - bi * l.im;
  const float z1i = a * r.im - br * l.im + bi * l.re;

  x->left.re = gain * (s.left * z0r + s.re * z1r - s.im * z1i);
  x->left.im = gain * (s.left * z0i + s.re * z1i + s.im * z1r);
  x->right.re = gain * (s.right * z1r + s.re * z0r + s.im * z0i);
  x->right.im = gain * (s.right * z1i + s.re * z0i - s.im * z0r);
}

static __device__ void
average_rest (Covariance *rest, float decay, const Bin &x)
{
  const float weight = (1.0f - x.mask) * (1.0f - x.mask);
  const Covariance here = covariance (x.left, x.right, weight);

  rest->left = decay * rest->left + here.left + FADED_ENERGY;
  rest->right = decay * rest->right + here.right + FADED_ENERGY;
  rest->re = decay * rest->re + here.re + FADED_ENERGY;
  rest->im = decay * rest->im + here.im + FADED_ENERGY;
}

/* The next frame is on its way while one is worked on. */
static __device__ void
filter_frames (
    const VoxRatioMaskArgs &args, const Covariance *source, unsigned bin)
{
  const size_t bins = args.bins;
  float *state = args.spatial + bin;
  Covariance rest = { state[0], state[bins], state[2 * bins],
    state[3 * bins] };
  Covariance next_source = source[0];
  Bin next = load_bin (args, bin);
  float mask = 0.0f;

  for (unsigned t = 0; t < args.frames; t++) {
    const size_t at = t * bins + bin;
    const Covariance s = next_source;
    Bin x = next;

    if (t + 1 < args.frames) {
      next = load_bin (args, at + bins);
      next_source = source[t + 1];
    }
    mask = x.mask;
    average_rest (&rest, args.rest_decay, x);
    filter (&x, normalised (s), normalised (rest));
    args.mix[at] = x.left;
    args.mix[args.stride + at] = x.right;
  }
  state[0] = rest.left;
  state[bins] = rest.right;
  state[2 * bins] = rest.re;
  state[3 * bins] = rest.im;
  state[MASK_ROW * bins] = mask;
}

static __global__ void
mask_in_place_kernel (VoxRatioMaskArgs args, const Covariance *source)
{
  const unsigned bin = blockIdx.x * TILE + threadIdx.x;
  const VoxComplex zero = { 0.0f, 0.0f };

  if (bin >= args.bins)
    return;
  if (bin >= args.first_bin) {
    filter_frames (args, source, bin);
    return;
  }
  for (unsigned t = 0; t < args.frames; t++) {
    args.mix[(size_t) t * args.bins + bin] = zero;
    args.mix[args.stride + (size_t) t * args.bins + bin] = zero;
  }
}

static void
mask_in_place (VoxStream *stream, const VoxRatioMaskArgs *args)
{
  cudaStream_t queue = vox_cuda_stream (stream);
  Covariance *source = (Covariance *) vox_cuda_scratch (
      stream, SOURCE_SLOT, args->frames * sizeof (Covariance));

  if (source == NULL)
    return;
  source_kernel<<<args->frames, BLOCK, 0, queue>>> (*args, source);
  vox_cuda_launched (stream, "finding a source's place");
  average_kernel<<<1, 4, 0, queue>>> (*args, source);
  vox_cuda_launched (stream, "averaging a source's place");
  mask_in_place_kernel<<<blocks_for (args->bins, TILE), TILE, 0, queue>>> (
      *args, source);
  vox_cuda_launched (stream, "filtering by place");
}

static void
mask_alike (VoxStream *stream, const VoxRatioMaskArgs *args)
{
  const dim3 grid (args->frames, blocks_for (args->bins, BLOCK));

  mask_alike_kernel<<<grid, BLOCK, 0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "masking by energies");
}

static void
cuda_ratio_mask (VoxStream *stream, const VoxRatioMaskArgs *args)
{
  if (args->frames == 0 || args->bins == 0)
    return;
  if (args->spatial != NULL)
    mask_in_place (stream, args);
  else
    mask_alike (stream, args);
}

void
vox_cuda_fill_ratio_mask (VoxSeparateOps *ops)
{
  ops->ratio_mask = cuda_ratio_mask;
}
