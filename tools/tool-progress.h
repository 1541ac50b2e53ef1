/* tool-progress.h: how far a long job is, for people: a bar on a terminal,
 * nothing otherwise (each file's result is a line of its own). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How often a bar is worth drawing. */
#define TOOL_PROGRESS_INTERVAL_MS 200

typedef struct _ToolProgress ToolProgress;

/** tool_progress_new: starts the clock. */
ToolProgress *tool_progress_new (void);
void tool_progress_free (ToolProgress *self);

/** tool_progress_elapsed_s: seconds since tool_progress_new (). */
gdouble tool_progress_elapsed_s (const ToolProgress *self);

/**
 * tool_progress_show:
 * @label: what is being done
 * @fraction: 0 to 1, or negative while unknown
 * @audio_s: seconds of audio done, 0: no real-time factor
 */
void tool_progress_show (
    ToolProgress *self, const gchar *label, gdouble fraction, gdouble audio_s);

/** tool_progress_clear: takes the bar away, so that a line can be printed. */
void tool_progress_clear (ToolProgress *self);

/** tool_format_time: "0:07", "12:03" or "1:02:03". Returns: (transfer full) */
gchar *tool_format_time (gdouble seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolProgress, tool_progress_free)

G_END_DECLS
