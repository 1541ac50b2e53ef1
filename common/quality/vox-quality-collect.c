/* vox-quality-collect.c: from the drained meters to the result, with a reason
 * for every metric that has no value. */
#include <math.h>

#include "quality/vox-quality-private.h"

#define REASON_GROUP "not asked for"
#define REASON_NO_REFERENCE "no reference was given"
#define REASON_NOT_LOCKED "the streams are not time-locked"
#define REASON_TOO_SHORT "the compared part is too short"

/* Streams whose lengths differ by more than this are noted. */
#define LENGTH_TOLERANCE_S 0.05

static void
set_value (VoxQualityResult *result, VoxQualityMetric metric, gdouble value,
    const gchar *reason)
{
  VoxQualityValue *slot = &result->metrics[metric];

  slot->available = isfinite (value);
  slot->value = slot->available ? value : 0.0;
  slot->reason = slot->available ? NULL : g_strdup (reason);
}

static void
set_unavailable (VoxQualityResult *result, VoxQualityMetric first,
    VoxQualityMetric last, const gchar *reason)
{
  for (VoxQualityMetric m = first; m <= last; m++)
    set_value (result, m, NAN, reason);
}

/* Why metrics of @group that need two time-locked streams cannot exist. */
static const gchar *
obstacle (const VoxQuality *self, VoxQualityGroups group)
{
  if (!(self->params.groups & group))
    return REASON_GROUP;
  if (self->n_streams < 2)
    return REASON_NO_REFERENCE;
  if (!self->params.time_locked)
    return REASON_NOT_LOCKED;
  return NULL;
}

static void
collect_speech (const VoxQuality *self, VoxQualityResult *result)
{
  const gchar *reason = obstacle (self, VOX_QUALITY_GROUP_INTELLIGIBILITY);
  const GArray *segments;
  gdouble stoi = 0.0, estoi = 0.0;

  if (reason == NULL && vox_intelligibility_segments (self->speech)->len == 0)
    reason = "the reference has less than 0.4 s of sound";
  if (reason != NULL) {
    set_unavailable (result, VOX_QUALITY_STOI, VOX_QUALITY_ESTOI, reason);
    return;
  }
  segments = vox_intelligibility_segments (self->speech);
  for (guint i = 0; i < segments->len; i++) {
    const VoxSpeechSegment *segment =
        &g_array_index (segments, VoxSpeechSegment, i);

    stoi += (gdouble) segment->stoi;
    estoi += (gdouble) segment->estoi;
  }
  set_value (result, VOX_QUALITY_STOI, stoi / segments->len, NULL);
  set_value (result, VOX_QUALITY_ESTOI, estoi / segments->len, NULL);
}

static void
collect_distortion (const VoxQuality *self, VoxQualityResult *result)
{
  const gchar *reason = obstacle (self, VOX_QUALITY_GROUP_DISTORTION);
  gdouble db;

  if (reason != NULL) {
    set_unavailable (result, VOX_QUALITY_SI_SDR, VOX_QUALITY_SDR, reason);
    return;
  }
  if (!vox_distortion_si_sdr (self->distortion, &db))
    db = NAN;
  set_value (result, VOX_QUALITY_SI_SDR, db, "a stream is silent or constant");
  if (!vox_distortion_sdr (self->distortion, &db))
    db = NAN;
  set_value (result, VOX_QUALITY_SDR, db, "the reference is silent");
}

static gdouble
finite_mean (const GArray *values)
{
  gdouble sum = 0.0;
  guint n = 0;

  for (guint i = 0; i < values->len; i++) {
    const gfloat value = g_array_index (values, gfloat, i);

    if (isfinite (value)) {
      sum += (gdouble) value;
      n++;
    }
  }
  return n > 0 ? sum / n : (gdouble) NAN;
}

static void
collect_spectrum (const VoxQuality *self, VoxQualityResult *result)
{
  static const gchar no_frame[] =
      "no 32 ms frame of the reference is above -70 dBFS";
  const gchar *reason = obstacle (self, VOX_QUALITY_GROUP_SPECTRUM);
  gdouble warped;

  set_unavailable (result, VOX_QUALITY_LSD, VOX_QUALITY_MCD, reason);
  if (self->spectrum == NULL)
    return;
  vox_spectral_distance_picture (self->spectrum, JUDGED, &result->spectrogram);
  if (self->n_streams < 2)
    return;
  vox_spectral_distance_picture (
      self->spectrum, REFERENCE, &result->reference_spectrogram);
  g_clear_pointer (&result->metrics[VOX_QUALITY_MCD].reason, g_free);
  if (!self->params.time_locked) {
    if (!vox_spectral_distance_warped_mcd (self->spectrum, &warped))
      warped = NAN;
    set_value (result, VOX_QUALITY_MCD, warped,
        "one stream has no 32 ms frame above -70 dBFS");
    return;
  }
  g_clear_pointer (&result->metrics[VOX_QUALITY_LSD].reason, g_free);
  set_value (result, VOX_QUALITY_LSD,
      finite_mean (vox_spectral_distance_lsd (self->spectrum)), no_frame);
  set_value (result, VOX_QUALITY_MCD,
      finite_mean (vox_spectral_distance_mcd (self->spectrum)), no_frame);
}

static void
take_track (const VoxQuality *self, guint stream, GArray *track,
    VoxQualitySignal *signal)
{
  const GArray *frames = vox_pitch_compare_track (self->pitch, stream);

  g_array_append_vals (track, frames->data, frames->len);
  signal->f0_median_hz =
      vox_pitch_median_hz ((const gfloat *) (gconstpointer) frames->data,
          frames->len, &signal->voiced_ratio);
}

static void
collect_pitch (const VoxQuality *self, VoxQualityResult *result)
{
  static const gchar no_voice[] = "no frame is voiced in both streams";
  const gchar *reason = obstacle (self, VOX_QUALITY_GROUP_PITCH);
  VoxPitchScores scores;

  if (self->pitch != NULL)
    take_track (self, JUDGED, result->f0_hz, &result->judged);
  if (self->pitch != NULL && self->n_streams == 2)
    take_track (self, REFERENCE, result->reference_f0_hz, &result->reference);
  if (reason != NULL) {
    set_unavailable (
        result, VOX_QUALITY_F0_RMSE_HZ, VOX_QUALITY_F0_CORRELATION, reason);
    return;
  }
  vox_pitch_scores ((const gfloat *) (gpointer) result->f0_hz->data,
      (const gfloat *) (gpointer) result->reference_f0_hz->data,
      MIN (result->f0_hz->len, result->reference_f0_hz->len),
      self->params.expected_shift, &scores);
  result->f0_ffe = scores.ffe;
  set_value (result, VOX_QUALITY_F0_RMSE_HZ, scores.rmse_hz, no_voice);
  set_value (result, VOX_QUALITY_F0_RMSE_CENTS, scores.rmse_cents, no_voice);
  set_value (result, VOX_QUALITY_F0_RPA, scores.rpa,
      "no frame of the reference is voiced");
  set_value (result, VOX_QUALITY_F0_GPE, scores.gpe, no_voice);
  set_value (result, VOX_QUALITY_F0_VDE, scores.vde, REASON_TOO_SHORT);
  set_value (result, VOX_QUALITY_F0_CORRELATION, scores.correlation,
      scores.n_both > 1 ? "the pitch of a stream does not move" : no_voice);
}

static void
collect_loudness (const VoxQuality *self, VoxQualityResult *result)
{
  const VoxQualitySignal *judged = &result->judged;
  const gchar *reason = vox_loudness_reason ();

  if (!(self->params.groups & VOX_QUALITY_GROUP_LOUDNESS)) {
    set_unavailable (result, VOX_QUALITY_LOUDNESS_INTEGRATED,
        VOX_QUALITY_TRUE_PEAK, REASON_GROUP);
    return;
  }
  set_value (result, VOX_QUALITY_LOUDNESS_INTEGRATED,
      judged->loudness_integrated_lufs,
      reason != NULL ? reason : "no block of 0.4 s is above -70 LUFS");
  set_value (result, VOX_QUALITY_LOUDNESS_RANGE, judged->loudness_range_lu,
      reason != NULL ? reason : "the stream is shorter than 3 s or silent");
  set_value (result, VOX_QUALITY_TRUE_PEAK, judged->true_peak_dbtp,
      reason != NULL ? reason : "the stream is silent");
}

static void
collect_similarity (const VoxQuality *self, VoxQualityResult *result)
{
  const gchar *reason = NULL;
  gfloat embeddings[N_STREAMS][VOX_SPEAKER_DIMENSIONS];
  gdouble similarity = NAN;

  if (!(self->params.groups & VOX_QUALITY_GROUP_SIMILARITY))
    reason = REASON_GROUP;
  else if (self->n_streams < 2)
    reason = REASON_NO_REFERENCE;
  else if (self->params.rate < VOX_SPEAKER_MIN_RATE_HZ)
    reason = "the sample rate is under 16 kHz";
  else if (vox_speaker_embedding (
               self->streams[JUDGED].speaker, embeddings[JUDGED])
      && vox_speaker_embedding (
          self->streams[REFERENCE].speaker, embeddings[REFERENCE]))
    similarity =
        vox_speaker_similarity (embeddings[JUDGED], embeddings[REFERENCE]);
  else
    reason = "a stream has less than 1 s of sound";
  set_value (result, VOX_QUALITY_SPEAKER_SIMILARITY, similarity, reason);
}

static gboolean
collect_stream (
    const VoxQuality *self, guint s, VoxQualitySignal *signal, GError **error)
{
  const VoxQualityStream *stream = &self->streams[s];

  *signal = (VoxQualitySignal){
    .duration_s = (gdouble) stream->n_frames / self->params.rate,
    .loudness_integrated_lufs = NAN,
    .loudness_range_lu = NAN,
    .loudness_momentary_max_lufs = NAN,
    .loudness_short_term_max_lufs = NAN,
    .true_peak_dbtp = NAN,
    .sample_peak_dbfs = NAN,
    .rms_dbfs = NAN,
    .dc = NAN,
    .noise_floor_dbfs = NAN,
    .silence_ratio = NAN,
    .coherence = NAN,
    .voiced_ratio = NAN,
    .f0_median_hz = NAN,
  };
  if (stream->loudness != NULL)
    vox_loudness_get (stream->loudness, signal);
  return stream->facts == NULL
      || vox_signal_facts_get (stream->facts, signal, error);
}

static void
collect_frames (VoxQuality *self, VoxQualityResult *result)
{
  const GArray *segments =
      self->speech != NULL ? vox_intelligibility_segments (self->speech) : NULL;
  VoxQualityFrame frame;

  for (guint k = 0; k * (guint64) self->interval < self->n_compared; k++) {
    vox_quality_fill_interval (self, k, segments, &frame);
    g_array_append_val (result->frames, frame);
  }
}

/* Spread of a metric over the intervals that have it. */
static void
set_spread (
    VoxQualityResult *result, VoxQualityMetric metric, VoxQualityFrameValue key)
{
  VoxQualityValue *slot = &result->metrics[metric];
  guint n = 0;

  for (guint i = 0; slot->available && i < result->frames->len; i++) {
    const gdouble value =
        g_array_index (result->frames, VoxQualityFrame, i).values[key];

    if (!isfinite (value))
      continue;
    slot->min = n == 0 ? value : MIN (slot->min, value);
    slot->max = n == 0 ? value : MAX (slot->max, value);
    slot->mean += value;
    n++;
  }
  if (n > 0)
    slot->mean /= n;
  slot->has_spread = n > 0;
}

static void
add_notes (const VoxQuality *self, VoxQualityResult *result)
{
  const gdouble judged_s = result->judged.duration_s;
  const gdouble reference_s = result->reference.duration_s;

  for (guint s = 0; s < self->n_streams; s++)
    if (self->streams[s].waiting.n_replaced > 0)
      g_ptr_array_add (result->notes,
          g_strdup_printf ("%" G_GUINT64_FORMAT
                           " samples of the %s are not finite; they count as "
                           "0.",
              self->streams[s].waiting.n_replaced,
              s == JUDGED ? "judged stream" : "reference"));
  if (self->n_streams < 2)
    return;
  if (self->params.time_locked
      && fabs (judged_s - reference_s) > LENGTH_TOLERANCE_S)
    g_ptr_array_add (result->notes,
        g_strdup_printf ("The judged stream lasts %.3f s, the reference %.3f "
                         "s; %.3f s were compared.",
            judged_s, reference_s, result->compared_s));
  if (self->lag.searched && !self->lag.found)
    g_ptr_array_add (result->notes,
        g_strdup ("No lag was found: the streams do not resemble each other "
                  "enough; they are compared as they are."));
  if (self->params.channels != self->params.reference_channels)
    g_ptr_array_add (result->notes,
        g_strdup_printf ("The judged stream has %u channels, the reference "
                         "%u; mono mixes are compared.",
            self->params.channels, self->params.reference_channels));
}

VoxQualityResult *
vox_quality_collect (VoxQuality *self, GError **error)
{
  g_autoptr (VoxQualityResult) result = g_new0 (VoxQualityResult, 1);

  result->params = self->params;
  result->lag = self->lag;
  result->f0_ffe = NAN;
  result->frames = g_array_new (FALSE, FALSE, sizeof (VoxQualityFrame));
  result->f0_hz = g_array_new (FALSE, FALSE, sizeof (gfloat));
  result->reference_f0_hz = g_array_new (FALSE, FALSE, sizeof (gfloat));
  result->notes = g_ptr_array_new_with_free_func (g_free);
  if (self->n_streams == 2)
    result->compared_s = (gdouble) self->n_compared / self->params.rate;
  if (!collect_stream (self, JUDGED, &result->judged, error)
      || !collect_stream (self, REFERENCE, &result->reference, error))
    return NULL;
  collect_speech (self, result);
  collect_distortion (self, result);
  collect_spectrum (self, result);
  collect_pitch (self, result);
  collect_loudness (self, result);
  collect_similarity (self, result);
  set_value (result, VOX_QUALITY_MOS_LQO, NAN,
      "this version has no listening-quality model; no number is invented");
  collect_frames (self, result);
  set_spread (result, VOX_QUALITY_STOI, VOX_QUALITY_FRAME_STOI);
  set_spread (result, VOX_QUALITY_ESTOI, VOX_QUALITY_FRAME_ESTOI);
  set_spread (result, VOX_QUALITY_SI_SDR, VOX_QUALITY_FRAME_SI_SDR);
  set_spread (result, VOX_QUALITY_SDR, VOX_QUALITY_FRAME_SDR);
  set_spread (result, VOX_QUALITY_LSD, VOX_QUALITY_FRAME_LSD);
  set_spread (result, VOX_QUALITY_MCD, VOX_QUALITY_FRAME_MCD);
  set_spread (
      result, VOX_QUALITY_F0_RMSE_CENTS, VOX_QUALITY_FRAME_F0_RMSE_CENTS);
  add_notes (self, result);
  return g_steal_pointer (&result);
}

void
vox_quality_result_free (VoxQualityResult *result)
{
  if (result == NULL)
    return;
  for (guint m = 0; m < VOX_QUALITY_N_METRICS; m++)
    g_free (result->metrics[m].reason);
  g_array_unref (result->frames);
  g_array_unref (result->f0_hz);
  g_array_unref (result->reference_f0_hz);
  g_ptr_array_unref (result->notes);
  g_free (result->spectrogram.levels_db);
  g_free (result->reference_spectrogram.levels_db);
  g_free (result);
}
