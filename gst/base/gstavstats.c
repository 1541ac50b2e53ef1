/* gstavstats.c: counters of an element and their GstStructure. */
#include "gstavstats.h"

void
gst_av_stats_init (GstAvStats *stats)
{
  *stats = (GstAvStats){ .samples_in = 0 };
  g_mutex_init (&stats->lock);
}

void
gst_av_stats_clear (GstAvStats *stats)
{
  g_mutex_clear (&stats->lock);
}

void
gst_av_stats_reset (GstAvStats *stats)
{
  gst_av_stats_lock (stats);
  stats->samples_in = stats->samples_out = stats->bad_samples = 0;
  stats->fallbacks = stats->late_blocks = 0;
  stats->latency = stats->audio_time = stats->compute_time = 0;
  gst_av_stats_unlock (stats);
}

GParamSpec *
gst_av_stats_param_spec (void)
{
  return g_param_spec_boxed ("stats", "Statistics",
      "Samples, latency, real-time factor, device, fallbacks, late blocks",
      GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

GstStructure *
gst_av_stats_to_structure (GstAvStats *stats, VoxDevice *device)
{
  GstStructure *structure;
  guint64 bytes =
      device != NULL ? g_atomic_pointer_get (&device->used_bytes) : 0;
  gdouble factor = 0.0;

  gst_av_stats_lock (stats);
  if (stats->compute_time > 0)
    factor = (gdouble) stats->audio_time / (gdouble) stats->compute_time;
  structure = gst_structure_new ("application/x-autovoice-stats", "samples-in",
      G_TYPE_UINT64, stats->samples_in, "samples-out", G_TYPE_UINT64,
      stats->samples_out, "bad-samples", G_TYPE_UINT64, stats->bad_samples,
      "latency", G_TYPE_UINT64, stats->latency, "real-time-factor",
      G_TYPE_DOUBLE, factor, "device", G_TYPE_STRING,
      device != NULL ? device->description : "none", "device-bytes",
      G_TYPE_UINT64, bytes, "fallbacks", G_TYPE_UINT, stats->fallbacks,
      "late-blocks", G_TYPE_UINT, stats->late_blocks, NULL);
  gst_av_stats_unlock (stats);
  return structure;
}
