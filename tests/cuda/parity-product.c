/* parity-product.c: matrix products. */
#include "parity-signal.h"

typedef struct
{
  guint m, n, k;
} Shape;

static const Shape shapes[] = {
  { 1, 1, 1 },
  { 1, 7, 3 },
  { 5, 1, 9 },
  { 3, 4, 1 },
  { 2, 3, 0 },
  { 0, 3, 2 },
  { 3, 0, 2 },
  { 33, 65, 129 },
  { 64, 64, 64 },
  { 1, 512, 1025 },
  { 1025, 3, 511 },
  { 257, 300, 511 },
  { 1000, 16, 2 },
};

static const gfloat factors[][2] = { { 1.0f, 0.0f }, { 1.0f, 1.0f },
  { -0.5f, 0.25f }, { 0.0f, 2.0f } };

/* What all cases of one set of matrices share. */
typedef struct
{
  Shape shape;
  guint padding; /* of each row */
  gboolean transpose_a, transpose_b;
  gfloat alpha, beta;
} Case;

/* The largest norm of a row, or with @by_column of a column, of a matrix. */
static gdouble
largest_norm (
    const gfloat *x, guint rows, guint cols, guint stride, gboolean by_column)
{
  const guint outer = by_column ? cols : rows, inner = by_column ? rows : cols;
  gdouble largest = 0.0;

  for (guint i = 0; i < outer; i++) {
    gdouble sum = 0.0;

    for (guint j = 0; j < inner; j++) {
      const gdouble value = (gdouble) (by_column ? x[(gsize) j * stride + i]
                                                 : x[(gsize) i * stride + j]);

      sum += value * value;
    }
    largest = MAX (largest, sum);
  }
  return sqrt (largest);
}

/* Rows of a matrix of @cols with padding; at least 1 long. */
static guint
stride_of (guint cols, guint padding)
{
  return MAX (cols + padding, 1);
}

static guint
check (VoxStream *streams[2], GRand *rand, const Case *test, ParitySignal kind)
{
  const guint m = test->shape.m, n = test->shape.n, k = test->shape.k;
  const guint a_rows = test->transpose_a ? k : m;
  const guint a_cols = test->transpose_a ? m : k;
  const guint b_rows = test->transpose_b ? n : k;
  const guint b_cols = test->transpose_b ? k : n;
  const guint lda = stride_of (a_cols, test->padding);
  const guint ldb = stride_of (b_cols, test->padding);
  const guint ldc = stride_of (n, test->padding);
  const gsize n_a = (gsize) a_rows * lda, n_b = (gsize) b_rows * ldb;
  const gsize n_c = (gsize) m * ldc;
  g_autofree gfloat *x = parity_signal (rand, n_a, kind, 50.0);
  g_autofree gfloat *y = parity_random (rand, n_b);
  g_autofree gfloat *z = parity_random (rand, n_c);
  const gdouble norms = (gdouble) fabsf (test->alpha)
      * largest_norm (x, a_rows, a_cols, lda, test->transpose_a)
      * largest_norm (y, b_rows, b_cols, ldb, !test->transpose_b);
  /* And one rounding of what was there. */
  const gdouble tolerance =
      1e-5 * sqrt (k) * norms + 1e-6 * (gdouble) fabsf (test->beta) + 1e-37;
  g_autoptr (ParityPair) a = NULL;
  g_autoptr (ParityPair) b = NULL;
  g_autoptr (ParityPair) c = NULL;

  /* With beta 0, C is not read; what lies between its rows is never touched. */
  if (test->beta == 0.0f && m > 0 && n > 0)
    z[0] = NAN;
  a = parity_pair_new (streams[0], streams[1], x, n_a * sizeof (gfloat));
  b = parity_pair_new (streams[0], streams[1], y, n_b * sizeof (gfloat));
  c = parity_pair_new (streams[0], streams[1], z, n_c * sizeof (gfloat));
  for (guint i = 0; i < 2; i++) {
    const VoxGemmArgs args = { .a = parity_data (a, i),
      .b = parity_data (b, i),
      .c = parity_data (c, i),
      .m = m,
      .n = n,
      .k = k,
      .lda = lda,
      .ldb = ldb,
      .ldc = ldc,
      .transpose_a = test->transpose_a,
      .transpose_b = test->transpose_b,
      .alpha = test->alpha,
      .beta = test->beta };

    streams[i]->ops->product.gemm (streams[i], &args);
  }
  parity_compare_f32 (c, tolerance, 1.0, "gemm");
  return 1;
}

guint
parity_product (VoxStream *cpu, VoxStream *cuda)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  VoxStream *streams[2] = { cpu, cuda };
  guint cases = 0;

  for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
    for (guint transposed = 0; transposed < 4; transposed++)
      for (guint f = 0; f < G_N_ELEMENTS (factors); f++)
        for (guint padding = 0; padding < 6; padding += 5) {
          const Case test = { .shape = shapes[s],
            .padding = padding,
            .transpose_a = transposed % 2,
            .transpose_b = transposed / 2,
            .alpha = factors[f][0],
            .beta = factors[f][1] };

          cases += check (streams, rand, &test, PARITY_NOISE);
        }
  for (ParitySignal kind = 0; kind < PARITY_N_SIGNALS; kind++) {
    const Case test = { .shape = { 40, 50, 300 }, .padding = 1, .alpha = 1.0f };

    cases += check (streams, rand, &test, kind);
  }
  return cases;
}
