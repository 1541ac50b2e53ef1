/* memory.cu: the memory family in CUDA. */
#include "cuda-backend.h"

#define LIMIT 1e4f
#define BLOCK 256

static __global__ void
ingest_kernel (float *planes, size_t plane_stride, const float *frames,
    unsigned channels, size_t n_samples)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n_samples) {
    const float x = frames[i];

    planes[(i % channels) * plane_stride + i / channels] =
        isfinite (x) ? fminf (fmaxf (x, -LIMIT), LIMIT) : 0.0f;
  }
}

static __global__ void
emit_kernel (float *frames, const float *planes, size_t plane_stride,
    unsigned channels, size_t n_samples)
{
  const size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x;

  if (i < n_samples)
    frames[i] = planes[(i % channels) * plane_stride + i / channels];
}

static void
cuda_copy (VoxStream *stream, gpointer dst, gconstpointer src, gsize bytes)
{
  cudaStream_t queue = vox_cuda_stream (stream);

  if (bytes > 0)
    vox_cuda_check (stream,
        cudaMemcpyAsync (dst, src, bytes, cudaMemcpyDefault, queue), "copying");
}

static void
cuda_zero (VoxStream *stream, gpointer dst, gsize bytes)
{
  cudaStream_t queue = vox_cuda_stream (stream);

  if (bytes > 0)
    vox_cuda_check (
        stream, cudaMemsetAsync (dst, 0, bytes, queue), "clearing");
}

/* The device address of n_samples floats: the pointer itself when the device
 * can read it, else a staging copy in *staging; NULL without samples. */
static float *
stage (VoxStream *stream, const float *frames, size_t n_samples,
    float **staging)
{
  cudaStream_t queue = vox_cuda_stream (stream);
  cudaPointerAttributes attributes;

  *staging = NULL;
  if (n_samples == 0)
    return NULL;
  if (cudaPointerGetAttributes (&attributes, frames) == cudaSuccess
      && attributes.type == cudaMemoryTypeDevice)
    return (float *) frames;
  vox_cuda_check (stream,
      cudaMallocAsync ((void **) staging, n_samples * sizeof (float), queue),
      "allocating a staging buffer");
  return *staging;
}

static void
cuda_ingest (VoxStream *stream, gfloat *planes, gsize plane_stride,
    const gfloat *frames, guint channels, gsize n_frames)
{
  const size_t n_samples = n_frames * channels;
  const unsigned blocks = (unsigned) ((n_samples + BLOCK - 1) / BLOCK);
  float *staging;
  float *source = stage (stream, frames, n_samples, &staging);

  if (source == NULL)
    return;
  if (staging != NULL)
    cuda_copy (stream, staging, frames, n_samples * sizeof (float));
  ingest_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (planes,
      plane_stride, source, channels, n_samples);
  vox_cuda_check (stream, cudaGetLastError (), "ingesting audio");
  if (staging != NULL)
    cudaFreeAsync (staging, vox_cuda_stream (stream));
}

static void
cuda_emit (VoxStream *stream, gfloat *frames, const gfloat *planes,
    gsize plane_stride, guint channels, gsize n_frames)
{
  const size_t n_samples = n_frames * channels;
  const unsigned blocks = (unsigned) ((n_samples + BLOCK - 1) / BLOCK);
  float *staging;
  float *target = stage (stream, frames, n_samples, &staging);

  if (target == NULL)
    return;
  emit_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (target, planes,
      plane_stride, channels, n_samples);
  vox_cuda_check (stream, cudaGetLastError (), "emitting audio");
  if (staging != NULL) {
    cuda_copy (stream, frames, staging, n_samples * sizeof (float));
    cudaFreeAsync (staging, vox_cuda_stream (stream));
  }
}

void
vox_cuda_fill_memory (VoxMemoryOps *ops)
{
  ops->copy = cuda_copy;
  ops->zero = cuda_zero;
  ops->ingest = cuda_ingest;
  ops->emit = cuda_emit;
}
