/* vox-table.h: constant tables (windows, filters, kernels) for the device. */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/** vox_kaiser: the Kaiser window, 1 at @x = 0, at @x from -1 to 1 (0 outside).
 * A @beta of 0.1102 (A - 8.7) gives stop bands A dB down, A above 50 (Kaiser
 * 1974). */
gdouble vox_kaiser (gdouble x, gdouble beta);

/** vox_sinc: sin (pi x) / (pi x). */
gdouble vox_sinc (gdouble x);

/** vox_table_upload: Returns: (transfer full): a buffer with a copy of @values
 * (host), or NULL with VOX_ERROR_MEMORY or VOX_ERROR_DEVICE. */
VoxBuffer *vox_table_upload (
    VoxStream *stream, const gfloat *values, gsize n_values, GError **error);

G_END_DECLS
