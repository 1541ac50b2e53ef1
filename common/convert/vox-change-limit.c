/* vox-change-limit.c: how much louder a change may make a frame. */
#include "convert/vox-change-limit.h"

#include <math.h>

/* Natural logarithm of power in a dB. */
#define LOG_POWER_PER_DB ((gfloat) G_LN10 / 10.0f)
/* From silence up, bands may be raised by as much as the level lies above. */
#define QUIET_DB 15.0f

void
vox_change_limit (const VoxVoiceFrame *frame, gfloat above_silence_db,
    const gfloat *weights, gfloat *change, guint width)
{
  gfloat before = 1e-30f, after = 1e-30f, excess;

  if (above_silence_db < QUIET_DB) {
    const gfloat most = MAX (above_silence_db, 0.0f) * LOG_POWER_PER_DB;

    for (guint m = 0; m < width; m++)
      change[m] = MIN (change[m], most);
  }
  for (guint m = 0; m < VOX_MEL_POINTS; m++) {
    const gfloat power = weights[m] * expf (frame->spectrum[m]);

    before += power;
    after += power * expf (change[m]);
  }
  excess = logf (after / before) - (gfloat) VOX_CHANGE_LOUDER;
  for (guint m = 0; m < width && excess > 0.0f; m++)
    change[m] -= excess;
}
