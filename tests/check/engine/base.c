/* base.c: the operation table of the CPU, and the queue every engine uses. */
#include <math.h>
#include <string.h>

#include "backend/vox-backend.h"
#include "base/vox-fifo.h"

static VoxStream *
new_stream (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);

  g_assert_nonnull (device);
  return vox_stream_new (device, NULL);
}

static void
test_cpu_table_is_complete (void)
{
  g_assert_cmpint (vox_backend_missing_operation (vox_backend_cpu ()), ==, -1);
}

static void
test_unknown_device_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_device_open ("gpu", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
}

static void
test_auto_device_always_opens (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("auto", NULL);

  g_assert_nonnull (device);
}

static void
test_inverse_transform_undoes_forward (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  gfloat x[64], y[64];
  VoxComplex bins[33];

  for (guint i = 0; i < 64; i++)
    x[i] = sinf (0.3f * (gfloat) i) + 0.2f * (gfloat) (i % 5);
  stream->ops->spectrum.rfft (stream, 64, bins, 33, x, 64, 1);
  stream->ops->spectrum.irfft (stream, 64, y, 64, bins, 33, 1);
  g_assert_true (vox_stream_finish (stream, NULL));
  for (guint i = 0; i < 64; i++)
    g_assert_cmpfloat_with_epsilon (x[i], y[i], 1e-5);
}

static void
test_fifo_keeps_order_whatever_the_pushes (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  g_autoptr (VoxFifo) fifo = vox_fifo_new (stream, 2, 16, NULL);
  gfloat in[2 * 37], out[2 * 37];
  guint pushed = 0, pulled = 0;

  for (guint step = 1; pulled < 9000; step = step % 37 + 1) {
    for (guint i = 0; i < step; i++) {
      in[2 * i] = (gfloat) (pushed + i);
      in[2 * i + 1] = -(gfloat) (pushed + i);
    }
    g_assert_true (vox_fifo_push_frames (fifo, in, step, NULL));
    pushed += step;
    while (vox_fifo_length (fifo) >= 29) {
      vox_fifo_peek_frames (fifo, out, 29);
      for (guint i = 0; i < 29; i++) {
        g_assert_cmpfloat (out[2 * i], ==, (gfloat) (pulled + i));
        g_assert_cmpfloat (out[2 * i + 1], ==, -(gfloat) (pulled + i));
      }
      vox_fifo_drop (fifo, 29);
      pulled += 29;
    }
  }
}

static void
test_non_finite_samples_become_silence (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  g_autoptr (VoxFifo) fifo = vox_fifo_new (stream, 1, 16, NULL);
  const gfloat in[4] = { NAN, INFINITY, -INFINITY, 0.5f };
  gfloat out[4];

  g_assert_true (vox_fifo_push_frames (fifo, in, 4, NULL));
  vox_fifo_peek_frames (fifo, out, 4);
  g_assert_cmpfloat (out[0], ==, 0);
  g_assert_cmpfloat (out[1], ==, 0);
  g_assert_cmpfloat (out[2], ==, 0);
  g_assert_cmpfloat (out[3], ==, 0.5f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/backend/cpu-table-is-complete", test_cpu_table_is_complete);
  g_test_add_func (
      "/backend/unknown-device-is-refused", test_unknown_device_is_refused);
  g_test_add_func (
      "/backend/auto-device-always-opens", test_auto_device_always_opens);
  g_test_add_func ("/spectrum/inverse-undoes-forward",
      test_inverse_transform_undoes_forward);
  g_test_add_func (
      "/fifo/keeps-order", test_fifo_keeps_order_whatever_the_pushes);
  g_test_add_func ("/fifo/non-finite-samples-become-silence",
      test_non_finite_samples_become_silence);
  return g_test_run ();
}
