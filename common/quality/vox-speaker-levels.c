#include "quality/vox-quality.h"
const VoxQualitySimilarityLevels *
vox_quality_similarity_levels (void)
{
  static const VoxQualitySimilarityLevels levels = { 0 };

  return &levels;
}
