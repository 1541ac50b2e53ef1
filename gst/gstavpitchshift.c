/* gstavpitchshift.c: properties in front of the pitch shift engine. */
/**
 * SECTION:element-avpitchshift
 * @title: avpitchshift
 * @short_description: changes pitch, not duration
 *
 * Shifts the pitch of a voice or of music by any number of semitones while the
 * duration stays. Formants stay (natural voices) or move with the pitch, and
 * can be moved on their own. The output has exactly as many samples as the
 * input, with the input's timestamps; the delay is declared in the latency
 * query. At 0 semitones the samples are those of the input (16 and 24 bit
 * integer and 32 bit float formats).
 *
 * #GstAvPitchShift:semitones, #GstAvPitchShift:cents and
 * #GstAvPitchShift:formant-semitones can be controlled; a change never clicks.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 filesrc location=song.ogg ! decodebin ! avpitchshift semitones=-2 ! autoaudiosink
 * ]|
 * A whole tone down, the voice keeps its character.
 * |[
 * gst-launch-1.0 autoaudiosrc ! avpitchshift mode=fast content=voice semitones=5 formant-semitones=2 ! autoaudiosink
 * ]|
 * A live voice changer.
 */
#include "gstavpitchshift.h"

#include "base/gstavsamples.h"
#include "vox-config.h"

GST_DEBUG_CATEGORY_STATIC (gst_av_pitch_shift_debug);
#define GST_CAT_DEFAULT gst_av_pitch_shift_debug

enum
{
  PROP_0,
  PROP_SEMITONES,
  PROP_CENTS,
  PROP_FORMANT,
  PROP_FORMANT_SEMITONES,
  PROP_CONTENT,
  PROP_WINDOW_MS,
};

#define MAX_SEMITONES 24.0
#define MAX_CENTS 100.0
#define MIN_WINDOW_MS 10.0
#define MAX_WINDOW_MS 400.0

/* Guarded by the object lock. */
struct _GstAvPitchShift
{
  GstAvBaseEffect parent;

  VoxPitchShiftParams params;
  gdouble cents;
};

G_DEFINE_TYPE (GstAvPitchShift, gst_av_pitch_shift, GST_TYPE_AV_BASE_EFFECT);
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (avpitchshift, "avpitchshift",
    GST_RANK_NONE, GST_TYPE_AV_PITCH_SHIFT,
    GST_DEBUG_CATEGORY_INIT (
        gst_av_pitch_shift_debug, "avpitchshift", 0, "AutoVoice pitch shift"));

#define GST_TYPE_AV_FORMANT (gst_av_formant_get_type ())
static GType
gst_av_formant_get_type (void)
{
  static const GEnumValue values[] = {
    { VOX_FORMANT_PRESERVE, "The spectral envelope stays", "preserve" },
    { VOX_FORMANT_SHIFT, "The envelope moves with the pitch", "shift" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstAvFormant", values));
  return type;
}

#define GST_TYPE_AV_CONTENT (gst_av_content_get_type ())
static GType
gst_av_content_get_type (void)
{
  static const GEnumValue values[] = {
    { VOX_CONTENT_AUTO, "Decided from the signal", "auto" },
    { VOX_CONTENT_VOICE, "One singer or speaker", "voice" },
    { VOX_CONTENT_MUSIC, "Anything, polyphonic", "music" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstAvContent", values));
  return type;
}

static gdouble
total_semitones (const GstAvPitchShift *self)
{
  gdouble semitones = self->params.semitones + self->cents / 100.0;

  return CLAMP (semitones, -MAX_SEMITONES, MAX_SEMITONES);
}

static VoxProcessor *
create (GstAvBaseEffect *effect, VoxDevice *device, const GstAudioInfo *info,
    VoxMode mode, GError **error)
{
  GstAvPitchShift *self = GST_AV_PITCH_SHIFT (effect);
  VoxPitchShiftParams params;

  GST_OBJECT_LOCK (self);
  params = self->params;
  params.semitones = total_semitones (self);
  GST_OBJECT_UNLOCK (self);
  params.rate = (guint) GST_AUDIO_INFO_RATE (info);
  params.channels = (guint) GST_AUDIO_INFO_CHANNELS (info);
  params.mode = mode;
  return vox_pitch_shift_new (device, &params, error);
}

static void
update (GstAvBaseEffect *effect, VoxProcessor *processor)
{
  GstAvPitchShift *self = GST_AV_PITCH_SHIFT (effect);
  gdouble semitones, formant_semitones;
  VoxFormant formant;

  GST_OBJECT_LOCK (self);
  semitones = total_semitones (self);
  formant = self->params.formant;
  formant_semitones = self->params.formant_semitones;
  GST_OBJECT_UNLOCK (self);
  vox_pitch_shift_set_semitones (processor, semitones);
  vox_pitch_shift_set_formant (processor, formant, formant_semitones);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvPitchShift *self = GST_AV_PITCH_SHIFT (object);
  gboolean renew = FALSE;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SEMITONES:
      self->params.semitones = g_value_get_double (value);
      break;
    case PROP_CENTS:
      self->cents = g_value_get_double (value);
      break;
    case PROP_FORMANT:
      self->params.formant = g_value_get_enum (value);
      break;
    case PROP_FORMANT_SEMITONES:
      self->params.formant_semitones = g_value_get_double (value);
      break;
    case PROP_CONTENT:
      renew = self->params.content != (VoxContent) g_value_get_enum (value);
      self->params.content = g_value_get_enum (value);
      break;
    case PROP_WINDOW_MS:
      renew = self->params.window_ms != g_value_get_double (value);
      self->params.window_ms = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  if (renew)
    gst_av_base_effect_renew (GST_AV_BASE_EFFECT (self));
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvPitchShift *self = GST_AV_PITCH_SHIFT (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SEMITONES:
      g_value_set_double (value, self->params.semitones);
      break;
    case PROP_CENTS:
      g_value_set_double (value, self->cents);
      break;
    case PROP_FORMANT:
      g_value_set_enum (value, self->params.formant);
      break;
    case PROP_FORMANT_SEMITONES:
      g_value_set_double (value, self->params.formant_semitones);
      break;
    case PROP_CONTENT:
      g_value_set_enum (value, self->params.content);
      break;
    case PROP_WINDOW_MS:
      g_value_set_double (value, self->params.window_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags plain =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
  const GParamFlags controllable = plain | GST_PARAM_CONTROLLABLE;

  g_object_class_install_property (klass, PROP_SEMITONES,
      g_param_spec_double ("semitones", "Semitones", "Pitch shift in semitones",
          -MAX_SEMITONES, MAX_SEMITONES, 0.0, controllable));
  g_object_class_install_property (klass, PROP_CENTS,
      g_param_spec_double ("cents", "Cents",
          "Fine pitch shift in hundredths of a semitone, added to semitones",
          -MAX_CENTS, MAX_CENTS, 0.0, controllable));
  g_object_class_install_property (klass, PROP_FORMANT,
      g_param_spec_enum ("formant", "Formant",
          "What happens to the spectral envelope", GST_TYPE_AV_FORMANT,
          VOX_FORMANT_PRESERVE, plain));
  g_object_class_install_property (klass, PROP_FORMANT_SEMITONES,
      g_param_spec_double ("formant-semitones", "Formant semitones",
          "Shift of the spectral envelope in semitones, on top of formant",
          -MAX_SEMITONES, MAX_SEMITONES, 0.0, controllable));
  g_object_class_install_property (klass, PROP_CONTENT,
      g_param_spec_enum ("content", "Content", "What the audio is",
          GST_TYPE_AV_CONTENT, VOX_CONTENT_AUTO, plain));
  g_object_class_install_property (klass, PROP_WINDOW_MS,
      g_param_spec_double ("window-ms", "Window",
          "Analysis window in milliseconds for mode=custom", MIN_WINDOW_MS,
          MAX_WINDOW_MS, 85.0, plain));
}

static void
gst_av_pitch_shift_class_init (GstAvPitchShiftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAvBaseEffectClass *effect_class = GST_AV_BASE_EFFECT_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (GST_AV_SAMPLES_CAPS);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_FORMANT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_CONTENT, 0);
  gst_audio_filter_class_add_pad_templates (
      GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
  gst_element_class_set_static_metadata (element_class, "Pitch shift",
      "Filter/Effect/Audio",
      "Changes the pitch of voice or music without changing its duration",
      "AutoVoice <" GST_PACKAGE_ORIGIN ">");
  effect_class->create = create;
  effect_class->update = update;
}

static void
gst_av_pitch_shift_init (GstAvPitchShift *self)
{
  self->params = (VoxPitchShiftParams) VOX_PITCH_SHIFT_PARAMS_DEFAULT;
}
