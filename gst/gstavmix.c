/* gstavmix.c: GstCollectPads pairs the buffers, one loop adds them. */
#include "gstavmix.h"

#include <gst/audio/audio.h>
#include <gst/base/gstcollectpads.h>

#include "base/gstavtimeline.h"

GST_DEBUG_CATEGORY_STATIC (gst_av_mix_debug);
#define GST_CAT_DEFAULT gst_av_mix_debug

/* A gain change takes this long, too slow to click. */
#define GAIN_RAMP_MS 10

#define MIX_CAPS                                                  \
  "audio/x-raw, format = (string) " GST_AUDIO_NE (                \
      F32) ", rate = (int) [ 8000, 192000 ], channels = (int) [ " \
           "1, 8 ], layout = (string) interleaved"

static GstStaticPadTemplate vocals_template = GST_STATIC_PAD_TEMPLATE (
    "vocals", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (MIX_CAPS));
static GstStaticPadTemplate accompaniment_template = GST_STATIC_PAD_TEMPLATE (
    "accompaniment", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (MIX_CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (MIX_CAPS));

enum
{
  VOCALS,
  ACCOMPANIMENT,
  N_INPUTS,
};

struct _GstAvMix
{
  GstElement parent;

  GstPad *srcpad;
  GstCollectPads *collect;
  GstCollectData *inputs[N_INPUTS];
  GstAudioInfo info;
  GstAvTimeline timeline;
  gfloat gains[N_INPUTS];

  /* Object lock. */
  gfloat wanted_gains[N_INPUTS];
  guint64 n_frames;
};

G_DEFINE_TYPE_WITH_CODE (GstAvMix, gst_av_mix, GST_TYPE_ELEMENT,
    GST_DEBUG_CATEGORY_INIT (
        gst_av_mix_debug, "avmix", 0, "AutoVoice song mixer"));

void
gst_av_mix_set_gains (GstAvMix *self, gdouble vocals, gdouble accompaniment)
{
  GST_OBJECT_LOCK (self);
  self->wanted_gains[VOCALS] = (gfloat) vocals;
  self->wanted_gains[ACCOMPANIMENT] = (gfloat) accompaniment;
  GST_OBJECT_UNLOCK (self);
}

guint64
gst_av_mix_get_frames (GstAvMix *self)
{
  guint64 n_frames;

  GST_OBJECT_LOCK (self);
  n_frames = self->n_frames;
  GST_OBJECT_UNLOCK (self);
  return n_frames;
}

/* out += gain * in, the gain moving towards @wanted by @step per frame. */
static gfloat
add_scaled (gfloat *out, const gfloat *in, gsize n_frames, gsize channels,
    gfloat gain, gfloat wanted, gfloat step)
{
  for (gsize i = 0; i < n_frames; i++) {
    gain =
        gain < wanted ? MIN (gain + step, wanted) : MAX (gain - step, wanted);
    for (gsize c = 0; c < channels; c++)
      out[i * channels + c] += gain * in[i * channels + c];
  }
  return gain;
}

static void
add_input (GstAvMix *self, guint input, gfloat *out, guint bytes)
{
  const gsize channels = (gsize) self->info.channels;
  const gfloat step = 1000.0f / (gfloat) (GAIN_RAMP_MS * self->info.rate);
  GstBuffer *buffer =
      gst_collect_pads_take_buffer (self->collect, self->inputs[input], bytes);
  GstMapInfo map;
  gfloat wanted;

  /* A branch that has ended early is silent. */
  if (buffer == NULL)
    return;
  GST_OBJECT_LOCK (self);
  wanted = self->wanted_gains[input];
  GST_OBJECT_UNLOCK (self);
  if (gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    self->gains[input] = add_scaled (out, (const gfloat *) map.data,
        map.size / (gsize) self->info.bpf, channels, self->gains[input], wanted,
        step);
    gst_buffer_unmap (buffer, &map);
  }
  gst_buffer_unref (buffer);
}

/* Follows the timestamps of the accompaniment; TRUE at a jump. */
static gboolean
follow_time (GstAvMix *self, gsize n_frames)
{
  GstCollectData *ruler = self->inputs[ACCOMPANIMENT];
  GstBuffer *head = gst_collect_pads_peek (self->collect, ruler);
  GstClockTime pts = GST_CLOCK_TIME_NONE;
  gboolean discont = FALSE, first;

  if (head != NULL) {
    pts = GST_BUFFER_PTS (head);
    discont = ruler->pos == 0 && GST_BUFFER_IS_DISCONT (head);
    if (GST_CLOCK_TIME_IS_VALID (pts))
      pts += gst_util_uint64_scale_int_round (
          ruler->pos / (guint) self->info.bpf, GST_SECOND, self->info.rate);
    gst_buffer_unref (head);
  }
  first = !self->timeline.started;
  if (gst_av_timeline_is_jump (&self->timeline, pts, discont, n_frames)) {
    gst_av_timeline_restart (&self->timeline);
    gst_av_timeline_is_jump (&self->timeline, pts, TRUE, n_frames);
    discont = TRUE;
  }
  gst_av_timeline_take (&self->timeline, pts, n_frames);
  return discont || first;
}

static GstFlowReturn
collected (GstCollectPads *pads, gpointer data)
{
  GstAvMix *self = data;
  guint bytes = gst_collect_pads_available (pads);
  GstBuffer *buffer;
  GstMapInfo map;
  gsize n_frames;
  gboolean discont;

  if (bytes == 0) {
    gst_pad_push_event (self->srcpad, gst_event_new_eos ());
    return GST_FLOW_EOS;
  }
  if (!GST_AUDIO_INFO_IS_VALID (&self->info))
    return GST_FLOW_NOT_NEGOTIATED;
  n_frames = bytes / (guint) self->info.bpf;
  discont = follow_time (self, n_frames);
  buffer = gst_buffer_new_allocate (NULL, bytes, NULL);
  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gst_clear_buffer (&buffer);
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT,
        ("There is no memory for a block of audio."), (NULL));
    return GST_FLOW_ERROR;
  }
  memset (map.data, 0, map.size);
  for (guint i = 0; i < N_INPUTS; i++)
    add_input (self, i, (gfloat *) map.data, bytes);
  gst_buffer_unmap (buffer, &map);
  gst_av_timeline_stamp (&self->timeline, buffer, n_frames);
  if (discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  GST_OBJECT_LOCK (self);
  self->n_frames += n_frames;
  GST_OBJECT_UNLOCK (self);
  return gst_pad_push (self->srcpad, buffer);
}

static gboolean
take_caps (GstAvMix *self, GstEvent *event)
{
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  if (!gst_audio_info_from_caps (&self->info, caps))
    return FALSE;
  gst_av_timeline_set_rate (&self->timeline, self->info.rate);
  return TRUE;
}

/* The vocals' events stay here. The accompaniment's go on before GstCollectPads
 * sees them, because it would keep stream-start and segment to itself; EOS is
 * pushed when both have ended. */
static gboolean
sink_event (GstCollectPads *pads, GstCollectData *data, GstEvent *event,
    gpointer user_data)
{
  GstAvMix *self = user_data;

  if (data == self->inputs[ACCOMPANIMENT]) {
    switch (GST_EVENT_TYPE (event)) {
      case GST_EVENT_CAPS:
        if (!take_caps (self, event)) {
          gst_event_unref (event);
          return FALSE;
        }
        break;
      case GST_EVENT_SEGMENT:
      case GST_EVENT_GAP:
      case GST_EVENT_FLUSH_STOP:
        gst_av_timeline_restart (&self->timeline);
        break;
      default:
        break;
    }
    if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
      gst_pad_push_event (self->srcpad, gst_event_ref (event));
  }
  return gst_collect_pads_event_default (pads, data, event, TRUE);
}

/* One upstream element feeds both pads: it must hear of things once. QoS
 * belongs to the vocals, whose branch does the work. */
static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstAvMix *self = GST_AV_MIX (parent);
  guint to = GST_EVENT_TYPE (event) == GST_EVENT_QOS ? VOCALS : ACCOMPANIMENT;

  return gst_pad_push_event (self->inputs[to]->pad, event);
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  GstAvMix *self = GST_AV_MIX (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    gst_audio_info_init (&self->info);
    gst_av_timeline_restart (&self->timeline);
    GST_OBJECT_LOCK (self);
    for (guint i = 0; i < N_INPUTS; i++)
      self->gains[i] = self->wanted_gains[i];
    self->n_frames = 0;
    GST_OBJECT_UNLOCK (self);
    gst_collect_pads_start (self->collect);
  }
  /* Before the pads stop, or they would wait for each other forever. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_collect_pads_stop (self->collect);
  ret = GST_ELEMENT_CLASS (gst_av_mix_parent_class)
            ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_av_timeline_clear (&self->timeline);
  return ret;
}

static void
finalize (GObject *object)
{
  GstAvMix *self = GST_AV_MIX (object);

  gst_av_timeline_clear (&self->timeline);
  gst_clear_object (&self->collect);
  G_OBJECT_CLASS (gst_av_mix_parent_class)->finalize (object);
}

static void
gst_av_mix_class_init (GstAvMixClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &vocals_template);
  gst_element_class_add_static_pad_template (
      element_class, &accompaniment_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Song mixer",
      "Filter/Effect/Audio", "Adds vocals and accompaniment sample by sample",
      "AutoVoice contributors");
}

static void
add_input_pad (GstAvMix *self, guint input, GstStaticPadTemplate *template)
{
  GstPad *pad =
      gst_pad_new_from_static_template (template, template->name_template);

  GST_PAD_SET_PROXY_CAPS (pad);
  self->inputs[input] = gst_collect_pads_add_pad (
      self->collect, pad, sizeof (GstCollectData), NULL, TRUE);
  gst_element_add_pad (GST_ELEMENT (self), pad);
}

static void
gst_av_mix_init (GstAvMix *self)
{
  gst_av_timeline_init (&self->timeline);
  gst_audio_info_init (&self->info);
  self->wanted_gains[VOCALS] = self->wanted_gains[ACCOMPANIMENT] = 1.0f;
  self->collect = gst_collect_pads_new ();
  gst_collect_pads_set_function (self->collect, collected, self);
  gst_collect_pads_set_event_function (self->collect, sink_event, self);
  add_input_pad (self, VOCALS, &vocals_template);
  add_input_pad (self, ACCOMPANIMENT, &accompaniment_template);
  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_event_function (self->srcpad, src_event);
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
