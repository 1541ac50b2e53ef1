/* vox-pitch-shift.c: the pitch shift engine as a processor: its queue of input,
 * its parameter curve, and the way between the untouched and the shifted
 * signal.
 */
#include "pitchshift/vox-pitch-shift.h"

#include <math.h>
#include "base/vox-fifo.h"
#include "pitchshift/vox-pitch-curve.h"
#include "pitchshift/vox-pitch-vocoder.h"

/* Crossfade from the shifted to the untouched signal and back. */
#define FADE_MS 20
/* Frames taken from a push at once: bounds the memory of a long push. */
#define SLICE 4096

typedef struct
{
  VoxProcessor base;
  VoxStream *stream;
  VoxPitchCurve *curve;
  VoxPitchVocoder *vocoder;

  VoxFifo *input;
  gint64 input_start;
  gint64 received;
  VoxFifo *output;
  gint64 produced;
  VoxBuffer *block;

  gint64 lookahead;
  gint64 history;
  gint fade_blocks;
  gint shifted; /* of fade_blocks: how much of the shifted signal is heard */
  gboolean drained;
} PitchShift;

static void
begin_stream (PitchShift *self)
{
  const VoxPitchPoint start = vox_pitch_curve_at (self->curve, 0);

  vox_fifo_clear (self->input);
  vox_fifo_clear (self->output);
  self->input_start = -self->history;
  self->received = self->produced = 0;
  self->shifted = 0;
  self->drained = FALSE;
  if (!vox_pitch_point_is_neutral (&start)) {
    self->shifted = self->fade_blocks;
    vox_pitch_vocoder_start (self->vocoder, self->curve, 0);
  }
}

/* Silence before the first frame, so that every frame has a past. */
static gboolean
fill_history (PitchShift *self, GError **error)
{
  return self->received > 0 || vox_fifo_length (self->input) > 0
      || vox_fifo_push_zeros (self->input, (gsize) self->history, error);
}

static gfloat *
input_at (const PitchShift *self, gint64 time)
{
  return vox_fifo_plane (self->input, 0) + (time - self->input_start);
}

/* Mixes the shifted signal over the dry block; @from and @to count blocks of
 * the crossfade. */
static gboolean
render_shifted (PitchShift *self, gint from, gint to, GError **error)
{
  VoxBlendArgs blend = {
    .target = vox_buffer_f32 (self->block),
    .target_stride = VOX_PITCH_BLOCK,
    .other = input_at (self, self->produced),
    .other_stride = vox_fifo_stride (self->input),
    .channels = self->base.channels,
    .n_frames = VOX_PITCH_BLOCK,
    .from = 1.0f - (gfloat) from / (gfloat) self->fade_blocks,
    .to = 1.0f - (gfloat) to / (gfloat) self->fade_blocks,
  };

  if (!vox_pitch_vocoder_render (self->vocoder, self->input, self->input_start,
          self->curve, blend.target, blend.target_stride, error))
    return FALSE;
  if (blend.from > 0.0f || blend.to > 0.0f)
    self->stream->ops->varispeed.blend (self->stream, &blend);
  return TRUE;
}

static gboolean
produce_block (PitchShift *self, GError **error)
{
  const gint64 time = self->produced;
  const VoxPitchPoint begin = vox_pitch_curve_at (self->curve, time);
  const VoxPitchPoint end =
      vox_pitch_curve_at (self->curve, time + VOX_PITCH_BLOCK);
  const gboolean neutral =
      vox_pitch_point_is_neutral (&begin) && vox_pitch_point_is_neutral (&end);
  const gint from = self->shifted;
  const gint to = CLAMP (from + (neutral ? -1 : 1), 0, self->fade_blocks);
  const gfloat *source = input_at (self, time);
  gsize stride = vox_fifo_stride (self->input);

  if (from == 0 && to > 0)
    vox_pitch_vocoder_start (self->vocoder, self->curve, time);
  if (from > 0 || to > 0) {
    if (!render_shifted (self, from, to, error))
      return FALSE;
    source = vox_buffer_f32 (self->block);
    stride = VOX_PITCH_BLOCK;
  }
  if (!vox_fifo_push_planes (
          self->output, source, stride, VOX_PITCH_BLOCK, error))
    return FALSE;
  self->shifted = to;
  self->produced += VOX_PITCH_BLOCK;
  return TRUE;
}

/* All blocks whose lookahead is there, then forgets what is behind them. */
static gboolean
produce_blocks (PitchShift *self, GError **error)
{
  gint64 keep;

  while (self->produced + self->lookahead <= self->received) {
    if (!produce_block (self, error))
      return FALSE;
  }
  keep = self->produced - self->history;
  vox_fifo_drop (self->input, (gsize) (keep - self->input_start));
  self->input_start = keep;
  vox_pitch_curve_forget (self->curve, keep);
  return TRUE;
}

static gboolean
pitch_shift_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  PitchShift *self = (PitchShift *) base;

  if (!fill_history (self, error))
    return FALSE;
  while (n_frames > 0) {
    const gsize n = MIN (n_frames, SLICE);

    if (!vox_fifo_push_frames (self->input, frames, n, error))
      return FALSE;
    self->received += (gint64) n;
    if (!produce_blocks (self, error))
      return FALSE;
    frames += n * base->channels;
    n_frames -= n;
  }
  return vox_stream_finish (self->stream, error);
}

static gboolean
pitch_shift_drain (VoxProcessor *base, GError **error)
{
  PitchShift *self = (PitchShift *) base;
  const gint64 total = (gint64) base->pushed_frames;
  gint64 missing = self->lookahead + VOX_PITCH_BLOCK;

  if (self->drained || total == 0)
    return TRUE;
  self->drained = TRUE;
  while (missing > 0) {
    const gint64 n = MIN (missing, SLICE);

    if (!vox_fifo_push_zeros (self->input, (gsize) n, error))
      return FALSE;
    self->received += n;
    missing -= n;
    if (!produce_blocks (self, error))
      return FALSE;
  }
  return vox_stream_finish (self->stream, error);
}

static gsize
pitch_shift_available (VoxProcessor *base)
{
  PitchShift *self = (PitchShift *) base;

  return MIN (vox_fifo_length (self->output),
      (gsize) (base->pushed_frames - base->pulled_frames));
}

static gboolean
pitch_shift_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  PitchShift *self = (PitchShift *) base;

  if (outputs[0] != NULL)
    vox_fifo_peek_frames (self->output, outputs[0], n_frames);
  vox_fifo_drop (self->output, n_frames);
  return vox_stream_finish (self->stream, error);
}

static void
pitch_shift_reset (VoxProcessor *base)
{
  PitchShift *self = (PitchShift *) base;

  vox_pitch_curve_restart (self->curve);
  begin_stream (self);
}

static void
pitch_shift_free (VoxProcessor *base)
{
  PitchShift *self = (PitchShift *) base;

  vox_pitch_vocoder_free (self->vocoder);
  vox_pitch_curve_free (self->curve);
  vox_fifo_free (self->input);
  vox_fifo_free (self->output);
  vox_buffer_free (self->block);
  vox_stream_free (self->stream);
  g_free (self);
}

static const VoxProcessorClass pitch_shift_class = {
  .name = "pitch-shift",
  .push = pitch_shift_push,
  .drain = pitch_shift_drain,
  .available = pitch_shift_available,
  .pull = pitch_shift_pull,
  .reset = pitch_shift_reset,
  .free = pitch_shift_free,
};

static gboolean
check_params (const VoxPitchShiftParams *params, GError **error)
{
  const gchar *wrong = NULL;

  if (params->rate < 8000 || params->rate > 192000)
    wrong = "the rate must be 8000 to 192000 Hz";
  else if (params->channels < 1 || params->channels > 8)
    wrong = "1 to 8 channels are possible";
  else if (!(fabs (params->semitones) <= VOX_PITCH_MAX_SEMITONES))
    wrong = "semitones must be -24 to 24";
  else if (!(fabs (params->formant_semitones) <= VOX_PITCH_MAX_SEMITONES))
    wrong = "formant semitones must be -24 to 24";
  else if (params->mode == VOX_MODE_CUSTOM
      && !(params->window_ms >= 10.0 && params->window_ms <= 400.0))
    wrong = "the window must be 10 to 400 ms";
  if (wrong != NULL)
    g_set_error (
        error, VOX_ERROR, VOX_ERROR_ARGUMENT, "pitch shift: %s", wrong);
  return wrong == NULL;
}

static gboolean
build (PitchShift *self, const VoxPitchShiftParams *params, GError **error)
{
  const guint channels = params->channels;
  const VoxPitchPoint start = { params->semitones,
    params->formant == VOX_FORMANT_PRESERVE ? 1.0 : 0.0,
    params->formant_semitones };
  gsize capacity;

  self->curve = vox_pitch_curve_new (params->rate, &start);
  self->vocoder = vox_pitch_vocoder_new (self->stream, params, error);
  if (self->vocoder == NULL)
    return FALSE;
  self->lookahead = (gint64) vox_pitch_vocoder_lookahead (self->vocoder);
  self->history = (gint64) vox_pitch_vocoder_history (self->vocoder);
  self->fade_blocks =
      MAX ((gint) (params->rate * FADE_MS / 1000 / VOX_PITCH_BLOCK), 1);
  capacity = (gsize) (2 * (self->history + self->lookahead + SLICE));
  self->input = vox_fifo_new (self->stream, channels, capacity, error);
  self->output = vox_fifo_new (self->stream, channels, 2 * SLICE, error);
  self->block = vox_buffer_new (
      self->stream, channels * VOX_PITCH_BLOCK * sizeof (gfloat), error);
  return self->input != NULL && self->output != NULL && self->block != NULL;
}

VoxProcessor *
vox_pitch_shift_new (
    VoxDevice *device, const VoxPitchShiftParams *params, GError **error)
{
  PitchShift *self;
  VoxStream *stream;

  g_return_val_if_fail (device != NULL && params != NULL, NULL);
  if (!check_params (params, error))
    return NULL;
  stream = vox_stream_new (device, error);
  if (stream == NULL)
    return NULL;
  self = g_new0 (PitchShift, 1);
  self->base.klass = &pitch_shift_class;
  self->base.rate = params->rate;
  self->base.channels = params->channels;
  self->base.n_outputs = 1;
  self->stream = stream;
  if (!build (self, params, error)) {
    pitch_shift_free (&self->base);
    return NULL;
  }
  /* The first frame of a block waits longest. */
  self->base.latency_frames = (guint64) self->lookahead - 1;
  begin_stream (self);
  return &self->base;
}

static void
set_target (PitchShift *self, const VoxPitchPoint *target)
{
  vox_pitch_curve_set (self->curve, self->received, target);
  /* Before the first frame there is nothing to come from. */
  if (self->received == 0)
    pitch_shift_reset (&self->base);
}

void
vox_pitch_shift_set_semitones (VoxProcessor *base, gdouble semitones)
{
  PitchShift *self = (PitchShift *) base;
  VoxPitchPoint target;

  g_return_if_fail (base != NULL && base->klass == &pitch_shift_class);
  g_return_if_fail (fabs (semitones) <= VOX_PITCH_MAX_SEMITONES);
  target = vox_pitch_curve_target (self->curve);
  if (target.semitones == semitones)
    return;
  target.semitones = semitones;
  set_target (self, &target);
}

void
vox_pitch_shift_set_formant (
    VoxProcessor *base, VoxFormant formant, gdouble formant_semitones)
{
  PitchShift *self = (PitchShift *) base;
  const gdouble keep = formant == VOX_FORMANT_PRESERVE ? 1.0 : 0.0;
  VoxPitchPoint target;

  g_return_if_fail (base != NULL && base->klass == &pitch_shift_class);
  g_return_if_fail (fabs (formant_semitones) <= VOX_PITCH_MAX_SEMITONES);
  target = vox_pitch_curve_target (self->curve);
  if (target.keep == keep && target.formant_semitones == formant_semitones)
    return;
  target.keep = keep;
  target.formant_semitones = formant_semitones;
  set_target (self, &target);
}
