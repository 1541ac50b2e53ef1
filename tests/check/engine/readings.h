/* readings.h: a table of what is written and how a person reads it aloud. */
#pragma once

#include "text/vox-text.h"

typedef struct
{
  const gchar *written;
  const gchar *spoken;
} Reading;

typedef struct
{
  const Reading *readings;
  gsize n_readings;
} Readings;

/* For g_test_add_data_func () with test_readings (). */
#define READINGS(table) (&(const Readings){ (table), G_N_ELEMENTS (table) })

static inline void
test_readings (gconstpointer data)
{
  const Readings *table = data;
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);

  for (gsize i = 0; i < table->n_readings; i++) {
    const Reading *reading = &table->readings[i];
    g_autofree gchar *spoken =
        vox_normalizer_run (normalizer, reading->written, -1);

    if (!g_str_equal (spoken, reading->spoken)) {
      g_test_message ("\"%s\" is read \"%s\" instead of \"%s\"",
          reading->written, spoken, reading->spoken);
      g_test_fail ();
    }
  }
}
