/* gstavstem.h: one output of avseparate: its pad, caps and buffers.
 *
 * Belongs to the streaming thread.
 */
#pragma once

#include <gst/audio/audio.h>
#include "base/gstavsamples.h"
#include "separate/vox-separate.h"

G_BEGIN_DECLS

/**
 * GstAvStem:
 * @stem: which one
 * @pad: the source pad, NULL while there is none
 * @info: what the pad sends
 * @samples: converter for @info
 */
typedef struct
{
  VoxStem stem;
  GstPad *pad;
  GstAudioInfo info;
  GstAvSamples *samples;
} GstAvStem;

/** gst_av_stem_clear: forgets pad and caps. */
void gst_av_stem_clear (GstAvStem *self);

/** gst_av_stem_start: of @element: announces the stream of @upstream, a STREAM_START event
 * or NULL, on the pad under an id of its own and in @group. */
void gst_av_stem_start (
    GstAvStem *self, GstElement *element, GstEvent *upstream, guint group);

/**
 * gst_av_stem_negotiate:
 * @input: the sink pad's format
 *
 * Chooses the pad's format: float, unless what follows takes other ones only;
 * rate and channels are the input's.
 *
 * Returns: FALSE when there is no common format.
 */
gboolean gst_av_stem_negotiate (GstAvStem *self, const GstAudioInfo *input);

/**
 * gst_av_stem_buffer:
 * @frames: (nullable): interleaved, NULL for silence
 * @stamp: buffer whose timestamps and flags are taken
 *
 * Returns: (transfer full): a buffer in the pad's format, or NULL when it could
 *   not be written.
 */
GstBuffer *gst_av_stem_buffer (
    GstAvStem *self, const gfloat *frames, gsize n_frames, GstBuffer *stamp);

G_END_DECLS
