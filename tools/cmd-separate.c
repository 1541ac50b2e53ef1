/* cmd-separate.c: autovoice separate: avseparate, a file for each stem. */
#include "separate/vox-separate.h"
#include "tool-options.h"
#include "tool-output.h"
#include "tool.h"

typedef struct
{
  ToolOptions options;
  gchar *model;
} Separate;

/* avseparate's pads appear when it knows the format: src_vocals goes to the
 * element that was stored under its name. */
static void
on_pad_added (GstElement *element, GstPad *pad, G_GNUC_UNUSED gpointer data)
{
  g_autofree gchar *name = gst_pad_get_name (pad);
  GstElement *encoder = g_object_get_data (G_OBJECT (element), name);
  g_autoptr (GstPad) sink = NULL;

  if (encoder == NULL)
    return;
  sink = gst_element_get_static_pad (encoder, "sink");
  if (gst_pad_link (pad, sink) != GST_PAD_LINK_OK)
    GST_ELEMENT_ERROR (
        element, CORE, PAD, ("The stem %s cannot be written.", name), (NULL));
}

static gboolean
build (ToolJob *job, const ToolTask *task, gpointer user_data, GError **error)
{
  const Separate *separate = user_data;
  GstElement *element, *decoded;

  if (!(element = tool_job_add (job, "avseparate", error))
      || !tool_options_apply (&separate->options, element, error)
      || !tool_set_property (element, "model", separate->model, error)
      || !(decoded = tool_job_decode (job, task->input, error)))
    return FALSE;
  for (guint stem = 0; stem < VOX_N_STEMS; stem++) {
    g_autofree gchar *pad = g_strconcat ("src_", vox_stem_name (stem), NULL);
    GstElement *encoder = tool_job_encode (
        job, task->outputs[stem], separate->options.bits, error);

    if (encoder == NULL)
      return FALSE;
    g_object_set_data (G_OBJECT (element), pad, encoder);
  }
  g_signal_connect (element, "pad-added", G_CALLBACK (on_pad_added), NULL);
  return gst_element_link (decoded, element);
}

static gint
run (Separate *separate)
{
  const ToolOptions *options = &separate->options;
  ToolBatch batch = {
    .build = build, .user_data = separate, .make_folders = TRUE
  };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_batch;

  if (!tool_options_check ("separate", &separate->options))
    return TOOL_USAGE;
  if (options->out == NULL)
    return tool_usage_error ("separate", "say where to write: -o DIR");
  for (guint stem = 0; stem < VOX_N_STEMS; stem++)
    g_ptr_array_add (names,
        g_strconcat (vox_stem_name (stem), ".",
            options->extension != NULL ? options->extension : "wav", NULL));
  g_ptr_array_add (names, NULL);
  tasks = tool_plan_folders ((const gchar *const *) options->files,
      options->out, (const gchar *const *) names->pdata, &is_batch, &error);
  if (tasks == NULL)
    return tool_fail (error);
  batch.tasks = tasks;
  batch.n_jobs = options->n_jobs;
  batch.skip_done = is_batch && !options->overwrite;
  return tool_batch_run (&batch);
}

gint
cmd_separate (gint argc, gchar **argv)
{
  Separate separate = { .options.n_jobs = 1 };
  const GOptionEntry entries[] = { { "output", 'o', 0, G_OPTION_ARG_FILENAME,
                                       &separate.options.out,
                                       "folder for the stems", "DIR" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &separate.model,
        "builtin (default)", "MODEL" },
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &separate.options.extension,
        "wav (default), flac, ogg or mp3", "FORMAT" },
    TOOL_OPTION_ENTRIES (separate.options), { NULL } };
  gint code = TOOL_USAGE;

  if (tool_parse ("IN... -o DIR - music into stems",
          "Writes vocals, drums, bass, other and accompaniment (everything but "
          "the vocals) to DIR,\nor to DIR/NAME/ for several inputs. vocals + "
          "drums + bass + other are the input.\n\n" TOOL_HELP_FILES
          "\nExample: autovoice separate song.mp3 -o stems\n",
          entries, &argc, &argv))
    code = run (&separate);
  tool_options_clear (&separate.options);
  g_free (separate.model);
  return code;
}
