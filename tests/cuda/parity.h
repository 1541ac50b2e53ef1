/* parity.h: what the parity checks of all families share: random data, device
 * copies, and comparisons within a stated tolerance.
 *
 * A check runs one operation on both streams with equal inputs and compares
 * what comes out. Each family has a file parity-FAMILY.c with one entry that
 * returns how many cases it compared; a difference ends the program.
 */
#pragma once

#include <math.h>
#include <string.h>

#include "backend/vox-backend.h"

/** parity_pair: one input or output on both devices. */
typedef struct
{
  VoxStream *streams[2];
  VoxBuffer *buffers[2];
  gsize bytes;
} ParityPair;

/** parity_pair_new: @bytes on both, filled from @data (host) or with zeros. */
ParityPair *parity_pair_new (
    VoxStream *cpu, VoxStream *cuda, gconstpointer data, gsize bytes);
void parity_pair_free (ParityPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParityPair, parity_pair_free)

/** parity_data: the device address on stream 0 (CPU) or 1 (CUDA). */
gpointer parity_data (const ParityPair *pair, guint which);

/** parity_random: @n floats, uniform in -1 to 1. */
gfloat *parity_random (GRand *rand, gsize n);

/** parity_compare_f32: ends the program when any float differs by more than
 * @tolerance times @scale (0: the largest magnitude of the CPU's result). */
void parity_compare_f32 (
    ParityPair *pair, gdouble tolerance, gdouble scale, const gchar *what);
void parity_compare_f64 (
    ParityPair *pair, gdouble tolerance, gdouble scale, const gchar *what);
/** parity_compare_bytes: bit for bit. */
void parity_compare_bytes (ParityPair *pair, const gchar *what);

/** parity_fetch: Returns: (transfer full): the contents on one device. */
gpointer parity_fetch (ParityPair *pair, guint which);

guint parity_memory (VoxStream *cpu, VoxStream *cuda);
guint parity_spectrum (VoxStream *cpu, VoxStream *cuda);
guint parity_product (VoxStream *cpu, VoxStream *cuda);
guint parity_separate (VoxStream *cpu, VoxStream *cuda);
guint parity_f0 (VoxStream *cpu, VoxStream *cuda);
guint parity_envelope (VoxStream *cpu, VoxStream *cuda);
guint parity_grain (VoxStream *cpu, VoxStream *cuda);
guint parity_net (VoxStream *cpu, VoxStream *cuda);
guint parity_psola (VoxStream *cpu, VoxStream *cuda);
guint parity_quality (VoxStream *cpu, VoxStream *cuda);
guint parity_vocoder (VoxStream *cpu, VoxStream *cuda);
guint parity_varispeed (VoxStream *cpu, VoxStream *cuda);
