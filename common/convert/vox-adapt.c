/* vox-adapt.c: adaptation of the target network to one source.
 *
 * Source and target frames are compared in the space of the network's outputs,
 * which is the target's cepstra, with some context (INCA: Erro, Moreno and
 * Bonafonte 2010, use the same alternation of pairing and training).
 */
#include "convert/vox-adapt.h"

#include <string.h>

#define BATCH_ROWS 384
#define STEP_SIZE 4e-4f
#define DROPOUT 0.1f
#define NEIGHBOURS 5
/* Frames before and after that are compared too. */
#define PAIR_REACH 4
#define PAIR_DIMS (3 * VOX_CEPSTRA)
/* At most this many frames of a kind take part on each side. */
#define MAX_POINTS 3000
#define CHUNK_ROWS 256
/* Parts of a batch: source frames, reverse pairs; the rest is clean target. */
#define SOURCE_PART 0.4
#define REVERSE_PART 0.3

/* Source frames first, then the target's; outputs after the same scheme. */
typedef struct
{
  VoxStream *stream;
  VoxTargetNet *net;
  VoxTrainSet *set;
  guint n_source;
  guint n_target;
  gint8 *kinds;
  gfloat *targets;
  guint *source_active;
  guint n_source_active;
  guint *target_active;
  guint n_target_active;
  VoxTrainPair *reverse;
  guint n_reverse;
} Adaptation;

static void
adaptation_clear (Adaptation *self)
{
  g_clear_pointer (&self->set, vox_train_set_free);
  g_free (self->kinds);
  g_free (self->targets);
  g_free (self->source_active);
  g_free (self->target_active);
  g_free (self->reverse);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Adaptation, adaptation_clear)

/* Points of one kind on one side, thinned evenly. Returns their number. */
static guint
choose (const Adaptation *self, guint first, guint n, VoxFrameKind kind,
    gint32 *chosen)
{
  guint total = 0, seen = 0, count = 0, wanted;

  for (guint i = first; i < first + n; i++)
    total += self->kinds[i] == (gint8) kind;
  wanted = MIN (total, MAX_POINTS);
  for (guint i = first; i < first + n; i++) {
    if (self->kinds[i] != (gint8) kind)
      continue;
    if ((guint64) seen * wanted / total
        != (guint64) (seen + 1) * wanted / total)
      chosen[count++] = (gint32) i;
    seen++;
  }
  return count;
}

/* [n][PAIR_DIMS]: the rows and their neighbours within [first, end), weighted
 * as the loss is. */
static VoxMatrix *
make_points (const Adaptation *self, const gfloat *values, const gint32 *rows,
    guint n, gint first, gint end, gfloat *squares, GError **error)
{
  g_autofree gfloat *points = g_new (gfloat, (gsize) n * PAIR_DIMS);

  for (guint i = 0; i < n; i++) {
    gfloat *out = points + (gsize) i * PAIR_DIMS, sum = 0.0f;

    for (gint o = -1; o <= 1; o++) {
      const gint row = CLAMP (rows[i] + o * PAIR_REACH, first, end - 1);
      const gfloat *in = values + (gsize) row * VOX_CEPSTRA;

      for (guint c = 0; c < VOX_CEPSTRA; c++) {
        *out = in[c] * vox_target_net_loss_weight (c);
        sum += *out * *out;
        out++;
      }
    }
    if (squares != NULL)
      squares[i] = sum;
  }
  return vox_matrix_new (self->stream, n, PAIR_DIMS, points, error);
}

/* For each row of @a, the rows of @b at the smallest distances. */
static gboolean
find_nearest (const Adaptation *self, const VoxMatrix *a, const VoxMatrix *b,
    const gfloat *b_squares, guint k, gint32 *nearest, GError **error)
{
  g_autoptr (VoxMatrix) distances = NULL;
  g_autoptr (VoxMatrix) bias = NULL;
  g_autoptr (VoxBuffer) found = NULL;
  VoxStream *stream = self->stream;

  distances = vox_matrix_new (stream, CHUNK_ROWS, b->rows, NULL, error);
  if (distances == NULL)
    return FALSE;
  bias = vox_matrix_new (stream, 1, b->rows, b_squares, error);
  if (bias == NULL)
    return FALSE;
  found = vox_buffer_new (stream, CHUNK_ROWS * k * sizeof (gint32), error);
  if (found == NULL)
    return FALSE;
  for (guint first = 0; first < a->rows; first += CHUNK_ROWS) {
    const guint n = MIN (CHUNK_ROWS, a->rows - first);
    const VoxGemmArgs args = { .a = a->data + (gsize) first * PAIR_DIMS,
      .b = b->data,
      .c = distances->data,
      .m = n,
      .n = b->rows,
      .k = PAIR_DIMS,
      .lda = PAIR_DIMS,
      .ldb = PAIR_DIMS,
      .ldc = b->rows,
      .transpose_b = TRUE,
      .alpha = -2.0f };

    /* |a - b|^2 less |a|^2, which is the same for the whole row. */
    stream->ops->product.gemm (stream, &args);
    stream->ops->net.activate (
        stream, distances->data, bias->data, n, b->rows, FALSE, 0.0f, 0);
    stream->ops->net.nearest (
        stream, found->data, distances->data, n, b->rows, k);
    stream->ops->memory.copy (stream, nearest + (gsize) first * k, found->data,
        n * k * sizeof (gint32));
    if (!vox_stream_finish (stream, error))
      return FALSE;
  }
  return TRUE;
}

/* Pairs the frames of one kind both ways. */
static gboolean
pair_kind (
    Adaptation *self, const gfloat *outputs, VoxFrameKind kind, GError **error)
{
  g_autofree gint32 *source = g_new (gint32, MAX_POINTS + 1);
  g_autofree gint32 *target = g_new (gint32, MAX_POINTS + 1);
  const guint n = choose (self, 0, self->n_source, kind, source);
  const guint m = choose (self, self->n_source, self->n_target, kind, target);
  g_autofree gfloat *n_squares = g_new (gfloat, n + 1);
  g_autofree gfloat *m_squares = g_new (gfloat, m + 1);
  g_autofree gint32 *nearest = g_new (gint32, MAX (n * NEIGHBOURS, m) + 1);
  g_autoptr (VoxMatrix) a = NULL;
  g_autoptr (VoxMatrix) b = NULL;

  if (n < NEIGHBOURS || m < NEIGHBOURS)
    return TRUE;
  a = make_points (
      self, outputs, source, n, 0, (gint) self->n_source, n_squares, error);
  if (a == NULL)
    return FALSE;
  b = make_points (self, self->targets, target, m, (gint) self->n_source,
      (gint) (self->n_source + self->n_target), m_squares, error);
  if (b == NULL
      || !find_nearest (self, a, b, m_squares, NEIGHBOURS, nearest, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    gfloat *mean = self->targets + (gsize) source[i] * VOX_CEPSTRA;

    memset (mean, 0, VOX_CEPSTRA * sizeof (gfloat));
    for (guint k = 0; k < NEIGHBOURS; k++) {
      const gint32 row = target[nearest[i * NEIGHBOURS + k]];

      for (guint c = 0; c < VOX_CEPSTRA; c++)
        mean[c] += self->targets[(gsize) row * VOX_CEPSTRA + c] / NEIGHBOURS;
    }
    self->source_active[self->n_source_active++] = (guint) source[i];
  }
  if (!find_nearest (self, b, a, n_squares, 1, nearest, error))
    return FALSE;
  for (guint i = 0; i < m; i++) {
    VoxTrainPair *pair = &self->reverse[self->n_reverse++];

    pair->version = 0;
    pair->frame = (guint) source[nearest[i]];
    pair->target = (guint) target[i];
  }
  return TRUE;
}

static gboolean
pair_all (Adaptation *self, GError **error)
{
  g_autofree gint32 *rows = g_new (gint32, self->n_source);
  g_autofree gfloat *outputs = NULL;

  for (guint i = 0; i < self->n_source; i++)
    rows[i] = (gint32) i;
  outputs =
      vox_train_predict (self->net, self->set, rows, self->n_source, error);
  if (outputs == NULL)
    return FALSE;
  self->n_source_active = self->n_reverse = 0;
  return pair_kind (self, outputs, VOX_FRAME_UNVOICED, error)
      && pair_kind (self, outputs, VOX_FRAME_VOICED, error)
      && vox_matrix_upload (
          self->set->targets, 0, self->n_source, self->targets, error);
}

static void
draw_pair (GRand *random, VoxTrainPair *pair, gpointer user_data)
{
  const Adaptation *self = user_data;
  const gdouble part = g_rand_double (random);
  const gdouble place = g_rand_double (random);

  pair->version = 0;
  if (part < SOURCE_PART && self->n_source_active > 0) {
    pair->frame = self->source_active[(guint) (place * self->n_source_active)];
    pair->target = pair->frame;
  } else if (part < SOURCE_PART + REVERSE_PART && self->n_reverse > 0) {
    *pair = self->reverse[(guint) (place * self->n_reverse)];
  } else {
    pair->frame = self->target_active[(guint) (place * self->n_target_active)];
    pair->target = pair->frame;
  }
}

/* Lays the target's frames behind the source's and uploads both. */
static gboolean
prepare (Adaptation *self, const VoxTarget *target, const gfloat *features,
    const gint8 *kinds, GError **error)
{
  const guint n = self->n_source + self->n_target;
  g_autofree gfloat *all = g_new (gfloat, (gsize) n * VOX_NET_FEATURES);
  g_autofree gfloat *voicing = g_new (gfloat, n);

  self->kinds = g_new (gint8, n);
  self->targets = g_new0 (gfloat, (gsize) n * VOX_CEPSTRA);
  self->source_active = g_new (guint, self->n_source);
  self->target_active = g_new (guint, self->n_target);
  self->reverse = g_new (VoxTrainPair, 2 * MAX_POINTS);
  memcpy (all, features,
      (gsize) self->n_source * VOX_NET_FEATURES * sizeof (gfloat));
  memcpy (self->kinds, kinds, self->n_source);
  for (guint i = 0; i < self->n_target; i++) {
    const gfloat *row = target->frames + (gsize) i * (VOX_CEPSTRA + 1);
    const guint at = self->n_source + i;

    self->kinds[at] = row[VOX_CEPSTRA] < -0.5f ? VOX_FRAME_SILENT
        : row[VOX_CEPSTRA] > 0.5f              ? VOX_FRAME_VOICED
                                               : VOX_FRAME_UNVOICED;
    vox_features_normalise (row, VOX_CEPSTRA + 1, 1, VOX_NET_FEATURES,
        target->mean, target->deviation, all + (gsize) at * VOX_NET_FEATURES);
    vox_features_normalise (row, VOX_CEPSTRA + 1, 1, VOX_CEPSTRA, target->mean,
        target->deviation, self->targets + (gsize) at * VOX_CEPSTRA);
    if (self->kinds[at] != VOX_FRAME_SILENT)
      self->target_active[self->n_target_active++] = at;
  }
  for (guint i = 0; i < n; i++)
    voicing[i] = self->kinds[i] == VOX_FRAME_VOICED ? 1.0f : 0.0f;
  self->set = vox_train_set_new (
      self->stream, all, 1, voicing, n, self->targets, n, error);
  return self->set != NULL;
}

gboolean
vox_adapt (VoxTargetNet *net, VoxStream *stream, const VoxTarget *target,
    const gfloat *features, const gint8 *kinds, guint n_frames, guint rounds,
    guint steps, guint64 seed, GError **error)
{
  g_auto (Adaptation) self = { .stream = stream,
    .net = net,
    .n_source = n_frames,
    .n_target = target->n_frames };

  if (!prepare (&self, target, features, kinds, error))
    return FALSE;
  if (self.n_target_active == 0)
    return TRUE;
  for (guint round = 0; round < rounds; round++) {
    const VoxTrainPlan plan = { .draw = draw_pair,
      .user_data = &self,
      .steps = steps,
      .batch = BATCH_ROWS,
      .rate = STEP_SIZE,
      .dropout = DROPOUT,
      .seed = seed + round };

    if (!pair_all (&self, error))
      return FALSE;
    if (self.n_source_active == 0)
      return TRUE;
    if (!vox_train (net, self.set, &plan, error))
      return FALSE;
  }
  return TRUE;
}
