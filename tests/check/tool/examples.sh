#!/usr/bin/env bash
# The example applications say what is wrong and leave nothing half done.
. "$(dirname "$0")/tap.sh"
: "${EXAMPLES:?}"
[ -x "$EXAMPLES/convert-song" ] || {
  echo "1..0 # SKIP the examples are not built"
  exit 0
}

test_song_that_cannot_be_converted_leaves_no_file() {
  make_tone song.wav 1 16000 1
  expect 1 "$EXAMPLES/convert-song" none.wav x out.flac
  grep -q 'there is no file none.wav' errors
  expect 1 "$EXAMPLES/convert-song" song.wav nobody out.flac
  grep -q 'there is no voice "nobody"' errors
  expect 2 "$EXAMPLES/convert-song" song.wav
  assert_files song.wav
}

test_live_changer_tells_of_a_voice_that_is_not_there() {
  expect 1 "$EXAMPLES/live-voice-changer" nobody "audiotestsrc is-live=true" fakesink </dev/null
  grep -q 'there is no voice "nobody"' errors
}

test_live_changer_tells_of_an_element_that_is_not_there() {
  expect 1 "$EXAMPLES/live-voice-changer" nobody "audiotestsrc is-live=true" nosuchsink </dev/null
  grep -q 'no element "nosuchsink"' errors
  refute grep -q 'CRITICAL' errors
}

test_dubbing_tells_of_files_that_are_not_there() {
  expect 2 "$EXAMPLES/dub-subtitles" none.srt out.wav
  grep -q 'none.srt: there is no such file' errors
  assert_files
}

run_tests
