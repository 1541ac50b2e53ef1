/* vox-separate.c: the built-in separation engine.
 *
 * Every step takes one block of the mix through all stages in lockstep; each
 * signal lags the mix by a constant number of frames (VoxSeparatePlan), and
 * queues hold the earlier ones until the later ones have caught up.
 *
 *   mix -> voice_long -> voice_short -> ratio mask on the mix -> vocals
 *   accompaniment = mix - vocals -> drums
 *   mix -> bass
 *   other = accompaniment - drums - bass
 */
#include "separate/vox-separate.h"

#include "base/vox-fifo.h"
#include "separate/vox-overlap.h"
#include "separate/vox-separate-plan.h"

typedef struct
{
  VoxProcessor base;
  VoxSeparatePlan plan;
  VoxStream *stream;
  guint stems;
  gboolean drained;
  guint64 produced_frames;

  VoxFifo *input;
  VoxFifo *mix_at_voice; /* mix, delayed to the ratio mask */
  VoxFifo *mix_at_vocals; /* and on, to the vocals */
  VoxFifo *vocals_delay;
  VoxFifo *accompaniment_delay;
  VoxFifo *bass_delay;
  VoxFifo *outputs[VOX_N_STEMS];

  VoxHpss *voice_long;
  VoxHpss *voice_short;
  VoxHpss *drums;
  VoxHpss *bass;
  VoxOverlap *mix_frames; /* transform and its inverse around the ratio mask */
  VoxOverlap *voice_frames;
  VoxBuffer *mix_spectrum;
  VoxBuffer *voice_spectrum;
  VoxBuffer *spatial; /* what the ratio mask remembers of the channels */

  VoxBuffer *scratch[2]; /* a block of every channel each */
} VoxSeparate;

static const VoxProcessorClass separate_class;

static inline gboolean
wants (const VoxSeparate *self, VoxStem stem)
{
  return (self->stems & (1u << stem)) != 0;
}

/* Drums and bass are also needed where only the rest is asked for. */
static inline gboolean
computes (const VoxSeparate *self, VoxStem stem)
{
  return wants (self, stem) || wants (self, VOX_STEM_OTHER);
}

/* Empties a queue and fills it with the silence that delays its signal. */
static gboolean
restart (VoxFifo *fifo, guint64 delay, GError **error)
{
  vox_fifo_clear (fifo);
  return vox_fifo_push_zeros (fifo, delay, error);
}

static gboolean
clear (VoxSeparate *self, GError **error)
{
  const VoxSeparatePlan *plan = &self->plan;

  self->drained = FALSE;
  self->produced_frames = 0;
  vox_fifo_clear (self->input);
  self->stream->ops->memory.zero (
      self->stream, self->spatial->data, self->spatial->bytes);
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (self->outputs[i] != NULL)
      vox_fifo_clear (self->outputs[i]);
  }
  return restart (self->mix_at_voice, plan->voice_delay, error)
      && restart (
          self->mix_at_vocals, plan->vocals_delay - plan->voice_delay, error)
      && restart (
          self->vocals_delay, plan->total_delay - plan->vocals_delay, error)
      && restart (self->accompaniment_delay,
          plan->total_delay - plan->vocals_delay, error)
      && restart (self->bass_delay,
          plan->total_delay - vox_hpss_delay (&plan->bass), error)
      && vox_hpss_clear (self->voice_long, error)
      && vox_hpss_clear (self->voice_short, error)
      && vox_hpss_clear (self->drums, error)
      && vox_hpss_clear (self->bass, error)
      && vox_overlap_clear (self->mix_frames, error)
      && vox_overlap_clear (self->voice_frames, error);
}

/* Appends a block to a delaying queue and returns its oldest block, which the
 * caller drops. */
static const gfloat *
through (VoxSeparate *self, VoxFifo *fifo, const gfloat *planes, gsize stride,
    GError **error)
{
  if (!vox_fifo_push_planes (fifo, planes, stride, self->plan.block, error))
    return NULL;
  return vox_fifo_plane (fifo, 0);
}

/* One block of the first estimate of the voice, from the mix. */
static gboolean
estimate_voice (VoxSeparate *self, const gfloat *mix, gsize mix_stride,
    gfloat *voice, GError **error)
{
  const gsize block = self->plan.block;
  gfloat *longer = vox_buffer_f32 (self->scratch[1]);

  return vox_hpss_process (
             self->voice_long, mix, mix_stride, longer, block, error)
      && vox_hpss_process (
          self->voice_short, longer, block, voice, block, error);
}

/* Replaces the estimate in @voice by the mix, masked with it. */
static gboolean
mask_mix (VoxSeparate *self, const gfloat *mix, gsize mix_stride, gfloat *voice,
    GError **error)
{
  const gsize block = self->plan.block;
  VoxRatioMaskArgs args = {
    .mix = self->mix_spectrum->data,
    .estimate = self->voice_spectrum->data,
    .channels = self->base.channels,
    .frames = 4,
    .bins = self->plan.mask_fft / 2 + 1,
    .first_bin = self->plan.mask_first_bin,
    .source_decay = self->plan.source_decay,
    .rest_decay = self->plan.rest_decay,
  };

  args.stride = (gsize) args.frames * args.bins;
  if (self->plan.spatial)
    args.spatial = vox_buffer_f32 (self->spatial);
  if (!vox_overlap_analyse (
          self->mix_frames, mix, mix_stride, args.mix, args.stride, error)
      || !vox_overlap_analyse (self->voice_frames, voice, block,
          self->voice_spectrum->data, args.stride, error))
    return FALSE;
  self->stream->ops->separate.ratio_mask (self->stream, &args);
  return vox_overlap_synthesise (
      self->mix_frames, args.mix, args.stride, voice, block, error);
}

static gboolean
emit (VoxSeparate *self, VoxStem stem, const gfloat *planes, gsize stride,
    GError **error)
{
  return !wants (self, stem)
      || vox_fifo_push_planes (
          self->outputs[stem], planes, stride, self->plan.block, error);
}

/* From one block of vocals in scratch[0] and the mix at their time: everything
 * else, and all outputs. */
static gboolean
split_rest (VoxSeparate *self, const gfloat *mix, gsize mix_stride,
    const gfloat *bass, GError **error)
{
  const VoxSeparateOps *ops = &self->stream->ops->separate;
  const guint channels = self->base.channels;
  const gsize block = self->plan.block;
  gfloat *vocals = vox_buffer_f32 (self->scratch[0]);
  gfloat *rest = vox_buffer_f32 (self->scratch[1]);
  gfloat *drums = vocals; /* once the vocals are queued */
  const gfloat *delayed;

  ops->subtract (self->stream, rest, block, mix, mix_stride, vocals, block,
      channels, block);
  delayed = through (self, self->vocals_delay, vocals, block, error);
  if (delayed == NULL
      || !emit (self, VOX_STEM_VOCALS, delayed,
          vox_fifo_stride (self->vocals_delay), error))
    return FALSE;
  vox_fifo_drop (self->vocals_delay, block);

  if (computes (self, VOX_STEM_DRUMS)
      && (!vox_hpss_process (self->drums, rest, block, drums, block, error)
          || !emit (self, VOX_STEM_DRUMS, drums, block, error)))
    return FALSE;
  delayed = through (self, self->accompaniment_delay, rest, block, error);
  if (delayed == NULL
      || !emit (self, VOX_STEM_ACCOMPANIMENT, delayed,
          vox_fifo_stride (self->accompaniment_delay), error))
    return FALSE;
  if (wants (self, VOX_STEM_OTHER)) {
    ops->subtract (self->stream, rest, block, delayed,
        vox_fifo_stride (self->accompaniment_delay), drums, block, channels,
        block);
    ops->subtract (self->stream, rest, block, rest, block, bass,
        vox_fifo_stride (self->bass_delay), channels, block);
  }
  vox_fifo_drop (self->accompaniment_delay, block);
  return emit (self, VOX_STEM_OTHER, rest, block, error)
      && emit (
          self, VOX_STEM_BASS, bass, vox_fifo_stride (self->bass_delay), error);
}

/* The bass of the next block of the mix, delayed to the outputs. */
static const gfloat *
next_bass (VoxSeparate *self, const gfloat *mix, gsize stride, GError **error)
{
  gfloat *bass = vox_buffer_f32 (self->scratch[0]);

  if (computes (self, VOX_STEM_BASS)
      && !vox_hpss_process (
          self->bass, mix, stride, bass, self->plan.block, error))
    return NULL;
  return through (self, self->bass_delay, bass, self->plan.block, error);
}

/* Takes the block at the front of the input through all stages. */
static gboolean
step (VoxSeparate *self, GError **error)
{
  const gsize block = self->plan.block;
  const gsize stride = vox_fifo_stride (self->input);
  const gfloat *mix = vox_fifo_plane (self->input, 0);
  gfloat *voice = vox_buffer_f32 (self->scratch[0]);
  const gfloat *bass = next_bass (self, mix, stride, error);
  const gfloat *at_voice, *at_vocals;

  if (bass == NULL || !estimate_voice (self, mix, stride, voice, error))
    return FALSE;
  at_voice = through (self, self->mix_at_voice, mix, stride, error);
  if (at_voice == NULL
      || !mask_mix (
          self, at_voice, vox_fifo_stride (self->mix_at_voice), voice, error))
    return FALSE;
  at_vocals = through (self, self->mix_at_vocals, at_voice,
      vox_fifo_stride (self->mix_at_voice), error);
  if (at_vocals == NULL
      || !split_rest (
          self, at_vocals, vox_fifo_stride (self->mix_at_vocals), bass, error))
    return FALSE;
  vox_fifo_drop (self->bass_delay, block);
  vox_fifo_drop (self->mix_at_voice, block);
  vox_fifo_drop (self->mix_at_vocals, block);
  vox_fifo_drop (self->input, block);
  return TRUE;
}

/* One step; its output before the stream's first frame is dropped. */
static gboolean
produce (VoxSeparate *self, GError **error)
{
  const guint64 delay = self->plan.total_delay;
  const guint64 before = self->produced_frames;
  gsize excess;

  if (!step (self, error))
    return FALSE;
  self->produced_frames += self->plan.block;
  if (before >= delay)
    return TRUE;
  excess = (gsize) (MIN (self->produced_frames, delay) - before);
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (self->outputs[i] != NULL)
      vox_fifo_drop (self->outputs[i], excess);
  }
  return TRUE;
}

static gboolean
separate_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  VoxSeparate *self = (VoxSeparate *) base;

  g_return_val_if_fail (!self->drained, FALSE);
  while (n_frames > 0) {
    const gsize missing = self->plan.block - vox_fifo_length (self->input);
    const gsize taken = MIN (n_frames, missing);

    if (!vox_fifo_push_frames (self->input, frames, taken, error))
      return FALSE;
    frames += taken * base->channels;
    n_frames -= taken;
    if (taken == missing && !produce (self, error))
      return FALSE;
  }
  return vox_stream_finish (self->stream, error);
}

static gboolean
separate_drain (VoxProcessor *base, GError **error)
{
  VoxSeparate *self = (VoxSeparate *) base;
  const guint64 total = base->pushed_frames;

  if (self->drained)
    return TRUE;
  self->drained = TRUE;
  if (total == 0)
    return TRUE;
  vox_hpss_set_end (self->voice_long, total);
  vox_hpss_set_end (self->voice_short, total);
  vox_hpss_set_end (self->drums, total);
  vox_hpss_set_end (self->bass, total);
  while (self->produced_frames < total + self->plan.total_delay) {
    const gsize missing = self->plan.block - vox_fifo_length (self->input);

    if (!vox_fifo_push_zeros (self->input, missing, error)
        || !produce (self, error))
      return FALSE;
  }
  return vox_stream_finish (self->stream, error);
}

static gsize
separate_available (VoxProcessor *base)
{
  VoxSeparate *self = (VoxSeparate *) base;
  const guint64 delay = self->plan.total_delay;
  guint64 ready = 0;

  if (self->produced_frames > delay)
    ready = MIN (self->produced_frames - delay, base->pushed_frames);
  return (gsize) (ready - base->pulled_frames);
}

static gboolean
separate_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  VoxSeparate *self = (VoxSeparate *) base;

  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (self->outputs[i] == NULL)
      continue;
    if (outputs[i] != NULL)
      vox_fifo_peek_frames (self->outputs[i], outputs[i], n_frames);
    vox_fifo_drop (self->outputs[i], n_frames);
  }
  return vox_stream_finish (self->stream, error);
}

static void
separate_reset (VoxProcessor *base)
{
  /* Every queue has its room already, so this cannot fail. */
  clear ((VoxSeparate *) base, NULL);
}

static void
separate_free (VoxProcessor *base)
{
  VoxSeparate *self = (VoxSeparate *) base;

  vox_fifo_free (self->input);
  vox_fifo_free (self->mix_at_voice);
  vox_fifo_free (self->mix_at_vocals);
  vox_fifo_free (self->vocals_delay);
  vox_fifo_free (self->accompaniment_delay);
  vox_fifo_free (self->bass_delay);
  for (guint i = 0; i < VOX_N_STEMS; i++)
    vox_fifo_free (self->outputs[i]);
  vox_hpss_free (self->voice_long);
  vox_hpss_free (self->voice_short);
  vox_hpss_free (self->drums);
  vox_hpss_free (self->bass);
  vox_overlap_free (self->mix_frames);
  vox_overlap_free (self->voice_frames);
  vox_buffer_free (self->mix_spectrum);
  vox_buffer_free (self->voice_spectrum);
  vox_buffer_free (self->spatial);
  vox_buffer_free (self->scratch[0]);
  vox_buffer_free (self->scratch[1]);
  vox_stream_free (self->stream);
  g_free (self);
}

static const VoxProcessorClass separate_class = {
  .name = "separate",
  .push = separate_push,
  .drain = separate_drain,
  .available = separate_available,
  .pull = separate_pull,
  .reset = separate_reset,
  .free = separate_free,
};

static gboolean
make_queues (VoxSeparate *self, GError **error)
{
  const VoxSeparatePlan *plan = &self->plan;
  const gsize block = plan->block;
  const struct
  {
    VoxFifo **fifo;
    guint64 delay;
  } queues[] = {
    { &self->input, 0 },
    { &self->mix_at_voice, plan->voice_delay },
    { &self->mix_at_vocals, plan->vocals_delay - plan->voice_delay },
    { &self->vocals_delay, plan->total_delay - plan->vocals_delay },
    { &self->accompaniment_delay, plan->total_delay - plan->vocals_delay },
    { &self->bass_delay, plan->total_delay - vox_hpss_delay (&plan->bass) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (queues); i++) {
    *queues[i].fifo = vox_fifo_new (self->stream, self->base.channels,
        2 * (queues[i].delay + block), error);
    if (*queues[i].fifo == NULL)
      return FALSE;
  }
  for (guint i = 0; i < VOX_N_STEMS; i++) {
    if (!wants (self, i))
      continue;
    self->outputs[i] =
        vox_fifo_new (self->stream, self->base.channels, 4 * block, error);
    if (self->outputs[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
make_buffer (VoxSeparate *self, VoxBuffer **buffer, gsize bytes, GError **error)
{
  *buffer = vox_buffer_new (self->stream, bytes, error);
  return *buffer != NULL;
}

static gboolean
make_stages (VoxSeparate *self, GError **error)
{
  const VoxSeparatePlan *plan = &self->plan;
  const guint channels = self->base.channels;
  const guint hop = plan->mask_fft / 4;
  const gsize spectrum_bytes = (gsize) channels * (plan->block / hop)
      * (plan->mask_fft / 2 + 1) * sizeof (VoxComplex);
  const gsize spatial_bytes =
      (gsize) VOX_SPATIAL_ROWS * (plan->mask_fft / 2 + 1) * sizeof (gfloat);
  const gsize block_bytes = (gsize) channels * plan->block * sizeof (gfloat);

  self->voice_long = vox_hpss_new (self->stream, &plan->voice_long, error);
  if (self->voice_long == NULL)
    return FALSE;
  self->voice_short = vox_hpss_new (self->stream, &plan->voice_short, error);
  if (self->voice_short == NULL)
    return FALSE;
  self->drums = vox_hpss_new (self->stream, &plan->drums, error);
  if (self->drums == NULL)
    return FALSE;
  self->bass = vox_hpss_new (self->stream, &plan->bass, error);
  if (self->bass == NULL)
    return FALSE;
  self->mix_frames = vox_overlap_new (
      self->stream, channels, plan->mask_fft, hop, plan->block, error);
  if (self->mix_frames == NULL)
    return FALSE;
  self->voice_frames = vox_overlap_new (
      self->stream, channels, plan->mask_fft, hop, plan->block, error);
  return self->voice_frames != NULL
      && make_buffer (self, &self->mix_spectrum, spectrum_bytes, error)
      && make_buffer (self, &self->voice_spectrum, spectrum_bytes, error)
      && make_buffer (self, &self->spatial, spatial_bytes, error)
      && make_buffer (self, &self->scratch[0], block_bytes, error)
      && make_buffer (self, &self->scratch[1], block_bytes, error);
}

VoxProcessor *
vox_separate_new (
    VoxDevice *device, const VoxSeparateParams *params, GError **error)
{
  VoxSeparate *self;

  g_return_val_if_fail (device != NULL && params != NULL, NULL);
  if (!vox_separate_params_check (params, error))
    return NULL;
  self = g_new0 (VoxSeparate, 1);
  self->base.klass = &separate_class;
  self->base.rate = params->rate;
  self->base.channels = params->channels;
  self->base.n_outputs = VOX_N_STEMS;
  self->stems = params->stems;
  vox_separate_plan_init (&self->plan, params);
  self->base.latency_frames = self->plan.total_delay + self->plan.block - 1;
  self->stream = vox_stream_new (device, error);
  if (self->stream == NULL || !make_queues (self, error)
      || !make_stages (self, error) || !clear (self, error)) {
    vox_processor_free (&self->base);
    return NULL;
  }
  return &self->base;
}
