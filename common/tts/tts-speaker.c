/* tts-speaker.c: flite's voices, and plans of what they are to say.
 *
 * The statistical voices end in tts-clustergen.c; flite's own rendering, which
 * draws from the process-wide rand (), is not used. The diphone voice is
 * rendered by flite and uses no random numbers.
 */
#include "tts/tts-speaker.h"

#include <math.h>
#include <string.h>
#include <flite/flite.h>
#include <flite/cst_cg.h>

#include "tts/tts-clustergen.h"
#include "tts/tts-words.h"

/* The parts of libflite_cmu_us_*, which have no header. */
cst_voice *register_cmu_us_slt (const char *voxdir);
cst_voice *register_cmu_us_rms (const char *voxdir);
cst_voice *register_cmu_us_awb (const char *voxdir);
cst_voice *register_cmu_us_kal16 (const char *voxdir);

struct _TtsSpeaker
{
  const gchar *name;
  cst_voice *(*get) (const char *voxdir);
};

/* utterance: of flite; statistical and order (guint: frames in the order in
 * which they are said) or neither; position: what was handed out. */
struct _TtsPlan
{
  cst_utterance *utterance;
  TtsClustergen *statistical;
  GArray *order;
  guint position;
  gsize n_samples;
};

static const TtsSpeaker speakers[] = { { "slt", register_cmu_us_slt },
  { "rms", register_cmu_us_rms }, { "awb", register_cmu_us_awb },
  { "kal16", register_cmu_us_kal16 } };

static const gchar *const speaker_names[] = { "slt", "rms", "awb", "kal16",
  NULL };

/* Flite's registers of voices, lexicons and rules are process-wide. */
static GMutex flite_lock;

/* Shortest pause the diphone speaker can join to, in seconds. */
#define MIN_PAUSE_S 0.02

const gchar *const *
tts_speaker_names (void)
{
  return speaker_names;
}

const TtsSpeaker *
tts_speaker_find (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (speakers); i++)
    if (g_strcmp0 (speakers[i].name, name) == 0)
      return &speakers[i];
  return NULL;
}

static cst_voice *
get_voice (const TtsSpeaker *self)
{
  flite_init ();
  return self->get (NULL);
}

static cst_cg_db *
get_model (cst_voice *voice)
{
  const cst_val *value = feat_val (voice->features, "cg_db");

  return value != NULL ? val_cg_db (value) : NULL;
}

/* Seconds a pause segment is to last, given what the model says. */
static gdouble
pause_length (const TtsUnit *unit, cst_item *segment, gdouble natural_s)
{
  if (item_prev (segment) == NULL)
    return unit->pause_before_s;
  if (item_next (segment) == NULL)
    return unit->pause_after_s;
  return natural_s * unit->pause_scale;
}

static gboolean
is_pause (cst_item *segment)
{
  return g_str_equal (item_feat_string (segment, "name"), "pau");
}

/* --- statistical speakers --- */

/* Which frame is said when: pauses are lengthened or shortened by repeating or
 * leaving out frames. */
static void
order_frames (TtsPlan *self, const TtsUnit *unit, gdouble advance_s)
{
  guint n_frames = tts_clustergen_n_frames (self->statistical);
  guint start = 0;

  for (cst_item *segment = utt_rel_head (self->utterance, "Segment");
       segment != NULL; segment = item_next (segment)) {
    gdouble end_s = item_feat_float (segment, "end");
    guint stop = item_next (segment) != NULL
        ? MIN ((guint) (end_s / advance_s) + 1, n_frames)
        : n_frames;
    guint have = stop - MIN (start, stop), want = have;

    if (have > 0 && is_pause (segment))
      want = (guint) lrint (
          pause_length (unit, segment, have * advance_s) / advance_s);
    for (guint i = 0; i < want; i++) {
      guint frame = start + (guint) ((guint64) i * have / want);

      g_array_append_val (self->order, frame);
    }
    start = MAX (start, stop);
  }
}

static gsize
plan_statistical (TtsPlan *self, const TtsUnit *unit, const cst_cg_db *model)
{
  self->statistical = tts_clustergen_new (self->utterance, model);
  self->order = g_array_new (FALSE, FALSE, sizeof (guint));
  order_frames (self, unit, model->frame_advance);
  return self->order->len
      * (gsize) lrint (model->frame_advance * model->sample_rate);
}

/* Frames handed out at once. */
#define BLOCK_FRAMES 16

static gboolean
next_frames (TtsPlan *self, GArray *values)
{
  guint stop = MIN (self->position + BLOCK_FRAMES, self->order->len);

  if (self->position == stop)
    return FALSE;
  for (; self->position < stop; self->position++)
    tts_clustergen_frame (self->statistical,
        g_array_index (self->order, guint, self->position), values);
  return TRUE;
}

/* --- the diphone speaker --- */

/* Moves the ends of the segments so that pauses have the asked length. */
static gdouble
set_pauses (cst_utterance *utterance, const TtsUnit *unit)
{
  gdouble before_s = 0, end_s = 0;

  for (cst_item *segment = utt_rel_head (utterance, "Segment"); segment != NULL;
       segment = item_next (segment)) {
    gdouble natural_s = item_feat_float (segment, "end") - before_s;

    before_s += natural_s;
    if (is_pause (segment))
      natural_s = MAX (pause_length (unit, segment, natural_s), MIN_PAUSE_S);
    end_s += natural_s;
    item_set_float (segment, "end", (float) end_s);
  }
  return end_s;
}

/* Flite's join gives a few samples more or less than the durations say; the
 * difference lies in the last pause. */
static gboolean
next_samples (TtsPlan *self, GArray *values)
{
  static const cst_synth_module back_end[] = { { "f0_model_func", NULL },
    { "wave_synth_func", NULL } };
  const cst_wave *wave;

  if (self->position > 0)
    return FALSE;
  self->position = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (back_end); i++)
    if (apply_synth_module (self->utterance, &back_end[i]) == NULL)
      return FALSE;
  wave = utt_wave (self->utterance);
  for (gsize i = 0; i < self->n_samples; i++) {
    gfloat sample = (gint) i < wave->num_samples
        ? (gfloat) wave->samples[i] / 32768.0f
        : 0.0f;

    g_array_append_val (values, sample);
  }
  return TRUE;
}

/* --- interface --- */

guint
tts_speaker_rate (const TtsSpeaker *self)
{
  guint rate;

  g_mutex_lock (&flite_lock);
  rate =
      (guint) get_param_int (get_voice (self)->features, "sample_rate", 16000);
  g_mutex_unlock (&flite_lock);
  return rate;
}

gboolean
tts_speaker_model (const TtsSpeaker *self, TtsVocoderModel *model)
{
  const cst_cg_db *db;

  g_mutex_lock (&flite_lock);
  db = get_model (get_voice (self));
  g_mutex_unlock (&flite_lock);
  return db != NULL && tts_clustergen_model (db, model);
}

static gboolean
plan_locked (TtsPlan *self, const TtsSpeaker *speaker, const TtsUnit *unit)
{
  cst_voice *voice = get_voice (speaker);
  const cst_cg_db *model = get_model (voice);

  self->utterance = tts_words_run (voice, unit);
  if (self->utterance == NULL)
    return FALSE;
  if (model != NULL)
    self->n_samples = plan_statistical (self, unit, model);
  else
    self->n_samples = (gsize) (set_pauses (self->utterance, unit)
        * get_param_int (voice->features, "sample_rate", 16000));
  return TRUE;
}

TtsPlan *
tts_plan_new (const TtsSpeaker *speaker, const TtsUnit *unit, GError **error)
{
  g_autoptr (TtsPlan) self = g_new0 (TtsPlan, 1);
  gboolean done;

  g_mutex_lock (&flite_lock);
  done = plan_locked (self, speaker, unit);
  g_mutex_unlock (&flite_lock);
  if (done)
    return g_steal_pointer (&self);
  g_set_error (error, VOX_ERROR, VOX_ERROR_SIGNAL,
      "speaker %s cannot speak \"%.*s\"; try other words", speaker->name,
      (int) MIN (unit->length, 60), unit->text);
  return NULL;
}

void
tts_plan_free (TtsPlan *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&flite_lock);
  if (self->utterance != NULL)
    delete_utterance (self->utterance);
  g_mutex_unlock (&flite_lock);
  tts_clustergen_free (self->statistical);
  g_clear_pointer (&self->order, g_array_unref);
  g_free (self);
}

gsize
tts_plan_samples (const TtsPlan *self)
{
  return self->n_samples;
}

gboolean
tts_plan_next (TtsPlan *self, GArray *values)
{
  gboolean more;

  g_mutex_lock (&flite_lock);
  more = self->statistical != NULL ? next_frames (self, values)
                                   : next_samples (self, values);
  g_mutex_unlock (&flite_lock);
  return more;
}
