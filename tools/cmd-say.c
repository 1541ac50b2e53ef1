/* cmd-say.c: autovoice say: text through avtts to a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gst/app/gstappsrc.h>

#include "tool-options.h"
#include "tool-voices.h"
#include "tool.h"
#include "tts/vox-tts.h"

#define MIN_SPEED 0.25
#define MAX_SPEED 4.0
#define MAX_PAUSES 4.0
/* A longer text is a mistake, such as a wrong file. */
#define MAX_TEXT_BYTES ((gsize) 16 << 20)
#define READ_BYTES 4096

typedef struct
{
  ToolOptions options;
  gchar *file;
  gchar *speaker;
  gchar *voice;
  gchar *voices_dir;
  gchar *lexicon;
  gdouble speed;
  gdouble pauses;
  /* Paragraphs, and which one is next. */
  gchar **paragraphs;
  guint next;
} Say;

/* A paragraph at a time: the element speaks one while the next ones wait. */
static void
on_need_data (GstAppSrc *source, G_GNUC_UNUSED guint n_bytes, gpointer data)
{
  Say *say = data;
  const gchar *text = say->paragraphs[say->next];

  if (text == NULL) {
    gst_app_src_end_of_stream (source);
    return;
  }
  say->next++;
  gst_app_src_push_buffer (source, gst_buffer_new_memdup (text, strlen (text)));
}

static gboolean
build (ToolJob *job, const ToolTask *task, gpointer user_data, GError **error)
{
  Say *say = user_data;
  GstElement *source, *element, *encoder;
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("text/x-raw", "format", G_TYPE_STRING, "utf8", NULL);

  if (!(source = tool_job_add (job, "appsrc", error))
      || !(element = tool_job_add (job, "avtts", error))
      || !tool_options_apply (&say->options, element, error)
      || !tool_set_property (element, "speaker", say->speaker, error)
      || !tool_set_property (element, "voice", say->voice, error)
      || !tool_set_property (element, "voices-dir", say->voices_dir, error)
      || !tool_set_property (element, "lexicon", say->lexicon, error)
      || !(encoder = tool_job_encode (
               job, task->outputs[0], say->options.bits, error)))
    return FALSE;
  g_object_set (element, "speed", say->speed, "pause-scale", say->pauses, NULL);
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  g_signal_connect (source, "need-data", G_CALLBACK (on_need_data), say);
  if (gst_element_link_many (source, element, encoder, NULL))
    return TRUE;
  g_set_error_literal (error, VOX_ERROR, VOX_ERROR_FORMAT,
      "the elements of the pipeline do not fit together");
  return FALSE;
}

/* Everything @stream holds, at most MAX_TEXT_BYTES. */
static GString *
read_stream (FILE *stream, const gchar *name, GError **error)
{
  GString *text = g_string_new (NULL);
  gchar bytes[READ_BYTES];
  gsize n;

  while ((n = fread (bytes, 1, sizeof (bytes), stream)) > 0
      && text->len <= MAX_TEXT_BYTES)
    g_string_append_len (text, bytes, (gssize) n);
  if (!ferror (stream) && text->len <= MAX_TEXT_BYTES)
    return text;
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ, "cannot read \"%s\"%s", name,
      ferror (stream) ? "" : ": it is too long for a text");
  g_string_free (text, TRUE);
  return NULL;
}

/* The text from the command line, the file, or standard input. */
static GString *
read_text (const Say *say, GError **error)
{
  GString *text;
  FILE *stream;

  if (say->options.files != NULL && strcmp (say->options.files[0], "-") != 0) {
    g_autofree gchar *joined = g_strjoinv (" ", say->options.files);

    return g_string_new (joined);
  }
  if (say->file == NULL)
    return read_stream (stdin, "standard input", error);
  stream = fopen (say->file, "rb");
  if (stream == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_READ, "cannot read \"%s\": %s",
        say->file, g_strerror (errno));
    return NULL;
  }
  text = read_stream (stream, say->file, error);
  fclose (stream);
  return text;
}

static gboolean
prepare_text (Say *say, GError **error)
{
  g_autoptr (GString) text = read_text (say, error);
  g_autoptr (GPtrArray) kept = NULL;
  g_auto (GStrv) all = NULL;

  if (text == NULL)
    return FALSE;
  if (!g_utf8_validate (text->str, (gssize) text->len, NULL)) {
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "the text is not UTF-8; convert it, for example with iconv");
    return FALSE;
  }
  g_string_replace (text, "\r\n", "\n", 0);
  all = g_strsplit (text->str, "\n\n", -1);
  kept = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; all[i] != NULL; i++)
    if (*g_strstrip (all[i]) != '\0')
      g_ptr_array_add (kept, g_strdup (all[i]));
  if (kept->len == 0) {
    g_set_error_literal (
        error, VOX_ERROR, VOX_ERROR_ARGUMENT, "there is no text to speak");
    return FALSE;
  }
  g_ptr_array_add (kept, NULL);
  say->paragraphs =
      (gchar **) g_ptr_array_free (g_steal_pointer (&kept), FALSE);
  return TRUE;
}

static gint
run (Say *say)
{
  ToolBatch batch = { .build = build, .user_data = say, .n_jobs = 1 };
  g_autoptr (GPtrArray) tasks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tool_task_free);
  g_autoptr (VoxVoice) voice = NULL;
  g_autoptr (GError) error = NULL;

  if (!tool_one_of ("say", "--mode", say->options.mode, tool_modes)
      || !tool_one_of ("say", "--speaker", say->speaker, vox_tts_speakers ()))
    return TOOL_USAGE;
  if (say->options.out == NULL)
    return tool_usage_error ("say", "say where to write: -o OUT");
  if (say->file != NULL && say->options.files != NULL)
    return tool_usage_error ("say", "TEXT or --file, not both");
  if (!(say->speed >= MIN_SPEED && say->speed <= MAX_SPEED))
    return tool_usage_error (
        "say", "--speed goes from %.2f to %.0f", MIN_SPEED, MAX_SPEED);
  if (!(say->pauses >= 0 && say->pauses <= MAX_PAUSES))
    return tool_usage_error ("say", "--pauses goes from 0 to %.0f", MAX_PAUSES);
  if (say->voice != NULL
      && !(voice = vox_voice_store_find (say->voices_dir, say->voice, &error)))
    return tool_fail (error);
  if (!prepare_text (say, &error))
    return tool_fail (error);
  g_ptr_array_add (tasks, tool_task_new (NULL, say->options.out));
  batch.tasks = tasks;
  return tool_batch_run (&batch);
}

gint
cmd_say (gint argc, gchar **argv)
{
  Say say = { .options.n_jobs = 1, .speed = 1.0, .pauses = 1.0 };
  const GOptionEntry entries[] = {
    { "speaker", 0, 0, G_OPTION_ARG_FILENAME, &say.speaker,
        "slt (default), rms, awb or kal16", "SPEAKER" },
    { "voice", 'v', 0, G_OPTION_ARG_FILENAME, &say.voice,
        "speak in an enrolled voice", "VOICE" },
    TOOL_VOICES_DIR_ENTRY (say.voices_dir),
    { "speed", 's', 0, G_OPTION_ARG_DOUBLE, &say.speed,
        "0.25 to 4; 1 is the speaker's own", "S" },
    { "pauses", 0, 0, G_OPTION_ARG_DOUBLE, &say.pauses,
        "0 to 4: factor of the pauses between phrases and sentences", "P" },
    { "lexicon", 'l', 0, G_OPTION_ARG_FILENAME, &say.lexicon,
        "your own pronunciations: \"word  P R O N\" or \"word = respelling\"",
        "FILE" },
    { "file", 'f', 0, G_OPTION_ARG_FILENAME, &say.file, "read the text from it",
        "FILE" },
    TOOL_OUTPUT_ENTRIES (say.options), TOOL_OPTION_ENTRIES (say.options),
    { NULL }
  };
  gint code = TOOL_USAGE;

  if (tool_parse ("TEXT -o OUT - text to speech",
          "Without TEXT and --file, or with -, the text comes from standard "
          "input.\n\nExample: autovoice say \"Hello.\" -o hello.wav\n",
          entries, &argc, &argv))
    code = run (&say);
  tool_options_clear (&say.options);
  g_free (say.file);
  g_free (say.speaker);
  g_free (say.lexicon);
  g_free (say.voice);
  g_free (say.voices_dir);
  g_strfreev (say.paragraphs);
  return code;
}
