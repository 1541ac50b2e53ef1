/* states.c: every element of the plugin survives every state change, has exact
 * metadata, and documents its properties. */
#include "contract.h"

#include <string.h>

#include "backend/vox-device.h"

static GList *
plugin_factories (void)
{
  GList *features = gst_registry_get_feature_list_by_plugin (
      gst_registry_get (), "autovoice");

  fail_unless (features != NULL, "the plugin is not there");
  return features;
}

GST_START_TEST (test_states_up_and_down)
{
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    GstElement *element;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    element = gst_element_factory_create (item->data, NULL);
    fail_unless (element != NULL);
    for (guint round = 0; round < 2; round++) {
      fail_unless (gst_element_set_state (element, GST_STATE_READY)
          == GST_STATE_CHANGE_SUCCESS);
      fail_unless (gst_element_set_state (element, GST_STATE_NULL)
          == GST_STATE_CHANGE_SUCCESS);
    }
    /* Without a voice, say, PAUSED may fail; going down again may not. */
    gst_element_set_state (element, GST_STATE_PLAYING);
    fail_unless (gst_element_set_state (element, GST_STATE_NULL)
        == GST_STATE_CHANGE_SUCCESS);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (factories);
}

GST_END_TEST;

GST_START_TEST (test_klass_is_one_of_the_agreed)
{
  static const gchar *const agreed[] = { "Filter/Effect/Audio",
    "Filter/Converter/Audio", "Audio/Text/Filter", "Filter/Analyzer/Audio",
    NULL };
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    const gchar *klass;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    klass = gst_element_factory_get_metadata (
        item->data, GST_ELEMENT_METADATA_KLASS);
    fail_unless (g_strv_contains (agreed, klass), "%s is a %s",
        GST_OBJECT_NAME (item->data), klass);
  }
  gst_plugin_feature_list_free (factories);
}

GST_END_TEST;

/* Kebab case, blurbs, no property named as another class's, and the ones every
 * element has. */
GST_START_TEST (test_properties_are_documented)
{
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    g_autofree GParamSpec **specs = NULL;
    GstElement *element;
    guint n_specs;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    element = gst_element_factory_create (item->data, NULL);
    specs =
        g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n_specs);
    for (guint i = 0; i < n_specs; i++) {
      const gchar *name = specs[i]->name;

      if (!g_str_has_prefix (g_type_name (specs[i]->owner_type), "GstAv"))
        continue;
      for (const gchar *c = name; *c != '\0'; c++)
        fail_unless (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-',
            "%s", name);
      fail_unless (g_param_spec_get_blurb (specs[i]) != NULL, "%s", name);
      fail_unless (strlen (g_param_spec_get_blurb (specs[i])) > 10, "%s", name);
    }
    for (const gchar *const *name =
             (const gchar *const[]){ "mode", "device", "stats", NULL };
         *name != NULL; name++)
      fail_unless (
          g_object_class_find_property (G_OBJECT_GET_CLASS (element), *name)
              != NULL,
          "%s has no %s", GST_OBJECT_NAME (item->data), *name);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (factories);
}

GST_END_TEST;

/* What starting every element with @device says; elements that cannot say
 * anything because they come from elsewhere do not exist. */
static void
check_device_error (const gchar *device, GQuark domain, gint code)
{
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    GstElement *element;
    GstBus *bus;
    GstMessage *message;
    GError *error = NULL;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    element = gst_element_factory_create (item->data, NULL);
    bus = gst_bus_new ();
    gst_element_set_bus (element, bus);
    g_object_set (element, "device", device, NULL);
    fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
        GST_STATE_CHANGE_FAILURE);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless (message != NULL, "%s device=%s says nothing",
        GST_OBJECT_NAME (item->data), device);
    gst_message_parse_error (message, &error, NULL);
    fail_unless (g_error_matches (error, domain, code), "%s device=%s: %s",
        GST_OBJECT_NAME (item->data), device, error->message);
    g_error_free (error);
    gst_message_unref (message);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_element_set_bus (element, NULL);
    gst_object_unref (bus);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (factories);
}

GST_START_TEST (test_unknown_device_is_an_error_of_every_element)
{
  check_device_error (
      "abacus", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  check_device_error (
      "cuda:x", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
}

GST_END_TEST;

GST_START_TEST (test_cuda_without_a_gpu_is_an_error_of_every_element)
{
  VoxDevice *device = vox_device_open ("cuda", NULL);

  if (device != NULL) {
    vox_device_unref (device);
    return;
  }
  check_device_error ("cuda", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT);
  check_device_error ("cuda:0", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT);
}

GST_END_TEST;

GST_START_TEST (test_stats_have_the_same_fields_everywhere)
{
  static const gchar *const fields[] = { "samples-in", "samples-out", "latency",
    "real-time-factor", "device", "device-bytes", "fallbacks", "late-blocks" };
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    GstElement *element;
    GstStructure *stats;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    element = gst_element_factory_create (item->data, NULL);
    g_object_get (element, "stats", &stats, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
      fail_unless (gst_structure_has_field (stats, fields[i]), "%s has no %s",
          GST_OBJECT_NAME (item->data), fields[i]);
    gst_structure_free (stats);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (factories);
}

GST_END_TEST;

/* Every element that has presets loads each of them, and it sets its mode. */
GST_START_TEST (test_presets_load)
{
  GList *factories = plugin_factories ();

  for (GList *item = factories; item != NULL; item = item->next) {
    GstElement *element;
    gchar **names;

    if (!GST_IS_ELEMENT_FACTORY (item->data))
      continue;
    element = gst_element_factory_create (item->data, NULL);
    fail_unless (GST_IS_PRESET (element), "%s has no presets",
        GST_OBJECT_NAME (item->data));
    names = gst_preset_get_preset_names (GST_PRESET (element));
    fail_unless (names != NULL && names[0] != NULL, "%s has no presets",
        GST_OBJECT_NAME (item->data));
    for (guint i = 0; names[i] != NULL; i++)
      fail_unless (gst_preset_load_preset (GST_PRESET (element), names[i]),
          "%s @preset=%s", GST_OBJECT_NAME (item->data), names[i]);
    for (const gchar *const *mode =
             (const gchar *const[]){ "fast", "balanced", "quality", NULL };
         *mode != NULL; mode++) {
      gint value;
      GEnumClass *klass;

      fail_unless (g_strv_contains ((const gchar *const *) names, *mode));
      gst_preset_load_preset (GST_PRESET (element), *mode);
      g_object_get (element, "mode", &value, NULL);
      klass = g_type_class_ref (g_type_from_name ("GstAvMode"));
      fail_unless_equals_string (
          g_enum_get_value (klass, value)->value_nick, *mode);
      g_type_class_unref (klass);
    }
    g_strfreev (names);
    gst_object_unref (element);
  }
  gst_plugin_feature_list_free (factories);
}

GST_END_TEST;

/* What a user types. */
GST_START_TEST (test_preset_on_a_launch_line)
{
  GError *error = NULL;
  GstElement *bin =
      gst_parse_launch ("avpitchshift name=shift @preset=singer", &error);
  GEnumClass *klass;
  gint content;

  fail_unless (bin != NULL && error == NULL);
  g_object_get (bin, "content", &content, NULL);
  klass = g_type_class_ref (g_type_from_name ("GstAvContent"));
  fail_unless_equals_string (
      g_enum_get_value (klass, content)->value_nick, "voice");
  g_type_class_unref (klass);
  gst_object_unref (bin);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("states");
  TCase *tcase;

  gst_check_init (&argc, &argv);
  tcase = contract_case (suite, "generic");
  tcase_add_test (tcase, test_states_up_and_down);
  tcase_add_test (tcase, test_klass_is_one_of_the_agreed);
  tcase_add_test (tcase, test_properties_are_documented);
  tcase_add_test (tcase, test_unknown_device_is_an_error_of_every_element);
  tcase_add_test (tcase, test_cuda_without_a_gpu_is_an_error_of_every_element);
  tcase_add_test (tcase, test_stats_have_the_same_fields_everywhere);
  tcase_add_test (tcase, test_presets_load);
  tcase_add_test (tcase, test_preset_on_a_launch_line);
  return contract_main (suite, "states");
}
