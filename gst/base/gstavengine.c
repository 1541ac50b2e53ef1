/* gstavengine.c: one or two lanes (processors) over a shared input history. */
#include "gstavengine.h"

#include <math.h>
#include <string.h>

/* Audio before the first needed frame that warms a new processor up: longer
 * than the longest analysis window (400 ms). */
#define CONTEXT_MS 500
/* Long enough for two phase-incoherent signals not to click, short enough not
 * to be heard as two voices. */
#define FADE_MS 30
/* Input is handed to a new processor in pieces of this many frames. */
#define FEED_FRAMES 4096

/* A processor and the absolute frame its frame 0 stands for. */
typedef struct
{
  VoxProcessor *processor;
  guint64 origin;
} Lane;

struct _GstAvEngine
{
  guint rate;
  guint channels;
  Lane current;
  Lane next;
  gboolean fading;
  gboolean drained;
  gsize fade_frames;
  gsize fade_done;
  guint64 in_frames;
  guint64 out_frames;
  gfloat *history;
  gsize history_capacity;
  gsize history_length;
  guint64 history_start;
  gfloat *scratch;
  gsize scratch_capacity;
};

GstAvEngine *
gst_av_engine_new (guint rate, guint channels, VoxProcessor *processor)
{
  GstAvEngine *self = g_new0 (GstAvEngine, 1);

  self->rate = rate;
  self->channels = channels;
  self->current.processor = processor;
  self->fade_frames = (gsize) rate * FADE_MS / 1000;
  return self;
}

void
gst_av_engine_free (GstAvEngine *self)
{
  if (self == NULL)
    return;
  vox_processor_free (self->current.processor);
  vox_processor_free (self->next.processor);
  g_free (self->history);
  g_free (self->scratch);
  g_free (self);
}

static const gfloat *
history_at (const GstAvEngine *self, guint64 frame)
{
  return self->history + (frame - self->history_start) * self->channels;
}

/* Frames before the context of the next output frame are not needed again.
 * They are dropped when they are the larger part, so that moving the rest
 * costs one copy per frame at most. */
static void
history_trim (GstAvEngine *self)
{
  guint64 context = (guint64) self->rate * CONTEXT_MS / 1000;
  guint64 keep = self->out_frames > context ? self->out_frames - context : 0;
  gsize drop = (gsize) (keep - MIN (keep, self->history_start));

  if (drop == 0 || drop < self->history_length - drop)
    return;
  self->history_length -= drop;
  self->history_start += drop;
  memmove (self->history, self->history + drop * self->channels,
      self->history_length * self->channels * sizeof (gfloat));
}

static void
history_append (GstAvEngine *self, const gfloat *frames, gsize n_frames)
{
  gsize needed = self->history_length + n_frames;

  if (needed > self->history_capacity) {
    self->history_capacity = MAX (needed, 2 * self->history_capacity);
    self->history = g_renew (
        gfloat, self->history, self->history_capacity * self->channels);
  }
  memcpy (self->history + self->history_length * self->channels, frames,
      n_frames * self->channels * sizeof (gfloat));
  self->history_length = needed;
}

/* Frames @lane can give from the next output frame on. */
static gsize
lane_available (const GstAvEngine *self, const Lane *lane)
{
  guint64 end;

  if (lane->processor == NULL)
    return (gsize) (self->in_frames - self->out_frames);
  end = lane->origin + lane->processor->pulled_frames
      + vox_processor_available (lane->processor);
  return end > self->out_frames ? (gsize) (end - self->out_frames) : 0;
}

/* Reads @n_frames from the next output frame on, skipping what comes before
 * it. The caller made sure that they are there. */
static gboolean
lane_read (GstAvEngine *self, Lane *lane, gfloat *frames, gsize n_frames,
    GError **error)
{
  gfloat *nowhere = NULL;
  guint64 position;

  if (lane->processor == NULL) {
    memcpy (frames, history_at (self, self->out_frames),
        n_frames * self->channels * sizeof (gfloat));
    return TRUE;
  }
  position = lane->origin + lane->processor->pulled_frames;
  if (position < self->out_frames
      && !vox_processor_pull (lane->processor, &nowhere,
          (gsize) (self->out_frames - position), error))
    return FALSE;
  return vox_processor_pull (lane->processor, &frames, n_frames, error);
}

/* Gives @lane all the input it needs for the frames that are still owed. */
static gboolean
lane_feed_history (GstAvEngine *self, Lane *lane, GError **error)
{
  guint64 context = (guint64) self->rate * CONTEXT_MS / 1000;
  guint64 frame = self->out_frames > context ? self->out_frames - context : 0;

  lane->origin = frame = MAX (frame, self->history_start);
  if (lane->processor == NULL)
    return TRUE;
  while (frame < self->in_frames) {
    gsize n = (gsize) MIN (self->in_frames - frame, FEED_FRAMES);

    if (!vox_processor_push (
            lane->processor, history_at (self, frame), n, error))
      return FALSE;
    frame += n;
  }
  return !self->drained || vox_processor_drain (lane->processor, error);
}

gboolean
gst_av_engine_exchange (
    GstAvEngine *self, VoxProcessor *processor, GError **error)
{
  g_return_val_if_fail (!self->fading, FALSE);

  self->next = (Lane){ .processor = processor };
  if (!lane_feed_history (self, &self->next, error)) {
    g_clear_pointer (&self->next.processor, vox_processor_free);
    return FALSE;
  }
  if (self->in_frames == 0) {
    vox_processor_free (self->current.processor);
    self->current = self->next;
    self->next = (Lane){ .processor = NULL };
    return TRUE;
  }
  self->fading = TRUE;
  self->fade_done = 0;
  return TRUE;
}

gboolean
gst_av_engine_is_fading (const GstAvEngine *self)
{
  return self->fading;
}

static void
drop_current (GstAvEngine *self)
{
  vox_processor_free (self->current.processor);
  self->current = self->next;
  self->next = (Lane){ .processor = NULL };
  self->fading = FALSE;
}

gboolean
gst_av_engine_replace (
    GstAvEngine *self, VoxProcessor *processor, GError **error)
{
  if (self->fading)
    drop_current (self);
  vox_processor_free (self->current.processor);
  self->current = (Lane){ .processor = processor };
  return lane_feed_history (self, &self->current, error);
}

guint
gst_av_engine_processors (const GstAvEngine *self, VoxProcessor *processors[2])
{
  guint n = 0;

  if (self->current.processor != NULL)
    processors[n++] = self->current.processor;
  if (self->next.processor != NULL)
    processors[n++] = self->next.processor;
  return n;
}

guint64
gst_av_engine_latency (const GstAvEngine *self)
{
  const Lane *lane = self->fading ? &self->next : &self->current;

  return lane->processor != NULL ? lane->processor->latency_frames : 0;
}

gboolean
gst_av_engine_push (
    GstAvEngine *self, const gfloat *frames, gsize n_frames, GError **error)
{
  VoxProcessor *processors[2];
  guint n = gst_av_engine_processors (self, processors);

  history_trim (self);
  history_append (self, frames, n_frames);
  self->in_frames += n_frames;
  for (guint i = 0; i < n; i++) {
    if (!vox_processor_push (processors[i], frames, n_frames, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_av_engine_drain (GstAvEngine *self, GError **error)
{
  VoxProcessor *processors[2];
  guint n = gst_av_engine_processors (self, processors);

  self->drained = TRUE;
  for (guint i = 0; i < n; i++) {
    if (!vox_processor_drain (processors[i], error))
      return FALSE;
  }
  return TRUE;
}

gsize
gst_av_engine_available (const GstAvEngine *self)
{
  gsize current = lane_available (self, &self->current);
  gsize next;

  if (!self->fading)
    return current;
  next = lane_available (self, &self->next);
  /* Behind the crossfade only the new lane counts. */
  return current >= self->fade_frames - self->fade_done ? next
                                                        : MIN (current, next);
}

static gfloat *
scratch_for (GstAvEngine *self, gsize n_frames)
{
  if (n_frames > self->scratch_capacity) {
    self->scratch_capacity = n_frames;
    self->scratch = g_renew (gfloat, self->scratch, n_frames * self->channels);
  }
  return self->scratch;
}

/* The next @n_frames of the crossfade; raised cosine, because the lanes carry
 * the same audio. */
static gboolean
pull_fade (GstAvEngine *self, gfloat *frames, gsize n_frames, GError **error)
{
  gfloat *to = scratch_for (self, n_frames);

  if (!lane_read (self, &self->current, frames, n_frames, error)
      || !lane_read (self, &self->next, to, n_frames, error))
    return FALSE;
  for (gsize i = 0; i < n_frames; i++) {
    gdouble phase =
        (gdouble) (self->fade_done + i + 1) / (gdouble) (self->fade_frames + 1);
    gfloat gain = (gfloat) (0.5 - 0.5 * cos (G_PI * phase));

    for (guint c = 0; c < self->channels; c++) {
      gsize k = i * self->channels + c;
      frames[k] += gain * (to[k] - frames[k]);
    }
  }
  self->fade_done += n_frames;
  self->out_frames += n_frames;
  if (self->fade_done == self->fade_frames)
    drop_current (self);
  return TRUE;
}

gboolean
gst_av_engine_pull (
    GstAvEngine *self, gfloat *frames, gsize n_frames, GError **error)
{
  g_return_val_if_fail (n_frames <= gst_av_engine_available (self), FALSE);

  if (self->fading && n_frames > 0) {
    gsize n = MIN (n_frames, self->fade_frames - self->fade_done);

    if (!pull_fade (self, frames, n, error))
      return FALSE;
    frames += n * self->channels;
    n_frames -= n;
  }
  if (n_frames == 0)
    return TRUE;
  if (!lane_read (self, &self->current, frames, n_frames, error))
    return FALSE;
  self->out_frames += n_frames;
  return TRUE;
}

void
gst_av_engine_reset (GstAvEngine *self)
{
  if (self->fading)
    drop_current (self);
  if (self->current.processor != NULL)
    vox_processor_reset (self->current.processor);
  self->current.origin = 0;
  self->drained = FALSE;
  self->in_frames = self->out_frames = 0;
  self->history_start = 0;
  self->history_length = 0;
}

guint64
gst_av_engine_pending (const GstAvEngine *self)
{
  return self->in_frames - self->out_frames;
}
