/* cpu-fft.c: a real transform as a complex one of half the length.
 *
 * The complex transform is Stockham's (self-sorting, decimation in frequency)
 * in passes of radix 4, then 2 and 3 where the length asks for them, on separate
 * arrays of real and imaginary parts: except for the first two passes every
 * inner loop runs over 16 or more neighbours. See C. Van Loan, "Computational
 * Frameworks for the Fast Fourier Transform", 1992, sections 1.7 and 4.3. KISS
 * FFT takes the other lengths.
 */
#include "backend/cpu/cpu-fft.h"

#include <kiss_fftr.h>
#include <math.h>
#include "backend/cpu/cpu-backend.h"

G_STATIC_ASSERT (sizeof (kiss_fft_cpx) == sizeof (VoxComplex));
G_STATIC_ASSERT (sizeof (kiss_fft_scalar) == sizeof (gfloat));

/* Passes of radix 4 in the longest transform, 32768 = 4^7 * 2. */
#define MAX_PASSES 7

/* Real and imaginary parts, apart. */
typedef struct
{
  gfloat *re;
  gfloat *im;
} Split;

struct _VoxCpuFft
{
  guint size;
  guint half;
  guint radix4_passes;
  guint rest; /* 1, 2, 3 or 6: what the passes of radix 4 leave */
  gfloat *memory;
  Split data[2];
  Split turn; /* exp (-2 pi i k / size), k < half */
  Split twiddles[MAX_PASSES]; /* w, w^2 and w^3 one after the other */
  kiss_fftr_cfg forward; /* for other lengths */
  kiss_fftr_cfg inverse;
  VoxComplex *scaled;
};

static Split
take (gfloat **memory, guint n)
{
  const Split split = { *memory, *memory + n };

  *memory += 2 * (gsize) n;
  return split;
}

static void
fill_turns (Split split, guint n, guint period, guint multiple)
{
  for (guint k = 0; k < n; k++) {
    const gdouble angle = -2.0 * G_PI * multiple * k / period;

    split.re[k] = (gfloat) cos (angle);
    split.im[k] = (gfloat) sin (angle);
  }
}

static void
make_tables (VoxCpuFft *fft)
{
  /* 2 data arrays, 1 table of turns, 3/4 + 3/16 + ... < 1 of twiddles; every
   * array starts on a cache line because all but the last are multiples of 16
   * long, where that matters. */
  const gsize floats = 2 * 4 * (gsize) fft->half + 16;
  gfloat *memory;
  guint n = fft->half;

  fft->memory = g_new0 (gfloat, floats);
  memory = (gfloat *) (((gsize) fft->memory + 63) & ~(gsize) 63);
  fft->data[0] = take (&memory, fft->half);
  fft->data[1] = take (&memory, fft->half);
  fft->turn = take (&memory, fft->half);
  fill_turns (fft->turn, fft->half, fft->size, 1);
  for (guint pass = 0; pass < fft->radix4_passes; pass++, n /= 4) {
    const Split table = take (&memory, 3 * (n / 4));

    fft->twiddles[pass] = table;
    for (guint power = 1; power <= 3; power++)
      fill_turns ((Split){ table.re + (power - 1) * (n / 4),
                      table.im + (power - 1) * (n / 4) },
          n / 4, n, power);
  }
}

VoxCpuFft *
vox_cpu_fft_new (guint size)
{
  VoxCpuFft *fft = g_new0 (VoxCpuFft, 1);

  fft->size = size;
  fft->half = size / 2;
  fft->rest = fft->half;
  while (fft->rest % 4 == 0) {
    fft->rest /= 4;
    fft->radix4_passes++;
  }
  if (size % 2 == 0 && (6 % fft->rest) == 0
      && fft->radix4_passes <= MAX_PASSES) {
    make_tables (fft);
    return fft;
  }
  fft->forward = kiss_fftr_alloc ((gint) size, 0, NULL, NULL);
  fft->inverse = kiss_fftr_alloc ((gint) size, 1, NULL, NULL);
  fft->scaled = g_new0 (VoxComplex, size / 2 + 1);
  return fft;
}

void
vox_cpu_fft_free (VoxCpuFft *fft)
{
  if (fft == NULL)
    return;
  if (fft->forward != NULL) {
    kiss_fftr_free (fft->forward);
    kiss_fftr_free (fft->inverse);
  }
  g_free (fft->scaled);
  g_free (fft->memory);
  g_free (fft);
}

/* One butterfly of radix 4 on the legs a to d: the four results, twiddled. A
 * macro, because the loops around it must be plain ones for the compiler to
 * vectorise them; and indices are as wide as addresses, because it vectorises
 * no loop whose indices may wrap around. */
#define BUTTERFLY_4(i, w, o0, o1, o2, o3)                \
  G_STMT_START                                           \
  {                                                      \
    const gfloat sr = ar[i] + cr[i], si = ai[i] + ci[i]; \
    const gfloat dr = ar[i] - cr[i], di = ai[i] - ci[i]; \
    const gfloat tr = br[i] + er[i], ti = bi[i] + ei[i]; \
    const gfloat ur = ei[i] - bi[i], ui = br[i] - er[i]; \
    const gfloat vr = dr - ur, vi = di - ui;             \
    const gfloat fr = sr - tr, fi = si - ti;             \
    const gfloat gr = dr + ur, gi = di + ui;             \
                                                         \
    yr[o0] = sr + tr;                                    \
    yi[o0] = si + ti;                                    \
    yr[o1] = vr * w1r[w] - vi * w1i[w];                  \
    yi[o1] = vr * w1i[w] + vi * w1r[w];                  \
    yr[o2] = fr * w2r[w] - fi * w2i[w];                  \
    yi[o2] = fr * w2i[w] + fi * w2r[w];                  \
    yr[o3] = gr * w3r[w] - gi * w3i[w];                  \
    yi[o3] = gr * w3i[w] + gi * w3r[w];                  \
  }                                                      \
  G_STMT_END

/* Legs of the butterflies that start at @from, @leg apart. */
#define LEGS_4(from, leg)                                \
  const gfloat *ar = x.re + (from), *ai = x.im + (from); \
  const gfloat *br = ar + (leg), *bi = ai + (leg);       \
  const gfloat *cr = br + (leg), *ci = bi + (leg);       \
  const gfloat *er = cr + (leg), *ei = ci + (leg)

/* The first pass: neighbours differ in their twiddles. */
VOX_SIMD static void
first_pass_4 (Split x, Split y, Split w, gsize n)
{
  const gsize m = n / 4;
  const gfloat *w1r = w.re, *w2r = w1r + m, *w3r = w2r + m;
  const gfloat *w1i = w.im, *w2i = w1i + m, *w3i = w2i + m;
  gfloat *yr = y.re, *yi = y.im;
  LEGS_4 (0, m);

  VOX_INDEPENDENT
  for (gsize p = 0; p < m; p++)
    BUTTERFLY_4 (p, p, 4 * p, 4 * p + 1, 4 * p + 2, 4 * p + 3);
}

/* A later pass on @stride interleaved transforms of length @n; all neighbours
 * have the same twiddles. */
VOX_SIMD static void
pass_4 (Split x, Split y, Split w, gsize n, gsize stride)
{
  const gsize m = n / 4;

  for (gsize p = 0; p < m; p++) {
    const gfloat w1r[1] = { w.re[p] }, w1i[1] = { w.im[p] };
    const gfloat w2r[1] = { w.re[m + p] }, w2i[1] = { w.im[m + p] };
    const gfloat w3r[1] = { w.re[2 * m + p] }, w3i[1] = { w.im[2 * m + p] };
    gfloat *yr = y.re + 4 * p * stride, *yi = y.im + 4 * p * stride;
    LEGS_4 (p * stride, m * stride);

    VOX_INDEPENDENT
    for (gsize q = 0; q < stride; q++)
      BUTTERFLY_4 (q, 0, q, q + stride, q + 2 * stride, q + 3 * stride);
  }
}

/* @stride interleaved transforms of length 2 * @m (1 or 3). */
VOX_SIMD static void
pass_2 (Split x, Split y, gsize m, gsize stride)
{
  for (gsize p = 0; p < m; p++) {
    const gfloat wr = (gfloat) cos (G_PI * (gdouble) p / (gdouble) m);
    const gfloat wi = (gfloat) -sin (G_PI * (gdouble) p / (gdouble) m);
    const gfloat *ar = x.re + p * stride, *ai = x.im + p * stride;
    const gfloat *br = ar + m * stride, *bi = ai + m * stride;
    gfloat *yr = y.re + 2 * p * stride, *yi = y.im + 2 * p * stride;

    VOX_INDEPENDENT
    for (gsize q = 0; q < stride; q++) {
      const gfloat dr = ar[q] - br[q], di = ai[q] - bi[q];

      yr[q] = ar[q] + br[q];
      yi[q] = ai[q] + bi[q];
      yr[q + stride] = dr * wr - di * wi;
      yi[q + stride] = dr * wi + di * wr;
    }
  }
}

/* @stride interleaved transforms of length 3. */
VOX_SIMD static void
pass_3 (Split x, Split y, gsize stride)
{
  const gfloat half_root_3 = 0.866025404f;
  const gfloat *ar = x.re, *br = ar + stride, *cr = br + stride;
  const gfloat *ai = x.im, *bi = ai + stride, *ci = bi + stride;

  VOX_INDEPENDENT
  for (gsize q = 0; q < stride; q++) {
    const gfloat sr = br[q] + cr[q], si = bi[q] + ci[q];
    const gfloat mr = ar[q] - 0.5f * sr, mi = ai[q] - 0.5f * si;
    const gfloat dr = half_root_3 * (bi[q] - ci[q]);
    const gfloat di = half_root_3 * (cr[q] - br[q]);

    y.re[q] = ar[q] + sr;
    y.im[q] = ai[q] + si;
    y.re[q + stride] = mr + dr;
    y.im[q + stride] = mi + di;
    y.re[q + 2 * stride] = mr - dr;
    y.im[q + 2 * stride] = mi - di;
  }
}

static void
swap (Split *x, Split *y)
{
  const Split old = *x;

  *x = *y;
  *y = old;
}

/* Transforms data[0], half long, and returns where the result is. With
 * @inverse the parts change roles, which conjugates the transform. */
static Split
transform (const VoxCpuFft *fft, gboolean inverse)
{
  Split x = fft->data[0], y = fft->data[1];
  guint n = fft->half, stride = 1;

  if (inverse) {
    x = (Split){ x.im, x.re };
    y = (Split){ y.im, y.re };
  }
  for (guint pass = 0; pass < fft->radix4_passes; pass++) {
    if (pass == 0)
      first_pass_4 (x, y, fft->twiddles[pass], n);
    else
      pass_4 (x, y, fft->twiddles[pass], n, stride);
    swap (&x, &y);
    n /= 4;
    stride *= 4;
  }
  if (n % 2 == 0) {
    pass_2 (x, y, n / 2, stride);
    swap (&x, &y);
    n /= 2;
    stride *= 2;
  }
  if (n == 3) {
    pass_3 (x, y, stride);
    swap (&x, &y);
  }
  return inverse ? (Split){ x.im, x.re } : x;
}

/* Even samples to real, odd ones to imaginary parts, and back. */
VOX_SIMD static void
pack (Split z, const gfloat *restrict real, gsize half)
{
  gfloat *restrict re = z.re, *restrict im = z.im;

  for (gsize k = 0; k < half; k++) {
    re[k] = real[2 * k];
    im[k] = real[2 * k + 1];
  }
}

VOX_SIMD static void
unpack (gfloat *restrict real, Split z, gsize half, gfloat scale)
{
  const gfloat *restrict re = z.re, *restrict im = z.im;

  for (gsize k = 0; k < half; k++) {
    real[2 * k] = scale * re[k];
    real[2 * k + 1] = scale * im[k];
  }
}

/* The spectrum of even and odd samples together to that of the signal. */
VOX_SIMD static void
join_halves (VoxComplex *restrict bins, Split z, Split turn, gsize half)
{
  const gfloat *restrict re = z.re, *restrict im = z.im;
  const gfloat *restrict wr = turn.re, *restrict wi = turn.im;

  bins[0] = (VoxComplex){ re[0] + im[0], 0.0f };
  bins[half] = (VoxComplex){ re[0] - im[0], 0.0f };
  for (gsize k = 1; k < half; k++) {
    const gfloat even_re = re[k] + re[half - k];
    const gfloat even_im = im[k] - im[half - k];
    const gfloat odd_re = im[k] + im[half - k];
    const gfloat odd_im = re[half - k] - re[k];

    bins[k].re = 0.5f * (even_re + wr[k] * odd_re - wi[k] * odd_im);
    bins[k].im = 0.5f * (even_im + wr[k] * odd_im + wi[k] * odd_re);
  }
}

VOX_SIMD static void
split_halves (Split z, const VoxComplex *restrict bins, Split turn, gsize half)
{
  gfloat *restrict re = z.re, *restrict im = z.im;
  const gfloat *restrict wr = turn.re, *restrict wi = turn.im;

  re[0] = 0.5f * (bins[0].re + bins[half].re);
  im[0] = 0.5f * (bins[0].re - bins[half].re);
  for (gsize k = 1; k < half; k++) {
    const gfloat even_re = bins[k].re + bins[half - k].re;
    const gfloat even_im = bins[k].im - bins[half - k].im;
    const gfloat diff_re = bins[k].re - bins[half - k].re;
    const gfloat diff_im = bins[k].im + bins[half - k].im;
    const gfloat odd_re = diff_re * wr[k] + diff_im * wi[k];
    const gfloat odd_im = diff_im * wr[k] - diff_re * wi[k];

    re[k] = 0.5f * (even_re - odd_im);
    im[k] = 0.5f * (even_im + odd_re);
  }
}

void
vox_cpu_fft_forward (VoxCpuFft *fft, VoxComplex *bins, const gfloat *real)
{
  if (fft->forward != NULL) {
    kiss_fftr (fft->forward, real, (kiss_fft_cpx *) bins);
    return;
  }
  pack (fft->data[0], real, fft->half);
  join_halves (bins, transform (fft, FALSE), fft->turn, fft->half);
}

void
vox_cpu_fft_inverse (VoxCpuFft *fft, gfloat *real, const VoxComplex *bins)
{
  const gfloat scale = 1.0f / (gfloat) fft->size;

  if (fft->forward == NULL) {
    split_halves (fft->data[0], bins, fft->turn, fft->half);
    unpack (real, transform (fft, TRUE), fft->half, 2.0f * scale);
    return;
  }
  for (guint k = 0; k <= fft->half; k++) {
    fft->scaled[k].re = bins[k].re * scale;
    fft->scaled[k].im = bins[k].im * scale;
  }
  fft->scaled[0].im = fft->scaled[fft->half].im = 0.0f;
  kiss_fftri (fft->inverse, (const kiss_fft_cpx *) fft->scaled, real);
}
