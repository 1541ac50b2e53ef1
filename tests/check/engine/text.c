/* text.c: the normaliser takes any bytes, ends sentences where they end and
 * obeys lexicons; text-readings.c has what it says. */
#include <string.h>

#include "text/vox-phones.h"
#include "text/vox-text.h"

static gchar *
normalize (const gchar *text)
{
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);

  return vox_normalizer_run (normalizer, text, -1);
}

/* What vox-text.h promises about every output. */
static void
assert_speakable (const gchar *spoken)
{
  gboolean phones = FALSE;

  g_assert_false (g_str_has_prefix (spoken, " "));
  g_assert_false (g_str_has_suffix (spoken, " "));
  for (const gchar *c = spoken; *c != 0; c++) {
    if (*c == '[' || *c == ']')
      phones = *c == '[';
    g_assert_true (g_ascii_isalpha (*c) || strchr (" '.,!?[]", *c) != NULL
        || (phones && g_ascii_isdigit (*c)));
    g_assert_false (c[0] == ' ' && c[1] == ' ');
  }
}

static void
test_any_bytes_become_speakable (void)
{
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  static const gchar *const pieces[] = { "$", "€", "1", "23", ".", ",", "/",
    "-", ":", " ", "am", "St.", "Dr", "km", "%", "[[", "]]", "ah0", "\xff",
    "\xe2\x82", "\n", "IV", "@", "#", "x", "th", "'s", "°", "½", "\xf0\x9f\x98",
    "é", "http://", ".com", "(", "é" };

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree gchar *spoken = NULL;
    guint n = (guint) g_rand_int_range (random, 0, 24);

    for (guint i = 0; i < n; i++)
      if (g_rand_boolean (random))
        g_string_append (
            text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      else
        g_string_append_c (text, (gchar) g_rand_int_range (random, 0, 256));
    spoken = vox_normalizer_run (normalizer, text->str, (gssize) text->len);
    assert_speakable (spoken);
  }
}

static void
test_long_tokens_end (void)
{
  g_autofree gchar *digits = g_strnfill (100000, '7');
  g_autofree gchar *letters = g_strnfill (100000, 'a');
  g_autofree gchar *dots = g_strnfill (100000, '.');
  g_autofree gchar *a = normalize (digits);
  g_autofree gchar *b = normalize (letters);
  g_autofree gchar *c = normalize (dots);

  assert_speakable (a);
  assert_speakable (b);
  g_assert_cmpstr (c, ==, "");
}

static void
test_invalid_utf8_is_a_space (void)
{
  g_autofree gchar *spoken = normalize ("one\xff\xfetwo \xc3");

  g_assert_cmpstr (spoken, ==, "one two");
}

static void
test_an_empty_line_ends_a_sentence (void)
{
  g_autofree gchar *spoken = normalize ("Title\n\nFirst line\nsecond line");

  g_assert_cmpstr (spoken, ==, "title. first line second line");
}

static void
test_sentences_end_where_they_end (void)
{
  g_autofree gchar *spoken =
      normalize ("Dr. Smith paid $3.50. Was it 5 p.m.? Yes! [[hh ay1]] and on");
  static const gchar *const expected[] = {
    "doctor smith paid three dollars and fifty cents.", "was it five P M?",
    "yes!", "[[hh ay1]] and on"
  };
  const gchar *at = spoken, *sentence;
  gsize length;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree gchar *copy = NULL;

    sentence = vox_text_next_sentence (&at, &length);
    g_assert_nonnull (sentence);
    copy = g_strndup (sentence, length);
    g_assert_cmpstr (copy, ==, expected[i]);
  }
  g_assert_null (vox_text_next_sentence (&at, &length));
}

static void
test_markup_is_stripped (void)
{
  static const struct
  {
    const gchar *marked_up;
    const gchar *plain;
  } cases[] = {
    { "<i>Hello</i> <span foreground=\"red\">you</span>", "Hello you" },
    { "Tom &amp; Jerry &lt;3 &#39;hi&#x27; &quot;", "Tom & Jerry <3 'hi' \"" },
    { "a<br/>b", "a\nb" },
    { "{\\an8}Up here", "Up here" },
    { "5 < 6 & 7 > 2 {x}", "5 < 6 & 7 > 2 {x}" },
    { "&bogus; &#xD800; &#0; &", "&bogus; &#xD800; &#0; &" },
    { "<", "<" },
    { "</", "</" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *plain = vox_text_strip_markup (cases[i].marked_up, -1);

    g_assert_cmpstr (plain, ==, cases[i].plain);
  }
}

static void
test_plain_text_keeps_what_is_no_decoration (void)
{
  static const struct
  {
    const gchar *written;
    const gchar *plain;
  } cases[] = { { "<i>Hi</i> {\\an8}&amp; <font color=\"red\">you</font>",
                    "Hi & you" },
    { "x<y and z>w", "x<y and z>w" }, { "use <html> here", "use <html> here" },
    { "if (a<b)", "if (a<b)" }, { "<", "<" }, { "<i", "<i" },
    { "AT&T; R&D", "AT&T; R&D" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *plain = vox_text_strip_decoration (cases[i].written, -1);

    g_assert_cmpstr (plain, ==, cases[i].plain);
  }
}

static void
test_phones_are_checked (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *phones = vox_phones_parse ("HH AH0 L OW1", -1, NULL);
  g_autofree gchar *second = vox_phones_parse (" k  ae t er2 ", -1, NULL);

  g_assert_cmpstr (phones, ==, "hh ax0 l ow1");
  g_assert_cmpstr (second, ==, "k ae0 t er1");
  g_assert_null (vox_phones_parse ("HH QQ", -1, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "QQ"));
  g_assert_null (vox_phones_parse ("  ", -1, NULL));
  g_assert_null (vox_phones_parse ("K1", -1, NULL));
  g_assert_null (vox_phones_parse ("\xff", -1, NULL));
}

static void
test_lexicon_wins (void)
{
  static const gchar file[] = "# mine\n"
                              "GStreamer  JH IY1 S T R IY1 M ER0\n"
                              "\n"
                              "Nguyễn = win # Vietnamese\n"
                              "C++ = sea plus plus\n"
                              "loop = loop\n"
                              "10k = ten kay\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxLexicon) lexicon =
      vox_lexicon_parse (file, strlen (file), "my.lex", &error);
  g_autoptr (VoxNormalizer) normalizer = NULL;
  g_autofree gchar *spoken = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (vox_lexicon_size (lexicon), ==, 5);
  normalizer = vox_normalizer_new (lexicon);
  spoken = vox_normalizer_run (normalizer,
      "gstreamer's plugin, by Mr. Nguyễn: a C++ loop (GSTREAMER), 10k.", -1);
  g_assert_cmpstr (spoken, ==,
      "[[jh iy1 s t r iy1 m er0]] 's plugin, by mister win, a sea plus plus "
      "loop, [[jh iy1 s t r iy1 m er0]], ten kay.");
}

static void
test_lexicon_errors_name_file_and_line (void)
{
  static const gchar *const files[] = { "ok = okay\nbad  K QQ T\n",
    "ok = okay\nbad =\n", "ok = okay\n= bad\n", "ok = okay\n\xff\n",
    "ok = okay\nbad\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        vox_lexicon_parse (files[i], strlen (files[i]), "my.lex", &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
    g_assert_true (g_str_has_prefix (error->message, "my.lex:2: "));
  }
}

static void
test_missing_lexicon_is_not_found (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_lexicon_load ("/nonexistent/my.lex", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/my.lex"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func (
      "/text/any-bytes-become-speakable", test_any_bytes_become_speakable);
  g_test_add_func ("/text/long-tokens-end", test_long_tokens_end);
  g_test_add_func (
      "/text/invalid-utf8-is-a-space", test_invalid_utf8_is_a_space);
  g_test_add_func ("/text/an-empty-line-ends-a-sentence",
      test_an_empty_line_ends_a_sentence);
  g_test_add_func (
      "/text/sentences-end-where-they-end", test_sentences_end_where_they_end);
  g_test_add_func ("/text/markup-is-stripped", test_markup_is_stripped);
  g_test_add_func ("/text/plain-text-keeps-what-is-no-decoration",
      test_plain_text_keeps_what_is_no_decoration);
  g_test_add_func ("/text/phones-are-checked", test_phones_are_checked);
  g_test_add_func ("/text/lexicon-wins", test_lexicon_wins);
  g_test_add_func ("/text/lexicon-errors-name-file-and-line",
      test_lexicon_errors_name_file_and_line);
  g_test_add_func (
      "/text/missing-lexicon-is-not-found", test_missing_lexicon_is_not_found);
  return g_test_run ();
}
