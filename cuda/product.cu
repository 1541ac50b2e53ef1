/* product.cu: matrix products by cuBLAS, in full single precision.
 *
 * cuBLAS is column-major: to it, every row-major matrix is its own transpose.
 * So it is asked for C^T = op (B)^T op (A)^T, with the operands swapped and
 * their transpositions as they are.
 */
#include "cuda-backend.h"

#include <cublas_v2.h>

#define BLOCK 256
#define MAX_BLOCKS 4096

static gboolean
succeeded (VoxStream *stream, cublasStatus_t status, const char *what)
{
  if (status == CUBLAS_STATUS_SUCCESS)
    return TRUE;
  cudaGetLastError ();
  vox_cuda_fail (stream,
      status == CUBLAS_STATUS_ALLOC_FAILED ? VOX_ERROR_MEMORY
                                           : VOX_ERROR_DEVICE,
      what, cublasGetStatusString (status));
  return FALSE;
}

/* The stream's handle, or NULL with its error set. */
static cublasHandle_t
get_handle (VoxStream *base)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;
  cudaStream_t queue = vox_cuda_stream (base);
  cublasHandle_t handle;

  if (stream->blas != NULL)
    return (cublasHandle_t) stream->blas;
  if (!succeeded (base, cublasCreate (&handle), "starting cuBLAS"))
    return NULL;
  /* The default mode rounds no operand to fewer bits. */
  if (!succeeded (base, cublasSetStream (handle, queue), "starting cuBLAS")
      || !succeeded (base, cublasSetMathMode (handle, CUBLAS_DEFAULT_MATH),
          "starting cuBLAS")) {
    cublasDestroy (handle);
    return NULL;
  }
  stream->blas = handle;
  return handle;
}

void
vox_cuda_product_free (VoxStream *base)
{
  VoxCudaStream *stream = (VoxCudaStream *) base;

  vox_cuda_stream (base);
  if (stream->blas != NULL)
    cublasDestroy ((cublasHandle_t) stream->blas);
  stream->blas = NULL;
}

static __global__ void
scale_kernel (VoxGemmArgs args)
{
  const size_t values = (size_t) args.m * args.n;

  for (size_t i = (size_t) blockIdx.x * BLOCK + threadIdx.x; i < values;
       i += (size_t) gridDim.x * BLOCK) {
    float *value = args.c + i / args.n * args.ldc + i % args.n;

    /* Not a product by 0: what was there may be NaN. */
    *value = args.beta == 0.0f ? 0.0f : args.beta * *value;
  }
}

/* An empty sum: only C = beta C is left, and A and B may have no rows that
 * cuBLAS would accept. */
static void
scale (VoxStream *stream, const VoxGemmArgs *args)
{
  const size_t values = (size_t) args->m * args->n;
  const unsigned blocks =
      (unsigned) MIN ((values + BLOCK - 1) / BLOCK, (size_t) MAX_BLOCKS);

  scale_kernel<<<blocks, BLOCK, 0, vox_cuda_stream (stream)>>> (*args);
  vox_cuda_launched (stream, "scaling a matrix");
}

static void
cuda_gemm (VoxStream *stream, const VoxGemmArgs *args)
{
  cublasHandle_t handle;

  if (args->m == 0 || args->n == 0)
    return;
  if (args->k == 0) {
    scale (stream, args);
    return;
  }
  handle = get_handle (stream);
  if (handle == NULL)
    return;
  succeeded (stream,
      cublasSgemm (handle, args->transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N,
          args->transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, (int) args->n,
          (int) args->m, (int) args->k, &args->alpha, args->b, (int) args->ldb,
          args->a, (int) args->lda, &args->beta, args->c, (int) args->ldc),
      "a matrix product");
}

void
vox_cuda_fill_product (VoxProductOps *ops)
{
  ops->gemm = cuda_gemm;
}
