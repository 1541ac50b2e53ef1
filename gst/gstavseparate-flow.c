/* gstavseparate-flow.c: audio through the engine: blocks, mode steps, device
 * fallback, output buffers. */
#include "gstavseparate-private.h"

#include "base/gstaverror.h"
#include "gstavstemframes.h"

#define GST_CAT_DEFAULT gst_av_separate_debug

/* The latency that is reported never falls below that of the chosen mode: a
 * step down for QoS must not make the pipeline renegotiate its latency too. */
static void
update_latency (GstAvSeparate *self)
{
  const guint64 frames =
      MAX (gst_av_engine_latency (self->engine), self->wanted_latency);
  const GstClockTime latency =
      gst_util_uint64_scale_int_ceil (frames, GST_SECOND, self->info.rate);
  gboolean changed;

  gst_av_stats_lock (&self->stats);
  changed = !self->have_latency || self->stats.latency != latency;
  self->have_latency = TRUE;
  self->stats.latency = latency;
  gst_av_stats_unlock (&self->stats);
  if (!changed)
    return;
  GST_DEBUG_OBJECT (self, "latency %" GST_TIME_FORMAT, GST_TIME_ARGS (latency));
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

/* A processor for the current QoS level; @processor is NULL for the dry one,
 * where everything is accompaniment. */
static gboolean
create_processor (GstAvSeparate *self, VoxProcessor **processor, GError **error)
{
  VoxSeparateParams params = { (guint) self->info.rate,
    (guint) self->info.channels, VOX_MODE_BALANCED, 0 };
  VoxProcessor *separate;
  gboolean wet;

  GST_OBJECT_LOCK (self);
  self->serial = self->settings.serial;
  self->level = self->settings.qos.level;
  wet = gst_av_qos_mode (&self->settings.qos, &params.mode);
  GST_OBJECT_UNLOCK (self);
  for (guint i = 0; i < VOX_N_STEMS; i++)
    params.stems |= self->stems[i].pad != NULL ? 1u << i : 0;
  *processor = NULL;
  if (!wet)
    return TRUE;
  separate = vox_separate_new (self->device, &params, error);
  if (separate == NULL)
    return FALSE;
  *processor = gst_av_stem_frames_new (separate);
  if (self->level == 0)
    self->wanted_latency = (*processor)->latency_frames;
  return TRUE;
}

gboolean
gst_av_separate_make_engine (GstAvSeparate *self, GError **error)
{
  const guint channels = (guint) self->info.channels;
  const gsize samples = (gsize) GST_AV_SEPARATE_BLOCK_FRAMES * channels;
  VoxProcessor *processor;

  gst_av_separate_free_engine (self);
  if (!create_processor (self, &processor, error))
    return FALSE;
  self->engine = gst_av_engine_new (
      (guint) self->info.rate, VOX_N_STEMS * channels, processor);
  self->samples = gst_av_samples_new (&self->info);
  self->frames = g_new (gfloat, samples);
  self->stem_frames = g_new (gfloat, VOX_N_STEMS * samples);
  gst_av_timeline_set_rate (&self->timeline, self->info.rate);
  update_latency (self);
  return TRUE;
}

void
gst_av_separate_free_engine (GstAvSeparate *self)
{
  gst_av_timeline_clear (&self->timeline);
  g_clear_pointer (&self->engine, gst_av_engine_free);
  g_clear_pointer (&self->samples, gst_av_samples_free);
  g_clear_pointer (&self->frames, g_free);
  g_clear_pointer (&self->stem_frames, g_free);
}

void
gst_av_separate_discard (GstAvSeparate *self)
{
  self->saw_discont = FALSE;
  if (self->engine == NULL)
    return;
  gst_av_engine_reset (self->engine);
  gst_av_timeline_restart (&self->timeline);
}

/* Tells applications at which level the element runs now. */
static void
post_qos (GstAvSeparate *self)
{
  const GstClockTime pts =
      gst_av_timeline_pts (&self->timeline, self->timeline.out_frames);
  GstAvSeparateSettings settings;
  GstMessage *message;
  guint steps;

  GST_OBJECT_LOCK (self);
  settings = self->settings;
  GST_OBJECT_UNLOCK (self);
  steps = gst_av_qos_n_levels (settings.qos.wanted) - 1;
  message =
      gst_message_new_qos (GST_OBJECT (self), g_atomic_int_get (&self->live),
          gst_segment_to_running_time (&self->segment, GST_FORMAT_TIME, pts),
          gst_segment_to_stream_time (&self->segment, GST_FORMAT_TIME, pts),
          pts, GST_CLOCK_TIME_NONE);
  /* 1000000 is full quality by GStreamer's convention. */
  gst_message_set_qos_values (message, settings.jitter, settings.proportion,
      (gint) (1000000 * (steps - self->level) / steps));
  gst_message_set_qos_stats (
      message, GST_FORMAT_DEFAULT, self->timeline.out_frames, 0);
  gst_element_post_message (GST_ELEMENT (self), message);
}

/* Device lost or out of memory: the CPU computes what is owed again. */
static gboolean
fall_back (GstAvSeparate *self, const GError *failure, GError **error)
{
  const gboolean retry = g_error_matches (failure, VOX_ERROR, VOX_ERROR_DEVICE)
      || g_error_matches (failure, VOX_ERROR, VOX_ERROR_MEMORY);
  g_autoptr (VoxDevice) lost = NULL;
  VoxDevice *device;
  VoxProcessor *processor;

  if (!retry || self->fell_back) {
    g_propagate_error (error, g_error_copy (failure));
    return FALSE;
  }
  self->fell_back = TRUE;
  device = vox_device_open ("cpu", error);
  if (device == NULL)
    return FALSE;
  GST_AV_WARNING (self, failure, "the block is computed again on the CPU");
  gst_av_stats_lock (&self->stats);
  lost = self->device;
  self->device = device;
  self->stats.fallbacks++;
  gst_av_stats_unlock (&self->stats);
  if (!create_processor (self, &processor, error)
      || (processor != NULL
          && !gst_av_engine_replace (self->engine, processor, error)))
    return FALSE;
  update_latency (self);
  return TRUE;
}

/* @failure (transfer full) of an engine call: falls back or posts an error. */
static GstFlowReturn
recover (GstAvSeparate *self, GError *failure, const gchar *doing)
{
  g_autoptr (GError) error = NULL;
  GstFlowReturn ret = GST_FLOW_OK;

  if (!fall_back (self, failure, &error)) {
    GST_AV_ERROR (self, error, doing);
    ret = GST_FLOW_ERROR;
  }
  g_error_free (failure);
  return ret;
}

/* Follows mode and QoS level with a new processor when one of them changed
 * since the running one was made. */
static GstFlowReturn
follow_settings (GstAvSeparate *self)
{
  const guint old_level = self->level;
  g_autoptr (GError) error = NULL;
  VoxProcessor *processor;
  gboolean same;

  GST_OBJECT_LOCK (self);
  same = self->serial == self->settings.serial
      && self->level == self->settings.qos.level;
  GST_OBJECT_UNLOCK (self);
  if (same || gst_av_engine_is_fading (self->engine))
    return GST_FLOW_OK;
  if (!create_processor (self, &processor, &error)
      || !gst_av_engine_exchange (self->engine, processor, &error)) {
    GST_AV_ERROR (self, error, "changing the mode");
    return GST_FLOW_ERROR;
  }
  update_latency (self);
  if (old_level != self->level)
    post_qos (self);
  return GST_FLOW_OK;
}

static void
count_block (
    GstAvSeparate *self, gsize n_frames, gsize bad, GstClockTime compute)
{
  const GstClockTime audio =
      gst_util_uint64_scale_int (n_frames, GST_SECOND, self->info.rate);
  const gboolean live = g_atomic_int_get (&self->live);

  gst_av_stats_lock (&self->stats);
  self->stats.samples_in += n_frames;
  self->stats.bad_samples += bad;
  self->stats.audio_time += audio;
  self->stats.compute_time += compute;
  gst_av_stats_unlock (&self->stats);
  GST_OBJECT_LOCK (self);
  if (self->settings.adaptive)
    gst_av_qos_report_block (&self->settings.qos, audio, live ? compute : 0);
  GST_OBJECT_UNLOCK (self);
}

/* Sends @n_frames of stem frames (NULL for silence) out of every pad. */
static GstFlowReturn
push_stems (GstAvSeparate *self, const gfloat *stem_frames, gsize n_frames)
{
  g_autoptr (GstBuffer) stamp = gst_buffer_new ();
  GstFlowReturn ret = GST_FLOW_OK;

  gst_av_timeline_stamp (&self->timeline, stamp, n_frames);
  if (self->mark_discont)
    GST_BUFFER_FLAG_SET (stamp, GST_BUFFER_FLAG_DISCONT);
  if (stem_frames == NULL)
    GST_BUFFER_FLAG_SET (stamp, GST_BUFFER_FLAG_GAP);
  self->mark_discont = FALSE;
  gst_av_stats_lock (&self->stats);
  self->stats.samples_out += n_frames;
  gst_av_stats_unlock (&self->stats);
  for (guint i = 0; i < VOX_N_STEMS && ret == GST_FLOW_OK; i++) {
    GstAvStem *stem = &self->stems[i];
    GstBuffer *buffer;

    if (stem->pad == NULL)
      continue;
    if (gst_pad_check_reconfigure (stem->pad)
        && !gst_av_stem_negotiate (stem, &self->info)) {
      gst_pad_mark_reconfigure (stem->pad);
      return GST_FLOW_NOT_NEGOTIATED;
    }
    if (stem_frames != NULL)
      gst_av_stem_frames_pick (
          self->frames, stem_frames, i, (guint) self->info.channels, n_frames);
    buffer = gst_av_stem_buffer (
        stem, stem_frames != NULL ? self->frames : NULL, n_frames, stamp);
    if (buffer == NULL) {
      GST_ELEMENT_ERROR (self, RESOURCE, WRITE,
          ("An output buffer cannot be written."), (NULL));
      return GST_FLOW_ERROR;
    }
    ret = gst_flow_combiner_update_pad_flow (
        self->combiner, stem->pad, gst_pad_push (stem->pad, buffer));
  }
  return ret;
}

static GstFlowReturn
push_available (GstAvSeparate *self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    const gsize n_frames = MIN (
        gst_av_engine_available (self->engine), GST_AV_SEPARATE_BLOCK_FRAMES);
    GError *error = NULL;

    if (n_frames == 0)
      return GST_FLOW_OK;
    if (gst_av_engine_pull (self->engine, self->stem_frames, n_frames, &error))
      ret = push_stems (self, self->stem_frames, n_frames);
    else
      ret = recover (self, error, "reading the stems");
  }
  return ret;
}

GstFlowReturn
gst_av_separate_drain (GstAvSeparate *self)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GError *error = NULL;

  if (self->engine == NULL)
    return GST_FLOW_OK;
  if (gst_av_engine_pending (self->engine) > 0) {
    GST_DEBUG_OBJECT (self, "draining %" G_GUINT64_FORMAT " frames",
        gst_av_engine_pending (self->engine));
    if (!gst_av_engine_drain (self->engine, &error))
      ret = recover (self, error, "draining");
    if (ret == GST_FLOW_OK)
      ret = push_available (self);
  }
  gst_av_engine_reset (self->engine);
  return ret;
}

/* One block of @map from @offset, or of silence when it is NULL. */
static GstFlowReturn
feed_block (GstAvSeparate *self, const GstAudioBuffer *map, gsize offset,
    gsize n_frames)
{
  GstFlowReturn ret = follow_settings (self);
  GstClockTime start;
  GError *error = NULL;
  gsize bad = 0;

  if (ret != GST_FLOW_OK)
    return ret;
  if (map != NULL)
    bad = gst_av_samples_read (
        self->samples, map, offset, n_frames, self->frames);
  gst_av_stem_frames_dry (self->stem_frames, map != NULL ? self->frames : NULL,
      (guint) self->info.channels, n_frames);
  start = gst_util_get_timestamp ();
  if (!gst_av_engine_push (self->engine, self->stem_frames, n_frames, &error))
    ret = recover (self, error, "separating a block");
  count_block (self, n_frames, bad, gst_util_get_timestamp () - start);
  self->timeline.in_frames += n_frames;
  return ret == GST_FLOW_OK ? push_available (self) : ret;
}

static GstFlowReturn
feed (GstAvSeparate *self, const GstAudioBuffer *map, gsize n_frames)
{
  GstFlowReturn ret = GST_FLOW_OK;

  for (gsize at = 0; at < n_frames && ret == GST_FLOW_OK;
       at += GST_AV_SEPARATE_BLOCK_FRAMES)
    ret = feed_block (
        self, map, at, MIN (n_frames - at, GST_AV_SEPARATE_BLOCK_FRAMES));
  return ret;
}

GstFlowReturn
gst_av_separate_feed_silence (GstAvSeparate *self, gsize n_frames)
{
  return feed (self, NULL, n_frames);
}

/* Silence longer than the engine's window goes around it. */
static GstFlowReturn
forward_silence (GstAvSeparate *self, gsize n_frames)
{
  GstFlowReturn ret = gst_av_separate_drain (self);

  self->timeline.in_frames += n_frames;
  gst_av_stats_lock (&self->stats);
  self->stats.samples_in += n_frames;
  gst_av_stats_unlock (&self->stats);
  return ret == GST_FLOW_OK ? push_stems (self, NULL, n_frames) : ret;
}

/* @buffer is clipped, its jump handled. */
static GstFlowReturn
take_buffer (GstAvSeparate *self, GstBuffer *buffer, gsize n_frames)
{
  GstAudioBuffer map;
  GstFlowReturn ret;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
    if (n_frames > gst_av_engine_latency (self->engine))
      return forward_silence (self, n_frames);
    return feed (self, NULL, n_frames);
  }
  if (!gst_audio_buffer_map (&map, &self->info, buffer, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("An audio buffer does not have the announced layout."),
        ("planar audio without GstAudioMeta, or memory that cannot be read"));
    return GST_FLOW_ERROR;
  }
  ret = feed (self, &map, n_frames);
  gst_audio_buffer_unmap (&map);
  return ret;
}

static gsize
buffer_frames (GstAvSeparate *self, GstBuffer *buffer)
{
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);

  return meta != NULL
      ? meta->samples
      : gst_buffer_get_size (buffer) / (gsize) GST_AUDIO_INFO_BPF (&self->info);
}

GstFlowReturn
gst_av_separate_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstAvSeparate *self = GST_AV_SEPARATE (parent);
  GstFlowReturn ret = GST_FLOW_OK;
  gsize n_frames;

  if (self->engine == NULL) {
    gst_buffer_unref (buffer);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  /* A buffer that is clipped away leaves its flag to the next one. */
  if (GST_BUFFER_IS_DISCONT (buffer)
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_RESYNC)
      || self->segment.rate < 0.0)
    self->saw_discont = TRUE;
  if (self->segment.format == GST_FORMAT_TIME) {
    buffer = gst_audio_buffer_clip (
        buffer, &self->segment, self->info.rate, self->info.bpf);
    if (buffer == NULL)
      return GST_FLOW_OK;
  }
  n_frames = buffer_frames (self, buffer);
  if (gst_av_timeline_is_jump (&self->timeline, GST_BUFFER_PTS (buffer),
          self->saw_discont, n_frames)) {
    ret = gst_av_separate_drain (self);
    gst_av_timeline_restart (&self->timeline);
    gst_av_timeline_is_jump (
        &self->timeline, GST_BUFFER_PTS (buffer), TRUE, n_frames);
    self->mark_discont = TRUE;
  }
  self->saw_discont = FALSE;
  if (ret == GST_FLOW_OK && n_frames > 0) {
    gst_av_timeline_take (&self->timeline, GST_BUFFER_PTS (buffer), 0);
    ret = take_buffer (self, buffer, n_frames);
  }
  gst_buffer_unref (buffer);
  return ret;
}
