/* fuzz-preset.c: preset files, applied to every element.
 *
 * A preset is a key file whose values GstPreset hands to gst_value_deserialize
 * and g_object_set. GstPreset itself reads each file once per process, so its
 * two steps are taken here: any bytes as a key file, every value onto the
 * property of its name. No value may crash an element or leave it unusable.
 */
#include <gst/gst.h>

#define MAX_INPUT_BYTES 16384

static const gchar *const element_names[] = { "avseparate", "avpitchshift",
  "avvoiceconvert", "avtts", "avquality", "avsongconvert" };

static GstElement *elements[G_N_ELEMENTS (element_names)];

GST_PLUGIN_STATIC_DECLARE (autovoice);

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_setenv ("GST_REGISTRY_FORK", "no", TRUE);
  gst_init (argc, argv);
  GST_PLUGIN_STATIC_REGISTER (autovoice);
  for (guint i = 0; i < G_N_ELEMENTS (element_names); i++) {
    elements[i] = gst_element_factory_make (element_names[i], NULL);
    if (elements[i] == NULL)
      g_error ("no element %s", element_names[i]);
  }
  return 0;
}

/* What GstPreset does with one line of a preset. */
static void
apply (GstElement *element, const gchar *name, const gchar *text)
{
  GParamSpec *property =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  GValue value = G_VALUE_INIT;

  if (property == NULL || !(property->flags & G_PARAM_WRITABLE)
      || g_str_equal (name, "name") || g_str_equal (name, "parent"))
    return;
  g_value_init (&value, property->value_type);
  if (gst_value_deserialize (&value, text))
    g_object_set_property (G_OBJECT (element), name, &value);
  g_value_unset (&value);
}

static void
apply_group (GKeyFile *file, const gchar *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint k = 0; keys != NULL && keys[k] != NULL; k++) {
    g_autofree gchar *text = g_key_file_get_value (file, group, keys[k], NULL);

    for (guint i = 0; text != NULL && i < G_N_ELEMENTS (elements); i++)
      apply (elements[i], keys[k], text);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (size > MAX_INPUT_BYTES
      || !g_key_file_load_from_data (
          file, (const gchar *) data, size, G_KEY_FILE_NONE, NULL))
    return 0;
  groups = g_key_file_get_groups (file, NULL);
  for (guint g = 0; groups[g] != NULL; g++)
    apply_group (file, groups[g]);
  return 0;
}
