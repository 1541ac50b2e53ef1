/* vox-recording-check.c: levels, clipping, noise and voice of a recording, and
 * the verdicts on them. */
#include "voice/vox-recording-check.h"

#include <math.h>
#include <string.h>

#include "dsp/vox-f0.h"
#include "voice/vox-speaker-spread.h"

#define FRAME_S 0.010
/* Voices of all kinds, sung ones too. */
#define MIN_F0_HZ 60.0
#define MAX_F0_HZ 900.0
#define MIN_RATE_HZ 16000
/* -60 dBFS: under it a recording counts as silent. */
#define SILENT_PEAK 1e-3
#define QUIET_PEAK 0.03
#define MAX_DC 0.02
/* A frame is active when it is less than this under the loud ones, which the
 * 95th percentile stands for. */
#define ACTIVE_RANGE_DB 35.0
#define LOUD_PERCENTILE 0.95
/* The quietest part of the recording that counts as its noise. */
#define NOISE_SHARE 0.03
/* Frames under this are digital silence, which says nothing on the noise. */
#define DIGITAL_SILENCE_DB -96.0
#define NOISY_ERROR_DB 10.0
#define NOISY_WARNING_DB 20.0
/* A limiter makes single peaks; clipping makes runs. */
#define CLIP_RUN_SAMPLES 3
#define CLIP_TOLERANCE 1e-4
#define CLIP_SECTION_S 2.0
/* -12 dB under the peak of the whole: quieter parts have few steps of 16 bits
 * to be different in. */
#define CLIP_SECTION_LEVEL 0.25
#define MIN_SECTION_RUNS 4
#define CLIPPED_ERROR_RATIO 1e-2
#define CLIPPED_WARNING_RATIO 1e-4
/* Under this share of the active time, voicing is chance. */
#define MIN_VOICED_SHARE 0.1
/* Speech moves by 2 semitones and more, singing by more; a tone by none. */
#define MIN_F0_DEVIATION_SEMITONES 0.2
/* Chosen above what recordings of one speaker reach: pairs of similar
 * speakers are missed rather than one speaker suspected. */
#define TWO_SPEAKERS_TIMBRE 4.5
#define TWO_SPEAKERS_F0_GAP_SEMITONES 6.0
#define TWO_SPEAKERS_F0_RATIO 5.0

/* What is measured before anything is judged. */
typedef struct
{
  gdouble mean;
  gdouble peak;
  guint64 not_finite;
  gdouble active_s;
  gdouble f0_deviation_semitones;
  VoxSpeakerSpread spread;
} Measures;

static void
problem_clear (gpointer data)
{
  g_free (((VoxRecordingProblem *) data)->sentence);
}

G_GNUC_PRINTF (4, 5)
static void
add (VoxRecordingReport *report, VoxRecordingFault fault, gboolean is_error,
    const gchar *format, ...)
{
  VoxRecordingProblem problem = { fault, is_error, NULL };
  va_list args;

  va_start (args, format);
  problem.sentence = g_strdup_vprintf (format, args);
  va_end (args);
  if (is_error)
    g_array_insert_val (report->problems, report->n_errors, problem);
  else
    g_array_append_val (report->problems, problem);
  report->n_errors += is_error;
}

/* A finite copy without its mean. */
static gfloat *
condition (const gfloat *samples, gsize n, Measures *m)
{
  gfloat *x = g_new (gfloat, MAX (n, 1));

  for (gsize i = 0; i < n; i++) {
    gboolean finite = isfinite (samples[i]);

    m->not_finite += !finite;
    x[i] = finite ? samples[i] : 0.0f;
    m->mean += x[i];
  }
  m->mean /= MAX (n, 1);
  for (gsize i = 0; i < n; i++) {
    x[i] -= (gfloat) m->mean;
    m->peak = MAX (m->peak, fabs (x[i]));
  }
  return x;
}

/* Samples in flat runs at the largest or the smallest value; *n_runs: how many
 * runs. */
static gsize
clipped_samples (const gfloat *x, gsize n, guint *n_runs)
{
  gfloat high = 0.0f, low = 0.0f;
  gsize clipped = 0, run = 0;

  *n_runs = 0;
  for (gsize i = 0; i < n; i++) {
    high = MAX (high, x[i]);
    low = MIN (low, x[i]);
  }
  for (gsize i = 0; i <= n; i++) {
    gboolean flat = i < n
        && (x[i] >= high - (high - low) * CLIP_TOLERANCE
            || x[i] <= low + (high - low) * CLIP_TOLERANCE);

    if (flat) {
      run++;
      continue;
    }
    if (run >= CLIP_RUN_SAMPLES) {
      clipped += run;
      (*n_runs)++;
    }
    run = 0;
  }
  return clipped;
}

/* Share of samples in flat runs at the peak of the recording, or at the peaks
 * of its sections: takes of different gain clip at different levels. A section
 * must be loud and have several runs, because its one highest wave may look
 * flat without being clipped. */
static gdouble
clipped_ratio (const gfloat *x, gsize n, guint rate, gdouble peak)
{
  gsize section = (gsize) (CLIP_SECTION_S * rate), in_sections = 0;
  guint n_runs;
  gsize clipped = clipped_samples (x, n, &n_runs);

  for (gsize i = 0; i < n; i += section) {
    gsize length = MIN (section, n - i), flat;
    gfloat high = 0.0f;

    for (gsize k = i; k < i + length; k++)
      high = MAX (high, fabsf (x[k]));
    if (high < CLIP_SECTION_LEVEL * peak)
      continue;
    flat = clipped_samples (x + i, length, &n_runs);
    in_sections += n_runs >= MIN_SECTION_RUNS ? flat : 0;
  }
  return n > 0 ? (gdouble) MAX (clipped, in_sections) / n : 0.0;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* The active time and the SNR. */
static void
measure_levels (const gfloat *x, gsize n, guint rate,
    VoxRecordingReport *report, Measures *m)
{
  gsize hop = (gsize) (FRAME_S * rate);
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble loud, noise = 0.0, active = 0.0;
  guint n_noise, n_active = 0, first = 0;

  for (gsize i = 0; i + hop <= n; i += hop) {
    gdouble power = 0.0, level;

    for (gsize k = i; k < i + hop; k++)
      power += (gdouble) x[k] * x[k];
    level = 10.0 * log10 (power / hop + 1e-30);
    g_array_append_val (sorted, level);
  }
  if (sorted->len == 0)
    return;
  qsort (sorted->data, sorted->len, sizeof (gdouble), compare_doubles);
  loud = g_array_index (
      sorted, gdouble, (guint) (LOUD_PERCENTILE * (sorted->len - 1)));
  while (first + 1 < sorted->len
      && g_array_index (sorted, gdouble, first) < DIGITAL_SILENCE_DB)
    first++;
  n_noise = MAX (1, (guint) (NOISE_SHARE * (sorted->len - first)));
  for (guint i = first; i < sorted->len; i++) {
    gdouble level = g_array_index (sorted, gdouble, i);

    if (i < first + n_noise)
      noise += pow (10.0, level / 10.0) / n_noise;
    if (level > loud - ACTIVE_RANGE_DB) {
      active += pow (10.0, level / 10.0);
      n_active++;
    }
  }
  m->active_s = n_active * FRAME_S;
  report->snr_db = 10.0 * log10 (active / MAX (n_active, 1) / noise);
}

static gboolean
measure_voice (const gfloat *x, gsize n, guint rate, VoxRecordingReport *report,
    Measures *m, GError **error)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", error);
  g_autoptr (VoxStream) stream =
      device != NULL ? vox_stream_new (device, error) : NULL;
  g_autoptr (GArray) track = NULL;
  g_autoptr (GArray) voiced = g_array_new (FALSE, FALSE, sizeof (gdouble));
  VoxF0Params params = VOX_F0_PARAMS_DEFAULT;
  gdouble mean = 0.0, square = 0.0;

  params.rate = rate;
  params.hop_s = FRAME_S;
  params.min_hz = MIN_F0_HZ;
  params.max_hz = MAX_F0_HZ;
  if (stream == NULL
      || !(track = vox_f0_analyze (stream, &params, x, n, error)))
    return FALSE;
  for (guint k = 0; k < track->len; k++) {
    gfloat f0 = g_array_index (track, VoxF0Frame, k).f0_hz;
    gdouble semitones = f0 > 0.0f ? 12.0 * log2 (f0) : 0.0;

    if (f0 > 0.0f)
      g_array_append_val (voiced, semitones);
  }
  report->voiced_s = voiced->len * FRAME_S;
  if (voiced->len == 0)
    return TRUE;
  qsort (voiced->data, voiced->len, sizeof (gdouble), compare_doubles);
  report->f0_median_hz =
      exp2 (g_array_index (voiced, gdouble, voiced->len / 2) / 12.0);
  for (guint k = 0; k < voiced->len; k++) {
    gdouble value = g_array_index (voiced, gdouble, k);

    mean += value / voiced->len;
    square += value * value / voiced->len;
  }
  m->f0_deviation_semitones = sqrt (MAX (square - mean * mean, 0.0));
  return vox_speaker_spread (
      stream, x, n, rate, track, FRAME_S, &m->spread, error);
}

/* For what is compared with a limit: 7.96 s must not be told as 8.0 s. */
static gdouble
round_down (gdouble value, gdouble steps_per_unit)
{
  return floor (value * steps_per_unit) / steps_per_unit;
}

/* Faults that leave nothing to analyse. */
static gboolean
judge_silence (VoxRecordingReport *report, const Measures *m)
{
  if (m->peak >= SILENT_PEAK)
    return FALSE;
  if (fabs (m->mean) >= SILENT_PEAK)
    add (report, VOX_RECORDING_NO_VOICE, TRUE,
        "there is no voice in it: every sample has nearly the same value "
        "(%.3f); check the microphone",
        m->mean);
  else
    add (report, VOX_RECORDING_SILENT, TRUE,
        "it is silent (nothing above -60 dBFS); check the microphone");
  return TRUE;
}

/* Returns: whether there is a voice at all. */
static gboolean
judge_voice (VoxRecordingReport *report, const Measures *m)
{
  if (report->voiced_s < MIN_VOICED_SHARE * m->active_s) {
    add (report, VOX_RECORDING_NO_VOICE, TRUE,
        "there is no voice in it that can be recognised (%.1f s of %.1f s "
        "have a pitch)",
        report->voiced_s, report->duration_s);
    return FALSE;
  }
  if (m->f0_deviation_semitones < MIN_F0_DEVIATION_SEMITONES) {
    add (report, VOX_RECORDING_NO_VOICE, TRUE,
        "it is a steady tone of %.0f Hz, not a voice", report->f0_median_hz);
    return FALSE;
  }
  if (report->voiced_s < VOX_RECORDING_MIN_VOICED_S)
    add (report, VOX_RECORDING_LITTLE_VOICE, TRUE,
        "only %.1f s of it are voice; at least %.0f s are needed: record more, "
        "with fewer pauses",
        round_down (report->voiced_s, 10.0), VOX_RECORDING_MIN_VOICED_S);
  return TRUE;
}

static void
judge_speakers (VoxRecordingReport *report, const Measures *m)
{
  gboolean by_pitch = m->spread.f0_gap_semitones > TWO_SPEAKERS_F0_GAP_SEMITONES
      && m->spread.f0_ratio > TWO_SPEAKERS_F0_RATIO;

  if (m->spread.timbre > TWO_SPEAKERS_TIMBRE || by_pitch)
    add (report, VOX_RECORDING_SEVERAL_SPEAKERS, FALSE,
        "parts of it sound like different speakers (%s); use recordings of "
        "one person, made with one microphone",
        by_pitch ? "their pitch falls into two groups"
                 : "their timbre falls into two groups");
}

static void
judge_signal (VoxRecordingReport *report, const Measures *m, guint rate)
{
  if (report->duration_s < VOX_RECORDING_MIN_S)
    add (report, VOX_RECORDING_TOO_SHORT, TRUE,
        "it has %.1f s of audio; %.0f to 60 s are needed",
        round_down (report->duration_s, 10.0), VOX_RECORDING_MIN_S);
  if (rate < MIN_RATE_HZ)
    add (report, VOX_RECORDING_LOW_RATE, TRUE,
        "its sample rate is %u Hz; at least %d Hz are needed", rate,
        MIN_RATE_HZ);
  if (m->not_finite > 0)
    add (report, VOX_RECORDING_DAMAGED, FALSE,
        "%" G_GUINT64_FORMAT " of its samples are not numbers; they count as "
        "silence",
        m->not_finite);
  if (report->clipped_ratio > CLIPPED_WARNING_RATIO)
    add (report, VOX_RECORDING_CLIPPED,
        report->clipped_ratio > CLIPPED_ERROR_RATIO,
        "it is clipped (%.2f %% of the samples are at the limit); record it "
        "again with less gain",
        100.0 * report->clipped_ratio);
  if (fabs (m->mean) > MAX_DC)
    add (report, VOX_RECORDING_DC, FALSE,
        "it has a DC offset of %.1f %% of full scale; check the sound card",
        100.0 * m->mean);
  if (m->peak < QUIET_PEAK && m->peak >= SILENT_PEAK)
    add (report, VOX_RECORDING_QUIET, FALSE,
        "it is very quiet (peak %.0f dBFS); record it with more gain",
        20.0 * log10 (m->peak));
}

static void
judge_noise (VoxRecordingReport *report)
{
  if (report->snr_db < NOISY_WARNING_DB)
    add (report, VOX_RECORDING_NOISY, report->snr_db < NOISY_ERROR_DB,
        "it is noisy (the voice is only %.0f dB above the pauses); record it "
        "in a quiet room, close to the microphone",
        round_down (report->snr_db, 1.0));
}

VoxRecordingReport *
vox_recording_check (
    const gfloat *samples, gsize n_samples, guint rate, GError **error)
{
  g_autoptr (VoxRecordingReport) report = g_new0 (VoxRecordingReport, 1);
  g_autofree gfloat *x = NULL;
  Measures m = { 0 };

  g_return_val_if_fail (samples != NULL || n_samples == 0, NULL);
  g_return_val_if_fail (rate > 0, NULL);
  report->problems = g_array_new (FALSE, FALSE, sizeof (VoxRecordingProblem));
  g_array_set_clear_func (report->problems, problem_clear);
  report->duration_s = (gdouble) n_samples / rate;
  x = condition (samples, n_samples, &m);
  if (judge_silence (report, &m)) {
    judge_signal (report, &m, rate);
    return g_steal_pointer (&report);
  }
  report->clipped_ratio = clipped_ratio (x, n_samples, rate, m.peak);
  measure_levels (x, n_samples, rate, report, &m);
  if (!measure_voice (x, n_samples, rate, report, &m, error))
    return NULL;
  judge_signal (report, &m, rate);
  if (judge_voice (report, &m)) {
    judge_noise (report);
    judge_speakers (report, &m);
  }
  return g_steal_pointer (&report);
}

void
vox_recording_report_free (VoxRecordingReport *report)
{
  if (report == NULL)
    return;
  g_array_unref (report->problems);
  g_free (report);
}

const VoxRecordingProblem *
vox_recording_report_find (
    const VoxRecordingReport *report, VoxRecordingFault fault)
{
  for (guint i = 0; i < report->problems->len; i++) {
    const VoxRecordingProblem *problem =
        &g_array_index (report->problems, VoxRecordingProblem, i);

    if (problem->fault == fault)
      return problem;
  }
  return NULL;
}
