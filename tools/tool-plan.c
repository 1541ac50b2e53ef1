/* tool-plan.c: input files, their output names, and what speaks against a
 * pair. */
#include "tool-plan.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/vox-error.h"
#include "tool-encode.h"

/* Deeper folders are more likely a loop than a music collection. */
#define MAX_FOLDER_DEPTH 16

/* Extensions of the files that are taken out of folders. A file that is named
 * on the command line may be called anything. */
static const gchar *const audio_extensions[] = { "wav", "flac", "ogg", "oga",
  "mp3", "opus", "m4a", "aac", "aif", "aiff", "wma", "w64", NULL };

/* An input and where it lies below the folder it was found in. */
typedef struct
{
  gchar *path;
  gchar *relative;
} Input;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->path);
  g_free (input->relative);
  g_free (input);
}

ToolTask *
tool_task_new (const gchar *input, const gchar *output)
{
  ToolTask *task = g_new0 (ToolTask, 1);

  task->input = g_strdup (input);
  task->outputs = g_new0 (gchar *, 2);
  task->outputs[0] = g_strdup (output);
  return task;
}

void
tool_task_free (ToolTask *task)
{
  g_free (task->input);
  g_strfreev (task->outputs);
  g_free (task->problem);
  g_free (task);
}

static void
add_input (GPtrArray *inputs, const gchar *path, const gchar *relative)
{
  Input *input = g_new0 (Input, 1);

  input->path = g_strdup (path);
  input->relative = g_strdup (relative);
  g_ptr_array_add (inputs, input);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Adds the audio files below @folder, in the order of their names. @skip is a
 * folder to leave out: that of the outputs. */
static gboolean
walk (GPtrArray *inputs, const gchar *folder, const gchar *relative,
    const gchar *skip, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *base;

  if (dir == NULL)
    return FALSE;
  while ((base = g_dir_read_name (dir)) != NULL)
    if (*base != '.')
      g_ptr_array_add (names, g_strdup (base));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    const gchar *name = g_ptr_array_index (names, i);
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_autofree gchar *below = g_build_filename (relative, name, NULL);
    g_autofree gchar *canonical = g_canonicalize_filename (path, NULL);
    g_autofree gchar *extension = tool_extension (name);

    if (strcmp (canonical, skip) == 0)
      continue;
    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      if (depth < MAX_FOLDER_DEPTH
          && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)
          && !walk (inputs, path, below, skip, depth + 1, error))
        return FALSE;
    } else if (g_strv_contains (audio_extensions, extension))
      add_input (inputs, path, below);
  }
  return TRUE;
}

static GPtrArray *
find_inputs (const gchar *const *paths, const gchar *out, gboolean *has_folder,
    GError **error)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (input_free);
  g_autofree gchar *skip = g_canonicalize_filename (out, NULL);

  for (guint i = 0; paths[i] != NULL; i++) {
    guint before = inputs->len;
    g_autofree gchar *base = g_path_get_basename (paths[i]);

    if (!g_file_test (paths[i], G_FILE_TEST_IS_DIR)) {
      add_input (inputs, paths[i], base);
      continue;
    }
    *has_folder = TRUE;
    if (!walk (inputs, paths[i], "", skip, 0, error))
      return NULL;
    if (inputs->len == before) {
      g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
          "there is no audio file in the folder \"%s\"", paths[i]);
      return NULL;
    }
  }
  return g_steal_pointer (&inputs);
}

/* "sub/song.mp3" becomes "sub/song". */
static gchar *
without_extension (const gchar *path)
{
  g_autofree gchar *extension = tool_extension (path);

  if (*extension == '\0')
    return g_strdup (path);
  return g_strndup (path, strlen (path) - strlen (extension) - 1);
}

static gchar *
output_name (const Input *input, const gchar *out, const gchar *extension)
{
  g_autofree gchar *stem = without_extension (input->relative);
  g_autofree gchar *own = tool_extension (input->relative);
  g_autofree gchar *name = NULL;

  if (extension == NULL)
    extension = g_strv_contains (tool_encode_extensions (), own) ? own : "wav";
  name = g_strconcat (stem, ".", extension, NULL);
  return g_build_filename (out, name, NULL);
}

static gboolean
is_same_file (const gchar *a, const gchar *b)
{
  GStatBuf x, y;

  return g_stat (a, &x) == 0 && g_stat (b, &y) == 0 && x.st_dev == y.st_dev
      && x.st_ino == y.st_ino;
}

/* Which of the inputs @output is, NULL for none. */
static const gchar *
find_input (GPtrArray *tasks, const gchar *output)
{
  if (!g_file_test (output, G_FILE_TEST_EXISTS))
    return NULL;
  for (guint i = 0; i < tasks->len; i++) {
    const ToolTask *task = g_ptr_array_index (tasks, i);

    if (is_same_file (task->input, output))
      return task->input;
  }
  return NULL;
}

/* Notes why a task cannot be done without destroying something: another input,
 * too, which may not have been read yet. */
static void
find_problem (ToolTask *task, GPtrArray *tasks, GHashTable *taken)
{
  for (guint i = 0; task->outputs[i] != NULL; i++) {
    const gchar *output = task->outputs[i];
    const gchar *other = g_hash_table_lookup (taken, output);
    const gchar *lost = find_input (tasks, output);

    if (lost != NULL && is_same_file (task->input, output))
      task->problem = g_strdup_printf (
          "\"%s\" would be overwritten by its own result; choose another "
          "output",
          task->input);
    else if (lost != NULL)
      task->problem = g_strdup_printf (
          "\"%s\" would be overwritten by the result of \"%s\"; choose another "
          "output folder",
          lost, task->input);
    else if (other != NULL)
      task->problem =
          g_strdup_printf ("\"%s\" and \"%s\" would both be written to \"%s\"",
              other, task->input, output);
    else
      g_hash_table_insert (taken, g_strdup (output), g_strdup (task->input));
    if (task->problem != NULL)
      return;
  }
}

static gboolean
is_folder (const gchar *out)
{
  return g_str_has_suffix (out, G_DIR_SEPARATOR_S)
      || g_file_test (out, G_FILE_TEST_IS_DIR);
}

/* Several results do not fit into one file. */
static gboolean
check_folder (const gchar *out, GError **error)
{
  if (!g_file_test (out, G_FILE_TEST_EXISTS)
      || g_file_test (out, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "\"%s\" is a file; the results need a folder", out);
  return FALSE;
}

static void
find_problems (GPtrArray *tasks)
{
  g_autoptr (GHashTable) taken =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < tasks->len; i++)
    find_problem (g_ptr_array_index (tasks, i), tasks, taken);
}

GPtrArray *
tool_plan_files (const gchar *const *inputs, const gchar *out,
    const gchar *extension, gboolean *is_batch, GError **error)
{
  gboolean has_folder = FALSE;
  g_autoptr (GPtrArray) found = find_inputs (inputs, out, &has_folder, error);
  GPtrArray *tasks;

  if (found == NULL)
    return NULL;
  *is_batch = has_folder || found->len > 1 || is_folder (out);
  if (*is_batch && !check_folder (out, error))
    return NULL;
  tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) tool_task_free);
  for (guint i = 0; i < found->len; i++) {
    const Input *input = g_ptr_array_index (found, i);
    g_autofree gchar *output =
        *is_batch ? output_name (input, out, extension) : g_strdup (out);

    g_ptr_array_add (tasks, tool_task_new (input->path, output));
  }
  find_problems (tasks);
  return tasks;
}

GPtrArray *
tool_plan_folders (const gchar *const *inputs, const gchar *out,
    const gchar *const *names, gboolean *is_batch, GError **error)
{
  gboolean has_folder = FALSE;
  g_autoptr (GPtrArray) found = find_inputs (inputs, out, &has_folder, error);
  GPtrArray *tasks;

  if (found == NULL)
    return NULL;
  *is_batch = has_folder || found->len > 1;
  if (!check_folder (out, error))
    return NULL;
  tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) tool_task_free);
  for (guint i = 0; i < found->len; i++) {
    const Input *input = g_ptr_array_index (found, i);
    g_autofree gchar *stem = without_extension (input->relative);
    g_autofree gchar *folder =
        *is_batch ? g_build_filename (out, stem, NULL) : g_strdup (out);
    ToolTask *task = g_new0 (ToolTask, 1);

    task->input = g_strdup (input->path);
    task->outputs = g_new0 (gchar *, g_strv_length ((gchar **) names) + 1);
    for (guint k = 0; names[k] != NULL; k++)
      task->outputs[k] = g_build_filename (folder, names[k], NULL);
    g_ptr_array_add (tasks, task);
  }
  find_problems (tasks);
  return tasks;
}
