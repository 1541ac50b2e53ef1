/* vox-backend.h: the one table of device operations.
 *
 * The engine is written once, against this table. A backend (the CPU one in
 * backend/cpu, the CUDA module in cuda/) fills every entry; the engine never
 * asks which one it got. The contract of an operation - shapes, units, padding,
 * tolerance against the CPU version - stands in the vox-ops-*.h header of its
 * family.
 *
 * Pointers called "device" below are addresses in the device's memory. The
 * engine does arithmetic on them and hands them back to operations; it never
 * reads or writes through them. Host memory enters and leaves with the copies
 * of the memory family.
 *
 * Operations are enqueued on a VoxStream and run in order. They report no
 * error: a failure sticks to the stream and vox_stream_finish () returns it.
 */
#pragma once

#include <glib.h>
#include "backend/vox-device.h"
#include "backend/vox-ops-envelope.h"
#include "backend/vox-ops-grain.h"
#include "backend/vox-ops-f0.h"
#include "backend/vox-ops-memory.h"
#include "backend/vox-ops-net.h"
#include "backend/vox-ops-product.h"
#include "backend/vox-ops-psola.h"
#include "backend/vox-ops-quality.h"
#include "backend/vox-ops-separate.h"
#include "backend/vox-ops-spectrum.h"
#include "backend/vox-ops-varispeed.h"
#include "backend/vox-ops-vocoder.h"

G_BEGIN_DECLS

/** Changes whenever the layout of #VoxBackend or of any argument does. */
#define VOX_BACKEND_ABI 2

/**
 * VoxBackend:
 * @abi_version: VOX_BACKEND_ABI the backend was built with
 * @struct_size: sizeof (VoxBackend) the backend was built with
 * @name: "cpu" or "cuda"
 * @device_count: usable devices; 0 is not an error
 * @device_open: fills the backend's part of a device and its description
 * @device_close: undoes @device_open
 * @stream_new: a new ordered queue whose first member is a #VoxStream
 * @stream_free: releases it after all its work is done
 * @stream_finish: waits for all enqueued work; FALSE with the stream's error
 * @memory_new: @bytes of device memory, 64-byte aligned, not cleared
 * @memory_free: gives it back; work already enqueued may still use it
 */
struct _VoxBackend
{
  guint abi_version;
  gsize struct_size;
  const gchar *name;

  guint (*device_count) (void);
  gboolean (*device_open) (VoxDevice *device, guint index, GError **error);
  void (*device_close) (VoxDevice *device);

  VoxStream *(*stream_new) (VoxDevice *device, GError **error);
  void (*stream_free) (VoxStream *stream);
  gboolean (*stream_finish) (VoxStream *stream, GError **error);

  gpointer (*memory_new) (VoxDevice *device, gsize bytes, GError **error);
  void (*memory_free) (VoxDevice *device, gpointer memory, gsize bytes);

  VoxMemoryOps memory;
  VoxSpectrumOps spectrum;
  VoxProductOps product;
  VoxF0Ops f0;
  VoxPsolaOps psola;
  VoxQualityOps quality;
  VoxEnvelopeOps envelope;
  VoxNetOps net;
  VoxGrainOps grain;
  VoxSeparateOps separate;
  VoxVocoderOps vocoder;
  VoxVarispeedOps varispeed;
};

/** vox_backend_cpu: the reference backend; always complete. */
const VoxBackend *vox_backend_cpu (void);

/**
 * vox_backend_missing_operation:
 *
 * Returns: the index of the first function pointer that @backend leaves NULL,
 *   or -1 when the table is complete.
 */
gint vox_backend_missing_operation (const VoxBackend *backend);

/**
 * VoxBackendEntry:
 *
 * Type of the symbol "vox_backend_entry" that a backend module exports.
 *
 * Returns: its table, or NULL with @reason set (static string) when there is
 *   no driver or no device.
 */
typedef const VoxBackend *(*VoxBackendEntry) (const gchar **reason);

G_END_DECLS
