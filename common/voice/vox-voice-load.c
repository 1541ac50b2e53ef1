/* vox-voice-load.c: reads a voice file; vox-voice-parse.c checks its bytes. */
#include "voice/vox-voice-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* Reads the @size bytes that fstat () announced. */
static gboolean
read_all (gint fd, guint8 *bytes, gsize size, const gchar *path, GError **error)
{
  for (gsize done = 0; done < size;) {
    gssize got = read (fd, bytes + done, size - done);

    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      g_set_error (error, VOX_ERROR, VOX_ERROR_READ,
          "cannot read the voice file \"%s\" at offset %" G_GSIZE_FORMAT ": %s",
          path, done, got < 0 ? g_strerror (errno) : "it became shorter");
      return FALSE;
    }
    done += (gsize) got;
  }
  return TRUE;
}

VoxVoice *
vox_voice_load (const gchar *path, GError **error)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree gchar *where = NULL;
  VoxVoice *self = NULL;
  struct stat status;
  gint fd;

  g_return_val_if_fail (path != NULL, NULL);
  /* O_NONBLOCK: a FIFO must not make the program wait. */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0 || fstat (fd, &status) != 0) {
    g_set_error (error, VOX_ERROR,
        errno == ENOENT ? VOX_ERROR_NOT_FOUND : VOX_ERROR_READ,
        "cannot open the voice file \"%s\": %s", path, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return NULL;
  }
  where = g_strdup_printf ("\"%s\"", path);
  if (!S_ISREG (status.st_mode))
    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "%s is not a usable voice file: it is not a regular file", where);
  else if ((guint64) status.st_size > VOX_VOICE_MAX_FILE_BYTES)
    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "%s is not a usable voice file: it is larger than %" G_GSIZE_FORMAT
        " bytes",
        where, VOX_VOICE_MAX_FILE_BYTES);
  else {
    bytes = g_malloc ((gsize) status.st_size + 1);
    if (read_all (fd, bytes, (gsize) status.st_size, path, error))
      self = vox_voice_parse (bytes, (gsize) status.st_size, where, error);
  }
  close (fd);
  return self;
}
