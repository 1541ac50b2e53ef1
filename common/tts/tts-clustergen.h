/* tts-clustergen.h: vocoder parameters from flite's statistical voices.
 *
 * Clustergen (Black, "CLUSTERGEN: a statistical parametric synthesizer using
 * trajectory modelling", Interspeech 2006): decision trees give every state of
 * every phone a duration and every frame a Gaussian; trajectories of maximum
 * likelihood run through them (Tokuda et al., "Speech parameter generation
 * algorithms for HMM-based speech synthesis", ICASSP 2000). The models and the
 * trees are flite's; here they are walked frame by frame, so that speech can
 * begin before its sentence is computed, and lengths are known at once.
 *
 * Needs flite's lock around every call.
 */
#pragma once

#include <flite/flite.h>
#include <flite/cst_cg.h>
#include <glib.h>

#include "tts/tts-speaker.h"

G_BEGIN_DECLS

typedef struct _TtsClustergen TtsClustergen;

/** tts_clustergen_model: FALSE when @db is of a kind flite's own voices do not
 * use. */
gboolean tts_clustergen_model (const cst_cg_db *db, TtsVocoderModel *model);

/**
 * tts_clustergen_new:
 * @utterance: with segments; gets states, frames and the ends of segments;
 *   borrowed
 */
TtsClustergen *tts_clustergen_new (
    cst_utterance *utterance, const cst_cg_db *db);
void tts_clustergen_free (TtsClustergen *self);

guint tts_clustergen_n_frames (const TtsClustergen *self);

/** tts_clustergen_frame: appends frame @index (see tts_speaker.h), which is
 * never less than the one asked for before. */
void tts_clustergen_frame (TtsClustergen *self, guint index, GArray *values);

G_END_DECLS
