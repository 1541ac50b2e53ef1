/* gstavdevice.c: the `device` property of every element. */
#include "gstavdevice.h"

GParamSpec *
gst_av_device_param_spec (void)
{
  return g_param_spec_string ("device", "Device",
      "Where to compute: auto, cpu, cuda or cuda:N", GST_AV_DEVICE_DEFAULT,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
}

VoxDevice *
gst_av_device_open (GstElement *element, const gchar *name, GError **error)
{
  VoxDevice *device;

  if (name == NULL)
    name = GST_AV_DEVICE_DEFAULT;
  device = vox_device_open (name, error);
  if (device == NULL)
    return NULL;
  if (g_str_equal (name, "auto") && g_str_equal (device->ops->name, "cpu"))
    GST_INFO_OBJECT (element, "computing on %s: %s", device->description,
        vox_device_cuda_status ());
  else
    GST_INFO_OBJECT (element, "computing on %s", device->description);
  return device;
}
