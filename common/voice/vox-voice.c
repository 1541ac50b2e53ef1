/* vox-voice.c: a voice profile in memory. Its file format is the business of
 * vox-voice-file.c. */
#include "voice/vox-voice-private.h"

#include <string.h>

static void
info_copy (VoxVoiceInfo *to, const VoxVoiceInfo *from)
{
  *to = *from;
  to->id = NULL;
  to->name = g_strdup (from->name ? from->name : "");
  to->created = g_strdup (from->created);
  to->consent = g_strdup (from->consent ? from->consent : "");
  to->engine = g_strdup (from->engine ? from->engine : "");
  to->sources = from->sources ? g_strdupv (from->sources) : g_new0 (gchar *, 1);
  if (to->created == NULL) {
    g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

    to->created = g_date_time_format_iso8601 (now);
  }
}

static void
info_clear (VoxVoiceInfo *info)
{
  g_free (info->id);
  g_free (info->name);
  g_free (info->created);
  g_free (info->consent);
  g_free (info->engine);
  g_strfreev (info->sources);
}

static void
tensor_free (gpointer data)
{
  VoxTensor *tensor = data;

  g_free ((gpointer) tensor->data);
  g_free (tensor);
}

VoxVoice *
vox_voice_new (const VoxVoiceInfo *info)
{
  VoxVoice *self;

  g_return_val_if_fail (info != NULL, NULL);
  self = g_new0 (VoxVoice, 1);
  self->ref_count = 1;
  info_copy (&self->info, info);
  self->tensors =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, tensor_free);
  return self;
}

void
vox_voice_add_tensor (VoxVoice *self, const gchar *name, const gfloat *data,
    guint n_dims, const gsize *shape)
{
  VoxTensor *tensor;
  gsize count = 1;

  g_return_if_fail (self != NULL && g_atomic_int_get (&self->ref_count) == 1);
  g_return_if_fail (n_dims >= 1 && n_dims <= VOX_VOICE_MAX_DIMS);
  g_return_if_fail (name != NULL && *name != '\0'
      && strlen (name) <= VOX_VOICE_MAX_NAME_BYTES);
  g_return_if_fail (!g_hash_table_contains (self->tensors, name));
  for (guint i = 0; i < n_dims; i++)
    count *= shape[i];
  g_return_if_fail (count > 0);

  tensor = g_new0 (VoxTensor, 1);
  tensor->n_dims = n_dims;
  memcpy (tensor->shape, shape, n_dims * sizeof (*shape));
  tensor->data = g_memdup2 (data, count * sizeof (gfloat));
  g_hash_table_insert (self->tensors, g_strdup (name), tensor);
}

VoxVoice *
vox_voice_ref (VoxVoice *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vox_voice_unref (VoxVoice *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  info_clear (&self->info);
  g_hash_table_unref (self->tensors);
  g_free (self);
}

const VoxVoiceInfo *
vox_voice_info (const VoxVoice *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return &self->info;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

const gchar **
vox_voice_tensor_names (const VoxVoice *self)
{
  guint n;
  gpointer *names = g_hash_table_get_keys_as_array (self->tensors, &n);

  qsort (names, n, sizeof (*names), compare_names);
  return (const gchar **) names;
}

/* "[3, 20]" with "any" for sizes of 0. */
static gchar *
shape_text (guint n_dims, const gsize *shape)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++) {
    if (i > 0)
      g_string_append (text, ", ");
    if (shape[i] == 0)
      g_string_append (text, "any");
    else
      g_string_append_printf (text, "%" G_GSIZE_FORMAT, shape[i]);
  }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static gboolean
shape_matches (const VoxTensor *tensor, guint n_dims, const gsize *expected)
{
  if (tensor->n_dims != n_dims)
    return FALSE;
  for (guint i = 0; i < n_dims; i++)
    if (expected[i] != 0 && expected[i] != tensor->shape[i])
      return FALSE;
  return TRUE;
}

gboolean
vox_voice_tensor (const VoxVoice *self, const gchar *name, guint n_dims,
    const gsize *expected_shape, VoxTensor *tensor, GError **error)
{
  const VoxTensor *found;

  g_return_val_if_fail (self != NULL && name != NULL && tensor != NULL, FALSE);
  found = g_hash_table_lookup (self->tensors, name);
  if (found == NULL) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "the voice \"%s\" has no tensor \"%s\"; enrol it again",
        self->info.name, name);
    return FALSE;
  }
  if (!shape_matches (found, n_dims, expected_shape)) {
    g_autofree gchar *is = shape_text (found->n_dims, found->shape);
    g_autofree gchar *expected = shape_text (n_dims, expected_shape);

    g_set_error (error, VOX_ERROR, VOX_ERROR_MALFORMED,
        "tensor \"%s\" of the voice \"%s\" has the shape %s instead of %s; "
        "enrol it again",
        name, self->info.name, is, expected);
    return FALSE;
  }
  *tensor = *found;
  return TRUE;
}
