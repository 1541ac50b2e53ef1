/* vox-overlap.h: a stream of audio as overlapping Hann frames, and back.
 *
 * Frame t of the stream covers the hops t - overlap + 1 .. t of the signal
 * (overlap = fft_size / hop), so the first frames hang over the start, where
 * silence is assumed. The analysis and synthesis windows multiply to one under
 * overlap-add. Private to the separation engine.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"

G_BEGIN_DECLS

typedef struct _VoxOverlap VoxOverlap;

/**
 * vox_overlap_new:
 * @stream: the stream every call enqueues on; outlives the object
 * @fft_size: window and transform length
 * @hop: divides @fft_size at least three times
 * @block: frames of audio per call, a multiple of @hop
 */
VoxOverlap *vox_overlap_new (VoxStream *stream, guint channels, guint fft_size,
    guint hop, guint block, GError **error);
void vox_overlap_free (VoxOverlap *overlap);

/** vox_overlap_clear: forgets the audio of both directions. */
gboolean vox_overlap_clear (VoxOverlap *overlap, GError **error);

/**
 * vox_overlap_analyse: takes the next block of planar device audio and writes
 * the block / hop frames that it completes, channel c at
 * spectrum + c * spectrum_stride.
 */
gboolean vox_overlap_analyse (VoxOverlap *overlap, const gfloat *planes,
    gsize plane_stride, VoxComplex *spectrum, gsize spectrum_stride,
    GError **error);

/**
 * vox_overlap_synthesise: adds the next block / hop frames and writes the block
 * of audio that no later frame changes; it starts fft_size - hop before the
 * last hop of the first of these frames.
 */
gboolean vox_overlap_synthesise (VoxOverlap *overlap,
    const VoxComplex *spectrum, gsize spectrum_stride, gfloat *planes,
    gsize plane_stride, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxOverlap, vox_overlap_free)

G_END_DECLS
