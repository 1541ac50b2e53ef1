/* backend.cu: the CUDA module's entry: devices, streams, memory, and the table.
 *
 * Families without a file here are left NULL; the loader then keeps the engines
 * on the CPU and says so.
 */
#include "cuda-backend.h"

#include <string.h>

static gboolean
set_error (GError **error, gint code, const char *what, cudaError_t status)
{
  if (status == cudaSuccess)
    return TRUE;
  g_set_error (error, g_quark_from_static_string ("vox-error-quark"), code,
      "CUDA: %s failed: %s", what, cudaGetErrorString (status));
  return FALSE;
}

void
vox_cuda_check (VoxStream *stream, cudaError_t status, const char *what)
{
  if (status != cudaSuccess && stream->error == NULL)
    set_error (&stream->error, VOX_ERROR_DEVICE, what, status);
}

static guint
cuda_device_count (void)
{
  int count = 0;

  return cudaGetDeviceCount (&count) == cudaSuccess ? (guint) count : 0;
}

static gboolean
cuda_device_open (VoxDevice *device, guint index, GError **error)
{
  struct cudaDeviceProp properties;

  if (!set_error (error, VOX_ERROR_DEVICE, "opening the device",
          cudaGetDeviceProperties (&properties, (int) index)))
    return FALSE;
  device->description = g_strdup (properties.name);
  return TRUE;
}

static void
cuda_device_close (VoxDevice *device)
{
}

static VoxStream *
cuda_stream_new (VoxDevice *device, GError **error)
{
  VoxCudaStream *stream = g_new0 (VoxCudaStream, 1);

  if (set_error (error, VOX_ERROR_DEVICE, "selecting the device",
          cudaSetDevice ((int) device->index))
      && set_error (error, VOX_ERROR_DEVICE, "creating a stream",
          cudaStreamCreateWithFlags (&stream->stream, cudaStreamNonBlocking)))
    return &stream->base;
  g_free (stream);
  return NULL;
}

static void
cuda_stream_free (VoxStream *stream)
{
  cudaStreamSynchronize (vox_cuda_stream (stream));
  cudaStreamDestroy (vox_cuda_stream (stream));
  g_free (stream);
}

static gboolean
cuda_stream_finish (VoxStream *stream, GError **error)
{
  return set_error (error, VOX_ERROR_DEVICE, "running a block",
      cudaStreamSynchronize (vox_cuda_stream (stream)));
}

static gpointer
cuda_memory_new (VoxDevice *device, gsize bytes, GError **error)
{
  gpointer memory = NULL;

  cudaSetDevice ((int) device->index);
  if (!set_error (error, VOX_ERROR_MEMORY, "allocating device memory",
          cudaMalloc (&memory, bytes)))
    return NULL;
  return memory;
}

static void
cuda_memory_free (VoxDevice *device, gpointer memory, gsize bytes)
{
  cudaSetDevice ((int) device->index);
  cudaFree (memory);
}

extern "C" const VoxBackend *
vox_backend_entry (const gchar **reason)
{
  static VoxBackend table;
  int count = 0;
  cudaError_t status = cudaGetDeviceCount (&count);

  if (status != cudaSuccess || count == 0) {
    *reason = status != cudaSuccess ? cudaGetErrorString (status)
                                    : "no CUDA device in this machine";
    return NULL;
  }
  table.abi_version = VOX_BACKEND_ABI;
  table.struct_size = sizeof (VoxBackend);
  table.name = "cuda";
  table.device_count = cuda_device_count;
  table.device_open = cuda_device_open;
  table.device_close = cuda_device_close;
  table.stream_new = cuda_stream_new;
  table.stream_free = cuda_stream_free;
  table.stream_finish = cuda_stream_finish;
  table.memory_new = cuda_memory_new;
  table.memory_free = cuda_memory_free;
  vox_cuda_fill_memory (&table.memory);
  vox_cuda_fill_spectrum (&table.spectrum);
  vox_cuda_fill_product (&table.product);
  vox_cuda_fill_f0 (&table.f0);
  vox_cuda_fill_psola (&table.psola);
  vox_cuda_fill_quality (&table.quality);
  vox_cuda_fill_envelope (&table.envelope);
  vox_cuda_fill_net (&table.net);
  vox_cuda_fill_grain (&table.grain);
  vox_cuda_fill_separate (&table.separate);
  vox_cuda_fill_vocoder (&table.vocoder);
  vox_cuda_fill_varispeed (&table.varispeed);
  return &table;
}
