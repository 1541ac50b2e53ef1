/* vox-voice-file.c: writes a voice profile.
 *
 * The layout is that of safetensors: the length of the header (8 bytes, little
 * endian), the header (JSON: "__metadata__" with strings, then one entry per
 * tensor with dtype, shape and data_offsets), and the tensors' floats without
 * gaps. docs/voices.md lists the metadata. The id is the first half of the
 * SHA-256 of the whole file in which the id itself is 32 zeros, so that every
 * damaged byte is noticed when the file is read.
 */
/* For renameat2 (). */
#define _GNU_SOURCE

#include "voice/vox-voice-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

/* Tensors start at a multiple of this many bytes, as safetensors advises. */
#define HEADER_ALIGNMENT_BYTES 8

static void
add_string (JsonBuilder *builder, const gchar *key, const gchar *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const gchar *key, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  add_string (builder, key, g_ascii_dtostr (text, sizeof (text), value));
}

static void
add_metadata (JsonBuilder *builder, const VoxVoiceInfo *info)
{
  g_autofree gchar *sources = g_strjoinv ("\n", info->sources);
  gchar id[VOX_VOICE_ID_DIGITS + 1] = { 0 };

  memset (id, '0', VOX_VOICE_ID_DIGITS);
  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  /* First, so that the zeros to replace are the first ones in the header. */
  add_string (builder, "id", id);
  add_string (builder, "format", "autovoice-voice");
  add_number (builder, "format_version", VOX_VOICE_FORMAT_VERSION);
  add_string (builder, "name", info->name);
  add_string (builder, "created", info->created);
  add_string (builder, "consent", info->consent);
  add_string (builder, "engine", info->engine);
  add_number (builder, "rate", info->rate);
  add_number (builder, "duration_s", info->duration_s);
  add_number (builder, "f0_median_hz", info->f0_median_hz);
  add_number (builder, "f0_low_hz", info->f0_low_hz);
  add_number (builder, "f0_high_hz", info->f0_high_hz);
  add_string (builder, "sources", sources);
  json_builder_end_object (builder);
}

static gsize
tensor_bytes (const VoxTensor *tensor)
{
  gsize bytes = sizeof (gfloat);

  for (guint i = 0; i < tensor->n_dims; i++)
    bytes *= tensor->shape[i];
  return bytes;
}

static void
add_tensor (JsonBuilder *builder, const gchar *name, const VoxTensor *tensor,
    gsize offset)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  add_string (builder, "dtype", "F32");
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tensor->n_dims; i++)
    json_builder_add_int_value (builder, (gint64) tensor->shape[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64) offset);
  json_builder_add_int_value (
      builder, (gint64) (offset + tensor_bytes (tensor)));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static GString *
make_header (const VoxVoice *self, const gchar *const *names)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;
  GString *header;
  gsize offset = 0;

  json_builder_begin_object (builder);
  add_metadata (builder, &self->info);
  for (guint i = 0; names[i] != NULL; i++) {
    const VoxTensor *tensor = g_hash_table_lookup (self->tensors, names[i]);

    add_tensor (builder, names[i], tensor, offset);
    offset += tensor_bytes (tensor);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  header = g_string_new (text);
  while (header->len % HEADER_ALIGNMENT_BYTES != 0)
    g_string_append_c (header, ' ');
  return header;
}

static void
append_tensor (GByteArray *bytes, const VoxTensor *tensor)
{
  gsize begin = bytes->len, size = tensor_bytes (tensor);

  g_byte_array_append (bytes, (const guint8 *) tensor->data, (guint) size);
  for (gsize i = begin; i < begin + size; i += sizeof (guint32)) {
    guint32 word;

    memcpy (&word, bytes->data + i, sizeof (word));
    word = GUINT32_TO_LE (word);
    memcpy (bytes->data + i, &word, sizeof (word));
  }
}

/* Replaces the zeros of the id by the digest of the file they stand in. */
static void
sign (GByteArray *bytes, gsize header_bytes)
{
  g_autofree gchar *digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
  gchar zeros[VOX_VOICE_ID_DIGITS + 1] = { 0 };
  gchar *place;

  memset (zeros, '0', VOX_VOICE_ID_DIGITS);
  place = g_strstr_len (
      (gchar *) bytes->data + sizeof (guint64), (gssize) header_bytes, zeros);
  g_assert (place != NULL);
  memcpy (place, digest, VOX_VOICE_ID_DIGITS);
}

GBytes *
vox_voice_serialize (const VoxVoice *self)
{
  g_autofree const gchar **names = vox_voice_tensor_names (self);
  g_autoptr (GString) header = make_header (self, names);
  GByteArray *bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) header->len);

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof (length));
  g_byte_array_append (
      bytes, (const guint8 *) header->str, (guint) header->len);
  for (guint i = 0; names[i] != NULL; i++)
    append_tensor (bytes, g_hash_table_lookup (self->tensors, names[i]));
  sign (bytes, header->len);
  return g_byte_array_free_to_bytes (bytes);
}

static void
set_error_from_errno (GError **error, gint code, const gchar *path)
{
  g_set_error (error, VOX_ERROR,
      code == EEXIST ? VOX_ERROR_EXISTS : VOX_ERROR_READ,
      "cannot write the voice file \"%s\": %s", path, g_strerror (code));
}

static gboolean
write_all (gint fd, GBytes *bytes)
{
  gsize left;
  const guint8 *at = g_bytes_get_data (bytes, &left);

  while (left > 0) {
    gssize done = write (fd, at, left);

    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return FALSE;
    at += done;
    left -= (gsize) done;
  }
  return fsync (fd) == 0;
}

/* Moves @from to @to unless @to exists, in one step that only one of several
 * processes can win. Folders without that rename have hard links. */
static gint
rename_new (const gchar *from, const gchar *to)
{
#ifdef RENAME_NOREPLACE
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
#endif
  if (link (from, to) != 0)
    return -1;
  g_unlink (from);
  return 0;
}

/* Makes the new name itself survive a power cut. Some file systems refuse to
 * sync a folder; the file is complete all the same. */
static void
sync_folder (const gchar *folder)
{
  gint fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("cannot sync the folder \"%s\": %s", folder, g_strerror (errno));
  close (fd);
}

gboolean
vox_voice_write (
    const VoxVoice *self, const gchar *path, gboolean replace, GError **error)
{
  g_autoptr (GBytes) bytes = vox_voice_serialize (self);
  g_autoptr (VoxVoice) check = NULL;
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *base = g_path_get_basename (path);
  g_autofree gchar *hidden = g_strdup_printf (".%s.XXXXXX", base);
  g_autofree gchar *temporary = g_build_filename (folder, hidden, NULL);
  gboolean ok;
  gint fd, code;

  /* A profile with a NaN or over the limits must not become a file that
   * nothing can load. */
  check = vox_voice_parse (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), "the profile to be saved", error);
  if (check == NULL)
    return FALSE;
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    set_error_from_errno (error, errno, path);
    return FALSE;
  }
  ok = write_all (fd, bytes);
  code = errno;
  if (close (fd) != 0 && ok) {
    ok = FALSE;
    code = errno;
  }
  if (ok) {
    ok = (replace ? g_rename (temporary, path) : rename_new (temporary, path))
        == 0;
    code = errno;
  }
  if (!ok) {
    g_unlink (temporary);
    set_error_from_errno (error, code, path);
    return FALSE;
  }
  sync_folder (folder);
  return TRUE;
}

gboolean
vox_voice_save (const VoxVoice *self, const gchar *path, GError **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);
  return vox_voice_write (self, path, TRUE, error);
}
