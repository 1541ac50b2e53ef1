/* tts-clustergen.c: states, frames, F0 contour and spectral trajectories. */
#include "tts/tts-clustergen.h"

#include <math.h>
#include <string.h>

#define MAX_COEFS 32
#define MAX_BANDS 8

/* Frames whose trajectory is fixed at once, and the frames behind them that
 * are taken into account: at 5 ms the influence of what comes later has died
 * away (each step of two frames divides it by 1.5 or more). */
#define BLOCK_FRAMES 16
#define HORIZON_FRAMES 40

/* Speech F0 that flite's voices are kept within, in Hz. */
#define MIN_F0_HZ 50.0f
#define MAX_F0_HZ 700.0f

/* Share of voiced training frames above which a frame is voiced. */
#define VOICED_SHARE 0.5f

/* Not in flite's headers: F0 from accent and phrase models (SPAM). */
cst_utterance *cst_spamf0 (cst_utterance *utterance);

typedef struct
{
  cst_item *item;
  gint tree; /* index of the state's trees */
  gboolean pause;
  gboolean voiced_phone;
  gfloat f0;
  gfloat strengths[MAX_BANDS];
  /* The Gaussian: mean and inverse variance, of values and deltas. */
  gfloat mean[MAX_COEFS];
  gfloat weight[MAX_COEFS];
  gfloat delta_mean[MAX_COEFS];
  gfloat delta_weight[MAX_COEFS];
  /* The equations of the trajectory after forward elimination. */
  gfloat pivot[MAX_COEFS];
  gfloat value[MAX_COEFS];
  gfloat smooth[MAX_COEFS];
} Frame;

struct _TtsClustergen
{
  const cst_cg_db *db;
  guint n_coefs;
  guint n_bands;
  Frame *frames;
  guint n_frames;
  guint n_predicted;
  guint n_eliminated;
  guint n_smooth;
};

gboolean
tts_clustergen_model (const cst_cg_db *db, TtsVocoderModel *model)
{
  /* A row: mean and deviation of F0, of coefficients, of their deltas, of
   * strengths and of the voicing. */
  gint n_values = db->num_channels[0] / 2;
  gint n_coefs = (n_values - 2 - db->ME_num) / 2;

  if (!db->mixed_excitation || !db->do_mlpg || db->num_param_models != 1
      || db->num_f0_models < 1 || db->num_dur_models < 1
      || db->model_shape != CST_CG_MODEL_SHAPE_BASE_MINRANGE || n_coefs < 3
      || n_coefs > MAX_COEFS || db->ME_num > MAX_BANDS)
    return FALSE;
  *model = (TtsVocoderModel){ .rate = (guint) db->sample_rate,
    .frame_samples = (guint) lrint (db->frame_advance * db->sample_rate),
    .n_coefs = (guint) n_coefs,
    .n_bands = (guint) db->ME_num,
    .n_taps = (guint) db->ME_order,
    .taps = db->me_h,
    .alpha = db->mlsa_alpha,
    .beta = db->mlsa_beta,
    .gain = db->gain };
  return TRUE;
}

/* --- states and frames --- */

/* Index of @name in a list that ends with NULL, 0 when it is not there. */
static gint
find_name (const gchar *const *names, const gchar *name)
{
  for (gint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return i;
  return 0;
}

static const gchar *const *
phone_states (const cst_cg_db *db, const gchar *phone)
{
  for (gint i = 0; db->phone_states[i] != NULL; i++)
    if (g_str_equal (db->phone_states[i][0], phone))
      return (const gchar *const *) db->phone_states[i] + 1;
  return (const gchar *const *) db->phone_states[0] + 1;
}

/* The relations have the names the trees look for. */
static void
make_states (cst_utterance *utterance, const cst_cg_db *db)
{
  cst_relation *states = utt_relation_create (utterance, "HMMstate");
  cst_relation *links = utt_relation_create (utterance, "segstate");

  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment)) {
    cst_item *link = relation_append (links, segment);
    const gchar *const *names =
        phone_states (db, item_feat_string (segment, "name"));

    for (gint i = 0; names[i] != NULL; i++) {
      cst_item *state = relation_append (states, NULL);

      item_add_daughter (link, state);
      item_set_string (state, "name", names[i]);
      item_set_int (state, "statepos", i + 1);
    }
  }
}

/* Seconds: the trees give the deviation from the mean of the state. */
static gdouble
state_duration (cst_item *state, const cst_cg_db *db)
{
  const dur_stat *const *stats = (const dur_stat *const *) db->dur_stats[0];
  const gchar *name = item_feat_string (state, "name");
  gdouble deviation = 0;
  gint row = 0;

  for (gint i = 0; i < db->num_dur_models; i++)
    deviation += val_float (cart_interpret (state, db->dur_cart[i]));
  deviation /= db->num_dur_models;
  for (gint i = 0; stats[i] != NULL && row == 0; i++)
    if (g_str_equal (stats[i]->phone, name))
      row = i;
  return deviation * stats[row]->stddev + stats[row]->mean;
}

static void
append_frame (GArray *frames, cst_relation *relation, cst_item *link, gint tree,
    gboolean pause, gboolean voiced)
{
  Frame frame = { .item = relation_append (relation, NULL),
    .tree = tree,
    .pause = pause,
    .voiced_phone = voiced };

  item_add_daughter (link, frame.item);
  item_set_int (frame.item, "frame_number", (gint) frames->len);
  item_set (frame.item, "name", item_feat (link, "name"));
  g_array_append_val (frames, frame);
}

/* Only now: the durations were trained before segments had ends. */
static void
set_segment_ends (cst_utterance *utterance)
{
  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment))
    item_set (segment, "end", ffeature (segment, "R:segstate.daughtern.end"));
}

static void
make_frames (TtsClustergen *self, cst_utterance *utterance)
{
  const cst_cg_db *db = self->db;
  cst_relation *relation = utt_relation_create (utterance, "mcep");
  cst_relation *links = utt_relation_create (utterance, "mcep_link");
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  gfloat stretch =
      get_param_float (utterance->features, "duration_stretch", 1.0f);
  gfloat end_s = 0;

  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment)) {
    gboolean pause = g_str_equal (item_feat_string (segment, "name"), "pau");
    gboolean voiced = g_str_equal (ffeature_string (segment, "ph_vc"), "+");
    cst_item *state = item_daughter (item_as (segment, "segstate"));

    for (; state != NULL; state = item_next (state)) {
      cst_item *link = relation_append (links, state);
      gint tree = find_name (db->types, item_feat_string (state, "name"));
      /* The trees look at neighbours across phones. */
      gdouble length_s =
          stretch * state_duration (item_as (state, "HMMstate"), db);

      end_s += (gfloat) MAX (length_s, db->frame_advance);
      item_set_float (state, "end", end_s);
      while ((gfloat) frames->len * db->frame_advance <= end_s)
        append_frame (frames, relation, link, tree, pause, voiced);
    }
  }
  self->n_frames = frames->len;
  self->frames = (Frame *) g_array_free (frames, FALSE);
}

/* --- F0 --- */

static gfloat
predict_f0 (const TtsClustergen *self, guint index)
{
  const Frame *frame = &self->frames[index];
  gfloat sum = 0;

  for (gint i = 0; i < self->db->num_f0_models; i++)
    sum += val_float (
        cart_interpret (frame->item, self->db->f0_trees[i][frame->tree]));
  return sum / (gfloat) self->db->num_f0_models;
}

/* Spline through four points, at @x from @b (0) to @c (1) (Catmull and Rom,
 * "A class of local interpolating splines", 1974). */
static gfloat
spline (gfloat x, gfloat a, gfloat b, gfloat c, gfloat d)
{
  return 0.5f
      * (2 * b + x * (c - a) + x * x * (2 * a - 5 * b + 4 * c - d)
          + x * x * x * (3 * b - a - 3 * c + d));
}

static guint
frame_number (const cst_item *syllable, const gchar *which)
{
  g_autofree gchar *path = g_strdup_printf (
      "R:SylStructure.%s.R:segstate.%s.R:mcep_link.%s.frame_number", which,
      which, which);

  return (guint) MAX (ffeature_int (syllable, path), 0);
}

/* A curve through the beginning, middle and end of every syllable. */
static void
draw_contour (TtsClustergen *self, cst_utterance *utterance)
{
  gfloat end_f0 = -1, middle_f0 = -1;

  for (cst_item *syllable = utt_rel_head (utterance, "Syllable");
       syllable != NULL; syllable = item_next (syllable)) {
    const cst_item *next = item_next (syllable);
    guint start = frame_number (syllable, "daughter1");
    guint end = MIN (frame_number (syllable, "daughtern"), self->n_frames - 1);
    guint middle = (start + end) / 2;
    gfloat start_f0, before_f0, after_f0;

    if (end <= start)
      continue;
    start_f0 = end_f0 > 0 ? end_f0 : predict_f0 (self, start);
    before_f0 = middle_f0 > 0 ? middle_f0 : start_f0;
    middle_f0 = predict_f0 (self, middle);
    end_f0 = predict_f0 (self, end - 1);
    if (next != NULL)
      end_f0 = 0.5f * (end_f0 + predict_f0 (self, end));
    after_f0 = end_f0;
    if (next != NULL) {
      guint next_start = frame_number (next, "daughter1");
      guint next_end = frame_number (next, "daughtern");

      after_f0 = predict_f0 (
          self, MIN ((next_start + next_end) / 2, self->n_frames - 1));
    }
    for (guint i = start; i < middle; i++)
      self->frames[i].f0 =
          spline ((gfloat) (i - start) / (gfloat) (middle - start), before_f0,
              start_f0, middle_f0, end_f0);
    for (guint i = middle; i <= end; i++)
      self->frames[i].f0 =
          spline ((gfloat) (i - middle) / (gfloat) (end - middle), start_f0,
              middle_f0, end_f0, after_f0);
  }
}

/* Voices with accent models have a contour of their own. */
static void
draw_accents (TtsClustergen *self, cst_utterance *utterance)
{
  cst_track *track = new_track ();

  cst_track_resize (track, (gint) self->n_frames, 1);
  utt_set_feat_int (utterance, "param_track_num_frames", (gint) self->n_frames);
  utt_set_feat (utterance, "param_track", track_val (track));
  cst_spamf0 (utterance);
  for (guint i = 0; i < self->n_frames; i++)
    self->frames[i].f0 = track->frames[i][0];
}

TtsClustergen *
tts_clustergen_new (cst_utterance *utterance, const cst_cg_db *db)
{
  TtsClustergen *self = g_new0 (TtsClustergen, 1);
  TtsVocoderModel model;

  self->db = db;
  tts_clustergen_model (db, &model);
  self->n_coefs = model.n_coefs;
  self->n_bands = model.n_bands;
  make_states (utterance, db);
  make_frames (self, utterance);
  set_segment_ends (utterance);
  if (db->spamf0)
    draw_accents (self, utterance);
  else
    draw_contour (self, utterance);
  return self;
}

void
tts_clustergen_free (TtsClustergen *self)
{
  if (self == NULL)
    return;
  g_free (self->frames);
  g_free (self);
}

guint
tts_clustergen_n_frames (const TtsClustergen *self)
{
  return self->n_frames;
}

/* --- spectra --- */

static gfloat
unpack (const cst_cg_db *db, const gushort *row, guint column)
{
  return db->model_min[column]
      + (gfloat) row[column] / 65535.0f * db->model_range[column];
}

static gfloat
inverse_square (gfloat deviation)
{
  return 1.0f / MAX (deviation * deviation, 1e-8f);
}

/* The Gaussian of one frame. */
static void
predict (TtsClustergen *self, guint index)
{
  const cst_cg_db *db = self->db;
  Frame *frame = &self->frames[index];
  gint leaf =
      val_int (cart_interpret (frame->item, db->param_trees[0][frame->tree]));
  const gushort *row = db->model_vectors[0][leaf];
  guint column = 2; /* behind F0 */
  gboolean voiced;

  for (guint i = 0; i < self->n_coefs; i++, column += 2) {
    frame->mean[i] = unpack (db, row, column);
    frame->weight[i] = inverse_square (unpack (db, row, column + 1));
  }
  for (guint i = 0; i < self->n_coefs; i++, column += 2) {
    frame->delta_mean[i] = unpack (db, row, column);
    frame->delta_weight[i] = inverse_square (unpack (db, row, column + 1));
  }
  for (guint i = 0; i < self->n_bands; i++, column += 2)
    frame->strengths[i] = unpack (db, row, column);
  if (db->spamf0)
    return;
  voiced = !frame->pause
      && (frame->voiced_phone || unpack (db, row, column) > VOICED_SHARE);
  frame->f0 = voiced ? CLAMP (frame->f0, MIN_F0_HZ, MAX_F0_HZ) : 0;
}

/* Row @index of the equations for the most likely trajectory c:
 *
 *   w[t] c[t] + sum over neighbours of (d[t-1] (c[t] - c[t-2])
 *       - d[t+1] (c[t+2] - c[t])) / 4 = w[t] m[t] + (d[t-1] n[t-1]
 *       - d[t+1] n[t+1]) / 2
 *
 * with means m and weights w of the values, n and d of the deltas
 * (c[t+1] - c[t-1]) / 2. It couples c[t] with c[t-2] and c[t+2] only. */
static void
eliminate (TtsClustergen *self, guint index)
{
  Frame *frame = &self->frames[index];
  const Frame *before = index > 0 ? frame - 1 : NULL;
  const Frame *after = index + 2 < self->n_frames ? frame + 1 : NULL;
  const Frame *coupled = index > 1 ? frame - 2 : NULL;

  for (guint i = 0; i < self->n_coefs; i++) {
    gfloat left = coupled != NULL ? 0.25f * before->delta_weight[i] : 0;
    gfloat right = after != NULL ? 0.25f * after->delta_weight[i] : 0;
    gfloat pivot = frame->weight[i] + left + right;
    gfloat value = frame->weight[i] * frame->mean[i];

    if (coupled != NULL) {
      gfloat factor = left / coupled->pivot[i];

      value += 2 * left * before->delta_mean[i] + factor * coupled->value[i];
      pivot -= factor * left;
    }
    if (after != NULL)
      value -= 2 * right * after->delta_mean[i];
    frame->pivot[i] = pivot;
    frame->value[i] = value;
  }
}

/* Back from @stop, whose trajectory is the mean, to the first open frame. */
static void
substitute (TtsClustergen *self, guint stop)
{
  for (guint t = stop; t-- > self->n_smooth;) {
    Frame *frame = &self->frames[t];
    gboolean coupled = t + 2 < self->n_frames;

    for (guint i = 0; i < self->n_coefs; i++) {
      gfloat value = frame->value[i];

      if (coupled) {
        gfloat next = t + 2 < stop ? frame[2].smooth[i] : frame[2].mean[i];

        value += 0.25f * frame[1].delta_weight[i] * next;
      }
      frame->smooth[i] = value / frame->pivot[i];
    }
  }
}

/* Fixes the trajectory of the next block. */
static void
advance (TtsClustergen *self)
{
  guint block = MIN (self->n_smooth + BLOCK_FRAMES, self->n_frames);
  guint stop = MIN (block + HORIZON_FRAMES, self->n_frames);
  guint known = MIN (stop + 2, self->n_frames);

  while (self->n_predicted < known)
    predict (self, self->n_predicted++);
  while (self->n_eliminated < stop)
    eliminate (self, self->n_eliminated++);
  substitute (self, stop);
  self->n_smooth = block;
}

void
tts_clustergen_frame (TtsClustergen *self, guint index, GArray *values)
{
  const Frame *frame = &self->frames[index];

  while (self->n_smooth <= index)
    advance (self);
  g_array_append_val (values, frame->f0);
  g_array_append_vals (values, frame->smooth, self->n_coefs);
  g_array_append_vals (values, frame->strengths, self->n_bands);
}
