/* vox-mel-bank.h: triangular mel filters in device memory, for
 * quality.mel_log. */
#pragma once

#include "backend/vox-backend.h"

G_BEGIN_DECLS

/**
 * VoxMelBank:
 * @n_filters, @n_bins: size
 * @first, @count, @weights: device arrays, see #VoxMelArgs; the weights of a
 *   filter sum to 1
 */
typedef struct
{
  guint n_filters;
  guint n_bins;
  VoxBuffer *first;
  VoxBuffer *count;
  VoxBuffer *weights;
} VoxMelBank;

/**
 * vox_mel_bank_new:
 * Filters spaced evenly on the mel scale 2595 log10 (1 + f / 700) between
 * @low_hz and @high_hz (at most rate / 2); one narrower than a bin takes the
 * nearest bin.
 */
VoxMelBank *vox_mel_bank_new (VoxStream *stream, guint n_filters, guint rate,
    guint fft_size, gdouble low_hz, gdouble high_hz, GError **error);
void vox_mel_bank_free (VoxMelBank *bank);

/** vox_mel_bank_run: see #VoxMelArgs; @out is device memory. */
void vox_mel_bank_run (const VoxMelBank *bank, VoxStream *stream,
    const VoxComplex *spectrum, guint n_frames, gfloat scale, gfloat floor,
    gfloat *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxMelBank, vox_mel_bank_free)

G_END_DECLS
