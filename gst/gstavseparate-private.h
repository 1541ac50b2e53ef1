/* gstavseparate-private.h: what gstavseparate.c (object), -pads.c (pads,
 * events, queries) and -flow.c (audio) share. */
#pragma once

#include "base/gstavengine.h"
#include "base/gstavqos.h"
#include "base/gstavsamples.h"
#include "base/gstavstats.h"
#include "base/gstavtimeline.h"
#include "gstavseparate.h"
#include "gstavstem.h"

#include <gst/base/gstflowcombiner.h>

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_av_separate_debug);

/* Frames of one step through the engine, and of the longest output buffer. */
#define GST_AV_SEPARATE_BLOCK_FRAMES 4096

/**
 * GstAvSeparateSettings: guarded by the object lock.
 * @serial: changes whenever a new processor is needed
 */
typedef struct
{
  gchar *model;
  gchar *device;
  guint stems;
  gint residual;
  VoxMode mode;
  gboolean adaptive;
  guint serial;
  GstAvQos qos;
  GstClockTimeDiff jitter;
  gdouble proportion;
  guint32 seek_seqnum;
} GstAvSeparateSettings;

struct _GstAvSeparate
{
  GstElement parent;
  GstPad *sinkpad;
  GstAvSeparateSettings settings;

  /* Read by any thread under the lock of stats. */
  GstAvStats stats;
  VoxDevice *device;
  gboolean have_latency;

  /* Atomic. */
  gint live;

  /* The streaming thread's own. */
  GstAvStem stems[VOX_N_STEMS];
  GstFlowCombiner *combiner;
  GstSegment segment;
  GstAudioInfo info;
  GstAvEngine *engine;
  GstAvSamples *samples;
  GstAvTimeline timeline;
  gfloat *frames;
  gfloat *stem_frames;
  guint serial;
  guint level;
  guint64 wanted_latency;
  gboolean fell_back;
  gboolean mark_discont;
  gboolean saw_discont;
};

/* gst_av_separate_make_engine: (re)creates the engine for self->info. */
gboolean gst_av_separate_make_engine (GstAvSeparate *self, GError **error);
void gst_av_separate_free_engine (GstAvSeparate *self);

/* gst_av_separate_drain: pushes everything owed; the timeline goes on. */
GstFlowReturn gst_av_separate_drain (GstAvSeparate *self);

/* gst_av_separate_discard: forgets all audio without output. */
void gst_av_separate_discard (GstAvSeparate *self);

/* gst_av_separate_feed_silence: @n_frames of zeros as if they had arrived. */
GstFlowReturn gst_av_separate_feed_silence (
    GstAvSeparate *self, gsize n_frames);

/* gst_av_separate_chain: the sink pad's chain function. */
GstFlowReturn gst_av_separate_chain (
    GstPad *pad, GstObject *parent, GstBuffer *buffer);

/* gst_av_separate_remove_pads: all source pads, at PAUSED to READY. */
void gst_av_separate_remove_pads (GstAvSeparate *self);

/* gst_av_separate_sink_event: the sink pad's event function. */
gboolean gst_av_separate_sink_event (
    GstPad *pad, GstObject *parent, GstEvent *event);

extern GstStaticPadTemplate gst_av_separate_src_template;

G_END_DECLS
