/* tool-rate.c: a reader, and the meter's zero-phase resampler behind it. */
#include "tool-rate.h"

#include "quality/vox-exact-resampler.h"
#include "tool-reader.h"

struct _ToolRate
{
  ToolReader *reader;
  VoxDevice *device;
  VoxStream *stream;
  VoxFifo *resampled;
  VoxExactResampler *resampler; /* NULL: the file has the rate */
  guint rate;
  gfloat *frames;
  gsize n_allocated;
  gboolean drained;
};

void
tool_rate_free (ToolRate *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->resampler, vox_exact_resampler_free);
  g_clear_pointer (&self->resampled, vox_fifo_free);
  g_clear_pointer (&self->stream, vox_stream_free);
  g_clear_pointer (&self->device, vox_device_unref);
  g_clear_pointer (&self->reader, tool_reader_free);
  g_free (self->frames);
  g_free (self);
}

static gboolean
make_resampler (ToolRate *self, GError **error)
{
  const guint channels = tool_rate_channels (self);

  if (!(self->device = vox_device_open ("cpu", error))
      || !(self->stream = vox_stream_new (self->device, error))
      || !(self->resampled =
               vox_fifo_new (self->stream, channels, self->rate, error)))
    return FALSE;
  self->resampler = vox_exact_resampler_new (self->stream, channels,
      tool_reader_rate (self->reader), self->rate, self->resampled, error);
  return self->resampler != NULL;
}

ToolRate *
tool_rate_open (const gchar *path, guint rate, GError **error)
{
  g_autoptr (ToolRate) self = g_new0 (ToolRate, 1);

  self->reader = tool_reader_open (path, 0, 0, error);
  if (self->reader == NULL)
    return NULL;
  self->rate = rate > 0 ? rate : tool_reader_rate (self->reader);
  if (self->rate != tool_reader_rate (self->reader)
      && !make_resampler (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint
tool_rate_hz (const ToolRate *self)
{
  return self->rate;
}

guint
tool_rate_channels (const ToolRate *self)
{
  return tool_reader_channels (self->reader);
}

gdouble
tool_rate_seconds (const ToolRate *self)
{
  return (gdouble) tool_reader_frames (self->reader)
      / tool_reader_rate (self->reader);
}

gdouble
tool_rate_done (const ToolRate *self)
{
  const gdouble duration_s = tool_reader_duration (self->reader);

  return duration_s > 0.0 ? tool_rate_seconds (self) / duration_s : -1.0;
}

/* Reads until something comes out of the resampler or the file ends. */
static gboolean
fill (ToolRate *self, GError **error)
{
  while (vox_fifo_length (self->resampled) == 0 && !self->drained) {
    const gfloat *frames;
    gsize n;

    if (!tool_reader_read (self->reader, &frames, &n, error))
      return FALSE;
    self->drained = n == 0;
    if (n > 0 ? !vox_exact_resampler_push (self->resampler, frames, n, error)
              : !vox_exact_resampler_drain (self->resampler, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tool_rate_read (
    ToolRate *self, const gfloat **frames, gsize *n_frames, GError **error)
{
  gsize n;

  if (self->resampler == NULL)
    return tool_reader_read (self->reader, frames, n_frames, error);
  if (!fill (self, error))
    return FALSE;
  n = vox_fifo_length (self->resampled);
  if (n > self->n_allocated) {
    g_free (self->frames);
    self->frames = g_new (gfloat, n * tool_rate_channels (self));
    self->n_allocated = n;
  }
  vox_fifo_peek_frames (self->resampled, self->frames, n);
  vox_fifo_drop (self->resampled, n);
  *frames = self->frames;
  *n_frames = n;
  return vox_stream_finish (self->stream, error);
}
