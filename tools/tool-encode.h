/* tool-encode.h: the part of a pipeline that writes raw audio to a file, in
 * the format that the file's extension names. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/** tool_encode_extensions: "wav", "flac", "ogg", "mp3", ending with NULL. */
const gchar *const *tool_encode_extensions (void);

/** tool_extension: the lower-case extension of @path without the dot, "" for
 * none. Returns: (transfer full) */
gchar *tool_extension (const gchar *path);

/**
 * tool_encode_check:
 * @path: names the format by its extension
 * @bits: 16, 24 or 32 (float); 0: 32 for WAV and 24 for FLAC
 *
 * Returns: FALSE with VOX_ERROR_ARGUMENT for unknown extensions or a number
 *   of bits the format does not have.
 */
gboolean tool_encode_check (const gchar *path, gint bits, GError **error);

/** tool_encode_check_size: whether @location, a complete output that will be
 * called @path, is not larger than its format can tell (WAV: 4 GiB). */
gboolean tool_encode_check_size (
    const gchar *path, const gchar *location, GError **error);

/**
 * tool_add_encoder:
 * @bin: gets the converters, the encoder and a filesink
 * @path: names the format
 * @location: where the bytes go
 *
 * Returns: (transfer none): the first element, to be linked; NULL on error.
 */
GstElement *tool_add_encoder (GstBin *bin, const gchar *path,
    const gchar *location, gint bits, GError **error);

G_END_DECLS
