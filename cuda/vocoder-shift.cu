/* vocoder-shift.cu: turning a frame of the phase vocoder in CUDA.
 *
 * One block makes the plan, a factor for each bin, in the CPU's steps (see
 * cpu-vocoder.c): peaks, side lobes, the rotation, gain and end of each region,
 * and the factor of each bin from its region. Peaks are at least three bins
 * apart by what they must exceed, so each bin decides for itself whether it is
 * one. Whether a peak is a side lobe depends on the peaks kept before it: one
 * thread walks up and, in another warp, one walks down, at the same time. Then
 * the spectra of all channels are multiplied by as many blocks as they need.
 */
#include "vocoder.h"

#include "reduce.h"

#define BLOCK 512
#define WARP VOX_CUDA_WARP
#define WARPS (BLOCK / WARP)
/* Threads that look for the minimum behind a peak together. */
#define GROUP 8

/* Scratch slots. */
#define REGION_SLOT 0
#define LOBE_SLOT 1

/* As on the CPU, see cpu-vocoder.c. */
#define PEAK_REACH 2
#define MAX_DEVIATION_BINS 0.5
#define MAX_ENVELOPE_GAIN 31.6f
#define MAX_LEVEL_GAIN 100.0f

/* @last: the last bin that turns with the peak. */
typedef struct
{
  VoxComplex rotation;
  float gain;
  unsigned last;
} Region;

/* @regions: as many as there can be peaks
 * @side_lobe: whether the peak is a side lobe of one before it, of all peaks,
 *   then of one behind it */
typedef struct
{
  VoxVocoderArgs args;
  unsigned bins;
  unsigned max_peaks;
  Region *regions;
  unsigned char *side_lobe;
} Plan;

/* ---- peaks ---- */

static __device__ bool
is_peak (const float *power, unsigned bins, unsigned k)
{
  const float p = power[k];
  bool peak = p > VOX_CUDA_POWER_EPSILON;

  for (unsigned d = 1; d <= PEAK_REACH; d++)
    peak = peak && (k < d || p > power[k - d])
        && (k + d >= bins || p >= power[k + d]);
  return peak;
}

/* For the threads with @keep, in their order: how many threads before had it.
 * @total: of all threads of the block, which must all take part. */
static __device__ unsigned
rank_of_kept (bool keep, unsigned *total)
{
  __shared__ unsigned counts[WARPS];
  const unsigned lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
  const unsigned kept = __ballot_sync (VOX_CUDA_ALL_LANES, keep);
  unsigned rank = __popc (kept & ((1u << lane) - 1));

  /* The counts before these may still be read. */
  __syncthreads ();
  if (lane == 0)
    counts[warp] = __popc (kept);
  __syncthreads ();
  *total = 0;
  for (unsigned w = 0; w < WARPS; w++) {
    if (w < warp)
      rank += counts[w];
    *total += counts[w];
  }
  return rank;
}

static __device__ unsigned
find_peaks (const Plan &plan)
{
  unsigned n = 0;

  for (unsigned first = 0; first < plan.bins; first += BLOCK) {
    const unsigned k = first + threadIdx.x;
    const bool peak = k < plan.bins && is_peak (plan.args.power, plan.bins, k);
    unsigned total;
    const unsigned rank = rank_of_kept (peak, &total);

    if (peak)
      plan.args.peaks[n + rank] = k;
    n += total;
  }
  __syncthreads ();
  return n;
}

/* Power that a partial with @power at its peak leaves @distance bins away. */
static __device__ float
leaked_power (const float *leakage, float power, unsigned distance)
{
  float fall;

  if (distance < VOX_VOCODER_LEAKAGE)
    return power * leakage[distance];
  fall = (float) (VOX_VOCODER_LEAKAGE - 1) / (float) distance;
  fall *= fall * fall;
  return power * leakage[VOX_VOCODER_LEAKAGE - 1] * fall * fall;
}

static __device__ unsigned
distance_of (unsigned a, unsigned b)
{
  return a < b ? b - a : a - b;
}

/* One thread's walk over all peaks, up or down, as on the CPU. The next peak is
 * fetched while this one is judged. @leakage is in shared memory. */
static __device__ void
mark_side_lobes (
    const Plan &plan, const float *leakage, unsigned n_peaks, bool up)
{
  const guint32 *peaks = plan.args.peaks;
  const float *power = plan.args.power;
  unsigned char *side_lobe = plan.side_lobe + (up ? 0 : plan.max_peaks);
  unsigned near = peaks[up ? 0 : n_peaks - 1], far = near, k = near;
  float near_power = power[near], far_power = near_power, p = near_power;

  side_lobe[up ? 0 : n_peaks - 1] = 0;
  if (n_peaks > 1) {
    k = peaks[up ? 1 : n_peaks - 2];
    p = power[k];
  }
  for (unsigned j = 1; j < n_peaks; j++) {
    const unsigned i = up ? j : n_peaks - 1 - j;
    const unsigned later = j + 1 < n_peaks ? j + 1 : j;
    const unsigned next = peaks[up ? later : n_peaks - 1 - later];
    const float next_power = power[next];
    const unsigned beyond =
        up ? k + VOX_VOCODER_LEAKAGE : k - MIN (k, VOX_VOCODER_LEAKAGE);
    const bool hidden =
        p < leaked_power (leakage, near_power, distance_of (near, k))
        || p < leaked_power (leakage, far_power, distance_of (far, k));

    side_lobe[i] = hidden;
    if (!hidden) {
      near = k;
      near_power = p;
      if (leaked_power (leakage, near_power, distance_of (near, beyond))
          >= leaked_power (leakage, far_power, distance_of (far, beyond))) {
        far = k;
        far_power = p;
      }
    }
    k = next;
    p = next_power;
  }
}

/* Leaves the peaks that are no side lobes, in their order. */
static __device__ unsigned
drop_side_lobes (const Plan &plan, unsigned n_peaks)
{
  __shared__ float leakage[VOX_VOCODER_LEAKAGE];
  unsigned kept = 0;

  if (n_peaks == 0)
    return 0;
  for (unsigned d = threadIdx.x; d < VOX_VOCODER_LEAKAGE; d += BLOCK)
    leakage[d] = plan.args.leakage[d];
  __syncthreads ();
  if (threadIdx.x == 0)
    mark_side_lobes (plan, leakage, n_peaks, true);
  else if (threadIdx.x == WARP)
    mark_side_lobes (plan, leakage, n_peaks, false);
  __syncthreads ();
  for (unsigned first = 0; first < n_peaks; first += BLOCK) {
    const unsigned i = first + threadIdx.x;
    const bool keep = i < n_peaks && !plan.side_lobe[i]
        && !plan.side_lobe[plan.max_peaks + i];
    const unsigned k = i < n_peaks ? plan.args.peaks[i] : 0;
    unsigned total;
    /* The threads meet in here between reading and writing the list. */
    const unsigned rank = rank_of_kept (keep, &total);

    if (keep)
      plan.args.peaks[kept + rank] = k;
    kept += total;
  }
  __syncthreads ();
  return kept;
}

/* ---- regions ---- */

/* Where the parabola through three log powers has its maximum. */
static __device__ double
interpolate_peak (const float *power, unsigned bins, unsigned k)
{
  double a, b, c, curve;

  if (k == 0 || k + 1 >= bins)
    return k;
  a = log ((double) (power[k - 1] + VOX_CUDA_POWER_EPSILON));
  b = log ((double) (power[k] + VOX_CUDA_POWER_EPSILON));
  c = log ((double) (power[k + 1] + VOX_CUDA_POWER_EPSILON));
  curve = a - 2.0 * b + c;
  return curve < 0.0 ? k + CLAMP (0.5 * (a - c) / curve, -0.5, 0.5) : k;
}

/* Phase that the partial at bin k gains over the analysis hop. */
static __device__ double
phase_advance (const VoxVocoderArgs &args, unsigned bins, unsigned k)
{
  const double bin_to_phase = 2.0 * G_PI * args.analysis_hop / args.fft_size;
  const double expected = bin_to_phase * interpolate_peak (args.power, bins, k);
  double re = 0.0, im = 0.0, difference;

  for (unsigned c = 0; c < args.channels; c++) {
    const VoxComplex x = args.spectrum[c * args.stride + k];
    const VoxComplex y = args.previous[c * args.stride + k];

    re += (double) x.re * y.re + (double) x.im * y.im;
    im += (double) x.im * y.re - (double) x.re * y.im;
  }
  difference = atan2 (im, re) - expected;
  difference -= 2.0 * G_PI * rint (difference / (2.0 * G_PI));
  if (fabs (difference) > MAX_DEVIATION_BINS * bin_to_phase)
    return expected;
  return expected + difference;
}

static __device__ VoxComplex
region_rotation (const VoxVocoderArgs &args, unsigned bins, unsigned k)
{
  const VoxComplex before = args.rotation[k];
  const double stretch =
      ((double) args.synthesis_hop - args.analysis_hop) / args.analysis_hop;
  VoxComplex after = { 1.0f, 0.0f };
  double angle, sine, cosine, re, im, scale;

  if (args.restart || k == 0 || k == args.fft_size / 2)
    return after;
  if (args.synthesis_hop == args.analysis_hop)
    return before;
  angle = stretch * phase_advance (args, bins, k);
  sincos (angle, &sine, &cosine);
  re = before.re * cosine - before.im * sine;
  im = before.re * sine + before.im * cosine;
  scale = 1.0 / sqrt (re * re + im * im);
  after.re = (float) (re * scale);
  after.im = (float) (im * scale);
  return after;
}

static __device__ float
envelope_at (const VoxVocoderArgs &args, unsigned bins, float bin)
{
  const float place =
      CLAMP ((bin + 0.5f) * (float) args.bands / (float) bins - 0.5f, 0.0f,
          (float) args.bands - 1.0f);
  /* One band alone has no next one. */
  const unsigned band = MIN ((unsigned) place, MAX (args.bands, 2) - 2);
  const unsigned next = MIN (band + 1, args.bands - 1);
  const float mix = place - (float) band;

  return args.envelope[band]
      + mix * (args.envelope[next] - args.envelope[band]);
}

static __device__ float
envelope_gain (const VoxVocoderArgs &args, unsigned bins, unsigned k)
{
  float gain;

  if (args.envelope == NULL)
    return 1.0f;
  gain = expf (0.5f
      * (envelope_at (args, bins, (float) k * args.envelope_ratio)
          - envelope_at (args, bins, (float) k)));
  return CLAMP (gain, 1.0f / MAX_ENVELOPE_GAIN, MAX_ENVELOPE_GAIN);
}

/* The last bin of each region but the last one: the first of the lowest bins
 * from its peak on, before the next peak. */
static __device__ void
find_region_ends (const Plan &plan, unsigned n_peaks)
{
  const unsigned lane = threadIdx.x % GROUP;
  const unsigned mask = ((1u << GROUP) - 1)
      << (threadIdx.x % WARP / GROUP * GROUP);

  for (unsigned i = threadIdx.x / GROUP; i + 1 < n_peaks; i += BLOCK / GROUP) {
    const unsigned from = plan.args.peaks[i], end = plan.args.peaks[i + 1];
    /* Power, which is not negative, and bin as one number. */
    unsigned long long lowest = ~0ull;

    for (unsigned k = from + lane; k < end; k += GROUP) {
      const unsigned long long key =
          (unsigned long long) __float_as_uint (plan.args.power[k]) << 32 | k;

      lowest = MIN (lowest, key);
    }
    for (int step = GROUP / 2; step > 0; step /= 2) {
      const unsigned long long other = __shfl_xor_sync (mask, lowest, step);

      lowest = MIN (lowest, other);
    }
    if (lane == 0)
      plan.regions[i].last = (unsigned) lowest;
  }
  if (threadIdx.x == 0 && n_peaks > 0)
    plan.regions[n_peaks - 1].last = plan.bins - 1;
}

static __device__ void
make_regions (const Plan &plan, unsigned n_peaks)
{
  for (unsigned i = threadIdx.x; i < n_peaks; i += BLOCK) {
    const unsigned k = plan.args.peaks[i];

    plan.regions[i].rotation = region_rotation (plan.args, plan.bins, k);
    plan.regions[i].gain = envelope_gain (plan.args, plan.bins, k);
  }
  find_region_ends (plan, n_peaks);
  __syncthreads ();
}

/* The region of bin @k: the first that ends there or behind it. */
static __device__ unsigned
region_of (const Region *regions, unsigned n, unsigned k)
{
  unsigned low = 0, high = n - 1;

  while (low < high) {
    const unsigned middle = (low + high) / 2;

    if (regions[middle].last < k)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* ---- factors ---- */

static __device__ float
band_limit (const VoxVocoderArgs &args, unsigned k)
{
  const float place =
      ((float) k - args.pass_bin) / (args.stop_bin - args.pass_bin);

  if (place <= 0.0f)
    return 1.0f;
  if (place >= 1.0f)
    return 0.0f;
  return 0.5f + 0.5f * cosf ((float) G_PI * place);
}

/* Rotation and factor of bin @k, before any band limit. */
static __device__ VoxComplex
turn_bin (const Plan &plan, unsigned n_peaks, unsigned k)
{
  const VoxComplex one = { 1.0f, 0.0f };
  VoxComplex factor;
  Region region;

  if (n_peaks == 0) {
    if (plan.args.restart)
      plan.args.rotation[k] = one;
    return plan.args.rotation[k];
  }
  region = plan.regions[region_of (plan.regions, n_peaks, k)];
  plan.args.rotation[k] = region.rotation;
  factor.re = region.gain * region.rotation.re;
  factor.im = region.gain * region.rotation.im;
  return factor;
}

/* Factors with the band limit, and the gain that gives the frame its power
 * back. A thread meets its own bins only. */
static __device__ void
fill_factors (const Plan &plan, unsigned n_peaks)
{
  __shared__ double partial[WARPS];
  double before = 0.0, after = 0.0;
  float gain;

  for (unsigned k = threadIdx.x; k < plan.bins; k += BLOCK) {
    const float limit = band_limit (plan.args, k);
    VoxComplex f = turn_bin (plan, n_peaks, k);

    f.re *= limit;
    f.im *= limit;
    plan.args.factor[k] = f;
    if ((float) k < plan.args.stop_bin) {
      before += plan.args.power[k] * limit * limit;
      after += plan.args.power[k] * (f.re * f.re + f.im * f.im);
    }
  }
  if (plan.args.envelope == NULL)
    return;
  before = vox_cuda_block_sum (before, partial);
  after = vox_cuda_block_sum (after, partial);
  gain = sqrtf (((float) before + VOX_CUDA_POWER_EPSILON)
      / ((float) after + VOX_CUDA_POWER_EPSILON));
  gain = CLAMP (gain, 1.0f / MAX_LEVEL_GAIN, MAX_LEVEL_GAIN);
  for (unsigned k = threadIdx.x; k < plan.bins; k += BLOCK) {
    plan.args.factor[k].re *= gain;
    plan.args.factor[k].im *= gain;
  }
}

static __global__ void
__launch_bounds__ (BLOCK) plan_kernel (Plan plan)
{
  unsigned n_peaks = find_peaks (plan);

  n_peaks = drop_side_lobes (plan, n_peaks);
  /* Reads old rotations, which the factors then overwrite. */
  make_regions (plan, n_peaks);
  fill_factors (plan, n_peaks);
}

static __global__ void
apply_kernel (VoxVocoderArgs args, unsigned bins)
{
  const unsigned k = blockIdx.x * BLOCK + threadIdx.x;
  VoxComplex f;

  if (k >= bins)
    return;
  f = args.factor[k];
  for (unsigned c = 0; c < args.channels; c++) {
    const VoxComplex x = args.spectrum[c * args.stride + k];
    VoxComplex y;

    y.re = x.re * f.re - x.im * f.im;
    y.im = x.re * f.im + x.im * f.re;
    args.output[c * args.stride + k] = y;
  }
}

void
vox_cuda_vocoder_shift (VoxStream *stream, const VoxVocoderArgs *args)
{
  cudaStream_t queue = vox_cuda_stream (stream);
  Plan plan;

  plan.args = *args;
  plan.bins = args->fft_size / 2 + 1;
  plan.max_peaks = (plan.bins + PEAK_REACH) / (PEAK_REACH + 1);
  plan.regions = (Region *) vox_cuda_scratch (
      stream, REGION_SLOT, plan.max_peaks * sizeof (Region));
  plan.side_lobe = (unsigned char *) vox_cuda_scratch (
      stream, LOBE_SLOT, 2 * (size_t) plan.max_peaks);
  if (plan.regions == NULL || plan.side_lobe == NULL)
    return;
  plan_kernel<<<1, BLOCK, 0, queue>>> (plan);
  vox_cuda_launched (stream, "planning a frame");
  apply_kernel<<<(plan.bins + BLOCK - 1) / BLOCK, BLOCK, 0, queue>>> (
      *args, plan.bins);
  vox_cuda_launched (stream, "turning a frame");
}
