/* psola.cu: cutting grains and setting them down in CUDA.
 *
 * A thread an entry of a row. Adding must give the same sum every time, in the
 * order of the grains, so it is turned around: of all entries that lie on one
 * output sample, the thread with the first one adds them all.
 */
#include "cuda-backend.h"

#define BLOCK 256
#define HALF VOX_PSOLA_KERNEL_HALF
#define PI_F 3.14159265358979f

static __device__ float
kernel_at (const float *kernel, float distance)
{
  const float place = distance * VOX_PSOLA_KERNEL_STEPS;
  const unsigned whole = (unsigned) place;
  const float part = place - (float) whole;

  return kernel[whole] + part * (kernel[whole + 1] - kernel[whole]);
}

/* The signal @fraction behind x[0], with @half values on each side. */
static __device__ float
interpolate (
    const float *x, float fraction, int half, float cutoff, const float *kernel)
{
  const float first = fraction + (float) (half - 1);
  float sum = 0.0f;

  for (int k = 0; k < 2 * half; k++) {
    const float distance = cutoff * fabsf (first - (float) k);

    sum += x[k - half + 1]
        * (cutoff * kernel_at (kernel, fminf (distance, (float) HALF)));
  }
  return sum;
}

/* Entry @from + j, where @from is the first one under the window; positions
 * as the CPU counts them, from @from on. */
static __device__ float
read_entry (const float *x, const VoxPsolaGrain &grain, int from, int j,
    const float *kernel)
{
  const double position =
      (double) grain.source_fraction + (double) from * grain.rate;

  x += grain.source;
  if (grain.rate == 1.0f) {
    const int whole = (int) floor (position);
    const float fraction = (float) (position - (double) whole);

    x += whole + j;
    return fraction == 0.0f ? *x
                            : interpolate (x, fraction, HALF, 1.0f, kernel);
  } else {
    const float cutoff = grain.rate > 1.0f ? 1.0f / grain.rate : 1.0f;
    const double at = position + (double) j * grain.rate;
    const int whole = (int) floor (at);

    return interpolate (x + whole, (float) (at - (double) whole),
        (int) ceilf (HALF / cutoff), cutoff, kernel);
  }
}

static __global__ void
extract_kernel (VoxPsolaArgs args, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const size_t row = i / args.row_length;
  const int at = (int) (i % args.row_length);
  float value = 0.0f;

  if (i >= n)
    return;
  {
    const VoxPsolaGrain grain = args.grains[row / args.channels];
    const int from = max (0, (int) ceilf (grain.centre - grain.left));
    const int to = (int) ceilf (grain.centre + grain.right);

    if (at >= from && at < to) {
      const float t = (float) at - grain.centre;
      const float u = t < 0.0f ? t / grain.left : t / grain.right;
      const float *x = args.planes + row % args.channels * args.plane_stride;

      value = read_entry (x, grain, from, at - from, args.kernel)
          * (grain.gain * (0.5f + 0.5f * cosf (PI_F * u)));
    }
  }
  args.rows[i] = value;
}

static void
cuda_extract (VoxStream *stream, const VoxPsolaArgs *args)
{
  const size_t n = (size_t) args->n_grains * args->channels * args->row_length;
  const unsigned blocks = (unsigned) ((n + BLOCK - 1) / BLOCK);

  if (n == 0)
    return;
  extract_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (*args, n);
  vox_cuda_launched (stream, "cutting grains");
}

/* The entry of grain @g on output sample @at, counted from its row's start;
 * not below row_length when there is none. */
static __device__ size_t
entry_on (const VoxPsolaArgs &args, unsigned g, long long at)
{
  return (size_t) (at - args.grains[g].destination);
}

static __global__ void
add_kernel (VoxPsolaArgs args, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const size_t row = i / args.row_length;
  const unsigned grain = (unsigned) (row / args.channels);
  const unsigned channel = (unsigned) (row % args.channels);
  long long at;
  float *out;
  float sum;

  if (i >= n)
    return;
  at = args.grains[grain].destination + (long long) (i % args.row_length);
  for (unsigned g = 0; g < grain; g++)
    if (entry_on (args, g, at) < args.row_length)
      return;
  out = args.planes + channel * args.plane_stride + at;
  sum = *out + args.rows[i];
  for (unsigned g = grain + 1; g < args.n_grains; g++) {
    const size_t j = entry_on (args, g, at);

    if (j < args.row_length)
      sum += args.rows[((size_t) g * args.channels + channel) * args.row_length
          + j];
  }
  *out = sum;
}

static void
cuda_add (VoxStream *stream, const VoxPsolaArgs *args)
{
  const size_t n = (size_t) args->n_grains * args->channels * args->row_length;
  const unsigned blocks = (unsigned) ((n + BLOCK - 1) / BLOCK);

  if (n == 0)
    return;
  add_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (*args, n);
  vox_cuda_launched (stream, "adding grains");
}

void
vox_cuda_fill_psola (VoxPsolaOps *ops)
{
  ops->extract = cuda_extract;
  ops->add = cuda_add;
  vox_cuda_fill_psola_level (ops);
}
