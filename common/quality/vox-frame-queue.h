/* vox-frame-queue.h: interleaved frames on the host, first in first out. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VoxFrameQueue:
 * @data: the buffer; the first held frame is at @start
 * @start, @length, @capacity: in frames
 * @n_replaced: samples so far that were not finite
 *
 * Zero-initialised but for @channels it is an empty queue.
 */
typedef struct
{
  gfloat *data;
  guint channels;
  gsize start;
  gsize length;
  gsize capacity;
  guint64 n_replaced;
} VoxFrameQueue;

/** vox_frame_queue_push: appends; non-finite samples become 0.
 * Returns: (transfer none): where the appended frames lie now. */
const gfloat *vox_frame_queue_push (
    VoxFrameQueue *queue, const gfloat *frames, gsize n_frames);

/** vox_frame_queue_peek: the first held frame; valid until the next push. */
const gfloat *vox_frame_queue_peek (const VoxFrameQueue *queue);

/** vox_frame_queue_drop: removes @n_frames (at most the length). */
void vox_frame_queue_drop (VoxFrameQueue *queue, gsize n_frames);

/** vox_frame_queue_clear: frees the buffer and empties the queue. */
void vox_frame_queue_clear (VoxFrameQueue *queue);

G_END_DECLS
