/* gstavdevice.h: the `device` property: where an element computes. */
#pragma once

#include <gst/gst.h>
#include "backend/vox-backend.h"

G_BEGIN_DECLS

#define GST_AV_DEVICE_DEFAULT "auto"

/**
 * gst_av_device_param_spec:
 *
 * Returns: (transfer floating): the `device` property, a string `auto`, `cpu`,
 *   `cuda` or `cuda:N`, to be set in READY or below.
 */
GParamSpec *gst_av_device_param_spec (void);

/**
 * gst_av_device_open:
 * @element: who asks; for the log
 * @name: (nullable): value of the property; NULL is `auto`
 *
 * Returns: (transfer full): the device, or NULL with VOX_ERROR. When `auto`
 *   ends on the CPU, a log line says why CUDA was not taken.
 */
VoxDevice *gst_av_device_open (
    GstElement *element, const gchar *name, GError **error);

G_END_DECLS
