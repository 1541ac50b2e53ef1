/* vox-separate.h: music into stems with the built-in engine. A #VoxProcessor
 * with VOX_N_STEMS outputs in the order of #VoxStem. */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "base/vox-mode.h"
#include "base/vox-processor.h"

G_BEGIN_DECLS

/**
 * VoxStem: vocals + drums + bass + other = the mix, within 1e-5 of full scale;
 * accompaniment = the mix - vocals.
 */
typedef enum
{
  VOX_STEM_VOCALS,
  VOX_STEM_DRUMS,
  VOX_STEM_BASS,
  VOX_STEM_OTHER,
  VOX_STEM_ACCOMPANIMENT,
  VOX_N_STEMS,
} VoxStem;

/** vox_stem_name: "vocals", "drums", "bass", "other", "accompaniment". */
const gchar *vox_stem_name (VoxStem stem);

/**
 * VoxSeparateParams:
 * @rate: 8000 to 192000 Hz
 * @channels: 1 to 8
 * @mode: FAST has the shortest medians (latency about 1 s, others at most
 *   1.8 s); BALANCED uses the place of the voice between two channels; QUALITY
 *   averages two masks on top; CUSTOM is BALANCED
 * @stems: bit mask of (1 << VoxStem) that will be pulled; others cost nothing
 *   where the algorithm allows
 */
typedef struct
{
  guint rate;
  guint channels;
  VoxMode mode;
  guint stems;
} VoxSeparateParams;

#define VOX_SEPARATE_PARAMS_DEFAULT                          \
  {                                                          \
    .rate = 44100, .channels = 2, .mode = VOX_MODE_BALANCED, \
    .stems = (1 << VOX_N_STEMS) - 1                          \
  }

/** vox_separate_new: Returns: (transfer full): vox_processor_free () it. */
VoxProcessor *vox_separate_new (
    VoxDevice *device, const VoxSeparateParams *params, GError **error);

G_END_DECLS
