/* vox-quality-report.h: a VoxQualityResult as JSON, CSV, HTML or a table.
 *
 * All texts are UTF-8 and independent of the locale. Values that are not
 * finite become null (JSON) or an empty field (CSV).
 */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

/**
 * VoxQualityFormat:
 * @VOX_QUALITY_FORMAT_JSON: one object: version, parameters, lag, streams,
 *   pooled_metrics (key to number), unavailable (key to reason), statistics
 *   (key to min, max, mean), frames[], definitions, notes
 * @VOX_QUALITY_FORMAT_CSV: pooled metrics as comment lines ("# key,value"),
 *   then one row per interval
 * @VOX_QUALITY_FORMAT_HTML: one self-contained page with plots
 */
typedef enum
{
  VOX_QUALITY_FORMAT_JSON,
  VOX_QUALITY_FORMAT_CSV,
  VOX_QUALITY_FORMAT_HTML,
} VoxQualityFormat;

/**
 * VoxQualityNames: how a report calls the two streams; each may be NULL.
 * @reference, @judged: usually file names
 */
typedef struct
{
  const gchar *reference;
  const gchar *judged;
} VoxQualityNames;

/** vox_quality_to_json: Returns: (transfer full): indented unless @compact. */
gchar *vox_quality_to_json (const VoxQualityResult *result,
    const VoxQualityNames *names, gboolean compact);

/** vox_quality_to_csv: Returns: (transfer full). */
gchar *vox_quality_to_csv (
    const VoxQualityResult *result, const VoxQualityNames *names);

/** vox_quality_to_html: Returns: (transfer full). */
gchar *vox_quality_to_html (
    const VoxQualityResult *result, const VoxQualityNames *names);

/** vox_quality_to_table: a line per metric for a terminal of 80 columns, the
 * unavailable ones with their reason. Returns: (transfer full). */
gchar *vox_quality_to_table (
    const VoxQualityResult *result, const VoxQualityNames *names);

/**
 * vox_quality_save:
 * Writes a report to @path through a temporary file, so that no half report is
 * ever there. VOX_ERROR_READ names the path and the system's reason.
 */
gboolean vox_quality_save (const VoxQualityResult *result,
    const VoxQualityNames *names, VoxQualityFormat format, const gchar *path,
    GError **error);

G_END_DECLS
