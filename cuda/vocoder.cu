/* vocoder.cu: the vocoder family in CUDA, except for the turning of a frame,
 * which is in vocoder-shift.cu: power, true envelope, attacks, overlap-add.
 *
 * Loops over planes: a thread a frame, of all channels. Envelope and attacks
 * are small and in steps: one block does all of it.
 */
#include "vocoder.h"

#include "reduce.h"

#define BLOCK 256
#define WARP VOX_CUDA_WARP
/* A thread for each band of an envelope. */
#define ENVELOPE_BLOCK VOX_VOCODER_MAX_BANDS
#define ENVELOPE_WARPS (ENVELOPE_BLOCK / WARP)
#define ENVELOPE_FLOOR 1e-10f

static unsigned
blocks_for (size_t n)
{
  return (unsigned) ((n + BLOCK - 1) / BLOCK);
}

static __device__ size_t
thread_index (void)
{
  return (size_t) blockIdx.x * BLOCK + threadIdx.x;
}

static __global__ void
power_kernel (float *power, const VoxComplex *spectrum, size_t stride,
    unsigned channels, size_t bins)
{
  const size_t k = thread_index ();
  float sum = 0.0f;

  if (k >= bins)
    return;
  for (unsigned c = 0; c < channels; c++) {
    const VoxComplex x = spectrum[c * stride + k];

    sum += x.re * x.re + x.im * x.im;
  }
  power[k] = sum;
}

static void
cuda_power (VoxStream *stream, gfloat *power, const VoxComplex *spectrum,
    gsize stride, guint channels, guint bins)
{
  if (channels == 0 || bins == 0)
    return;
  power_kernel<<<blocks_for (bins), BLOCK, 0, vox_cuda_stream (stream)>>> (
      power, spectrum, stride, channels, bins);
  vox_cuda_launched (stream, "summing power");
}

/* The natural logarithm of the strongest bin of each band. */
static __device__ void
band_levels (const VoxVocoderEnvelopeArgs &args, float *level)
{
  __shared__ float highest[ENVELOPE_WARPS];
  const unsigned b = threadIdx.x;
  float best = 0.0f, top;

  if (b < args.bands) {
    const unsigned end = (b + 1) * args.bins / args.bands;

    for (unsigned k = b * args.bins / args.bands; k < end; k++)
      best = fmaxf (best, args.power[k]);
  }
  top = best;
  for (int step = WARP / 2; step > 0; step /= 2)
    top = fmaxf (top, __shfl_xor_sync (VOX_CUDA_ALL_LANES, top, step));
  if (b % WARP == 0)
    highest[b / WARP] = top;
  __syncthreads ();
  for (unsigned w = 0; w < ENVELOPE_WARPS; w++)
    top = fmaxf (top, highest[w]);
  if (b < args.bands)
    level[b] = logf (best + top * ENVELOPE_FLOOR + VOX_CUDA_POWER_EPSILON);
}

/* Band threadIdx.x of the projection of @level on the rows of the basis: a warp
 * finds the weight of a row, then a thread adds up a band. @weights is shared
 * memory for one value a row. */
static __device__ float
smooth_band (
    const VoxVocoderEnvelopeArgs &args, const float *level, float *weights)
{
  const unsigned b = threadIdx.x, lane = b % WARP;
  float smooth = 0.0f;

  __syncthreads ();
  for (unsigned q = b / WARP; q < args.order; q += ENVELOPE_WARPS) {
    const float *row = args.basis + (size_t) q * args.bands;
    float weight = 0.0f;

    for (unsigned i = lane; i < args.bands; i += WARP)
      weight += row[i] * level[i];
    weight = vox_cuda_warp_sum (weight);
    if (lane == 0)
      weights[q] = weight;
  }
  __syncthreads ();
  for (unsigned q = 0; b < args.bands && q < args.order; q++)
    smooth += weights[q] * args.basis[(size_t) q * args.bands + b];
  return smooth;
}

static __global__ void
__launch_bounds__ (ENVELOPE_BLOCK) envelope_kernel (VoxVocoderEnvelopeArgs args)
{
  __shared__ float level[VOX_VOCODER_MAX_BANDS];
  __shared__ float weights[VOX_VOCODER_MAX_BANDS];
  const unsigned b = threadIdx.x;
  float smooth;

  band_levels (args, level);
  smooth = smooth_band (args, level, weights);
  for (unsigned i = 0; i < args.iterations; i++) {
    /* All have read the levels: weights were complete before @smooth. */
    if (b < args.bands)
      level[b] = fmaxf (level[b], smooth);
    smooth = smooth_band (args, level, weights);
  }
  if (b < args.bands)
    args.envelope[b] = smooth;
}

static void
cuda_envelope (VoxStream *stream, const VoxVocoderEnvelopeArgs *args)
{
  g_return_if_fail (args->bands <= VOX_VOCODER_MAX_BANDS);
  g_return_if_fail (args->order <= args->bands);
  if (args->bands == 0)
    return;
  envelope_kernel<<<1, ENVELOPE_BLOCK, 0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "finding an envelope");
}

/* ---- attacks ---- */

/* A frame and its power as one number: the higher power is the greater number,
 * of equal ones the earlier frame. */
static __device__ unsigned long long
onset_key (float power, unsigned frame)
{
  /* What is not a number never is a peak. */
  const unsigned bits = power > 0.0f ? __float_as_uint (power) : 0;

  return (unsigned long long) bits << 32 | (0xffffffffu - frame);
}

static __device__ unsigned long long
greatest (unsigned long long key, unsigned long long *partial)
{
  for (int step = WARP / 2; step > 0; step /= 2) {
    const unsigned long long other =
        __shfl_xor_sync (VOX_CUDA_ALL_LANES, key, step);

    key = MAX (key, other);
  }
  if (threadIdx.x % WARP == 0)
    partial[threadIdx.x / WARP] = key;
  __syncthreads ();
  for (unsigned w = 0; w < BLOCK / WARP; w++)
    key = MAX (key, partial[w]);
  return key;
}

static __global__ void
onset_kernel (VoxOnsetLevel *level, const float *planes, size_t plane_stride,
    unsigned channels, unsigned n)
{
  __shared__ double sums[BLOCK / WARP];
  __shared__ unsigned long long keys[BLOCK / WARP];
  unsigned long long best = onset_key (0.0f, 0);
  double sum = 0.0;

  for (unsigned i = threadIdx.x; i < n; i += BLOCK) {
    float power = 0.0f;
    unsigned long long key;

    for (unsigned c = 0; c < channels; c++) {
      const float *x = planes + c * plane_stride + i;
      const float d = x[0] - x[-1];

      power += d * d;
    }
    key = onset_key (power, i);
    best = MAX (best, key);
    sum += power;
  }
  sum = vox_cuda_block_sum (sum, sums);
  best = greatest (best, keys);
  if (threadIdx.x == 0) {
    level->power = (float) sum;
    level->peak = 0xffffffffu - (unsigned) best;
  }
}

static void
cuda_onset (VoxStream *stream, VoxOnsetLevel *level, const gfloat *planes,
    gsize plane_stride, guint channels, guint n)
{
  onset_kernel<<<1, BLOCK, 0, vox_cuda_stream (stream)>>> (
      level, planes, plane_stride, channels, n);
  vox_cuda_launched (stream, "looking for attacks");
}

static __global__ void
scale_kernel (float *planes, size_t plane_stride, const float *weight,
    unsigned channels, size_t n)
{
  const size_t i = thread_index ();

  if (i >= n)
    return;
  for (unsigned c = 0; c < channels; c++)
    planes[c * plane_stride + i] *= weight[i];
}

static void
cuda_scale (VoxStream *stream, gfloat *planes, gsize plane_stride,
    const gfloat *weight, guint channels, gsize n)
{
  if (n == 0)
    return;
  scale_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      planes, plane_stride, weight, channels, n);
  vox_cuda_launched (stream, "scaling frames");
}

/* ---- overlap-add ---- */

static __global__ void
accumulate_kernel (float *target, const float *source, size_t n)
{
  const size_t i = thread_index ();

  if (i < n)
    target[i] += source[i];
}

static void
cuda_accumulate (
    VoxStream *stream, gfloat *target, const gfloat *source, gsize n)
{
  if (n == 0)
    return;
  accumulate_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      target, source, n);
  vox_cuda_launched (stream, "accumulating");
}

static __global__ void
normalize_kernel (float *planes, size_t plane_stride, const float *weight,
    unsigned channels, size_t n)
{
  const size_t i = thread_index ();

  if (i >= n)
    return;
  for (unsigned c = 0; c < channels; c++) {
    float *x = planes + c * plane_stride + i;

    *x = weight[i] > VOX_VOCODER_MIN_WEIGHT ? *x / weight[i] : 0.0f;
  }
}

static void
cuda_normalize (VoxStream *stream, gfloat *planes, gsize plane_stride,
    const gfloat *weight, guint channels, gsize n)
{
  if (n == 0)
    return;
  normalize_kernel<<<blocks_for (n), BLOCK, 0, vox_cuda_stream (stream)>>> (
      planes, plane_stride, weight, channels, n);
  vox_cuda_launched (stream, "dividing by windows");
}

void
vox_cuda_fill_vocoder (VoxVocoderOps *ops)
{
  ops->power = cuda_power;
  ops->envelope = cuda_envelope;
  ops->shift = vox_cuda_vocoder_shift;
  ops->onset = cuda_onset;
  ops->scale = cuda_scale;
  ops->accumulate = cuda_accumulate;
  ops->normalize = cuda_normalize;
}
