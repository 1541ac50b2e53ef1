/* gstavqos.h: when an element that cannot keep up gives up quality.
 *
 * A policy without clock and without GStreamer objects: it hears about late
 * blocks and about what computing cost, counted in audio time, and says at
 * which level the element should run. Level 0 is the mode the user chose; each
 * further level is the next faster mode, the last one the dry signal. It never
 * asks for audio to be dropped.
 */
#pragma once

#include <gst/gst.h>
#include "base/vox-mode.h"

G_BEGIN_DECLS

/**
 * GstAvQos:
 * @wanted: the mode of level 0
 * @level: current level; read it after every report
 * @load: smoothed compute time per audio time
 * @late: QoS events in a row that reported lateness
 * @since_change: audio time since the level changed
 * @calm: audio time since the last sign of trouble
 * @calm_needed: audio time without trouble before a step up; doubles when a
 *   step up turned out too early
 */
typedef struct
{
  VoxMode wanted;
  guint level;
  gdouble load;
  guint late;
  GstClockTime since_change;
  GstClockTime calm;
  GstClockTime calm_needed;
} GstAvQos;

/** gst_av_qos_init: level 0 of @wanted, nothing measured. */
void gst_av_qos_init (GstAvQos *qos, VoxMode wanted);

/** gst_av_qos_n_levels: how many levels @wanted has, the dry one included. */
guint gst_av_qos_n_levels (VoxMode wanted);

/**
 * gst_av_qos_mode:
 * @mode: (out): the mode of the current level
 *
 * Returns: FALSE when the current level is the dry signal.
 */
gboolean gst_av_qos_mode (const GstAvQos *qos, VoxMode *mode);

/**
 * gst_av_qos_report_block:
 * @audio: duration of a block just processed
 * @compute: what it took; 0 where only QoS events count (not live)
 *
 * Returns: TRUE when the level changed.
 */
gboolean gst_av_qos_report_block (
    GstAvQos *qos, GstClockTime audio, GstClockTime compute);

/**
 * gst_av_qos_report_event:
 * @jitter: of a QOS event: positive is late
 *
 * Returns: TRUE when the level changed.
 */
gboolean gst_av_qos_report_event (GstAvQos *qos, GstClockTimeDiff jitter);

G_END_DECLS
