/* vox-quality.h: how good a recording is, alone or against a reference.
 *
 * A VoxQuality takes two streams of the same sample rate in step, the judged
 * one and (optionally) the reference, and gives back a VoxQualityResult: one
 * number per metric, the same over time, and for every metric that could not
 * be computed the reason. vox_quality_measure () does it for audio in memory.
 *
 * Results do not depend on how the audio is cut into pushes. Memory grows only
 * with what the result holds (about 1 kB a second) and with what STOI must keep
 * (80 kB a second, at most VOX_QUALITY_STOI_SECTION_S seconds).
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "base/vox-error.h"
#include "base/vox-mode.h"

G_BEGIN_DECLS

/** Changes whenever a definition below or the layout of a report does. */
#define VOX_QUALITY_VERSION "1"

/** STOI's silence threshold is relative to the loudest frame, so its audio is
 * kept; longer streams are cut into sections of this many seconds. */
#define VOX_QUALITY_STOI_SECTION_S 600

/**
 * VoxQualityMetric:
 *
 * The pooled metrics; vox_quality_metric_info () tells name, unit, definition.
 * Metrics without "of the judged stream" need a reference.
 *
 * @VOX_QUALITY_STOI: short-time objective intelligibility, 0 to 1
 * @VOX_QUALITY_ESTOI: its extended form
 * @VOX_QUALITY_SI_SDR: scale-invariant signal-to-distortion ratio, dB
 * @VOX_QUALITY_SDR: image SDR, median of 1 s frames, dB
 * @VOX_QUALITY_LSD: log-spectral distance, dB
 * @VOX_QUALITY_MCD: mel-cepstral distortion, dB
 * @VOX_QUALITY_F0_RMSE_HZ: F0 error where both are voiced, Hz
 * @VOX_QUALITY_F0_RMSE_CENTS: the same in cents
 * @VOX_QUALITY_F0_RPA: raw pitch accuracy (within 50 cents), 0 to 1
 * @VOX_QUALITY_F0_GPE: gross pitch error (over 20 %), 0 to 1
 * @VOX_QUALITY_F0_VDE: voicing decision error, 0 to 1
 * @VOX_QUALITY_F0_CORRELATION: Pearson correlation of log F0, -1 to 1
 * @VOX_QUALITY_LOUDNESS_INTEGRATED: of the judged stream, LUFS
 * @VOX_QUALITY_LOUDNESS_RANGE: of the judged stream, LU
 * @VOX_QUALITY_TRUE_PEAK: of the judged stream, dBTP
 * @VOX_QUALITY_SPEAKER_SIMILARITY: -1 to 1; read it beside
 *   #VoxQualitySimilarityLevels
 * @VOX_QUALITY_MOS_LQO: listening quality, 1 to 5
 */
typedef enum
{
  VOX_QUALITY_STOI,
  VOX_QUALITY_ESTOI,
  VOX_QUALITY_SI_SDR,
  VOX_QUALITY_SDR,
  VOX_QUALITY_LSD,
  VOX_QUALITY_MCD,
  VOX_QUALITY_F0_RMSE_HZ,
  VOX_QUALITY_F0_RMSE_CENTS,
  VOX_QUALITY_F0_RPA,
  VOX_QUALITY_F0_GPE,
  VOX_QUALITY_F0_VDE,
  VOX_QUALITY_F0_CORRELATION,
  VOX_QUALITY_LOUDNESS_INTEGRATED,
  VOX_QUALITY_LOUDNESS_RANGE,
  VOX_QUALITY_TRUE_PEAK,
  VOX_QUALITY_SPEAKER_SIMILARITY,
  VOX_QUALITY_MOS_LQO,
  VOX_QUALITY_N_METRICS,
} VoxQualityMetric;

/**
 * VoxQualityMetricInfo:
 * @key: name in reports, such as "f0_rmse_hz"
 * @label: name for people, such as "F0 error"
 * @unit: "dB", "Hz", "cents", "LUFS", "LU", "dBTP" or ""
 * @decimals: digits worth printing
 * @definition: one line, exact enough to compute it again
 * @explanation: one sentence for people on how to read the number
 */
typedef struct
{
  const gchar *key;
  const gchar *label;
  const gchar *unit;
  guint decimals;
  const gchar *definition;
  const gchar *explanation;
} VoxQualityMetricInfo;

const VoxQualityMetricInfo *vox_quality_metric_info (VoxQualityMetric metric);

/**
 * VoxQualityGroups: what to compute.
 * @VOX_QUALITY_GROUP_INTELLIGIBILITY: STOI, ESTOI
 * @VOX_QUALITY_GROUP_DISTORTION: SI-SDR, SDR
 * @VOX_QUALITY_GROUP_SPECTRUM: LSD, MCD
 * @VOX_QUALITY_GROUP_PITCH: all F0 metrics
 * @VOX_QUALITY_GROUP_LOUDNESS: R128
 * @VOX_QUALITY_GROUP_SIGNAL: clipping, DC, noise floor, silence, coherence
 * @VOX_QUALITY_GROUP_SIMILARITY: speaker similarity
 */
typedef enum
{
  VOX_QUALITY_GROUP_INTELLIGIBILITY = 1 << 0,
  VOX_QUALITY_GROUP_DISTORTION = 1 << 1,
  VOX_QUALITY_GROUP_SPECTRUM = 1 << 2,
  VOX_QUALITY_GROUP_PITCH = 1 << 3,
  VOX_QUALITY_GROUP_LOUDNESS = 1 << 4,
  VOX_QUALITY_GROUP_SIGNAL = 1 << 5,
  VOX_QUALITY_GROUP_SIMILARITY = 1 << 6,
  VOX_QUALITY_GROUP_ALL = (1 << 7) - 1,
} VoxQualityGroups;

/**
 * VoxQualityAlignment:
 * @VOX_QUALITY_ALIGNMENT_OFF: sample k is compared with sample k
 * @VOX_QUALITY_ALIGNMENT_AUTO: one constant lag is found in the first
 *   VOX_QUALITY_LAG_WINDOW_S seconds and taken out
 */
typedef enum
{
  VOX_QUALITY_ALIGNMENT_OFF,
  VOX_QUALITY_ALIGNMENT_AUTO,
} VoxQualityAlignment;

#define VOX_QUALITY_LAG_WINDOW_S 20

/**
 * VoxQualityParams:
 * @rate: sample rate of both streams in Hz, 8000 to 192000
 * @channels: of the judged stream, 1 to 8
 * @reference_channels: of the reference, 1 to 8; 0: there is no reference
 * @groups: #VoxQualityGroups
 * @interval_s: seconds between the values over time, 0.1 to 60
 * @alignment: see #VoxQualityAlignment
 * @max_lag_s: largest lag looked for, 0.01 to 5
 * @expected_shift: semitones the judged stream is meant to be above the
 *   reference, -48 to 48; taken out before F0 is compared
 * @mode: of the F0 tracker; comparable figures need the same mode
 * @time_locked: FALSE when the two may run at different speeds: MCD is then
 *   computed along a DTW path
 *
 * Streams with a different number of channels are compared as mono mixes.
 */
typedef struct
{
  guint rate;
  guint channels;
  guint reference_channels;
  guint groups;
  gdouble interval_s;
  VoxQualityAlignment alignment;
  gdouble max_lag_s;
  gdouble expected_shift;
  VoxMode mode;
  gboolean time_locked;
} VoxQualityParams;

#define VOX_QUALITY_PARAMS_DEFAULT                                        \
  {                                                                       \
    .rate = 48000, .channels = 1, .reference_channels = 1,                \
    .groups = VOX_QUALITY_GROUP_ALL, .interval_s = 1.0,                   \
    .alignment = VOX_QUALITY_ALIGNMENT_OFF, .max_lag_s = 2.0,             \
    .expected_shift = 0.0, .mode = VOX_MODE_BALANCED, .time_locked = TRUE \
  }

/**
 * VoxQualityValue:
 * @available: whether @value was computed
 * @value: in the metric's unit; 0 when not available
 * @reason: (owned): why it is not available; NULL when it is
 * @has_spread: whether the next three mean something (values over time exist)
 * @min, @max, @mean: over the intervals
 */
typedef struct
{
  gboolean available;
  gdouble value;
  gchar *reason;
  gboolean has_spread;
  gdouble min, max, mean;
} VoxQualityValue;

/** VoxQualityFrameValue: what is known for each interval; NaN where it is not.
 * Those with REFERENCE describe the reference, the others the judged stream or
 * the comparison. */
typedef enum
{
  VOX_QUALITY_FRAME_STOI,
  VOX_QUALITY_FRAME_ESTOI,
  VOX_QUALITY_FRAME_SI_SDR,
  VOX_QUALITY_FRAME_SDR,
  VOX_QUALITY_FRAME_LSD,
  VOX_QUALITY_FRAME_MCD,
  VOX_QUALITY_FRAME_F0,
  VOX_QUALITY_FRAME_REFERENCE_F0,
  VOX_QUALITY_FRAME_F0_RMSE_CENTS,
  VOX_QUALITY_FRAME_LOUDNESS_MOMENTARY,
  VOX_QUALITY_FRAME_LOUDNESS_SHORT_TERM,
  VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_MOMENTARY,
  VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_SHORT_TERM,
  VOX_QUALITY_N_FRAME_VALUES,
} VoxQualityFrameValue;

/** vox_quality_frame_key: name in reports, such as "reference_f0_hz". */
const gchar *vox_quality_frame_key (VoxQualityFrameValue value);

/**
 * VoxQualityFrame:
 * @time_s: start of the interval, on the time line of the judged stream after
 *   the lag was taken out
 * @duration_s: its length; the last may be shorter
 */
typedef struct
{
  gdouble time_s;
  gdouble duration_s;
  gdouble values[VOX_QUALITY_N_FRAME_VALUES];
} VoxQualityFrame;

/**
 * VoxQualitySignal: one stream by itself. Levels are NaN when unknown.
 * @duration_s: seconds pushed
 * @loudness_integrated_lufs, @loudness_range_lu, @loudness_momentary_max_lufs,
 *   @loudness_short_term_max_lufs, @true_peak_dbtp: R128
 * @sample_peak_dbfs, @rms_dbfs: over all channels
 * @dc: mean sample value of the channel with the largest one, signed
 * @clipped_samples: samples in runs of three or more at full scale
 * @noise_floor_dbfs: 5th percentile of the level of 32 ms frames that are not
 *   digital silence
 * @silence_ratio: share of those frames under -60 dBFS, 0 to 1
 * @coherence: power-weighted magnitude-squared coherence of the first two
 *   channels, 0 to 1
 * @voiced_ratio: share of voiced 10 ms frames, 0 to 1
 * @f0_median_hz: over voiced frames
 */
typedef struct
{
  gdouble duration_s;
  gdouble loudness_integrated_lufs;
  gdouble loudness_range_lu;
  gdouble loudness_momentary_max_lufs;
  gdouble loudness_short_term_max_lufs;
  gdouble true_peak_dbtp;
  gdouble sample_peak_dbfs;
  gdouble rms_dbfs;
  gdouble dc;
  guint64 clipped_samples;
  gdouble noise_floor_dbfs;
  gdouble silence_ratio;
  gdouble coherence;
  gdouble voiced_ratio;
  gdouble f0_median_hz;
} VoxQualitySignal;

/**
 * VoxQualityLag:
 * @searched: whether alignment was asked for
 * @found: whether a lag was found; it is 0 otherwise
 * @samples: samples by which the judged stream is late (negative: early)
 * @confidence: correlation at the lag, 0 to 1
 * @method: "waveform" (exact to the sample) or "envelope" (to about 1 ms, for
 *   streams whose waveforms differ, such as transposed ones), static string
 */
typedef struct
{
  gboolean searched;
  gboolean found;
  gint64 samples;
  gdouble confidence;
  const gchar *method;
} VoxQualityLag;

/**
 * VoxQualitySimilarityLevels: what speaker_similarity was for pairs of
 * recordings of held-out speakers, measured when the table was made.
 * @same_mean, @same_low: mean and 5th percentile, the same speaker twice
 * @different_mean, @different_high: mean and 95th percentile, two speakers
 * @threshold: where both kinds of error are equally frequent
 * @equal_error_rate: how frequent they are there, 0 to 1
 */
typedef struct
{
  gdouble same_mean, same_low;
  gdouble different_mean, different_high;
  gdouble threshold;
  gdouble equal_error_rate;
} VoxQualitySimilarityLevels;

const VoxQualitySimilarityLevels *vox_quality_similarity_levels (void);

/**
 * VoxQualitySpectrogram: for pictures; at most VOX_QUALITY_SPECTROGRAM_COLUMNS
 * columns however long the stream is.
 * @n_columns, @n_rows: size
 * @column_s: seconds a column covers
 * @max_hz: upper edge; rows are spaced evenly on the mel scale from 0 Hz
 * @levels_db: [n_columns][n_rows] mean power in dB, a full-scale sine at 0
 */
typedef struct
{
  guint n_columns;
  guint n_rows;
  gdouble column_s;
  gdouble max_hz;
  gfloat *levels_db;
} VoxQualitySpectrogram;

#define VOX_QUALITY_SPECTROGRAM_COLUMNS 600
#define VOX_QUALITY_SPECTROGRAM_ROWS 64

/**
 * VoxQualityResult:
 * @params: what was asked for
 * @metrics: by #VoxQualityMetric
 * @lag: see #VoxQualityLag
 * @compared_s: seconds that were compared (0 without a reference)
 * @judged, @reference: each stream by itself; @reference is meaningful only
 *   with params.reference_channels > 0
 * @f0_ffe: F0 frame error (voicing or gross pitch error), 0 to 1, or NaN
 * @frames: (element-type VoxQualityFrame)
 * @f0_hz, @reference_f0_hz: (element-type gfloat): tracks every 10 ms, 0 where
 *   unvoiced, with expected_shift still in; empty without the group
 * @spectrogram, @reference_spectrogram: with the spectrum group; else 0 columns
 * @notes: (element-type utf8): sentences on what the reader should know, such
 *   as unequal lengths
 *
 * Immutable for callers; free with vox_quality_result_free ().
 */
typedef struct
{
  VoxQualityParams params;
  VoxQualityValue metrics[VOX_QUALITY_N_METRICS];
  VoxQualityLag lag;
  gdouble compared_s;
  VoxQualitySignal judged;
  VoxQualitySignal reference;
  gdouble f0_ffe;
  GArray *frames;
  GArray *f0_hz;
  GArray *reference_f0_hz;
  VoxQualitySpectrogram spectrogram;
  VoxQualitySpectrogram reference_spectrogram;
  GPtrArray *notes;
} VoxQualityResult;

void vox_quality_result_free (VoxQualityResult *result);

typedef struct _VoxQuality VoxQuality;

/**
 * vox_quality_new:
 *
 * Returns: (transfer full): a meter, or NULL with VOX_ERROR_ARGUMENT for
 *   parameters out of range, VOX_ERROR_MEMORY or VOX_ERROR_DEVICE.
 */
VoxQuality *vox_quality_new (
    VoxDevice *device, const VoxQualityParams *params, GError **error);
void vox_quality_free (VoxQuality *self);

/**
 * vox_quality_push:
 * @frames: interleaved host samples of the judged stream, full scale 1.0;
 *   non-finite samples count as 0
 */
gboolean vox_quality_push (
    VoxQuality *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_quality_push_reference: the same for the reference. The streams are
 * compared as far as both have come; what one is ahead is kept. */
gboolean vox_quality_push_reference (
    VoxQuality *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_quality_end_reference: no more of the reference will come; judged frames
 * that have nothing to be compared with are then no longer kept. */
gboolean vox_quality_end_reference (VoxQuality *self, GError **error);

/**
 * vox_quality_next_interval:
 * @frame: (out): the next interval that is complete, oldest first. Its STOI
 *   rests on the loudest frame so far; the final result knows the loudest one.
 *
 * Returns: FALSE when none is complete. Nothing is lost by not calling it.
 */
gboolean vox_quality_next_interval (VoxQuality *self, VoxQualityFrame *frame);

/** vox_quality_lag: (transfer none): what is known of the lag now. */
const VoxQualityLag *vox_quality_lag (const VoxQuality *self);

/**
 * vox_quality_finish:
 * Ends both streams. A longer one is cut to the shorter one for comparisons.
 * Afterwards only vox_quality_next_interval () (for the rest) and
 * vox_quality_free () are allowed.
 *
 * Returns: (transfer full): the result.
 */
VoxQualityResult *vox_quality_finish (VoxQuality *self, GError **error);

/**
 * vox_quality_measure:
 * @reference: interleaved, or NULL when params->reference_channels is 0
 * @judged: interleaved
 *
 * The whole measurement of audio in memory.
 *
 * Returns: (transfer full)
 */
VoxQualityResult *vox_quality_measure (VoxDevice *device,
    const VoxQualityParams *params, const gfloat *reference,
    gsize n_reference_frames, const gfloat *judged, gsize n_judged_frames,
    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxQuality, vox_quality_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxQualityResult, vox_quality_result_free)

G_END_DECLS
