/* vox-pitch-frame.h: a chain of vocoder frames: each is analysed, turned
 * against the one before it, and added where it belongs.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "pitchshift/vox-pitch-curve.h"

G_BEGIN_DECLS

typedef struct _VoxPitchFrame VoxPitchFrame;

/**
 * vox_pitch_frame_new:
 * @window: host, @fft_size values: the analysis window whose side lobes are
 *   expected
 */
VoxPitchFrame *vox_pitch_frame_new (VoxStream *stream, guint rate,
    guint channels, const gfloat *window, guint fft_size, GError **error);
void vox_pitch_frame_free (VoxPitchFrame *self);

/** vox_pitch_frame_restart: the next frame keeps its own phases. */
void vox_pitch_frame_restart (VoxPitchFrame *self);

/**
 * vox_pitch_frame_analyse:
 * @signal: device planar audio, the first frame under the window
 * @window: device, fft_size values
 * @time: of the frame in the input, after that of the frame before
 * @place: of the frame in the stretched signal, not before that of the frame
 *   before
 *
 * Makes the next frame of the chain: after it, the spectrum is turned and
 * levelled as the parameters @curve has at @time ask for.
 */
void vox_pitch_frame_analyse (VoxPitchFrame *self, const gfloat *signal,
    gsize signal_stride, const gfloat *window, const VoxPitchCurve *curve,
    gint64 time, gint64 place);

/** vox_pitch_frame_add: adds the frame under @window to planar audio. */
void vox_pitch_frame_add (VoxPitchFrame *self, gfloat *planes,
    gsize plane_stride, const gfloat *window);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPitchFrame, vox_pitch_frame_free)

G_END_DECLS
