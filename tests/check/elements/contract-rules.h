/* contract-rules.h: what the two files of rules share: the element under test
 * and pieces of its test signal. */
#pragma once

#include "contract.h"

G_BEGIN_DECLS

/** Set once by contract_suite (), before any test runs. */
extern const ContractElement *rules_element;

/** rules_signal_of: @n_frames of the signal from frame @start on. Returns:
 * (transfer full). */
gfloat *rules_signal_of (guint64 start, gsize n_frames);

/** rules_push_signal: pushes them in buffers of @chunk, from @pts on. */
void rules_push_signal (ContractStream *stream, guint64 start, gsize n_frames,
    gsize chunk, GstClockTime pts);

/** rules_signal_buffer: the same as one buffer. */
GstBuffer *rules_signal_buffer (
    guint64 start, gsize n_frames, GstClockTime pts);

/** rules_time_of: PTS of frame @frame. */
GstClockTime rules_time_of (guint64 frame);

/** rules_reference: the whole signal in one buffer: what the other ways are
 * compared with. */
ContractStream *rules_reference (gsize n_frames);

/** contract_add_stream_rules: rules 1 to 4. */
void contract_add_stream_rules (TCase *tcase);

/** contract_add_event_rules: rules 5 to 11. */
void contract_add_event_rules (TCase *tcase);

/** contract_add_playback_rules: backwards, jumps back, lateness, statistics. */
void contract_add_playback_rules (TCase *tcase);

G_END_DECLS
