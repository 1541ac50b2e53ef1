/* gstavenums.h: enumerations that several elements share as property types. */
#pragma once

#include <gst/gst.h>
#include "base/vox-mode.h"

G_BEGIN_DECLS

/**
 * GST_TYPE_AV_MODE:
 *
 * The values of #VoxMode as `fast`, `balanced`, `quality`, `custom`.
 */
#define GST_TYPE_AV_MODE (gst_av_mode_get_type ())
GType gst_av_mode_get_type (void);

/** gst_av_mode_nick: "fast", "balanced", ... Returns: (transfer none). */
const gchar *gst_av_mode_nick (VoxMode mode);

/**
 * gst_av_mode_param_spec:
 * @flags: what else than readable, writable and static strings, such as
 *   GST_PARAM_MUTABLE_READY
 *
 * Returns: (transfer floating): the `mode` property, default balanced.
 */
GParamSpec *gst_av_mode_param_spec (GParamFlags flags);

G_END_DECLS
