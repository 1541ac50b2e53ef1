/* gstavbaseeffect-flow.c: audio through the engine: input, blocks cut at
 * control points, gaps, output buffers. */
#include "gstavbaseeffect-private.h"

#include <string.h>

#include "gstavcontrol.h"

GST_DEBUG_CATEGORY_EXTERN (gst_av_base_effect_debug);
#define GST_CAT_DEFAULT gst_av_base_effect_debug

#define PRIV(self) gst_av_base_effect_priv (self)
#define KLASS(self) GST_AV_BASE_EFFECT_GET_CLASS (self)

void
gst_av_effect_clear_input (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  if (priv->input.buffer != NULL) {
    gst_audio_buffer_unmap (&priv->input.map);
    gst_buffer_unref (priv->input.buffer);
  }
  priv->input = (GstAvEffectInput){ .buffer = NULL };
  gst_clear_buffer (&priv->forward);
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

  *ret = gst_av_effect_follow_settings (self);
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
    *ret = gst_av_effect_recover (self, error, "processing a block");
  count_block (self, n_frames, bad, gst_util_get_timestamp () - start);
  priv->timeline.in_frames += n_frames;
  return *ret == GST_FLOW_OK ? n_frames : 0;
}

/* Output blocks have one largest size, so a pool of our own serves them;
 * downstream's pool is made for buffers of the input's size. */
gboolean
gst_av_effect_decide_allocation (GstBaseTransform *trans, GstQuery *query)
{
  GstAvBaseEffectPrivate *priv = PRIV (GST_AV_BASE_EFFECT (trans));
  guint size = GST_AV_EFFECT_BLOCK_FRAMES * GST_AUDIO_INFO_BPF (&priv->info);
  GstAllocationParams params;
  GstAllocator *allocator = NULL;
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  gst_allocation_params_init (&params);
  if (gst_query_get_n_allocation_params (query) > 0)
    gst_query_parse_nth_allocation_param (query, 0, &allocator, &params);
  gst_buffer_pool_config_set_params (config, caps, size, 0, 0);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  gst_clear_object (&allocator);
  if (!gst_buffer_pool_set_config (pool, config)) {
    gst_object_unref (pool);
    return FALSE;
  }
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  gst_query_add_allocation_pool (query, pool, size, 0, 0);
  gst_object_unref (pool);
  return TRUE;
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
    ret = gst_av_effect_recover (self, error, "reading the result");
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
      ret = gst_av_effect_recover (self, error, "draining");
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

  gst_av_effect_clear_input (self);
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
    gst_av_effect_clear_input (self);
  return ret;
}
