/* separate.c: speed and memory of the separation engine on one core.
 *
 *   bench-separate [RATE [CHANNELS [SECONDS]]]     (44100 2 30)
 *
 * Prints, for every mode, seconds of audio per second of processor time, the
 * latency, and the engine's memory; then the peak memory of the process. Where
 * the time goes: perf record bench-separate; perf report.
 */
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "separate/vox-separate.h"

#define CHUNK_FRAMES 4096

static gdouble
processor_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gdouble) now.tv_sec + 1e-9 * (gdouble) now.tv_nsec;
}

/* Chords, a gliding tone and noise: nothing that is silent or repeats. */
static void
make_chunk (gfloat *frames, guint channels, guint rate, guint64 first)
{
  guint32 seed = (guint32) first * 2654435761u + 1u;

  for (guint i = 0; i < CHUNK_FRAMES; i++) {
    const gdouble t = (gdouble) (first + i) / rate;

    for (guint c = 0; c < channels; c++) {
      seed = seed * 1664525u + 1013904223u;
      frames[i * channels + c] = (gfloat) (0.2 * sin (1382.0 * t)
          + 0.2 * sin (2073.0 * t + c) + 0.3 * sin (3000.0 * t + sin (5.0 * t))
          + 0.1 * ((seed >> 8) / 8388608.0 - 1.0));
    }
  }
}

static gboolean
bench_mode (VoxDevice *device, const VoxSeparateParams *params,
    const gchar *name, guint seconds, GError **error)
{
  VoxProcessor *engine = vox_separate_new (device, params, error);
  gfloat *frames = g_new (gfloat, CHUNK_FRAMES * params->channels);
  gfloat *stems[VOX_N_STEMS];
  const guint64 total = (guint64) seconds * params->rate;
  gdouble spent = 0.0;
  gboolean ok = engine != NULL;

  for (guint i = 0; i < VOX_N_STEMS; i++)
    stems[i] = g_new (gfloat, 4 * CHUNK_FRAMES * params->channels);
  for (guint64 at = 0; ok && at < total; at += CHUNK_FRAMES) {
    gdouble start;

    make_chunk (frames, params->channels, params->rate, at);
    start = processor_seconds ();
    ok = vox_processor_push (engine, frames, CHUNK_FRAMES, error);
    while (ok && vox_processor_available (engine) > 0)
      ok = vox_processor_pull (engine, stems,
          MIN (vox_processor_available (engine), 4 * CHUNK_FRAMES), error);
    spent += processor_seconds () - start;
  }
  if (ok)
    g_print ("%-10s %8.1f %12.3f %12.1f\n", name, seconds / spent,
        (gdouble) engine->latency_frames / engine->rate,
        (gdouble) device->used_bytes / 1e6);
  vox_processor_free (engine);
  for (guint i = 0; i < VOX_N_STEMS; i++)
    g_free (stems[i]);
  g_free (frames);
  return ok;
}

int
main (int argc, char **argv)
{
  static const gchar *const names[] = { "fast", "balanced", "quality" };
  VoxSeparateParams params = VOX_SEPARATE_PARAMS_DEFAULT;
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (GError) error = NULL;
  guint seconds = 30;
  struct rusage usage;

  if (argc > 1)
    params.rate = (guint) atoi (argv[1]);
  if (argc > 2)
    params.channels = (guint) atoi (argv[2]);
  if (argc > 3)
    seconds = (guint) atoi (argv[3]);
  g_print ("separation, %u Hz, %u channels, %u s, one core\n", params.rate,
      params.channels, seconds);
  g_print ("%-10s %8s %12s %12s\n", "mode", "x real", "latency s", "engine MB");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    params.mode = (VoxMode) i;
    if (!bench_mode (device, &params, names[i], seconds, &error)) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  }
  getrusage (RUSAGE_SELF, &usage);
  g_print ("peak memory of the process: %.1f MB\n",
      (gdouble) usage.ru_maxrss / 1024.0);
  return 0;
}
