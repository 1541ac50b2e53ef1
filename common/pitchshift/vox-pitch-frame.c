/* vox-pitch-frame.c: the buffers and tables that one chain of frames needs. */
#include "pitchshift/vox-pitch-frame.h"

#include <math.h>
#include "pitchshift/vox-pitch-window.h"

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

struct _VoxPitchFrame
{
  VoxStream *stream;
  guint channels;
  guint fft_size;
  guint bins;
  guint order;
  guint bands;
  gint64 time;
  gint64 place;
  gboolean restart;

  VoxBuffer *basis;
  VoxBuffer *leakage;
  VoxBuffer *current;
  VoxBuffer *previous;
  VoxBuffer *output;
  VoxBuffer *power;
  VoxBuffer *rotation;
  VoxBuffer *peaks;
  VoxBuffer *factor;
  VoxBuffer *envelope;
};

static gboolean
allocate_buffers (VoxPitchFrame *self, GError **error)
{
  const gsize frame = self->channels * self->bins * sizeof (VoxComplex);
  const struct
  {
    VoxBuffer **buffer;
    gsize bytes;
  } wanted[] = {
    { &self->basis, self->order * self->bands * sizeof (gfloat) },
    { &self->leakage, VOX_VOCODER_LEAKAGE * sizeof (gfloat) },
    { &self->current, frame },
    { &self->previous, frame },
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
  return TRUE;
}

static gboolean
upload_tables (VoxPitchFrame *self, const gfloat *window, GError **error)
{
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  gfloat leakage[VOX_VOCODER_LEAKAGE];
  g_autofree gfloat *basis = g_new (gfloat, self->order * self->bands);

  vox_pitch_cosine_basis (basis, self->order, self->bands);
  vox_pitch_window_leakage (window, self->fft_size, leakage);
  memory->copy (self->stream, self->basis->data, basis, self->basis->bytes);
  memory->copy (
      self->stream, self->leakage->data, leakage, self->leakage->bytes);
  return vox_stream_finish (self->stream, error);
}

VoxPitchFrame *
vox_pitch_frame_new (VoxStream *stream, guint rate, guint channels,
    const gfloat *window, guint fft_size, GError **error)
{
  VoxPitchFrame *self = g_new0 (VoxPitchFrame, 1);

  self->stream = stream;
  self->channels = channels;
  self->fft_size = fft_size;
  self->bins = fft_size / 2 + 1;
  self->bands = MIN (ENVELOPE_BANDS, self->bins);
  self->order = MIN ((guint) (rate / (2.0 * ENVELOPE_F0_HZ)), self->bands / 2);
  self->restart = TRUE;
  if (!allocate_buffers (self, error) || !upload_tables (self, window, error)) {
    vox_pitch_frame_free (self);
    return NULL;
  }
  return self;
}

void
vox_pitch_frame_free (VoxPitchFrame *self)
{
  if (self == NULL)
    return;
  vox_buffer_free (self->basis);
  vox_buffer_free (self->leakage);
  vox_buffer_free (self->current);
  vox_buffer_free (self->previous);
  vox_buffer_free (self->output);
  vox_buffer_free (self->power);
  vox_buffer_free (self->rotation);
  vox_buffer_free (self->peaks);
  vox_buffer_free (self->factor);
  vox_buffer_free (self->envelope);
  g_free (self);
}

void
vox_pitch_frame_restart (VoxPitchFrame *self)
{
  self->restart = TRUE;
}

/* Makes the envelope of the frame, unless it stays where it is. */
static void
place_envelope (
    VoxPitchFrame *self, const VoxPitchPoint *point, VoxVocoderArgs *args)
{
  const gdouble semitones =
      point->keep * point->semitones - point->formant_semitones;
  const VoxVocoderEnvelopeArgs envelope = {
    .power = self->power->data,
    .bins = self->bins,
    .basis = self->basis->data,
    .envelope = self->envelope->data,
    .bands = self->bands,
    .order = self->order,
    .iterations = ENVELOPE_ITERATIONS,
  };

  if (semitones == 0.0)
    return;
  self->stream->ops->vocoder.envelope (self->stream, &envelope);
  args->envelope = self->envelope->data;
  args->bands = self->bands;
  args->envelope_ratio = (gfloat) exp2 (semitones / 12.0);
}

static void
turn (
    VoxPitchFrame *self, const VoxPitchPoint *point, gint64 time, gint64 place)
{
  const gdouble ratio = exp2 (point->semitones / 12.0);
  const gdouble size = self->fft_size;
  VoxVocoderArgs args = {
    .spectrum = self->current->data,
    .previous = self->previous->data,
    .output = self->output->data,
    .stride = self->bins,
    .power = self->power->data,
    .rotation = self->rotation->data,
    .leakage = self->leakage->data,
    .peaks = self->peaks->data,
    .factor = self->factor->data,
    .channels = self->channels,
    .fft_size = self->fft_size,
    .analysis_hop = self->restart ? 1 : (guint) (time - self->time),
    .synthesis_hop = self->restart ? 1 : (guint) (place - self->place),
    .restart = self->restart,
    .pass_bin = (gfloat) (size * MIN (READER_PASS, OUTPUT_PASS / ratio)),
    .stop_bin = (gfloat) (size * MIN (READER_STOP, OUTPUT_STOP / ratio)),
  };

  place_envelope (self, point, &args);
  self->stream->ops->vocoder.shift (self->stream, &args);
}

void
vox_pitch_frame_analyse (VoxPitchFrame *self, const gfloat *signal,
    gsize signal_stride, const gfloat *window, const VoxPitchCurve *curve,
    gint64 time, gint64 place)
{
  const VoxPitchPoint point = vox_pitch_curve_at (curve, time);
  VoxBuffer *oldest = self->previous;
  const VoxStftArgs stft = {
    .signal = signal,
    .signal_stride = signal_stride,
    .spectrum = oldest->data,
    .spectrum_stride = self->bins,
    .window = window,
    .window_length = self->fft_size,
    .fft_size = self->fft_size,
    .hop = 1,
    .channels = self->channels,
    .frames = 1,
  };

  self->previous = self->current;
  self->current = oldest;
  self->stream->ops->spectrum.stft (self->stream, &stft);
  self->stream->ops->vocoder.power (self->stream, self->power->data,
      oldest->data, self->bins, self->channels, self->bins);
  turn (self, &point, time, place);
  self->time = time;
  self->place = place;
  self->restart = FALSE;
}

void
vox_pitch_frame_add (VoxPitchFrame *self, gfloat *planes, gsize plane_stride,
    const gfloat *window)
{
  const VoxStftArgs istft = {
    .synthesis = planes,
    .signal_stride = plane_stride,
    .spectrum = self->output->data,
    .spectrum_stride = self->bins,
    .window = window,
    .window_length = self->fft_size,
    .fft_size = self->fft_size,
    .hop = 1,
    .channels = self->channels,
    .frames = 1,
  };

  self->stream->ops->spectrum.istft_add (self->stream, &istft);
}
