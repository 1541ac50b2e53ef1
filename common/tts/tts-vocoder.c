/* tts-vocoder.c: the MLSA filter and its excitation.
 *
 * The filter is H (z) = exp (sum b_m Phi_m (z)), with the exponential replaced
 * by a Pade approximant of order 5, whose five stages are independent within
 * one sample: they run side by side in the lanes of a vector. Frames are
 * interpolated linearly, sample by sample.
 */
#include "tts/tts-vocoder.h"

#include <math.h>
#include <string.h>
#include "backend/cpu/cpu-backend.h"

#define MAX_COEFS 64
#define MAX_TAPS 128
#define MAX_FRAME_SAMPLES 512

/* Modified Pade approximant of the exponential, order 5 (Imai 1983). */
#define STAGES 5
#define LANES 8
static const gfloat pade[STAGES] = { 0.4999391f, 0.1107098f, 0.01369984f,
  0.0009564853f, 0.00003041721f };

/* Frequencies at which the energy of the filter is summed. */
#define ENERGY_POINTS 65

/* Coefficients are trained on 16-bit samples. */
#define FULL_SCALE 32768.0f

/* Aligned like its elements, so that the structure can come from any
 * allocator. */
typedef gfloat Lanes
    __attribute__ ((vector_size (LANES * sizeof (gfloat)), aligned (4)));

struct _TtsVocoder
{
  TtsVocoderModel model;
  /* Re Phi_m at ENERGY_POINTS frequencies, one row per coefficient */
  gfloat *basis;
  gfloat *taps; /* n_bands rows */
  gboolean started;
  guint32 random;
  gfloat period; /* samples at the last frame, 0 = unvoiced */
  gfloat position; /* samples since the last pulse */
  gfloat b[MAX_COEFS];
  gfloat pulse[MAX_TAPS + MAX_FRAME_SAMPLES]; /* n_taps - 1 of history first */
  gfloat noise[MAX_TAPS + MAX_FRAME_SAMPLES];
  /* delays of the two parts of the filter; see filter_frame () */
  Lanes first;
  gfloat first_out[LANES + 1];
  Lanes second[MAX_COEFS + 1];
  gfloat second_out[LANES + 1];
};

/* Re Phi_m (e^jw): Phi_0 = 1, Phi_m = (1 - a^2) z^-1 / (1 - a z^-1) times
 * the all-pass (z^-1 - a) / (1 - a z^-1) to the power m - 1. */
static void
fill_basis (TtsVocoder *self)
{
  gdouble a = self->model.alpha;

  for (guint k = 0; k < ENERGY_POINTS; k++) {
    gdouble w = G_PI * k / (ENERGY_POINTS - 1);
    gdouble warped = w + 2 * atan2 (a * sin (w), 1 - a * cos (w));
    /* (1 - a^2) z^-1 / (1 - a z^-1), magnitude and angle */
    gdouble magnitude = (1 - a * a) / hypot (1 - a * cos (w), a * sin (w));
    gdouble angle = -w - atan2 (a * sin (w), 1 - a * cos (w));

    self->basis[k] = 1;
    for (guint m = 1; m < self->model.n_coefs; m++)
      self->basis[m * ENERGY_POINTS + k] =
          (gfloat) (magnitude * cos (angle - (m - 1) * warped));
  }
}

TtsVocoder *
tts_vocoder_new (const TtsVocoderModel *model)
{
  TtsVocoder *self;

  g_return_val_if_fail (model->n_coefs >= 3 && model->n_coefs <= MAX_COEFS
          && model->n_taps <= MAX_TAPS
          && model->frame_samples <= MAX_FRAME_SAMPLES,
      NULL);
  self = g_new0 (TtsVocoder, 1);
  self->model = *model;
  self->basis = g_new (gfloat, model->n_coefs * ENERGY_POINTS);
  self->taps = g_new (gfloat, model->n_bands * model->n_taps);
  for (guint band = 0; band < model->n_bands; band++)
    for (guint k = 0; k < model->n_taps; k++)
      self->taps[band * model->n_taps + k] = (gfloat) model->taps[band][k];
  fill_basis (self);
  tts_vocoder_reset (self);
  return self;
}

void
tts_vocoder_free (TtsVocoder *self)
{
  if (self == NULL)
    return;
  g_free (self->basis);
  g_free (self->taps);
  g_free (self);
}

void
tts_vocoder_reset (TtsVocoder *self)
{
  self->started = FALSE;
  self->random = 0x9E3779B9u; /* any seed but 0 */
  self->position = 0;
  memset (self->pulse, 0, sizeof self->pulse);
  memset (self->noise, 0, sizeof self->noise);
  memset (&self->first, 0, sizeof self->first);
  memset (self->first_out, 0, sizeof self->first_out);
  memset (self->second, 0, sizeof self->second);
  memset (self->second_out, 0, sizeof self->second_out);
}

/* Mean of |H|^2 over frequency. */
static gfloat
filter_energy (const TtsVocoder *self, const gfloat *b)
{
  gfloat log_magnitude[ENERGY_POINTS] = { 0 };
  gfloat sum = 0;

  for (guint m = 0; m < self->model.n_coefs; m++)
    for (guint k = 0; k < ENERGY_POINTS; k++)
      log_magnitude[k] += b[m] * self->basis[m * ENERGY_POINTS + k];
  for (guint k = 0; k < ENERGY_POINTS; k++) {
    gfloat weight = k == 0 || k == ENERGY_POINTS - 1 ? 0.5f : 1.0f;

    sum += weight * expf (2 * log_magnitude[k]);
  }
  return sum / (ENERGY_POINTS - 1);
}

/* Mel cepstrum to filter coefficients, formants emphasised at equal energy
 * (Yoshimura et al., "Incorporating a mixed excitation model and postfilter
 * into HMM-based text-to-speech synthesis", 2005). */
static void
filter_coefficients (const TtsVocoder *self, const gfloat *mcep, gfloat *b)
{
  const TtsVocoderModel *model = &self->model;
  gfloat before;

  b[model->n_coefs - 1] = mcep[model->n_coefs - 1];
  for (guint m = model->n_coefs - 1; m-- > 0;)
    b[m] = mcep[m] - model->alpha * b[m + 1];
  if (model->beta <= 0)
    return;
  before = filter_energy (self, b);
  b[1] -= model->beta * model->alpha * mcep[2];
  for (guint m = 2; m < model->n_coefs; m++)
    b[m] *= 1 + model->beta;
  b[0] += 0.5f * logf (before / filter_energy (self, b));
}

/* 1 or -1 with equal chance (Marsaglia, "Xorshift RNGs", 2003). */
static gfloat
random_sign (guint32 *state)
{
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state & 0x80000000u ? 1.0f : -1.0f;
}

/* One frame of pulses and of noise behind their history. */
static void
fill_sources (TtsVocoder *self, gfloat f0)
{
  guint n = self->model.frame_samples, history = self->model.n_taps - 1;
  gfloat next = f0 > 0 ? (gfloat) self->model.rate / f0 : 0;
  gboolean voiced = self->period > 0 && next > 0;
  gfloat step = voiced ? (next - self->period) / (gfloat) n : 0;
  gfloat period = self->period;

  memmove (self->pulse, self->pulse + n, history * sizeof (gfloat));
  memmove (self->noise, self->noise + n, history * sizeof (gfloat));
  if (!voiced)
    self->position = next; /* a voiced stretch begins with a pulse */
  for (guint t = 0; t < n; t++) {
    gfloat pulse = 0;

    if (voiced) {
      self->position += 1;
      if (self->position >= period) {
        pulse = sqrtf (period);
        self->position -= period;
      }
      period += step;
    }
    self->pulse[history + t] = pulse;
    self->noise[history + t] = random_sign (&self->random);
  }
  self->period = next;
}

/* Each band takes its share of pulses and noise. */
VOX_SIMD static void
mix_excitation (
    const TtsVocoder *self, const gfloat *strengths, gfloat *restrict out)
{
  guint n = self->model.frame_samples, n_taps = self->model.n_taps;

  memset (out, 0, n * sizeof (gfloat));
  for (guint k = 0; k < n_taps; k++) {
    const gfloat *pulse = self->pulse + n_taps - 1 - k;
    const gfloat *noise = self->noise + n_taps - 1 - k;
    gfloat pulse_tap = 0, noise_tap = 0;

    for (guint band = 0; band < self->model.n_bands; band++) {
      gfloat tap = self->taps[band * n_taps + k];

      pulse_tap += strengths[band] * tap;
      noise_tap += (1 - strengths[band]) * tap;
    }
    for (guint t = 0; t < n; t++)
      out[t] += pulse_tap * pulse[t] + noise_tap * noise[t];
  }
}

/* The filter, in place; @b moves by @step every sample. Lane i holds stage
 * i + 1, whose input is what stage i gave for the sample before. */
VOX_SIMD static void
filter_frame (
    TtsVocoder *self, const gfloat *start, const gfloat *step, gfloat *samples)
{
  const guint n_coefs = self->model.n_coefs;
  const gfloat a = self->model.alpha, aa = 1 - a * a;
  const gfloat scale = self->model.gain / FULL_SCALE;
  gfloat b[MAX_COEFS];
  Lanes weight = { 0 }, sign = { 0 };

  memcpy (b, start, n_coefs * sizeof (gfloat));
  for (guint i = 0; i < STAGES; i++) {
    weight[i] = pade[i];
    sign[i] = i % 2 == 0 ? pade[i] : -pade[i];
  }
  for (guint t = 0; t < self->model.frame_samples; t++) {
    gfloat x = samples[t] * expf (b[0]) * scale, out;
    Lanes in, y, feed, sum, previous, current;

    memcpy (&in, self->first_out, sizeof in);
    self->first = aa * in + a * self->first;
    y = self->first * b[1];
    feed = sign * y;
    sum = weight * y;
    x += feed[0] + feed[1] + feed[2] + feed[3] + feed[4];
    out = x + sum[0] + sum[1] + sum[2] + sum[3] + sum[4];
    memcpy (self->first_out + 1, &y, sizeof y);
    self->first_out[0] = x;

    /* An all-pass chain: every delay is moved on by one as it is read. */
    x = out;
    memcpy (&in, self->second_out, sizeof in);
    previous = aa * in + a * self->second[1];
    current = self->second[2];
    self->second[1] = previous;
    self->second[2] = previous;
    y = (Lanes){ 0 };
    for (guint m = 2; m < n_coefs; m++) {
      Lanes next = self->second[m + 1];

      previous = current + a * (next - previous);
      y += previous * b[m];
      self->second[m + 1] = previous;
      current = next;
    }
    feed = sign * y;
    sum = weight * y;
    x += feed[0] + feed[1] + feed[2] + feed[3] + feed[4];
    out = x + sum[0] + sum[1] + sum[2] + sum[3] + sum[4];
    memcpy (self->second_out + 1, &y, sizeof y);
    self->second_out[0] = x;

    samples[t] = out;
    for (guint m = 0; m < n_coefs; m++)
      b[m] += step[m];
  }
}

gsize
tts_vocoder_run (TtsVocoder *self, const gfloat *frame, gfloat *out)
{
  const TtsVocoderModel *model = &self->model;
  gfloat next[MAX_COEFS], step[MAX_COEFS];

  filter_coefficients (self, frame + 1, next);
  if (!self->started) {
    self->started = TRUE;
    self->period = frame[0] > 0 ? (gfloat) model->rate / frame[0] : 0;
    memcpy (self->b, next, sizeof next);
    return 0;
  }
  for (guint m = 0; m < model->n_coefs; m++)
    step[m] = (next[m] - self->b[m]) / (gfloat) model->frame_samples;
  fill_sources (self, frame[0]);
  mix_excitation (self, frame + 1 + model->n_coefs, out);
  filter_frame (self, self->b, step, out);
  memcpy (self->b, next, sizeof next);
  return model->frame_samples;
}
