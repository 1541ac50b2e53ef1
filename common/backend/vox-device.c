/* vox-device.c: opening a device by name, streams and buffers, and the loader
 * of the CUDA module.
 *
 * The module is a shared library opened with g_module_open () at first use.
 * It is looked for in $AUTOVOICE_BACKEND_PATH, then in the installed directory.
 */
#include "backend/vox-backend.h"

#include <gmodule.h>
#include <stdlib.h>
#include <string.h>
#include "vox-config.h"

#define CUDA_MODULE_NAME "libvox-cuda." G_MODULE_SUFFIX

typedef struct
{
  const VoxBackend *backend;
  gchar *status;
} VoxCudaModule;

static const VoxBackend *
open_module (const gchar *path, gchar **status)
{
  GModule *module;
  VoxBackendEntry entry = NULL;
  const VoxBackend *backend;
  const gchar *reason = NULL;
  gint missing;

  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (module == NULL) {
    *status = g_strdup_printf ("cannot load %s: %s", path, g_module_error ());
    return NULL;
  }
  g_module_make_resident (module);
  if (!g_module_symbol (module, "vox_backend_entry", (gpointer *) &entry)) {
    *status = g_strdup_printf ("%s has no vox_backend_entry", path);
    return NULL;
  }
  backend = entry (&reason);
  if (backend == NULL) {
    *status = g_strdup (reason);
    return NULL;
  }
  if (backend->abi_version != VOX_BACKEND_ABI
      || backend->struct_size != sizeof (VoxBackend)) {
    *status = g_strdup_printf (
        "%s was built for another version of the engine; rebuild it", path);
    return NULL;
  }
  missing = vox_backend_missing_operation (backend);
  if (missing >= 0) {
    *status = g_strdup_printf (
        "%s does not have every operation yet (the first missing is entry %d); "
        "the engines run on the CPU",
        path, missing);
    return NULL;
  }
  *status =
      g_strdup_printf ("%s, %u device(s)", path, backend->device_count ());
  return backend->device_count () > 0 ? backend : NULL;
}

static gpointer
load_cuda_module (G_GNUC_UNUSED gpointer data)
{
  VoxCudaModule *cuda = g_new0 (VoxCudaModule, 1);
  const gchar *dir = g_getenv ("AUTOVOICE_BACKEND_PATH");
  g_autofree gchar *path = NULL;

  path = g_build_filename (
      dir != NULL ? dir : VOX_BACKEND_DIR, CUDA_MODULE_NAME, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    cuda->status = g_strdup_printf ("no CUDA module at %s", path);
  else
    cuda->backend = open_module (path, &cuda->status);
  if (cuda->backend == NULL)
    g_info ("CUDA backend not used: %s", cuda->status);
  return cuda;
}

static const VoxCudaModule *
cuda_module (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, load_cuda_module, NULL);
}

const gchar *
vox_device_cuda_status (void)
{
  return cuda_module ()->status;
}

gint
vox_backend_missing_operation (const VoxBackend *backend)
{
  const gsize first = G_STRUCT_OFFSET (VoxBackend, device_count);
  const gsize count = (sizeof (VoxBackend) - first) / sizeof (gpointer);
  const gpointer *entries =
      (const gpointer *) ((const guint8 *) backend + first);

  for (gsize i = 0; i < count; i++) {
    if (entries[i] == NULL)
      return (gint) i;
  }
  return -1;
}

static VoxDevice *
open_on (const VoxBackend *backend, guint index, GError **error)
{
  VoxDevice *device = g_new0 (VoxDevice, 1);

  device->ops = backend;
  device->index = index;
  device->ref_count = 1;
  if (!backend->device_open (device, index, error)) {
    g_free (device->description);
    g_free (device);
    return NULL;
  }
  return device;
}

static VoxDevice *
open_cuda (const gchar *name, GError **error)
{
  const VoxBackend *backend = cuda_module ()->backend;
  guint64 index = 0;

  if (name[4] == ':'
      && !g_ascii_string_to_unsigned (name + 5, 10, 0, 1023, &index, NULL)) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
        "'%s' is not a device: write cuda:0, cuda:1 ...", name);
    return NULL;
  }
  if (backend == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_DEVICE,
        "no CUDA device can be used (%s); use device=cpu or device=auto",
        cuda_module ()->status);
    return NULL;
  }
  if (index >= backend->device_count ()) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_DEVICE,
        "there is no %s: this machine has %u CUDA device(s)", name,
        backend->device_count ());
    return NULL;
  }
  return open_on (backend, (guint) index, error);
}

VoxDevice *
vox_device_open (const gchar *name, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);

  /* A stream by itself is faster on the CPU (docs/measurements.md): its blocks
   * are small, and the host looks at values of each. */
  if (strcmp (name, "auto") == 0 || strcmp (name, "cpu") == 0)
    return open_on (vox_backend_cpu (), 0, error);
  if (strcmp (name, "cuda") == 0 || g_str_has_prefix (name, "cuda:"))
    return open_cuda (name, error);
  g_set_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT,
      "'%s' is not a device: use auto, cpu, cuda or cuda:N", name);
  return NULL;
}

VoxDevice *
vox_device_ref (VoxDevice *device)
{
  g_atomic_int_inc (&device->ref_count);
  return device;
}

void
vox_device_unref (VoxDevice *device)
{
  if (device == NULL || !g_atomic_int_dec_and_test (&device->ref_count))
    return;
  device->ops->device_close (device);
  g_free (device->description);
  g_free (device);
}

VoxStream *
vox_stream_new (VoxDevice *device, GError **error)
{
  VoxStream *stream = device->ops->stream_new (device, error);

  if (stream != NULL) {
    stream->ops = device->ops;
    stream->device = vox_device_ref (device);
  }
  return stream;
}

void
vox_stream_free (VoxStream *stream)
{
  VoxDevice *device;

  if (stream == NULL)
    return;
  device = stream->device;
  g_clear_error (&stream->error);
  device->ops->stream_free (stream);
  vox_device_unref (device);
}

gboolean
vox_stream_finish (VoxStream *stream, GError **error)
{
  gboolean ok = stream->ops->stream_finish (stream, error);

  if (ok && stream->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&stream->error));
    return FALSE;
  }
  g_clear_error (&stream->error);
  return ok;
}

VoxBuffer *
vox_buffer_new (VoxStream *stream, gsize bytes, GError **error)
{
  VoxDevice *device = stream->device;
  const gsize size = MAX (bytes, 64);
  gpointer data = device->ops->memory_new (device, size, error);
  VoxBuffer *buffer;

  if (data == NULL)
    return NULL;
  buffer = g_new0 (VoxBuffer, 1);
  buffer->data = data;
  buffer->bytes = size;
  buffer->device = vox_device_ref (device);
  g_atomic_pointer_add (&device->used_bytes, (gssize) size);
  stream->ops->memory.zero (stream, data, size);
  return buffer;
}

void
vox_buffer_free (VoxBuffer *buffer)
{
  VoxDevice *device;

  if (buffer == NULL)
    return;
  device = buffer->device;
  g_atomic_pointer_add (&device->used_bytes, -(gssize) buffer->bytes);
  device->ops->memory_free (device, buffer->data, buffer->bytes);
  vox_device_unref (device);
  g_free (buffer);
}
