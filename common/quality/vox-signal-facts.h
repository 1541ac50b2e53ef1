/* vox-signal-facts.h: what a stream shows by itself: levels, clipping, DC,
 * noise floor, silence, coherence of its channels. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxSignalFacts VoxSignalFacts;

VoxSignalFacts *vox_signal_facts_new (
    VoxStream *stream, guint rate, guint channels, GError **error);
void vox_signal_facts_free (VoxSignalFacts *self);

/** vox_signal_facts_push: interleaved, finite. */
gboolean vox_signal_facts_push (
    VoxSignalFacts *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_signal_facts_get: fills duration, peak, RMS, DC, clipping, noise floor,
 * silence ratio and coherence. */
gboolean vox_signal_facts_get (
    VoxSignalFacts *self, VoxQualitySignal *signal, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxSignalFacts, vox_signal_facts_free)

G_END_DECLS
