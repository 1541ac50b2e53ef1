/* vox-lag.h: by how much one recording is late against another. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

/**
 * vox_lag_find:
 * @judged, @reference: mono host samples
 * @max_lag_s: lags from minus this to plus this are looked at
 *
 * First by correlating the whitened waveforms (generalised cross-correlation
 * with phase transform), exact to the sample; where that has no clear peak (a
 * transposed or converted voice), by correlating energy envelopes at 1 ms.
 *
 * Returns: FALSE on a device failure; @lag says whether one was found.
 */
gboolean vox_lag_find (VoxStream *stream, guint rate, const gfloat *judged,
    gsize n_judged, const gfloat *reference, gsize n_reference,
    gdouble max_lag_s, VoxQualityLag *lag, GError **error);

G_END_DECLS
