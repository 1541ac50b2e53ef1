/* vox-voice-store.h: the folder where a user's voices live. */
#pragma once

#include <glib.h>
#include "voice/vox-voice.h"

G_BEGIN_DECLS

/** vox_voice_store_dir: @dir, or else $AUTOVOICE_VOICES_DIR, or else
 * $XDG_DATA_HOME/autovoice/voices. Returns: (transfer full). */
gchar *vox_voice_store_dir (const gchar *dir);

/**
 * vox_voice_store_find:
 * @voice: a name in the store, or a path to a .voice file
 * Loads it. VOX_ERROR_NOT_FOUND names the folder looked in and the names there.
 */
VoxVoice *vox_voice_store_find (
    const gchar *dir, const gchar *voice, GError **error);

/** vox_voice_store_list: (transfer full) (array zero-terminated=1): names,
 * sorted; empty when the folder does not exist. Files that are no NAME.voice
 * are left out (g_info () names them); the others are not opened. */
gchar **vox_voice_store_list (const gchar *dir, GError **error);

/** vox_voice_store_check: makes the folder and tells whether a voice could be
 * written to it, for work that takes a while before it adds one. */
gboolean vox_voice_store_check (const gchar *dir, GError **error);

/** vox_voice_store_add: saves under @name; VOX_ERROR_EXISTS unless @replace.
 * Two processes adding one name: exactly one succeeds. */
gboolean vox_voice_store_add (const gchar *dir, const gchar *name,
    const VoxVoice *voice, gboolean replace, GError **error);

gboolean vox_voice_store_remove (
    const gchar *dir, const gchar *name, GError **error);

/** vox_voice_name_check: 1 to 64 characters (200 bytes) of UTF-8: letters,
 * digits, '_', and, not first, ' ' (nor last), '-' and '.';
 * VOX_ERROR_ARGUMENT otherwise. */
gboolean vox_voice_name_check (const gchar *name, GError **error);

G_END_DECLS
