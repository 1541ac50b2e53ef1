/* vox-picture.h: a spectrogram of bounded size for a stream of any length:
 * when it is full, neighbouring columns are averaged. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

typedef struct _VoxPicture VoxPicture;

VoxPicture *vox_picture_new (void);
void vox_picture_free (VoxPicture *self);

/** vox_picture_add: one frame of VOX_QUALITY_SPECTROGRAM_ROWS ln powers. */
void vox_picture_add (VoxPicture *self, const gfloat *ln_powers);

/** vox_picture_get: fills the size and the levels (to be freed by the caller);
 * column_s is in frames. */
void vox_picture_get (const VoxPicture *self, VoxQualitySpectrogram *out);

G_END_DECLS
