/* vocoder.h: what the two files of the vocoder family share. */
#pragma once

#include "cuda-backend.h"

/** Power (absolute) that counts as nothing, as on the CPU. */
#define VOX_CUDA_POWER_EPSILON 1e-30f

/** vox_cuda_vocoder_shift: #VoxVocoderOps.shift. */
void vox_cuda_vocoder_shift (VoxStream *stream, const VoxVocoderArgs *args);
