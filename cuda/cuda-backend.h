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

/**
 * VoxCudaStream:
 * @base: the public part
 * @stream: the CUDA stream all operations go to
 */
typedef struct
{
  VoxStream base;
  cudaStream_t stream;
} VoxCudaStream;

static inline cudaStream_t
vox_cuda_stream (VoxStream *stream)
{
  return ((VoxCudaStream *) stream)->stream;
}

/** vox_cuda_check: keeps the first failure in @stream->error. */
void vox_cuda_check (VoxStream *stream, cudaError_t status, const char *what);

/** vox_cuda_launched: checks the launch that went before. */
static inline void
vox_cuda_launched (VoxStream *stream, const char *what)
{
  vox_cuda_check (stream, cudaGetLastError (), what);
}

void vox_cuda_fill_memory (VoxMemoryOps *ops);
void vox_cuda_fill_spectrum (VoxSpectrumOps *ops);
void vox_cuda_fill_product (VoxProductOps *ops);
void vox_cuda_fill_f0 (VoxF0Ops *ops);
void vox_cuda_fill_psola (VoxPsolaOps *ops);
void vox_cuda_fill_quality (VoxQualityOps *ops);
void vox_cuda_fill_envelope (VoxEnvelopeOps *ops);
void vox_cuda_fill_net (VoxNetOps *ops);
void vox_cuda_fill_grain (VoxGrainOps *ops);
void vox_cuda_fill_separate (VoxSeparateOps *ops);
void vox_cuda_fill_vocoder (VoxVocoderOps *ops);
void vox_cuda_fill_varispeed (VoxVarispeedOps *ops);
