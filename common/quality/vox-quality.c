/* vox-quality.c: feeds the meters.
 *
 * What describes one stream by itself sees its frames as they come. What
 * compares waits until both streams have come and the lag is known, and then
 * sees them in step, cut into pieces of at most PIECE_FRAMES.
 */
#include "quality/vox-quality.h"

#include <math.h>

#include "quality/vox-lag.h"
#include "quality/vox-quality-private.h"

#define PIECE_FRAMES 4096
/* Frames that vox_quality_measure () pushes of each stream in turn. */
#define MEASURE_PIECE_FRAMES 65536

#define MIN_RATE_HZ 8000
#define MAX_RATE_HZ 192000
#define MAX_CHANNELS 8
#define MIN_INTERVAL_S 0.1
#define MAX_INTERVAL_S 60.0
#define MIN_LAG_S 0.01
#define MAX_LAG_S 5.0
#define MAX_SHIFT 48.0

static gboolean
in_range (
    const gchar *name, gdouble value, gdouble low, gdouble high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "%s is %g; it must be between %g and %g", name, value, low, high);
  return FALSE;
}

static gboolean
check_params (const VoxQualityParams *params, GError **error)
{
  return in_range ("the sample rate in Hz", params->rate, MIN_RATE_HZ,
             MAX_RATE_HZ, error)
      && in_range (
          "the number of channels", params->channels, 1, MAX_CHANNELS, error)
      && in_range ("the number of reference channels",
          params->reference_channels, 0, MAX_CHANNELS, error)
      && in_range ("the interval in seconds", params->interval_s,
          MIN_INTERVAL_S, MAX_INTERVAL_S, error)
      && in_range ("the largest lag in seconds", params->max_lag_s, MIN_LAG_S,
          MAX_LAG_S, error)
      && in_range ("the expected shift in semitones", params->expected_shift,
          -MAX_SHIFT, MAX_SHIFT, error);
}

static gboolean
make_stream_meters (VoxQuality *self, VoxQualityStream *stream, GError **error)
{
  const guint groups = self->params.groups;

  if (groups & VOX_QUALITY_GROUP_LOUDNESS) {
    stream->loudness =
        vox_loudness_new (self->params.rate, stream->channels, error);
    if (stream->loudness == NULL)
      return FALSE;
  }
  if (groups & VOX_QUALITY_GROUP_SIGNAL) {
    stream->facts = vox_signal_facts_new (
        self->stream, self->params.rate, stream->channels, error);
    if (stream->facts == NULL)
      return FALSE;
  }
  if (groups & VOX_QUALITY_GROUP_SIMILARITY && self->n_streams == 2
      && self->params.rate >= VOX_SPEAKER_MIN_RATE_HZ) {
    stream->speaker = vox_speaker_new (self->stream, self->params.rate, error);
    if (stream->speaker == NULL)
      return FALSE;
  }
  return TRUE;
}

/* Channels that are compared one by one: all when both streams have the same
 * number, a mono mix otherwise. */
static guint
compared_channels (const VoxQuality *self)
{
  const guint judged = self->streams[JUDGED].channels;

  return judged == self->streams[REFERENCE].channels ? judged : 1;
}

static gboolean
make_comparing_meters (VoxQuality *self, GError **error)
{
  const VoxQualityParams *params = &self->params;
  const gboolean locked = self->n_streams == 2 && params->time_locked;

  if (locked && params->groups & VOX_QUALITY_GROUP_INTELLIGIBILITY) {
    self->speech = vox_intelligibility_new (
        self->stream, params->rate, VOX_QUALITY_STOI_SECTION_S, error);
    if (self->speech == NULL)
      return FALSE;
  }
  if (locked && params->groups & VOX_QUALITY_GROUP_DISTORTION)
    self->distortion = vox_distortion_new (
        params->rate, compared_channels (self), self->interval);
  if (params->groups & VOX_QUALITY_GROUP_SPECTRUM) {
    self->spectrum = vox_spectral_distance_new (self->stream, params->rate,
        self->n_streams, params->time_locked, error);
    if (self->spectrum == NULL)
      return FALSE;
  }
  if (params->groups & VOX_QUALITY_GROUP_PITCH) {
    self->pitch = vox_pitch_compare_new (
        self->stream, params->rate, self->n_streams, params->mode, error);
    if (self->pitch == NULL)
      return FALSE;
  }
  return TRUE;
}

VoxQuality *
vox_quality_new (
    VoxDevice *device, const VoxQualityParams *params, GError **error)
{
  g_autoptr (VoxQuality) self = NULL;

  if (!check_params (params, error))
    return NULL;
  self = g_new0 (VoxQuality, 1);
  self->params = *params;
  self->stream = vox_stream_new (device, error);
  if (self->stream == NULL)
    return NULL;
  self->n_streams = params->reference_channels > 0 ? 2 : 1;
  self->interval = (gsize) lrint (params->interval_s * params->rate);
  self->lag.method = "waveform";
  self->lag_known =
      self->n_streams < 2 || params->alignment == VOX_QUALITY_ALIGNMENT_OFF;
  self->streams[JUDGED].channels = params->channels;
  self->streams[REFERENCE].channels = params->reference_channels;
  self->scratch = g_new (gfloat, 2 * PIECE_FRAMES);
  for (guint s = 0; s < self->n_streams; s++) {
    VoxQualityStream *stream = &self->streams[s];

    stream->waiting.channels = stream->channels;
    self->mono[s] = g_new (gfloat, PIECE_FRAMES);
    if (!make_stream_meters (self, stream, error))
      return NULL;
  }
  return make_comparing_meters (self, error) ? g_steal_pointer (&self) : NULL;
}

void
vox_quality_free (VoxQuality *self)
{
  if (self == NULL)
    return;
  for (guint s = 0; s < N_STREAMS; s++) {
    vox_frame_queue_clear (&self->streams[s].waiting);
    g_clear_pointer (&self->streams[s].loudness, vox_loudness_free);
    g_clear_pointer (&self->streams[s].facts, vox_signal_facts_free);
    g_clear_pointer (&self->streams[s].speaker, vox_speaker_free);
    g_free (self->mono[s]);
  }
  g_clear_pointer (&self->speech, vox_intelligibility_free);
  g_clear_pointer (&self->distortion, vox_distortion_free);
  g_clear_pointer (&self->spectrum, vox_spectral_distance_free);
  g_clear_pointer (&self->pitch, vox_pitch_compare_free);
  g_clear_pointer (&self->stream, vox_stream_free);
  g_free (self->scratch);
  g_free (self);
}

static void
mix_down (const gfloat *frames, guint channels, gsize n_frames, gfloat *mono)
{
  const gfloat part = 1.0f / (gfloat) channels;

  for (gsize i = 0; i < n_frames; i++) {
    gfloat sum = 0.0f;

    for (guint c = 0; c < channels; c++)
      sum += frames[i * channels + c];
    mono[i] = sum * part;
  }
}

/* Fills mono[] with @n frames of each stream, silence after its end, and
 * @scratch with them interleaved. */
static void
mix_pieces (VoxQuality *self, gsize n)
{
  for (guint s = 0; s < self->n_streams; s++) {
    const VoxFrameQueue *queue = &self->streams[s].waiting;
    const gsize held = MIN (n, queue->length);

    if (held > 0)
      mix_down (
          vox_frame_queue_peek (queue), queue->channels, held, self->mono[s]);
    for (gsize i = held; i < n; i++)
      self->mono[s][i] = 0.0f;
    for (gsize i = 0; i < n; i++)
      self->scratch[i * self->n_streams + s] = self->mono[s][i];
  }
}

static gboolean
compare_piece (VoxQuality *self, gsize n, GError **error)
{
  mix_pieces (self, n);
  if (self->speech != NULL
      && !vox_intelligibility_push (self->speech, self->scratch, n, error))
    return FALSE;
  if (self->distortion != NULL) {
    const gboolean mono = compared_channels (self) == 1;
    const gfloat *frames[N_STREAMS];

    for (guint s = 0; s < N_STREAMS; s++)
      frames[s] = mono ? self->mono[s]
                       : vox_frame_queue_peek (&self->streams[s].waiting);
    vox_distortion_push (
        self->distortion, frames[JUDGED], frames[REFERENCE], n);
  }
  if (self->spectrum != NULL
      && !vox_spectral_distance_push (self->spectrum, self->scratch, n, error))
    return FALSE;
  return self->pitch == NULL
      || vox_pitch_compare_push (self->pitch, self->scratch, n, error);
}

/* Compares what both streams have. */
static gboolean
compare_waiting (VoxQuality *self, GError **error)
{
  for (;;) {
    gsize n = PIECE_FRAMES;

    for (guint s = 0; s < self->n_streams; s++)
      n = MIN (n, self->streams[s].waiting.length);
    if (n == 0)
      return TRUE;
    if (!compare_piece (self, n, error))
      return FALSE;
    for (guint s = 0; s < self->n_streams; s++)
      vox_frame_queue_drop (&self->streams[s].waiting, n);
    self->n_compared += n;
  }
}

/* Without a time lock the rest of the longer stream counts for the warped
 * distance; silence fills the shorter one. */
static gboolean
feed_rest_to_spectrum (VoxQuality *self, GError **error)
{
  for (;;) {
    gsize n = 0;

    for (guint s = 0; s < self->n_streams; s++)
      n = MAX (n, self->streams[s].waiting.length);
    n = MIN (n, PIECE_FRAMES);
    if (n == 0)
      return TRUE;
    mix_pieces (self, n);
    if (!vox_spectral_distance_push (self->spectrum, self->scratch, n, error))
      return FALSE;
    for (guint s = 0; s < self->n_streams; s++) {
      VoxFrameQueue *queue = &self->streams[s].waiting;

      vox_frame_queue_drop (queue, MIN (n, queue->length));
    }
  }
}

/* Looks for the lag in what is waiting and drops the head of the late one. */
static gboolean
settle_lag (VoxQuality *self, GError **error)
{
  const gsize window = (gsize) self->params.rate * VOX_QUALITY_LAG_WINDOW_S;
  gfloat *mono[N_STREAMS] = { NULL, NULL };
  gsize n[N_STREAMS];
  VoxFrameQueue *late;
  gboolean ok;

  for (guint s = 0; s < N_STREAMS; s++) {
    const VoxFrameQueue *queue = &self->streams[s].waiting;

    n[s] = MIN (window, queue->length);
    mono[s] = g_new0 (gfloat, MAX (n[s], 1));
    if (n[s] > 0)
      mix_down (vox_frame_queue_peek (queue), queue->channels, n[s], mono[s]);
  }
  ok = vox_lag_find (self->stream, self->params.rate, mono[JUDGED], n[JUDGED],
      mono[REFERENCE], n[REFERENCE], self->params.max_lag_s, &self->lag, error);
  g_free (mono[JUDGED]);
  g_free (mono[REFERENCE]);
  if (!ok)
    return FALSE;
  late = &self->streams[self->lag.samples > 0 ? JUDGED : REFERENCE].waiting;
  vox_frame_queue_drop (
      late, MIN (late->length, (gsize) ABS (self->lag.samples)));
  self->lag_known = TRUE;
  return TRUE;
}

static gboolean
lag_can_be_settled (const VoxQuality *self)
{
  const gsize window = (gsize) self->params.rate * VOX_QUALITY_LAG_WINDOW_S;

  return self->streams[JUDGED].waiting.length >= window
      && self->streams[REFERENCE].waiting.length >= window;
}

/* After the end of the reference, what the judged stream has more. */
static gboolean
release_unmatched (VoxQuality *self, GError **error)
{
  VoxFrameQueue *judged = &self->streams[JUDGED].waiting;

  if (!self->reference_ended || !self->lag_known
      || self->streams[REFERENCE].waiting.length > 0)
    return TRUE;
  if (!self->params.time_locked && self->spectrum != NULL)
    return feed_rest_to_spectrum (self, error);
  vox_frame_queue_drop (judged, judged->length);
  return TRUE;
}

static gboolean
push_to_speaker (VoxQuality *self, VoxQualityStream *stream,
    const gfloat *frames, gsize n_frames, GError **error)
{
  while (n_frames > 0) {
    const gsize n = MIN (n_frames, PIECE_FRAMES);

    mix_down (frames, stream->channels, n, self->scratch);
    if (!vox_speaker_push (stream->speaker, self->scratch, n, error))
      return FALSE;
    frames += n * stream->channels;
    n_frames -= n;
  }
  return TRUE;
}

static gboolean
push (VoxQuality *self, VoxQualityStream *stream, const gfloat *frames,
    gsize n_frames, GError **error)
{
  const gfloat *clean;

  if (n_frames == 0)
    return TRUE;
  clean = vox_frame_queue_push (&stream->waiting, frames, n_frames);
  stream->n_frames += n_frames;
  if (stream->loudness != NULL
      && !vox_loudness_push (stream->loudness, clean, n_frames, error))
    return FALSE;
  if (stream->facts != NULL
      && !vox_signal_facts_push (stream->facts, clean, n_frames, error))
    return FALSE;
  if (stream->speaker != NULL
      && !push_to_speaker (self, stream, clean, n_frames, error))
    return FALSE;
  if (!self->lag_known && lag_can_be_settled (self)
      && !settle_lag (self, error))
    return FALSE;
  if (self->lag_known && !compare_waiting (self, error))
    return FALSE;
  return release_unmatched (self, error);
}

gboolean
vox_quality_push (
    VoxQuality *self, const gfloat *frames, gsize n_frames, GError **error)
{
  g_return_val_if_fail (!self->finished, FALSE);
  return push (self, &self->streams[JUDGED], frames, n_frames, error);
}

gboolean
vox_quality_push_reference (
    VoxQuality *self, const gfloat *frames, gsize n_frames, GError **error)
{
  g_return_val_if_fail (!self->finished, FALSE);
  g_return_val_if_fail (self->n_streams == 2, FALSE);
  return push (self, &self->streams[REFERENCE], frames, n_frames, error);
}

gboolean
vox_quality_end_reference (VoxQuality *self, GError **error)
{
  g_return_val_if_fail (!self->finished && self->n_streams == 2, FALSE);
  self->reference_ended = TRUE;
  return release_unmatched (self, error);
}

static gboolean
drain (VoxQuality *self, GError **error)
{
  if (!self->lag_known
      && (!settle_lag (self, error) || !compare_waiting (self, error)))
    return FALSE;
  if (self->n_streams == 2 && !self->params.time_locked
      && self->spectrum != NULL && !feed_rest_to_spectrum (self, error))
    return FALSE;
  if (self->distortion != NULL)
    vox_distortion_drain (self->distortion);
  if (self->speech != NULL && !vox_intelligibility_drain (self->speech, error))
    return FALSE;
  return self->pitch == NULL || vox_pitch_compare_drain (self->pitch, error);
}

const VoxQualityLag *
vox_quality_lag (const VoxQuality *self)
{
  return &self->lag;
}

VoxQualityResult *
vox_quality_finish (VoxQuality *self, GError **error)
{
  g_return_val_if_fail (!self->finished, NULL);
  self->finished = TRUE;
  return drain (self, error) ? vox_quality_collect (self, error) : NULL;
}

VoxQualityResult *
vox_quality_measure (VoxDevice *device, const VoxQualityParams *params,
    const gfloat *reference, gsize n_reference_frames, const gfloat *judged,
    gsize n_judged_frames, GError **error)
{
  g_autoptr (VoxQuality) self = vox_quality_new (device, params, error);
  gsize from = 0;

  if (self == NULL)
    return NULL;
  if (self->n_streams < 2)
    n_reference_frames = 0;
  while (from < MAX (n_reference_frames, n_judged_frames)) {
    const gsize to = from + MEASURE_PIECE_FRAMES;

    if (from < n_reference_frames
        && !vox_quality_push_reference (self,
            reference + from * params->reference_channels,
            MIN (to, n_reference_frames) - from, error))
      return NULL;
    if (from < n_judged_frames
        && !vox_quality_push (self, judged + from * params->channels,
            MIN (to, n_judged_frames) - from, error))
      return NULL;
    from = to;
  }
  return vox_quality_finish (self, error);
}
