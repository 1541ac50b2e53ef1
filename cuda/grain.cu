/* grain.cu: filters for pitch-synchronous grains in CUDA: batches of transforms
 * (fft.h) with one kernel between two of them.
 */
#include "batch.h"
#include "cuda-backend.h"
#include "fft.h"

#define BLOCK 256

/* Scratch slots. */
#define WAVE_SLOT 0
#define SPECTRUM_SLOT 1

/* Working memory of a batch: @rows of them are meant, @batch are transformed.
 */
typedef struct
{
  guint n;
  guint bins;
  guint rows;
  guint batch;
  float *wave;
  float2 *spectrum;
} Batch;

/* The next batch where @left rows are left; FALSE without memory. */
static gboolean
begin (VoxStream *stream, Batch *batch, guint fft_size, guint left)
{
  batch->n = fft_size;
  batch->bins = fft_size / 2 + 1;
  batch->batch = vox_cuda_batch (left);
  batch->rows = MIN (batch->batch, left);
  batch->wave = (float *) vox_cuda_scratch (
      stream, WAVE_SLOT, (size_t) batch->batch * batch->n * sizeof (float));
  batch->spectrum = (float2 *) vox_cuda_scratch (stream, SPECTRUM_SLOT,
      (size_t) batch->batch * batch->bins * sizeof (float2));
  return batch->wave != NULL && batch->spectrum != NULL;
}

static unsigned
blocks_for (size_t n)
{
  return (unsigned) ((n + BLOCK - 1) / BLOCK);
}

/* Half of the log power is the log magnitude. */
static __global__ void
magnitude_kernel (float2 *out, const float *log_power, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n)
    out[i] = make_float2 (0.5f * log_power[i], 0.0f);
}

/* A cepstrum's second half onto its first; also the scale of the inverse
 * transform. */
static __global__ void
fold_kernel (float *cepstra, unsigned n, size_t values)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const unsigned at = (unsigned) (i % n);
  const float scale = 1.0f / (float) n;

  if (i >= values)
    return;
  if (at == 0 || at == n / 2)
    cepstra[i] *= scale;
  else
    cepstra[i] = at < n / 2 ? 2.0f * scale * cepstra[i] : 0.0f;
}

static __global__ void
exp_kernel (VoxComplex *out, const float2 *in, size_t n)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n) {
    const float magnitude = expf (in[i].x);

    out[i].re = magnitude * cosf (in[i].y);
    out[i].im = magnitude * sinf (in[i].y);
  }
}

static void
cuda_minimum_phase (VoxStream *stream, VoxComplex *response,
    const gfloat *log_power, guint fft_size, guint n)
{
  const size_t bins = fft_size / 2 + 1;
  cudaStream_t queue = vox_cuda_stream (stream);
  Batch batch;

  for (guint first = 0; first < n; first += batch.rows) {
    size_t values;

    if (!begin (stream, &batch, fft_size, n - first))
      return;
    values = batch.rows * bins;
    magnitude_kernel<<<blocks_for (values), BLOCK, 0, queue>>> (
        batch.spectrum, log_power + first * bins, values);
    vox_cuda_launched (stream, "taking magnitudes");
    vox_cuda_fft_inverse (
        stream, fft_size, batch.batch, batch.spectrum, batch.wave);
    fold_kernel<<<blocks_for ((size_t) batch.rows * fft_size), BLOCK, 0,
        queue>>> (batch.wave, fft_size, (size_t) batch.rows * fft_size);
    vox_cuda_launched (stream, "folding cepstra");
    vox_cuda_fft_forward (
        stream, fft_size, batch.batch, batch.wave, batch.spectrum);
    exp_kernel<<<blocks_for (values), BLOCK, 0, queue>>> (
        response + first * bins, batch.spectrum, values);
    vox_cuda_launched (stream, "making filters");
  }
}

/* Rows from @first on times their responses and the scale of the inverse
 * transform. */
static __global__ void
multiply_kernel (
    float2 *spectra, VoxGrainFilterArgs args, unsigned first, size_t values)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;
  const unsigned n = args.fft_size, bins = n / 2 + 1;
  const unsigned row = (unsigned) (i / bins), k = (unsigned) (i % bins);
  const float scale = 1.0f / (float) n;

  if (i < values) {
    const int which = args.which[(first + row) / args.channels];
    const VoxComplex h = args.responses[(size_t) which * bins + k];
    const float2 x = spectra[i];
    const float im = x.x * h.im + x.y * h.re;

    /* A real signal has no imaginary part there. */
    spectra[i] = make_float2 (scale * (x.x * h.re - x.y * h.im),
        k == 0 || k == n / 2 ? 0.0f : scale * im);
  }
}

static void
cuda_filter (VoxStream *stream, const VoxGrainFilterArgs *args)
{
  const guint n = args->fft_size, rows = args->n_grains * args->channels;
  cudaStream_t queue = vox_cuda_stream (stream);
  Batch batch;

  for (guint first = 0; first < rows; first += batch.rows) {
    float *grains = args->grains + (size_t) first * n;
    size_t bytes, values;

    if (!begin (stream, &batch, n, rows - first))
      return;
    bytes = (size_t) batch.rows * n * sizeof (float);
    values = (size_t) batch.rows * batch.bins;
    vox_cuda_check (stream,
        cudaMemcpyAsync (
            batch.wave, grains, bytes, cudaMemcpyDeviceToDevice, queue),
        "copying grains");
    vox_cuda_fft_forward (stream, n, batch.batch, batch.wave, batch.spectrum);
    multiply_kernel<<<blocks_for (values), BLOCK, 0, queue>>> (
        batch.spectrum, *args, first, values);
    vox_cuda_launched (stream, "filtering grains");
    vox_cuda_fft_inverse (stream, n, batch.batch, batch.spectrum, batch.wave);
    vox_cuda_check (stream,
        cudaMemcpyAsync (
            grains, batch.wave, bytes, cudaMemcpyDeviceToDevice, queue),
        "copying grains");
  }
}

void
vox_cuda_fill_grain (VoxGrainOps *ops)
{
  ops->minimum_phase = cuda_minimum_phase;
  ops->filter = cuda_filter;
}
