/* vox-lexicon.h: the user's own pronunciations.
 *
 * A UTF-8 text file, one word a line; '#' starts a comment:
 *
 *     gstreamer   JH IY1 S T R IY1 M ER0     ARPABET, stress digits optional
 *     Nguyen    = win                        said as if it were written "win"
 *
 * Words are compared without regard to case and win over everything the
 * normaliser knows. A lexicon does not change after it was made and can be
 * shared between threads.
 */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

typedef struct _VoxLexicon VoxLexicon;

/**
 * VoxLexiconEntry:
 * @phones: (nullable): pronunciation as vox_phones_parse () gives it
 * @respelling: (nullable): text to speak instead; exactly one of the two is set
 */
typedef struct
{
  gchar *phones;
  gchar *respelling;
} VoxLexiconEntry;

/** vox_lexicon_load: reads @path; VOX_ERROR_MALFORMED names file and line. */
VoxLexicon *vox_lexicon_load (const gchar *path, GError **error);

/** vox_lexicon_parse: the same from memory; @where names it in errors. */
VoxLexicon *vox_lexicon_parse (
    const gchar *bytes, gsize size, const gchar *where, GError **error);

void vox_lexicon_free (VoxLexicon *self);

/** vox_lexicon_size: number of words. */
guint vox_lexicon_size (const VoxLexicon *self);

/** vox_lexicon_find: (nullable): the entry of @word, @length bytes of UTF-8. */
const VoxLexiconEntry *vox_lexicon_find (
    const VoxLexicon *self, const gchar *word, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VoxLexicon, vox_lexicon_free)

G_END_DECLS
