/* gstavquality.c: the element: properties, pads, events, states. Audio is in
 * gstavquality-flow.c, messages in gstavquality-messages.c.
 *
 * The base is GstAggregator and not GstAudioAggregator: that one mixes into
 * buffers of its own with its own timestamps, and wants one rate on all pads,
 * while the judged stream has to leave as it came, buffer for buffer.
 */
/**
 * SECTION:element-avquality
 * @title: avquality
 * @short_description: measures audio, alone or against a reference
 *
 * Measures what passes from the `sink` to the `src` pad: loudness, level,
 * clipping, pitch and, when a stream is linked to the `reference` pad, its
 * distance from it: intelligibility (STOI), distortion (SI-SDR, SDR), spectrum
 * (LSD, MCD), pitch. The judged buffers pass untouched. The reference may have
 * another rate, format or number of channels.
 *
 * Streams are compared by running time. #GstAvQuality:alignment takes out a
 * constant lag that timestamps do not show.
 *
 * An element message `avquality` is posted for every #GstAvQuality:interval of
 * both streams and `avquality-summary` before EOS and before a change of rate
 * or channels. Both have the fields `timestamp`, `stream-time`,
 * `running-time`, `duration` and `endtime` of the #GstElement `level`; the
 * values are doubles under the names of the JSON report, those that could not
 * be computed are absent (and in the summary's structure `unavailable`, with
 * the reason).
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -m avquality name=q ! fakesink  filesrc location=coded.ogg ! decodebin ! q.sink  filesrc location=original.wav ! decodebin ! q.reference
 * ]|
 * Compares a coded file with its original.
 * |[
 * gst-launch-1.0 -e autoaudiosrc ! avquality metrics=loudness+signal report-location=room.html report-format=html ! fakesink
 * ]|
 * Writes a report on what the microphone hears.
 */
#include "gstavquality-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/gstavdevice.h"
#include "base/gstavenums.h"
#include "base/gstaverror.h"
#include "base/gstavpreset.h"
#include "vox-config.h"

GST_DEBUG_CATEGORY (gst_av_quality_debug);
#define GST_CAT_DEFAULT gst_av_quality_debug

enum
{
  SIGNAL_RESET,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));
static GstStaticPadTemplate reference_template =
    GST_STATIC_PAD_TEMPLATE ("reference", GST_PAD_SINK, GST_PAD_REQUEST,
        GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));

G_DEFINE_TYPE_WITH_CODE (GstAvQuality, gst_av_quality, GST_TYPE_AGGREGATOR,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_av_preset_interface_init));
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (avquality, "avquality", GST_RANK_NONE,
    GST_TYPE_AV_QUALITY,
    GST_DEBUG_CATEGORY_INIT (
        gst_av_quality_debug, "avquality", 0, "AutoVoice quality meter"));

static void
finalize (GObject *object)
{
  GstAvQuality *self = GST_AV_QUALITY (object);

  g_free (self->settings.report_location);
  g_free (self->settings.device_name);
  g_free (self->last_result);
  gst_av_stats_clear (&self->stats);
  G_OBJECT_CLASS (gst_av_quality_parent_class)->finalize (object);
}

/* The measurement starts anew with the next buffer. */
static void
reset (GstAvQuality *self)
{
  g_atomic_int_set (&self->reset_wanted, TRUE);
}

/* A report that cannot be written is better known before an hour of audio. */
static gboolean
check_report_folder (GstAvQuality *self)
{
  g_autofree gchar *folder = NULL;

  GST_OBJECT_LOCK (self);
  if (self->settings.report_location != NULL)
    folder = g_path_get_dirname (self->settings.report_location);
  GST_OBJECT_UNLOCK (self);
  if (folder == NULL || g_access (folder, W_OK) == 0)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_WRITE,
      ("The folder %s for the report cannot be written to: %s. Choose another "
       "report-location.",
          folder, g_strerror (errno)),
      (NULL));
  return FALSE;
}

static gboolean
start (GstAggregator *aggregator)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);
  g_autofree gchar *name = NULL;
  g_autoptr (GError) error = NULL;
  VoxDevice *device;

  if (!check_report_folder (self))
    return FALSE;
  GST_OBJECT_LOCK (self);
  name = g_strdup (self->settings.device_name);
  g_clear_pointer (&self->last_result, g_free);
  GST_OBJECT_UNLOCK (self);
  device = gst_av_device_open (GST_ELEMENT (self), name, &error);
  if (device == NULL) {
    GST_AV_ERROR (self, error, "opening the device");
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  self->device = device;
  GST_OBJECT_UNLOCK (self);
  gst_av_stats_reset (&self->stats);
  gst_av_quality_forget (self);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->summarised = FALSE;
  return TRUE;
}

static gboolean
stop (GstAggregator *aggregator)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);
  VoxDevice *device;

  gst_av_quality_forget (self);
  gst_clear_event (&self->tags);
  gst_av_quality_input_clear (&self->judged);
  gst_av_quality_input_clear (&self->reference);
  GST_OBJECT_LOCK (self);
  device = g_steal_pointer (&self->device);
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&device, vox_device_unref);
  return TRUE;
}

/* A seek: what was heard so far says nothing about what comes. */
static GstFlowReturn
flush (GstAggregator *aggregator)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);

  gst_av_quality_forget (self);
  self->summarised = FALSE;
  return GST_FLOW_OK;
}

/* Another rate or number of channels is another measurement. */
static gboolean
set_caps (GstAvQuality *self, GstAggregatorPad *pad, GstCaps *caps)
{
  GstAvQualityInput *input =
      pad == self->sink ? &self->judged : &self->reference;
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, caps)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("The audio format of pad %s cannot be measured.", GST_PAD_NAME (pad)),
        ("%" GST_PTR_FORMAT, caps));
    return FALSE;
  }
  if (GST_AUDIO_INFO_CHANNELS (&info) != GST_AUDIO_INFO_CHANNELS (&input->info)
      || (pad == self->sink
          && GST_AUDIO_INFO_RATE (&info) != GST_AUDIO_INFO_RATE (&input->info)))
    gst_av_quality_conclude (self);
  gst_av_quality_input_set_info (input, &info);
  if (pad == self->sink)
    gst_aggregator_set_src_caps (GST_AGGREGATOR (self), caps);
  return TRUE;
}

static gboolean
sink_event (GstAggregator *aggregator, GstAggregatorPad *pad, GstEvent *event)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;

    gst_event_parse_caps (event, &caps);
    if (!set_caps (self, pad, caps)) {
      gst_event_unref (event);
      return FALSE;
    }
  }
  if (pad == self->sink && GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_copy_segment (event, &self->segment);
    gst_aggregator_update_segment (aggregator, &self->segment);
  }
  if (pad == self->sink && GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
    gst_clear_event (&self->tags);
    self->tags = gst_event_ref (event);
  }
  return GST_AGGREGATOR_CLASS (gst_av_quality_parent_class)
      ->sink_event (aggregator, pad, event);
}

/* The judged pad offers what downstream takes; the reference takes anything. */
static gboolean
sink_query (GstAggregator *aggregator, GstAggregatorPad *pad, GstQuery *query)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);
  GstCaps *filter, *offered, *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
    return GST_AGGREGATOR_CLASS (gst_av_quality_parent_class)
        ->sink_query (aggregator, pad, query);
  gst_query_parse_caps (query, &filter);
  offered = gst_pad_get_pad_template_caps (GST_PAD (pad));
  if (pad == self->sink)
    caps = gst_pad_peer_query_caps (aggregator->srcpad, offered);
  else
    caps = gst_caps_ref (offered);
  if (filter != NULL) {
    GstCaps *both =
        gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);

    gst_caps_unref (caps);
    caps = both;
  }
  gst_query_set_caps_result (query, caps);
  gst_caps_unref (caps);
  gst_caps_unref (offered);
  return TRUE;
}

/* Where the stream is and how long it is, the judged upstream knows. */
static gboolean
src_query (GstAggregator *aggregator, GstQuery *query)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_DURATION:
    case GST_QUERY_POSITION:
      return gst_pad_peer_query (GST_PAD (self->sink), query);
    default:
      return GST_AGGREGATOR_CLASS (gst_av_quality_parent_class)
          ->src_query (aggregator, query);
  }
}

static GstFlowReturn
update_src_caps (GstAggregator *aggregator, GstCaps *caps, GstCaps **result)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);

  *result = gst_pad_get_current_caps (GST_PAD (self->sink));
  return *result != NULL ? GST_FLOW_OK : GST_AGGREGATOR_FLOW_NEED_DATA;
}

static GstBuffer *
clip (GstAggregator *aggregator, GstAggregatorPad *pad, GstBuffer *buffer)
{
  GstAvQuality *self = GST_AV_QUALITY (aggregator);
  const GstAudioInfo *info =
      pad == self->sink ? &self->judged.info : &self->reference.info;

  if (GST_AUDIO_INFO_RATE (info) == 0 || gst_buffer_get_size (buffer) == 0)
    return buffer;
  return gst_audio_buffer_clip (buffer, &pad->segment,
      GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_BPF (info));
}

static GstAggregatorPad *
create_new_pad (GstAggregator *aggregator, GstPadTemplate *templ,
    const gchar *name, const GstCaps *caps)
{
  GstPad *taken =
      gst_element_get_static_pad (GST_ELEMENT (aggregator), "reference");

  if (taken != NULL) {
    GST_WARNING_OBJECT (aggregator, "there is a reference pad already");
    gst_object_unref (taken);
    return NULL;
  }
  return g_object_new (GST_TYPE_AGGREGATOR_PAD, "name", "reference",
      "direction", GST_PAD_SINK, "template", templ, NULL);
}

static void
gst_av_quality_class_init (GstAvQualityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAggregatorClass *aggregator_class = GST_AGGREGATOR_CLASS (klass);

  object_class->set_property = gst_av_quality_set_property;
  object_class->get_property = gst_av_quality_get_property;
  object_class->finalize = finalize;
  gst_av_quality_install_properties (object_class);
  /**
   * GstAvQuality::reset:
   *
   * Forgets what was measured; the measurement starts anew with the next
   * buffer.
   */
  signals[SIGNAL_RESET] = g_signal_new_class_handler ("reset",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (reset), NULL, NULL, NULL, G_TYPE_NONE, 0);

  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &sink_template, GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &reference_template, GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_add_static_pad_template_with_gtype (
      element_class, &src_template, GST_TYPE_AGGREGATOR_PAD);
  gst_element_class_set_static_metadata (element_class, "Quality meter",
      "Filter/Analyzer/Audio",
      "Measures audio, alone or against a reference, and passes it untouched",
      "AutoVoice <" GST_PACKAGE_ORIGIN ">");

  aggregator_class->start = start;
  aggregator_class->stop = stop;
  aggregator_class->flush = flush;
  aggregator_class->aggregate = gst_av_quality_aggregate;
  aggregator_class->sink_event = sink_event;
  aggregator_class->sink_query = sink_query;
  aggregator_class->src_query = src_query;
  aggregator_class->update_src_caps = update_src_caps;
  aggregator_class->clip = clip;
  aggregator_class->create_new_pad = create_new_pad;
}

static void
gst_av_quality_init (GstAvQuality *self)
{
  GstPadTemplate *templ =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), "sink");

  self->settings.params = (VoxQualityParams) VOX_QUALITY_PARAMS_DEFAULT;
  self->settings.post_messages = TRUE;
  self->settings.device_name = g_strdup (GST_AV_DEVICE_DEFAULT);
  self->origin = GST_CLOCK_TIME_NONE;
  gst_av_stats_init (&self->stats);
  gst_audio_info_init (&self->judged.info);
  gst_audio_info_init (&self->reference.info);
  self->sink = g_object_new (GST_TYPE_AGGREGATOR_PAD, "name", "sink",
      "direction", GST_PAD_SINK, "template", templ, NULL);
  gst_element_add_pad (GST_ELEMENT (self), GST_PAD (self->sink));
}
