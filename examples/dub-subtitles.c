/* dub-subtitles.c: an audio track that speaks a subtitle file.
 *
 * Every subtitle is spoken within its slot; the rate follows, and --overflow
 * says what happens when even fast speech is too long. Shows how an
 * application feeds avtts from a subtitle parser and counts what goes by with
 * a pad probe.
 *
 *   usage: dub-subtitles [OPTION...] SUBTITLES OUT.wav|OUT.flac|OUT.ogg
 */
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_INTERVAL_MS 250

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  gint n_subtitles; /* atomic: counted by the streaming thread */
  gboolean failed;
} App;

typedef struct
{
  gchar *speaker;
  gchar *voice;
  gchar *voices_dir;
  gchar *lexicon;
  gchar *overflow;
  gdouble speed;
  gint rate;
  gchar **files;
} Options;

static const struct
{
  const gchar *suffix;
  const gchar *encoder;
} formats[] = { { ".wav", "wavenc" }, { ".flac", "flacenc" },
  { ".ogg", "vorbisenc ! oggmux" }, { ".mp3", "lamemp3enc" } };

static const gchar *
find_encoder (const gchar *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (path, formats[i].suffix))
      return formats[i].encoder;
  return NULL;
}

static void
print_progress_line (App *app)
{
  gint64 position = 0;

  gst_element_query_position (app->pipeline, GST_FORMAT_TIME, &position);
  g_printerr ("\r%d subtitles, %d:%02d:%02d of audio",
      g_atomic_int_get (&app->n_subtitles),
      (gint) (position / (3600 * GST_SECOND)),
      (gint) (position / (60 * GST_SECOND) % 60),
      (gint) (position / GST_SECOND % 60));
}

static gboolean
print_progress (gpointer user_data)
{
  print_progress_line (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer user_data)
{
  App *app = user_data;

  g_printerr ("\nstopped\n");
  app->failed = TRUE;
  g_main_loop_quit (app->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_message (G_GNUC_UNUSED GstBus *bus, GstMessage *message, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_printerr ("\n%s\n", error->message);
      app->failed = TRUE;
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_EOS:
      print_progress_line (app);
      g_printerr ("\n");
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Every buffer between parser and speech is a subtitle. */
static GstPadProbeReturn
on_subtitle (G_GNUC_UNUSED GstPad *pad, G_GNUC_UNUSED GstPadProbeInfo *info,
    gpointer user_data)
{
  App *app = user_data;

  g_atomic_int_inc (&app->n_subtitles);
  return GST_PAD_PROBE_OK;
}

static gboolean
parse_options (int *argc, char ***argv, Options *options)
{
  const GOptionEntry entries[] = {
    { "speaker", 's', 0, G_OPTION_ARG_STRING, &options->speaker,
        "Who speaks: slt, rms, awb or kal16 (slt)", "NAME" },
    { "voice", 'v', 0, G_OPTION_ARG_STRING, &options->voice,
        "Enrolled voice to speak in", "NAME|FILE" },
    { "voices-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->voices_dir,
        "Folder of enrolled voices", "FOLDER" },
    { "lexicon", 'l', 0, G_OPTION_ARG_FILENAME, &options->lexicon,
        "File of pronunciations", "FILE" },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &options->speed,
        "Speaking rate, 0.25 to 4 (1)", "FACTOR" },
    { "overflow", 'o', 0, G_OPTION_ARG_STRING, &options->overflow,
        "Too long for its slot: clip, shift or overlap (shift)", "HOW" },
    { "rate", 'r', 0, G_OPTION_ARG_INT, &options->rate,
        "Sample rate of the track (48000)", "HZ" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files,
        NULL, "SUBTITLES OUT.wav|OUT.flac|OUT.ogg|OUT.mp3" },
    { NULL },
  };
  static const gchar *const overflows[] = { "clip", "shift", "overlap", NULL };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- an audio track that speaks a subtitle file");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  if (options->files == NULL || g_strv_length (options->files) != 2) {
    g_autofree gchar *help = g_option_context_get_help (context, TRUE, NULL);

    g_printerr ("%s", help);
    return FALSE;
  }
  if (!g_file_test (options->files[0], G_FILE_TEST_IS_REGULAR)) {
    g_printerr ("%s: there is no such file\n", options->files[0]);
    return FALSE;
  }
  if (options->overflow != NULL
      && !g_strv_contains (overflows, options->overflow)) {
    g_printerr (
        "--overflow=%s: use clip, shift or overlap\n", options->overflow);
    return FALSE;
  }
  if (!(options->speed >= 0.25 && options->speed <= 4) || options->rate < 8000
      || options->rate > 192000) {
    g_printerr ("--speed goes from 0.25 to 4, --rate from 8000 to 192000\n");
    return FALSE;
  }
  if (find_encoder (options->files[1]) == NULL) {
    g_printerr ("%s: the name must end in .wav, .flac, .ogg or .mp3\n",
        options->files[1]);
    return FALSE;
  }
  return TRUE;
}

static void
set_string (GstElement *element, const gchar *property, const gchar *value)
{
  if (value != NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
}

static GstElement *
build_pipeline (const Options *options, const gchar *part, App *app)
{
  g_autofree gchar *line = g_strdup_printf (
      "filesrc name=source ! subparse name=parser ! avtts name=speech ! "
      "audioconvert ! audio/x-raw, rate = (int) %d ! %s ! "
      "filesink name=sink",
      options->rate, find_encoder (options->files[1]));
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) source = NULL, parser = NULL, speech = NULL,
                         sink = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    gst_clear_object (&pipeline);
    return NULL;
  }
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  parser = gst_bin_get_by_name (GST_BIN (pipeline), "parser");
  speech = gst_bin_get_by_name (GST_BIN (pipeline), "speech");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (source, "location", options->files[0], NULL);
  g_object_set (sink, "location", part, NULL);
  set_string (speech, "speaker", options->speaker);
  set_string (speech, "voice", options->voice);
  set_string (speech, "voices-dir", options->voices_dir);
  set_string (speech, "lexicon", options->lexicon);
  set_string (speech, "overflow", options->overflow);
  g_object_set (speech, "speed", options->speed, NULL);
  pad = gst_element_get_static_pad (parser, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_subtitle, app, NULL);
  return pipeline;
}

static void
run (App *app)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (app->pipeline);
  guint progress = 0, interrupt;

  app->loop = g_main_loop_new (NULL, FALSE);
  gst_bus_add_watch (bus, on_message, app);
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, app);
  if (isatty (STDERR_FILENO))
    progress = g_timeout_add (PROGRESS_INTERVAL_MS, print_progress, app);
  gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (app->loop);
  gst_element_set_state (app->pipeline, GST_STATE_NULL);
  if (progress != 0)
    g_source_remove (progress);
  g_source_remove (interrupt);
  gst_bus_remove_watch (bus);
  g_main_loop_unref (app->loop);
}

static void
clear_options (Options *options)
{
  g_free (options->speaker);
  g_free (options->voice);
  g_free (options->voices_dir);
  g_free (options->lexicon);
  g_free (options->overflow);
  g_strfreev (options->files);
}

/* Writes beside the wanted file and renames at the end, so that a failure
 * leaves neither half a file nor less than there was. */
static gboolean
dub (const Options *options)
{
  g_autofree gchar *part = g_strconcat (options->files[1], ".part", NULL);
  App app = { .pipeline = NULL };

  app.pipeline = build_pipeline (options, part, &app);
  if (app.pipeline == NULL)
    return FALSE;
  run (&app);
  gst_object_unref (app.pipeline);
  if (!app.failed && app.n_subtitles == 0) {
    g_printerr ("%s: there are no subtitles in it\n", options->files[0]);
    app.failed = TRUE;
  }
  if (!app.failed && g_rename (part, options->files[1]) != 0) {
    g_printerr ("%s: cannot be written\n", options->files[1]);
    app.failed = TRUE;
  }
  if (app.failed)
    g_remove (part);
  return !app.failed;
}

int
main (int argc, char **argv)
{
  Options options = { .speed = 1.0, .rate = 48000 };
  int status = 2;

  if (parse_options (&argc, &argv, &options))
    status = dub (&options) ? 0 : 1;
  clear_options (&options);
  return status;
}
