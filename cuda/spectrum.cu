/* spectrum.cu: the Fourier family in CUDA.
 *
 * Rows (signals, or the frames of all channels one after the other) are packed
 * into scratch memory, transformed in batches, and unpacked. A plan belongs to
 * one number of rows, so batches are rounded up: rows added hold anything and
 * are not unpacked. Overlapping frames are added by gathering: each sample sums
 * the frames over it in their order, as the CPU does, so that two runs agree to
 * the bit.
 */
#include "cuda-backend.h"
#include "fft.h"

#define BLOCK 256

/* Scratch slots. */
#define REAL_SLOT 0
#define BINS_SLOT 1

/** Real values of one batch: bounds scratch memory to 16 MiB for each slot
 * while it still fills a large GPU. */
#define MAX_VALUES ((guint) 1 << 22)

/** Most rows of one batch; they are a grid's second dimension, which ends at
 * 65535. */
#define MAX_ROWS 32768u

/* One batch of transforms. 32 bits number the rows of all channels: more would
 * not fit into any device's memory, and dividing by them is cheap. */
typedef struct
{
  guint n;
  guint bins;
  guint first; /* row */
  guint rows;
  guint batch; /* rows of the plan, at least @rows */
  float *real; /* [batch][n] */
  float2 *spectrum; /* [batch][bins] */
} Batch;

/* Up to a quarter above @rows, in four steps for each doubling: few plans, and
 * little work for nothing. */
static guint
round_up (guint rows)
{
  guint step = 1;

  while (step * 8 <= rows)
    step *= 2;
  return (rows + step - 1) / step * step;
}

/* The batch after @batch, which starts zeroed, of @total rows; FALSE behind the
 * last one or without memory. */
static gboolean
next_batch (VoxStream *stream, Batch *batch, guint fft_size, guint total)
{
  const guint most = CLAMP (MAX_VALUES / fft_size, 1, MAX_ROWS);

  batch->first += batch->rows;
  if (batch->first >= total)
    return FALSE;
  batch->n = fft_size;
  batch->bins = fft_size / 2 + 1;
  batch->rows = MIN (total - batch->first, most);
  batch->batch = round_up (batch->rows);
  batch->real = (float *) vox_cuda_scratch (stream, REAL_SLOT,
      (size_t) batch->batch * batch->n * sizeof (float));
  batch->spectrum = (float2 *) vox_cuda_scratch (stream, BINS_SLOT,
      (size_t) batch->batch * batch->bins * sizeof (float2));
  return batch->real != NULL && batch->spectrum != NULL;
}

/* A thread for each of @values of each row. */
static dim3
grid_for (guint values, guint rows)
{
  return dim3 ((values + BLOCK - 1) / BLOCK, rows);
}

/* Where the rows of a planar array lie: row r is row r % rows of channel
 * r / rows. A list of rows is one channel of them. */
typedef struct
{
  size_t channel_stride;
  size_t row_stride;
  guint rows;
} Layout;

static __device__ size_t
row_offset (Layout layout, unsigned row)
{
  return row / layout.rows * layout.channel_stride
      + row % layout.rows * layout.row_stride;
}

/* @length values of each row, times @window if there is one, then zeros. */
static __global__ void
pack_real_kernel (Batch batch, const float *signal, Layout layout,
    const float *window, unsigned length)
{
  const unsigned i = blockIdx.x * BLOCK + threadIdx.x;
  const float *in = signal + row_offset (layout, batch.first + blockIdx.y);
  float value = 0.0f;

  if (i >= batch.n)
    return;
  if (i < length)
    value = window != NULL ? in[i] * window[i] : in[i];
  batch.real[(size_t) blockIdx.y * batch.n + i] = value;
}

static __global__ void
unpack_real_kernel (Batch batch, float *signal, Layout layout, float scale)
{
  const unsigned i = blockIdx.x * BLOCK + threadIdx.x;

  if (i < batch.n)
    signal[row_offset (layout, batch.first + blockIdx.y) + i] =
        scale * batch.real[(size_t) blockIdx.y * batch.n + i];
}

/* The first and the last bin of a real signal are real. */
static __global__ void
pack_bins_kernel (Batch batch, const VoxComplex *spectrum, Layout layout)
{
  const unsigned k = blockIdx.x * BLOCK + threadIdx.x;
  VoxComplex value;

  if (k >= batch.bins)
    return;
  value = spectrum[row_offset (layout, batch.first + blockIdx.y) + k];
  if (k == 0 || k == batch.bins - 1)
    value.im = 0.0f;
  batch.spectrum[(size_t) blockIdx.y * batch.bins + k] =
      make_float2 (value.re, value.im);
}

static __global__ void
unpack_bins_kernel (Batch batch, VoxComplex *spectrum, Layout layout)
{
  const unsigned k = blockIdx.x * BLOCK + threadIdx.x;
  VoxComplex value;

  if (k >= batch.bins)
    return;
  value.re = batch.spectrum[(size_t) blockIdx.y * batch.bins + k].x;
  value.im = batch.spectrum[(size_t) blockIdx.y * batch.bins + k].y;
  spectrum[row_offset (layout, batch.first + blockIdx.y) + k] = value;
}

static void
forward (VoxStream *stream, guint fft_size, VoxComplex *spectrum,
    Layout bins_layout, const float *signal, Layout layout, guint total,
    const float *window, guint length)
{
  cudaStream_t queue = vox_cuda_stream (stream);
  Batch batch = { 0 };

  while (next_batch (stream, &batch, fft_size, total)) {
    pack_real_kernel<<<grid_for (batch.n, batch.rows), BLOCK, 0, queue>>> (
        batch, signal, layout, window, length);
    vox_cuda_launched (stream, "packing signals");
    vox_cuda_fft_forward (
        stream, fft_size, batch.batch, batch.real, batch.spectrum);
    unpack_bins_kernel<<<grid_for (batch.bins, batch.rows), BLOCK, 0, queue>>> (
        batch, spectrum, bins_layout);
    vox_cuda_launched (stream, "unpacking spectra");
  }
}

/* Leaves the signals, not scaled, in the batch. */
static void
inverse (VoxStream *stream, Batch batch, const VoxComplex *spectrum,
    Layout layout)
{
  pack_bins_kernel<<<grid_for (batch.bins, batch.rows), BLOCK, 0,
      vox_cuda_stream (stream)>>> (batch, spectrum, layout);
  vox_cuda_launched (stream, "packing spectra");
  vox_cuda_fft_inverse (
      stream, batch.n, batch.batch, batch.spectrum, batch.real);
}

static void
cuda_rfft (VoxStream *stream, guint fft_size, VoxComplex *bins,
    gsize bins_stride, const gfloat *real, gsize real_stride, guint batch)
{
  const Layout real_layout = { 0, real_stride, batch };
  const Layout bins_layout = { 0, bins_stride, batch };

  forward (stream, fft_size, bins, bins_layout, real, real_layout, batch, NULL,
      fft_size);
}

static void
cuda_irfft (VoxStream *stream, guint fft_size, gfloat *real, gsize real_stride,
    const VoxComplex *bins, gsize bins_stride, guint batch)
{
  const Layout real_layout = { 0, real_stride, batch };
  const Layout bins_layout = { 0, bins_stride, batch };
  cudaStream_t queue = vox_cuda_stream (stream);
  Batch part = { 0 };

  while (next_batch (stream, &part, fft_size, batch)) {
    inverse (stream, part, bins, bins_layout);
    unpack_real_kernel<<<grid_for (part.n, part.rows), BLOCK, 0, queue>>> (
        part, real, real_layout, 1.0f / (float) fft_size);
    vox_cuda_launched (stream, "unpacking signals");
  }
}

static Layout
signal_layout (const VoxStftArgs *args)
{
  const Layout layout = { args->signal_stride, args->hop, args->frames };

  return layout;
}

static Layout
spectrum_layout (const VoxStftArgs *args)
{
  const Layout layout = { args->spectrum_stride, args->fft_size / 2 + 1,
    args->frames };

  return layout;
}

static void
cuda_stft (VoxStream *stream, const VoxStftArgs *args)
{
  forward (stream, args->fft_size, args->spectrum, spectrum_layout (args),
      args->signal, signal_layout (args), args->channels * args->frames,
      args->window, args->window_length);
}

/* The frames of @batch that lie in one channel, first to last, added to the
 * samples they cover; a thread a sample, blockIdx.y a channel from
 * @first_channel on. */
static __global__ void
overlap_add_kernel (Batch batch, VoxStftArgs args, unsigned first_channel,
    float scale)
{
  const unsigned channel = first_channel + blockIdx.y;
  const unsigned row = channel * args.frames;
  const size_t begin = batch.first > row ? batch.first - row : 0;
  const size_t end = min (batch.first + batch.rows - row, args.frames);
  const size_t sample =
      begin * args.hop + (size_t) blockIdx.x * BLOCK + threadIdx.x;
  size_t first = begin, last = end - 1;
  float *out = args.synthesis + channel * args.signal_stride + sample;
  float sum;

  if (sample >= last * args.hop + args.window_length)
    return;
  if (args.hop > 0) {
    if (sample >= args.window_length)
      first = max (begin, (sample - args.window_length) / args.hop + 1);
    last = min (last, sample / args.hop);
  }
  if (first > last)
    return;
  sum = *out;
  for (size_t t = first; t <= last; t++) {
    const size_t i = sample - t * args.hop;

    sum += scale * batch.real[(row + t - batch.first) * batch.n + i]
        * args.window[i];
  }
  *out = sum;
}

static void
overlap_add (VoxStream *stream, const VoxStftArgs *args, Batch batch)
{
  const guint first = batch.first / args->frames;
  const guint last = (batch.first + batch.rows - 1) / args->frames;
  const size_t frames = MIN (batch.rows, args->frames);
  const size_t samples = (frames - 1) * args->hop + args->window_length;
  const unsigned blocks = (unsigned) ((samples + BLOCK - 1) / BLOCK);

  if (args->window_length == 0)
    return;
  /* A batch has too few rows for more channels than a grid can have. */
  overlap_add_kernel<<<dim3 (blocks, last - first + 1), BLOCK, 0,
      vox_cuda_stream (stream)>>> (
      batch, *args, first, 1.0f / (float) args->fft_size);
  vox_cuda_launched (stream, "adding frames");
}

static void
cuda_istft_add (VoxStream *stream, const VoxStftArgs *args)
{
  const guint rows = args->channels * args->frames;
  Batch batch = { 0 };

  while (next_batch (stream, &batch, args->fft_size, rows)) {
    inverse (stream, batch, args->spectrum, spectrum_layout (args));
    overlap_add (stream, args, batch);
  }
}

void
vox_cuda_fill_spectrum (VoxSpectrumOps *ops)
{
  ops->rfft = cuda_rfft;
  ops->irfft = cuda_irfft;
  ops->stft = cuda_stft;
  ops->istft_add = cuda_istft_add;
}
