/* gstavtts-input.c: text buffers to texts that can be spoken.
 *
 * A buffer is an utterance, and so is a list of buffers. The blocks of a file
 * are neither: they end anywhere, in a word or in a character. They are put
 * together and spoken up to the last sentence that is complete.
 */
#include "gstavtts-private.h"

#include <string.h>

#include "text/vox-text.h"

#define GST_CAT_DEFAULT gst_av_tts_debug

/* Text that waits for the end of its sentence; more is no sentence. */
#define MAX_PENDING_BYTES 16384

/* What is to be spoken of @bytes. */
static gchar *
plain_text (const GstAvTts *self, const gchar *bytes, gsize size)
{
  g_autofree gchar *text = g_malloc (size + 1);

  if (size > 0)
    memcpy (text, bytes, size);
  /* Zeros would end the text for everything behind. */
  for (gsize i = 0; i < size; i++)
    if (text[i] == 0)
      text[i] = ' ';
  return self->markup ? vox_text_strip_markup (text, (gssize) size)
                      : vox_text_strip_decoration (text, (gssize) size);
}

/* Text of @buffer, appended with a space between. */
static gboolean
append_text (GstAvTts *self, GstBuffer *buffer, GString *text)
{
  g_autofree gchar *plain = NULL;
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, READ, ("A text buffer cannot be read."), (NULL));
    return FALSE;
  }
  if (text->len > 0)
    g_string_append_c (text, ' ');
  plain = plain_text (self, (const gchar *) map.data, map.size);
  g_string_append (text, plain);
  gst_buffer_unmap (buffer, &map);
  return TRUE;
}

/* --- files --- */

/* Bytes of @text that end with a sentence, or with a line at its very end. */
static gsize
complete_length (const gchar *text, gsize length)
{
  gsize space = 0;

  if (length > 0 && text[length - 1] == '\n')
    return length;
  for (gsize at = length; at-- > 0;) {
    if (!g_ascii_isspace (text[at]))
      continue;
    if (vox_text_is_sentence_end (text, at))
      return at + 1;
    space = MAX (space, at + 1);
  }
  if (length < MAX_PENDING_BYTES)
    return 0;
  return space > 0 ? space : length;
}

static GstFlowReturn
say_bytes (GstAvTts *self, gsize length)
{
  g_autofree gchar *text = plain_text (self, self->pending->str, length);

  g_string_erase (self->pending, 0, (gssize) length);
  return gst_av_tts_say (self, text, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE);
}

GstFlowReturn
gst_av_tts_say_pending (GstAvTts *self)
{
  return self->pending->len > 0 ? say_bytes (self, self->pending->len)
                                : GST_FLOW_OK;
}

static GstFlowReturn
take_block (GstAvTts *self, GstBuffer *buffer)
{
  GstMapInfo map;
  gsize length;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, READ, ("A text buffer cannot be read."), (NULL));
    return GST_FLOW_ERROR;
  }
  for (gsize i = 0; i < map.size; i++)
    if (map.data[i] != '\r')
      g_string_append_c (
          self->pending, map.data[i] != 0 ? (gchar) map.data[i] : ' ');
  gst_buffer_unmap (buffer, &map);
  length = complete_length (self->pending->str, self->pending->len);
  return length > 0 ? say_bytes (self, length) : GST_FLOW_OK;
}

/* --- buffers --- */

/* Slot of @buffer within the segment; FALSE when it lies outside. */
static gboolean
get_slot (
    GstAvTts *self, GstBuffer *buffer, GstClockTime *start, GstClockTime *stop)
{
  guint64 from = GST_BUFFER_PTS (buffer), to = GST_CLOCK_TIME_NONE;

  *start = *stop = GST_CLOCK_TIME_NONE;
  if (!GST_CLOCK_TIME_IS_VALID (from))
    return TRUE;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    to = from + GST_BUFFER_DURATION (buffer);
  if (!gst_segment_clip (
          &self->segment, GST_FORMAT_TIME, from, to, start, stop))
    return FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (to))
    *stop = GST_CLOCK_TIME_NONE; /* the end of the segment is no slot */
  return TRUE;
}

GstFlowReturn
gst_av_tts_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstAvTts *self = GST_AV_TTS (parent);
  g_autoptr (GString) text = g_string_new (NULL);
  GstFlowReturn flow = GST_FLOW_OK;
  GstClockTime start, stop;

  if (self->bytes && GST_BUFFER_OFFSET_IS_VALID (buffer))
    flow = take_block (self, buffer);
  else if (!append_text (self, buffer, text))
    flow = GST_FLOW_ERROR;
  else if (get_slot (self, buffer, &start, &stop))
    flow = gst_av_tts_say (self, text->str, start, stop);
  gst_buffer_unref (buffer);
  return flow;
}

/* A list is one utterance, from the first start to the last end. */
GstFlowReturn
gst_av_tts_chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  GstAvTts *self = GST_AV_TTS (parent);
  g_autoptr (GString) text = g_string_new (NULL);
  GstClockTime start = GST_CLOCK_TIME_NONE, stop = GST_CLOCK_TIME_NONE;
  GstFlowReturn flow = GST_FLOW_OK;
  guint inside = 0;

  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);
    GstClockTime from, to;

    if (!get_slot (self, buffer, &from, &to))
      continue;
    if (!append_text (self, buffer, text)) {
      flow = GST_FLOW_ERROR;
      break;
    }
    if (inside++ == 0)
      start = from;
    if (GST_CLOCK_TIME_IS_VALID (to))
      stop = to;
  }
  if (flow == GST_FLOW_OK && inside > 0)
    flow = gst_av_tts_say (self, text->str, start, stop);
  gst_buffer_list_unref (list);
  return flow;
}
