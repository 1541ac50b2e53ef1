/* parity.c: every operation of the CUDA module against its CPU twin, on random
 * data of odd and even sizes. Exit code 77 means there was no device.
 *
 *   usage: cuda-parity PATH/libvox-cuda.so [FAMILY...]
 */
#include "parity.h"

#include <gmodule.h>

#define EXIT_SKIP 77

static void
finish (VoxStream *stream)
{
  g_autoptr (GError) error = NULL;

  if (!vox_stream_finish (stream, &error))
    g_error ("%s: %s", stream->ops->name, error->message);
}

ParityPair *
parity_pair_new (
    VoxStream *cpu, VoxStream *cuda, gconstpointer data, gsize bytes)
{
  ParityPair *pair = g_new0 (ParityPair, 1);

  pair->streams[0] = cpu;
  pair->streams[1] = cuda;
  pair->bytes = bytes;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    pair->buffers[i] = vox_buffer_new (pair->streams[i], bytes, &error);
    if (pair->buffers[i] == NULL)
      g_error ("%s", error->message);
    if (data != NULL)
      pair->streams[i]->ops->memory.copy (
          pair->streams[i], pair->buffers[i]->data, data, bytes);
    finish (pair->streams[i]);
  }
  return pair;
}

void
parity_pair_free (ParityPair *pair)
{
  for (guint i = 0; i < 2; i++)
    vox_buffer_free (pair->buffers[i]);
  g_free (pair);
}

gpointer
parity_data (const ParityPair *pair, guint which)
{
  return pair->buffers[which]->data;
}

gfloat *
parity_random (GRand *rand, gsize n)
{
  gfloat *x = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (gfloat) g_rand_double_range (rand, -1.0, 1.0);
  return x;
}

gpointer
parity_fetch (ParityPair *pair, guint which)
{
  gpointer data = g_malloc0 (MAX (pair->bytes, 1));
  VoxStream *stream = pair->streams[which];

  stream->ops->memory.copy (
      stream, data, pair->buffers[which]->data, pair->bytes);
  finish (stream);
  return data;
}

static void
compare (gsize n, gdouble (*value) (gconstpointer, gsize), gconstpointer a,
    gconstpointer b, gdouble tolerance, gdouble scale, const gchar *what)
{
  if (scale <= 0.0) {
    scale = 1e-30;
    for (gsize i = 0; i < n; i++)
      scale = MAX (scale, fabs (value (a, i)));
  }
  for (gsize i = 0; i < n; i++) {
    const gdouble x = value (a, i), y = value (b, i);

    if (!(fabs (x - y) <= tolerance * scale))
      g_error ("%s: value %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
               " is %.9g on the CPU and %.9g on the device (scale %.3g, "
               "tolerance %.1g)",
          what, i, n, x, y, scale, tolerance);
  }
}

static gdouble
value_f32 (gconstpointer data, gsize i)
{
  return (gdouble) ((const gfloat *) data)[i];
}

static gdouble
value_f64 (gconstpointer data, gsize i)
{
  return ((const gdouble *) data)[i];
}

void
parity_compare_f32 (
    ParityPair *pair, gdouble tolerance, gdouble scale, const gchar *what)
{
  g_autofree gpointer a = parity_fetch (pair, 0);
  g_autofree gpointer b = parity_fetch (pair, 1);

  compare (
      pair->bytes / sizeof (gfloat), value_f32, a, b, tolerance, scale, what);
}

void
parity_compare_f64 (
    ParityPair *pair, gdouble tolerance, gdouble scale, const gchar *what)
{
  g_autofree gpointer a = parity_fetch (pair, 0);
  g_autofree gpointer b = parity_fetch (pair, 1);

  compare (
      pair->bytes / sizeof (gdouble), value_f64, a, b, tolerance, scale, what);
}

void
parity_compare_bytes (ParityPair *pair, const gchar *what)
{
  g_autofree gpointer a = parity_fetch (pair, 0);
  g_autofree gpointer b = parity_fetch (pair, 1);

  if (memcmp (a, b, pair->bytes) != 0)
    g_error ("%s: the bytes differ", what);
}

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

typedef struct
{
  const gchar *name;
  guint (*check) (VoxStream *cpu, VoxStream *cuda);
} Family;

static const Family families[] = {
  { "memory", parity_memory },
  { "spectrum", parity_spectrum },
  { "product", parity_product },
  { "separate", parity_separate },
  { "f0", parity_f0 },
  { "envelope", parity_envelope },
  { "grain", parity_grain },
  { "net", parity_net },
  { "psola", parity_psola },
  { "quality", parity_quality },
  { "vocoder", parity_vocoder },
  { "varispeed", parity_varispeed },
};

static gboolean
is_wanted (const gchar *name, gint argc, gchar **argv)
{
  for (gint i = 2; i < argc; i++)
    if (g_str_equal (argv[i], name))
      return TRUE;
  return argc == 2;
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

  if (argc < 2) {
    g_printerr ("usage: cuda-parity PATH/libvox-cuda.so [FAMILY...]\n");
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
  g_assert_cmpint (vox_backend_missing_operation (backend), ==, -1);
  cpu = open_stream (vox_backend_cpu (), &cpu_device);
  cuda = open_stream (backend, &cuda_device);
  g_print ("%s\n", cuda_device.description);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (is_wanted (families[i].name, argc, argv))
      g_print ("%s: %u cases agree with the CPU\n", families[i].name,
          families[i].check (cpu, cuda));
  vox_stream_free (cpu);
  vox_stream_free (cuda);
  return 0;
}
