/* cuda-backend.h: what the files of the CUDA module share.
 *
 * Each .cu file implements one family of vox-ops-*.h and exports one function
 * that fills its part of the table. The module sees backend headers only, no
 * engine header.
 */
#pragma once

extern "C" {
#include "backend/vox-backend.h"
}
#include <cuda_runtime.h>

/** Independent pieces of scratch memory of a stream, for operations. */
#define VOX_CUDA_SCRATCH_SLOTS 8

/** One more piece: what transforms work in, see fft.cu. */
#define VOX_CUDA_FFT_SLOT VOX_CUDA_SCRATCH_SLOTS

/**
 * VoxCudaStream:
 * @base: the public part
 * @stream: the CUDA stream all operations go to
 * @fence: marks, for memory_free, what was enqueued before it
 * @scratch, @scratch_bytes: see vox_cuda_scratch ()
 * @plans: cuFFT plans by size and batch, see fft.h
 * @blas: the cuBLAS handle, made by the first product
 */
typedef struct
{
  VoxStream base;
  cudaStream_t stream;
  cudaEvent_t fence;
  void *scratch[VOX_CUDA_SCRATCH_SLOTS + 1];
  size_t scratch_bytes[VOX_CUDA_SCRATCH_SLOTS + 1];
  GHashTable *plans;
  void *blas;
} VoxCudaStream;

/** vox_cuda_stream: where to launch. Also makes the stream's device the
 * thread's current one, because operations may come from any thread: every
 * operation calls this before its first other CUDA call. */
static inline cudaStream_t
vox_cuda_stream (VoxStream *stream)
{
  cudaSetDevice ((int) stream->device->index);
  return ((VoxCudaStream *) stream)->stream;
}

/** vox_cuda_check: keeps the first failure in @stream->error. */
void vox_cuda_check (VoxStream *stream, cudaError_t status, const char *what);

/** vox_cuda_fail: the same for failures that are no cudaError_t; @code is a
 * #VoxError. */
void vox_cuda_fail (
    VoxStream *stream, gint code, const char *what, const char *reason);

/** vox_cuda_scratch: at least @bytes of device memory, 256-byte aligned, with
 * undefined contents, whose use ends with the operation (the stream orders it).
 * It grows by stream-ordered reallocation and is kept. Returns NULL, with the
 * stream's error set, when there is no memory: the operation then returns. */
void *vox_cuda_scratch (VoxStream *stream, guint slot, size_t bytes);

/** vox_cuda_launched: checks the launch that went before. */
static inline void
vox_cuda_launched (VoxStream *stream, const char *what)
{
  vox_cuda_check (stream, cudaGetLastError (), what);
}

/** vox_cuda_product_free: what products keep in a stream. */
void vox_cuda_product_free (VoxStream *stream);

void vox_cuda_fill_memory (VoxMemoryOps *ops);
void vox_cuda_fill_spectrum (VoxSpectrumOps *ops);
void vox_cuda_fill_product (VoxProductOps *ops);
void vox_cuda_fill_f0 (VoxF0Ops *ops);
void vox_cuda_fill_psola (VoxPsolaOps *ops);
/** vox_cuda_fill_psola_level: the part of the family in psola-level.cu. */
void vox_cuda_fill_psola_level (VoxPsolaOps *ops);
void vox_cuda_fill_quality (VoxQualityOps *ops);
void vox_cuda_fill_envelope (VoxEnvelopeOps *ops);
void vox_cuda_fill_net (VoxNetOps *ops);
void vox_cuda_fill_grain (VoxGrainOps *ops);
void vox_cuda_fill_separate (VoxSeparateOps *ops);
/** vox_cuda_fill_ratio_mask: the part of the family in ratio-mask.cu. */
void vox_cuda_fill_ratio_mask (VoxSeparateOps *ops);
void vox_cuda_fill_vocoder (VoxVocoderOps *ops);
void vox_cuda_fill_varispeed (VoxVarispeedOps *ops);
