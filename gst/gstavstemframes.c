/* gstavstemframes.c: stem frames to the mix, and stems to stem frames. */
#include "gstavstemframes.h"

#include <string.h>

/* Frames that are rearranged at once. */
#define PIECE_FRAMES 1024

typedef struct
{
  VoxProcessor base;
  VoxProcessor *separate;
  gfloat *stems[VOX_N_STEMS]; /* PIECE_FRAMES each; the first holds input too */
} StemFrames;

void
gst_av_stem_frames_pick (gfloat *frames, const gfloat *stem_frames,
    VoxStem stem, guint channels, gsize n_frames)
{
  for (gsize i = 0; i < n_frames; i++) {
    const gfloat *from = stem_frames + (i * VOX_N_STEMS + stem) * channels;

    for (guint c = 0; c < channels; c++)
      frames[i * channels + c] = from[c];
  }
}

static void
put (gfloat *stem_frames, const gfloat *frames, VoxStem stem, guint channels,
    gsize n_frames)
{
  for (gsize i = 0; i < n_frames; i++) {
    gfloat *to = stem_frames + (i * VOX_N_STEMS + stem) * channels;

    for (guint c = 0; c < channels; c++)
      to[c] = frames[i * channels + c];
  }
}

void
gst_av_stem_frames_dry (
    gfloat *stem_frames, const gfloat *mix, guint channels, gsize n_frames)
{
  memset (stem_frames, 0, n_frames * VOX_N_STEMS * channels * sizeof (gfloat));
  if (mix == NULL)
    return;
  put (stem_frames, mix, VOX_STEM_OTHER, channels, n_frames);
  put (stem_frames, mix, VOX_STEM_ACCOMPANIMENT, channels, n_frames);
}

static gboolean
stem_frames_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  StemFrames *self = (StemFrames *) base;
  const guint channels = self->separate->channels;

  while (n_frames > 0) {
    const gsize n = MIN (n_frames, PIECE_FRAMES);

    gst_av_stem_frames_pick (
        self->stems[0], frames, VOX_STEM_ACCOMPANIMENT, channels, n);
    if (!vox_processor_push (self->separate, self->stems[0], n, error))
      return FALSE;
    frames += n * base->channels;
    n_frames -= n;
  }
  return TRUE;
}

static gboolean
stem_frames_drain (VoxProcessor *base, GError **error)
{
  return vox_processor_drain (((StemFrames *) base)->separate, error);
}

static gsize
stem_frames_available (VoxProcessor *base)
{
  return vox_processor_available (((StemFrames *) base)->separate);
}

static gboolean
stem_frames_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  StemFrames *self = (StemFrames *) base;
  gfloat *const nowhere[VOX_N_STEMS] = { NULL };
  gfloat *out = outputs[0];

  if (out == NULL)
    return vox_processor_pull (self->separate, nowhere, n_frames, error);
  while (n_frames > 0) {
    const gsize n = MIN (n_frames, PIECE_FRAMES);

    if (!vox_processor_pull (self->separate, self->stems, n, error))
      return FALSE;
    for (guint s = 0; s < VOX_N_STEMS; s++)
      put (out, self->stems[s], s, self->separate->channels, n);
    out += n * base->channels;
    n_frames -= n;
  }
  return TRUE;
}

static void
stem_frames_reset (VoxProcessor *base)
{
  vox_processor_reset (((StemFrames *) base)->separate);
}

static void
stem_frames_free (VoxProcessor *base)
{
  StemFrames *self = (StemFrames *) base;

  vox_processor_free (self->separate);
  for (guint s = 0; s < VOX_N_STEMS; s++)
    g_free (self->stems[s]);
  g_free (self);
}

static const VoxProcessorClass stem_frames_class = {
  .name = "stem-frames",
  .push = stem_frames_push,
  .drain = stem_frames_drain,
  .available = stem_frames_available,
  .pull = stem_frames_pull,
  .reset = stem_frames_reset,
  .free = stem_frames_free,
};

VoxProcessor *
gst_av_stem_frames_new (VoxProcessor *separate)
{
  StemFrames *self = g_new0 (StemFrames, 1);

  self->base.klass = &stem_frames_class;
  self->base.rate = separate->rate;
  self->base.channels = VOX_N_STEMS * separate->channels;
  self->base.n_outputs = 1;
  self->base.latency_frames = separate->latency_frames;
  self->separate = separate;
  /* Zeros, for the stems that the engine was not asked for. */
  for (guint s = 0; s < VOX_N_STEMS; s++)
    self->stems[s] = g_new0 (gfloat, PIECE_FRAMES * separate->channels);
  return &self->base;
}
