/* gstavsongstats.c: sums over the children of avsongconvert. */
#include "gstavsongstats.h"

/* Adds @child's statistics to the sums and nests them under @name. */
static void
add_child_stats (GstElement *child, const gchar *name, GstStructure *stats,
    guint64 *bytes, guint *fallbacks, guint *late, gdouble *cost)
{
  GstStructure *own = NULL;
  guint64 child_bytes = 0;
  guint count = 0;
  gdouble factor = 0.0;

  g_object_get (child, "stats", &own, NULL);
  if (own == NULL)
    return;
  if (gst_structure_get_uint64 (own, "device-bytes", &child_bytes))
    *bytes += child_bytes;
  if (gst_structure_get_uint (own, "fallbacks", &count))
    *fallbacks += count;
  if (gst_structure_get_uint (own, "late-blocks", &count))
    *late += count;
  if (gst_structure_get_double (own, "real-time-factor", &factor)
      && factor > 0.0)
    *cost += 1.0 / factor;
  gst_structure_set (stats, name, GST_TYPE_STRUCTURE, own, NULL);
  gst_structure_free (own);
}

static guint64
stats_field (GstStructure *stats, const gchar *child, const gchar *name)
{
  const GValue *nested = gst_structure_get_value (stats, child);
  guint64 value = 0;

  if (nested != NULL)
    gst_structure_get_uint64 (gst_value_get_structure (nested), name, &value);
  return value;
}

/* The fields every element has, over all children, and theirs below. */
GstStructure *
gst_av_song_stats (GstElement *separate, GstElement *convert, GstElement *shift,
    guint64 frames_out)
{
  GstStructure *stats =
      gst_structure_new_empty ("application/x-autovoice-stats");
  guint64 bytes = 0, latency;
  guint fallbacks = 0, late = 0;
  gdouble cost = 0.0;
  const GValue *nested;
  const gchar *device = NULL;

  add_child_stats (
      separate, "separate", stats, &bytes, &fallbacks, &late, &cost);
  add_child_stats (convert, "convert", stats, &bytes, &fallbacks, &late, &cost);
  add_child_stats (shift, "shift", stats, &bytes, &fallbacks, &late, &cost);
  nested = gst_structure_get_value (stats, "convert");
  if (nested != NULL)
    device =
        gst_structure_get_string (gst_value_get_structure (nested), "device");
  latency = stats_field (stats, "separate", "latency")
      + MAX (stats_field (stats, "convert", "latency"),
          stats_field (stats, "shift", "latency"));
  gst_structure_set (stats, "samples-in", G_TYPE_UINT64,
      stats_field (stats, "separate", "samples-in"), "samples-out",
      G_TYPE_UINT64, frames_out, "bad-samples", G_TYPE_UINT64,
      stats_field (stats, "separate", "bad-samples"), "latency", G_TYPE_UINT64,
      latency, "real-time-factor", G_TYPE_DOUBLE, cost > 0.0 ? 1.0 / cost : 0.0,
      "device", G_TYPE_STRING, device != NULL ? device : "none", "device-bytes",
      G_TYPE_UINT64, bytes, "fallbacks", G_TYPE_UINT, fallbacks, "late-blocks",
      G_TYPE_UINT, late, NULL);
  return stats;
}
