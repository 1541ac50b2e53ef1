/* vox-pitch-vocoder.c: when which frame is analysed and where it is put. */
#include "pitchshift/vox-pitch-vocoder.h"

#include <math.h>
#include "pitchshift/vox-pitch-window.h"

/* What the reader needs on each side, in stretched samples; at the lowest
 * ratio that many input frames are needed for it. */
#define READER_REACH (VOX_VARISPEED_TAPS / 2 + 1)
#define READER_FRAMES ((gint64) (READER_REACH / VOX_PITCH_MIN_RATIO))
/* Band that the reader passes without images, cycles per stretched sample, and
 * the band that stays under the output's half rate. */
#define READER_PASS 0.43
#define READER_STOP 0.445
#define OUTPUT_PASS 0.47
#define OUTPUT_STOP 0.495
/* The envelope follows features down to the spacing of partials of this F0. */
#define ENVELOPE_F0_HZ 400.0
#define ENVELOPE_BANDS 256
#define ENVELOPE_ITERATIONS 6
/* Looks at the ratio across a frame when its synthesis window is chosen. */
#define RATIO_LOOKS 16

typedef struct
{
  gdouble window_ms;
  guint lean;
  guint overlap;
} Preset;

/* Latencies at 48 kHz: 25, 46 and 174 ms. */
static const Preset presets[] = {
  [VOX_MODE_FAST] = { 1024.0 / 48.0, 3, 4 },
  [VOX_MODE_BALANCED] = { 2048.0 / 48.0, 3, 4 },
  [VOX_MODE_QUALITY] = { 8192.0 / 48.0, 1, 4 },
};

struct _VoxPitchVocoder
{
  VoxStream *stream;
  guint rate;
  guint channels;
  VoxPitchLayout layout;
  guint bins;
  guint order;
  guint bands;

  VoxBuffer *analysis;
  VoxBuffer *synthesis;
  VoxBuffer *product;
  VoxBuffer *kernel;
  VoxBuffer *basis;
  VoxBuffer *leakage;
  VoxBuffer *spectra[2];
  VoxBuffer *output;
  VoxBuffer *power;
  VoxBuffer *rotation;
  VoxBuffer *peaks;
  VoxBuffer *factor;
  VoxBuffer *envelope;
  gfloat *host_analysis;
  gfloat *host_windows;
  guint left, right;

  /* The stretched signal, and in one more plane the sum of its windows; from
   * finished on, windows still have to be divided out. */
  VoxFifo *stretched;
  gint64 stretched_start;
  gint64 finished;

  VoxPitchClock reader;
  VoxPitchClock scheduler;
  gint64 next_place;
  gint64 last_place;
  gint64 last_time;
  gboolean restart;
};

static gboolean
allocate_buffers (VoxPitchVocoder *self, GError **error)
{
  const gsize frame = self->channels * self->bins * sizeof (VoxComplex);
  const struct
  {
    VoxBuffer **buffer;
    gsize bytes;
  } wanted[] = {
    { &self->analysis, self->layout.fft_size * sizeof (gfloat) },
    { &self->synthesis, self->layout.fft_size * sizeof (gfloat) },
    { &self->product, self->layout.fft_size * sizeof (gfloat) },
    { &self->kernel, VOX_VARISPEED_TABLE * sizeof (gfloat) },
    { &self->basis, self->order * self->bands * sizeof (gfloat) },
    { &self->leakage, VOX_VOCODER_LEAKAGE * sizeof (gfloat) },
    { &self->spectra[0], frame },
    { &self->spectra[1], frame },
    { &self->output, frame },
    { &self->power, self->bins * sizeof (gfloat) },
    { &self->rotation, self->bins * sizeof (VoxComplex) },
    { &self->peaks, self->bins * sizeof (guint32) },
    { &self->factor, self->bins * sizeof (VoxComplex) },
    { &self->envelope, self->bands * sizeof (gfloat) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    *wanted[i].buffer = vox_buffer_new (self->stream, wanted[i].bytes, error);
    if (*wanted[i].buffer == NULL)
      return FALSE;
  }
  self->stretched = vox_fifo_new (
      self->stream, self->channels + 1, 4 * self->layout.fft_size, error);
  return self->stretched != NULL;
}

static gboolean
upload_tables (VoxPitchVocoder *self, GError **error)
{
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  g_autofree gfloat *kernel = g_new (gfloat, VOX_VARISPEED_TABLE);
  gfloat leakage[VOX_VOCODER_LEAKAGE];
  g_autofree gfloat *basis = g_new (gfloat, self->order * self->bands);

  vox_pitch_analysis_window (&self->layout, self->host_analysis);
  vox_pitch_varispeed_kernel (kernel);
  vox_pitch_window_leakage (
      self->host_analysis, self->layout.fft_size, leakage);
  vox_pitch_cosine_basis (basis, self->order, self->bands);
  memory->copy (self->stream, self->kernel->data, kernel, self->kernel->bytes);
  memory->copy (self->stream, self->basis->data, basis, self->basis->bytes);
  memory->copy (
      self->stream, self->leakage->data, leakage, self->leakage->bytes);
  memory->copy (self->stream, self->analysis->data, self->host_analysis,
      self->analysis->bytes);
  return vox_stream_finish (self->stream, error);
}

VoxPitchVocoder *
vox_pitch_vocoder_new (
    VoxStream *stream, const VoxPitchShiftParams *params, GError **error)
{
  Preset preset = presets[VOX_MODE_BALANCED];
  VoxPitchVocoder *self = g_new0 (VoxPitchVocoder, 1);

  if (params->mode != VOX_MODE_CUSTOM)
    preset = presets[params->mode];
  else
    preset.window_ms = params->window_ms;
  self->stream = stream;
  self->rate = params->rate;
  self->channels = params->channels;
  self->layout = vox_pitch_layout (
      params->rate, preset.window_ms, preset.lean, preset.overlap);
  self->bins = self->layout.fft_size / 2 + 1;
  self->bands = MIN (ENVELOPE_BANDS, self->bins);
  self->order =
      MIN ((guint) (params->rate / (2.0 * ENVELOPE_F0_HZ)), self->bands / 2);
  self->host_analysis = g_new (gfloat, self->layout.fft_size);
  self->host_windows = g_new (gfloat, 2 * self->layout.fft_size);
  if (!allocate_buffers (self, error) || !upload_tables (self, error)) {
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
  vox_buffer_free (self->basis);
  vox_buffer_free (self->leakage);
  vox_buffer_free (self->spectra[0]);
  vox_buffer_free (self->spectra[1]);
  vox_buffer_free (self->output);
  vox_buffer_free (self->power);
  vox_buffer_free (self->rotation);
  vox_buffer_free (self->peaks);
  vox_buffer_free (self->factor);
  vox_buffer_free (self->envelope);
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

gsize
vox_pitch_vocoder_lookahead (const VoxPitchVocoder *self)
{
  return (gsize) frame_horizon (self) + VOX_PITCH_BLOCK + self->layout.reach;
}

/* Frames begin this long before the first block, so that it finds full
 * windows. */
static gint64
run_up (const VoxPitchVocoder *self)
{
  const gint64 frames = self->layout.reach + READER_FRAMES;

  return (frames / VOX_PITCH_BLOCK + 1) * VOX_PITCH_BLOCK;
}

gsize
vox_pitch_vocoder_history (const VoxPitchVocoder *self)
{
  return (gsize) run_up (self) + self->layout.past;
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
  self->restart = TRUE;
  vox_fifo_clear (self->stretched);
  self->stretched_start = begin - self->layout.past;
}

/* Half of the synthesis window around @time: the reach at the lowest ratio
 * that a frame there can overlap with. */
static guint
synthesis_half (
    const VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 time)
{
  gdouble lowest = 1.0;

  for (gint i = 0; i <= RATIO_LOOKS; i++) {
    const gint64 look = time
        + ((gint64) self->layout.reach * (2 * i - RATIO_LOOKS)) / RATIO_LOOKS;

    lowest = MIN (lowest, vox_pitch_curve_ratio (curve, look));
  }
  return (guint) (self->layout.reach * lowest);
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

/* The spectrum around @time into the older spectrum's buffer. */
static void
analyse (VoxPitchVocoder *self, const VoxFifo *input, gint64 input_start,
    gint64 time)
{
  VoxBuffer *current = self->spectra[1];
  VoxStftArgs stft = {
    .signal =
        vox_fifo_plane (input, 0) + (time - self->layout.past) - input_start,
    .signal_stride = vox_fifo_stride (input),
    .spectrum = current->data,
    .spectrum_stride = self->bins,
    .window = vox_buffer_f32 (self->analysis),
    .window_length = self->layout.fft_size,
    .fft_size = self->layout.fft_size,
    .hop = 1,
    .channels = self->channels,
    .frames = 1,
  };

  self->spectra[1] = self->spectra[0];
  self->spectra[0] = current;
  self->stream->ops->spectrum.stft (self->stream, &stft);
  self->stream->ops->vocoder.power (self->stream, self->power->data,
      current->data, self->bins, self->channels, self->bins);
}

static void
shift (VoxPitchVocoder *self, const VoxPitchCurve *curve, gint64 place,
    gint64 time)
{
  const VoxPitchPoint point = vox_pitch_curve_at (curve, time);
  const gdouble ratio = vox_pitch_curve_ratio (curve, time);
  const gdouble envelope_semitones =
      point.keep * point.semitones - point.formant_semitones;
  const gdouble size = self->layout.fft_size;
  VoxVocoderArgs args = {
    .spectrum = self->spectra[0]->data,
    .previous = self->spectra[1]->data,
    .output = self->output->data,
    .stride = self->bins,
    .power = self->power->data,
    .rotation = self->rotation->data,
    .leakage = self->leakage->data,
    .peaks = self->peaks->data,
    .factor = self->factor->data,
    .channels = self->channels,
    .fft_size = self->layout.fft_size,
    .analysis_hop = (guint) (time - self->last_time),
    .synthesis_hop = (guint) (place - self->last_place),
    .restart = self->restart,
    .pass_bin = (gfloat) (size * MIN (READER_PASS, OUTPUT_PASS / ratio)),
    .stop_bin = (gfloat) (size * MIN (READER_STOP, OUTPUT_STOP / ratio)),
  };

  if (envelope_semitones != 0.0) {
    VoxVocoderEnvelopeArgs envelope = {
      .power = self->power->data,
      .bins = self->bins,
      .basis = self->basis->data,
      .envelope = self->envelope->data,
      .bands = self->bands,
      .order = self->order,
      .iterations = ENVELOPE_ITERATIONS,
    };

    self->stream->ops->vocoder.envelope (self->stream, &envelope);
    args.envelope = self->envelope->data;
    args.bands = self->bands;
    args.envelope_ratio = (gfloat) exp2 (envelope_semitones / 12.0);
  }
  self->stream->ops->vocoder.shift (self->stream, &args);
}

/* Adds the frame to the stretched signal around @place. */
static gboolean
synthesise (VoxPitchVocoder *self, gint64 place, guint half, GError **error)
{
  const gint64 begin = place - self->layout.past;
  const gint64 end = place + self->layout.reach;
  const gint64 held = (gint64) vox_fifo_length (self->stretched);
  const guint left = (guint) MIN ((gint64) half, place - self->finished);
  VoxStftArgs istft = {
    .spectrum = self->output->data,
    .spectrum_stride = self->bins,
    .window_length = self->layout.fft_size,
    .fft_size = self->layout.fft_size,
    .hop = 1,
    .channels = self->channels,
    .frames = 1,
  };

  if (self->stretched_start + held < end
      && !vox_fifo_push_zeros (
          self->stretched, (gsize) (end - self->stretched_start - held), error))
    return FALSE;
  if (!choose_windows (self, left, half, error))
    return FALSE;
  istft.window = vox_buffer_f32 (self->synthesis);
  istft.signal_stride = vox_fifo_stride (self->stretched);
  istft.synthesis =
      vox_fifo_plane (self->stretched, 0) + (begin - self->stretched_start);
  self->stream->ops->spectrum.istft_add (self->stream, &istft);
  self->stream->ops->vocoder.accumulate (self->stream,
      vox_fifo_plane (self->stretched, self->channels)
          + (begin - self->stretched_start),
      vox_buffer_f32 (self->product), self->layout.fft_size);
  return TRUE;
}

static gboolean
process_frame (VoxPitchVocoder *self, const VoxFifo *input, gint64 input_start,
    const VoxPitchCurve *curve, gint64 time, GError **error)
{
  const gint64 place = self->next_place;
  const guint half = synthesis_half (self, curve, time);

  analyse (self, input, input_start, time);
  shift (self, curve, place, time);
  if (!synthesise (self, place, half, error))
    return FALSE;
  self->last_place = place;
  self->last_time = time;
  self->restart = FALSE;
  self->next_place = place + MAX (2 * half / self->layout.overlap, 1);
  return TRUE;
}

/* All frames centred before input frame @end. */
static gboolean
process_frames (VoxPitchVocoder *self, const VoxFifo *input, gint64 input_start,
    const VoxPitchCurve *curve, gint64 end, GError **error)
{
  while (self->scheduler.time < end) {
    const VoxPitchClock now = self->scheduler;
    const VoxPitchClock next = vox_pitch_clock_next (&now, curve);

    while (self->next_place < next.whole) {
      const gdouble within =
          ((gdouble) (self->next_place - now.whole) - now.fraction)
          / (0.5 * (now.ratio + next.ratio));
      const gint64 time =
          now.time + CLAMP ((gint64) rint (within), 0, VOX_PITCH_BLOCK);
      const gint64 after = self->restart ? time : self->last_time + 1;

      if (!process_frame (
              self, input, input_start, curve, MAX (time, after), error))
        return FALSE;
    }
    self->scheduler = next;
  }
  return TRUE;
}

/* Divides the windows out up to @end. */
static void
finish_stretched (VoxPitchVocoder *self, gint64 end)
{
  const gint64 offset = self->finished - self->stretched_start;

  if (end <= self->finished)
    return;
  self->stream->ops->vocoder.normalize (self->stream,
      vox_fifo_plane (self->stretched, 0) + offset,
      vox_fifo_stride (self->stretched),
      vox_fifo_plane (self->stretched, self->channels) + offset, self->channels,
      (gsize) (end - self->finished));
  self->finished = end;
}

static void
drop_stretched (VoxPitchVocoder *self)
{
  const gint64 keep = MIN (self->reader.whole - READER_REACH,
      self->finished - (gint64) self->layout.past);

  if (keep > self->stretched_start) {
    vox_fifo_drop (self->stretched, (gsize) (keep - self->stretched_start));
    self->stretched_start = keep;
  }
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

  if (!process_frames (self, input, input_start, curve,
          now.time + frame_horizon (self), error))
    return FALSE;
  finish_stretched (self, next.whole + READER_REACH);
  read.source = vox_fifo_plane (self->stretched, 0);
  read.source_stride = vox_fifo_stride (self->stretched);
  read.position = (gdouble) (now.whole - self->stretched_start) + now.fraction;
  self->stream->ops->varispeed.read (self->stream, &read);
  self->reader = next;
  drop_stretched (self);
  return TRUE;
}
