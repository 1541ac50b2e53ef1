/* vox-quality-plot.h: SVG plots for the HTML report; numbers in any locale. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

/** vox_append_number: @value with @decimals digits and a point, or "-" when it
 * is not finite. */
void vox_append_number (GString *text, gdouble value, guint decimals);

/**
 * VoxPlot:
 * @title, @unit: of the vertical axis
 * @duration_s: of the horizontal axis
 * @low, @high: of the vertical axis
 * @logarithmic: whether it is (@low above 0)
 */
typedef struct
{
  const gchar *title;
  const gchar *unit;
  gdouble duration_s;
  gdouble low, high;
  gboolean logarithmic;
} VoxPlot;

/** vox_plot_begin: opens the figure with axes and grid. */
void vox_plot_begin (GString *html, const VoxPlot *plot);

/**
 * vox_plot_line:
 * @css_class: "judged", "reference" or "extra"
 * @values: @n of them, @step_s apart, the first at @start_s; the line is broken
 *   where they are not finite
 */
void vox_plot_line (GString *html, const VoxPlot *plot, const gchar *css_class,
    const gdouble *values, guint n, gdouble start_s, gdouble step_s);

/** vox_plot_image: fills the plot area with a picture whose rows are spaced
 * evenly in mel from 0 Hz to @max_hz, values from @low_db to @high_db;
 * @diverging colours around the middle. */
void vox_plot_image (GString *html, const gfloat *levels_db, guint n_columns,
    guint n_rows, gdouble low_db, gdouble high_db, gboolean diverging);

/** vox_plot_mel_ticks: labels at round frequencies for such a picture. */
void vox_plot_mel_ticks (GString *html, gdouble max_hz);

void vox_plot_end (GString *html);

G_END_DECLS
