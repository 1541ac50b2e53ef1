/* vox-voice.h: a voice profile: what enrolment learnt about one speaker.
 *
 * In memory: metadata and named float tensors, immutable once built and shared
 * by reference between threads. On disk: NAME.voice, a safetensors container
 * (see docs/voices.md for the layout).
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

#define VOX_VOICE_FORMAT_VERSION 1

typedef struct _VoxVoice VoxVoice;

/**
 * VoxVoiceInfo:
 * @id: 32 hexadecimal digits computed from the saved file, which it also
 *   protects against damage; NULL until the profile was loaded from a file,
 *   ignored by vox_voice_new ()
 * @name: display name, UTF-8
 * @created: ISO 8601 UTC
 * @consent: note on whose voice this is and who agreed, may be empty
 * @engine: name and version of the enrolment that made the tensors
 * @rate: sample rate of the analysis in Hz
 * @duration_s: seconds of recording used
 * @f0_median_hz, @f0_low_hz, @f0_high_hz: median and 5th / 95th percentile
 * @sources: (array zero-terminated=1): "sha256:HEX file name" of each recording
 */
typedef struct
{
  gchar *id;
  gchar *name;
  gchar *created;
  gchar *consent;
  gchar *engine;
  guint rate;
  gdouble duration_s;
  gdouble f0_median_hz;
  gdouble f0_low_hz;
  gdouble f0_high_hz;
  gchar **sources;
} VoxVoiceInfo;

/**
 * VoxTensor:
 * @n_dims: 1 to 4
 * @shape: sizes, row-major
 * @data: product of the sizes floats
 */
typedef struct
{
  guint n_dims;
  gsize shape[4];
  const gfloat *data;
} VoxTensor;

/** vox_voice_new: a profile under construction; strings are copied. */
VoxVoice *vox_voice_new (const VoxVoiceInfo *info);

/**
 * vox_voice_add_tensor:
 * @name: unique in the profile, 1 to 128 bytes of UTF-8
 * @data: finite floats, copied
 * @n_dims: 1 to 4
 * @shape: sizes of at least 1
 *
 * Only before the first sharing.
 */
void vox_voice_add_tensor (VoxVoice *self, const gchar *name,
    const gfloat *data, guint n_dims, const gsize *shape);

VoxVoice *vox_voice_ref (VoxVoice *self);
void vox_voice_unref (VoxVoice *self);
const VoxVoiceInfo *vox_voice_info (const VoxVoice *self);

/** vox_voice_tensor: FALSE with VOX_ERROR_MALFORMED when @name is missing or
 * its shape is not the expected one (expected sizes of 0 match anything). */
gboolean vox_voice_tensor (const VoxVoice *self, const gchar *name,
    guint n_dims, const gsize *expected_shape, VoxTensor *tensor,
    GError **error);

/**
 * vox_voice_tensor_names:
 * Returns: (transfer container) (array zero-terminated=1): the names, sorted;
 *   g_free () the array.
 */
const gchar **vox_voice_tensor_names (const VoxVoice *self);

/** vox_voice_load: reads and checks @path: VOX_ERROR_NOT_FOUND, VOX_ERROR_READ,
 * or VOX_ERROR_MALFORMED with the offset or the key that is wrong. */
VoxVoice *vox_voice_load (const gchar *path, GError **error);

/** vox_voice_parse: the same from memory, where nothing is read beyond @size
 * and no memory is asked for that the bytes do not fill; @where names the
 * source in errors. */
VoxVoice *vox_voice_parse (
    const guint8 *bytes, gsize size, const gchar *where, GError **error);

/** vox_voice_serialize: the bytes of the file, the same for equal profiles. */
GBytes *vox_voice_serialize (const VoxVoice *self);

/** vox_voice_save: temporary file, fsync, rename; never a half file. */
gboolean vox_voice_save (
    const VoxVoice *self, const gchar *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxVoice, vox_voice_unref)

G_END_DECLS
