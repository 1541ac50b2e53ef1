/* vox-error.c: the error domain of the engine. */
#include "base/vox-error.h"

GQuark
vox_error_quark (void)
{
  return g_quark_from_static_string ("vox-error-quark");
}
