/* gstavstem.c: pad, caps and buffers of one stem. */
#include "gstavstem.h"

void
gst_av_stem_clear (GstAvStem *self)
{
  self->pad = NULL;
  g_clear_pointer (&self->samples, gst_av_samples_free);
}

void
gst_av_stem_start (
    GstAvStem *self, GstElement *element, GstEvent *upstream, guint group)
{
  g_autofree gchar *id =
      gst_pad_create_stream_id (self->pad, element, vox_stem_name (self->stem));
  GstEvent *event = gst_event_new_stream_start (id);
  GstStreamFlags flags = GST_STREAM_FLAG_NONE;

  if (upstream != NULL) {
    gst_event_parse_stream_flags (upstream, &flags);
    gst_event_set_seqnum (event, gst_event_get_seqnum (upstream));
  }
  gst_event_set_group_id (event, group);
  gst_event_set_stream_flags (event, flags);
  gst_pad_push_event (self->pad, event);
}

/* Every format the pad could send, best first. */
static GstCaps *
possible_caps (const GstAudioInfo *input)
{
  GstCaps *caps = gst_caps_new_empty ();
  g_autoptr (GstCaps) all = gst_caps_from_string (GST_AV_SAMPLES_CAPS);
  const GstStructure *formats = gst_caps_get_structure (all, 0);
  GstAudioInfo info = *input;
  GstCaps *one;

  /* The usual one first, then everything. */
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_F32, input->rate,
      input->channels,
      GST_AUDIO_INFO_IS_UNPOSITIONED (input) ? NULL : input->position);
  gst_caps_append (caps, gst_audio_info_to_caps (&info));
  one = gst_audio_info_to_caps (&info);
  gst_caps_set_value (
      one, "format", gst_structure_get_value (formats, "format"));
  gst_caps_set_value (
      one, "layout", gst_structure_get_value (formats, "layout"));
  gst_caps_append (caps, one);
  return caps;
}

gboolean
gst_av_stem_negotiate (GstAvStem *self, const GstAudioInfo *input)
{
  g_autoptr (GstCaps) possible = possible_caps (input);
  g_autoptr (GstCaps) allowed = gst_pad_peer_query_caps (self->pad, possible);
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (self->pad);
  g_autoptr (GstCaps) caps =
      gst_caps_intersect_full (possible, allowed, GST_CAPS_INTERSECT_FIRST);

  if (gst_caps_is_empty (caps))
    return FALSE;
  caps = gst_caps_fixate (g_steal_pointer (&caps));
  if (!gst_audio_info_from_caps (&self->info, caps))
    return FALSE;
  g_clear_pointer (&self->samples, gst_av_samples_free);
  self->samples = gst_av_samples_new (&self->info);
  if (current != NULL && gst_caps_is_equal (caps, current))
    return TRUE;
  GST_DEBUG_OBJECT (self->pad, "caps %" GST_PTR_FORMAT, caps);
  /* Nobody listening is no failure of the format. */
  return gst_pad_push_event (self->pad, gst_event_new_caps (caps))
      || !gst_pad_is_linked (self->pad);
}

GstBuffer *
gst_av_stem_buffer (
    GstAvStem *self, const gfloat *frames, gsize n_frames, GstBuffer *stamp)
{
  const gsize bytes = n_frames * (gsize) GST_AUDIO_INFO_BPF (&self->info);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, bytes, NULL);
  GstAudioBuffer map;

  if (buffer == NULL)
    return NULL;
  gst_buffer_copy_into (
      buffer, stamp, GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_FLAGS, 0, -1);
  gst_av_samples_resize (buffer, &self->info, n_frames);
  if (frames == NULL) {
    GstMapInfo raw;

    if (!gst_buffer_map (buffer, &raw, GST_MAP_WRITE))
      return NULL;
    gst_audio_format_info_fill_silence (
        self->info.finfo, raw.data, (gsize) raw.size);
    gst_buffer_unmap (buffer, &raw);
    return g_steal_pointer (&buffer);
  }
  if (!gst_audio_buffer_map (&map, &self->info, buffer, GST_MAP_WRITE))
    return NULL;
  gst_av_samples_write (self->samples, &map, 0, n_frames, frames);
  gst_audio_buffer_unmap (&map);
  return g_steal_pointer (&buffer);
}
