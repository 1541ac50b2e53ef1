/* enroll.c: what enrolment must find in a recording, and must refuse. */
#include <gio/gio.h>
#include <string.h>

#include "convert/vox-enroll-private.h"
#include "convert/vox-target.h"
#include "convert/vox-train.h"
#include "synthetic-voice.h"

#define RATE 16000
#define SECONDS 8
/* Few steps: these tests are about everything but the last bit of quality. */
#define STEPS 120

static const SyntheticVoice speaker = { 1.0, 120.0, 0.5 };

static VoxVoice *
enroll (const gfloat *samples, gsize n, guint rate, guint steps, guint64 seed,
    GError **error)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  const VoxEnrollParams params = { .name = "test", .seed = seed };

  return vox_enroll_with_steps (
      device, samples, n, rate, &params, steps, error);
}

static VoxVoice *
enroll_speaker (guint steps, guint64 seed)
{
  g_autofree gfloat *samples = synthetic_voice (&speaker, RATE, SECONDS, 1);
  VoxVoice *voice = enroll (samples, SECONDS * RATE, RATE, steps, seed, NULL);

  g_assert_nonnull (voice);
  return voice;
}

static void
test_median_f0_is_found (void)
{
  g_autoptr (VoxVoice) voice = enroll_speaker (1, 1);
  const VoxVoiceInfo *info = vox_voice_info (voice);

  g_assert_cmpfloat_with_epsilon (info->f0_median_hz, 120.0, 4.0);
  g_assert_cmpfloat (info->f0_low_hz, <, info->f0_median_hz);
  g_assert_cmpfloat (info->f0_high_hz, >, info->f0_median_hz);
  g_assert_cmpfloat_with_epsilon (info->duration_s, SECONDS, 1e-6);
}

static void
test_profile_has_everything_conversion_reads (void)
{
  g_autoptr (VoxVoice) voice = enroll_speaker (1, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxTarget) target = vox_target_new (voice, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (target->n_frames, ==, SECONDS * 200 + 1);
}

static void
test_same_seed_gives_same_weights (void)
{
  g_autoptr (VoxVoice) a = enroll_speaker (3, 7);
  g_autoptr (VoxVoice) b = enroll_speaker (3, 7);
  g_autoptr (VoxVoice) c = enroll_speaker (3, 8);
  const gsize shape[2] = { 0, 0 };
  VoxTensor x, y, z;
  gsize bytes;

  g_assert_true (vox_voice_tensor (a, "net.layer1", 2, shape, &x, NULL));
  g_assert_true (vox_voice_tensor (b, "net.layer1", 2, shape, &y, NULL));
  g_assert_true (vox_voice_tensor (c, "net.layer1", 2, shape, &z, NULL));
  bytes = x.shape[0] * x.shape[1] * sizeof (gfloat);
  g_assert_cmpmem (x.data, bytes, y.data, bytes);
  g_assert_cmpint (memcmp (x.data, z.data, bytes), !=, 0);
}

/* Mean squared error of the network on the speaker's own frames, in variances
 * of the cepstra c1 to c14: 1 is what knowing nothing gives. */
static gdouble
own_error (const VoxTarget *target)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autoptr (VoxStream) stream = vox_stream_new (device, NULL);
  g_autoptr (VoxTargetNet) net = vox_target_net (target, stream, 256, NULL);
  const guint n = target->n_frames;
  g_autofree gfloat *features = g_new (gfloat, n * VOX_NET_FEATURES);
  g_autofree gfloat *goal = g_new (gfloat, n * VOX_CEPSTRA);
  g_autofree gfloat *voicing = g_new (gfloat, n);
  g_autofree gint32 *rows = g_new (gint32, n);
  g_autofree gfloat *outputs = NULL;
  g_autoptr (VoxTrainSet) set = NULL;
  gdouble sum = 0.0, count = 0.0;

  vox_features_normalise (target->frames, VOX_CEPSTRA + 1, n, VOX_NET_FEATURES,
      target->mean, target->deviation, features);
  vox_features_normalise (target->frames, VOX_CEPSTRA + 1, n, VOX_CEPSTRA,
      target->mean, target->deviation, goal);
  for (guint i = 0; i < n; i++) {
    voicing[i] = target->frames[i * (VOX_CEPSTRA + 1) + VOX_CEPSTRA] > 0.5f;
    rows[i] = (gint32) i;
  }
  set = vox_train_set_new (stream, features, 1, voicing, n, goal, n, NULL);
  outputs = vox_train_predict (net, set, rows, n, NULL);
  for (guint i = 0; i < n; i++) {
    if (target->frames[i * (VOX_CEPSTRA + 1) + VOX_CEPSTRA] < -0.5f)
      continue;
    for (guint c = 1; c <= 14; c++) {
      const gdouble e =
          (gdouble) (outputs[i * VOX_CEPSTRA + c] - goal[i * VOX_CEPSTRA + c]);

      sum += e * e;
      count += 1.0;
    }
  }
  return sum / count;
}

static void
test_training_learns_the_speaker (void)
{
  g_autoptr (VoxVoice) fresh = enroll_speaker (1, 1);
  g_autoptr (VoxVoice) trained = enroll_speaker (STEPS, 1);
  g_autoptr (VoxTarget) before = vox_target_new (fresh, NULL);
  g_autoptr (VoxTarget) after = vox_target_new (trained, NULL);

  g_assert_cmpfloat (own_error (before), >, 0.8);
  g_assert_cmpfloat (own_error (after), <, 0.5);
}

static void
test_too_little_voice_is_refused (void)
{
  g_autofree gfloat *silence = g_new0 (gfloat, 40 * RATE);
  g_autofree gfloat *noise = g_new (gfloat, 20 * RATE);
  g_autofree gfloat *brief = synthetic_voice (&speaker, RATE, 2.0, 1);
  guint32 state = 3;

  for (guint i = 0; i < 20 * RATE; i++)
    noise[i] = (gfloat) (0.2 * synthetic_noise (&state));
  {
    const struct
    {
      const gfloat *samples;
      gsize n;
    } bad[] = {
      { silence, 40 * RATE },
      { silence, 0 },
      { silence, 1 },
      { noise, 20 * RATE },
      { brief, 2 * RATE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
      g_autoptr (GError) error = NULL;

      g_assert_null (enroll (bad[i].samples, bad[i].n, RATE, 1, 1, &error));
      g_assert_error (error, VOX_ERROR, VOX_ERROR_SIGNAL);
    }
  }
}

static void
test_low_rate_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  const gfloat samples[8] = { 0.0f };

  g_assert_null (enroll (samples, 8, 8000, 1, 1, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_FORMAT);
}

static gboolean
cancel_training (
    const gchar *step, gdouble fraction, G_GNUC_UNUSED gpointer user_data)
{
  g_assert_cmpfloat (fraction, >=, 0.0);
  g_assert_cmpfloat (fraction, <=, 1.0);
  return !g_str_equal (step, "training");
}

static void
test_progress_can_cancel (void)
{
  g_autoptr (VoxDevice) device = vox_device_open ("cpu", NULL);
  g_autofree gfloat *samples = synthetic_voice (&speaker, RATE, SECONDS, 1);
  const VoxEnrollParams params = { .name = "test",
    .progress = cancel_training };
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_enroll_with_steps (
      device, samples, SECONDS * RATE, RATE, &params, 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_damaged_samples_do_no_harm (void)
{
  g_autofree gfloat *samples = synthetic_voice (&speaker, RATE, SECONDS, 1);
  g_autoptr (VoxVoice) voice = NULL;
  g_autoptr (VoxTarget) target = NULL;

  samples[RATE] = NAN;
  samples[2 * RATE] = INFINITY;
  voice = enroll (samples, SECONDS * RATE, RATE, 2, 1, NULL);
  g_assert_nonnull (voice);
  /* Every tensor is checked for being finite. */
  target = vox_target_new (voice, NULL);
  g_assert_nonnull (target);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enroll/median-f0-is-found", test_median_f0_is_found);
  g_test_add_func ("/enroll/profile-has-everything-conversion-reads",
      test_profile_has_everything_conversion_reads);
  g_test_add_func ("/enroll/same-seed-gives-same-weights",
      test_same_seed_gives_same_weights);
  g_test_add_func (
      "/enroll/training-learns-the-speaker", test_training_learns_the_speaker);
  g_test_add_func (
      "/enroll/too-little-voice-is-refused", test_too_little_voice_is_refused);
  g_test_add_func ("/enroll/low-rate-is-refused", test_low_rate_is_refused);
  g_test_add_func ("/enroll/progress-can-cancel", test_progress_can_cancel);
  g_test_add_func (
      "/enroll/damaged-samples-do-no-harm", test_damaged_samples_do_no_harm);
  return g_test_run ();
}
