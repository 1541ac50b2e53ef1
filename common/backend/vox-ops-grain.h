/* vox-ops-grain.h: filters for pitch-synchronous grains, by their log power. */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"
#include "backend/vox-ops-spectrum.h"

G_BEGIN_DECLS

/**
 * VoxGrainFilterArgs:
 * @grains: device, [n_grains][channels][fft_size], filtered in place
 * @responses: device, [n_responses][fft_size / 2 + 1]
 * @which: device, [n_grains]: index of the response of each grain
 * @fft_size: what the filter appends wraps around when it does not fit behind
 *   the grain
 */
typedef struct
{
  gfloat *grains;
  const VoxComplex *responses;
  const gint32 *which;
  guint n_grains;
  guint channels;
  guint fft_size;
} VoxGrainFilterArgs;

/**
 * VoxGrainOps:
 * @minimum_phase: responses [n][fft_size / 2 + 1] of the minimum-phase filters
 *   whose log power is @log_power [n][fft_size / 2 + 1]; tolerance 1e-4 of
 *   the largest magnitude
 * @filter: tolerance 1e-5 of the largest output
 */
typedef struct
{
  void (*minimum_phase) (VoxStream *stream, VoxComplex *response,
      const gfloat *log_power, guint fft_size, guint n);
  void (*filter) (VoxStream *stream, const VoxGrainFilterArgs *args);
} VoxGrainOps;

G_END_DECLS
