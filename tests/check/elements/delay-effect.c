/* delay-effect.c: the simplest engine that keeps the processor contract, and
 * the simplest element on the base class. */
#include "delay-effect.h"

#include <string.h>

#include "base/gstavsamples.h"

/* --- a processor: blocks of 480 frames, 1000 frames late, times a gain --- */

typedef struct
{
  VoxProcessor base;
  GArray *frames;
  gsize n_ready;
  gfloat gain;
  guint64 fails_at;
} Delay;

static gboolean
delay_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  Delay *self = (Delay *) base;
  gsize total = base->pushed_frames + n_frames;
  gsize complete;

  if (self->fails_at != 0 && total > self->fails_at) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_DEVICE, "The device is gone.");
    return FALSE;
  }
  for (gsize i = 0; i < n_frames * base->channels; i++) {
    gfloat x = frames[i] * self->gain;
    g_array_append_val (self->frames, x);
  }
  complete = total > DELAY_FRAMES - DELAY_BLOCK_FRAMES
      ? (total - (DELAY_FRAMES - DELAY_BLOCK_FRAMES)) / DELAY_BLOCK_FRAMES
          * DELAY_BLOCK_FRAMES
      : 0;
  self->n_ready = MAX (self->n_ready, complete);
  return TRUE;
}

static gboolean
delay_drain (VoxProcessor *base, GError **error)
{
  ((Delay *) base)->n_ready = base->pushed_frames;
  return TRUE;
}

static gsize
delay_available (VoxProcessor *base)
{
  return ((Delay *) base)->n_ready - base->pulled_frames;
}

static gboolean
delay_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  Delay *self = (Delay *) base;

  if (outputs[0] != NULL)
    memcpy (outputs[0],
        (gfloat *) self->frames->data + base->pulled_frames * base->channels,
        n_frames * base->channels * sizeof (gfloat));
  return TRUE;
}

static void
delay_reset (VoxProcessor *base)
{
  g_array_set_size (((Delay *) base)->frames, 0);
  ((Delay *) base)->n_ready = 0;
}

static void
delay_free (VoxProcessor *base)
{
  g_array_unref (((Delay *) base)->frames);
  g_free (base);
}

VoxProcessor *
delay_new (guint rate, guint channels, gfloat gain, guint64 fails_at)
{
  static const VoxProcessorClass klass = { "delay", delay_push, delay_drain,
    delay_available, delay_pull, delay_reset, delay_free };
  Delay *self = g_new0 (Delay, 1);

  self->base = (VoxProcessor){ .klass = &klass,
    .rate = rate,
    .channels = channels,
    .n_outputs = 1,
    .latency_frames = DELAY_FRAMES };
  self->frames = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->gain = gain;
  self->fails_at = fails_at;
  return &self->base;
}

/* --- an element around it: gain 1 in balanced, 0.75 in fast --- */

typedef struct
{
  GstAvBaseEffect parent;
  gdouble gain;
  guint fails_at;
  guint n_created;
} GstAvTestEffect;

typedef GstAvBaseEffectClass GstAvTestEffectClass;

G_DEFINE_TYPE (GstAvTestEffect, gst_av_test_effect, GST_TYPE_AV_BASE_EFFECT);

enum
{
  PROP_0,
  PROP_GAIN,
  PROP_FAILS_AT,
};

static VoxProcessor *
test_effect_create (GstAvBaseEffect *effect, VoxDevice *device,
    const GstAudioInfo *info, VoxMode mode, GError **error)
{
  GstAvTestEffect *self = (GstAvTestEffect *) effect;

  return delay_new ((guint) info->rate, (guint) info->channels,
      mode == VOX_MODE_FAST ? 0.75f : 1.0f,
      self->n_created++ == 0 ? self->fails_at : 0);
}

static void
test_effect_update (GstAvBaseEffect *effect, VoxProcessor *processor)
{
  gdouble gain = ((GstAvTestEffect *) effect)->gain;

  if (gain != 1.0)
    ((Delay *) processor)->gain = (gfloat) gain;
}

static void
test_effect_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_GAIN)
    ((GstAvTestEffect *) object)->gain = g_value_get_double (value);
  else
    ((GstAvTestEffect *) object)->fails_at = g_value_get_uint (value);
}

static void
test_effect_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_GAIN)
    g_value_set_double (value, ((GstAvTestEffect *) object)->gain);
  else
    g_value_set_uint (value, ((GstAvTestEffect *) object)->fails_at);
}

static void
gst_av_test_effect_class_init (GstAvTestEffectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (GST_AV_SAMPLES_CAPS);

  object_class->set_property = test_effect_set_property;
  object_class->get_property = test_effect_get_property;
  g_object_class_install_property (object_class, PROP_GAIN,
      g_param_spec_double ("gain", "Gain", "Gain", 0.0, 1.0, 1.0,
          G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (object_class, PROP_FAILS_AT,
      g_param_spec_uint ("fails-at", "Fails at",
          "Frame at which the first processor fails", 0, G_MAXUINT, 0,
          G_PARAM_READWRITE));
  gst_audio_filter_class_add_pad_templates (
      GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test",
      "Filter/Effect/Audio", "Delays", "AutoVoice");
  klass->create = test_effect_create;
  klass->update = test_effect_update;
}

static void
gst_av_test_effect_init (GstAvTestEffect *self)
{
  self->gain = 1.0;
}
