/* quality.c: speed and memory of the quality meter, for every group of metrics
 * and for all together.
 *
 *   usage: bench-quality [MINUTES [RATE [CHANNELS]]]   (10 48000 2)
 *
 * The signal is a gliding voice with noise; the judged one has more noise. CPU
 * time is that of this process, so that it counts one core.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "quality/vox-quality.h"

/* Seconds of the signal that is repeated. */
#define LOOP_S 20

static gdouble
cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gdouble) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + 1e-6 * (gdouble) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static glong
peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

static gfloat *
make_signal (guint rate, guint channels, gdouble noise)
{
  const gsize n = (gsize) LOOP_S * rate;
  gfloat *frames = g_new (gfloat, n * channels);
  guint32 state = 1;

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / rate;
    const gdouble phase =
        2.0 * G_PI * 150.0 * (t - 0.2 * cos (2.0 * G_PI * 0.5 * t));
    gdouble voice = 0.0;

    for (guint h = 1; h <= 12; h++)
      voice += sin (h * phase) / h;
    for (guint c = 0; c < channels; c++) {
      state = state * 1664525u + 1013904223u;
      frames[i * channels + c] =
          (gfloat) (0.2 * voice * MAX (0.0, sin (2.0 * G_PI * 2.0 * t))
              + noise * (state / 2147483648.0 - 1.0));
    }
  }
  return frames;
}

/* Returns: CPU seconds. */
static gdouble
run (VoxDevice *device, const VoxQualityParams *params, guint loops,
    const gfloat *reference, const gfloat *judged)
{
  const gdouble start = cpu_s ();
  const gsize n = (gsize) LOOP_S * params->rate, piece = params->rate / 10;
  GError *error = NULL;
  g_autoptr (VoxQuality) meter = vox_quality_new (device, params, &error);
  g_autoptr (VoxQualityResult) result = NULL;

  for (guint l = 0; meter != NULL && l < loops; l++) {
    for (gsize at = 0; at < n; at += piece) {
      const gsize now = MIN (piece, n - at);

      if (!vox_quality_push_reference (
              meter, reference + at * params->channels, now, &error)
          || !vox_quality_push (
              meter, judged + at * params->channels, now, &error))
        g_error ("%s", error->message);
    }
  }
  result = meter != NULL ? vox_quality_finish (meter, &error) : NULL;
  if (result == NULL)
    g_error ("%s", error->message);
  return cpu_s () - start;
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const gchar *name;
    guint groups;
  } cases[] = {
    { "intelligibility", VOX_QUALITY_GROUP_INTELLIGIBILITY },
    { "distortion", VOX_QUALITY_GROUP_DISTORTION },
    { "spectrum", VOX_QUALITY_GROUP_SPECTRUM },
    { "pitch", VOX_QUALITY_GROUP_PITCH },
    { "loudness", VOX_QUALITY_GROUP_LOUDNESS },
    { "signal", VOX_QUALITY_GROUP_SIGNAL },
    { "similarity", VOX_QUALITY_GROUP_SIMILARITY },
    { "all", VOX_QUALITY_GROUP_ALL },
  };
  const gdouble minutes = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 10.0;
  const guint loops = MAX (1, (guint) (minutes * 60.0 / LOOP_S));
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  VoxQualityParams params = VOX_QUALITY_PARAMS_DEFAULT;
  g_autofree gfloat *reference = NULL;
  g_autofree gfloat *judged = NULL;

  params.rate = argc > 2 ? (guint) atoi (argv[2]) : 48000;
  params.channels = params.reference_channels =
      argc > 3 ? (guint) atoi (argv[3]) : 2;
  reference = make_signal (params.rate, params.channels, 0.001);
  judged = make_signal (params.rate, params.channels, 0.01);
  printf ("%u s of %u channels at %u Hz against as much\n", loops * LOOP_S,
      params.channels, params.rate);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gdouble seconds;

    params.groups = cases[i].groups;
    seconds = run (device, &params, loops, reference, judged);
    printf ("%-16s %7.1f x real time, peak %ld MB\n", cases[i].name,
        loops * LOOP_S / seconds, peak_mb ());
  }
  return 0;
}
