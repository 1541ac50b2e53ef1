#include "quality/vox-quality.h"
/* vox-speaker-levels.c: what speaker similarity means; there is no model yet. */
const VoxQualitySimilarityLevels *
vox_quality_similarity_levels (void)
{
  static const VoxQualitySimilarityLevels levels = { 0 };

  return &levels;
}
