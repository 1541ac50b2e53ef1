/* vox-table.c: see vox-table.h. */
#include "dsp/vox-table.h"

#include <math.h>
#include "backend/vox-backend.h"

/* Modified Bessel function of order zero, by its power series. */
static gdouble
bessel_i0 (gdouble x)
{
  gdouble term = 1.0, sum = 1.0;

  for (guint k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

gdouble
vox_kaiser (gdouble x, gdouble beta)
{
  if (fabs (x) > 1.0)
    return 0.0;
  return bessel_i0 (beta * sqrt (1.0 - x * x)) / bessel_i0 (beta);
}

gdouble
vox_sinc (gdouble x)
{
  return fabs (x) < 1e-9 ? 1.0 : sin (G_PI * x) / (G_PI * x);
}

VoxBuffer *
vox_table_upload (
    VoxStream *stream, const gfloat *values, gsize n_values, GError **error)
{
  const gsize bytes = n_values * sizeof (gfloat);
  VoxBuffer *buffer = vox_buffer_new (stream, bytes, error);

  if (buffer == NULL)
    return NULL;
  stream->ops->memory.copy (stream, buffer->data, values, bytes);
  if (!vox_stream_finish (stream, error))
    g_clear_pointer (&buffer, vox_buffer_free);
  return buffer;
}
