/* gstavqos.c: the stepping policy. Down fast, up slowly, and more slowly each
 * time going up was a mistake, so that a machine at its limit does not swing. */
#include "gstavqos.h"

/* Above this load one scheduling hiccup makes a block late. */
#define LOAD_TOO_HIGH 0.85
/* A level up costs about twice as much; below this it still fits. */
#define LOAD_LOW 0.4
/* Time constant of the load average: longer than any engine's block. */
#define LOAD_WINDOW (GST_SECOND)
/* A level gets this long to show its load before it is judged. */
#define SETTLE_TIME (GST_SECOND)
/* One late buffer happens on any desktop; three in a row are a pattern. */
#define LATE_EVENTS 3
#define CALM_FIRST (5 * GST_SECOND)
#define CALM_MAX (160 * GST_SECOND)

void
gst_av_qos_init (GstAvQos *qos, VoxMode wanted)
{
  *qos = (GstAvQos){ .wanted = wanted, .calm_needed = CALM_FIRST };
}

guint
gst_av_qos_n_levels (VoxMode wanted)
{
  switch (wanted) {
    case VOX_MODE_FAST:
      return 2;
    case VOX_MODE_QUALITY:
      return 4;
    case VOX_MODE_BALANCED:
    case VOX_MODE_CUSTOM:
      break;
  }
  return 3;
}

gboolean
gst_av_qos_mode (const GstAvQos *qos, VoxMode *mode)
{
  if (qos->level + 1 >= gst_av_qos_n_levels (qos->wanted))
    return FALSE;
  if (qos->level == 0)
    *mode = qos->wanted;
  else if (qos->wanted == VOX_MODE_QUALITY && qos->level == 1)
    *mode = VOX_MODE_BALANCED;
  else
    *mode = VOX_MODE_FAST;
  return TRUE;
}

static gboolean
change_level (GstAvQos *qos, gint step)
{
  qos->level += step;
  qos->late = 0;
  qos->load = 0.0;
  qos->since_change = qos->calm = 0;
  return TRUE;
}

static gboolean
step_down (GstAvQos *qos)
{
  if (qos->level + 1 >= gst_av_qos_n_levels (qos->wanted))
    return FALSE;
  qos->calm_needed = MIN (2 * qos->calm_needed, CALM_MAX);
  return change_level (qos, 1);
}

gboolean
gst_av_qos_report_block (
    GstAvQos *qos, GstClockTime audio, GstClockTime compute)
{
  gdouble weight, load;

  if (audio == 0)
    return FALSE;
  load = (gdouble) compute / (gdouble) audio;
  weight = MIN ((gdouble) audio / LOAD_WINDOW, 1.0);
  qos->load += weight * (load - qos->load);
  qos->since_change += audio;
  qos->calm = qos->load > LOAD_LOW ? 0 : qos->calm + audio;
  if (qos->since_change < SETTLE_TIME)
    return FALSE;
  if (qos->load > LOAD_TOO_HIGH)
    return step_down (qos);
  if (qos->level > 0 && qos->calm >= qos->calm_needed)
    return change_level (qos, -1);
  return FALSE;
}

gboolean
gst_av_qos_report_event (GstAvQos *qos, GstClockTimeDiff jitter)
{
  if (jitter <= 0) {
    qos->late = 0;
    return FALSE;
  }
  qos->calm = 0;
  if (++qos->late < LATE_EVENTS)
    return FALSE;
  return step_down (qos);
}
