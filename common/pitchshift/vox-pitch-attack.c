/* vox-pitch-attack.c: the attack detector and its gate. */
#include "pitchshift/vox-pitch-attack.h"

#include <math.h>

/* An attack rises this much (in power of the differentiated signal) above the
 * strongest block of the recent past. Pulses of a voice stay below it. */
#define RISE_FACTOR 6.0f
/* How fast that past is forgotten: to half in a period of the lowest voice. */
#define MEMORY_MS 20
/* Level under which nothing is an attack: -80 dBFS per frame. */
#define SILENCE 1e-8f
/* Shape of the gate. */
#define RISE_US 750
#define HOLD_MS 4
#define FALL_MS 30
/* Attacks follow each other no faster. */
#define SPACING_MS 15

struct _VoxPitchGate
{
  GArray *attacks;
  gint64 time;
  gint64 last_anchor;
  gint64 rise, hold, fall, spacing;
  gfloat keep;
  gfloat strongest;
  gfloat last;
};

VoxPitchGate *
vox_pitch_gate_new (guint rate, guint longest)
{
  VoxPitchGate *self = g_new0 (VoxPitchGate, 1);
  const gint64 limit = longest;

  self->attacks = g_array_new (FALSE, FALSE, sizeof (VoxPitchAttack));
  self->rise = MAX ((gint64) rate * RISE_US / 1000000, 4);
  self->hold = MIN ((gint64) rate * HOLD_MS / 1000, limit / 4);
  self->fall = MIN ((gint64) rate * FALL_MS / 1000, limit - self->hold);
  self->spacing = (gint64) rate * SPACING_MS / 1000;
  self->keep =
      (gfloat) exp2 (-1000.0 * VOX_PITCH_BLOCK / (MEMORY_MS * (gdouble) rate));
  vox_pitch_gate_start (self, 0);
  return self;
}

void
vox_pitch_gate_free (VoxPitchGate *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->attacks);
  g_free (self);
}

gint64
vox_pitch_gate_guard (const VoxPitchGate *self)
{
  return (self->rise + VOX_PITCH_BLOCK - 1) / VOX_PITCH_BLOCK * VOX_PITCH_BLOCK;
}

gint64
vox_pitch_gate_time (const VoxPitchGate *self)
{
  return self->time;
}

void
vox_pitch_gate_start (VoxPitchGate *self, gint64 time)
{
  g_array_set_size (self->attacks, 0);
  self->time = time;
  self->last_anchor = time - self->spacing;
  self->strongest = self->last = 0.0f;
}

void
vox_pitch_gate_push (VoxPitchGate *self, const VoxOnsetLevel *level)
{
  const gint64 anchor = self->time + level->peak;

  if (level->power > RISE_FACTOR * self->strongest
      && level->power > SILENCE * VOX_PITCH_BLOCK
      && anchor - self->last_anchor >= self->spacing) {
    const VoxPitchAttack attack = { .anchor = anchor,
      .begin = self->time - self->rise,
      .end = anchor + self->hold + self->fall };

    g_array_append_val (self->attacks, attack);
    self->last_anchor = anchor;
  }
  /* The block before the newest may belong to the same rise. */
  self->strongest = MAX (self->strongest * self->keep, self->last);
  self->last = level->power;
  self->time += VOX_PITCH_BLOCK;
}

/* A smooth step from 0 to 1 over @length frames. */
static gfloat
smooth_step (gint64 frame, gint64 length)
{
  if (frame <= 0)
    return 0.0f;
  if (frame >= length)
    return 1.0f;
  return 0.5f - 0.5f * cosf ((gfloat) G_PI * (gfloat) frame / (gfloat) length);
}

/* The gate of one attack: 1 where it is shut. */
static gfloat
gate_at (const VoxPitchGate *self, const VoxPitchAttack *attack, gint64 frame)
{
  return smooth_step (frame - attack->begin, self->rise)
      * smooth_step (attack->end - frame, self->fall);
}

/* What the attacks from index @first on leave of a frame. */
static gfloat
rest_at (const VoxPitchGate *self, guint first, gint64 frame)
{
  gfloat rest = 1.0f;

  for (guint k = first; k < self->attacks->len; k++)
    rest *= 1.0f
        - gate_at (
            self, &g_array_index (self->attacks, VoxPitchAttack, k), frame);
  return rest;
}

gboolean
vox_pitch_gate_rest (const VoxPitchGate *self, gint64 time, gfloat *weights)
{
  gboolean any = FALSE;

  for (guint k = 0; k < self->attacks->len && !any; k++) {
    const VoxPitchAttack *attack =
        &g_array_index (self->attacks, VoxPitchAttack, k);

    any = attack->end > time && attack->begin < time + VOX_PITCH_BLOCK;
  }
  for (guint i = 0; any && i < VOX_PITCH_BLOCK; i++)
    weights[i] = rest_at (self, 0, time + i);
  return any;
}

void
vox_pitch_gate_cut (const VoxPitchGate *self, const VoxPitchAttack *attack,
    gint64 time, gfloat *weights, guint n)
{
  const guint later =
      (guint) (attack - (const VoxPitchAttack *) self->attacks->data) + 1;

  for (guint i = 0; i < n; i++)
    weights[i] =
        gate_at (self, attack, time + i) * rest_at (self, later, time + i);
}

void
vox_pitch_gate_head (const VoxPitchGate *self, const VoxPitchAttack *attack,
    gint64 time, gfloat *weights, guint n)
{
  for (guint i = 0; i < n; i++)
    weights[i] =
        smooth_step (time + i - attack->begin + self->rise, self->rise);
}

VoxPitchAttack *
vox_pitch_gate_next (const VoxPitchGate *self, gint64 time)
{
  for (guint k = 0; k < self->attacks->len; k++) {
    VoxPitchAttack *attack = &g_array_index (self->attacks, VoxPitchAttack, k);

    if (attack->anchor >= time && !attack->passed)
      return attack;
  }
  return NULL;
}

VoxPitchAttack *
vox_pitch_gate_uncut (const VoxPitchGate *self, gint64 time)
{
  for (guint k = 0; k < self->attacks->len; k++) {
    VoxPitchAttack *attack = &g_array_index (self->attacks, VoxPitchAttack, k);

    if (attack->end <= time && attack->passed && !attack->cut)
      return attack;
  }
  return NULL;
}

void
vox_pitch_gate_forget (VoxPitchGate *self, gint64 time)
{
  guint n = 0;

  while (n < self->attacks->len
      && g_array_index (self->attacks, VoxPitchAttack, n).end < time)
    n++;
  if (n > 0)
    g_array_remove_range (self->attacks, 0, n);
}
