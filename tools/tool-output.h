/* tool-output.h: a file that is there whole or not at all. It is written without
 * a name, or under a hidden one, in its own folder; committing syncs and names
 * it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ToolOutput ToolOutput;

/**
 * tool_output_new:
 * @path: the final name; its folder must exist
 *
 * Creates the file, so that a folder that cannot be written to is
 * noticed before any work is done.
 */
ToolOutput *tool_output_new (const gchar *path, GError **error);

/** tool_output_temporary: the path to write to until the commit. */
const gchar *tool_output_temporary (const ToolOutput *self);
const gchar *tool_output_path (const ToolOutput *self);

/** tool_output_commit: fsync, then rename over the final name. */
gboolean tool_output_commit (ToolOutput *self, GError **error);

/** tool_output_free: removes the hidden file unless it was committed. */
void tool_output_free (ToolOutput *self);

/** tool_output_is_newer: whether @output exists and is not older than any of
 * the existing files in @inputs (NULL-terminated). */
gboolean tool_output_is_newer (const gchar *output, const gchar *const *inputs);

/** tool_make_folder: creates @path and its parents. */
gboolean tool_make_folder (const gchar *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolOutput, tool_output_free)

G_END_DECLS
