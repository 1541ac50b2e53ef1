/* vox-pitch-gated.c: the queue of gated input. */
#include "pitchshift/vox-pitch-gated.h"

struct _VoxPitchGated
{
  VoxStream *stream;
  guint channels;
  VoxPitchGate *gate;
  VoxFifo *fifo;
  gint64 start;
  gint64 end;
  VoxBuffer *level;
  VoxBuffer *weights;
};

VoxPitchGated *
vox_pitch_gated_new (VoxStream *stream, guint rate, guint channels,
    guint longest, gsize capacity, GError **error)
{
  VoxPitchGated *self = g_new0 (VoxPitchGated, 1);

  self->stream = stream;
  self->channels = channels;
  self->gate = vox_pitch_gate_new (rate, longest);
  self->fifo = vox_fifo_new (stream, channels, capacity, error);
  if (self->fifo != NULL)
    self->level = vox_buffer_new (stream, sizeof (VoxOnsetLevel), error);
  if (self->level != NULL)
    self->weights =
        vox_buffer_new (stream, VOX_PITCH_BLOCK * sizeof (gfloat), error);
  if (self->weights == NULL) {
    vox_pitch_gated_free (self);
    return NULL;
  }
  return self;
}

void
vox_pitch_gated_free (VoxPitchGated *self)
{
  if (self == NULL)
    return;
  vox_pitch_gate_free (self->gate);
  vox_fifo_free (self->fifo);
  vox_buffer_free (self->level);
  vox_buffer_free (self->weights);
  g_free (self);
}

void
vox_pitch_gated_start (VoxPitchGated *self, gint64 time)
{
  vox_fifo_clear (self->fifo);
  self->start = self->end = time;
  vox_pitch_gate_start (self->gate, time);
}

VoxPitchGate *
vox_pitch_gated_gate (const VoxPitchGated *self)
{
  return self->gate;
}

gint64
vox_pitch_gated_end (const VoxPitchGated *self)
{
  return self->end;
}

/* Levels up to the one that decides about the block at @end. */
static gboolean
push_levels (VoxPitchGated *self, const gfloat *dry, gsize stride,
    gint64 input_start, GError **error)
{
  const gint64 until =
      self->end + VOX_PITCH_BLOCK + vox_pitch_gate_guard (self->gate);
  gint64 time;

  while ((time = vox_pitch_gate_time (self->gate)) < until) {
    VoxOnsetLevel level;

    self->stream->ops->vocoder.onset (self->stream, self->level->data,
        dry + (time - input_start), stride, self->channels, VOX_PITCH_BLOCK);
    self->stream->ops->memory.copy (
        self->stream, &level, self->level->data, sizeof (level));
    if (!vox_stream_finish (self->stream, error))
      return FALSE;
    vox_pitch_gate_push (self->gate, &level);
  }
  return TRUE;
}

gboolean
vox_pitch_gated_next (VoxPitchGated *self, const VoxFifo *input,
    gint64 input_start, GError **error)
{
  const gsize stride = vox_fifo_stride (input);
  const gfloat *dry = vox_fifo_plane (input, 0);
  const gint64 time = self->end;
  const gsize held = vox_fifo_length (self->fifo);
  gfloat rest[VOX_PITCH_BLOCK];

  if (!push_levels (self, dry, stride, input_start, error)
      || !vox_fifo_push_planes (self->fifo, dry + (time - input_start), stride,
          VOX_PITCH_BLOCK, error))
    return FALSE;
  self->end += VOX_PITCH_BLOCK;
  if (!vox_pitch_gate_rest (self->gate, time, rest))
    return TRUE;
  self->stream->ops->memory.copy (
      self->stream, self->weights->data, rest, sizeof (rest));
  self->stream->ops->vocoder.scale (self->stream,
      vox_fifo_plane (self->fifo, 0) + held, vox_fifo_stride (self->fifo),
      vox_buffer_f32 (self->weights), self->channels, VOX_PITCH_BLOCK);
  return vox_stream_finish (self->stream, error);
}

const gfloat *
vox_pitch_gated_plane (const VoxPitchGated *self, gint64 time)
{
  return vox_fifo_plane (self->fifo, 0) + (time - self->start);
}

gsize
vox_pitch_gated_stride (const VoxPitchGated *self)
{
  return vox_fifo_stride (self->fifo);
}

void
vox_pitch_gated_forget (VoxPitchGated *self, gint64 time)
{
  if (time <= self->start)
    return;
  vox_fifo_drop (self->fifo, (gsize) (time - self->start));
  self->start = time;
}
