/* cpu-net.c: the network family on the CPU. */
#include "backend/cpu/cpu-backend.h"

#include <math.h>

/* Standard deviation of the sum of four uniform 16-bit integers. */
#define IRWIN_HALL_SIGMA (65536.0f * 0.57735027f)
#define IRWIN_HALL_MEAN (4.0f * 32767.5f)

static inline guint32
mix (guint32 x)
{
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return x;
}

static inline guint32
draw (guint64 seed, guint32 i)
{
  return mix (mix (i + (guint32) seed) ^ (guint32) (seed >> 32));
}

static inline gfloat
draw_normal (guint64 seed, guint32 i)
{
  const guint32 a = draw (seed, 2 * i), b = draw (seed, 2 * i + 1);
  const gint32 sum =
      (gint32) ((a & 0xffff) + (a >> 16) + (b & 0xffff) + (b >> 16));

  return ((gfloat) sum - IRWIN_HALL_MEAN) * (1.0f / IRWIN_HALL_SIGMA);
}

VOX_SIMD static void
gather_frame (const VoxGatherArgs *args, guint row, const gfloat *in,
    gfloat *out, guint32 counter)
{
  const gfloat limit = args->limit;

  if (args->scale == NULL) {
    for (guint d = 0; d < args->dims; d++)
      out[d] = CLAMP (in[d], -limit, limit) * args->weight[d];
    return;
  }
  for (guint d = 0; d < args->dims; d++) {
    const gfloat x = in[d] * args->scale[row * args->dims + d]
        + args->shift[row * args->dims + d]
        + args->noise * draw_normal (args->seed, counter + d);

    out[d] = CLAMP (x, -limit, limit) * args->weight[d];
  }
}

static void
cpu_gather (G_GNUC_UNUSED VoxStream *stream, const VoxGatherArgs *args)
{
  const guint width = args->dims + (args->voicing != NULL ? 1 : 0);

  for (guint r = 0; r < args->n_rows; r++) {
    const gfloat *version = args->features
        + (gsize) args->rows[2 * r] * args->n_frames * args->dims;
    const gint center = args->rows[2 * r + 1];

    for (guint c = 0; c < args->n_offsets; c++) {
      const gint t =
          CLAMP (center + args->offsets[c], 0, (gint) args->n_frames - 1);
      const guint at = (r * args->n_offsets + c) * width;

      gather_frame (
          args, r, version + (gsize) t * args->dims, args->output + at, at);
      if (args->voicing != NULL)
        args->output[at + args->dims] = args->voicing[t];
    }
  }
}

VOX_SIMD static void
cpu_activate (G_GNUC_UNUSED VoxStream *stream, gfloat *y, const gfloat *bias,
    guint rows, guint cols, gboolean relu, gfloat dropout, guint64 seed)
{
  const gfloat low = relu ? 0.0f : -G_MAXFLOAT;
  const guint32 threshold = (guint32) (dropout * 4294967296.0);
  const gfloat keep = 1.0f / (1.0f - dropout);

  for (guint r = 0; r < rows; r++) {
    gfloat *row = y + (gsize) r * cols;

    for (guint c = 0; c < cols; c++)
      row[c] = MAX (row[c] + bias[c], low);
    if (dropout > 0.0f)
      for (guint c = 0; c < cols; c++)
        row[c] *= draw (seed, r * cols + c) < threshold ? 0.0f : keep;
  }
}

VOX_SIMD static void
cpu_activate_backward (G_GNUC_UNUSED VoxStream *stream, gfloat *gradient,
    const gfloat *y, gsize n, gfloat scale)
{
  for (gsize i = 0; i < n; i++)
    gradient[i] = y[i] > 0.0f ? gradient[i] * scale : 0.0f;
}

VOX_SIMD static void
cpu_difference (G_GNUC_UNUSED VoxStream *stream, gfloat *out, const gfloat *a,
    const gfloat *b, const gfloat *weight, guint rows, guint cols)
{
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < cols; c++) {
      const gsize i = (gsize) r * cols + c;

      out[i] = (a[i] - b[i]) * weight[c];
    }
}

VOX_SIMD static void
cpu_adam (G_GNUC_UNUSED VoxStream *stream, const VoxAdamArgs *args)
{
  const gfloat b1 = args->beta1, b2 = args->beta2;

  for (gsize i = 0; i < args->n; i++) {
    const gfloat g = args->gradient[i];
    const gfloat m = b1 * args->mean[i] + (1.0f - b1) * g;
    const gfloat v = b2 * args->variance[i] + (1.0f - b2) * g * g;

    args->mean[i] = m;
    args->variance[i] = v;
    args->weight[i] -= args->rate * m / (sqrtf (v) + args->epsilon);
  }
}

void
vox_cpu_fill_net (VoxNetOps *ops)
{
  ops->activate = cpu_activate;
  ops->activate_backward = cpu_activate_backward;
  ops->difference = cpu_difference;
  ops->adam = cpu_adam;
  /* Last, because gcc 12 takes a multiversioned function that is stored last
   * for a local variable (-Wdangling-pointer). */
  ops->gather = cpu_gather;
}
