/* gstavstats.h: the `stats` property: what an element has done so far.
 *
 * The counters are written by the streaming thread and read by any thread; the
 * lock inside is held for the copy only, so that reading a property never
 * waits for processing.
 */
#pragma once

#include <gst/gst.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/**
 * GstAvStats:
 * @samples_in: frames taken from the sink pad since the start
 * @samples_out: frames pushed (per output) since the start
 * @bad_samples: NaN or infinite samples replaced by 0
 * @fallbacks: times the device failed and the CPU went on
 * @late_blocks: QoS events that reported lateness
 * @latency: latency of the element now
 * @audio_time: duration of the audio processed, for the real-time factor
 * @compute_time: time spent in the engine for it
 *
 * Counters. Change them between gst_av_stats_lock () and unlock.
 */
typedef struct
{
  GMutex lock;
  guint64 samples_in;
  guint64 samples_out;
  guint64 bad_samples;
  guint fallbacks;
  guint late_blocks;
  GstClockTime latency;
  GstClockTime audio_time;
  GstClockTime compute_time;
} GstAvStats;

void gst_av_stats_init (GstAvStats *stats);
void gst_av_stats_clear (GstAvStats *stats);

#define gst_av_stats_lock(stats) g_mutex_lock (&(stats)->lock)
#define gst_av_stats_unlock(stats) g_mutex_unlock (&(stats)->lock)

/** gst_av_stats_reset: counters to 0, at READY to PAUSED. */
void gst_av_stats_reset (GstAvStats *stats);

/** gst_av_stats_param_spec: the read-only `stats` property. */
GParamSpec *gst_av_stats_param_spec (void);

/**
 * gst_av_stats_to_structure:
 * @device: (nullable): where the element computes, NULL before it runs
 *
 * Fields: samples-in, samples-out, bad-samples (uint64), latency (ns, uint64),
 * real-time-factor (double: seconds of audio per second of computing; 0 when
 * nothing was measured), device (string), device-bytes (uint64), fallbacks,
 * late-blocks (uint).
 *
 * Returns: (transfer full): a structure an element may add its own fields to.
 */
GstStructure *gst_av_stats_to_structure (GstAvStats *stats, VoxDevice *device);

G_END_DECLS
