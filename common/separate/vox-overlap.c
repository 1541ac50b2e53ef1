/* vox-overlap.c: framing for the short-time transforms of the separation. */
#include "separate/vox-overlap.h"

#include <math.h>
#include "base/vox-fifo.h"

struct _VoxOverlap
{
  VoxStream *stream;
  guint channels;
  guint fft_size;
  guint hop;
  guint block;
  VoxFifo *input;
  VoxFifo *output;
  VoxBuffer *analysis_window;
  VoxBuffer *synthesis_window;
};

/* Periodic Hann windows; the sum over hops of the product of both is one. */
static gboolean
make_windows (VoxOverlap *overlap, GError **error)
{
  const guint n = overlap->fft_size;
  const gsize bytes = n * sizeof (gfloat);
  const gdouble sum_of_squares = 0.375 * n / overlap->hop;
  g_autofree gfloat *analysis = g_new (gfloat, n);
  g_autofree gfloat *synthesis = g_new (gfloat, n);

  overlap->analysis_window = vox_buffer_new (overlap->stream, bytes, error);
  if (overlap->analysis_window == NULL)
    return FALSE;
  overlap->synthesis_window = vox_buffer_new (overlap->stream, bytes, error);
  if (overlap->synthesis_window == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const gdouble hann = 0.5 - 0.5 * cos (2.0 * G_PI * i / n);

    analysis[i] = (gfloat) hann;
    synthesis[i] = (gfloat) (hann / sum_of_squares);
  }
  overlap->stream->ops->memory.copy (
      overlap->stream, overlap->analysis_window->data, analysis, bytes);
  overlap->stream->ops->memory.copy (
      overlap->stream, overlap->synthesis_window->data, synthesis, bytes);
  return vox_stream_finish (overlap->stream, error);
}

VoxOverlap *
vox_overlap_new (VoxStream *stream, guint channels, guint fft_size, guint hop,
    guint block, GError **error)
{
  g_autoptr (VoxOverlap) overlap = g_new0 (VoxOverlap, 1);
  const gsize capacity = 2 * ((gsize) fft_size + block);

  g_return_val_if_fail (fft_size % hop == 0 && fft_size >= 3 * hop, NULL);
  g_return_val_if_fail (block % hop == 0, NULL);
  overlap->stream = stream;
  overlap->channels = channels;
  overlap->fft_size = fft_size;
  overlap->hop = hop;
  overlap->block = block;
  overlap->input = vox_fifo_new (stream, channels, capacity, error);
  if (overlap->input == NULL)
    return NULL;
  overlap->output = vox_fifo_new (stream, channels, capacity, error);
  if (overlap->output == NULL)
    return NULL;
  if (!make_windows (overlap, error) || !vox_overlap_clear (overlap, error))
    return NULL;
  return g_steal_pointer (&overlap);
}

void
vox_overlap_free (VoxOverlap *overlap)
{
  if (overlap == NULL)
    return;
  vox_fifo_free (overlap->input);
  vox_fifo_free (overlap->output);
  vox_buffer_free (overlap->analysis_window);
  vox_buffer_free (overlap->synthesis_window);
  g_free (overlap);
}

gboolean
vox_overlap_clear (VoxOverlap *overlap, GError **error)
{
  const gsize hanging = overlap->fft_size - overlap->hop;

  vox_fifo_clear (overlap->input);
  vox_fifo_clear (overlap->output);
  return vox_fifo_push_zeros (overlap->input, hanging, error)
      && vox_fifo_push_zeros (overlap->output, hanging, error);
}

static VoxStftArgs
transform_args (const VoxOverlap *overlap)
{
  return (VoxStftArgs){
    .window_length = overlap->fft_size,
    .fft_size = overlap->fft_size,
    .hop = overlap->hop,
    .channels = overlap->channels,
    .frames = overlap->block / overlap->hop,
  };
}

gboolean
vox_overlap_analyse (VoxOverlap *overlap, const gfloat *planes,
    gsize plane_stride, VoxComplex *spectrum, gsize spectrum_stride,
    GError **error)
{
  VoxStftArgs args = transform_args (overlap);

  if (!vox_fifo_push_planes (
          overlap->input, planes, plane_stride, overlap->block, error))
    return FALSE;
  args.signal = vox_fifo_plane (overlap->input, 0);
  args.signal_stride = vox_fifo_stride (overlap->input);
  args.window = vox_buffer_f32 (overlap->analysis_window);
  args.spectrum = spectrum;
  args.spectrum_stride = spectrum_stride;
  overlap->stream->ops->spectrum.stft (overlap->stream, &args);
  vox_fifo_drop (overlap->input, overlap->block);
  return TRUE;
}

gboolean
vox_overlap_synthesise (VoxOverlap *overlap, const VoxComplex *spectrum,
    gsize spectrum_stride, gfloat *planes, gsize plane_stride, GError **error)
{
  VoxStftArgs args = transform_args (overlap);

  if (!vox_fifo_push_zeros (overlap->output, overlap->block, error))
    return FALSE;
  args.synthesis = vox_fifo_plane (overlap->output, 0);
  args.signal_stride = vox_fifo_stride (overlap->output);
  args.window = vox_buffer_f32 (overlap->synthesis_window);
  args.spectrum = (VoxComplex *) spectrum;
  args.spectrum_stride = spectrum_stride;
  overlap->stream->ops->spectrum.istft_add (overlap->stream, &args);
  for (guint c = 0; c < overlap->channels; c++)
    overlap->stream->ops->memory.copy (overlap->stream,
        planes + c * plane_stride, vox_fifo_plane (overlap->output, c),
        overlap->block * sizeof (gfloat));
  vox_fifo_drop (overlap->output, overlap->block);
  return TRUE;
}
