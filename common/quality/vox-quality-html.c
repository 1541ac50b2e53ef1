/* vox-quality-html.c: the report as one page without scripts, fonts or anything
 * else from outside. */
#include <math.h>

#include "quality/vox-quality-html-private.h"
#include "quality/vox-quality-plot.h"
#include "quality/vox-quality-report.h"

/* Decibels shown below the strongest part of the spectrograms, and on each
 * side of their difference. */
#define PICTURE_RANGE_DB 80.0
#define DIFFERENCE_RANGE_DB 24.0

static const gchar style[] =
    ":root{--bg:#fbfbfa;--card:#fff;--ink:#1c1d21;--soft:#6a6e78;"
    "--line:#e3e4e8;--judged:#c2410c;--reference:#2563a8;--extra:#6b7a3a}"
    "@media(prefers-color-scheme:dark){:root{--bg:#15161a;--card:#1d1f25;"
    "--ink:#e8e9ec;--soft:#9a9fab;--line:#30333b;--judged:#fb923c;"
    "--reference:#7ab3f0;--extra:#b8c97a}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);"
    "color:var(--ink);font:15px/1.5 system-ui,sans-serif}"
    "main{max-width:1040px;margin:0 auto;padding:28px 20px 60px}"
    "h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:34px 0 10px}"
    "p{margin:0 0 8px;color:var(--soft)}"
    ".cards{display:grid;gap:12px;margin-top:20px;"
    "grid-template-columns:repeat(auto-fill,minmax(180px,1fr))}"
    ".card{background:var(--card);border:1px solid var(--line);"
    "border-radius:10px;padding:12px 14px}"
    ".card b{display:block;font-size:26px;line-height:1.2;"
    "font-variant-numeric:tabular-nums}"
    ".card b small{font-size:14px;color:var(--soft);font-weight:400}"
    ".card span{color:var(--soft);font-size:13px}"
    "table{width:100%;border-collapse:collapse;background:var(--card);"
    "border:1px solid var(--line);font-size:14px}"
    "th,td{padding:7px 10px;text-align:left;vertical-align:top;"
    "border-top:1px solid var(--line)}thead th{border:0;color:var(--soft);"
    "font-weight:500}td.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}.off td{color:var(--soft)}"
    "figure{margin:0 0 14px;background:var(--card);border:1px solid "
    "var(--line);border-radius:10px;padding:10px 12px}"
    "figcaption{font-weight:600;font-size:14px}figcaption span{"
    "color:var(--soft);font-weight:400}"
    "svg{display:block;width:100%;height:auto}svg text{font-size:11px;"
    "fill:var(--soft)}svg path{fill:none;stroke-linecap:round;"
    "stroke-linejoin:round}.grid{stroke:var(--line);stroke-width:1}"
    ".judged{stroke:var(--judged);stroke-width:1.8}"
    ".reference{stroke:var(--reference);stroke-width:3;opacity:.65}"
    ".extra{stroke:var(--extra);stroke-width:1.8}"
    ".key{display:inline-block;width:18px;height:3px;margin:0 4px 3px 10px;"
    "border-radius:2px}details{margin-top:14px;color:var(--soft)}"
    "details dt{color:var(--ink);font-weight:600;margin-top:6px}"
    "details dd{margin:0}";

static void
append_card (
    GString *html, const VoxQualityResult *result, VoxQualityMetric metric)
{
  const VoxQualityMetricInfo *info = vox_quality_metric_info (metric);

  if (!result->metrics[metric].available)
    return;
  g_string_append (html, "<div class=\"card\"><b>");
  vox_append_number (
      html, result->metrics[metric].value, MIN (info->decimals, 3));
  g_string_append_printf (html, " <small>%s</small></b><span>%s</span></div>",
      info->unit, info->label);
}

static void
append_header (
    GString *html, const VoxQualityResult *result, const VoxQualityNames *names)
{
  static const VoxQualityMetric cards[] = { VOX_QUALITY_STOI,
    VOX_QUALITY_SI_SDR, VOX_QUALITY_MCD, VOX_QUALITY_F0_RMSE_CENTS,
    VOX_QUALITY_SPEAKER_SIMILARITY, VOX_QUALITY_LOUDNESS_INTEGRATED,
    VOX_QUALITY_TRUE_PEAK };
  const gchar *judged = names != NULL ? names->judged : NULL;
  const gchar *reference = names != NULL ? names->reference : NULL;

  g_string_append (html, "<h1>Quality");
  if (judged != NULL) {
    g_string_append (html, " of ");
    vox_html_append_escaped (html, judged);
  }
  g_string_append (html, "</h1><p>");
  if (result->params.reference_channels > 0) {
    g_string_append (html, "Against ");
    vox_html_append_escaped (
        html, reference != NULL ? reference : "the reference");
    g_string_append (html, ", ");
    vox_append_number (html, result->compared_s, 2);
    g_string_append (html, " s compared");
  } else {
    vox_append_number (html, result->judged.duration_s, 2);
    g_string_append (html, " s, without a reference");
  }
  g_string_append_printf (html, ", %u Hz", result->params.rate);
  if (result->lag.found) {
    g_string_append_printf (html,
        ", lag %" G_GINT64_FORMAT " samples taken out", result->lag.samples);
  }
  g_string_append (html, ".</p>");
  for (guint i = 0; i < result->notes->len; i++) {
    g_string_append (html, "<p>");
    vox_html_append_escaped (html, result->notes->pdata[i]);
    g_string_append (html, "</p>");
  }
  g_string_append (html, "<div class=\"cards\">");
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    append_card (html, result, cards[i]);
  g_string_append (html, "</div>\n");
}

static void
append_pitch_plot (
    GString *html, const VoxQualityResult *result, gdouble duration_s)
{
  const gdouble shift = exp2 (result->params.expected_shift / 12.0);
  const GArray *tracks[2] = { result->reference_f0_hz, result->f0_hz };
  static const gchar *const classes[2] = { "reference", "judged" };
  VoxPlot plot = { "Pitch",
    "Hz over seconds; the reference shifted by the "
    "expected shift",
    duration_s, 1e9, 0.0, TRUE };

  for (guint s = 0; s < 2; s++) {
    for (guint i = 0; i < tracks[s]->len; i++) {
      const gdouble hz = (gdouble) g_array_index (tracks[s], gfloat, i)
          * (s == 0 ? shift : 1.0);

      if (hz > 0.0) {
        plot.low = MIN (plot.low, hz / 1.1);
        plot.high = MAX (plot.high, hz * 1.1);
      }
    }
  }
  if (plot.high <= 0.0)
    return;
  vox_plot_begin (html, &plot);
  for (guint s = 0; s < 2; s++) {
    const guint n = tracks[s]->len;
    g_autofree gdouble *values = g_new (gdouble, MAX (n, 1));

    for (guint i = 0; i < n; i++) {
      const gdouble hz = (gdouble) g_array_index (tracks[s], gfloat, i);

      values[i] = hz > 0.0 ? hz * (s == 0 ? shift : 1.0) : (gdouble) NAN;
    }
    vox_plot_line (html, &plot, classes[s], values, n, 0.0, 0.010);
  }
  vox_plot_end (html);
}

static gdouble
loudest (const VoxQualitySpectrogram *picture)
{
  gdouble peak = -100.0;

  for (gsize i = 0; i < (gsize) picture->n_columns * picture->n_rows; i++)
    peak = MAX (peak, (gdouble) picture->levels_db[i]);
  return peak;
}

static void
append_picture (GString *html, const gchar *title, const gchar *unit,
    const VoxQualitySpectrogram *picture, const gfloat *levels_db,
    guint n_columns, gdouble low_db, gdouble high_db, gboolean diverging)
{
  const VoxPlot plot = { title, unit, n_columns * picture->column_s, 0.0, 0.0,
    FALSE };

  vox_plot_begin (html, &plot);
  vox_plot_image (
      html, levels_db, n_columns, picture->n_rows, low_db, high_db, diverging);
  vox_plot_mel_ticks (html, picture->max_hz);
  vox_plot_end (html);
}

static void
append_pictures (GString *html, const VoxQualityResult *result)
{
  static const gchar unit[] = "Hz over seconds, 80 dB of range";
  const VoxQualitySpectrogram *judged = &result->spectrogram;
  const VoxQualitySpectrogram *reference = &result->reference_spectrogram;
  const guint n = MIN (judged->n_columns, reference->n_columns);
  gdouble peak;

  if (judged->n_columns == 0)
    return;
  peak = loudest (reference->n_columns > 0 ? reference : judged);
  if (reference->n_columns > 0)
    append_picture (html, "Spectrum of the reference", unit, reference,
        reference->levels_db, reference->n_columns, peak - PICTURE_RANGE_DB,
        peak, FALSE);
  append_picture (html, "Spectrum of the judged", unit, judged,
      judged->levels_db, judged->n_columns, peak - PICTURE_RANGE_DB, peak,
      FALSE);
  if (n > 0) {
    const gsize n_values = (gsize) n * judged->n_rows;
    g_autofree gfloat *difference = g_new (gfloat, n_values);
    const gfloat floor_db = (gfloat) (peak - PICTURE_RANGE_DB);

    /* What is below the shown range in both is no difference to look at. */
    for (gsize i = 0; i < n_values; i++)
      difference[i] = MAX (judged->levels_db[i], floor_db)
          - MAX (reference->levels_db[i], floor_db);
    append_picture (html, "Difference of the spectra",
        "red: the judged has more, blue: less, up to 24 dB", judged, difference,
        n, -DIFFERENCE_RANGE_DB, DIFFERENCE_RANGE_DB, TRUE);
  }
}

/* Draws frame values as lines at the middle of their intervals. */
static void
append_frame_lines (GString *html, const VoxQualityResult *result,
    const VoxPlot *plot, const VoxQualityFrameValue *keys,
    const gchar *const *classes, guint n_lines)
{
  const guint n = result->frames->len;
  const gdouble step_s = result->params.interval_s;
  g_autofree gdouble *values = g_new (gdouble, MAX (n, 1));

  vox_plot_begin (html, plot);
  for (guint l = 0; l < n_lines; l++) {
    for (guint i = 0; i < n; i++)
      values[i] =
          g_array_index (result->frames, VoxQualityFrame, i).values[keys[l]];
    vox_plot_line (html, plot, classes[l], values, n, 0.5 * step_s, step_s);
  }
  vox_plot_end (html);
}

/* Least and largest value under @keys. Returns: FALSE when there is none. */
static gboolean
frame_range (const VoxQualityResult *result, const VoxQualityFrameValue *keys,
    guint n_keys, gdouble *low, gdouble *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < result->frames->len; i++) {
    for (guint k = 0; k < n_keys; k++) {
      const gdouble value =
          g_array_index (result->frames, VoxQualityFrame, i).values[keys[k]];

      if (isfinite (value)) {
        *low = MIN (*low, value);
        *high = MAX (*high, value);
      }
    }
  }
  return *high >= *low;
}

static void
append_time_plots (
    GString *html, const VoxQualityResult *result, gdouble duration_s)
{
  static const VoxQualityFrameValue speech[] = { VOX_QUALITY_FRAME_STOI,
    VOX_QUALITY_FRAME_ESTOI };
  static const gchar *const speech_classes[] = { "judged", "extra" };
  static const VoxQualityFrameValue loudness[] = {
    VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_MOMENTARY,
    VOX_QUALITY_FRAME_LOUDNESS_MOMENTARY, VOX_QUALITY_FRAME_LOUDNESS_SHORT_TERM
  };
  static const gchar *const loudness_classes[] = { "reference", "judged",
    "extra" };
  VoxPlot plot = { "Intelligibility",
    "STOI (first colour) and ESTOI over seconds", duration_s, 0.0, 1.0, FALSE };
  gdouble low, high;

  if (frame_range (result, speech, G_N_ELEMENTS (speech), &low, &high)) {
    plot.low = MIN (0.0, floor (low * 5.0) / 5.0);
    append_frame_lines (
        html, result, &plot, speech, speech_classes, G_N_ELEMENTS (speech));
  }
  if (frame_range (result, loudness, G_N_ELEMENTS (loudness), &low, &high)) {
    plot = (VoxPlot){ "Loudness",
      "LUFS over seconds: momentary, and short-term of the judged", duration_s,
      MAX (floor (low / 5.0) * 5.0, -70.0), ceil (high / 5.0) * 5.0 + 0.1,
      FALSE };
    append_frame_lines (html, result, &plot, loudness, loudness_classes,
        G_N_ELEMENTS (loudness));
  }
}

gchar *
vox_quality_to_html (
    const VoxQualityResult *result, const VoxQualityNames *names)
{
  const gdouble duration_s =
      result->compared_s > 0.0 ? result->compared_s : result->judged.duration_s;
  GString *html = g_string_new (
      "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">"
      "<title>Quality report</title><style>");

  g_string_append (html, style);
  g_string_append (html, "</style></head><body><main>");
  append_header (html, result, names);
  g_string_append (html,
      "<h2>Over time <small><i class=\"key\" style=\"background:"
      "var(--judged)\"></i>judged");
  if (result->params.reference_channels > 0)
    g_string_append (html,
        "<i class=\"key\" style=\"background:var(--reference)\"></i>reference");
  g_string_append (html, "</small></h2>");
  append_pitch_plot (html, result, duration_s);
  append_pictures (html, result);
  append_time_plots (html, result, duration_s);
  vox_html_append_worst (html, result);
  vox_html_append_metrics (html, result);
  vox_html_append_signals (html, result);
  vox_html_append_definitions (html);
  g_string_append (html, "</main></body></html>\n");
  return g_string_free (html, FALSE);
}
