/* vox-phones.c: checks pronunciations and brings them into one spelling. */
#include "text/vox-phones.h"

#include <string.h>

static const gchar *const vowels[] = { "aa", "ae", "ah", "ao", "aw", "ax",
  "axr", "ay", "eh", "er", "ey", "ih", "ix", "iy", "ow", "oy", "uh", "uw" };

static const gchar *const consonants[] = { "b", "ch", "d", "dh", "f", "g", "hh",
  "jh", "k", "l", "m", "n", "ng", "p", "r", "s", "sh", "t", "th", "v", "w", "y",
  "z", "zh" };

static gboolean
is_one_of (const gchar *phone, const gchar *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (phone, list[i]))
      return TRUE;
  return FALSE;
}

/* The speakers know one reduced vowel: ax. */
static const gchar *
speaker_vowel (const gchar *vowel, gchar stress)
{
  if (g_str_equal (vowel, "ah") && stress == '0')
    return "ax";
  if (g_str_equal (vowel, "ix"))
    return "ih";
  if (g_str_equal (vowel, "axr"))
    return "er";
  return vowel;
}

static gboolean
append_phone (GString *out, const gchar *word, GError **error)
{
  g_autofree gchar *phone = g_ascii_strdown (word, -1);
  gsize length = strlen (phone);
  gchar stress = 0;

  if (length > 1 && phone[length - 1] >= '0' && phone[length - 1] <= '2') {
    stress = phone[length - 1];
    phone[length - 1] = 0;
  }
  if (out->len > 0)
    g_string_append_c (out, ' ');
  if (is_one_of (phone, vowels, G_N_ELEMENTS (vowels))) {
    g_string_append (out, speaker_vowel (phone, stress));
    g_string_append_c (out, stress == '1' || stress == '2' ? '1' : '0');
    return TRUE;
  }
  if (stress == 0 && is_one_of (phone, consonants, G_N_ELEMENTS (consonants))) {
    g_string_append (out, phone);
    return TRUE;
  }
  g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
      "\"%s\" is not an ARPABET phone; use for example HH AH0 L OW1", word);
  return FALSE;
}

gchar *
vox_phones_parse (const gchar *text, gssize length, GError **error)
{
  g_autofree gchar *copy =
      length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);
  g_auto (GStrv) words = g_strsplit_set (copy, " \t\r\n", -1);
  g_autoptr (GString) out = g_string_new (NULL);

  for (gchar **word = words; *word != NULL; word++) {
    if (**word == 0)
      continue;
    if (!g_str_is_ascii (*word)) {
      g_set_error_literal (error, VOX_ERROR, VOX_ERROR_MALFORMED,
          "a pronunciation may only hold ARPABET phones, such as HH AH0 L OW1");
      return NULL;
    }
    if (!append_phone (out, *word, error))
      return NULL;
  }
  if (out->len == 0) {
    g_set_error_literal (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "the pronunciation is empty; use for example HH AH0 L OW1");
    return NULL;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
