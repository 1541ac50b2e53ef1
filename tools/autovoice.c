/* autovoice.c: the command-line tool's main function: finds the command.
 *
 * Everything the tool does to audio goes through the project's GStreamer
 * elements; voices, F0 and quality are the engine's.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "tool-packages.h"
#include "tool.h"
#include "vox-config.h"

typedef struct
{
  const gchar *name;
  ToolCommandFunc run;
  const gchar *summary;
} Command;

static const Command commands[] = {
  { "convert", cmd_convert, "a song or a voice in another voice" },
  { "voice", cmd_voice, "make, list, show, delete, export, import voices" },
  { "separate", cmd_separate, "music into vocals, drums, bass and other" },
  { "pitch", cmd_pitch, "change the pitch, not the duration" },
  { "say", cmd_say, "text to speech" },
  { "measure", cmd_measure, "how good is a recording against a reference" },
  { "f0", cmd_f0, "the fundamental frequency of a voice" },
  { "doctor", cmd_doctor, "what is installed, and what is missing" },
};

static void
print_help (void)
{
  g_print ("Usage: autovoice COMMAND [OPTION...]\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n"
           "  autovoice COMMAND --help   options of a command\n"
           "  autovoice --version        the version\n\n"
           "A song in another voice:\n"
           "  autovoice voice create anna recording.wav\n"
           "  autovoice convert song.mp3 --voice anna -o song-anna.flac\n");
}

static gint
print_version (void)
{
  guint major, minor, micro, nano;

  gst_version (&major, &minor, &micro, &nano);
  g_print (
      "autovoice %s (GStreamer %u.%u.%u)\n", VOX_VERSION, major, minor, micro);
  return TOOL_OK;
}

static const gchar *
field_value (const GLogField *fields, gsize n_fields, const gchar *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0)
      return fields[i].value;
  return "";
}

/* Messages as lines of the tool. GStreamer's own elements also warn on files
 * that are merely unusual (flacenc on very short ones); what stops the work is
 * an error on the bus. G_MESSAGES_DEBUG shows them. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields,
    gpointer user_data)
{
  const gchar *domain = field_value (fields, n_fields, "GLIB_DOMAIN");

  if (level == G_LOG_LEVEL_MESSAGE) {
    tool_warning ("%s", field_value (fields, n_fields, "MESSAGE"));
    return G_LOG_WRITER_HANDLED;
  }
  if (level == G_LOG_LEVEL_WARNING && strcmp (domain, "GStreamer") == 0
      && g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, domain))
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* A result that could not be printed is not there: a full disk, say. */
static gint
check_printed (gint code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  if (code == TOOL_OK)
    tool_error ("cannot write to standard output");
  return code == TOOL_OK ? TOOL_FAILED : code;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  /* Numbers are written for programs too. */
  setlocale (LC_NUMERIC, "C");
  g_log_set_writer_func (write_log, NULL, NULL);
  gst_init (NULL, NULL);
  if (argc < 2) {
    print_help ();
    return TOOL_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0
      || strcmp (argv[1], "help") == 0) {
    print_help ();
    return TOOL_OK;
  }
  if (strcmp (argv[1], "--version") == 0)
    return print_version ();
  tool_find_plugin ();
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return check_printed (commands[i].run (argc - 1, argv + 1));
  tool_error ("there is no command \"%s\" (see: autovoice --help)", argv[1]);
  return TOOL_USAGE;
}
