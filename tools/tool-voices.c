/* tool-voices.c: voices in words. */
#include "tool-voices.h"

#include <math.h>
#include <string.h>

#define A4_HZ 440.0
#define A4_MIDI 69

gchar *
tool_voice_path (const gchar *dir, const gchar *voice)
{
  g_autofree gchar *folder = NULL;
  g_autofree gchar *base = NULL;

  if (strchr (voice, G_DIR_SEPARATOR) != NULL
      || g_str_has_suffix (voice, ".voice"))
    return g_strdup (voice);
  folder = vox_voice_store_dir (dir);
  base = g_strconcat (voice, ".voice", NULL);
  return g_build_filename (folder, base, NULL);
}

static gchar *
note_name (gdouble hz)
{
  static const gchar *const names[] = { "C", "C#", "D", "D#", "E", "F", "F#",
    "G", "G#", "A", "A#", "B" };
  gint midi = (gint) lround (12.0 * log2 (hz / A4_HZ)) + A4_MIDI;

  midi = MAX (midi, 0);
  return g_strdup_printf ("%s%d", names[midi % 12], midi / 12 - 1);
}

gchar *
tool_voice_pitch (const VoxVoiceInfo *info)
{
  g_autofree gchar *low = NULL;
  g_autofree gchar *high = NULL;

  if (info->f0_low_hz <= 0.0 || info->f0_high_hz <= 0.0)
    return g_strdup ("unknown");
  low = note_name (info->f0_low_hz);
  high = note_name (info->f0_high_hz);
  return g_strdup_printf ("%.0f Hz (%.0f to %.0f Hz, %s to %s)",
      info->f0_median_hz, info->f0_low_hz, info->f0_high_hz, low, high);
}
