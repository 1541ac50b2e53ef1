/* vox-fifo.h: a queue of planar audio in device memory.
 *
 * Frames are appended at the end and dropped from the front; everything in
 * between is contiguous per channel, so that operations can work on it in
 * place. It grows on demand and is reused without allocation in steady state.
 * This is the only queue between processor input, engine blocks and output.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"

G_BEGIN_DECLS

typedef struct _VoxFifo VoxFifo;

/**
 * vox_fifo_new:
 * @stream: the stream every call enqueues on; outlives the queue
 * @capacity: frames to make room for at once
 */
VoxFifo *vox_fifo_new (
    VoxStream *stream, guint channels, gsize capacity, GError **error);
void vox_fifo_free (VoxFifo *fifo);

/** vox_fifo_length: frames held now. */
gsize vox_fifo_length (const VoxFifo *fifo);

/**
 * vox_fifo_plane:
 * Returns: device address of the first held frame of @channel; valid until the
 *   next append.
 */
gfloat *vox_fifo_plane (const VoxFifo *fifo, guint channel);

/** vox_fifo_stride: floats between the planes of two channels. */
gsize vox_fifo_stride (const VoxFifo *fifo);

/** vox_fifo_push_frames: appends interleaved frames, host or device; non-finite
 * samples become 0 (see #VoxMemoryOps.ingest). */
gboolean vox_fifo_push_frames (
    VoxFifo *fifo, const gfloat *frames, gsize n_frames, GError **error);

/** vox_fifo_push_planes: appends planar device audio. */
gboolean vox_fifo_push_planes (VoxFifo *fifo, const gfloat *planes,
    gsize plane_stride, gsize n_frames, GError **error);

/** vox_fifo_push_zeros: appends silence. */
gboolean vox_fifo_push_zeros (VoxFifo *fifo, gsize n_frames, GError **error);

/** vox_fifo_peek_frames: writes the first @n_frames interleaved, to host or
 * device memory, without dropping them. */
void vox_fifo_peek_frames (const VoxFifo *fifo, gfloat *frames, gsize n_frames);

/** vox_fifo_drop: removes @n_frames (at most the length) from the front. */
void vox_fifo_drop (VoxFifo *fifo, gsize n_frames);

/** vox_fifo_clear: removes everything. */
void vox_fifo_clear (VoxFifo *fifo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxFifo, vox_fifo_free)

G_END_DECLS
