/* tool-packages.h: the GStreamer elements the tool uses, what each is good for
 * and the Debian / Ubuntu package that has it. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * ToolFeature:
 * @elements: any one of these does, separated by spaces
 * @purpose: for people, such as "decode MP3"
 * @package: Debian package; NULL: part of AutoVoice
 * @required: the tool is of little use without it
 */
typedef struct
{
  const gchar *elements;
  const gchar *purpose;
  const gchar *package;
  gboolean required;
} ToolFeature;

/** tool_features: @n entries. */
const ToolFeature *tool_features (guint *n);

/** tool_feature_element: the first element of @feature that is installed, or
 * NULL. */
const gchar *tool_feature_element (const ToolFeature *feature);

/** tool_has_element: whether GStreamer has it. */
gboolean tool_has_element (const gchar *factory);

/** tool_make_element: VOX_ERROR_NOT_FOUND says which package has it. Returns:
 * (transfer floating) */
GstElement *tool_make_element (const gchar *factory, GError **error);

/** tool_find_plugin: makes sure that the project's own elements are found,
 * also when it is installed where GStreamer does not look by itself. */
void tool_find_plugin (void);

G_END_DECLS
