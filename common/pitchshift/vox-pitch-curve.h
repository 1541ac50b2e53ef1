/* vox-pitch-curve.h: the parameters of a pitch shift as functions of time.
 *
 * A setter starts a straight ramp from the value of that moment, so nothing
 * ever jumps. Time is the input frame, so the result does not depend on how
 * audio is cut into pushes.
 */
#pragma once

#include <glib.h>
#include "pitchshift/vox-pitch-shift.h"

G_BEGIN_DECLS

/** Frames between two looks at the curve; all times of blocks are multiples. */
#define VOX_PITCH_BLOCK 16
/** Furthest a pitch or an envelope moves either way. */
#define VOX_PITCH_MAX_SEMITONES 24.0
/** What that is as a ratio. */
#define VOX_PITCH_MIN_RATIO 0.25
#define VOX_PITCH_MAX_RATIO 4.0

/**
 * VoxPitchPoint:
 * @semitones: pitch
 * @keep: how much of the pitch the envelope does not follow: 1 preserved, 0
 *   shifted with it
 * @formant_semitones: move of the envelope on top of that
 */
typedef struct
{
  gdouble semitones;
  gdouble keep;
  gdouble formant_semitones;
} VoxPitchPoint;

typedef struct _VoxPitchCurve VoxPitchCurve;

/** vox_pitch_curve_new: constant at @start for all time.
 * Returns: (transfer full). */
VoxPitchCurve *vox_pitch_curve_new (guint rate, const VoxPitchPoint *start);
void vox_pitch_curve_free (VoxPitchCurve *curve);

/** vox_pitch_curve_target: the value that the curve goes to. */
VoxPitchPoint vox_pitch_curve_target (const VoxPitchCurve *curve);

/** vox_pitch_curve_set: heads for @target from frame @time on, which is not
 * before the time of an earlier call. */
void vox_pitch_curve_set (
    VoxPitchCurve *curve, gint64 time, const VoxPitchPoint *target);

/** vox_pitch_curve_at: the value at frame @time. */
VoxPitchPoint vox_pitch_curve_at (const VoxPitchCurve *curve, gint64 time);

/** vox_pitch_curve_ratio: output / input frequency at frame @time. */
gdouble vox_pitch_curve_ratio (const VoxPitchCurve *curve, gint64 time);

/** vox_pitch_curve_forget: no frame before @time will be asked for again. */
void vox_pitch_curve_forget (VoxPitchCurve *curve, gint64 time);

/** vox_pitch_curve_restart: constant at the target, time starts anew. */
void vox_pitch_curve_restart (VoxPitchCurve *curve);

/** vox_pitch_point_is_neutral: nothing is to be done to the signal. */
gboolean vox_pitch_point_is_neutral (const VoxPitchPoint *point);

/**
 * VoxPitchClock:
 * @time: input frame, a multiple of VOX_PITCH_BLOCK
 * @whole, @fraction: the integral of the ratio up to @time: the place in the
 *   stretched signal; 0 <= fraction < 1
 * @ratio: at @time
 *
 * Clocks set to the same values and advanced over the same curve stay equal.
 */
typedef struct
{
  gint64 time;
  gint64 whole;
  gdouble fraction;
  gdouble ratio;
} VoxPitchClock;

/** vox_pitch_clock_set: @time and @whole, fraction 0. */
void vox_pitch_clock_set (VoxPitchClock *clock, const VoxPitchCurve *curve,
    gint64 time, gint64 whole);

/** vox_pitch_clock_next: @clock one block later. */
VoxPitchClock vox_pitch_clock_next (
    const VoxPitchClock *clock, const VoxPitchCurve *curve);

G_END_DECLS
