/* vox-psola-schedule.c: see vox-psola-schedule.h. */
#include "dsp/vox-psola-schedule.h"

#include <math.h>

/* A voiced stretch may end with a grain this part of a period behind its last
 * mark, if it stays this part of the unvoiced distance before the next one. */
#define OVERRUN 0.5
#define OVERRUN_GAP 0.25

/* Shortest half window, samples. */
#define MIN_HALF 1.0

/* Places this near, in periods, are the same: rounding of the sums. */
#define SAME_PLACE 1e-6

#define MIN_RATIO 0.25f
#define MAX_RATIO 4.0f

typedef struct
{
  gdouble destination;
  gint64 mark;
  gboolean voiced;
} Place;

struct _VoxPsolaSchedule
{
  gdouble control_hop;
  gdouble spacing;
  gdouble max_half;

  /* All marks; indices in here count also the `lead` unvoiced ones that are
   * put before the first pushed one, so that windows cover the start. */
  GArray *marks;
  gint64 marks_base;
  gint64 lead;
  gint64 pushed;
  gboolean drained;

  GArray *control;
  gint64 control_base;

  gboolean started;
  Place previous; /* the grain given out last */
  gdouble frontier; /* the next grain's destination is not before this */
};

static void
start_over (VoxPsolaSchedule *self)
{
  g_array_set_size (self->marks, 0);
  g_array_set_size (self->control, 0);
  self->marks_base = self->control_base = 0;
  self->lead = self->pushed = 0;
  self->drained = self->started = FALSE;
  self->frontier = 0.0;
}

VoxPsolaSchedule *
vox_psola_schedule_new (gdouble control_hop, gdouble spacing, gdouble max_half)
{
  VoxPsolaSchedule *self = g_new0 (VoxPsolaSchedule, 1);

  self->control_hop = control_hop;
  self->spacing = spacing;
  self->max_half = max_half;
  self->marks = g_array_new (FALSE, FALSE, sizeof (VoxMark));
  self->control = g_array_new (FALSE, FALSE, sizeof (VoxPsolaControl));
  start_over (self);
  return self;
}

void
vox_psola_schedule_free (VoxPsolaSchedule *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->marks);
  g_array_unref (self->control);
  g_free (self);
}

void
vox_psola_schedule_reset (VoxPsolaSchedule *self)
{
  start_over (self);
}

static void
append_unvoiced (VoxPsolaSchedule *self, gdouble position)
{
  const VoxMark mark = { position, self->spacing, FALSE };

  g_array_append_val (self->marks, mark);
}

/* Unvoiced marks from before the start up to @first, one spacing apart. */
static void
lead_in (VoxPsolaSchedule *self, gdouble first)
{
  self->lead = (gint64) ceil (first / self->spacing) + 1;
  for (gint64 k = self->lead; k > 0; k--)
    append_unvoiced (self, first - (gdouble) k * self->spacing);
}

void
vox_psola_schedule_push_marks (
    VoxPsolaSchedule *self, const VoxMark *marks, gsize n_marks)
{
  if (n_marks == 0)
    return;
  if (self->pushed == 0)
    lead_in (self, marks[0].position);
  g_array_append_vals (self->marks, marks, (guint) n_marks);
  self->pushed += (gint64) n_marks;
}

void
vox_psola_schedule_push_control (
    VoxPsolaSchedule *self, const VoxPsolaControl *control, gsize n_control)
{
  g_array_append_vals (self->control, control, (guint) n_control);
}

/* The mark with this index, or NULL when it is not there (yet). */
static const VoxMark *
mark_at (const VoxPsolaSchedule *self, gint64 index)
{
  const gint64 at = index - self->marks_base;

  if (at < 0 || at >= (gint64) self->marks->len)
    return NULL;
  return &g_array_index (self->marks, VoxMark, at);
}

void
vox_psola_schedule_drain (VoxPsolaSchedule *self, gint64 n_samples)
{
  gdouble position;

  self->drained = TRUE;
  if (self->pushed == 0) {
    lead_in (self, 0.0);
    position = 0.0;
    append_unvoiced (self, position);
  } else {
    const guint last = self->marks->len - 1;

    position = g_array_index (self->marks, VoxMark, last).position;
  }
  /* The last window that reaches into the signal needs a neighbour too. */
  while (position <= (gdouble) n_samples + self->spacing) {
    position += self->spacing;
    append_unvoiced (self, position);
  }
}

static VoxPsolaControl
clamped (VoxPsolaControl control)
{
  control.pitch_ratio = CLAMP (control.pitch_ratio, MIN_RATIO, MAX_RATIO);
  control.formant_ratio = CLAMP (control.formant_ratio, MIN_RATIO, MAX_RATIO);
  return control;
}

/* Ratios at a time; FALSE when they are still to come. */
static gboolean
control_at (
    const VoxPsolaSchedule *self, gdouble position, VoxPsolaControl *control)
{
  const gdouble place = MAX (position, 0.0) / self->control_hop;
  const gint64 whole = (gint64) floor (place);
  const gfloat part = (gfloat) (place - (gdouble) whole);
  const gint64 last = (gint64) self->control->len - 1;
  gint64 at = whole - self->control_base;
  VoxPsolaControl a, b;

  if (at >= last && !self->drained)
    return FALSE;
  if (last < 0) {
    *control = (VoxPsolaControl){ 1.0f, 1.0f };
    return TRUE;
  }
  at = CLAMP (at, 0, last);
  a = g_array_index (self->control, VoxPsolaControl, at);
  b = g_array_index (self->control, VoxPsolaControl, MIN (at + 1, last));
  control->pitch_ratio = a.pitch_ratio + part * (b.pitch_ratio - a.pitch_ratio);
  control->formant_ratio =
      a.formant_ratio + part * (b.formant_ratio - a.formant_ratio);
  *control = clamped (*control);
  return TRUE;
}

/* The place behind the last mark of a stretch, or its unvoiced successor. */
static void
leave_stretch (
    const VoxPsolaSchedule *self, gint64 last, gdouble destination, Place *next)
{
  const VoxMark *mark = mark_at (self, last);
  const VoxMark *after = mark_at (self, last + 1);

  if (destination <= mark->position + OVERRUN * mark->period
      && destination <= after->position - OVERRUN_GAP * self->spacing)
    *next = (Place){ destination, last, TRUE };
  else
    *next = (Place){ after->position, last + 1, FALSE };
}

/* Walks the phase from a voiced place until it has grown by one. */
static gboolean
walk (VoxPsolaSchedule *self, const Place *from, Place *next)
{
  gdouble at = from->destination, remaining = 1.0;
  gint64 j = from->mark;

  if (mark_at (self, j)->position > at)
    j--;
  for (;; j++) {
    const VoxMark *mark = mark_at (self, j);
    const VoxMark *after = mark_at (self, j + 1);
    VoxPsolaControl control;
    gdouble period, phase;

    self->frontier = at;
    if (after == NULL || !control_at (self, at, &control))
      return FALSE;
    period = after->voiced ? after->position - mark->position : mark->period;
    if (!after->voiced) {
      leave_stretch (
          self, j, at + remaining * period / control.pitch_ratio, next);
      return TRUE;
    }
    phase = (after->position - at) / period * control.pitch_ratio;
    if (remaining <= phase + SAME_PLACE) {
      at += remaining * period / control.pitch_ratio;
      if (fabs (at - after->position) < SAME_PLACE * period)
        at = after->position;
      if (after->position - at < at - mark->position)
        j++;
      *next = (Place){ at, j, TRUE };
      return TRUE;
    }
    remaining -= phase;
    at = after->position;
  }
}

/* The place after @from. */
static gboolean
propose (VoxPsolaSchedule *self, const Place *from, Place *next)
{
  const VoxMark *after;

  if (from->voiced)
    return walk (self, from, next);
  self->frontier = from->destination;
  after = mark_at (self, from->mark + 1);
  if (after == NULL)
    return FALSE;
  *next = (Place){ after->position, from->mark + 1, after->voiced };
  return TRUE;
}

/* Half windows in samples of the output. Between two voiced grains they are
 * the periods of the source; beside an unvoiced one, the distance to it. */
static gdouble
left_half (const VoxPsolaSchedule *self, const Place *place, gdouble rate)
{
  const VoxMark *mark = mark_at (self, place->mark);
  const VoxMark *before = mark_at (self, place->mark - 1);

  if (!self->started)
    return self->spacing;
  if (!place->voiced || !self->previous.voiced)
    return place->destination - self->previous.destination;
  if (before == NULL || !before->voiced)
    return mark->period / rate;
  return (mark->position - before->position) / rate;
}

static gboolean
right_half (
    VoxPsolaSchedule *self, const Place *place, gdouble rate, gdouble *half)
{
  const VoxMark *mark = mark_at (self, place->mark);
  const VoxMark *after = mark_at (self, place->mark + 1);
  Place next;

  if (after == NULL)
    return FALSE;
  if (place->voiced && after->voiced) {
    *half = (after->position - mark->position) / rate;
    return TRUE;
  }
  if (!propose (self, place, &next))
    return FALSE;
  if (place->voiced && next.voiced)
    *half = mark->period / rate;
  else
    *half = next.destination - place->destination;
  return TRUE;
}

/* Drops marks and control that no later grain needs. */
static void
forget (VoxPsolaSchedule *self)
{
  const gint64 old_marks = self->previous.mark - 1 - self->marks_base;
  const gdouble oldest =
      MIN (mark_at (self, self->previous.mark)->position, self->frontier);
  const gint64 old_control =
      (gint64) (oldest / self->control_hop) - 1 - self->control_base;

  /* Moving the rest costs less than one copy per entry this way. */
  if (old_marks > (gint64) self->marks->len / 2) {
    g_array_remove_range (self->marks, 0, (guint) old_marks);
    self->marks_base += old_marks;
  }
  if (old_control > (gint64) self->control->len / 2
      && old_control < (gint64) self->control->len) {
    g_array_remove_range (self->control, 0, (guint) old_control);
    self->control_base += old_control;
  }
}

gboolean
vox_psola_schedule_next (VoxPsolaSchedule *self, VoxGrain *grain)
{
  Place place = { 0.0, 0, FALSE };
  VoxPsolaControl control;
  gdouble longest;

  if (!self->started) {
    if (self->marks->len == 0)
      return FALSE;
    place.destination = mark_at (self, 0)->position;
  } else if (!propose (self, &self->previous, &place)) {
    return FALSE;
  }
  self->frontier = place.destination;
  if (!control_at (self, place.destination, &control))
    return FALSE;
  grain->rate = control.formant_ratio;
  if (!right_half (self, &place, grain->rate, &grain->right)) {
    self->frontier = place.destination;
    return FALSE;
  }
  grain->left = left_half (self, &place, grain->rate);
  /* Limits what is read as well as what is written. */
  longest = self->max_half / MAX (grain->rate, 1.0);
  grain->left = CLAMP (grain->left, MIN_HALF, longest);
  grain->right = CLAMP (grain->right, MIN_HALF, longest);
  grain->source = mark_at (self, place.mark)->position;
  grain->destination = place.destination;
  grain->gain =
      place.voiced ? sqrt (control.formant_ratio / control.pitch_ratio) : 1.0;
  grain->period = mark_at (self, place.mark)->period;
  grain->mark =
      (guint64) CLAMP (place.mark - self->lead, 0, MAX (self->pushed, 1) - 1);
  grain->voiced = place.voiced;
  self->previous = place;
  self->started = TRUE;
  self->frontier = place.destination;
  forget (self);
  return TRUE;
}

gdouble
vox_psola_schedule_horizon (const VoxPsolaSchedule *self)
{
  return self->started ? self->frontier - self->max_half : -G_MAXDOUBLE;
}

gdouble
vox_psola_schedule_oldest (const VoxPsolaSchedule *self)
{
  return self->started ? mark_at (self, self->previous.mark)->position : 0.0;
}
