/* cmd-voice-create.c: autovoice voice create: recordings are read, checked,
 * learnt from, and the profile is put into the store. */
#include <stdio.h>
#include <string.h>

#include "convert/vox-enroll.h"
#include "tool-progress.h"
#include "tool-reader.h"
#include "tool-voices.h"
#include "tool.h"
#include "voice/vox-recording-check.h"

/* More does not make the voice better, only the work longer. */
#define MAX_RECORDING_S 300
/* What enrolment takes at least. */
#define MIN_ENROLL_RATE_HZ 16000
#define READ_BYTES 65536

typedef struct
{
  gchar *dir;
  gchar *consent;
  gint64 seed;
  gboolean force;
  gboolean overwrite;
  gchar **args;
} Options;

/* All recordings one after another. */
typedef struct
{
  GArray *samples;
  /* Rate of the samples, and the lowest rate of a file. */
  guint rate;
  guint lowest_rate;
  gboolean is_cut;
  GPtrArray *sources;
} Recording;

static void
recording_clear (Recording *recording)
{
  g_array_unref (recording->samples);
  g_ptr_array_unref (recording->sources);
}

static gchar *
describe_source (const gchar *path, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree gchar *base = g_filename_display_basename (path);
  guint8 bytes[READ_BYTES];
  FILE *file = fopen (path, "rb");
  gsize n;

  if (file == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_READ, "cannot read \"%s\"", path);
    return NULL;
  }
  while ((n = fread (bytes, 1, sizeof (bytes), file)) > 0)
    g_checksum_update (checksum, bytes, (gssize) n);
  fclose (file);
  /* The list of sources in the profile has one line for each. */
  g_strdelimit (base, "\r\n", ' ');
  return g_strdup_printf (
      "sha256:%s %s", g_checksum_get_string (checksum), base);
}

static gboolean
read_file (Recording *recording, const gchar *path, GError **error)
{
  g_autoptr (ToolReader) reader = NULL;
  g_autoptr (ToolReader) native = tool_reader_open (path, 0, 1, error);
  gsize limit;
  const gfloat *samples;
  gsize n;

  if (native == NULL)
    return FALSE;
  if (recording->rate == 0) {
    recording->lowest_rate = tool_reader_rate (native);
    recording->rate = MAX (tool_reader_rate (native), MIN_ENROLL_RATE_HZ);
  }
  recording->lowest_rate =
      MIN (recording->lowest_rate, tool_reader_rate (native));
  if (tool_reader_rate (native) == recording->rate)
    reader = g_steal_pointer (&native);
  else if (!(reader = tool_reader_open (path, recording->rate, 1, error)))
    return FALSE;
  limit = (gsize) MAX_RECORDING_S * recording->rate;
  do {
    if (!tool_reader_read (reader, &samples, &n, error))
      return FALSE;
    recording->is_cut =
        recording->is_cut || n > limit - recording->samples->len;
    n = MIN (n, limit - recording->samples->len);
    g_array_append_vals (recording->samples, samples, (guint) n);
  } while (n > 0);
  return TRUE;
}

static gboolean
read_recordings (Recording *recording, gchar *const *files, GError **error)
{
  for (guint i = 0; files[i] != NULL; i++) {
    gchar *source;

    if (!read_file (recording, files[i], error)
        || !(source = describe_source (files[i], error)))
      return FALSE;
    g_ptr_array_add (recording->sources, source);
  }
  g_ptr_array_add (recording->sources, NULL);
  if (recording->is_cut)
    tool_warning (
        "only the first %d s of the recording are used", MAX_RECORDING_S);
  return TRUE;
}

/* Prints what is wrong. Returns: FALSE when it is too bad to go on. */
static gboolean
check_recording (
    const Recording *recording, const Options *options, GError **error)
{
  g_autoptr (VoxRecordingReport) report =
      vox_recording_check ((const gfloat *) recording->samples->data,
          recording->samples->len, recording->rate, error);

  if (report == NULL)
    return FALSE;
  for (guint i = 0; i < report->problems->len; i++) {
    const VoxRecordingProblem *problem =
        &g_array_index (report->problems, VoxRecordingProblem, i);

    if (problem->is_error)
      tool_error ("the recording is not good enough: %s", problem->sentence);
    else
      tool_warning ("the recording: %s", problem->sentence);
  }
  if (recording->lowest_rate < MIN_ENROLL_RATE_HZ)
    tool_error ("the recording is not good enough: its sample rate is %u Hz; "
                "at least %d Hz are needed",
        recording->lowest_rate, MIN_ENROLL_RATE_HZ);
  if (report->n_errors == 0 && recording->lowest_rate >= MIN_ENROLL_RATE_HZ)
    return TRUE;
  if (options->force)
    return TRUE;
  g_set_error_literal (error, VOX_ERROR, VOX_ERROR_SIGNAL,
      "no voice was made (--force tries all the same)");
  return FALSE;
}

static gboolean
on_progress (const gchar *step, gdouble fraction, gpointer user_data)
{
  tool_progress_show (user_data, step, fraction, 0.0);
  return !tool_interrupted ();
}

static VoxVoice *
learn (const Recording *recording, const Options *options, GError **error)
{
  g_autoptr (VoxDevice) device = vox_device_open ("auto", error);
  g_autoptr (ToolProgress) progress = tool_progress_new ();
  VoxEnrollParams params = { .name = options->args[0],
    .consent = options->consent != NULL ? options->consent : "",
    .sources = (const gchar *const *) recording->sources->pdata,
    .seed = (guint64) options->seed,
    .progress = on_progress,
    .progress_data = progress };

  if (device == NULL)
    return NULL;
  return vox_enroll (device, (const gfloat *) recording->samples->data,
      recording->samples->len, recording->rate, &params, error);
}

static gboolean
create (const Options *options, Recording *recording, GError **error)
{
  const gchar *name = options->args[0];
  g_autofree gchar *path = NULL;
  g_autofree gchar *pitch = NULL;
  g_autoptr (VoxVoice) voice = NULL;

  if (!vox_voice_name_check (name, error))
    return FALSE;
  path = tool_voice_path (options->dir, name);
  /* Before the work; the store itself decides at its end. */
  if (!vox_voice_store_check (options->dir, error))
    return FALSE;
  if (!options->overwrite && g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_EXISTS,
        "there is a voice \"%s\" already; choose another name, delete it, or "
        "give --overwrite",
        name);
    return FALSE;
  }
  if (!read_recordings (recording, options->args + 1, error)
      || !check_recording (recording, options, error)
      || !(voice = learn (recording, options, error))
      || !vox_voice_store_add (
          options->dir, name, voice, options->overwrite, error))
    return FALSE;
  pitch = tool_voice_pitch (vox_voice_info (voice));
  g_print ("%s: learnt from %.1f s of recording, pitch %s -> %s\n", name,
      vox_voice_info (voice)->duration_s, pitch, path);
  return TRUE;
}

static gint
run (const Options *options)
{
  Recording recording = { .samples =
                              g_array_new (FALSE, FALSE, sizeof (gfloat)),
    .sources = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (options->consent != NULL
      && !g_utf8_validate (options->consent, -1, NULL)) {
    recording_clear (&recording);
    return tool_usage_error ("voice create", "--consent is not UTF-8 text");
  }
  tool_catch_signals ();
  ok = create (options, &recording, &error);
  recording_clear (&recording);
  return ok ? TOOL_OK : tool_fail (error);
}

gint
cmd_voice_create (gint argc, gchar **argv)
{
  Options options = { .dir = NULL };
  const GOptionEntry entries[] = { TOOL_VOICES_DIR_ENTRY (options.dir),
    { "consent", 0, 0, G_OPTION_ARG_FILENAME, &options.consent,
        "whose voice it is and who agreed; kept in the voice", "TEXT" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force,
        "go on with a recording that is not good enough", NULL },
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &options.overwrite,
        "replace a voice of this name", NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
        "random seed of the training (default 0)", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.args,
        NULL, NULL },
    { NULL } };
  gchar command[] = "voice create";
  gint code = TOOL_USAGE;

  argv[0] = command;
  if (tool_parse ("NAME FILE... - learn a voice from 30 to 60 s of recording",
          "Several files are put one after another. Use recordings of one "
          "person, close to the\nmicrophone, in a quiet room, and only with "
          "that person's consent.\n\nExample: autovoice voice create anna "
          "anna1.wav anna2.wav --consent \"Anna agreed\"\n",
          entries, &argc, &argv)) {
    if (options.args != NULL && g_strv_length (options.args) >= 2)
      code = run (&options);
    else
      tool_usage_error (command,
          "say how to call the voice and which "
          "recordings to use: NAME FILE...");
  }
  g_free (options.dir);
  g_free (options.consent);
  g_strfreev (options.args);
  return code;
}
