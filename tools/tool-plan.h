/* tool-plan.h: from the file names on the command line to a list of what is to
 * be made from what. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ToolTask:
 * @input: file to read, NULL for text
 * @outputs: (array zero-terminated=1): files to write
 * @problem: (nullable): why it cannot be done, known before
 */
typedef struct
{
  gchar *input;
  gchar **outputs;
  gchar *problem;
} ToolTask;

ToolTask *tool_task_new (const gchar *input, const gchar *output);
void tool_task_free (ToolTask *task);

/**
 * tool_plan_files:
 * @inputs: files and folders (searched for audio files, with their subfolders)
 * @out: a file, or a folder when there are several inputs, an input is a
 *   folder, @out is a folder or ends in '/'
 * @extension: (nullable): of the outputs in a folder; NULL: the input's when
 *   it can be written, else "wav"
 * @is_batch: (out): whether @out is a folder
 *
 * Returns: (transfer full) (element-type ToolTask): NULL when an input folder
 *   cannot be read or holds no audio file.
 */
GPtrArray *tool_plan_files (const gchar *const *inputs, const gchar *out,
    const gchar *extension, gboolean *is_batch, GError **error);

/**
 * tool_plan_folders: the same with a list of @names in one folder per input:
 * @out itself for a single file, OUT/STEM/ otherwise.
 */
GPtrArray *tool_plan_folders (const gchar *const *inputs, const gchar *out,
    const gchar *const *names, gboolean *is_batch, GError **error);

G_END_DECLS
