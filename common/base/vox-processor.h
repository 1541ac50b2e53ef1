/* vox-processor.h: what every streaming engine looks like from outside.
 *
 * A processor takes interleaved float frames and gives back interleaved float
 * frames, on one output (pitch shift, voice conversion) or on several (stems).
 * It is sample-exact by contract:
 *
 *  - output frame k is the processed input frame k: the engine removes its own
 *    delay, so there is no leading silence to trim;
 *  - after vox_processor_drain() every output has given exactly as many frames
 *    as were pushed;
 *  - the samples do not depend on how the input was cut into pushes.
 *
 * latency_frames says how far the output may lag behind the input while the
 * stream runs: frame k can be pulled once frame k + latency_frames has been
 * pushed. It is constant for the life of the processor.
 *
 * A processor belongs to one thread at a time. Setters of engine parameters
 * (vox_pitch_shift_set_semitones () and so on) are called between pushes and
 * take effect, smoothed, from the next pushed frame on.
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

typedef struct _VoxProcessor VoxProcessor;
typedef struct _VoxProcessorClass VoxProcessorClass;

/**
 * VoxProcessorClass:
 * @name: engine name for logs
 * @push: takes @n_frames frames; may compute blocks that became complete
 * @drain: computes everything left; afterwards available () reaches the total
 * @available: frames that can be pulled now, the same on every output
 * @pull: writes @n_frames (at most available ()) frames to each non-NULL output
 * @reset: forgets audio, keeps parameters; ready for a new stream
 * @free: releases the processor
 *
 * Functions an engine implements. @push and @drain may fail with VOX_ERROR.
 */
struct _VoxProcessorClass
{
  const gchar *name;
  gboolean (*push) (
      VoxProcessor *self, const gfloat *frames, gsize n_frames, GError **error);
  gboolean (*drain) (VoxProcessor *self, GError **error);
  gsize (*available) (VoxProcessor *self);
  gboolean (*pull) (VoxProcessor *self, gfloat *const *outputs, gsize n_frames,
      GError **error);
  void (*reset) (VoxProcessor *self);
  void (*free) (VoxProcessor *self);
};

/**
 * VoxProcessor:
 * @klass: the engine's functions
 * @rate: sample rate in Hz of input and outputs
 * @channels: interleaved channels of input and of each output
 * @n_outputs: number of outputs (1 for effects)
 * @latency_frames: see the top of this file
 * @pushed_frames: frames pushed since creation or reset
 * @pulled_frames: frames pulled since creation or reset
 *
 * First member of every engine's own structure; read-only for callers.
 */
struct _VoxProcessor
{
  const VoxProcessorClass *klass;
  guint rate;
  guint channels;
  guint n_outputs;
  guint64 latency_frames;
  guint64 pushed_frames;
  guint64 pulled_frames;
};

/**
 * vox_processor_push:
 * @frames: n_frames * channels floats, interleaved, full scale 1.0, in memory
 *   the processor's device can read (host memory always); non-finite samples
 *   count as 0
 *
 * Returns: FALSE with @error set when the device failed; the processor must
 * then be reset or freed.
 */
gboolean vox_processor_push (
    VoxProcessor *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_processor_drain: see #VoxProcessorClass.drain. Idempotent. */
gboolean vox_processor_drain (VoxProcessor *self, GError **error);

/** vox_processor_available: frames that can be pulled now. */
gsize vox_processor_available (VoxProcessor *self);

/**
 * vox_processor_pull:
 * @outputs: n_outputs pointers, each NULL (skip) or room for
 *   n_frames * channels floats
 */
gboolean vox_processor_pull (
    VoxProcessor *self, gfloat *const *outputs, gsize n_frames, GError **error);

/** vox_processor_reset: forgets all audio, keeps parameters. */
void vox_processor_reset (VoxProcessor *self);

/** vox_processor_free: releases @self; NULL is allowed. */
void vox_processor_free (VoxProcessor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxProcessor, vox_processor_free)

G_END_DECLS
