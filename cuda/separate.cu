/* separate.cu: the separation family in CUDA; ratio masks are in ratio-mask.cu.
 *
 * Median masks: a block takes TILE bins of one frame; its threads split into
 * one part for each median (along time, along frequency, and the second one
 * along frequency), so that these run side by side. Consecutive threads are
 * consecutive bins everywhere, in memory as well.
 */
#include "cuda-backend.h"
#include "median.h"

#define BLOCK 256

/* As on the CPU, see cpu-separate.c. */
#define ENERGY_FLOOR 1e-20f

/** Bins of a block of the median masks. Small, because a live stream brings one
 * frame at a time, and its bins alone must fill the device. */
#define TILE 64
/** Most medians of a bin. */
#define MAX_PARTS 3
/** Bins that the widest median along frequency reads on each side. */
#define HALO (VOX_HPSS_MAX_WINDOW / 2)

static unsigned
blocks_for (size_t n, unsigned block)
{
  return (unsigned) ((n + block - 1) / block);
}

/* blockIdx.x: frame. */
static __global__ void
magnitude_kernel (VoxHpssArgs args)
{
  const unsigned bin = blockIdx.y * BLOCK + threadIdx.x;
  const gint64 t = args.frame + blockIdx.x;
  const float scale = 1.0f / (float) args.channels;
  const VoxComplex *in =
      args.spectrum + (size_t) (t % args.spectrum_slots) * args.bins + bin;
  float sum = 0.0f;

  if (bin >= args.bins)
    return;
  for (unsigned c = 0; c < args.channels; c++) {
    const VoxComplex x = in[c * args.spectrum_stride];

    sum += scale * sqrtf (x.re * x.re + x.im * x.im);
  }
  args.magnitude[(size_t) (t % args.magnitude_slots) * args.bins + bin] = sum;
}

static void
cuda_magnitude (VoxStream *stream, const VoxHpssArgs *args)
{
  if (args->frames == 0 || args->bins == 0)
    return;
  magnitude_kernel<<<dim3 (args->frames, blocks_for (args->bins, BLOCK)), BLOCK,
      0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "taking magnitudes");
}

/* The position inside low .. high at which @i is mirrored. */
template <typename T>
static __device__ T
mirror (T i, T low, T high)
{
  while (i < low || i > high)
    i = i < low ? 2 * low - 1 - i : 2 * high + 1 - i;
  return i;
}

/* The median of one bin of the frames whose slots are @rows. */
template <int N>
static __device__ float
time_median (const float *magnitude, const unsigned *rows, size_t bins,
    unsigned bin, unsigned window)
{
  int values[N];

#pragma unroll
  for (int i = 0; i < N; i++)
    values[i] = i < (int) window
        ? __float_as_int (magnitude[rows[i] * bins + bin])
        : INT_MAX;
  return __int_as_float (vox_cuda_median<N> (values, window));
}

/* The median of @window values around line[0]. */
template <int N>
static __device__ float
frequency_median (const float *line, unsigned window)
{
  const float *from = line - window / 2;
  int values[N];

#pragma unroll
  for (int i = 0; i < N; i++)
    values[i] = i < (int) window ? __float_as_int (from[i]) : INT_MAX;
  return __int_as_float (vox_cuda_median<N> (values, window));
}

static __device__ float
mask_of (float harmonic, float percussive, gboolean keep_percussive)
{
  const float h = harmonic * harmonic, p = percussive * percussive;
  const float kept = h / (h + p + ENERGY_FLOOR);

  return keep_percussive ? 1.0f - kept : kept;
}

/* Spectrum times @mask, for the channels of one part; without @is_kept zeros,
 * whatever the spectrum holds. */
static __device__ void
apply_mask (const VoxHpssArgs &args, unsigned bin, bool is_kept, float mask)
{
  const gint64 t = args.frame + blockIdx.x;
  const VoxComplex *in = args.spectrum + bin;
  VoxComplex *out = args.masked + (size_t) blockIdx.x * args.bins + bin;

  if (bin >= args.bins)
    return;
  if (is_kept)
    in += (size_t) (t % args.spectrum_slots) * args.bins;
  for (unsigned c = threadIdx.y; c < args.channels; c += blockDim.y) {
    VoxComplex x = { 0.0f, 0.0f };

    if (is_kept) {
      x = in[c * args.spectrum_stride];
      x.re *= mask;
      x.im *= mask;
    }
    out[c * args.masked_stride] = x;
  }
}

/* The slots of the frames of the median along time, and the bins around the
 * tile, mirrored at the ends. */
static __device__ void
gather (const VoxHpssArgs &args, unsigned *rows, float *line)
{
  const gint64 t = args.frame + blockIdx.x;
  const gint64 high = min (args.last, t + (gint64) args.future);
  const float *frame =
      args.magnitude + (size_t) (t % args.magnitude_slots) * args.bins;
  const unsigned window = args.past + 1 + args.future;
  const unsigned threads = TILE * blockDim.y;
  const int start = (int) (blockIdx.y * TILE) - HALO;

  for (unsigned i = threadIdx.y * TILE + threadIdx.x; i < window; i += threads)
    rows[i] =
        (unsigned) (mirror (t + i - (gint64) args.past, args.first, high)
            % args.magnitude_slots);
  for (unsigned i = threadIdx.y * TILE + threadIdx.x; i < TILE + 2 * HALO;
       i += threads)
    line[i] = frame[mirror (start + (int) i, 0, (int) args.bins - 1)];
}

/* Windows up to N. blockIdx.x: frame, blockIdx.y: tile, threadIdx.y: part. */
template <int N>
static __global__ void
__launch_bounds__ (TILE *MAX_PARTS)
hpss_kernel (VoxHpssArgs args)
{
  __shared__ unsigned rows[VOX_HPSS_MAX_WINDOW];
  __shared__ float line[TILE + 2 * HALO];
  __shared__ float medians[MAX_PARTS][TILE];
  const unsigned part = threadIdx.y, lane = threadIdx.x;
  const unsigned bin = blockIdx.y * TILE + lane;
  const gint64 t = args.frame + blockIdx.x;
  float mask;

  /* The same for the whole block. */
  if (t < args.first || t > args.last || blockIdx.y * TILE >= args.used_bins) {
    apply_mask (args, bin, false, 0.0f);
    return;
  }
  gather (args, rows, line);
  __syncthreads ();
  medians[part][lane] = part == 0
      ? time_median<N> (args.magnitude, rows, args.bins,
          min (bin, args.bins - 1), args.past + 1 + args.future)
      : frequency_median<N> (
          line + HALO + lane, part == 1 ? args.width : args.second_width);
  __syncthreads ();
  mask = mask_of (medians[0][lane], medians[1][lane], args.percussive);
  if (args.second_width > 0)
    mask = 0.5f
        * (mask
            + mask_of (medians[0][lane], medians[2][lane], args.percussive));
  if (args.gain != NULL && bin < args.used_bins)
    mask *= args.gain[bin];
  apply_mask (args, bin, bin < args.used_bins, mask);
}

static gboolean
is_window (guint window)
{
  return window % 2 == 1 && window <= VOX_HPSS_MAX_WINDOW;
}

static void
cuda_hpss (VoxStream *stream, const VoxHpssArgs *args)
{
  const guint along_time = args->past + 1 + args->future;
  const guint window =
      MAX (along_time, MAX (args->width, args->second_width));
  const dim3 grid (args->frames, blocks_for (args->bins, TILE));
  const dim3 block (TILE, args->second_width > 0 ? 3 : 2);
  cudaStream_t queue = vox_cuda_stream (stream);

  g_return_if_fail (is_window (along_time) && is_window (args->width));
  g_return_if_fail (args->second_width == 0 || is_window (args->second_width));
  if (args->frames == 0 || args->bins == 0)
    return;
  if (window <= 16)
    hpss_kernel<16><<<grid, block, 0, queue>>> (*args);
  else if (window <= 32)
    hpss_kernel<32><<<grid, block, 0, queue>>> (*args);
  else if (window <= 64)
    hpss_kernel<64><<<grid, block, 0, queue>>> (*args);
  else
    hpss_kernel<128><<<grid, block, 0, queue>>> (*args);
  vox_cuda_launched (stream, "masking by medians");
}

/* blockIdx.y: channel. */
static __global__ void
subtract_kernel (float *dst, size_t dst_stride, const float *a, size_t a_stride,
    const float *b, size_t b_stride, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const size_t c = blockIdx.y;

  if (i < n)
    dst[c * dst_stride + i] = a[c * a_stride + i] - b[c * b_stride + i];
}

static void
cuda_subtract (VoxStream *stream, gfloat *dst, gsize dst_stride,
    const gfloat *a, gsize a_stride, const gfloat *b, gsize b_stride,
    guint channels, gsize n)
{
  if (channels == 0 || n == 0)
    return;
  subtract_kernel<<<dim3 (blocks_for (n, BLOCK), channels), BLOCK, 0,
      vox_cuda_stream (stream)>>> (
      dst, dst_stride, a, a_stride, b, b_stride, n);
  vox_cuda_launched (stream, "subtracting");
}

void
vox_cuda_fill_separate (VoxSeparateOps *ops)
{
  ops->magnitude = cuda_magnitude;
  ops->hpss = cuda_hpss;
  ops->subtract = cuda_subtract;
  vox_cuda_fill_ratio_mask (ops);
}
