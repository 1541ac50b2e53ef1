/* contract.c: streams through a harness, the record of what came out, and the
 * test signal. The rules are in contract-rules.c. */
#include "contract.h"

#include <math.h>
#include <string.h>

GstClockTime
contract_time (gint rate, guint64 frame)
{
  return gst_util_uint64_scale_int_round (frame, GST_SECOND, rate);
}

gfloat *
contract_signal (gint rate, gint channels, guint64 start, gsize n_frames)
{
  gfloat *frames = g_new (gfloat, n_frames * (gsize) channels);
  const gdouble base_hz = 220.0;
  const gdouble attack_s = 0.25;

  for (gsize i = 0; i < n_frames; i++) {
    guint64 k = start + i;
    gdouble t = (gdouble) k / rate;
    gdouble since_attack = fmod (t, attack_s);
    /* A linear congruential step on the index: noise without state. */
    guint32 hash = (guint32) (k * 1664525u + 1013904223u) * 22695477u;
    gdouble noise = (gdouble) hash / G_MAXUINT32 - 0.5;

    for (gint c = 0; c < channels; c++) {
      gdouble hz = base_hz * (1.0 + 0.5 * c);
      gdouble x = 0.2 * sin (2.0 * G_PI * hz * t)
          + 0.1 * sin (2.0 * G_PI * 3.0 * hz * t)
          + 0.3 * exp (-since_attack * 60.0) * noise + 0.02 * noise;
      /* On the 16-bit grid, so that every format carries the same signal. */
      frames[i * (gsize) channels + (gsize) c] =
          (gfloat) (floor (x * 32768.0 + 0.5) / 32768.0);
    }
  }
  return frames;
}

static void
format_info (const ContractFormat *format, GstAudioInfo *info)
{
  gst_audio_info_init (info);
  gst_audio_info_set_format (
      info, format->format, format->rate, format->channels, NULL);
  info->layout = format->layout;
}

/* Converts @n_frames between @info and interleaved float. */
static void
convert (const GstAudioInfo *info, gboolean to_float, gpointer *planes,
    gfloat *frames, gsize n_frames)
{
  GstAudioInfo float_info;
  GstAudioConverter *converter;
  gpointer interleaved[1] = { frames };

  gst_audio_info_init (&float_info);
  gst_audio_info_set_format (&float_info, GST_AUDIO_FORMAT_F32, info->rate,
      info->channels,
      GST_AUDIO_INFO_IS_UNPOSITIONED (info) ? NULL : info->position);
  converter = to_float
      ? gst_audio_converter_new (0, (GstAudioInfo *) info, &float_info, NULL)
      : gst_audio_converter_new (0, &float_info, (GstAudioInfo *) info, NULL);
  fail_unless (converter != NULL);
  fail_unless (gst_audio_converter_samples (converter, 0,
      to_float ? planes : interleaved, n_frames,
      to_float ? interleaved : planes, n_frames));
  gst_audio_converter_free (converter);
}

GstBuffer *
contract_buffer (const ContractFormat *format, const gfloat *frames,
    gsize n_frames, GstClockTime pts)
{
  GstAudioInfo info;
  GstAudioBuffer map;
  GstBuffer *buffer;

  format_info (format, &info);
  buffer = gst_buffer_new_and_alloc (n_frames * (gsize) info.bpf);
  if (format->layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (buffer, &info, n_frames, NULL);
  fail_unless (gst_audio_buffer_map (&map, &info, buffer, GST_MAP_WRITE));
  convert (&info, FALSE, map.planes, (gfloat *) frames, n_frames);
  gst_audio_buffer_unmap (&map);
  GST_BUFFER_PTS (buffer) = pts;
  if (GST_CLOCK_TIME_IS_VALID (pts))
    GST_BUFFER_DURATION (buffer) = contract_time (format->rate, n_frames);
  return buffer;
}

/* --- record --- */

static void
record_buffer (ContractRecord *record, GstBuffer *buffer)
{
  GstAudioBuffer map;
  gsize n_frames, old = record->frames->len;

  fail_unless (GST_AUDIO_INFO_IS_VALID (&record->info));
  fail_unless (
      gst_audio_buffer_map (&map, &record->info, buffer, GST_MAP_READ));
  n_frames = GST_AUDIO_BUFFER_N_SAMPLES (&map);
  fail_unless (n_frames > 0, "an empty buffer came out");
  fail_unless_equals_int (
      gst_buffer_get_size (buffer), n_frames * (gsize) record->info.bpf);
  g_array_set_size (
      record->frames, old + (guint) (n_frames * record->info.channels));
  convert (&record->info, TRUE, map.planes,
      &g_array_index (record->frames, gfloat, old), n_frames);
  gst_audio_buffer_unmap (&map);

  if (record->n_frames == 0)
    record->first_pts = GST_BUFFER_PTS (buffer);
  if (record->frames_since_pts == 0 || GST_BUFFER_IS_DISCONT (buffer)) {
    record->island_pts = GST_BUFFER_PTS (buffer);
    record->frames_since_pts = 0;
  } else if (GST_CLOCK_TIME_IS_VALID (record->island_pts)) {
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer),
        record->island_pts
            + contract_time (record->info.rate, record->frames_since_pts));
  }
  if (GST_BUFFER_IS_DISCONT (buffer))
    record->n_discont++;
  record->last_pts = GST_BUFFER_PTS (buffer);
  record->frames_since_pts += n_frames;
  record->n_frames += n_frames;
}

static gchar
record_event (ContractRecord *record, GstEvent *event)
{
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      fail_unless (gst_audio_info_from_caps (&record->info, caps));
      record->frames_since_pts = 0;
      return 'c';
    case GST_EVENT_SEGMENT:
      record->frames_since_pts = 0;
      return 's';
    case GST_EVENT_STREAM_START:
      return 't';
    case GST_EVENT_GAP:
      record->frames_since_pts = 0;
      return 'g';
    case GST_EVENT_FLUSH_START:
      return 'F';
    case GST_EVENT_FLUSH_STOP:
      record->frames_since_pts = 0;
      return 'f';
    case GST_EVENT_EOS:
      return 'e';
    default:
      return 0;
  }
}

static GstPadProbeReturn
record_probe (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  ContractRecord *record = data;
  gchar mark = 0;

  g_mutex_lock (&record->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    record_buffer (record, GST_PAD_PROBE_INFO_BUFFER (info));
    if (record->log->len == 0 || record->log->str[record->log->len - 1] != 'b')
      mark = 'b';
  } else {
    mark = record_event (record, GST_PAD_PROBE_INFO_EVENT (info));
  }
  if (mark != 0)
    g_string_append_c (record->log, mark);
  if (mark == 'e')
    g_cond_broadcast (&record->changed);
  g_mutex_unlock (&record->lock);
  /* The harness would keep every buffer. */
  return info->type & GST_PAD_PROBE_TYPE_BUFFER ? GST_PAD_PROBE_DROP
                                                : GST_PAD_PROBE_OK;
}

/* --- stream --- */

static void
add_ghost (GstElement *bin, GstElement *element, const gchar *name)
{
  GstPad *pad = gst_element_get_static_pad (element, name);

  fail_unless (pad != NULL);
  gst_element_add_pad (bin, gst_ghost_pad_new (name, pad));
  gst_object_unref (pad);
}

/* The parser would take any free pad for the input, one of an element that is
 * linked later too; the names "first" and "last" say which are meant. */
static GstHarness *
new_harness (const gchar *launch)
{
  GstElement *bin, *first, *last;
  GstHarness *h;

  if (strstr (launch, "name=first") == NULL)
    return gst_harness_new_parse (launch);
  bin = gst_parse_bin_from_description (launch, FALSE, NULL);
  fail_unless (bin != NULL, "cannot make %s", launch);
  first = gst_bin_get_by_name (GST_BIN (bin), "first");
  last = gst_bin_get_by_name (GST_BIN (bin), "last");
  add_ghost (bin, first, "sink");
  add_ghost (bin, last, "src");
  h = gst_harness_new_with_element (bin, "sink", "src");
  gst_object_unref (first);
  gst_object_unref (last);
  gst_object_unref (bin);
  return h;
}

void
contract_set_if_there (
    ContractStream *stream, const gchar *name, gboolean value)
{
  GstIterator *it = gst_bin_iterate_recurse (GST_BIN (stream->h->element));
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (it, &item) == GST_ITERATOR_OK) {
    GObject *object = g_value_get_object (&item);
    if (g_str_has_prefix (G_OBJECT_TYPE_NAME (object), "GstAv")
        && g_object_class_find_property (G_OBJECT_GET_CLASS (object), name))
      g_object_set (object, name, value, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (it);
}

ContractStream *
contract_stream_new_format (
    const ContractElement *element, const ContractFormat *format)
{
  ContractStream *stream = g_new0 (ContractStream, 1);

  g_mutex_init (&stream->record.lock);
  g_cond_init (&stream->record.changed);
  stream->record.frames = g_array_new (FALSE, FALSE, sizeof (gfloat));
  stream->record.log = g_string_new (NULL);
  stream->record.first_pts = GST_CLOCK_TIME_NONE;
  stream->h = new_harness (element->launch);
  fail_unless (stream->h != NULL && stream->h->element != NULL,
      "cannot make %s", element->launch);
  if (element->prepare != NULL)
    element->prepare (stream->h->element);
  stream->bus = gst_bus_new ();
  gst_element_set_bus (stream->h->element, stream->bus);
  gst_pad_add_probe (stream->h->sinkpad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
          | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      record_probe, &stream->record, NULL);
  gst_harness_play (stream->h);
  /* A harness is live: on a busy machine elements would step down. */
  contract_set_if_there (stream, "adaptive", FALSE);
  if (format != NULL)
    contract_stream_format (stream, format);
  return stream;
}

ContractStream *
contract_stream_new (const ContractElement *element)
{
  const ContractFormat format = { GST_AUDIO_FORMAT_F32,
    GST_AUDIO_LAYOUT_INTERLEAVED, element->rate, element->channels };

  return contract_stream_new_format (element, &format);
}

void
contract_stream_format (ContractStream *stream, const ContractFormat *format)
{
  GstAudioInfo info;

  format_info (format, &info);
  stream->format = *format;
  gst_harness_set_src_caps (stream->h, gst_audio_info_to_caps (&info));
}

void
contract_stream_free (ContractStream *stream)
{
  gst_element_set_bus (stream->h->element, NULL);
  gst_harness_teardown (stream->h);
  gst_bus_set_flushing (stream->bus, TRUE);
  gst_object_unref (stream->bus);
  g_array_unref (stream->record.frames);
  g_string_free (stream->record.log, TRUE);
  g_cond_clear (&stream->record.changed);
  g_mutex_clear (&stream->record.lock);
  g_free (stream);
}

void
contract_push (ContractStream *stream, const gfloat *frames, gsize n_frames,
    gsize chunk, GstClockTime pts)
{
  for (gsize done = 0; done < n_frames; done += chunk) {
    gsize n = MIN (chunk, n_frames - done);
    GstBuffer *buffer = contract_buffer (&stream->format,
        frames + done * (gsize) stream->format.channels, n,
        pts + contract_time (stream->format.rate, done));

    fail_unless_equals_int (gst_harness_push (stream->h, buffer), GST_FLOW_OK);
  }
}

static guint
count_eos (ContractRecord *record)
{
  guint n = 0;

  for (const gchar *c = record->log->str; *c != '\0'; c++)
    n += *c == 'e';
  return n;
}

void
contract_finish (ContractStream *stream)
{
  ContractRecord *record = &stream->record;
  gint64 deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  guint before;

  g_mutex_lock (&record->lock);
  before = count_eos (record);
  g_mutex_unlock (&record->lock);
  fail_unless (gst_harness_push_event (stream->h, gst_event_new_eos ()));
  g_mutex_lock (&record->lock);
  while (count_eos (record) == before)
    fail_unless (g_cond_wait_until (&record->changed, &record->lock, deadline),
        "no EOS came out");
  g_mutex_unlock (&record->lock);
}

ContractStream *
contract_run (const ContractElement *element, const ContractFormat *format,
    gsize n_frames, gsize chunk)
{
  ContractStream *stream = format != NULL
      ? contract_stream_new_format (element, format)
      : contract_stream_new (element);
  gfloat *frames = contract_signal (
      stream->format.rate, stream->format.channels, 0, n_frames);

  contract_push (stream, frames, n_frames, chunk, 0);
  contract_finish (stream);
  g_free (frames);
  return stream;
}

void
contract_assert_same (const ContractStream *a, gsize a_at,
    const ContractStream *b, gsize b_at, gsize n_frames, gfloat tolerance)
{
  gsize channels = (gsize) a->format.channels;
  const gfloat *x = (const gfloat *) a->record.frames->data + a_at * channels;
  const gfloat *y = (const gfloat *) b->record.frames->data + b_at * channels;

  fail_unless (a_at + n_frames <= a->record.n_frames,
      "only %" G_GSIZE_FORMAT " frames", a->record.n_frames);
  fail_unless (b_at + n_frames <= b->record.n_frames,
      "only %" G_GSIZE_FORMAT " frames", b->record.n_frames);
  for (gsize i = 0; i < n_frames * channels; i++)
    fail_unless (fabsf (x[i] - y[i]) <= tolerance,
        "frame %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ": %g and %g",
        i / channels, n_frames, (gdouble) x[i], (gdouble) y[i]);
}

gboolean
contract_latency (ContractStream *stream, gboolean *live, GstClockTime *min,
    GstClockTime *max)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean answered = gst_pad_peer_query (stream->h->sinkpad, query);

  if (answered)
    gst_query_parse_latency (query, live, min, max);
  gst_query_unref (query);
  return answered;
}

guint
contract_count_messages (ContractStream *stream, GstMessageType type)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (stream->bus)) != NULL) {
    n += GST_MESSAGE_TYPE (message) == type;
    gst_message_unref (message);
  }
  return n;
}

/* --- suite --- */

/* With GST_TRACERS=leaks(...) nothing the test made may be left. Runs in the
 * process of the test. */
static void
assert_no_leaks (void)
{
  GList *tracers = gst_tracing_get_active_tracers ();

  for (GList *item = tracers; item != NULL; item = item->next) {
    GstStructure *info = NULL;
    const GValue *list;

    if (!g_str_equal (G_OBJECT_TYPE_NAME (item->data), "GstLeaksTracer"))
      continue;
    g_signal_emit_by_name (item->data, "get-live-objects", &info);
    fail_unless (info != NULL);
    list = gst_structure_get_value (info, "live-objects-list");
    if (list != NULL && gst_value_list_get_size (list) > 0) {
      gchar *text = gst_structure_to_string (info);
      fail ("left behind: %s", text);
    }
    gst_structure_free (info);
  }
  g_list_free_full (tracers, gst_object_unref);
}

TCase *
contract_case (Suite *suite, const gchar *name)
{
  TCase *tcase = tcase_create (name);

  tcase_set_timeout (tcase, 120);
  tcase_add_checked_fixture (tcase, NULL, assert_no_leaks);
  suite_add_tcase (suite, tcase);
  return tcase;
}

int
contract_main (Suite *suite, const gchar *name)
{
  return gst_check_run_suite (suite, name, __FILE__);
}
