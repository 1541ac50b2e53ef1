/* vox-warp-search.c: finds the warp of the vocal tract for a target. */
#include "convert/vox-warp-search.h"

/* Warps tried, and the most frames they are tried on. */
#define FIRST_WARP 0.80
#define WARP_STEP 0.03
#define N_WARPS 16
#define MAX_WARP_FRAMES 1500
/* Fewer frames (0.5 s) do not tell. */
#define MIN_WARP_FRAMES 100

struct _VoxWarpSearch
{
  VoxStream *stream;
  const VoxTarget *target;
  VoxVoiceFrame *frames;
  guint n_frames;
  guint tried;
  gdouble best;
  gdouble best_score;
};

/* Keeps the voiced frames, thinned evenly. */
static void
choose_frames (VoxWarpSearch *self, const VoxVoiceFrame *frames,
    const gint8 *kinds, guint n_frames)
{
  guint voiced = 0, seen = 0, wanted;

  for (guint i = 0; i < n_frames; i++)
    voiced += kinds[i] == VOX_FRAME_VOICED;
  wanted = MIN (voiced, MAX_WARP_FRAMES);
  self->frames = g_new (VoxVoiceFrame, MAX (wanted, 1));
  for (guint i = 0; i < n_frames; i++) {
    if (kinds[i] != VOX_FRAME_VOICED)
      continue;
    if ((guint64) seen * wanted / voiced
        != (guint64) (seen + 1) * wanted / voiced)
      self->frames[self->n_frames++] = frames[i];
    seen++;
  }
}

VoxWarpSearch *
vox_warp_search_new (VoxStream *stream, const VoxTarget *target,
    const VoxVoiceFrame *frames, const gint8 *kinds, guint n_frames)
{
  VoxWarpSearch *self = g_new0 (VoxWarpSearch, 1);

  self->stream = stream;
  self->target = target;
  self->best = 1.0;
  self->best_score = -G_MAXDOUBLE;
  choose_frames (self, frames, kinds, n_frames);
  return self;
}

void
vox_warp_search_free (VoxWarpSearch *self)
{
  if (self == NULL)
    return;
  g_free (self->frames);
  g_free (self);
}

/* Likelihood of the source's warped, normalised cepstra as target's. */
static gboolean
try_warp (VoxWarpSearch *self, gdouble warp, GError **error)
{
  const guint n = self->n_frames, dims = VOX_WARP_FIRST + VOX_WARP_DIMS;
  g_autofree gfloat *cosines = vox_mel_warped_cosines (warp, 0.0, dims);
  g_autofree gfloat *cepstra = vox_features_cepstra (
      self->stream, self->frames, n, cosines, dims, error);
  g_autofree gint8 *kinds = g_new0 (gint8, n);
  gfloat mean[VOX_CEPSTRA], deviation[VOX_CEPSTRA];
  gdouble score = 0.0;

  if (cepstra == NULL)
    return FALSE;
  vox_features_statistics (
      cepstra, n, dims, kinds, VOX_FRAME_UNVOICED, mean, deviation);
  for (guint i = 0; i < n; i++) {
    gfloat point[VOX_WARP_DIMS], posterior[VOX_WARP_COMPONENTS];

    vox_features_normalise (cepstra + (gsize) i * dims + VOX_WARP_FIRST, dims,
        1, VOX_WARP_DIMS, mean + VOX_WARP_FIRST, deviation + VOX_WARP_FIRST,
        point);
    score +=
        (gdouble) vox_mixture_posterior (self->target->warp, point, posterior);
  }
  if (score > self->best_score) {
    self->best_score = score;
    self->best = warp;
  }
  return TRUE;
}

gboolean
vox_warp_search_step (VoxWarpSearch *self, GError **error)
{
  if (!try_warp (self, FIRST_WARP + WARP_STEP * self->tried, error))
    return FALSE;
  self->tried++;
  return TRUE;
}

gboolean
vox_warp_search_done (const VoxWarpSearch *self)
{
  return self->tried == N_WARPS || self->n_frames < MIN_WARP_FRAMES;
}

gdouble
vox_warp_search_best (const VoxWarpSearch *self)
{
  return self->best;
}
