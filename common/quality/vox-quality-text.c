/* vox-quality-text.c: the CSV report, the table for terminals, and saving. */
#include <errno.h>
#include <math.h>
#include <string.h>

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

static void
append_row (GString *text, const VoxQualityMetricInfo *info,
    const VoxQualityValue *value)
{
  if (!value->available) {
    g_string_append_printf (
        text, "  %-26s          -        %s\n", info->label, value->reason);
    return;
  }
  g_string_append_printf (text, "  %-26s %10.*f %-6s", info->label,
      (gint) info->decimals, value->value, info->unit);
  if (value->has_spread)
    g_string_append_printf (text, " %.*f to %.*f over time",
        (gint) info->decimals, value->min, (gint) info->decimals, value->max);
  else
    while (text->str[text->len - 1] == ' ')
      g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

static void
append_signal (
    GString *text, const gchar *title, const VoxQualitySignal *signal)
{
  g_string_append_printf (text, "  %s: %.2f s", title, signal->duration_s);
  if (isfinite (signal->loudness_integrated_lufs))
    g_string_append_printf (
        text, ", %.1f LUFS", signal->loudness_integrated_lufs);
  if (isfinite (signal->f0_median_hz))
    g_string_append_printf (text, ", F0 median %.1f Hz", signal->f0_median_hz);
  if (isfinite (signal->noise_floor_dbfs))
    g_string_append_printf (
        text, ", noise floor %.0f dBFS", signal->noise_floor_dbfs);
  if (signal->clipped_samples > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " clipped samples",
        signal->clipped_samples);
  g_string_append_c (text, '\n');
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
    if (m == VOX_QUALITY_SPEAKER_SIMILARITY && result->metrics[m].available) {
      const VoxQualitySimilarityLevels *levels =
          vox_quality_similarity_levels ();

      g_string_append_printf (text,
          "  %-26s same speaker %.2f, different %.2f, border %.2f\n", "",
          levels->same_mean, levels->different_mean, levels->threshold);
    }
  }
  append_signal (text, "judged", &result->judged);
  if (result->params.reference_channels > 0)
    append_signal (text, "reference", &result->reference);
  if (result->lag.found)
    g_string_append_printf (text,
        "  lag: %" G_GINT64_FORMAT " samples (%.4f s), %s, confidence %.2f\n",
        result->lag.samples,
        (gdouble) result->lag.samples / result->params.rate, result->lag.method,
        result->lag.confidence);
  for (guint i = 0; i < result->notes->len; i++)
    g_string_append_printf (
        text, "  note: %s\n", (const gchar *) result->notes->pdata[i]);
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
