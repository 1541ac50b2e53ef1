/* parity-memory.c: bytes and audio in and out of the device. */
#include "parity.h"

#define MAX_CHANNELS 8

static const guint frame_counts[] = { 1, 2, 31, 256, 257, 48000 };
static const guint channel_counts[] = { 1, 2, 3, MAX_CHANNELS };

/* Values that ingest must replace or keep. */
static void
spoil (gfloat *x, gsize n)
{
  if (n <= 8)
    return;
  x[1] = NAN;
  x[3] = INFINITY;
  x[5] = -1e9f;
  x[7] = 1e-42f;
}

guint
parity_memory (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint f = 0; f < G_N_ELEMENTS (frame_counts); f++) {
    for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++) {
      const guint frames = frame_counts[f], channels = channel_counts[c];
      const gsize n = (gsize) frames * channels, stride = frames + 5;
      g_autofree gfloat *in = parity_random (rand, n);
      g_autofree gfloat *out = g_new0 (gfloat, 2 * n);
      g_autoptr (ParityPair) planes = parity_pair_new (
          cpu, cuda, NULL, channels * stride * sizeof (gfloat));

      spoil (in, n);
      for (guint i = 0; i < 2; i++) {
        gfloat *data = parity_data (planes, i);

        streams[i]->ops->memory.ingest (
            streams[i], data, stride, in, channels, frames);
        streams[i]->ops->memory.emit (
            streams[i], out + i * n, data, stride, channels, frames);
      }
      parity_compare_bytes (planes, "ingest");
      if (memcmp (out, out + n, n * sizeof (gfloat)) != 0)
        g_error ("emit: %u frames of %u channels differ", frames, channels);
      cases++;
    }
  }
  return cases;
}
