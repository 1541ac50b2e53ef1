/* gstavpitchshift.h: avpitchshift, pitch of voice or music without tempo. */
#pragma once

#include "base/gstavbaseeffect.h"
#include "pitchshift/vox-pitch-shift.h"

G_BEGIN_DECLS

#define GST_TYPE_AV_PITCH_SHIFT (gst_av_pitch_shift_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAvPitchShift, gst_av_pitch_shift, GST, AV_PITCH_SHIFT, GstAvBaseEffect)

GST_ELEMENT_REGISTER_DECLARE (avpitchshift)

G_END_DECLS
