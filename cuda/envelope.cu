/* envelope.cu: the envelope family in CUDA.
 *
 * Resampling: a warp an output sample, its lanes side by side in the kernel and
 * in the signal. CheapTrick: a block a frame between transforms, many frames at
 * once; in double precision what the CPU computes in it. The moving average is
 * summed directly where the CPU takes the difference of two running sums: the
 * same value without the sums' order.
 */
#include "batch.h"
#include "cuda-backend.h"
#include "fft.h"
#include "reduce.h"

#define BLOCK 256
#define WARP VOX_CUDA_WARP
#define WARPS (BLOCK / WARP)

/* Scratch slots. */
#define WAVE_SLOT 0
#define SPECTRUM_SLOT 1
#define POWER_SLOT 2

/* As on the CPU, see cpu-envelope.c. */
#define RECOVERY_WEIGHT (-0.15)
#define WINDOW_PERIODS 3.0
#define SMOOTHING_OF_F0 (2.0 / 3.0)
#define MIN_POWER 1e-30f

static __global__ void
resample_kernel (VoxResampleArgs args)
{
  const unsigned lane = threadIdx.x % WARP;
  const size_t m = (size_t) blockIdx.x * WARPS + threadIdx.x / WARP;
  float sum = 0.0f;

  if (m >= args.n_output)
    return;
  {
    const long long rate = args.rate, output_rate = args.output_rate;
    const long long scaled = (args.output_start + (long long) m) * rate;
    const long long phase = scaled % output_rate * args.phases / output_rate;
    const long long first =
        scaled / output_rate - args.taps / 2 + 1 - args.input_start;
    const float *kernel = args.kernel + phase * args.taps;

    for (unsigned j = lane; j < args.taps; j += WARP) {
      const long long at = first + j;

      if (at >= 0 && at < (long long) args.n_input)
        sum += kernel[j] * args.input[at];
    }
  }
  sum = vox_cuda_warp_sum (sum);
  if (lane == 0)
    args.output[m] = sum;
}

static void
cuda_resample (VoxStream *stream, const VoxResampleArgs *args)
{
  const unsigned blocks =
      (unsigned) (((size_t) args->n_output + WARPS - 1) / WARPS);

  if (blocks == 0)
    return;
  resample_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "resampling");
}

static __device__ double
hann (int i, int half, double f0, double rate)
{
  const double t = ((double) i - half) * f0 / rate;

  return 0.5 + 0.5 * cos (2.0 * G_PI * t / WINDOW_PERIODS);
}

/* Row b: frame @first + b under a Hann window over three periods, energy 1,
 * made free of direct current; zeros behind it. */
static __global__ void
window_kernel (float *waves, VoxEnvelopeArgs args, unsigned first)
{
  __shared__ double partial[WARPS];
  const unsigned t = first + blockIdx.x;
  const int n = (int) args.fft_size;
  const double f0 = args.f0_hz[t], rate = args.rate;
  /* The contract keeps the window inside; a wrong F0 must not write outside. */
  const int half =
      min ((int) floor (WINDOW_PERIODS / 2.0 * rate / f0 + 0.5), (n - 1) / 2);
  const int length = 2 * half + 1;
  const long long start =
      args.first_center + (long long) t * args.hop - half - args.signal_start;
  float *wave = waves + (size_t) blockIdx.x * n;
  double energy = 0.0, sum = 0.0, window_sum = 0.0;
  float offset, scale;

  for (int i = threadIdx.x; i < n; i += BLOCK) {
    const long long at = start + i;
    float value = 0.0f;

    if (i < length) {
      const double w = hann (i, half, f0, rate);

      if (at >= 0 && at < (long long) args.n_signal)
        value = args.signal[at] * (float) w;
      energy += w * w;
      window_sum += w;
      sum += value;
    }
    wave[i] = value;
  }
  energy = vox_cuda_block_sum (energy, partial);
  window_sum = vox_cuda_block_sum (window_sum, partial);
  sum = vox_cuda_block_sum (sum, partial);
  offset = (float) (sum / window_sum);
  scale = (float) sqrt (energy);
  for (int i = threadIdx.x; i < length; i += BLOCK)
    wave[i] = (wave[i] - offset * (float) hann (i, half, f0, rate)) / scale;
}

/* Linear interpolation of the power spectrum at a fractional bin. */
static __device__ float
power_at (const float *power, unsigned bins, double bin)
{
  const unsigned k = (unsigned) fmin (fmax (bin, 0.0), bins - 2.0);
  const float part = (float) (bin - k);

  return power[k] + part * (power[k + 1] - power[k]);
}

/* power[k] of a spectrum that is mirrored at both ends. */
static __device__ double
mirrored_power (const float *power, int top, int k)
{
  k = abs (k);
  if (k > top)
    k = max (2 * top - k, 0);
  return power[k];
}

/* Integral from bin @from to @to, at least 1 apart, of the power spectrum as
 * steps from k - 1/2 to k + 1/2. */
static __device__ double
integral (const float *power, int top, double from, double to)
{
  const int first = (int) floor (from + 0.5), last = (int) floor (to + 0.5);
  double sum = mirrored_power (power, top, first) * (first + 0.5 - from)
      + mirrored_power (power, top, last) * (to - (last - 0.5));

  for (int k = first + 1; k < last; k++)
    sum += mirrored_power (power, top, k);
  return sum;
}

/* Spectra in, the logarithms of the smoothed power spectra out, as complex
 * numbers. @powers: two rows for each frame. */
static __global__ void
smooth_kernel (
    float2 *spectra, float *powers, VoxEnvelopeArgs args, unsigned first)
{
  const unsigned bins = args.fft_size / 2 + 1, top = bins - 1;
  const double f0 = args.f0_hz[first + blockIdx.x];
  const double bin_hz = (double) args.rate / args.fft_size;
  const double f0_bins = f0 / bin_hz;
  const double width = fmax (f0 * SMOOTHING_OF_F0 / bin_hz, 1.0);
  const unsigned mirrored_end = min ((unsigned) f0_bins, bins - 2);
  float2 *spectrum = spectra + (size_t) blockIdx.x * bins;
  float *power = powers + (size_t) blockIdx.x * 2 * bins;
  float *repaired = power + bins;

  for (unsigned k = threadIdx.x; k < bins; k += BLOCK)
    power[k] = spectrum[k].x * spectrum[k].x + spectrum[k].y * spectrum[k].y;
  __syncthreads ();
  /* The window cannot resolve what lies below F0: mirror it there. */
  for (unsigned k = threadIdx.x; k < bins; k += BLOCK)
    repaired[k] = power[k]
        + (k <= mirrored_end ? power_at (power, bins, f0_bins - k) : 0.0f);
  __syncthreads ();
  for (unsigned k = threadIdx.x; k < bins; k += BLOCK) {
    const double area =
        integral (repaired, (int) top, k - width / 2.0, k + width / 2.0);
    const float smooth = args.floor + (float) (area / width);

    spectrum[k] = make_float2 (logf (fmaxf (smooth, MIN_POWER)), 0.0f);
  }
}

/* Liftering, and the scale of the inverse transform: smooths with a sinc of F0
 * and recovers the peaks' heights. */
static __global__ void
lifter_kernel (float *waves, VoxEnvelopeArgs args, unsigned first)
{
  const unsigned n = args.fft_size;
  const double f0 = args.f0_hz[first + blockIdx.x];
  float *wave = waves + (size_t) blockIdx.x * n;

  for (unsigned i = threadIdx.x; i <= n / 2; i += BLOCK) {
    const double x = G_PI * f0 * i / args.rate;
    const double gain = i == 0 ? 1.0
                               : sin (x) / x
            * (1.0 - 2.0 * RECOVERY_WEIGHT
                + 2.0 * RECOVERY_WEIGHT * cos (2.0 * x));
    const float value = wave[i] * (float) (gain / n);

    wave[i] = value;
    if (i > 0)
      wave[n - i] = value;
  }
}

static __global__ void
real_parts_kernel (float *out, const float2 *in, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n)
    out[i] = in[i].x;
}

/* A batch of frames from @first on: @count of them, @batch with those added to
 * fill it up. */
static void
estimate (VoxStream *stream, const VoxEnvelopeArgs *args, guint first,
    guint count, guint batch)
{
  const guint n = args->fft_size;
  const size_t bins = n / 2 + 1, values = count * bins;
  const unsigned blocks = (unsigned) ((values + BLOCK - 1) / BLOCK);
  cudaStream_t queue = vox_cuda_stream (stream);
  float *wave = (float *) vox_cuda_scratch (
      stream, WAVE_SLOT, (size_t) batch * n * sizeof (float));
  float2 *spectrum = (float2 *) vox_cuda_scratch (
      stream, SPECTRUM_SLOT, batch * bins * sizeof (float2));
  float *power = (float *) vox_cuda_scratch (
      stream, POWER_SLOT, 2 * count * bins * sizeof (float));

  if (wave == NULL || spectrum == NULL || power == NULL)
    return;
  window_kernel<<<count, BLOCK, 0, queue>>> (wave, *args, first);
  vox_cuda_launched (stream, "windowing frames");
  vox_cuda_fft_forward (stream, n, batch, wave, spectrum);
  smooth_kernel<<<count, BLOCK, 0, queue>>> (spectrum, power, *args, first);
  vox_cuda_launched (stream, "smoothing spectra");
  vox_cuda_fft_inverse (stream, n, batch, spectrum, wave);
  lifter_kernel<<<count, BLOCK, 0, queue>>> (wave, *args, first);
  vox_cuda_launched (stream, "liftering");
  vox_cuda_fft_forward (stream, n, batch, wave, spectrum);
  real_parts_kernel<<<blocks, BLOCK, 0, queue>>> (
      args->log_power + first * bins, spectrum, values);
  vox_cuda_launched (stream, "storing envelopes");
}

static void
cuda_cheaptrick (VoxStream *stream, const VoxEnvelopeArgs *args)
{
  guint batch;

  for (guint first = 0; first < args->frames; first += batch) {
    batch = vox_cuda_batch (args->frames - first);
    estimate (stream, args, first, MIN (batch, args->frames - first), batch);
  }
}

void
vox_cuda_fill_envelope (VoxEnvelopeOps *ops)
{
  ops->resample = cuda_resample;
  ops->cheaptrick = cuda_cheaptrick;
}
