/* cmd-f0.c: autovoice f0: the track of the project's F0 tracker. */
#include <stdio.h>

#include "dsp/vox-f0.h"
#include "tool-reader.h"
#include "tool.h"

#define FRAME_S 0.010
/* What the tracker takes. */
#define MIN_HZ 20.0
#define MAX_HZ 3000.0
#define MIN_RANGE 1.5
/* Frames that are printed at a time. */
#define BATCH_FRAMES 256

typedef struct
{
  gchar *mode;
  gdouble min_hz;
  gdouble max_hz;
  gboolean csv;
  gchar **files;
  guint64 n_printed;
} F0;

static void
print_frames (F0 *f0, VoxF0 *tracker)
{
  VoxF0Frame frames[BATCH_FRAMES];
  gsize n;

  while ((n = vox_f0_pull (tracker, frames, BATCH_FRAMES)) > 0)
    for (gsize i = 0; i < n; i++)
      printf ("%.3f,%.3f,%.3f\n", (gdouble) f0->n_printed++ * FRAME_S,
          frames[i].f0_hz, frames[i].voicing);
}

static gboolean
track (F0 *f0, ToolReader *reader, VoxStream *stream, GError **error)
{
  VoxF0Params params = VOX_F0_PARAMS_DEFAULT;
  g_autoptr (VoxF0) tracker = NULL;
  const gfloat *samples;
  gsize n;

  params.rate = tool_reader_rate (reader);
  params.hop_s = FRAME_S;
  params.min_hz = f0->min_hz;
  params.max_hz = f0->max_hz;
  for (guint i = 0; tool_modes[i] != NULL; i++)
    if (g_strcmp0 (f0->mode, tool_modes[i]) == 0)
      params.mode = (VoxMode) i;
  tracker = vox_f0_new (stream, &params, error);
  if (tracker == NULL)
    return FALSE;
  printf ("time_s,f0_hz,voicing\n");
  do {
    if (!tool_reader_read (reader, &samples, &n, error)
        || !vox_f0_push (tracker, samples, n, error))
      return FALSE;
    print_frames (f0, tracker);
  } while (n > 0);
  if (!vox_f0_drain (tracker, error))
    return FALSE;
  print_frames (f0, tracker);
  return TRUE;
}

static gint
run (F0 *f0)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxDevice) device = NULL;
  g_autoptr (VoxStream) stream = NULL;
  g_autoptr (ToolReader) reader = NULL;

  if (f0->files == NULL || g_strv_length (f0->files) != 1)
    return tool_usage_error ("f0", "say which one file to read");
  if (!tool_one_of ("f0", "--mode", f0->mode, tool_modes))
    return TOOL_USAGE;
  /* Written so that not a number is refused too. */
  if (!(f0->min_hz >= MIN_HZ && f0->max_hz <= MAX_HZ
          && f0->max_hz >= MIN_RANGE * f0->min_hz))
    return tool_usage_error ("f0",
        "--min-hz and --max-hz go from %.0f to %.0f, and --max-hz is at least "
        "%.1f times --min-hz",
        MIN_HZ, MAX_HZ, MIN_RANGE);
  tool_catch_signals ();
  if (!(device = vox_device_open ("cpu", &error))
      || !(stream = vox_stream_new (device, &error))
      || !(reader = tool_reader_open (f0->files[0], 0, 1, &error))
      || !track (f0, reader, stream, &error))
    return tool_fail (error);
  if (fflush (stdout) != 0 || ferror (stdout)) {
    tool_error ("cannot write the track");
    return TOOL_FAILED;
  }
  return TOOL_OK;
}

gint
cmd_f0 (gint argc, gchar **argv)
{
  const VoxF0Params defaults = VOX_F0_PARAMS_DEFAULT;
  F0 f0 = { .min_hz = defaults.min_hz, .max_hz = defaults.max_hz };
  const GOptionEntry entries[] = { { "csv", 0, 0, G_OPTION_ARG_NONE, &f0.csv,
                                       "print CSV (the only format)", NULL },
    { "mode", 'm', 0, G_OPTION_ARG_FILENAME, &f0.mode,
        "fast, balanced (default) or quality", "MODE" },
    { "min-hz", 0, 0, G_OPTION_ARG_DOUBLE, &f0.min_hz, "lowest F0 (default 50)",
        "HZ" },
    { "max-hz", 0, 0, G_OPTION_ARG_DOUBLE, &f0.max_hz,
        "highest F0 (default 1500)", "HZ" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &f0.files, NULL,
        NULL },
    { NULL } };
  gint code = TOOL_USAGE;

  if (tool_parse ("FILE --csv - the fundamental frequency of a voice",
          "Prints time_s,f0_hz,voicing every 10 ms; f0_hz is 0 where the voice "
          "has no pitch,\nvoicing goes from 0 to 1.\n",
          entries, &argc, &argv))
    code = run (&f0);
  g_free (f0.mode);
  g_strfreev (f0.files);
  return code;
}
