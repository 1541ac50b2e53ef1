/* pitchshift.c: the pitch shift engine. */
#include <math.h>
#include <string.h>

#include "pitchshift/vox-pitch-shift.h"

#define RATE 48000
#define SECOND RATE

/* A change of parameters when a number of frames has been pushed. */
typedef struct
{
  gsize time;
  gdouble semitones;
} Change;

typedef struct
{
  VoxPitchShiftParams params;
  gsize chunk;
  const Change *changes;
  guint n_changes;
} Setup;

static Setup
setup_for (VoxContent content, VoxMode mode, gdouble semitones)
{
  Setup setup = { .params = VOX_PITCH_SHIFT_PARAMS_DEFAULT, .chunk = 4096 };

  setup.params.rate = RATE;
  setup.params.content = content;
  setup.params.mode = mode;
  setup.params.semitones = semitones;
  setup.params.formant = VOX_FORMANT_SHIFT;
  return setup;
}

static VoxProcessor *
new_engine (const Setup *setup)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  VoxProcessor *engine = vox_pitch_shift_new (device, &setup->params, NULL);

  g_assert_nonnull (engine);
  return engine;
}

/* Pushes @n frames in chunks (cut at changes), pulling what is ready; checks
 * that exactly @n come out. */
static gfloat *
run_engine (const Setup *setup, const gfloat *in, gsize n)
{
  g_autoptr (VoxProcessor) engine = new_engine (setup);
  const guint channels = engine->channels;
  gfloat *out = g_new0 (gfloat, n * channels + 1);
  gsize pushed = 0, pulled = 0;
  guint change = 0;

  while (TRUE) {
    gsize take = MIN (setup->chunk, n - pushed);
    gfloat *at = out + pulled * channels;
    gsize ready;

    if (change < setup->n_changes) {
      if (setup->changes[change].time == pushed)
        vox_pitch_shift_set_semitones (
            engine, setup->changes[change++].semitones);
      if (change < setup->n_changes)
        take = MIN (take, setup->changes[change].time - pushed);
    }
    if (take == 0)
      g_assert_true (vox_processor_drain (engine, NULL));
    else
      g_assert_true (
          vox_processor_push (engine, in + pushed * channels, take, NULL));
    pushed += take;
    ready = vox_processor_available (engine);
    g_assert_cmpuint (pulled + ready, <=, n);
    g_assert_true (vox_processor_pull (engine, &at, ready, NULL));
    pulled += ready;
    if (take == 0)
      break;
  }
  g_assert_cmpuint (pulled, ==, n);
  return out;
}

static gfloat *
make_tone (gdouble hz, gsize n)
{
  gfloat *x = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (gfloat) (0.5 * cos (2.0 * G_PI * hz * (gdouble) i / RATE));
  return x;
}

/* White noise of the same seed each time; @channels different ones. */
static gfloat *
make_noise (gsize n, guint channels, gdouble level)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);
  gfloat *x = g_new (gfloat, n * channels);

  for (gsize i = 0; i < n * channels; i++)
    x[i] = (gfloat) (level * g_rand_double_range (rand, -1.0, 1.0));
  return x;
}

/* Response of a vowel with two formants. */
static gdouble
vowel_level (gdouble hz)
{
  static const gdouble formants[2][2] = { { 700.0, 120.0 }, { 1800.0, 180.0 } };
  gdouble level = 1.0;

  for (guint i = 0; i < 2; i++) {
    const gdouble f = formants[i][0], b = formants[i][1];

    level *= f * f / hypot (f * f - hz * hz, b * hz);
  }
  return level;
}

static gfloat *
make_vowel (gdouble f0_hz, gsize n)
{
  gfloat *x = g_new0 (gfloat, n);

  for (guint k = 1; k * f0_hz < 5000.0; k++)
    for (gsize i = 0; i < n; i++)
      x[i] += (gfloat) (0.02 * vowel_level (k * f0_hz)
          * cos (2.0 * G_PI * k * f0_hz * (gdouble) i / RATE));
  return x;
}

/* Amplitude and phase of @x at @hz, under a Hann window over @n frames. */
static gdouble
amplitude_at (const gfloat *x, gsize n, gdouble hz, gdouble *phase)
{
  gdouble re = 0.0, im = 0.0, sum = 0.0;

  for (gsize i = 0; i < n; i++) {
    const gdouble w = 0.5 - 0.5 * cos (2.0 * G_PI * (gdouble) i / (gdouble) n);
    const gdouble angle = 2.0 * G_PI * hz * (gdouble) i / RATE;

    sum += w;
    re += w * x[i] * cos (angle);
    im -= w * x[i] * sin (angle);
  }
  if (phase != NULL)
    *phase = atan2 (im, re);
  return 2.0 * hypot (re, im) / sum;
}

/* The frequency near @hz, from the phases of two halves of @x. */
static gdouble
frequency_near (const gfloat *x, gsize n, gdouble hz)
{
  const gdouble expected = 2.0 * G_PI * hz * (gdouble) (n / 2) / RATE;
  gdouble first, second, more;

  amplitude_at (x, n / 2, hz, &first);
  amplitude_at (x + n / 2, n / 2, hz, &second);
  more = second - first - expected;
  more -= 2.0 * G_PI * rint (more / (2.0 * G_PI));
  return hz + more * RATE / (2.0 * G_PI * (gdouble) (n / 2));
}

/* Power of the tone at @hz over that of everything else, in dB. */
static gdouble
tone_snr_db (const gfloat *x, gsize n, gdouble hz)
{
  gdouble phase, tone = 0.0, rest = 0.0;
  const gdouble amplitude = amplitude_at (x, n, hz, &phase);

  for (gsize i = 0; i < n; i++) {
    const gdouble w = 0.5 - 0.5 * cos (2.0 * G_PI * (gdouble) i / (gdouble) n);
    const gdouble t =
        amplitude * cos (2.0 * G_PI * hz * (gdouble) i / RATE + phase);

    tone += w * t * t;
    rest += w * (x[i] - t) * (x[i] - t);
  }
  return 10.0 * log10 (tone / rest);
}

static void
check_tone (VoxMode mode, gdouble hz, gdouble semitones, gdouble min_snr_db)
{
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, mode, semitones);
  const gdouble wanted = hz * exp2 (semitones / 12.0);
  const gsize n = SECOND, skip = n / 4;
  g_autofree gfloat *in = make_tone (hz, n);
  g_autofree gfloat *out = run_engine (&setup, in, n);
  const gdouble found = frequency_near (out + skip, n / 2, wanted);

  g_assert_cmpfloat (fabs (1200.0 * log2 (found / wanted)), <, 1.0);
  g_assert_cmpfloat (tone_snr_db (out + skip, n / 2, found), >, min_snr_db);
  g_assert_cmpfloat (
      fabs (20.0 * log10 (amplitude_at (out + skip, n / 2, found, NULL) / 0.5)),
      <, 0.2);
}

/* The bounds are those a listener cannot tell from silence next to the tone;
 * fast windows are too short for more at 440 Hz. */
static void
test_tones_move_exactly (void)
{
  static const gdouble offsets[] = { -24.0, -12.0, -7.0, -5.0, -1.0, -0.37,
    0.01, 1.0, 4.0, 7.0, 12.0, 19.0, 24.0 };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    check_tone (VOX_MODE_FAST, 440.0, offsets[i], 60.0);
    check_tone (VOX_MODE_BALANCED, 440.0, offsets[i], 70.0);
    check_tone (VOX_MODE_QUALITY, 440.0, offsets[i], 90.0);
  }
}

static const VoxContent all_contents[] = { VOX_CONTENT_AUTO, VOX_CONTENT_VOICE,
  VOX_CONTENT_MUSIC };

static void
test_unity_is_transparent (void)
{
  const gsize n = SECOND / 2;
  g_autofree gfloat *in = make_noise (n, 2, 0.9);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    for (guint mode = VOX_MODE_FAST; mode <= VOX_MODE_CUSTOM; mode++) {
      Setup setup = setup_for (all_contents[c], mode, 0.0);
      g_autofree gfloat *out = NULL;

      setup.params.channels = 2;
      setup.params.formant = VOX_FORMANT_PRESERVE;
      out = run_engine (&setup, in, n);
      g_assert_cmpmem (
          in, 2 * n * sizeof (gfloat), out, 2 * n * sizeof (gfloat));
    }
  }
}

/* Before the knob leaves 0 and after it came back, nothing is touched. */
static void
test_unity_is_transparent_around_a_change (void)
{
  static const Change changes[] = { { 24000, 5.0 }, { 48000, 0.0 } };
  const gsize n = 2 * SECOND, settled = 48000 + RATE / 10;
  g_autofree gfloat *in = make_noise (n, 1, 0.5);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 0.0);
    g_autofree gfloat *out = NULL;

    setup.changes = changes;
    setup.n_changes = G_N_ELEMENTS (changes);
    out = run_engine (&setup, in, n);
    g_assert_cmpmem (in, 24000 * sizeof (gfloat), out, 24000 * sizeof (gfloat));
    g_assert_cmpmem (in + settled, (n - settled) * sizeof (gfloat),
        out + settled, (n - settled) * sizeof (gfloat));
    g_assert_cmpint (memcmp (in + 30000, out + 30000, 4000), !=, 0);
  }
}

/* A vowel, then noise: auto changes its mind between them. */
static gfloat *
make_mixed (gsize n)
{
  g_autofree gfloat *vowel = make_vowel (150.0, n / 2);
  gfloat *x = make_noise (n, 1, 0.2);

  memcpy (x, vowel, n / 2 * sizeof (gfloat));
  return x;
}

static void
test_chunking_does_not_change_output (void)
{
  static const gsize chunks[] = { 61, 2047, 2048, 2049, SECOND };
  static const Change changes[] = { { 10000, 3.0 }, { 10500, -5.0 },
    { 30000, 0.0 } };
  const gsize n = SECOND;
  g_autofree gfloat *in = make_mixed (n);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 4.0);
    g_autofree gfloat *whole = NULL;

    setup.params.formant = VOX_FORMANT_PRESERVE;
    setup.changes = changes;
    setup.n_changes = G_N_ELEMENTS (changes);
    whole = run_engine (&setup, in, n);
    for (guint i = 0; i < G_N_ELEMENTS (chunks); i++) {
      g_autofree gfloat *out = NULL;

      setup.chunk = chunks[i];
      out = run_engine (&setup, in, n);
      g_assert_cmpmem (whole, n * sizeof (gfloat), out, n * sizeof (gfloat));
    }
  }
}

static void
test_single_frames_do_not_change_output (void)
{
  const gsize n = 6000;
  Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_FAST, 4.0);
  g_autofree gfloat *in = make_mixed (n);
  g_autofree gfloat *whole = run_engine (&setup, in, n);
  g_autofree gfloat *out = NULL;

  setup.chunk = 1;
  out = run_engine (&setup, in, n);
  g_assert_cmpmem (whole, n * sizeof (gfloat), out, n * sizeof (gfloat));
}

/* Frame k is there once frame k + latency has been pushed, for every ratio and
 * however it moves. */
static void
test_latency_holds (void)
{
  static const gdouble semitones[] = { -24.0, 0.0, 24.0 };
  const gsize n = SECOND / 2;
  g_autofree gfloat *in = make_noise (n, 1, 0.3);

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    guint64 latency = 0;

    for (guint s = 0; s < G_N_ELEMENTS (semitones); s++) {
      const Setup setup =
          setup_for (all_contents[c], VOX_MODE_FAST, semitones[s]);
      g_autoptr (VoxProcessor) engine = new_engine (&setup);

      if (s > 0)
        g_assert_cmpuint (engine->latency_frames, ==, latency);
      latency = engine->latency_frames;
      for (gsize at = 0; at + 100 <= n; at += 100) {
        vox_pitch_shift_set_semitones (
            engine, at / 100 % 30 < 15 ? semitones[s] : 0.0);
        g_assert_true (vox_processor_push (engine, in + at, 100, NULL));
        g_assert_cmpuint (vox_processor_available (engine) + latency, >=,
            engine->pushed_frames);
      }
    }
  }
}

/* The frames that have come out do not depend on what is pushed later. */
static void
test_output_needs_no_more_than_the_latency (void)
{
  const gsize n = SECOND / 2, cut = n / 2;
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, -12.0);
  g_autoptr (VoxProcessor) engine = new_engine (&setup);
  const gsize known = cut - engine->latency_frames;
  g_autofree gfloat *in = make_noise (n, 1, 0.3);
  g_autofree gfloat *whole = run_engine (&setup, in, n);
  g_autofree gfloat *other = NULL;

  memset (in + cut, 0, (n - cut) * sizeof (gfloat));
  other = run_engine (&setup, in, n);
  g_assert_cmpmem (
      whole, known * sizeof (gfloat), other, known * sizeof (gfloat));
  g_assert_cmpint (memcmp (whole + cut, other + cut, 4000), !=, 0);
}

static void
test_equal_channels_stay_equal (void)
{
  const gsize n = SECOND;
  g_autofree gfloat *mono = make_mixed (n);
  g_autofree gfloat *in = g_new (gfloat, 2 * n);

  for (gsize i = 0; i < n; i++)
    in[2 * i] = in[2 * i + 1] = mono[i];
  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    Setup setup = setup_for (all_contents[c], VOX_MODE_BALANCED, 4.0);
    g_autofree gfloat *out = NULL;

    setup.params.channels = 2;
    setup.params.formant = VOX_FORMANT_PRESERVE;
    out = run_engine (&setup, in, n);
    for (gsize i = 0; i < n; i++)
      g_assert_cmpfloat (out[2 * i], ==, out[2 * i + 1]);
  }
}

/* Mean error in dB between the harmonics of @x and the vowel whose formants
 * were multiplied by @move, without the overall level. */
static gdouble
vowel_error_db (const gfloat *x, gsize n, gdouble f0_hz, gdouble move)
{
  const guint count = (guint) (3000.0 / f0_hz);
  gdouble error[64], mean = 0.0, sum = 0.0;

  g_assert_cmpuint (count, <=, G_N_ELEMENTS (error));
  for (guint k = 0; k < count; k++) {
    const gdouble hz = (k + 1) * f0_hz;

    error[k] =
        20.0 * log10 (amplitude_at (x, n, hz, NULL) / vowel_level (hz / move));
    mean += error[k] / count;
  }
  for (guint k = 0; k < count; k++)
    sum += (error[k] - mean) * (error[k] - mean);
  return sqrt (sum / count);
}

static gdouble
shifted_vowel_error_db (VoxContent content, gdouble semitones,
    VoxFormant formant, gdouble formant_semitones, gdouble move_semitones)
{
  const gsize n = SECOND;
  const gdouble f0_hz = 120.0;
  Setup setup = setup_for (content, VOX_MODE_BALANCED, semitones);
  g_autofree gfloat *in = make_vowel (f0_hz, n);
  g_autofree gfloat *out = NULL;

  setup.params.formant = formant;
  setup.params.formant_semitones = formant_semitones;
  out = run_engine (&setup, in, n);
  return vowel_error_db (out + n / 4, n / 2, f0_hz * exp2 (semitones / 12.0),
      exp2 (move_semitones / 12.0));
}

/* A third up; the formants of the vowel are 4 semitones off when they follow,
 * which costs over 6 dB. */
static void
test_formants_go_where_they_should (void)
{
  const gdouble up = 4.0;

  for (guint c = 0; c < G_N_ELEMENTS (all_contents); c++) {
    const VoxContent content = all_contents[c];
    const gdouble bound = content == VOX_CONTENT_MUSIC ? 5.0 : 2.5;

    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_PRESERVE, 0.0, 0.0), <,
        bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_SHIFT, 0.0, up), <,
        bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_PRESERVE, -3.0, -3.0),
        <, bound);
    g_assert_cmpfloat (
        shifted_vowel_error_db (content, up, VOX_FORMANT_SHIFT, 0.0, 0.0), >,
        bound);
  }
}

/* A voice that glides: its F0 is where it should be at each moment. */
static void
test_f0_of_a_gliding_voice_is_scaled (void)
{
  const gsize n = 2 * SECOND;
  const gdouble semitones = 5.0;
  const Setup setup =
      setup_for (VOX_CONTENT_VOICE, VOX_MODE_BALANCED, semitones);
  g_autofree gfloat *in = g_new0 (gfloat, n);
  g_autofree gfloat *out = NULL;
  gdouble cycles = 0.0;

  for (gsize i = 0; i < n; i++) {
    cycles += (120.0 + 40.0 * (gdouble) i / (gdouble) n) / RATE;
    for (guint k = 1; k <= 20; k++)
      in[i] += (gfloat) (0.3 / k * cos (2.0 * G_PI * k * cycles));
  }
  out = run_engine (&setup, in, n);
  for (gsize at = SECOND / 2; at < 3 * SECOND / 2; at += SECOND / 10) {
    const gsize span = 4096;
    const gdouble f0_hz =
        120.0 + 40.0 * ((gdouble) at + 0.5 * (gdouble) span) / (gdouble) n;
    const gdouble wanted = f0_hz * exp2 (semitones / 12.0);
    const gdouble found = frequency_near (out + at, span, wanted);

    g_assert_cmpfloat (fabs (1200.0 * log2 (found / wanted)), <, 15.0);
  }
}

/* While the pitch of a tone glides, nothing but the tone is heard: above its
 * highest frequency there is no energy. A jump of the phase would put it
 * there. */
static void
test_automation_does_not_click (void)
{
  const gsize n = SECOND;
  Change changes[40];
  gdouble highest = 0.0, total = 0.0;
  Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, 0.0);
  g_autofree gfloat *in = make_tone (500.0, n);
  g_autofree gfloat *out = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    changes[i].time = n / 4 + i * 500;
    changes[i].semitones = 7.0 * sin (0.4 * i);
  }
  setup.changes = changes;
  setup.n_changes = G_N_ELEMENTS (changes);
  out = run_engine (&setup, in, n);
  /* The fourth difference raises 10 kHz over 750 Hz by 90 dB. */
  for (gsize i = RATE / 10 + 4; i < n - RATE / 10; i++) {
    const gdouble d = out[i] - 4.0 * out[i - 1] + 6.0 * out[i - 2]
        - 4.0 * out[i - 3] + out[i - 4];

    highest = MAX (highest, fabs (d));
    total = MAX (total, fabs (out[i]));
  }
  /* A tone at 750 Hz alone gives 0.5 (2 pi 750 / 48000)^4 = 4.7e-5. */
  g_assert_cmpfloat (highest, <, 3e-4);
  g_assert_cmpfloat (total, <, 0.75);
}

/* A click comes out as a click where it went in. */
static void
test_attack_keeps_its_time_and_shape (void)
{
  static const gdouble offsets[] = { -12.0, -5.0, 4.0, 12.0 };
  const gsize n = SECOND, place = n / 2 + 7;

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    const Setup setup =
        setup_for (VOX_CONTENT_MUSIC, VOX_MODE_QUALITY, offsets[i]);
    g_autofree gfloat *in = g_new0 (gfloat, n);
    g_autofree gfloat *out = NULL;
    gdouble near = 0.0, all = 0.0;

    in[place] = 0.8f;
    out = run_engine (&setup, in, n);
    for (gsize k = 0; k < n; k++) {
      all += out[k] * out[k];
      if (k + 24 >= place && k <= place + 24)
        near += out[k] * out[k];
    }
    g_assert_cmpfloat (near, >, 0.99 * all);
  }
}

static void
test_any_signal_gives_sound_output (void)
{
  static const guint rates[] = { 8000, 44100, 192000 };

  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    const gsize n = rates[r] / 10;

    for (guint kind = 0; kind < 5; kind++) {
      const guint channels = kind == 0 ? 8 : 1;
      const gsize length = kind == 4 ? 1 : n;
      Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_BALANCED, -7.0);
      g_autofree gfloat *in = make_noise (length, channels, 1.0);
      g_autofree gfloat *out = NULL;

      for (gsize i = 0; i < length * channels && kind > 0; i++)
        in[i] = kind == 1 ? 0.0f : kind == 2 ? 1.0f : i / 40 % 2 ? 1.0f : -1.0f;
      if (kind == 3)
        in[n / 2] = NAN;
      setup.params.rate = rates[r];
      setup.params.channels = channels;
      setup.params.formant = VOX_FORMANT_PRESERVE;
      out = run_engine (&setup, in, length);
      for (gsize i = 0; i < length * channels; i++) {
        g_assert_true (isfinite (out[i]));
        g_assert_cmpfloat (fabsf (out[i]), <, 8.0f);
        if (kind == 1)
          g_assert_cmpfloat (out[i], ==, 0.0f);
      }
    }
  }
}

static void
test_level_of_a_constant_stays (void)
{
  const gsize n = SECOND;
  const Setup setup = setup_for (VOX_CONTENT_MUSIC, VOX_MODE_BALANCED, 3.0);
  g_autofree gfloat *in = g_new (gfloat, n);
  g_autofree gfloat *out = NULL;

  for (gsize i = 0; i < n; i++)
    in[i] = 0.5f;
  out = run_engine (&setup, in, n);
  for (gsize i = n / 2; i < n * 3 / 4; i++)
    g_assert_cmpfloat_with_epsilon (out[i], 0.5, 0.01);
}

static void
test_reset_begins_anew (void)
{
  const gsize n = 8000;
  const Setup setup = setup_for (VOX_CONTENT_AUTO, VOX_MODE_FAST, 4.0);
  g_autoptr (VoxProcessor) engine = new_engine (&setup);
  g_autofree gfloat *in = make_mixed (n);
  g_autofree gfloat *out = g_new (gfloat, n);
  g_autofree gfloat *fresh = run_engine (&setup, in, n);
  gfloat *at = out;

  g_assert_true (vox_processor_push (engine, in, n / 2, NULL));
  vox_processor_reset (engine);
  g_assert_cmpuint (vox_processor_available (engine), ==, 0);
  g_assert_true (vox_processor_push (engine, in, n, NULL));
  g_assert_true (vox_processor_drain (engine, NULL));
  g_assert_cmpuint (vox_processor_available (engine), ==, n);
  g_assert_true (vox_processor_pull (engine, &at, n, NULL));
  g_assert_cmpmem (fresh, n * sizeof (gfloat), out, n * sizeof (gfloat));
}

static void
test_wrong_parameters_are_refused (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxPitchShiftParams right = VOX_PITCH_SHIFT_PARAMS_DEFAULT;
  VoxPitchShiftParams wrong[6] = { right, right, right, right, right, right };

  wrong[0].rate = 7999;
  wrong[1].channels = 9;
  wrong[2].semitones = 24.5;
  wrong[3].formant_semitones = -25.0;
  wrong[4].mode = VOX_MODE_CUSTOM;
  wrong[4].window_ms = 5.0;
  wrong[5].semitones = NAN;
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vox_pitch_shift_new (device, &wrong[i], &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_ARGUMENT);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pitchshift/tones-move-exactly", test_tones_move_exactly);
  g_test_add_func (
      "/pitchshift/unity-is-transparent", test_unity_is_transparent);
  g_test_add_func ("/pitchshift/unity-is-transparent-around-a-change",
      test_unity_is_transparent_around_a_change);
  g_test_add_func ("/pitchshift/chunking-does-not-change-output",
      test_chunking_does_not_change_output);
  g_test_add_func ("/pitchshift/single-frames-do-not-change-output",
      test_single_frames_do_not_change_output);
  g_test_add_func ("/pitchshift/latency-holds", test_latency_holds);
  g_test_add_func ("/pitchshift/output-needs-no-more-than-the-latency",
      test_output_needs_no_more_than_the_latency);
  g_test_add_func (
      "/pitchshift/equal-channels-stay-equal", test_equal_channels_stay_equal);
  g_test_add_func ("/pitchshift/formants-go-where-they-should",
      test_formants_go_where_they_should);
  g_test_add_func ("/pitchshift/f0-of-a-gliding-voice-is-scaled",
      test_f0_of_a_gliding_voice_is_scaled);
  g_test_add_func (
      "/pitchshift/automation-does-not-click", test_automation_does_not_click);
  g_test_add_func ("/pitchshift/attack-keeps-its-time-and-shape",
      test_attack_keeps_its_time_and_shape);
  g_test_add_func ("/pitchshift/any-signal-gives-sound-output",
      test_any_signal_gives_sound_output);
  g_test_add_func (
      "/pitchshift/level-of-a-constant-stays", test_level_of_a_constant_stays);
  g_test_add_func ("/pitchshift/reset-begins-anew", test_reset_begins_anew);
  g_test_add_func ("/pitchshift/wrong-parameters-are-refused",
      test_wrong_parameters_are_refused);
  return g_test_run ();
}
