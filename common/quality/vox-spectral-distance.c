/* vox-spectral-distance.c: frames, cepstra and their distances.
 *
 * MCD: R. Kubichek, "Mel-cepstral distance measure for objective speech quality
 * assessment" (1993). The cepstrum is c_k = 2/M sum_m ln A_m cos (pi k
 * (m + 1/2) / M) of M mel amplitudes, so that the distance is the RMS
 * difference in dB of the two smoothed mel spectra, level left out.
 */
#include "quality/vox-spectral-distance.h"

#include <math.h>
#include <string.h>

#include "base/vox-fifo.h"
#include "quality/vox-dtw.h"
#include "quality/vox-mel-bank.h"
#include "quality/vox-picture.h"

#define WINDOW_S 0.032
#define HOP_S 0.010
#define FLOOR_POWER 1e-10f
#define GATE_POWER 1e-7

#define CEPSTRUM_FILTERS 40
#define CEPSTRUM_ORDER 24
#define CEPSTRUM_MAX_HZ 8000.0
#define PICTURE_MAX_HZ 16000.0

/* 10 / ln 10 * sqrt (2): from a cepstral distance to dB. */
#define MCD_DB 6.141851463713754

/* Frames transformed at once, which bounds the scratch. */
#define PIECE 32

struct _VoxSpectralDistance
{
  VoxStream *stream;
  guint channels;
  gboolean time_locked;
  gdouble hop_s;
  gdouble max_hz;
  guint window_length, fft_size, hop, bins;
  gfloat scale;
  gdouble window_power;
  VoxFifo *audio;
  VoxBuffer *window;
  VoxBuffer *window_f64;
  VoxBuffer *spectrum;
  VoxBuffer *scratch;
  VoxBuffer *energy;
  VoxBuffer *cosines;
  VoxMelBank *cepstrum_bank;
  VoxMelBank *picture_bank;
  VoxPicture *pictures[2];
  GArray *lsd;
  GArray *mcd;
  GArray *cepstra[2];
};

static gboolean
make_windows (VoxSpectralDistance *self, GError **error)
{
  const guint n = self->window_length;
  g_autofree gfloat *window = g_new (gfloat, n);
  g_autofree gdouble *window_f64 = g_new (gdouble, n);
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  gdouble sum = 0.0;

  for (guint i = 0; i < n; i++) {
    window_f64[i] = 0.5 - 0.5 * cos (2.0 * G_PI * i / n);
    window[i] = (gfloat) window_f64[i];
    sum += window_f64[i];
    self->window_power += window_f64[i] * window_f64[i];
  }
  self->scale = (gfloat) (4.0 / (sum * sum));
  self->window = vox_buffer_new (self->stream, n * sizeof (gfloat), error);
  if (self->window == NULL)
    return FALSE;
  self->window_f64 = vox_buffer_new (self->stream, n * sizeof (gdouble), error);
  if (self->window_f64 == NULL)
    return FALSE;
  memory->copy (self->stream, self->window->data, window, n * sizeof (gfloat));
  memory->copy (
      self->stream, self->window_f64->data, window_f64, n * sizeof (gdouble));
  return vox_stream_finish (self->stream, error);
}

/* The matrix of the cosine transform, [CEPSTRUM_FILTERS][CEPSTRUM_ORDER],
 * with the half that makes amplitudes of powers. */
static gboolean
make_cosines (VoxSpectralDistance *self, GError **error)
{
  gfloat cosines[CEPSTRUM_FILTERS * CEPSTRUM_ORDER];

  for (guint m = 0; m < CEPSTRUM_FILTERS; m++)
    for (guint k = 1; k <= CEPSTRUM_ORDER; k++)
      cosines[m * CEPSTRUM_ORDER + k - 1] =
          (gfloat) (cos (G_PI * k * (m + 0.5) / CEPSTRUM_FILTERS)
              / CEPSTRUM_FILTERS);
  self->cosines = vox_buffer_new (self->stream, sizeof (cosines), error);
  if (self->cosines == NULL)
    return FALSE;
  self->stream->ops->memory.copy (
      self->stream, self->cosines->data, cosines, sizeof (cosines));
  return vox_stream_finish (self->stream, error);
}

/* Room for mel levels and cepstra of one piece, and for LSD values. */
static gsize
scratch_floats (void)
{
  return PIECE
      * (MAX (CEPSTRUM_FILTERS, VOX_QUALITY_SPECTROGRAM_ROWS) + CEPSTRUM_ORDER
          + 1);
}

static gboolean
allocate (VoxSpectralDistance *self, guint rate, GError **error)
{
  VoxStream *stream = self->stream;
  const gsize spectrum_bytes =
      (gsize) self->channels * PIECE * self->bins * sizeof (VoxComplex);

  if (!make_windows (self, error) || !make_cosines (self, error))
    return FALSE;
  self->audio = vox_fifo_new (
      stream, self->channels, self->fft_size + PIECE * self->hop, error);
  if (self->audio == NULL)
    return FALSE;
  self->spectrum = vox_buffer_new (stream, spectrum_bytes, error);
  if (self->spectrum == NULL)
    return FALSE;
  self->scratch =
      vox_buffer_new (stream, scratch_floats () * sizeof (gfloat), error);
  if (self->scratch == NULL)
    return FALSE;
  self->energy = vox_buffer_new (stream, PIECE * sizeof (gdouble), error);
  if (self->energy == NULL)
    return FALSE;
  self->cepstrum_bank = vox_mel_bank_new (stream, CEPSTRUM_FILTERS, rate,
      self->fft_size, 0.0, CEPSTRUM_MAX_HZ, error);
  if (self->cepstrum_bank == NULL)
    return FALSE;
  self->picture_bank = vox_mel_bank_new (stream, VOX_QUALITY_SPECTROGRAM_ROWS,
      rate, self->fft_size, 0.0, PICTURE_MAX_HZ, error);
  return self->picture_bank != NULL;
}

VoxSpectralDistance *
vox_spectral_distance_new (VoxStream *stream, guint rate, guint channels,
    gboolean time_locked, GError **error)
{
  g_autoptr (VoxSpectralDistance) self = g_new0 (VoxSpectralDistance, 1);

  self->stream = stream;
  self->channels = channels;
  self->time_locked = time_locked;
  self->window_length = (guint) lrint (WINDOW_S * rate);
  self->hop = (guint) lrint (HOP_S * rate);
  self->hop_s = (gdouble) self->hop / rate;
  self->max_hz = MIN (PICTURE_MAX_HZ, rate / 2.0);
  self->fft_size = 2;
  while (self->fft_size < self->window_length)
    self->fft_size *= 2;
  self->bins = self->fft_size / 2 + 1;
  self->lsd = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->mcd = g_array_new (FALSE, FALSE, sizeof (gfloat));
  for (guint c = 0; c < channels; c++) {
    self->pictures[c] = vox_picture_new ();
    self->cepstra[c] =
        g_array_new (FALSE, FALSE, CEPSTRUM_ORDER * sizeof (gfloat));
  }
  return allocate (self, rate, error) ? g_steal_pointer (&self) : NULL;
}

void
vox_spectral_distance_free (VoxSpectralDistance *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->audio, vox_fifo_free);
  g_clear_pointer (&self->window, vox_buffer_free);
  g_clear_pointer (&self->window_f64, vox_buffer_free);
  g_clear_pointer (&self->spectrum, vox_buffer_free);
  g_clear_pointer (&self->scratch, vox_buffer_free);
  g_clear_pointer (&self->energy, vox_buffer_free);
  g_clear_pointer (&self->cosines, vox_buffer_free);
  g_clear_pointer (&self->cepstrum_bank, vox_mel_bank_free);
  g_clear_pointer (&self->picture_bank, vox_mel_bank_free);
  g_array_unref (self->lsd);
  g_array_unref (self->mcd);
  for (guint c = 0; c < 2; c++) {
    g_clear_pointer (&self->pictures[c], vox_picture_free);
    g_clear_pointer (&self->cepstra[c], g_array_unref);
  }
  g_free (self);
}

static const VoxComplex *
piece_spectrum (const VoxSpectralDistance *self, guint channel)
{
  return (const VoxComplex *) self->spectrum->data
      + (gsize) channel * PIECE * self->bins;
}

static gboolean
add_pictures (VoxSpectralDistance *self, guint n, GError **error)
{
  gfloat levels[PIECE * VOX_QUALITY_SPECTROGRAM_ROWS];
  gfloat *out = vox_buffer_f32 (self->scratch);

  for (guint c = 0; c < self->channels; c++) {
    vox_mel_bank_run (self->picture_bank, self->stream,
        piece_spectrum (self, c), n, self->scale, FLOOR_POWER, out);
    self->stream->ops->memory.copy (self->stream, levels, out,
        n * VOX_QUALITY_SPECTROGRAM_ROWS * sizeof (gfloat));
    if (!vox_stream_finish (self->stream, error))
      return FALSE;
    for (guint f = 0; f < n; f++)
      vox_picture_add (
          self->pictures[c], levels + f * VOX_QUALITY_SPECTROGRAM_ROWS);
  }
  return TRUE;
}

/* Mean squares of the @n frames of a channel, to the host. */
static gboolean
frame_powers (VoxSpectralDistance *self, guint channel, guint n,
    gdouble *powers, GError **error)
{
  self->stream->ops->quality.frame_energy (self->stream, self->energy->data,
      vox_fifo_plane (self->audio, channel), self->window_f64->data,
      self->window_length, self->hop, n);
  self->stream->ops->memory.copy (
      self->stream, powers, self->energy->data, n * sizeof (gdouble));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint f = 0; f < n; f++)
    powers[f] /= self->window_power;
  return TRUE;
}

static gboolean
cepstra_of (VoxSpectralDistance *self, guint channel, guint n, gfloat *cepstra,
    GError **error)
{
  gfloat *mel = vox_buffer_f32 (self->scratch);
  gfloat *out = mel + PIECE * CEPSTRUM_FILTERS;
  const VoxGemmArgs product = {
    .a = mel,
    .b = vox_buffer_f32 (self->cosines),
    .c = out,
    .m = n,
    .n = CEPSTRUM_ORDER,
    .k = CEPSTRUM_FILTERS,
    .lda = CEPSTRUM_FILTERS,
    .ldb = CEPSTRUM_ORDER,
    .ldc = CEPSTRUM_ORDER,
    .alpha = 1.0f,
  };

  vox_mel_bank_run (self->cepstrum_bank, self->stream,
      piece_spectrum (self, channel), n, self->scale, FLOOR_POWER, mel);
  self->stream->ops->product.gemm (self->stream, &product);
  self->stream->ops->memory.copy (
      self->stream, cepstra, out, n * CEPSTRUM_ORDER * sizeof (gfloat));
  return vox_stream_finish (self->stream, error);
}

static gfloat
mcd_of (const gfloat *a, const gfloat *b)
{
  gfloat sum = 0.0f;

  for (guint k = 0; k < CEPSTRUM_ORDER; k++)
    sum += (a[k] - b[k]) * (a[k] - b[k]);
  return (gfloat) MCD_DB * sqrtf (sum);
}

static gboolean
compare_locked (VoxSpectralDistance *self, guint n, GError **error)
{
  gfloat cepstra[2][PIECE * CEPSTRUM_ORDER];
  gdouble powers[PIECE];
  gfloat lsd[PIECE];
  gfloat *distances = vox_buffer_f32 (self->scratch);

  if (!frame_powers (self, 1, n, powers, error)
      || !cepstra_of (self, 0, n, cepstra[0], error)
      || !cepstra_of (self, 1, n, cepstra[1], error))
    return FALSE;
  self->stream->ops->quality.log_distance (self->stream, distances,
      piece_spectrum (self, 0), piece_spectrum (self, 1), n, self->bins,
      self->scale, FLOOR_POWER);
  self->stream->ops->memory.copy (
      self->stream, lsd, distances, n * sizeof (gfloat));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint f = 0; f < n; f++) {
    const gboolean active = powers[f] > GATE_POWER;
    const gfloat mcd = active ? mcd_of (cepstra[0] + f * CEPSTRUM_ORDER,
                           cepstra[1] + f * CEPSTRUM_ORDER)
                              : NAN;

    if (!active)
      lsd[f] = NAN;
    g_array_append_val (self->lsd, lsd[f]);
    g_array_append_val (self->mcd, mcd);
  }
  return TRUE;
}

static gboolean
keep_cepstra (VoxSpectralDistance *self, guint n, GError **error)
{
  gfloat cepstra[PIECE * CEPSTRUM_ORDER];
  gdouble powers[PIECE];

  for (guint c = 0; c < 2; c++) {
    if (!frame_powers (self, c, n, powers, error)
        || !cepstra_of (self, c, n, cepstra, error))
      return FALSE;
    for (guint f = 0; f < n; f++)
      if (powers[f] > GATE_POWER)
        g_array_append_vals (self->cepstra[c], cepstra + f * CEPSTRUM_ORDER, 1);
  }
  return TRUE;
}

static gboolean
run_piece (VoxSpectralDistance *self, guint n, GError **error)
{
  const VoxStftArgs args = {
    .signal = vox_fifo_plane (self->audio, 0),
    .signal_stride = vox_fifo_stride (self->audio),
    .spectrum = self->spectrum->data,
    .spectrum_stride = (gsize) PIECE * self->bins,
    .window = vox_buffer_f32 (self->window),
    .window_length = self->window_length,
    .fft_size = self->fft_size,
    .hop = self->hop,
    .channels = self->channels,
    .frames = n,
  };
  gboolean ok = TRUE;

  self->stream->ops->spectrum.stft (self->stream, &args);
  if (self->channels == 2)
    ok = self->time_locked ? compare_locked (self, n, error)
                           : keep_cepstra (self, n, error);
  return ok && add_pictures (self, n, error);
}

gboolean
vox_spectral_distance_push (VoxSpectralDistance *self, const gfloat *frames,
    gsize n_frames, GError **error)
{
  if (!vox_fifo_push_frames (self->audio, frames, n_frames, error))
    return FALSE;
  while (vox_fifo_length (self->audio) >= self->window_length) {
    const gsize possible =
        (vox_fifo_length (self->audio) - self->window_length) / self->hop + 1;
    const guint n = (guint) MIN (possible, PIECE);

    if (!run_piece (self, n, error))
      return FALSE;
    vox_fifo_drop (self->audio, n * self->hop);
  }
  return TRUE;
}

gdouble
vox_spectral_distance_hop_s (const VoxSpectralDistance *self)
{
  return self->hop_s;
}

const GArray *
vox_spectral_distance_lsd (const VoxSpectralDistance *self)
{
  return self->lsd;
}

const GArray *
vox_spectral_distance_mcd (const VoxSpectralDistance *self)
{
  return self->mcd;
}

gboolean
vox_spectral_distance_warped_mcd (
    const VoxSpectralDistance *self, gdouble *mcd_db)
{
  gdouble distance;

  if (self->channels < 2
      || !vox_dtw_mean_distance (
          self->cepstra[1], self->cepstra[0], CEPSTRUM_ORDER, &distance))
    return FALSE;
  *mcd_db = MCD_DB * distance;
  return TRUE;
}

void
vox_spectral_distance_picture (const VoxSpectralDistance *self, guint channel,
    VoxQualitySpectrogram *picture)
{
  vox_picture_get (self->pictures[channel], picture);
  picture->column_s *= self->hop_s;
  picture->max_hz = self->max_hz;
}
