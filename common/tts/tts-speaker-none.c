/* tts-speaker-none.c: a build without flite has no speakers. */
#include "tts/tts-speaker.h"

static const gchar *const speaker_names[] = { NULL };

const gchar *const *
tts_speaker_names (void)
{
  return speaker_names;
}

const TtsSpeaker *
tts_speaker_find (const gchar *name G_GNUC_UNUSED)
{
  return NULL;
}

guint
tts_speaker_rate (const TtsSpeaker *self G_GNUC_UNUSED)
{
  g_return_val_if_reached (0);
}

gboolean
tts_speaker_model (
    const TtsSpeaker *self G_GNUC_UNUSED, TtsVocoderModel *model G_GNUC_UNUSED)
{
  g_return_val_if_reached (FALSE);
}

TtsPlan *
tts_plan_new (const TtsSpeaker *speaker G_GNUC_UNUSED,
    const TtsUnit *unit G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  g_return_val_if_reached (NULL);
}

void
tts_plan_free (TtsPlan *self G_GNUC_UNUSED)
{
}

gsize
tts_plan_samples (const TtsPlan *self G_GNUC_UNUSED)
{
  g_return_val_if_reached (0);
}

gboolean
tts_plan_next (TtsPlan *self G_GNUC_UNUSED, GArray *values G_GNUC_UNUSED)
{
  g_return_val_if_reached (FALSE);
}
