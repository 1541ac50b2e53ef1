/* gstavcontrol.h: where a block must be cut so that controlled properties take
 * effect at the right sample. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_av_control_frames:
 * @object: the element
 * @stream_time: of the first frame
 * @frame: index of the first frame in the stream
 * @n_frames: frames at hand
 *
 * Returns: how many frames (1 to @n_frames) may be processed with the values at
 *   @stream_time: up to the next point of a 2 ms grid counted from frame 0, and
 *   never across a control point. All of them when nothing is controlled. The
 *   cuts depend on the stream only, not on the size of the buffers.
 */
gsize gst_av_control_frames (GstObject *object, GstClockTime stream_time,
    gint rate, guint64 frame, gsize n_frames);

G_END_DECLS
