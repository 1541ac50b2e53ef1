/* tool-encode.c: WAV, FLAC, Ogg Vorbis and MP3 writers. */
#include "tool-encode.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/vox-error.h"
#include "tool-packages.h"

/* About 192 kbit/s for stereo at 44.1 kHz. */
#define VORBIS_QUALITY 0.6
/* lame's V2, about 190 kbit/s. */
#define MP3_QUALITY 2.0
#define MAX_STAGES 4

/**
 * Format:
 * @extension: of the file
 * @stages: elements after the converters, in order; xingmux only where it is
 *   installed
 * @default_bits: 0: the format has no bits to choose
 */
typedef struct
{
  const gchar *extension;
  const gchar *stages[MAX_STAGES];
  gint default_bits;
} Format;

static const Format formats[] = {
  { "wav", { "wavenc" }, 32 },
  { "flac", { "flacenc" }, 24 },
  { "ogg", { "vorbisenc", "oggmux" }, 0 },
  { "mp3", { "lamemp3enc", "xingmux" }, 0 },
};

const gchar *const *
tool_encode_extensions (void)
{
  static const gchar *const names[] = { "wav", "flac", "ogg", "mp3", NULL };

  return names;
}

gchar *
tool_extension (const gchar *path)
{
  g_autofree gchar *base = g_path_get_basename (path);
  const gchar *dot = strrchr (base, '.');

  return dot == NULL || dot == base ? g_strdup ("")
                                    : g_ascii_strdown (dot + 1, -1);
}

static const Format *
find_format (const gchar *path)
{
  g_autofree gchar *extension = tool_extension (path);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (extension, formats[i].extension) == 0)
      return &formats[i];
  return NULL;
}

/* The raw format in front of the encoder; NULL: what the encoder likes. */
static const gchar *
sample_format (const Format *format, gint bits)
{
  switch (bits != 0 ? bits : format->default_bits) {
    case 16:
      return "S16LE";
    case 24:
      return "S24LE";
    case 32:
      return "F32LE";
    default:
      return NULL;
  }
}

gboolean
tool_encode_check (const gchar *path, gint bits, GError **error)
{
  const Format *format = find_format (path);

  if (format == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "\"%s\": the output's name must end in .wav, .flac, .ogg or .mp3",
        path);
    return FALSE;
  }
  if (bits != 0
      && ((bits != 16 && bits != 24 && bits != 32) || format->default_bits == 0
          || (bits == 32 && strcmp (format->extension, "flac") == 0))) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "--bits %d does not fit \"%s\": WAV has 16, 24 or 32 (float) bits, "
        "FLAC 16 or 24, the others none to choose",
        bits, path);
    return FALSE;
  }
  return TRUE;
}

gboolean
tool_encode_check_size (
    const gchar *path, const gchar *location, GError **error)
{
  g_autofree gchar *extension = tool_extension (path);
  GStatBuf status;

  /* The lengths in a WAV file have 32 bits. */
  if (strcmp (extension, "wav") != 0 || g_stat (location, &status) != 0
      || (guint64) status.st_size <= G_MAXUINT32)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
      "\"%s\" would be larger than the 4 GiB a WAV file can have; write a "
      ".flac "
      "file instead",
      path);
  return FALSE;
}

static void
set_quality (GstElement *encoder, const gchar *factory)
{
  if (strcmp (factory, "vorbisenc") == 0)
    g_object_set (encoder, "quality", VORBIS_QUALITY, NULL);
  else if (strcmp (factory, "lamemp3enc") == 0)
    g_object_set (encoder, "quality", MP3_QUALITY, NULL);
}

/* Adds @factory behind *last. */
static GstElement *
append (GstBin *bin, GstElement **last, const gchar *factory, GError **error)
{
  GstElement *element = tool_make_element (factory, error);

  if (element == NULL)
    return NULL;
  gst_bin_add (bin, element);
  if (*last != NULL)
    gst_element_link (*last, element);
  *last = element;
  return element;
}

static gboolean
append_encoder (
    GstBin *bin, GstElement **last, const Format *format, GError **error)
{
  for (guint i = 0; i < MAX_STAGES && format->stages[i] != NULL; i++) {
    const gchar *factory = format->stages[i];
    GstElement *element;

    /* Without it the file plays all the same. */
    if (strcmp (factory, "xingmux") == 0 && !tool_has_element (factory))
      continue;
    if (!(element = append (bin, last, factory, error)))
      return FALSE;
    set_quality (element, factory);
  }
  return TRUE;
}

GstElement *
tool_add_encoder (GstBin *bin, const gchar *path, const gchar *location,
    gint bits, GError **error)
{
  const Format *format;
  GstElement *first, *filter, *sink, *last = NULL;
  const gchar *samples;

  if (!tool_encode_check (path, bits, error))
    return NULL;
  format = find_format (path);
  samples = sample_format (format, bits);
  if (!(first = append (bin, &last, "queue", error))
      || !append (bin, &last, "audioconvert", error)
      || !append (bin, &last, "audioresample", error)
      || !append (bin, &last, "audioconvert", error)
      || !(filter = append (bin, &last, "capsfilter", error))
      || !append_encoder (bin, &last, format, error)
      || !(sink = append (bin, &last, "filesink", error)))
    return NULL;
  if (samples != NULL) {
    g_autoptr (GstCaps) caps = gst_caps_new_simple (
        "audio/x-raw", "format", G_TYPE_STRING, samples, NULL);

    g_object_set (filter, "caps", caps, NULL);
  }
  g_object_set (
      sink, "location", location, "sync", FALSE, "async", FALSE, NULL);
  return first;
}
