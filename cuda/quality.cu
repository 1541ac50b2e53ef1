/* quality.cu: the loops of the quality metrics in CUDA.
 *
 * A warp an output value where that is a sum over neighbours, a block a frame
 * where a frame is worked on in steps; see cpu-quality.c for the methods and
 * their sources. STOI's transform is a small one in double precision and stays
 * in shared memory with what goes before and after it.
 */
#include "cuda-backend.h"
#include "reduce.h"

#define BLOCK 256
#define WARP VOX_CUDA_WARP
#define WARPS (BLOCK / WARP)

#define BANDS VOX_STOI_BANDS
#define SEGMENT VOX_STOI_SEGMENT
#define FFT_BITS 9
#define FFT_HALF (VOX_STOI_FFT / 2)
/* Rows of a segment lie this far apart, so that threads with one row each meet
 * in different banks of shared memory. */
#define ROW (SEGMENT + 1)

/* As on the CPU, see cpu-quality.c. */
#define CLIP_FACTOR (1.0 + 5.6234132519034908)
#define NORM_EPSILON 2.220446049250313e-16

G_STATIC_ASSERT (1 << FFT_BITS == VOX_STOI_FFT);
/* A thread for each butterfly and for each sample of a frame. */
G_STATIC_ASSERT (FFT_HALF == BLOCK && VOX_STOI_FRAME == BLOCK);
/* A lane for each frame and for each band of a segment. */
G_STATIC_ASSERT (SEGMENT <= WARP && BANDS <= WARP);

static __constant__ unsigned char band_edges[BANDS + 1] = { 7, 9, 11, 14, 17,
  22, 27, 34, 43, 55, 69, 87, 109, 138, 174, 219 };

/* Blocks for a warp, or a thread, each. */
static unsigned
blocks_for (size_t n, unsigned in_block)
{
  return (unsigned) ((n + in_block - 1) / in_block);
}

static __device__ size_t
warp_index (void)
{
  return (size_t) blockIdx.x * WARPS + threadIdx.x / WARP;
}

static __device__ float
power_of (VoxComplex x)
{
  return x.re * x.re + x.im * x.im;
}

static __global__ void
polyphase_kernel (VoxPolyphaseArgs args)
{
  const unsigned lane = threadIdx.x % WARP;
  const size_t i = warp_index ();
  double sum = 0.0;

  if (i >= args.n_out)
    return;
  {
    const long long up = args.up;
    const long long centre =
        (args.first_out + (long long) i) * (long long) args.down + args.half;
    const long long first = centre / up - (long long) args.taps_per_phase + 1;
    const double *taps = args.taps + (centre % up) * args.taps_per_phase;
    const float *in = args.in + (first - args.first_in);

    for (size_t j = lane; j < args.taps_per_phase; j += WARP)
      sum += taps[j] * (double) in[j];
  }
  sum = vox_cuda_warp_sum (sum);
  if (lane == 0)
    args.out[i] = (float) sum;
}

static void
cuda_polyphase (VoxStream *stream, const VoxPolyphaseArgs *args)
{
  if (args->n_out == 0)
    return;
  polyphase_kernel<<<blocks_for (args->n_out, WARPS), BLOCK, 0,
      vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "resampling exactly");
}

static __global__ void
frame_energy_kernel (double *energy, const float *signal, const double *window,
    unsigned length, unsigned hop, size_t n_frames)
{
  const unsigned lane = threadIdx.x % WARP;
  const size_t f = warp_index ();
  const float *frame = signal + f * hop;
  double sum = 0.0;

  if (f >= n_frames)
    return;
  for (size_t i = lane; i < length; i += WARP) {
    const double value = window[i] * (double) frame[i];

    sum += value * value;
  }
  sum = vox_cuda_warp_sum (sum);
  if (lane == 0)
    energy[f] = sum;
}

static void
cuda_frame_energy (VoxStream *stream, gdouble *energy, const gfloat *signal,
    const gdouble *window, guint length, guint hop, gsize n_frames)
{
  if (n_frames == 0)
    return;
  frame_energy_kernel<<<blocks_for (n_frames, WARPS), BLOCK, 0,
      vox_cuda_stream (stream)>>> (
      energy, signal, window, length, hop, n_frames);
  vox_cuda_launched (stream, "measuring frames");
}

/* Sample @i of hop @h of the overlap-added kept frames. */
static __device__ double
joined_sample (const VoxSpeechBandsArgs &args, size_t h, unsigned i)
{
  const size_t own = (size_t) args.kept[h] * VOX_STOI_HOP;
  double value = args.window[i] * (double) args.signal[own + i];

  if (h > 0) {
    const size_t before = ((size_t) args.kept[h - 1] + 1) * VOX_STOI_HOP;

    value += args.window[VOX_STOI_HOP + i] * (double) args.signal[before + i];
  }
  return value;
}

static __device__ unsigned
reversed (unsigned i)
{
  return __brev (i) >> (32 - FFT_BITS);
}

/* A block is a frame; a thread is a sample, then a butterfly, then a band. */
static __global__ void
speech_bands_kernel (VoxSpeechBandsArgs args)
{
  __shared__ double re[VOX_STOI_FFT], im[VOX_STOI_FFT];
  __shared__ double cosine[FFT_HALF], sine[FFT_HALF];
  const unsigned t = threadIdx.x;
  const size_t f = blockIdx.x;

  sincospi (-2.0 * t / VOX_STOI_FFT, &sine[t], &cosine[t]);
  re[reversed (t)] = args.window[t]
      * joined_sample (args, f + t / VOX_STOI_HOP, t % VOX_STOI_HOP);
  /* The frame is half of the transform's input, the rest is nothing. */
  re[reversed (VOX_STOI_FRAME + t)] = 0.0;
  im[t] = im[FFT_HALF + t] = 0.0;
  for (unsigned half = 1; half < VOX_STOI_FFT; half *= 2) {
    const unsigned k = t % half;
    const unsigned a = 2 * (t - k) + k, b = a + half;

    __syncthreads ();
    {
      const double c = cosine[k * (FFT_HALF / half)];
      const double s = sine[k * (FFT_HALF / half)];
      const double tr = re[b] * c - im[b] * s;
      const double ti = re[b] * s + im[b] * c;

      re[b] = re[a] - tr;
      im[b] = im[a] - ti;
      re[a] += tr;
      im[a] += ti;
    }
  }
  __syncthreads ();
  if (t < BANDS) {
    double power = 0.0;

    for (unsigned k = band_edges[t]; k < band_edges[t + 1]; k++)
      power += re[k] * re[k] + im[k] * im[k];
    args.bands[f * BANDS + t] = sqrt (power);
  }
}

static void
cuda_speech_bands (VoxStream *stream, const VoxSpeechBandsArgs *args)
{
  if (args->n_kept < 2)
    return;
  speech_bands_kernel<<<(unsigned) (args->n_kept - 1), BLOCK, 0,
      vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "taking bands of speech");
}

/* The functions below work on @n values that lie @step apart. */

static __device__ double
norm (const double *values, unsigned step, unsigned n)
{
  double sum = 0.0;

  for (unsigned i = 0; i < n; i++)
    sum += values[i * step] * values[i * step];
  return sqrt (sum);
}

static __device__ void
remove_mean (double *values, unsigned step, unsigned n)
{
  double sum = 0.0;

  for (unsigned i = 0; i < n; i++)
    sum += values[i * step];
  for (unsigned i = 0; i < n; i++)
    values[i * step] -= sum / n;
}

/* Zero mean and unit norm; nothing stays nothing. */
static __device__ void
normalize (double *values, unsigned step, unsigned n)
{
  double length;

  remove_mean (values, step, n);
  length = norm (values, step, n);
  for (unsigned i = 0; length > 0.0 && i < n; i++)
    values[i * step] /= length;
}

/* The correlation of a band of a segment, as STOI has it. @clean, @judged: room
 * for SEGMENT values each. */
static __device__ double
band_correlation (
    const double *x, const double *y, double *clean, double *judged)
{
  const double gain =
      norm (x, 1, SEGMENT) / (norm (y, 1, SEGMENT) + NORM_EPSILON);
  double product = 0.0;

  for (unsigned i = 0; i < SEGMENT; i++) {
    clean[i] = x[i];
    judged[i] = MIN (y[i] * gain, x[i] * CLIP_FACTOR);
  }
  remove_mean (clean, 1, SEGMENT);
  remove_mean (judged, 1, SEGMENT);
  for (unsigned i = 0; i < SEGMENT; i++)
    product += clean[i] * judged[i];
  return product
      / ((norm (clean, 1, SEGMENT) + NORM_EPSILON)
          * (norm (judged, 1, SEGMENT) + NORM_EPSILON));
}

/* A warp is a block is a segment; a lane is a band, then a frame. */
static __global__ void
speech_correlation_kernel (VoxSpeechCorrelationArgs args)
{
  __shared__ double x[BANDS * ROW], y[BANDS * ROW];
  __shared__ double clean[BANDS * ROW], judged[BANDS * ROW];
  const unsigned lane = threadIdx.x;
  const size_t s = blockIdx.x, first = s * BANDS;
  double stoi = 0.0, estoi = 0.0;

  for (unsigned j = lane; j < BANDS * SEGMENT; j += WARP) {
    const unsigned place = j % BANDS * ROW + j / BANDS;

    x[place] = args.clean[first + j];
    y[place] = args.judged[first + j];
  }
  __syncthreads ();
  if (lane < BANDS) {
    const unsigned row = lane * ROW;

    stoi = band_correlation (x + row, y + row, clean + row, judged + row);
    normalize (x + row, 1, SEGMENT);
    normalize (y + row, 1, SEGMENT);
  }
  __syncthreads ();
  if (lane < SEGMENT) {
    normalize (x + lane, ROW, BANDS);
    normalize (y + lane, ROW, BANDS);
    for (unsigned b = 0; b < BANDS; b++)
      estoi += x[b * ROW + lane] * y[b * ROW + lane];
  }
  stoi = vox_cuda_warp_sum (stoi);
  estoi = vox_cuda_warp_sum (estoi);
  if (lane == 0) {
    args.stoi[s] = stoi / BANDS;
    args.estoi[s] = estoi / SEGMENT;
  }
}

static void
cuda_speech_correlation (
    VoxStream *stream, const VoxSpeechCorrelationArgs *args)
{
  if (args->n_frames < SEGMENT)
    return;
  speech_correlation_kernel<<<(unsigned) (args->n_frames - SEGMENT + 1), WARP,
      0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "comparing speech");
}

/* A warp is a filter of a frame. Where its weights start is the sum of the
 * filters before it, which costs less than a table that someone must keep. */
static __global__ void
mel_log_kernel (VoxMelArgs args, size_t n)
{
  const unsigned lane = threadIdx.x % WARP;
  const size_t i = warp_index ();
  float sum = 0.0f;

  if (i >= n)
    return;
  {
    const size_t f = i / args.n_filters;
    const unsigned m = (unsigned) (i % args.n_filters);
    const unsigned count = args.count[m];
    const VoxComplex *bins = args.spectrum + f * args.n_bins + args.first[m];
    const float *weights = args.weights;
    unsigned start = 0;

    for (unsigned j = lane; j < m; j += WARP)
      start += args.count[j];
    weights += vox_cuda_warp_sum (start);
    for (unsigned j = lane; j < count; j += WARP)
      sum += weights[j] * power_of (bins[j]);
  }
  sum = vox_cuda_warp_sum (sum);
  if (lane == 0)
    args.out[i] = logf (args.floor + args.scale * sum);
}

static void
cuda_mel_log (VoxStream *stream, const VoxMelArgs *args)
{
  const size_t n = (size_t) args->n_frames * args->n_filters;

  if (n == 0)
    return;
  mel_log_kernel<<<blocks_for (n, WARPS), BLOCK, 0,
      vox_cuda_stream (stream)>>> (*args, n);
  vox_cuda_launched (stream, "filtering by mel");
}

static __global__ void
log_distance_kernel (float *distance, const VoxComplex *a, const VoxComplex *b,
    unsigned n_bins, float scale, float floor)
{
  __shared__ double partial[WARPS];
  const size_t f = blockIdx.x;
  double sum = 0.0;

  a += f * n_bins;
  b += f * n_bins;
  for (unsigned k = threadIdx.x; k < n_bins; k += BLOCK) {
    const float ratio =
        (floor + scale * power_of (a[k])) / (floor + scale * power_of (b[k]));
    const float difference_db = 10.0f * log10f (ratio);

    sum += (double) (difference_db * difference_db);
  }
  sum = vox_cuda_block_sum (sum, partial);
  if (threadIdx.x == 0)
    distance[f] = (float) sqrt (sum / n_bins);
}

static void
cuda_log_distance (VoxStream *stream, gfloat *distance, const VoxComplex *a,
    const VoxComplex *b, guint n_frames, guint n_bins, gfloat scale,
    gfloat floor)
{
  if (n_frames == 0)
    return;
  log_distance_kernel<<<n_frames, BLOCK, 0, vox_cuda_stream (stream)>>> (
      distance, a, b, n_bins, scale, floor);
  vox_cuda_launched (stream, "measuring spectra");
}

/* A thread is a bin and adds frames in their order, as the CPU does. */
static __global__ void
cross_power_kernel (double *sums, const VoxComplex *a, const VoxComplex *b,
    unsigned n_frames, unsigned n_bins)
{
  const size_t k = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  double aa, bb, re, im;

  if (k >= n_bins)
    return;
  sums += 4 * k;
  aa = sums[0];
  bb = sums[1];
  re = sums[2];
  im = sums[3];
  for (size_t f = 0; f < n_frames; f++) {
    const VoxComplex x = a[f * n_bins + k], y = b[f * n_bins + k];

    aa += (double) power_of (x);
    bb += (double) power_of (y);
    re += (double) (x.re * y.re + x.im * y.im);
    im += (double) (x.im * y.re - x.re * y.im);
  }
  sums[0] = aa;
  sums[1] = bb;
  sums[2] = re;
  sums[3] = im;
}

static void
cuda_cross_power (VoxStream *stream, gdouble *sums, const VoxComplex *a,
    const VoxComplex *b, guint n_frames, guint n_bins)
{
  if (n_frames == 0 || n_bins == 0)
    return;
  cross_power_kernel<<<blocks_for (n_bins, BLOCK), BLOCK, 0,
      vox_cuda_stream (stream)>>> (sums, a, b, n_frames, n_bins);
  vox_cuda_launched (stream, "crossing spectra");
}

void
vox_cuda_fill_quality (VoxQualityOps *ops)
{
  ops->polyphase = cuda_polyphase;
  ops->frame_energy = cuda_frame_energy;
  ops->speech_bands = cuda_speech_bands;
  ops->speech_correlation = cuda_speech_correlation;
  ops->mel_log = cuda_mel_log;
  ops->log_distance = cuda_log_distance;
  ops->cross_power = cuda_cross_power;
}
