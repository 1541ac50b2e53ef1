/* vox-fifo.c: a queue of planar audio in device memory.
 *
 * The held frames slide through a buffer of at least twice their number; when
 * the end is reached they are copied to the front, which costs at most one
 * copy per frame and never overlaps.
 */
#include "base/vox-fifo.h"

struct _VoxFifo
{
  VoxStream *stream;
  VoxBuffer *buffer;
  guint channels;
  gsize capacity;
  gsize start;
  gsize length;
};

VoxFifo *
vox_fifo_new (VoxStream *stream, guint channels, gsize capacity, GError **error)
{
  VoxFifo *fifo;
  VoxBuffer *buffer;

  g_return_val_if_fail (stream != NULL && channels > 0, NULL);
  capacity = MAX (capacity, 64);
  buffer =
      vox_buffer_new (stream, channels * capacity * sizeof (gfloat), error);
  if (buffer == NULL)
    return NULL;
  fifo = g_new0 (VoxFifo, 1);
  fifo->stream = stream;
  fifo->buffer = buffer;
  fifo->channels = channels;
  fifo->capacity = capacity;
  return fifo;
}

void
vox_fifo_free (VoxFifo *fifo)
{
  if (fifo == NULL)
    return;
  vox_buffer_free (fifo->buffer);
  g_free (fifo);
}

gsize
vox_fifo_length (const VoxFifo *fifo)
{
  return fifo->length;
}

gfloat *
vox_fifo_plane (const VoxFifo *fifo, guint channel)
{
  return vox_buffer_f32 (fifo->buffer) + channel * fifo->capacity + fifo->start;
}

gsize
vox_fifo_stride (const VoxFifo *fifo)
{
  return fifo->capacity;
}

/* Makes room for n_frames behind the held ones. */
static gboolean
reserve (VoxFifo *fifo, gsize n_frames, GError **error)
{
  const VoxMemoryOps *memory = &fifo->stream->ops->memory;
  VoxBuffer *target = fifo->buffer;
  gsize capacity = fifo->capacity;

  if (fifo->start + fifo->length + n_frames <= fifo->capacity)
    return TRUE;
  if (fifo->length + n_frames > capacity / 2) {
    capacity = MAX (2 * fifo->capacity, 2 * (fifo->length + n_frames));
    target = vox_buffer_new (
        fifo->stream, fifo->channels * capacity * sizeof (gfloat), error);
    if (target == NULL)
      return FALSE;
  }
  for (guint c = 0; c < fifo->channels; c++)
    memory->copy (fifo->stream, vox_buffer_f32 (target) + c * capacity,
        vox_fifo_plane (fifo, c), fifo->length * sizeof (gfloat));
  if (target != fifo->buffer) {
    vox_buffer_free (fifo->buffer);
    fifo->buffer = target;
    fifo->capacity = capacity;
  }
  fifo->start = 0;
  return TRUE;
}

gboolean
vox_fifo_push_frames (
    VoxFifo *fifo, const gfloat *frames, gsize n_frames, GError **error)
{
  if (!reserve (fifo, n_frames, error))
    return FALSE;
  fifo->stream->ops->memory.ingest (fifo->stream,
      vox_fifo_plane (fifo, 0) + fifo->length, fifo->capacity, frames,
      fifo->channels, n_frames);
  fifo->length += n_frames;
  return TRUE;
}

gboolean
vox_fifo_push_planes (VoxFifo *fifo, const gfloat *planes, gsize plane_stride,
    gsize n_frames, GError **error)
{
  if (!reserve (fifo, n_frames, error))
    return FALSE;
  for (guint c = 0; c < fifo->channels; c++)
    fifo->stream->ops->memory.copy (fifo->stream,
        vox_fifo_plane (fifo, c) + fifo->length, planes + c * plane_stride,
        n_frames * sizeof (gfloat));
  fifo->length += n_frames;
  return TRUE;
}

gboolean
vox_fifo_push_zeros (VoxFifo *fifo, gsize n_frames, GError **error)
{
  if (!reserve (fifo, n_frames, error))
    return FALSE;
  for (guint c = 0; c < fifo->channels; c++)
    fifo->stream->ops->memory.zero (fifo->stream,
        vox_fifo_plane (fifo, c) + fifo->length, n_frames * sizeof (gfloat));
  fifo->length += n_frames;
  return TRUE;
}

void
vox_fifo_peek_frames (const VoxFifo *fifo, gfloat *frames, gsize n_frames)
{
  g_return_if_fail (n_frames <= fifo->length);
  fifo->stream->ops->memory.emit (fifo->stream, frames,
      vox_fifo_plane (fifo, 0), fifo->capacity, fifo->channels, n_frames);
}

void
vox_fifo_drop (VoxFifo *fifo, gsize n_frames)
{
  g_return_if_fail (n_frames <= fifo->length);
  fifo->start += n_frames;
  fifo->length -= n_frames;
  if (fifo->length == 0)
    fifo->start = 0;
}

void
vox_fifo_clear (VoxFifo *fifo)
{
  fifo->start = fifo->length = 0;
}
