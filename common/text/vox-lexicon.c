/* vox-lexicon.c: reads the user's pronunciations. */
#include "text/vox-lexicon.h"

#include <string.h>
#include "text/vox-phones.h"
#include "text/vox-text.h"

/* A lexicon is typed by a person; anything larger is some other file. */
#define MAX_FILE_BYTES (16 * 1024 * 1024)

struct _VoxLexicon
{
  GHashTable *entries; /* word as fold_word () gives it -> VoxLexiconEntry */
};

static void
entry_free (gpointer data)
{
  VoxLexiconEntry *entry = data;

  g_free (entry->phones);
  g_free (entry->respelling);
  g_free (entry);
}

/* Words are looked up in cleaned text, so they are kept the way the cleaning
 * leaves them, and in lower case. */
static gchar *
fold_word (const gchar *word, gsize length)
{
  g_autofree gchar *clean = vox_text_clean (word, (gssize) length);

  return g_ascii_strdown (g_strstrip (clean), -1);
}

static gboolean
malformed (GError **error, const gchar *where, guint line, const gchar *what)
{
  g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
      "%s:%u: %s; write \"word  P R O N\" or \"word = respelling\"", where,
      line, what);
  return FALSE;
}

/* One line without its comment and without space around it. */
static gboolean
parse_line (VoxLexicon *self, gchar *line, const gchar *where, guint number,
    GError **error)
{
  g_autoptr (GError) phone_error = NULL;
  VoxLexiconEntry *entry;
  gsize word_length = strcspn (line, " \t=");
  gchar *rest = line + word_length;
  g_autofree gchar *word = fold_word (line, word_length);

  if (*word == 0)
    return malformed (error, where, number, "there is no word before the '='");
  rest += strspn (rest, " \t");
  entry = g_new0 (VoxLexiconEntry, 1);
  if (*rest == '=') {
    entry->respelling = g_strdup (g_strchug (rest + 1));
    if (*entry->respelling == 0) {
      entry_free (entry);
      return malformed (
          error, where, number, "there is no respelling after the '='");
    }
  } else {
    entry->phones = vox_phones_parse (rest, -1, &phone_error);
    if (entry->phones == NULL) {
      entry_free (entry);
      return malformed (error, where, number, phone_error->message);
    }
  }
  g_hash_table_replace (self->entries, g_steal_pointer (&word), entry);
  return TRUE;
}

VoxLexicon *
vox_lexicon_parse (
    const gchar *bytes, gsize size, const gchar *where, GError **error)
{
  g_autoptr (VoxLexicon) self = g_new0 (VoxLexicon, 1);
  const gchar *end = bytes + size;

  self->entries =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  for (guint number = 1; bytes < end; number++) {
    const gchar *stop = memchr (bytes, '\n', (gsize) (end - bytes));
    gsize length = (gsize) ((stop != NULL ? stop : end) - bytes);
    g_autofree gchar *line = g_strndup (bytes, length);
    gchar *comment = strchr (line, '#');

    if (strlen (line) != length || !g_utf8_validate (line, -1, NULL)) {
      malformed (error, where, number, "this is not UTF-8 text");
      return NULL;
    }
    if (number == 1 && g_str_has_prefix (line, "\xEF\xBB\xBF"))
      memset (line, ' ', 3); /* byte order mark */
    if (comment != NULL)
      *comment = 0;
    g_strstrip (line);
    if (*line != 0 && !parse_line (self, line, where, number, error))
      return NULL;
    bytes += length + 1;
  }
  return g_steal_pointer (&self);
}

VoxLexicon *
vox_lexicon_load (const gchar *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) file_error = NULL;
  gsize size;

  file = g_mapped_file_new (path, FALSE, &file_error);
  if (file == NULL) {
    g_set_error (error, VOX_ERROR,
        g_error_matches (file_error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
            ? VOX_ERROR_NOT_FOUND
            : VOX_ERROR_READ,
        "cannot read the lexicon %s: %s", path, file_error->message);
    return NULL;
  }
  size = g_mapped_file_get_length (file);
  if (size > MAX_FILE_BYTES) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "%s is too large for a lexicon (more than %d MiB)", path,
        MAX_FILE_BYTES >> 20);
    return NULL;
  }
  return vox_lexicon_parse (
      size > 0 ? g_mapped_file_get_contents (file) : "", size, path, error);
}

void
vox_lexicon_free (VoxLexicon *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_free (self);
}

guint
vox_lexicon_size (const VoxLexicon *self)
{
  return g_hash_table_size (self->entries);
}

const VoxLexiconEntry *
vox_lexicon_find (const VoxLexicon *self, const gchar *word, gsize length)
{
  g_autofree gchar *key = fold_word (word, length);

  return g_hash_table_lookup (self->entries, key);
}
