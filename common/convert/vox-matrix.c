/* vox-matrix.c: a row-major matrix of floats in device memory. */
#include "convert/vox-matrix.h"

VoxMatrix *
vox_matrix_new (VoxStream *stream, guint rows, guint cols, const gfloat *host,
    GError **error)
{
  g_autoptr (VoxMatrix) self = g_new0 (VoxMatrix, 1);

  self->stream = stream;
  self->rows = rows;
  self->cols = cols;
  self->buffer =
      vox_buffer_new (stream, (gsize) rows * cols * sizeof (gfloat), error);
  if (self->buffer == NULL)
    return NULL;
  self->data = vox_buffer_f32 (self->buffer);
  if (host != NULL && !vox_matrix_upload (self, 0, rows, host, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
vox_matrix_free (VoxMatrix *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->buffer, vox_buffer_free);
  g_free (self);
}

gboolean
vox_matrix_upload (VoxMatrix *self, guint first_row, guint n_rows,
    const gfloat *host, GError **error)
{
  self->stream->ops->memory.copy (self->stream,
      self->data + (gsize) first_row * self->cols, host,
      (gsize) n_rows * self->cols * sizeof (gfloat));
  return vox_stream_finish (self->stream, error);
}

gboolean
vox_matrix_download (const VoxMatrix *self, guint first_row, guint n_rows,
    gfloat *host, GError **error)
{
  self->stream->ops->memory.copy (self->stream, host,
      self->data + (gsize) first_row * self->cols,
      (gsize) n_rows * self->cols * sizeof (gfloat));
  return vox_stream_finish (self->stream, error);
}

void
vox_matrix_multiply (VoxMatrix *c, const VoxMatrix *a, const VoxMatrix *b,
    gboolean transpose_b, guint m)
{
  const VoxGemmArgs args = { .a = a->data,
    .b = b->data,
    .c = c->data,
    .m = m,
    .n = c->cols,
    .k = a->cols,
    .lda = a->cols,
    .ldb = b->cols,
    .ldc = c->cols,
    .transpose_b = transpose_b,
    .alpha = 1.0f };

  c->stream->ops->product.gemm (c->stream, &args);
}
