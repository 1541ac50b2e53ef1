/* vox-quality-intervals.c: the values over time, while the streams run and
 * once more at the end, when the loudest frame is known. */
#include <math.h>

#include "quality/vox-quality-private.h"

static gdouble
ready_s (const VoxQuality *self)
{
  gdouble ready = (gdouble) self->n_compared / self->params.rate;

  if (self->speech != NULL)
    ready = MIN (ready, vox_intelligibility_ready_s (self->speech));
  if (self->spectrum != NULL && self->n_streams == 2
      && self->params.time_locked)
    ready = MIN (ready,
        vox_spectral_distance_lsd (self->spectrum)->len
            * vox_spectral_distance_hop_s (self->spectrum));
  for (guint s = 0; self->pitch != NULL && s < self->n_streams; s++)
    ready = MIN (ready,
        vox_pitch_compare_track (self->pitch, s)->len
            * VOX_PITCH_COMPARE_HOP_S);
  return ready;
}

static gdouble
start_s (const VoxQuality *self, guint k)
{
  return (gdouble) (k * (guint64) self->interval) / self->params.rate;
}

gboolean
vox_quality_next_interval (VoxQuality *self, VoxQualityFrame *frame)
{
  const guint k = self->next_interval;

  if (self->finished) {
    if (start_s (self, k) * self->params.rate >= (gdouble) self->n_compared)
      return FALSE;
  } else if (start_s (self, k + 1) > ready_s (self)) {
    return FALSE;
  }
  vox_quality_fill_interval (self, k,
      self->finished && self->speech != NULL
          ? vox_intelligibility_segments (self->speech)
          : NULL,
      frame);
  self->next_interval++;
  return TRUE;
}

/* Mean over [from_s, to_s) of the frames @hop_s apart that are numbers. */
static gdouble
mean_between (const GArray *values, gdouble hop_s, gdouble from_s, gdouble to_s)
{
  const guint first = (guint) ceil (from_s / hop_s - 1e-6);
  gdouble sum = 0.0;
  guint n = 0;

  for (guint i = first; i < values->len && i * hop_s < to_s - 1e-9; i++) {
    const gfloat value = g_array_index (values, gfloat, i);

    if (isfinite (value)) {
      sum += (gdouble) value;
      n++;
    }
  }
  return n > 0 ? sum / n : (gdouble) NAN;
}

/* Index of the first segment at or after @time_s. */
static guint
first_segment (const GArray *segments, gdouble time_s)
{
  guint low = 0, high = segments->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;

    if (g_array_index (segments, VoxSpeechSegment, middle).time_s < time_s)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
fill_speech (VoxQuality *self, const GArray *segments, gdouble from_s,
    gdouble to_s, gdouble *values)
{
  gdouble stoi = 0.0, estoi = 0.0;
  guint n = 0;

  if (segments == NULL) {
    if (vox_intelligibility_running (
            self->speech, from_s, to_s, &stoi, &estoi)) {
      values[VOX_QUALITY_FRAME_STOI] = stoi;
      values[VOX_QUALITY_FRAME_ESTOI] = estoi;
    }
    return;
  }
  for (guint i = first_segment (segments, from_s); i < segments->len; i++) {
    const VoxSpeechSegment *segment =
        &g_array_index (segments, VoxSpeechSegment, i);

    if (segment->time_s >= to_s)
      break;
    stoi += (gdouble) segment->stoi;
    estoi += (gdouble) segment->estoi;
    n++;
  }
  if (n > 0) {
    values[VOX_QUALITY_FRAME_STOI] = stoi / n;
    values[VOX_QUALITY_FRAME_ESTOI] = estoi / n;
  }
}

static void
fill_pitch (
    const VoxQuality *self, gdouble from_s, gdouble to_s, gdouble *values)
{
  const gfloat *track[N_STREAMS] = { NULL, NULL };
  const guint first = (guint) ceil (from_s / VOX_PITCH_COMPARE_HOP_S - 1e-6);
  guint end = (guint) ceil (to_s / VOX_PITCH_COMPARE_HOP_S - 1e-6);
  VoxPitchScores scores;

  for (guint s = 0; s < self->n_streams; s++) {
    const GArray *frames = vox_pitch_compare_track (self->pitch, s);

    end = MIN (end, frames->len);
    track[s] = (const gfloat *) (gconstpointer) frames->data + first;
  }
  if (end <= first)
    return;
  values[VOX_QUALITY_FRAME_F0] =
      vox_pitch_median_hz (track[JUDGED], end - first, NULL);
  if (self->n_streams < 2)
    return;
  values[VOX_QUALITY_FRAME_REFERENCE_F0] =
      vox_pitch_median_hz (track[REFERENCE], end - first, NULL);
  if (!self->params.time_locked)
    return;
  vox_pitch_scores (track[JUDGED], track[REFERENCE], end - first,
      self->params.expected_shift, &scores);
  values[VOX_QUALITY_FRAME_F0_RMSE_CENTS] = scores.rmse_cents;
}

/* Loudness is metered on the streams as they came, before the lag was taken
 * out of the late one. */
static void
fill_loudness (
    const VoxQuality *self, gdouble from_s, gdouble to_s, gdouble *values)
{
  static const VoxQualityFrameValue momentary[N_STREAMS] = {
    VOX_QUALITY_FRAME_LOUDNESS_MOMENTARY,
    VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_MOMENTARY,
  };
  static const VoxQualityFrameValue short_term[N_STREAMS] = {
    VOX_QUALITY_FRAME_LOUDNESS_SHORT_TERM,
    VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_SHORT_TERM,
  };
  const gdouble lag_s = (gdouble) self->lag.samples / self->params.rate;

  for (guint s = 0; s < self->n_streams; s++) {
    const gdouble head_s = MAX (0.0, s == JUDGED ? lag_s : -lag_s);

    if (self->streams[s].loudness != NULL)
      vox_loudness_between (self->streams[s].loudness, from_s + head_s,
          to_s + head_s, &values[momentary[s]], &values[short_term[s]]);
  }
}

void
vox_quality_fill_interval (
    VoxQuality *self, guint k, const GArray *segments, VoxQualityFrame *frame)
{
  const gdouble from_s = start_s (self, k);
  const gdouble to_s = MIN (
      start_s (self, k + 1), (gdouble) self->n_compared / self->params.rate);
  gdouble *values = frame->values;

  frame->time_s = from_s;
  frame->duration_s = to_s - from_s;
  for (guint i = 0; i < VOX_QUALITY_N_FRAME_VALUES; i++)
    values[i] = NAN;
  if (self->speech != NULL)
    fill_speech (self, segments, from_s, to_s, values);
  if (self->distortion != NULL)
    vox_distortion_interval (self->distortion, k,
        &values[VOX_QUALITY_FRAME_SI_SDR], &values[VOX_QUALITY_FRAME_SDR]);
  if (self->spectrum != NULL && self->n_streams == 2) {
    const gdouble hop_s = vox_spectral_distance_hop_s (self->spectrum);

    values[VOX_QUALITY_FRAME_LSD] = mean_between (
        vox_spectral_distance_lsd (self->spectrum), hop_s, from_s, to_s);
    values[VOX_QUALITY_FRAME_MCD] = mean_between (
        vox_spectral_distance_mcd (self->spectrum), hop_s, from_s, to_s);
  }
  if (self->pitch != NULL)
    fill_pitch (self, from_s, to_s, values);
  fill_loudness (self, from_s, to_s, values);
}
