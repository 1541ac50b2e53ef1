/* tool.c: messages, options and signals of the command-line tool. */
#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const gchar *const tool_modes[] = { "fast", "balanced", "quality", NULL };

static volatile sig_atomic_t interrupted;

static void
print_line (const gchar *prefix, const gchar *format, va_list args)
{
  g_autofree gchar *text = g_strdup_vprintf (format, args);

  /* A progress line may stand in the last line of a terminal. */
  fflush (stdout);
  g_printerr ("%s%s\n", prefix, text);
}

void
tool_error (const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  print_line ("autovoice: ", format, args);
  va_end (args);
}

void
tool_warning (const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  print_line ("autovoice: warning: ", format, args);
  va_end (args);
}

gint
tool_fail (const GError *error)
{
  if (tool_interrupted ()) {
    tool_error ("stopped");
    return TOOL_INTERRUPTED;
  }
  tool_error ("%s", error->message);
  return TOOL_FAILED;
}

/* Scripts may give --voices-dir to every command, so that they need not know
 * which ones look for a voice. */
static void
accept_voices_dir (GOptionContext *context, const GOptionEntry *entries)
{
  static gchar *unused;
  static const GOptionEntry ignored[] = {
    { "voices-dir", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &unused,
        NULL, NULL },
    { NULL },
  };

  for (; entries->long_name != NULL; entries++)
    if (strcmp (entries->long_name, ignored->long_name) == 0)
      return;
  g_option_context_add_main_entries (context, ignored, NULL);
}

gboolean
tool_parse (const gchar *usage, const gchar *help, const GOptionEntry *entries,
    gint *argc, gchar ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *program = g_strconcat ("autovoice ", (*argv)[0], NULL);

  /* The first line of the help then shows the whole command. */
  g_set_prgname (program);
  g_option_context_set_description (context, help);
  g_option_context_add_main_entries (context, entries, NULL);
  accept_voices_dir (context, entries);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  tool_usage_error ((*argv)[0], "%s", error->message);
  return FALSE;
}

gint
tool_usage_error (const gchar *command, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tool_error ("%s (see: autovoice %s --help)", text, command);
  return TOOL_USAGE;
}

gboolean
tool_one_of (const gchar *command, const gchar *option, const gchar *value,
    const gchar *const *allowed)
{
  g_autofree gchar *list = NULL;

  if (value == NULL || g_strv_contains (allowed, value))
    return TRUE;
  list = g_strjoinv (", ", (gchar **) allowed);
  tool_usage_error (
      command, "%s takes one of: %s; not \"%s\"", option, list, value);
  return FALSE;
}

static void
on_signal (G_GNUC_UNUSED gint number)
{
  interrupted = 1;
}

void
tool_catch_signals (void)
{
  static const gint signals[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { 0 };

  action.sa_handler = on_signal;
  action.sa_flags = (gint) (SA_RESTART | SA_RESETHAND);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
}

gboolean
tool_interrupted (void)
{
  return interrupted != 0;
}

void
tool_set_interrupted_error (GError **error)
{
  g_set_error_literal (error, VOX_ERROR, VOX_ERROR_READ, "stopped");
}
