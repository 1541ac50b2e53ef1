/* tool-reader.c: filesrc ! decodebin ! converters ! appsink. */
#include "tool-reader.h"

#include <gst/app/gstappsink.h>
#include <gst/audio/audio.h>
#include <gst/pbutils/pbutils.h>

#include "base/vox-error.h"
#include "tool-decode.h"
#include "tool-packages.h"
#include "tool.h"

/* What the engine takes; a file outside of it is resampled to the nearest. */
#define MIN_RATE_HZ 8000
#define MAX_RATE_HZ 192000
/* Decoded buffers that may wait to be read. */
#define MAX_BUFFERS 16
/* How often a wait looks whether the user stopped the program. */
#define WAIT_MS 100

struct _ToolReader
{
  gchar *path;
  GstElement *pipeline;
  GstElement *sink;
  GstSample *sample;
  GstMapInfo map;
  gboolean is_mapped;
  gchar *missing;
  guint rate;
  guint channels;
  gdouble duration_s;
  guint64 frames;
};

void
tool_reader_free (ToolReader *self)
{
  if (self == NULL)
    return;
  if (self->is_mapped)
    gst_buffer_unmap (gst_sample_get_buffer (self->sample), &self->map);
  g_clear_pointer (&self->sample, gst_sample_unref);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_free (self->missing);
  g_free (self->path);
  g_free (self);
}

static GstElement *
add (ToolReader *self, const gchar *factory, GError **error)
{
  GstElement *element = tool_make_element (factory, error);

  if (element != NULL)
    gst_bin_add (GST_BIN (self->pipeline), element);
  return element;
}

static gboolean
build (ToolReader *self, guint rate, guint channels, GError **error)
{
  GstElement *convert, *resample;
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
          GST_AUDIO_NE (F32), "layout", G_TYPE_STRING, "interleaved", NULL);

  if (!(convert = add (self, "audioconvert", error))
      || !(resample = add (self, "audioresample", error))
      || !(self->sink = add (self, "appsink", error))
      || !tool_add_decoder (
          GST_BIN (self->pipeline), self->path, convert, error))
    return FALSE;
  if (rate > 0)
    gst_caps_set_simple (caps, "rate", G_TYPE_INT, (gint) rate, NULL);
  else
    gst_caps_set_simple (
        caps, "rate", GST_TYPE_INT_RANGE, MIN_RATE_HZ, MAX_RATE_HZ, NULL);
  if (channels > 0)
    gst_caps_set_simple (caps, "channels", G_TYPE_INT, (gint) channels, NULL);
  g_object_set (self->sink, "caps", caps, "sync", FALSE, "max-buffers",
      MAX_BUFFERS, NULL);
  gst_element_link_many (convert, resample, self->sink, NULL);
  return TRUE;
}

/* Looks at the messages that came in. Returns: FALSE for an error message. */
static gboolean
check_bus (ToolReader *self, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;
  GError *found = NULL;

  while (found == NULL
      && (message = gst_bus_pop_filtered (
              bus, GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT))
          != NULL) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      found = tool_message_error (message, self->path, NULL, self->missing);
    else if (self->missing == NULL && gst_is_missing_plugin_message (message))
      self->missing = gst_missing_plugin_message_get_description (message);
    gst_message_unref (message);
  }
  if (found != NULL)
    g_propagate_error (error, found);
  return found == NULL;
}

/* Waits for the next sample; NULL in self->sample at the end. */
static gboolean
next_sample (ToolReader *self, GError **error)
{
  GstAppSink *sink = GST_APP_SINK (self->sink);

  while (self->sample == NULL) {
    if (tool_interrupted ()) {
      tool_set_interrupted_error (error);
      return FALSE;
    }
    self->sample = gst_app_sink_try_pull_sample (sink, WAIT_MS * GST_MSECOND);
    if (!check_bus (self, error))
      return FALSE;
    if (self->sample == NULL && gst_app_sink_is_eos (sink))
      break;
  }
  return TRUE;
}

static gboolean
read_format (ToolReader *self, GError **error)
{
  GstAudioInfo info;
  gint64 duration;

  if (self->sample == NULL
      || !gst_audio_info_from_caps (
          &info, gst_sample_get_caps (self->sample))) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "\"%s\": there is no audio in it", self->path);
    return FALSE;
  }
  self->rate = (guint) GST_AUDIO_INFO_RATE (&info);
  self->channels = (guint) GST_AUDIO_INFO_CHANNELS (&info);
  if (gst_element_query_duration (self->pipeline, GST_FORMAT_TIME, &duration)
      && duration > 0)
    self->duration_s = (gdouble) duration / GST_SECOND;
  return TRUE;
}

ToolReader *
tool_reader_open (const gchar *path, guint rate, guint channels, GError **error)
{
  g_autoptr (ToolReader) self = g_new0 (ToolReader, 1);

  self->path = g_strdup (path);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  if (!build (self, rate, channels, error))
    return NULL;
  tool_start (self->pipeline);
  if (!next_sample (self, error) || !read_format (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint
tool_reader_rate (const ToolReader *self)
{
  return self->rate;
}

guint
tool_reader_channels (const ToolReader *self)
{
  return self->channels;
}

gdouble
tool_reader_duration (const ToolReader *self)
{
  return self->duration_s;
}

guint64
tool_reader_frames (const ToolReader *self)
{
  return self->frames;
}

gboolean
tool_reader_read (
    ToolReader *self, const gfloat **frames, gsize *n_frames, GError **error)
{
  if (self->is_mapped) {
    gst_buffer_unmap (gst_sample_get_buffer (self->sample), &self->map);
    self->is_mapped = FALSE;
    g_clear_pointer (&self->sample, gst_sample_unref);
  }
  *frames = NULL;
  *n_frames = 0;
  /* The first sample is there since the file was opened. */
  if (!next_sample (self, error))
    return FALSE;
  if (self->sample == NULL)
    return TRUE;
  self->is_mapped = gst_buffer_map (
      gst_sample_get_buffer (self->sample), &self->map, GST_MAP_READ);
  if (!self->is_mapped) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
        "\"%s\": a buffer cannot be read", self->path);
    return FALSE;
  }
  *frames = (const gfloat *) self->map.data;
  *n_frames = self->map.size / (sizeof (gfloat) * self->channels);
  self->frames += *n_frames;
  return TRUE;
}
