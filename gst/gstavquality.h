/* gstavquality.h: avquality, a meter in the pipeline. */
#pragma once

#include <gst/gst.h>
#include <gst/base/gstaggregator.h>

G_BEGIN_DECLS

#define GST_TYPE_AV_QUALITY (gst_av_quality_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAvQuality, gst_av_quality, GST, AV_QUALITY, GstAggregator)

GST_ELEMENT_REGISTER_DECLARE (avquality)

G_END_DECLS
