/* gstavbaseeffect.c: the object: properties, states, caps, events, queries.
 * What happens to the audio is in gstavbaseeffect-flow.c. */
#include "gstavbaseeffect-private.h"

#include "gstavdevice.h"
#include "gstavenums.h"
#include "gstaverror.h"
#include "gstavpreset.h"

GST_DEBUG_CATEGORY (gst_av_base_effect_debug);
#define GST_CAT_DEFAULT gst_av_base_effect_debug

enum
{
  PROP_0,
  PROP_MODE,
  PROP_DEVICE,
  PROP_ADAPTIVE,
  PROP_STATS,
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstAvBaseEffect, gst_av_base_effect,
    GST_TYPE_AUDIO_FILTER,
    G_ADD_PRIVATE (GstAvBaseEffect)
        G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_av_preset_interface_init)
            GST_DEBUG_CATEGORY_INIT (gst_av_base_effect_debug, "avbaseeffect",
                0, "AutoVoice effect base class"));

GstAvBaseEffectPrivate *
gst_av_base_effect_priv (GstAvBaseEffect *self)
{
  return gst_av_base_effect_get_instance_private (self);
}

GstBaseTransformClass *
gst_av_base_effect_parent (void)
{
  return GST_BASE_TRANSFORM_CLASS (gst_av_base_effect_parent_class);
}

#define PRIV(self) gst_av_base_effect_priv (self)
#define KLASS(self) GST_AV_BASE_EFFECT_GET_CLASS (self)

void
gst_av_base_effect_renew (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  g_mutex_lock (&priv->settings_lock);
  priv->settings.serial++;
  g_mutex_unlock (&priv->settings_lock);
}

gboolean
gst_av_base_effect_is_live (GstAvBaseEffect *self)
{
  return g_atomic_int_get (&PRIV (self)->live);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvBaseEffectPrivate *priv = PRIV (GST_AV_BASE_EFFECT (object));
  GstAvEffectSettings *settings = &priv->settings;

  g_mutex_lock (&priv->settings_lock);
  switch (id) {
    case PROP_MODE:
      settings->mode = g_value_get_enum (value);
      gst_av_qos_init (&settings->qos, settings->mode);
      settings->serial++;
      break;
    case PROP_DEVICE:
      g_free (settings->device);
      settings->device = g_value_dup_string (value);
      break;
    case PROP_ADAPTIVE:
      settings->adaptive = g_value_get_boolean (value);
      gst_av_qos_init (&settings->qos, settings->mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  g_mutex_unlock (&priv->settings_lock);
}

/* `stats` with the mode the element really runs in, and the subclass's own. */
static GstStructure *
get_stats (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  VoxDevice *device = NULL;
  GstStructure *stats;
  VoxMode mode = VOX_MODE_BALANCED;
  gboolean wet;

  gst_av_stats_lock (&priv->stats);
  if (priv->device != NULL)
    device = vox_device_ref (priv->device);
  gst_av_stats_unlock (&priv->stats);
  stats = gst_av_stats_to_structure (&priv->stats, device);
  g_clear_pointer (&device, vox_device_unref);
  g_mutex_lock (&priv->settings_lock);
  wet = gst_av_qos_mode (&priv->settings.qos, &mode);
  g_mutex_unlock (&priv->settings_lock);
  gst_structure_set (stats, "mode", G_TYPE_STRING,
      wet ? gst_av_mode_nick (mode) : "dry", NULL);
  if (KLASS (self)->add_stats != NULL)
    KLASS (self)->add_stats (self, stats);
  return stats;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (object);
  GstAvBaseEffectPrivate *priv = PRIV (self);

  if (id == PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }
  g_mutex_lock (&priv->settings_lock);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, priv->settings.mode);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, priv->settings.device);
      break;
    case PROP_ADAPTIVE:
      g_value_set_boolean (value, priv->settings.adaptive);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  g_mutex_unlock (&priv->settings_lock);
}

static gboolean
start (GstBaseTransform *trans)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (trans);
  GstAvBaseEffectPrivate *priv = PRIV (self);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *name = NULL;
  VoxDevice *device;

  g_mutex_lock (&priv->settings_lock);
  name = g_strdup (priv->settings.device);
  gst_av_qos_init (&priv->settings.qos, priv->settings.mode);
  priv->settings.jitter = 0;
  priv->settings.proportion = 1.0;
  g_mutex_unlock (&priv->settings_lock);
  device = gst_av_device_open (GST_ELEMENT (self), name, &error);
  if (device == NULL) {
    GST_AV_ERROR (self, error, "opening the device");
    return FALSE;
  }
  if (KLASS (self)->start != NULL
      && !KLASS (self)->start (self, device, &error)) {
    GST_AV_ERROR (self, error, "starting");
    vox_device_unref (device);
    return FALSE;
  }
  gst_av_stats_reset (&priv->stats);
  gst_av_stats_lock (&priv->stats);
  priv->device = device;
  gst_av_stats_unlock (&priv->stats);
  priv->fell_back = FALSE;
  priv->mark_discont = TRUE;
  priv->saw_discont = FALSE;
  g_atomic_int_set (&priv->live, FALSE);
  return TRUE;
}

static gboolean
stop (GstBaseTransform *trans)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (trans);
  GstAvBaseEffectPrivate *priv = PRIV (self);
  VoxDevice *device;

  gst_av_effect_free_engine (self);
  gst_audio_info_init (&priv->info);
  gst_av_stats_lock (&priv->stats);
  device = g_steal_pointer (&priv->device);
  priv->have_latency = FALSE;
  gst_av_stats_unlock (&priv->stats);
  g_clear_pointer (&device, vox_device_unref);
  if (KLASS (self)->stop != NULL)
    KLASS (self)->stop (self);
  return TRUE;
}

/* Live pipelines measure compute time and count it as latency. */
static void
ask_live (GstAvBaseEffect *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live;

  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query)) {
    gst_query_parse_latency (query, &live, NULL, NULL);
    g_atomic_int_set (&PRIV (self)->live, live);
  }
  gst_query_unref (query);
}

static gboolean
setup (GstAudioFilter *filter, const GstAudioInfo *info)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (filter);
  GstAvBaseEffectPrivate *priv = PRIV (self);
  g_autoptr (GError) error = NULL;

  if (priv->engine != NULL && gst_audio_info_is_equal (info, &priv->info))
    return TRUE;
  ask_live (self);
  priv->info = *info;
  if (!gst_av_effect_make_engine (self, &error)) {
    GST_AV_ERROR (self, error, "preparing for a format");
    return FALSE;
  }
  return TRUE;
}

static gboolean
get_unit_size (GstBaseTransform *trans, GstCaps *caps, gsize *size)
{
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps))
    return FALSE;
  *size = GST_AUDIO_INFO_BPF (&info);
  return TRUE;
}

/* GstBaseTransform 1.22 stays in passthrough without this function, which
 * generate_output () never calls. */
static GstFlowReturn
transform (GstBaseTransform *trans, GstBuffer *in, GstBuffer *out)
{
  g_return_val_if_reached (GST_FLOW_NOT_SUPPORTED);
}

static gboolean
propose_allocation (
    GstBaseTransform *trans, GstQuery *decide_query, GstQuery *query)
{
  if (!gst_av_base_effect_parent ()->propose_allocation (
          trans, decide_query, query))
    return FALSE;
  if (!gst_query_find_allocation_meta (query, GST_AUDIO_META_API_TYPE, NULL))
    gst_query_add_allocation_meta (query, GST_AUDIO_META_API_TYPE, NULL);
  return TRUE;
}

static gboolean
answer_latency (GstAvBaseEffect *self, GstQuery *query)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstClockTime min, max, own;
  gboolean live, known;

  gst_av_stats_lock (&priv->stats);
  known = priv->have_latency;
  own = priv->stats.latency;
  gst_av_stats_unlock (&priv->stats);
  if (!known || !gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);
  g_atomic_int_set (&priv->live, live);
  if (live)
    own += GST_AV_LIVE_COMPUTE_TIME;
  min += own;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += own;
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

static gboolean
query (GstBaseTransform *trans, GstPadDirection direction, GstQuery *query)
{
  if (direction == GST_PAD_SRC) {
    if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
      return answer_latency (GST_AV_BASE_EFFECT (trans), query);
    /* N frames out are not N frames in at the same moment: push only. */
    if (GST_QUERY_TYPE (query) == GST_QUERY_SCHEDULING) {
      gst_query_set_scheduling (
          query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0);
      gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
      return TRUE;
    }
  }
  return gst_av_base_effect_parent ()->query (trans, direction, query);
}

/* Feeds a gap shorter than the window as silence and eats the event; anything
 * else drains, and the event goes on. Returns TRUE when it was eaten. */
static gboolean
eat_gap (GstAvBaseEffect *self, GstEvent *event)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);
  GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime pts, duration, expected;
  guint64 n_frames;

  if (priv->engine == NULL)
    return FALSE;
  gst_event_parse_gap (event, &pts, &duration);
  expected = gst_av_timeline_pts (&priv->timeline, priv->timeline.in_frames);
  if (gst_av_engine_pending (priv->engine) > 0
      && GST_CLOCK_TIME_IS_VALID (duration)
      && GST_CLOCK_TIME_IS_VALID (expected)
      && segment->format == GST_FORMAT_TIME
      && gst_segment_clip (
          segment, GST_FORMAT_TIME, pts, pts + duration, NULL, NULL)
      && (GstClockTime) ABS (GST_CLOCK_DIFF (expected, pts))
          < GST_AV_ALIGNMENT_THRESHOLD) {
    /* Up to where the gap ends, in whole frames of the timeline. */
    GstClockTime end = MIN (pts + duration, segment->stop);
    GstClockTime gap = end > expected ? end - expected : 0;

    n_frames =
        gst_util_uint64_scale_int_round (gap, priv->info.rate, GST_SECOND);
    if (n_frames <= gst_av_engine_latency (priv->engine)) {
      gst_av_timeline_is_jump (
          &priv->timeline, GST_CLOCK_TIME_NONE, FALSE, n_frames);
      gst_av_effect_feed_silence (self, pts, n_frames);
      return TRUE;
    }
  }
  gst_av_effect_drain (self);
  gst_av_timeline_restart (&priv->timeline);
  return FALSE;
}

static gboolean
caps_change (GstAvBaseEffect *self, GstEvent *event)
{
  GstAudioInfo info;
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  return gst_audio_info_from_caps (&info, caps)
      && !gst_audio_info_is_equal (&info, &PRIV (self)->info);
}

static gboolean
sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstAvBaseEffect *self = GST_AV_BASE_EFFECT (trans);
  GstAvBaseEffectPrivate *priv = PRIV (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_GAP:
      if (eat_gap (self, event)) {
        gst_event_unref (event);
        return TRUE;
      }
      break;
    case GST_EVENT_CAPS:
      if (!caps_change (self, event))
        break;
      /* FALLTHROUGH */
    case GST_EVENT_STREAM_START:
    case GST_EVENT_SEGMENT:
    case GST_EVENT_EOS:
      gst_av_effect_drain (self);
      gst_av_timeline_restart (&priv->timeline);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_av_effect_discard (self);
      priv->mark_discont = TRUE;
      break;
    default:
      break;
  }
  return gst_av_base_effect_parent ()->sink_event (trans, event);
}

/* A QOS event is a hint about lateness for the mode steps. It is forwarded
 * without telling GstBaseTransform, which would drop buffers. */
static gboolean
src_event (GstBaseTransform *trans, GstEvent *event)
{
  GstAvBaseEffectPrivate *priv = PRIV (GST_AV_BASE_EFFECT (trans));
  GstClockTimeDiff jitter;
  gdouble proportion;

  if (GST_EVENT_TYPE (event) != GST_EVENT_QOS)
    return gst_av_base_effect_parent ()->src_event (trans, event);
  gst_event_parse_qos (event, NULL, &proportion, &jitter, NULL);
  g_mutex_lock (&priv->settings_lock);
  priv->settings.jitter = jitter;
  priv->settings.proportion = proportion;
  if (priv->settings.adaptive)
    gst_av_qos_report_event (&priv->settings.qos, jitter);
  g_mutex_unlock (&priv->settings_lock);
  if (jitter > 0) {
    gst_av_stats_lock (&priv->stats);
    priv->stats.late_blocks++;
    gst_av_stats_unlock (&priv->stats);
  }
  return gst_pad_push_event (trans->sinkpad, event);
}

static void
finalize (GObject *object)
{
  GstAvBaseEffectPrivate *priv = PRIV (GST_AV_BASE_EFFECT (object));

  g_free (priv->settings.device);
  g_mutex_clear (&priv->settings_lock);
  gst_av_stats_clear (&priv->stats);
  G_OBJECT_CLASS (gst_av_base_effect_parent_class)->finalize (object);
}

static void
gst_av_base_effect_class_init (GstAvBaseEffectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  g_object_class_install_property (object_class, PROP_MODE,
      gst_av_mode_param_spec (GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_DEVICE, gst_av_device_param_spec ());
  g_object_class_install_property (object_class, PROP_ADAPTIVE,
      g_param_spec_boolean ("adaptive", "Adaptive",
          "Step down to a faster mode, and at last to the dry signal, while "
          "processing is too slow for playback",
          TRUE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_STATS, gst_av_stats_param_spec ());

  trans_class->start = start;
  trans_class->stop = stop;
  trans_class->get_unit_size = get_unit_size;
  trans_class->decide_allocation = gst_av_effect_decide_allocation;
  trans_class->propose_allocation = propose_allocation;
  trans_class->query = query;
  trans_class->sink_event = sink_event;
  trans_class->src_event = src_event;
  trans_class->transform = transform;
  trans_class->submit_input_buffer = gst_av_effect_submit;
  trans_class->generate_output = gst_av_effect_generate;
  GST_AUDIO_FILTER_CLASS (klass)->setup = setup;
  gst_type_mark_as_plugin_api (GST_TYPE_AV_BASE_EFFECT, 0);
}

static void
gst_av_base_effect_init (GstAvBaseEffect *self)
{
  GstAvBaseEffectPrivate *priv = PRIV (self);

  g_mutex_init (&priv->settings_lock);
  priv->settings.mode = VOX_MODE_BALANCED;
  priv->settings.device = g_strdup (GST_AV_DEVICE_DEFAULT);
  priv->settings.adaptive = TRUE;
  gst_av_qos_init (&priv->settings.qos, priv->settings.mode);
  gst_av_stats_init (&priv->stats);
  gst_av_timeline_init (&priv->timeline);
  gst_audio_info_init (&priv->info);
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), FALSE);
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), FALSE);
}
