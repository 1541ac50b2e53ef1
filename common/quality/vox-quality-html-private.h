/* vox-quality-html-private.h: the parts of the HTML report that are tables. */
#pragma once

#include "quality/vox-quality.h"

G_BEGIN_DECLS

/** vox_html_append_escaped: @text with the characters of markup escaped. */
void vox_html_append_escaped (GString *html, const gchar *text);

/** vox_html_append_worst: the intervals of the lowest STOI, if there are two. */
void vox_html_append_worst (GString *html, const VoxQualityResult *result);

/** vox_html_append_metrics: all metrics and how to read them. */
void vox_html_append_metrics (GString *html, const VoxQualityResult *result);

/** vox_html_append_signals: each stream by itself. */
void vox_html_append_signals (GString *html, const VoxQualityResult *result);

/** vox_html_append_definitions: how each number is defined. */
void vox_html_append_definitions (GString *html);

G_END_DECLS
