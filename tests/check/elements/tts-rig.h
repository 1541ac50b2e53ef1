/* tts-rig.h: text into avtts and speech out of it, for its tests. Without
 * speakers in the build nothing is tested. */
#pragma once

#include <math.h>
#include <string.h>

#include "contract.h"
#include "tts/vox-tts.h"

#define UTF8 "text/x-raw, format = (string) utf8"
#define MARKUP "text/x-raw, format = (string) pango-markup"
#define RATE 16000

#define SHORT "Hello there."
#define LONG \
  "This sentence is certainly far too long for the time that it is given."

/* What came out. */
typedef struct
{
  GArray *samples; /* gfloat, concatenated */
  GstClockTime start, end;
  guint jumps; /* buffers that do not continue the one before */
  guint disconts;
  guint gaps;
  guint silent; /* samples in buffers with the GAP flag, all zero */
  GstClockTime gap_start, gap_end; /* of the last gap */
} Output;

static inline GstHarness *
new_harness (const gchar *properties, const gchar *caps)
{
  g_autofree gchar *line = g_strconcat ("avtts ", properties, NULL);
  GstHarness *h = gst_harness_new_parse (line);

  gst_harness_set_src_caps_str (h, caps);
  return h;
}

static inline GstBuffer *
text_buffer (const gchar *text, GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer = gst_buffer_new_memdup (text, strlen (text));

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

static inline void
push_text (
    GstHarness *h, const gchar *text, GstClockTime pts, GstClockTime duration)
{
  fail_unless_equals_int (
      gst_harness_push (h, text_buffer (text, pts, duration)), GST_FLOW_OK);
}

static inline void
take_gaps (GstHarness *h, Output *out)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      GstClockTime duration;

      gst_event_parse_gap (event, &out->gap_start, &duration);
      out->gap_end = out->gap_start + duration;
      out->gaps++;
    }
    gst_event_unref (event);
  }
}

/* Everything that came out since the last call; float samples only. */
static inline Output
take_output (GstHarness *h)
{
  Output out = { .samples = g_array_new (FALSE, FALSE, sizeof (gfloat)),
    .start = GST_CLOCK_TIME_NONE };
  GstBuffer *buffer;

  while ((buffer = gst_harness_try_pull (h)) != NULL) {
    GstMapInfo map;

    if (!GST_CLOCK_TIME_IS_VALID (out.start))
      out.start = GST_BUFFER_PTS (buffer);
    else if (GST_BUFFER_PTS (buffer) != out.end)
      out.jumps++;
    out.end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    out.disconts += GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
    if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
      out.silent += (guint) (map.size / sizeof (gfloat));
      for (gsize i = 0; i < map.size; i++)
        fail_unless_equals_int (map.data[i], 0);
    }
    g_array_append_vals (
        out.samples, map.data, (guint) (map.size / sizeof (gfloat)));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  take_gaps (h, &out);
  return out;
}

static inline void
clear_output (Output *out)
{
  g_array_unref (out->samples);
}

/* The stream begins at @pts when it is valid. */
static inline void
begin_at (GstHarness *h, GstClockTime pts)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    segment.start = segment.time = segment.position = pts;
  fail_unless (gst_harness_push_event (h, gst_event_new_segment (&segment)));
}

static inline Output
speak (const gchar *properties, const gchar *caps, const gchar *text,
    GstClockTime pts, GstClockTime duration)
{
  GstHarness *h = new_harness (properties, caps);
  Output out;

  begin_at (h, pts);
  push_text (h, text, pts, duration);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  out = take_output (h);
  gst_harness_teardown (h);
  return out;
}

static inline void
assert_same (const Output *a, const Output *b)
{
  fail_unless_equals_int (a->samples->len, b->samples->len);
  fail_unless (memcmp (a->samples->data, b->samples->data,
                   a->samples->len * sizeof (gfloat))
      == 0);
}

/* Runs the suite that @make gives. Without speakers in the build the program is
 * skipped, which 77 says. */
static inline int
tts_main (int argc, char **argv, Suite *(*make) (void), const gchar *name)
{
  if (vox_tts_speakers ()[0] == NULL)
    return 77;
  gst_check_init (&argc, &argv);
  return contract_main (make (), name);
}
