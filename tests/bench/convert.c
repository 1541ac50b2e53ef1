/* convert.c: speed, latency and memory of enrolment and voice conversion.
 *
 *   meson compile -C build bench-convert && build/tests/bench/bench-convert
 *
 * Synthetic voices at 48 kHz, one core (set OPENBLAS_NUM_THREADS=1), seconds
 * of processor time. "x" is seconds of audio per second of one core. With
 * look-ahead the time includes the adaptation, which is the same whether half
 * a minute or an hour follows; "after it" is what the rest of the stream costs.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "../check/engine/synthetic-voice.h"
#include "convert/vox-convert.h"
#include "convert/vox-enroll.h"

#define RATE 48000
#define SECONDS 60
#define ENROL_SECONDS 40
#define CHUNK 4800

static const SyntheticVoice source = { 0.95, 110.0, 0.7 };
static const SyntheticVoice target = { 1.12, 200.0, 0.4 };

static gdouble
now (void)
{
  return (gdouble) clock () / CLOCKS_PER_SEC;
}

static gdouble
peak_megabytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gdouble) usage.ru_maxrss / 1024.0;
}

static VoxVoice *
enrol (VoxDevice *device)
{
  const VoxEnrollParams params = { .name = "bench", .seed = 1 };
  g_autofree gfloat *x = synthetic_voice (&target, RATE, ENROL_SECONDS, 1);
  const gdouble start = now ();
  VoxVoice *voice =
      vox_enroll (device, x, (gsize) ENROL_SECONDS * RATE, RATE, &params, NULL);

  if (voice == NULL)
    g_error ("enrolment failed");
  printf ("enrolment of %d s: %.1f s, peak memory %.0f MB\n", ENROL_SECONDS,
      now () - start, peak_megabytes ());
  return voice;
}

/* Processor time of the whole stream, and of its second half. */
static void
measure (VoxDevice *device, VoxVoice *voice, const gfloat *x, VoxMode mode,
    gdouble lookahead_s, guint channels)
{
  static const gchar *const names[] = { "fast", "balanced", "quality" };
  const gsize n = (gsize) SECONDS * RATE;
  g_autofree gfloat *frames = g_new (gfloat, CHUNK * channels);
  g_autofree gfloat *out = g_new (gfloat, n * channels);
  g_autoptr (VoxProcessor) convert = NULL;
  VoxConvertParams params = VOX_CONVERT_PARAMS_DEFAULT;
  gfloat *outputs[1] = { out };
  gdouble start, middle = 0.0, end, slowest = 0.0;

  params.mode = mode;
  params.lookahead_s = lookahead_s;
  params.channels = channels;
  convert = vox_convert_new (device, voice, &params, NULL);
  if (convert == NULL)
    g_error ("conversion failed");
  start = now ();
  for (gsize at = 0; at < n; at += CHUNK) {
    const gdouble before = now ();

    if (at <= n / 2)
      middle = before;
    for (guint i = 0; i < CHUNK * channels; i++)
      frames[i] = x[at + i / channels];
    if (!vox_processor_push (convert, frames, CHUNK, NULL)
        || !vox_processor_pull (
            convert, outputs, vox_processor_available (convert), NULL))
      g_error ("conversion failed");
    slowest = MAX (slowest, now () - before);
  }
  end = now ();
  if (!vox_processor_drain (convert, NULL))
    g_error ("conversion failed");
  printf ("%-10s %2u %6.0f %12.1f %10.1f %10.1f %12.1f %10.0f\n", names[mode],
      channels, lookahead_s,
      1e3 * (gdouble) convert->latency_frames / RATE - 1e3 * lookahead_s,
      SECONDS / (now () - start), SECONDS / 2.0 / (end - middle), 1e3 * slowest,
      peak_megabytes ());
}

int
main (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxVoice) voice = enrol (device);
  g_autofree gfloat *x = synthetic_voice (&source, RATE, SECONDS, 2);
  const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
    VOX_MODE_QUALITY };

  printf ("%-10s %2s %6s %12s %10s %10s %12s %10s\n", "mode", "ch", "ahead s",
      "latency ms", "x", "x later", "100 ms in ms", "peak MB");
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    measure (device, voice, x, modes[i], 0.0, 1);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    measure (device, voice, x, modes[i], 20.0, 1);
  measure (device, voice, x, VOX_MODE_BALANCED, 20.0, 2);
  return 0;
}
