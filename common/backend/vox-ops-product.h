/* vox-ops-product.h: matrix products. */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"

G_BEGIN_DECLS

/**
 * VoxGemmArgs:
 * @a: device, op (A) is m x k, row-major, leading dimension lda
 * @b: device, op (B) is k x n
 * @c: device, m x n, C = alpha op (A) op (B) + beta C
 * @transpose_a: op (A) = A^T (A is stored k x m)
 * @transpose_b: op (B) = B^T (B is stored n x k)
 */
typedef struct
{
  const gfloat *a;
  const gfloat *b;
  gfloat *c;
  guint m, n, k;
  guint lda, ldb, ldc;
  gboolean transpose_a, transpose_b;
  gfloat alpha, beta;
} VoxGemmArgs;

/**
 * VoxProductOps:
 * @gemm: see #VoxGemmArgs. Tolerance against the CPU: 1e-5 sqrt (k) of the
 *   largest product of row and column norms.
 */
typedef struct
{
  void (*gemm) (VoxStream *stream, const VoxGemmArgs *args);
} VoxProductOps;

G_END_DECLS
