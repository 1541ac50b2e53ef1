/* vox-enroll.c: learns a voice from a recording.
 *
 * Analysis, statistics, the mixture that judges warps, and the network trained
 * to undo what other vocal tracts and microphones would do to this voice.
 */
#include "convert/vox-enroll-private.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vox-fifo.h"
#include "convert/vox-high-band.h"
#include "convert/vox-target.h"
#include "convert/vox-train.h"

#define ENGINE "autovoice-builtin 1"
#define MIN_RATE 16000
/* More than this is not used: it would only cost time and memory. */
#define MAX_SECONDS 120
#define MIN_VOICED_S 4.0
#define CHUNK_SAMPLES 65536
/* F0 further from the median than this factor is taken for a mistake. */
#define F0_SPREAD 2.5f

#define MIXTURE_ROUNDS 12
#define BATCH_ROWS 512
#define STEP_SIZE 1.5e-3f
#define DROPOUT 0.1f

/* The voice as other vocal tracts would have it: frequency factors up to
 * +-17 %, each with three local bends (in Nyquist). */
#define N_WARPS 9
#define MAX_WARP 0.17
#define N_BENDS 3
#define BEND 0.06
#define N_VERSIONS (N_WARPS * N_BENDS)

typedef struct
{
  const VoxEnrollParams *params;
  VoxStream *stream;
  GArray *frames;
  gfloat high[2 * VOX_HIGH_BANDS];
  gint8 *kinds;
  guint *active;
  guint n_active;
  guint n_voiced;
  gfloat *cepstra;
  gfloat mean[VOX_CEPSTRA];
  gfloat deviation[VOX_CEPSTRA];
  gdouble duration_s;
} Enrolment;

static void
enrolment_clear (Enrolment *self)
{
  g_clear_pointer (&self->frames, g_array_unref);
  g_clear_pointer (&self->stream, vox_stream_free);
  g_free (self->kinds);
  g_free (self->active);
  g_free (self->cepstra);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Enrolment, enrolment_clear)

static VoxVoiceFrame *
frames_of (const Enrolment *self)
{
  return (VoxVoiceFrame *) self->frames->data;
}

static gboolean
analyse (Enrolment *self, const gfloat *samples, gsize n_samples, guint rate,
    GError **error)
{
  g_autoptr (VoxEnvelope) envelope = NULL;
  g_autoptr (VoxHighBand) high = NULL;
  g_autoptr (VoxFifo) chunk = NULL;

  self->frames = g_array_new (FALSE, FALSE, sizeof (VoxVoiceFrame));
  envelope = vox_envelope_new (
      self->stream, rate, VOX_ENVELOPE_MIN_HZ, VOX_MODE_QUALITY, error);
  if (envelope == NULL)
    return FALSE;
  high = vox_high_band_new (self->stream, rate, error);
  if (high == NULL)
    return FALSE;
  chunk = vox_fifo_new (self->stream, 1, CHUNK_SAMPLES, error);
  if (chunk == NULL)
    return FALSE;
  for (gsize at = 0; at < n_samples; at += CHUNK_SAMPLES) {
    const gsize n = MIN (CHUNK_SAMPLES, n_samples - at);
    const gfloat *plane;

    vox_fifo_clear (chunk);
    if (!vox_fifo_push_frames (chunk, samples + at, n, error))
      return FALSE;
    plane = vox_fifo_plane (chunk, 0);
    if (!vox_envelope_push (envelope, plane, n, error)
        || !vox_high_band_push (high, plane, n, error)
        || !vox_envelope_take (envelope, self->frames, NULL, error))
      return FALSE;
  }
  if (!vox_envelope_drain (envelope, error)
      || !vox_envelope_take (envelope, self->frames, NULL, error))
    return FALSE;
  vox_high_band_accept (high, frames_of (self), self->frames->len,
      vox_features_level (frames_of (self), self->frames->len));
  vox_high_band_means (high, self->high);
  self->duration_s = (gdouble) n_samples / rate;
  return TRUE;
}

static gboolean
find_active (Enrolment *self, GError **error)
{
  const guint n = self->frames->len;
  const gfloat level = vox_features_level (frames_of (self), n);

  self->kinds = g_new (gint8, n);
  self->active = g_new (guint, n);
  for (guint i = 0; i < n; i++) {
    const VoxFrameKind kind = vox_features_kind (frames_of (self) + i, level);

    self->kinds[i] = (gint8) kind;
    if (kind != VOX_FRAME_SILENT)
      self->active[self->n_active++] = i;
    if (kind == VOX_FRAME_VOICED)
      self->n_voiced++;
  }
  if (self->n_voiced * VOX_FRAME_S >= MIN_VOICED_S)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_SIGNAL,
      "the recording holds %.1f s of voiced sound in %.1f s; at least %.0f s "
      "are needed, 30 to 60 s of clear speech are best",
      self->n_voiced * VOX_FRAME_S, self->duration_s, MIN_VOICED_S);
  return FALSE;
}

static gboolean
measure_cepstra (Enrolment *self, GError **error)
{
  const guint n = self->frames->len;
  g_autofree gfloat *cosines = vox_mel_cosines (VOX_CEPSTRA);

  self->cepstra = vox_features_cepstra (
      self->stream, frames_of (self), n, cosines, VOX_CEPSTRA, error);
  if (self->cepstra == NULL)
    return FALSE;
  vox_features_statistics (self->cepstra, n, VOX_CEPSTRA, self->kinds,
      VOX_FRAME_UNVOICED, self->mean, self->deviation);
  return TRUE;
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  const gfloat x = *(const gfloat *) a, y = *(const gfloat *) b;

  return x < y ? -1 : x > y;
}

static void
fill_f0 (const Enrolment *self, VoxVoiceInfo *info)
{
  g_autofree gfloat *hz = g_new (gfloat, self->n_voiced);
  guint n = 0, first = 0;
  gfloat median;

  for (guint i = 0; i < self->frames->len; i++)
    if (self->kinds[i] == VOX_FRAME_VOICED)
      hz[n++] = frames_of (self)[i].f0_hz;
  qsort (hz, n, sizeof (gfloat), compare_floats);
  median = hz[n / 2];
  while (hz[first] < median / F0_SPREAD)
    first++;
  while (hz[n - 1] > median * F0_SPREAD)
    n--;
  info->f0_median_hz = (gdouble) hz[(first + n) / 2];
  info->f0_low_hz = (gdouble) hz[first + (guint) (0.05 * (n - first))];
  info->f0_high_hz = (gdouble) hz[first + (guint) (0.95 * (n - first))];
}

static VoxVoice *
new_voice (const Enrolment *self)
{
  const VoxEnrollParams *params = self->params;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  VoxVoiceInfo info = { .name = (gchar *) params->name,
    .consent = (gchar *) (params->consent != NULL ? params->consent : ""),
    .engine = (gchar *) ENGINE,
    .rate = VOX_ANALYSIS_RATE,
    .duration_s = self->duration_s,
    .sources = (gchar **) params->sources };
  g_autofree gchar *created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");

  info.created = created;
  fill_f0 (self, &info);
  return vox_voice_new (&info);
}

static void
add_statistics (const Enrolment *self, VoxVoice *voice)
{
  const gsize stats_shape[2] = { 2, VOX_CEPSTRA };
  const gsize long_shape[2] = { 2, VOX_MEL_POINTS };
  const gsize high_shape[2] = { 2, VOX_HIGH_BANDS };
  gfloat stats[2 * VOX_CEPSTRA];
  gfloat long_term[2 * VOX_MEL_POINTS] = { 0.0f };
  gdouble sums[2 * VOX_MEL_POINTS] = { 0.0 };
  const guint counts[2] = { self->n_active - self->n_voiced, self->n_voiced };

  memcpy (stats, self->mean, sizeof (self->mean));
  memcpy (stats + VOX_CEPSTRA, self->deviation, sizeof (self->deviation));
  vox_voice_add_tensor (voice, "stats.cepstra", stats, 2, stats_shape);
  for (guint a = 0; a < self->n_active; a++) {
    const guint i = self->active[a];
    const guint kind = (guint) self->kinds[i];

    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      sums[kind * VOX_MEL_POINTS + m] +=
          (gdouble) frames_of (self)[i].spectrum[m];
  }
  for (guint kind = 0; kind < 2; kind++) {
    /* A recording without unvoiced sounds lends the voiced mean. */
    const guint from = counts[kind] > 0 ? kind : 1 - kind;

    for (guint m = 0; m < VOX_MEL_POINTS; m++)
      long_term[kind * VOX_MEL_POINTS + m] =
          (gfloat) (sums[from * VOX_MEL_POINTS + m] / counts[from]);
  }
  vox_voice_add_tensor (voice, "spectrum.long_term", long_term, 2, long_shape);
  vox_voice_add_tensor (voice, "spectrum.high", self->high, 2, high_shape);
}

static void
add_frames (const Enrolment *self, VoxVoice *voice)
{
  const guint n = self->frames->len;
  const gsize shape[2] = { n, VOX_CEPSTRA + 1 };
  g_autofree gfloat *rows = g_new (gfloat, (gsize) n * (VOX_CEPSTRA + 1));

  for (guint i = 0; i < n; i++) {
    gfloat *row = rows + (gsize) i * (VOX_CEPSTRA + 1);

    memcpy (row, self->cepstra + (gsize) i * VOX_CEPSTRA,
        VOX_CEPSTRA * sizeof (gfloat));
    row[VOX_CEPSTRA] = (gfloat) self->kinds[i];
  }
  vox_voice_add_tensor (voice, "frames", rows, 2, shape);
}

/* The mixture that later tells which warp makes a source look like this. */
static void
add_mixture (const Enrolment *self, VoxVoice *voice)
{
  const guint width = 1 + 2 * VOX_WARP_DIMS;
  const gsize shape[2] = { VOX_WARP_COMPONENTS, width };
  g_autoptr (VoxMixture) mixture =
      vox_mixture_new (VOX_WARP_COMPONENTS, VOX_WARP_DIMS);
  g_autofree gfloat *points = g_new (gfloat, self->n_voiced * VOX_WARP_DIMS);
  g_autofree gfloat *rows = g_new (gfloat, VOX_WARP_COMPONENTS * width);
  gfloat mean[VOX_CEPSTRA], deviation[VOX_CEPSTRA];
  guint n = 0;

  vox_features_statistics (self->cepstra, self->frames->len, VOX_CEPSTRA,
      self->kinds, VOX_FRAME_VOICED, mean, deviation);
  for (guint i = 0; i < self->frames->len; i++)
    if (self->kinds[i] == VOX_FRAME_VOICED)
      vox_features_normalise (
          self->cepstra + (gsize) i * VOX_CEPSTRA + VOX_WARP_FIRST, VOX_CEPSTRA,
          1, VOX_WARP_DIMS, mean + VOX_WARP_FIRST, deviation + VOX_WARP_FIRST,
          points + n++ * VOX_WARP_DIMS);
  vox_mixture_start (mixture, points, n, self->params->seed);
  for (guint round = 0; round < MIXTURE_ROUNDS; round++)
    vox_mixture_improve (mixture, points, n);
  for (guint j = 0; j < VOX_WARP_COMPONENTS; j++) {
    gfloat *row = rows + j * width;

    row[0] = mixture->weight[j];
    memcpy (row + 1, mixture->mean + j * VOX_WARP_DIMS,
        VOX_WARP_DIMS * sizeof (gfloat));
    memcpy (row + 1 + VOX_WARP_DIMS, mixture->variance + j * VOX_WARP_DIMS,
        VOX_WARP_DIMS * sizeof (gfloat));
  }
  vox_voice_add_tensor (voice, "warp.mixture", rows, 2, shape);
}

/* [N_VERSIONS][n][VOX_NET_FEATURES]: the normalised features of the recording
 * as other vocal tracts would have produced it. */
static gfloat *
make_versions (const Enrolment *self, GError **error)
{
  const guint n = self->frames->len;
  const gsize size = (gsize) n * VOX_NET_FEATURES;
  g_autofree gfloat *all = g_new (gfloat, N_VERSIONS * size);

  for (guint v = 0; v < N_VERSIONS; v++) {
    const gdouble warp =
        1.0 + MAX_WARP * (2.0 * (v / N_BENDS) / (N_WARPS - 1) - 1.0);
    const gdouble bend = BEND * ((gint) (v % N_BENDS) - 1);
    g_autofree gfloat *cosines =
        vox_mel_warped_cosines (warp, bend, VOX_NET_FEATURES);
    g_autofree gfloat *cepstra = vox_features_cepstra (
        self->stream, frames_of (self), n, cosines, VOX_NET_FEATURES, error);
    gfloat mean[VOX_NET_FEATURES], deviation[VOX_NET_FEATURES];

    if (cepstra == NULL)
      return NULL;
    vox_features_statistics (cepstra, n, VOX_NET_FEATURES, self->kinds,
        VOX_FRAME_UNVOICED, mean, deviation);
    vox_features_normalise (cepstra, VOX_NET_FEATURES, n, VOX_NET_FEATURES,
        mean, deviation, all + v * size);
  }
  return g_steal_pointer (&all);
}

static void
draw_pair (GRand *random, VoxTrainPair *pair, gpointer user_data)
{
  const Enrolment *self = user_data;

  pair->version = (guint) g_rand_int_range (random, 0, N_VERSIONS);
  pair->frame =
      self->active[g_rand_int_range (random, 0, (gint32) self->n_active)];
  pair->target = pair->frame;
}

static gboolean
report_training (gdouble fraction, gpointer user_data)
{
  const Enrolment *self = user_data;

  return self->params->progress == NULL
      || self->params->progress (
          "training", fraction, self->params->progress_data);
}

static gboolean
add_net (Enrolment *self, VoxVoice *voice, guint steps, GError **error)
{
  const guint n = self->frames->len;
  const VoxTrainPlan plan = { .draw = draw_pair,
    .user_data = self,
    .steps = steps,
    .batch = BATCH_ROWS,
    .rate = STEP_SIZE,
    .dropout = DROPOUT,
    .perturb = 1.0f,
    .seed = self->params->seed,
    .progress = report_training,
    .progress_data = self };
  g_autofree gfloat *versions = make_versions (self, error);
  g_autofree gfloat *targets = g_new (gfloat, (gsize) n * VOX_CEPSTRA);
  g_autofree gfloat *voicing = g_new (gfloat, n);
  g_autoptr (VoxTrainSet) set = NULL;
  g_autoptr (VoxTargetNet) net = NULL;

  if (versions == NULL)
    return FALSE;
  vox_features_normalise (self->cepstra, VOX_CEPSTRA, n, VOX_CEPSTRA,
      self->mean, self->deviation, targets);
  for (guint i = 0; i < n; i++)
    voicing[i] = self->kinds[i] == VOX_FRAME_VOICED ? 1.0f : 0.0f;
  set = vox_train_set_new (
      self->stream, versions, N_VERSIONS, voicing, n, targets, n, error);
  if (set == NULL)
    return FALSE;
  net =
      vox_target_net_new (self->stream, BATCH_ROWS, self->params->seed, error);
  if (net == NULL || !vox_train (net, set, &plan, error))
    return FALSE;
  for (guint l = 0; l < VOX_NET_LAYERS; l++) {
    g_autofree gchar *name = g_strdup_printf ("net.layer%u", l + 1);
    g_autofree gfloat *weights = NULL;
    gsize shape[2];
    guint outputs, inputs;

    vox_target_net_size (l, &outputs, &inputs);
    shape[0] = outputs;
    shape[1] = inputs + 1;
    weights = g_new (gfloat, outputs * (inputs + 1));
    if (!vox_target_net_get (net, l, weights, error))
      return FALSE;
    vox_voice_add_tensor (voice, name, weights, 2, shape);
  }
  return TRUE;
}

static gboolean
report (
    const Enrolment *self, const gchar *step, gdouble fraction, GError **error)
{
  if (self->params->progress == NULL
      || self->params->progress (step, fraction, self->params->progress_data))
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "enrolment was cancelled");
  return FALSE;
}

VoxVoice *
vox_enroll_with_steps (VoxDevice *device, const gfloat *samples,
    gsize n_samples, guint rate, const VoxEnrollParams *params, guint steps,
    GError **error)
{
  g_auto (Enrolment) self = { .params = params };
  g_autoptr (VoxVoice) voice = NULL;

  g_return_val_if_fail (params != NULL && params->name != NULL, NULL);
  if (rate < MIN_RATE || rate > 192000) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "a voice cannot be enrolled at %u Hz; use a recording of 16000 to "
        "192000 Hz",
        rate);
    return NULL;
  }
  n_samples = MIN (n_samples, (gsize) MAX_SECONDS * rate);
  self.stream = vox_stream_new (device, error);
  if (self.stream == NULL || !report (&self, "analysis", 0.0, error)
      || !analyse (&self, samples, n_samples, rate, error)
      || !report (&self, "analysis", 1.0, error) || !find_active (&self, error)
      || !measure_cepstra (&self, error))
    return NULL;
  voice = new_voice (&self);
  add_statistics (&self, voice);
  add_frames (&self, voice);
  add_mixture (&self, voice);
  if (!add_net (&self, voice, steps, error)
      || !report (&self, "training", 1.0, error))
    return NULL;
  return g_steal_pointer (&voice);
}

VoxVoice *
vox_enroll (VoxDevice *device, const gfloat *samples, gsize n_samples,
    guint rate, const VoxEnrollParams *params, GError **error)
{
  return vox_enroll_with_steps (
      device, samples, n_samples, rate, params, VOX_ENROLL_STEPS, error);
}
