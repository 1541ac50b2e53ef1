/* vox-pitch-compare.c: two runs of the project's F0 tracker, and statistics.
 *
 * Definitions of GPE, VDE and FFE: W. Chu and A. Alwan, "Reducing F0 frame
 * error of F0 tracking algorithms under noisy conditions" (2009); of RPA:
 * J. Salamon et al., "Melody extraction from polyphonic music signals" (2014).
 */
#include "quality/vox-pitch-compare.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/vox-f0.h"

#define RPA_CENTS 50.0
#define GROSS_ERROR_PART 0.20
#define CENTS_PER_OCTAVE 1200.0
#define SEMITONES_PER_OCTAVE 12.0
/* Spread of log2 F0 below which a track is flat and has no correlation:
 * 1 cent. */
#define FLAT_OCTAVES (1.0 / CENTS_PER_OCTAVE)

/* Frames split from interleaved ones at once. */
#define PIECE_FRAMES 2048

struct _VoxPitchCompare
{
  guint channels;
  VoxF0 *trackers[2];
  GArray *tracks[2];
};

VoxPitchCompare *
vox_pitch_compare_new (
    VoxStream *stream, guint rate, guint channels, VoxMode mode, GError **error)
{
  g_autoptr (VoxPitchCompare) self = g_new0 (VoxPitchCompare, 1);
  VoxF0Params params = VOX_F0_PARAMS_DEFAULT;

  self->channels = channels;
  params.rate = rate;
  params.mode = mode;
  params.hop_s = VOX_PITCH_COMPARE_HOP_S;
  for (guint c = 0; c < channels; c++) {
    self->tracks[c] = g_array_new (FALSE, FALSE, sizeof (gfloat));
    self->trackers[c] = vox_f0_new (stream, &params, error);
    if (self->trackers[c] == NULL)
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
vox_pitch_compare_free (VoxPitchCompare *self)
{
  if (self == NULL)
    return;
  for (guint c = 0; c < 2; c++) {
    g_clear_pointer (&self->trackers[c], vox_f0_free);
    g_clear_pointer (&self->tracks[c], g_array_unref);
  }
  g_free (self);
}

static void
collect (VoxPitchCompare *self, guint channel)
{
  VoxF0Frame frames[64];
  gsize n;

  while (
      (n = vox_f0_pull (self->trackers[channel], frames, G_N_ELEMENTS (frames)))
      > 0)
    for (gsize i = 0; i < n; i++)
      g_array_append_val (self->tracks[channel], frames[i].f0_hz);
}

gboolean
vox_pitch_compare_push (
    VoxPitchCompare *self, const gfloat *frames, gsize n_frames, GError **error)
{
  gfloat mono[PIECE_FRAMES];

  while (n_frames > 0) {
    const gsize n = MIN (n_frames, PIECE_FRAMES);

    for (guint c = 0; c < self->channels; c++) {
      for (gsize i = 0; i < n; i++)
        mono[i] = frames[i * self->channels + c];
      if (!vox_f0_push (self->trackers[c], mono, n, error))
        return FALSE;
      collect (self, c);
    }
    frames += n * self->channels;
    n_frames -= n;
  }
  return TRUE;
}

gboolean
vox_pitch_compare_drain (VoxPitchCompare *self, GError **error)
{
  for (guint c = 0; c < self->channels; c++) {
    if (!vox_f0_drain (self->trackers[c], error))
      return FALSE;
    collect (self, c);
  }
  return TRUE;
}

const GArray *
vox_pitch_compare_track (const VoxPitchCompare *self, guint channel)
{
  return self->tracks[channel];
}

/* Sums over frames that are voiced in both. */
typedef struct
{
  guint n, within_cents, gross;
  gdouble squares_hz, squares_octaves;
  gdouble x, y, xx, yy, xy;
} Both;

static void
add_both (Both *both, gdouble judged_hz, gdouble reference_hz)
{
  const gdouble x = log2 (judged_hz), y = log2 (reference_hz);
  const gdouble difference_hz = judged_hz - reference_hz;

  both->n++;
  both->squares_hz += difference_hz * difference_hz;
  both->squares_octaves += (x - y) * (x - y);
  both->within_cents += fabs (x - y) * CENTS_PER_OCTAVE <= RPA_CENTS;
  both->gross += fabs (difference_hz) > GROSS_ERROR_PART * reference_hz;
  both->x += x;
  both->y += y;
  both->xx += x * x;
  both->yy += y * y;
  both->xy += x * y;
}

static gdouble
correlation (const Both *both)
{
  const gdouble n = both->n;
  const gdouble vx = both->xx / n - both->x * both->x / (n * n);
  const gdouble vy = both->yy / n - both->y * both->y / (n * n);
  const gdouble cxy = both->xy / n - both->x * both->y / (n * n);

  if (both->n < 2 || vx < FLAT_OCTAVES * FLAT_OCTAVES
      || vy < FLAT_OCTAVES * FLAT_OCTAVES)
    return NAN;
  return cxy / sqrt (vx * vy);
}

void
vox_pitch_scores (const gfloat *judged, const gfloat *reference, guint n,
    gdouble shift, VoxPitchScores *scores)
{
  const gdouble back = exp2 (-shift / SEMITONES_PER_OCTAVE);
  guint reference_voiced = 0, different = 0;
  Both both = { 0 };

  *scores = (VoxPitchScores){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0 };
  for (guint i = 0; i < n; i++) {
    const gboolean j = judged[i] > 0.0f, r = reference[i] > 0.0f;

    reference_voiced += r;
    different += j != r;
    if (j && r)
      add_both (&both, (gdouble) judged[i] * back, (gdouble) reference[i]);
  }
  if (n == 0)
    return;
  scores->n_both = both.n;
  scores->vde = (gdouble) different / n;
  scores->ffe = (gdouble) (different + both.gross) / n;
  if (reference_voiced > 0)
    scores->rpa = (gdouble) both.within_cents / reference_voiced;
  if (both.n == 0)
    return;
  scores->rmse_hz = sqrt (both.squares_hz / both.n);
  scores->rmse_cents = CENTS_PER_OCTAVE * sqrt (both.squares_octaves / both.n);
  scores->gpe = (gdouble) both.gross / both.n;
  scores->correlation = correlation (&both);
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  const gfloat x = *(const gfloat *) a, y = *(const gfloat *) b;

  return (x > y) - (x < y);
}

gdouble
vox_pitch_median_hz (const gfloat *track, guint n, gdouble *voiced_ratio)
{
  g_autofree gfloat *voiced = g_new (gfloat, MAX (n, 1));
  guint n_voiced = 0;

  for (guint i = 0; i < n; i++)
    if (track[i] > 0.0f)
      voiced[n_voiced++] = track[i];
  if (voiced_ratio != NULL)
    *voiced_ratio = n > 0 ? (gdouble) n_voiced / n : (gdouble) NAN;
  if (n_voiced == 0)
    return NAN;
  qsort (voiced, n_voiced, sizeof (gfloat), compare_floats);
  return (gdouble) voiced[n_voiced / 2];
}
