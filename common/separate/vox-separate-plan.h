/* vox-separate-plan.h: every size and delay of the separation engine, computed
 * once from the rate and the mode. Private to the separation engine. */
#pragma once

#include <glib.h>
#include "separate/vox-hpss.h"
#include "separate/vox-separate.h"

G_BEGIN_DECLS

/**
 * VoxSeparatePlan: sizes in frames of audio; all blocks run in lockstep.
 * @block: frames per step
 * @voice_long: first stage of the voice, from the mix
 * @voice_short: second stage, from the first
 * @mask_fft: transform of the ratio mask, hop is a quarter
 * @spatial: whether the ratio mask is followed by the spatial filter
 * @source_decay: its factor on the past of the voice, per hop of the ratio mask
 * @rest_decay: and of the rest
 * @drums: from the accompaniment
 * @bass: from the mix
 * @voice_delay: by which the input of the ratio mask lags the mix
 * @vocals_delay: by which the vocals lag the mix
 * @total_delay: by which all outputs lag the mix
 */
typedef struct
{
  guint block;
  VoxHpssParams voice_long;
  VoxHpssParams voice_short;
  guint mask_fft;
  guint mask_first_bin;
  gboolean spatial;
  gfloat source_decay;
  gfloat rest_decay;
  VoxHpssParams drums;
  VoxHpssParams bass;
  guint64 voice_delay;
  guint64 vocals_delay;
  guint64 total_delay;
} VoxSeparatePlan;

/** vox_separate_params_check: VOX_ERROR_FORMAT when rate or channels are out of
 * range. */
gboolean vox_separate_params_check (
    const VoxSeparateParams *params, GError **error);

/** vox_separate_plan_init: @params are within range. */
void vox_separate_plan_init (
    VoxSeparatePlan *plan, const VoxSeparateParams *params);

G_END_DECLS
