/* vox-device.h: devices, ordered streams and device memory.
 *
 * A VoxDevice is reference counted and may be shared by threads. A VoxStream
 * and the buffers used on it belong to one thread at a time.
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

typedef struct _VoxBackend VoxBackend;
typedef struct _VoxDevice VoxDevice;
typedef struct _VoxStream VoxStream;
typedef struct _VoxBuffer VoxBuffer;

/**
 * VoxDevice:
 * @ops: the operation table
 * @index: index within the backend
 * @description: for people, such as "CPU" or "NVIDIA H200"
 * @priv: the backend's own data
 * @used_bytes: device memory held by live buffers (read with g_atomic)
 */
struct _VoxDevice
{
  const VoxBackend *ops;
  guint index;
  gchar *description;
  gpointer priv;
  gint ref_count;
  gsize used_bytes;
};

/**
 * VoxStream:
 * @ops: the operation table, for stream->ops->family.operation (stream, ...)
 * @device: the device (the stream holds a reference)
 * @error: the first failure since the last finish, or NULL
 *
 * First member of a backend's own stream structure.
 */
struct _VoxStream
{
  const VoxBackend *ops;
  VoxDevice *device;
  GError *error;
};

/**
 * VoxBuffer:
 * @data: device address, 64-byte aligned
 * @bytes: its size
 */
struct _VoxBuffer
{
  gpointer data;
  gsize bytes;
  VoxDevice *device;
};

/**
 * vox_device_open:
 * @name: "cpu", "cuda", "cuda:N" or "auto" (what is fastest for one stream by
 *   itself: the CPU)
 *
 * Returns: (transfer full): a device; vox_device_unref () it. VOX_ERROR_DEVICE
 *   when the named device is not there, VOX_ERROR_ARGUMENT for other names.
 */
VoxDevice *vox_device_open (const gchar *name, GError **error);
VoxDevice *vox_device_ref (VoxDevice *device);
void vox_device_unref (VoxDevice *device);

/**
 * vox_device_cuda_status:
 *
 * Returns: (transfer none): one line for people on why the CUDA module can or
 *   cannot be used.
 */
const gchar *vox_device_cuda_status (void);

/** vox_stream_new: a new ordered queue on @device. */
VoxStream *vox_stream_new (VoxDevice *device, GError **error);
void vox_stream_free (VoxStream *stream);

/**
 * vox_stream_finish:
 *
 * Waits until everything enqueued is done.
 *
 * Returns: FALSE with the first failure since the last call.
 */
gboolean vox_stream_finish (VoxStream *stream, GError **error);

/**
 * vox_buffer_new:
 * @bytes: size; 0 gives a valid buffer of one aligned unit
 *
 * Returns: (transfer full): device memory filled with zeros, or NULL with
 *   VOX_ERROR_MEMORY.
 */
VoxBuffer *vox_buffer_new (VoxStream *stream, gsize bytes, GError **error);
void vox_buffer_free (VoxBuffer *buffer);

/** vox_buffer_f32: the device address as floats. */
static inline gfloat *
vox_buffer_f32 (const VoxBuffer *buffer)
{
  return (gfloat *) buffer->data;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxDevice, vox_device_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxStream, vox_stream_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxBuffer, vox_buffer_free)

G_END_DECLS
