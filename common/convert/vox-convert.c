/* vox-convert.c: the voice conversion processor: the clock that drives
 * analysis, learning and re-synthesis at fixed positions of the stream.
 *
 *   input ─ analysis ─ frames ─────┐ look-ahead ┌─ timbre ─ changes ─┐
 *      └──────────── samples ──────┴────────────┴─ marks ── grains ──┴─ output
 *
 * Time advances in blocks of whole frames. In block k the analysis hears the
 * samples of block k, the marks those of block k - ahead, and the changes of
 * the frames of block k - ahead - delay become known.
 */
#include "convert/vox-convert.h"

#include <math.h>
#include <string.h>

#include "base/vox-fifo.h"
#include "convert/vox-pitch-plan.h"
#include "convert/vox-regrain.h"
#include "convert/vox-timbre.h"

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

/* A setter's wish, due at a frame of the stream; members that are not meant
 * are NULL or NAN. */
typedef struct
{
  gint64 frame;
  VoxTarget *target;
  gdouble semitones;
  gdouble similarity;
} Wish;

typedef struct
{
  VoxProcessor base;
  VoxStream *stream;
  VoxConvertParams params;
  gboolean live;
  guint block_frames;
  gint64 ahead_blocks;
  gint64 delay_blocks;
  gsize max_block;

  VoxEnvelope *envelope;
  VoxTimbre *timbre;
  VoxPitchPlan *pitch;
  VoxRegrain *regrain;

  /* Input from marks_position on. */
  VoxFifo *input;
  gint64 input_start;
  VoxMatrix *mix;
  VoxBuffer *mono;
  gfloat *host_mono;
  gfloat *host_frames;

  gint64 block;
  GArray *frames;
  GArray *f0;
  gint64 f0_start;
  gint64 f0_passed;
  gint64 changed;
  gint64 n_frames;
  GArray *wishes;
  gfloat *changes;
  gfloat *ratios;
  gboolean drained;
} Convert;

static gint64
block_start (const Convert *self, gint64 block)
{
  return (gint64) floor (
      (gdouble) block * self->block_frames * VOX_FRAME_S * self->base.rate
      + 0.5);
}

static gint64
input_end (const Convert *self)
{
  return self->input_start + (gint64) vox_fifo_length (self->input);
}

/* The mean of all channels of n input samples from @start on, on the device. */
static gfloat *
mix_channels (Convert *self, gint64 start, gsize n)
{
  gfloat *plane = vox_fifo_plane (self->input, 0) + (start - self->input_start);
  const VoxGemmArgs args = { .a = self->mix->data,
    .b = plane,
    .c = vox_buffer_f32 (self->mono),
    .m = 1,
    .n = (guint) n,
    .k = self->base.channels,
    .lda = self->base.channels,
    .ldb = (guint) vox_fifo_stride (self->input),
    .ldc = (guint) n,
    .alpha = 1.0f };

  if (self->base.channels == 1)
    return plane;
  self->stream->ops->product.gemm (self->stream, &args);
  return vox_buffer_f32 (self->mono);
}

/* Passes new frames of the analysis on. */
static gboolean
take_frames (Convert *self, const gfloat *mono, gsize n_samples, GError **error)
{
  const guint first_f0 = self->f0->len;

  g_array_set_size (self->frames, 0);
  if (!vox_envelope_take (self->envelope, self->frames, self->f0, error))
    return FALSE;
  for (guint i = first_f0; i < self->f0->len; i++)
    vox_pitch_plan_hear (
        self->pitch, g_array_index (self->f0, VoxF0Frame, i).f0_hz);
  self->n_frames += self->frames->len;
  return vox_timbre_hear (self->timbre, mono, n_samples,
      (const VoxVoiceFrame *) self->frames->data, self->frames->len, error);
}

static gboolean
analyse (Convert *self, gint64 start, gint64 end, GError **error)
{
  const gsize n = (gsize) (end - start);
  const gfloat *mono = mix_channels (self, start, n);

  return vox_envelope_push (self->envelope, mono, n, error)
      && take_frames (self, mono, n, error);
}

/* Gives the marks and grains the samples of one block, and the F0 so far. */
static gboolean
hear_block (
    Convert *self, gint64 start, gint64 end, gint64 f0_end, GError **error)
{
  const gsize n = (gsize) MAX (end - start, 0);
  const gint64 known = self->f0_start + self->f0->len;
  const gsize n_f0 = (gsize) MAX (MIN (f0_end, known) - self->f0_passed, 0);
  const VoxF0Frame *f0 =
      (const VoxF0Frame *) self->f0->data + (self->f0_passed - self->f0_start);

  if (n > 0) {
    const gfloat *mono = mix_channels (self, start, n);

    self->stream->ops->memory.copy (
        self->stream, self->host_mono, mono, n * sizeof (gfloat));
    self->stream->ops->memory.emit (self->stream, self->host_frames,
        vox_fifo_plane (self->input, 0) + (start - self->input_start),
        vox_fifo_stride (self->input), self->base.channels, n);
    if (!vox_stream_finish (self->stream, error))
      return FALSE;
  }
  if (!vox_regrain_hear (self->regrain, self->host_frames, self->host_mono, n,
          f0, n_f0, error))
    return FALSE;
  self->f0_passed += (gint64) n_f0;
  vox_fifo_drop (self->input, n);
  self->input_start += (gint64) n;
  return TRUE;
}

static void
clear_wish (gpointer data)
{
  g_clear_pointer (&((Wish *) data)->target, vox_target_unref);
}

/* Fulfils the wishes that are due at the next frame. */
static void
fulfil_wishes (Convert *self)
{
  while (self->wishes->len > 0) {
    const Wish *wish = &g_array_index (self->wishes, Wish, 0);

    if (wish->frame > self->changed)
      return;
    if (wish->target != NULL) {
      vox_timbre_set_target (self->timbre, wish->target);
      vox_pitch_plan_set_target (self->pitch, wish->target->log_f0);
    }
    if (!isnan (wish->semitones))
      vox_pitch_plan_set_semitones (self->pitch, wish->semitones);
    if (!isnan (wish->similarity))
      vox_timbre_set_similarity (self->timbre, wish->similarity);
    g_array_remove_index (self->wishes, 0);
  }
}

/* Finds the changes of the next @n frames, to which the same wishes apply, and
 * passes them on. */
static gboolean
change_some (Convert *self, guint n, gboolean ended, GError **error)
{
  if (!vox_timbre_next (self->timbre, n, ended, self->changes, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const gint64 at = self->changed + i - self->f0_start;
    const gfloat f0 = at >= 0 && at < (gint64) self->f0->len
        ? g_array_index (self->f0, VoxF0Frame, (guint) at).f0_hz
        : 0.0f;

    self->ratios[i] = vox_pitch_plan_next (self->pitch, f0);
  }
  self->changed += n;
  if (!vox_regrain_change (
          self->regrain, self->changes, self->ratios, n, error))
    return FALSE;
  if (MIN (self->changed, self->f0_passed) > self->f0_start) {
    const gint64 drop = MIN (self->changed, self->f0_passed) - self->f0_start;

    g_array_remove_range (
        self->f0, 0, (guint) MIN (drop, (gint64) self->f0->len));
    self->f0_start += drop;
  }
  return TRUE;
}

static gboolean
change_frames (Convert *self, guint n, gboolean ended, GError **error)
{
  const gint64 end = self->changed + n;

  while (self->changed < end) {
    gint64 until = end;

    fulfil_wishes (self);
    if (self->wishes->len > 0)
      until = MIN (end, g_array_index (self->wishes, Wish, 0).frame);
    if (!vox_timbre_learn (self->timbre, TRUE, error)
        || !change_some (self, (guint) (until - self->changed), ended, error))
      return FALSE;
  }
  return TRUE;
}

/* Everything that happens after block self->block - 1 has been analysed. */
static gboolean
run_behind (Convert *self, GError **error)
{
  const gint64 heard = self->block - 1 - self->ahead_blocks;
  const gint64 changed = heard - self->delay_blocks;

  if (heard >= 0
      && !hear_block (self, block_start (self, heard),
          MIN (block_start (self, heard + 1), input_end (self)),
          (heard + 1) * self->block_frames, error))
    return FALSE;
  if (changed < 0)
    return TRUE;
  return change_frames (self, self->block_frames, FALSE, error);
}

static gboolean
convert_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  Convert *self = (Convert *) base;

  if (!vox_fifo_push_frames (self->input, frames, n_frames, error))
    return FALSE;
  while (input_end (self) >= block_start (self, self->block + 1)) {
    const gint64 block = self->block;

    if (!analyse (self, block_start (self, block),
            block_start (self, block + 1), error))
      return FALSE;
    self->block++;
    if (self->live && self->block - 1 < self->delay_blocks
        && !vox_timbre_learn (self->timbre, FALSE, error))
      return FALSE;
    if (!run_behind (self, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
convert_drain (VoxProcessor *base, GError **error)
{
  Convert *self = (Convert *) base;
  const gint64 end = input_end (self);
  const gint64 last_block = self->block;

  if (self->drained)
    return TRUE;
  self->drained = TRUE;
  if (end > block_start (self, last_block)
      && !analyse (self, block_start (self, last_block), end, error))
    return FALSE;
  if (!vox_envelope_drain (self->envelope, error)
      || !take_frames (self, NULL, 0, error))
    return FALSE;
  /* What is left of the samples goes in by blocks, so that memory stays low. */
  while (self->input_start < end) {
    const gint64 next =
        MIN (self->input_start + (gint64) self->max_block - 1, end);

    if (!hear_block (self, self->input_start, next, G_MAXINT64, error))
      return FALSE;
  }
  if (!hear_block (self, end, end, G_MAXINT64, error)
      || !vox_regrain_end_marks (self->regrain, error))
    return FALSE;
  while (self->changed < self->n_frames) {
    const guint n = (guint) MIN (
        (gint64) self->block_frames, self->n_frames - self->changed);

    if (!change_frames (self, n, TRUE, error))
      return FALSE;
  }
  return vox_regrain_drain (self->regrain, error);
}

static gsize
convert_available (VoxProcessor *base)
{
  return vox_regrain_available (((Convert *) base)->regrain);
}

static gboolean
convert_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  Convert *self = (Convert *) base;
  gfloat *rest;

  if (outputs[0] != NULL) {
    vox_regrain_pull (self->regrain, outputs[0], n_frames);
    return vox_stream_finish (self->stream, error);
  }
  /* Nobody wants these frames. */
  rest = g_new (gfloat, n_frames * base->channels);
  vox_regrain_pull (self->regrain, rest, n_frames);
  g_free (rest);
  return TRUE;
}

static void
convert_reset (VoxProcessor *base)
{
  Convert *self = (Convert *) base;

  /* Parameters outlive the audio. */
  self->changed = G_MAXINT64;
  fulfil_wishes (self);
  vox_envelope_reset (self->envelope);
  vox_timbre_reset (self->timbre);
  vox_pitch_plan_reset (self->pitch);
  vox_regrain_reset (self->regrain);
  vox_fifo_clear (self->input);
  g_array_set_size (self->frames, 0);
  g_array_set_size (self->f0, 0);
  self->input_start = self->block = self->f0_start = self->f0_passed = 0;
  self->changed = self->n_frames = 0;
  self->drained = FALSE;
}

static void
convert_free (VoxProcessor *base)
{
  Convert *self = (Convert *) base;

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
  .push = convert_push,
  .drain = convert_drain,
  .available = convert_available,
  .pull = convert_pull,
  .reset = convert_reset,
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
set_delays (Convert *self)
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
  ahead = (gsize) block_start (self, self->ahead_blocks);
  f0 = MAX (frames, ahead + (gsize) ceil (hop)) - ahead;
  self->base.latency_frames = ahead + (gsize) block_start (self, 1)
      + vox_regrain_latency (
          self->regrain, f0, (gsize) block_start (self, self->delay_blocks))
      + ROUNDING_SAMPLES;
}

static gboolean
make_stages (Convert *self, VoxTarget *target, GError **error)
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

static gboolean
make_buffers (Convert *self, GError **error)
{
  const guint channels = self->base.channels;
  gfloat weights[MAX_CHANNELS];

  for (guint c = 0; c < channels; c++)
    weights[c] = 1.0f / (gfloat) channels;
  self->max_block = (gsize) block_start (self, 1) + 2;
  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));
  self->f0 = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  self->wishes = g_array_new (FALSE, TRUE, sizeof (Wish));
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
  Convert *self;

  g_return_val_if_fail (voice != NULL && params != NULL, NULL);
  if (!check_params (params, error))
    return NULL;
  target = vox_target_new (voice, error);
  if (target == NULL)
    return NULL;
  self = g_new0 (Convert, 1);
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
    Convert *self, VoxTarget *target, gdouble semitones, gdouble similarity)
{
  const Wish wish = { .frame = (gint64) ceil ((gdouble) self->base.pushed_frames
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
  add_wish ((Convert *) base, target, NAN, NAN);
  return TRUE;
}

void
vox_convert_set_pitch_shift (VoxProcessor *base, gdouble semitones)
{
  g_return_if_fail (base->klass == &convert_class);
  g_return_if_fail (pitch_is_valid (semitones));
  add_wish ((Convert *) base, NULL, semitones, NAN);
}

void
vox_convert_set_similarity (VoxProcessor *base, gdouble similarity)
{
  g_return_if_fail (base->klass == &convert_class);
  add_wish ((Convert *) base, NULL, NAN, CLAMP (similarity, 0.0, 1.0));
}
