/* vox-separate-plan.c: names, limits, and the numbers of the two-stage recipe.
 *
 * At a long window a singing voice, which never holds a pitch still, looks
 * percussive; at a short window it looks harmonic, which drums do not (H.
 * Tachikawa, N. Ono and S. Sagayama, "Singing voice enhancement in monaural
 * music signals based on two-stage harmonic/percussive sound separation",
 * ICASSP 2010). All window lengths are durations: at 44.1 kHz they are 16384,
 * 1024, 4096, 1024 and 8192 samples.
 */
#include "separate/vox-separate-plan.h"

#include <math.h>

#define RATE_MIN_HZ 8000
#define RATE_MAX_HZ 192000
#define CHANNELS_MAX 8

/* Length of the short window; the others are 4, 8 and 16 of it. */
#define UNIT_S (1024.0 / 44100.0)

/* First stage of the voice: keeps what is percussive. */
#define LONG_MEDIAN_S 3.0
#define LONG_MEDIAN_FAST_S 1.5
#define LONG_MEDIAN_HZ 30.0

/* Averaged with the other where quality counts: voices differ in how far they
 * move. A wider one instead of a narrower one lets instruments into the voice. */
#define LONG_SECOND_MEDIAN_HZ 20.0

/* Second stage of the voice: keeps what is harmonic. */
#define SHORT_MEDIAN_S 0.15
#define SHORT_MEDIAN_HZ 1500.0

/* Voices have nothing below this. */
#define VOICE_LOWEST_HZ 160.0

/* Memory of the spatial filter: a phrase of the voice, which stays where it is;
 * of the rest a moment, since in any one bin the instruments take turns. */
#define SOURCE_PLACE_S 3.0
#define REST_PLACE_S 0.15

/* Drums: the percussive part of the accompaniment. The median along time is
 * short enough to lie almost evenly around its centre, for the look-ahead is
 * limited: 0.4 s, mostly past, took what had just begun for percussive. */
#define DRUMS_MEDIAN_S 0.2
#define DRUMS_MEDIAN_HZ 500.0

/* Bass: the harmonic part of the mix, low-passed. */
#define BASS_MEDIAN_S 0.5
#define BASS_MEDIAN_HZ 60.0
#define BASS_PASS_HZ 160.0
#define BASS_STOP_HZ 250.0

/* The first stage looks ahead as far as this leaves room for. */
#define LATENCY_S 1.8
#define LATENCY_FAST_S 1.1

const gchar *
vox_stem_name (VoxStem stem)
{
  static const gchar *const names[VOX_N_STEMS] = { "vocals", "drums", "bass",
    "other", "accompaniment" };

  g_return_val_if_fail ((guint) stem < VOX_N_STEMS, NULL);
  return names[stem];
}

gboolean
vox_separate_params_check (const VoxSeparateParams *params, GError **error)
{
  if (params->rate < RATE_MIN_HZ || params->rate > RATE_MAX_HZ) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "separation works from %d to %d Hz, not at %u Hz: resample the audio",
        RATE_MIN_HZ, RATE_MAX_HZ, params->rate);
    return FALSE;
  }
  if (params->channels < 1 || params->channels > CHANNELS_MAX) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_FORMAT,
        "separation takes 1 to %d channels, not %u: mix some of them down",
        CHANNELS_MAX, params->channels);
    return FALSE;
  }
  return TRUE;
}

/* The transform size (2^k or 3 * 2^k) nearest to a duration. */
static guint
nearest_size (gdouble samples)
{
  guint best = 64;

  for (guint size = 64; size <= 4096; size *= 2) {
    const guint candidates[2] = { size, size + size / 2 };

    for (guint i = 0; i < 2; i++) {
      if (fabs (log (candidates[i] / samples)) < fabs (log (best / samples)))
        best = candidates[i];
    }
  }
  return best;
}

/* Half of a median over @seconds, in frames. */
static guint
half_frames (gdouble seconds, guint rate, guint hop)
{
  return (guint) lrint (seconds * rate / hop / 2.0);
}

/* An odd number of bins, at least 3. */
static guint
odd_bins (gdouble hz, guint rate, guint fft_size)
{
  return 2 * (guint) MAX (1, lrint (hz * fft_size / rate / 2.0)) + 1;
}

static VoxHpssParams
stage (const VoxSeparateParams *params, guint block, guint fft_size,
    gdouble median_s, gdouble median_hz)
{
  const guint hop = fft_size / 4;
  const guint half = half_frames (median_s, params->rate, hop);

  return (VoxHpssParams){
    .channels = params->channels,
    .fft_size = fft_size,
    .hop = hop,
    .block = block,
    .past = half,
    .future = half,
    .width = odd_bins (median_hz, params->rate, fft_size),
    .rate = params->rate,
  };
}

/* Shortens the look-ahead of a stage to @frames; the past makes up for one
 * frame when that keeps the median's length odd. */
static void
limit_future (VoxHpssParams *stage, guint frames)
{
  stage->future = MIN (stage->future, frames);
  stage->past += (stage->past + stage->future) % 2;
}

void
vox_separate_plan_init (VoxSeparatePlan *plan, const VoxSeparateParams *params)
{
  const gboolean fast = params->mode == VOX_MODE_FAST;
  const guint rate = params->rate;
  const guint unit = nearest_size (UNIT_S * rate);
  const guint block = 4 * unit;
  /* Stages of the short window look ahead as far as makes them lag by exactly
   * one block. */
  const guint short_future = 13;
  const gdouble latency_s = fast ? LATENCY_FAST_S : LATENCY_S;
  guint64 others;

  plan->block = block;
  plan->voice_long = stage (params, block, 16 * unit,
      fast ? LONG_MEDIAN_FAST_S : LONG_MEDIAN_S, LONG_MEDIAN_HZ);
  plan->voice_long.percussive = TRUE;
  if (params->mode == VOX_MODE_QUALITY)
    plan->voice_long.second_width =
        odd_bins (LONG_SECOND_MEDIAN_HZ, rate, 16 * unit);
  plan->voice_short =
      stage (params, block, unit, SHORT_MEDIAN_S, SHORT_MEDIAN_HZ);
  limit_future (&plan->voice_short, short_future);
  plan->mask_fft = 4 * unit;
  plan->mask_first_bin = (guint) ceil (VOICE_LOWEST_HZ * plan->mask_fft / rate);
  plan->spatial = !fast && params->channels == 2;
  plan->source_decay = (gfloat) exp (-(gdouble) unit / (SOURCE_PLACE_S * rate));
  plan->rest_decay = (gfloat) exp (-(gdouble) unit / (REST_PLACE_S * rate));
  plan->drums = stage (params, block, unit, DRUMS_MEDIAN_S, DRUMS_MEDIAN_HZ);
  plan->drums.percussive = TRUE;
  limit_future (&plan->drums, short_future);
  plan->bass = stage (params, block, 8 * unit, BASS_MEDIAN_S, BASS_MEDIAN_HZ);
  plan->bass.pass_hz = BASS_PASS_HZ;
  plan->bass.stop_hz = BASS_STOP_HZ;

  /* What the other stages and the collecting of a block need. */
  others = 16 * unit - plan->voice_long.hop
      + vox_hpss_delay (&plan->voice_short) + 3 * unit
      + vox_hpss_delay (&plan->drums) + block;
  limit_future (&plan->voice_long,
      (guint) ((latency_s * rate - (gdouble) others) / plan->voice_long.hop));
  plan->voice_short.input_delay = vox_hpss_delay (&plan->voice_long);
  plan->voice_delay =
      plan->voice_short.input_delay + vox_hpss_delay (&plan->voice_short);
  plan->vocals_delay = plan->voice_delay + plan->mask_fft - unit;
  plan->drums.input_delay = plan->vocals_delay;
  plan->total_delay = plan->vocals_delay + vox_hpss_delay (&plan->drums);
}
