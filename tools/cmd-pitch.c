/* cmd-pitch.c: autovoice pitch: avpitchshift on files. */
#include "tool-options.h"
#include "tool.h"

#define MAX_SEMITONES 24.0

typedef struct
{
  ToolOptions options;
  gdouble semitones;
  gdouble formant_semitones;
  gchar *formant;
  gchar *content;
} Pitch;

static gboolean
build (ToolJob *job, const ToolTask *task, gpointer user_data, GError **error)
{
  const Pitch *pitch = user_data;
  GstElement *element = tool_job_add (job, "avpitchshift", error);

  if (element == NULL || !tool_options_apply (&pitch->options, element, error)
      || !tool_set_property (element, "formant", pitch->formant, error)
      || !tool_set_property (element, "content", pitch->content, error))
    return FALSE;
  g_object_set (element, "semitones", pitch->semitones, "formant-semitones",
      pitch->formant_semitones, NULL);
  return tool_build_chain (job, task, &pitch->options, element, error);
}

/* The last of the file names is the output unless -o gave it. */
static void
take_output (ToolOptions *options)
{
  guint n = options->files != NULL ? g_strv_length (options->files) : 0;

  if (options->out != NULL || n < 2)
    return;
  options->out = options->files[n - 1];
  options->files[n - 1] = NULL;
}

static gint
run (Pitch *pitch)
{
  static const gchar *const formants[] = { "preserve", "shift", NULL };
  static const gchar *const contents[] = { "auto", "voice", "music", NULL };

  take_output (&pitch->options);
  if (!tool_options_check ("pitch", &pitch->options)
      || !tool_one_of ("pitch", "--formant", pitch->formant, formants)
      || !tool_one_of ("pitch", "--content", pitch->content, contents))
    return TOOL_USAGE;
  if (pitch->options.out == NULL)
    return tool_usage_error ("pitch", "say where to write: IN OUT");
  if (ABS (pitch->semitones) > MAX_SEMITONES
      || ABS (pitch->formant_semitones) > MAX_SEMITONES)
    return tool_usage_error ("pitch",
        "--semitones and --formant-semitones go from -%.0f to %.0f",
        MAX_SEMITONES, MAX_SEMITONES);
  return tool_run_effect ("pitch", &pitch->options, build, pitch, NULL);
}

gint
cmd_pitch (gint argc, gchar **argv)
{
  Pitch pitch = { .semitones = 0.0 };
  const GOptionEntry entries[] = { { "semitones", 's', 0, G_OPTION_ARG_DOUBLE,
                                       &pitch.semitones,
                                       "how far up, or down when negative; "
                                       "hundredths are cents",
                                       "N" },
    { "formant", 'f', 0, G_OPTION_ARG_FILENAME, &pitch.formant,
        "preserve (default: the voice keeps its character) or shift",
        "FORMANT" },
    { "formant-semitones", 0, 0, G_OPTION_ARG_DOUBLE, &pitch.formant_semitones,
        "moves the formants on their own", "N" },
    { "content", 'c', 0, G_OPTION_ARG_FILENAME, &pitch.content,
        "auto (default), voice or music", "CONTENT" },
    TOOL_OUTPUT_ENTRIES (pitch.options), TOOL_OPTION_ENTRIES (pitch.options),
    { NULL } };
  gint code = TOOL_USAGE;

  if (tool_parse ("IN... OUT - change the pitch, not the duration",
          TOOL_HELP_FILES "\nExample: autovoice pitch song.mp3 lower.flac "
                          "--semitones -2\n",
          entries, &argc, &argv))
    code = run (&pitch);
  tool_options_clear (&pitch.options);
  g_free (pitch.formant);
  g_free (pitch.content);
  return code;
}
