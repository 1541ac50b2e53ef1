/* gstavbaseeffect.h: base class of the elements that are one VoxProcessor with
 * one output: same format in and out, N frames in, N frames out, later.
 *
 * It does everything a stream asks for - sample-exact timestamps, latency,
 * drain, flush, clipping, jumps, gaps, controlled properties, QoS, device
 * fallback, statistics - so that a subclass makes processors and sets their
 * parameters, nothing else.
 *
 * Threads: settings are guarded by the subclass's object lock, what runs by
 * the streaming thread alone, statistics by a lock of their own.
 */
#pragma once

#include <gst/audio/audio.h>
#include <gst/audio/gstaudiofilter.h>

#include "backend/vox-device.h"
#include "base/vox-mode.h"
#include "base/vox-processor.h"

G_BEGIN_DECLS

#define GST_TYPE_AV_BASE_EFFECT (gst_av_base_effect_get_type ())
G_DECLARE_DERIVABLE_TYPE (
    GstAvBaseEffect, gst_av_base_effect, GST, AV_BASE_EFFECT, GstAudioFilter)

/** Time a live pipeline grants for computing, part of the latency there: a
 * device period of usual sound servers. */
#define GST_AV_LIVE_COMPUTE_TIME (10 * GST_MSECOND)

/**
 * GstAvBaseEffectClass:
 * @start: (nullable): READY to PAUSED, @device is open: loads files; FALSE with
 *   an error that is posted
 * @stop: (nullable): PAUSED to READY: forgets them
 * @create: makes a processor for @info in @mode; called while streaming too, in
 *   the streaming thread, after gst_av_base_effect_renew () or when QoS steps
 * @update: (nullable): sets changed parameters on @processor; called in the
 *   streaming thread before every block
 * @add_stats: (nullable): adds fields of its own to `stats`; any thread
 */
struct _GstAvBaseEffectClass
{
  GstAudioFilterClass parent_class;

  gboolean (*start) (GstAvBaseEffect *self, VoxDevice *device, GError **error);
  void (*stop) (GstAvBaseEffect *self);
  VoxProcessor *(*create) (GstAvBaseEffect *self, VoxDevice *device,
      const GstAudioInfo *info, VoxMode mode, GError **error);
  void (*update) (GstAvBaseEffect *self, VoxProcessor *processor);
  void (*add_stats) (GstAvBaseEffect *self, GstStructure *stats);
};

/**
 * gst_av_base_effect_renew:
 *
 * Something changed that only a new processor can follow: it is made before the
 * next block and takes over with a crossfade. Any thread.
 */
void gst_av_base_effect_renew (GstAvBaseEffect *self);

/** gst_av_base_effect_is_live: whether upstream was live when last asked. */
gboolean gst_av_base_effect_is_live (GstAvBaseEffect *self);

G_END_DECLS
