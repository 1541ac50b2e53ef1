/* gstavvoiceconvert.h: avvoiceconvert, speech or singing in another voice. */
#pragma once

#include "base/gstavbaseeffect.h"

G_BEGIN_DECLS

#define GST_TYPE_AV_VOICE_CONVERT (gst_av_voice_convert_get_type ())
G_DECLARE_FINAL_TYPE (GstAvVoiceConvert, gst_av_voice_convert, GST,
    AV_VOICE_CONVERT, GstAvBaseEffect)

GST_ELEMENT_REGISTER_DECLARE (avvoiceconvert)

G_END_DECLS
