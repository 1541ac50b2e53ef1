/* tool-batch.c: all pipelines of a batch live in one main loop; each has its
 * own streaming threads. */
#include "tool-batch.h"

#include <stdio.h>

#include "tool-output.h"
#include "tool-progress.h"
#include "tool.h"

typedef struct
{
  const ToolBatch *batch;
  GMainLoop *loop;
  ToolProgress *progress;
  /* Tasks that run now. */
  GPtrArray *running;
  guint next;
  guint n_done;
  guint n_skipped;
  guint n_failed;
  /* Of the tasks that are done. */
  gdouble audio_s;
} Run;

/* A task while it runs. */
typedef struct
{
  Run *run;
  const ToolTask *task;
  ToolJob *job;
  ToolProgress *clock;
} Running;

static void
running_free (gpointer data)
{
  Running *running = data;

  tool_job_free (running->job);
  tool_progress_free (running->clock);
  g_free (running);
}

static void
report_failure (Run *run, const GError *error)
{
  tool_progress_clear (run->progress);
  tool_error ("%s", error->message);
  run->n_failed++;
}

/* What a task makes: a file, or the folder of several. */
static gchar *
result_name (const ToolTask *task)
{
  return task->outputs[1] == NULL ? g_strdup (task->outputs[0])
                                  : g_path_get_dirname (task->outputs[0]);
}

static void
report_success (Run *run, const Running *running)
{
  g_autofree gchar *result = result_name (running->task);
  gdouble audio_s = tool_job_position (running->job);
  gdouble wall_s = tool_progress_elapsed_s (running->clock);

  tool_progress_clear (run->progress);
  g_print ("%s%s%s: %.1f s of audio in %.1f s (%.1fx real time)\n",
      running->task->input != NULL ? running->task->input : "",
      running->task->input != NULL ? " -> " : "", result, audio_s, wall_s,
      audio_s / MAX (wall_s, 1e-3));
  fflush (stdout);
  run->audio_s += audio_s;
  run->n_done++;
}

static gboolean
is_done (const ToolBatch *batch, const ToolTask *task)
{
  const gchar *inputs[] = { task->input, batch->depends_on, NULL };

  if (!batch->skip_done || task->input == NULL)
    return FALSE;
  for (guint i = 0; task->outputs[i] != NULL; i++)
    if (!tool_output_is_newer (task->outputs[i], inputs))
      return FALSE;
  return TRUE;
}

static void start_tasks (Run *run);

static void
on_job_done (
    G_GNUC_UNUSED ToolJob *job, const GError *error, gpointer user_data)
{
  Running *running = user_data;
  Run *run = running->run;

  if (error != NULL)
    report_failure (run, error);
  else
    report_success (run, running);
  g_ptr_array_remove_fast (run->running, running);
  start_tasks (run);
}

static gboolean
start_task (Run *run, const ToolTask *task, GError **error)
{
  Running *running;
  g_autofree gchar *folder = g_path_get_dirname (task->outputs[0]);

  if (task->problem != NULL) {
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_ARGUMENT, task->problem);
    return FALSE;
  }
  if (run->batch->make_folders && !tool_make_folder (folder, error))
    return FALSE;
  running = g_new0 (Running, 1);
  running->run = run;
  running->task = task;
  running->clock = tool_progress_new ();
  running->job = tool_job_new ();
  if (!run->batch->build (running->job, task, run->batch->user_data, error)
      || !tool_job_start (running->job, on_job_done, running, error)) {
    running_free (running);
    return FALSE;
  }
  g_ptr_array_add (run->running, running);
  return TRUE;
}

/* Keeps n_jobs tasks running; ends the loop when nothing is left. */
static void
start_tasks (Run *run)
{
  const ToolBatch *batch = run->batch;

  while (run->next < batch->tasks->len && !tool_interrupted ()
      && run->running->len < (guint) batch->n_jobs) {
    const ToolTask *task = g_ptr_array_index (batch->tasks, run->next++);
    g_autoptr (GError) error = NULL;

    if (task->problem == NULL && is_done (batch, task)) {
      g_autofree gchar *result = result_name (task);

      tool_progress_clear (run->progress);
      g_print ("%s: done before (--overwrite does it again)\n", result);
      run->n_skipped++;
    } else if (!start_task (run, task, &error))
      report_failure (run, error);
  }
  if (run->running->len == 0)
    g_main_loop_quit (run->loop);
}

static void
show_progress (Run *run)
{
  guint n_tasks = run->batch->tasks->len;
  guint n_ended = run->n_done + run->n_skipped + run->n_failed;
  const Running *first = g_ptr_array_index (run->running, 0);
  gdouble audio_s = run->audio_s, fraction = n_ended;
  gboolean known = TRUE;
  g_autofree gchar *label = NULL;

  for (guint i = 0; i < run->running->len; i++) {
    const Running *running = g_ptr_array_index (run->running, i);
    gdouble duration = tool_job_duration (running->job);
    gdouble position = tool_job_position (running->job);

    audio_s += position;
    known = known && duration > 0.0;
    if (duration > 0.0)
      fraction += MIN (position / duration, 1.0);
  }
  if (n_tasks > 1)
    label = g_strdup_printf ("%u of %u files", n_ended, n_tasks);
  else
    label = g_path_get_basename (first->task->input != NULL
            ? first->task->input
            : first->task->outputs[0]);
  tool_progress_show (run->progress, label,
      known || n_tasks > 1 ? fraction / n_tasks : -1.0, audio_s);
}

static gboolean
on_tick (gpointer user_data)
{
  Run *run = user_data;

  if (tool_interrupted ())
    g_main_loop_quit (run->loop);
  else if (run->running->len > 0)
    show_progress (run);
  return G_SOURCE_CONTINUE;
}

static gint
summarise (const Run *run)
{
  guint n_tasks = run->batch->tasks->len;

  if (n_tasks > 1)
    g_print ("%u done, %u skipped, %u failed%s\n", run->n_done, run->n_skipped,
        run->n_failed, tool_interrupted () ? ", stopped" : "");
  if (tool_interrupted ()) {
    tool_error ("stopped");
    return TOOL_INTERRUPTED;
  }
  return run->n_failed > 0 ? TOOL_FAILED : TOOL_OK;
}

gint
tool_batch_run (const ToolBatch *batch)
{
  Run run = { .batch = batch };
  guint tick;
  gint code;

  tool_catch_signals ();
  run.loop = g_main_loop_new (NULL, FALSE);
  run.progress = tool_progress_new ();
  run.running = g_ptr_array_new_with_free_func (running_free);
  tick = g_timeout_add (TOOL_PROGRESS_INTERVAL_MS, on_tick, &run);
  start_tasks (&run);
  if (run.running->len > 0)
    g_main_loop_run (run.loop);
  g_source_remove (tick);
  /* Stops what still runs and removes its half files. */
  g_ptr_array_unref (run.running);
  tool_progress_clear (run.progress);
  code = summarise (&run);
  tool_progress_free (run.progress);
  g_main_loop_unref (run.loop);
  return code;
}
