/* vox-f0-path.h: chooses one F0 candidate, or "unvoiced", per frame: the
 * cheapest path through the candidates of all frames (Boersma 1993, "Accurate
 * short-term analysis of the fundamental frequency", section 4), decided a
 * fixed number of frames later. Internal to the tracker; host only.
 */
#pragma once

#include "dsp/vox-f0.h"
#include <glib.h>

G_BEGIN_DECLS

typedef struct _VoxF0Path VoxF0Path;

/**
 * VoxF0PathParams:
 * @rate: of the signal whose lags the candidates are, Hz
 * @hop_s: seconds between frames
 * @max_hz: highest F0
 * @lookback_frames: a frame is decided when this many more have come
 * @voicing_change_cost: what a step between voiced and unvoiced costs, in units
 *   of strength, for frames 10 ms apart
 */
typedef struct
{
  gdouble rate;
  gdouble hop_s;
  gdouble max_hz;
  guint lookback_frames;
  gdouble voicing_change_cost;
} VoxF0PathParams;

/** Strength a candidate loses per octave below max_hz: between a period and
 * its multiples, which are as strong, the shorter wins. (Praat has 0.01; twice
 * that halves the octave errors of high voices.) */
#define VOX_F0_OCTAVE_COST 0.02

/** Most ranges of F0 that have a window of their own. */
#define VOX_F0_BANDS 2

VoxF0Path *vox_f0_path_new (const VoxF0PathParams *params);
void vox_f0_path_free (VoxF0Path *self);
void vox_f0_path_reset (VoxF0Path *self);

/** vox_f0_path_push: the next frame: the candidates of @n_bands ranges, lowest
 * first; the level is that of the first. Returns: TRUE when @decided was set:
 * the frame lookback_frames earlier. */
gboolean vox_f0_path_push (VoxF0Path *self, const VoxF0Analysis *const *bands,
    guint n_bands, VoxF0Frame *decided);

/** vox_f0_path_finish: the frames that are still open, at most
 * lookback_frames, in order. Returns: how many were written. */
guint vox_f0_path_finish (VoxF0Path *self, VoxF0Frame *decided);

G_END_DECLS
