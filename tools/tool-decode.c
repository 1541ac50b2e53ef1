/* tool-decode.c: filesrc ! decodebin, audio only. */
#include "tool-decode.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/vox-error.h"
#include "tool-packages.h"

/* More has no agreed order of loudspeakers. */
#define MAX_CHANNELS 8
/* Names of the elements that give audio to the others. */
#define SOURCE_NAME "input"
#define DECODER_NAME "decoder"

gboolean
tool_check_input (const gchar *path, GError **error)
{
  GStatBuf status;
  gint code = 0;

  if (g_stat (path, &status) != 0 || g_access (path, R_OK) != 0)
    code = errno;
  else if (S_ISDIR (status.st_mode))
    code = EISDIR;
  if (code != 0) {
    g_set_error (error, VOX_ERROR,
        code == ENOENT ? VOX_ERROR_NOT_FOUND : VOX_ERROR_READ,
        "cannot read \"%s\": %s", path, g_strerror (code));
    return FALSE;
  }
  if (S_ISREG (status.st_mode) && status.st_size == 0) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "\"%s\" is empty (0 bytes)", path);
    return FALSE;
  }
  return TRUE;
}

static void
on_pad_added (GstElement *decoder, GstPad *pad, gpointer into)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (into, "sink");
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);

  const GstStructure *format;
  gint channels = 0;

  if (gst_caps_is_empty (caps) || gst_pad_is_linked (sink))
    return;
  format = gst_caps_get_structure (caps, 0);
  if (!g_str_has_prefix (gst_structure_get_name (format), "audio/"))
    return;
  gst_structure_get_int (format, "channels", &channels);
  if (channels > MAX_CHANNELS) {
    g_autoptr (GError) error = g_error_new (VOX_ERROR, VOX_ERROR_FORMAT,
        "it has %d channels; %d are the most that can be processed", channels,
        MAX_CHANNELS);

    gst_element_post_message (
        decoder, gst_message_new_error (GST_OBJECT (decoder), error, NULL));
    return;
  }
  gst_pad_link (pad, sink);
}

static void
on_no_more_pads (GstElement *decoder, gpointer into)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (into, "sink");
  g_autoptr (GError) error = NULL;

  if (gst_pad_is_linked (sink))
    return;
  error = g_error_new_literal (
      VOX_ERROR, VOX_ERROR_FORMAT, "there is no audio in it");
  gst_element_post_message (
      decoder, gst_message_new_error (GST_OBJECT (decoder), error, NULL));
}

/* wavparse (seen in GStreamer 1.22), where it pulls the file itself, takes the
 * padding byte behind an odd number of bytes for one more header and ends
 * without a sound: that would be every second mono file of 24 bit. Pushed the
 * same bytes, it gives all of them. */
static gboolean
must_be_pushed (const gchar *path)
{
  gchar head[12] = { 0 };
  FILE *file = g_fopen (path, "rb");

  if (file == NULL)
    return FALSE;
  if (fread (head, 1, sizeof (head), file) != sizeof (head))
    head[0] = 0;
  fclose (file);
  return memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WAVE", 4) == 0;
}

/* Whoever reads through a tee cannot pull. (Nor through a queue, but wavparse
 * tells the end of the samples before the end of the file, and a queue that
 * hears that may never answer what the file asks it.) */
static gboolean
link_decoder (GstBin *bin, const gchar *path, GstElement *source,
    GstElement *decoder, GError **error)
{
  GstElement *tee;

  if (!must_be_pushed (path))
    return gst_element_link (source, decoder);
  if (!(tee = tool_make_element ("tee", error)))
    return FALSE;
  gst_bin_add (bin, tee);
  return gst_element_link_many (source, tee, decoder, NULL);
}

gboolean
tool_add_decoder (
    GstBin *bin, const gchar *path, GstElement *into, GError **error)
{
  GstElement *source, *decoder;
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("audio/x-raw");

  if (!tool_check_input (path, error)
      || !(source = tool_make_element ("filesrc", error)))
    return FALSE;
  /* A name can only be given before there is a parent. */
  gst_object_set_name (GST_OBJECT (source), SOURCE_NAME);
  gst_bin_add (bin, source);
  if (!(decoder = tool_make_element ("decodebin", error)))
    return FALSE;
  gst_object_set_name (GST_OBJECT (decoder), DECODER_NAME);
  gst_bin_add (bin, decoder);
  g_object_set (source, "location", path, NULL);
  g_object_set (decoder, "caps", caps, "expose-all-streams", FALSE, NULL);
  g_signal_connect (decoder, "pad-added", G_CALLBACK (on_pad_added), into);
  g_signal_connect (
      decoder, "no-more-pads", G_CALLBACK (on_no_more_pads), into);
  return link_decoder (bin, path, source, decoder, error);
}

static void
activate (const GValue *item, G_GNUC_UNUSED gpointer user_data)
{
  GstElement *element = g_value_get_object (item);
  const gchar *name = GST_OBJECT_NAME (element);

  if (strcmp (name, SOURCE_NAME) != 0 && strcmp (name, DECODER_NAME) != 0)
    gst_element_set_state (element, GST_STATE_PAUSED);
}

GstStateChangeReturn
tool_start (GstElement *pipeline)
{
  GstIterator *elements = gst_bin_iterate_sorted (GST_BIN (pipeline));

  while (gst_iterator_foreach (elements, activate, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
  return gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

/* Whether the message comes from the sink that writes the output. */
static gboolean
is_from_output (GstMessage *message)
{
  GstObject *source = GST_MESSAGE_SRC (message);

  return GST_IS_ELEMENT (source)
      && GST_OBJECT_FLAG_IS_SET (source, GST_ELEMENT_FLAG_SINK);
}

/* The project's elements write sentences for people; their name says whose
 * they are. */
static gboolean
is_own (GstMessage *message)
{
  GstObject *source = GST_MESSAGE_SRC (message);

  return GST_IS_ELEMENT (source)
      && g_str_has_prefix (G_OBJECT_TYPE_NAME (source), "GstAv")
      && gst_element_get_factory (GST_ELEMENT (source)) != NULL
      && g_str_has_prefix (
          GST_OBJECT_NAME (gst_element_get_factory (GST_ELEMENT (source))),
          "av");
}

static GError *
output_error (const GError *cause, const gchar *debug, const gchar *output)
{
  const gchar *reason = cause->message;
  const gchar *system = debug != NULL ? strstr (debug, "system error: ") : NULL;

  if (g_error_matches (
          cause, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    reason = "the disk is full";
  else if (system != NULL)
    reason = system + strlen ("system error: ");
  return g_error_new (
      VOX_ERROR, VOX_ERROR_READ, "cannot write \"%s\": %s", output, reason);
}

GError *
tool_message_error (GstMessage *message, const gchar *input,
    const gchar *output, const gchar *missing)
{
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_error (message, &cause, &debug);
  g_debug ("%s: %s", GST_MESSAGE_SRC_NAME (message), debug);
  if (is_own (message))
    return g_steal_pointer (&cause);
  if (output != NULL && is_from_output (message))
    return output_error (cause, debug, output);
  if (input == NULL)
    return g_steal_pointer (&cause);
  if (cause->domain == VOX_ERROR)
    return g_error_new (
        VOX_ERROR, cause->code, "\"%s\": %s", input, cause->message);
  if (missing != NULL)
    return g_error_new (VOX_ERROR, VOX_ERROR_FORMAT,
        "\"%s\" needs a decoder that is not installed (%s); try: sudo apt-get "
        "install gstreamer1.0-plugins-ugly gstreamer1.0-libav",
        input, missing);
  /* decodebin's way to say that no stream of the wanted kind is in the file. */
  if (g_error_matches (cause, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN))
    return g_error_new (
        VOX_ERROR, VOX_ERROR_FORMAT, "\"%s\": there is no audio in it", input);
  if (cause->domain == GST_STREAM_ERROR)
    return g_error_new (VOX_ERROR, VOX_ERROR_MALFORMED,
        "\"%s\" is no audio file that GStreamer can decode: %s", input,
        cause->message);
  return g_error_new (
      VOX_ERROR, VOX_ERROR_READ, "\"%s\": %s", input, cause->message);
}
