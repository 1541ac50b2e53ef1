/* vox-pitch-curve.c: parameter ramps, and the integral of the pitch ratio. */
#include "pitchshift/vox-pitch-curve.h"

#include <math.h>

/* Length of a ramp: a knob turned at once is still heard as immediate, and a
 * ratio never changes by more than 1.2 octaves in 10 ms (for +-12). */
#define RAMP_MS 20

/* A ramp that begins at a time; the last one before a time counts. */
typedef struct
{
  gint64 start;
  VoxPitchPoint from;
  VoxPitchPoint to;
} Ramp;

struct _VoxPitchCurve
{
  GArray *ramps;
  gdouble length;
};

VoxPitchCurve *
vox_pitch_curve_new (guint rate, const VoxPitchPoint *start)
{
  VoxPitchCurve *curve = g_new0 (VoxPitchCurve, 1);
  const Ramp first = { G_MININT64 / 2, *start, *start };

  curve->ramps = g_array_new (FALSE, FALSE, sizeof (Ramp));
  curve->length = MAX (rate * RAMP_MS / 1000, 1);
  g_array_append_val (curve->ramps, first);
  return curve;
}

void
vox_pitch_curve_free (VoxPitchCurve *curve)
{
  if (curve == NULL)
    return;
  g_array_unref (curve->ramps);
  g_free (curve);
}

static const Ramp *
last_ramp (const VoxPitchCurve *curve)
{
  return &g_array_index (curve->ramps, Ramp, curve->ramps->len - 1);
}

VoxPitchPoint
vox_pitch_curve_target (const VoxPitchCurve *curve)
{
  return last_ramp (curve)->to;
}

void
vox_pitch_curve_set (
    VoxPitchCurve *curve, gint64 time, const VoxPitchPoint *target)
{
  const Ramp ramp = { time, vox_pitch_curve_at (curve, time), *target };

  if (last_ramp (curve)->start == time)
    g_array_index (curve->ramps, Ramp, curve->ramps->len - 1) = ramp;
  else
    g_array_append_val (curve->ramps, ramp);
}

VoxPitchPoint
vox_pitch_curve_at (const VoxPitchCurve *curve, gint64 time)
{
  guint i = curve->ramps->len - 1;
  const Ramp *ramp = &g_array_index (curve->ramps, Ramp, i);
  VoxPitchPoint point;
  gdouble w;

  while (i > 0 && ramp->start > time)
    ramp = &g_array_index (curve->ramps, Ramp, --i);
  if ((gdouble) (time - ramp->start) >= curve->length)
    return ramp->to;
  w = (gdouble) (time - ramp->start) / curve->length;
  point.semitones =
      ramp->from.semitones + w * (ramp->to.semitones - ramp->from.semitones);
  point.keep = ramp->from.keep + w * (ramp->to.keep - ramp->from.keep);
  point.formant_semitones = ramp->from.formant_semitones
      + w * (ramp->to.formant_semitones - ramp->from.formant_semitones);
  return point;
}

gdouble
vox_pitch_curve_ratio (const VoxPitchCurve *curve, gint64 time)
{
  return exp2 (vox_pitch_curve_at (curve, time).semitones / 12.0);
}

void
vox_pitch_curve_forget (VoxPitchCurve *curve, gint64 time)
{
  guint n = 0;

  while (n + 1 < curve->ramps->len
      && g_array_index (curve->ramps, Ramp, n + 1).start <= time)
    n++;
  if (n > 0)
    g_array_remove_range (curve->ramps, 0, n);
}

void
vox_pitch_curve_restart (VoxPitchCurve *curve)
{
  const VoxPitchPoint target = vox_pitch_curve_target (curve);
  const Ramp first = { G_MININT64 / 2, target, target };

  g_array_set_size (curve->ramps, 0);
  g_array_append_val (curve->ramps, first);
}

gboolean
vox_pitch_point_is_neutral (const VoxPitchPoint *point)
{
  return point->semitones == 0.0 && point->formant_semitones == 0.0;
}

void
vox_pitch_clock_set (
    VoxPitchClock *clock, const VoxPitchCurve *curve, gint64 time, gint64 whole)
{
  clock->time = time;
  clock->whole = whole;
  clock->fraction = 0.0;
  clock->ratio = vox_pitch_curve_ratio (curve, time);
}

VoxPitchClock
vox_pitch_clock_next (const VoxPitchClock *clock, const VoxPitchCurve *curve)
{
  VoxPitchClock next;
  gdouble carry;

  next.time = clock->time + VOX_PITCH_BLOCK;
  next.ratio = vox_pitch_curve_ratio (curve, next.time);
  next.fraction =
      clock->fraction + 0.5 * VOX_PITCH_BLOCK * (clock->ratio + next.ratio);
  carry = floor (next.fraction);
  next.fraction -= carry;
  next.whole = clock->whole + (gint64) carry;
  return next;
}
