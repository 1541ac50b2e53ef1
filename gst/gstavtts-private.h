/* gstavtts-private.h: what gstavtts.c (object, properties, states),
 * gstavtts-pads.c (events, queries, caps) and gstavtts-flow.c (time, audio)
 * share. */
#pragma once

#include <gst/audio/audio.h>

#include "base/gstavsamples.h"
#include "base/gstavstats.h"
#include "gstavspeech.h"
#include "gstavtts.h"

G_BEGIN_DECLS

/* GstAvTtsOverflow: what happens to speech that is longer than its slot even
 * at the highest rate. */
typedef enum
{
  GST_AV_TTS_OVERFLOW_CLIP,
  GST_AV_TTS_OVERFLOW_SHIFT,
  GST_AV_TTS_OVERFLOW_OVERLAP,
} GstAvTtsOverflow;

/* Guarded by the object lock. */
typedef struct
{
  GstAvSpeechParams speech;
  gdouble speed;
  gdouble pause_scale;
  GstAvTtsOverflow overflow;
  gchar *text;
  guint serial; /* counts changes that need a new GstAvSpeech */
} GstAvTtsSettings;

struct _GstAvTts
{
  GstElement parent;
  GstPad *sinkpad, *srcpad;
  GstAvTtsSettings settings;
  GstAvStats stats;

  gint flushing; /* atomic: speech under way is to stop */
  gint live; /* atomic: upstream said so */

  /* The streaming thread's own, that is, under the stream lock of the sink
   * pad, or of the task when there is no input. */
  GstAvSpeech *speech;
  guint serial;
  gboolean markup;
  gboolean bytes; /* input is a file in blocks, not a stream of texts */
  GString *pending; /* of the file, up to where the next block goes on */
  gboolean have_caps;
  GstAudioInfo info;
  GstAvSamples *samples;
  GstSegment segment;
  gboolean mark_discont;
  /* Position of the next sample pushed: origin + frames / rate. */
  GstClockTime origin;
  guint64 frames;
  /* Samples from there on that were spoken but not pushed (overflow=overlap). */
  GArray *held;
  GstFlowReturn flow;
  guint utterances;
};

GST_DEBUG_CATEGORY_EXTERN (gst_av_tts_debug);

/* --- gstavtts.c --- */

/* gst_av_tts_prepare: makes or renews self->speech when the settings ask for
 * it. */
gboolean gst_av_tts_prepare (GstAvTts *self, GError **error);

/* --- gstavtts-pads.c --- */

extern GstStaticPadTemplate gst_av_tts_sink_template;
extern GstStaticPadTemplate gst_av_tts_src_template;
gboolean gst_av_tts_sink_event (
    GstPad *pad, GstObject *parent, GstEvent *event);
gboolean gst_av_tts_src_query (GstPad *pad, GstObject *parent, GstQuery *query);
gboolean gst_av_tts_src_activate_mode (
    GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active);

/* gst_av_tts_negotiate: agrees with downstream on rate and format; sends
 * caps. */
gboolean gst_av_tts_negotiate (GstAvTts *self);

/* --- gstavtts-input.c --- */

GstFlowReturn gst_av_tts_chain (
    GstPad *pad, GstObject *parent, GstBuffer *buffer);
GstFlowReturn gst_av_tts_chain_list (
    GstPad *pad, GstObject *parent, GstBufferList *list);

/* gst_av_tts_say_pending: speaks what waited for the rest of its sentence. */
GstFlowReturn gst_av_tts_say_pending (GstAvTts *self);

/* --- gstavtts-flow.c --- */

/* gst_av_tts_say: speaks @text; without @start at the current position, with
 * @stop within the slot that ends there. */
GstFlowReturn gst_av_tts_say (
    GstAvTts *self, const gchar *text, GstClockTime start, GstClockTime stop);

/* gst_av_tts_position: PTS of the next sample. */
GstClockTime gst_av_tts_position (const GstAvTts *self);

/* gst_av_tts_jump: the next sample is at @position. */
void gst_av_tts_jump (GstAvTts *self, GstClockTime position);

/* gst_av_tts_push_held: pushes what was held back, all of it or, with a valid
 * @until, what lies before. */
GstFlowReturn gst_av_tts_push_held (GstAvTts *self, GstClockTime until);

G_END_DECLS
