/* make-demo-song.c: a small song from the built-in engines, no recording
 * needed.
 *
 * A built-in speaker says the words; each is moved onto its note by the pitch
 * shifter, which follows the word's own F0, so that it is sung on one pitch.
 * Chords, bass and drums are synthesised. The two parts are written apart, so
 * that what a separation or a conversion does can be measured against them.
 *
 *   usage: make-demo-song DIR      (writes DIR/vocals.wav, DIR/backing.wav)
 */
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <string.h>

#include "dsp/vox-f0.h"
#include "pitchshift/vox-pitch-shift.h"
#include "tts/vox-tts.h"

#define RATE_HZ 44100
#define BEAT_S 0.5
#define BEATS_PER_BAR 4
#define N_BARS 12
#define SONG_S (N_BARS * BEATS_PER_BAR * BEAT_S)
#define HOP_S 0.01

/** One sung word: when (in beats), how high (MIDI note), what. */
typedef struct
{
  gdouble beat;
  gint note;
  const gchar *word;
} Word;

static const Word words[] = {
  { 4, 57, "open" },
  { 6, 60, "every" },
  { 8, 62, "window" },
  { 10, 60, "let" },
  { 11, 57, "the" },
  { 12, 55, "morning" },
  { 14, 57, "in" },
  { 18, 57, "sing" },
  { 19, 60, "a" },
  { 20, 64, "simple" },
  { 22, 62, "melody" },
  { 24, 60, "over" },
  { 26, 57, "and" },
  { 27, 59, "over" },
  { 29, 57, "again" },
  { 32, 60, "every" },
  { 34, 62, "voice" },
  { 36, 64, "is" },
  { 37, 62, "yours" },
  { 39, 60, "to" },
  { 40, 57, "borrow" },
};

/* Roots of A minor, F, C, G, one bar each. */
static const gint roots[] = { 45, 41, 48, 43 };
static const gint is_minor[] = { 1, 0, 0, 0 };

static gdouble
note_hz (gint note)
{
  return 440.0 * exp2 ((note - 69) / 12.0);
}

static gboolean
collect (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  g_array_append_vals (user_data, samples, (guint) n_samples);
  return TRUE;
}

/* Sings one spoken word on @hz: every 10 ms the shift that takes its F0 there. */
static GArray *
sing (VoxDevice *device, const GArray *spoken, guint rate, gdouble hz,
    GError **error)
{
  VoxPitchShiftParams params = VOX_PITCH_SHIFT_PARAMS_DEFAULT;
  VoxF0Params f0_params = VOX_F0_PARAMS_DEFAULT;
  g_autoptr (VoxStream) stream = vox_stream_new (device, error);
  g_autoptr (VoxProcessor) shifter = NULL;
  g_autoptr (GArray) track = NULL;
  GArray *sung = g_array_sized_new (FALSE, TRUE, sizeof (gfloat), spoken->len);
  const gfloat *in = (const gfloat *) (gpointer) spoken->data;
  gfloat *out;
  gdouble semitones = 0.0;

  f0_params.rate = params.rate = rate;
  f0_params.hop_s = HOP_S;
  params.content = VOX_CONTENT_VOICE;
  g_array_set_size (sung, spoken->len);
  out = (gfloat *) (gpointer) sung->data;
  if (stream != NULL)
    track = vox_f0_analyze (stream, &f0_params, in, spoken->len, error);
  if (track != NULL)
    shifter = vox_pitch_shift_new (device, &params, error);
  if (shifter == NULL) {
    g_array_unref (sung);
    return NULL;
  }
  for (gsize at = 0, k = 0; at < spoken->len; k++) {
    const gsize hop = MIN ((gsize) (HOP_S * rate), spoken->len - at);
    const VoxF0Frame *frame =
        &g_array_index (track, VoxF0Frame, MIN (k, track->len - 1));

    if (frame->f0_hz > 0)
      semitones = CLAMP (12.0 * log2 (hz / frame->f0_hz), -24.0, 24.0);
    vox_pitch_shift_set_semitones (shifter, semitones);
    if (!vox_processor_push (shifter, in + at, hop, error)) {
      g_array_unref (sung);
      return NULL;
    }
    at += hop;
  }
  if (!vox_processor_drain (shifter, error)
      || !vox_processor_pull (shifter, &out, spoken->len, error)) {
    g_array_unref (sung);
    return NULL;
  }
  return sung;
}

static void
mix_in (GArray *target, const GArray *part, gsize at, gfloat gain)
{
  for (gsize i = 0; i < part->len && at + i < target->len; i++)
    g_array_index (target, gfloat, at + i) +=
        gain * g_array_index (part, gfloat, i);
}

static GArray *
make_vocals (guint *rate, GError **error)
{
  VoxTtsParams params = VOX_TTS_PARAMS_DEFAULT;
  g_autoptr (VoxDevice) device = vox_device_open ("auto", error);
  g_autoptr (VoxTts) tts = NULL;
  GArray *vocals = g_array_new (FALSE, TRUE, sizeof (gfloat));

  params.speed = 0.6;
  if (device != NULL)
    tts = vox_tts_new (&params, error);
  if (tts == NULL) {
    g_array_unref (vocals);
    return NULL;
  }
  *rate = vox_tts_rate (tts);
  g_array_set_size (vocals, (guint) (SONG_S * *rate));
  for (guint w = 0; w < G_N_ELEMENTS (words); w++) {
    g_autoptr (GArray) spoken = g_array_new (FALSE, TRUE, sizeof (gfloat));
    g_autoptr (GArray) sung = NULL;

    if (vox_tts_speak (tts, words[w].word, collect, spoken, error)
        && spoken->len > 0)
      sung = sing (device, spoken, *rate, note_hz (words[w].note), error);
    if (sung == NULL) {
      g_array_unref (vocals);
      return NULL;
    }
    mix_in (vocals, sung, (gsize) (words[w].beat * BEAT_S * *rate), 0.8f);
  }
  return vocals;
}

/* A plucked tone: six decaying harmonics. */
static void
add_tone (GArray *audio, gdouble start_s, gdouble length_s, gdouble hz,
    gdouble gain, gdouble decay_per_s)
{
  const gsize start = (gsize) (start_s * RATE_HZ);
  const gsize length = (gsize) (length_s * RATE_HZ);

  for (gsize i = 0; i < length && start + i < audio->len; i++) {
    const gdouble t = (gdouble) i / RATE_HZ;
    const gdouble attack = MIN (1.0, t / 0.005);
    const gdouble release = MIN (1.0, (length_s - t) / 0.02);
    gdouble sum = 0.0;

    for (gint h = 1; h <= 6; h++)
      sum += sin (2 * G_PI * hz * h * t) * exp (-t * decay_per_s * h) / h;
    g_array_index (audio, gfloat, start + i) +=
        (gfloat) (gain * attack * release * sum);
  }
}

static void
add_drum (
    GArray *audio, gdouble start_s, gboolean kick, gdouble gain, GRand *rand)
{
  const gsize start = (gsize) (start_s * RATE_HZ);
  const gdouble decay_per_s = kick ? 18.0 : 45.0;

  for (gsize i = 0; i < RATE_HZ / 5 && start + i < audio->len; i++) {
    const gdouble t = (gdouble) i / RATE_HZ;
    const gdouble sound = kick
        ? sin (2 * G_PI * (50.0 * t + 6.0 * (1.0 - exp (-t * 40.0)) / 4.0))
        : g_rand_double_range (rand, -1.0, 1.0);

    g_array_index (audio, gfloat, start + i) +=
        (gfloat) (gain * sound * exp (-t * decay_per_s));
  }
}

static GArray *
make_backing (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  GArray *audio = g_array_new (FALSE, TRUE, sizeof (gfloat));

  g_array_set_size (audio, (guint) (SONG_S * RATE_HZ));
  for (gint bar = 0; bar < N_BARS; bar++) {
    const gint root = roots[bar % 4];
    const gint third = root + (is_minor[bar % 4] ? 3 : 4);

    for (gint beat = 0; beat < BEATS_PER_BAR; beat++) {
      const gdouble t = (bar * BEATS_PER_BAR + beat) * BEAT_S;

      add_tone (audio, t, BEAT_S, note_hz (root - 12), 0.25, 2.0);
      add_tone (audio, t, BEAT_S, note_hz (root + 12), 0.07, 3.0);
      add_tone (audio, t, BEAT_S, note_hz (third + 12), 0.06, 3.0);
      add_tone (audio, t, BEAT_S, note_hz (root + 19), 0.06, 3.0);
      add_drum (audio, t, TRUE, beat % 2 == 0 ? 0.4 : 0.0, rand);
      add_drum (audio, t, FALSE, beat % 2 == 1 ? 0.2 : 0.05, rand);
      add_drum (audio, t + BEAT_S / 2, FALSE, 0.05, rand);
    }
  }
  return audio;
}

static gboolean
write_wav (const gchar *path, const GArray *audio, guint rate, GError **error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      "appsrc name=in format=time ! audioconvert ! audioresample quality=10 ! "
      "audio/x-raw,format=S16LE,rate=44100,channels=2 ! wavenc ! "
      "filesink name=out",
      error);
  g_autoptr (GstElement) in = NULL, out = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  gboolean ok;

  if (pipeline == NULL)
    return FALSE;
  in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  caps = gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "F32LE",
      "rate", G_TYPE_INT, (gint) rate, "channels", G_TYPE_INT, 1, "layout",
      G_TYPE_STRING, "interleaved", NULL);
  g_object_set (in, "caps", caps, NULL);
  g_object_set (out, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (in),
      gst_buffer_new_memdup (audio->data, audio->len * sizeof (gfloat)));
  gst_app_src_end_of_stream (GST_APP_SRC (in));
  bus = gst_element_get_bus (pipeline);
  message = gst_bus_timed_pop_filtered (
      bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ok = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  if (!ok)
    gst_message_parse_error (message, error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return ok;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) vocals = NULL, backing = NULL;
  g_autofree gchar *vocals_path = NULL, *backing_path = NULL;
  guint rate = 0;

  gst_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: %s DIR\n", argv[0]);
    return 2;
  }
  vocals_path = g_build_filename (argv[1], "vocals.wav", NULL);
  backing_path = g_build_filename (argv[1], "backing.wav", NULL);
  vocals = make_vocals (&rate, &error);
  backing = make_backing ();
  if (vocals == NULL || !write_wav (vocals_path, vocals, rate, &error)
      || !write_wav (backing_path, backing, RATE_HZ, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  return 0;
}
