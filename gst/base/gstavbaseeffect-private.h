/* gstavbaseeffect-private.h: what gstavbaseeffect.c (object, events, queries),
 * gstavbaseeffect-engine.c (the engine) and gstavbaseeffect-flow.c (audio)
 * share. */
#pragma once

#include "gstavbaseeffect.h"
#include "gstavengine.h"
#include "gstavqos.h"
#include "gstavsamples.h"
#include "gstavstats.h"
#include "gstavtimeline.h"

G_BEGIN_DECLS

/* Settings and what other threads report: settings_lock. */
typedef struct
{
  VoxMode mode;
  gchar *device;
  gboolean adaptive;
  guint serial;
  GstAvQos qos;
  GstClockTimeDiff jitter;
  gdouble proportion;
} GstAvEffectSettings;

/* What stands between the input buffer and the engine. */
typedef struct
{
  GstBuffer *buffer;
  GstAudioBuffer map;
  gsize offset;
  gsize n_frames;
} GstAvEffectInput;

typedef struct
{
  GMutex settings_lock;
  GstAvEffectSettings settings;

  /* Read by any thread under the lock of stats. */
  GstAvStats stats;
  VoxDevice *device;
  gboolean have_latency;

  /* Atomic. */
  gint live;

  /* The streaming thread's own. */
  GstAudioInfo info;
  GstAvEngine *engine;
  GstAvSamples *samples;
  GstAvTimeline timeline;
  GstAvEffectInput input;
  GstBuffer *forward;
  gfloat *in_frames;
  gfloat *out_frames;
  guint serial;
  guint level;
  guint64 wanted_latency;
  gboolean fell_back;
  gboolean mark_discont;
  gboolean saw_discont;
} GstAvBaseEffectPrivate;

/* Frames of one step through the engine, and of the longest output buffer. */
#define GST_AV_EFFECT_BLOCK_FRAMES 4096

GstAvBaseEffectPrivate *gst_av_base_effect_priv (GstAvBaseEffect *self);

/* gst_av_base_effect_parent: GstAudioFilter's functions, to chain up to. */
GstBaseTransformClass *gst_av_base_effect_parent (void);

/* gst_av_effect_make_engine: (re)creates the engine for priv->info. */
gboolean gst_av_effect_make_engine (GstAvBaseEffect *self, GError **error);
void gst_av_effect_free_engine (GstAvBaseEffect *self);

/* gst_av_effect_follow_settings: lets a new processor take over when mode,
 * content or QoS level changed since the running one was made. */
GstFlowReturn gst_av_effect_follow_settings (GstAvBaseEffect *self);

/* gst_av_effect_recover: @failure (transfer full) of an engine call: falls back
 * to the CPU, or posts an error and returns GST_FLOW_ERROR. */
GstFlowReturn gst_av_effect_recover (
    GstAvBaseEffect *self, GError *failure, const gchar *doing);

/* gst_av_effect_clear_input: lets go of the input buffer. */
void gst_av_effect_clear_input (GstAvBaseEffect *self);

/* gst_av_effect_drain: pushes everything owed downstream; the timeline goes
 * on. */
GstFlowReturn gst_av_effect_drain (GstAvBaseEffect *self);

/* gst_av_effect_discard: forgets all audio without output. */
void gst_av_effect_discard (GstAvBaseEffect *self);

/* gst_av_effect_feed_silence: @n_frames of zeros as if they had arrived; pushes
 * what comes out. */
GstFlowReturn gst_av_effect_feed_silence (
    GstAvBaseEffect *self, GstClockTime pts, gsize n_frames);

/* GstBaseTransform's virtual functions. */
gboolean gst_av_effect_decide_allocation (
    GstBaseTransform *trans, GstQuery *query);
GstFlowReturn gst_av_effect_submit (
    GstBaseTransform *trans, gboolean is_discont, GstBuffer *buffer);
GstFlowReturn gst_av_effect_generate (
    GstBaseTransform *trans, GstBuffer **buffer);

G_END_DECLS
