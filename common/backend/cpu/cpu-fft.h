/* cpu-fft.h: transforms of real signals, one at a time.
 *
 * A plan holds tables and scratch memory, so it belongs to one thread.
 */
#pragma once

#include "backend/vox-ops-spectrum.h"

G_BEGIN_DECLS

typedef struct _VoxCpuFft VoxCpuFft;

/** vox_cpu_fft_new: @size is even, 8 to 65536; products of twos with at most
 * one three are fastest. */
VoxCpuFft *vox_cpu_fft_new (guint size);
void vox_cpu_fft_free (VoxCpuFft *fft);

/** vox_cpu_fft_forward: size samples to size / 2 + 1 bins, not scaled. */
void vox_cpu_fft_forward (VoxCpuFft *fft, VoxComplex *bins, const gfloat *real);

/** vox_cpu_fft_inverse: the inverse, scaled by 1 / size; the imaginary parts of
 * the first and last bin count as 0. */
void vox_cpu_fft_inverse (VoxCpuFft *fft, gfloat *real, const VoxComplex *bins);

G_END_DECLS
