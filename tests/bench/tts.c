/* tts.c: the speech engine beside flite's own synthesis, in one run.
 *
 *   usage: bench-tts [RUNS]
 *
 * Both speak the same text with the same speakers on one thread. First audio
 * is the time from the call to the first samples (flite: its streaming
 * callback with the smallest buffer), by the clock and in CPU time, which other
 * load on the machine does not change; the real-time factor is seconds of
 * audio per second of CPU time. Medians over the runs.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <flite/flite.h>

#include "tts/vox-tts.h"

cst_voice *register_cmu_us_slt (const char *voxdir);
cst_voice *register_cmu_us_rms (const char *voxdir);
cst_voice *register_cmu_us_awb (const char *voxdir);
cst_voice *register_cmu_us_kal16 (const char *voxdir);

#define DEFAULT_RUNS 9
#define MAX_RUNS 1000

/* A long first sentence: the hard case for first audio. */
static const gchar text[] =
    "It was the best of times and it was the worst of times and it was the age "
    "of wisdom and it was the age of foolishness in the whole of the country "
    "between the mountains and the sea. Every morning the harbour fills with "
    "small boats, and the men call to each other across the grey water. The "
    "quick brown fox jumps over the lazy dog.";

static const struct
{
  const gchar *name;
  cst_voice *(*get) (const char *voxdir);
} speakers[] = { { "slt", register_cmu_us_slt }, { "rms", register_cmu_us_rms },
  { "awb", register_cmu_us_awb }, { "kal16", register_cmu_us_kal16 } };

typedef struct
{
  gint64 start_us;
  gint64 first_us; /* 0: none yet */
  gdouble start_cpu_s;
  gdouble first_cpu_s;
  gsize n_samples;
} Heard;

typedef struct
{
  gdouble first_ms[MAX_RUNS];
  gdouble first_cpu_ms[MAX_RUNS];
  gdouble factor[MAX_RUNS];
  guint n;
} Figures;

static gdouble
cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gdouble) time.tv_sec + 1e-9 * (gdouble) time.tv_nsec;
}

static void
hear (Heard *heard, gsize n_samples)
{
  if (heard->first_us == 0) {
    heard->first_us = g_get_monotonic_time ();
    heard->first_cpu_s = cpu_seconds ();
  }
  heard->n_samples += n_samples;
}

static gboolean
take_ours (const gfloat *samples, gsize n_samples, gpointer user_data)
{
  (void) samples;
  hear (user_data, n_samples);
  return TRUE;
}

static int
take_flite (const cst_wave *wave, int start, int size, int last,
    cst_audio_streaming_info *info)
{
  (void) wave;
  (void) start;
  (void) last;
  hear (info->userdata, (gsize) size);
  return CST_AUDIO_STREAM_CONT;
}

static void
note (Figures *figures, const Heard *heard, guint rate)
{
  gdouble cpu_s = cpu_seconds () - heard->start_cpu_s;

  figures->first_cpu_ms[figures->n] =
      1e3 * (heard->first_cpu_s - heard->start_cpu_s);
  figures->first_ms[figures->n] =
      1e-3 * (gdouble) (heard->first_us - heard->start_us);
  figures->factor[figures->n++] = (gdouble) heard->n_samples / rate / cpu_s;
}

static void
run_ours (const gchar *speaker, Figures *figures)
{
  VoxTtsParams params = VOX_TTS_PARAMS_DEFAULT;
  g_autoptr (VoxTts) tts = NULL;
  Heard heard = { 0 };

  params.speaker = speaker;
  tts = vox_tts_new (&params, NULL);
  heard.start_us = g_get_monotonic_time ();
  heard.start_cpu_s = cpu_seconds ();
  vox_tts_speak (tts, text, take_ours, &heard, NULL);
  note (figures, &heard, vox_tts_rate (tts));
}

/* What `flite -t` does: one utterance for the whole text. */
static void
run_flite (cst_voice *voice, Figures *figures)
{
  cst_audio_streaming_info *info = new_audio_streaming_info ();
  Heard heard = { .start_us = g_get_monotonic_time (),
    .start_cpu_s = cpu_seconds () };
  cst_utterance *utterance = new_utterance ();

  info->min_buffsize = 256;
  info->asc = take_flite;
  info->userdata = &heard;
  utt_set_input_text (utterance, text);
  utt_init (utterance, voice);
  feat_set (
      utterance->features, "streaming_info", audio_streaming_info_val (info));
  utt_synth (utterance);
  note (figures, &heard, 16000);
  delete_utterance (utterance);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

static gdouble
median (gdouble *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return values[n / 2];
}

static void
print_row (const gchar *engine, const gchar *speaker, Figures *figures)
{
  g_print ("%-10s %-7s %12.1f %16.1f %18.0f\n", engine, speaker,
      median (figures->first_ms, figures->n),
      median (figures->first_cpu_ms, figures->n),
      median (figures->factor, figures->n));
}

int
main (int argc, char **argv)
{
  guint runs =
      argc > 1 ? (guint) CLAMP (atoi (argv[1]), 1, MAX_RUNS) : DEFAULT_RUNS;
  struct rusage usage;

  flite_init ();
  g_print ("%-10s %-7s %12s %16s %18s\n", "engine", "speaker", "first [ms]",
      "first, CPU [ms]", "x real time/core");
  for (gsize i = 0; i < G_N_ELEMENTS (speakers); i++) {
    g_autofree Figures *ours = g_new0 (Figures, 1);
    g_autofree Figures *peer = g_new0 (Figures, 1);
    cst_voice *voice = speakers[i].get (NULL);

    for (guint run = 0; run < runs; run++) {
      run_ours (speakers[i].name, ours);
      run_flite (voice, peer);
    }
    print_row ("autovoice", speakers[i].name, ours);
    print_row ("flite", speakers[i].name, peer);
  }
  getrusage (RUSAGE_SELF, &usage);
  g_print ("peak memory of both together: %.1f MB\n",
      (gdouble) usage.ru_maxrss / 1024);
  return 0;
}
