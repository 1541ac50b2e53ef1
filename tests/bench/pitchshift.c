/* pitchshift.c: speed, latency and memory of the pitch shifter.
 *
 * Runs every mode and path over the same ten stereo seconds at 48 kHz, 4
 * semitones up with formants preserved, on one core, and prints a line each:
 * processor seconds per second of audio, the real-time factor, the latency,
 * and the most device memory held. The signal is a gliding voice and noise.
 *
 *   build/tests/bench/bench-pitchshift
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "pitchshift/vox-pitch-shift.h"

#define RATE 48000
#define SECONDS 10
#define FRAMES (RATE * SECONDS)
#define CHUNK 480

static gfloat *
make_signal (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  gfloat *x = g_new (gfloat, 2 * FRAMES);
  gdouble cycles = 0.0;

  for (guint i = 0; i < FRAMES; i++) {
    gdouble voice = 0.0;

    cycles += (150.0 + 30.0 * sin (2.0 * G_PI * i / RATE)) / RATE;
    for (guint k = 1; k <= 12; k++)
      voice += 0.2 / k * cos (2.0 * G_PI * k * cycles);
    x[2 * i] = (gfloat) (voice + 0.002 * g_rand_double (rand));
    x[2 * i + 1] = (gfloat) (0.7 * voice + 0.002 * g_rand_double (rand));
  }
  return x;
}

static void
run (VoxDevice *device, const gfloat *in, gfloat *out, VoxMode mode,
    const gchar *mode_name, VoxContent content, const gchar *content_name)
{
  VoxPitchShiftParams params = VOX_PITCH_SHIFT_PARAMS_DEFAULT;
  g_autoptr (VoxProcessor) engine = NULL;
  gsize most = 0;
  clock_t start;
  gdouble cost;

  params.channels = 2;
  params.mode = mode;
  params.content = content;
  params.semitones = 4.0;
  engine = vox_pitch_shift_new (device, &params, NULL);
  if (engine == NULL)
    return;
  start = clock ();
  for (gsize at = 0; at < FRAMES; at += CHUNK) {
    if (!vox_processor_push (engine, in + 2 * at, CHUNK, NULL)
        || !vox_processor_pull (
            engine, &out, vox_processor_available (engine), NULL))
      return;
    most = MAX (most, (gsize) g_atomic_pointer_get (&device->used_bytes));
  }
  cost = (gdouble) (clock () - start) / CLOCKS_PER_SEC / SECONDS;
  printf ("%-9s %-6s %.4f CPU s/s  %6.1fx  latency %6.1f ms  %.2f MB\n",
      mode_name, content_name, cost, 1.0 / cost,
      1000.0 * (gdouble) engine->latency_frames / RATE, (gdouble) most / 1e6);
}

int
main (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autofree gfloat *in = make_signal ();
  g_autofree gfloat *out = g_new (gfloat, 2 * FRAMES);
  static const gchar *const modes[] = { "fast", "balanced", "quality" };
  static const gchar *const contents[] = { "auto", "voice", "music" };

  for (guint mode = 0; mode < G_N_ELEMENTS (modes); mode++)
    for (guint content = 0; content < G_N_ELEMENTS (contents); content++)
      run (device, in, out, (VoxMode) mode, modes[mode], (VoxContent) content,
          contents[content]);
  return 0;
}
