/* voice-fixture.h: a folder of its own and a small profile for the tests of
 * the voice room. */
#pragma once

#include <glib/gstdio.h>

#include "voice/vox-voice.h"

typedef struct
{
  gchar *dir;
} Folder;

static inline void
folder_set_up (Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  folder->dir = g_dir_make_tmp ("voices-XXXXXX", NULL);
  g_assert_nonnull (folder->dir);
}

static inline void
folder_tear_down (Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  GDir *dir = g_dir_open (folder->dir, 0, NULL);
  const gchar *base;

  while ((base = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder->dir, base, NULL);

    g_remove (path);
  }
  g_dir_close (dir);
  g_rmdir (folder->dir);
  g_free (folder->dir);
}

static inline guint
count_files (const gchar *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static inline VoxVoice *
make_voice (const gchar *name, gfloat first)
{
  gchar *sources[] = { (gchar *) "sha256:00 a.wav", (gchar *) "sha256:11 b.wav",
    NULL };
  VoxVoiceInfo info = { .name = (gchar *) name,
    .created = (gchar *) "2020-01-02T03:04:05Z",
    .consent = (gchar *) "she said \"yes\" \xc3\xa9",
    .engine = (gchar *) "test 1",
    .rate = 16000,
    .duration_s = 31.25,
    .f0_median_hz = 201.1,
    .f0_low_hz = 150.0,
    .f0_high_hz = 300.5,
    .sources = sources };
  gfloat matrix[6] = { first, 1.0f, -2.0f, 3.5f, 1e-30f, -1e30f };
  gfloat row[3] = { 7.0f, 8.0f, 9.0f };
  VoxVoice *voice = vox_voice_new (&info);

  vox_voice_add_tensor (voice, "z.matrix", matrix, 2, (gsize[]){ 2, 3 });
  vox_voice_add_tensor (voice, "a.row", row, 1, (gsize[]){ 3 });
  return voice;
}

static inline void
add_with_folder (const gchar *path, void (*test) (Folder *, gconstpointer))
{
  g_test_add (path, Folder, NULL, folder_set_up, test, folder_tear_down);
}
