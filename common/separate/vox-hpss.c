/* vox-hpss.c: rings of spectra and magnitudes around the hpss operation. */
#include "separate/vox-hpss.h"

#include "separate/vox-overlap.h"

struct _VoxHpss
{
  VoxHpssParams params;
  VoxStream *stream;
  VoxOverlap *overlap;
  VoxBuffer *spectrum;
  VoxBuffer *magnitude;
  VoxBuffer *masked;
  VoxBuffer *gain;
  VoxHpssArgs args;
  gint64 next_frame;
};

static guint
round_up (guint n, guint step)
{
  return (n + step - 1) / step * step;
}

/* Gains of the low-pass, linear between the two frequencies. */
static gboolean
make_gain (VoxHpss *hpss, GError **error)
{
  const VoxHpssParams *p = &hpss->params;
  const gdouble hz_per_bin = (gdouble) p->rate / p->fft_size;
  const guint used =
      MIN (hpss->args.bins, (guint) (p->stop_hz / hz_per_bin) + 1);
  g_autofree gfloat *gain = g_new (gfloat, used);

  for (guint k = 0; k < used; k++) {
    const gdouble g = (p->stop_hz - k * hz_per_bin) / (p->stop_hz - p->pass_hz);

    gain[k] = (gfloat) CLAMP (g, 0.0, 1.0);
  }
  hpss->gain = vox_buffer_new (hpss->stream, used * sizeof (gfloat), error);
  if (hpss->gain == NULL)
    return FALSE;
  hpss->stream->ops->memory.copy (
      hpss->stream, hpss->gain->data, gain, used * sizeof (gfloat));
  hpss->args.gain = vox_buffer_f32 (hpss->gain);
  hpss->args.used_bins = used;
  return vox_stream_finish (hpss->stream, error);
}

static gboolean
make_rings (VoxHpss *hpss, GError **error)
{
  const VoxHpssParams *p = &hpss->params;
  VoxHpssArgs *args = &hpss->args;
  const guint frames = args->frames;

  args->spectrum_slots = round_up (p->future + frames, frames);
  args->magnitude_slots = round_up (p->past + p->future + frames, frames);
  args->spectrum_stride = (gsize) args->spectrum_slots * args->bins;
  args->masked_stride = (gsize) frames * args->bins;
  hpss->spectrum = vox_buffer_new (hpss->stream,
      p->channels * args->spectrum_stride * sizeof (VoxComplex), error);
  if (hpss->spectrum == NULL)
    return FALSE;
  hpss->magnitude = vox_buffer_new (hpss->stream,
      (gsize) args->magnitude_slots * args->bins * sizeof (gfloat), error);
  if (hpss->magnitude == NULL)
    return FALSE;
  hpss->masked = vox_buffer_new (hpss->stream,
      p->channels * args->masked_stride * sizeof (VoxComplex), error);
  if (hpss->masked == NULL)
    return FALSE;
  args->spectrum = hpss->spectrum->data;
  args->magnitude = hpss->magnitude->data;
  args->masked = hpss->masked->data;
  return TRUE;
}

VoxHpss *
vox_hpss_new (VoxStream *stream, const VoxHpssParams *params, GError **error)
{
  g_autoptr (VoxHpss) hpss = g_new0 (VoxHpss, 1);

  g_return_val_if_fail ((params->past + params->future) % 2 == 0, NULL);
  g_return_val_if_fail (params->input_delay % params->hop == 0, NULL);
  hpss->params = *params;
  hpss->stream = stream;
  hpss->args = (VoxHpssArgs){
    .bins = params->fft_size / 2 + 1,
    .used_bins = params->fft_size / 2 + 1,
    .channels = params->channels,
    .frames = params->block / params->hop,
    .first = (gint64) (params->input_delay / params->hop),
    .past = params->past,
    .future = params->future,
    .width = params->width,
    .second_width = params->second_width,
    .percussive = params->percussive,
  };
  hpss->overlap = vox_overlap_new (stream, params->channels, params->fft_size,
      params->hop, params->block, error);
  if (hpss->overlap == NULL || !make_rings (hpss, error))
    return NULL;
  if (params->stop_hz > 0.0 && !make_gain (hpss, error))
    return NULL;
  if (!vox_hpss_clear (hpss, error))
    return NULL;
  return g_steal_pointer (&hpss);
}

void
vox_hpss_free (VoxHpss *hpss)
{
  if (hpss == NULL)
    return;
  vox_overlap_free (hpss->overlap);
  vox_buffer_free (hpss->spectrum);
  vox_buffer_free (hpss->magnitude);
  vox_buffer_free (hpss->masked);
  vox_buffer_free (hpss->gain);
  g_free (hpss);
}

guint64
vox_hpss_delay (const VoxHpssParams *params)
{
  return params->fft_size - params->hop
      + (guint64) params->future * params->hop;
}

void
vox_hpss_set_end (VoxHpss *hpss, guint64 n_frames)
{
  const VoxHpssParams *p = &hpss->params;

  /* The last frame is the last one that any of the audio reaches into. */
  hpss->args.last =
      (gint64) ((p->input_delay + n_frames - 1) / p->hop + p->fft_size / p->hop)
      - 1;
}

gboolean
vox_hpss_clear (VoxHpss *hpss, GError **error)
{
  /* The rings need no clearing: nothing before the first frame is read. */
  hpss->next_frame = 0;
  hpss->args.last = G_MAXINT64;
  return vox_overlap_clear (hpss->overlap, error);
}

gboolean
vox_hpss_process (VoxHpss *hpss, const gfloat *in, gsize in_stride, gfloat *out,
    gsize out_stride, GError **error)
{
  const VoxSeparateOps *ops = &hpss->stream->ops->separate;
  VoxHpssArgs *args = &hpss->args;
  VoxComplex *target = (VoxComplex *) hpss->spectrum->data
      + (gsize) (hpss->next_frame % args->spectrum_slots) * args->bins;

  if (!vox_overlap_analyse (
          hpss->overlap, in, in_stride, target, args->spectrum_stride, error))
    return FALSE;
  args->frame = hpss->next_frame;
  ops->magnitude (hpss->stream, args);
  /* Frames before 0 do not exist: the operation zeroes them, as it does all
   * frames before the first. */
  args->frame = hpss->next_frame - hpss->params.future;
  ops->hpss (hpss->stream, args);
  hpss->next_frame += args->frames;
  return vox_overlap_synthesise (
      hpss->overlap, args->masked, args->masked_stride, out, out_stride, error);
}
