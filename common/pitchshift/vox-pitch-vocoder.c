/* vox-pitch-vocoder.c: which frame is analysed when and where it is put, and
 * how attacks go around the frames.
 */
#include "pitchshift/vox-pitch-vocoder.h"

#include <math.h>
#include "pitchshift/vox-pitch-frame.h"
#include "pitchshift/vox-pitch-gated.h"
#include "pitchshift/vox-pitch-window.h"

/* What the reader needs on each side, in stretched samples; at the lowest
 * ratio that many input frames are needed for it. */
#define READER_REACH (VOX_VARISPEED_TAPS / 2 + 1)
#define READER_FRAMES ((gint64) (READER_REACH / VOX_PITCH_MIN_RATIO))
/* Looks at the ratio across a frame when its synthesis window is chosen. */
#define RATIO_LOOKS 16
/* Blocks that an attack can begin before its anchor, at any usual rate. */
#define MAX_RISE_BLOCKS 4
/* Shortest side of a synthesis window next to an attack. */
#define MIN_SIDE 16

struct _VoxPitchVocoder
{
  VoxStream *stream;
  guint channels;
  VoxPitchLayout layout;

  VoxBuffer *analysis;
  VoxBuffer *synthesis;
  VoxBuffer *product;
  VoxBuffer *kernel;
  VoxBuffer *head; /* and of what came out of the filter */
  gfloat *host_analysis;
  gfloat *host_windows;
  guint left, right;

  VoxPitchGated *gated;
  VoxPitchGate *gate; /* of gated */

  /* Both signals begin at stretched_start; in one more plane of the first is
   * the sum of its windows, which still has to be divided out from finished
   * on. */
  VoxPitchFrame *frame;
  VoxFifo *stretched;
  VoxPitchFrame *attack_frame;
  VoxFifo *attacks;
  VoxBuffer *cut; /* window of an attack */
  gint64 stretched_start;
  gint64 finished;

  VoxPitchClock reader;
  VoxPitchClock scheduler;
  gint64 next_place;
  gint64 last_time;
  gint64 last_anchor_place;
};

static gboolean
allocate_buffers (VoxPitchVocoder *self, GError **error)
{
  const gsize window = self->layout.fft_size * sizeof (gfloat);
  const struct
  {
    VoxBuffer **buffer;
    gsize bytes;
  } wanted[] = {
    { &self->analysis, window },
    { &self->synthesis, window },
    { &self->product, window },
    { &self->head, window },
    { &self->cut, window },
    { &self->kernel, VOX_VARISPEED_TABLE * sizeof (gfloat) },
  };
  const gsize capacity = 4 * self->layout.fft_size;

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    *wanted[i].buffer = vox_buffer_new (self->stream, wanted[i].bytes, error);
    if (*wanted[i].buffer == NULL)
      return FALSE;
  }
  self->attacks = vox_fifo_new (self->stream, self->channels, capacity, error);
  self->stretched =
      vox_fifo_new (self->stream, self->channels + 1, capacity, error);
  return self->attacks != NULL && self->stretched != NULL;
}

static gboolean
upload_tables (VoxPitchVocoder *self, GError **error)
{
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  g_autofree gfloat *kernel = g_new (gfloat, VOX_VARISPEED_TABLE);

  vox_pitch_varispeed_kernel (kernel);
  vox_pitch_analysis_window (&self->layout, self->host_analysis);
  memory->copy (self->stream, self->kernel->data, kernel, self->kernel->bytes);
  memory->copy (self->stream, self->analysis->data, self->host_analysis,
      self->analysis->bytes);
  return vox_stream_finish (self->stream, error);
}

/* Frames after its anchor that an attack may last: it must be known to its end
 * when its first sample is read. The reader can be as much ahead as it needs
 * for itself and the gate's rise at the lowest ratio. */
static guint
longest_attack (const VoxPitchVocoder *self)
{
  const gint64 frames =
      2 * self->layout.reach - MAX_RISE_BLOCKS * VOX_PITCH_BLOCK * 4;

  return (guint) MAX (frames, 2 * VOX_PITCH_BLOCK);
}

static gboolean
build (VoxPitchVocoder *self, guint rate, GError **error)
{
  const guint size = self->layout.fft_size;

  self->host_analysis = g_new (gfloat, size);
  self->host_windows = g_new (gfloat, 2 * size);
  if (!allocate_buffers (self, error) || !upload_tables (self, error))
    return FALSE;
  self->gated = vox_pitch_gated_new (self->stream, rate, self->channels,
      longest_attack (self), 4 * size, error);
  if (self->gated == NULL)
    return FALSE;
  self->gate = vox_pitch_gated_gate (self->gated);
  self->frame = vox_pitch_frame_new (
      self->stream, rate, self->channels, self->host_analysis, size, error);
  self->attack_frame = vox_pitch_frame_new (
      self->stream, rate, self->channels, self->host_analysis, size, error);
  return self->frame != NULL && self->attack_frame != NULL;
}

VoxPitchVocoder *
vox_pitch_vocoder_new (
    VoxStream *stream, const VoxPitchShiftParams *params, GError **error)
{
  VoxPitchVocoder *self = g_new0 (VoxPitchVocoder, 1);

  self->stream = stream;
  self->channels = params->channels;
  self->layout =
      vox_pitch_layout (params->rate, params->mode, params->window_ms);
  if (!build (self, params->rate, error)) {
    vox_pitch_vocoder_free (self);
    return NULL;
  }
  return self;
}

void
vox_pitch_vocoder_free (VoxPitchVocoder *self)
{
  if (self == NULL)
    return;
  vox_buffer_free (self->analysis);
  vox_buffer_free (self->synthesis);
  vox_buffer_free (self->product);
  vox_buffer_free (self->kernel);
  vox_buffer_free (self->head);
  vox_buffer_free (self->cut);
  vox_pitch_gated_free (self->gated);
  vox_pitch_frame_free (self->frame);
  vox_pitch_frame_free (self->attack_frame);
  vox_fifo_free (self->attacks);
  vox_fifo_free (self->stretched);
  g_free (self->host_analysis);
  g_free (self->host_windows);
  g_free (self);
}

/* Frames centred up to here after the start of a block can reach into what its
 * reader needs: half a synthesis window spans at most @reach input frames,
 * because it shrinks with the ratio. */
static gint64
frame_horizon (const VoxPitchVocoder *self)
{
  return self->layout.reach + READER_FRAMES + VOX_PITCH_BLOCK;
}

/* The gate is settled up to here after the start of a block: one block and one
 * frame further than the last frame. */
static gint64
gate_horizon (const VoxPitchVocoder *self)
{
  return (frame_horizon (self) + self->layout.reach) / VOX_PITCH_BLOCK
      * VOX_PITCH_BLOCK
      + 2 * VOX_PITCH_BLOCK;
}

gsize
vox_pitch_vocoder_lookahead (const VoxPitchVocoder *self)
{
  return (gsize) (gate_horizon (self) + vox_pitch_gate_guard (self->gate));
}

/* Frames begin this long before the first block, so that it finds full
 * windows. */
static gint64
run_up (const VoxPitchVocoder *self)
{
  const gint64 frames = self->layout.reach + READER_FRAMES;

  return (frames / VOX_PITCH_BLOCK + 1) * VOX_PITCH_BLOCK;
}

/* The gated signal begins this long before the first block. */
static gint64
gate_run_up (const VoxPitchVocoder *self)
{
  const gint64 frames = run_up (self) + self->layout.past;

  return (frames / VOX_PITCH_BLOCK + 1) * VOX_PITCH_BLOCK;
}

gsize
vox_pitch_vocoder_history (const VoxPitchVocoder *self)
{
  /* An attack is cut out of the middle of a frame. */
  return (gsize) gate_run_up (self) + self->layout.fft_size / 2;
}

void
vox_pitch_vocoder_start (
    VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time)
{
  const gint64 begin = time - run_up (self);

  vox_pitch_clock_set (&self->scheduler, curve, begin, begin);
  self->reader = self->scheduler;
  while (self->reader.time < time)
    self->reader = vox_pitch_clock_next (&self->reader, curve);
  self->next_place = self->finished = begin;
  self->last_time = begin - 1;
  self->last_anchor_place = G_MININT64 / 2;
  vox_pitch_frame_restart (self->frame);
  vox_fifo_clear (self->stretched);
  vox_fifo_clear (self->attacks);
  self->stretched_start = begin - self->layout.fft_size;
  vox_pitch_gated_start (self->gated, time - gate_run_up (self));
}

/* Half of the synthesis window around @time: the reach at the lowest ratio
 * that a frame there can overlap with. */
static guint
synthesis_half (
    const VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time)
{
  const gint64 reach = self->layout.reach;
  gdouble lowest = 1.0;

  for (gint i = 0; i <= RATIO_LOOKS; i++) {
    const gint64 look = time + reach * (2 * i - RATIO_LOOKS) / RATIO_LOOKS;

    lowest = MIN (lowest, vox_pitch_curve_ratio (curve, look));
  }
  return (guint) ((gdouble) reach * lowest);
}

static gboolean
choose_windows (VoxPitchVocoder *self, guint left, guint right, GError **error)
{
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  gfloat *product = self->host_windows;
  gfloat *window = product + self->layout.fft_size;

  if (left == self->left && right == self->right)
    return TRUE;
  vox_pitch_synthesis_window (
      &self->layout, left, right, self->host_analysis, product, window);
  memory->copy (
      self->stream, self->product->data, product, self->product->bytes);
  memory->copy (
      self->stream, self->synthesis->data, window, self->synthesis->bytes);
  self->left = left;
  self->right = right;
  return vox_stream_finish (self->stream, error);
}

static gboolean
extend_stretched (VoxPitchVocoder *self, gint64 end, GError **error)
{
  const gint64 missing =
      end - self->stretched_start - (gint64) vox_fifo_length (self->stretched);

  return missing <= 0
      || (vox_fifo_push_zeros (self->stretched, (gsize) missing, error)
          && vox_fifo_push_zeros (self->attacks, (gsize) missing, error));
}

static void
analyse_gated (VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time,
    gint64 place)
{
  vox_pitch_frame_analyse (self->frame,
      vox_pitch_gated_plane (self->gated, time - self->layout.past),
      vox_pitch_gated_stride (self->gated), vox_buffer_f32 (self->analysis),
      curve, time, place);
  self->last_time = time;
}

static gboolean
synthesise (VoxPitchVocoder *self, gint64 place, guint left, guint right,
    GError **error)
{
  const gint64 begin = place - self->layout.past - self->stretched_start;

  if (!extend_stretched (self, place + self->layout.reach, error)
      || !choose_windows (self, left, right, error))
    return FALSE;
  vox_pitch_frame_add (self->frame, vox_fifo_plane (self->stretched, 0) + begin,
      vox_fifo_stride (self->stretched), vox_buffer_f32 (self->synthesis));
  self->stream->ops->vocoder.accumulate (self->stream,
      vox_fifo_plane (self->stretched, self->channels) + begin,
      vox_buffer_f32 (self->product), self->layout.fft_size);
  return TRUE;
}

/* A frame's window ends at the attacks beside it. */
static gboolean
process_frame (VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time,
    GError **error)
{
  const gint64 place = self->next_place;
  const gint64 half = synthesis_half (self, curve, time);
  const VoxPitchAttack *next = vox_pitch_gate_next (self->gate, time);
  const gint64 since = MAX (place - self->last_anchor_place, MIN_SIDE);
  gint64 until = half;

  if (next != NULL && next->anchor < time + self->layout.reach)
    until = (gint64) ((gdouble) (next->anchor - time)
        * vox_pitch_curve_ratio (curve, time));
  analyse_gated (self, curve, time, place);
  self->next_place = place + MAX (2 * half / self->layout.overlap, 1);
  return synthesise (self, place,
      (guint) MIN (MIN (half, since), place - self->finished),
      (guint) MIN (half, MAX (until, MIN_SIDE)), error);
}

/* Phases begin anew at an attack: with those of the attack itself. */
static void
pass_attack (VoxPitchVocoder *self, const VoxPitchCurve *curve,
    VoxPitchAttack *attack, gint64 place)
{
  attack->place = place;
  attack->passed = TRUE;
  vox_pitch_frame_restart (self->frame);
  analyse_gated (self, curve, attack->anchor, place);
  self->last_anchor_place = place;
  self->next_place = MAX (self->next_place, place);
}

/* The frames and attacks of the scheduler's next block. */
static gboolean
process_block (
    VoxPitchVocoder *self, const VoxPitchCurve *curve, GError **error)
{
  const VoxPitchClock now = self->scheduler;
  const VoxPitchClock next = vox_pitch_clock_next (&now, curve);
  const gdouble ratio = 0.5 * (now.ratio + next.ratio);

  for (;;) {
    VoxPitchAttack *attack = vox_pitch_gate_next (self->gate, now.time);
    const gdouble within =
        ((gdouble) (self->next_place - now.whole) - now.fraction) / ratio;
    const gint64 time =
        now.time + CLAMP ((gint64) rint (within), 0, VOX_PITCH_BLOCK);

    if (attack != NULL && attack->anchor < next.time
        && (attack->anchor <= time || self->next_place >= next.whole)) {
      const gdouble ahead =
          now.fraction + (gdouble) (attack->anchor - now.time) * ratio;

      pass_attack (self, curve, attack, now.whole + (gint64) rint (ahead));
      continue;
    }
    if (self->next_place >= next.whole)
      break;
    if (!process_frame (self, curve, MAX (time, self->last_time + 1), error))
      return FALSE;
  }
  self->scheduler = next;
  return TRUE;
}

/* Cuts an attack out of the input and puts it at its place. */
static gboolean
cut_attack (VoxPitchVocoder *self, const VoxFifo *input, gint64 input_start,
    const VoxPitchCurve *curve, VoxPitchAttack *attack, GError **error)
{
  const guint size = self->layout.fft_size;
  const gint64 begin =
      attack->begin - (size - (attack->end - attack->begin)) / 2;
  const gint64 target = attack->place - (attack->anchor - begin);

  attack->cut = TRUE;
  vox_pitch_gate_cut (self->gate, attack, begin, self->host_windows, size);
  vox_pitch_gate_head (
      self->gate, attack, begin, self->host_windows + size, size);
  self->stream->ops->memory.copy (
      self->stream, self->cut->data, self->host_windows, self->cut->bytes);
  self->stream->ops->memory.copy (self->stream, self->head->data,
      self->host_windows + size, self->head->bytes);
  vox_pitch_frame_restart (self->attack_frame);
  vox_pitch_frame_analyse (self->attack_frame,
      vox_fifo_plane (input, 0) + (begin - input_start),
      vox_fifo_stride (input), vox_buffer_f32 (self->cut), curve,
      attack->anchor, attack->place);
  if (!extend_stretched (self, target + size, error))
    return FALSE;
  vox_pitch_frame_add (self->attack_frame,
      vox_fifo_plane (self->attacks, 0) + (target - self->stretched_start),
      vox_fifo_stride (self->attacks), vox_buffer_f32 (self->head));
  return vox_stream_finish (self->stream, error);
}

/* Everything that reaches into the reader's block at @time. */
static gboolean
advance (VoxPitchVocoder *self, const VoxFifo *input, gint64 input_start,
    const VoxPitchCurve *curve, gint64 time, GError **error)
{
  VoxPitchAttack *attack;

  while (vox_pitch_gated_end (self->gated) < time + gate_horizon (self))
    if (!vox_pitch_gated_next (self->gated, input, input_start, error))
      return FALSE;
  while (self->scheduler.time < time + frame_horizon (self))
    if (!process_block (self, curve, error))
      return FALSE;
  while ((attack = vox_pitch_gate_uncut (
              self->gate, vox_pitch_gated_end (self->gated)))
      != NULL)
    if (!cut_attack (self, input, input_start, curve, attack, error))
      return FALSE;
  return TRUE;
}

static void
finish_stretched (VoxPitchVocoder *self, gint64 end)
{
  const VoxVocoderOps *ops = &self->stream->ops->vocoder;
  const gint64 offset = self->finished - self->stretched_start;
  const gsize n = (gsize) MAX (end - self->finished, 0);

  ops->normalize (self->stream, vox_fifo_plane (self->stretched, 0) + offset,
      vox_fifo_stride (self->stretched),
      vox_fifo_plane (self->stretched, self->channels) + offset, self->channels,
      n);
  for (guint c = 0; c < self->channels; c++)
    ops->accumulate (self->stream, vox_fifo_plane (self->stretched, c) + offset,
        vox_fifo_plane (self->attacks, c) + offset, n);
  self->finished += (gint64) n;
}

static void
forget (VoxPitchVocoder *self)
{
  const gint64 stretched = MIN (self->reader.whole - READER_REACH,
                               self->finished - (gint64) self->layout.fft_size)
      - self->stretched_start;

  if (stretched > 0) {
    vox_fifo_drop (self->stretched, (gsize) stretched);
    vox_fifo_drop (self->attacks, (gsize) stretched);
    self->stretched_start += stretched;
  }
  vox_pitch_gated_forget (self->gated,
      self->scheduler.time - self->layout.past - 2 * VOX_PITCH_BLOCK);
  vox_pitch_gate_forget (self->gate, self->reader.time);
}

gboolean
vox_pitch_vocoder_render (VoxPitchVocoder *self, const VoxFifo *input,
    gint64 input_start, const VoxPitchCurve *curve, gfloat *target,
    gsize target_stride, GError **error)
{
  const VoxPitchClock now = self->reader;
  const VoxPitchClock next = vox_pitch_clock_next (&now, curve);
  VoxVarispeedArgs read = {
    .target = target,
    .target_stride = target_stride,
    .kernel = vox_buffer_f32 (self->kernel),
    .channels = self->channels,
    .n_frames = VOX_PITCH_BLOCK,
    .step = now.ratio,
    .slope = (next.ratio - now.ratio) / VOX_PITCH_BLOCK,
  };

  if (!advance (self, input, input_start, curve, now.time, error)
      || !extend_stretched (self, next.whole + READER_REACH, error))
    return FALSE;
  finish_stretched (self, next.whole + READER_REACH);
  read.source = vox_fifo_plane (self->stretched, 0);
  read.source_stride = vox_fifo_stride (self->stretched);
  read.position = (gdouble) (now.whole - self->stretched_start) + now.fraction;
  self->stream->ops->varispeed.read (self->stream, &read);
  self->reader = next;
  forget (self);
  return TRUE;
}
