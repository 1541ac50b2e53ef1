/* psola-level.cu: how loud copies of a grain are, and making them so.
 *
 * A block for each grain and distance; it sums the autocorrelation at all
 * multiples of the distance in one go.
 */
#include "cuda-backend.h"
#include "reduce.h"

#define BLOCK 256

static __global__ void
train_kernel (const VoxPsolaTrainArgs args)
{
  __shared__ float partial[BLOCK / VOX_CUDA_WARP];
  const unsigned grain = blockIdx.x / 2;
  const VoxPsolaSpacing spacing = args.spacing[grain];
  const float distance = blockIdx.x % 2 == 0 ? spacing.before : spacing.after;
  float sum = 0.0f;

  for (unsigned c = 0; c < args.channels; c++) {
    const float *x = args.rows
        + ((size_t) grain * args.channels + c) * args.row_length
        + spacing.first;

    for (unsigned i = threadIdx.x; i < spacing.length; i += BLOCK)
      sum += x[i] * x[i];
    for (unsigned m = 1; (float) m * distance < (float) spacing.length; m++) {
      const float lag = (float) m * distance;
      const unsigned whole = (unsigned) lag;
      const float part = lag - (float) whole;

      for (unsigned i = threadIdx.x; i + whole < spacing.length; i += BLOCK) {
        const float next =
            i + whole + 1 < spacing.length ? x[i + whole + 1] : 0.0f;

        sum += 2.0f * x[i] * ((1.0f - part) * x[i + whole] + part * next);
      }
    }
  }
  sum = vox_cuda_block_sum (sum, partial);
  if (threadIdx.x == 0)
    args.energies[blockIdx.x] = fmaxf (sum, 0.0f);
}

static __global__ void
scale_kernel (float *rows, const float *factors, size_t n, unsigned row_length)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n)
    rows[i] *= factors[i / row_length];
}

static void
cuda_train (VoxStream *stream, const VoxPsolaTrainArgs *args)
{
  if (args->n_grains == 0)
    return;
  train_kernel<<<2 * args->n_grains, BLOCK, 0, vox_cuda_stream (stream)>>> (
      *args);
  vox_cuda_launched (stream, "measuring grains");
}

static void
cuda_scale (VoxStream *stream, gfloat *rows, const gfloat *factors,
    guint n_rows, guint row_length)
{
  const size_t n = (size_t) n_rows * row_length;

  if (n == 0)
    return;
  scale_kernel<<<(unsigned) ((n + BLOCK - 1) / BLOCK), BLOCK, 0,
      vox_cuda_stream (stream)>>> (rows, factors, n, row_length);
  vox_cuda_launched (stream, "scaling grains");
}

void
vox_cuda_fill_psola_level (VoxPsolaOps *ops)
{
  ops->train = cuda_train;
  ops->scale = cuda_scale;
}
