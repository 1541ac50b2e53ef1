/* tool-batch.h: runs a list of tasks, some at a time, going on after bad ones;
 * prints progress, one line per file, and a summary. */
#pragma once

#include "tool-job.h"
#include "tool-plan.h"

G_BEGIN_DECLS

/** Fills @job for @task. */
typedef gboolean (*ToolBuild) (
    ToolJob *job, const ToolTask *task, gpointer user_data, GError **error);

/** Most files at a time. */
#define TOOL_MAX_JOBS 64

/**
 * ToolBatch:
 * @tasks: (element-type ToolTask)
 * @build: called for each task when its turn comes
 * @n_jobs: tasks at a time, 1 to TOOL_MAX_JOBS
 * @skip_done: leave out tasks whose outputs are all newer than their input and
 *   @depends_on
 * @make_folders: create the folders of the outputs
 * @depends_on: (nullable): another file that the outputs depend on
 */
typedef struct
{
  GPtrArray *tasks;
  ToolBuild build;
  gpointer user_data;
  gint n_jobs;
  gboolean skip_done;
  gboolean make_folders;
  const gchar *depends_on;
} ToolBatch;

/** tool_batch_run: Returns: an exit code. */
gint tool_batch_run (const ToolBatch *batch);

G_END_DECLS
