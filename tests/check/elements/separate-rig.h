/* separate-rig.h: avseparate with a harness on each of its pads, for its tests. */
#pragma once

#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <math.h>
#include <string.h>

/* Low, so that the tests are quick; a block of the engine is 768 frames. */
#define RATE 8000
#define BLOCK_FRAMES 768
#define N_STEMS 5

static const gchar *const stem_names[N_STEMS] = { "vocals", "drums", "bass",
  "other", "accompaniment" };

/* The element, a harness on its sink and one on every pad that appears. */
typedef struct
{
  GstElement *element;
  GstHarness *in;
  GstHarness *out[N_STEMS];
  guint n_pads;
  gboolean no_more_pads;
  const gchar *sink_caps;
} Rig;

/* What came out of one pad. */
typedef struct
{
  GArray *samples;
  GstClockTime first_pts;
  gboolean contiguous;
} Output;

static inline void
pad_added (GstElement *element, GstPad *pad, gpointer data)
{
  Rig *rig = data;

  for (guint i = 0; i < N_STEMS; i++) {
    g_autofree gchar *name = g_strconcat ("src_", stem_names[i], NULL);

    if (!g_str_equal (GST_PAD_NAME (pad), name))
      continue;
    fail_unless (gst_pad_has_current_caps (pad));
    rig->out[i] = gst_harness_new_with_element (element, NULL, name);
    if (rig->sink_caps != NULL)
      gst_harness_set_sink_caps_str (rig->out[i], rig->sink_caps);
    rig->n_pads++;
  }
}

static inline void
no_more_pads (GstElement *element, gpointer data)
{
  ((Rig *) data)->no_more_pads = TRUE;
}

static inline void
rig_init (Rig *rig, const gchar *properties)
{
  /* A harness is live: on a busy machine the element would step down. */
  g_autofree gchar *line =
      g_strdup_printf ("avseparate adaptive=false %s", properties);

  *rig = (Rig){ .element = gst_parse_launch (line, NULL) };
  fail_unless (rig->element != NULL);
  g_signal_connect (rig->element, "pad-added", G_CALLBACK (pad_added), rig);
  g_signal_connect (
      rig->element, "no-more-pads", G_CALLBACK (no_more_pads), rig);
  rig->in = gst_harness_new_with_element (rig->element, "sink", NULL);
}

static inline void
rig_clear (Rig *rig)
{
  gst_element_set_state (rig->element, GST_STATE_NULL);
  for (guint i = 0; i < N_STEMS; i++)
    g_clear_pointer (&rig->out[i], gst_harness_teardown);
  gst_harness_teardown (rig->in);
  gst_object_unref (rig->element);
}

static inline void
set_caps (Rig *rig, const gchar *format, guint rate, guint channels)
{
  g_autofree gchar *caps = g_strdup_printf ("audio/x-raw, format=%s, rate=%u, "
                                            "channels=%u, layout=interleaved%s",
      format, rate, channels,
      channels == 2 ? ", channel-mask=(bitmask)0x3" : "");

  gst_harness_set_src_caps_str (rig->in, caps);
}

/* A small song: a wobbling tone, a steady one, and clicks. */
static inline gfloat *
new_song (gsize n)
{
  gfloat *song = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++) {
    const gdouble t = (gdouble) i / RATE;

    song[i] = (gfloat) (0.2 * sin (2 * G_PI * (440 * t + sin (6 * t)))
        + 0.2 * sin (2 * G_PI * 110 * t) + (i % 2000 < 20 ? 0.3 : 0.0));
  }
  return song;
}

static inline GstBuffer *
new_buffer (const gfloat *frames, gsize n, gsize first_frame)
{
  GstBuffer *buffer = gst_buffer_new_memdup (frames, n * sizeof (gfloat));

  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale_int_round (first_frame, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale_int_round (first_frame + n, GST_SECOND, RATE)
      - GST_BUFFER_PTS (buffer);
  return buffer;
}

static inline void
push_song (Rig *rig, const gfloat *song, gsize from, gsize to, gsize size)
{
  for (gsize at = from; at < to; at += size) {
    const gsize n = MIN (size, to - at);

    fail_unless_equals_int (
        gst_harness_push (rig->in, new_buffer (song + at, n, at)), GST_FLOW_OK);
  }
}

static inline void
push_eos (Rig *rig)
{
  fail_unless (gst_harness_push_event (rig->in, gst_event_new_eos ()));
}

/* Takes all that has come out of @harness, as floats. */
static inline Output
take_output (GstHarness *harness)
{
  Output output = { g_array_new (FALSE, FALSE, sizeof (gfloat)),
    GST_CLOCK_TIME_NONE, TRUE };
  GstClockTime expected = GST_CLOCK_TIME_NONE;
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (harness)) != NULL) {
    GstMapInfo map;

    if (output.samples->len == 0)
      output.first_pts = GST_BUFFER_PTS (buffer);
    else if (GST_BUFFER_PTS (buffer) != expected)
      output.contiguous = FALSE;
    expected = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_array_append_vals (
        output.samples, map.data, (guint) (map.size / sizeof (gfloat)));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  return output;
}

static inline void
take_all (Rig *rig, Output outputs[N_STEMS])
{
  for (guint i = 0; i < N_STEMS; i++)
    outputs[i] = take_output (rig->out[i]);
}

static inline void
outputs_clear (Output outputs[N_STEMS])
{
  for (guint i = 0; i < N_STEMS; i++)
    g_array_unref (outputs[i].samples);
}

static inline gfloat
sample (const Output *output, gsize i)
{
  return g_array_index (output->samples, gfloat, i);
}

static inline void
assert_sums_to (const Output outputs[N_STEMS], const gfloat *mix, gsize n)
{
  for (guint i = 0; i < N_STEMS; i++)
    fail_unless_equals_int (outputs[i].samples->len, n);
  for (gsize i = 0; i < n; i++) {
    const gfloat four = sample (&outputs[0], i) + sample (&outputs[1], i)
        + sample (&outputs[2], i) + sample (&outputs[3], i);
    const gfloat two = sample (&outputs[0], i) + sample (&outputs[4], i);

    fail_unless (fabsf (four - mix[i]) < 1e-5f, "frame %" G_GSIZE_FORMAT, i);
    fail_unless (fabsf (two - mix[i]) < 1e-5f, "frame %" G_GSIZE_FORMAT, i);
  }
}

static inline gboolean
equal_samples (const Output *a, const Output *b)
{
  return a->samples->len == b->samples->len
      && memcmp (a->samples->data, b->samples->data,
             a->samples->len * sizeof (gfloat))
      == 0;
}
