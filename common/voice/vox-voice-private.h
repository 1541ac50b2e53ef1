/* vox-voice-private.h: the profile's structure and the limits of its file, for
 * the files of this room only. */
#pragma once

#include "voice/vox-voice.h"

G_BEGIN_DECLS

/* Limits of a voice file. Real profiles hold some tens of tensors and a few
 * MiB; these stop a hostile file before it costs anything. */
#define VOX_VOICE_MAX_DIMS 4
#define VOX_VOICE_MAX_NAME_BYTES 128
#define VOX_VOICE_MAX_TENSORS 1024
#define VOX_VOICE_MAX_HEADER_BYTES ((gsize) 1 << 20)
#define VOX_VOICE_MAX_FILE_BYTES ((gsize) 256 << 20)
/* 32 hexadecimal digits: the first half of a SHA-256. */
#define VOX_VOICE_ID_DIGITS 32

/**
 * VoxVoice:
 * @tensors: name to owned #VoxTensor with owned data
 */
struct _VoxVoice
{
  gint ref_count;
  VoxVoiceInfo info;
  GHashTable *tensors;
};

/**
 * vox_voice_write:
 * @replace: FALSE: VOX_ERROR_EXISTS when @path exists, also when another
 *   process creates it at the same time
 */
gboolean vox_voice_write (
    const VoxVoice *self, const gchar *path, gboolean replace, GError **error);

G_END_DECLS
