/* gstavstemframes.h: a separation engine as a processor with one output.
 *
 * A stem frame is VOX_N_STEMS frames side by side, in the order of VoxStem.
 * This processor takes and gives stem frames, so that GstAvEngine can run it:
 * what goes in is the answer without an engine (everything is accompaniment),
 * what comes out are the stems.
 */
#pragma once

#include "separate/vox-separate.h"

G_BEGIN_DECLS

/** gst_av_stem_frames_new: @separate (transfer full): a separation engine.
 * Returns: (transfer full): vox_processor_free () it. */
VoxProcessor *gst_av_stem_frames_new (VoxProcessor *separate);

/** gst_av_stem_frames_dry: @n_frames of @mix as stem frames: other and
 * accompaniment are the mix, the rest is silent. NULL is silence. */
void gst_av_stem_frames_dry (
    gfloat *stem_frames, const gfloat *mix, guint channels, gsize n_frames);

/** gst_av_stem_frames_pick: the frames of @stem alone. */
void gst_av_stem_frames_pick (gfloat *frames, const gfloat *stem_frames,
    VoxStem stem, guint channels, gsize n_frames);

G_END_DECLS
