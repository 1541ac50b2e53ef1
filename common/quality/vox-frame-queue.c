/* vox-frame-queue.c: a sliding buffer that moves its content to the front when
 * the end is reached and half of it is free. */
#include "quality/vox-frame-queue.h"

#include <math.h>
#include <string.h>

static void
reserve (VoxFrameQueue *queue, gsize n_frames)
{
  const gsize frame_bytes = queue->channels * sizeof (gfloat);
  gfloat *target = queue->data;

  if (queue->start + queue->length + n_frames <= queue->capacity)
    return;
  if (queue->length + n_frames > queue->capacity / 2) {
    queue->capacity = 2 * (queue->length + n_frames);
    target = g_malloc_n (queue->capacity, frame_bytes);
  }
  if (queue->length > 0)
    memmove (target, queue->data + queue->start * queue->channels,
        queue->length * frame_bytes);
  if (target != queue->data)
    g_free (queue->data);
  queue->data = target;
  queue->start = 0;
}

const gfloat *
vox_frame_queue_push (
    VoxFrameQueue *queue, const gfloat *frames, gsize n_frames)
{
  gsize n_finite = 0;
  gfloat *to;

  reserve (queue, n_frames);
  to = queue->data + (queue->start + queue->length) * queue->channels;
  for (gsize i = 0; i < n_frames * queue->channels; i++) {
    const gboolean finite = isfinite (frames[i]) != 0;

    to[i] = finite ? frames[i] : 0.0f;
    n_finite += finite;
  }
  queue->n_replaced += n_frames * queue->channels - n_finite;
  queue->length += n_frames;
  return to;
}

const gfloat *
vox_frame_queue_peek (const VoxFrameQueue *queue)
{
  return queue->data + queue->start * queue->channels;
}

void
vox_frame_queue_drop (VoxFrameQueue *queue, gsize n_frames)
{
  g_return_if_fail (n_frames <= queue->length);
  queue->start += n_frames;
  queue->length -= n_frames;
  if (queue->length == 0)
    queue->start = 0;
}

void
vox_frame_queue_clear (VoxFrameQueue *queue)
{
  g_clear_pointer (&queue->data, g_free);
  queue->start = queue->length = queue->capacity = 0;
}
