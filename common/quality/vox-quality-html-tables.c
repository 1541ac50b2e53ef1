/* vox-quality-html-tables.c: the tables of the HTML report. */
#include <math.h>

#include "quality/vox-quality-html-private.h"
#include "quality/vox-quality-plot.h"
#include "vox-config.h"

#define WORST_PASSAGES 5

void
vox_html_append_escaped (GString *html, const gchar *text)
{
  g_autofree gchar *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}

static void
append_metric_row (GString *html, const VoxQualityMetricInfo *info,
    const VoxQualityValue *value)
{
  if (!value->available) {
    g_string_append_printf (html,
        "<tr class=\"off\"><td>%s</td><td class=\"n\">-</td>"
        "<td class=\"n\"></td><td>not available: ",
        info->label);
    vox_html_append_escaped (html, value->reason);
    g_string_append (html, "</td></tr>");
    return;
  }
  g_string_append_printf (
      html, "<tr><td>%s</td><td class=\"n\"><b>", info->label);
  vox_append_number (html, value->value, info->decimals);
  g_string_append_printf (html, "</b> %s</td><td class=\"n\">", info->unit);
  if (value->has_spread) {
    vox_append_number (html, value->min, info->decimals);
    g_string_append (html, " to ");
    vox_append_number (html, value->max, info->decimals);
  }
  g_string_append_printf (html, "</td><td>%s", info->explanation);
}

void
vox_html_append_metrics (GString *html, const VoxQualityResult *result)
{
  const VoxQualitySimilarityLevels *levels = vox_quality_similarity_levels ();

  g_string_append (html,
      "<h2>Metrics</h2><table><thead><tr><th>Metric</th><th>Value</th>"
      "<th>Over time</th><th>How to read it</th></tr></thead><tbody>");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    append_metric_row (html, vox_quality_metric_info (m), &result->metrics[m]);
    if (!result->metrics[m].available)
      continue;
    if (m == VOX_QUALITY_SPEAKER_SIMILARITY) {
      g_string_append (html, " Same speaker: ");
      vox_append_number (html, levels->same_mean, 2);
      g_string_append (html, " on average; different speakers: ");
      vox_append_number (html, levels->different_mean, 2);
      g_string_append (html, "; border: ");
      vox_append_number (html, levels->threshold, 2);
      g_string_append (html, ".");
    }
    g_string_append (html, "</td></tr>");
  }
  g_string_append (html, "</tbody></table>\n");
}

static gint
compare_stoi (gconstpointer a, gconstpointer b)
{
  const VoxQualityFrame *x = *(VoxQualityFrame *const *) a;
  const VoxQualityFrame *y = *(VoxQualityFrame *const *) b;
  const gdouble p = x->values[VOX_QUALITY_FRAME_STOI];
  const gdouble q = y->values[VOX_QUALITY_FRAME_STOI];

  return (p > q) - (p < q);
}

void
vox_html_append_worst (GString *html, const VoxQualityResult *result)
{
  static const struct
  {
    VoxQualityFrameValue key;
    guint decimals;
  } columns[] = {
    { VOX_QUALITY_FRAME_STOI, 3 },
    { VOX_QUALITY_FRAME_SI_SDR, 1 },
    { VOX_QUALITY_FRAME_LSD, 1 },
    { VOX_QUALITY_FRAME_MCD, 1 },
    { VOX_QUALITY_FRAME_F0_RMSE_CENTS, 0 },
  };
  g_autoptr (GPtrArray) frames = g_ptr_array_new ();

  for (guint i = 0; i < result->frames->len; i++) {
    VoxQualityFrame *frame =
        &g_array_index (result->frames, VoxQualityFrame, i);

    if (isfinite (frame->values[VOX_QUALITY_FRAME_STOI]))
      g_ptr_array_add (frames, frame);
  }
  if (frames->len < 2)
    return;
  g_ptr_array_sort (frames, compare_stoi);
  g_string_append (html,
      "<h2>Worst passages</h2><table><thead><tr><th>From</th><th>STOI</th>"
      "<th>SI-SDR dB</th><th>LSD dB</th><th>MCD dB</th><th>F0 cents</th>"
      "</tr></thead><tbody>");
  for (guint i = 0; i < MIN (frames->len, WORST_PASSAGES); i++) {
    const VoxQualityFrame *frame = frames->pdata[i];

    g_string_append (html, "<tr><td>");
    vox_append_number (html, frame->time_s, 1);
    g_string_append (html, " s</td>");
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++) {
      g_string_append (html, "<td>");
      vox_append_number (
          html, frame->values[columns[c].key], columns[c].decimals);
      g_string_append (html, "</td>");
    }
    g_string_append (html, "</tr>");
  }
  g_string_append (html, "</tbody></table>\n");
}

static void
append_signal_row (GString *html, const gchar *label, const gchar *unit,
    guint decimals, gdouble judged, gdouble reference, gboolean compared)
{
  if (!isfinite (judged) && !(compared && isfinite (reference)))
    return;
  g_string_append_printf (html, "<tr><td>%s</td><td>", label);
  vox_append_number (html, judged, decimals);
  g_string_append_printf (html, " %s</td>", unit);
  if (compared) {
    g_string_append (html, "<td>");
    vox_append_number (html, reference, decimals);
    g_string_append_printf (html, " %s</td>", unit);
  }
  g_string_append (html, "</tr>");
}

void
vox_html_append_signals (GString *html, const VoxQualityResult *result)
{
  const gboolean both = result->params.reference_channels > 0;
  const VoxQualitySignal *j = &result->judged, *r = &result->reference;

  g_string_append_printf (html,
      "<h2>The streams</h2><table><thead><tr><th></th><th>Judged</th>%s</tr>"
      "</thead><tbody>",
      both ? "<th>Reference</th>" : "");
#define ROW(label, unit, decimals, member)                             \
  append_signal_row (html, label, unit, decimals, (gdouble) j->member, \
      (gdouble) r->member, both)
  ROW ("Duration", "s", 3, duration_s);
  ROW ("Integrated loudness", "LUFS", 1, loudness_integrated_lufs);
  ROW ("Loudness range", "LU", 1, loudness_range_lu);
  ROW ("Largest momentary loudness", "LUFS", 1, loudness_momentary_max_lufs);
  ROW ("Largest short-term loudness", "LUFS", 1, loudness_short_term_max_lufs);
  ROW ("True peak", "dBTP", 1, true_peak_dbtp);
  ROW ("Sample peak", "dBFS", 1, sample_peak_dbfs);
  ROW ("RMS level", "dBFS", 1, rms_dbfs);
  ROW ("DC", "of full scale", 5, dc);
  ROW ("Clipped samples", "", 0, clipped_samples);
  ROW ("Noise floor", "dBFS", 1, noise_floor_dbfs);
  ROW ("Silence", "of the time", 3, silence_ratio);
  ROW ("Coherence of the channels", "", 3, coherence);
  ROW ("Voiced", "of the time", 3, voiced_ratio);
  ROW ("Median F0", "Hz", 1, f0_median_hz);
#undef ROW
  g_string_append (html, "</tbody></table>\n");
}

void
vox_html_append_definitions (GString *html)
{
  g_string_append (
      html, "<details><summary>How each number is defined</summary><dl>");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    const VoxQualityMetricInfo *info = vox_quality_metric_info (m);

    g_string_append_printf (
        html, "<dt>%s (%s)</dt><dd>", info->label, info->key);
    vox_html_append_escaped (html, info->definition);
    g_string_append (html, "</dd>");
  }
  g_string_append (html,
      "</dl><p>AutoVoice " VOX_VERSION ", metrics version " VOX_QUALITY_VERSION
      "</p></details>");
}
