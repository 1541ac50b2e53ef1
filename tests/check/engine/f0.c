/* f0.c: what must be true of the F0 tracker. */
#include "dsp/vox-f0.h"

#include <string.h>

#include "voice-signal.h"

static const VoxMode modes[] = { VOX_MODE_FAST, VOX_MODE_BALANCED,
  VOX_MODE_QUALITY };

static VoxStream *
new_stream (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);

  return vox_stream_new (device, NULL);
}

static GArray *
track (const gfloat *samples, gsize n, guint rate, gdouble hop_s, VoxMode mode)
{
  g_autoptr (VoxStream) stream = new_stream ();
  VoxF0Params params = VOX_F0_PARAMS_DEFAULT;
  GArray *frames;

  params.rate = rate;
  params.hop_s = hop_s;
  params.mode = mode;
  frames = vox_f0_analyze (stream, &params, samples, n, NULL);
  g_assert_nonnull (frames);
  return frames;
}

static VoxF0Frame
frame_of (GArray *frames, guint k)
{
  return g_array_index (frames, VoxF0Frame, k);
}

/* Share of frames within the tolerance of the true F0, leaving out the first
 * and last 50 ms; fails at once on a gross error when octaves must be right. */
static gdouble
accuracy (GArray *frames, gdouble hop_s, VoiceContour contour, gdouble hz,
    gdouble tolerance_cents, gboolean no_octave_errors)
{
  const guint skip = (guint) ceil (0.05 / hop_s);
  guint right = 0, all = 0;

  for (guint k = skip; k + skip < frames->len; k++) {
    const gdouble want = contour (k * hop_s, hz);
    const gdouble got = frame_of (frames, k).f0_hz;
    const gdouble cents =
        got > 0.0 ? fabs (1200.0 * log2 (got / want)) : G_MAXDOUBLE;

    if (no_octave_errors && got > 0.0 && cents > 500.0)
      g_error ("%g Hz was tracked as %g Hz in frame %u", want, got, k);
    right += cents <= tolerance_cents;
    all++;
  }
  return (gdouble) right / all;
}

static void
test_steady_voices_are_exact_at_every_rate_and_mode (void)
{
  static const guint rates[] = { 8000, 16000, 22050, 44100, 48000, 192000 };
  static const gdouble hz[] = { 55.0, 110.0, 233.3, 440.0, 987.0, 1400.0 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
      const gsize n = rates[r] / 2;
      g_autofree gfloat *x = voice_new (n, rates[r], voice_steady, hz[v]);

      for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
        g_autoptr (GArray) frames = track (x, n, rates[r], 0.01, modes[m]);

        g_assert_cmpfloat (
            accuracy (frames, 0.01, voice_steady, hz[v], 5.0, TRUE), ==, 1.0);
      }
    }
  }
}

static void
test_glides_and_vibrato_are_followed (void)
{
  static const gdouble hz[] = { 80.0, 110.0, 220.0, 440.0, 700.0, 1000.0 };
  static const VoiceContour contours[] = { voice_glide, voice_vibrato };
  const guint rate = 16000;
  const gsize n = 3 * rate;

  for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
    for (guint c = 0; c < G_N_ELEMENTS (contours); c++) {
      g_autofree gfloat *x = voice_new (n, rate, contours[c], hz[v]);

      for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
        g_autoptr (GArray) frames = track (x, n, rate, 0.005, modes[m]);

        g_assert_cmpfloat (
            accuracy (frames, 0.005, contours[c], hz[v], 25.0, TRUE), >=, 0.99);
      }
    }
  }
}

static void
test_noise_10_db_below_the_voice_does_no_harm (void)
{
  static const gdouble hz[] = { 60.0, 90.0, 130.0, 200.0, 320.0, 500.0, 800.0,
    1200.0 };
  const guint rate = 16000;
  const gsize n = 3 * rate;

  for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
    g_autofree gfloat *x = voice_new (n, rate, voice_vibrato, hz[v]);

    voice_add_noise (x, n, 0.1 * sqrt (0.1), 1 + v);
    for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
      g_autoptr (GArray) frames = track (x, n, rate, 0.01, modes[m]);

      g_assert_cmpfloat (
          accuracy (frames, 0.01, voice_vibrato, hz[v], 50.0, TRUE), >=, 0.99);
    }
  }
}

#define NOTE_S 0.25

/* A legato melody of leaps, of parameter its first note. */
static gdouble
notes (gdouble time_s, gdouble hz)
{
  static const gint semitones[] = { 0, 4, 9, 7, 12, 16, 3, 10 };

  return hz
      * exp2 (semitones[(guint) (time_s / NOTE_S) % G_N_ELEMENTS (semitones)]
          / 12.0);
}

static void
test_notes_after_a_leap_have_their_octave (void)
{
  static const gdouble hz[] = { 110.0, 190.0, 220.0, 270.0, 330.0, 370.0, 410.0,
    440.0, 480.0, 505.0, 520.0, 550.0, 580.0 };
  const guint rate = 16000, n_frames = 400, edge = 3;
  const guint note = (guint) lrint (NOTE_S / 0.01);

  for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
    g_autofree gfloat *x =
        voice_new (n_frames * rate / 100, rate, notes, hz[v]);

    for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
      g_autoptr (GArray) frames =
          track (x, n_frames * rate / 100, rate, 0.01, modes[m]);

      for (guint k = 0; k < n_frames; k++) {
        if (k % note < edge || k % note >= note - edge)
          continue;
        g_assert_cmpfloat (
            fabs (log2 (frame_of (frames, k).f0_hz / notes (k * 0.01, hz[v]))),
            <, 50.0 / 1200.0);
      }
    }
  }
}

static void
test_hum_in_a_pause_is_unvoiced (void)
{
  const guint rate = 16000;
  const gsize voice = rate, n = 5 * rate / 2;
  g_autofree gfloat *spoken = voice_new (voice, rate, voice_steady, 200.0);
  g_autofree gfloat *x = g_new0 (gfloat, n);
  g_autoptr (GArray) frames = NULL;

  memcpy (x, spoken, voice * sizeof (gfloat));
  /* 34 dB below the voice. */
  for (gsize i = 0; i < n; i++)
    x[i] += (gfloat) (0.1 * 0.02 * sqrt (2.0)
        * sin (2.0 * G_PI * 60.0 * (gdouble) i / rate));
  frames = track (x, n, rate, 0.01, VOX_MODE_BALANCED);
  for (guint k = 0; k < frames->len; k++) {
    if (k > 5 && k < 95)
      g_assert_cmpfloat (frame_of (frames, k).f0_hz, >, 0.0f);
    if (k > 105)
      g_assert_cmpfloat (frame_of (frames, k).f0_hz, ==, 0.0f);
  }
}

static guint
count_voiced (GArray *frames)
{
  guint voiced = 0;

  for (guint k = 0; k < frames->len; k++) {
    const VoxF0Frame frame = frame_of (frames, k);

    g_assert_true (isfinite (frame.f0_hz) && isfinite (frame.voicing));
    g_assert_true (frame.voicing >= 0.0f && frame.voicing <= 1.0f);
    g_assert_true ((frame.f0_hz > 0.0f) == (frame.voicing >= 0.5f));
    voiced += frame.f0_hz > 0.0f;
  }
  return voiced;
}

static void
test_silence_dc_and_noise_are_unvoiced (void)
{
  const gsize n = 10 * 16000;
  g_autofree gfloat *silence = g_new0 (gfloat, n);
  g_autofree gfloat *dc = g_new (gfloat, n);
  g_autofree gfloat *noise = g_new0 (gfloat, n);

  for (gsize i = 0; i < n; i++)
    dc[i] = 0.5f;
  voice_add_noise (noise, n, 0.1, 7);
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
    g_autoptr (GArray) a = track (silence, n, 16000, 0.01, modes[m]);
    g_autoptr (GArray) b = track (dc, n, 16000, 0.01, modes[m]);
    g_autoptr (GArray) c = track (noise, n, 16000, 0.005, modes[m]);

    g_assert_cmpuint (count_voiced (a), ==, 0);
    g_assert_cmpuint (count_voiced (b), ==, 0);
    g_assert_cmpuint (count_voiced (c), ==, 0);
  }
}

/* A fricative: noise through a resonance, here 250 Hz wide around 1 kHz.
 * It looks periodic over one period, never over several. */
static void
test_noise_in_a_narrow_band_is_unvoiced (void)
{
  const gsize n = 10 * 16000;
  const gdouble radius = exp (-G_PI * 250.0 / 16000.0);
  const gdouble feedback = 2.0 * radius * cos (2.0 * G_PI * 1000.0 / 16000.0);
  g_autofree gfloat *x = g_new0 (gfloat, n);

  voice_add_noise (x, n, 0.1, 11);
  for (gsize i = 2; i < n; i++)
    x[i] += (gfloat) (feedback * x[i - 1] - radius * radius * x[i - 2]);
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
    g_autoptr (GArray) frames = track (x, n, 16000, 0.01, modes[m]);

    g_assert_cmpfloat ((gdouble) count_voiced (frames) / frames->len, <, 0.05);
  }
}

static void
test_square_wave_has_its_frequency (void)
{
  const gsize n = 48000;
  g_autofree gfloat *x = g_new (gfloat, n);
  g_autoptr (GArray) frames = NULL;

  for (gsize i = 0; i < n; i++)
    x[i] = i / 120 % 2 ? 1.0f : -1.0f;
  frames = track (x, n, 48000, 0.01, VOX_MODE_BALANCED);
  g_assert_cmpfloat (
      accuracy (frames, 0.01, voice_steady, 200.0, 5.0, TRUE), ==, 1.0);
}

static void
test_level_does_not_matter (void)
{
  const gsize n = 3 * 16000;
  g_autofree gfloat *x = voice_new (n, 16000, voice_glide, 200.0);
  g_autoptr (GArray) loud = NULL;
  g_autoptr (GArray) soft = NULL;

  for (gsize i = n / 3; i < n / 2; i++)
    x[i] = 0.0f;
  voice_add_noise (x, n, 0.005, 3);
  loud = track (x, n, 16000, 0.01, VOX_MODE_BALANCED);
  for (gsize i = 0; i < n; i++)
    x[i] *= 0.005f;
  soft = track (x, n, 16000, 0.01, VOX_MODE_BALANCED);
  g_assert_cmpuint (count_voiced (loud), >, 200);
  for (guint k = 0; k < loud->len; k++)
    g_assert_cmpfloat_with_epsilon (
        frame_of (loud, k).f0_hz, frame_of (soft, k).f0_hz, 0.05);
}

/* Pushes in pieces of changing size and pulls at once. */
static GArray *
track_in_pieces (VoxF0 *f0, const gfloat *x, gsize n)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));
  gsize done = 0, piece = 1;
  VoxF0Frame frame;

  while (done < n) {
    const gsize m = MIN (piece, n - done);

    g_assert_true (vox_f0_push (f0, x + done, m, NULL));
    while (vox_f0_pull (f0, &frame, 1) == 1)
      g_array_append_val (frames, frame);
    done += m;
    piece = piece * 7 % 1999 + 1;
  }
  g_assert_true (vox_f0_drain (f0, NULL));
  while (vox_f0_pull (f0, &frame, 1) == 1)
    g_array_append_val (frames, frame);
  return frames;
}

static void
test_chunking_and_reset_do_not_change_the_track (void)
{
  static const guint rates[] = { 16000, 44100 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    const gsize n = 2 * rates[r] + 123;
    g_autofree gfloat *x = voice_new (n, rates[r], voice_glide, 150.0);

    voice_add_noise (x, n, 0.03, 5);
    for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
      g_autoptr (VoxStream) stream = new_stream ();
      const VoxF0Params params = { rates[r], 0.005, 50.0, 1500.0, modes[m] };
      g_autoptr (VoxF0) f0 = vox_f0_new (stream, &params, NULL);
      g_autoptr (GArray) whole = track (x, n, rates[r], 0.005, modes[m]);

      for (guint pass = 0; pass < 2; pass++) {
        g_autoptr (GArray) pieces = track_in_pieces (f0, x, n);

        g_assert_cmpmem (whole->data, whole->len * sizeof (VoxF0Frame),
            pieces->data, pieces->len * sizeof (VoxF0Frame));
        vox_f0_reset (f0);
      }
    }
  }
}

static void
test_frame_count_is_exact (void)
{
  static const gdouble hops[] = { 0.001, 0.005, 0.01, 0.05 };
  static const gsize lengths[] = { 0, 1, 440, 441, 44099, 44100, 44101 };
  g_autofree gfloat *x = voice_new (44101, 44100, voice_steady, 150.0);

  for (guint h = 0; h < G_N_ELEMENTS (hops); h++) {
    for (guint l = 0; l < G_N_ELEMENTS (lengths); l++) {
      g_autoptr (GArray) frames =
          track (x, lengths[l], 44100, hops[h], VOX_MODE_QUALITY);
      const guint want = lengths[l] == 0
          ? 0
          : 1 + (guint) floor ((gdouble) lengths[l] / (hops[h] * 44100));

      g_assert_cmpuint (frames->len, ==, want);
    }
  }
}

static void
test_latency_is_kept (void)
{
  static const guint rates[] = { 8000, 11025, 44100, 96000 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    g_autofree gfloat *x = voice_new (rates[r], rates[r], voice_steady, 150.0);

    for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
      g_autoptr (VoxStream) stream = new_stream ();
      const VoxF0Params params = { rates[r], 0.007, 50.0, 1500.0, modes[m] };
      g_autoptr (VoxF0) f0 = vox_f0_new (stream, &params, NULL);
      const gsize latency = vox_f0_latency_samples (f0);

      for (gsize i = 0; i < rates[r]; i++) {
        gsize due = 0;

        g_assert_true (vox_f0_push (f0, x + i, 1, NULL));
        if (i >= latency)
          due =
              1 + (gsize) floor ((gdouble) (i - latency) / (0.007 * rates[r]));
        g_assert_cmpuint (vox_f0_available (f0), >=, due);
      }
    }
  }
}

static void
test_fast_mode_looks_less_than_30_ms_ahead (void)
{
  g_autoptr (VoxStream) stream = new_stream ();
  const VoxF0Params params = { 48000, 0.005, 50.0, 1500.0, VOX_MODE_FAST };
  g_autoptr (VoxF0) f0 = vox_f0_new (stream, &params, NULL);

  g_assert_cmpuint (vox_f0_latency_samples (f0), <, 48000 * 30 / 1000);
}

static void
test_parameters_out_of_range_are_refused (void)
{
  static const VoxF0Params bad[] = {
    { 4000, 0.01, 50.0, 1500.0, VOX_MODE_FAST },
    { 384000, 0.01, 50.0, 1500.0, VOX_MODE_FAST },
    { 48000, 0.0, 50.0, 1500.0, VOX_MODE_FAST },
    { 48000, 0.01, 0.0, 1500.0, VOX_MODE_FAST },
    { 48000, 0.01, 500.0, 400.0, VOX_MODE_FAST },
    { 48000, 0.01, 50.0, 9000.0, VOX_MODE_FAST },
  };
  g_autoptr (VoxStream) stream = new_stream ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_f0_new (stream, &bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/f0/steady-voices-are-exact-at-every-rate-and-mode",
      test_steady_voices_are_exact_at_every_rate_and_mode);
  g_test_add_func ("/f0/glides-and-vibrato-are-followed",
      test_glides_and_vibrato_are_followed);
  g_test_add_func ("/f0/noise-10-db-below-the-voice-does-no-harm",
      test_noise_10_db_below_the_voice_does_no_harm);
  g_test_add_func ("/f0/notes-after-a-leap-have-their-octave",
      test_notes_after_a_leap_have_their_octave);
  g_test_add_func (
      "/f0/hum-in-a-pause-is-unvoiced", test_hum_in_a_pause_is_unvoiced);
  g_test_add_func ("/f0/silence-dc-and-noise-are-unvoiced",
      test_silence_dc_and_noise_are_unvoiced);
  g_test_add_func ("/f0/noise-in-a-narrow-band-is-unvoiced",
      test_noise_in_a_narrow_band_is_unvoiced);
  g_test_add_func (
      "/f0/square-wave-has-its-frequency", test_square_wave_has_its_frequency);
  g_test_add_func ("/f0/level-does-not-matter", test_level_does_not_matter);
  g_test_add_func ("/f0/chunking-and-reset-do-not-change-the-track",
      test_chunking_and_reset_do_not_change_the_track);
  g_test_add_func ("/f0/frame-count-is-exact", test_frame_count_is_exact);
  g_test_add_func ("/f0/latency-is-kept", test_latency_is_kept);
  g_test_add_func ("/f0/fast-mode-looks-less-than-30-ms-ahead",
      test_fast_mode_looks_less_than_30_ms_ahead);
  g_test_add_func ("/f0/parameters-out-of-range-are-refused",
      test_parameters_out_of_range_are_refused);
  return g_test_run ();
}
