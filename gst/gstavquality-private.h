/* gstavquality-private.h: the inside of avquality, shared by its files. */
#pragma once

#include "base/gstavstats.h"
#include "gstavquality.h"
#include "gstavqualityinput.h"
#include "quality/vox-quality-report.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_av_quality_debug);

/**
 * GstAvQualitySettings: what the properties say; guarded by the object lock.
 * @params: rate and channels are filled in from the caps
 */
typedef struct
{
  VoxQualityParams params;
  gboolean post_messages;
  gchar *report_location;
  VoxQualityFormat report_format;
  gchar *device_name;
} GstAvQualitySettings;

/**
 * GstAvQuality:
 * @sink: the judged stream's pad (owned by the element)
 * @last_result: JSON of the last summary, or NULL; object lock
 * @reset_wanted: set by the action signal; atomic
 *
 * The rest belongs to the streaming thread; start () and stop () touch it when
 * that thread does not run.
 * @origin: running time of the meter's frame 0
 * @segment: of the judged stream
 * @tags: a tag event of the judged stream that waits for the next buffer, or
 *   NULL; the base class eats it otherwise
 * @failed: the meter failed; audio still passes
 * @has_reference: whether the meter compares
 * @reference_ended: the meter was told that no more reference will come
 * @summarised: the end of the judged stream was handled
 */
struct _GstAvQuality
{
  GstAggregator parent;

  GstAggregatorPad *sink;
  GstAvQualitySettings settings;
  GstAvStats stats;
  gchar *last_result;
  gint reset_wanted;

  VoxDevice *device;
  VoxQuality *meter;
  GstAvQualityInput judged;
  GstAvQualityInput reference;
  GstClockTime origin;
  GstSegment segment;
  GstEvent *tags;
  gboolean failed;
  gboolean has_reference;
  gboolean reference_ended;
  gboolean summarised;
};

/** gst_av_quality_install_properties: in class_init; the next two are the
 * class's functions for them. */
void gst_av_quality_install_properties (GObjectClass *klass);
void gst_av_quality_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec);
void gst_av_quality_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec);

/** gst_av_quality_reference: (transfer full) (nullable): the reference pad. */
GstAggregatorPad *gst_av_quality_reference (GstAvQuality *self);

/** gst_av_quality_aggregate: takes the buffer that comes first in running time;
 * the judged one goes out as it is. */
GstFlowReturn gst_av_quality_aggregate (
    GstAggregator *aggregator, gboolean timeout);

/** gst_av_quality_forget: drops the measurement without a word. */
void gst_av_quality_forget (GstAvQuality *self);

/** gst_av_quality_conclude: ends the measurement, posts the summary, writes the
 * report. Nothing happens when nothing was measured. */
void gst_av_quality_conclude (GstAvQuality *self);

/** gst_av_quality_post_interval: the `avquality` message. */
void gst_av_quality_post_interval (
    GstAvQuality *self, const VoxQualityFrame *frame, gint64 lag_samples);

/** gst_av_quality_post_summary: the `avquality-summary` message. */
void gst_av_quality_post_summary (
    GstAvQuality *self, const VoxQualityResult *result);

G_END_DECLS
