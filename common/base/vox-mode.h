/* vox-mode.h: the trade between speed and quality that every engine offers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VoxMode:
 * @VOX_MODE_FAST: lowest latency and cost
 * @VOX_MODE_BALANCED: the default
 * @VOX_MODE_QUALITY: best result, highest latency and cost
 * @VOX_MODE_CUSTOM: the caller sets every engine parameter itself
 */
typedef enum
{
  VOX_MODE_FAST,
  VOX_MODE_BALANCED,
  VOX_MODE_QUALITY,
  VOX_MODE_CUSTOM,
} VoxMode;

G_END_DECLS
