/* vox-convert-private.h: a conversion: what it is made of (vox-convert.c) and
 * how a stream runs through it (vox-convert-stream.c).
 */
#pragma once

#include <math.h>
#include "base/vox-fifo.h"
#include "convert/vox-convert.h"
#include "convert/vox-pitch-plan.h"
#include "convert/vox-regrain.h"
#include "convert/vox-timbre.h"

G_BEGIN_DECLS

/* A setter's wish, due at a frame of the stream; members that are not meant
 * are NULL or NAN. */
typedef struct
{
  gint64 frame;
  VoxTarget *target;
  gdouble semitones;
  gdouble similarity;
} VoxConvertWish;

/* Device memory and fifos belong to @stream; the arrays hold host values. */
typedef struct
{
  VoxProcessor base;
  VoxStream *stream;
  VoxConvertParams params;
  gboolean live;

  /* Frames in a block, samples in one at most (and to spare), and by how many
   * blocks the grains follow the analysis, and the changes the grains. */
  guint block_frames;
  gsize max_block;
  gint64 ahead_blocks;
  gint64 delay_blocks;

  VoxEnvelope *envelope;
  VoxTimbre *timbre;
  VoxPitchPlan *pitch;
  VoxRegrain *regrain;

  /* The input that the grains have not heard: from sample input_start on. */
  VoxFifo *input;
  gint64 input_start;

  /* One block: channel weights and mean of all channels; both on the host. */
  VoxMatrix *mix;
  VoxBuffer *mono;
  gfloat *host_mono;
  gfloat *host_frames;

  /* Blocks analysed, the frames (#VoxVoiceFrame) found last, all frames so
   * far, and those whose change the grains have. */
  gint64 block;
  GArray *frames;
  gint64 n_frames;
  gint64 changed;

  /* #VoxF0Frame from frame f0_start on; the marks have those before
   * f0_passed. */
  GArray *f0;
  gint64 f0_start;
  gint64 f0_passed;

  /* #VoxConvertWish in order of time. */
  GArray *wishes;

  /* Of one block of frames: changes of spectrum and pitch ratios. */
  gfloat *changes;
  gfloat *ratios;
  gboolean drained;
} VoxConvert;

/** vox_convert_block_start: the first sample of a block. */
static inline gint64
vox_convert_block_start (const VoxConvert *self, gint64 block)
{
  return (gint64) floor (
      (gdouble) block * self->block_frames * VOX_FRAME_S * self->base.rate
      + 0.5);
}

/* The methods of the processor that a stream runs through. */
gboolean vox_convert_stream_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error);
gboolean vox_convert_stream_drain (VoxProcessor *base, GError **error);
gsize vox_convert_stream_available (VoxProcessor *base);
gboolean vox_convert_stream_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error);
void vox_convert_stream_reset (VoxProcessor *base);

G_END_DECLS
