/* parts.c: the parts of gst/base on their own: error mapping, QoS policy, sample
 * formats, exchange of engines. */
#include <float.h>
#include <math.h>

#include "base/gstavengine.h"
#include "base/gstaverror.h"
#include "base/gstavqos.h"
#include "base/gstavsamples.h"
#include "contract.h"
#include "delay-effect.h"

#define RATE 8000

GST_START_TEST (test_error_mapping)
{
  static const struct
  {
    VoxError from;
    const gchar *domain;
    gint code;
  } map[] = {
    { VOX_ERROR_NOT_FOUND, "gst-resource-error-quark",
        GST_RESOURCE_ERROR_NOT_FOUND },
    { VOX_ERROR_READ, "gst-resource-error-quark", GST_RESOURCE_ERROR_READ },
    { VOX_ERROR_MALFORMED, "gst-stream-error-quark", GST_STREAM_ERROR_DECODE },
    { VOX_ERROR_FORMAT, "gst-stream-error-quark", GST_STREAM_ERROR_FORMAT },
    { VOX_ERROR_DEVICE, "gst-library-error-quark", GST_LIBRARY_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (map); i++) {
    GError *error = g_error_new_literal (VOX_ERROR, map[i].from, "x");
    gint code;

    fail_unless_equals_string (
        g_quark_to_string (gst_av_error_map (error, FALSE, &code)),
        map[i].domain);
    fail_unless_equals_int (code, map[i].code);
    if (map[i].from == VOX_ERROR_DEVICE) {
      gst_av_error_map (error, TRUE, &code);
      fail_unless_equals_int (code, GST_LIBRARY_ERROR_INIT);
    }
    g_error_free (error);
  }
}

GST_END_TEST;

GST_START_TEST (test_overload_steps_down_and_calm_steps_up)
{
  GstAvQos qos;
  guint seconds = 0;

  gst_av_qos_init (&qos, VOX_MODE_QUALITY);
  while (qos.level == 0 && seconds++ < 100)
    gst_av_qos_report_block (&qos, GST_SECOND, 2 * GST_SECOND);
  fail_unless (seconds <= 3);
  while (qos.level < 3 && seconds++ < 100)
    gst_av_qos_report_block (&qos, GST_SECOND, 2 * GST_SECOND);
  fail_unless (seconds <= 10);
  fail_if (gst_av_qos_report_block (&qos, GST_SECOND, 2 * GST_SECOND));
  while (qos.level > 0 && seconds++ < 1000)
    gst_av_qos_report_block (&qos, GST_SECOND, GST_SECOND / 100);
  fail_unless_equals_int (qos.level, 0);
  fail_unless (seconds > 30);
}

GST_END_TEST;

GST_START_TEST (test_moderate_load_stays)
{
  GstAvQos qos;

  gst_av_qos_init (&qos, VOX_MODE_QUALITY);
  for (guint i = 0; i < 1000; i++)
    fail_if (gst_av_qos_report_block (&qos, 10 * GST_MSECOND, 6 * GST_MSECOND));
}

GST_END_TEST;

GST_START_TEST (test_samples_no_engine_can_use_become_zero)
{
  const gfloat in_samples[] = { 0.5f, 1e-40f, -FLT_MIN, NAN, -1e-42f,
    (gfloat) INFINITY, 1e-30f };
  const gfloat expected[] = { 0.5f, 0.0f, -FLT_MIN, 0.0f, 0.0f, 0.0f, 1e-30f };
  const gsize n = G_N_ELEMENTS (in_samples);
  GstBuffer *in = gst_buffer_new_memdup (in_samples, sizeof (in_samples));
  gfloat frames[G_N_ELEMENTS (in_samples)];
  GstAudioInfo info;
  GstAudioBuffer map;
  GstAvSamples *samples;

  gst_audio_info_init (&info);
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_F32, RATE, 1, NULL);
  samples = gst_av_samples_new (&info);
  fail_unless (gst_audio_buffer_map (&map, &info, in, GST_MAP_READ));
  /* Denormal samples are tiny, not bad. */
  fail_unless_equals_int (gst_av_samples_read (samples, &map, 0, n, frames), 2);
  for (gsize i = 0; i < n; i++)
    fail_unless (frames[i] == expected[i], "sample %" G_GSIZE_FORMAT, i);
  gst_audio_buffer_unmap (&map);
  gst_av_samples_free (samples);
  gst_buffer_unref (in);
}

GST_END_TEST;

/* Values on the 16-bit grid must come back as they went in. */
GST_START_TEST (test_integer_samples_survive_the_float_engine)
{
  GstAudioInfo info;
  GstAvSamples *samples;
  GstBuffer *in = gst_buffer_new_and_alloc (65536 * 2);
  GstBuffer *out = gst_buffer_new_and_alloc (65536 * 2);
  gfloat *frames = g_new (gfloat, 65536);
  GstAudioBuffer map;

  gst_audio_info_init (&info);
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, RATE, 1, NULL);
  samples = gst_av_samples_new (&info);
  fail_unless (gst_audio_buffer_map (&map, &info, in, GST_MAP_READWRITE));
  for (gint i = 0; i < 65536; i++)
    ((gint16 *) map.planes[0])[i] = (gint16) (i - 32768);
  fail_unless_equals_int (
      gst_av_samples_read (samples, &map, 0, 65536, frames), 0);
  gst_audio_buffer_unmap (&map);
  fail_unless (frames[0] == -1.0f);
  fail_unless (gst_audio_buffer_map (&map, &info, out, GST_MAP_READWRITE));
  gst_av_samples_write (samples, &map, 0, 65536, frames);
  for (gint i = 0; i < 65536; i++)
    fail_unless_equals_int (((gint16 *) map.planes[0])[i], i - 32768);
  gst_audio_buffer_unmap (&map);
  gst_av_samples_free (samples);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  g_free (frames);
}

GST_END_TEST;

GST_START_TEST (test_exchange_is_a_crossfade_at_the_right_frame)
{
  GstAvEngine *engine =
      gst_av_engine_new (RATE, 1, delay_new (RATE, 1, 1.0f, 0));
  gsize fade = RATE * 30 / 1000;
  gfloat in[100], out[8000];
  gsize n_out = 0;

  for (guint block = 0; block < 80; block++) {
    for (guint i = 0; i < 100; i++)
      in[i] = (gfloat) (block * 100 + i);
    if (block == 40)
      fail_unless (gst_av_engine_exchange (engine, NULL, NULL));
    fail_unless (gst_av_engine_push (engine, in, 100, NULL));
    while (gst_av_engine_available (engine) > 0) {
      gsize n = MIN (gst_av_engine_available (engine), 37);
      fail_unless (gst_av_engine_pull (engine, out + n_out, n, NULL));
      n_out += n;
    }
  }
  fail_unless_equals_int (n_out, 8000);
  fail_if (gst_av_engine_is_fading (engine));
  fail_unless_equals_int (gst_av_engine_latency (engine), 0);
  for (gsize i = 0; i < n_out; i++)
    fail_unless (ABS (out[i] - (gfloat) i) < 1e-3f * (gfloat) fade,
        "frame %" G_GSIZE_FORMAT " is %g", i, (gdouble) out[i]);
  gst_av_engine_free (engine);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("parts");
  TCase *tcase;

  gst_check_init (&argc, &argv);
  tcase = contract_case (suite, "parts");
  tcase_add_test (tcase, test_error_mapping);
  tcase_add_test (tcase, test_overload_steps_down_and_calm_steps_up);
  tcase_add_test (tcase, test_moderate_load_stays);
  tcase_add_test (tcase, test_samples_no_engine_can_use_become_zero);
  tcase_add_test (tcase, test_integer_samples_survive_the_float_engine);
  tcase_add_test (tcase, test_exchange_is_a_crossfade_at_the_right_frame);
  return contract_main (suite, "parts");
}
