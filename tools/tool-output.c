/* tool-output.c: temporary file, fsync, rename.
 *
 * Where the file system can, the file has no name until it is committed, so
 * that nothing is left even when the process is killed.
 */
/* For O_TMPFILE. */
#define _GNU_SOURCE

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
  gchar *temporary; /* where to write: a hidden name, or /proc's for the fd */
  gint nameless_fd; /* -1 when the file has a hidden name */
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

/* -1 where the file system has no files without a name. */
static gint
open_nameless (const gchar *folder, gchar **temporary)
{
  gint fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, NEW_FILE_MODE);

  if (fd < 0)
    return -1;
  *temporary = g_strdup_printf ("/proc/self/fd/%d", fd);
  if (access (*temporary, W_OK) == 0)
    return fd;
  g_clear_pointer (temporary, g_free);
  close (fd);
  return -1;
}

static gboolean
make_hidden (const gchar *folder, const gchar *base, gchar **temporary)
{
  g_autofree gchar *hidden = g_strdup_printf (".%s.XXXXXX", base);
  gchar *path = g_build_filename (folder, hidden, NULL);
  gint fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0) {
    const gint code = errno;

    g_free (path);
    errno = code;
    return FALSE;
  }
  if (fchmod (fd, NEW_FILE_MODE & ~current_umask ()) != 0)
    g_debug ("cannot set the mode of \"%s\"", path);
  close (fd);
  *temporary = path;
  return TRUE;
}

ToolOutput *
tool_output_new (const gchar *path, GError **error)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *base = g_path_get_basename (path);
  gchar *temporary = NULL;
  ToolOutput *self;
  gint fd;

  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    set_error (error, path, EISDIR);
    return NULL;
  }
  fd = open_nameless (folder, &temporary);
  if (fd < 0 && !make_hidden (folder, base, &temporary)) {
    set_error (error, path, errno);
    return NULL;
  }
  self = g_new0 (ToolOutput, 1);
  self->path = g_strdup (path);
  self->temporary = temporary;
  self->nameless_fd = fd;
  return self;
}

/* Gives a nameless file a hidden name, which then takes over. */
static gboolean
name_it (ToolOutput *self)
{
  g_autofree gchar *folder = g_path_get_dirname (self->path);
  g_autofree gchar *base = g_path_get_basename (self->path);
  gboolean ok;

  do {
    g_autofree gchar *hidden =
        g_strdup_printf (".%s.%08x", base, g_random_int ());
    g_autofree gchar *path = g_build_filename (folder, hidden, NULL);

    ok = linkat (AT_FDCWD, self->temporary, AT_FDCWD, path, AT_SYMLINK_FOLLOW)
        == 0;
    if (ok) {
      g_free (self->temporary);
      self->temporary = g_steal_pointer (&path);
    }
  } while (!ok && errno == EEXIST);
  if (ok) {
    close (self->nameless_fd);
    self->nameless_fd = -1;
  }
  return ok;
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
  const gint fd = g_open (self->temporary, O_RDONLY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0
      && (self->nameless_fd < 0 || name_it (self))
      && g_rename (self->temporary, self->path) == 0;
  const gint code = errno;

  if (fd >= 0)
    close (fd);
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
  if (self->nameless_fd >= 0)
    close (self->nameless_fd);
  else if (!self->committed)
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
