/* vox-convert.h: speech or singing in another voice. A #VoxProcessor with one
 * output.
 *
 * The source's own grains (two periods around each pitch mark) are filtered
 * towards the target's timbre and set down at the target's pitch; so timing,
 * breath and expression stay. What to filter is learnt from the source: warp
 * of the vocal tract, long-term spectrum, and what the target's network makes
 * of it.
 *
 * With look-ahead the engine learns before its first output. Without it (live)
 * it starts from the target's long-term spectrum over that of speech in
 * general and learns after 1.5 s of sound, and again each time three times as
 * much was heard, until 40 s are known; the work is spread over blocks and the
 * result is crossfaded. All of this happens at fixed positions of the stream.
 *
 * vox_processor latency at 48 kHz: live 66 ms (fast), 71 ms (balanced) or
 * 131 ms (quality), with a tracker that decides at once for F0 from 75 Hz up;
 * else the look-ahead and 0.27 s (bench-convert).
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "base/vox-mode.h"
#include "base/vox-processor.h"
#include "voice/vox-voice.h"

G_BEGIN_DECLS

/** Pitch shift value that means: choose whole octaves (singing) or the ratio
 * of the medians (speech) by itself. */
#define VOX_CONVERT_PITCH_AUTO (-1000.0)

/**
 * VoxConvertContent:
 * @VOX_CONVERT_SPEECH: F0 follows the target's median and range
 * @VOX_CONVERT_SINGING: F0 moves by whole semitones (octaves when automatic)
 */
typedef enum
{
  VOX_CONVERT_SPEECH,
  VOX_CONVERT_SINGING,
} VoxConvertContent;

/**
 * VoxConvertParams:
 * @rate: 8000 to 192000 Hz
 * @channels: 1 to 8; pitch marks and filters come from the mean of all
 *   channels and are applied to each, so that panning stays as it is
 * @mode: how much of the network is mixed into the class table: nothing in
 *   FAST and live BALANCED, a tenth in BALANCED, half in QUALITY; more is
 *   nearer to the target and less clear
 * @content: see #VoxConvertContent
 * @pitch_shift: semitones -24 to 24, or VOX_CONVERT_PITCH_AUTO
 * @similarity: 0 keeps the source's timbre (only the pitch moves), 0.75
 *   applies the learnt change of spectrum fully, values between apply part of
 *   it, and up to 1 it is exaggerated by 15 %
 * @lookahead_s: seconds of source the engine may hold back before its first
 *   output to learn the source (0 for live use: it then learns on the way,
 *   at fixed positions of the stream)
 * @seed: of the learning
 */
typedef struct
{
  guint rate;
  guint channels;
  VoxMode mode;
  VoxConvertContent content;
  gdouble pitch_shift;
  gdouble similarity;
  gdouble lookahead_s;
  guint64 seed;
} VoxConvertParams;

#define VOX_CONVERT_PARAMS_DEFAULT                                        \
  {                                                                       \
    .rate = 48000, .channels = 1, .mode = VOX_MODE_BALANCED,              \
    .content = VOX_CONVERT_SPEECH, .pitch_shift = VOX_CONVERT_PITCH_AUTO, \
    .similarity = 0.75, .lookahead_s = 30.0                               \
  }

/** vox_convert_new: holds a reference to @voice. Returns: (transfer full):
 * vox_processor_free () it. */
VoxProcessor *vox_convert_new (VoxDevice *device, VoxVoice *voice,
    const VoxConvertParams *params, GError **error);

/** Setters: take effect, crossfaded, from the next pushed frame on. */
gboolean vox_convert_set_voice (
    VoxProcessor *self, VoxVoice *voice, GError **error);
void vox_convert_set_pitch_shift (VoxProcessor *self, gdouble semitones);
void vox_convert_set_similarity (VoxProcessor *self, gdouble similarity);

G_END_DECLS
