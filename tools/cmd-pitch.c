/* cmd-pitch.c: autovoice pitch: avpitchshift on files. */
#include <math.h>

#include "tool-options.h"
#include "tool.h"

#define MAX_SEMITONES 24.0
/* Infinity is out of range when it is typed, too. */
#define NOT_GIVEN INFINITY

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

/* Not a number fails both comparisons. */
static gboolean
is_in_range (gdouble semitones)
{
  return semitones >= -MAX_SEMITONES && semitones <= MAX_SEMITONES;
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
  if (pitch->semitones == NOT_GIVEN && pitch->formant_semitones == NOT_GIVEN)
    return tool_usage_error ("pitch", "say how far: --semitones N");
  if (pitch->semitones == NOT_GIVEN)
    pitch->semitones = 0.0;
  if (pitch->formant_semitones == NOT_GIVEN)
    pitch->formant_semitones = 0.0;
  if (!is_in_range (pitch->semitones)
      || !is_in_range (pitch->formant_semitones))
    return tool_usage_error ("pitch",
        "--semitones and --formant-semitones go from -%.0f to %.0f",
        MAX_SEMITONES, MAX_SEMITONES);
  return tool_run_effect ("pitch", &pitch->options, build, pitch, NULL);
}

gint
cmd_pitch (gint argc, gchar **argv)
{
  Pitch pitch = {
    .options.n_jobs = 1, .semitones = NOT_GIVEN, .formant_semitones = NOT_GIVEN
  };
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
