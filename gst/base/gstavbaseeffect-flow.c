/* gstavbaseeffect-flow.c: audio through the engine: blocks, control points,
 * mode steps, device fallback, output buffers. */
#include "gstavbaseeffect-private.h"

#include <string.h>

#include "gstavcontrol.h"
#include "gstavenums.h"
#include "gstaverror.h"

GST_DEBUG_CATEGORY_EXTERN (gst_av_base_effect_debug);
#define GST_CAT_DEFAULT gst_av_base_effect_debug

#define PRIV(self) gst_av_base_effect_priv (self)
#define KLASS(self) GST_AV_BASE_EFFECT_GET_CLASS (self)

/* The latency that is reported never falls below that of the chosen mode: a
 * step down for QoS must not make the pipeline renegotiate its latency too. */
static void
update_latency (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  guint64 frames =
      MAX (gst_av_engine_latency (priv->engine), priv->wanted_latency);
  GstClockTime latency =
      gst_util_uint64_scale_int_ceil (frames, GST_SECOND, priv->info.rate);
  gboolean changed;

  gst_av_stats_lock (&priv->stats);
  changed = !priv->have_latency || priv->stats.latency != latency;
  priv->have_latency = TRUE;
  priv->stats.latency = latency;
  gst_av_stats_unlock (&priv->stats);
  if (!changed)
    return;
  GST_DEBUG_OBJECT (self, "latency %" GST_TIME_FORMAT, GST_TIME_ARGS (latency));
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_latency (GST_OBJECT (self)));
}

/* A processor for the current QoS level; @processor is NULL for the dry one. */
static gboolean
create_processor (
    GstAvBaseEffect *self, VoxProcessor **processor, GError **error)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  VoxMode mode;
  gboolean wet;

  g_mutex_lock (&priv->settings_lock);
  priv->serial = priv->settings.serial;
  priv->level = priv->settings.qos.level;
  wet = gst_av_qos_mode (&priv->settings.qos, &mode);
  g_mutex_unlock (&priv->settings_lock);
  *processor = NULL;
  if (!wet)
    return TRUE;
  *processor =
      KLASS (self)->create (self, priv->device, &priv->info, mode, error);
  if (*processor == NULL)
    return FALSE;
  if (priv->level == 0)
    priv->wanted_latency = (*processor)->latency_frames;
  if (KLASS (self)->update != NULL)
    KLASS (self)->update (self, *processor);
  return TRUE;
}

gboolean
gst_av_effect_make_engine (GstAvBaseEffect *self, GError **error)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  gsize samples =
      (gsize) GST_AV_EFFECT_BLOCK_FRAMES * (gsize) priv->info.channels;
  VoxProcessor *processor;

  gst_av_effect_free_engine (self);
  if (!create_processor (self, &processor, error))
    return FALSE;
  priv->engine =
      gst_av_engine_new (priv->info.rate, priv->info.channels, processor);
  priv->samples = gst_av_samples_new (&priv->info);
  priv->in_frames = g_new (gfloat, samples);
  priv->out_frames = g_new (gfloat, samples);
  gst_av_timeline_set_rate (&priv->timeline, priv->info.rate);
  update_latency (self);
  return TRUE;
}

static void
clear_input (GstAvBaseEffectPrivate *priv)
{
  if (priv->input.buffer != NULL) {
    gst_audio_buffer_unmap (&priv->input.map);
    gst_buffer_unref (priv->input.buffer);
  }
  priv->input = (GstAvEffectInput){ .buffer = NULL };
  gst_clear_buffer (&priv->forward);
}

void
gst_av_effect_free_engine (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  clear_input (priv);
  gst_av_timeline_clear (&priv->timeline);
  g_clear_pointer (&priv->engine, gst_av_engine_free);
  g_clear_pointer (&priv->samples, gst_av_samples_free);
  g_clear_pointer (&priv->in_frames, g_free);
  g_clear_pointer (&priv->out_frames, g_free);
}

void
gst_av_effect_discard (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  clear_input (priv);
  priv->saw_discont = FALSE;
  if (priv->engine == NULL)
    return;
  gst_av_engine_reset (priv->engine);
  gst_av_timeline_restart (&priv->timeline);
}

/* Tells applications at which level the element runs now. */
static void
post_qos (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime pts =
      gst_av_timeline_pts (&priv->timeline, priv->timeline.out_frames);
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  GstClockTime stream_time = GST_CLOCK_TIME_NONE;
  GstAvEffectSettings settings;
  GstMessage *message;
  guint steps;

  g_mutex_lock (&priv->settings_lock);
  settings = priv->settings;
  g_mutex_unlock (&priv->settings_lock);
  steps = gst_av_qos_n_levels (settings.qos.wanted) - 1;
  if (segment->format == GST_FORMAT_TIME) {
    running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
    stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, pts);
  }
  message =
      gst_message_new_qos (GST_OBJECT (self), g_atomic_int_get (&priv->live),
          running_time, stream_time, pts, GST_CLOCK_TIME_NONE);
  /* 1000000 is full quality by GStreamer's convention. */
  gst_message_set_qos_values (message, settings.jitter, settings.proportion,
      (gint) (1000000 * (steps - priv->level) / steps));
  gst_message_set_qos_stats (
      message, GST_FORMAT_DEFAULT, priv->timeline.out_frames, 0);
  gst_element_post_message (GST_ELEMENT (self), message);
}

/* Device lost or out of memory: the CPU computes what is owed again. */
static gboolean
fall_back (GstAvBaseEffect *self, GError *failure, GError **error)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  VoxDevice *device, *lost;
  VoxProcessor *processor;
  gboolean retry = g_error_matches (failure, VOX_ERROR, VOX_ERROR_DEVICE)
      || g_error_matches (failure, VOX_ERROR, VOX_ERROR_MEMORY);

  if (!retry || priv->fell_back) {
    g_propagate_error (error, g_error_copy (failure));
    return FALSE;
  }
  priv->fell_back = TRUE;
  device = vox_device_open ("cpu", error);
  if (device == NULL)
    return FALSE;
  GST_AV_WARNING (self, failure, "the block is computed again on the CPU");
  gst_av_stats_lock (&priv->stats);
  lost = priv->device;
  priv->device = device;
  priv->stats.fallbacks++;
  gst_av_stats_unlock (&priv->stats);
  if (!create_processor (self, &processor, error)) {
    vox_device_unref (lost);
    return FALSE;
  }
  if (processor != NULL
      && !gst_av_engine_replace (priv->engine, processor, error)) {
    vox_device_unref (lost);
    return FALSE;
  }
  vox_device_unref (lost);
  update_latency (self);
  return TRUE;
}

/* @failure (transfer full) of an engine call: falls back or posts an error. */
static GstFlowReturn
recover (GstAvBaseEffect *self, GError *failure, const gchar *doing)
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

/* Follows mode, content and QoS level with a new processor when one of them
 * changed since the running one was made. */
static GstFlowReturn
follow_settings (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  g_autoptr (GError) error = NULL;
  VoxProcessor *processor;
  guint old_level = priv->level;
  gboolean same;

  g_mutex_lock (&priv->settings_lock);
  same = priv->serial == priv->settings.serial
      && priv->level == priv->settings.qos.level;
  g_mutex_unlock (&priv->settings_lock);
  if (same || gst_av_engine_is_fading (priv->engine))
    return GST_FLOW_OK;
  if (!create_processor (self, &processor, &error)
      || !gst_av_engine_exchange (priv->engine, processor, &error)) {
    GST_AV_ERROR (self, error, "changing mode or content");
    return GST_FLOW_ERROR;
  }
  update_latency (self);
  if (old_level != priv->level)
    post_qos (self);
  return GST_FLOW_OK;
}

static void
update_processors (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  VoxProcessor *processors[2];
  guint n = gst_av_engine_processors (priv->engine, processors);

  if (KLASS (self)->update == NULL)
    return;
  for (guint i = 0; i < n; i++)
    KLASS (self)->update (self, processors[i]);
}

static void
count_block (
    GstAvBaseEffect *self, gsize n_frames, gsize bad, GstClockTime compute)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstClockTime audio =
      gst_util_uint64_scale_int (n_frames, GST_SECOND, priv->info.rate);
  gboolean live = g_atomic_int_get (&priv->live);

  gst_av_stats_lock (&priv->stats);
  priv->stats.samples_in += n_frames;
  priv->stats.bad_samples += bad;
  priv->stats.audio_time += audio;
  priv->stats.compute_time += compute;
  gst_av_stats_unlock (&priv->stats);
  g_mutex_lock (&priv->settings_lock);
  if (priv->settings.adaptive)
    gst_av_qos_report_block (&priv->settings.qos, audio, live ? compute : 0);
  g_mutex_unlock (&priv->settings_lock);
}

/* One block of @n_frames through the engine, with the controlled properties of
 * its first frame. @map is NULL for silence. Returns frames taken, 0 on error
 * with @ret set. */
static gsize
feed_block (GstAvBaseEffect *self, const GstAudioBuffer *map, gsize offset,
    gsize n_frames, GstFlowReturn *ret)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  guint64 frame = priv->timeline.in_frames;
  GstClockTime time = gst_av_timeline_pts (&priv->timeline, frame);
  GstClockTime start;
  GError *error = NULL;
  gsize bad = 0;

  *ret = follow_settings (self);
  if (*ret != GST_FLOW_OK)
    return 0;
  if (segment->format == GST_FORMAT_TIME && GST_CLOCK_TIME_IS_VALID (time))
    time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, time);
  n_frames = MIN (n_frames, GST_AV_EFFECT_BLOCK_FRAMES);
  n_frames = gst_av_control_frames (
      GST_OBJECT (self), time, priv->info.rate, frame, n_frames);
  if (GST_CLOCK_TIME_IS_VALID (time))
    gst_object_sync_values (GST_OBJECT (self), time);
  update_processors (self);

  if (map != NULL)
    bad = gst_av_samples_read (
        priv->samples, map, offset, n_frames, priv->in_frames);
  else
    memset (priv->in_frames, 0,
        n_frames * (gsize) priv->info.channels * sizeof (gfloat));
  start = gst_util_get_timestamp ();
  if (!gst_av_engine_push (priv->engine, priv->in_frames, n_frames, &error))
    *ret = recover (self, error, "processing a block");
  count_block (self, n_frames, bad, gst_util_get_timestamp () - start);
  priv->timeline.in_frames += n_frames;
  return *ret == GST_FLOW_OK ? n_frames : 0;
}

/* A buffer of what can be pulled, or NULL. */
static GstFlowReturn
take_output (GstAvBaseEffect *self, GstBuffer **buffer)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  gsize n_frames =
      MIN (gst_av_engine_available (priv->engine), GST_AV_EFFECT_BLOCK_FRAMES);
  GstBufferPool *pool;
  GstAudioBuffer map;
  GError *error = NULL;
  GstFlowReturn ret;

  *buffer = NULL;
  if (n_frames == 0)
    return GST_FLOW_OK;
  if (!gst_av_engine_pull (priv->engine, priv->out_frames, n_frames, &error)) {
    ret = recover (self, error, "reading the result");
    return ret == GST_FLOW_OK ? take_output (self, buffer) : ret;
  }
  pool = gst_base_transform_get_buffer_pool (GST_BASE_TRANSFORM (self));
  /* GstBaseTransform leaves that to its own allocation function. */
  if (pool == NULL || !gst_buffer_pool_set_active (pool, TRUE))
    ret = GST_FLOW_ERROR;
  else
    ret = gst_buffer_pool_acquire_buffer (pool, buffer, NULL);
  gst_clear_object (&pool);
  if (ret != GST_FLOW_OK)
    return ret;
  gst_av_samples_resize (*buffer, &priv->info, n_frames);
  if (!gst_audio_buffer_map (&map, &priv->info, *buffer, GST_MAP_WRITE)) {
    gst_clear_buffer (buffer);
    GST_ELEMENT_ERROR (
        self, RESOURCE, WRITE, ("An output buffer cannot be written."), (NULL));
    return GST_FLOW_ERROR;
  }
  gst_av_samples_write (priv->samples, &map, 0, n_frames, priv->out_frames);
  gst_audio_buffer_unmap (&map);
  gst_av_timeline_stamp (&priv->timeline, *buffer, n_frames);
  if (priv->mark_discont)
    GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_DISCONT);
  priv->mark_discont = FALSE;
  gst_av_stats_lock (&priv->stats);
  priv->stats.samples_out += n_frames;
  gst_av_stats_unlock (&priv->stats);
  return GST_FLOW_OK;
}

static GstFlowReturn
push_available (GstAvBaseEffect *self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);
  GstBuffer *buffer;
  GstFlowReturn ret;

  do {
    ret = take_output (self, &buffer);
    if (buffer != NULL)
      ret = gst_pad_push (trans->srcpad, buffer);
  } while (ret == GST_FLOW_OK && buffer != NULL);
  return ret;
}

GstFlowReturn
gst_av_effect_drain (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstFlowReturn ret = GST_FLOW_OK;
  GError *error = NULL;

  if (priv->engine == NULL)
    return GST_FLOW_OK;
  if (gst_av_engine_pending (priv->engine) > 0) {
    GST_DEBUG_OBJECT (self, "draining %" G_GUINT64_FORMAT " frames",
        gst_av_engine_pending (priv->engine));
    if (!gst_av_engine_drain (priv->engine, &error))
      ret = recover (self, error, "draining");
    if (ret == GST_FLOW_OK)
      ret = push_available (self);
  }
  gst_av_engine_reset (priv->engine);
  return ret;
}

GstFlowReturn
gst_av_effect_feed_silence (
    GstAvBaseEffect *self, GstClockTime pts, gsize n_frames)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstFlowReturn ret = GST_FLOW_OK;

  gst_av_timeline_take (&priv->timeline, pts, 0);
  while (n_frames > 0 && ret == GST_FLOW_OK) {
    n_frames -= feed_block (self, NULL, 0, n_frames, &ret);
    if (ret == GST_FLOW_OK)
      ret = push_available (self);
  }
  return ret;
}

/* A silent buffer longer than the engine's window goes around it. */
static GstFlowReturn
forward_gap (GstAvBaseEffect *self, GstBuffer *buffer, gsize n_frames)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstFlowReturn ret = gst_av_effect_drain (self);

  if (ret != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return ret;
  }
  buffer = gst_buffer_make_writable (buffer);
  gst_av_timeline_stamp (&priv->timeline, buffer, n_frames);
  priv->timeline.in_frames += n_frames;
  if (priv->mark_discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
  priv->mark_discont = FALSE;
  gst_av_stats_lock (&priv->stats);
  priv->stats.samples_in += n_frames;
  priv->stats.samples_out += n_frames;
  gst_av_stats_unlock (&priv->stats);
  priv->forward = buffer;
  return GST_FLOW_OK;
}

/* Puts @buffer (transfer full) where generate () finds it. */
static GstFlowReturn
take_input (GstAvBaseEffect *self, GstBuffer *buffer, gsize n_frames)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  if (!gst_audio_buffer_map (
          &priv->input.map, &priv->info, buffer, GST_MAP_READ)) {
    gst_buffer_unref (buffer);
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("An audio buffer does not have the announced layout."),
        ("planar audio without GstAudioMeta, or memory that cannot be read"));
    return GST_FLOW_ERROR;
  }
  priv->input.buffer = buffer;
  priv->input.n_frames = n_frames;
  return GST_FLOW_OK;
}

GstFlowReturn
gst_av_effect_submit (
    GstBaseTransform *trans, gboolean is_discont, GstBuffer *buffer)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (trans);
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstAudioMeta *meta;
  GstFlowReturn ret;
  gsize n_frames;

  clear_input (priv);
  /* is_discont stays TRUE until the first output; only the flags say where the
   * jump was. A clipped buffer leaves its flag to the next one. */
  if (GST_BUFFER_IS_DISCONT (buffer)
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_RESYNC)
      || trans->segment.rate < 0.0)
    priv->saw_discont = TRUE;
  ret = gst_av_base_effect_parent ()->submit_input_buffer (
      trans, is_discont, buffer);
  if (ret != GST_FLOW_OK)
    return ret;
  buffer = g_steal_pointer (&trans->queued_buf);
  if (buffer == NULL)
    return GST_BASE_TRANSFORM_FLOW_DROPPED;

  meta = gst_buffer_get_audio_meta (buffer);
  n_frames = meta != NULL
      ? meta->samples
      : gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&priv->info);
  if (gst_av_timeline_is_jump (&priv->timeline, GST_BUFFER_PTS (buffer),
          priv->saw_discont, n_frames)) {
    ret = gst_av_effect_drain (self);
    gst_av_timeline_restart (&priv->timeline);
    gst_av_timeline_is_jump (
        &priv->timeline, GST_BUFFER_PTS (buffer), TRUE, n_frames);
    priv->mark_discont = TRUE;
  }
  priv->saw_discont = FALSE;
  if (ret != GST_FLOW_OK || n_frames == 0) {
    gst_buffer_unref (buffer);
    return ret != GST_FLOW_OK ? ret : GST_BASE_TRANSFORM_FLOW_DROPPED;
  }
  gst_av_timeline_take (&priv->timeline, GST_BUFFER_PTS (buffer), 0);
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)
      && n_frames > gst_av_engine_latency (priv->engine))
    return forward_gap (self, buffer, n_frames);
  return take_input (self, buffer, n_frames);
}

GstFlowReturn
gst_av_effect_generate (GstBaseTransform *trans, GstBuffer **buffer)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (trans);
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstAvEffectInput *input = &priv->input;
  GstFlowReturn ret = GST_FLOW_OK;

  *buffer = g_steal_pointer (&priv->forward);
  if (*buffer != NULL)
    return GST_FLOW_OK;
  while (ret == GST_FLOW_OK && input->offset < input->n_frames
      && gst_av_engine_available (priv->engine) < GST_AV_EFFECT_BLOCK_FRAMES) {
    gboolean silent =
        GST_BUFFER_FLAG_IS_SET (input->buffer, GST_BUFFER_FLAG_GAP);

    input->offset += feed_block (self, silent ? NULL : &input->map,
        input->offset, input->n_frames - input->offset, &ret);
  }
  if (ret == GST_FLOW_OK)
    ret = take_output (self, buffer);
  if (ret != GST_FLOW_OK || *buffer == NULL)
    clear_input (priv);
  return ret;
}
