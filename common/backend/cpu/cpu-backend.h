/* cpu-backend.h: what the files of the CPU backend share.
 *
 * Each file implements one family of vox-ops-*.h and exports one function that
 * fills its part of the table.
 */
#pragma once

#include "backend/vox-backend.h"

G_BEGIN_DECLS

/* VOX_SIMD: compile a hot loop for several instruction sets and choose at load
 * time. Sanitizers cannot run before the resolvers do, so not with them. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) \
    && !defined(__SANITIZE_ADDRESS__) && !defined(VOX_NO_MULTIVERSION)
#define VOX_SIMD \
  __attribute__ ((target_clones ("avx512f", "arch=haswell", "default")))
#else
#define VOX_SIMD
#endif

/* VOX_INDEPENDENT: the iterations of the next loop do not depend on each other;
 * the compiler need not look for overlap of the arrays. */
#if defined(__GNUC__) && !defined(__clang__)
#define VOX_INDEPENDENT _Pragma ("GCC ivdep")
#else
#define VOX_INDEPENDENT
#endif

/**
 * VoxCpuStream:
 * @base: the public part
 * @fft_plans: fft_size to #VoxCpuFft (plans hold scratch, so one set a stream)
 */
typedef struct
{
  VoxStream base;
  GHashTable *fft_plans;
} VoxCpuStream;

void vox_cpu_fft_plan_free (gpointer plan);

void vox_cpu_fill_f0 (VoxF0Ops *ops);
void vox_cpu_fill_memory (VoxMemoryOps *ops);
void vox_cpu_fill_product (VoxProductOps *ops);
void vox_cpu_fill_psola (VoxPsolaOps *ops);
void vox_cpu_fill_quality (VoxQualityOps *ops);
void vox_cpu_fill_envelope (VoxEnvelopeOps *ops);
void vox_cpu_fill_net (VoxNetOps *ops);
void vox_cpu_fill_grain (VoxGrainOps *ops);
void vox_cpu_fill_separate (VoxSeparateOps *ops);
void vox_cpu_fill_spectrum (VoxSpectrumOps *ops);
void vox_cpu_fill_varispeed (VoxVarispeedOps *ops);
void vox_cpu_fill_vocoder (VoxVocoderOps *ops);

G_END_DECLS
