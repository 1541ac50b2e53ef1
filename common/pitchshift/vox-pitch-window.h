/* vox-pitch-window.h: the constant tables of the music path. */
#pragma once

#include <glib.h>
#include "base/vox-mode.h"

G_BEGIN_DECLS

/**
 * VoxPitchLayout:
 * @reach: samples that a frame looks ahead, and half the synthesis window at
 *   ratios from 1 up; even
 * @past: samples that a frame looks back
 * @fft_size: past + reach
 * @overlap: synthesis frames per synthesis window
 */
typedef struct
{
  guint reach;
  guint past;
  guint fft_size;
  guint overlap;
} VoxPitchLayout;

/** vox_pitch_transform_size: the smallest 2^a or 3 * 2^a (at least 8) from
 * @at_least up: the sizes that a Fourier transform does fastest. */
guint vox_pitch_transform_size (guint at_least);

/** vox_pitch_layout: a window that looks ahead by half of what @mode asks for,
 * or of @custom_window_ms when it is CUSTOM, and fills a fast transform. */
VoxPitchLayout vox_pitch_layout (
    guint rate, VoxMode mode, gdouble custom_window_ms);

/** vox_pitch_analysis_window: fft_size values: a Hann half rising over @past
 * and one falling over @reach. */
void vox_pitch_analysis_window (const VoxPitchLayout *layout, gfloat *window);

/**
 * vox_pitch_synthesis_window:
 * @left, @right: samples around the centre, at most @reach
 * @product: fft_size values: a squared Hann shape over these, 0 elsewhere
 * @window: @product divided by the @analysis window
 */
void vox_pitch_synthesis_window (const VoxPitchLayout *layout, guint left,
    guint right, const gfloat *analysis, gfloat *product, gfloat *window);

/** vox_pitch_window_leakage: the power response of @window at most from a
 * distance of d bins on, relative to its peak, for d < VOX_VOCODER_LEAKAGE. */
void vox_pitch_window_leakage (
    const gfloat *window, guint fft_size, gfloat *leakage);

/** vox_pitch_varispeed_kernel: VOX_VARISPEED_TABLE values. */
void vox_pitch_varispeed_kernel (gfloat *kernel);

/** vox_pitch_cosine_basis: [order][bands] orthonormal rows of the discrete
 * cosine transform, lowest first. */
void vox_pitch_cosine_basis (gfloat *basis, guint order, guint bands);

G_END_DECLS
