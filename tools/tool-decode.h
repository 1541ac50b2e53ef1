/* tool-decode.h: the part of a pipeline that turns a file of any format into
 * raw audio, and its errors in words. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** tool_check_input: whether @path is a readable file that is not empty. */
gboolean tool_check_input (const gchar *path, GError **error);

/**
 * tool_add_decoder:
 * @bin: gets a filesrc and a decodebin
 * @into: in @bin: its "sink" pad gets the first audio stream
 *
 * A file without audio makes an error message on the bus.
 */
gboolean tool_add_decoder (
    GstBin *bin, const gchar *path, GstElement *into, GError **error);

/**
 * tool_start:
 * Sets @pipeline to PLAYING, the decoder last: its pads are linked only later,
 * so GStreamer would start it in any order, and audio that meets an element
 * that is not active yet is lost without a message.
 */
GstStateChangeReturn tool_start (GstElement *pipeline);

/**
 * tool_message_error:
 * @message: an error message from the bus
 * @input: the file that is read, or NULL
 * @output: the file that is written, or NULL
 * @missing: (nullable): what the last missing-plugin message asked for
 *
 * Returns: (transfer full): the error as one sentence for people.
 */
GError *tool_message_error (GstMessage *message, const gchar *input,
    const gchar *output, const gchar *missing);

G_END_DECLS
