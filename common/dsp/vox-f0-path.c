/* vox-f0-path.c: see vox-f0-path.h. Costs are in units of autocorrelation
 * strength; the constants are those of Boersma 1993 and Praat's manual ("Sound:
 * To Pitch (ac)...") unless said otherwise.
 */
#include "dsp/vox-f0-path.h"

#include <math.h>

/* State 0 is "unvoiced", state c + 1 is candidate c. */
#define STATES (VOX_F0_BANDS * VOX_F0_CANDIDATES + 1)

/* A frame whose best candidate is weaker than this, less its octave cost, is
 * unvoiced. (Praat: 0.45 at half the octave cost.) */
#define VOICING_THRESHOLD 0.43f

/* Frames this far below the loudest of the last seconds are silence. */
#define SILENCE_RATIO 0.03f

/* The loudest level is forgotten at this rate, so that the track depends on no
 * absolute level and works on a stream. Slow enough that the hum of a room does
 * not become a voice in every pause. */
#define REFERENCE_DECAY_DB_PER_S 2.0

/* Below -90 dBFS there is only the rounding of 16-bit audio. */
#define FLOOR_LEVEL 3.2e-5f

/* Per octave between two frames 10 ms apart. (Praat: 0.35; more is possible
 * here because multiples of the period are recognised as such.) */
#define OCTAVE_JUMP_COST 0.5f
#define COST_HOP_S 0.010

/* Noise in a narrow band looks periodic over one short period, but not over
 * several: the multiples of a period up to this lag must be peaks too, and at
 * most this much weaker on average. */
#define REPEAT_SPAN_S 0.006f
#define REPEAT_LOSS 0.1f

/* How far from a multiple its peak may lie, in periods. */
#define REPEAT_TOLERANCE 0.2f

/* A candidate that is as strong at a half or a third of its lag, or lacks less
 * than the margin there, is a multiple of the period. It must cost more than
 * the octave cost: from a multiple that was met by chance, where one note ends
 * in the next, the way back is a jump, for which the octave cost alone would
 * pay only after many frames. */
#define MULTIPLE_COST 0.15f
#define MULTIPLE_MARGIN 0.02f
#define MOST_DIVISOR 3

/* How far from a part of the lag its peak may lie, in parts of it. */
#define PART_TOLERANCE 0.06f

typedef struct
{
  gfloat hz[STATES];
  gfloat log2_hz[STATES];
  gfloat strength[STATES];
  gfloat total[STATES];
  guint8 from[STATES];
  guint n_states;
  gfloat voicing;
} PathFrame;

struct _VoxF0Path
{
  VoxF0PathParams params;
  PathFrame *ring;
  guint ring_size;
  guint64 pushed;
  guint64 decided;
  gfloat reference;
  gfloat reference_decay;
  gfloat cost_scale;
};

VoxF0Path *
vox_f0_path_new (const VoxF0PathParams *params)
{
  VoxF0Path *self = g_new0 (VoxF0Path, 1);

  self->params = *params;
  /* The open frames, and the one before them for the transition. */
  self->ring_size = params->lookback_frames + 2;
  self->ring = g_new0 (PathFrame, self->ring_size);
  self->reference_decay =
      (gfloat) pow (10.0, -REFERENCE_DECAY_DB_PER_S * params->hop_s / 20.0);
  self->cost_scale = (gfloat) (COST_HOP_S / params->hop_s);
  return self;
}

void
vox_f0_path_free (VoxF0Path *self)
{
  if (self == NULL)
    return;
  g_free (self->ring);
  g_free (self);
}

void
vox_f0_path_reset (VoxF0Path *self)
{
  self->pushed = self->decided = 0;
  self->reference = 0.0f;
}

static PathFrame *
frame_at (const VoxF0Path *self, guint64 index)
{
  return self->ring + index % self->ring_size;
}

/* How strongly the level speaks against voicing: 0 for a loud frame, 2 for
 * silence. */
static gfloat
silence_strength (VoxF0Path *self, gfloat level)
{
  const gfloat knee = SILENCE_RATIO / (1.0f + VOICING_THRESHOLD);

  self->reference = MAX (self->reference * self->reference_decay, level);
  if (level < FLOOR_LEVEL)
    return 2.0f;
  return MAX (0.0f, 2.0f - level / self->reference / knee);
}

/* The strongest candidate of the range near a lag; 0 where there is none. */
static gfloat
strength_near (const VoxF0Analysis *band, gfloat lag, gfloat tolerance)
{
  gfloat best = 0.0f;

  for (guint c = 0; c < VOX_F0_CANDIDATES; c++) {
    if (fabsf (band->candidates[c].lag - lag) < tolerance)
      best = MAX (best, band->candidates[c].strength);
  }
  return best;
}

/* The strength of a candidate, less what its multiples lack. */
static gfloat
repeated_strength (const VoxF0Analysis *band, const VoxF0Candidate *candidate,
    gfloat span_lags)
{
  const guint last = (guint) (span_lags / candidate->lag);
  gfloat sum = 0.0f;

  if (last < 2)
    return candidate->strength;
  for (guint k = 2; k <= last; k++)
    sum += strength_near (
        band, (gfloat) k * candidate->lag, REPEAT_TOLERANCE * candidate->lag);
  return MIN (candidate->strength, sum / (gfloat) (last - 1) + REPEAT_LOSS);
}

/* What a candidate loses for being a multiple of a period. */
static gfloat
multiple_cost (const VoxF0Analysis *band, const VoxF0Candidate *candidate)
{
  gfloat strongest = 0.0f, lack;

  for (guint k = 2; k <= MOST_DIVISOR; k++) {
    const gfloat part = candidate->lag / (gfloat) k;

    strongest =
        MAX (strongest, strength_near (band, part, PART_TOLERANCE * part));
  }
  lack = candidate->strength - strongest;
  return MULTIPLE_COST * CLAMP (1.0f - lack / MULTIPLE_MARGIN, 0.0f, 1.0f);
}

static void
fill_states (VoxF0Path *self, PathFrame *frame,
    const VoxF0Analysis *const *bands, guint n_bands)
{
  const gfloat log2_max = log2f ((gfloat) self->params.max_hz);
  const gfloat silence = silence_strength (self, bands[0]->level);
  const gfloat span_lags = REPEAT_SPAN_S * (gfloat) self->params.rate;
  gfloat best = 0.0f;
  guint n = 1;

  frame->hz[0] = frame->log2_hz[0] = 0.0f;
  frame->strength[0] = VOICING_THRESHOLD + silence;
  for (guint c = 0; c < n_bands * VOX_F0_CANDIDATES; c++) {
    const VoxF0Analysis *band = bands[c / VOX_F0_CANDIDATES];
    const VoxF0Candidate *candidate = band->candidates + c % VOX_F0_CANDIDATES;

    if (candidate->strength <= 0.0f)
      continue;
    frame->hz[n] = (gfloat) self->params.rate / candidate->lag;
    frame->log2_hz[n] = log2f (frame->hz[n]);
    frame->strength[n] = repeated_strength (band, candidate, span_lags)
        - multiple_cost (band, candidate)
        - (gfloat) VOX_F0_OCTAVE_COST * (log2_max - frame->log2_hz[n]);
    best = MAX (best, candidate->strength);
    n++;
  }
  frame->n_states = n;
  frame->voicing = best * (1.0f - MIN (silence, 1.0f));
}

static gfloat
transition_cost (const VoxF0Path *self, const PathFrame *before, guint from,
    const PathFrame *after, guint to)
{
  gfloat cost = 0.0f;

  if ((from == 0) != (to == 0))
    cost = (gfloat) self->params.voicing_change_cost;
  else if (from != 0)
    cost =
        OCTAVE_JUMP_COST * fabsf (before->log2_hz[from] - after->log2_hz[to]);
  return cost * self->cost_scale;
}

static void
extend_paths (const VoxF0Path *self, const PathFrame *before, PathFrame *frame)
{
  gfloat highest = -G_MAXFLOAT;

  for (guint to = 0; to < frame->n_states; to++) {
    gfloat best = -G_MAXFLOAT;

    for (guint from = 0; from < before->n_states; from++) {
      const gfloat total =
          before->total[from] - transition_cost (self, before, from, frame, to);

      if (total > best) {
        best = total;
        frame->from[to] = (guint8) from;
      }
    }
    frame->total[to] = best + frame->strength[to];
    highest = MAX (highest, frame->total[to]);
  }
  /* Only differences matter; this keeps hours of stream in float's range. */
  for (guint to = 0; to < frame->n_states; to++)
    frame->total[to] -= highest;
}

static guint
best_state (const PathFrame *frame)
{
  guint best = 0;

  for (guint s = 1; s < frame->n_states; s++) {
    if (frame->total[s] > frame->total[best])
      best = s;
  }
  return best;
}

/* The public voicing is above one half exactly where a period was chosen. */
static VoxF0Frame
result (const PathFrame *frame, guint state)
{
  VoxF0Frame out = { 0.0f, 0.0f };

  if (state > 0) {
    out.f0_hz = frame->hz[state];
    out.voicing = CLAMP (frame->strength[state], 0.5f, 1.0f);
  } else {
    out.voicing = CLAMP (frame->voicing, 0.0f, 0.49f);
  }
  return out;
}

gboolean
vox_f0_path_push (VoxF0Path *self, const VoxF0Analysis *const *bands,
    guint n_bands, VoxF0Frame *decided)
{
  /* Before the stream there is nothing: starting voiced costs a change. */
  static const PathFrame silence = { .n_states = 1 };
  PathFrame *frame = frame_at (self, self->pushed);
  guint state;

  fill_states (self, frame, bands, n_bands);
  extend_paths (self,
      self->pushed == 0 ? &silence : frame_at (self, self->pushed - 1), frame);
  self->pushed++;
  if (self->pushed <= self->params.lookback_frames)
    return FALSE;
  state = best_state (frame);
  for (guint64 k = self->pushed - 1; k > self->decided; k--)
    state = frame_at (self, k)->from[state];
  *decided = result (frame_at (self, self->decided), state);
  self->decided++;
  return TRUE;
}

guint
vox_f0_path_finish (VoxF0Path *self, VoxF0Frame *decided)
{
  const guint open = (guint) (self->pushed - self->decided);
  guint state;

  if (open == 0)
    return 0;
  state = best_state (frame_at (self, self->pushed - 1));
  for (guint i = open; i > 0; i--) {
    const PathFrame *frame = frame_at (self, self->decided + i - 1);

    decided[i - 1] = result (frame, state);
    state = frame->from[state];
  }
  self->decided = self->pushed;
  return open;
}
