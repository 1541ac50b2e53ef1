/* contract.h: the stream rules that every audio element of the project keeps,
 * as one suite of tests that runs on any element with one input and one looked
 * at output. A test program describes its element and calls contract_suite ().
 */
#pragma once

#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

G_BEGIN_DECLS

/**
 * ContractElement:
 * @launch: the element as a gst-launch line with one free sink and one free
 *   src pad; where more are free, as with pads that appear later, name the
 *   elements that are meant "first" and "last"
 * @rate, @channels: format of the test signal
 * @window: frames of the engine's window, for the buffer sizes around it
 * @n_frames: length of the test signal; longer than latency and window
 * @property: (nullable): a double property to change while playing
 * @value_a, @value_b: two values of it
 * @controllable: whether @property is
 * @steps: whether the element steps its mode down on QoS events
 * @threaded: whether output comes from another thread than input, so that a
 *   rule about *when* it comes cannot be tested by counting
 * @prepare: (nullable): sets up what the element needs before it starts
 */
typedef struct
{
  const gchar *launch;
  gint rate;
  gint channels;
  gsize window;
  gsize n_frames;
  const gchar *property;
  gdouble value_a;
  gdouble value_b;
  gboolean controllable;
  gboolean steps;
  gboolean threaded;
  void (*prepare) (GstElement *bin);
} ContractElement;

/** contract_suite: every rule, for @element, which outlives the suite. */
Suite *contract_suite (const gchar *name, const ContractElement *element);

/** contract_main: runs @suite as @name, after gst_check_init () (which also
 * sees to gst_deinit () at exit). Returns the exit status of the program. */
int contract_main (Suite *suite, const gchar *name);

/** contract_case: a test case whose tests fail when objects leak (where the
 * leaks tracer is active) and that has a timeout fit for slow machines. */
TCase *contract_case (Suite *suite, const gchar *name);

/* --- what the rules are written with; element tests use them as well --- */

/**
 * ContractFormat: how the signal is put into buffers.
 */
typedef struct
{
  GstAudioFormat format;
  GstAudioLayout layout;
  gint rate;
  gint channels;
} ContractFormat;

/**
 * ContractRecord:
 * @frames: output samples as interleaved float
 * @n_frames: how many frames that is
 * @first_pts: PTS of the first buffer
 * @n_discont: buffers with DISCONT
 * @log: what passed the pad, in order: "c" caps, "s" segment, "t"
 *   stream-start, "b" a run of buffers, "g" gap event, "F" flush-start, "f"
 *   flush-stop, "e" EOS
 *
 * What came out of the element; filled by a probe on the harness's sink pad.
 * Every buffer is checked: its size fits its format and, unless it is DISCONT,
 * its PTS continues the ones before it to the nanosecond.
 */
typedef struct
{
  GMutex lock;
  GCond changed;
  GArray *frames;
  gsize n_frames;
  GstClockTime first_pts;
  GstClockTime last_pts;
  guint64 frames_since_pts;
  GstClockTime island_pts;
  guint n_discont;
  GString *log;
  GstAudioInfo info;
} ContractRecord;

/**
 * ContractStream: a harness around an element, and its record.
 */
typedef struct
{
  GstHarness *h;
  GstBus *bus;
  ContractRecord record;
  ContractFormat format;
} ContractStream;

/** contract_set_if_there: sets a property of every element of this project in
 * the stream that has it. "adaptive" is FALSE unless a test sets it. */
void contract_set_if_there (
    ContractStream *stream, const gchar *name, gboolean value);

ContractStream *contract_stream_new (const ContractElement *element);
ContractStream *contract_stream_new_format (
    const ContractElement *element, const ContractFormat *format);
void contract_stream_free (ContractStream *stream);

/** contract_stream_format: sends caps. */
void contract_stream_format (
    ContractStream *stream, const ContractFormat *format);

/** contract_signal: the deterministic test signal: tones, an attack every
 * 250 ms and a little noise, below full scale and on the 16-bit grid, from
 * frame @start of an endless stream. Returns: (transfer full): interleaved frames. */
gfloat *contract_signal (
    gint rate, gint channels, guint64 start, gsize n_frames);

/** contract_buffer: @frames in @format, with PTS and duration. */
GstBuffer *contract_buffer (const ContractFormat *format, const gfloat *frames,
    gsize n_frames, GstClockTime pts);

/** contract_push: pushes @n_frames of @frames in buffers of @chunk frames, from
 * @pts on. */
void contract_push (ContractStream *stream, const gfloat *frames,
    gsize n_frames, gsize chunk, GstClockTime pts);

/** contract_finish: EOS, and waits for it at the other end. */
void contract_finish (ContractStream *stream);

/** contract_run: a whole stream: the first @n_frames of the signal in buffers
 * of @chunk. */
ContractStream *contract_run (const ContractElement *element,
    const ContractFormat *format, gsize n_frames, gsize chunk);

/** contract_time: the PTS of frame @frame. */
GstClockTime contract_time (gint rate, guint64 frame);

/** contract_assert_same: frames [a_at, a_at + n) of @a are those of @b from
 * @b_at on, to @tolerance. */
void contract_assert_same (const ContractStream *a, gsize a_at,
    const ContractStream *b, gsize b_at, gsize n_frames, gfloat tolerance);

/** contract_latency: asks downstream's latency query; FALSE when unanswered. */
gboolean contract_latency (ContractStream *stream, gboolean *live,
    GstClockTime *min, GstClockTime *max);

/** contract_count_messages: takes all messages off the bus. Returns how many
 * were of @type. */
guint contract_count_messages (ContractStream *stream, GstMessageType type);

G_END_DECLS
