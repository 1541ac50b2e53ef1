/* cpu-product.c: matrix products on the CPU through CBLAS (OpenBLAS). */
#include "backend/cpu/cpu-backend.h"

#include <cblas.h>

static void
cpu_gemm (G_GNUC_UNUSED VoxStream *stream, const VoxGemmArgs *args)
{
  cblas_sgemm (CblasRowMajor, args->transpose_a ? CblasTrans : CblasNoTrans,
      args->transpose_b ? CblasTrans : CblasNoTrans, (gint) args->m,
      (gint) args->n, (gint) args->k, args->alpha, args->a, (gint) args->lda,
      args->b, (gint) args->ldb, args->beta, args->c, (gint) args->ldc);
}

void
vox_cpu_fill_product (VoxProductOps *ops)
{
  /* Once, for the process: the products are small and many streams run side
   * by side, so threads within a product only wait for each other; and results
   * then do not depend on the number of cores. */
  openblas_set_num_threads (1);
  ops->gemm = cpu_gemm;
}
