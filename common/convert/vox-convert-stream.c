/* vox-convert-stream.c: the clock of a conversion, which drives analysis,
 * learning and re-synthesis at fixed positions of the stream.
 *
 *   input ─ analysis ─ frames ─────┐ look-ahead ┌─ timbre ─ changes ─┐
 *      └──────────── samples ──────┴────────────┴─ marks ── grains ──┴─ output
 *
 * Time advances in blocks of whole frames. In block k the analysis hears the
 * samples of block k, the marks those of block k - ahead, and the changes of
 * the frames of block k - ahead - delay become known.
 */
#include "convert/vox-convert-private.h"

#include <string.h>

static gint64
input_end (const VoxConvert *self)
{
  return self->input_start + (gint64) vox_fifo_length (self->input);
}

/* The mean of all channels of n input samples from @start on, on the device. */
static gfloat *
mix_channels (VoxConvert *self, gint64 start, gsize n)
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
take_frames (
    VoxConvert *self, const gfloat *mono, gsize n_samples, GError **error)
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
analyse (VoxConvert *self, gint64 start, gint64 end, GError **error)
{
  const gsize n = (gsize) (end - start);
  const gfloat *mono = mix_channels (self, start, n);

  return vox_envelope_push (self->envelope, mono, n, error)
      && take_frames (self, mono, n, error);
}

/* Gives the marks and grains the samples of one block, and the F0 so far. */
static gboolean
hear_block (
    VoxConvert *self, gint64 start, gint64 end, gint64 f0_end, GError **error)
{
  const gsize n = (gsize) MAX (end - start, 0);
  const gint64 known = self->f0_start + self->f0->len;
  const gsize n_f0 = (gsize) MAX (MIN (f0_end, known) - self->f0_passed, 0);
  const VoxF0Frame *f0 = n_f0 > 0
      ? &g_array_index (self->f0, VoxF0Frame, self->f0_passed - self->f0_start)
      : NULL;

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

/* Fulfils the wishes that are due at the next frame. */
static void
fulfil_wishes (VoxConvert *self)
{
  while (self->wishes->len > 0) {
    const VoxConvertWish *wish =
        &g_array_index (self->wishes, VoxConvertWish, 0);

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
change_some (VoxConvert *self, guint n, gboolean ended, GError **error)
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
change_frames (VoxConvert *self, guint n, gboolean ended, GError **error)
{
  const gint64 end = self->changed + n;

  while (self->changed < end) {
    gint64 until = end;

    fulfil_wishes (self);
    if (self->wishes->len > 0)
      until = MIN (end, g_array_index (self->wishes, VoxConvertWish, 0).frame);
    if (!vox_timbre_learn (self->timbre, TRUE, error)
        || !change_some (self, (guint) (until - self->changed), ended, error))
      return FALSE;
  }
  return TRUE;
}

/* Everything that happens after block self->block - 1 has been analysed. */
static gboolean
run_behind (VoxConvert *self, GError **error)
{
  const gint64 heard = self->block - 1 - self->ahead_blocks;
  const gint64 changed = heard - self->delay_blocks;

  if (heard >= 0
      && !hear_block (self, vox_convert_block_start (self, heard),
          MIN (vox_convert_block_start (self, heard + 1), input_end (self)),
          (heard + 1) * self->block_frames, error))
    return FALSE;
  if (changed < 0)
    return TRUE;
  return change_frames (self, self->block_frames, FALSE, error);
}

gboolean
vox_convert_stream_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  VoxConvert *self = (VoxConvert *) base;

  if (!vox_fifo_push_frames (self->input, frames, n_frames, error))
    return FALSE;
  while (input_end (self) >= vox_convert_block_start (self, self->block + 1)) {
    const gint64 block = self->block;

    if (!analyse (self, vox_convert_block_start (self, block),
            vox_convert_block_start (self, block + 1), error))
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

gboolean
vox_convert_stream_drain (VoxProcessor *base, GError **error)
{
  VoxConvert *self = (VoxConvert *) base;
  const gint64 end = input_end (self);
  const gint64 last_block = self->block;

  if (self->drained)
    return TRUE;
  self->drained = TRUE;
  if (end > vox_convert_block_start (self, last_block)
      && !analyse (
          self, vox_convert_block_start (self, last_block), end, error))
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

gsize
vox_convert_stream_available (VoxProcessor *base)
{
  return vox_regrain_available (((VoxConvert *) base)->regrain);
}

gboolean
vox_convert_stream_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  VoxConvert *self = (VoxConvert *) base;
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

void
vox_convert_stream_reset (VoxProcessor *base)
{
  VoxConvert *self = (VoxConvert *) base;

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
