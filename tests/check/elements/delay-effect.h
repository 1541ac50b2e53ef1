/* delay-effect.h: an engine that only delays and scales, and an element around
 * it, so that every expected sample is known. */
#pragma once

#include "base/gstavbaseeffect.h"

G_BEGIN_DECLS

#define DELAY_FRAMES 1000
#define DELAY_BLOCK_FRAMES 480

/** delay_new: a processor in blocks of 480 frames, 1000 frames late, times
 * @gain; it fails as a lost device does when frame @fails_at (0: never) is
 * pushed. */
VoxProcessor *delay_new (
    guint rate, guint channels, gfloat gain, guint64 fails_at);

/** The element "avtesteffect": gain 1, in mode=fast 0.75, or its property
 * `gain` when that is not 1; the first processor fails at `fails-at`. */
GType gst_av_test_effect_get_type (void);

G_END_DECLS
