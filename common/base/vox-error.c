/* vox-error.c: the error domain of the engine. */
#include "base/vox-error.h"

G_DEFINE_QUARK (vox - error - quark, vox_error)
