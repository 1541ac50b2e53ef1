/* cpu-backend.c: the CPU as a device: memory, streams and the filled table.
 *
 * Work runs at once on the calling thread, so a stream is only a home for
 * scratch memory and finishing it never waits.
 */
#include "backend/cpu/cpu-backend.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT_BYTES 64

static guint
cpu_device_count (void)
{
  return 1;
}

static gboolean
cpu_device_open (
    VoxDevice *device, G_GNUC_UNUSED guint index, G_GNUC_UNUSED GError **error)
{
  device->description = g_strdup ("CPU");
  return TRUE;
}

static void
cpu_device_close (G_GNUC_UNUSED VoxDevice *device)
{
}

static VoxStream *
cpu_stream_new (G_GNUC_UNUSED VoxDevice *device, G_GNUC_UNUSED GError **error)
{
  VoxCpuStream *stream = g_new0 (VoxCpuStream, 1);

  stream->fft_plans = g_hash_table_new_full (
      g_direct_hash, g_direct_equal, NULL, vox_cpu_fft_plan_free);
  return &stream->base;
}

static void
cpu_stream_free (VoxStream *base)
{
  VoxCpuStream *stream = (VoxCpuStream *) base;

  g_hash_table_unref (stream->fft_plans);
  g_free (stream);
}

static gboolean
cpu_stream_finish (
    G_GNUC_UNUSED VoxStream *stream, G_GNUC_UNUSED GError **error)
{
  return TRUE;
}

static gpointer
cpu_memory_new (G_GNUC_UNUSED VoxDevice *device, gsize bytes, GError **error)
{
  const gsize size =
      (bytes + ALIGNMENT_BYTES - 1) & ~(gsize) (ALIGNMENT_BYTES - 1);
  gpointer memory = size < bytes ? NULL : aligned_alloc (ALIGNMENT_BYTES, size);

  if (memory == NULL)
    g_set_error (error, VOX_ERROR, VOX_ERROR_MEMORY,
        "out of memory: %" G_GSIZE_FORMAT " bytes were asked for", bytes);
  return memory;
}

static void
cpu_memory_free (
    G_GNUC_UNUSED VoxDevice *device, gpointer memory, G_GNUC_UNUSED gsize bytes)
{
  free (memory);
}

static gpointer
fill_table (G_GNUC_UNUSED gpointer data)
{
  static VoxBackend table;

  table.abi_version = VOX_BACKEND_ABI;
  table.struct_size = sizeof (VoxBackend);
  table.name = "cpu";
  table.device_count = cpu_device_count;
  table.device_open = cpu_device_open;
  table.device_close = cpu_device_close;
  table.stream_new = cpu_stream_new;
  table.stream_free = cpu_stream_free;
  table.stream_finish = cpu_stream_finish;
  table.memory_new = cpu_memory_new;
  table.memory_free = cpu_memory_free;
  vox_cpu_fill_memory (&table.memory);
  vox_cpu_fill_spectrum (&table.spectrum);
  vox_cpu_fill_product (&table.product);
  vox_cpu_fill_f0 (&table.f0);
  vox_cpu_fill_psola (&table.psola);
  vox_cpu_fill_quality (&table.quality);
  vox_cpu_fill_envelope (&table.envelope);
  vox_cpu_fill_net (&table.net);
  vox_cpu_fill_grain (&table.grain);
  vox_cpu_fill_separate (&table.separate);
  vox_cpu_fill_vocoder (&table.vocoder);
  vox_cpu_fill_varispeed (&table.varispeed);
  return &table;
}

const VoxBackend *
vox_backend_cpu (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, fill_table, NULL);
}
