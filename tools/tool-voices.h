/* tool-voices.h: what the voice commands share. */
#pragma once

#include "voice/vox-voice-store.h"

G_BEGIN_DECLS

/** Row for a GOptionEntry table; @dir is a gchar *. */
#define TOOL_VOICES_DIR_ENTRY(dir)                               \
  {                                                              \
    "voices-dir", 0, 0, G_OPTION_ARG_FILENAME, &(dir),           \
        "folder of the voices (default: $AUTOVOICE_VOICES_DIR, " \
        "~/.local/share/autovoice/voices)",                      \
        "DIR"                                                    \
  }

/** tool_voice_path: the file that @voice (a name or a path) stands for.
 * Returns: (transfer full) */
gchar *tool_voice_path (const gchar *dir, const gchar *voice);

/** tool_voice_pitch: "201 Hz (150 to 300 Hz, D3 to D4)". Returns: (transfer
 * full) */
gchar *tool_voice_pitch (const VoxVoiceInfo *info);

G_END_DECLS
