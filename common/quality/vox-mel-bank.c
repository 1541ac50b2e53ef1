/* vox-mel-bank.c: the mel scale of HTK, triangles of unit sum. */
#include "quality/vox-mel-bank.h"

#include <math.h>

static gdouble
mel_of_hz (gdouble hz)
{
  return 2595.0 * log10 (1.0 + hz / 700.0);
}

static gdouble
hz_of_mel (gdouble mel)
{
  return 700.0 * (pow (10.0, mel / 2595.0) - 1.0);
}

/* Appends the weights of the triangle over @edges (left, centre, right). */
static void
add_filter (GArray *weights, const gdouble edges_hz[3], gdouble bin_hz,
    guint n_bins, guint32 *first, guint32 *count)
{
  const guint begin = weights->len;
  gdouble sum = 0.0;

  *first = 0;
  for (guint k = 0; k < n_bins; k++) {
    const gdouble f = k * bin_hz;
    const gdouble rise = (f - edges_hz[0]) / (edges_hz[1] - edges_hz[0]);
    const gdouble fall = (edges_hz[2] - f) / (edges_hz[2] - edges_hz[1]);
    const gfloat weight = (gfloat) MIN (rise, fall);

    if (weight <= 0.0f)
      continue;
    if (weights->len == begin)
      *first = k;
    g_array_append_val (weights, weight);
    sum += (gdouble) weight;
  }
  if (weights->len == begin) {
    const gfloat one = 1.0f;

    *first = MIN ((guint32) lrint (edges_hz[1] / bin_hz), n_bins - 1);
    g_array_append_val (weights, one);
    sum = 1.0;
  }
  *count = weights->len - begin;
  for (guint i = begin; i < weights->len; i++)
    g_array_index (weights, gfloat, i) /= (gfloat) sum;
}

static VoxBuffer *
upload (VoxStream *stream, gconstpointer data, gsize bytes, GError **error)
{
  VoxBuffer *buffer = vox_buffer_new (stream, bytes, error);

  if (buffer != NULL)
    stream->ops->memory.copy (stream, buffer->data, data, bytes);
  return buffer;
}

VoxMelBank *
vox_mel_bank_new (VoxStream *stream, guint n_filters, guint rate,
    guint fft_size, gdouble low_hz, gdouble high_hz, GError **error)
{
  const gdouble bin_hz = (gdouble) rate / fft_size;
  const gdouble low = mel_of_hz (low_hz);
  const gdouble high = mel_of_hz (MIN (high_hz, rate / 2.0));
  g_autoptr (VoxMelBank) bank = g_new0 (VoxMelBank, 1);
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree guint32 *first = g_new (guint32, n_filters);
  g_autofree guint32 *count = g_new (guint32, n_filters);

  bank->n_filters = n_filters;
  bank->n_bins = fft_size / 2 + 1;
  for (guint m = 0; m < n_filters; m++) {
    gdouble edges_hz[3];

    for (guint i = 0; i < 3; i++)
      edges_hz[i] = hz_of_mel (low + (high - low) * (m + i) / (n_filters + 1));
    add_filter (weights, edges_hz, bin_hz, bank->n_bins, &first[m], &count[m]);
  }
  bank->first = upload (stream, first, n_filters * sizeof (guint32), error);
  if (bank->first == NULL)
    return NULL;
  bank->count = upload (stream, count, n_filters * sizeof (guint32), error);
  if (bank->count == NULL)
    return NULL;
  bank->weights =
      upload (stream, weights->data, weights->len * sizeof (gfloat), error);
  if (bank->weights == NULL || !vox_stream_finish (stream, error))
    return NULL;
  return g_steal_pointer (&bank);
}

void
vox_mel_bank_free (VoxMelBank *bank)
{
  if (bank == NULL)
    return;
  g_clear_pointer (&bank->first, vox_buffer_free);
  g_clear_pointer (&bank->count, vox_buffer_free);
  g_clear_pointer (&bank->weights, vox_buffer_free);
  g_free (bank);
}

void
vox_mel_bank_run (const VoxMelBank *bank, VoxStream *stream,
    const VoxComplex *spectrum, guint n_frames, gfloat scale, gfloat floor,
    gfloat *out)
{
  const VoxMelArgs args = {
    .spectrum = spectrum,
    .n_frames = n_frames,
    .n_bins = bank->n_bins,
    .n_filters = bank->n_filters,
    .first = bank->first->data,
    .count = bank->count->data,
    .weights = bank->weights->data,
    .scale = scale,
    .floor = floor,
    .out = out,
  };

  stream->ops->quality.mel_log (stream, &args);
}
