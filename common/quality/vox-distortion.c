/* vox-distortion.c: sums of products, and the ratios they give.
 *
 * SI-SDR: J. Le Roux et al., "SDR - half-baked or well done?" (2019). Image SDR
 * per 1 s frame: what museval v4 reports for stems.
 */
#include "quality/vox-distortion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SDR_FRAME_S 1

/* Sums of one channel: samples and products of e (judged) and s (reference). */
typedef struct
{
  gdouble e, s, ee, ss, es, dd;
} Sums;

typedef struct
{
  gdouble si_sdr_db;
  gdouble sdr_db;
} Interval;

struct _VoxDistortion
{
  guint channels;
  gsize interval, frame;
  Sums *total;
  Sums *running;
  gsize n_total, n_running;
  gdouble frame_ss, frame_dd;
  gsize n_frame;
  GArray *intervals;
  GArray *frames_db;
};

VoxDistortion *
vox_distortion_new (guint rate, guint channels, gsize interval)
{
  VoxDistortion *self = g_new0 (VoxDistortion, 1);

  self->channels = channels;
  self->interval = interval;
  self->frame = (gsize) rate * SDR_FRAME_S;
  self->total = g_new0 (Sums, channels);
  self->running = g_new0 (Sums, channels);
  self->intervals = g_array_new (FALSE, FALSE, sizeof (Interval));
  self->frames_db = g_array_new (FALSE, FALSE, sizeof (gdouble));
  return self;
}

void
vox_distortion_free (VoxDistortion *self)
{
  if (self == NULL)
    return;
  g_free (self->total);
  g_free (self->running);
  g_array_unref (self->intervals);
  g_array_unref (self->frames_db);
  g_free (self);
}

static void
add (Sums *sums, const gfloat *judged, const gfloat *reference, guint channels,
    gsize n)
{
  gdouble e_sum = 0.0, s_sum = 0.0, ee = 0.0, ss = 0.0, es = 0.0, dd = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble e = (gdouble) judged[i * channels];
    const gdouble s = (gdouble) reference[i * channels];

    e_sum += e;
    s_sum += s;
    ee += e * e;
    ss += s * s;
    es += e * s;
    dd += (s - e) * (s - e);
  }
  sums->e += e_sum;
  sums->s += s_sum;
  sums->ee += ee;
  sums->ss += ss;
  sums->es += es;
  sums->dd += dd;
}

static gdouble
ratio_db (gdouble signal, gdouble noise)
{
  if (noise <= 0.0)
    return VOX_DISTORTION_CEILING_DB;
  return CLAMP (10.0 * log10 (signal / noise), -VOX_DISTORTION_CEILING_DB,
      VOX_DISTORTION_CEILING_DB);
}

static gboolean
si_sdr_of (const Sums *sums, guint channels, gsize n, gdouble *db)
{
  gdouble ee = 0.0, ss = 0.0, es = 0.0, raw_ss = 0.0;
  gdouble target;

  for (guint c = 0; c < channels; c++) {
    ee += sums[c].ee - sums[c].e * sums[c].e / (gdouble) n;
    ss += sums[c].ss - sums[c].s * sums[c].s / (gdouble) n;
    es += sums[c].es - sums[c].e * sums[c].s / (gdouble) n;
    raw_ss += sums[c].ss;
  }
  /* A constant leaves only rounding errors of its mean. */
  if (n == 0 || ss <= 1e-12 * raw_ss || ee <= 0.0)
    return FALSE;
  target = es * es / ss;
  *db = ratio_db (target, ee - target);
  return TRUE;
}

static void
close_interval (VoxDistortion *self)
{
  Interval interval = { NAN, NAN };
  gdouble ss = 0.0, dd = 0.0;

  if (!si_sdr_of (
          self->running, self->channels, self->n_running, &interval.si_sdr_db))
    interval.si_sdr_db = NAN;
  for (guint c = 0; c < self->channels; c++) {
    Sums *running = &self->running[c], *total = &self->total[c];

    ss += running->ss;
    dd += running->dd;
    total->e += running->e;
    total->s += running->s;
    total->ee += running->ee;
    total->ss += running->ss;
    total->es += running->es;
    total->dd += running->dd;
  }
  if (ss > 0.0)
    interval.sdr_db = ratio_db (ss, dd);
  g_array_append_val (self->intervals, interval);
  self->n_total += self->n_running;
  self->n_running = 0;
  memset (self->running, 0, self->channels * sizeof (Sums));
}

static void
close_frame (VoxDistortion *self)
{
  if (self->frame_ss > 0.0) {
    const gdouble db = ratio_db (self->frame_ss, self->frame_dd);

    g_array_append_val (self->frames_db, db);
  }
  self->frame_ss = self->frame_dd = 0.0;
  self->n_frame = 0;
}

static void
add_to_frame (VoxDistortion *self, const gfloat *judged,
    const gfloat *reference, gsize n_samples)
{
  gdouble ss = 0.0, dd = 0.0;

  for (gsize i = 0; i < n_samples; i++) {
    const gdouble s = (gdouble) reference[i];
    const gdouble d = s - (gdouble) judged[i];

    ss += s * s;
    dd += d * d;
  }
  self->frame_ss += ss;
  self->frame_dd += dd;
}

void
vox_distortion_push (VoxDistortion *self, const gfloat *judged,
    const gfloat *reference, gsize n_frames)
{
  while (n_frames > 0) {
    const gsize n = MIN (n_frames,
        MIN (self->interval - self->n_running, self->frame - self->n_frame));

    for (guint c = 0; c < self->channels; c++)
      add (&self->running[c], judged + c, reference + c, self->channels, n);
    add_to_frame (self, judged, reference, n * self->channels);
    self->n_running += n;
    self->n_frame += n;
    if (self->n_running == self->interval)
      close_interval (self);
    if (self->n_frame == self->frame)
      close_frame (self);
    judged += n * self->channels;
    reference += n * self->channels;
    n_frames -= n;
  }
}

void
vox_distortion_drain (VoxDistortion *self)
{
  if (self->n_running > 0)
    close_interval (self);
  if (self->frames_db->len == 0 && self->n_total < self->frame)
    close_frame (self);
}

gboolean
vox_distortion_interval (
    const VoxDistortion *self, guint k, gdouble *si_sdr_db, gdouble *sdr_db)
{
  const Interval *interval;

  if (k >= self->intervals->len)
    return FALSE;
  interval = &g_array_index (self->intervals, Interval, k);
  *si_sdr_db = interval->si_sdr_db;
  *sdr_db = interval->sdr_db;
  return TRUE;
}

gboolean
vox_distortion_si_sdr (const VoxDistortion *self, gdouble *db)
{
  return si_sdr_of (self->total, self->channels, self->n_total, db);
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  const gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

gboolean
vox_distortion_sdr (const VoxDistortion *self, gdouble *db)
{
  const guint n = self->frames_db->len;
  g_autofree gdouble *sorted =
      g_memdup2 (self->frames_db->data, n * sizeof (gdouble));

  if (n == 0)
    return FALSE;
  qsort (sorted, n, sizeof (gdouble), compare_doubles);
  *db = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
  return TRUE;
}
