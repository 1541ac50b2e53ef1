/* vox-psola.h: pitch-synchronous overlap-add: changes pitch and formants of one
 * voice, not its duration (Moulines and Charpentier 1990, TD-PSOLA).
 *
 * A voiced sound is cut into grains of two periods around its pitch marks,
 * which are set down again at the distance of the new period; a grain is
 * repeated or left out so that time stays. Unvoiced grains stay where they
 * were, so that noise is never repeated. With ratios of 1 the windows sum to
 * one and the output is the input.
 *
 *   samples ──────────────┐
 *   marks ──── schedule ──┴─ extract ── filter (caller's) ── add ── output
 *   control ──┘
 *
 * Streaming: output sample n is input sample n processed, as many come out as
 * went in, and the result does not depend on how the input was cut. Give it
 * samples, marks and control in any order; it computes what it can.
 */
#pragma once

#include <glib.h>
#include "backend/vox-backend.h"
#include "dsp/vox-marks.h"

G_BEGIN_DECLS

typedef struct _VoxPsola VoxPsola;

/**
 * VoxPsolaParams:
 * @rate: sample rate in Hz, 8000 to 192000
 * @channels: 1 to 8; all share the marks
 * @min_hz: lowest F0 of the marks; longer half grains are cut
 * @min_formant_ratio: lowest formant ratio that will be asked for, 0.25 to 1
 * @control_hop_s: seconds between control values (frame k is at k * hop)
 * @grain_length: samples of one extracted grain, such as the transform size of
 *   a filter; 0 for the shortest that fits. VOX_ERROR_ARGUMENT when too short.
 */
typedef struct
{
  guint rate;
  guint channels;
  gdouble min_hz;
  gdouble min_formant_ratio;
  gdouble control_hop_s;
  guint grain_length;
} VoxPsolaParams;

#define VOX_PSOLA_PARAMS_DEFAULT                                            \
  {                                                                         \
    .rate = 48000, .channels = 1, .min_hz = 50.0, .min_formant_ratio = 1.0, \
    .control_hop_s = 0.005, .grain_length = 0                               \
  }

/**
 * VoxPsolaControl:
 * @pitch_ratio: output F0 / input F0, 0.25 to 4 (unused where unvoiced)
 * @formant_ratio: factor on all formant frequencies, @min_formant_ratio to 4;
 *   1 keeps them
 *
 * Values between two frames are interpolated linearly.
 */
typedef struct
{
  gfloat pitch_ratio;
  gfloat formant_ratio;
} VoxPsolaControl;

/**
 * VoxGrain:
 * @source: centre in the input, samples from the start
 * @destination: centre in the output; equal to @source where unvoiced
 * @left: samples of the output from the start of the window to the centre
 * @right: and from there to its end
 * @rate: input samples per output sample: the formant ratio
 * @gain: sqrt (new period / old period * formant ratio) where voiced (keeps the
 *   power), 1 elsewhere
 * @period: of the source mark, samples of the input
 * @mark: index of the source mark in all marks pushed since creation or reset;
 *   the first or last one for the unvoiced grains outside of them
 * @voiced: of that mark
 */
typedef struct
{
  gdouble source;
  gdouble destination;
  gdouble left;
  gdouble right;
  gdouble rate;
  gdouble gain;
  gdouble period;
  guint64 mark;
  gboolean voiced;
} VoxGrain;

/**
 * VoxPsolaFilter:
 * @grains: device, [n_grains][channels][grain_length]: the windowed grains;
 *   index vox_psola_grain_centre () holds the sample at the whole part of
 *   @destination, zeros are around the window. Change them in place; what a
 *   causal filter leaves behind the window, up to the end of the row, is kept.
 * @info: n_grains descriptions, host
 *
 * Called on the caller's thread, in order of time, each grain exactly once, in
 * batches of at most VOX_PSOLA_BATCH. How grains fall into batches depends on
 * the pushes; so the result for a grain must not depend on its batch.
 *
 * Returns: FALSE with @error set to fail the push.
 */
typedef gboolean (*VoxPsolaFilter) (gpointer user_data, gfloat *grains,
    const VoxGrain *info, guint n_grains, GError **error);

/** Most grains of one call of a #VoxPsolaFilter. */
#define VOX_PSOLA_BATCH 64

/** vox_psola_new: on @stream, which must outlive it.
 * Returns: (transfer full): vox_psola_free () it. */
VoxPsola *vox_psola_new (
    VoxStream *stream, const VoxPsolaParams *params, GError **error);
void vox_psola_free (VoxPsola *self);

/** vox_psola_set_filter: @filter or NULL; before the first push. */
void vox_psola_set_filter (
    VoxPsola *self, VoxPsolaFilter filter, gpointer user_data);

/** vox_psola_grain_length: samples of one extracted grain. */
guint vox_psola_grain_length (const VoxPsola *self);

/** vox_psola_grain_centre: see #VoxPsolaFilter. A window reaches at most this
 * far to both sides, so grain_length - 2 * centre samples are free for the
 * tail of a filter. */
guint vox_psola_grain_centre (const VoxPsola *self);

/** vox_psola_latency_samples: output sample n can be pulled once input sample
 * n + latency, all marks up to there and all control frames up to there have
 * been pushed. Constant. */
gsize vox_psola_latency_samples (const VoxPsola *self);

/**
 * vox_psola_chain_latency_samples:
 * @marks: gives the marks
 * @f0_latency_samples: vox_f0_latency_samples () of the tracker that feeds
 *   @marks
 *
 * The whole delay from audio to output when samples go to tracker, marks and
 * overlap-add at once, frames and marks are handed on as soon as they are
 * there, and control frame k is pushed with F0 frame k: output sample n can be
 * pulled once input sample n + latency has been pushed. Much less than the sum
 * of the three, because they wait for the same samples.
 */
gsize vox_psola_chain_latency_samples (
    const VoxPsola *self, const VoxMarks *marks, gsize f0_latency_samples);

/** vox_psola_push: interleaved frames, host or device. */
gboolean vox_psola_push (
    VoxPsola *self, const gfloat *frames, gsize n_frames, GError **error);

/** vox_psola_push_marks: the next marks, in order. */
gboolean vox_psola_push_marks (
    VoxPsola *self, const VoxMark *marks, gsize n_marks, GError **error);

/** vox_psola_push_control: the next control frames. */
gboolean vox_psola_push_control (VoxPsola *self, const VoxPsolaControl *control,
    gsize n_control, GError **error);

/** vox_psola_drain: nothing more will come; computes everything left. Control
 * that is missing is held from the last frame. */
gboolean vox_psola_drain (VoxPsola *self, GError **error);

/** vox_psola_available: frames that can be pulled. */
gsize vox_psola_available (const VoxPsola *self);

/** vox_psola_pull: writes @n_frames (at most available ()) interleaved, to host
 * or device; host memory is valid after vox_stream_finish (). */
void vox_psola_pull (VoxPsola *self, gfloat *frames, gsize n_frames);

/** vox_psola_reset: forgets audio, marks and control. */
void vox_psola_reset (VoxPsola *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxPsola, vox_psola_free)

G_END_DECLS
