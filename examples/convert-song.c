/* convert-song.c: a song in another voice, from an application.
 *
 * Shows what an application has to do around avsongconvert: build the
 * pipeline, follow the bus, print progress, stop cleanly on Ctrl-C, and tell
 * the user what went wrong.
 *
 *   usage: convert-song SONG VOICE OUT.wav|OUT.flac [PITCH_SEMITONES]
 */
#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <stdlib.h>

#define PROGRESS_INTERVAL_MS 250

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  gboolean failed;
} App;

/* decodebin's pads appear when the format is known: link the audio one. */
static void
on_pad_added (
    G_GNUC_UNUSED GstElement *decoder, GstPad *pad, gpointer user_data)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (user_data, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const gchar *media =
      gst_structure_get_name (gst_caps_get_structure (caps, 0));

  if (g_str_has_prefix (media, "audio/") && !gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static gboolean
print_progress (gpointer user_data)
{
  App *app = user_data;
  gint64 position, duration;

  if (gst_element_query_position (app->pipeline, GST_FORMAT_TIME, &position)
      && gst_element_query_duration (app->pipeline, GST_FORMAT_TIME, &duration)
      && duration > 0)
    g_printerr ("\r%3d %%", (gint) (100 * position / duration));
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
  g_autofree gchar *debug = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      g_printerr ("\n%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
      app->failed = TRUE;
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      g_printerr ("\nwarning: %s\n", error->message);
      break;
    case GST_MESSAGE_EOS:
      g_printerr ("\r100 %%\n");
      g_main_loop_quit (app->loop);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static GstElement *
add (GstElement *pipeline, const gchar *factory)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_printerr ("GStreamer has no element '%s': install the plugin\n", factory);
    exit (1);
  }
  gst_bin_add (GST_BIN (pipeline), element);
  return element;
}

static GstElement *
build_pipeline (const gchar *song, const gchar *voice, const gchar *partial,
    const gchar *out, gdouble semitones)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *source = add (pipeline, "filesrc");
  GstElement *decoder = add (pipeline, "decodebin");
  GstElement *convert_in = add (pipeline, "audioconvert");
  GstElement *song_convert = add (pipeline, "avsongconvert");
  GstElement *convert_out = add (pipeline, "audioconvert");
  GstElement *encoder =
      add (pipeline, g_str_has_suffix (out, ".flac") ? "flacenc" : "wavenc");
  GstElement *sink = add (pipeline, "filesink");

  g_object_set (source, "location", song, NULL);
  g_object_set (song_convert, "voice", voice, NULL);
  if (semitones != 0.0)
    g_object_set (song_convert, "pitch-shift", semitones, NULL);
  g_object_set (sink, "location", partial, NULL);

  gst_element_link (source, decoder);
  gst_element_link_many (
      convert_in, song_convert, convert_out, encoder, sink, NULL);
  g_signal_connect (
      decoder, "pad-added", G_CALLBACK (on_pad_added), convert_in);
  return pipeline;
}

int
main (int argc, char **argv)
{
  App app = { 0 };
  g_autoptr (GstBus) bus = NULL;
  g_autofree gchar *partial = NULL;

  gst_init (&argc, &argv);
  if (argc < 4 || argc > 5) {
    g_printerr ("usage: %s SONG VOICE OUT.wav|OUT.flac [PITCH_SEMITONES]\n"
                "VOICE is a name that 'autovoice voice list' shows, or a "
                ".voice file.\n",
        argv[0]);
    return 2;
  }
  if (!g_file_test (argv[1], G_FILE_TEST_IS_REGULAR)) {
    g_printerr ("there is no file %s\n", argv[1]);
    return 1;
  }
  partial = g_strconcat (argv[3], ".part", NULL);
  app.pipeline = build_pipeline (argv[1], argv[2], partial, argv[3],
      argc > 4 ? g_ascii_strtod (argv[4], NULL) : 0.0);
  app.loop = g_main_loop_new (NULL, FALSE);
  bus = gst_element_get_bus (app.pipeline);
  gst_bus_add_watch (bus, on_message, &app);
  g_unix_signal_add (SIGINT, on_interrupt, &app);
  g_timeout_add (PROGRESS_INTERVAL_MS, print_progress, &app);

  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);
  g_main_loop_run (app.loop);

  gst_element_set_state (app.pipeline, GST_STATE_NULL);
  /* Half a song is none. */
  if (app.failed)
    g_unlink (partial);
  else if (g_rename (partial, argv[3]) != 0) {
    g_printerr ("cannot write %s: %s\n", argv[3], g_strerror (errno));
    app.failed = TRUE;
  }
  gst_bus_remove_watch (bus);
  gst_object_unref (app.pipeline);
  g_main_loop_unref (app.loop);
  return app.failed ? 1 : 0;
}
