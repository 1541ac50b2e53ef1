/* tool-options.c: checks and uses the shared options. */
#include "tool-options.h"

#include "base/vox-error.h"
#include "tool-encode.h"
#include "tool-output.h"
#include "tool.h"

gboolean
tool_options_check (const gchar *command, ToolOptions *options)
{
  if (options->files == NULL) {
    tool_usage_error (command, "say which file to read");
    return FALSE;
  }
  if (options->n_jobs < 1 || options->n_jobs > TOOL_MAX_JOBS) {
    tool_usage_error (
        command, "--jobs takes a number from 1 to %d", TOOL_MAX_JOBS);
    return FALSE;
  }
  return tool_one_of (command, "--mode", options->mode, tool_modes)
      && tool_one_of (
          command, "--format", options->extension, tool_encode_extensions ());
}

gboolean
tool_options_apply (
    const ToolOptions *options, GstElement *element, GError **error)
{
  /* There is no playback to keep up with: the mode that was asked for stays. */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "adaptive")
      != NULL)
    g_object_set (element, "adaptive", FALSE, NULL);
  return tool_set_property (element, "mode", options->mode, error)
      && tool_set_property (element, "device", options->device, error);
}

void
tool_options_clear (ToolOptions *options)
{
  g_free (options->mode);
  g_free (options->device);
  g_free (options->out);
  g_free (options->extension);
  g_strfreev (options->files);
}

gint
tool_run_effect (const gchar *command, const ToolOptions *options,
    ToolBuild build, gpointer user_data, const gchar *depends_on)
{
  ToolBatch batch = { .build = build,
    .user_data = user_data,
    .n_jobs = options->n_jobs,
    .depends_on = depends_on };
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_batch;

  tasks = tool_plan_files ((const gchar *const *) options->files, options->out,
      options->extension, &is_batch, &error);
  if (tasks == NULL)
    return tool_fail (error);
  for (guint i = 0; i < tasks->len; i++) {
    const ToolTask *task = g_ptr_array_index (tasks, i);

    if (!tool_encode_check (task->outputs[0], options->bits, &error))
      return tool_usage_error (command, "%s", error->message);
  }
  batch.tasks = tasks;
  batch.skip_done = is_batch && !options->overwrite;
  batch.make_folders = is_batch;
  return tool_batch_run (&batch);
}

gboolean
tool_build_chain (ToolJob *job, const ToolTask *task,
    const ToolOptions *options, GstElement *element, GError **error)
{
  GstElement *decoded, *encoder;

  if (!(decoded = tool_job_decode (job, task->input, error))
      || !(encoder =
               tool_job_encode (job, task->outputs[0], options->bits, error)))
    return FALSE;
  if (gst_element_link_many (decoded, element, encoder, NULL))
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
      "the elements of the pipeline do not fit together");
  return FALSE;
}
