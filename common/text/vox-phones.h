/* vox-phones.h: the phoneme alphabet: ARPABET as CMUdict writes it. */
#pragma once

#include <glib.h>
#include "base/vox-error.h"

G_BEGIN_DECLS

/**
 * vox_phones_parse:
 * @text: ARPABET phones separated by space, in either case, vowels with an
 *   optional stress digit 0 to 2, for example "HH AH0 L OW1"
 * @length: bytes, or -1 when @text ends with 0
 *
 * Returns: (transfer full): the same in lower case, with unstressed AH as ax,
 * secondary stress as primary, and 0 or 1 behind every vowel; NULL with
 * VOX_ERROR_MALFORMED naming the phone that does not exist.
 */
gchar *vox_phones_parse (const gchar *text, gssize length, GError **error);

G_END_DECLS
