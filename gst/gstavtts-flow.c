/* gstavtts-flow.c: from one text to audio buffers, in time. */
#include "gstavtts-private.h"

#include <math.h>

#include "base/gstaverror.h"

#define GST_CAT_DEFAULT gst_av_tts_debug

/* How far the speaking rate may go to fit a slot, relative to `speed`: what
 * listeners still take for natural speech. */
#define MIN_FIT 0.8
#define MAX_FIT 1.5
/* Attempts to hit the slot; each corrects the rate by the duration it gave. */
#define FIT_STEPS 4
/* A rate that leaves less than this unused is good enough, in seconds. */
#define FIT_TOLERANCE_S 0.02

/* Where speech is cut off it is faded, in seconds. */
#define FADE_S 0.01

/* One text on its way out. */
typedef struct
{
  GstAvTts *self;
  GstAvTtsOverflow overflow;
  gboolean cut; /* overflow=clip and a slot */
  guint64 n_samples; /* spoken so far */
  guint64 slot; /* samples of the slot, G_MAXUINT64 without */
  guint64 fade; /* samples of the fade at its end */
  guint64 ready; /* samples of this text that may be pushed now */
  guint64 offset; /* first sample of this text, after self->frames */
} Utterance;

static GstClockTime
frames_to_time (const GstAvTts *self, guint64 frames)
{
  return gst_util_uint64_scale (
      frames, GST_SECOND, (guint64) GST_AUDIO_INFO_RATE (&self->info));
}

static guint64
time_to_frames (const GstAvTts *self, GstClockTime time)
{
  return gst_util_uint64_scale_round (
      time, (guint64) GST_AUDIO_INFO_RATE (&self->info), GST_SECOND);
}

GstClockTime
gst_av_tts_position (const GstAvTts *self)
{
  return self->origin
      + (self->frames > 0 ? frames_to_time (self, self->frames) : 0);
}

void
gst_av_tts_jump (GstAvTts *self, GstClockTime position)
{
  self->origin = position;
  self->frames = 0;
}

/* --- pushing --- */

static GstBuffer *
make_buffer (GstAvTts *self, const gfloat *samples, gsize n_samples)
{
  gsize size = n_samples * (gsize) GST_AUDIO_INFO_BPF (&self->info);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstAudioBuffer map;

  if (buffer == NULL
      || !gst_audio_buffer_map (&map, &self->info, buffer, GST_MAP_WRITE)) {
    gst_clear_buffer (&buffer);
    return NULL;
  }
  gst_av_samples_write (self->samples, &map, 0, n_samples, samples);
  gst_audio_buffer_unmap (&map);
  return buffer;
}

/* Pushes @samples at the current position; NULL is silence. */
static GstFlowReturn
push_samples (GstAvTts *self, const gfloat *samples, gsize n_samples)
{
  g_autofree gfloat *silence = NULL;
  GstClockTime start, stop;
  GstBuffer *buffer;

  if (n_samples == 0)
    return GST_FLOW_OK;
  if (g_atomic_int_get (&self->flushing))
    return GST_FLOW_FLUSHING;
  if (samples == NULL)
    samples = silence = g_new0 (gfloat, n_samples);
  buffer = make_buffer (self, samples, n_samples);
  if (buffer == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT,
        ("There is no memory for %" G_GSIZE_FORMAT " samples.", n_samples),
        (NULL));
    return GST_FLOW_ERROR;
  }
  start = gst_av_tts_position (self);
  self->frames += n_samples;
  stop = gst_av_tts_position (self);
  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = stop - start;
  if (silence != NULL)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  if (self->mark_discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->mark_discont = FALSE;
  self->segment.position = stop;
  gst_av_stats_lock (&self->stats);
  self->stats.samples_out += n_samples;
  gst_av_stats_unlock (&self->stats);
  buffer = gst_audio_buffer_clip (buffer, &self->segment,
      GST_AUDIO_INFO_RATE (&self->info), GST_AUDIO_INFO_BPF (&self->info));
  if (buffer == NULL)
    return GST_FLOW_OK; /* outside of the segment */
  return gst_pad_push (self->srcpad, buffer);
}

GstFlowReturn
gst_av_tts_push_held (GstAvTts *self, GstClockTime until)
{
  guint n = self->held->len;
  GstFlowReturn flow;

  if (GST_CLOCK_TIME_IS_VALID (until)) {
    GstClockTime position = gst_av_tts_position (self);

    n = until <= position
        ? 0
        : (guint) MIN (n, time_to_frames (self, until - position));
  }
  flow = push_samples (self, (const gfloat *) self->held->data, n);
  if (n > 0)
    g_array_remove_range (self->held, 0, n);
  return flow;
}

/* Silence up to @start, in buffers of a second. */
static GstFlowReturn
fill_gap (GstAvTts *self, GstClockTime start)
{
  const guint64 most = (guint64) GST_AUDIO_INFO_RATE (&self->info);
  GstFlowReturn flow = gst_av_tts_push_held (self, start);
  GstClockTime position = gst_av_tts_position (self);
  guint64 left = start > position ? time_to_frames (self, start - position) : 0;

  while (flow == GST_FLOW_OK && left > 0) {
    gsize n = (gsize) MIN (left, most);

    flow = push_samples (self, NULL, n);
    left -= n;
  }
  return flow;
}

/* --- one text --- */

/* Fades the end of the slot out and drops what lies behind. Returns how many
 * of the samples remain. */
static gsize
cut_at_slot (const Utterance *utterance, gfloat *samples, gsize n_samples)
{
  guint64 left = utterance->slot - MIN (utterance->slot, utterance->n_samples);
  gsize n = (gsize) MIN (left, n_samples);

  for (gsize i = 0; i < n; i++) {
    guint64 to_end = utterance->slot - (utterance->n_samples + i);

    if (to_end < utterance->fade)
      samples[i] *= (gfloat) to_end / (gfloat) utterance->fade;
  }
  return n;
}

/* Adds samples to what is held back, then pushes what is due: everything,
 * but for the part behind the slot that the next text may be mixed with. */
static gboolean
take_speech (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  Utterance *utterance = user_data;
  GstAvTts *self = utterance->self;
  g_autofree gfloat *copy = g_memdup2 (samples, n_samples * sizeof (gfloat));
  gsize n =
      utterance->cut ? cut_at_slot (utterance, copy, n_samples) : n_samples;
  guint64 at = utterance->offset + utterance->n_samples - self->frames;
  guint64 due;

  if (self->held->len < at + n)
    g_array_set_size (self->held, (guint) (at + n));
  for (gsize i = 0; i < n; i++)
    g_array_index (self->held, gfloat, at + i) += copy[i];
  utterance->n_samples += n_samples;
  due = utterance->offset + MIN (utterance->n_samples, utterance->ready);
  due = MIN (due - MIN (due, self->frames), self->held->len);
  self->flow =
      push_samples (self, (const gfloat *) self->held->data, (gsize) due);
  if (due > 0)
    g_array_remove_range (self->held, 0, (guint) due);
  return self->flow == GST_FLOW_OK
      && !(utterance->cut && utterance->n_samples >= utterance->slot);
}

/* The rate at which @text lasts no longer than @slot_s, if any does. */
static gboolean
fit_rate (GstAvTts *self, const gchar *text, gdouble speed, gdouble pause_scale,
    gdouble slot_s, gdouble *rate, GError **error)
{
  gdouble fit = 1, low = MIN_FIT;

  for (guint step = 0; step < FIT_STEPS; step++) {
    gdouble seconds;

    if (!gst_av_speech_duration (
            self->speech, text, speed * fit, pause_scale, &seconds, error))
      return FALSE;
    if (seconds <= slot_s
        && (fit <= MIN_FIT || slot_s - seconds < FIT_TOLERANCE_S))
      break;
    if (seconds > slot_s && fit >= MAX_FIT)
      break;
    /* Aims inside the tolerance; a rate that was too slow bounds the next. */
    if (seconds > slot_s)
      low = fit;
    fit *= seconds / MAX (slot_s - FIT_TOLERANCE_S / 2, 1e-3);
    fit = CLAMP (fit, low, MAX_FIT);
  }
  *rate = speed * fit;
  GST_DEBUG_OBJECT (self, "rate %.3f for a slot of %.3f s", *rate, slot_s);
  return TRUE;
}

static void
begin_utterance (GstAvTts *self, Utterance *utterance, GstClockTime slot)
{
  utterance->offset = self->frames;
  utterance->slot = G_MAXUINT64;
  utterance->ready = G_MAXUINT64;
  if (!GST_CLOCK_TIME_IS_VALID (slot))
    return;
  utterance->slot = time_to_frames (self, slot);
  utterance->fade = (guint64) (FADE_S * GST_AUDIO_INFO_RATE (&self->info));
  utterance->cut = utterance->overflow == GST_AV_TTS_OVERFLOW_CLIP;
  if (utterance->overflow == GST_AV_TTS_OVERFLOW_OVERLAP)
    utterance->ready = utterance->slot;
}

/* Place in the stream where a text with these times begins. */
static GstFlowReturn
move_to_start (GstAvTts *self, GstAvTtsOverflow overflow, GstClockTime start)
{
  if (!GST_CLOCK_TIME_IS_VALID (start))
    return gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE);
  if (overflow != GST_AV_TTS_OVERFLOW_OVERLAP) {
    GstFlowReturn flow = gst_av_tts_push_held (self, GST_CLOCK_TIME_NONE);

    if (flow != GST_FLOW_OK)
      return flow;
  }
  return fill_gap (self, start);
}

static void
count_utterance (GstAvTts *self, guint64 n_samples, gint64 started_us)
{
  gst_av_stats_lock (&self->stats);
  self->utterances++;
  self->stats.audio_time += frames_to_time (self, n_samples);
  self->stats.compute_time +=
      (GstClockTime) (g_get_monotonic_time () - started_us) * GST_USECOND;
  gst_av_stats_unlock (&self->stats);
}

GstFlowReturn
gst_av_tts_say (
    GstAvTts *self, const gchar *text, GstClockTime start, GstClockTime stop)
{
  g_autoptr (GError) error = NULL;
  Utterance utterance = { .self = self };
  gint64 started_us = g_get_monotonic_time ();
  GstClockTime slot = GST_CLOCK_TIME_NONE;
  gdouble rate, pause_scale;

  GST_OBJECT_LOCK (self);
  rate = self->settings.speed;
  pause_scale = self->settings.pause_scale;
  utterance.overflow = self->settings.overflow;
  GST_OBJECT_UNLOCK (self);
  if (!gst_av_tts_prepare (self, &error)) {
    GST_AV_ERROR (self, error, "preparing to speak");
    return GST_FLOW_ERROR;
  }
  if (!gst_av_tts_negotiate (self))
    return g_atomic_int_get (&self->flushing) ? GST_FLOW_FLUSHING
                                              : GST_FLOW_NOT_NEGOTIATED;
  self->flow = move_to_start (self, utterance.overflow, start);
  if (self->flow != GST_FLOW_OK)
    return self->flow;
  if (GST_CLOCK_TIME_IS_VALID (stop)) {
    GstClockTime position = gst_av_tts_position (self);

    slot = stop - MIN (stop, position);
    if (!fit_rate (self, text, rate, pause_scale, (gdouble) slot / GST_SECOND,
            &rate, &error)) {
      GST_AV_ERROR (self, error, "fitting speech into its slot");
      return GST_FLOW_ERROR;
    }
  }
  begin_utterance (self, &utterance, slot);
  if (!gst_av_speech_run (self->speech, text, rate, pause_scale, take_speech,
          &utterance, &error)) {
    GST_AV_ERROR (self, error, "speaking");
    return GST_FLOW_ERROR;
  }
  count_utterance (self, utterance.n_samples, started_us);
  return self->flow;
}
