/* quality-rig.h: avquality between two harnesses, for its tests. */
#pragma once
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "contract.h"

#define RATE 16000
/* Loudness and signal are quick; the engine's own tests cover the metrics. */
#define QUICK "metrics=loudness+signal+distortion"

static const ContractFormat mono = { GST_AUDIO_FORMAT_F32,
  GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1 };

/* The element with a harness on the judged way and one on the reference. */
typedef struct
{
  GstElement *element;
  GstBus *bus;
  GstHarness *judged;
  GstHarness *reference;
} Rig;

static inline void
set_format (GstHarness *h, const ContractFormat *format)
{
  g_autoptr (GstCaps) caps = NULL;
  GstAudioInfo info;

  gst_audio_info_init (&info);
  gst_audio_info_set_format (
      &info, format->format, format->rate, format->channels, NULL);
  info.layout = format->layout;
  caps = gst_audio_info_to_caps (&info);
  gst_harness_set_src_caps (h, g_steal_pointer (&caps));
}

static inline void
rig_init (Rig *rig, const gchar *launch, gboolean with_reference)
{
  rig->element = gst_parse_launch (launch, NULL);
  fail_unless (rig->element != NULL);
  rig->bus = gst_bus_new ();
  gst_element_set_bus (rig->element, rig->bus);
  rig->judged = gst_harness_new_with_element (rig->element, "sink", "src");
  rig->reference = NULL;
  if (with_reference)
    rig->reference =
        gst_harness_new_with_element (rig->element, "reference", NULL);
  gst_harness_set_drop_buffers (rig->judged, FALSE);
}

static inline void
rig_clear (Rig *rig)
{
  if (rig->reference != NULL)
    gst_harness_teardown (rig->reference);
  gst_harness_teardown (rig->judged);
  gst_element_set_bus (rig->element, NULL);
  gst_object_unref (rig->bus);
  gst_object_unref (rig->element);
}

static inline void
push (GstHarness *h, const ContractFormat *format, const gfloat *frames,
    gsize n_frames, gsize chunk)
{
  for (gsize at = 0; at < n_frames; at += chunk) {
    GstBuffer *buffer =
        contract_buffer (format, frames + at * (gsize) format->channels,
            MIN (chunk, n_frames - at), contract_time (format->rate, at));

    fail_unless_equals_int (gst_harness_push (h, buffer), GST_FLOW_OK);
  }
}

/* A stream for the reference pad. The aggregator lets an input run ahead by one
 * buffer only, so that each needs a thread. */
typedef struct
{
  GstHarness *h;
  const ContractFormat *format;
  const gfloat *frames;
  gsize n_frames;
  gsize chunk;
} Feed;

static inline gpointer
feed (gpointer data)
{
  const Feed *self = data;

  push (self->h, self->format, self->frames, self->n_frames, self->chunk);
  gst_harness_push_event (self->h, gst_event_new_eos ());
  return NULL;
}

/* Waits until the element has passed EOS on. */
static inline void
wait_for_eos (Rig *rig)
{
  for (;;) {
    GstEvent *event = gst_harness_pull_event (rig->judged);
    const gboolean done = GST_EVENT_TYPE (event) == GST_EVENT_EOS;

    gst_event_unref (event);
    if (done)
      return;
  }
}

/* The next element message called @name, or NULL. */
static inline GstMessage *
next_message (Rig *rig, const gchar *name)
{
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (rig->bus, GST_MESSAGE_ELEMENT))) {
    if (gst_message_has_name (message, name))
      return message;
    gst_message_unref (message);
  }
  return NULL;
}

static inline gdouble
number_of (GstMessage *message, const gchar *key)
{
  gdouble value = NAN;

  fail_unless (gst_structure_get_double (
                   gst_message_get_structure (message), key, &value),
      "%s is missing", key);
  return value;
}

static inline guint64
time_of (GstMessage *message, const gchar *key)
{
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (
      gst_message_get_structure (message), key, &value));
  return value;
}

/* @seconds of judged and reference, the judged with a tenth of noise; ended by
 * EOS. */
static inline void
run_pair (Rig *rig, const ContractFormat *reference_format, guint seconds)
{
  const gsize n = seconds * RATE;
  const gsize n_reference = seconds * (gsize) reference_format->rate;
  gfloat *judged = contract_signal (RATE, 1, 0, n);
  gfloat *reference = contract_signal (
      reference_format->rate, reference_format->channels, 0, n_reference);

  const Feed feeding = { rig->reference, reference_format, reference,
    n_reference, (gsize) reference_format->rate / 3 };
  GThread *thread;

  for (gsize i = 0; i < n; i++)
    judged[i] += i % 2 != 0 ? 0.01f : -0.01f;
  set_format (rig->judged, &mono);
  set_format (rig->reference, reference_format);
  thread = g_thread_new ("reference", feed, (gpointer) &feeding);
  push (rig->judged, &mono, judged, n, 700);
  gst_harness_push_event (rig->judged, gst_event_new_eos ());
  wait_for_eos (rig);
  g_thread_join (thread);
  g_free (judged);
  g_free (reference);
}
