/* vox-pieces.c: where a long text can be cut before it is normalised. */
#include "text/vox-text.h"

#include <string.h>

/* A point behind a shorter word may be that of an abbreviation. */
#define MIN_LAST_WORD 5
/* Bytes of a piece: not shorter, so that cuts are few; longer only without
 * any white space. */
#define MIN_PIECE_BYTES 400
#define MAX_PIECE_BYTES 4000

gboolean
vox_text_is_sentence_end (const gchar *text, gsize at)
{
  gsize letters = 0;

  if (!g_ascii_isspace (text[at]))
    return FALSE;
  if (text[at] == '\n' && at > 0 && text[at - 1] == '\n')
    return TRUE;
  while (at > 0 && strchr ("\"')", text[at - 1]) != NULL)
    at--;
  if (at == 0 || strchr (".!?", text[at - 1]) == NULL)
    return FALSE;
  if (text[at - 1] != '.')
    return TRUE;
  at--;
  while (at > letters && g_ascii_islower (text[at - 1 - letters]))
    letters++;
  return letters >= MIN_LAST_WORD;
}

gsize
vox_text_piece_length (const gchar *text)
{
  gsize at = 0;

  for (; text[at] != 0; at++)
    if (g_ascii_isspace (text[at])
        && (at >= MAX_PIECE_BYTES
            || (at >= MIN_PIECE_BYTES && vox_text_is_sentence_end (text, at))))
      return at + 1;
  return at;
}
