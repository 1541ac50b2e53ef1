/* vox-error.h: the error domain of the engine.
 *
 * Everything that can go wrong because of bytes, files, devices or arguments
 * from outside is reported as a GError of this domain, with one sentence that
 * says what is wrong, where, and what to do. Caller mistakes are g_return_*
 * assertions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VOX_ERROR:
 *
 * Error domain of the engine; codes are #VoxError.
 */
#define VOX_ERROR (vox_error_quark ())

/**
 * VoxError:
 * @VOX_ERROR_NOT_FOUND: a file, voice or model does not exist
 * @VOX_ERROR_READ: reading or writing failed in the operating system
 * @VOX_ERROR_MALFORMED: the bytes of a file are not what its format requires
 * @VOX_ERROR_FORMAT: an audio format the engine cannot take
 * @VOX_ERROR_ARGUMENT: a value from the user is out of range or unknown
 * @VOX_ERROR_SIGNAL: the audio itself is unfit (too short, no voice, clipped)
 * @VOX_ERROR_MEMORY: the device or the host is out of memory
 * @VOX_ERROR_DEVICE: the device failed or is not there
 * @VOX_ERROR_EXISTS: the thing to be made exists already
 */
typedef enum
{
  VOX_ERROR_NOT_FOUND,
  VOX_ERROR_READ,
  VOX_ERROR_MALFORMED,
  VOX_ERROR_FORMAT,
  VOX_ERROR_ARGUMENT,
  VOX_ERROR_SIGNAL,
  VOX_ERROR_MEMORY,
  VOX_ERROR_DEVICE,
  VOX_ERROR_EXISTS,
} VoxError;

GQuark vox_error_quark (void);

G_END_DECLS
