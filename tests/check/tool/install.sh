#!/usr/bin/env bash
# What `meson install` puts on a machine works there by itself: the tool finds
# its library and its plugin, every header compiles alone, presets are found.
. "$(dirname "$0")/tap.sh"
: "${MESON_BUILD_ROOT:?}"

# Installed under a folder that is not the prefix: nothing may depend on it.
meson install -C "$MESON_BUILD_ROOT" --no-rebuild --destdir "$work/root" >"$work/install" 2>&1 || {
  sed 's/^/# /' "$work/install"
  echo "Bail out! meson install fails"
  exit 1
}
tool=$(find "$work/root" -path '*/bin/autovoice')
plugin=$(find "$work/root" -name libgstautovoice.so)
headers=$(find "$work/root" -type d -path '*/include/autovoice-1.0')

# installed COMMAND...: without what a development environment sets.
installed() {
  env -u LD_LIBRARY_PATH -u GST_PRESET_PATH -u AUTOVOICE_PRESET_PATH -u AUTOVOICE_BACKEND_PATH \
    GST_PLUGIN_PATH="$(dirname "$plugin")" GST_REGISTRY="$work/installed.registry" "$@"
}

sanitized() {
  # grep reads to the end: nm would die of a pipe that closes early.
  [ "$(nm -D "$plugin" | grep -c '__asan_\|__ubsan_')" -gt 0 ]
}

test_tool_finds_its_library_and_elements() {
  make_tone tone.wav 1 16000 1
  expect 0 installed "$tool" --version
  expect 0 installed "$tool" doctor
  expect 0 installed "$tool" pitch tone.wav out.wav --semitones 2
  assert_same_length tone.wav out.wav
}

test_plugin_finds_its_library() {
  if sanitized; then skip "gst-inspect-1.0 cannot load a plugin built with sanitizers"; fi
  expect 0 installed gst-inspect-1.0 avpitchshift
  grep -q 'formant-semitones' output
}

test_every_header_compiles_alone() {
  local header
  [ -n "$headers" ]
  while read -r header; do
    # shellcheck disable=SC2046 # flags are several words
    echo "#include <$header>" | ${CC:-cc} -x c -fsyntax-only -Wall -Werror -I"$headers" \
      $(pkg-config --cflags glib-2.0) -
  done < <(cd "$headers" && find . -name '*.h' | cut -c3-)
}

test_program_is_compiled_and_linked_by_pkg_config() {
  if sanitized; then skip "a library built with sanitizers needs their runtime"; fi
  local pc
  pc=$(find "$work/root" -name autovoice-1.0.pc)
  cat >program.c <<'END'
#include <stdio.h>
#include <backend/vox-device.h>
#include <voice/vox-voice-store.h>
int
main (void)
{
  VoxDevice *device = vox_device_open ("cpu", NULL);
  gchar **names = vox_voice_store_list ("none", NULL);
  printf ("%s %d\n", device->description, (int) g_strv_length (names));
  g_strfreev (names);
  vox_device_unref (device);
  return 0;
}
END
  sed "s,^prefix=,prefix=$work/root," "$pc" >autovoice-1.0.pc
  # shellcheck disable=SC2046 # flags are several words
  ${CC:-cc} program.c -o program $(PKG_CONFIG_PATH=$PWD pkg-config --cflags --libs autovoice-1.0)
  LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")") expect 0 ./program
  grep -q '^CPU 0$' output
}

run_tests
