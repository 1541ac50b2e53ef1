/* vox-intelligibility.c: which frames are speech, and the means over segments.
 *
 * Reference: C. Taal et al., "An algorithm for intelligibility prediction of
 * time-frequency weighted noisy speech", IEEE TASLP 19 (2011); for ESTOI
 * J. Jensen and C. Taal, IEEE TASLP 24 (2016). The loops are the backend's
 * quality.speech_bands and quality.speech_correlation.
 */
#include "quality/vox-intelligibility.h"

#include <math.h>

#include "quality/vox-exact-resampler.h"

/* Frames this far below the loudest reference frame are silence. */
#define DYNAMIC_RANGE_DB 40.0
/* Audio before an interval that its running value looks at: one segment. */
#define RUNNING_CONTEXT_S 0.4
/* Added to the norm of a frame before its logarithm, as pystoi does. */
#define LEVEL_EPSILON 2.220446049250313e-16

#define JUDGED 0
#define REFERENCE 1

struct _VoxIntelligibility
{
  VoxStream *stream;
  VoxFifo *audio;
  VoxExactResampler *resampler;
  VoxBuffer *window;
  gsize section_samples;
  guint64 audio_start;
  gdouble running_peak_db;
  GArray *segments;
};

static gboolean
make_window (VoxIntelligibility *self, GError **error)
{
  gdouble window[VOX_STOI_FRAME];

  for (guint i = 0; i < VOX_STOI_FRAME; i++)
    window[i] = 0.5 - 0.5 * cos (2.0 * G_PI * (i + 1) / (VOX_STOI_FRAME + 1));
  self->window = vox_buffer_new (self->stream, sizeof (window), error);
  if (self->window == NULL)
    return FALSE;
  self->stream->ops->memory.copy (
      self->stream, self->window->data, window, sizeof (window));
  return vox_stream_finish (self->stream, error);
}

VoxIntelligibility *
vox_intelligibility_new (
    VoxStream *stream, guint rate, guint section_s, GError **error)
{
  g_autoptr (VoxIntelligibility) self = g_new0 (VoxIntelligibility, 1);

  self->stream = stream;
  self->section_samples = (gsize) section_s * VOX_STOI_RATE_HZ;
  self->running_peak_db = -INFINITY;
  self->segments = g_array_new (FALSE, FALSE, sizeof (VoxSpeechSegment));
  self->audio = vox_fifo_new (stream, 2, VOX_STOI_RATE_HZ, error);
  if (self->audio == NULL || !make_window (self, error))
    return NULL;
  self->resampler = vox_exact_resampler_new (
      stream, 2, rate, VOX_STOI_RATE_HZ, self->audio, error);
  return self->resampler != NULL ? g_steal_pointer (&self) : NULL;
}

void
vox_intelligibility_free (VoxIntelligibility *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->resampler, vox_exact_resampler_free);
  g_clear_pointer (&self->audio, vox_fifo_free);
  g_clear_pointer (&self->window, vox_buffer_free);
  g_array_unref (self->segments);
  g_free (self);
}

/* Levels in dB of the reference frames of the first @n samples from @start on
 * (the last full frame is left out, as pystoi does). */
static gdouble *
frame_levels (VoxIntelligibility *self, gsize start, gsize n, gsize *n_frames,
    GError **error)
{
  g_autoptr (VoxBuffer) energy = NULL;
  gdouble *levels;
  gsize bytes;

  *n_frames = n <= VOX_STOI_FRAME
      ? 0
      : (n - VOX_STOI_FRAME + VOX_STOI_HOP - 1) / VOX_STOI_HOP;
  bytes = *n_frames * sizeof (gdouble);
  energy = vox_buffer_new (self->stream, bytes, error);
  if (energy == NULL)
    return NULL;
  levels = g_malloc (MAX (bytes, 1));
  self->stream->ops->quality.frame_energy (self->stream, energy->data,
      vox_fifo_plane (self->audio, REFERENCE) + start, self->window->data,
      VOX_STOI_FRAME, VOX_STOI_HOP, *n_frames);
  self->stream->ops->memory.copy (self->stream, levels, energy->data, bytes);
  if (!vox_stream_finish (self->stream, error)) {
    g_free (levels);
    return NULL;
  }
  for (gsize f = 0; f < *n_frames; f++)
    levels[f] = 20.0 * log10 (sqrt (levels[f]) + LEVEL_EPSILON);
  return levels;
}

/* Bands and correlations of the @kept frames; results to the host. */
static gboolean
correlate (VoxIntelligibility *self, gsize start, const GArray *kept,
    gdouble *stoi, gdouble *estoi, GError **error)
{
  const VoxQualityOps *ops = &self->stream->ops->quality;
  const VoxMemoryOps *memory = &self->stream->ops->memory;
  const gsize n_frames = kept->len - 1;
  const gsize n_segments = n_frames - VOX_STOI_SEGMENT + 1;
  const gsize band_bytes = n_frames * VOX_STOI_BANDS * sizeof (gdouble);
  const gsize result_bytes = n_segments * sizeof (gdouble);
  g_autoptr (VoxBuffer) index =
      vox_buffer_new (self->stream, kept->len * sizeof (guint32), error);
  g_autoptr (VoxBuffer) bands = index == NULL
      ? NULL
      : vox_buffer_new (self->stream, 2 * band_bytes, error);
  g_autoptr (VoxBuffer) values = bands == NULL
      ? NULL
      : vox_buffer_new (self->stream, 2 * result_bytes, error);
  VoxSpeechBandsArgs band_args = { NULL };
  VoxSpeechCorrelationArgs args = { NULL };

  if (values == NULL)
    return FALSE;
  memory->copy (
      self->stream, index->data, kept->data, kept->len * sizeof (guint32));
  band_args.window = self->window->data;
  band_args.kept = index->data;
  band_args.n_kept = kept->len;
  for (guint c = 0; c < 2; c++) {
    band_args.signal = vox_fifo_plane (self->audio, c) + start;
    band_args.bands = (gdouble *) bands->data + c * n_frames * VOX_STOI_BANDS;
    ops->speech_bands (self->stream, &band_args);
  }
  args.judged = bands->data;
  args.clean = args.judged + n_frames * VOX_STOI_BANDS;
  args.n_frames = n_frames;
  args.stoi = values->data;
  args.estoi = args.stoi + n_segments;
  ops->speech_correlation (self->stream, &args);
  memory->copy (self->stream, stoi, args.stoi, result_bytes);
  memory->copy (self->stream, estoi, args.estoi, result_bytes);
  return vox_stream_finish (self->stream, error);
}

/* Appends the segments of @n samples from @start (in the held audio). Frames
 * count as speech relative to @peak_db or to a louder one among them, which
 * then becomes @peak_db. */
static gboolean
measure (VoxIntelligibility *self, gsize start, gsize n, gdouble *peak_db,
    GArray *segments, GError **error)
{
  gsize n_frames = 0;
  g_autofree gdouble *levels = frame_levels (self, start, n, &n_frames, error);
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree gdouble *stoi = NULL;
  g_autofree gdouble *estoi = NULL;
  gsize n_segments;

  if (levels == NULL)
    return FALSE;
  for (gsize f = 0; f < n_frames; f++)
    *peak_db = MAX (*peak_db, levels[f]);
  if (*peak_db <= 20.0 * log10 (LEVEL_EPSILON))
    return TRUE;
  for (guint32 f = 0; f < n_frames; f++)
    if (levels[f] > *peak_db - DYNAMIC_RANGE_DB)
      g_array_append_val (kept, f);
  if (kept->len < VOX_STOI_SEGMENT + 1)
    return TRUE;
  n_segments = kept->len - VOX_STOI_SEGMENT;
  stoi = g_new (gdouble, n_segments);
  estoi = g_new (gdouble, n_segments);
  if (!correlate (self, start, kept, stoi, estoi, error))
    return FALSE;
  for (gsize s = 0; s < n_segments; s++) {
    const guint64 frame =
        g_array_index (kept, guint32, s + VOX_STOI_SEGMENT / 2);
    const VoxSpeechSegment segment = {
      .time_s = (gdouble) (self->audio_start + start + frame * VOX_STOI_HOP
                    + VOX_STOI_HOP / 2)
          / VOX_STOI_RATE_HZ,
      .stoi = (gfloat) stoi[s],
      .estoi = (gfloat) estoi[s],
    };

    g_array_append_val (segments, segment);
  }
  return TRUE;
}

/* Measures the first @n held samples for good and drops them. */
static gboolean
close_section (VoxIntelligibility *self, gsize n, GError **error)
{
  gdouble peak_db = -INFINITY;

  if (!measure (self, 0, n, &peak_db, self->segments, error))
    return FALSE;
  vox_fifo_drop (self->audio, n);
  self->audio_start += n;
  return TRUE;
}

gboolean
vox_intelligibility_push (VoxIntelligibility *self, const gfloat *pairs,
    gsize n_pairs, GError **error)
{
  if (!vox_exact_resampler_push (self->resampler, pairs, n_pairs, error))
    return FALSE;
  while (vox_fifo_length (self->audio) >= self->section_samples)
    if (!close_section (self, self->section_samples, error))
      return FALSE;
  return TRUE;
}

gdouble
vox_intelligibility_ready_s (const VoxIntelligibility *self)
{
  return (gdouble) (self->audio_start + vox_fifo_length (self->audio))
      / VOX_STOI_RATE_HZ;
}

gboolean
vox_intelligibility_running (VoxIntelligibility *self, gdouble start_s,
    gdouble end_s, gdouble *stoi, gdouble *estoi)
{
  const gdouble held_s = (gdouble) self->audio_start / VOX_STOI_RATE_HZ;
  const gdouble from_s = MAX (start_s - RUNNING_CONTEXT_S, held_s) - held_s;
  const gsize from = (gsize) (from_s * VOX_STOI_RATE_HZ);
  const gsize to = MIN (vox_fifo_length (self->audio),
      (gsize) (MAX (0.0, end_s - held_s) * VOX_STOI_RATE_HZ));
  g_autoptr (GArray) segments =
      g_array_new (FALSE, FALSE, sizeof (VoxSpeechSegment));

  if (to <= from
      || !measure (
          self, from, to - from, &self->running_peak_db, segments, NULL)
      || segments->len == 0)
    return FALSE;
  *stoi = *estoi = 0.0;
  for (guint i = 0; i < segments->len; i++) {
    const VoxSpeechSegment *segment =
        &g_array_index (segments, VoxSpeechSegment, i);

    *stoi += (gdouble) segment->stoi / segments->len;
    *estoi += (gdouble) segment->estoi / segments->len;
  }
  return TRUE;
}

gboolean
vox_intelligibility_drain (VoxIntelligibility *self, GError **error)
{
  return vox_exact_resampler_drain (self->resampler, error)
      && close_section (self, vox_fifo_length (self->audio), error);
}

const GArray *
vox_intelligibility_segments (const VoxIntelligibility *self)
{
  return self->segments;
}
