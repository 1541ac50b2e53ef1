/* voice-store.c: the folder of a user's voices. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "voice-fixture.h"
#include "voice/vox-voice-store.h"

static void
test_store_adds_finds_lists_and_removes (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", 0.25f);
  g_autoptr (VoxVoice) other = make_voice ("Bea", 0.5f);
  g_autofree gchar *foreign = g_build_filename (folder->dir, "notes", NULL);
  g_autofree gchar *path = g_build_filename (folder->dir, "ann.voice", NULL);
  g_autoptr (VoxVoice) found = NULL, by_path = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vox_voice_store_add (folder->dir, "zoe", voice, FALSE, &error));
  g_assert_true (
      vox_voice_store_add (folder->dir, "ann", voice, FALSE, &error));
  g_assert_false (
      vox_voice_store_add (folder->dir, "ann", other, FALSE, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (foreign, "x", 1, NULL));
  names = vox_voice_store_list (folder->dir, &error);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "ann");
  found = vox_voice_store_find (folder->dir, "ann", &error);
  g_assert_cmpstr (vox_voice_info (found)->name, ==, "Ann");
  g_clear_pointer (&found, vox_voice_unref);
  g_assert_true (vox_voice_store_add (folder->dir, "ann", other, TRUE, &error));
  found = vox_voice_store_find (folder->dir, "ann", &error);
  g_assert_cmpstr (vox_voice_info (found)->name, ==, "Bea");
  by_path = vox_voice_store_find (NULL, path, &error);
  g_assert_cmpstr (vox_voice_info (by_path)->name, ==, "Bea");
  g_assert_true (vox_voice_store_remove (folder->dir, "ann", &error));
  g_assert_null (vox_voice_store_find (folder->dir, "ann", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "zoe"));
  g_clear_error (&error);
  g_assert_false (vox_voice_store_remove (folder->dir, "ann", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
}

static void
test_store_that_does_not_exist_is_empty (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree gchar *none = g_build_filename (folder->dir, "none", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = vox_voice_store_list (none, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (names), ==, 0);
  g_assert_null (vox_voice_store_find (none, "ann", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "voice create"));
}

static void
test_names_that_could_leave_the_store_are_refused (void)
{
  static const gchar *const good[] = { "ann", "Ann Lee", "a.b-c_9",
    "\xc3\xa9l\xc3\xa9" };
  static const gchar *const bad[] = { "", ".", "..", ".ann", "a/b", "a\\b",
    "a\nb", "-ann", " ann", "ann ", "a*", "\xff" };
  g_autofree gchar *long_name = g_strnfill (65, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (vox_voice_name_check (good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (vox_voice_name_check (bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
  g_assert_false (vox_voice_name_check (long_name, NULL));
}

/* Adds "race" from @n_processes processes at once. Returns how many won. */
static guint
race (const gchar *dir, guint n_processes)
{
  gint gate[2];
  guint winners = 0;
  gint status;

  g_assert_cmpint (pipe (gate), ==, 0);
  for (guint i = 0; i < n_processes; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u", i);
    pid_t pid = fork ();

    g_assert_cmpint (pid, >=, 0);
    if (pid == 0) {
      VoxVoice *voice = make_voice (name, (gfloat) i);
      gchar byte;
      gboolean won;

      /* Waits until every process is there. */
      close (gate[1]);
      if (read (gate[0], &byte, 1) != 0)
        _exit (2);
      won = vox_voice_store_add (dir, "race", voice, FALSE, NULL);
      _exit (won ? 0 : 1);
    }
  }
  close (gate[0]);
  close (gate[1]);
  while (wait (&status) > 0) {
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) < 2);
    winners += WEXITSTATUS (status) == 0;
  }
  return winners;
}

static void
test_one_of_many_processes_creates_a_name (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  for (guint round = 0; round < 20; round++) {
    g_autoptr (VoxVoice) found = NULL;

    g_assert_cmpuint (race (folder->dir, 8), ==, 1);
    /* One complete file, no temporary ones. */
    g_assert_cmpuint (count_files (folder->dir), ==, 1);
    found = vox_voice_store_find (folder->dir, "race", NULL);
    g_assert_nonnull (found);
    g_assert_true (vox_voice_store_remove (folder->dir, "race", NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_with_folder ("/store/adds, finds, lists and removes",
      test_store_adds_finds_lists_and_removes);
  add_with_folder ("/store/that does not exist is empty",
      test_store_that_does_not_exist_is_empty);
  g_test_add_func ("/store/names that could leave the store are refused",
      test_names_that_could_leave_the_store_are_refused);
  add_with_folder ("/store/one of many processes creates a name",
      test_one_of_many_processes_creates_a_name);
  return g_test_run ();
}
