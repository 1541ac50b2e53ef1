/* gstavtimeline.h: timestamps of a stream that is counted in samples.
 *
 * The first buffer after a start or a jump sets the origin; from there PTS are
 * origin + frames / rate, in the PTS domain of the segment, without rounding
 * errors that add up. Small timestamp jitter of upstream is ignored, larger
 * deviations are jumps, with the limits of audiobuffersplit.
 */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/** Deviation that counts as a jump when it lasts GST_AV_DISCONT_WAIT. */
#define GST_AV_ALIGNMENT_THRESHOLD (40 * GST_MSECOND)
#define GST_AV_DISCONT_WAIT (1 * GST_SECOND)

/**
 * GstAvTimeline:
 * @started: whether an origin is set
 * @origin: PTS of frame 0, or GST_CLOCK_TIME_NONE for untimed streams
 * @in_frames: frames taken since the origin
 * @out_frames: frames given since the origin
 */
typedef struct
{
  gint rate;
  GstAudioStreamAlign *align;
  gboolean started;
  GstClockTime origin;
  guint64 in_frames;
  guint64 out_frames;
} GstAvTimeline;

void gst_av_timeline_init (GstAvTimeline *self);
void gst_av_timeline_clear (GstAvTimeline *self);
void gst_av_timeline_set_rate (GstAvTimeline *self, gint rate);

/** gst_av_timeline_restart: the next buffer sets a new origin. */
void gst_av_timeline_restart (GstAvTimeline *self);

/**
 * gst_av_timeline_is_jump:
 * @pts: of the next buffer, or GST_CLOCK_TIME_NONE: it simply continues
 * @discont: whether the buffer says it does not continue
 * @n_frames: its length
 *
 * Returns: TRUE when the buffer does not continue the stream: drain and
 *   restart before gst_av_timeline_take ().
 */
gboolean gst_av_timeline_is_jump (
    GstAvTimeline *self, GstClockTime pts, gboolean discont, gsize n_frames);

/** gst_av_timeline_take: counts @n_frames of input; @pts is the origin when
 * the timeline was restarted. */
void gst_av_timeline_take (
    GstAvTimeline *self, GstClockTime pts, gsize n_frames);

/** gst_av_timeline_stamp: PTS, duration and offsets of the next @n_frames of
 * output, which are counted. */
void gst_av_timeline_stamp (
    GstAvTimeline *self, GstBuffer *buffer, gsize n_frames);

/** gst_av_timeline_pts: PTS of frame @frame after the origin. */
GstClockTime gst_av_timeline_pts (const GstAvTimeline *self, guint64 frame);

G_END_DECLS
