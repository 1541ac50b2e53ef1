/* f0.c: speed and accuracy of the F0 tracker, the pitch marks and overlap-add.
 *
 *   meson compile -C build bench-f0 && build/tests/bench/bench-f0
 *
 * The first table gives seconds of mono audio per second of one core, for a
 * voice that glides over an octave; the second, on voices of known F0, the
 * share of frames within 50 cents, of those more than 20 % off, and of wrong
 * voicing decisions, clean and with white noise 10 dB below the voice.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../check/engine/voice-signal.h"
#include "dsp/vox-psola.h"

#define SECONDS 30

static const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
  VOX_MODE_QUALITY };
static const gchar *const mode_names[] = { "fast", "balanced", "quality" };

static gdouble
now (void)
{
  return (gdouble) clock () / CLOCKS_PER_SEC;
}

static GArray *
track (VoxStream *stream, const gfloat *x, gsize n, guint rate, gdouble hop_s,
    VoxMode mode)
{
  const VoxF0Params params = { rate, hop_s, 50.0, 1500.0, mode };
  g_autoptr (GError) error = NULL;
  GArray *frames = vox_f0_analyze (stream, &params, x, n, &error);

  if (frames == NULL)
    g_error ("%s", error->message);
  return frames;
}

static void
overlap_add (VoxStream *stream, const gfloat *x, gsize n, guint rate,
    gdouble hop_s, GArray *marks, gsize n_frames)
{
  VoxPsolaParams params = VOX_PSOLA_PARAMS_DEFAULT;
  g_autofree VoxPsolaControl *control = g_new (VoxPsolaControl, n_frames);
  g_autofree gfloat *out = g_new (gfloat, n);
  g_autoptr (VoxPsola) psola = NULL;

  for (gsize k = 0; k < n_frames; k++)
    control[k] = (VoxPsolaControl){ 1.26f, 1.0f };
  params.rate = rate;
  params.control_hop_s = hop_s;
  psola = vox_psola_new (stream, &params, NULL);
  if (psola == NULL || !vox_psola_push_control (psola, control, n_frames, NULL)
      || !vox_psola_push_marks (
          psola, (VoxMark *) marks->data, marks->len, NULL)
      || !vox_psola_push (psola, x, n, NULL) || !vox_psola_drain (psola, NULL))
    g_error ("overlap-add failed");
  vox_psola_pull (psola, out, n);
}

static void
print_speed (VoxStream *stream)
{
  static const guint rates[] = { 16000, 44100, 48000, 192000 };

  printf ("seconds per second of one core, hop 5 ms\n");
  printf ("%8s %8s %8s %8s %8s %8s\n", "rate", "fast", "balanced", "quality",
      "marks", "psola");
  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    const gsize n = (gsize) SECONDS * rates[r];
    const VoxMarksParams params = { rates[r], 0.005, 50.0 };
    g_autofree gfloat *x = voice_new (n, rates[r], voice_glide, 180.0);
    g_autoptr (GArray) frames = NULL;
    g_autoptr (GArray) marks = NULL;
    gdouble start;

    printf ("%8u", rates[r]);
    for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
      start = now ();
      g_clear_pointer (&frames, g_array_unref);
      frames = track (stream, x, n, rates[r], 0.005, modes[m]);
      printf (" %8.0f", SECONDS / (now () - start));
    }
    start = now ();
    marks = vox_marks_analyze (
        &params, x, n, (VoxF0Frame *) frames->data, frames->len, NULL);
    printf (" %8.0f", SECONDS / (now () - start));
    start = now ();
    overlap_add (stream, x, n, rates[r], 0.005, marks, frames->len);
    printf (" %8.0f\n", SECONDS / (now () - start));
  }
}

typedef struct
{
  guint voiced, near, both, gross, wrong_voicing, frames;
} Score;

/* The voice is silent, but for the noise, in the last fifth. */
static void
add_score (Score *score, GArray *frames, gdouble hop_s, VoiceContour contour,
    gdouble hz, gdouble voiced_s)
{
  for (guint k = 0; k < frames->len; k++) {
    const gdouble t = k * hop_s;
    const gdouble got = g_array_index (frames, VoxF0Frame, k).f0_hz;
    const gdouble want = t < voiced_s ? contour (t, hz) : 0.0;

    score->frames++;
    score->voiced += want > 0.0;
    score->wrong_voicing += (want > 0.0) != (got > 0.0);
    if (want > 0.0 && got > 0.0) {
      score->both++;
      score->near += fabs (1200.0 * log2 (got / want)) < 50.0;
      score->gross += fabs (got / want - 1.0) > 0.2;
    }
  }
}

static void
print_accuracy (VoxStream *stream)
{
  static const gdouble hz[] = { 60.0, 75.0, 95.0, 120.0, 150.0, 190.0, 240.0,
    300.0, 380.0, 480.0, 600.0, 760.0, 960.0 };
  static const VoiceContour contours[] = { voice_steady, voice_vibrato,
    voice_glide };
  const guint rate = 16000;
  const gsize n = 4 * rate, voiced = 4 * n / 5;

  printf ("\naccuracy, hop 10 ms\n%10s %8s %10s %10s %10s\n", "mode", "noise",
      "50 cents", "20 % off", "voicing");
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
    for (guint noisy = 0; noisy < 2; noisy++) {
      Score s = { 0 };

      for (guint v = 0; v < G_N_ELEMENTS (hz) * G_N_ELEMENTS (contours); v++) {
        const VoiceContour contour = contours[v % G_N_ELEMENTS (contours)];
        const gdouble f = hz[v / G_N_ELEMENTS (contours)];
        g_autofree gfloat *x = voice_new (n, rate, contour, f);
        g_autoptr (GArray) frames = NULL;

        memset (x + voiced, 0, (n - voiced) * sizeof (gfloat));
        if (noisy)
          voice_add_noise (x, n, 0.1 * sqrt (0.1), 1 + v);
        frames = track (stream, x, n, rate, 0.01, modes[m]);
        add_score (&s, frames, 0.01, contour, f, (gdouble) voiced / rate);
      }
      printf ("%10s %8s %10.4f %10.4f %10.4f\n", mode_names[m],
          noisy ? "10 dB" : "none", (gdouble) s.near / s.voiced,
          (gdouble) s.gross / s.both, (gdouble) s.wrong_voicing / s.frames);
    }
  }
}

int
main (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxStream) stream = vox_stream_new (device, NULL);

  print_speed (stream);
  print_accuracy (stream);
  return 0;
}
