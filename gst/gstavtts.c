/* gstavtts.c: the element: properties and states. Events and queries are in
 * gstavtts-pads.c, time and audio in gstavtts-flow.c, speech in gstavspeech.c. */
/**
 * SECTION:element-avtts
 * @title: avtts
 *
 * Speaks text, in one of the built-in speakers or, with `voice`, in a voice
 * enrolled with `autovoice voice create`.
 *
 * A text buffer without a timestamp is spoken after the one before. One with
 * timestamp and duration, as subtitles have, is spoken within that slot: the
 * speaking rate follows, from 0.8 to 1.5 times `speed`, and `overflow` says
 * what happens when that is not enough. All buffers of a buffer list are one
 * utterance.
 *
 * The time between slots is silence, marked as such. GAP events are passed on;
 * where they come in, put audiorate behind the element when samples without
 * holes are needed, for example in front of wavenc.
 *
 * |[
 * gst-launch-1.0 avtts text="Hello, it is 5 km to St. James St." !
 *     audioconvert ! autoaudiosink
 * ]| Speaks one text; no input is needed.
 * |[
 * gst-launch-1.0 filesrc location=film.srt ! subparse ! avtts speaker=rms !
 *     audioconvert ! wavenc ! filesink location=film.wav
 * ]| A track whose speech sits in the slots of the subtitles.
 */
#include "gstavtts-private.h"

#include "base/gstavdevice.h"
#include "base/gstavenums.h"
#include "base/gstaverror.h"
#include "base/gstavpreset.h"

GST_DEBUG_CATEGORY (gst_av_tts_debug);
#define GST_CAT_DEFAULT gst_av_tts_debug

#define DEFAULT_SPEAKER "slt"

enum
{
  PROP_0,
  PROP_SPEAKER,
  PROP_SPEED,
  PROP_PAUSE_SCALE,
  PROP_LEXICON,
  PROP_VOICE,
  PROP_VOICES_DIR,
  PROP_TEXT,
  PROP_OVERFLOW,
  PROP_MODE,
  PROP_DEVICE,
  PROP_STATS,
};

#define GST_TYPE_AV_TTS_OVERFLOW (gst_av_tts_overflow_get_type ())
static GType
gst_av_tts_overflow_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_AV_TTS_OVERFLOW_CLIP, "Speech is faded out at the end of its slot",
        "clip" },
    { GST_AV_TTS_OVERFLOW_SHIFT, "The next text begins later", "shift" },
    { GST_AV_TTS_OVERFLOW_OVERLAP, "The next text begins in time, over it",
        "overlap" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type)) {
    GType new_type = g_enum_register_static ("GstAvTtsOverflow", values);

    gst_type_mark_as_plugin_api (new_type, 0);
    g_once_init_leave (&type, new_type);
  }
  return type;
}

/* What was said and who said it is not part of a preset's sound. */
static gchar **
preset_properties (GstPreset *preset G_GNUC_UNUSED)
{
  static const gchar *const names[] = { "speaker", "speed", "pause-scale",
    "overflow", "mode", NULL };

  return g_strdupv ((gchar **) names);
}

static void
preset_interface_init (gpointer iface, gpointer data)
{
  gst_av_preset_interface_init (iface, data);
  ((GstPresetInterface *) iface)->get_property_names = preset_properties;
}

G_DEFINE_TYPE_WITH_CODE (GstAvTts, gst_av_tts, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, preset_interface_init)
        GST_DEBUG_CATEGORY_INIT (
            gst_av_tts_debug, "avtts", 0, "AutoVoice text to speech"));
GST_ELEMENT_REGISTER_DEFINE (avtts, "avtts", GST_RANK_NONE, GST_TYPE_AV_TTS);

static void
take_string (gchar **target, const GValue *value)
{
  g_free (*target);
  *target = g_value_dup_string (value);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvTts *self = GST_AV_TTS (object);
  GstAvTtsSettings *settings = &self->settings;
  gboolean renew = TRUE;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SPEAKER:
      take_string (&settings->speech.speaker, value);
      break;
    case PROP_LEXICON:
      take_string (&settings->speech.lexicon, value);
      break;
    case PROP_VOICE:
      take_string (&settings->speech.voice, value);
      break;
    case PROP_VOICES_DIR:
      take_string (&settings->speech.voices_dir, value);
      break;
    case PROP_DEVICE:
      take_string (&settings->speech.device, value);
      break;
    case PROP_MODE:
      settings->speech.mode = g_value_get_enum (value);
      break;
    case PROP_SPEED:
      settings->speed = g_value_get_double (value);
      renew = FALSE;
      break;
    case PROP_PAUSE_SCALE:
      settings->pause_scale = g_value_get_double (value);
      renew = FALSE;
      break;
    case PROP_TEXT:
      take_string (&settings->text, value);
      renew = FALSE;
      break;
    case PROP_OVERFLOW:
      settings->overflow = g_value_get_enum (value);
      renew = FALSE;
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  settings->serial += renew;
  GST_OBJECT_UNLOCK (self);
}

/* `stats` with the number of texts spoken. */
static GstStructure *
get_stats (GstAvTts *self)
{
  g_autoptr (VoxDevice) device = NULL;
  GstStructure *stats;
  guint utterances;

  gst_av_stats_lock (&self->stats);
  if (self->speech != NULL && gst_av_speech_device (self->speech) != NULL)
    device = vox_device_ref (gst_av_speech_device (self->speech));
  utterances = self->utterances;
  gst_av_stats_unlock (&self->stats);
  stats = gst_av_stats_to_structure (&self->stats, device);
  gst_structure_set (stats, "utterances", G_TYPE_UINT, utterances, NULL);
  return stats;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvTts *self = GST_AV_TTS (object);
  const GstAvTtsSettings *settings = &self->settings;

  if (id == PROP_STATS) {
    g_value_take_boxed (value, get_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SPEAKER:
      g_value_set_string (value, settings->speech.speaker);
      break;
    case PROP_SPEED:
      g_value_set_double (value, settings->speed);
      break;
    case PROP_PAUSE_SCALE:
      g_value_set_double (value, settings->pause_scale);
      break;
    case PROP_LEXICON:
      g_value_set_string (value, settings->speech.lexicon);
      break;
    case PROP_VOICE:
      g_value_set_string (value, settings->speech.voice);
      break;
    case PROP_VOICES_DIR:
      g_value_set_string (value, settings->speech.voices_dir);
      break;
    case PROP_TEXT:
      g_value_set_string (value, settings->text);
      break;
    case PROP_OVERFLOW:
      g_value_set_enum (value, settings->overflow);
      break;
    case PROP_MODE:
      g_value_set_enum (value, settings->speech.mode);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, settings->speech.device);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
set_speech (GstAvTts *self, GstAvSpeech *speech)
{
  GstAvSpeech *old;

  gst_av_stats_lock (&self->stats);
  old = self->speech;
  self->speech = speech;
  gst_av_stats_unlock (&self->stats);
  gst_av_speech_free (old);
}

gboolean
gst_av_tts_prepare (GstAvTts *self, GError **error)
{
  GstAvSpeechParams params = { 0 };
  GstAvSpeech *speech;
  guint serial;

  GST_OBJECT_LOCK (self);
  serial = self->settings.serial;
  if (self->speech != NULL && serial == self->serial) {
    GST_OBJECT_UNLOCK (self);
    return TRUE;
  }
  params.speaker = g_strdup (self->settings.speech.speaker);
  params.lexicon = g_strdup (self->settings.speech.lexicon);
  params.voice = g_strdup (self->settings.speech.voice);
  params.voices_dir = g_strdup (self->settings.speech.voices_dir);
  params.device = g_strdup (self->settings.speech.device);
  params.mode = self->settings.speech.mode;
  GST_OBJECT_UNLOCK (self);

  speech = gst_av_speech_new (GST_ELEMENT (self), &params, error);
  gst_av_speech_params_clear (&params);
  if (speech == NULL)
    return FALSE;
  if (self->have_caps
      && !gst_av_speech_set_rate (
          speech, (guint) GST_AUDIO_INFO_RATE (&self->info), error)) {
    gst_av_speech_free (speech);
    return FALSE;
  }
  self->serial = serial;
  set_speech (self, speech);
  return TRUE;
}

static gboolean
start (GstAvTts *self)
{
  g_autoptr (GError) error = NULL;

  self->have_caps = FALSE;
  self->markup = FALSE;
  self->bytes = FALSE;
  g_string_truncate (self->pending, 0);
  self->utterances = 0;
  self->mark_discont = TRUE;
  self->origin = 0;
  self->frames = 0;
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  g_array_set_size (self->held, 0);
  g_atomic_int_set (&self->flushing, FALSE);
  g_atomic_int_set (&self->live, FALSE);
  gst_av_stats_reset (&self->stats);
  if (gst_av_tts_prepare (self, &error))
    return TRUE;
  GST_AV_ERROR (self, error, "preparing to speak");
  return FALSE;
}

static void
stop (GstAvTts *self)
{
  set_speech (self, NULL);
  g_clear_pointer (&self->samples, gst_av_samples_free);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstAvTts *self = GST_AV_TTS (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  /* A sentence under way must not hold up the shutdown. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_atomic_int_set (&self->flushing, TRUE);
  ret = GST_ELEMENT_CLASS (gst_av_tts_parent_class)
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
  GstAvTts *self = GST_AV_TTS (object);

  gst_av_stats_clear (&self->stats);
  gst_av_speech_params_clear (&self->settings.speech);
  g_free (self->settings.text);
  g_array_unref (self->held);
  g_string_free (self->pending, TRUE);
  G_OBJECT_CLASS (gst_av_tts_parent_class)->finalize (object);
}

static void
install_string (GObjectClass *klass, guint id, const gchar *name,
    const gchar *nick, const gchar *blurb, const gchar *value)
{
  g_object_class_install_property (klass, id,
      g_param_spec_string (name, nick, blurb, value,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags playing =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  install_string (klass, PROP_SPEAKER, "speaker", "Speaker",
      "Who speaks: slt (woman), rms, awb or kal16 (men); from the next text on",
      DEFAULT_SPEAKER);
  g_object_class_install_property (klass, PROP_SPEED,
      g_param_spec_double ("speed", "Speed",
          "Speaking rate, 1 is the speaker's own; from the next text on", 0.25,
          4.0, 1.0, playing));
  g_object_class_install_property (klass, PROP_PAUSE_SCALE,
      g_param_spec_double ("pause-scale", "Pause scale",
          "Factor of the pauses between phrases and sentences; from the next "
          "text on",
          0.0, 4.0, 1.0, playing));
  install_string (klass, PROP_LEXICON, "lexicon", "Lexicon",
      "File of pronunciations, a line \"word  P R O N\" or \"word = "
      "respelling\" each; from the next text on",
      NULL);
  install_string (klass, PROP_VOICE, "voice", "Voice",
      "Enrolled voice to speak in: a name in the store or a .voice file; from "
      "the next text on",
      NULL);
  install_string (klass, PROP_VOICES_DIR, "voices-dir", "Voices folder",
      "Folder of the voice store; the user's own when not set", NULL);
  install_string (klass, PROP_TEXT, "text", "Text",
      "Text to speak when the sink pad is not linked; then the stream ends",
      NULL);
  g_object_class_install_property (klass, PROP_OVERFLOW,
      g_param_spec_enum ("overflow", "Overflow",
          "What happens to speech that is longer than its slot even at 1.5 "
          "times the speed",
          GST_TYPE_AV_TTS_OVERFLOW, GST_AV_TTS_OVERFLOW_SHIFT, playing));
  g_object_class_install_property (
      klass, PROP_MODE, gst_av_mode_param_spec (GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      klass, PROP_DEVICE, gst_av_device_param_spec ());
  g_object_class_install_property (
      klass, PROP_STATS, gst_av_stats_param_spec ());
}

static void
gst_av_tts_class_init (GstAvTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  install_properties (object_class);
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (
      element_class, &gst_av_tts_sink_template);
  gst_element_class_add_static_pad_template (
      element_class, &gst_av_tts_src_template);
  gst_element_class_set_static_metadata (element_class,
      "AutoVoice text to speech", "Audio/Text/Filter",
      "Speaks text, timed like its subtitles, in a built-in or enrolled voice",
      "AutoVoice contributors");
}

static void
gst_av_tts_init (GstAvTts *self)
{
  self->settings.speech.speaker = g_strdup (DEFAULT_SPEAKER);
  self->settings.speech.device = g_strdup (GST_AV_DEVICE_DEFAULT);
  self->settings.speech.mode = VOX_MODE_BALANCED;
  self->settings.speed = 1.0;
  self->settings.pause_scale = 1.0;
  self->settings.overflow = GST_AV_TTS_OVERFLOW_SHIFT;
  self->held = g_array_new (FALSE, TRUE, sizeof (gfloat));
  self->pending = g_string_new (NULL);
  gst_av_stats_init (&self->stats);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  gst_audio_info_init (&self->info);

  self->sinkpad =
      gst_pad_new_from_static_template (&gst_av_tts_sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, gst_av_tts_chain);
  gst_pad_set_chain_list_function (self->sinkpad, gst_av_tts_chain_list);
  gst_pad_set_event_function (self->sinkpad, gst_av_tts_sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sinkpad);
  self->srcpad =
      gst_pad_new_from_static_template (&gst_av_tts_src_template, "src");
  gst_pad_set_query_function (self->srcpad, gst_av_tts_src_query);
  gst_pad_set_activatemode_function (
      self->srcpad, gst_av_tts_src_activate_mode);
  gst_pad_use_fixed_caps (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
