/* tool.h: what all commands of autovoice share: exit codes, messages, options,
 * interruption. One command is one file, cmd-NAME.c, with one function. */
#pragma once

#include <gst/gst.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

/**
 * Exit codes of the program (docs/autovoice.md).
 * @TOOL_OK: everything was done
 * @TOOL_FAILED: at least one thing could not be done
 * @TOOL_USAGE: the command line was wrong; nothing was done
 * @TOOL_INTERRUPTED: stopped by Ctrl-C or a termination signal
 */
enum
{
  TOOL_OK = 0,
  TOOL_FAILED = 1,
  TOOL_USAGE = 2,
  TOOL_INTERRUPTED = 130,
};

/** A command; argv[0] is the command's own name. Returns: an exit code. */
typedef gint (*ToolCommandFunc) (gint argc, gchar **argv);

gint cmd_convert (gint argc, gchar **argv);
gint cmd_doctor (gint argc, gchar **argv);
gint cmd_f0 (gint argc, gchar **argv);
gint cmd_measure (gint argc, gchar **argv);
gint cmd_pitch (gint argc, gchar **argv);
gint cmd_say (gint argc, gchar **argv);
gint cmd_separate (gint argc, gchar **argv);
gint cmd_voice (gint argc, gchar **argv);
gint cmd_voice_create (gint argc, gchar **argv);

/** tool_error: one line "autovoice: ..." on standard error. */
void tool_error (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/** tool_warning: one line "autovoice: warning: ..." on standard error. */
void tool_warning (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/** tool_fail: prints @error. Returns: the exit code it means. */
gint tool_fail (const GError *error);

/**
 * tool_parse:
 * @usage: what follows the command's name, such as "IN OUT --semitones N"
 * @help: the paragraphs under the list of options
 * @entries: the command's own options
 *
 * Parses and removes the options; --help prints and exits the program. Every
 * command accepts --voices-dir, also those that have no use for it. Text
 * options use G_OPTION_ARG_FILENAME, which leaves their bytes alone whatever
 * the locale is.
 *
 * Returns: FALSE after printing what is wrong with the command line.
 */
gboolean tool_parse (const gchar *usage, const gchar *help,
    const GOptionEntry *entries, gint *argc, gchar ***argv);

/** tool_usage_error: prints the sentence and where help is. Returns:
 * TOOL_USAGE. */
gint tool_usage_error (const gchar *command, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);

/** tool_one_of: whether @value is in the NULL-terminated list @allowed; if not,
 * prints which values option @option takes. NULL is allowed always. */
gboolean tool_one_of (const gchar *command, const gchar *option,
    const gchar *value, const gchar *const *allowed);

/** The values of --mode. */
extern const gchar *const tool_modes[];

/** tool_catch_signals: from here on SIGINT, SIGTERM and SIGHUP only set the
 * flag of tool_interrupted (); the second one ends the program. */
void tool_catch_signals (void);
gboolean tool_interrupted (void);

/** tool_set_interrupted_error: what a function returns after it. */
void tool_set_interrupted_error (GError **error);

G_END_DECLS
