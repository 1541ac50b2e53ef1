/* gstavtts.h: avtts, text in, speech out. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_AV_TTS (gst_av_tts_get_type ())
G_DECLARE_FINAL_TYPE (GstAvTts, gst_av_tts, GST, AV_TTS, GstElement)

GST_ELEMENT_REGISTER_DECLARE (avtts)

G_END_DECLS
