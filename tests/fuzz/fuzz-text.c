/* fuzz-text.c: any bytes are text, markup or a lexicon, or a clean error. */
#include <string.h>

#include "text/vox-lexicon.h"
#include "text/vox-phones.h"
#include "text/vox-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What vox-text.h promises. */
static void
check_speakable (const gchar *spoken)
{
  gboolean phones = FALSE;

  for (const gchar *c = spoken; *c != 0; c++) {
    if (*c == '[' || *c == ']')
      phones = *c == '[';
    g_assert (g_ascii_isalpha (*c) || strchr (" '.,!?[]", *c) != NULL
        || (phones && g_ascii_isdigit (*c)));
  }
}

static void
check_sentences (const gchar *spoken)
{
  const gchar *at = spoken, *end = spoken + strlen (spoken);
  gsize length;

  for (const gchar *sentence = vox_text_next_sentence (&at, &length);
       sentence != NULL; sentence = vox_text_next_sentence (&at, &length))
    g_assert (length > 0 && sentence + length <= end && at <= end);
}

/* The first line is a lexicon when there are more; making a normaliser costs
 * more than running it, so the one without lexicon is made once. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static VoxNormalizer *plain_normalizer;
  const gchar *bytes = (const gchar *) data;
  const gchar *newline = memchr (bytes, '\n', size);
  gsize lexicon_size = newline != NULL ? (gsize) (newline - bytes) : 0;
  g_autoptr (VoxLexicon) lexicon =
      vox_lexicon_parse (bytes, lexicon_size, "input", NULL);
  g_autoptr (VoxNormalizer) own = NULL;
  const VoxNormalizer *normalizer;
  g_autofree gchar *plain = vox_text_strip_markup (bytes, (gssize) size);
  g_autofree gchar *spoken = NULL, *stripped = NULL;

  g_free (vox_phones_parse (bytes, (gssize) size, NULL));
  if (plain_normalizer == NULL)
    plain_normalizer = vox_normalizer_new (NULL);
  normalizer = plain_normalizer;
  if (lexicon != NULL && vox_lexicon_size (lexicon) > 0)
    normalizer = own = vox_normalizer_new (lexicon);
  spoken = vox_normalizer_run (normalizer, bytes, (gssize) size);
  stripped = vox_normalizer_run (normalizer, plain, -1);
  check_speakable (spoken);
  check_speakable (stripped);
  check_sentences (spoken);
  return 0;
}
