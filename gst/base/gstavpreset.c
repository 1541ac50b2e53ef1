/* gstavpreset.c: which properties a preset holds, and where presets live. */
#include "gstavpreset.h"
#include "vox-config.h"

static gboolean
belongs_to_sound (const GParamSpec *spec)
{
  static const gchar *const excluded[] = { "device", "voice", "voices-dir",
    "model", "seed", "adaptive", NULL };

  if ((spec->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE)
    return FALSE;
  if (spec->flags & G_PARAM_CONSTRUCT_ONLY)
    return FALSE;
  if (!g_str_has_prefix (g_type_name (spec->owner_type), "GstAv"))
    return FALSE;
  return !g_strv_contains (excluded, spec->name)
      && !g_str_has_suffix (spec->name, "location");
}

static gchar **
get_property_names (GstPreset *preset)
{
  g_autofree GParamSpec **specs = NULL;
  GPtrArray *names = g_ptr_array_new ();
  guint n_specs;

  specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (preset), &n_specs);
  for (guint i = 0; i < n_specs; i++) {
    if (belongs_to_sound (specs[i]))
      g_ptr_array_add (names, g_strdup (specs[i]->name));
  }
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

void
gst_av_preset_interface_init (gpointer iface, gpointer data)
{
  ((GstPresetInterface *) iface)->get_property_names = get_property_names;
}

void
gst_av_preset_add_path (void)
{
  if (gst_preset_get_app_dir () == NULL
      && g_file_test (VOX_PRESET_DIR, G_FILE_TEST_IS_DIR))
    gst_preset_set_app_dir (VOX_PRESET_DIR);
}
