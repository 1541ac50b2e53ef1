/* voice.c: the voice profile and its file. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "voice-fixture.h"

#define ZEROS "00000000000000000000000000000000"
/* Everything a valid header needs besides the id and the tensors. */
#define METADATA                                                        \
  "\"format\":\"autovoice-voice\",\"format_version\":\"1\","            \
  "\"name\":\"n\",\"created\":\"c\",\"consent\":\"\",\"engine\":\"e\"," \
  "\"rate\":\"16000\",\"duration_s\":\"30\",\"f0_median_hz\":\"200\","  \
  "\"f0_low_hz\":\"150\",\"f0_high_hz\":\"300\",\"sources\":\"\""
#define TENSOR_A \
  "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}"
#define TENSOR_B \
  "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}"

static VoxVoice *
parse (GByteArray *bytes, GError **error)
{
  /* An exact copy, so that a sanitizer sees any read beyond the end. */
  g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);

  return vox_voice_parse (copy, bytes->len, "test", error);
}

/* A voice file from a header with ZEROS for the id, signed as the format
 * asks, so that only the fault under test is wrong with it. */
static GByteArray *
make_file (const gchar *header, gsize data_bytes)
{
  GByteArray *bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  g_autofree guint8 *data = g_malloc0 (data_bytes + 1);
  g_autofree gchar *digest = NULL;
  gchar *place;

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof (length));
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (bytes, data, (guint) data_bytes);
  digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
  place =
      g_strstr_len ((gchar *) bytes->data + 8, (gssize) strlen (header), ZEROS);
  if (place != NULL)
    memcpy (place, digest, strlen (ZEROS));
  return bytes;
}

static void
assert_rejected (const gchar *header, gsize data_bytes, const gchar *reason)
{
  g_autoptr (GByteArray) bytes = make_file (header, data_bytes);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (bytes, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  if (strstr (error->message, reason) == NULL)
    g_error ("expected \"%s\" in: %s", reason, error->message);
}

static void
test_saved_voice_loads_with_the_same_content (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", 0.25f);
  g_autofree gchar *path = g_build_filename (folder->dir, "x.voice", NULL);
  g_autoptr (VoxVoice) loaded = NULL;
  g_autoptr (GError) error = NULL;
  const VoxVoiceInfo *info;
  VoxTensor tensor;

  g_assert_true (vox_voice_save (voice, path, &error));
  loaded = vox_voice_load (path, &error);
  g_assert_no_error (error);
  info = vox_voice_info (loaded);
  g_assert_cmpstr (info->name, ==, "Ann");
  g_assert_cmpstr (info->consent, ==, "she said \"yes\" \xc3\xa9");
  g_assert_cmpstr (info->created, ==, "2020-01-02T03:04:05Z");
  g_assert_cmpuint (info->rate, ==, 16000);
  g_assert_cmpfloat (info->f0_median_hz, ==, 201.1);
  g_assert_cmpfloat (info->duration_s, ==, 31.25);
  g_assert_cmpuint (g_strv_length (info->sources), ==, 2);
  g_assert_cmpstr (info->sources[1], ==, "sha256:11 b.wav");
  g_assert_cmpuint (strlen (info->id), ==, 32);
  g_assert_true (vox_voice_tensor (
      loaded, "z.matrix", 2, (gsize[]){ 0, 3 }, &tensor, &error));
  g_assert_cmpuint (tensor.shape[0], ==, 2);
  g_assert_cmpfloat (tensor.data[0], ==, 0.25f);
  g_assert_cmpfloat (tensor.data[5], ==, -1e30f);
  g_assert_true (
      vox_voice_tensor (loaded, "a.row", 1, (gsize[]){ 3 }, &tensor, &error));
  g_assert_cmpfloat (tensor.data[2], ==, 9.0f);
}

static void
test_equal_profiles_have_equal_files_and_ids (void)
{
  g_autoptr (VoxVoice) one = make_voice ("Ann", 0.25f);
  g_autoptr (VoxVoice) two = make_voice ("Ann", 0.25f);
  g_autoptr (VoxVoice) other = make_voice ("Ann", 0.5f);
  g_autoptr (GBytes) a = vox_voice_serialize (one);
  g_autoptr (GBytes) b = vox_voice_serialize (two);
  g_autoptr (GBytes) c = vox_voice_serialize (other);
  g_autoptr (VoxVoice) loaded = vox_voice_parse (
      g_bytes_get_data (a, NULL), g_bytes_get_size (a), "test", NULL);
  g_autoptr (GBytes) again = vox_voice_serialize (loaded);

  g_assert_true (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
  g_assert_true (g_bytes_equal (a, again));
}

static void
test_missing_tensor_and_wrong_shape_are_named (void)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", 0.25f);
  g_autoptr (GError) error = NULL;
  VoxTensor tensor;

  g_assert_false (
      vox_voice_tensor (voice, "none", 1, (gsize[]){ 0 }, &tensor, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "\"none\""));
  g_clear_error (&error);
  g_assert_false (vox_voice_tensor (
      voice, "z.matrix", 2, (gsize[]){ 0, 4 }, &tensor, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "[2, 3]"));
  g_assert_nonnull (strstr (error->message, "[any, 4]"));
}

static GByteArray *
valid_file (void)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", 0.25f);

  return g_bytes_unref_to_array (vox_voice_serialize (voice));
}

static void
test_every_truncation_is_rejected (void)
{
  g_autoptr (GByteArray) bytes = valid_file ();

  while (bytes->len > 0) {
    g_autoptr (GError) error = NULL;

    g_byte_array_set_size (bytes, bytes->len - 1);
    g_assert_null (parse (bytes, &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  }
}

static void
test_every_damaged_byte_is_rejected (void)
{
  g_autoptr (GByteArray) bytes = valid_file ();
  const guint8 damage[] = { 0x01, 0x20, 0x80, 0xff };

  for (guint i = 0; i < bytes->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (damage); k++) {
      g_autoptr (GError) error = NULL;

      bytes->data[i] ^= damage[k];
      g_assert_null (parse (bytes, &error));
      g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
      bytes->data[i] ^= damage[k];
    }
}

static void
test_appended_bytes_are_rejected (void)
{
  g_autoptr (GByteArray) bytes = valid_file ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *) "    ", 4);
  g_assert_null (parse (bytes, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
}

static void
test_hand_made_file_is_accepted (void)
{
  g_autoptr (GByteArray) bytes =
      make_file ("{\"__metadata__\":{\"id\":\"" ZEROS "\"," METADATA
                 "}," TENSOR_B "," TENSOR_A "}  ",
          24);
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice = parse (bytes, &error);
  g_autofree const gchar **names = NULL;

  g_assert_no_error (error);
  names = vox_voice_tensor_names (voice);
  g_assert_cmpstr (names[0], ==, "a");
  g_assert_cmpstr (names[1], ==, "b");
  g_assert_null (names[2]);
}

#define HEADER(tensors) \
  "{\"__metadata__\":{\"id\":\"" ZEROS "\"," METADATA "}," tensors "}"
#define ONE(dtype, shape, offsets)                          \
  HEADER ("\"a\":{\"dtype\":\"" dtype "\",\"shape\":" shape \
          ",\"data_offsets\":" offsets "}")

static void
test_faults_in_the_header_are_named (void)
{
  static const struct
  {
    const gchar *header;
    gsize data_bytes;
    const gchar *reason;
  } faults[] = {
    { "", 0, "not a JSON object" },
    { "[]", 0, "not a JSON object" },
    { "{", 0, "not JSON" },
    { "{}", 0, "__metadata__" },
    { "{\"__metadata__\":[]}", 0, "__metadata__" },
    { "{\"__metadata__\":{}}", 0, "\"format\"" },
    { "{\"a\":[[[[1]]]]}", 0, "nests too deep" },
    { "{/* \" */\"a\":1}", 0, "unexpected character" },
    { "{\"__metadata__\":{\"id\":\"" ZEROS "\"," METADATA
      ",\"name\":\"twice\"}," TENSOR_A "}",
        16, "twice" },
    { HEADER (TENSOR_A "," TENSOR_A), 16, "twice" },
    { ONE ("F16", "[2]", "[0,8]"), 8, "dtype" },
    { ONE ("F32", "[]", "[0,8]"), 8, "\"shape\"" },
    { ONE ("F32", "[1,1,1,1,2]", "[0,8]"), 8, "\"shape\"" },
    { ONE ("F32", "[0]", "[0,0]"), 0, "not a size" },
    { ONE ("F32", "[\"2\"]", "[0,8]"), 8, "not a size" },
    { ONE ("F32", "[3]", "[0,8]"), 8, "needs 12 bytes" },
    { ONE ("F32", "[2]", "[0,16]"), 8, "outside the file" },
    { ONE ("F32", "[2]", "[8,0]"), 8, "outside the file" },
    { ONE ("F32", "[2]", "[0]"), 8, "outside the file" },
    { ONE ("F32", "[2]", "[0,8,8]"), 8, "data_offsets" },
    { ONE ("F32", "[2]", "[4,12]"), 12, "gap or overlap" },
    { ONE ("F32", "[2]", "[0,8]"), 12, "belong to no tensor" },
    { ONE ("F32", "[4611686018427387905]", "[0,4]"), 4, "too large" },
    { ONE ("F32", "[2147483648,2147483648,4]", "[0,0]"), 0, "too large" },
    { ONE ("F32", "[99999999999999999999]", "[0,4]"), 4, "tensor \"a\"" },
    { HEADER (TENSOR_A ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],"
                       "\"data_offsets\":[8,16]}"),
        16, "gap or overlap" },
    { HEADER ("\"a\":1"), 0, "not an object" },
    { HEADER ("\"\":{\"dtype\":\"F32\"}"), 0, "name is empty" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    assert_rejected (faults[i].header, faults[i].data_bytes, faults[i].reason);
}

/* Replaces the first @from in METADATA's header by @to. */
static void
assert_metadata_rejected (
    const gchar *from, const gchar *to, const gchar *reason)
{
  g_autofree gchar *header = NULL;
  g_auto (GStrv) parts = g_strsplit (HEADER (TENSOR_A), from, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  header = g_strjoinv (to, parts);
  assert_rejected (header, 16, reason);
}

static void
test_faults_in_the_metadata_are_named (void)
{
  assert_metadata_rejected (
      "\"format_version\":\"1\"", "\"format_version\":\"2\"", "version 2");
  assert_metadata_rejected ("autovoice-voice", "another", "format");
  assert_metadata_rejected ("\"16000\"", "\"16000x\"", "\"rate\"");
  assert_metadata_rejected ("\"16000\"", "\"-1\"", "\"rate\"");
  assert_metadata_rejected ("\"16000\"", "\"nan\"", "\"rate\"");
  assert_metadata_rejected ("\"16000\"", "16000", "\"rate\"");
  assert_metadata_rejected ("\"30\"", "\"inf\"", "\"duration_s\"");
  assert_metadata_rejected ("\"200\"", "\"1e300\"", "\"f0_median_hz\"");
  assert_metadata_rejected (
      "\"consent\":\"\"", "\"consent2\":\"\"", "\"consent\"");
  assert_metadata_rejected (ZEROS, "0", "id");
  assert_metadata_rejected ("\"e\"", "\"\xff\"", "UTF-8");
}

static void
test_huge_header_length_is_rejected (void)
{
  g_autoptr (GByteArray) bytes = valid_file ();
  g_autoptr (GError) error = NULL;

  memset (bytes->data, 0xff, 8);
  g_assert_null (parse (bytes, &error));
  g_assert_nonnull (strstr (error->message, "18446744073709551615"));
}

static void
test_values_that_are_not_numbers_are_not_saved (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", NAN);
  g_autofree gchar *path = g_build_filename (folder->dir, "x.voice", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (vox_voice_save (voice, path, &error));
  g_assert_nonnull (strstr (error->message, "z.matrix"));
  g_assert_cmpuint (count_files (folder->dir), ==, 0);
}

static void
test_files_that_are_not_voices_are_refused (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (folder->dir, "x.voice", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_voice_load (path, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vox_voice_load (folder->dir, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_null (vox_voice_load (path, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_clear_error (&error);
  g_remove (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (vox_voice_load (path, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
}

static void
test_failed_save_leaves_the_old_file (
    Folder *folder, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (VoxVoice) voice = make_voice ("Ann", 0.25f);
  g_autofree gchar *path =
      g_build_filename (folder->dir, "none", "x.voice", NULL);
  g_autofree gchar *taken = g_build_filename (folder->dir, "taken", NULL);
  g_autofree gchar *inside = g_build_filename (taken, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (vox_voice_save (voice, path, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_READ);
  g_clear_error (&error);
  /* A folder in the way: the rename fails, the temporary file goes. */
  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  g_assert_true (g_file_set_contents (inside, "x", 1, NULL));
  g_assert_false (vox_voice_save (voice, taken, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (count_files (folder->dir), ==, 1);
  g_remove (inside);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_with_folder ("/voice/saved voice loads with the same content",
      test_saved_voice_loads_with_the_same_content);
  g_test_add_func ("/voice/equal profiles have equal files and ids",
      test_equal_profiles_have_equal_files_and_ids);
  g_test_add_func ("/voice/missing tensor and wrong shape are named",
      test_missing_tensor_and_wrong_shape_are_named);
  g_test_add_func (
      "/voice/every truncation is rejected", test_every_truncation_is_rejected);
  g_test_add_func ("/voice/every damaged byte is rejected",
      test_every_damaged_byte_is_rejected);
  g_test_add_func (
      "/voice/appended bytes are rejected", test_appended_bytes_are_rejected);
  g_test_add_func (
      "/voice/hand made file is accepted", test_hand_made_file_is_accepted);
  g_test_add_func ("/voice/faults in the header are named",
      test_faults_in_the_header_are_named);
  g_test_add_func ("/voice/faults in the metadata are named",
      test_faults_in_the_metadata_are_named);
  g_test_add_func ("/voice/huge header length is rejected",
      test_huge_header_length_is_rejected);
  add_with_folder ("/voice/values that are not numbers are not saved",
      test_values_that_are_not_numbers_are_not_saved);
  add_with_folder ("/voice/files that are not voices are refused",
      test_files_that_are_not_voices_are_refused);
  add_with_folder ("/voice/failed save leaves the old file",
      test_failed_save_leaves_the_old_file);
  return g_test_run ();
}
