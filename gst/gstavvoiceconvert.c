/* gstavvoiceconvert.c: properties in front of the voice conversion engine, and
 * the change of voice while playing. */
/**
 * SECTION:element-avvoiceconvert
 * @title: avvoiceconvert
 * @short_description: speech or singing in another voice
 *
 * Gives what somebody says or sings the voice of somebody else: timing,
 * melody and expression stay, timbre and register become those of a voice that
 * was enrolled with `autovoice voice create`. The input is one voice without
 * music; avsongconvert converts whole songs.
 *
 * #GstAvVoiceConvert:voice can be changed while playing: the new voice is
 * loaded in the thread that sets the property and crossfaded in. Without
 * #GstAvVoiceConvert:pitch-shift the element chooses the register: the ratio of
 * the median pitches for speech, whole octaves for singing.
 *
 * In files the element looks ahead up to 30 seconds to learn the source, which
 * is part of its latency; in live pipelines it learns on the way.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 filesrc location=talk.flac ! decodebin ! avvoiceconvert voice=anna ! autoaudiosink
 * ]|
 * |[
 * gst-launch-1.0 autoaudiosrc ! avvoiceconvert voice=anna mode=fast ! autoaudiosink
 * ]|
 * Live.
 */
#include "gstavvoiceconvert.h"

#include "base/gstaverror.h"
#include "base/gstavsamples.h"
#include "convert/vox-convert.h"
#include "voice/vox-voice-store.h"
#include "vox-config.h"

GST_DEBUG_CATEGORY_STATIC (gst_av_voice_convert_debug);
#define GST_CAT_DEFAULT gst_av_voice_convert_debug

enum
{
  PROP_0,
  PROP_VOICE,
  PROP_VOICES_DIR,
  PROP_PITCH_SHIFT,
  PROP_PITCH_AUTO,
  PROP_SIMILARITY,
  PROP_CONTENT,
  PROP_LOOKAHEAD,
  PROP_SEED,
};

#define MAX_SEMITONES 24.0
#define LOOKAHEAD_AUTO (-1.0)
/* Longest recording the adaptation profits from, and what it costs a file. */
#define LOOKAHEAD_FILE_S 30.0
#define LOOKAHEAD_LIVE_S 0.0
#define MAX_LOOKAHEAD_S 120.0

/* What a processor was last told; the streaming thread's own. */
typedef struct
{
  VoxProcessor *processor;
  guint serial;
  guint voice_serial;
} Told;

struct _GstAvVoiceConvert
{
  GstAvBaseEffect parent;

  /* Object lock. */
  gchar *voice_name;
  gchar *voices_dir;
  VoxVoice *voice;
  gboolean started;
  gdouble pitch_shift;
  gboolean pitch_auto;
  gdouble similarity;
  VoxConvertContent content;
  gdouble lookahead;
  guint64 seed;
  guint serial;
  guint voice_serial;

  Told told[2];
};

G_DEFINE_TYPE (GstAvVoiceConvert, gst_av_voice_convert,
    GST_TYPE_AV_BASE_EFFECT);
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (avvoiceconvert, "avvoiceconvert",
    GST_RANK_NONE, GST_TYPE_AV_VOICE_CONVERT,
    GST_DEBUG_CATEGORY_INIT (gst_av_voice_convert_debug, "avvoiceconvert", 0,
        "AutoVoice voice conversion"));

#define GST_TYPE_AV_CONVERT_CONTENT (gst_av_convert_content_get_type ())
static GType
gst_av_convert_content_get_type (void)
{
  static const GEnumValue values[] = {
    { VOX_CONVERT_SPEECH, "Speech: pitch follows the voice's own", "speech" },
    { VOX_CONVERT_SINGING, "Singing: pitch moves by whole semitones",
        "singing" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstAvConvertContent", values));
  return type;
}

/* --- the voice --- */

/* "No voice" as an error that helps to choose one. */
static void
set_no_voice (const gchar *dir, GError **error)
{
  g_autofree gchar *folder = vox_voice_store_dir (dir);
  g_auto (GStrv) names = vox_voice_store_list (dir, NULL);
  g_autofree gchar *list = names != NULL ? g_strjoinv (", ", names) : NULL;

  g_set_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND,
      "No voice is chosen. Set the property voice; the folder %s has: %s.",
      folder, list != NULL && *list != '\0' ? list : "none");
}

static VoxVoice *
load_voice (GstAvVoiceConvert *self, GError **error)
{
  g_autofree gchar *name = NULL;
  g_autofree gchar *dir = NULL;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->voice_name);
  dir = g_strdup (self->voices_dir);
  GST_OBJECT_UNLOCK (self);
  if (name != NULL && *name != '\0')
    return vox_voice_store_find (dir, name, error);
  set_no_voice (dir, error);
  return NULL;
}

static void
take_voice (GstAvVoiceConvert *self, VoxVoice *voice)
{
  VoxVoice *old;

  GST_OBJECT_LOCK (self);
  old = self->voice;
  self->voice = voice;
  self->voice_serial++;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&old, vox_voice_unref);
}

/* The property changed. While running a voice that cannot be loaded is a
 * warning, and the one before it goes on speaking: a live stream must not end
 * over a typing error. */
static void
change_voice (GstAvVoiceConvert *self)
{
  g_autoptr (GError) error = NULL;
  VoxVoice *voice;
  gboolean started;

  GST_OBJECT_LOCK (self);
  started = self->started;
  GST_OBJECT_UNLOCK (self);
  if (!started)
    return;
  voice = load_voice (self, &error);
  if (voice == NULL)
    GST_AV_WARNING (self, error, "changing the voice");
  else
    take_voice (self, voice);
}

static gboolean
start (GstAvBaseEffect *effect, VoxDevice *device, GError **error)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (effect);
  VoxVoice *voice = load_voice (self, error);

  if (voice == NULL)
    return FALSE;
  take_voice (self, voice);
  GST_OBJECT_LOCK (self);
  self->started = TRUE;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static void
stop (GstAvBaseEffect *effect)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (effect);

  GST_OBJECT_LOCK (self);
  self->started = FALSE;
  GST_OBJECT_UNLOCK (self);
  take_voice (self, NULL);
  self->told[0] = self->told[1] = (Told){ .processor = NULL };
}

/* --- the processor --- */

/* Call with the object lock. */
static gdouble
engine_pitch (const GstAvVoiceConvert *self)
{
  return self->pitch_auto && self->pitch_shift == 0.0 ? VOX_CONVERT_PITCH_AUTO
                                                      : self->pitch_shift;
}

static VoxProcessor *
create (GstAvBaseEffect *effect, VoxDevice *device, const GstAudioInfo *info,
    VoxMode mode, GError **error)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (effect);
  gboolean live = gst_av_base_effect_is_live (effect);
  VoxConvertParams params = VOX_CONVERT_PARAMS_DEFAULT;
  VoxProcessor *processor;
  VoxVoice *voice;
  Told told;

  GST_OBJECT_LOCK (self);
  voice = vox_voice_ref (self->voice);
  params.content = self->content;
  params.pitch_shift = engine_pitch (self);
  params.similarity = self->similarity;
  params.lookahead_s = self->lookahead;
  params.seed = self->seed;
  told = (Told){ NULL, self->serial, self->voice_serial };
  GST_OBJECT_UNLOCK (self);
  params.rate = (guint) GST_AUDIO_INFO_RATE (info);
  params.channels = (guint) GST_AUDIO_INFO_CHANNELS (info);
  params.mode = mode;
  if (params.lookahead_s < 0.0)
    params.lookahead_s = live ? LOOKAHEAD_LIVE_S : LOOKAHEAD_FILE_S;
  processor = vox_convert_new (device, voice, &params, error);
  vox_voice_unref (voice);
  told.processor = processor;
  self->told[1] = self->told[0];
  self->told[0] = told;
  return processor;
}

/* The engine keeps a list of changes, so it hears of real ones only. */
static void
update (GstAvBaseEffect *effect, VoxProcessor *processor)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (effect);
  Told *told = &self->told[self->told[0].processor == processor ? 0 : 1];
  g_autoptr (GError) error = NULL;
  gboolean new_values, new_voice;
  gdouble pitch, similarity;
  VoxVoice *voice = NULL;

  GST_OBJECT_LOCK (self);
  new_values = told->serial != self->serial;
  new_voice = told->voice_serial != self->voice_serial;
  pitch = engine_pitch (self);
  similarity = self->similarity;
  if (new_voice)
    voice = vox_voice_ref (self->voice);
  told->serial = self->serial;
  told->voice_serial = self->voice_serial;
  GST_OBJECT_UNLOCK (self);
  if (new_values) {
    vox_convert_set_pitch_shift (processor, pitch);
    vox_convert_set_similarity (processor, similarity);
  }
  if (new_voice) {
    if (!vox_convert_set_voice (processor, voice, &error))
      GST_AV_WARNING (self, error, "changing the voice");
    vox_voice_unref (voice);
  }
}

static void
add_stats (GstAvBaseEffect *effect, GstStructure *stats)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (effect);

  GST_OBJECT_LOCK (self);
  if (self->voice != NULL)
    gst_structure_set (stats, "voice", G_TYPE_STRING,
        vox_voice_info (self->voice)->name, NULL);
  GST_OBJECT_UNLOCK (self);
}

/* --- properties --- */

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (object);
  gboolean renew = FALSE;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_VOICE:
      g_free (self->voice_name);
      self->voice_name = g_value_dup_string (value);
      break;
    case PROP_VOICES_DIR:
      g_free (self->voices_dir);
      self->voices_dir = g_value_dup_string (value);
      break;
    case PROP_PITCH_SHIFT:
      self->serial += self->pitch_shift != g_value_get_double (value);
      self->pitch_shift = g_value_get_double (value);
      break;
    case PROP_PITCH_AUTO:
      self->serial += self->pitch_auto != g_value_get_boolean (value);
      self->pitch_auto = g_value_get_boolean (value);
      break;
    case PROP_SIMILARITY:
      self->serial += self->similarity != g_value_get_double (value);
      self->similarity = g_value_get_double (value);
      break;
    case PROP_CONTENT:
      renew = self->content != (VoxConvertContent) g_value_get_enum (value);
      self->content = g_value_get_enum (value);
      break;
    case PROP_LOOKAHEAD:
      self->lookahead = g_value_get_double (value);
      break;
    case PROP_SEED:
      self->seed = g_value_get_uint64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  if (renew)
    gst_av_base_effect_renew (GST_AV_BASE_EFFECT (self));
  if (id == PROP_VOICE)
    change_voice (self);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_VOICE:
      g_value_set_string (value, self->voice_name);
      break;
    case PROP_VOICES_DIR:
      g_value_set_string (value, self->voices_dir);
      break;
    case PROP_PITCH_SHIFT:
      g_value_set_double (value, self->pitch_shift);
      break;
    case PROP_PITCH_AUTO:
      g_value_set_boolean (value, self->pitch_auto);
      break;
    case PROP_SIMILARITY:
      g_value_set_double (value, self->similarity);
      break;
    case PROP_CONTENT:
      g_value_set_enum (value, self->content);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, self->lookahead);
      break;
    case PROP_SEED:
      g_value_set_uint64 (value, self->seed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
finalize (GObject *object)
{
  GstAvVoiceConvert *self = GST_AV_VOICE_CONVERT (object);

  g_free (self->voice_name);
  g_free (self->voices_dir);
  g_clear_pointer (&self->voice, vox_voice_unref);
  G_OBJECT_CLASS (gst_av_voice_convert_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags plain = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags ready = plain | GST_PARAM_MUTABLE_READY;
  const GParamFlags playing = plain | GST_PARAM_MUTABLE_PLAYING;
  const GParamFlags controllable = playing | GST_PARAM_CONTROLLABLE;

  g_object_class_install_property (klass, PROP_VOICE,
      g_param_spec_string ("voice", "Voice",
          "Name of an enrolled voice, or path of a .voice file", NULL,
          playing));
  g_object_class_install_property (klass, PROP_VOICES_DIR,
      g_param_spec_string ("voices-dir", "Voices folder",
          "Folder of the enrolled voices (NULL = $AUTOVOICE_VOICES_DIR or the "
          "user's data folder)",
          NULL, ready));
  g_object_class_install_property (klass, PROP_PITCH_SHIFT,
      g_param_spec_double ("pitch-shift", "Pitch shift",
          "Shift of the melody in semitones; at 0 see pitch-auto",
          -MAX_SEMITONES, MAX_SEMITONES, 0.0, controllable));
  g_object_class_install_property (klass, PROP_PITCH_AUTO,
      g_param_spec_boolean ("pitch-auto", "Automatic pitch",
          "While pitch-shift is 0, choose the register of the voice: whole "
          "octaves when singing",
          TRUE, playing));
  g_object_class_install_property (klass, PROP_SIMILARITY,
      g_param_spec_double ("similarity", "Similarity",
          "0 keeps the source's timbre, 1 comes closest to the voice", 0.0, 1.0,
          0.75, controllable));
  g_object_class_install_property (klass, PROP_CONTENT,
      g_param_spec_enum ("content", "Content", "What the input is",
          GST_TYPE_AV_CONVERT_CONTENT, VOX_CONVERT_SPEECH, playing));
  g_object_class_install_property (klass, PROP_LOOKAHEAD,
      g_param_spec_double ("lookahead", "Look-ahead",
          "Seconds of input to learn the source from before the first output, "
          "part of the latency (-1 = 0 when upstream is live, 30 otherwise)",
          LOOKAHEAD_AUTO, MAX_LOOKAHEAD_S, LOOKAHEAD_AUTO, ready));
  g_object_class_install_property (klass, PROP_SEED,
      g_param_spec_uint64 ("seed", "Seed",
          "Seed of the adaptation to the source", 0, G_MAXUINT64, 0, ready));
}

static void
gst_av_voice_convert_class_init (GstAvVoiceConvertClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstAvBaseEffectClass *effect_class = GST_AV_BASE_EFFECT_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (GST_AV_SAMPLES_CAPS);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_CONVERT_CONTENT, 0);
  gst_audio_filter_class_add_pad_templates (
      GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
  gst_element_class_set_static_metadata (element_class, "Voice conversion",
      "Filter/Effect/Audio",
      "Gives speech or singing the voice of another, enrolled speaker",
      "AutoVoice <" GST_PACKAGE_ORIGIN ">");
  effect_class->start = start;
  effect_class->stop = stop;
  effect_class->create = create;
  effect_class->update = update;
  effect_class->add_stats = add_stats;
}

static void
gst_av_voice_convert_init (GstAvVoiceConvert *self)
{
  self->pitch_auto = TRUE;
  self->similarity = 0.75;
  self->content = VOX_CONVERT_SPEECH;
  self->lookahead = LOOKAHEAD_AUTO;
}
