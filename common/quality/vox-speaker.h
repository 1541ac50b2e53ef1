/* vox-speaker.h: a first measure of who speaks: the mean cepstrum of a stream,
 * projected so that channels matter little and speakers much.
 *
 * Timbre only: pitch and rhythm do not enter. What it can and cannot tell is in
 * docs/models/speaker-similarity.md.
 */
#pragma once

#include "base/vox-fifo.h"
#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxSpeaker VoxSpeaker;

/** Lower rates lack the bands it looks at. */
#define VOX_SPEAKER_MIN_RATE_HZ 16000
/** Least sound for an embedding, and most audio that is looked at. */
#define VOX_SPEAKER_MIN_S 1
#define VOX_SPEAKER_MAX_S 600
/** Size of an embedding. */
#define VOX_SPEAKER_DIMENSIONS 23

/** vox_speaker_new: @rate: at least VOX_SPEAKER_MIN_RATE_HZ. */
VoxSpeaker *vox_speaker_new (VoxStream *stream, guint rate, GError **error);
void vox_speaker_free (VoxSpeaker *self);

/** vox_speaker_push: mono host samples, finite. */
gboolean vox_speaker_push (
    VoxSpeaker *self, const gfloat *samples, gsize n_samples, GError **error);

/**
 * vox_speaker_embedding:
 * @embedding: (out): VOX_SPEAKER_DIMENSIONS values, of unit norm
 *
 * Of everything pushed so far.
 *
 * Returns: FALSE when there was less than VOX_SPEAKER_MIN_S of sound.
 */
gboolean vox_speaker_embedding (const VoxSpeaker *self, gfloat *embedding);

/** vox_speaker_similarity: cosine of two embeddings, -1 to 1. */
gdouble vox_speaker_similarity (const gfloat *a, const gfloat *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxSpeaker, vox_speaker_free)

G_END_DECLS
