/* vox-pitch-shift.c: the pitch shift engine as a processor: its queue of input,
 * its parameter curve, and the way between the untouched and the shifted
 * signal.
 */
#include "pitchshift/vox-pitch-shift.h"

#include <math.h>
#include "base/vox-fifo.h"
#include "pitchshift/vox-pitch-curve.h"
#include "pitchshift/vox-pitch-vocoder.h"
#include "pitchshift/vox-pitch-voice.h"

/* Crossfade between the untouched and the shifted signal. */
#define FADE_MS 20
/* Crossfade between the two paths; their phases differ, so it is longer. */
#define PATH_FADE_MS 40
/* Frames taken from a push at once: bounds the memory of a long push. */
#define SLICE 4096

/* A crossfade by blocks: @level of @length. */
typedef struct
{
  gint level;
  gint length;
} Fade;

typedef struct
{
  VoxProcessor base;
  VoxStream *stream;
  VoxPitchCurve *curve;
  VoxPitchVocoder *vocoder; /* NULL without a music path */
  VoxPitchVoice *voice; /* NULL without a voice path */
  gboolean vocoder_runs;

  VoxFifo *input;
  gint64 input_start;
  gint64 received;
  VoxFifo *output;
  gint64 produced;
  VoxBuffer *block;
  VoxBuffer *voice_block;

  gint64 lookahead;
  gint64 history;
  Fade shifted; /* how much of the shifted signal is heard */
  Fade voiced; /* how much of that comes from the voice path */
  gboolean drained;
} PitchShift;

static void
begin_stream (PitchShift *self)
{
  vox_fifo_clear (self->input);
  vox_fifo_clear (self->output);
  self->input_start = -self->history;
  self->received = self->produced = 0;
  self->vocoder_runs = self->drained = FALSE;
  if (self->voice != NULL)
    vox_pitch_voice_reset (self->voice);
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

/* Moves a fade by one block towards its end or, at the start of a stream, all
 * the way. Returns: the level before. */
static gint
move_fade (Fade *fade, gboolean up, gboolean at_once)
{
  const gint before = fade->level;
  const gint step = at_once ? fade->length : 1;

  fade->level = CLAMP (before + (up ? step : -step), 0, fade->length);
  return at_once ? fade->level : before;
}

/* The weight at a level of a fade; its slope is 0 at both ends, because a corner
 * in a fade can be heard. */
static gfloat
fade_weight (gint level, gint length)
{
  const gfloat x = (gfloat) level / (gfloat) length;

  return x * x * (3.0f - 2.0f * x);
}

/* Mixes @other over @target along a fade that comes from level @from. */
static void
blend (PitchShift *self, gfloat *target, const gfloat *other,
    gsize other_stride, gint from, const Fade *fade)
{
  const VoxBlendArgs args = {
    .target = target,
    .target_stride = VOX_PITCH_BLOCK,
    .other = other,
    .other_stride = other_stride,
    .channels = self->base.channels,
    .n_frames = VOX_PITCH_BLOCK,
    .from = fade_weight (from, fade->length),
    .to = fade_weight (fade->level, fade->length),
  };

  if (args.from > 0.0f || args.to > 0.0f)
    self->stream->ops->varispeed.blend (self->stream, &args);
}

static gboolean
render_music (PitchShift *self, gfloat *target, GError **error)
{
  if (!self->vocoder_runs)
    vox_pitch_vocoder_start (self->vocoder, self->curve, self->produced);
  self->vocoder_runs = TRUE;
  return vox_pitch_vocoder_render (self->vocoder, self->input,
      self->input_start, self->curve, target, VOX_PITCH_BLOCK, error);
}

/* The shifted signal of this block, from the path or paths that are heard. The
 * voice path is always asked, because it never stops. */
static gboolean
render_paths (PitchShift *self, gboolean wanted, GError **error)
{
  gfloat *music = vox_buffer_f32 (self->block);
  gfloat *voice = vox_buffer_f32 (self->voice_block);
  gboolean heard = self->vocoder == NULL;
  gint from;

  if (self->voice != NULL) {
    vox_pitch_voice_render (
        self->voice, wanted ? voice : NULL, VOX_PITCH_BLOCK);
    heard = heard || vox_pitch_voice_heard (self->voice, self->produced);
  }
  from = move_fade (&self->voiced, heard, self->produced == 0);
  if (!wanted || (from == self->voiced.length && heard)) {
    self->vocoder_runs = FALSE;
    if (wanted)
      blend (self, music, voice, VOX_PITCH_BLOCK, from, &self->voiced);
    return TRUE;
  }
  if (!render_music (self, music, error))
    return FALSE;
  blend (self, music, voice, VOX_PITCH_BLOCK, from, &self->voiced);
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
  const gint from = move_fade (&self->shifted, !neutral, time == 0);
  const gboolean wanted = from > 0 || self->shifted.level > 0;
  const gfloat *source = input_at (self, time);
  gsize stride = vox_fifo_stride (self->input);

  if (!render_paths (self, wanted, error))
    return FALSE;
  if (wanted) {
    const Fade dry = { self->shifted.length - self->shifted.level,
      self->shifted.length };

    blend (self, vox_buffer_f32 (self->block), source, stride,
        self->shifted.length - from, &dry);
    source = vox_buffer_f32 (self->block);
    stride = VOX_PITCH_BLOCK;
  }
  self->produced += VOX_PITCH_BLOCK;
  return vox_fifo_push_planes (
      self->output, source, stride, VOX_PITCH_BLOCK, error);
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

/* Takes note of @n_frames frames at the end of the input queue. */
static gboolean
receive (PitchShift *self, gsize n_frames, GError **error)
{
  const gint64 first = self->received;

  self->received += (gint64) n_frames;
  if (self->voice != NULL
      && !vox_pitch_voice_push (self->voice, input_at (self, first),
          vox_fifo_stride (self->input), n_frames, self->curve, error))
    return FALSE;
  return produce_blocks (self, error);
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

    if (!vox_fifo_push_frames (self->input, frames, n, error)
        || !receive (self, n, error))
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

    if (!vox_fifo_push_zeros (self->input, (gsize) n, error)
        || !receive (self, (gsize) n, error))
      return FALSE;
    missing -= n;
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
  vox_pitch_voice_free (self->voice);
  vox_pitch_curve_free (self->curve);
  vox_fifo_free (self->input);
  vox_fifo_free (self->output);
  vox_buffer_free (self->block);
  vox_buffer_free (self->voice_block);
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

/* Both paths wait for the one that looks further ahead. */
static gboolean
build_paths (
    PitchShift *self, const VoxPitchShiftParams *params, GError **error)
{
  if (params->content != VOX_CONTENT_VOICE) {
    self->vocoder = vox_pitch_vocoder_new (self->stream, params, error);
    if (self->vocoder == NULL)
      return FALSE;
    self->lookahead = (gint64) vox_pitch_vocoder_lookahead (self->vocoder);
    self->history = (gint64) vox_pitch_vocoder_history (self->vocoder);
  }
  if (params->content != VOX_CONTENT_MUSIC) {
    self->voice = vox_pitch_voice_new (self->stream, params, error);
    if (self->voice == NULL)
      return FALSE;
    self->lookahead =
        MAX (self->lookahead, (gint64) vox_pitch_voice_lookahead (self->voice));
  }
  return TRUE;
}

static gboolean
build (PitchShift *self, const VoxPitchShiftParams *params, GError **error)
{
  const guint channels = params->channels;
  const guint block_rate = params->rate / VOX_PITCH_BLOCK;
  const gsize block = channels * VOX_PITCH_BLOCK * sizeof (gfloat);
  const VoxPitchPoint start = { params->semitones,
    params->formant == VOX_FORMANT_PRESERVE ? 1.0 : 0.0,
    params->formant_semitones };
  gsize capacity;

  self->curve = vox_pitch_curve_new (params->rate, &start);
  if (!build_paths (self, params, error))
    return FALSE;
  self->shifted.length = MAX ((gint) (block_rate * FADE_MS / 1000), 1);
  self->voiced.length = MAX ((gint) (block_rate * PATH_FADE_MS / 1000), 1);
  capacity = (gsize) (2 * (self->history + self->lookahead + SLICE));
  self->input = vox_fifo_new (self->stream, channels, capacity, error);
  self->output = vox_fifo_new (self->stream, channels, 2 * SLICE, error);
  self->block = vox_buffer_new (self->stream, block, error);
  self->voice_block = vox_buffer_new (self->stream, block, error);
  return self->input != NULL && self->output != NULL && self->block != NULL
      && self->voice_block != NULL;
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
