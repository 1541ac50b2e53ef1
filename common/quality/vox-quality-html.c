#include "quality/vox-quality-report.h"
gchar *
vox_quality_to_html (const VoxQualityResult *result G_GNUC_UNUSED,
    const VoxQualityNames *names G_GNUC_UNUSED)
{
  return g_strdup ("");
}
