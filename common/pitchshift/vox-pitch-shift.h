/* vox-pitch-shift.h: changes the pitch of voice or music, not its duration.
 * A #VoxProcessor with one output. */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "base/vox-mode.h"
#include "base/vox-processor.h"

G_BEGIN_DECLS

/**
 * VoxFormant:
 * @VOX_FORMANT_PRESERVE: the spectral envelope stays (plus formant_semitones)
 * @VOX_FORMANT_SHIFT: the envelope moves with the pitch (plus
 *   formant_semitones)
 */
typedef enum
{
  VOX_FORMANT_PRESERVE,
  VOX_FORMANT_SHIFT,
} VoxFormant;

/**
 * VoxContent:
 * @VOX_CONTENT_AUTO: decided from the signal. It is a voice while the voicing
 *   of the F0 tracker, averaged over 0.4 s by power, rose above 0.78 and has
 *   not fallen under 0.70 since, and it is no pure tone. Paths change in a
 *   crossfade of 40 ms.
 * @VOX_CONTENT_VOICE: one singer or speaker (pitch-synchronous); formants move
 *   down by an octave at most
 * @VOX_CONTENT_MUSIC: anything (phase vocoder)
 *
 * MUSIC has the lowest latency; VOICE and AUTO wait for the F0 tracker.
 */
typedef enum
{
  VOX_CONTENT_AUTO,
  VOX_CONTENT_VOICE,
  VOX_CONTENT_MUSIC,
} VoxContent;

/**
 * VoxPitchShiftParams:
 * @rate: 8000 to 192000 Hz
 * @channels: 1 to 8
 * @mode: latency and quality; with CUSTOM the window below counts
 * @content: which method
 * @semitones: -24 to 24, continuous (cents are hundredths)
 * @formant: what the envelope does
 * @formant_semitones: -24 to 24, on top of @formant
 * @window_ms: analysis window for CUSTOM, 10 to 400 ms
 */
typedef struct
{
  guint rate;
  guint channels;
  VoxMode mode;
  VoxContent content;
  gdouble semitones;
  VoxFormant formant;
  gdouble formant_semitones;
  gdouble window_ms;
} VoxPitchShiftParams;

#define VOX_PITCH_SHIFT_PARAMS_DEFAULT                            \
  {                                                               \
    .rate = 48000, .channels = 1, .mode = VOX_MODE_BALANCED,      \
    .content = VOX_CONTENT_AUTO, .formant = VOX_FORMANT_PRESERVE, \
    .window_ms = 85.0                                             \
  }

/** vox_pitch_shift_new: where pitch and formants are at 0 semitones the output
 * equals the input bit for bit (see ingest for samples that are no audio).
 * @params is copied. VOX_ERROR_ARGUMENT when one is out of range. Returns: (transfer full): vox_processor_free () it. */
VoxProcessor *vox_pitch_shift_new (
    VoxDevice *device, const VoxPitchShiftParams *params, GError **error);

/** Setters: take effect, smoothed, from the next pushed frame on. */
void vox_pitch_shift_set_semitones (VoxProcessor *self, gdouble semitones);
void vox_pitch_shift_set_formant (
    VoxProcessor *self, VoxFormant formant, gdouble formant_semitones);

G_END_DECLS
