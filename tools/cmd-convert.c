/* cmd-convert.c: autovoice convert: songs (avsongconvert) and voices alone
 * (avvoiceconvert) in another voice. */
#include <string.h>

#include "tool-options.h"
#include "tool-voices.h"
#include "tool.h"

#define MAX_PITCH_SEMITONES 24.0

typedef struct
{
  ToolOptions options;
  gchar *voice;
  gchar *voices_dir;
  gchar *pitch;
  gchar *similarity;
  gboolean speech;
  gboolean singing;
} Convert;

/* Sets the pitch shift, a number that was checked, or automatic. */
static void
set_pitch (const Convert *convert, GstElement *element)
{
  gboolean is_auto =
      convert->pitch == NULL || strcmp (convert->pitch, "auto") == 0;

  g_object_set (element, "pitch-auto", is_auto, NULL);
  if (!is_auto)
    g_object_set (
        element, "pitch-shift", g_ascii_strtod (convert->pitch, NULL), NULL);
}

static gboolean
build (ToolJob *job, const ToolTask *task, gpointer user_data, GError **error)
{
  const Convert *convert = user_data;
  gboolean is_voice = convert->speech || convert->singing;
  GstElement *element =
      tool_job_add (job, is_voice ? "avvoiceconvert" : "avsongconvert", error);

  if (element == NULL || !tool_options_apply (&convert->options, element, error)
      || !tool_set_property (element, "voices-dir", convert->voices_dir, error)
      || !tool_set_property (element, "voice", convert->voice, error)
      || !tool_set_property (element, "similarity", convert->similarity, error)
      || (is_voice
          && !tool_set_property (element, "content",
              convert->singing ? "singing" : "speech", error)))
    return FALSE;
  set_pitch (convert, element);
  return tool_build_chain (job, task, &convert->options, element, error);
}

/* Whether @text is a number from @min to @max. */
static gboolean
is_number (const gchar *text, gdouble min, gdouble max)
{
  gchar *end;
  gdouble value = g_ascii_strtod (text, &end);

  return end != text && *end == '\0' && value >= min && value <= max;
}

static gint
run (Convert *convert)
{
  g_autoptr (VoxVoice) voice = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;

  if (!tool_options_check ("convert", &convert->options))
    return TOOL_USAGE;
  if (convert->voice == NULL)
    return tool_usage_error ("convert", "say in which voice: --voice NAME");
  if (convert->options.out == NULL)
    return tool_usage_error ("convert", "say where to write: -o OUT");
  if (convert->speech && convert->singing)
    return tool_usage_error ("convert", "--speech or --singing, not both");
  if (convert->pitch != NULL && strcmp (convert->pitch, "auto") != 0
      && !is_number (convert->pitch, -MAX_PITCH_SEMITONES, MAX_PITCH_SEMITONES))
    return tool_usage_error ("convert",
        "--pitch takes auto or a number from -%.0f to %.0f",
        MAX_PITCH_SEMITONES, MAX_PITCH_SEMITONES);
  if (convert->similarity != NULL && !is_number (convert->similarity, 0.0, 1.0))
    return tool_usage_error (
        "convert", "--similarity takes a number from 0 to 1");
  /* A damaged or unknown voice is told once, before any file. */
  voice = vox_voice_store_find (convert->voices_dir, convert->voice, &error);
  if (voice == NULL)
    return tool_fail (error);
  path = tool_voice_path (convert->voices_dir, convert->voice);
  return tool_run_effect ("convert", &convert->options, build, convert, path);
}

gint
cmd_convert (gint argc, gchar **argv)
{
  Convert convert = { .options.n_jobs = 1 };
  const GOptionEntry entries[] = {
    { "voice", 'v', 0, G_OPTION_ARG_FILENAME, &convert.voice,
        "name of a voice, or a .voice file", "VOICE" },
    TOOL_VOICES_DIR_ENTRY (convert.voices_dir),
    { "pitch", 'p', 0, G_OPTION_ARG_FILENAME, &convert.pitch,
        "semitones, or auto (default: octaves for songs, the target's range "
        "for speech)",
        "N" },
    { "speech", 0, 0, G_OPTION_ARG_NONE, &convert.speech,
        "the input is a speaking voice alone: nothing is separated", NULL },
    { "singing", 0, 0, G_OPTION_ARG_NONE, &convert.singing,
        "the input is a singing voice alone: nothing is separated", NULL },
    { "similarity", 0, 0, G_OPTION_ARG_FILENAME, &convert.similarity,
        "0 (closest to the source) to 1 (closest to the voice)", "S" },
    TOOL_OUTPUT_ENTRIES (convert.options),
    TOOL_OPTION_ENTRIES (convert.options), { NULL }
  };
  gint code = TOOL_USAGE;

  if (tool_parse ("IN... --voice VOICE -o OUT - in another voice",
          TOOL_HELP_FILES "\nExample: autovoice convert song.mp3 --voice anna "
                          "-o song-anna.flac\n",
          entries, &argc, &argv))
    code = run (&convert);
  tool_options_clear (&convert.options);
  g_free (convert.voice);
  g_free (convert.voices_dir);
  g_free (convert.pitch);
  g_free (convert.similarity);
  return code;
}
