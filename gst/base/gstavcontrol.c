/* gstavcontrol.c: a grid for curves, the control points for steps. */
#include "gstavcontrol.h"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gsttimedvaluecontrolsource.h>

/* Curves are followed in steps of this length; the engines smooth over more. */
#define GRID_MS 2

/* Time of the first control point of @source after @time. */
static GstClockTime
next_point (GstTimedValueControlSource *source, GstClockTime time)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;
  GSequenceIter *iter;

  g_mutex_lock (&source->lock);
  if (source->values != NULL) {
    iter =
        gst_timed_value_control_source_find_control_point_iter (source, time);
    iter = iter != NULL ? g_sequence_iter_next (iter)
                        : g_sequence_get_begin_iter (source->values);
    if (!g_sequence_iter_is_end (iter))
      next = ((GstControlPoint *) g_sequence_get (iter))->timestamp;
  }
  g_mutex_unlock (&source->lock);
  return next;
}

static GstClockTime
next_point_of_property (GstObject *object, const gchar *name, GstClockTime time)
{
  GstControlBinding *binding = gst_object_get_control_binding (object, name);
  GstControlSource *source = NULL;
  GstClockTime next = GST_CLOCK_TIME_NONE;

  if (binding == NULL)
    return next;
  if (GST_IS_DIRECT_CONTROL_BINDING (binding))
    g_object_get (binding, "control-source", &source, NULL);
  if (source != NULL && GST_IS_TIMED_VALUE_CONTROL_SOURCE (source))
    next = next_point (GST_TIMED_VALUE_CONTROL_SOURCE (source), time);
  g_clear_pointer (&source, gst_object_unref);
  gst_object_unref (binding);
  return next;
}

gsize
gst_av_control_frames (GstObject *object, GstClockTime stream_time, gint rate,
    guint64 frame, gsize n_frames)
{
  guint64 grid = MAX (rate * GRID_MS / 1000, 1);
  g_autofree GParamSpec **specs = NULL;
  guint n_specs;

  if (!GST_CLOCK_TIME_IS_VALID (stream_time)
      || !gst_object_has_active_control_bindings (object))
    return n_frames;
  n_frames = (gsize) MIN (n_frames, grid - frame % grid);
  specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_specs);
  for (guint i = 0; i < n_specs; i++) {
    GstClockTime next;

    if (!(specs[i]->flags & GST_PARAM_CONTROLLABLE))
      continue;
    next = next_point_of_property (object, specs[i]->name, stream_time);
    if (GST_CLOCK_TIME_IS_VALID (next)) {
      guint64 frames =
          gst_util_uint64_scale_int_ceil (next - stream_time, rate, GST_SECOND);
      n_frames = (gsize) MIN (n_frames, MAX (frames, 1));
    }
  }
  return n_frames;
}
