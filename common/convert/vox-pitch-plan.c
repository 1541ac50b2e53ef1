/* vox-pitch-plan.c: how far the pitch moves, frame by frame. */
#include "convert/vox-pitch-plan.h"

#include <math.h>
#include <string.h>

#include "dsp/vox-envelope.h"

/* Histogram of log F0: 10 cents a bin from 40 Hz. */
#define BINS 620
#define LOWEST_HZ 40.0
#define BIN_OCTAVES (1.0 / 120.0)
/* The source is known after 20 s of voiced sound; the median stays then. */
#define ENOUGH_FRAMES 4000
/* Voiced frames before the first guess: 50 ms. */
#define FIRST_FRAMES 10
/* Where a voice sings, in octaves from where it speaks: a fourth below to an
 * octave and a semitone above. Wider than an octave, so that there always is a
 * place. An octave once chosen is left only further outside. */
#define SINGING_BELOW (-5.0 / 12.0)
#define SINGING_ABOVE (13.0 / 12.0)
#define OCTAVE_HYSTERESIS (1.5 / 12.0)
/* A pause that ends a phrase: 200 ms. */
#define PAUSE_FRAMES 40
/* Time constant of glides between frames, seconds. */
#define GLIDE_S 0.040
#define MAX_OCTAVES 2.0

struct _VoxPitchPlan
{
  VoxConvertContent content;
  gdouble target_log_f0;
  gdouble semitones;
  guint counts[BINS];
  guint heard;
  guint pause;
  gboolean decided;
  gdouble octaves;
  gdouble current;
  gboolean started;
};

VoxPitchPlan *
vox_pitch_plan_new (
    VoxConvertContent content, gdouble target_log_f0, gdouble semitones)
{
  VoxPitchPlan *self = g_new0 (VoxPitchPlan, 1);

  self->content = content;
  self->target_log_f0 = target_log_f0;
  self->semitones = semitones;
  vox_pitch_plan_reset (self);
  return self;
}

void
vox_pitch_plan_free (VoxPitchPlan *self)
{
  g_free (self);
}

void
vox_pitch_plan_reset (VoxPitchPlan *self)
{
  memset (self->counts, 0, sizeof (self->counts));
  self->heard = 0;
  self->pause = PAUSE_FRAMES;
  self->decided = self->started = FALSE;
  self->octaves = self->current = 0.0;
}

void
vox_pitch_plan_hear (VoxPitchPlan *self, gfloat f0_hz)
{
  if (f0_hz <= 0.0f || self->heard >= ENOUGH_FRAMES)
    return;
  self->counts[(guint) CLAMP (
      log2 ((gdouble) f0_hz / LOWEST_HZ) / BIN_OCTAVES, 0.0, BINS - 1.0)]++;
  self->heard++;
}

/* Octaves from the source's median to the target's. */
static gdouble
median_distance (const VoxPitchPlan *self)
{
  guint sum = 0, bin = 0;

  while (bin < BINS - 1 && 2 * (sum + self->counts[bin]) <= self->heard)
    sum += self->counts[bin++];
  return self->target_log_f0 / G_LN2
      - (log2 (LOWEST_HZ) + (bin + 0.5) * BIN_OCTAVES);
}

/* Whether the target sings there, in octaves from its median. */
static gboolean
is_singable (gdouble octaves, gdouble tolerance)
{
  return octaves >= SINGING_BELOW - tolerance
      && octaves <= SINGING_ABOVE + tolerance;
}

/* The fewest octaves that bring the source into the target's range. */
static gdouble
fewest_octaves (gdouble distance)
{
  gdouble octaves = 0.0;

  while (octaves - distance < SINGING_BELOW && octaves < MAX_OCTAVES)
    octaves += 1.0;
  while (octaves - distance > SINGING_ABOVE && octaves > -MAX_OCTAVES)
    octaves -= 1.0;
  return octaves;
}

static void
decide (VoxPitchPlan *self)
{
  gdouble distance;

  if (self->heard < FIRST_FRAMES)
    return;
  distance = median_distance (self);
  if (self->content == VOX_CONVERT_SPEECH) {
    self->octaves = CLAMP (distance, -MAX_OCTAVES, MAX_OCTAVES);
    self->decided = TRUE;
    return;
  }
  if (self->decided && self->pause < PAUSE_FRAMES)
    return;
  if (!self->decided
      || !is_singable (self->octaves - distance, OCTAVE_HYSTERESIS))
    self->octaves = fewest_octaves (distance);
  self->decided = TRUE;
}

gfloat
vox_pitch_plan_next (VoxPitchPlan *self, gfloat f0_hz)
{
  const gdouble glide = 1.0 - exp (-VOX_FRAME_S / GLIDE_S);
  gdouble goal;

  decide (self);
  self->pause = f0_hz > 0.0f ? 0 : self->pause + 1;
  goal = self->semitones > VOX_CONVERT_PITCH_AUTO / 2 ? self->semitones / 12.0
                                                      : self->octaves;
  /* Where nothing has sounded yet there is nothing to glide from. */
  if (!self->started)
    self->current = goal;
  else
    self->current += glide * (goal - self->current);
  self->started = self->started || f0_hz > 0.0f;
  return (gfloat) exp2 (self->current);
}

void
vox_pitch_plan_set_target (VoxPitchPlan *self, gdouble target_log_f0)
{
  self->target_log_f0 = target_log_f0;
  self->pause = PAUSE_FRAMES;
}

void
vox_pitch_plan_set_semitones (VoxPitchPlan *self, gdouble semitones)
{
  self->semitones = semitones;
}
