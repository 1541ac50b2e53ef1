/* base.c: the base class of the effects, on a processor that only delays and
 * scales, so that every expected sample is known. Also its parts on their own:
 * engine exchange, QoS policy, sample formats, error mapping. */
#include <string.h>

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

#include "base/gstavbaseeffect.h"
#include "base/gstavengine.h"
#include "base/gstaverror.h"
#include "base/gstavqos.h"
#include "base/gstavsamples.h"
#include "contract.h"

#define DELAY_FRAMES 1000
#define BLOCK_FRAMES 480
#define RATE 8000
#define CHANNELS 2

/* --- a processor: blocks of 480 frames, 1000 frames late, times a gain --- */

typedef struct
{
  VoxProcessor base;
  GArray *frames;
  gsize n_ready;
  gfloat gain;
  guint64 fails_at;
} Delay;

static gboolean
delay_push (
    VoxProcessor *base, const gfloat *frames, gsize n_frames, GError **error)
{
  Delay *self = (Delay *) base;
  gsize total = base->pushed_frames + n_frames;
  gsize complete;

  if (self->fails_at != 0 && total > self->fails_at) {
    g_set_error (error, VOX_ERROR, VOX_ERROR_DEVICE, "The device is gone.");
    return FALSE;
  }
  for (gsize i = 0; i < n_frames * base->channels; i++) {
    gfloat x = frames[i] * self->gain;
    g_array_append_val (self->frames, x);
  }
  complete = total > DELAY_FRAMES - BLOCK_FRAMES
      ? (total - (DELAY_FRAMES - BLOCK_FRAMES)) / BLOCK_FRAMES * BLOCK_FRAMES
      : 0;
  self->n_ready = MAX (self->n_ready, complete);
  return TRUE;
}

static gboolean
delay_drain (VoxProcessor *base, GError **error)
{
  ((Delay *) base)->n_ready = base->pushed_frames;
  return TRUE;
}

static gsize
delay_available (VoxProcessor *base)
{
  return ((Delay *) base)->n_ready - base->pulled_frames;
}

static gboolean
delay_pull (
    VoxProcessor *base, gfloat *const *outputs, gsize n_frames, GError **error)
{
  Delay *self = (Delay *) base;

  if (outputs[0] != NULL)
    memcpy (outputs[0],
        (gfloat *) self->frames->data + base->pulled_frames * base->channels,
        n_frames * base->channels * sizeof (gfloat));
  return TRUE;
}

static void
delay_reset (VoxProcessor *base)
{
  g_array_set_size (((Delay *) base)->frames, 0);
  ((Delay *) base)->n_ready = 0;
}

static void
delay_free (VoxProcessor *base)
{
  g_array_unref (((Delay *) base)->frames);
  g_free (base);
}

static VoxProcessor *
delay_new (guint rate, guint channels, gfloat gain, guint64 fails_at)
{
  static const VoxProcessorClass klass = { "delay", delay_push, delay_drain,
    delay_available, delay_pull, delay_reset, delay_free };
  Delay *self = g_new0 (Delay, 1);

  self->base = (VoxProcessor){ .klass = &klass,
    .rate = rate,
    .channels = channels,
    .n_outputs = 1,
    .latency_frames = DELAY_FRAMES };
  self->frames = g_array_new (FALSE, FALSE, sizeof (gfloat));
  self->gain = gain;
  self->fails_at = fails_at;
  return &self->base;
}

/* --- an element around it: gain 1 in balanced, 0.75 in fast --- */

typedef struct
{
  GstAvBaseEffect parent;
  gdouble gain;
  guint fails_at;
  guint n_created;
} GstAvTestEffect;

typedef GstAvBaseEffectClass GstAvTestEffectClass;

GType gst_av_test_effect_get_type (void);
G_DEFINE_TYPE (GstAvTestEffect, gst_av_test_effect, GST_TYPE_AV_BASE_EFFECT);

enum
{
  PROP_0,
  PROP_GAIN,
  PROP_FAILS_AT,
};

static VoxProcessor *
test_effect_create (GstAvBaseEffect *effect, VoxDevice *device,
    const GstAudioInfo *info, VoxMode mode, GError **error)
{
  GstAvTestEffect *self = (GstAvTestEffect *) effect;

  return delay_new ((guint) info->rate, (guint) info->channels,
      mode == VOX_MODE_FAST ? 0.75f : 1.0f,
      self->n_created++ == 0 ? self->fails_at : 0);
}

static void
test_effect_update (GstAvBaseEffect *effect, VoxProcessor *processor)
{
  gdouble gain = ((GstAvTestEffect *) effect)->gain;

  if (gain != 1.0)
    ((Delay *) processor)->gain = (gfloat) gain;
}

static void
test_effect_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_GAIN)
    ((GstAvTestEffect *) object)->gain = g_value_get_double (value);
  else
    ((GstAvTestEffect *) object)->fails_at = g_value_get_uint (value);
}

static void
test_effect_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_GAIN)
    g_value_set_double (value, ((GstAvTestEffect *) object)->gain);
  else
    g_value_set_uint (value, ((GstAvTestEffect *) object)->fails_at);
}

static void
gst_av_test_effect_class_init (GstAvTestEffectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstCaps *caps = gst_caps_from_string (GST_AV_SAMPLES_CAPS);

  object_class->set_property = test_effect_set_property;
  object_class->get_property = test_effect_get_property;
  g_object_class_install_property (object_class, PROP_GAIN,
      g_param_spec_double ("gain", "Gain", "Gain", 0.0, 1.0, 1.0,
          G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (object_class, PROP_FAILS_AT,
      g_param_spec_uint ("fails-at", "Fails at",
          "Frame at which the first processor fails", 0, G_MAXUINT, 0,
          G_PARAM_READWRITE));
  gst_audio_filter_class_add_pad_templates (
      GST_AUDIO_FILTER_CLASS (klass), caps);
  gst_caps_unref (caps);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test",
      "Filter/Effect/Audio", "Delays", "AutoVoice");
  klass->create = test_effect_create;
  klass->update = test_effect_update;
}

static void
gst_av_test_effect_init (GstAvTestEffect *self)
{
  self->gain = 1.0;
}

static const ContractElement element = {
  .launch = "avtesteffect",
  .rate = RATE,
  .channels = CHANNELS,
  .window = DELAY_FRAMES,
  .n_frames = 3 * RATE,
  .property = "gain",
  .value_a = 0.5,
  .value_b = 0.25,
  .controllable = TRUE,
  .steps = TRUE,
};

static gfloat
sample (const ContractStream *stream, gsize frame)
{
  return g_array_index (stream->record.frames, gfloat, frame * CHANNELS);
}

GST_START_TEST (test_output_is_the_input_at_its_own_place)
{
  ContractStream *stream = contract_run (&element, NULL, 5000, 700);
  gfloat *frames = contract_signal (RATE, CHANNELS, 0, 5000);

  for (gsize i = 0; i < 5000; i++)
    fail_unless (sample (stream, i) == frames[i * CHANNELS]);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

GST_START_TEST (test_declared_latency_is_the_engines)
{
  ContractStream *stream = contract_stream_new (&element);
  GstClockTime min, max;
  gboolean live;

  gst_harness_set_upstream_latency (stream->h, 0);
  fail_unless (contract_latency (stream, &live, &min, &max));
  /* The harness answers as a live source. */
  fail_unless (live);
  fail_unless_equals_uint64 (
      min, contract_time (RATE, DELAY_FRAMES) + GST_AV_LIVE_COMPUTE_TIME);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_control_point_takes_effect_at_its_sample)
{
  ContractStream *stream = contract_stream_new (&element);
  GstElement *effect =
      gst_bin_get_by_name (GST_BIN (stream->h->element), "avtesteffect0");
  GstTimedValueControlSource *source;
  gsize change = 2345;
  gfloat *frames = contract_signal (RATE, CHANNELS, 0, 5000);

  if (effect == NULL)
    effect = gst_object_ref (GST_BIN_CHILDREN (stream->h->element)->data);
  source =
      GST_TIMED_VALUE_CONTROL_SOURCE (gst_interpolation_control_source_new ());
  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, NULL);
  gst_object_add_control_binding (GST_OBJECT (effect),
      gst_direct_control_binding_new_absolute (
          GST_OBJECT (effect), "gain", GST_CONTROL_SOURCE (source)));
  gst_timed_value_control_source_set (source, 0, 0.5);
  gst_timed_value_control_source_set (
      source, contract_time (RATE, change), 0.25);
  contract_push (stream, frames, 5000, 1700, 0);
  contract_finish (stream);
  for (gsize i = 0; i < 5000; i++)
    fail_unless (sample (stream, i)
            == frames[i * CHANNELS] * (i < change ? 0.5f : 0.25f),
        "at frame %" G_GSIZE_FORMAT, i);
  gst_object_unref (source);
  gst_object_unref (effect);
  contract_stream_free (stream);
  g_free (frames);
}

GST_END_TEST;

static ContractStream *
run_constant (const gchar *launch, gsize n_frames)
{
  ContractElement constant = element;
  ContractStream *stream;
  gfloat *frames = g_new (gfloat, n_frames * CHANNELS);

  constant.launch = launch;
  for (gsize i = 0; i < n_frames * CHANNELS; i++)
    frames[i] = 0.5f;
  stream = contract_stream_new (&constant);
  contract_push (stream, frames, n_frames, 400, 0);
  g_free (frames);
  return stream;
}

/* A constant through a crossfade shows every flaw: a jump, a hole, a gain
 * error. */
static void
assert_moves_smoothly (ContractStream *stream, gfloat from, gfloat to)
{
  const gfloat largest_step = 0.005f;
  gsize n = stream->record.n_frames;

  fail_unless (ABS (sample (stream, 0) - from) < 1e-6f);
  fail_unless (ABS (sample (stream, n - 1) - to) < 1e-6f);
  for (gsize i = 1; i < n; i++)
    fail_unless (
        ABS (sample (stream, i) - sample (stream, i - 1)) < largest_step,
        "jump at frame %" G_GSIZE_FORMAT, i);
}

static void
push_constant (ContractStream *stream, gsize n_frames)
{
  gfloat *frames = g_new (gfloat, n_frames * CHANNELS);
  GstClockTime pts = GST_CLOCK_TIME_NONE;

  for (gsize i = 0; i < n_frames * CHANNELS; i++)
    frames[i] = 0.5f;
  gst_harness_push (
      stream->h, contract_buffer (&stream->format, frames, n_frames, pts));
  g_free (frames);
}

GST_START_TEST (test_mode_change_crossfades_without_loss)
{
  ContractStream *stream = run_constant ("avtesteffect name=effect", 3000);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;

  gst_util_set_object_arg (G_OBJECT (effect), "mode", "fast");
  push_constant (stream, 5000);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 8000);
  assert_moves_smoothly (stream, 0.5f, 0.375f);
  contract_stream_free (stream);
}

GST_END_TEST;

static GstClockTime
last_qos_quality (ContractStream *stream, gint *quality)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (stream->bus)) != NULL) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_QOS) {
      guint64 processed, dropped;
      gst_message_parse_qos_values (message, NULL, NULL, quality);
      gst_message_parse_qos_stats (message, NULL, &processed, &dropped);
      fail_unless_equals_uint64 (dropped, 0);
      n++;
    }
    gst_message_unref (message);
  }
  return n;
}

/* balanced, fast, dry: gains 1, 0.75 and 1 on this element. */
GST_START_TEST (test_qos_steps_to_dry_and_back)
{
  ContractStream *stream = run_constant ("avtesteffect", 3000);
  GstEvent *late = gst_event_new_qos (
      GST_QOS_TYPE_UNDERFLOW, 2.0, 30 * GST_MSECOND, GST_SECOND);
  gsize at_fast, at_dry;
  gint quality = -1;

  for (guint i = 0; i < 3; i++)
    gst_harness_push_upstream_event (stream->h, gst_event_ref (late));
  push_constant (stream, 3000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 1);
  fail_unless_equals_int (quality, 500000);
  at_fast = stream->record.n_frames - 1;
  for (guint i = 0; i < 3; i++)
    gst_harness_push_upstream_event (stream->h, gst_event_ref (late));
  push_constant (stream, 3000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 1);
  fail_unless_equals_int (quality, 0);
  at_dry = stream->record.n_frames - 1;
  fail_unless (ABS (sample (stream, at_fast) - 0.375f) < 1e-6f);
  fail_unless (ABS (sample (stream, at_dry) - 0.5f) < 1e-6f);

  /* Calm for long enough, counted in audio: back to the chosen mode. */
  for (guint i = 0; i < 100; i++)
    push_constant (stream, RATE);
  fail_unless (last_qos_quality (stream, &quality) == 2);
  fail_unless_equals_int (quality, 1000000);
  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 9000 + 100 * RATE);
  for (gsize i = 1; i < stream->record.n_frames; i++)
    fail_unless (ABS (sample (stream, i) - sample (stream, i - 1)) < 0.005f);
  gst_event_unref (late);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_adaptive_off_never_steps)
{
  ContractStream *stream = run_constant ("avtesteffect adaptive=false", 3000);
  gint quality;

  for (guint i = 0; i < 20; i++)
    gst_harness_push_upstream_event (stream->h,
        gst_event_new_qos (
            GST_QOS_TYPE_UNDERFLOW, 2.0, 30 * GST_MSECOND, GST_SECOND));
  push_constant (stream, 5000);
  fail_unless_equals_int (last_qos_quality (stream, &quality), 0);
  contract_finish (stream);
  assert_moves_smoothly (stream, 0.5f, 0.5f);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_lost_device_falls_back_without_loss)
{
  ContractStream *stream =
      run_constant ("avtesteffect name=effect fails-at=2500", 6000);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;
  GstStructure *stats;
  guint fallbacks = 0;

  contract_finish (stream);
  fail_unless_equals_int (stream->record.n_frames, 6000);
  assert_moves_smoothly (stream, 0.5f, 0.5f);
  fail_unless_equals_int (
      contract_count_messages (stream, GST_MESSAGE_WARNING), 1);
  g_object_get (effect, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "fallbacks", &fallbacks));
  fail_unless_equals_int (fallbacks, 1);
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_stats_count_samples)
{
  ContractStream *stream = contract_run (&element, NULL, 5000, 700);
  GstElement *effect = GST_BIN_CHILDREN (stream->h->element)->data;
  GstStructure *stats;
  guint64 in, out, latency;

  g_object_get (effect, "stats", &stats, NULL);
  fail_unless (
      gst_structure_get (stats, "samples-in", G_TYPE_UINT64, &in, "samples-out",
          G_TYPE_UINT64, &out, "latency", G_TYPE_UINT64, &latency, NULL));
  fail_unless_equals_uint64 (in, 5000);
  fail_unless_equals_uint64 (out, 5000);
  fail_unless_equals_uint64 (latency, contract_time (RATE, DELAY_FRAMES));
  fail_unless (gst_structure_has_field (stats, "real-time-factor"));
  fail_unless (gst_structure_has_field (stats, "device"));
  fail_unless (gst_structure_has_field (stats, "device-bytes"));
  fail_unless (gst_structure_has_field (stats, "late-blocks"));
  gst_structure_free (stats);
  contract_stream_free (stream);
}

GST_END_TEST;

GST_START_TEST (test_unknown_device_is_an_error_at_start)
{
  GstElement *effect = gst_element_factory_make ("avtesteffect", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_bus (effect, bus);
  g_object_set (effect, "device", "abacus", NULL);
  fail_unless_equals_int (gst_element_set_state (effect, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS));
  fail_unless (strstr (error->message, "abacus") != NULL);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (effect, GST_STATE_NULL);
  gst_element_set_bus (effect, NULL);
  gst_object_unref (bus);
  gst_object_unref (effect);
}

GST_END_TEST;

GST_START_TEST (test_preset_holds_the_sound_only)
{
  GstElement *effect = gst_element_factory_make ("avtesteffect", NULL);
  gchar **names = gst_preset_get_property_names (GST_PRESET (effect));
  const gchar *const *list = (const gchar *const *) names;

  fail_unless (g_strv_contains (list, "mode"));
  fail_unless (g_strv_contains (list, "gain"));
  fail_if (g_strv_contains (list, "name"));
  fail_if (g_strv_contains (list, "qos"));
  fail_if (g_strv_contains (list, "device"));
  fail_if (g_strv_contains (list, "stats"));
  g_strfreev (names);
  gst_object_unref (effect);
}

GST_END_TEST;

/* --- parts --- */

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
  Suite *suite;
  TCase *tcase;

  gst_check_init (&argc, &argv);
  gst_element_register (
      NULL, "avtesteffect", GST_RANK_NONE, gst_av_test_effect_get_type ());
  suite = contract_suite ("base", &element);
  tcase = contract_case (suite, "effect");
  tcase_add_test (tcase, test_output_is_the_input_at_its_own_place);
  tcase_add_test (tcase, test_declared_latency_is_the_engines);
  tcase_add_test (tcase, test_control_point_takes_effect_at_its_sample);
  tcase_add_test (tcase, test_mode_change_crossfades_without_loss);
  tcase_add_test (tcase, test_qos_steps_to_dry_and_back);
  tcase_add_test (tcase, test_adaptive_off_never_steps);
  tcase_add_test (tcase, test_lost_device_falls_back_without_loss);
  tcase_add_test (tcase, test_stats_count_samples);
  tcase_add_test (tcase, test_unknown_device_is_an_error_at_start);
  tcase_add_test (tcase, test_preset_holds_the_sound_only);
  tcase = contract_case (suite, "parts");
  tcase_add_test (tcase, test_error_mapping);
  tcase_add_test (tcase, test_overload_steps_down_and_calm_steps_up);
  tcase_add_test (tcase, test_moderate_load_stays);
  tcase_add_test (tcase, test_integer_samples_survive_the_float_engine);
  tcase_add_test (tcase, test_exchange_is_a_crossfade_at_the_right_frame);
  return contract_main (suite, "base");
}
