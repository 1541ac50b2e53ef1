/* vox-picture.c: averaging of spectrogram columns. */
#include "quality/vox-picture.h"

#include <string.h>

#define ROWS VOX_QUALITY_SPECTROGRAM_ROWS
#define COLUMNS VOX_QUALITY_SPECTROGRAM_COLUMNS

/* 10 / ln 10. */
#define DB_PER_NEPER_OF_POWER 4.342944819032518f

G_STATIC_ASSERT (COLUMNS % 2 == 0);

struct _VoxPicture
{
  gfloat levels_db[COLUMNS * ROWS];
  guint n_columns;
  guint frames_per_column;
  gfloat sum_db[ROWS];
  guint n_summed;
};

VoxPicture *
vox_picture_new (void)
{
  VoxPicture *self = g_new0 (VoxPicture, 1);

  self->frames_per_column = 1;
  return self;
}

void
vox_picture_free (VoxPicture *self)
{
  g_free (self);
}

static void
halve (VoxPicture *self)
{
  for (guint c = 0; c < COLUMNS / 2; c++) {
    const gfloat *a = self->levels_db + 2 * c * ROWS;
    gfloat *out = self->levels_db + c * ROWS;

    for (guint r = 0; r < ROWS; r++)
      out[r] = 0.5f * (a[r] + a[ROWS + r]);
  }
  self->n_columns = COLUMNS / 2;
  self->frames_per_column *= 2;
}

void
vox_picture_add (VoxPicture *self, const gfloat *ln_powers)
{
  for (guint r = 0; r < ROWS; r++)
    self->sum_db[r] += DB_PER_NEPER_OF_POWER * ln_powers[r];
  if (++self->n_summed < self->frames_per_column)
    return;
  if (self->n_columns == COLUMNS) {
    halve (self);
    return;
  }
  for (guint r = 0; r < ROWS; r++)
    self->levels_db[self->n_columns * ROWS + r] =
        self->sum_db[r] / (gfloat) self->n_summed;
  self->n_columns++;
  self->n_summed = 0;
  memset (self->sum_db, 0, sizeof (self->sum_db));
}

void
vox_picture_get (const VoxPicture *self, VoxQualitySpectrogram *out)
{
  out->n_columns = self->n_columns;
  out->n_rows = ROWS;
  out->column_s = self->frames_per_column;
  out->levels_db = g_memdup2 (
      self->levels_db, (gsize) self->n_columns * ROWS * sizeof (gfloat));
}
