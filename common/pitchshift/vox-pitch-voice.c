/* vox-pitch-voice.c: feeds tracker, marks and overlap-add, and judges whether
 * what they hear is one voice.
 */
#include "pitchshift/vox-pitch-voice.h"

#include <math.h>
#include "dsp/vox-f0.h"
#include "dsp/vox-marks.h"
#include "dsp/vox-psola.h"
#include "pitchshift/vox-pitch-level.h"
#include "pitchshift/vox-pitch-window.h"

#define HOP_S 0.005
/* Range of speaking and singing voices; the lowest sets the latency. */
#define MIN_HZ 60.0
#define MAX_HZ 1100.0
/* Formants go down by an octave at most: longer grains would wait longer. */
#define MIN_FORMANT_RATIO 0.5
#define MAX_FORMANT_RATIO 4.0
/* Frames worked on at once. */
#define PIECE_FRAMES 1024
/* The judgement: the mean of the tracker's voicing weighted by power, over
 * this time; above the first limit it is a voice, under the second music.
 * Speech and singing give 0.8 to 1, mixed music and chords 0.2 to 0.7. */
#define JUDGE_S 0.4
#define VOICE_ABOVE 0.78
#define MUSIC_BELOW 0.70
/* The judgement looks at every fourth F0 frame, through a Hann window of this
 * length. A spectrum with more than this share of its power in one main lobe is
 * a tone, which the vocoder keeps purer: tones with noise 30 dB below reach
 * 0.999, the purest sung vowels 0.994. */
#define JUDGE_FRAMES 4
#define JUDGE_WINDOW_S 0.04
#define MAIN_LOBE 2
#define HANN_POWER 0.375
#define TONE_SHARE 0.996
/* Mean power under which a frame says nothing: -70 dBFS. */
#define SILENCE 1e-7

struct _VoxPitchVoice
{
  VoxStream *stream;
  guint rate;
  guint channels;
  VoxF0 *f0;
  VoxMarks *marks;
  VoxPsola *psola;
  VoxPitchLevel *level;
  VoxBuffer *block;
  gfloat *frames; /* host, PIECE_FRAMES interleaved */
  GArray *mono; /* gfloat; the first is frame mono_start */
  gint64 mono_start;
  gint64 tracked; /* F0 frames so far */
  guint look_size;
  gfloat *look_window;
  gfloat *look_frame;
  VoxBuffer *look_real;
  VoxBuffer *look_bins;
  gdouble voiced_power;
  gdouble power;
  gboolean voice;
  GArray *heard; /* gboolean per F0 frame; the first is frame heard_start */
  gint64 heard_start;
};

static gboolean
build (VoxPitchVoice *self, VoxMode mode, GError **error)
{
  const VoxF0Params f0 = { .rate = self->rate,
    .hop_s = HOP_S,
    .min_hz = MIN_HZ,
    .max_hz = MIN (MAX_HZ, self->rate / 8.0),
    .mode = mode == VOX_MODE_FAST ? VOX_MODE_FAST : VOX_MODE_BALANCED };
  const VoxMarksParams marks = { self->rate, HOP_S, MIN_HZ };
  const VoxPsolaParams psola = { .rate = self->rate,
    .channels = self->channels,
    .min_hz = MIN_HZ,
    .min_formant_ratio = MIN_FORMANT_RATIO,
    .control_hop_s = HOP_S };

  self->f0 = vox_f0_new (self->stream, &f0, error);
  if (self->f0 == NULL)
    return FALSE;
  self->marks = vox_marks_new (&marks, error);
  if (self->marks == NULL)
    return FALSE;
  self->psola = vox_psola_new (self->stream, &psola, error);
  if (self->psola == NULL)
    return FALSE;
  self->level = vox_pitch_level_new (
      self->stream, self->psola, self->rate, self->channels, error);
  if (self->level == NULL)
    return FALSE;
  self->block = vox_buffer_new (
      self->stream, self->channels * VOX_PITCH_BLOCK * sizeof (gfloat), error);
  self->look_real = vox_buffer_new (
      self->stream, (self->look_size + 2) * sizeof (gfloat), error);
  self->look_bins = vox_buffer_new (
      self->stream, (self->look_size / 2 + 1) * sizeof (VoxComplex), error);
  return self->block != NULL && self->look_real != NULL
      && self->look_bins != NULL;
}

VoxPitchVoice *
vox_pitch_voice_new (
    VoxStream *stream, const VoxPitchShiftParams *params, GError **error)
{
  VoxPitchVoice *self = g_new0 (VoxPitchVoice, 1);

  self->stream = stream;
  self->rate = params->rate;
  self->channels = params->channels;
  self->frames = g_new (gfloat, (gsize) PIECE_FRAMES * params->channels);
  self->mono = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->heard = g_array_new (FALSE, FALSE, sizeof (gboolean));
  self->look_size =
      vox_pitch_transform_size ((guint) (JUDGE_WINDOW_S * params->rate));
  self->look_frame = g_new (gfloat, self->look_size);
  self->look_window = g_new (gfloat, self->look_size);
  for (guint i = 0; i < self->look_size; i++)
    self->look_window[i] =
        (gfloat) (0.5 - 0.5 * cos (2.0 * G_PI * i / self->look_size));
  if (!build (self, params->mode, error)) {
    vox_pitch_voice_free (self);
    return NULL;
  }
  return self;
}

void
vox_pitch_voice_free (VoxPitchVoice *self)
{
  if (self == NULL)
    return;
  vox_f0_free (self->f0);
  vox_marks_free (self->marks);
  vox_psola_free (self->psola);
  vox_pitch_level_free (self->level);
  vox_buffer_free (self->block);
  vox_buffer_free (self->look_real);
  vox_buffer_free (self->look_bins);
  g_free (self->look_window);
  g_free (self->look_frame);
  g_array_unref (self->mono);
  g_array_unref (self->heard);
  g_free (self->frames);
  g_free (self);
}

gsize
vox_pitch_voice_lookahead (const VoxPitchVoice *self)
{
  return vox_psola_chain_latency_samples (
             self->psola, self->marks, vox_f0_latency_samples (self->f0))
      + VOX_PITCH_BLOCK;
}

void
vox_pitch_voice_reset (VoxPitchVoice *self)
{
  vox_f0_reset (self->f0);
  vox_marks_reset (self->marks);
  vox_psola_reset (self->psola);
  vox_pitch_level_reset (self->level);
  g_array_set_size (self->mono, 0);
  g_array_set_size (self->heard, 0);
  self->mono_start = self->heard_start = self->tracked = 0;
  self->voiced_power = self->power = 0.0;
  self->voice = FALSE;
}

static gint64
frame_time (const VoxPitchVoice *self, gint64 frame)
{
  return (gint64) rint ((gdouble) frame * HOP_S * self->rate);
}

/* Mean power of the mono signal around @time; in @share, the largest part of it
 * that one main lobe of its spectrum holds. */
static gboolean
look (VoxPitchVoice *self, gint64 time, gdouble *power, gdouble *share,
    GError **error)
{
  const guint size = self->look_size, bins = size / 2 + 1;
  const gint64 first = time - size / 2 - self->mono_start;
  gdouble sum = 0.0, lobe = 0.0;
  guint top = 0;

  for (guint i = 0; i < size; i++) {
    const gint64 at = first + i;
    const gfloat x = at >= 0 && at < (gint64) self->mono->len
        ? g_array_index (self->mono, gfloat, at)
        : 0.0f;

    self->look_frame[i] = x * self->look_window[i];
  }
  self->stream->ops->memory.copy (self->stream, self->look_real->data,
      self->look_frame, size * sizeof (gfloat));
  self->stream->ops->spectrum.rfft (self->stream, size, self->look_bins->data,
      bins, self->look_real->data, size, 1);
  self->stream->ops->vocoder.power (self->stream, self->look_real->data,
      self->look_bins->data, bins, 1, bins);
  self->stream->ops->memory.copy (self->stream, self->look_frame,
      self->look_real->data, bins * sizeof (gfloat));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint k = 0; k < bins; k++) {
    sum += self->look_frame[k];
    if (self->look_frame[k] > self->look_frame[top])
      top = k;
  }
  for (guint k = top - MIN (top, MAIN_LOBE);
       k < MIN (top + MAIN_LOBE + 1, bins); k++)
    lobe += self->look_frame[k];
  *power = sum / ((gdouble) size * size * HANN_POWER / 2.0);
  *share = sum > 0.0 ? lobe / sum : 0.0;
  return TRUE;
}

/* Takes one more F0 frame into the judgement. */
static gboolean
judge (VoxPitchVoice *self, const VoxF0Frame *frame, GError **error)
{
  if (self->tracked % JUDGE_FRAMES == 0) {
    const gdouble forget = exp (-HOP_S * JUDGE_FRAMES / JUDGE_S);
    const gdouble limit = self->voice ? MUSIC_BELOW : VOICE_ABOVE;
    gdouble share, power;

    if (!look (self, frame_time (self, self->tracked), &power, &share, error))
      return FALSE;
    self->power = self->power * forget + power;
    self->voiced_power *= forget;
    if (frame->f0_hz > 0.0f && share < TONE_SHARE)
      self->voiced_power += power * frame->voicing;
    /* Silence tells nothing: the judgement stays. */
    if (self->power > SILENCE)
      self->voice = self->voiced_power > limit * self->power;
  }
  g_array_append_val (self->heard, self->voice);
  self->tracked++;
  return TRUE;
}

static VoxPsolaControl
control_at (const VoxPitchVoice *self, const VoxPitchCurve *curve, gint64 frame)
{
  const VoxPitchPoint point =
      vox_pitch_curve_at (curve, frame_time (self, frame));
  const gdouble formant = exp2 (
      ((1.0 - point.keep) * point.semitones + point.formant_semitones) / 12.0);
  const VoxPsolaControl control = { (gfloat) exp2 (point.semitones / 12.0),
    (gfloat) CLAMP (formant, MIN_FORMANT_RATIO, MAX_FORMANT_RATIO) };

  return control;
}

/* Hands new F0 frames and marks on. */
static gboolean
follow (VoxPitchVoice *self, const VoxPitchCurve *curve, GError **error)
{
  VoxF0Frame frame;
  VoxMark mark;

  while (vox_f0_pull (self->f0, &frame, 1) > 0) {
    const VoxPsolaControl control = control_at (self, curve, self->tracked);

    if (!judge (self, &frame, error))
      return FALSE;
    vox_marks_push_f0 (self->marks, &frame, 1);
    if (!vox_psola_push_control (self->psola, &control, 1, error))
      return FALSE;
  }
  while (vox_marks_pull (self->marks, &mark, 1) > 0)
    if (!vox_psola_push_marks (self->psola, &mark, 1, error))
      return FALSE;
  return TRUE;
}

/* The judgement looks back from the latest F0 frame. */
static void
trim_mono (VoxPitchVoice *self)
{
  const gint64 needed = frame_time (self, self->tracked) - self->look_size;
  const gint64 spare = needed - self->mono_start;

  if (spare > PIECE_FRAMES) {
    g_array_remove_range (self->mono, 0, (guint) spare);
    self->mono_start = needed;
  }
}

static gboolean
push_piece (VoxPitchVoice *self, const gfloat *planes, gsize plane_stride,
    gsize n_frames, const VoxPitchCurve *curve, GError **error)
{
  const guint channels = self->channels;
  const guint before = self->mono->len;
  gfloat *mono;

  self->stream->ops->memory.emit (
      self->stream, self->frames, planes, plane_stride, channels, n_frames);
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  g_array_set_size (self->mono, before + (guint) n_frames);
  mono = &g_array_index (self->mono, gfloat, before);
  for (gsize i = 0; i < n_frames; i++) {
    gfloat sum = 0.0f;

    for (guint c = 0; c < channels; c++)
      sum += self->frames[i * channels + c];
    mono[i] = sum / (gfloat) channels;
  }
  if (!vox_f0_push (self->f0, mono, n_frames, error)
      || !vox_psola_push (self->psola, self->frames, n_frames, error))
    return FALSE;
  vox_marks_push (self->marks, mono, n_frames);
  if (!follow (self, curve, error))
    return FALSE;
  trim_mono (self);
  return vox_stream_finish (self->stream, error);
}

gboolean
vox_pitch_voice_push (VoxPitchVoice *self, const gfloat *planes,
    gsize plane_stride, gsize n_frames, const VoxPitchCurve *curve,
    GError **error)
{
  for (gsize done = 0; done < n_frames;) {
    const gsize n = MIN (n_frames - done, PIECE_FRAMES);

    if (!push_piece (self, planes + done, plane_stride, n, curve, error))
      return FALSE;
    done += n;
  }
  return TRUE;
}

void
vox_pitch_voice_render (
    VoxPitchVoice *self, gfloat *target, gsize target_stride)
{
  gfloat *block = vox_buffer_f32 (self->block);

  vox_psola_pull (self->psola, block, VOX_PITCH_BLOCK);
  if (target != NULL)
    self->stream->ops->memory.ingest (self->stream, target, target_stride,
        block, self->channels, VOX_PITCH_BLOCK);
}

gboolean
vox_pitch_voice_heard (VoxPitchVoice *self, gint64 time)
{
  /* All F0 frames that have to be there by now. */
  const gdouble known =
      (gdouble) (time + (gint64) vox_pitch_voice_lookahead (self)
          - (gint64) vox_f0_latency_samples (self->f0) - 1);
  const gint64 frame = (gint64) (known / (HOP_S * self->rate)) - 1;
  const gint64 spare =
      MIN (frame - self->heard_start, (gint64) self->heard->len - 1);

  if (spare > 0) {
    g_array_remove_range (self->heard, 0, (guint) spare);
    self->heard_start += spare;
  }
  return self->heard->len > 0 && g_array_index (self->heard, gboolean, 0);
}
