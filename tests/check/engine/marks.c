/* marks.c: what must be true of pitch marks. */
#include "dsp/vox-marks.h"

#include <string.h>

#include "voice-signal.h"

/* The true track of a contour, voiced throughout unless a range is cut out. */
static GArray *
true_track (gsize n, guint rate, gdouble hop_s, VoiceContour contour,
    gdouble hz, gdouble unvoiced_from_s, gdouble unvoiced_to_s)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));

  for (guint k = 0; k <= (gdouble) n / (hop_s * rate); k++) {
    const gdouble t = k * hop_s;
    VoxF0Frame frame = { (gfloat) contour (t, hz), 0.9f };

    if (t >= unvoiced_from_s && t < unvoiced_to_s)
      frame = (VoxF0Frame){ 0.0f, 0.1f };
    g_array_append_val (frames, frame);
  }
  return frames;
}

static GArray *
marks_of (const gfloat *x, gsize n, guint rate, gdouble hop_s, GArray *frames)
{
  const VoxMarksParams params = { rate, hop_s, 50.0 };

  return vox_marks_analyze (
      &params, x, n, (VoxF0Frame *) frames->data, frames->len, NULL);
}

#define mark_of(marks, i) (g_array_index ((marks), VoxMark, (i)))

static void
test_marks_are_one_true_period_apart (void)
{
  static const guint rates[] = { 8000, 16000, 48000 };
  static const gdouble hz[] = { 60.0, 120.0, 240.0, 500.0, 1000.0 };
  static const VoiceContour contours[] = { voice_steady, voice_vibrato,
    voice_glide };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
      for (guint c = 0; c < G_N_ELEMENTS (contours); c++) {
        const gsize n = 2 * rates[r];
        g_autofree gfloat *x = voice_new (n, rates[r], contours[c], hz[v]);
        g_autoptr (GArray) frames =
            true_track (n, rates[r], 0.005, contours[c], hz[v], 9.0, 9.0);
        g_autoptr (GArray) marks = marks_of (x, n, rates[r], 0.005, frames);
        gdouble phase = 0.0;
        guint i = 0;

        /* Walk the true phase; between two marks it must grow by one, within
         * 1 % and a tenth of a sample. The first and last periods hang over
         * the edges of the signal. */
        for (gsize s = 0; i + 3 < marks->len; i++) {
          const VoxMark a = mark_of (marks, i), b = mark_of (marks, i + 1);

          g_assert_true (a.voiced);
          g_assert_cmpfloat (b.position, >, a.position);
          phase = 0.0;
          for (s = 0; s < 16; s++)
            phase += contours[c]((a.position
                                     + (b.position - a.position)
                                         * ((gdouble) s + 0.5) / 16.0)
                             / rates[r],
                         hz[v])
                / 16.0;
          phase *= (b.position - a.position) / rates[r];
          if (i > 2)
            g_assert_cmpfloat_with_epsilon (
                phase, 1.0, 0.01 + 0.1 / (b.position - a.position));
        }
        g_assert_cmpuint (i, >, 50);
      }
    }
  }
}

/* The energy peaks of the test voice are where its phase is whole. */
static void
test_marks_sit_at_the_energy_peak_and_stay_there (void)
{
  static const gdouble hz[] = { 80.0, 160.0, 310.0 };
  const guint rate = 16000;
  const gsize n = 5 * rate;

  for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
    g_autofree gfloat *x = voice_new (n, rate, voice_steady, hz[v]);
    g_autoptr (GArray) frames =
        true_track (n, rate, 0.005, voice_steady, hz[v], 9.0, 9.0);
    g_autoptr (GArray) marks = marks_of (x, n, rate, 0.005, frames);

    for (guint i = 2; i + 2 < marks->len; i++) {
      const gdouble phase = mark_of (marks, i).position * hz[v] / rate;

      g_assert_cmpfloat (fabs (phase - round (phase)), <, 0.1);
    }
  }
}

static void
test_unvoiced_marks_are_5_ms_apart_on_whole_samples (void)
{
  const guint rate = 44100;
  const gsize n = rate;
  g_autofree gfloat *x = voice_new (n, rate, voice_steady, 200.0);
  g_autoptr (GArray) frames =
      true_track (n, rate, 0.01, voice_steady, 200.0, 0.3, 0.7);
  g_autoptr (GArray) marks = marks_of (x, n, rate, 0.01, frames);
  guint unvoiced = 0;

  for (guint i = 1; i < marks->len; i++) {
    const VoxMark a = mark_of (marks, i - 1), b = mark_of (marks, i);

    if (!b.voiced) {
      g_assert_cmpfloat (b.position, ==, floor (b.position));
      g_assert_cmpfloat_with_epsilon (b.position - a.position, 221.0, 1.0);
      unvoiced++;
    }
    if (b.position > 0.31 * rate && b.position < 0.69 * rate)
      g_assert_false (b.voiced);
    if (b.position > 0.72 * rate || b.position < 0.29 * rate)
      g_assert_true (b.voiced);
  }
  g_assert_cmpuint (unvoiced, >=, 77);
}

static void
test_silence_and_noise_get_marks_to_the_end (void)
{
  const gsize n = 16000;
  g_autofree gfloat *x = g_new0 (gfloat, n);
  g_autoptr (GArray) voiced =
      true_track (n, 16000, 0.01, voice_steady, 100.0, 9.0, 9.0);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (VoxF0Frame));

  for (guint pass = 0; pass < 2; pass++) {
    g_autoptr (GArray) a = marks_of (x, n, 16000, 0.01, voiced);
    g_autoptr (GArray) b = marks_of (x, n, 16000, 0.01, none);

    g_assert_cmpfloat (mark_of (a, a->len - 1).position, >, n - 200.0);
    g_assert_cmpfloat (mark_of (b, b->len - 1).position, >=, n - 80.0);
    g_assert_cmpfloat (mark_of (b, b->len - 1).position, <, n);
    for (guint i = 0; i < a->len; i++)
      g_assert_true (isfinite (mark_of (a, i).position));
    voice_add_noise (x, n, 0.1, 4);
  }
}

static void
test_order_of_pushes_does_not_change_the_marks (void)
{
  const guint rate = 22050;
  const gsize n = 3 * rate + 77;
  const VoxMarksParams params = { rate, 0.005, 50.0 };
  g_autofree gfloat *x = voice_new (n, rate, voice_glide, 140.0);
  g_autoptr (GArray) frames =
      true_track (n, rate, 0.005, voice_glide, 140.0, 1.1, 1.6);
  g_autoptr (GArray) whole = marks_of (x, n, rate, 0.005, frames);
  g_autoptr (VoxMarks) marks = vox_marks_new (&params, NULL);

  for (guint pass = 0; pass < 2; pass++) {
    g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (VoxMark));
    gsize done = 0, piece = 1, frame = 0;
    VoxMark mark;

    while (done < n || frame < frames->len) {
      const gsize m = MIN (piece, n - done);
      const gsize f = MIN (piece % 5, frames->len - frame);

      vox_marks_push (marks, x + done, m);
      vox_marks_push_f0 (marks, &g_array_index (frames, VoxF0Frame, frame), f);
      while (vox_marks_pull (marks, &mark, 1) == 1)
        g_array_append_val (pieces, mark);
      done += m;
      frame += f;
      piece = piece * 11 % 997 + 1;
    }
    vox_marks_drain (marks);
    while (vox_marks_pull (marks, &mark, 1) == 1)
      g_array_append_val (pieces, mark);
    g_assert_cmpuint (pieces->len, ==, whole->len);
    for (guint i = 0; i < whole->len; i++)
      g_assert_true (
          mark_of (pieces, i).position == mark_of (whole, i).position);
    vox_marks_reset (marks);
  }
}

static void
test_latency_is_kept (void)
{
  static const gdouble hz[] = { 55.0, 130.0, 400.0 };
  const guint rate = 16000;
  const gsize n = rate;

  for (guint v = 0; v < G_N_ELEMENTS (hz); v++) {
    const VoxMarksParams params = { rate, 0.005, 50.0 };
    g_autofree gfloat *x = voice_new (n, rate, voice_steady, hz[v]);
    g_autoptr (GArray) frames =
        true_track (n, rate, 0.005, voice_steady, hz[v], 0.4, 0.6);
    g_autoptr (GArray) whole = marks_of (x, n, rate, 0.005, frames);
    g_autoptr (VoxMarks) marks = vox_marks_new (&params, NULL);
    const gsize latency = vox_marks_latency_samples (marks);
    guint seen = 0;

    vox_marks_push_f0 (marks, (VoxF0Frame *) frames->data, frames->len);
    for (gsize i = 0; i < n; i++) {
      VoxMark mark;

      vox_marks_push (marks, x + i, 1);
      while (vox_marks_pull (marks, &mark, 1) == 1)
        seen++;
      if (i >= latency && seen < whole->len)
        g_assert_cmpfloat (
            mark_of (whole, seen).position, >, (gdouble) (i - latency));
    }
  }
}

static void
test_parameters_out_of_range_are_refused (void)
{
  static const VoxMarksParams bad[] = { { 4000, 0.01, 50.0 },
    { 48000, 0.0, 50.0 }, { 48000, 0.01, 0.0 } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_marks_new (&bad[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/marks/are-one-true-period-apart", test_marks_are_one_true_period_apart);
  g_test_add_func ("/marks/sit-at-the-energy-peak-and-stay-there",
      test_marks_sit_at_the_energy_peak_and_stay_there);
  g_test_add_func ("/marks/unvoiced-ones-are-5-ms-apart-on-whole-samples",
      test_unvoiced_marks_are_5_ms_apart_on_whole_samples);
  g_test_add_func ("/marks/silence-and-noise-get-marks-to-the-end",
      test_silence_and_noise_get_marks_to_the_end);
  g_test_add_func ("/marks/order-of-pushes-does-not-change-them",
      test_order_of_pushes_does_not_change_the_marks);
  g_test_add_func ("/marks/latency-is-kept", test_latency_is_kept);
  g_test_add_func ("/marks/parameters-out-of-range-are-refused",
      test_parameters_out_of_range_are_refused);
  return g_test_run ();
}
