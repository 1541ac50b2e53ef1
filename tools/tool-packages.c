/* tool-packages.c: which element is in which package. */
#include "tool-packages.h"

#include <string.h>

#include "base/vox-error.h"

#define BASE "gstreamer1.0-plugins-base"
#define GOOD "gstreamer1.0-plugins-good"

static const ToolFeature features[] = {
  { "decodebin", "find out what a file is", BASE, TRUE },
  { "audioconvert", "change sample formats", BASE, TRUE },
  { "audioresample", "change sample rates", BASE, TRUE },
  { "appsink", "read audio into the tool", BASE, TRUE },
  { "appsrc", "give text to the speech element", BASE, TRUE },
  { "wavparse", "decode WAV", GOOD, TRUE },
  { "wavenc", "encode WAV", GOOD, TRUE },
  { "flacdec", "decode FLAC", GOOD, FALSE },
  { "flacenc", "encode FLAC", GOOD, FALSE },
  { "mpg123audiodec avdec_mp3 mad", "decode MP3", GOOD, FALSE },
  { "lamemp3enc", "encode MP3", GOOD, FALSE },
  { "xingmux", "write the length into MP3", GOOD, FALSE },
  { "vorbisdec", "decode Ogg Vorbis", BASE, FALSE },
  { "vorbisenc", "encode Ogg Vorbis", BASE, FALSE },
  { "oggmux", "write Ogg", BASE, FALSE },
  { "opusdec", "decode Opus", BASE, FALSE },
  { "avdec_aac faad", "decode AAC (m4a)", "gstreamer1.0-libav", FALSE },
  { "avpitchshift", "change the pitch", NULL, TRUE },
  { "avseparate", "separate music into stems", NULL, TRUE },
  { "avvoiceconvert", "convert voices", NULL, TRUE },
  { "avsongconvert", "convert songs", NULL, TRUE },
  { "avtts", "speak text", NULL, TRUE },
  { "avquality", "measure quality in a pipeline", NULL, FALSE },
};

const ToolFeature *
tool_features (guint *n)
{
  *n = G_N_ELEMENTS (features);
  return features;
}

gboolean
tool_has_element (const gchar *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

const gchar *
tool_feature_element (const ToolFeature *feature)
{
  g_auto (GStrv) names = g_strsplit (feature->elements, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (tool_has_element (names[i]))
      return g_intern_string (names[i]);
  return NULL;
}

static const gchar *
package_of (const gchar *factory)
{
  for (guint i = 0; i < G_N_ELEMENTS (features); i++) {
    g_auto (GStrv) names = g_strsplit (features[i].elements, " ", -1);

    if (g_strv_contains ((const gchar *const *) names, factory))
      return features[i].package;
  }
  return NULL;
}

GstElement *
tool_make_element (const gchar *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);
  const gchar *package;

  if (element != NULL)
    return element;
  package = package_of (factory);
  if (package != NULL)
    g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "GStreamer has no element \"%s\"; install it with: sudo apt-get "
        "install %s",
        factory, package);
  else
    g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "GStreamer does not find AutoVoice's element \"%s\"; install "
        "AutoVoice, "
        "or start the tool with: meson devenv -C build autovoice ...",
        factory);
  return NULL;
}

void
tool_find_plugin (void)
{
  if (!tool_has_element ("avpitchshift"))
    gst_registry_scan_path (gst_registry_get (), VOX_PLUGIN_DIR);
}
