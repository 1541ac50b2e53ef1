/* vox-psola.c: see vox-psola.h: keeps the queues and renders scheduled grains
 * (vox-psola-schedule.h) with the operations of vox-ops-psola.h.
 */
#include "dsp/vox-psola.h"

#include <math.h>
#include "base/vox-fifo.h"
#include "dsp/vox-psola-schedule.h"
#include "dsp/vox-table.h"

/* Interpolation kernel: sinc under a Kaiser window of 80 dB (beta from Kaiser
 * 1974). */
#define KERNEL_BETA 7.86

#define MAX_RATE 4.0

/* Longest distance of two marks, in longest periods (vox-marks.c looks no
 * further), and what rounding may add, samples. */
#define MAX_DISTANCE 1.25
#define MARGIN 4

/* Frames taken in at once. */
#define PIECE_FRAMES 32768

struct _VoxPsola
{
  VoxStream *stream;
  VoxPsolaParams params;
  guint centre;
  guint row_length;
  gint64 lead; /* zeros before the first sample in both queues */
  VoxPsolaFilter filter;
  gpointer filter_data;

  VoxPsolaSchedule *schedule;
  VoxGrain pending; /* scheduled, waiting for samples */
  gboolean have_pending;
  VoxGrain batch[VOX_PSOLA_BATCH];
  VoxPsolaGrain device_batch[VOX_PSOLA_BATCH];

  VoxBuffer *kernel;
  VoxBuffer *grains;
  VoxBuffer *rows;
  VoxFifo *source;
  gint64 source_base;
  VoxFifo *output;
  gint64 output_base;
  gint64 pushed;
  gint64 final_end; /* output before this is complete */
  gboolean drained;
};

static gboolean
check_params (const VoxPsolaParams *p, GError **error)
{
  if (p->rate >= 8000 && p->rate <= 192000 && p->channels >= 1
      && p->channels <= 8 && p->min_hz >= 20.0 && p->min_formant_ratio >= 0.25
      && p->min_formant_ratio <= 1.0 && p->control_hop_s >= 0.0001
      && p->control_hop_s <= 0.1)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "overlap-add: rate %u Hz (8000 to 192000), %u channels (1 to 8), lowest "
      "F0 %g Hz (at least 20), formant ratio %g (0.25 to 1) or control every "
      "%g s (0.0001 to 0.1) cannot be used",
      p->rate, p->channels, p->min_hz, p->min_formant_ratio, p->control_hop_s);
  return FALSE;
}

static gboolean
make_kernel (VoxPsola *self, GError **error)
{
  g_autofree gfloat *kernel = g_new0 (gfloat, VOX_PSOLA_KERNEL_SIZE);

  for (guint i = 0; i < VOX_PSOLA_KERNEL_SIZE; i++) {
    const gdouble x = (gdouble) i / VOX_PSOLA_KERNEL_STEPS;

    kernel[i] = (gfloat) (vox_sinc (x)
        * vox_kaiser (x / VOX_PSOLA_KERNEL_HALF, KERNEL_BETA));
  }
  self->kernel =
      vox_table_upload (self->stream, kernel, VOX_PSOLA_KERNEL_SIZE, error);
  return self->kernel != NULL;
}

static gboolean
make_buffers (VoxPsola *self, GError **error)
{
  const guint channels = self->params.channels;
  const gsize room = 2 * PIECE_FRAMES + 8 * self->row_length;

  self->grains = vox_buffer_new (
      self->stream, VOX_PSOLA_BATCH * sizeof (VoxPsolaGrain), error);
  if (self->grains == NULL)
    return FALSE;
  self->rows = vox_buffer_new (self->stream,
      (gsize) VOX_PSOLA_BATCH * channels * self->row_length * sizeof (gfloat),
      error);
  if (self->rows == NULL)
    return FALSE;
  self->source = vox_fifo_new (self->stream, channels, room, error);
  if (self->source == NULL)
    return FALSE;
  self->output = vox_fifo_new (self->stream, channels, room, error);
  return self->output != NULL;
}

static gboolean
prime (VoxPsola *self, GError **error)
{
  self->source_base = self->output_base = -self->lead;
  self->pushed = self->final_end = 0;
  self->drained = self->have_pending = FALSE;
  return vox_fifo_push_zeros (self->source, (gsize) self->lead, error)
      && vox_fifo_push_zeros (self->output, (gsize) self->lead, error);
}

/* How far a grain reads behind this part of the source. */
static gdouble
source_reach (gdouble half)
{
  return half + (VOX_PSOLA_KERNEL_HALF + 1) * MAX_RATE + 1.0;
}

VoxPsola *
vox_psola_new (VoxStream *stream, const VoxPsolaParams *params, GError **error)
{
  g_autoptr (VoxPsola) self = NULL;
  gdouble spacing;

  g_return_val_if_fail (stream != NULL, NULL);
  if (!check_params (params, error))
    return NULL;
  self = g_new0 (VoxPsola, 1);
  self->stream = stream;
  self->params = *params;
  self->centre = (guint) ceil (MAX_DISTANCE * params->rate
                     / (params->min_hz * params->min_formant_ratio))
      + MARGIN;
  self->row_length = MAX (params->grain_length, 2 * self->centre);
  if (params->grain_length > 0 && params->grain_length < 2 * self->centre) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "overlap-add: grains of %u samples are too short; %u are needed for "
        "%g Hz at %u Hz",
        params->grain_length, 2 * self->centre, params->min_hz, params->rate);
    return NULL;
  }
  spacing = floor (VOX_MARKS_UNVOICED_S * params->rate + 0.5);
  self->lead =
      (gint64) (2.0 * spacing + source_reach (self->centre) + self->row_length);
  self->schedule = vox_psola_schedule_new (
      params->control_hop_s * params->rate, spacing, self->centre - 1.0);
  if (!make_kernel (self, error) || !make_buffers (self, error)
      || !prime (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_psola_free (VoxPsola *self)
{
  if (self == NULL)
    return;
  vox_psola_schedule_free (self->schedule);
  vox_buffer_free (self->kernel);
  vox_buffer_free (self->grains);
  vox_buffer_free (self->rows);
  vox_fifo_free (self->source);
  vox_fifo_free (self->output);
  g_free (self);
}

void
vox_psola_set_filter (VoxPsola *self, VoxPsolaFilter filter, gpointer user_data)
{
  self->filter = filter;
  self->filter_data = user_data;
}

guint
vox_psola_grain_length (const VoxPsola *self)
{
  return self->row_length;
}

guint
vox_psola_grain_centre (const VoxPsola *self)
{
  return self->centre;
}

gsize
vox_psola_latency_samples (const VoxPsola *self)
{
  /* The last known mark lies up to one distance before the marks' end; the
   * first grain that is still open, up to one and a half before that one. */
  return (gsize) ceil (
             2.5 * MAX_DISTANCE * self->params.rate / self->params.min_hz)
      + self->centre + (gsize) source_reach (0.0)
      + (gsize) ceil (self->params.control_hop_s * self->params.rate) + MARGIN;
}

gsize
vox_psola_chain_latency_samples (
    const VoxPsola *self, const VoxMarks *marks, gsize f0_latency_samples)
{
  const gdouble rate = self->params.rate;
  const gdouble hop = self->params.control_hop_s * rate;
  const gdouble spacing = VOX_MARKS_UNVOICED_S * rate;
  const gdouble distance = MAX_DISTANCE * rate / self->params.min_hz + spacing;
  /* The first open grain is nearest to the last known mark, so at most half a
   * distance before it; its row starts a centre earlier. The next mark waits
   * for samples and for the frame beside it; the grain, for control frames
   * around it and samples under it. */
  const gdouble behind_mark = 0.5 * distance + self->centre + MARGIN;
  const gdouble mark_samples = (gdouble) vox_marks_latency_samples (marks);
  const gdouble mark_frames =
      (gdouble) f0_latency_samples + spacing + 1.5 * hop;
  const gdouble control = (gdouble) f0_latency_samples + 2.0 * hop;
  const gdouble samples = source_reach (self->centre);

  return (gsize) ceil (MAX (behind_mark + MAX (mark_samples, mark_frames),
      self->centre + MARGIN + MAX (control, samples)));
}

/* The description for the device, and the row's place in the output queue. */
static VoxPsolaGrain
place_grain (const VoxPsola *self, const VoxGrain *grain)
{
  const gdouble whole = floor (grain->destination);
  const gdouble centre = self->centre + grain->destination - whole;
  const gdouble first = grain->source - centre * grain->rate;
  VoxPsolaGrain out = { 0 };

  out.source = (gint32) ((gint64) floor (first) - self->source_base);
  out.source_fraction = (gfloat) (first - floor (first));
  out.destination =
      (gint32) ((gint64) whole - self->centre - self->output_base);
  out.centre = (gfloat) centre;
  out.left = (gfloat) grain->left;
  out.right = (gfloat) grain->right;
  out.rate = (gfloat) grain->rate;
  out.gain = (gfloat) grain->gain;
  return out;
}

/* Makes the output queue reach behind the last row. */
static gboolean
extend_output (VoxPsola *self, guint n_grains, GError **error)
{
  gint64 need = 0;

  for (guint g = 0; g < n_grains; g++) {
    const gint64 end = self->device_batch[g].destination + self->row_length;

    need = MAX (need, end);
  }
  need -= (gint64) vox_fifo_length (self->output);
  return need <= 0 || vox_fifo_push_zeros (self->output, (gsize) need, error);
}

static gboolean
render (VoxPsola *self, guint n_grains, GError **error)
{
  const VoxBackend *ops = self->stream->ops;
  VoxPsolaArgs args = {
    .grains = self->grains->data,
    .n_grains = n_grains,
    .rows = vox_buffer_f32 (self->rows),
    .row_length = self->row_length,
    .planes = vox_fifo_plane (self->source, 0),
    .plane_stride = vox_fifo_stride (self->source),
    .channels = self->params.channels,
    .kernel = vox_buffer_f32 (self->kernel),
  };

  for (guint g = 0; g < n_grains; g++)
    self->device_batch[g] = place_grain (self, &self->batch[g]);
  if (!extend_output (self, n_grains, error))
    return FALSE;
  ops->memory.copy (self->stream, self->grains->data, self->device_batch,
      n_grains * sizeof (VoxPsolaGrain));
  ops->psola.extract (self->stream, &args);
  if (self->filter != NULL
      && !self->filter (
          self->filter_data, args.rows, self->batch, n_grains, error))
    return FALSE;
  args.planes = vox_fifo_plane (self->output, 0);
  args.plane_stride = vox_fifo_stride (self->output);
  ops->psola.add (self->stream, &args);
  /* The descriptions are host memory that the next batch overwrites. */
  return vox_stream_finish (self->stream, error);
}

/* The next grain whose samples are all there. */
static gboolean
next_grain (VoxPsola *self, VoxGrain *grain)
{
  if (!self->have_pending
      && !vox_psola_schedule_next (self->schedule, &self->pending))
    return FALSE;
  self->have_pending = TRUE;
  if (!self->drained
      && self->pending.source
              + source_reach (self->pending.right * self->pending.rate)
          >= (gdouble) self->pushed)
    return FALSE;
  *grain = self->pending;
  self->have_pending = FALSE;
  return TRUE;
}

/* What is complete and what no grain will read any more. */
static void
settle (VoxPsola *self)
{
  gdouble horizon = vox_psola_schedule_horizon (self->schedule);
  gdouble oldest = vox_psola_schedule_oldest (self->schedule);
  gint64 old;

  if (self->have_pending) {
    horizon = MIN (horizon, self->pending.destination - self->centre);
    oldest = MIN (oldest, self->pending.source);
  }
  /* Rows start one sample before the longest window. */
  if (horizon - 1.0 > (gdouble) self->final_end)
    self->final_end = MIN ((gint64) floor (horizon) - 1, self->pushed);
  old =
      (gint64) floor (oldest - source_reach (self->centre)) - self->source_base;
  if (old > 0) {
    old = MIN (old, (gint64) vox_fifo_length (self->source));
    vox_fifo_drop (self->source, (gsize) old);
    self->source_base += old;
  }
  if (self->output_base < 0) {
    old = MIN (-self->output_base, self->final_end - self->output_base);
    old = self->final_end > 0 ? old : 0;
    vox_fifo_drop (self->output, (gsize) old);
    self->output_base += old;
  }
}

static gboolean
advance (VoxPsola *self, GError **error)
{
  guint n;

  do {
    for (n = 0; n < VOX_PSOLA_BATCH; n++) {
      if (!next_grain (self, &self->batch[n]))
        break;
    }
    if (n > 0 && !render (self, n, error))
      return FALSE;
    settle (self);
  } while (n == VOX_PSOLA_BATCH);
  return TRUE;
}

gboolean
vox_psola_push (
    VoxPsola *self, const gfloat *frames, gsize n_frames, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->drained, FALSE);

  while (n_frames > 0) {
    const gsize n = MIN (n_frames, PIECE_FRAMES);

    if (!vox_fifo_push_frames (self->source, frames, n, error))
      return FALSE;
    self->pushed += (gint64) n;
    if (!advance (self, error))
      return FALSE;
    frames += n * self->params.channels;
    n_frames -= n;
  }
  return TRUE;
}

gboolean
vox_psola_push_marks (
    VoxPsola *self, const VoxMark *marks, gsize n_marks, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->drained, FALSE);

  vox_psola_schedule_push_marks (self->schedule, marks, n_marks);
  return advance (self, error);
}

gboolean
vox_psola_push_control (VoxPsola *self, const VoxPsolaControl *control,
    gsize n_control, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->drained, FALSE);

  vox_psola_schedule_push_control (self->schedule, control, n_control);
  return advance (self, error);
}

gboolean
vox_psola_drain (VoxPsola *self, GError **error)
{
  gint64 missing;

  g_return_val_if_fail (self != NULL, FALSE);
  if (self->drained)
    return TRUE;
  self->drained = TRUE;
  vox_psola_schedule_drain (self->schedule, self->pushed);
  if (!vox_fifo_push_zeros (self->source, (gsize) self->lead, error)
      || !advance (self, error))
    return FALSE;
  self->final_end = self->pushed;
  missing = self->pushed - self->output_base
      - (gint64) vox_fifo_length (self->output);
  if (missing > 0
      && !vox_fifo_push_zeros (self->output, (gsize) missing, error))
    return FALSE;
  settle (self);
  return TRUE;
}

gsize
vox_psola_available (const VoxPsola *self)
{
  return (gsize) MAX (0, self->final_end - MAX (0, self->output_base));
}

void
vox_psola_pull (VoxPsola *self, gfloat *frames, gsize n_frames)
{
  g_return_if_fail (n_frames <= vox_psola_available (self));

  if (n_frames == 0)
    return;
  vox_fifo_peek_frames (self->output, frames, n_frames);
  vox_fifo_drop (self->output, n_frames);
  self->output_base += (gint64) n_frames;
}

void
vox_psola_reset (VoxPsola *self)
{
  vox_fifo_clear (self->source);
  vox_fifo_clear (self->output);
  vox_psola_schedule_reset (self->schedule);
  /* Both queues are empty and were large enough before, so this allocates
   * nothing and cannot fail. */
  prime (self, NULL);
}
