/* fft.cu: Fourier transforms by cuFFT.
 *
 * A plan belongs to a length, a number of rows and a stream. All plans of a
 * stream work in one piece of its scratch memory: they run one after the other,
 * and plans that owned memory would have to wait for the device to give it
 * back.
 */
#include "fft.h"

#include <cufft.h>

/** Plans a stream keeps. With batches rounded up as the callers do, a stream
 * needs a few for each length. */
#define MAX_PLANS 64

typedef struct
{
  cufftHandle handle;
  size_t work_bytes;
  void *work;
} Plan;

static void
free_plan (gpointer data)
{
  Plan *plan = (Plan *) data;

  cufftDestroy (plan->handle);
  g_free (plan);
}

static gboolean
succeeded (VoxStream *stream, cufftResult result, const char *what)
{
  char reason[32];

  if (result == CUFFT_SUCCESS)
    return TRUE;
  cudaGetLastError ();
  g_snprintf (reason, sizeof (reason), "cuFFT result %d", (int) result);
  vox_cuda_fail (stream,
      result == CUFFT_ALLOC_FAILED ? VOX_ERROR_MEMORY : VOX_ERROR_DEVICE, what,
      reason);
  return FALSE;
}

/* Rows are contiguous on both sides; said in full, because the defaults of
 * cuFFT take a transform in place for possible. */
static gboolean
make_plan (
    VoxStream *stream, Plan *plan, cufftType type, guint n, guint batch)
{
  int length = (int) n, bins = (int) (n / 2 + 1);
  const gboolean inverse = type == CUFFT_C2R;
  int in = inverse ? bins : length, out = inverse ? length : bins;

  return succeeded (stream, cufftSetAutoAllocation (plan->handle, 0),
             "planning a transform")
      && succeeded (stream,
          cufftMakePlanMany (plan->handle, 1, &length, &in, 1, in, &out, 1, out,
              type, (int) batch, &plan->work_bytes),
          "planning a transform")
      && succeeded (stream,
          cufftSetStream (plan->handle, vox_cuda_stream (stream)),
          "planning a transform");
}

static GHashTable *
plans_of (VoxCudaStream *stream)
{
  if (stream->plans == NULL)
    stream->plans = g_hash_table_new_full (
        g_int64_hash, g_int64_equal, g_free, free_plan);
  if (g_hash_table_size (stream->plans) >= MAX_PLANS) {
    /* A plan that is still running must not be destroyed. */
    cudaStreamSynchronize (stream->stream);
    g_hash_table_remove_all (stream->plans);
  }
  return stream->plans;
}

/* The plan, with memory to work in, or NULL with the stream's error set. */
static Plan *
get_plan (VoxStream *base, cufftType type, guint n, guint batch)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;
  /* The types are two hexadecimal digits; a length has 17 bits. */
  gint64 key = (gint64) (((guint64) batch << 32) | ((guint64) type << 24) | n);
  Plan *plan = NULL;
  void *work;

  if (stream->plans != NULL)
    plan = (Plan *) g_hash_table_lookup (stream->plans, &key);
  if (plan == NULL) {
    plan = g_new0 (Plan, 1);
    if (!succeeded (
            base, cufftCreate (&plan->handle), "planning a transform")) {
      g_free (plan);
      return NULL;
    }
    if (!make_plan (base, plan, type, n, batch)) {
      free_plan (plan);
      return NULL;
    }
    g_hash_table_insert (
        plans_of (stream), g_memdup2 (&key, sizeof (key)), plan);
  }
  work = vox_cuda_scratch (base, VOX_CUDA_FFT_SLOT, plan->work_bytes);
  if (work == NULL)
    return NULL;
  if (work != plan->work
      && !succeeded (base, cufftSetWorkArea (plan->handle, work),
          "planning a transform"))
    return NULL;
  plan->work = work;
  return plan;
}

void
vox_cuda_fft_forward (VoxStream *stream, guint n, guint batch,
    const float *real, float2 *bins)
{
  Plan *plan;

  vox_cuda_stream (stream);
  if (batch == 0 || (plan = get_plan (stream, CUFFT_R2C, n, batch)) == NULL)
    return;
  /* Transforms out of place leave their input as it is. */
  succeeded (stream, cufftExecR2C (plan->handle, (cufftReal *) real, bins),
      "a Fourier transform");
}

void
vox_cuda_fft_inverse (
    VoxStream *stream, guint n, guint batch, float2 *bins, float *real)
{
  Plan *plan;

  vox_cuda_stream (stream);
  if (batch == 0 || (plan = get_plan (stream, CUFFT_C2R, n, batch)) == NULL)
    return;
  succeeded (stream, cufftExecC2R (plan->handle, bins, real),
      "an inverse Fourier transform");
}

void
vox_cuda_fft_forward_double (VoxStream *stream, guint n, guint batch,
    const double *real, double2 *bins)
{
  Plan *plan;

  vox_cuda_stream (stream);
  if (batch == 0 || (plan = get_plan (stream, CUFFT_D2Z, n, batch)) == NULL)
    return;
  succeeded (stream,
      cufftExecD2Z (plan->handle, (cufftDoubleReal *) real, bins),
      "a Fourier transform");
}

void
vox_cuda_fft_free (VoxStream *base)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;

  vox_cuda_stream (base);
  g_clear_pointer (&stream->plans, g_hash_table_unref);
}
