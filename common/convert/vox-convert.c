/* vox-convert.c: the voice conversion processor: its parameters, parts and
 * delays.
 */
#include "convert/vox-convert-private.h"

#define MIN_RATE 8000
#define MAX_RATE 192000
#define MAX_CHANNELS 8
#define MAX_SEMITONES 24.0
#define MAX_LOOKAHEAD_S 120.0
/* Frames in a block: small when somebody is waiting. */
#define LIVE_BLOCK_FRAMES 1
#define BLOCK_FRAMES 40
/* What rounding the starts of blocks and frames to samples may add. */
#define ROUNDING_SAMPLES 2

static void
convert_free (VoxProcessor *base)
{
  VoxConvert *self = (VoxConvert *) base;

  g_clear_pointer (&self->envelope, vox_envelope_free);
  g_clear_pointer (&self->timbre, vox_timbre_free);
  g_clear_pointer (&self->pitch, vox_pitch_plan_free);
  g_clear_pointer (&self->regrain, vox_regrain_free);
  g_clear_pointer (&self->input, vox_fifo_free);
  g_clear_pointer (&self->mix, vox_matrix_free);
  g_clear_pointer (&self->mono, vox_buffer_free);
  g_clear_pointer (&self->frames, g_array_unref);
  g_clear_pointer (&self->f0, g_array_unref);
  g_clear_pointer (&self->wishes, g_array_unref);
  g_free (self->host_mono);
  g_free (self->host_frames);
  g_free (self->changes);
  g_free (self->ratios);
  g_clear_pointer (&self->stream, vox_stream_free);
  g_free (self);
}

static const VoxProcessorClass convert_class = {
  .name = "convert",
  .push = vox_convert_stream_push,
  .drain = vox_convert_stream_drain,
  .available = vox_convert_stream_available,
  .pull = vox_convert_stream_pull,
  .reset = vox_convert_stream_reset,
  .free = convert_free,
};

static gboolean
pitch_is_valid (gdouble semitones)
{
  return semitones == VOX_CONVERT_PITCH_AUTO
      || (semitones >= -MAX_SEMITONES && semitones <= MAX_SEMITONES);
}

static gboolean
check_params (const VoxConvertParams *p, GError **error)
{
  const gchar *fault = NULL;

  if (p->rate < MIN_RATE || p->rate > MAX_RATE)
    fault = "the sample rate must be 8000 to 192000 Hz";
  else if (p->channels < 1 || p->channels > MAX_CHANNELS)
    fault = "there must be 1 to 8 channels";
  else if (!pitch_is_valid (p->pitch_shift))
    fault = "the pitch shift must be -24 to 24 semitones, or automatic";
  else if (!(p->similarity >= 0.0 && p->similarity <= 1.0))
    fault = "the similarity must be 0 to 1";
  else if (!(p->lookahead_s >= 0.0 && p->lookahead_s <= MAX_LOOKAHEAD_S))
    fault = "the look-ahead must be 0 to 120 s";
  if (fault == NULL)
    return TRUE;
  g_set_error (
      error, VOX_ERROR, VOX_ERROR_ARGUMENT, "voice conversion: %s", fault);
  return FALSE;
}

/* Sets the delays between the stages and the latency that follows from them.
 * The F0, samples and changes of one block reach the grains at once, so what
 * waits longest counts, not the sum. */
static void
set_delays (VoxConvert *self)
{
  const gdouble hop = VOX_FRAME_S * self->base.rate;
  const gsize frames = vox_envelope_latency_samples (self->envelope);
  /* Frames between the newest samples and the newest change that can be
   * found: those that the analysis misses and those that the timbre needs. */
  const gint64 behind =
      (gint64) ceil ((gdouble) (frames + ROUNDING_SAMPLES) / hop)
      + vox_timbre_reach (self->params.mode, self->live) - 1;
  const gint64 behind_blocks =
      (behind + self->block_frames - 1) / self->block_frames;
  gsize ahead, f0;

  self->ahead_blocks = (gint64) ceil (
      self->params.lookahead_s / (self->block_frames * VOX_FRAME_S));
  self->delay_blocks = MAX (behind_blocks - self->ahead_blocks, 0);
  /* F0 that lies ahead of the samples is handed on with them. */
  ahead = (gsize) vox_convert_block_start (self, self->ahead_blocks);
  f0 = MAX (frames, ahead + (gsize) ceil (hop)) - ahead;
  self->base.latency_frames = ahead + (gsize) vox_convert_block_start (self, 1)
      + vox_regrain_latency (self->regrain, f0,
          (gsize) vox_convert_block_start (self, self->delay_blocks))
      + ROUNDING_SAMPLES;
}

static gboolean
make_stages (VoxConvert *self, VoxTarget *target, GError **error)
{
  const VoxConvertParams *p = &self->params;
  const gdouble min_hz =
      self->live ? VOX_ENVELOPE_LIVE_MIN_HZ : VOX_ENVELOPE_MIN_HZ;
  const VoxTimbreParams timbre = {
    .rate = p->rate, .mode = p->mode, .live = self->live, .seed = p->seed
  };

  self->pitch = vox_pitch_plan_new (p->content, target->log_f0, p->pitch_shift);
  self->envelope = vox_envelope_new (self->stream, p->rate, min_hz,
      self->live ? VOX_MODE_FAST : VOX_MODE_QUALITY, error);
  if (self->envelope == NULL)
    return FALSE;
  self->timbre =
      vox_timbre_new (self->stream, target, &timbre, p->similarity, error);
  if (self->timbre == NULL)
    return FALSE;
  self->regrain =
      vox_regrain_new (self->stream, p->rate, p->channels, min_hz, error);
  if (self->regrain == NULL)
    return FALSE;
  set_delays (self);
  return TRUE;
}

static void
clear_wish (gpointer data)
{
  g_clear_pointer (&((VoxConvertWish *) data)->target, vox_target_unref);
}

static gboolean
make_buffers (VoxConvert *self, GError **error)
{
  const guint channels = self->base.channels;
  gfloat weights[MAX_CHANNELS];

  for (guint c = 0; c < channels; c++)
    weights[c] = 1.0f / (gfloat) channels;
  self->max_block = (gsize) vox_convert_block_start (self, 1) + 2;
  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));
  self->f0 = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  self->wishes = g_array_new (FALSE, TRUE, sizeof (VoxConvertWish));
  g_array_set_clear_func (self->wishes, clear_wish);
  self->host_mono = g_new0 (gfloat, self->max_block);
  self->host_frames = g_new0 (gfloat, self->max_block * channels);
  self->changes = g_new0 (gfloat, self->block_frames * VOX_REGRAIN_WIDTH);
  self->ratios = g_new0 (gfloat, self->block_frames);
  self->mix = vox_matrix_new (self->stream, 1, channels, weights, error);
  if (self->mix == NULL)
    return FALSE;
  self->mono =
      vox_buffer_new (self->stream, self->max_block * sizeof (gfloat), error);
  if (self->mono == NULL)
    return FALSE;
  self->input = vox_fifo_new (self->stream, channels, self->base.rate, error);
  return self->input != NULL;
}

VoxProcessor *
vox_convert_new (VoxDevice *device, VoxVoice *voice,
    const VoxConvertParams *params, GError **error)
{
  g_autoptr (VoxTarget) target = NULL;
  g_autoptr (VoxProcessor) base = NULL;
  VoxConvert *self;

  g_return_val_if_fail (voice != NULL && params != NULL, NULL);
  if (!check_params (params, error))
    return NULL;
  target = vox_target_new (voice, error);
  if (target == NULL)
    return NULL;
  self = g_new0 (VoxConvert, 1);
  base = &self->base;
  base->klass = &convert_class;
  base->rate = params->rate;
  base->channels = params->channels;
  base->n_outputs = 1;
  self->params = *params;
  self->live = params->lookahead_s <= 0.0;
  self->block_frames = self->live ? LIVE_BLOCK_FRAMES : BLOCK_FRAMES;
  self->stream = vox_stream_new (device, error);
  if (self->stream == NULL || !make_buffers (self, error)
      || !make_stages (self, target, error))
    return NULL;
  return g_steal_pointer (&base);
}

/* Notes a wish for the frame that begins at the next pushed sample, or after
 * it. */
static void
add_wish (
    VoxConvert *self, VoxTarget *target, gdouble semitones, gdouble similarity)
{
  const VoxConvertWish wish = { .frame = (gint64) ceil (
                                    (gdouble) self->base.pushed_frames
                                    / (VOX_FRAME_S * self->base.rate)),
    .target = target,
    .semitones = semitones,
    .similarity = similarity };

  g_array_append_val (self->wishes, wish);
}

gboolean
vox_convert_set_voice (VoxProcessor *base, VoxVoice *voice, GError **error)
{
  VoxTarget *target;

  g_return_val_if_fail (base->klass == &convert_class, FALSE);
  target = vox_target_new (voice, error);
  if (target == NULL)
    return FALSE;
  add_wish ((VoxConvert *) base, target, NAN, NAN);
  return TRUE;
}

void
vox_convert_set_pitch_shift (VoxProcessor *base, gdouble semitones)
{
  g_return_if_fail (base->klass == &convert_class);
  g_return_if_fail (pitch_is_valid (semitones));
  add_wish ((VoxConvert *) base, NULL, semitones, NAN);
}

void
vox_convert_set_similarity (VoxProcessor *base, gdouble similarity)
{
  g_return_if_fail (base->klass == &convert_class);
  add_wish ((VoxConvert *) base, NULL, NAN, CLAMP (similarity, 0.0, 1.0));
}
