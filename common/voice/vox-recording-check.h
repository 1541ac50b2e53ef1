/* vox-recording-check.h: what is wrong with a recording that a voice is to be
 * learnt from. Knows nothing of files: several recordings are judged as one
 * piece of audio. */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

/**
 * VoxRecordingFault:
 * @VOX_RECORDING_SILENT: nothing above -60 dBFS
 * @VOX_RECORDING_TOO_SHORT: less than VOX_RECORDING_MIN_S of audio
 * @VOX_RECORDING_NO_VOICE: hardly anything voiced, or one steady tone
 * @VOX_RECORDING_LITTLE_VOICE: less than VOX_RECORDING_MIN_VOICED_S voiced
 * @VOX_RECORDING_LOW_RATE: less than 16000 Hz
 * @VOX_RECORDING_CLIPPED: runs of samples at the level of the peak
 * @VOX_RECORDING_NOISY: the pauses are not much quieter than the voice
 * @VOX_RECORDING_SEVERAL_SPEAKERS: the voice is of two kinds (a suspicion)
 * @VOX_RECORDING_DC: the mean of the samples is not 0
 * @VOX_RECORDING_QUIET: a low peak
 * @VOX_RECORDING_DAMAGED: samples that are not finite numbers
 */
typedef enum
{
  VOX_RECORDING_SILENT,
  VOX_RECORDING_TOO_SHORT,
  VOX_RECORDING_NO_VOICE,
  VOX_RECORDING_LITTLE_VOICE,
  VOX_RECORDING_LOW_RATE,
  VOX_RECORDING_CLIPPED,
  VOX_RECORDING_NOISY,
  VOX_RECORDING_SEVERAL_SPEAKERS,
  VOX_RECORDING_DC,
  VOX_RECORDING_QUIET,
  VOX_RECORDING_DAMAGED,
} VoxRecordingFault;

/** Least audio a voice can be learnt from, in seconds. */
#define VOX_RECORDING_MIN_S 30.0
/** Least voiced part of it; read speech is voiced for 35 to 55 % of its time.
 */
#define VOX_RECORDING_MIN_VOICED_S 8.0

/**
 * VoxRecordingProblem:
 * @is_error: the voice learnt from it would be bad; otherwise a warning
 * @sentence: what is wrong and what to do, for people
 */
typedef struct
{
  VoxRecordingFault fault;
  gboolean is_error;
  gchar *sentence;
} VoxRecordingProblem;

/**
 * VoxRecordingReport:
 * @problems: (element-type VoxRecordingProblem): errors first
 * @n_errors: how many of them are errors
 * @duration_s: seconds of audio
 * @voiced_s: seconds that are voiced
 * @f0_median_hz: over the voiced part, 0 without any
 * @snr_db: active part against the quietest 3 % of the time
 * @clipped_ratio: share of samples in flat runs at the peak
 */
typedef struct
{
  GArray *problems;
  guint n_errors;
  gdouble duration_s;
  gdouble voiced_s;
  gdouble f0_median_hz;
  gdouble snr_db;
  gdouble clipped_ratio;
} VoxRecordingReport;

/**
 * vox_recording_check:
 * @samples: mono, full scale 1.0
 * @rate: 8000 to 192000 Hz
 *
 * Returns: (transfer full): NULL only when the analysis itself failed.
 */
VoxRecordingReport *vox_recording_check (
    const gfloat *samples, gsize n_samples, guint rate, GError **error);
void vox_recording_report_free (VoxRecordingReport *report);

/** vox_recording_report_find: the problem of kind @fault, or NULL. */
const VoxRecordingProblem *vox_recording_report_find (
    const VoxRecordingReport *report, VoxRecordingFault fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxRecordingReport, vox_recording_report_free)

G_END_DECLS
