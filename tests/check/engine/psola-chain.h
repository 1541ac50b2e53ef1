/* psola-chain.h: F0 tracker, marks and overlap-add in a row, for the two test
 * programs of overlap-add. */
#pragma once

#include <string.h>

#include "dsp/vox-psola.h"
#include "voice-signal.h"

#define HOP_S 0.005
#define MIN_HZ 50.0

typedef struct
{
  VoxStream *stream;
  VoxF0 *f0;
  VoxMarks *marks;
  VoxPsola *psola;
  guint channels;
  VoxPsolaControl control;
} Chain;

static inline Chain
chain_new (guint rate, guint channels, VoxPsolaControl control)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxF0Params f0 = { rate, HOP_S, MIN_HZ, 1500.0, VOX_MODE_FAST };
  const VoxMarksParams marks = { rate, HOP_S, MIN_HZ };
  VoxPsolaParams psola = VOX_PSOLA_PARAMS_DEFAULT;
  Chain chain = { .channels = channels, .control = control };

  psola.rate = rate;
  psola.channels = channels;
  psola.min_formant_ratio = MIN (1.0, control.formant_ratio);
  chain.stream = vox_stream_new (device, NULL);
  chain.f0 = vox_f0_new (chain.stream, &f0, NULL);
  chain.marks = vox_marks_new (&marks, NULL);
  chain.psola = vox_psola_new (chain.stream, &psola, NULL);
  g_assert_true (chain.f0 && chain.marks && chain.psola);
  return chain;
}

static inline void
chain_clear (Chain *chain)
{
  vox_psola_free (chain->psola);
  vox_marks_free (chain->marks);
  vox_f0_free (chain->f0);
  vox_stream_free (chain->stream);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chain, chain_clear)

static inline void
chain_hand_on (Chain *chain)
{
  VoxF0Frame frame;
  VoxMark mark;

  while (vox_f0_pull (chain->f0, &frame, 1) == 1) {
    vox_marks_push_f0 (chain->marks, &frame, 1);
    g_assert_true (
        vox_psola_push_control (chain->psola, &chain->control, 1, NULL));
  }
  while (vox_marks_pull (chain->marks, &mark, 1) == 1)
    g_assert_true (vox_psola_push_marks (chain->psola, &mark, 1, NULL));
}

/* The first channel steers. */
static inline void
chain_push (Chain *chain, const gfloat *frames, gsize n)
{
  g_autofree gfloat *mono = g_new (gfloat, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    mono[i] = isfinite (frames[i * chain->channels])
        ? frames[i * chain->channels]
        : 0.0f;
  g_assert_true (vox_f0_push (chain->f0, mono, n, NULL));
  vox_marks_push (chain->marks, mono, n);
  g_assert_true (vox_psola_push (chain->psola, frames, n, NULL));
  chain_hand_on (chain);
}

static inline void
chain_drain (Chain *chain)
{
  g_assert_true (vox_f0_drain (chain->f0, NULL));
  chain_hand_on (chain);
  vox_marks_drain (chain->marks);
  chain_hand_on (chain);
  g_assert_true (vox_psola_drain (chain->psola, NULL));
}

static inline gsize
chain_pull (Chain *chain, gfloat *out)
{
  const gsize n = vox_psola_available (chain->psola);

  vox_psola_pull (chain->psola, out, n);
  g_assert_true (vox_stream_finish (chain->stream, NULL));
  return n;
}

/* Everything at once, or in pieces of changing size. */
static inline gfloat *
chain_run (Chain *chain, const gfloat *x, gsize n, gboolean pieces)
{
  gfloat *out = g_new0 (gfloat, MAX (n, 1) * chain->channels);
  gsize done = 0, got = 0, piece = pieces ? 1 : n;

  while (done < n) {
    const gsize m = MIN (piece, n - done);

    chain_push (chain, x + done * chain->channels, m);
    got += chain_pull (chain, out + got * chain->channels);
    done += m;
    if (pieces)
      piece = piece * 13 % 1499 + 1;
  }
  chain_drain (chain);
  got += chain_pull (chain, out + got * chain->channels);
  g_assert_cmpuint (got, ==, n);
  return out;
}

static inline gfloat *
shifted (const gfloat *x, gsize n, guint rate, gfloat pitch, gfloat formant)
{
  g_auto (Chain) chain =
      chain_new (rate, 1, (VoxPsolaControl){ pitch, formant });

  return chain_run (&chain, x, n, FALSE);
}

/* A voice with a noisy gap between 0.8 and 1.2 s. */
static inline gfloat *
voice_with_gap (gsize n, guint rate, VoiceContour contour, gdouble hz)
{
  gfloat *x = voice_new (n, rate, contour, hz);
  const gsize from = 8 * rate / 10, to = MIN (n, 12 * rate / 10);

  if (from < to) {
    memset (x + from, 0, (to - from) * sizeof (gfloat));
    voice_add_noise (x + from, to - from, 0.05, 11);
  }
  return x;
}
