/* gstavsongconvert.h: avsongconvert, a whole song sung by another voice. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_AV_SONG_CONVERT (gst_av_song_convert_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAvSongConvert, gst_av_song_convert, GST, AV_SONG_CONVERT, GstBin)

GST_ELEMENT_REGISTER_DECLARE (avsongconvert)

G_END_DECLS
