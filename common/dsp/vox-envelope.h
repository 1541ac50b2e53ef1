/* vox-envelope.h: voice analysis: 16 kHz signal, F0 and spectral envelope of
 * one voice in frames of 5 ms, streaming.
 *
 * Frame k describes the signal around k * 5 ms. Its spectrum is a CheapTrick
 * envelope as log power at the points of vox-mel.h.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "convert/vox-mel.h"
#include "dsp/vox-f0.h"

G_BEGIN_DECLS

/** The F0 range of speech and singing that conversion looks for; live streams
 * start higher, because every window spans periods of the lowest F0. */
#define VOX_ENVELOPE_MIN_HZ 60.0
#define VOX_ENVELOPE_LIVE_MIN_HZ 75.0
#define VOX_ENVELOPE_MAX_HZ 1100.0

/**
 * VoxVoiceFrame:
 * @spectrum: natural-log power density, see #VoxEnvelopeArgs
 * @f0_hz: 0 where unvoiced
 * @level_db: mean power density in dB, full-scale white noise about 0
 */
typedef struct
{
  gfloat spectrum[VOX_MEL_POINTS];
  gfloat f0_hz;
  gfloat level_db;
} VoxVoiceFrame;

typedef struct _VoxEnvelope VoxEnvelope;

/** vox_envelope_new: for mono audio of @rate Hz (8000 to 192000); @min_hz (at
 * least 50) and @mode are the F0 tracker's. @stream must outlive it. */
VoxEnvelope *vox_envelope_new (VoxStream *stream, guint rate, gdouble min_hz,
    VoxMode mode, GError **error);
void vox_envelope_free (VoxEnvelope *self);

/** vox_envelope_latency_samples: frame k is available once this many samples
 * after k * 5 ms have been pushed; constant. */
gsize vox_envelope_latency_samples (const VoxEnvelope *self);

/** vox_envelope_push: device, mono. */
gboolean vox_envelope_push (
    VoxEnvelope *self, const gfloat *samples, gsize n_samples, GError **error);

/** vox_envelope_drain: computes all remaining frames; in all there is one for
 * every whole 5 ms of the signal, and one more. */
gboolean vox_envelope_drain (VoxEnvelope *self, GError **error);

/** vox_envelope_take: appends the finished frames (#VoxVoiceFrame) and, unless
 * NULL, their F0 (#VoxF0Frame) to the arrays. */
gboolean vox_envelope_take (
    VoxEnvelope *self, GArray *frames, GArray *f0, GError **error);

void vox_envelope_reset (VoxEnvelope *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxEnvelope, vox_envelope_free)

G_END_DECLS
