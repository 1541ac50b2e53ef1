/* vox-quality-plot.c: axes, lines and pictures as SVG. A picture is an inline
 * bitmap with a palette of 256 colours, so that the page needs no script. */
#include "quality/vox-quality-plot.h"

#include <math.h>
#include <string.h>

/* The drawing in SVG units. */
#define WIDTH 960
#define HEIGHT 220
#define LEFT 56
#define RIGHT 12
#define TOP 10
#define BOTTOM 26
#define PLOT_WIDTH (WIDTH - LEFT - RIGHT)
#define PLOT_HEIGHT (HEIGHT - TOP - BOTTOM)

/* More points than this are thinned out. */
#define MAX_POINTS 3000
#define MAX_TICKS 10

#define PALETTE_SIZE 256
#define BMP_HEADER_BYTES 54
#define BMP_PALETTE_BYTES (4 * PALETTE_SIZE)

void
vox_append_number (GString *text, gdouble value, guint decimals)
{
  gchar format[8], digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value)) {
    g_string_append_c (text, '-');
    return;
  }
  g_snprintf (format, sizeof (format), "%%.%uf", MIN (decimals, 9));
  g_string_append (
      text, g_ascii_formatd (digits, sizeof (digits), format, value));
}

static gdouble
x_of (const VoxPlot *plot, gdouble time_s)
{
  return LEFT + PLOT_WIDTH * time_s / MAX (plot->duration_s, 1e-3);
}

static gdouble
y_of (const VoxPlot *plot, gdouble value)
{
  const gdouble low = plot->logarithmic ? log (plot->low) : plot->low;
  const gdouble high = plot->logarithmic ? log (plot->high) : plot->high;
  const gdouble v = plot->logarithmic ? log (MAX (value, 1e-9)) : value;
  const gdouble part = (v - low) / MAX (high - low, 1e-9);

  return TOP + PLOT_HEIGHT * (1.0 - CLAMP (part, 0.0, 1.0));
}

/* The smallest 1, 2 or 5 times a power of ten that gives at most @most steps
 * over @range. */
static gdouble
round_step (gdouble range, guint most)
{
  gdouble step = pow (10.0, floor (log10 (MAX (range, 1e-9) / most)));

  if (range / step > most)
    step *= 2.0;
  if (range / step > most)
    step *= 2.5;
  if (range / step > most)
    step *= 2.0;
  return step;
}

static void
append_line (GString *html, const gchar *css_class, gdouble x1, gdouble y1,
    gdouble x2, gdouble y2)
{
  g_string_append_printf (html, "<path class=\"%s\" d=\"M", css_class);
  vox_append_number (html, x1, 1);
  g_string_append_c (html, ' ');
  vox_append_number (html, y1, 1);
  g_string_append (html, "L");
  vox_append_number (html, x2, 1);
  g_string_append_c (html, ' ');
  vox_append_number (html, y2, 1);
  g_string_append (html, "\"/>");
}

static void
append_label (GString *html, const gchar *anchor, gdouble x, gdouble y,
    gdouble value, guint decimals)
{
  g_string_append_printf (html, "<text text-anchor=\"%s\" x=\"", anchor);
  vox_append_number (html, x, 1);
  g_string_append (html, "\" y=\"");
  vox_append_number (html, y, 1);
  g_string_append (html, "\">");
  vox_append_number (html, value, decimals);
  g_string_append (html, "</text>");
}

static guint
decimals_of_step (gdouble step)
{
  return step >= 1.0 ? 0 : (guint) ceil (-log10 (step) - 1e-9);
}

static void
append_value_tick (
    GString *html, const VoxPlot *plot, gdouble value, guint decimals)
{
  const gdouble y = y_of (plot, value);

  append_line (html, "grid", LEFT, y, WIDTH - RIGHT, y);
  append_label (html, "end", LEFT - 6, y + 4, value, decimals);
}

static void
append_value_axis (GString *html, const VoxPlot *plot)
{
  if (plot->logarithmic) {
    static const gdouble parts[] = { 1.0, 2.0, 5.0 };

    for (gdouble decade = 10.0; decade < plot->high; decade *= 10.0)
      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        if (decade * parts[i] >= plot->low && decade * parts[i] <= plot->high)
          append_value_tick (html, plot, decade * parts[i], 0);
    return;
  }
  if (plot->high > plot->low) {
    const gdouble step = round_step (plot->high - plot->low, 5);

    for (gdouble v = ceil (plot->low / step - 1e-9) * step;
         v <= plot->high + 1e-9; v += step)
      append_value_tick (html, plot, v, decimals_of_step (step));
  }
}

void
vox_plot_begin (GString *html, const VoxPlot *plot)
{
  const gdouble step = round_step (plot->duration_s, MAX_TICKS);

  g_string_append_printf (html,
      "<figure><figcaption>%s <span>%s</span></figcaption>"
      "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
      plot->title, plot->unit, WIDTH, HEIGHT, plot->title);
  append_value_axis (html, plot);
  for (gdouble t = 0.0; t <= plot->duration_s + 1e-9; t += step) {
    const gdouble x = x_of (plot, t);

    append_line (html, "grid", x, TOP, x, TOP + PLOT_HEIGHT);
    append_label (html, "middle", x, HEIGHT - 8, t, decimals_of_step (step));
  }
}

void
vox_plot_line (GString *html, const VoxPlot *plot, const gchar *css_class,
    const gdouble *values, guint n, gdouble start_s, gdouble step_s)
{
  const guint stride = n / MAX_POINTS + 1;
  gboolean drawing = FALSE;

  g_string_append_printf (html, "<path class=\"%s\" d=\"", css_class);
  for (guint i = 0; i < n; i += stride) {
    if (!isfinite (values[i])) {
      drawing = FALSE;
      continue;
    }
    g_string_append_c (html, drawing ? 'L' : 'M');
    vox_append_number (html, x_of (plot, start_s + i * step_s), 1);
    g_string_append_c (html, ' ');
    vox_append_number (html, y_of (plot, values[i]), 1);
    /* A lone point is a line of no length with round ends. */
    if (!drawing)
      g_string_append (html, "h0");
    drawing = TRUE;
  }
  g_string_append (html, "\"/>");
}

/* Colour @i of a palette given by equally spaced stops. */
static void
palette_colour (
    const guint8 (*stops)[3], guint n_stops, guint i, guint8 bgr0[4])
{
  const gdouble place = (gdouble) i / (PALETTE_SIZE - 1) * (n_stops - 1);
  const guint k = MIN ((guint) place, n_stops - 2);
  const gdouble part = place - k;

  for (guint c = 0; c < 3; c++)
    bgr0[2 - c] =
        (guint8) lrint (stops[k][c] + part * (stops[k + 1][c] - stops[k][c]));
  bgr0[3] = 0;
}

static void
fill_palette (guint8 *palette, gboolean diverging)
{
  /* Dark to light with rising lightness; and blue, white, red. */
  static const guint8 rising[][3] = { { 7, 6, 20 }, { 54, 16, 92 },
    { 133, 34, 109 }, { 212, 72, 66 }, { 251, 155, 38 }, { 252, 253, 191 } };
  static const guint8 around[][3] = { { 24, 66, 150 }, { 128, 168, 220 },
    { 246, 246, 246 }, { 232, 150, 122 }, { 160, 24, 40 } };

  for (guint i = 0; i < PALETTE_SIZE; i++) {
    if (diverging)
      palette_colour (around, G_N_ELEMENTS (around), i, palette + 4 * i);
    else
      palette_colour (rising, G_N_ELEMENTS (rising), i, palette + 4 * i);
  }
}

static void
put_u32 (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = (guint8) (value >> (8 * i));
}

/* A Windows bitmap of 8 bits a pixel; its rows run from the bottom up, as those
 * of the picture do. */
static guint8 *
make_bitmap (const gfloat *levels_db, guint n_columns, guint n_rows,
    gdouble low_db, gdouble high_db, gboolean diverging, gsize *n_bytes)
{
  const gsize row_bytes = (n_columns + 3u) & ~3u;
  const gsize offset = BMP_HEADER_BYTES + BMP_PALETTE_BYTES;
  guint8 *bmp;

  *n_bytes = offset + row_bytes * n_rows;
  bmp = g_malloc0 (*n_bytes);
  memcpy (bmp, "BM", 2);
  put_u32 (bmp + 2, (guint32) *n_bytes);
  put_u32 (bmp + 10, (guint32) offset);
  put_u32 (bmp + 14, 40);
  put_u32 (bmp + 18, n_columns);
  put_u32 (bmp + 22, n_rows);
  bmp[26] = 1;
  bmp[28] = 8;
  put_u32 (bmp + 46, PALETTE_SIZE);
  fill_palette (bmp + BMP_HEADER_BYTES, diverging);
  for (guint c = 0; c < n_columns; c++) {
    for (guint r = 0; r < n_rows; r++) {
      const gdouble level = (gdouble) levels_db[(gsize) c * n_rows + r];
      const gdouble part = (level - low_db) / (high_db - low_db);

      bmp[offset + r * row_bytes + c] =
          (guint8) lrint (CLAMP (part, 0.0, 1.0) * (PALETTE_SIZE - 1));
    }
  }
  return bmp;
}

void
vox_plot_image (GString *html, const gfloat *levels_db, guint n_columns,
    guint n_rows, gdouble low_db, gdouble high_db, gboolean diverging)
{
  gsize n_bytes;
  g_autofree guint8 *bmp = make_bitmap (
      levels_db, n_columns, n_rows, low_db, high_db, diverging, &n_bytes);
  g_autofree gchar *text = g_base64_encode (bmp, n_bytes);

  g_string_append_printf (html,
      "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
      "preserveAspectRatio=\"none\" href=\"data:image/bmp;base64,%s\"/>",
      LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT, text);
}

void
vox_plot_mel_ticks (GString *html, gdouble max_hz)
{
  static const gdouble ticks_hz[] = { 0, 250, 500, 1000, 2000, 4000, 8000,
    16000 };
  const gdouble top = log1p (max_hz / 700.0);

  for (guint i = 0; i < G_N_ELEMENTS (ticks_hz) && ticks_hz[i] <= max_hz; i++)
    append_label (html, "end", LEFT - 6,
        TOP + PLOT_HEIGHT * (1.0 - log1p (ticks_hz[i] / 700.0) / top) + 4,
        ticks_hz[i], 0);
}

void
vox_plot_end (GString *html)
{
  g_string_append (html, "</svg></figure>\n");
}
