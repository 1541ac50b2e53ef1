/* vox-regrain.h: re-synthesis: pitch-synchronous overlap-add of the source's
 * own grains, each through a minimum-phase filter.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "convert/vox-high-band.h"
#include "dsp/vox-psola.h"

G_BEGIN_DECLS

/** Floats of one frame's change: the points and the bands above 8 kHz. */
#define VOX_REGRAIN_WIDTH (VOX_MEL_POINTS + VOX_HIGH_BANDS)

typedef struct _VoxRegrain VoxRegrain;

VoxRegrain *vox_regrain_new (VoxStream *stream, guint rate, guint channels,
    gdouble min_hz, GError **error);
void vox_regrain_free (VoxRegrain *self);

/** vox_regrain_hear: the next samples, interleaved and their mean (both host),
 * and the next frames of F0, as early as they are known. */
gboolean vox_regrain_hear (VoxRegrain *self, const gfloat *frames,
    const gfloat *mono, gsize n_samples, const VoxF0Frame *f0, gsize n_f0,
    GError **error);

/** vox_regrain_change: the next frames' changes of log power
 * ([n][VOX_REGRAIN_WIDTH]) and pitch ratios; computes what can be. */
gboolean vox_regrain_change (VoxRegrain *self, const gfloat *changes,
    const gfloat *ratios, guint n, GError **error);

/** vox_regrain_end_marks: no more samples or F0 will come. Changes still may */
gboolean vox_regrain_end_marks (VoxRegrain *self, GError **error);

/** vox_regrain_drain: no more changes either. */
gboolean vox_regrain_drain (VoxRegrain *self, GError **error);

/** vox_regrain_latency: output sample n can be pulled once sample n + latency
 * was heard, when F0 frame k and change k are always there once the sample
 * @f0_latency and @change_latency after their time was heard. */
gsize vox_regrain_latency (
    const VoxRegrain *self, gsize f0_latency, gsize change_latency);

gsize vox_regrain_available (const VoxRegrain *self);
void vox_regrain_pull (VoxRegrain *self, gfloat *frames, gsize n);
void vox_regrain_reset (VoxRegrain *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxRegrain, vox_regrain_free)

G_END_DECLS
