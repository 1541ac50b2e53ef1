/* gstavmix.h: adds two streams of equal length sample by sample; a part of
 * avsongconvert, not an element of its own.
 *
 * The branches of avsongconvert are sample-exact, so frame k of one pad belongs
 * to frame k of the other, whatever their buffers look like. The accompaniment
 * pad rules: its events go on, its timestamps count.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_AV_MIX (gst_av_mix_get_type ())
G_DECLARE_FINAL_TYPE (GstAvMix, gst_av_mix, GST, AV_MIX, GstElement)

/** gst_av_mix_set_gains: takes effect over 10 ms from the next buffer on. Any
 * thread. */
void gst_av_mix_set_gains (
    GstAvMix *self, gdouble vocals, gdouble accompaniment);

/** gst_av_mix_get_frames: frames given out since the last start. Any thread. */
guint64 gst_av_mix_get_frames (GstAvMix *self);

G_END_DECLS
