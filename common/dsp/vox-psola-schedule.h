/* vox-psola-schedule.h: which grain goes where: from pitch marks and ratios to
 * the list of synthesis grains. Host only; internal to vox-psola.c and its
 * tests.
 *
 * In a voiced stretch the grains are set where the phase of the source, which
 * grows by one from mark to mark, multiplied by the pitch ratio, passes whole
 * numbers; each takes the source mark nearest in time. The stretch starts at
 * its first mark. Unvoiced grains stay at their marks. Where a grain meets an
 * unvoiced one, both windows span the distance between them and so sum to one.
 */
#pragma once

#include <glib.h>
#include "dsp/vox-psola.h"

G_BEGIN_DECLS

typedef struct _VoxPsolaSchedule VoxPsolaSchedule;

/** vox_psola_schedule_new: @control_hop in samples; windows are cut at
 * @max_half samples to each side, of the input and of the output. */
VoxPsolaSchedule *vox_psola_schedule_new (
    gdouble control_hop, gdouble spacing, gdouble max_half);
void vox_psola_schedule_free (VoxPsolaSchedule *self);
void vox_psola_schedule_reset (VoxPsolaSchedule *self);

void vox_psola_schedule_push_marks (
    VoxPsolaSchedule *self, const VoxMark *marks, gsize n_marks);
void vox_psola_schedule_push_control (
    VoxPsolaSchedule *self, const VoxPsolaControl *control, gsize n_control);

/** vox_psola_schedule_drain: no more marks; @n_samples is the length of the
 * signal, up to which unvoiced grains are added. */
void vox_psola_schedule_drain (VoxPsolaSchedule *self, gint64 n_samples);

/** vox_psola_schedule_next: Returns: FALSE when marks or control are missing
 * (or, after drain, when there are no more grains). */
gboolean vox_psola_schedule_next (VoxPsolaSchedule *self, VoxGrain *grain);

/** vox_psola_schedule_horizon: no later grain has a window that starts before
 * this output position. */
gdouble vox_psola_schedule_horizon (const VoxPsolaSchedule *self);

/** vox_psola_schedule_oldest: no later grain reads around an earlier source
 * centre than this. */
gdouble vox_psola_schedule_oldest (const VoxPsolaSchedule *self);

G_END_DECLS
