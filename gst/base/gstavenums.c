/* gstavenums.c: registration of the shared enumerations. They are marked as
 * plugin API where they are registered, so that no element can forget it. */
#include "gstavenums.h"

static const GEnumValue mode_values[] = {
  { VOX_MODE_FAST, "Lowest latency and cost", "fast" },
  { VOX_MODE_BALANCED, "Balance of quality and cost", "balanced" },
  { VOX_MODE_QUALITY, "Best quality, highest latency and cost", "quality" },
  { VOX_MODE_CUSTOM, "Every engine parameter set by hand", "custom" },
  { 0, NULL, NULL },
};

GType
gst_av_mode_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    GType new_type = g_enum_register_static ("GstAvMode", mode_values);
    gst_type_mark_as_plugin_api (new_type, 0);
    g_once_init_leave (&type, new_type);
  }
  return type;
}

const gchar *
gst_av_mode_nick (VoxMode mode)
{
  g_return_val_if_fail (mode <= VOX_MODE_CUSTOM, NULL);
  return mode_values[mode].value_nick;
}

GParamSpec *
gst_av_mode_param_spec (GParamFlags flags)
{
  return g_param_spec_enum ("mode", "Mode", "Trade between speed and quality",
      GST_TYPE_AV_MODE, VOX_MODE_BALANCED,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | flags);
}
