/* tool-job.h: one pipeline from an input file (or text) through an element to
 * one or several output files, driven by the main context. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _ToolJob ToolJob;

/**
 * Called once from the main context when a job has ended by itself.
 * @error: NULL when its outputs are complete and in place
 */
typedef void (*ToolJobDone) (
    ToolJob *job, const GError *error, gpointer user_data);

ToolJob *tool_job_new (void);

/** tool_job_free: stops the pipeline; outputs that are not complete vanish. */
void tool_job_free (ToolJob *job);

/** tool_job_add: a new element in the pipeline. Returns: (transfer none): NULL
 * when there is no such element. */
GstElement *tool_job_add (ToolJob *job, const gchar *factory, GError **error);

/**
 * tool_job_decode:
 * Reads and decodes @path to 32-bit float at its own rate and channels, so that
 * nothing is rounded before an encoder does it.
 *
 * Returns: (transfer none): the element whose source pad gives the audio.
 */
GstElement *tool_job_decode (ToolJob *job, const gchar *path, GError **error);

/**
 * tool_job_encode:
 * @path: the final name of an output
 * @bits: see tool_add_encoder ()
 *
 * Returns: (transfer none): the element whose sink pad takes the audio.
 */
GstElement *tool_job_encode (
    ToolJob *job, const gchar *path, gint bits, GError **error);

/** tool_job_start: @done is called later, never from inside. */
gboolean tool_job_start (
    ToolJob *job, ToolJobDone done, gpointer user_data, GError **error);

/** tool_job_position: seconds written so far. */
gdouble tool_job_position (ToolJob *job);

/** tool_job_duration: seconds of input, 0 while unknown. */
gdouble tool_job_duration (ToolJob *job);

/** tool_set_property: sets a property from text, as gst-launch does;
 * VOX_ERROR_ARGUMENT when the element does not have it or the value does not
 * fit. */
gboolean tool_set_property (
    GstElement *element, const gchar *name, const gchar *value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolJob, tool_job_free)

G_END_DECLS
