/* vox-quality-json.c: the JSON report. Its layout is documented in
 * docs/elements/avquality.md and versioned by VOX_QUALITY_VERSION. */
#include <json-glib/json-glib.h>
#include <math.h>

#include "quality/vox-quality-report.h"
#include "vox-config.h"

static void
add_number (JsonBuilder *builder, const gchar *key, gdouble value)
{
  json_builder_set_member_name (builder, key);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_integer (JsonBuilder *builder, const gchar *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
add_string (JsonBuilder *builder, const gchar *key, const gchar *value)
{
  json_builder_set_member_name (builder, key);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_boolean (JsonBuilder *builder, const gchar *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
begin_object (JsonBuilder *builder, const gchar *key)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_object (builder);
}

static const gchar *const mode_names[] = {
  [VOX_MODE_FAST] = "fast",
  [VOX_MODE_BALANCED] = "balanced",
  [VOX_MODE_QUALITY] = "quality",
  [VOX_MODE_CUSTOM] = "custom",
};

static void
add_parameters (JsonBuilder *builder, const VoxQualityParams *params)
{
  begin_object (builder, "parameters");
  add_integer (builder, "rate_hz", params->rate);
  add_integer (builder, "channels", params->channels);
  add_integer (builder, "reference_channels", params->reference_channels);
  add_number (builder, "interval_s", params->interval_s);
  add_string (builder, "alignment",
      params->alignment == VOX_QUALITY_ALIGNMENT_AUTO ? "auto" : "off");
  add_number (builder, "max_lag_s", params->max_lag_s);
  add_number (builder, "expected_shift_semitones", params->expected_shift);
  add_string (builder, "mode", mode_names[params->mode]);
  add_boolean (builder, "time_locked", params->time_locked);
  begin_object (builder, "definitions");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    const VoxQualityMetricInfo *info = vox_quality_metric_info (m);

    add_string (builder, info->key, info->definition);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_lag (JsonBuilder *builder, const VoxQualityResult *result)
{
  const VoxQualityLag *lag = &result->lag;

  begin_object (builder, "lag");
  add_boolean (builder, "searched", lag->searched);
  add_boolean (builder, "found", lag->found);
  add_integer (builder, "samples", lag->samples);
  add_number (builder, "seconds", (gdouble) lag->samples / result->params.rate);
  if (lag->searched) {
    add_number (builder, "confidence", lag->confidence);
    add_string (builder, "method", lag->method);
  }
  json_builder_end_object (builder);
}

static void
add_signal (JsonBuilder *builder, const gchar *key, const gchar *name,
    const VoxQualitySignal *signal)
{
  begin_object (builder, key);
  add_string (builder, "name", name);
  add_number (builder, "duration_s", signal->duration_s);
  add_number (
      builder, "loudness_integrated_lufs", signal->loudness_integrated_lufs);
  add_number (builder, "loudness_range_lu", signal->loudness_range_lu);
  add_number (builder, "loudness_momentary_max_lufs",
      signal->loudness_momentary_max_lufs);
  add_number (builder, "loudness_short_term_max_lufs",
      signal->loudness_short_term_max_lufs);
  add_number (builder, "true_peak_dbtp", signal->true_peak_dbtp);
  add_number (builder, "sample_peak_dbfs", signal->sample_peak_dbfs);
  add_number (builder, "rms_dbfs", signal->rms_dbfs);
  add_number (builder, "dc", signal->dc);
  add_integer (builder, "clipped_samples", (gint64) signal->clipped_samples);
  add_number (builder, "noise_floor_dbfs", signal->noise_floor_dbfs);
  add_number (builder, "silence_ratio", signal->silence_ratio);
  add_number (builder, "coherence", signal->coherence);
  add_number (builder, "voiced_ratio", signal->voiced_ratio);
  add_number (builder, "f0_median_hz", signal->f0_median_hz);
  json_builder_end_object (builder);
}

static void
add_metrics (JsonBuilder *builder, const VoxQualityResult *result)
{
  begin_object (builder, "pooled_metrics");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++)
    if (result->metrics[m].available)
      add_number (
          builder, vox_quality_metric_info (m)->key, result->metrics[m].value);
  json_builder_end_object (builder);
  begin_object (builder, "unavailable");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++)
    if (!result->metrics[m].available)
      add_string (
          builder, vox_quality_metric_info (m)->key, result->metrics[m].reason);
  json_builder_end_object (builder);
  begin_object (builder, "statistics");
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++) {
    const VoxQualityValue *value = &result->metrics[m];

    if (!value->has_spread)
      continue;
    begin_object (builder, vox_quality_metric_info (m)->key);
    add_number (builder, "min", value->min);
    add_number (builder, "max", value->max);
    add_number (builder, "mean", value->mean);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_similarity_levels (JsonBuilder *builder)
{
  const VoxQualitySimilarityLevels *levels = vox_quality_similarity_levels ();

  begin_object (builder, "speaker_similarity_levels");
  add_number (builder, "same_speaker_mean", levels->same_mean);
  add_number (builder, "same_speaker_p5", levels->same_low);
  add_number (builder, "different_speakers_mean", levels->different_mean);
  add_number (builder, "different_speakers_p95", levels->different_high);
  add_number (builder, "threshold", levels->threshold);
  add_number (builder, "equal_error_rate", levels->equal_error_rate);
  json_builder_end_object (builder);
}

static void
add_frames (JsonBuilder *builder, const VoxQualityResult *result)
{
  json_builder_set_member_name (builder, "frames");
  json_builder_begin_array (builder);
  for (guint i = 0; i < result->frames->len; i++) {
    const VoxQualityFrame *frame =
        &g_array_index (result->frames, VoxQualityFrame, i);

    json_builder_begin_object (builder);
    add_integer (builder, "frame", i);
    add_number (builder, "time_s", frame->time_s);
    add_number (builder, "duration_s", frame->duration_s);
    begin_object (builder, "metrics");
    for (guint v = 0; v < VOX_QUALITY_N_FRAME_VALUES; v++)
      add_number (builder, vox_quality_frame_key (v), frame->values[v]);
    json_builder_end_object (builder);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

gchar *
vox_quality_to_json (const VoxQualityResult *result,
    const VoxQualityNames *names, gboolean compact)
{
  const gboolean compared = result->params.reference_channels > 0;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "version", VOX_VERSION);
  add_string (builder, "metrics_version", VOX_QUALITY_VERSION);
  add_parameters (builder, &result->params);
  add_lag (builder, result);
  add_number (builder, "compared_s", result->compared_s);
  add_signal (
      builder, "judged", names != NULL ? names->judged : NULL, &result->judged);
  if (compared)
    add_signal (builder, "reference", names != NULL ? names->reference : NULL,
        &result->reference);
  add_metrics (builder, result);
  add_number (builder, "f0_ffe", result->f0_ffe);
  if (result->metrics[VOX_QUALITY_SPEAKER_SIMILARITY].available)
    add_similarity_levels (builder);
  json_builder_set_member_name (builder, "notes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < result->notes->len; i++)
    json_builder_add_string_value (builder, result->notes->pdata[i]);
  json_builder_end_array (builder);
  add_frames (builder, result);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, !compact);
}
