/* gstavseparate.h: the avseparate element. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_AV_SEPARATE (gst_av_separate_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAvSeparate, gst_av_separate, GST, AV_SEPARATE, GstElement)

GST_ELEMENT_REGISTER_DECLARE (avseparate);

G_END_DECLS
