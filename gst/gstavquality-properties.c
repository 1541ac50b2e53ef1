/* gstavquality-properties.c: the properties of avquality and their types. */
#include "gstavquality-private.h"

#include "base/gstavdevice.h"
#include "base/gstavenums.h"

enum
{
  PROP_0,
  PROP_METRICS,
  PROP_INTERVAL,
  PROP_POST_MESSAGES,
  PROP_REPORT_LOCATION,
  PROP_REPORT_FORMAT,
  PROP_ALIGNMENT,
  PROP_MAX_LAG,
  PROP_EXPECTED_SHIFT,
  PROP_TIME_LOCKED,
  PROP_LAST_RESULT,
  PROP_MODE,
  PROP_DEVICE,
  PROP_STATS,
};

#define GST_TYPE_AV_QUALITY_METRICS (gst_av_quality_metrics_get_type ())
static GType
gst_av_quality_metrics_get_type (void)
{
  static const GFlagsValue values[] = {
    { VOX_QUALITY_GROUP_INTELLIGIBILITY, "STOI and ESTOI", "intelligibility" },
    { VOX_QUALITY_GROUP_DISTORTION, "SI-SDR and SDR", "distortion" },
    { VOX_QUALITY_GROUP_SPECTRUM, "Log-spectral and mel-cepstral distance",
        "spectrum" },
    { VOX_QUALITY_GROUP_PITCH, "F0 and its errors", "pitch" },
    { VOX_QUALITY_GROUP_LOUDNESS, "R128 loudness and true peak", "loudness" },
    { VOX_QUALITY_GROUP_SIGNAL, "Clipping, DC, noise floor, silence, coherence",
        "signal" },
    { VOX_QUALITY_GROUP_SIMILARITY, "Speaker similarity", "similarity" },
    { VOX_QUALITY_GROUP_ALL, "Everything", "all" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_flags_register_static ("GstAvQualityMetrics", values));
  return type;
}

#define GST_TYPE_AV_QUALITY_FORMAT (gst_av_quality_format_get_type ())
static GType
gst_av_quality_format_get_type (void)
{
  static const GEnumValue values[] = {
    { VOX_QUALITY_FORMAT_JSON, "JSON object", "json" },
    { VOX_QUALITY_FORMAT_CSV, "One row per interval", "csv" },
    { VOX_QUALITY_FORMAT_HTML, "Page with plots", "html" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstAvQualityFormat", values));
  return type;
}

#define GST_TYPE_AV_QUALITY_ALIGNMENT (gst_av_quality_alignment_get_type ())
static GType
gst_av_quality_alignment_get_type (void)
{
  static const GEnumValue values[] = {
    { VOX_QUALITY_ALIGNMENT_OFF, "By timestamps alone", "off" },
    { VOX_QUALITY_ALIGNMENT_AUTO, "A constant lag is found and taken out",
        "auto" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstAvQualityAlignment", values));
  return type;
}

void
gst_av_quality_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvQuality *self = GST_AV_QUALITY (object);
  GstAvQualitySettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_METRICS:
      settings->params.groups = g_value_get_flags (value);
      break;
    case PROP_INTERVAL:
      settings->params.interval_s =
          (gdouble) g_value_get_uint64 (value) / GST_SECOND;
      break;
    case PROP_POST_MESSAGES:
      settings->post_messages = g_value_get_boolean (value);
      break;
    case PROP_REPORT_LOCATION:
      g_free (settings->report_location);
      settings->report_location = g_value_dup_string (value);
      break;
    case PROP_REPORT_FORMAT:
      settings->report_format = g_value_get_enum (value);
      break;
    case PROP_ALIGNMENT:
      settings->params.alignment = g_value_get_enum (value);
      break;
    case PROP_MAX_LAG:
      settings->params.max_lag_s =
          (gdouble) g_value_get_uint64 (value) / GST_SECOND;
      break;
    case PROP_EXPECTED_SHIFT:
      settings->params.expected_shift = g_value_get_double (value);
      break;
    case PROP_TIME_LOCKED:
      settings->params.time_locked = g_value_get_boolean (value);
      break;
    case PROP_MODE:
      settings->params.mode = g_value_get_enum (value);
      break;
    case PROP_DEVICE:
      g_free (settings->device_name);
      settings->device_name = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_av_quality_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvQuality *self = GST_AV_QUALITY (object);
  const GstAvQualitySettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_METRICS:
      g_value_set_flags (value, settings->params.groups);
      break;
    case PROP_INTERVAL:
      g_value_set_uint64 (
          value, (guint64) (settings->params.interval_s * GST_SECOND + 0.5));
      break;
    case PROP_POST_MESSAGES:
      g_value_set_boolean (value, settings->post_messages);
      break;
    case PROP_REPORT_LOCATION:
      g_value_set_string (value, settings->report_location);
      break;
    case PROP_REPORT_FORMAT:
      g_value_set_enum (value, settings->report_format);
      break;
    case PROP_ALIGNMENT:
      g_value_set_enum (value, settings->params.alignment);
      break;
    case PROP_MAX_LAG:
      g_value_set_uint64 (
          value, (guint64) (settings->params.max_lag_s * GST_SECOND + 0.5));
      break;
    case PROP_EXPECTED_SHIFT:
      g_value_set_double (value, settings->params.expected_shift);
      break;
    case PROP_TIME_LOCKED:
      g_value_set_boolean (value, settings->params.time_locked);
      break;
    case PROP_LAST_RESULT:
      g_value_set_string (value, self->last_result);
      break;
    case PROP_MODE:
      g_value_set_enum (value, settings->params.mode);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, settings->device_name);
      break;
    case PROP_STATS:
      g_value_take_boxed (
          value, gst_av_stats_to_structure (&self->stats, self->device));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
install_measuring_properties (GObjectClass *klass)
{
  const GParamFlags ready =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

  g_object_class_install_property (klass, PROP_METRICS,
      g_param_spec_flags ("metrics", "Metrics", "What to measure",
          GST_TYPE_AV_QUALITY_METRICS, VOX_QUALITY_GROUP_ALL, ready));
  g_object_class_install_property (klass, PROP_INTERVAL,
      g_param_spec_uint64 ("interval", "Interval",
          "Time between messages and between the values of the report, in "
          "nanoseconds",
          GST_SECOND / 10, 60 * GST_SECOND, GST_SECOND, ready));
  g_object_class_install_property (klass, PROP_ALIGNMENT,
      g_param_spec_enum ("alignment", "Alignment",
          "Whether a constant lag between the streams is found and taken out; "
          "it is looked for in the first 20 s",
          GST_TYPE_AV_QUALITY_ALIGNMENT, VOX_QUALITY_ALIGNMENT_OFF, ready));
  g_object_class_install_property (klass, PROP_MAX_LAG,
      g_param_spec_uint64 ("max-lag", "Maximum lag",
          "Largest lag looked for, in nanoseconds", 10 * GST_MSECOND,
          5 * GST_SECOND, 2 * GST_SECOND, ready));
  g_object_class_install_property (klass, PROP_EXPECTED_SHIFT,
      g_param_spec_double ("expected-shift", "Expected shift",
          "Semitones the judged stream is meant to be above the reference; "
          "taken out before F0 is compared",
          -48.0, 48.0, 0.0, ready));
  g_object_class_install_property (klass, PROP_TIME_LOCKED,
      g_param_spec_boolean ("time-locked", "Time-locked",
          "FALSE when the streams may run at different speeds: only what can "
          "be "
          "warped (MCD) is then compared",
          TRUE, ready));
}

void
gst_av_quality_install_properties (GObjectClass *klass)
{
  const GParamFlags plain =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  install_measuring_properties (klass);
  g_object_class_install_property (klass, PROP_POST_MESSAGES,
      g_param_spec_boolean ("post-messages", "Post messages",
          "Whether an avquality message is posted for every interval; the "
          "summary always is",
          TRUE, plain));
  g_object_class_install_property (klass, PROP_REPORT_LOCATION,
      g_param_spec_string ("report-location", "Report location",
          "File that the report is written to at the end, or NULL", NULL,
          plain));
  g_object_class_install_property (klass, PROP_REPORT_FORMAT,
      g_param_spec_enum ("report-format", "Report format",
          "What the report looks like", GST_TYPE_AV_QUALITY_FORMAT,
          VOX_QUALITY_FORMAT_JSON, plain));
  g_object_class_install_property (klass, PROP_LAST_RESULT,
      g_param_spec_string ("last-result", "Last result",
          "The last summary as a JSON object, or NULL before the first", NULL,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
      klass, PROP_MODE, gst_av_mode_param_spec (GST_PARAM_MUTABLE_READY));
  g_object_class_install_property (
      klass, PROP_DEVICE, gst_av_device_param_spec ());
  g_object_class_install_property (
      klass, PROP_STATS, gst_av_stats_param_spec ());
  gst_type_mark_as_plugin_api (GST_TYPE_AV_QUALITY_METRICS, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_QUALITY_FORMAT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_QUALITY_ALIGNMENT, 0);
}
