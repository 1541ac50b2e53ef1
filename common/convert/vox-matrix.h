/* vox-matrix.h: a row-major matrix of floats in device memory. */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"

G_BEGIN_DECLS

/**
 * VoxMatrix:
 * @data: device, [rows][cols]
 */
typedef struct
{
  VoxStream *stream;
  VoxBuffer *buffer;
  gfloat *data;
  guint rows;
  guint cols;
} VoxMatrix;

/** vox_matrix_new: filled with zeros, or with @host unless NULL. */
VoxMatrix *vox_matrix_new (VoxStream *stream, guint rows, guint cols,
    const gfloat *host, GError **error);
void vox_matrix_free (VoxMatrix *self);

/** vox_matrix_upload: host to device, done on return. */
gboolean vox_matrix_upload (VoxMatrix *self, guint first_row, guint n_rows,
    const gfloat *host, GError **error);

/** vox_matrix_download: device to host, done on return. */
gboolean vox_matrix_download (const VoxMatrix *self, guint first_row,
    guint n_rows, gfloat *host, GError **error);

/** vox_matrix_multiply: c = a b, or a b^T with @transpose_b; the first @m rows
 * of a and c only. */
void vox_matrix_multiply (VoxMatrix *c, const VoxMatrix *a, const VoxMatrix *b,
    gboolean transpose_b, guint m);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxMatrix, vox_matrix_free)

G_END_DECLS
