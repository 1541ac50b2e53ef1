/* vox-warp-search.h: finds the warp of the vocal tract under which a source
 * looks most like the target: that of the highest likelihood of the source's
 * voiced frames under the target's mixture.
 */
#pragma once

#include <glib.h>
#include "convert/vox-features.h"
#include "convert/vox-target.h"

G_BEGIN_DECLS

typedef struct _VoxWarpSearch VoxWarpSearch;

/**
 * vox_warp_search_new:
 * @frames: [n_frames] and their @kinds (#VoxFrameKind): what is needed of them
 *   is copied
 * @stream and @target must outlive the search.
 */
VoxWarpSearch *vox_warp_search_new (VoxStream *stream, const VoxTarget *target,
    const VoxVoiceFrame *frames, const gint8 *kinds, guint n_frames);
void vox_warp_search_free (VoxWarpSearch *self);

/** vox_warp_search_step: tries one more warp. */
gboolean vox_warp_search_step (VoxWarpSearch *self, GError **error);

/** vox_warp_search_done: every warp was tried, or there is too little voice to
 * try any. */
gboolean vox_warp_search_done (const VoxWarpSearch *self);

/** vox_warp_search_best: the best warp so far, 1 at first. */
gdouble vox_warp_search_best (const VoxWarpSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxWarpSearch, vox_warp_search_free)

G_END_DECLS
