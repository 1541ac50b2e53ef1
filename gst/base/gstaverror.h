/* gstaverror.h: engine errors as messages on the bus. */
#pragma once

#include <gst/gst.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

/**
 * gst_av_error_map:
 * @error: any GError, usually VOX_ERROR
 * @code: (out): code within the returned domain
 *
 * NOT_FOUND is RESOURCE/NOT_FOUND, READ is RESOURCE/READ, MALFORMED is
 * STREAM/DECODE, FORMAT is STREAM/FORMAT, ARGUMENT is RESOURCE/SETTINGS,
 * SIGNAL is STREAM/WRONG_TYPE, MEMORY is RESOURCE/NO_SPACE_LEFT, DEVICE is
 * LIBRARY/FAILED (LIBRARY/INIT while @starting), EXISTS is RESOURCE/WRITE,
 * anything else LIBRARY/FAILED.
 *
 * Returns: the GStreamer error domain.
 */
GQuark gst_av_error_map (const GError *error, gboolean starting, gint *code);

/**
 * gst_av_error_post:
 * @element: the element it happened in
 * @error: what the engine said: a sentence for the user
 * @doing: what the element was doing, for the technical detail, such as
 *   "loading the voice"
 *
 * Posts an ERROR message. The element's state decides between INIT (below
 * PAUSED) and FAILED. Use GST_AV_ERROR so that the place in the source is kept.
 */
void gst_av_error_post (GstElement *element, const GError *error,
    const gchar *doing, const gchar *file, const gchar *function, gint line);

/** gst_av_warning_post: the same as a WARNING message. */
void gst_av_warning_post (GstElement *element, const GError *error,
    const gchar *doing, const gchar *file, const gchar *function, gint line);

#define GST_AV_ERROR(element, error, doing) \
  gst_av_error_post (                       \
      GST_ELEMENT (element), error, doing, __FILE__, GST_FUNCTION, __LINE__)
#define GST_AV_WARNING(element, error, doing) \
  gst_av_warning_post (                       \
      GST_ELEMENT (element), error, doing, __FILE__, GST_FUNCTION, __LINE__)

G_END_DECLS
