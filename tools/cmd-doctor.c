/* cmd-doctor.c: autovoice doctor: what is installed, which device, which
 * voices; what is missing and how to get it. */
#include <string.h>

#include "backend/vox-device.h"
#include "tool-packages.h"
#include "tool-voices.h"
#include "tool.h"
#include "tts/vox-tts.h"
#include "vox-config.h"

#define OLDEST_GSTREAMER_MAJOR 1
#define OLDEST_GSTREAMER_MINOR 22

/* What was found out so far. */
typedef struct
{
  GPtrArray *packages;
  gboolean is_broken;
} Findings;

static void
print_state (
    gboolean ok, gboolean required, const gchar *what, const gchar *detail)
{
  g_print ("%-8s %-32s %s\n",
      ok             ? "ok"
          : required ? "MISSING"
                     : "missing",
      what, detail);
}

static void
add_package (Findings *findings, const gchar *package)
{
  if (!g_ptr_array_find_with_equal_func (
          findings->packages, package, g_str_equal, NULL))
    g_ptr_array_add (findings->packages, (gpointer) package);
}

static void
check_versions (Findings *findings)
{
  guint major, minor, micro, nano;
  g_autofree gchar *version = NULL;
  gboolean ok;

  gst_version (&major, &minor, &micro, &nano);
  ok = major > OLDEST_GSTREAMER_MAJOR || minor >= OLDEST_GSTREAMER_MINOR;
  version = g_strdup_printf ("%u.%u.%u (%u.%u or newer is needed)", major,
      minor, micro, OLDEST_GSTREAMER_MAJOR, OLDEST_GSTREAMER_MINOR);
  print_state (TRUE, TRUE, "AutoVoice", VOX_VERSION);
  print_state (ok, TRUE, "GStreamer", version);
  findings->is_broken = findings->is_broken || !ok;
}

static void
check_elements (Findings *findings)
{
  guint n;
  const ToolFeature *features = tool_features (&n);

  for (guint i = 0; i < n; i++) {
    const gchar *element = tool_feature_element (&features[i]);
    const gchar *package = features[i].package;

    if (element != NULL) {
      print_state (TRUE, TRUE, features[i].purpose, element);
      continue;
    }
    print_state (FALSE, features[i].required, features[i].purpose,
        package != NULL ? package : "the AutoVoice plugin is not found");
    findings->is_broken = findings->is_broken || features[i].required;
    if (package != NULL)
      add_package (findings, package);
  }
}

static void
check_device (Findings *findings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxDevice) device = vox_device_open ("auto", &error);
  g_autoptr (VoxDevice) cuda = NULL;

  print_state (device != NULL, TRUE, "device",
      device != NULL ? device->description : error->message);
  findings->is_broken = findings->is_broken || device == NULL;
  cuda = vox_device_open ("cuda", NULL);
  print_state (cuda != NULL, FALSE, "CUDA", vox_device_cuda_status ());
  if (cuda == NULL)
    g_print ("%-8s %-32s %s\n", "", "",
        "not needed: the CPU does everything; a GPU needs NVIDIA's driver");
}

static void
check_speech (Findings *findings)
{
  const gchar *const *speakers = vox_tts_speakers ();
  g_autofree gchar *list = g_strjoinv (", ", (gchar **) speakers);

  if (speakers[0] != NULL) {
    print_state (TRUE, TRUE, "speakers (flite)", list);
    return;
  }
  print_state (FALSE, FALSE, "speakers (flite)",
      "built without flite; install it and build again");
  add_package (findings, "flite1-dev");
}

static void
check_loudness (Findings *findings)
{
  if (VOX_HAVE_LOUDNESS) {
    print_state (TRUE, FALSE, "loudness (libebur128)", "R128");
    return;
  }
  print_state (FALSE, FALSE, "loudness (libebur128)",
      "built without it; install it and build again");
  add_package (findings, "libebur128-dev");
}

static void
check_voices (const gchar *dir)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = vox_voice_store_list (dir, &error);
  g_autofree gchar *detail = NULL;
  guint n_good = 0;

  if (names == NULL) {
    print_state (FALSE, FALSE, "voices", error->message);
    return;
  }
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) load_error = NULL;
    g_autoptr (VoxVoice) voice =
        vox_voice_store_find (dir, names[i], &load_error);

    n_good += voice != NULL;
    if (voice == NULL)
      print_state (FALSE, FALSE, "voice", load_error->message);
  }
  detail = g_strdup_printf ("%u in \"%s\"%s", n_good, folder,
      n_good == 0 ? "; make one with: autovoice voice create NAME RECORDING"
                  : "");
  print_state (TRUE, FALSE, "voices", detail);
}

static gint
report (Findings *findings)
{
  if (findings->packages->len > 0) {
    g_autofree gchar *packages = NULL;

    g_ptr_array_add (findings->packages, NULL);
    packages = g_strjoinv (" ", (gchar **) findings->packages->pdata);
    g_print (
        "\nGet what is missing with:\n  sudo apt-get install %s\n", packages);
  }
  if (findings->is_broken)
    g_print ("\nSomething that is needed is MISSING.\n");
  else
    g_print ("\nEverything that is needed is there.\n");
  return findings->is_broken ? TOOL_FAILED : TOOL_OK;
}

gint
cmd_doctor (gint argc, gchar **argv)
{
  Findings findings = { .packages = g_ptr_array_new () };
  gchar *dir = NULL;
  const GOptionEntry entries[] = { TOOL_VOICES_DIR_ENTRY (dir), { NULL } };
  gint code = TOOL_USAGE;

  if (tool_parse ("- what is installed, and what is missing",
          "The exit code is 1 when something is missing that is needed "
          "always.\n",
          entries, &argc, &argv)) {
    check_versions (&findings);
    check_device (&findings);
    check_elements (&findings);
    check_speech (&findings);
    check_loudness (&findings);
    print_state (TRUE, TRUE, "models",
        "built-in engines (no files needed) for all of them");
    check_voices (dir);
    code = report (&findings);
  }
  g_ptr_array_unref (findings.packages);
  g_free (dir);
  return code;
}
