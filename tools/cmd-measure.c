/* cmd-measure.c: autovoice measure: the quality meter on two files, which are
 * read side by side. */
#include <stdio.h>

#include "quality/vox-quality-report.h"
#include "tool-progress.h"
#include "tool-rate.h"
#include "tool.h"

typedef struct
{
  gboolean json;
  gboolean csv;
  gchar *html;
  gboolean align;
  gboolean dtw;
  gdouble expected_shift;
  gdouble interval_s;
  gchar **files;
} Options;

typedef gboolean (*Push) (
    VoxQuality *meter, const gfloat *frames, gsize n_frames, GError **error);

/* Reads one piece of @reader into the meter; *ended at the end of the file. */
static gboolean
feed (VoxQuality *meter, Push push, ToolRate *reader, gboolean *ended,
    GError **error)
{
  const gfloat *frames;
  gsize n;

  if (!tool_rate_read (reader, &frames, &n, error))
    return FALSE;
  *ended = n == 0;
  return n == 0 || push (meter, frames, n, error);
}

/* Feeds the meter, always from the file that is behind, so that it never has
 * to keep much of the other one. @reference may be NULL. */
static gboolean
feed_all (VoxQuality *meter, ToolRate *reference, ToolRate *judged,
    const gchar *label, GError **error)
{
  g_autoptr (ToolProgress) progress = tool_progress_new ();
  gboolean reference_ended = reference == NULL, judged_ended = FALSE;
  gint64 next_us = 0;

  while (!reference_ended || !judged_ended) {
    gboolean take_reference = !reference_ended
        && (judged_ended
            || tool_rate_seconds (reference) < tool_rate_seconds (judged));

    if (take_reference
            ? !feed (meter, vox_quality_push_reference, reference,
                &reference_ended, error)
            : !feed (meter, vox_quality_push, judged, &judged_ended, error))
      return FALSE;
    if (g_get_monotonic_time () < next_us)
      continue;
    next_us = g_get_monotonic_time () + TOOL_PROGRESS_INTERVAL_MS * 1000;
    tool_progress_show (
        progress, label, tool_rate_done (judged), tool_rate_seconds (judged));
  }
  return TRUE;
}

static VoxQualityResult *
measure (const Options *options, const VoxQualityNames *names, GError **error)
{
  VoxQualityParams params = VOX_QUALITY_PARAMS_DEFAULT;
  g_autoptr (VoxDevice) device = NULL;
  g_autoptr (ToolRate) reference = NULL;
  g_autoptr (ToolRate) judged = NULL;
  g_autoptr (VoxQuality) meter = NULL;

  if (names->reference != NULL
      && !(reference = tool_rate_open (names->reference, 0, error)))
    return NULL;
  params.rate = reference != NULL ? tool_rate_hz (reference) : 0;
  judged = tool_rate_open (names->judged, params.rate, error);
  if (judged == NULL || !(device = vox_device_open ("auto", error)))
    return NULL;
  params.rate = tool_rate_hz (judged);
  params.channels = tool_rate_channels (judged);
  params.reference_channels =
      reference != NULL ? tool_rate_channels (reference) : 0;
  params.expected_shift = options->expected_shift;
  params.interval_s = options->interval_s;
  params.time_locked = !options->dtw;
  params.alignment =
      options->align ? VOX_QUALITY_ALIGNMENT_AUTO : VOX_QUALITY_ALIGNMENT_OFF;
  meter = vox_quality_new (device, &params, error);
  if (meter == NULL
      || !feed_all (meter, reference, judged, names->judged, error))
    return NULL;
  return vox_quality_finish (meter, error);
}

static gint
run (const Options *options)
{
  guint n = options->files != NULL ? g_strv_length (options->files) : 0;
  VoxQualityNames names = { NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxQualityResult) result = NULL;
  g_autofree gchar *text = NULL;

  if (n < 1 || n > 2)
    return tool_usage_error (
        "measure", "say what to compare: REFERENCE and the file to judge");
  if (options->json && options->csv)
    return tool_usage_error ("measure", "--json or --csv, not both");
  names.reference = n == 2 ? options->files[0] : NULL;
  names.judged = options->files[n - 1];
  tool_catch_signals ();
  result = measure (options, &names, &error);
  if (result == NULL)
    return tool_fail (error);
  if (options->html != NULL
      && !vox_quality_save (
          result, &names, VOX_QUALITY_FORMAT_HTML, options->html, &error))
    return tool_fail (error);
  if (options->json)
    text = vox_quality_to_json (result, &names, FALSE);
  else if (options->csv)
    text = vox_quality_to_csv (result, &names);
  else
    text = vox_quality_to_table (result, &names);
  fputs (text, stdout);
  if (!g_str_has_suffix (text, "\n"))
    fputc ('\n', stdout);
  if (fflush (stdout) != 0 || ferror (stdout)) {
    tool_error ("cannot write the result");
    return TOOL_FAILED;
  }
  return TOOL_OK;
}

gint
cmd_measure (gint argc, gchar **argv)
{
  const VoxQualityParams defaults = VOX_QUALITY_PARAMS_DEFAULT;
  Options options = { .interval_s = defaults.interval_s };
  const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE,
                                       &options.json, "print JSON", NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, "print CSV", NULL },
    { "html", 0, 0, G_OPTION_ARG_FILENAME, &options.html,
        "also write a page with plots", "FILE" },
    { "expected-shift", 0, 0, G_OPTION_ARG_DOUBLE, &options.expected_shift,
        "semitones the judged file is meant to be higher", "N" },
    { "align", 0, 0, G_OPTION_ARG_NONE, &options.align,
        "find a constant delay and take it out", NULL },
    { "dtw", 0, 0, G_OPTION_ARG_NONE, &options.dtw,
        "the two run at different speeds (warps time for MCD)", NULL },
    { "interval", 0, 0, G_OPTION_ARG_DOUBLE, &options.interval_s,
        "seconds between values over time (default 1)", "S" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
        NULL, NULL },
    { NULL } };
  gint code = TOOL_USAGE;

  if (tool_parse ("[REFERENCE] FILE - how good is a recording",
          "Without REFERENCE only what needs none is measured. A metric that "
          "cannot be computed is\nlisted with the reason.\n\nExample: "
          "autovoice measure song.wav converted.wav --html report.html\n",
          entries, &argc, &argv))
    code = run (&options);
  g_free (options.html);
  g_strfreev (options.files);
  return code;
}
