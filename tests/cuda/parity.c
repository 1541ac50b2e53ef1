/* parity.c: every operation of the CUDA module against its CPU twin, on random
 * data of odd and even sizes. Exit code 77 means there was no device.
 *
 *   usage: cuda-parity PATH/libvox-cuda.so
 */
#include <gmodule.h>
#include <math.h>
#include <string.h>

#include "backend/vox-backend.h"

#define EXIT_SKIP 77
#define MAX_CHANNELS 8

static const guint frame_counts[] = { 1, 2, 31, 256, 257, 48000 };
static const guint channel_counts[] = { 1, 2, 3, MAX_CHANNELS };

static VoxStream *
open_stream (const VoxBackend *backend, VoxDevice *device)
{
  g_autoptr (GError) error = NULL;
  VoxStream *stream;

  device->ops = backend;
  device->ref_count = 1;
  if (!backend->device_open (device, 0, &error)
      || (stream = vox_stream_new (device, &error)) == NULL)
    g_error ("%s: %s", backend->name, error->message);
  return stream;
}

static void
finish (VoxStream *stream)
{
  g_autoptr (GError) error = NULL;

  if (!vox_stream_finish (stream, &error))
    g_error ("%s: %s", stream->ops->name, error->message);
}

static gfloat *
random_frames (GRand *rand, gsize n)
{
  gfloat *x = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (gfloat) g_rand_double_range (rand, -1.0, 1.0);
  if (n > 8) {
    x[1] = NAN;
    x[3] = INFINITY;
    x[5] = -1e9f;
    x[7] = 1e-42f;
  }
  return x;
}

/* Takes interleaved frames into planes on the device and back: exact. */
static void
round_trip (VoxStream *stream, const gfloat *in, gfloat *planes_out,
    gfloat *frames_out, guint channels, guint frames)
{
  const gsize stride = frames + 5;
  const gsize bytes = channels * stride * sizeof (gfloat);
  g_autoptr (VoxBuffer) planes = vox_buffer_new (stream, bytes, NULL);

  g_assert_nonnull (planes);
  stream->ops->memory.ingest (
      stream, vox_buffer_f32 (planes), stride, in, channels, frames);
  stream->ops->memory.copy (stream, planes_out, planes->data, bytes);
  stream->ops->memory.emit (
      stream, frames_out, vox_buffer_f32 (planes), stride, channels, frames);
  finish (stream);
}

static guint
check_memory (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint cases = 0;

  for (guint f = 0; f < G_N_ELEMENTS (frame_counts); f++) {
    for (guint c = 0; c < G_N_ELEMENTS (channel_counts); c++) {
      const guint frames = frame_counts[f], channels = channel_counts[c];
      const gsize n = (gsize) frames * channels;
      const gsize n_planes = (gsize) channels * (frames + 5);
      g_autofree gfloat *in = random_frames (rand, n);
      g_autofree gfloat *planes_a = g_new0 (gfloat, n_planes);
      g_autofree gfloat *planes_b = g_new0 (gfloat, n_planes);
      g_autofree gfloat *out_a = g_new0 (gfloat, n);
      g_autofree gfloat *out_b = g_new0 (gfloat, n);

      round_trip (cpu, in, planes_a, out_a, channels, frames);
      round_trip (cuda, in, planes_b, out_b, channels, frames);
      if (memcmp (planes_a, planes_b, n_planes * sizeof (gfloat)) != 0
          || memcmp (out_a, out_b, n * sizeof (gfloat)) != 0)
        g_error ("memory: %u frames of %u channels differ", frames, channels);
      cases++;
    }
  }
  return cases;
}

int
main (int argc, char **argv)
{
  VoxBackendEntry entry = NULL;
  VoxDevice cpu_device = { 0 }, cuda_device = { 0 };
  const VoxBackend *backend;
  const gchar *reason = NULL;
  VoxStream *cpu, *cuda;
  GModule *module;

  if (argc != 2) {
    g_printerr ("usage: cuda-parity PATH/libvox-cuda.so\n");
    return 2;
  }
  module = g_module_open (argv[1], G_MODULE_BIND_LOCAL);
  if (module == NULL
      || !g_module_symbol (module, "vox_backend_entry", (gpointer *) &entry)) {
    g_printerr ("cannot load %s: %s\n", argv[1], g_module_error ());
    return 1;
  }
  backend = entry (&reason);
  if (backend == NULL) {
    g_print ("skipped: %s\n", reason);
    return EXIT_SKIP;
  }
  g_assert_cmpuint (backend->abi_version, ==, VOX_BACKEND_ABI);
  g_assert_cmpuint (backend->struct_size, ==, sizeof (VoxBackend));
  cpu = open_stream (vox_backend_cpu (), &cpu_device);
  cuda = open_stream (backend, &cuda_device);
  g_print ("%s: memory family: %u cases equal to the CPU bit for bit\n",
      cuda_device.description, check_memory (cpu, cuda));
  vox_stream_free (cpu);
  vox_stream_free (cuda);
  return 0;
}
