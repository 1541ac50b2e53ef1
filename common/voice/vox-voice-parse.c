/* vox-voice-parse.c: the bytes of a voice file into a profile, believing nothing.
 *
 * Order of the checks: the header's length against the file; the characters
 * and the nesting of the header before the JSON parser (which is recursive and
 * lenient) sees it; duplicate keys; each tensor's type, shape and place; that
 * the tensors fill the data without gap or overlap; and last the digest.
 */
#include "voice/vox-voice-private.h"

#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>

/* The header is an object of objects of arrays. */
#define MAX_JSON_DEPTH 3
/* No voice and no recording reaches these. */
#define MAX_F0_HZ 20000.0
#define MAX_DURATION_S 1e6
#define MAX_RATE_HZ 384000.0

/* One tensor as the header announces it. */
typedef struct
{
  const gchar *name;
  VoxTensor tensor;
  gsize begin;
  gsize end;
} Entry;

/* What one run of the parser works on. */
typedef struct
{
  const gchar *where;
  const guint8 *bytes;
  const gchar *header;
  gsize header_bytes;
  const guint8 *data;
  gsize data_bytes;
} Source;

G_GNUC_PRINTF (3, 4)
static gboolean
malformed (const Source *source, GError **error, const gchar *format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
      "%s is not a usable voice file: %s", source->where, reason);
  return FALSE;
}

static gboolean
split (Source *source, gsize size, GError **error)
{
  guint64 header_bytes;

  if (size < sizeof (header_bytes))
    return malformed (source, error,
        "it has %" G_GSIZE_FORMAT " bytes, less than the 8 of the header's "
        "length",
        size);
  if (size > VOX_VOICE_MAX_FILE_BYTES)
    return malformed (source, error,
        "it has %" G_GSIZE_FORMAT " bytes, more than the %" G_GSIZE_FORMAT
        " allowed",
        size, VOX_VOICE_MAX_FILE_BYTES);
  memcpy (&header_bytes, source->bytes, sizeof (header_bytes));
  header_bytes = GUINT64_FROM_LE (header_bytes);
  if (header_bytes > VOX_VOICE_MAX_HEADER_BYTES)
    return malformed (source, error,
        "its header claims %" G_GUINT64_FORMAT " bytes, more than the "
        "%" G_GSIZE_FORMAT " allowed",
        header_bytes, VOX_VOICE_MAX_HEADER_BYTES);
  if (header_bytes > size - sizeof (header_bytes))
    return malformed (source, error,
        "its header claims %" G_GUINT64_FORMAT " bytes but the file ends "
        "after %" G_GSIZE_FORMAT,
        header_bytes, size - sizeof (header_bytes));
  source->header = (const gchar *) source->bytes + sizeof (header_bytes);
  source->header_bytes = (gsize) header_bytes;
  source->data = (const guint8 *) source->header + source->header_bytes;
  source->data_bytes = size - sizeof (header_bytes) - source->header_bytes;
  return TRUE;
}

/* Passes only the subset of JSON a voice file consists of: objects, arrays,
 * strings and whole numbers, not nested deeper than the format is. Counts the
 * members, by their colons, so that duplicate keys can be told later. */
static gboolean
scan_header (const Source *source, guint *n_members, GError **error)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  *n_members = 0;
  if (!g_utf8_validate_len (source->header, source->header_bytes, NULL))
    return malformed (source, error, "its header is not UTF-8 text");
  for (gsize i = 0; i < source->header_bytes; i++) {
    gchar c = source->header[i];

    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"')
      in_string = TRUE;
    else if (c == '{' || c == '[') {
      if (++depth > MAX_JSON_DEPTH)
        return malformed (source, error,
            "its header nests too deep at offset %" G_GSIZE_FORMAT,
            i + sizeof (guint64));
    } else if (c == '}' || c == ']')
      depth -= depth > 0;
    else if (c == ':')
      (*n_members)++;
    else if (strchr (",0123456789 \t\r\n", c) == NULL)
      return malformed (source, error,
          "its header has an unexpected character at offset %" G_GSIZE_FORMAT,
          i + sizeof (guint64));
  }
  return TRUE;
}

static guint
count_members (JsonObject *root)
{
  guint n = json_object_get_size (root);
  JsonObjectIter iter;
  JsonNode *node;

  json_object_iter_init (&iter, root);
  while (json_object_iter_next (&iter, NULL, &node))
    if (JSON_NODE_HOLDS_OBJECT (node))
      n += json_object_get_size (json_node_get_object (node));
  return n;
}

static JsonParser *
parse_header (const Source *source, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) json_error = NULL;
  JsonNode *root;
  guint n_members;

  if (!scan_header (source, &n_members, error))
    return NULL;
  if (!json_parser_load_from_data (
          parser, source->header, (gssize) source->header_bytes, &json_error)) {
    malformed (
        source, error, "its header is not JSON (%s)", json_error->message);
    return NULL;
  }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    malformed (source, error, "its header is not a JSON object");
    return NULL;
  }
  if (count_members (json_node_get_object (root)) != n_members) {
    malformed (source, error, "a key occurs twice in its header");
    return NULL;
  }
  return g_steal_pointer (&parser);
}

static const gchar *
metadata_string (const Source *source, JsonObject *metadata, const gchar *key,
    GError **error)
{
  JsonNode *node = json_object_get_member (metadata, key);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING) {
    malformed (source, error, "its metadata has no text \"%s\"", key);
    return NULL;
  }
  return json_node_get_string (node);
}

static gboolean
metadata_number (const Source *source, JsonObject *metadata, const gchar *key,
    gdouble max, gdouble *value, GError **error)
{
  const gchar *text = metadata_string (source, metadata, key, error);
  gchar *end;

  if (text == NULL)
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (*value) || *value < 0.0
      || *value > max)
    return malformed (source, error,
        "\"%s\" in its metadata is not a number from 0 to %g", key, max);
  return TRUE;
}

static gboolean
check_version (const Source *source, JsonObject *metadata, GError **error)
{
  const gchar *format = metadata_string (source, metadata, "format", error);
  gdouble version;

  if (format == NULL)
    return FALSE;
  if (strcmp (format, "autovoice-voice") != 0)
    return malformed (source, error, "its format is not \"autovoice-voice\"");
  if (!metadata_number (
          source, metadata, "format_version", 1e9, &version, error))
    return FALSE;
  if (version != VOX_VOICE_FORMAT_VERSION)
    return malformed (source, error,
        "it has format version %g and this program reads version %d; use the "
        "AutoVoice that made it, or enrol the voice again",
        version, VOX_VOICE_FORMAT_VERSION);
  return TRUE;
}

/* The profile without tensors. */
static VoxVoice *
read_metadata (const Source *source, JsonObject *metadata, GError **error)
{
  VoxVoiceInfo info = { 0 };
  const gchar *id, *name, *created, *consent, *engine, *sources;
  g_auto (GStrv) source_lines = NULL;
  gdouble rate;
  VoxVoice *self;

  if (!check_version (source, metadata, error)
      || !(id = metadata_string (source, metadata, "id", error))
      || !(name = metadata_string (source, metadata, "name", error))
      || !(created = metadata_string (source, metadata, "created", error))
      || !(consent = metadata_string (source, metadata, "consent", error))
      || !(engine = metadata_string (source, metadata, "engine", error))
      || !(sources = metadata_string (source, metadata, "sources", error))
      || !metadata_number (source, metadata, "rate", MAX_RATE_HZ, &rate, error)
      || !metadata_number (source, metadata, "duration_s", MAX_DURATION_S,
          &info.duration_s, error)
      || !metadata_number (source, metadata, "f0_median_hz", MAX_F0_HZ,
          &info.f0_median_hz, error)
      || !metadata_number (
          source, metadata, "f0_low_hz", MAX_F0_HZ, &info.f0_low_hz, error)
      || !metadata_number (
          source, metadata, "f0_high_hz", MAX_F0_HZ, &info.f0_high_hz, error))
    return NULL;
  source_lines = g_strsplit (sources, "\n", -1);
  info.name = (gchar *) name;
  info.created = (gchar *) created;
  info.consent = (gchar *) consent;
  info.engine = (gchar *) engine;
  info.rate = (guint) rate;
  info.sources = source_lines;
  self = vox_voice_new (&info);
  self->info.id = g_strdup (id);
  return self;
}

/* Reads an array of whole numbers of at least @min into @values. */
static gboolean
read_sizes (const Source *source, JsonObject *object, const gchar *name,
    const gchar *key, guint max_count, gint64 min, gsize *values, guint *count,
    GError **error)
{
  JsonNode *node = json_object_get_member (object, key);
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return malformed (
        source, error, "tensor \"%s\" has no list \"%s\"", name, key);
  array = json_node_get_array (node);
  *count = json_array_get_length (array);
  if (*count == 0 || *count > max_count)
    return malformed (source, error, "\"%s\" of tensor \"%s\" has %u entries",
        key, name, *count);
  for (guint i = 0; i < *count; i++) {
    JsonNode *item = json_array_get_element (array, i);

    if (json_node_get_value_type (item) != G_TYPE_INT64
        || json_node_get_int (item) < min
        || (guint64) json_node_get_int (item) > G_MAXSIZE)
      return malformed (source, error,
          "entry %u of \"%s\" of tensor \"%s\" is not a size", i, key, name);
    values[i] = (gsize) json_node_get_int (item);
  }
  return TRUE;
}

static gboolean
read_entry (const Source *source, const gchar *name, JsonNode *node,
    Entry *entry, GError **error)
{
  JsonObject *object;
  JsonNode *dtype;
  gsize offsets[2], bytes = sizeof (gfloat);
  guint n_offsets;

  if (*name == '\0' || strlen (name) > VOX_VOICE_MAX_NAME_BYTES)
    return malformed (source, error, "a tensor's name is empty or too long");
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return malformed (
        source, error, "the entry of tensor \"%s\" is not an object", name);
  object = json_node_get_object (node);
  dtype = json_object_get_member (object, "dtype");
  if (dtype == NULL || json_node_get_value_type (dtype) != G_TYPE_STRING
      || strcmp (json_node_get_string (dtype), "F32") != 0)
    return malformed (
        source, error, "the dtype of tensor \"%s\" is not F32", name);
  entry->name = name;
  if (!read_sizes (source, object, name, "shape", VOX_VOICE_MAX_DIMS, 1,
          entry->tensor.shape, &entry->tensor.n_dims, error)
      || !read_sizes (source, object, name, "data_offsets", 2, 0, offsets,
          &n_offsets, error))
    return FALSE;
  if (n_offsets != 2 || offsets[0] > offsets[1]
      || offsets[1] > source->data_bytes)
    return malformed (source, error,
        "the data of tensor \"%s\" lies outside the file, which has "
        "%" G_GSIZE_FORMAT " bytes of data; copy or enrol the voice again",
        name, source->data_bytes);
  for (guint i = 0; i < entry->tensor.n_dims; i++)
    if (!g_size_checked_mul (&bytes, bytes, entry->tensor.shape[i]))
      return malformed (
          source, error, "the shape of tensor \"%s\" is too large", name);
  if (bytes != offsets[1] - offsets[0])
    return malformed (source, error,
        "tensor \"%s\" needs %" G_GSIZE_FORMAT " bytes by its shape and has "
        "%" G_GSIZE_FORMAT,
        name, bytes, offsets[1] - offsets[0]);
  entry->begin = offsets[0];
  entry->end = offsets[1];
  return TRUE;
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  return (x->begin > y->begin) - (x->begin < y->begin);
}

/* All tensors of the header, in the order of their data, which they fill. */
static GArray *
read_entries (const Source *source, JsonObject *root, GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;
  gsize end = 0;

  if (json_object_get_size (root) > VOX_VOICE_MAX_TENSORS + 1) {
    malformed (
        source, error, "it has more than %d tensors", VOX_VOICE_MAX_TENSORS);
    return NULL;
  }
  json_object_iter_init (&iter, root);
  while (json_object_iter_next (&iter, &name, &node)) {
    Entry entry = { 0 };

    if (strcmp (name, "__metadata__") == 0)
      continue;
    if (!read_entry (source, name, node, &entry, error))
      return NULL;
    g_array_append_val (entries, entry);
  }
  g_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index (entries, Entry, i);

    if (entry->begin != end) {
      malformed (source, error,
          "tensor \"%s\" starts at byte %" G_GSIZE_FORMAT " of the data "
          "instead of %" G_GSIZE_FORMAT " (gap or overlap)",
          entry->name, entry->begin, end);
      return NULL;
    }
    end = entry->end;
  }
  if (end != source->data_bytes) {
    malformed (source, error,
        "%" G_GSIZE_FORMAT " bytes at its end belong to no tensor",
        source->data_bytes - end);
    return NULL;
  }
  return g_steal_pointer (&entries);
}

static gboolean
copy_tensor (
    const Source *source, VoxVoice *self, const Entry *entry, GError **error)
{
  gsize n = (entry->end - entry->begin) / sizeof (gfloat);
  VoxTensor *tensor = g_memdup2 (&entry->tensor, sizeof (entry->tensor));
  gfloat *values = g_new (gfloat, n);

  tensor->data = values;
  g_hash_table_insert (self->tensors, g_strdup (entry->name), tensor);
  memcpy (values, source->data + entry->begin, entry->end - entry->begin);
  for (gsize i = 0; i < n; i++) {
    guint32 word;

    memcpy (&word, values + i, sizeof (word));
    word = GUINT32_FROM_LE (word);
    memcpy (values + i, &word, sizeof (word));
    if (!isfinite (values[i]))
      return malformed (source, error,
          "value %" G_GSIZE_FORMAT " of tensor \"%s\" is not a finite number",
          i, entry->name);
  }
  return TRUE;
}

/* Computes the digest with zeros in place of the id, as the writer did. */
static gboolean
check_id (const Source *source, const gchar *id, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const gchar *place = NULL;
  gsize before, after;
  gchar zeros[VOX_VOICE_ID_DIGITS];

  if (strlen (id) == VOX_VOICE_ID_DIGITS)
    place = g_strstr_len (source->header, (gssize) source->header_bytes, id);
  if (place == NULL)
    return malformed (source, error, "its id is not %d hexadecimal digits",
        VOX_VOICE_ID_DIGITS);
  memset (zeros, '0', sizeof (zeros));
  before = (gsize) ((const guint8 *) place - source->bytes);
  after = before + VOX_VOICE_ID_DIGITS;
  g_checksum_update (checksum, source->bytes, (gssize) before);
  g_checksum_update (checksum, (const guchar *) zeros, sizeof (zeros));
  g_checksum_update (checksum, source->bytes + after,
      source->data + source->data_bytes - (source->bytes + after));
  if (strncmp (g_checksum_get_string (checksum), id, VOX_VOICE_ID_DIGITS) != 0)
    return malformed (source, error,
        "its id does not match its content, so the file is damaged; copy or "
        "enrol the voice again");
  return TRUE;
}

VoxVoice *
vox_voice_parse (
    const guint8 *bytes, gsize size, const gchar *where, GError **error)
{
  Source source = { .where = where, .bytes = bytes };
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (VoxVoice) self = NULL;
  g_autoptr (GArray) entries = NULL;
  JsonObject *root;
  JsonNode *metadata;

  g_return_val_if_fail (bytes != NULL || size == 0, NULL);
  g_return_val_if_fail (where != NULL, NULL);
  if (!split (&source, size, error)
      || !(parser = parse_header (&source, error)))
    return NULL;
  root = json_node_get_object (json_parser_get_root (parser));
  metadata = json_object_get_member (root, "__metadata__");
  if (metadata == NULL || !JSON_NODE_HOLDS_OBJECT (metadata)) {
    malformed (&source, error, "its header has no \"__metadata__\"");
    return NULL;
  }
  self = read_metadata (&source, json_node_get_object (metadata), error);
  if (self == NULL || !(entries = read_entries (&source, root, error)))
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    if (!copy_tensor (&source, self, &g_array_index (entries, Entry, i), error))
      return NULL;
  if (!check_id (&source, self->info.id, error))
    return NULL;
  return g_steal_pointer (&self);
}
