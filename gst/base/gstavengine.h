/* gstavengine.h: a running VoxProcessor that can be exchanged for another one
 * without a click, a gap or a lost sample.
 *
 * It counts frames from its last reset: frame k out is frame k in. The input
 * that has not come out yet, and half a second before it, is kept, so that a
 * new processor (another mode, another device, or none at all: the dry signal)
 * can be warmed up on it and take over at exactly the frame where the old one
 * is, with a crossfade. When a processor fails, its replacement computes the
 * frames that are still owed again.
 *
 * Belongs to the streaming thread. Knows nothing of GStreamer.
 */
#pragma once

#include "base/vox-processor.h"

G_BEGIN_DECLS

typedef struct _GstAvEngine GstAvEngine;

/**
 * gst_av_engine_new:
 * @processor: (transfer full) (nullable): what runs first, NULL is dry
 */
GstAvEngine *gst_av_engine_new (
    guint rate, guint channels, VoxProcessor *processor);
void gst_av_engine_free (GstAvEngine *self);

/**
 * gst_av_engine_exchange:
 * @processor: (transfer full) (nullable): one output, rate and channels of new
 *
 * Starts a crossfade to @processor at the next frame to come out. Not allowed
 * while a crossfade is running.
 *
 * Returns: FALSE when @processor fails on the kept input; then it is freed and
 *   the old one goes on.
 */
gboolean gst_av_engine_exchange (
    GstAvEngine *self, VoxProcessor *processor, GError **error);

/** gst_av_engine_is_fading: whether an exchange is not over yet. */
gboolean gst_av_engine_is_fading (const GstAvEngine *self);

/**
 * gst_av_engine_replace:
 *
 * After push, drain or pull failed: forgets the failed processor and lets
 * @processor (transfer full, not NULL) do everything not pulled yet, the frames
 * of the failed call included.
 */
gboolean gst_av_engine_replace (
    GstAvEngine *self, VoxProcessor *processor, GError **error);

/**
 * gst_av_engine_processors:
 * @processors: (out): the processors that run now, for parameter changes
 *
 * Returns: how many: 0 (dry) to 2 (crossfade).
 */
guint gst_av_engine_processors (
    const GstAvEngine *self, VoxProcessor *processors[2]);

/** gst_av_engine_latency: latency in frames of the newest processor. */
guint64 gst_av_engine_latency (const GstAvEngine *self);

/** The functions of #VoxProcessor; pull writes interleaved frames. */
gboolean gst_av_engine_push (
    GstAvEngine *self, const gfloat *frames, gsize n_frames, GError **error);
gboolean gst_av_engine_drain (GstAvEngine *self, GError **error);
gsize gst_av_engine_available (const GstAvEngine *self);
gboolean gst_av_engine_pull (
    GstAvEngine *self, gfloat *frames, gsize n_frames, GError **error);

/** gst_av_engine_reset: forgets all audio and ends a crossfade. */
void gst_av_engine_reset (GstAvEngine *self);

/** gst_av_engine_pending: frames pushed and not pulled yet. */
guint64 gst_av_engine_pending (const GstAvEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstAvEngine, gst_av_engine_free)

G_END_DECLS
