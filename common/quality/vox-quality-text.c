/* vox-quality-text.c: the CSV report, the table for terminals, and saving. */
#include <math.h>

#include "quality/vox-quality-plot.h"
#include "quality/vox-quality-report.h"

/* Digits that tell two floats apart. */
#define CSV_FORMAT "%.7g"

static void
append_number (GString *text, gdouble value)
{
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append (
        text, g_ascii_formatd (digits, sizeof (digits), CSV_FORMAT, value));
}

/* Text in a comment line must not end it. */
static void
append_one_line (GString *text, const gchar *value)
{
  for (; *value != '\0'; value++)
    g_string_append_c (text, *value == '\n' || *value == '\r' ? ' ' : *value);
}

gchar *
vox_quality_to_csv (
    const VoxQualityResult *result, const VoxQualityNames *names)
{
  GString *text =
      g_string_new ("# avquality,metrics_version," VOX_QUALITY_VERSION "\n");

  if (names != NULL && names->reference != NULL) {
    g_string_append (text, "# reference,");
    append_one_line (text, names->reference);
    g_string_append_c (text, '\n');
  }
  if (names != NULL && names->judged != NULL) {
    g_string_append (text, "# judged,");
    append_one_line (text, names->judged);
    g_string_append_c (text, '\n');
  }
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    const VoxQualityValue *value = &result->metrics[m];

    g_string_append_printf (text, "# %s,", vox_quality_metric_info (m)->key);
    if (value->available)
      append_number (text, value->value);
    else
      g_string_append_printf (text, "unavailable: %s", value->reason);
    g_string_append_c (text, '\n');
  }
  g_string_append (text, "time_s,duration_s");
  for (guint v = 0; v < VOX_QUALITY_N_FRAME_VALUES; v++)
    g_string_append_printf (text, ",%s", vox_quality_frame_key (v));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < result->frames->len; i++) {
    const VoxQualityFrame *frame =
        &g_array_index (result->frames, VoxQualityFrame, i);

    append_number (text, frame->time_s);
    g_string_append_c (text, ',');
    append_number (text, frame->duration_s);
    for (guint v = 0; v < VOX_QUALITY_N_FRAME_VALUES; v++) {
      g_string_append_c (text, ',');
      append_number (text, frame->values[v]);
    }
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

/* @value right-aligned in @width. */
static void
append_padded (GString *text, gdouble value, guint decimals, gsize width)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  vox_append_number (digits, value, decimals);
  for (gsize i = digits->len; i < width; i++)
    g_string_append_c (text, ' ');
  g_string_append (text, digits->str);
}

static void
append_row (GString *text, const VoxQualityMetricInfo *info,
    const VoxQualityValue *value)
{
  g_string_append_printf (text, "  %-24s", info->label);
  if (!value->available) {
    g_string_append_printf (text, "%10s  %s\n", "-", value->reason);
    return;
  }
  append_padded (text, value->value, info->decimals, 10);
  if (value->has_spread) {
    g_string_append_printf (text, " %-6s ", info->unit);
    vox_append_number (text, value->min, info->decimals);
    g_string_append (text, " to ");
    vox_append_number (text, value->max, info->decimals);
    g_string_append (text, " over time");
  } else if (*info->unit != '\0') {
    g_string_append_printf (text, " %s", info->unit);
  }
  g_string_append_c (text, '\n');
}

static void
append_fact (GString *text, const gchar *before, gdouble value, guint decimals,
    const gchar *after)
{
  if (!isfinite (value))
    return;
  g_string_append (text, before);
  vox_append_number (text, value, decimals);
  g_string_append (text, after);
}

static void
append_signal (
    GString *text, const gchar *title, const VoxQualitySignal *signal)
{
  g_string_append_printf (text, "  %-24s", title);
  append_fact (text, "", signal->duration_s, 2, " s");
  append_fact (text, ", ", signal->loudness_integrated_lufs, 1, " LUFS");
  append_fact (text, ", F0 median ", signal->f0_median_hz, 1, " Hz");
  append_fact (text, ", noise floor ", signal->noise_floor_dbfs, 0, " dBFS");
  if (signal->clipped_samples > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " clipped samples",
        signal->clipped_samples);
  g_string_append_c (text, '\n');
}

static void
append_levels (GString *text)
{
  const VoxQualitySimilarityLevels *levels = vox_quality_similarity_levels ();

  g_string_append_printf (text, "  %-24s", "");
  append_fact (text, "same speaker ", levels->same_mean, 2, ", ");
  append_fact (text, "different speakers ", levels->different_mean, 2, ", ");
  append_fact (text, "border ", levels->threshold, 2, "\n");
}

static void
append_lag (GString *text, const VoxQualityResult *result)
{
  g_string_append_printf (text, "  %-24s%10" G_GINT64_FORMAT " samples (",
      "Lag", result->lag.samples);
  vox_append_number (
      text, (gdouble) result->lag.samples / result->params.rate, 4);
  g_string_append_printf (text, " s), by %s, ", result->lag.method);
  append_fact (text, "confidence ", result->lag.confidence, 2, "\n");
}

gchar *
vox_quality_to_table (
    const VoxQualityResult *result, const VoxQualityNames *names)
{
  GString *text = g_string_new (NULL);

  if (names != NULL && names->judged != NULL)
    g_string_append_printf (text, "%s%s%s\n", names->judged,
        names->reference != NULL ? " against " : "",
        names->reference != NULL ? names->reference : "");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    append_row (text, vox_quality_metric_info (m), &result->metrics[m]);
    if (m == VOX_QUALITY_SPEAKER_SIMILARITY && result->metrics[m].available)
      append_levels (text);
  }
  append_signal (text, "Judged stream", &result->judged);
  if (result->params.reference_channels > 0)
    append_signal (text, "Reference", &result->reference);
  if (result->lag.found)
    append_lag (text, result);
  for (guint i = 0; i < result->notes->len; i++)
    g_string_append_printf (
        text, "  Note: %s\n", (const gchar *) result->notes->pdata[i]);
  return g_string_free (text, FALSE);
}

gboolean
vox_quality_save (const VoxQualityResult *result, const VoxQualityNames *names,
    VoxQualityFormat format, const gchar *path, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *text = NULL;

  switch (format) {
    case VOX_QUALITY_FORMAT_JSON:
      text = vox_quality_to_json (result, names, FALSE);
      break;
    case VOX_QUALITY_FORMAT_CSV:
      text = vox_quality_to_csv (result, names);
      break;
    case VOX_QUALITY_FORMAT_HTML:
      text = vox_quality_to_html (result, names);
      break;
  }
  g_return_val_if_fail (text != NULL, FALSE);
  if (g_file_set_contents (path, text, -1, &failure))
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
      "the report %s could not be written: %s", path, failure->message);
  return FALSE;
}
