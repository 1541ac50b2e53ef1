#!/usr/bin/env bash
# Making, keeping and using voices. The voice is flite's, from a text.
. "$(dirname "$0")/tap.sh"

text="The north wind and the sun were disputing which was the stronger, when a traveller came along wrapped in a warm
cloak. They agreed that the one who first made the traveller take his cloak off should be considered stronger than the
other. Then the north wind blew as hard as he could, but the more he blew, the more closely did the traveller fold his
cloak around him, and at last the north wind gave up the attempt. Then the sun shone out warmly, and immediately the
traveller took off his cloak. And so the north wind was obliged to confess that the sun was the stronger of the two.
Please call Stella, and ask her to bring these things with her from the store: six spoons of fresh snow peas, five
thick slabs of blue cheese, and maybe a snack for her brother Bob."

"$AUTOVOICE" say "$text" --speaker rms -o "$work/rms.wav" >/dev/null 2>&1 || {
  echo "1..0 # SKIP built without speakers"
  exit 0
}
"$AUTOVOICE" say "Could you say that again, a little slower?" --speaker slt -o "$work/slt.wav" >/dev/null
"$AUTOVOICE" voice create bob "$work/rms.wav" --consent "a test" >/dev/null || {
  echo "Bail out! no voice can be made"
  exit 1
}

test_voice_is_listed_and_shown() {
  expect 0 "$AUTOVOICE" voice list
  grep -q '^bob ' output
  expect 0 "$AUTOVOICE" voice show bob
  grep -q '^consent   a test$' output
  grep -q '^source    sha256:[0-9a-f]\{64\} rms.wav$' output
  expect 0 "$AUTOVOICE" voice list --json
  grep -q '"name" : "bob"' output
}

test_unknown_voice_names_the_known_ones() {
  expect_error 1 'the voices there are: bob' "$AUTOVOICE" voice show ann
  expect_error 1 'the voices there are: bob' "$AUTOVOICE" convert "$work/slt.wav" --voice ann -o out.wav
  expect_error 1 'the voices there are: bob' "$AUTOVOICE" say hello --voice ann -o out.wav
  expect_error 1 'autovoice voice create' "$AUTOVOICE" voice show ann --voices-dir none
  assert_files
}

test_existing_name_is_not_taken_again() {
  expect_error 1 'there is a voice "bob" already' "$AUTOVOICE" voice create bob "$work/rms.wav"
  expect_error 1 'cannot be the name of a voice' "$AUTOVOICE" voice create ../bob "$work/rms.wav"
}

test_speech_is_converted_to_the_same_length() {
  expect 0 "$AUTOVOICE" convert "$work/slt.wav" --speech --voice bob -o out.wav
  assert_same_length "$work/slt.wav" out.wav
  refute cmp -s <(decode "$work/slt.wav") <(decode out.wav)
  expect 0 "$AUTOVOICE" convert "$work/slt.wav" --speech --voice "$AUTOVOICE_VOICES_DIR/bob.voice" \
    --pitch 0 --similarity 0.5 --mode fast -o out2.flac
  assert_same_length "$work/slt.wav" out2.flac
}

test_song_is_converted_to_the_same_length() {
  launch audiomixer name=m ! audioconvert ! audio/x-raw,format=F32LE ! wavenc ! filesink location=song.wav \
    filesrc location="$work/slt.wav" ! wavparse ! audioresample ! audioconvert ! audio/x-raw,rate=44100,channels=2 ! m. \
    audiotestsrc wave=ticks num-buffers=80 ! audio/x-raw,rate=44100,channels=2 ! m.
  expect 0 "$AUTOVOICE" convert song.wav --voice bob -o out.wav
  assert_same_length song.wav out.wav
}

test_speaking_in_a_voice() {
  expect 0 "$AUTOVOICE" say "Good morning." --voice bob -o out.wav
  [ "$(count_bytes out.wav)" -gt 16000 ]
}

test_export_delete_import() {
  expect 0 "$AUTOVOICE" voice export bob bob.voice
  expect_error 1 'exists already' "$AUTOVOICE" voice export bob bob.voice
  expect 0 "$AUTOVOICE" voice import bob.voice bert
  expect_error 1 'there is a voice "bert"' "$AUTOVOICE" voice import bob.voice bert
  cmp "$AUTOVOICE_VOICES_DIR/bob.voice" "$AUTOVOICE_VOICES_DIR/bert.voice"
  expect 0 "$AUTOVOICE" voice delete bert
  expect_error 1 'there is no voice "bert"' "$AUTOVOICE" voice delete bert
  # A byte in the middle of the tensors.
  printf 'x' | dd of=bob.voice bs=1 seek=100000 conv=notrunc 2>/dev/null
  expect_error 1 'damaged' "$AUTOVOICE" voice import bob.voice broken
  [ "$(list_files "$AUTOVOICE_VOICES_DIR")" = "bob.voice " ]
}

test_bad_recordings_are_refused_with_the_reason() {
  make_tone tone.wav 40 16000 1
  make_tone short.wav 5 16000 1 pink-noise
  make_tone noise.wav 40 16000 1 white-noise
  make_tone silence.wav 40 16000 1 silence
  make_tone low.wav 40 8000 1 pink-noise
  expect_error 1 'steady tone' "$AUTOVOICE" voice create x tone.wav
  expect_error 1 '30 to 60 s are needed' "$AUTOVOICE" voice create x short.wav
  expect_error 1 'no voice in it' "$AUTOVOICE" voice create x noise.wav
  expect_error 1 'silent' "$AUTOVOICE" voice create x silence.wav
  expect_error 1 'at least 16000 Hz' "$AUTOVOICE" voice create x low.wav
  [ "$(list_files "$AUTOVOICE_VOICES_DIR")" = "bob.voice " ]
}

test_one_of_many_processes_adds_a_name() {
  local pids=() pid won=0
  # Importing ends in the same step as creating, and is quick.
  cp "$AUTOVOICE_VOICES_DIR/bob.voice" twin.voice
  for _ in 1 2 3 4 5 6; do
    "$AUTOVOICE" voice import twin.voice --voices-dir store >>log 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    if wait "$pid"; then won=$((won + 1)); fi
  done
  [ $won -eq 1 ] || fail "$won processes added the name: $(cat log)"
  [ "$(grep -c 'there is a voice "twin"' log)" = 5 ]
  [ "$(list_files store)" = "twin.voice " ]
  expect 0 "$AUTOVOICE" voice show twin --voices-dir store
}

test_doctor_finds_everything() {
  expect 0 "$AUTOVOICE" doctor
  grep -q '^ok *decode WAV' output
  grep -q '^ok *voices *1 in' output
  refute grep -q '^MISSING' output
  # Without any plugin something needed is missing.
  GST_PLUGIN_PATH='' GST_PLUGIN_PATH_1_0='' GST_PLUGIN_SYSTEM_PATH_1_0='' GST_REGISTRY=$PWD/registry \
    expect 1 "$AUTOVOICE" doctor
  grep -q 'apt-get install' output
}

run_tests
