/* gstavseparate.c: the element: properties and states. Pads, events and queries
 * are in gstavseparate-pads.c, audio in gstavseparate-flow.c. */
/**
 * SECTION:element-avseparate
 * @title: avseparate
 *
 * Takes music apart into vocals, drums, bass and other, and the accompaniment
 * (everything but the vocals). One source pad per stem appears when the audio's
 * format is known. The samples of a stem stand for the samples of the mix at
 * the same timestamps; vocals + drums + bass + other is the mix.
 *
 * Every linked pad needs a queue behind it, as behind any demultiplexer, when
 * more than one is used in a playing pipeline.
 *
 * |[
 * gst-launch-1.0 filesrc location=song.mp3 ! decodebin ! audioconvert !
 *     avseparate name=s stems=accompaniment
 *     s.src_accompaniment ! audioconvert ! autoaudiosink
 * ]| Karaoke.
 */
#include "gstavseparate-private.h"

#include <string.h>

#include "base/gstavdevice.h"
#include "base/gstavenums.h"
#include "base/gstaverror.h"
#include "base/gstavpreset.h"

GST_DEBUG_CATEGORY (gst_av_separate_debug);
#define GST_CAT_DEFAULT gst_av_separate_debug

#define MODEL_BUILTIN "builtin"
#define STEMS_ALL ((1u << VOX_N_STEMS) - 1)

enum
{
  PROP_0,
  PROP_STEMS,
  PROP_MODEL,
  PROP_RESIDUAL,
  PROP_MODE,
  PROP_DEVICE,
  PROP_ADAPTIVE,
  PROP_STATS,
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));
#define GST_TYPE_AV_STEMS (gst_av_stems_get_type ())
static GType
gst_av_stems_get_type (void)
{
  static gsize type = 0;
  static const GFlagsValue values[] = {
    { 1 << VOX_STEM_VOCALS, "Singing and speech", "vocals" },
    { 1 << VOX_STEM_DRUMS, "Drums", "drums" },
    { 1 << VOX_STEM_BASS, "Bass", "bass" },
    { 1 << VOX_STEM_OTHER, "Everything else", "other" },
    { 1 << VOX_STEM_ACCOMPANIMENT, "Everything but vocals", "accompaniment" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type)) {
    GType new_type = g_flags_register_static ("GstAvStems", values);

    gst_type_mark_as_plugin_api (new_type, 0);
    g_once_init_leave (&type, new_type);
  }
  return type;
}

#define GST_TYPE_AV_RESIDUAL (gst_av_residual_get_type ())
static GType
gst_av_residual_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { VOX_STEM_OTHER, "What no stem claims goes to other", "other" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type)) {
    GType new_type = g_enum_register_static ("GstAvResidual", values);

    gst_type_mark_as_plugin_api (new_type, 0);
    g_once_init_leave (&type, new_type);
  }
  return type;
}

G_DEFINE_TYPE_WITH_CODE (GstAvSeparate, gst_av_separate, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_av_preset_interface_init)
        GST_DEBUG_CATEGORY_INIT (gst_av_separate_debug, "avseparate", 0,
            "AutoVoice source separation"));
GST_ELEMENT_REGISTER_DEFINE (
    avseparate, "avseparate", GST_RANK_NONE, GST_TYPE_AV_SEPARATE);

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvSeparate *self = GST_AV_SEPARATE (object);
  GstAvSeparateSettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_STEMS:
      settings->stems = g_value_get_flags (value);
      break;
    case PROP_MODEL:
      g_free (settings->model);
      settings->model = g_value_dup_string (value);
      break;
    case PROP_RESIDUAL:
      settings->residual = g_value_get_enum (value);
      break;
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
  GST_OBJECT_UNLOCK (self);
}

/* `stats` with the mode the element really runs in. */
static GstStructure *
get_stats (GstAvSeparate *self)
{
  g_autoptr (VoxDevice) device = NULL;
  VoxMode mode = VOX_MODE_BALANCED;
  GstStructure *stats;
  gboolean wet;

  gst_av_stats_lock (&self->stats);
  if (self->device != NULL)
    device = vox_device_ref (self->device);
  gst_av_stats_unlock (&self->stats);
  stats = gst_av_stats_to_structure (&self->stats, device);
  GST_OBJECT_LOCK (self);
  wet = gst_av_qos_mode (&self->settings.qos, &mode);
  GST_OBJECT_UNLOCK (self);
  gst_structure_set (stats, "mode", G_TYPE_STRING,
      wet ? gst_av_mode_nick (mode) : "dry", NULL);
  return stats;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvSeparate *self = GST_AV_SEPARATE (object);

  if (id == PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_STEMS:
      g_value_set_flags (value, self->settings.stems);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->settings.model);
      break;
    case PROP_RESIDUAL:
      g_value_set_enum (value, self->settings.residual);
      break;
    case PROP_MODE:
      g_value_set_enum (value, self->settings.mode);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, self->settings.device);
      break;
    case PROP_ADAPTIVE:
      g_value_set_boolean (value, self->settings.adaptive);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static gboolean
check_model (const gchar *model, GError **error)
{
  if (model == NULL || strcmp (model, MODEL_BUILTIN) == 0)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
      "there is no separation model '%s': use model=" MODEL_BUILTIN
      ", the engine that is built in",
      model);
  return FALSE;
}

static gboolean
start (GstAvSeparate *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *device_name = NULL;
  g_autofree gchar *model = NULL;
  VoxDevice *device;

  GST_OBJECT_LOCK (self);
  device_name = g_strdup (self->settings.device);
  model = g_strdup (self->settings.model);
  gst_av_qos_init (&self->settings.qos, self->settings.mode);
  self->settings.jitter = 0;
  self->settings.proportion = 1.0;
  GST_OBJECT_UNLOCK (self);
  if (!check_model (model, &error)) {
    GST_AV_ERROR (self, error, "looking for the model");
    return FALSE;
  }
  device = gst_av_device_open (GST_ELEMENT (self), device_name, &error);
  if (device == NULL) {
    GST_AV_ERROR (self, error, "opening the device");
    return FALSE;
  }
  gst_av_stats_reset (&self->stats);
  gst_av_stats_lock (&self->stats);
  self->device = device;
  gst_av_stats_unlock (&self->stats);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->fell_back = FALSE;
  self->mark_discont = TRUE;
  self->saw_discont = FALSE;
  g_atomic_int_set (&self->live, FALSE);
  return TRUE;
}

static void
stop (GstAvSeparate *self)
{
  VoxDevice *device;

  gst_av_separate_free_engine (self);
  gst_av_separate_remove_pads (self);
  gst_audio_info_init (&self->info);
  gst_av_stats_lock (&self->stats);
  device = g_steal_pointer (&self->device);
  self->have_latency = FALSE;
  gst_av_stats_unlock (&self->stats);
  vox_device_unref (device);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstAvSeparate *self = GST_AV_SEPARATE (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  ret = GST_ELEMENT_CLASS (gst_av_separate_parent_class)
            ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    stop (self);
  return ret;
}

static void
finalize (GObject *object)
{
  GstAvSeparate *self = GST_AV_SEPARATE (object);

  gst_flow_combiner_free (self->combiner);
  gst_av_stats_clear (&self->stats);
  g_free (self->settings.model);
  g_free (self->settings.device);
  G_OBJECT_CLASS (gst_av_separate_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_STEMS,
      g_param_spec_flags ("stems", "Stems",
          "Which pads appear; stems left out cost less", GST_TYPE_AV_STEMS,
          STEMS_ALL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model", "Which engine separates: builtin",
          MODEL_BUILTIN,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (object_class, PROP_RESIDUAL,
      g_param_spec_enum ("residual", "Residual",
          "The stem that gets what no stem claims, so that vocals, drums, bass "
          "and other add up to the mix",
          GST_TYPE_AV_RESIDUAL, VOX_STEM_OTHER,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (object_class, PROP_MODE,
      gst_av_mode_param_spec (GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_DEVICE, gst_av_device_param_spec ());
  g_object_class_install_property (object_class, PROP_ADAPTIVE,
      g_param_spec_boolean ("adaptive", "Adaptive",
          "Step down to a faster mode, and at last to no separation (all is "
          "accompaniment), while processing is too slow for playback",
          TRUE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      object_class, PROP_STATS, gst_av_stats_param_spec ());
}

static void
gst_av_separate_class_init (GstAvSeparateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  install_properties (object_class);
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (
      element_class, &gst_av_separate_src_template);
  gst_element_class_set_static_metadata (element_class,
      "AutoVoice source separation", "Filter/Effect/Audio",
      "Takes music apart into vocals, drums, bass, other and accompaniment",
      "AutoVoice contributors");
}

static void
gst_av_separate_init (GstAvSeparate *self)
{
  self->settings.stems = STEMS_ALL;
  self->settings.model = g_strdup (MODEL_BUILTIN);
  self->settings.residual = VOX_STEM_OTHER;
  self->settings.mode = VOX_MODE_BALANCED;
  self->settings.device = g_strdup (GST_AV_DEVICE_DEFAULT);
  self->settings.adaptive = TRUE;
  gst_av_qos_init (&self->settings.qos, self->settings.mode);
  gst_av_stats_init (&self->stats);
  gst_av_timeline_init (&self->timeline);
  gst_audio_info_init (&self->info);
  self->combiner = gst_flow_combiner_new ();
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_av_separate_chain);
  gst_pad_set_event_function (self->sinkpad, gst_av_separate_sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
}
