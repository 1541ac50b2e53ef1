/* live-voice-changer.c: microphone to loudspeaker in another voice.
 *
 * autoaudiosrc ! avvoiceconvert ! autoaudiosink, with the pipeline's latency
 * printed. Type another voice's name and Enter to change it while speaking, a
 * number to shift the pitch by that many semitones, "auto" to let the element
 * choose, and "quit" (or Ctrl-C) to end.
 *
 *   usage: live-voice-changer VOICE [SOURCE_ELEMENT [SINK_ELEMENT]]
 *
 * SOURCE_ELEMENT and SINK_ELEMENT are descriptions such as "alsasrc
 * device=hw:1" or "audiotestsrc is-live=true"; use headphones with a real
 * microphone.
 */
#include <glib-unix.h>
#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline;
  GstElement *changer;
  gboolean failed;
} App;

/* Before the source has started it does not know yet that it is live. */
static void
print_latency (App *app)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean live;

  if (!gst_element_query (app->pipeline, query))
    return;
  gst_query_parse_latency (query, &live, &min, &max);
  if (live)
    g_print ("latency: %.1f ms\n", (gdouble) min / GST_MSECOND);
}

/* Without a sound card GStreamer's automatic elements go on with silence. */
static void
warn_of_stand_ins (App *app)
{
  static const struct
  {
    const gchar *name, *sentence;
  } stand_ins[] = {
    { "fake-auto-audio-src",
        "no microphone was found, so the input is silence; "
        "name a SOURCE_ELEMENT" },
    { "fake-audio-sink",
        "no loudspeaker was found, so nothing is heard; name "
        "a SINK_ELEMENT" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (stand_ins); i++) {
    g_autoptr (GstElement) found =
        gst_bin_get_by_name (GST_BIN (app->pipeline), stand_ins[i].name);

    if (found != NULL)
      g_printerr ("%s\n", stand_ins[i].sentence);
  }
}

static gboolean
on_message (G_GNUC_UNUSED GstBus *bus, GstMessage *message, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;
  GstState state;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_printerr ("%s\n", error->message);
      app->failed = TRUE;
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      g_printerr ("%s: %s\n", GST_MESSAGE_SRC_NAME (message), error->message);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (app->loop);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (app->pipeline));
      print_latency (app);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      gst_message_parse_state_changed (message, NULL, &state, NULL);
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (app->pipeline)
          && state == GST_STATE_PLAYING) {
        warn_of_stand_ins (app);
        print_latency (app);
      }
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static void
obey (App *app, const gchar *line)
{
  gchar *end;
  const gdouble semitones = g_ascii_strtod (line, &end);

  if (strcmp (line, "quit") == 0)
    g_main_loop_quit (app->loop);
  else if (strcmp (line, "auto") == 0)
    g_object_set (app->changer, "pitch-auto", TRUE, "pitch-shift", 0.0, NULL);
  else if (*line != '\0' && *end == '\0')
    g_object_set (
        app->changer, "pitch-auto", FALSE, "pitch-shift", semitones, NULL);
  else if (*line != '\0')
    g_object_set (app->changer, "voice", line, NULL);
}

static gboolean
on_input (GIOChannel *channel, G_GNUC_UNUSED GIOCondition condition,
    gpointer user_data)
{
  g_autofree gchar *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL)
      != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  obey (user_data, g_strstrip (line));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer user_data)
{
  g_main_loop_quit (((App *) user_data)->loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  App app = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GIOChannel) input = NULL;
  g_autofree gchar *description = NULL;

  gst_init (&argc, &argv);
  if (argc < 2 || argc > 4) {
    g_printerr ("usage: %s VOICE [SOURCE_ELEMENT [SINK_ELEMENT]]\n", argv[0]);
    return 2;
  }
  description = g_strdup_printf (
      "%s ! queue ! audioconvert ! avvoiceconvert name=changer lookahead=0 ! "
      "audioconvert ! audioresample ! queue ! %s",
      argc > 2 ? argv[2] : "autoaudiosrc",
      argc > 3 ? argv[3] : "autoaudiosink");
  app.pipeline = gst_parse_launch (description, &error);
  /* With an element that is not installed there is a pipeline and an error. */
  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    gst_clear_object (&app.pipeline);
    return 1;
  }
  app.changer = gst_bin_get_by_name (GST_BIN (app.pipeline), "changer");
  g_object_set (app.changer, "voice", argv[1], NULL);
  app.loop = g_main_loop_new (NULL, FALSE);
  bus = gst_element_get_bus (app.pipeline);
  gst_bus_add_watch (bus, on_message, &app);
  g_unix_signal_add (SIGINT, on_interrupt, &app);
  input = g_io_channel_unix_new (STDIN_FILENO);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, &app);

  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);
  g_main_loop_run (app.loop);

  gst_element_set_state (app.pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (app.changer);
  gst_object_unref (app.pipeline);
  g_main_loop_unref (app.loop);
  return app.failed ? 1 : 0;
}
