/* tool-progress.c: the progress bar. */
#include "tool-progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_CELLS 20
#define DEFAULT_COLUMNS 80
/* What the line needs besides label and bar. */
#define FIGURES_COLUMNS 44
#define MIN_LABEL_COLUMNS 8
/* Before that, the speed is a guess. */
#define MIN_ESTIMATE_S 0.5

struct _ToolProgress
{
  gint64 start_us;
  gboolean is_terminal;
  gboolean is_shown;
};

ToolProgress *
tool_progress_new (void)
{
  ToolProgress *self = g_new0 (ToolProgress, 1);

  self->start_us = g_get_monotonic_time ();
  self->is_terminal = isatty (STDERR_FILENO);
  return self;
}

void
tool_progress_free (ToolProgress *self)
{
  if (self == NULL)
    return;
  tool_progress_clear (self);
  g_free (self);
}

gdouble
tool_progress_elapsed_s (const ToolProgress *self)
{
  return (gdouble) (g_get_monotonic_time () - self->start_us) / G_USEC_PER_SEC;
}

gchar *
tool_format_time (gdouble seconds)
{
  guint s = seconds > 0.0 ? (guint) (seconds + 0.5) : 0;

  if (s >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
  return g_strdup_printf ("%u:%02u", s / 60, s % 60);
}

static glong
terminal_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return DEFAULT_COLUMNS;
  return size.ws_col;
}

/* The end of @label that fits; file names differ at their ends. */
static gchar *
shorten (const gchar *label)
{
  g_autofree gchar *display = g_filename_display_name (label);
  glong room = MAX (
      MIN_LABEL_COLUMNS, terminal_columns () - FIGURES_COLUMNS - BAR_CELLS);
  glong length = g_utf8_strlen (display, -1);

  if (length <= room)
    return g_steal_pointer (&display);
  return g_strconcat ("\xe2\x80\xa6",
      g_utf8_offset_to_pointer (display, length - room + 1), NULL);
}

void
tool_progress_show (
    ToolProgress *self, const gchar *label, gdouble fraction, gdouble audio_s)
{
  gdouble elapsed = tool_progress_elapsed_s (self);
  g_autofree gchar *name = NULL;
  gchar bar[BAR_CELLS + 1] = { 0 };

  if (!self->is_terminal)
    return;
  name = shorten (label);
  for (guint i = 0; i < BAR_CELLS; i++)
    bar[i] = (i + 0.5) / BAR_CELLS < fraction ? '#' : '.';
  g_printerr ("\r\033[K%s [%s]", name, bar);
  if (fraction >= 0.0)
    g_printerr (" %3.0f %%", 100.0 * MIN (fraction, 1.0));
  if (audio_s > 0.0 && elapsed > MIN_ESTIMATE_S)
    g_printerr (", %.1fx real time", audio_s / elapsed);
  if (fraction > 0.0 && elapsed > MIN_ESTIMATE_S) {
    g_autofree gchar *left =
        tool_format_time (elapsed * (1.0 - MIN (fraction, 1.0)) / fraction);

    g_printerr (", %s left", left);
  }
  self->is_shown = TRUE;
}

void
tool_progress_clear (ToolProgress *self)
{
  if (self->is_shown)
    g_printerr ("\r\033[K");
  self->is_shown = FALSE;
}
