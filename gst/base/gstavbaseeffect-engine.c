/* gstavbaseeffect-engine.c: the engine behind an effect: made, exchanged when
 * settings or the QoS level change, replaced when the device fails. */
#include "gstavbaseeffect-private.h"

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

void
gst_av_effect_free_engine (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  gst_av_effect_clear_input (self);
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

  gst_av_effect_clear_input (self);
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

GstFlowReturn
gst_av_effect_recover (
    GstAvBaseEffect *self, GError *failure, const gchar *doing)
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

GstFlowReturn
gst_av_effect_follow_settings (GstAvBaseEffect *self)
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
