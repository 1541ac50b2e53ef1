/* fuzz-voice.c: any bytes are a voice file or a clean error. */
#include <string.h>

#include "voice/vox-voice.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice = vox_voice_parse (data, size, "input", &error);
  g_autofree const gchar **names = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (VoxVoice) again = NULL;

  g_assert ((voice == NULL) == (error != NULL));
  if (voice == NULL)
    return 0;
  /* What was accepted can be used and written. */
  names = vox_voice_tensor_names (voice);
  for (guint i = 0; names[i] != NULL; i++) {
    gboolean found = FALSE;

    for (guint n_dims = 1; n_dims <= 4; n_dims++) {
      const gsize any[4] = { 0 };
      VoxTensor tensor;

      found |= vox_voice_tensor (voice, names[i], n_dims, any, &tensor, NULL);
    }
    g_assert (found);
  }
  bytes = vox_voice_serialize (voice);
  again = vox_voice_parse (
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "again", NULL);
  g_assert (again != NULL);
  return 0;
}
