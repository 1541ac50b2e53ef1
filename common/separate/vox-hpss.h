/* vox-hpss.h: one harmonic/percussive stage of the separation, streaming.
 *
 * Works in lockstep: every call takes a block and gives the block that is
 * vox_hpss_delay () frames older. Private to the separation engine.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"

G_BEGIN_DECLS

typedef struct _VoxHpss VoxHpss;

/**
 * VoxHpssParams:
 * @channels: channels of the audio
 * @fft_size: window and transform length
 * @hop: divides @fft_size
 * @block: frames of audio per call, a multiple of @hop
 * @input_delay: frames of silence that precede the stream in the input (the
 *   delay of the stages before), a multiple of @hop
 * @past: frames of the time median before its centre
 * @future: and after it; past + future is even
 * @width: bins of the frequency median, odd
 * @second_width: of a second one, or 0 (see #VoxHpssArgs)
 * @percussive: keep the percussive part
 * @pass_hz: with @stop_hz, a low-pass on the result: full up to here
 * @stop_hz: nothing from here on; 0 for no low-pass
 * @rate: sample rate in Hz
 */
typedef struct
{
  guint channels;
  guint fft_size;
  guint hop;
  guint block;
  guint64 input_delay;
  guint past;
  guint future;
  guint width;
  guint second_width;
  gboolean percussive;
  gdouble pass_hz;
  gdouble stop_hz;
  guint rate;
} VoxHpssParams;

VoxHpss *vox_hpss_new (
    VoxStream *stream, const VoxHpssParams *params, GError **error);
void vox_hpss_free (VoxHpss *hpss);

/** vox_hpss_delay: audio frames by which the output lags the input. */
guint64 vox_hpss_delay (const VoxHpssParams *params);

/** vox_hpss_set_end: the stream, now complete, has @n_frames audio frames. */
void vox_hpss_set_end (VoxHpss *hpss, guint64 n_frames);

/** vox_hpss_clear: ready for a new stream. */
gboolean vox_hpss_clear (VoxHpss *hpss, GError **error);

/** vox_hpss_process: a block of planar device audio in, a block out. */
gboolean vox_hpss_process (VoxHpss *hpss, const gfloat *in, gsize in_stride,
    gfloat *out, gsize out_stride, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxHpss, vox_hpss_free)

G_END_DECLS
