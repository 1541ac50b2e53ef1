/* tool-reader.h: a file of any format as float samples, read piece by piece, so
 * that memory does not grow with the file. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ToolReader ToolReader;

/**
 * tool_reader_open:
 * @path: any file GStreamer decodes
 * @rate: sample rate to deliver in Hz, 0: the file's own
 * @channels: channels to deliver (1: the mix), 0: the file's own
 *
 * Returns: (transfer full): once the format is known.
 */
ToolReader *tool_reader_open (
    const gchar *path, guint rate, guint channels, GError **error);
void tool_reader_free (ToolReader *self);

guint tool_reader_rate (const ToolReader *self);
guint tool_reader_channels (const ToolReader *self);

/** tool_reader_duration: seconds, 0 when the file does not tell. */
gdouble tool_reader_duration (const ToolReader *self);

/** tool_reader_frames: frames read so far. */
guint64 tool_reader_frames (const ToolReader *self);

/**
 * tool_reader_read:
 * @frames: (out): interleaved floats, valid until the next call
 * @n_frames: (out): how many frames; 0 at the end of the file
 *
 * Returns: FALSE on an error, also when the user stopped the program.
 */
gboolean tool_reader_read (
    ToolReader *self, const gfloat **frames, gsize *n_frames, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolReader, tool_reader_free)

G_END_DECLS
