/* vox-adapt.h: makes the target network understand one source: pairs frames of
 * the source with the target's own most similar ones and trains on them. */
#pragma once

#include <glib.h>
#include "convert/vox-target.h"
#include "convert/vox-train.h"

G_BEGIN_DECLS

/**
 * vox_adapt:
 * @net: the target's network, changed
 * @features: [n_frames][VOX_NET_FEATURES]: the source, warped and normalised
 * @kinds: [n_frames]: #VoxFrameKind of each
 * @rounds, @steps: rounds of pairing, steps of training in each
 */
gboolean vox_adapt (VoxTargetNet *net, VoxStream *stream,
    const VoxTarget *target, const gfloat *features, const gint8 *kinds,
    guint n_frames, guint rounds, guint steps, guint64 seed, GError **error);

G_END_DECLS
