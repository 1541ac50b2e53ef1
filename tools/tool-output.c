/* tool-output.c: temporary file, fsync, rename. */
#include "tool-output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/vox-error.h"

/* What a program may give to a new file before the umask takes some away. */
#define NEW_FILE_MODE 0666
#define NEW_FOLDER_MODE 0777

struct _ToolOutput
{
  gchar *path;
  gchar *temporary;
  gboolean committed;
};

static void
set_error (GError **error, const gchar *path, gint code)
{
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ, "cannot write \"%s\": %s",
      path, g_strerror (code));
}

/* The umask can only be read by setting it; the tool does so while it has no
 * other thread that creates files. */
static mode_t
current_umask (void)
{
  mode_t mask = umask (0);

  umask (mask);
  return mask;
}

ToolOutput *
tool_output_new (const gchar *path, GError **error)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *base = g_path_get_basename (path);
  g_autofree gchar *hidden = g_strdup_printf (".%s.XXXXXX", base);
  g_autofree gchar *temporary = g_build_filename (folder, hidden, NULL);
  ToolOutput *self;
  gint fd;

  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    set_error (error, path, EISDIR);
    return NULL;
  }
  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    set_error (error, path, errno);
    return NULL;
  }
  if (fchmod (fd, NEW_FILE_MODE & ~current_umask ()) != 0)
    g_debug ("cannot set the mode of \"%s\"", temporary);
  close (fd);
  self = g_new0 (ToolOutput, 1);
  self->path = g_strdup (path);
  self->temporary = g_steal_pointer (&temporary);
  return self;
}

const gchar *
tool_output_temporary (const ToolOutput *self)
{
  return self->temporary;
}

const gchar *
tool_output_path (const ToolOutput *self)
{
  return self->path;
}

gboolean
tool_output_commit (ToolOutput *self, GError **error)
{
  gint fd = g_open (self->temporary, O_RDONLY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  gint code = errno;

  if (fd >= 0)
    close (fd);
  if (ok) {
    ok = g_rename (self->temporary, self->path) == 0;
    code = errno;
  }
  if (!ok) {
    set_error (error, self->path, code);
    return FALSE;
  }
  self->committed = TRUE;
  return TRUE;
}

void
tool_output_free (ToolOutput *self)
{
  if (self == NULL)
    return;
  if (!self->committed)
    g_unlink (self->temporary);
  g_free (self->path);
  g_free (self->temporary);
  g_free (self);
}

gboolean
tool_output_is_newer (const gchar *output, const gchar *const *inputs)
{
  GStatBuf out, in;

  if (g_stat (output, &out) != 0 || !S_ISREG (out.st_mode))
    return FALSE;
  for (guint i = 0; inputs[i] != NULL; i++)
    if (g_stat (inputs[i], &in) == 0
        && (in.st_mtim.tv_sec > out.st_mtim.tv_sec
            || (in.st_mtim.tv_sec == out.st_mtim.tv_sec
                && in.st_mtim.tv_nsec > out.st_mtim.tv_nsec)))
      return FALSE;
  return TRUE;
}

gboolean
tool_make_folder (const gchar *path, GError **error)
{
  if (g_mkdir_with_parents (path, NEW_FOLDER_MODE) == 0)
    return TRUE;
  g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
      "cannot make the folder \"%s\": %s", path, g_strerror (errno));
  return FALSE;
}
