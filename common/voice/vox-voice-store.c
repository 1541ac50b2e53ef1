/* vox-voice-store.c: a folder of NAME.voice files. A name is a file, so the
 * file system alone decides who wins when two processes work on one store. */
#include "voice/vox-voice-store.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "voice/vox-voice-private.h"

#define SUFFIX ".voice"
#define MAX_NAME_CHARACTERS 64
/* Leaves room in the 255 bytes of a file name for the suffixes. */
#define MAX_NAME_BYTES 200

gchar *
vox_voice_store_dir (const gchar *dir)
{
  const gchar *environment = g_getenv ("AUTOVOICE_VOICES_DIR");

  if (dir != NULL && *dir != '\0')
    return g_strdup (dir);
  if (environment != NULL && *environment != '\0')
    return g_strdup (environment);
  return g_build_filename (g_get_user_data_dir (), "autovoice", "voices", NULL);
}

gboolean
vox_voice_name_check (const gchar *name, GError **error)
{
  gboolean ok = name != NULL && g_utf8_validate (name, -1, NULL)
      && *name != '\0' && *name != '.' && *name != ' ' && *name != '-'
      && !g_str_has_suffix (name, " ") && strlen (name) <= MAX_NAME_BYTES
      && g_utf8_strlen (name, -1) <= MAX_NAME_CHARACTERS;

  for (const gchar *at = name; ok && *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    ok = g_unichar_isalnum (c) || g_unichar_ismark (c) || c == ' ' || c == '-'
        || c == '_' || c == '.';
  }
  if (!ok)
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "\"%s\" cannot be the name of a voice: use 1 to %d letters, digits, "
        "spaces, '-', '_' and '.', starting with a letter, a digit or '_'",
        name != NULL && g_utf8_validate (name, -1, NULL) ? name : "",
        MAX_NAME_CHARACTERS);
  return ok;
}

static gchar *
path_of (const gchar *folder, const gchar *name)
{
  g_autofree gchar *base = g_strconcat (name, SUFFIX, NULL);

  return g_build_filename (folder, base, NULL);
}

/* The name a file of the store stands for, or NULL for foreign files. */
static gchar *
name_of (const gchar *folder, const gchar *base)
{
  g_autofree gchar *path = g_build_filename (folder, base, NULL);
  g_autofree gchar *name = NULL;

  /* Hidden files are those that are being written. */
  if (*base == '.')
    return NULL;
  if (g_str_has_suffix (base, SUFFIX))
    name = g_strndup (base, strlen (base) - strlen (SUFFIX));
  if (name == NULL || !vox_voice_name_check (name, NULL)
      || !g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_info ("\"%s\" in the voices folder is not a voice file", path);
    return NULL;
  }
  return g_steal_pointer (&name);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

gchar **
vox_voice_store_list (const gchar *dir, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_autoptr (GDir) handle = NULL;
  g_autoptr (GError) open_error = NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const gchar *base;

  handle = g_dir_open (folder, 0, &open_error);
  if (handle == NULL
      && !g_error_matches (open_error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
        "cannot read the voices folder: %s", open_error->message);
    g_ptr_array_unref (names);
    return NULL;
  }
  while (handle != NULL && (base = g_dir_read_name (handle)) != NULL) {
    gchar *name = name_of (folder, base);

    if (name != NULL)
      g_ptr_array_add (names, name);
  }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

static void
set_not_found (GError **error, const gchar *dir, const gchar *voice)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_auto (GStrv) names = vox_voice_store_list (dir, NULL);
  g_autofree gchar *known =
      names != NULL && names[0] != NULL ? g_strjoinv (", ", names) : NULL;

  if (known != NULL)
    g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "there is no voice \"%s\" in \"%s\"; the voices there are: %s", voice,
        folder, known);
  else
    g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
        "there is no voice \"%s\", and no other one, in \"%s\"; make one with: "
        "autovoice voice create NAME RECORDING",
        voice, folder);
}

VoxVoice *
vox_voice_store_find (const gchar *dir, const gchar *voice, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_autofree gchar *path = NULL;
  g_autoptr (GError) load_error = NULL;
  VoxVoice *self;

  g_return_val_if_fail (voice != NULL, NULL);
  if (strchr (voice, G_DIR_SEPARATOR) != NULL
      || (g_str_has_suffix (voice, SUFFIX)
          && g_file_test (voice, G_FILE_TEST_EXISTS)))
    return vox_voice_load (voice, error);
  if (!vox_voice_name_check (voice, error))
    return NULL;
  path = path_of (folder, voice);
  self = vox_voice_load (path, &load_error);
  if (g_error_matches (load_error, VOX_ERROR, VOX_ERROR_NOT_FOUND))
    set_not_found (error, dir, voice);
  else if (load_error != NULL)
    g_propagate_error (error, g_steal_pointer (&load_error));
  return self;
}

/* Makes the folder. A voice is personal data: only its owner may look in. */
static gboolean
make_folder (const gchar *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
      "cannot make the voices folder \"%s\": %s", folder, g_strerror (errno));
  return FALSE;
}

gboolean
vox_voice_store_check (const gchar *dir, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);

  if (!make_folder (folder, error))
    return FALSE;
  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
      "cannot write to the voices folder \"%s\": %s", folder,
      g_strerror (errno));
  return FALSE;
}

gboolean
vox_voice_store_add (const gchar *dir, const gchar *name, const VoxVoice *voice,
    gboolean replace, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_autofree gchar *path = NULL;
  g_autoptr (GError) write_error = NULL;

  g_return_val_if_fail (voice != NULL, FALSE);
  if (!vox_voice_name_check (name, error))
    return FALSE;
  if (!make_folder (folder, error))
    return FALSE;
  path = path_of (folder, name);
  if (vox_voice_write (voice, path, replace, &write_error))
    return TRUE;
  if (g_error_matches (write_error, VOX_ERROR, VOX_ERROR_EXISTS))
    g_set_error (error, VOX_ERROR, VOX_ERROR_EXISTS,
        "there is a voice \"%s\" in \"%s\" already; choose another name or "
        "delete it first",
        name, folder);
  else
    g_propagate_error (error, g_steal_pointer (&write_error));
  return FALSE;
}

gboolean
vox_voice_store_remove (const gchar *dir, const gchar *name, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_autofree gchar *path = NULL;

  if (!vox_voice_name_check (name, error))
    return FALSE;
  path = path_of (folder, name);
  if (g_unlink (path) == 0)
    return TRUE;
  if (errno == ENOENT)
    set_not_found (error, dir, name);
  else
    g_set_error (error, VOX_ERROR, VOX_ERROR_READ, "cannot delete \"%s\": %s",
        path, g_strerror (errno));
  return FALSE;
}
