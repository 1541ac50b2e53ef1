/* gstavpreset.h: GstPreset for every element.
 *
 * The interface's own default would store `name`, `qos` and what belongs to a
 * machine or a person rather than to a sound.
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_av_preset_interface_init:
 *
 * For G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_av_preset_interface_init):
 * a preset holds the readable and writable properties of the AutoVoice classes
 * of the element, except `device`, `voice`, `voices-dir`, `model`, `seed` and
 * file names (properties that end in "location").
 */
void gst_av_preset_interface_init (gpointer iface, gpointer data);

/**
 * gst_av_preset_add_path:
 *
 * Makes GStreamer find the installed presets when the plugin is not installed
 * in GStreamer's own prefix. An application that set its own preset folder
 * keeps it.
 */
void gst_av_preset_add_path (void);

G_END_DECLS
