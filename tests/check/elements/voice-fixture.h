/* voice-fixture.h: two enrolled voices of synthetic speakers in a folder of
 * their own, for the tests of the elements that convert. */
#pragma once

#include <glib/gstdio.h>

#include "../engine/synthetic-voice.h"
#include "convert/vox-enroll-private.h"
#include "voice/vox-voice-store.h"

/* Enough training that the voices differ, little enough that it is quick. */
#define FIXTURE_RATE 16000
#define FIXTURE_SECONDS 8
#define FIXTURE_STEPS 40

static const SyntheticVoice fixture_low = { 0.92, 110.0, 0.75 };
static const SyntheticVoice fixture_high = { 1.12, 210.0, 0.3 };

static inline void
fixture_enroll (
    const gchar *dir, const gchar *name, const SyntheticVoice *speaker)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice = NULL;
  g_autofree gfloat *samples =
      synthetic_voice (speaker, FIXTURE_RATE, FIXTURE_SECONDS, 1);
  const VoxEnrollParams params = { .name = name, .seed = 1 };

  voice =
      vox_enroll_with_steps (device, samples, FIXTURE_SECONDS * FIXTURE_RATE,
          FIXTURE_RATE, &params, FIXTURE_STEPS, &error);
  g_assert_no_error (error);
  vox_voice_store_add (dir, name, voice, FALSE, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): the folder, with the voices "low" and "high";
 * also what $AUTOVOICE_VOICES_DIR says from now on. */
static inline gchar *
fixture_set_up (void)
{
  gchar *dir = g_dir_make_tmp ("voices-XXXXXX", NULL);

  g_assert_nonnull (dir);
  fixture_enroll (dir, "low", &fixture_low);
  fixture_enroll (dir, "high", &fixture_high);
  g_setenv ("AUTOVOICE_VOICES_DIR", dir, TRUE);
  return dir;
}

/* @dir: (transfer full) */
static inline void
fixture_tear_down (gchar *dir)
{
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (listing)) != NULL) {
    g_autofree gchar *path = g_build_filename (dir, name, NULL);
    g_remove (path);
  }
  g_rmdir (dir);
  g_free (dir);
}
