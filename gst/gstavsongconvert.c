/* gstavsongconvert.c: the bin: which elements, how they are linked, and whose
 * properties it speaks for. */
/**
 * SECTION:element-avsongconvert
 * @title: avsongconvert
 * @short_description: a song sung by another voice
 *
 * Takes a song apart, converts the vocals, and mixes them with the
 * accompaniment again:
 * |[
 * audioconvert ! avseparate --vocals--> queue ! avvoiceconvert ! mix ! audioconvert
 *                     \--accompaniment-> queue ! avpitchshift  ! /
 * ]|
 * The output has the input's timestamps and exactly its length. When
 * #GstAvSongConvert:pitch-shift is not a number of octaves, the accompaniment
 * is shifted too, so that the song stays in tune.
 *
 * The children are reachable as "separate", "convert" and "shift" through
 * #GstChildProxy.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 filesrc location=song.mp3 ! decodebin ! audioconvert ! audioresample ! avsongconvert voice=anna ! audioconvert ! flacenc ! filesink location=out.flac
 * ]|
 */
#include "gstavsongconvert.h"

#include <math.h>

#include "base/gstavdevice.h"
#include "base/gstavenums.h"
#include "base/gstavpreset.h"
#include "base/gstavsamples.h"
#include "base/gstavstats.h"
#include "gstavmix.h"
#include "gstavsongstats.h"

GST_DEBUG_CATEGORY_STATIC (gst_av_song_convert_debug);
#define GST_CAT_DEFAULT gst_av_song_convert_debug

/* Longer than what avseparate pushes to one branch before the other has it:
 * its latency, when it drains. The other queue needs no limit of its own: it
 * never holds more than the vocals' branch does plus that branch's latency. */
#define VOCALS_QUEUE_NS (10 * GST_SECOND)
#define MAX_SEMITONES 24.0
#define MAX_GAIN 4.0

enum
{
  PROP_0,
  PROP_VOICE,
  PROP_VOICES_DIR,
  PROP_PITCH_SHIFT,
  PROP_PITCH_AUTO,
  PROP_SIMILARITY,
  PROP_LOOKAHEAD,
  PROP_SEED,
  PROP_SHIFT_ACCOMPANIMENT,
  PROP_VOCALS_GAIN,
  PROP_ACCOMPANIMENT_GAIN,
  PROP_MODE,
  PROP_DEVICE,
  PROP_STATS,
};

typedef enum
{
  SHIFT_AUTO,
  SHIFT_NEVER,
  SHIFT_ALWAYS,
} ShiftAccompaniment;

struct _GstAvSongConvert
{
  GstBin parent;

  /* Owned by the bin; never change. */
  GstElement *separate;
  GstElement *convert;
  GstElement *shift;
  GstElement *vocals_queue;
  GstElement *accompaniment_queue;
  GstElement *mix;
  /* A factory that is not installed; then the bin cannot start. */
  const gchar *missing;

  /* Object lock. */
  ShiftAccompaniment shift_accompaniment;
  gdouble vocals_gain;
  gdouble accompaniment_gain;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_AV_SAMPLES_CAPS));

G_DEFINE_TYPE_WITH_CODE (GstAvSongConvert, gst_av_song_convert, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, gst_av_preset_interface_init));
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (avsongconvert, "avsongconvert",
    GST_RANK_NONE, GST_TYPE_AV_SONG_CONVERT,
    GST_DEBUG_CATEGORY_INIT (gst_av_song_convert_debug, "avsongconvert", 0,
        "AutoVoice song conversion"));

#define GST_TYPE_AV_SHIFT_ACCOMPANIMENT (gst_av_shift_accompaniment_get_type ())
static GType
gst_av_shift_accompaniment_get_type (void)
{
  static const GEnumValue values[] = {
    { SHIFT_AUTO, "Unless the shift is a number of octaves", "auto" },
    { SHIFT_NEVER, "The accompaniment keeps its key", "never" },
    { SHIFT_ALWAYS, "By the same semitones, octaves too", "always" },
    { 0, NULL, NULL },
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (
        &type, g_enum_register_static ("GstAvShiftAccompaniment", values));
  return type;
}

/* Gives the accompaniment the shift that goes with the vocals'. */
static void
update_shift (GstAvSongConvert *self)
{
  const gdouble octave = 12.0;
  ShiftAccompaniment wanted;
  gdouble semitones;

  GST_OBJECT_LOCK (self);
  wanted = self->shift_accompaniment;
  GST_OBJECT_UNLOCK (self);
  g_object_get (self->convert, "pitch-shift", &semitones, NULL);
  if (wanted == SHIFT_NEVER
      || (wanted == SHIFT_AUTO && fmod (semitones, octave) == 0.0))
    semitones = 0.0;
  g_object_set (self->shift, "semitones", semitones, NULL);
}

static void
set_gain (GstAvSongConvert *self, gdouble *gain, gdouble value)
{
  gdouble vocals, accompaniment;

  GST_OBJECT_LOCK (self);
  *gain = value;
  vocals = self->vocals_gain;
  accompaniment = self->accompaniment_gain;
  GST_OBJECT_UNLOCK (self);
  gst_av_mix_set_gains (GST_AV_MIX (self->mix), vocals, accompaniment);
}

static void
set_on_all (GstAvSongConvert *self, const gchar *name, const GValue *value)
{
  g_object_set_property (G_OBJECT (self->separate), name, value);
  g_object_set_property (G_OBJECT (self->convert), name, value);
  g_object_set_property (G_OBJECT (self->shift), name, value);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstAvSongConvert *self = GST_AV_SONG_CONVERT (object);

  switch (id) {
    case PROP_VOICE:
    case PROP_VOICES_DIR:
    case PROP_PITCH_AUTO:
    case PROP_SIMILARITY:
    case PROP_LOOKAHEAD:
    case PROP_SEED:
      g_object_set_property (G_OBJECT (self->convert), pspec->name, value);
      break;
    case PROP_PITCH_SHIFT:
      g_object_set_property (G_OBJECT (self->convert), pspec->name, value);
      update_shift (self);
      break;
    case PROP_SHIFT_ACCOMPANIMENT:
      GST_OBJECT_LOCK (self);
      self->shift_accompaniment = g_value_get_enum (value);
      GST_OBJECT_UNLOCK (self);
      update_shift (self);
      break;
    case PROP_VOCALS_GAIN:
      set_gain (self, &self->vocals_gain, g_value_get_double (value));
      break;
    case PROP_ACCOMPANIMENT_GAIN:
      set_gain (self, &self->accompaniment_gain, g_value_get_double (value));
      break;
    case PROP_MODE:
    case PROP_DEVICE:
      set_on_all (self, pspec->name, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstAvSongConvert *self = GST_AV_SONG_CONVERT (object);

  switch (id) {
    case PROP_VOICE:
    case PROP_VOICES_DIR:
    case PROP_PITCH_SHIFT:
    case PROP_PITCH_AUTO:
    case PROP_SIMILARITY:
    case PROP_LOOKAHEAD:
    case PROP_SEED:
    case PROP_MODE:
    case PROP_DEVICE:
      g_object_get_property (G_OBJECT (self->convert), pspec->name, value);
      break;
    case PROP_SHIFT_ACCOMPANIMENT:
      GST_OBJECT_LOCK (self);
      g_value_set_enum (value, self->shift_accompaniment);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_VOCALS_GAIN:
      GST_OBJECT_LOCK (self);
      g_value_set_double (value, self->vocals_gain);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_ACCOMPANIMENT_GAIN:
      GST_OBJECT_LOCK (self);
      g_value_set_double (value, self->accompaniment_gain);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_STATS:
      g_value_take_boxed (value,
          gst_av_song_stats (self->separate, self->convert, self->shift,
              gst_av_mix_get_frames (GST_AV_MIX (self->mix))));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
install_voice_properties (GObjectClass *klass)
{
  const GParamFlags plain = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags ready = plain | GST_PARAM_MUTABLE_READY;
  const GParamFlags playing = plain | GST_PARAM_MUTABLE_PLAYING;

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
          -MAX_SEMITONES, MAX_SEMITONES, 0.0, playing));
  g_object_class_install_property (klass, PROP_PITCH_AUTO,
      g_param_spec_boolean ("pitch-auto", "Automatic pitch",
          "While pitch-shift is 0, choose the octave that fits the voice", TRUE,
          playing));
  g_object_class_install_property (klass, PROP_SIMILARITY,
      g_param_spec_double ("similarity", "Similarity",
          "0 keeps the singer's timbre, 1 comes closest to the voice", 0.0, 1.0,
          0.75, playing));
  g_object_class_install_property (klass, PROP_LOOKAHEAD,
      g_param_spec_double ("lookahead", "Look-ahead",
          "Seconds of vocals to learn the singer from before the first output, "
          "part of the latency (-1 = 0 when upstream is live, 30 otherwise)",
          -1.0, 120.0, -1.0, ready));
  g_object_class_install_property (klass, PROP_SEED,
      g_param_spec_uint64 ("seed", "Seed",
          "Seed of the adaptation to the singer", 0, G_MAXUINT64, 0, ready));
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags playing =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  install_voice_properties (klass);
  g_object_class_install_property (klass, PROP_SHIFT_ACCOMPANIMENT,
      g_param_spec_enum ("shift-accompaniment", "Shift accompaniment",
          "Whether the accompaniment follows pitch-shift",
          GST_TYPE_AV_SHIFT_ACCOMPANIMENT, SHIFT_AUTO, playing));
  g_object_class_install_property (klass, PROP_VOCALS_GAIN,
      g_param_spec_double ("vocals-gain", "Vocals gain",
          "Linear gain of the converted vocals in the mix", 0.0, MAX_GAIN, 1.0,
          playing));
  g_object_class_install_property (klass, PROP_ACCOMPANIMENT_GAIN,
      g_param_spec_double ("accompaniment-gain", "Accompaniment gain",
          "Linear gain of the accompaniment in the mix", 0.0, MAX_GAIN, 1.0,
          playing));
  g_object_class_install_property (
      klass, PROP_MODE, gst_av_mode_param_spec (GST_PARAM_MUTABLE_PLAYING));
  g_object_class_install_property (
      klass, PROP_DEVICE, gst_av_device_param_spec ());
  g_object_class_install_property (
      klass, PROP_STATS, gst_av_stats_param_spec ());
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstAvSongConvert *self = GST_AV_SONG_CONVERT (element);

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && self->missing != NULL) {
    GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN,
        ("The element %s is not installed.", self->missing), (NULL));
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS (gst_av_song_convert_parent_class)
      ->change_state (element, transition);
}

static void
gst_av_song_convert_class_init (GstAvSongConvertClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  element_class->change_state = change_state;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (GST_TYPE_AV_SHIFT_ACCOMPANIMENT, 0);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Song conversion",
      "Filter/Effect/Audio", "Lets an enrolled voice sing a song",
      "AutoVoice contributors");
}

/* avseparate shows its pads when it knows the format. */
static void
link_stem (GstElement *separate, GstPad *pad, gpointer data)
{
  GstAvSongConvert *self = GST_AV_SONG_CONVERT (data);
  GstElement *queue = NULL;
  GstPad *sinkpad;

  if (g_str_equal (GST_PAD_NAME (pad), "src_vocals"))
    queue = self->vocals_queue;
  else if (g_str_equal (GST_PAD_NAME (pad), "src_accompaniment"))
    queue = self->accompaniment_queue;
  if (queue == NULL)
    return;
  sinkpad = gst_element_get_static_pad (queue, "sink");
  if (gst_pad_link (pad, sinkpad) != GST_PAD_LINK_OK)
    GST_ELEMENT_ERROR (self, CORE, NEGOTIATION,
        ("The stems cannot be connected."), ("%s", GST_PAD_NAME (pad)));
  gst_object_unref (sinkpad);
}

/* A missing factory leaves a hole that change_state () reports. */
static GstElement *
add_element (GstAvSongConvert *self, const gchar *factory, const gchar *name)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (element != NULL)
    gst_bin_add (GST_BIN (self), element);
  else
    self->missing = factory;
  return element;
}

static void
add_ghost (GstAvSongConvert *self, const gchar *name, GstElement *element,
    GstStaticPadTemplate *static_template)
{
  GstPadTemplate *template = gst_static_pad_template_get (static_template);
  GstPad *pad = gst_element_get_static_pad (element, name);

  gst_element_add_pad (GST_ELEMENT (self),
      gst_ghost_pad_new_from_template (name, pad, template));
  gst_object_unref (pad);
  gst_object_unref (template);
}

static void
link_elements (
    GstAvSongConvert *self, GstElement *in, GstElement *format, GstElement *out)
{
  gst_element_link_many (in, format, self->separate, NULL);
  gst_element_link (self->vocals_queue, self->convert);
  gst_element_link_pads (self->convert, "src", self->mix, "vocals");
  gst_element_link (self->accompaniment_queue, self->shift);
  gst_element_link_pads (self->shift, "src", self->mix, "accompaniment");
  gst_element_link (self->mix, out);
  g_signal_connect (self->separate, "pad-added", G_CALLBACK (link_stem), self);
}

/* Settings of the children that never change. */
static void
configure_elements (GstAvSongConvert *self, GstElement *format)
{
  GstCaps *caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
      GST_AUDIO_NE (F32), "layout", G_TYPE_STRING, "interleaved", NULL);

  g_object_set (format, "caps", caps, NULL);
  gst_caps_unref (caps);
  gst_util_set_object_arg (
      G_OBJECT (self->separate), "stems", "vocals+accompaniment");
  g_object_set (self->vocals_queue, "max-size-buffers", 0, "max-size-bytes", 0,
      "max-size-time", VOCALS_QUEUE_NS, NULL);
  g_object_set (self->accompaniment_queue, "max-size-buffers", 0,
      "max-size-bytes", 0, "max-size-time", (guint64) 0, NULL);
  gst_util_set_object_arg (G_OBJECT (self->convert), "content", "singing");
  gst_util_set_object_arg (G_OBJECT (self->shift), "content", "music");
}

static void
gst_av_song_convert_init (GstAvSongConvert *self)
{
  GstElement *in = add_element (self, "audioconvert", "in");
  GstElement *format = add_element (self, "capsfilter", "format");
  GstElement *out = add_element (self, "audioconvert", "out");

  self->separate = add_element (self, "avseparate", "separate");
  self->vocals_queue = add_element (self, "queue", "vocals");
  self->convert = add_element (self, "avvoiceconvert", "convert");
  self->accompaniment_queue = add_element (self, "queue", "accompaniment");
  self->shift = add_element (self, "avpitchshift", "shift");
  self->mix = g_object_new (GST_TYPE_AV_MIX, "name", "mix", NULL);
  gst_bin_add (GST_BIN (self), self->mix);
  self->vocals_gain = self->accompaniment_gain = 1.0;
  if (self->missing != NULL)
    return;
  configure_elements (self, format);
  link_elements (self, in, format, out);
  add_ghost (self, "sink", in, &sink_template);
  add_ghost (self, "src", out, &src_template);
}
