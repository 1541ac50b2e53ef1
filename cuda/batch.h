/* batch.h: how the files of the CUDA module cut many rows into batches of
 * transforms (fft.h).
 *
 * A plan belongs to one number of rows. Numbers of rows vary from call to call,
 * so batches are rounded up to powers of two: few plans are ever made. The rows
 * added hold anything and are not read.
 */
#pragma once

#include <glib.h>

/** Most rows of a batch; bounds scratch memory. */
#define VOX_CUDA_MAX_BATCH 256

/** vox_cuda_batch: rows to transform where @rows, at least 1, are left. */
static inline guint
vox_cuda_batch (guint rows)
{
  guint batch = 1;

  while (batch < rows && batch < VOX_CUDA_MAX_BATCH)
    batch *= 2;
  return batch;
}
