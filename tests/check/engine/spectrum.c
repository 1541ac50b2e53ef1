/* spectrum.c: the Fourier family against the definition of the transform. */
#include <math.h>

#include "backend/vox-backend.h"

/* Powers of two, with a three, and lengths that no fast pass fits. */
static const guint sizes[] = { 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 240,
  384, 512, 768, 1000, 1024, 1536, 2048, 3072, 4096, 6144 };

#define LARGEST 6144
/* Of the largest output magnitude: the contract of the family. */
#define TOLERANCE 1e-5

static VoxStream *
new_stream (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);

  return vox_stream_new (device, NULL);
}

static void
fill (gfloat *x, guint n)
{
  guint32 seed = n;

  for (guint i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (gfloat) (seed >> 8) / 8388608.0f - 1.0f;
  }
}

static void
test_forward_is_the_definition (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  g_autofree gfloat *x = g_new (gfloat, LARGEST);
  g_autofree VoxComplex *bins = g_new (VoxComplex, LARGEST / 2 + 1);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    const guint n = sizes[s];
    const guint step = MAX (1, n / 64);
    gdouble worst = 0.0, largest = 0.0;

    fill (x, n);
    stream->ops->spectrum.rfft (stream, n, bins, n / 2 + 1, x, n, 1);
    for (guint k = 0; k <= n / 2; k += k + step <= n / 2 ? step : 1) {
      gdouble re = 0.0, im = 0.0;

      for (guint i = 0; i < n; i++) {
        const gdouble angle = 2.0 * G_PI * ((guint64) i * k % n) / n;

        re += x[i] * cos (angle);
        im -= x[i] * sin (angle);
      }
      largest = MAX (largest, hypot (re, im));
      worst = MAX (worst, hypot (re - bins[k].re, im - bins[k].im));
    }
    g_assert_cmpfloat (worst, <=, TOLERANCE * largest);
  }
}

static void
test_inverse_undoes_forward_at_every_size (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  g_autofree gfloat *x = g_new (gfloat, LARGEST);
  g_autofree gfloat *y = g_new (gfloat, LARGEST);
  g_autofree VoxComplex *bins = g_new (VoxComplex, LARGEST / 2 + 1);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    const guint n = sizes[s];

    fill (x, n);
    stream->ops->spectrum.rfft (stream, n, bins, n / 2 + 1, x, n, 1);
    bins[0].im = bins[n / 2].im = 3.0f; /* count as 0 */
    stream->ops->spectrum.irfft (stream, n, y, n, bins, n / 2 + 1, 1);
    for (guint i = 0; i < n; i++)
      g_assert_cmpfloat_with_epsilon (x[i], y[i], TOLERANCE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/spectrum/forward-is-the-definition", test_forward_is_the_definition);
  g_test_add_func ("/spectrum/inverse-undoes-forward-at-every-size",
      test_inverse_undoes_forward_at_every_size);
  return g_test_run ();
}
