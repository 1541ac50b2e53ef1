/* gstaverror.c: the one place that says which engine error is which GStreamer
 * error. */
#include "gstaverror.h"

GQuark
gst_av_error_map (const GError *error, gboolean starting, gint *code)
{
  g_return_val_if_fail (error != NULL && code != NULL, 0);

  *code = starting ? GST_LIBRARY_ERROR_INIT : GST_LIBRARY_ERROR_FAILED;
  if (error->domain != VOX_ERROR)
    return GST_LIBRARY_ERROR;
  switch ((VoxError) error->code) {
    case VOX_ERROR_NOT_FOUND:
      *code = GST_RESOURCE_ERROR_NOT_FOUND;
      return GST_RESOURCE_ERROR;
    case VOX_ERROR_READ:
      *code = GST_RESOURCE_ERROR_READ;
      return GST_RESOURCE_ERROR;
    case VOX_ERROR_MALFORMED:
      *code = GST_STREAM_ERROR_DECODE;
      return GST_STREAM_ERROR;
    case VOX_ERROR_FORMAT:
      *code = GST_STREAM_ERROR_FORMAT;
      return GST_STREAM_ERROR;
    case VOX_ERROR_ARGUMENT:
      *code = GST_RESOURCE_ERROR_SETTINGS;
      return GST_RESOURCE_ERROR;
    case VOX_ERROR_SIGNAL:
      *code = GST_STREAM_ERROR_WRONG_TYPE;
      return GST_STREAM_ERROR;
    case VOX_ERROR_MEMORY:
      *code = GST_RESOURCE_ERROR_NO_SPACE_LEFT;
      return GST_RESOURCE_ERROR;
    case VOX_ERROR_EXISTS:
      *code = GST_RESOURCE_ERROR_WRITE;
      return GST_RESOURCE_ERROR;
    case VOX_ERROR_DEVICE:
      break;
  }
  return GST_LIBRARY_ERROR;
}

static void
post (GstElement *element, GstMessageType type, const GError *error,
    const gchar *doing, const gchar *file, const gchar *function, gint line)
{
  gboolean starting = GST_STATE (element) < GST_STATE_PAUSED;
  gint code;
  GQuark domain = gst_av_error_map (error, starting, &code);

  gst_element_message_full (element, type, domain, code,
      g_strdup (error->message),
      g_strdup_printf ("%s (%s, code %d)", doing,
          g_quark_to_string (error->domain), error->code),
      file, function, line);
}

void
gst_av_error_post (GstElement *element, const GError *error, const gchar *doing,
    const gchar *file, const gchar *function, gint line)
{
  post (element, GST_MESSAGE_ERROR, error, doing, file, function, line);
}

void
gst_av_warning_post (GstElement *element, const GError *error,
    const gchar *doing, const gchar *file, const gchar *function, gint line)
{
  post (element, GST_MESSAGE_WARNING, error, doing, file, function, line);
}
