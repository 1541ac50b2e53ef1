/* gstavsongstats.h: the `stats` of avsongconvert, out of its children's. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_av_song_stats:
 * @frames_out: frames that left the mixer
 *
 * The fields of gst_av_stats_to_structure () over all children (sums; the
 * latency of the longer branch; the real-time factor of all work together), and
 * the children's own structures as `separate`, `convert` and `shift`.
 *
 * Returns: (transfer full)
 */
GstStructure *gst_av_song_stats (GstElement *separate, GstElement *convert,
    GstElement *shift, guint64 frames_out);

G_END_DECLS
