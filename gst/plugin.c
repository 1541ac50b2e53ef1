/* plugin.c: the autovoice plugin. It links no CUDA library and opens no device
 * here, so that it registers on any machine. */
#include <gst/gst.h>

#include "base/gstavpreset.h"
#include "gstavpitchshift.h"
#include "gstavquality.h"
#include "gstavseparate.h"
#include "gstavsongconvert.h"
#include "gstavtts.h"
#include "gstavvoiceconvert.h"
#include "vox-config.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gst_av_preset_add_path ();
  GST_ELEMENT_REGISTER (avpitchshift, plugin);
  GST_ELEMENT_REGISTER (avquality, plugin);
  GST_ELEMENT_REGISTER (avseparate, plugin);
  GST_ELEMENT_REGISTER (avsongconvert, plugin);
  GST_ELEMENT_REGISTER (avtts, plugin);
  GST_ELEMENT_REGISTER (avvoiceconvert, plugin);
  return TRUE;
}

/* Name GStreamer records as the source module. */
#define PACKAGE "autovoice"

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, autovoice,
    "Separation, pitch, voice conversion, speech and quality of audio",
    plugin_init, VOX_VERSION, "MIT/X11", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
