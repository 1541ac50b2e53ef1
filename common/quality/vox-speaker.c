/* vox-speaker.c: cepstra of the loud frames, their mean, its projection. The
 * features are those of tools/train/speaker_similarity.py. */
#include "quality/vox-speaker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quality/vox-exact-resampler.h"
#include "quality/vox-mel-bank.h"
#include "quality/vox-speaker-table.h"

#define RATE_HZ 16000
#define FRAME 512
#define HOP 160
#define BINS (FRAME / 2 + 1)
#define FILTERS 40
#define ORDER VOX_SPEAKER_ORDER
#define LOW_HZ 60.0
#define HIGH_HZ 7600.0
#define FLOOR_POWER 1e-10f
/* Frames this far below the 95th percentile of the level are not looked at. */
#define ACTIVE_DB 25.0
#define LOUD_PART 0.95
#define LEVEL_FLOOR 1e-12
/* Nothing is active in what is all but silent. */
#define SILENCE_DB (-90.0)

#define FRAMES_PER_S (RATE_HZ / HOP)
#define PIECE 32

G_STATIC_ASSERT (ORDER == VOX_SPEAKER_DIMENSIONS);

typedef struct
{
  gfloat level_db;
  gfloat cepstrum[ORDER];
} Frame;

struct _VoxSpeaker
{
  VoxStream *stream;
  VoxFifo *audio;
  VoxExactResampler *resampler;
  VoxMelBank *bank;
  VoxBuffer *window;
  VoxBuffer *window_f64;
  VoxBuffer *cosines;
  VoxBuffer *spectrum;
  VoxBuffer *mel;
  VoxBuffer *energy;
  gfloat scale;
  gdouble window_power;
  GArray *frames;
};

static VoxBuffer *
upload (VoxStream *stream, gconstpointer data, gsize bytes, GError **error)
{
  VoxBuffer *buffer = vox_buffer_new (stream, bytes, error);

  if (buffer == NULL)
    return NULL;
  stream->ops->memory.copy (stream, buffer->data, data, bytes);
  if (!vox_stream_finish (stream, error))
    g_clear_pointer (&buffer, vox_buffer_free);
  return buffer;
}

static gboolean
make_tables (VoxSpeaker *self, GError **error)
{
  gfloat window[FRAME], cosines[FILTERS * ORDER];
  gdouble window_f64[FRAME], sum = 0.0;

  for (guint i = 0; i < FRAME; i++) {
    window_f64[i] = 0.5 - 0.5 * cos (2.0 * G_PI * i / FRAME);
    window[i] = (gfloat) window_f64[i];
    sum += window_f64[i];
    self->window_power += window_f64[i] * window_f64[i];
  }
  self->scale = (gfloat) (4.0 / (sum * sum));
  for (guint m = 0; m < FILTERS; m++)
    for (guint k = 0; k < ORDER; k++)
      cosines[m * ORDER + k] = (gfloat) (sqrt (2.0 / FILTERS)
          * cos (G_PI * (k + 1) * (m + 0.5) / FILTERS));
  self->window = upload (self->stream, window, sizeof (window), error);
  if (self->window == NULL)
    return FALSE;
  self->window_f64 =
      upload (self->stream, window_f64, sizeof (window_f64), error);
  if (self->window_f64 == NULL)
    return FALSE;
  self->cosines = upload (self->stream, cosines, sizeof (cosines), error);
  return self->cosines != NULL;
}

static gboolean
allocate (VoxSpeaker *self, guint rate, GError **error)
{
  VoxStream *stream = self->stream;

  if (!make_tables (self, error))
    return FALSE;
  self->bank = vox_mel_bank_new (
      stream, FILTERS, RATE_HZ, FRAME, LOW_HZ, HIGH_HZ, error);
  if (self->bank == NULL)
    return FALSE;
  self->spectrum =
      vox_buffer_new (stream, PIECE * BINS * sizeof (VoxComplex), error);
  if (self->spectrum == NULL)
    return FALSE;
  self->mel = vox_buffer_new (
      stream, PIECE * (FILTERS + ORDER) * sizeof (gfloat), error);
  if (self->mel == NULL)
    return FALSE;
  self->energy = vox_buffer_new (stream, PIECE * sizeof (gdouble), error);
  if (self->energy == NULL)
    return FALSE;
  self->audio = vox_fifo_new (stream, 1, RATE_HZ, error);
  if (self->audio == NULL)
    return FALSE;
  self->resampler =
      vox_exact_resampler_new (stream, 1, rate, RATE_HZ, self->audio, error);
  return self->resampler != NULL;
}

VoxSpeaker *
vox_speaker_new (VoxStream *stream, guint rate, GError **error)
{
  g_autoptr (VoxSpeaker) self = g_new0 (VoxSpeaker, 1);

  self->stream = stream;
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  return allocate (self, rate, error) ? g_steal_pointer (&self) : NULL;
}

void
vox_speaker_free (VoxSpeaker *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->resampler, vox_exact_resampler_free);
  g_clear_pointer (&self->audio, vox_fifo_free);
  g_clear_pointer (&self->bank, vox_mel_bank_free);
  g_clear_pointer (&self->window, vox_buffer_free);
  g_clear_pointer (&self->window_f64, vox_buffer_free);
  g_clear_pointer (&self->cosines, vox_buffer_free);
  g_clear_pointer (&self->spectrum, vox_buffer_free);
  g_clear_pointer (&self->mel, vox_buffer_free);
  g_clear_pointer (&self->energy, vox_buffer_free);
  g_array_unref (self->frames);
  g_free (self);
}

/* Cepstra and levels of the next @n frames, on the device. */
static void
enqueue_piece (VoxSpeaker *self, guint n)
{
  gfloat *mel = vox_buffer_f32 (self->mel);
  const VoxStftArgs transform = {
    .signal = vox_fifo_plane (self->audio, 0),
    .signal_stride = vox_fifo_stride (self->audio),
    .spectrum = self->spectrum->data,
    .spectrum_stride = PIECE * BINS,
    .window = vox_buffer_f32 (self->window),
    .window_length = FRAME,
    .fft_size = FRAME,
    .hop = HOP,
    .channels = 1,
    .frames = n,
  };
  const VoxGemmArgs product = {
    .a = mel,
    .b = vox_buffer_f32 (self->cosines),
    .c = mel + PIECE * FILTERS,
    .m = n,
    .n = ORDER,
    .k = FILTERS,
    .lda = FILTERS,
    .ldb = ORDER,
    .ldc = ORDER,
    .alpha = 1.0f,
  };

  self->stream->ops->spectrum.stft (self->stream, &transform);
  vox_mel_bank_run (self->bank, self->stream, self->spectrum->data, n,
      self->scale, FLOOR_POWER, mel);
  self->stream->ops->product.gemm (self->stream, &product);
  self->stream->ops->quality.frame_energy (self->stream, self->energy->data,
      transform.signal, self->window_f64->data, FRAME, HOP, n);
}

static gboolean
run_piece (VoxSpeaker *self, guint n, GError **error)
{
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  gfloat cepstra[PIECE * ORDER];
  gdouble energy[PIECE];

  enqueue_piece (self, n);
  memory->copy (self->stream, cepstra,
      vox_buffer_f32 (self->mel) + PIECE * FILTERS,
      n * ORDER * sizeof (gfloat));
  memory->copy (self->stream, energy, self->energy->data, n * sizeof (gdouble));
  if (!vox_stream_finish (self->stream, error))
    return FALSE;
  for (guint f = 0; f < n; f++) {
    Frame frame;

    frame.level_db =
        (gfloat) (10.0 * log10 (energy[f] / self->window_power + LEVEL_FLOOR));
    memcpy (frame.cepstrum, cepstra + f * ORDER, sizeof (frame.cepstrum));
    g_array_append_val (self->frames, frame);
  }
  vox_fifo_drop (self->audio, n * HOP);
  return TRUE;
}

gboolean
vox_speaker_push (
    VoxSpeaker *self, const gfloat *samples, gsize n_samples, GError **error)
{
  if (self->frames->len >= VOX_SPEAKER_MAX_S * FRAMES_PER_S)
    return TRUE;
  if (!vox_exact_resampler_push (self->resampler, samples, n_samples, error))
    return FALSE;
  while (vox_fifo_length (self->audio) >= FRAME) {
    const gsize possible = (vox_fifo_length (self->audio) - FRAME) / HOP + 1;

    if (!run_piece (self, (guint) MIN (possible, PIECE), error))
      return FALSE;
  }
  return TRUE;
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  const gfloat x = *(const gfloat *) a, y = *(const gfloat *) b;

  return (x > y) - (x < y);
}

/* The level above which frames count. */
static gdouble
active_level_db (const GArray *frames)
{
  g_autofree gfloat *levels = g_new (gfloat, frames->len);

  for (guint i = 0; i < frames->len; i++)
    levels[i] = g_array_index (frames, Frame, i).level_db;
  qsort (levels, frames->len, sizeof (gfloat), compare_floats);
  return MAX (SILENCE_DB,
      (gdouble) levels[(guint) (LOUD_PART * (frames->len - 1))] - ACTIVE_DB);
}

gboolean
vox_speaker_embedding (const VoxSpeaker *self, gfloat *embedding)
{
  const guint most = VOX_SPEAKER_MAX_S * FRAMES_PER_S;
  const guint n_frames = MIN (self->frames->len, most);
  gdouble mean[ORDER] = { 0.0 }, norm = 0.0, threshold_db;
  guint n = 0;

  if (n_frames == 0)
    return FALSE;
  threshold_db = active_level_db (self->frames);
  for (guint i = 0; i < n_frames; i++) {
    const Frame *frame = &g_array_index (self->frames, Frame, i);

    if ((gdouble) frame->level_db <= threshold_db)
      continue;
    for (guint k = 0; k < ORDER; k++)
      mean[k] += (gdouble) frame->cepstrum[k];
    n++;
  }
  if (n < VOX_SPEAKER_MIN_S * FRAMES_PER_S)
    return FALSE;
  for (guint d = 0; d < ORDER; d++) {
    gdouble sum = 0.0;

    for (guint k = 0; k < ORDER; k++)
      sum += (mean[k] / n - (gdouble) vox_speaker_mean[k])
          * (gdouble) vox_speaker_projection[k * ORDER + d];
    embedding[d] = (gfloat) sum;
    norm += sum * sum;
  }
  norm = MAX (sqrt (norm), LEVEL_FLOOR);
  for (guint d = 0; d < ORDER; d++)
    embedding[d] /= (gfloat) norm;
  return TRUE;
}

gdouble
vox_speaker_similarity (const gfloat *a, const gfloat *b)
{
  gdouble sum = 0.0;

  for (guint d = 0; d < ORDER; d++)
    sum += (gdouble) a[d] * (gdouble) b[d];
  return CLAMP (sum, -1.0, 1.0);
}

const VoxQualitySimilarityLevels *
vox_quality_similarity_levels (void)
{
  return &vox_speaker_levels;
}
