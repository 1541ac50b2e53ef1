/* tool-job.c: builds, runs and ends one pipeline. */
#include "tool-job.h"

#include <string.h>

#include <gst/pbutils/pbutils.h>

#include "base/vox-error.h"
#include "tool-decode.h"
#include "tool-encode.h"
#include "tool-output.h"
#include "tool-packages.h"

struct _ToolJob
{
  GstElement *pipeline;
  gchar *input;
  GPtrArray *outputs;
  gchar *missing;
  guint watch;
  ToolJobDone done;
  gpointer user_data;
  /* Written by a streaming thread. */
  GMutex lock;
  GstClockTime position;
  gdouble duration_s;
};

ToolJob *
tool_job_new (void)
{
  ToolJob *job = g_new0 (ToolJob, 1);

  job->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  job->outputs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tool_output_free);
  g_mutex_init (&job->lock);
  return job;
}

void
tool_job_free (ToolJob *job)
{
  if (job == NULL)
    return;
  if (job->watch != 0)
    g_source_remove (job->watch);
  gst_element_set_state (job->pipeline, GST_STATE_NULL);
  gst_object_unref (job->pipeline);
  g_ptr_array_unref (job->outputs);
  g_free (job->input);
  g_free (job->missing);
  g_mutex_clear (&job->lock);
  g_free (job);
}

GstElement *
tool_job_add (ToolJob *job, const gchar *factory, GError **error)
{
  GstElement *element = tool_make_element (factory, error);

  if (element != NULL)
    gst_bin_add (GST_BIN (job->pipeline), element);
  return element;
}

/* Stops a stream that ends before any audio came: encoders would write files
 * with nothing but a header. */
static GstPadProbeReturn
on_decoded (
    GstPad *pad, GstPadProbeInfo *info, G_GNUC_UNUSED gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) element = NULL;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    return GST_PAD_PROBE_REMOVE;
  }
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  error = g_error_new_literal (
      VOX_ERROR, VOX_ERROR_FORMAT, "there is no audio in it");
  element = gst_pad_get_parent_element (pad);
  gst_element_post_message (
      element, gst_message_new_error (GST_OBJECT (element), error, NULL));
  return GST_PAD_PROBE_DROP;
}

GstElement *
tool_job_decode (ToolJob *job, const gchar *path, GError **error)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format",
      G_TYPE_STRING, "F32LE", "layout", G_TYPE_STRING, "interleaved", NULL);
  GstElement *convert, *resample, *filter, *queue;
  g_autoptr (GstPad) pad = NULL;

  job->input = g_strdup (path);
  if (!(convert = tool_job_add (job, "audioconvert", error))
      || !(resample = tool_job_add (job, "audioresample", error))
      || !(filter = tool_job_add (job, "capsfilter", error))
      || !(queue = tool_job_add (job, "queue", error))
      || !tool_add_decoder (GST_BIN (job->pipeline), path, convert, error))
    return NULL;
  g_object_set (filter, "caps", caps, NULL);
  /* The resampler works only where the next element cannot take the rate; the
   * queue lets decoder and element work at the same time. */
  gst_element_link_many (convert, resample, filter, queue, NULL);
  pad = gst_element_get_static_pad (convert, "sink");
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_decoded, NULL, NULL);
  return queue;
}

/* Follows the audio that reaches the first output. */
static GstPadProbeReturn
on_buffer (G_GNUC_UNUSED GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  ToolJob *job = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (GST_BUFFER_PTS_IS_VALID (buffer)
      && GST_BUFFER_DURATION_IS_VALID (buffer)) {
    g_mutex_lock (&job->lock);
    job->position = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    g_mutex_unlock (&job->lock);
  }
  return GST_PAD_PROBE_OK;
}

GstElement *
tool_job_encode (ToolJob *job, const gchar *path, gint bits, GError **error)
{
  ToolOutput *output;
  GstElement *first;

  if (!tool_encode_check (path, bits, error)
      || !(output = tool_output_new (path, error)))
    return NULL;
  g_ptr_array_add (job->outputs, output);
  first = tool_add_encoder (GST_BIN (job->pipeline), path,
      tool_output_temporary (output), bits, error);
  if (first != NULL && job->outputs->len == 1) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (first, "sink");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, job, NULL);
  }
  return first;
}

/* Puts the outputs in place. */
static GError *
commit (ToolJob *job)
{
  GError *error = NULL;

  if (tool_job_position (job) <= 0.0)
    return g_error_new_literal (
        VOX_ERROR, VOX_ERROR_FORMAT, "nothing came out to be written");
  for (guint i = 0; i < job->outputs->len && error == NULL; i++) {
    ToolOutput *output = g_ptr_array_index (job->outputs, i);

    if (tool_encode_check_size (
            tool_output_path (output), tool_output_temporary (output), &error))
      tool_output_commit (output, &error);
  }
  return error;
}

static void
finish (ToolJob *job, GError *error)
{
  /* Closes the files. */
  gst_element_set_state (job->pipeline, GST_STATE_NULL);
  if (error == NULL)
    error = commit (job);
  job->watch = 0;
  job->done (job, error, job->user_data);
  g_clear_error (&error);
}

static GError *
error_from_message (ToolJob *job, GstMessage *message)
{
  const gchar *output = job->outputs->len > 0
      ? tool_output_path (g_ptr_array_index (job->outputs, 0))
      : NULL;

  return tool_message_error (message, job->input, output, job->missing);
}

static gboolean
on_message (G_GNUC_UNUSED GstBus *bus, GstMessage *message, gpointer user_data)
{
  ToolJob *job = user_data;
  g_autoptr (GError) warning = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_EOS:
      finish (job, NULL);
      return G_SOURCE_REMOVE;
    case GST_MESSAGE_ERROR:
      finish (job, error_from_message (job, message));
      return G_SOURCE_REMOVE;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &warning, NULL);
      g_message ("%s", warning->message);
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message (message) && job->missing == NULL)
        job->missing = gst_missing_plugin_message_get_description (message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

gboolean
tool_job_start (
    ToolJob *job, ToolJobDone done, gpointer user_data, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (job->pipeline);

  job->done = done;
  job->user_data = user_data;
  if (tool_start (job->pipeline) == GST_STATE_CHANGE_FAILURE) {
    g_autoptr (GstMessage) message =
        gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

    if (message != NULL)
      g_propagate_error (error, error_from_message (job, message));
    else
      g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
          "\"%s\": the pipeline does not start",
          job->input != NULL ? job->input : "");
    return FALSE;
  }
  job->watch = gst_bus_add_watch (bus, on_message, job);
  return TRUE;
}

gdouble
tool_job_position (ToolJob *job)
{
  GstClockTime position;

  g_mutex_lock (&job->lock);
  position = job->position;
  g_mutex_unlock (&job->lock);
  return (gdouble) position / GST_SECOND;
}

gdouble
tool_job_duration (ToolJob *job)
{
  gint64 duration;

  if (job->duration_s <= 0.0
      && gst_element_query_duration (job->pipeline, GST_FORMAT_TIME, &duration)
      && duration > 0)
    job->duration_s = (gdouble) duration / GST_SECOND;
  return job->duration_s;
}

gboolean
tool_set_property (
    GstElement *element, const gchar *name, const gchar *value, GError **error)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  g_auto (GValue) parsed = G_VALUE_INIT;

  if (value == NULL)
    return TRUE;
  if (spec != NULL) {
    g_value_init (&parsed, G_PARAM_SPEC_VALUE_TYPE (spec));
    if (G_VALUE_HOLDS_STRING (&parsed)) {
      g_object_set (element, name, value, NULL);
      return TRUE;
    }
    /* g_param_value_validate () changes what is out of range. */
    if (gst_value_deserialize_with_pspec (&parsed, value, spec)
        && !g_param_value_validate (spec, &parsed)) {
      g_object_set_property (G_OBJECT (element), name, &parsed);
      return TRUE;
    }
  }
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "the element \"%s\" does not take %s=%s (see: gst-inspect-1.0 %s)",
      GST_OBJECT_NAME (gst_element_get_factory (element)), name, value,
      GST_OBJECT_NAME (gst_element_get_factory (element)));
  return FALSE;
}
