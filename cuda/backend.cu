/* backend.cu: the CUDA module's entry: devices, streams, memory, and the table.
 *
 * Memory comes from the device's stream-ordered pool, which keeps what is given
 * back, so that steady state neither allocates nor waits. Two streams of each
 * GPU only manage memory: one allocates and is always idle, so waiting for an
 * allocation waits for nothing else; the other frees once the work enqueued
 * until then, on every stream of that GPU, is done.
 */
#include "cuda-backend.h"
#include "fft.h"

#include <string.h>

/** GPUs that can be told apart; the loader asks for as many at most. */
#define MAX_GPUS 1024

/** Smallest piece of scratch memory; larger ones are multiples of it. */
#define SCRATCH_UNIT_BYTES ((size_t) 1 << 16)

/* One GPU. Process-wide, because every VoxDevice opened on it, and every stream
 * of these, shares its memory. All guarded by gpus_lock. */
typedef struct
{
  guint users;
  cudaStream_t allocating;
  cudaStream_t freeing;
  GPtrArray *streams;
} Gpu;

static GMutex gpus_lock;
static Gpu gpus[MAX_GPUS];

static void
set_error (GError **error, gint code, const char *what, const char *reason)
{
  g_set_error (error, g_quark_from_static_string ("vox-error-quark"), code,
      "CUDA: %s failed: %s", what, reason);
}

/* Whether @status is success; otherwise sets @error and forgets the failure, so
 * that the next check of a launch does not find it. */
static gboolean
succeeded (cudaError_t status, const char *what, GError **error)
{
  if (status == cudaSuccess)
    return TRUE;
  cudaGetLastError ();
  set_error (error,
      status == cudaErrorMemoryAllocation ? VOX_ERROR_MEMORY : VOX_ERROR_DEVICE,
      what, cudaGetErrorString (status));
  return FALSE;
}

void
vox_cuda_check (VoxStream *stream, cudaError_t status, const char *what)
{
  succeeded (status, what, stream->error == NULL ? &stream->error : NULL);
}

void
vox_cuda_fail (
    VoxStream *stream, gint code, const char *what, const char *reason)
{
  if (stream->error == NULL)
    set_error (&stream->error, code, what, reason);
}

static guint
cuda_device_count (void)
{
  int count = 0;

  if (cudaGetDeviceCount (&count) != cudaSuccess)
    return 0;
  return (guint) MIN (count, MAX_GPUS);
}

/* Exists to be asked for: when the module holds no code for a GPU, asking for
 * any of its kernels says so. */
static __global__ void
probe_kernel (void)
{
}

static gboolean
check_gpu (guint index, GError **error)
{
  cudaFuncAttributes attributes;
  int has_pools = 0;

  if (!succeeded (cudaSetDevice ((int) index), "selecting the device", error)
      || !succeeded (cudaFuncGetAttributes (
                         &attributes, (const void *) probe_kernel),
          "looking for code for this device", error)
      || !succeeded (cudaDeviceGetAttribute (&has_pools,
                         cudaDevAttrMemoryPoolsSupported, (int) index),
          "asking for memory pools", error))
    return FALSE;
  if (!has_pools)
    set_error (error, VOX_ERROR_DEVICE, "opening the device",
        "the device has no memory pools");
  return has_pools != 0;
}

static gboolean
configure_pool (guint index, GError **error)
{
  cudaMemPool_t pool;
  guint64 keep_all = G_MAXUINT64;
  int off = 0;

  /* Without the second attribute the allocating stream could be made to wait
   * for the freeing one, that is, for the work of others. */
  return succeeded (cudaDeviceGetDefaultMemPool (&pool, (int) index),
             "finding the memory pool", error)
      && succeeded (cudaMemPoolSetAttribute (
                        pool, cudaMemPoolAttrReleaseThreshold, &keep_all),
          "setting up the memory pool", error)
      && succeeded (cudaMemPoolSetAttribute (
                        pool, cudaMemPoolReuseAllowInternalDependencies, &off),
          "setting up the memory pool", error);
}

static void
destroy_stream (cudaStream_t *stream)
{
  if (*stream != NULL) {
    cudaStreamSynchronize (*stream);
    cudaStreamDestroy (*stream);
  }
  *stream = NULL;
}

static gboolean
start_gpu (Gpu *gpu, guint index, GError **error)
{
  if (!check_gpu (index, error) || !configure_pool (index, error))
    return FALSE;
  if (!succeeded (cudaStreamCreateWithFlags (
                      &gpu->allocating, cudaStreamNonBlocking),
          "creating a stream", error)
      || !succeeded (cudaStreamCreateWithFlags (
                         &gpu->freeing, cudaStreamNonBlocking),
          "creating a stream", error)) {
    destroy_stream (&gpu->allocating);
    return FALSE;
  }
  gpu->streams = g_ptr_array_new ();
  return TRUE;
}

static void
stop_gpu (Gpu *gpu, guint index)
{
  cudaMemPool_t pool;

  cudaSetDevice ((int) index);
  destroy_stream (&gpu->freeing);
  destroy_stream (&gpu->allocating);
  if (cudaDeviceGetDefaultMemPool (&pool, (int) index) == cudaSuccess)
    cudaMemPoolTrimTo (pool, 0);
  g_clear_pointer (&gpu->streams, g_ptr_array_unref);
}

static gboolean
cuda_device_open (VoxDevice *device, guint index, GError **error)
{
  cudaDeviceProp properties;
  Gpu *gpu = &gpus[index];
  gboolean ok;

  g_return_val_if_fail (index < MAX_GPUS, FALSE);
  if (!succeeded (cudaGetDeviceProperties (&properties, (int) index),
          "opening the device", error))
    return FALSE;
  g_mutex_lock (&gpus_lock);
  ok = gpu->users > 0 || start_gpu (gpu, index, error);
  gpu->users += ok ? 1 : 0;
  g_mutex_unlock (&gpus_lock);
  if (ok) {
    device->description = g_strdup (properties.name);
    device->priv = gpu;
  }
  return ok;
}

static void
cuda_device_close (VoxDevice *device)
{
  Gpu *gpu = (Gpu *) device->priv;

  g_mutex_lock (&gpus_lock);
  if (--gpu->users == 0)
    stop_gpu (gpu, device->index);
  g_mutex_unlock (&gpus_lock);
}

static VoxStream *
cuda_stream_new (VoxDevice *device, GError **error)
{
  VoxCudaStream *stream = g_new0 (VoxCudaStream, 1);
  Gpu *gpu = (Gpu *) device->priv;

  if (!succeeded (cudaSetDevice ((int) device->index), "selecting the device",
          error)
      || !succeeded (cudaStreamCreateWithFlags (
                         &stream->stream, cudaStreamNonBlocking),
          "creating a stream", error)
      || !succeeded (cudaEventCreateWithFlags (
                         &stream->fence, cudaEventDisableTiming),
          "creating an event", error)) {
    destroy_stream (&stream->stream);
    g_free (stream);
    return NULL;
  }
  g_mutex_lock (&gpus_lock);
  g_ptr_array_add (gpu->streams, stream);
  g_mutex_unlock (&gpus_lock);
  return &stream->base;
}

static void
cuda_stream_free (VoxStream *base)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;
  Gpu *gpu = (Gpu *) base->device->priv;

  cudaStreamSynchronize (vox_cuda_stream (base));
  g_mutex_lock (&gpus_lock);
  g_ptr_array_remove_fast (gpu->streams, stream);
  g_mutex_unlock (&gpus_lock);
  vox_cuda_fft_free (base);
  vox_cuda_product_free (base);
  for (guint slot = 0; slot < G_N_ELEMENTS (stream->scratch); slot++)
    if (stream->scratch[slot] != NULL)
      cudaFreeAsync (stream->scratch[slot], stream->stream);
  cudaEventDestroy (stream->fence);
  destroy_stream (&stream->stream);
  /* What failed here was of no use to anyone, and is not the next stream's. */
  cudaGetLastError ();
  g_clear_error (&base->error);
  g_free (stream);
}

static gboolean
cuda_stream_finish (VoxStream *stream, GError **error)
{
  vox_cuda_check (stream, cudaStreamSynchronize (vox_cuda_stream (stream)),
      "running a block");
  if (stream->error == NULL)
    return TRUE;
  g_propagate_error (error, stream->error);
  stream->error = NULL;
  return FALSE;
}

static cudaError_t
allocate (Gpu *gpu, gpointer *memory, gsize bytes)
{
  cudaError_t status = cudaMallocAsync (memory, bytes, gpu->allocating);

  /* Any stream may use the memory, so it must be there before one does. */
  return status != cudaSuccess ? status
                               : cudaStreamSynchronize (gpu->allocating);
}

static gpointer
cuda_memory_new (VoxDevice *device, gsize bytes, GError **error)
{
  Gpu *gpu = (Gpu *) device->priv;
  gpointer memory = NULL;
  cudaError_t status;

  cudaSetDevice ((int) device->index);
  bytes = MAX (bytes, 64);
  status = allocate (gpu, &memory, bytes);
  if (status == cudaErrorMemoryAllocation) {
    /* Some of it may be about to be freed. */
    cudaGetLastError ();
    cudaStreamSynchronize (gpu->freeing);
    status = allocate (gpu, &memory, bytes);
  }
  return succeeded (status, "allocating device memory", error) ? memory : NULL;
}

static void
cuda_memory_free (VoxDevice *device, gpointer memory, gsize bytes)
{
  Gpu *gpu = (Gpu *) device->priv;

  if (memory == NULL)
    return;
  cudaSetDevice ((int) device->index);
  g_mutex_lock (&gpus_lock);
  for (guint i = 0; i < gpu->streams->len; i++) {
    VoxCudaStream *stream =
        (VoxCudaStream *) g_ptr_array_index (gpu->streams, i);

    cudaEventRecord (stream->fence, stream->stream);
    cudaStreamWaitEvent (gpu->freeing, stream->fence, 0);
  }
  cudaFreeAsync (memory, gpu->freeing);
  g_mutex_unlock (&gpus_lock);
  cudaGetLastError ();
}

void *
vox_cuda_scratch (VoxStream *base, guint slot, size_t bytes)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;
  cudaStream_t queue = vox_cuda_stream (base);
  const size_t old = stream->scratch_bytes[slot];
  cudaError_t status;

  if (stream->scratch[slot] != NULL && bytes <= old)
    return stream->scratch[slot];
  /* A little more than asked for, so that slow growth is not slow work. */
  bytes = MAX (bytes, MAX (old + old / 4, 1));
  bytes = (bytes + SCRATCH_UNIT_BYTES - 1) & ~(SCRATCH_UNIT_BYTES - 1);
  if (stream->scratch[slot] != NULL)
    cudaFreeAsync (stream->scratch[slot], queue);
  stream->scratch[slot] = NULL;
  stream->scratch_bytes[slot] = 0;
  status = cudaMallocAsync (&stream->scratch[slot], bytes, queue);
  if (status != cudaSuccess) {
    stream->scratch[slot] = NULL;
    vox_cuda_check (base, status, "allocating working memory");
    return NULL;
  }
  stream->scratch_bytes[slot] = bytes;
  return stream->scratch[slot];
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
