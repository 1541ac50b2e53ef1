/* tool-rate.h: a file read at another sample rate, sample k at exactly the time
 * k / rate.
 *
 * GStreamer's audioresample shifts by a part of a sample that depends on both
 * rates. That is inaudible, but a comparison of waveforms would show nothing
 * else.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ToolRate ToolRate;

/**
 * tool_rate_open:
 * @path: any file GStreamer decodes
 * @rate: sample rate to deliver in Hz, 0: the file's own
 *
 * Returns: (transfer full): once the format is known.
 */
ToolRate *tool_rate_open (const gchar *path, guint rate, GError **error);
void tool_rate_free (ToolRate *self);

/** tool_rate_hz: the rate that is delivered. */
guint tool_rate_hz (const ToolRate *self);
guint tool_rate_channels (const ToolRate *self);

/** tool_rate_done: the part of the file that was read, -1 when the file does
 * not tell how long it is. */
gdouble tool_rate_done (const ToolRate *self);

/** tool_rate_seconds: seconds read so far. */
gdouble tool_rate_seconds (const ToolRate *self);

/** tool_rate_read: see tool_reader_read (). */
gboolean tool_rate_read (
    ToolRate *self, const gfloat **frames, gsize *n_frames, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolRate, tool_rate_free)

G_END_DECLS
