/* fft.h: Fourier transforms for the files of the CUDA module: cuFFT plans, kept
 * per stream so that no plan is made in steady state.
 *
 * Rows are contiguous: N real values (N even) or N / 2 + 1 complex ones; the
 * caller packs them, which also keeps cuFFT's alignment rules.
 */
#pragma once

#include "cuda-backend.h"

/** vox_cuda_fft_forward: @batch real transforms, not scaled. */
void vox_cuda_fft_forward (
    VoxStream *stream, guint n, guint batch, const float *real, float2 *bins);

/** vox_cuda_fft_inverse: @batch inverse transforms, NOT scaled by 1 / N (the
 * caller does it in its next kernel); the imaginary parts of bin 0 and N / 2
 * must be 0. @bins is overwritten. */
void vox_cuda_fft_inverse (
    VoxStream *stream, guint n, guint batch, float2 *bins, float *real);

/** vox_cuda_fft_forward_double: the first in double precision. */
void vox_cuda_fft_forward_double (
    VoxStream *stream, guint n, guint batch, const double *real, double2 *bins);

/** vox_cuda_fft_free: the plans of a stream. */
void vox_cuda_fft_free (VoxStream *stream);
