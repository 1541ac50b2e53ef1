/* tool-options.h: the options that all commands which process files share. */
#pragma once

#include "tool-batch.h"

G_BEGIN_DECLS

/**
 * ToolOptions: zero-initialised, filled by TOOL_OPTION_ENTRIES.
 * @mode, @device: (nullable): of the elements
 * @out: -o
 * @extension: of outputs in a folder
 * @bits: 0: the format's own
 * @n_jobs: files at a time
 * @files: (array zero-terminated=1): what is left on the command line
 */
typedef struct
{
  gchar *mode;
  gchar *device;
  gchar *out;
  gchar *extension;
  gint bits;
  gint n_jobs;
  gboolean overwrite;
  gchar **files;
} ToolOptions;

/** Rows for a GOptionEntry table; @o is a #ToolOptions. */
#define TOOL_OPTION_ENTRIES(o)                                               \
  { "mode", 'm', 0, G_OPTION_ARG_FILENAME, &(o).mode,                        \
    "fast, balanced (default) or quality", "MODE" },                         \
      { "device", 0, 0, G_OPTION_ARG_FILENAME, &(o).device,                  \
        "auto (default), cpu, cuda or cuda:N", "DEVICE" },                   \
      { "jobs", 'j', 0, G_OPTION_ARG_INT, &(o).n_jobs,                       \
        "files at a time (default 1)", "N" },                                \
      { "overwrite", 0, 0, G_OPTION_ARG_NONE, &(o).overwrite,                \
        "in a folder: also make again what is newer than its input", NULL }, \
      { "bits", 0, 0, G_OPTION_ARG_INT, &(o).bits,                           \
        "16, 24 or 32 (float); default: WAV 32, FLAC 24", "N" },             \
  {                                                                          \
    G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &(o).files, NULL, \
        NULL                                                                 \
  }

/** Rows for the name of the output. */
#define TOOL_OUTPUT_ENTRIES(o)                                        \
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &(o).out,                \
    "output: a .wav, .flac, .ogg or .mp3 file, or a folder", "OUT" }, \
  {                                                                   \
    "format", 0, 0, G_OPTION_ARG_FILENAME, &(o).extension,            \
        "wav, flac, ogg or mp3 for outputs in a folder", "FORMAT"     \
  }

/** Text on the exit codes and formats for the end of every help. */
#define TOOL_HELP_FILES                                                       \
  "Inputs may be any format GStreamer decodes. With several inputs or a "     \
  "folder, OUT is a\nfolder too; what is there already and newer is left "    \
  "alone, a bad file does not stop\nthe others, and the exit code is 1 when " \
  "any failed.\n"

/** tool_options_check: prints what is wrong with @options. */
gboolean tool_options_check (const gchar *command, ToolOptions *options);

/** tool_options_apply: sets mode and device on @element. */
gboolean tool_options_apply (
    const ToolOptions *options, GstElement *element, GError **error);

void tool_options_clear (ToolOptions *options);

/**
 * tool_run_effect:
 * @build: adds the element of the command; see tool_build_chain ()
 * @depends_on: see #ToolBatch
 *
 * Plans options->files to options->out and runs the batch.
 */
gint tool_run_effect (const gchar *command, const ToolOptions *options,
    ToolBuild build, gpointer user_data, const gchar *depends_on);

/** tool_build_chain: decoder ! @element ! encoder for a task with one output. */
gboolean tool_build_chain (ToolJob *job, const ToolTask *task,
    const ToolOptions *options, GstElement *element, GError **error);

G_END_DECLS
