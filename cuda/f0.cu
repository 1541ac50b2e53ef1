/* f0.cu: the F0 family in CUDA.
 *
 * A block of threads brings one frame from its samples to its candidates: the
 * windowed frame and its autocorrelation stay in shared memory; the
 * oversampled autocorrelation, which can be too long for that, goes through
 * global memory.
 */
#include "cuda-backend.h"
#include "reduce.h"

#define BLOCK 256
#define WARP VOX_CUDA_WARP
#define WARPS (BLOCK / WARP)

/* Blocks at once; each takes every MAX_BLOCKS-th frame. Bounds the scratch. */
#define MAX_BLOCKS 1024

/* As on the CPU, see cpu-f0.c. */
#define OVERSAMPLING 4
#define HALF_KERNEL VOX_F0_INTERPOLATION_LAGS
#define MIN_ENERGY 1e-20f
#define MIN_STRENGTH 0.15f
#define PI_F 3.14159265358979f

/* A row longer than the kernel: the phases lie in different banks. */
#define KERNEL_STRIDE (2 * HALF_KERNEL + 1)

static_assert (2 * HALF_KERNEL == WARP, "a lane for each value of the kernel");

/* A place in the oversampled autocorrelation; rank -inf: none. */
typedef struct
{
  float rank;
  unsigned place;
} Peak;

/* Shared by the threads of a block, beside the frame. */
typedef struct
{
  float partial[WARPS];
  Peak best[WARPS];
  unsigned places[VOX_F0_CANDIDATES];
  float kernels[OVERSAMPLING][KERNEL_STRIDE];
} Shared;

/* Four sums make the rounding errors of a long filter smaller, and none waits
 * for another. */
static __global__ void
decimate_kernel (float *out, size_t n_out, const float *signal, unsigned factor,
    const float *taps, unsigned n_taps)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const float *in = signal + i * factor;
  float a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
  unsigned j = 0;

  if (i >= n_out)
    return;
  for (; j + 4 <= n_taps; j += 4) {
    a += taps[j] * in[j];
    b += taps[j + 1] * in[j + 1];
    c += taps[j + 2] * in[j + 2];
    d += taps[j + 3] * in[j + 3];
  }
  for (; j < n_taps; j++)
    a += taps[j] * in[j];
  out[i] = (a + b) + (c + d);
}

static void
cuda_decimate (VoxStream *stream, gfloat *out, gsize n_out,
    const gfloat *signal, guint factor, const gfloat *taps, guint n_taps)
{
  const unsigned blocks = (unsigned) ((n_out + BLOCK - 1) / BLOCK);

  if (n_out == 0)
    return;
  decimate_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (
      out, n_out, signal, factor, taps, n_taps);
  vox_cuda_launched (stream, "decimating");
}

static __device__ float
mirrored (float x)
{
  return x > 1.0f ? 1.0f / x : x;
}

/* Weight k of the kernel for the place @fraction behind a value. */
static __device__ float
kernel_weight (float fraction, int k)
{
  const float x = PI_F * (fraction + HALF_KERNEL - 1 - (float) k);
  const float sinc = fabsf (x) < 1e-5f ? 1.0f : sinf (x) / x;

  return sinc * (0.5f + 0.5f * cosf (x / (HALF_KERNEL + 0.5f)));
}

static __device__ float
vertex (float before, float middle, float after)
{
  const float curvature = before - 2.0f * middle + after;

  if (curvature >= 0.0f)
    return 0.0f;
  return fminf (fmaxf (0.5f * (before - after) / curvature, -1.0f), 1.0f);
}

/* First sample of frame @t. Rounded as on the CPU, without a fused
 * multiply-add, because the two must cut the same samples. */
static __device__ const float *
frame_signal (const VoxF0CandidateArgs &args, unsigned t)
{
  const double at =
      __dadd_rn (__dmul_rn ((double) (args.first_frame + t), args.hop), 0.5);

  return args.signal + (long long) floor (at)
      - (long long) (args.window_length / 2) - args.base;
}

/* Removes the mean, applies the window; returns the energy left. @level becomes
 * the deviation of the middle half. */
static __device__ float
window_frame (float *x, float *level, const float *signal,
    const VoxF0CandidateArgs &args, Shared *shared)
{
  const unsigned n = args.window_length, first = n / 4, count = n / 2;
  float sum = 0.0f, middle_sum = 0.0f, energy = 0.0f, deviation = 0.0f;
  float mean, middle_mean;

  for (unsigned i = threadIdx.x; i < n; i += BLOCK) {
    sum += signal[i];
    if (i >= first && i < first + count)
      middle_sum += signal[i];
  }
  mean = vox_cuda_block_sum (sum, shared->partial) / (float) n;
  middle_mean =
      vox_cuda_block_sum (middle_sum, shared->partial) / (float) count;
  for (unsigned i = threadIdx.x; i < n; i += BLOCK) {
    const float value = (signal[i] - mean) * args.window[i];

    x[i] = value;
    energy += value * value;
    if (i >= first && i < first + count)
      deviation += (signal[i] - middle_mean) * (signal[i] - middle_mean);
  }
  deviation = vox_cuda_block_sum (deviation, shared->partial);
  *level = sqrtf (deviation / (float) count);
  return vox_cuda_block_sum (energy, shared->partial);
}

/* r[l] for from <= l < n_lags, a lag a thread; lags of the whole length and
 * more are 0. */
static __device__ void
autocorrelate (float *r, unsigned from, unsigned n_lags, const float *x,
    const VoxF0CandidateArgs &args, float energy)
{
  for (unsigned lag = from + threadIdx.x; lag < n_lags; lag += BLOCK) {
    const unsigned n = lag < args.window_length ? args.window_length - lag : 0;
    const float *y = x + lag;
    float a = 0.0f, b = 0.0f, c = 0.0f, d = 0.0f;
    unsigned i = 0;

    for (; i + 4 <= n; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < n; i++)
      a += x[i] * y[i];
    r[lag] = ((a + b) + (c + d)) * (args.window_scale[lag] / energy);
  }
  __syncthreads ();
  /* The interpolation at small lags reads the other side of lag 0. */
  if (from == 0 && threadIdx.x >= 1 && threadIdx.x < HALF_KERNEL)
    r[-(int) threadIdx.x] = r[threadIdx.x];
  __syncthreads ();
}

static __device__ void
oversample (float *fine, const float *r, const VoxF0CandidateArgs &args,
    const Shared *shared)
{
  const unsigned first = OVERSAMPLING * (args.min_lag - 1);
  const unsigned end = OVERSAMPLING * (args.max_lag + 1);

  for (unsigned i = first + threadIdx.x; i < end; i += BLOCK) {
    const float *at = r + i / OVERSAMPLING - HALF_KERNEL + 1;
    const float *kernel = shared->kernels[i % OVERSAMPLING];
    float sum = 0.0f;

    if (i % OVERSAMPLING == 0)
      sum = at[HALF_KERNEL - 1];
    else
      for (int k = 0; k < 2 * HALF_KERNEL; k++)
        sum += at[k] * kernel[k];
    fine[i] = sum;
  }
  __syncthreads ();
}

static __device__ float
rank_at (const float *at, unsigned i, const VoxF0CandidateArgs &args)
{
  float height;

  if (at[0] < MIN_STRENGTH || at[0] < at[-1] || at[0] <= at[1])
    return -INFINITY;
  height = at[0] + 0.25f * (at[1] - at[-1]) * vertex (at[-1], at[0], at[1]);
  return mirrored (height)
      - args.octave_cost
      * log2f ((float) i / (float) (args.min_lag * OVERSAMPLING));
}

/* Of two equal ones, the shorter lag. */
static __device__ Peak
better (Peak a, Peak b)
{
  return b.rank > a.rank || (b.rank == a.rank && b.place < a.place) ? b : a;
}

/* The best of the places that this thread ranked. */
static __device__ Peak
best_of_thread (const float *ranks, const VoxF0CandidateArgs &args)
{
  Peak best = { -INFINITY, UINT_MAX };

  for (unsigned i = OVERSAMPLING * args.min_lag + threadIdx.x;
       i <= OVERSAMPLING * args.max_lag; i += BLOCK)
    best = better (best, Peak{ ranks[i], i });
  return best;
}

static __device__ Peak
best_of_block (Peak best, Shared *shared)
{
  for (int step = WARP / 2; step > 0; step /= 2) {
    const Peak other = {
      __shfl_xor_sync (VOX_CUDA_ALL_LANES, best.rank, step),
      __shfl_xor_sync (VOX_CUDA_ALL_LANES, best.place, step),
    };

    best = better (best, other);
  }
  /* The one before may still be read. */
  __syncthreads ();
  if (threadIdx.x % WARP == 0)
    shared->best[threadIdx.x / WARP] = best;
  __syncthreads ();
  best = shared->best[0];
  for (unsigned w = 1; w < WARPS; w++)
    best = better (best, shared->best[w]);
  return best;
}

/* Fills shared->places with the best peaks in falling order; returns how many.
 * A thread touches only ranks of its own. */
static __device__ unsigned
find_peaks (float *ranks, const float *fine, const VoxF0CandidateArgs &args,
    Shared *shared)
{
  unsigned n = 0;
  Peak own;

  for (unsigned i = OVERSAMPLING * args.min_lag + threadIdx.x;
       i <= OVERSAMPLING * args.max_lag; i += BLOCK)
    ranks[i] = rank_at (fine + i, i, args);
  own = best_of_thread (ranks, args);
  for (; n < VOX_F0_CANDIDATES; n++) {
    const Peak best = best_of_block (own, shared);

    if (best.rank == -INFINITY)
      break;
    if (threadIdx.x == 0)
      shared->places[n] = best.place;
    if (own.place == best.place) {
      ranks[own.place] = -INFINITY;
      own = best_of_thread (ranks, args);
    }
  }
  __syncthreads ();
  return n;
}

/* A warp moves a peak to its place between the oversampled values. */
static __device__ void
refine (VoxF0Candidate *out, const float *r, const float *fine, unsigned at)
{
  const int lane = threadIdx.x % WARP;
  const float offset = vertex (fine[at - 1], fine[at], fine[at + 1]);
  const float lag = ((float) at + offset) / OVERSAMPLING;
  const float whole = floorf (lag);
  const float value = vox_cuda_warp_sum (r[(int) whole + lane - HALF_KERNEL + 1]
      * kernel_weight (lag - whole, lane));

  if (lane == 0) {
    out->lag = lag;
    out->strength = mirrored (value);
  }
}

static __device__ void
analyze_frame (VoxF0Analysis *out, const float *signal, float *x, float *fine,
    float *ranks, const VoxF0CandidateArgs &args, Shared *shared)
{
  float *r = x + args.window_length + HALF_KERNEL;
  const unsigned n_lags = args.max_lag + HALF_KERNEL + 1;
  const unsigned from =
      args.min_lag > HALF_KERNEL + 1 ? args.min_lag - HALF_KERNEL - 1 : 0;
  unsigned n = 0;
  float level;
  const float energy = window_frame (x, &level, signal, args, shared);

  /* All threads have the same energy, so all or none go in. */
  if (!(energy < MIN_ENERGY)) {
    autocorrelate (r, from, n_lags, x, args, energy);
    oversample (fine, r, args, shared);
    n = find_peaks (ranks, fine, args, shared);
  }
  for (unsigned c = threadIdx.x / WARP; c < n; c += WARPS)
    refine (out->candidates + c, r, fine, shared->places[c]);
  for (unsigned c = n + threadIdx.x; c < VOX_F0_CANDIDATES; c += BLOCK)
    out->candidates[c] = VoxF0Candidate{ 0.0f, 0.0f };
  if (threadIdx.x == 0)
    out->level = level;
  __syncthreads ();
}

/* @work: for each block two rows of OVERSAMPLING * (max_lag + 1) values. */
static __global__ void
candidates_kernel (VoxF0CandidateArgs args, float *work)
{
  extern __shared__ float frame[];
  __shared__ Shared shared;
  const size_t row = OVERSAMPLING * ((size_t) args.max_lag + 1);
  float *fine = work + 2 * row * blockIdx.x;

  for (unsigned i = threadIdx.x; i < OVERSAMPLING * WARP; i += BLOCK)
    shared.kernels[i / WARP][i % WARP] =
        kernel_weight ((float) (i / WARP) / OVERSAMPLING, (int) (i % WARP));
  __syncthreads ();
  for (unsigned t = blockIdx.x; t < args.frames; t += gridDim.x)
    analyze_frame (args.out + t, frame_signal (args, t), frame, fine,
        fine + row, args, &shared);
}

static void
cuda_candidates (VoxStream *stream, const VoxF0CandidateArgs *args)
{
  const unsigned blocks = MIN (args->frames, MAX_BLOCKS);
  const size_t row = OVERSAMPLING * ((size_t) args->max_lag + 1);
  const size_t frame_bytes =
      (args->window_length + args->max_lag + 2 * HALF_KERNEL + 1)
      * sizeof (float);
  float *work;

  if (blocks == 0)
    return;
  work =
      (float *) vox_cuda_scratch (stream, 0, 2 * row * blocks * sizeof (float));
  if (work == NULL)
    return;
  candidates_kernel<<<blocks, BLOCK, frame_bytes, vox_cuda_stream (stream)>>> (
      *args, work);
  vox_cuda_launched (stream, "looking for F0 candidates");
}

void
vox_cuda_fill_f0 (VoxF0Ops *ops)
{
  ops->decimate = cuda_decimate;
  ops->candidates = cuda_candidates;
}
