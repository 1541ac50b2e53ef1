/* vox-dtw.c: dynamic time warping in a Sakoe-Chiba band, forward only: each
 * cell carries the cost and the length of its best path, so that no path has to
 * be kept. */
#include "quality/vox-dtw.h"

#include <math.h>

#define BAND_CELLS (2 * VOX_DTW_BAND_FRAMES + 1)

typedef struct
{
  gdouble cost;
  guint64 steps;
} Cell;

static const Cell unreachable = { INFINITY, 0 };

static gdouble
distance (const gfloat *x, const gfloat *y, guint order)
{
  gfloat sum = 0.0f;

  for (guint k = 0; k < order; k++)
    sum += (x[k] - y[k]) * (x[k] - y[k]);
  return (gdouble) sqrtf (sum);
}

/* First column of the band of row @i. */
static gint64
band_start (guint i, guint rows, guint columns)
{
  const gint64 centre = rows > 1 ? (gint64) i * (columns - 1) / (rows - 1) : 0;

  return centre - VOX_DTW_BAND_FRAMES;
}

static Cell
cell_at (const Cell *row, gint64 start, gint64 column)
{
  const gint64 i = column - start;

  return i >= 0 && i < BAND_CELLS ? row[i] : unreachable;
}

static Cell
cheaper (Cell a, Cell b)
{
  return b.cost < a.cost ? b : a;
}

/* How many columns the band moves from one row to the next is at most this,
 * or rows would not touch; the longer sequence is therefore the rows. */
static Cell
best_path (const GArray *rows, const GArray *columns, guint order)
{
  g_autofree Cell *before = g_new (Cell, BAND_CELLS);
  g_autofree Cell *row = g_new (Cell, BAND_CELLS);
  gint64 before_start = 0;

  for (guint i = 0; i < rows->len; i++) {
    const gint64 start = band_start (i, rows->len, columns->len);
    const gfloat *x =
        (const gfloat *) (gpointer) rows->data + (gsize) i * order;
    Cell left = unreachable;
    Cell *swap;

    for (gint64 j = 0; j < BAND_CELLS; j++) {
      const gint64 column = start + j;
      Cell best = left;

      if (column < 0 || column >= columns->len) {
        row[j] = left = unreachable;
        continue;
      }
      if (i > 0) {
        best = cheaper (best, cell_at (before, before_start, column));
        best = cheaper (cell_at (before, before_start, column - 1), best);
      } else if (column == 0) {
        best = (Cell){ 0.0, 0 };
      }
      best.cost += distance (x,
          (const gfloat *) (gpointer) columns->data + (gsize) column * order,
          order);
      best.steps++;
      row[j] = left = best;
    }
    swap = before;
    before = row;
    row = swap;
    before_start = start;
  }
  return cell_at (before, before_start, (gint64) columns->len - 1);
}

gboolean
vox_dtw_mean_distance (
    const GArray *a, const GArray *b, guint order, gdouble *mean)
{
  Cell end;

  if (a->len == 0 || b->len == 0)
    return FALSE;
  end = a->len >= b->len ? best_path (a, b, order) : best_path (b, a, order);
  *mean = end.cost / (gdouble) end.steps;
  return TRUE;
}
