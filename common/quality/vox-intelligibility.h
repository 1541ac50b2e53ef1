/* vox-intelligibility.h: STOI and ESTOI of a stream of (judged, reference)
 * pairs of mono samples; equal to the public package pystoi within 1e-4. */
#pragma once

#include "base/vox-fifo.h"

G_BEGIN_DECLS

typedef struct _VoxIntelligibility VoxIntelligibility;

/**
 * VoxSpeechSegment: 30 frames (384 ms) of speech.
 * @time_s: its middle on the time line of the streams
 */
typedef struct
{
  gdouble time_s;
  gfloat stoi;
  gfloat estoi;
} VoxSpeechSegment;

/**
 * vox_intelligibility_new:
 * @section_s: longest section that shares one silence threshold; its audio is
 *   kept
 */
VoxIntelligibility *vox_intelligibility_new (
    VoxStream *stream, guint rate, guint section_s, GError **error);
void vox_intelligibility_free (VoxIntelligibility *self);

/** vox_intelligibility_push: @pairs: judged and reference, interleaved. */
gboolean vox_intelligibility_push (VoxIntelligibility *self,
    const gfloat *pairs, gsize n_pairs, GError **error);

/** vox_intelligibility_ready_s: seconds that vox_intelligibility_running ()
 * can look at. */
gdouble vox_intelligibility_ready_s (const VoxIntelligibility *self);

/**
 * vox_intelligibility_running:
 * Means over @start_s to @end_s with the silence threshold known so far; calls
 * come in order of time.
 *
 * Returns: FALSE when that stretch holds too little speech.
 */
gboolean vox_intelligibility_running (VoxIntelligibility *self, gdouble start_s,
    gdouble end_s, gdouble *stoi, gdouble *estoi);

/** vox_intelligibility_drain: computes what is left. */
gboolean vox_intelligibility_drain (VoxIntelligibility *self, GError **error);

/** vox_intelligibility_segments: (transfer none) (element-type
 * VoxSpeechSegment): all segments, complete after the drain. The metrics are
 * their means. */
const GArray *vox_intelligibility_segments (const VoxIntelligibility *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxIntelligibility, vox_intelligibility_free)

G_END_DECLS
