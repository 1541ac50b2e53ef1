#!/usr/bin/env bash
# Many files: folders, skipping, going on after bad ones, stopping.
. "$(dirname "$0")/tap.sh"

make_folder() {
  mkdir -p in/sub
  make_tone in/a.wav 1 16000 1
  encode in/a.wav in/b.flac flacenc
  make_tone in/sub/c.wav 1 16000 2
  echo "no audio" >in/notes.txt
}

test_folder_becomes_folder_with_the_same_names() {
  make_folder
  expect 0 "$AUTOVOICE" pitch in out --semitones 2 --jobs 2
  [ "$(cd out && find . -type f | sort | tr '\n' ' ')" = "./a.wav ./b.flac ./sub/c.wav " ]
  assert_same_length in/sub/c.wav out/sub/c.wav
  grep -q '^3 done, 0 skipped, 0 failed$' output
}

test_format_of_a_batch_can_be_chosen() {
  make_folder
  expect 0 "$AUTOVOICE" pitch in -o out --semitones 2 --format ogg
  [ "$(cd out && find . -type f | sort | tr '\n' ' ')" = "./a.ogg ./b.ogg ./sub/c.ogg " ]
}

test_done_files_are_skipped_until_their_input_changes() {
  make_folder
  expect 0 "$AUTOVOICE" pitch in out --semitones 2
  expect 0 "$AUTOVOICE" pitch in out --semitones 2
  grep -q '^0 done, 3 skipped, 0 failed$' output
  touch -d '+1 hour' in/a.wav
  expect 0 "$AUTOVOICE" pitch in out --semitones 2
  grep -q '^1 done, 2 skipped, 0 failed$' output
  touch -d '-1 hour' in/a.wav
  expect 0 "$AUTOVOICE" pitch in out --semitones 2 --overwrite
  grep -q '^3 done, 0 skipped, 0 failed$' output
}

test_single_file_is_made_again() {
  make_tone a.wav 1 16000 1
  expect 0 "$AUTOVOICE" pitch a.wav out.wav --semitones 2
  cp out.wav before.wav
  expect 0 "$AUTOVOICE" pitch a.wav out.wav --semitones 3
  refute cmp -s out.wav before.wav
}

test_bad_file_does_not_stop_the_others() {
  make_folder
  echo "no audio at all, but called so" >in/bad.wav
  : >in/empty.mp3
  expect 1 "$AUTOVOICE" pitch in out --semitones 2
  grep -q '^3 done, 0 skipped, 2 failed$' output
  grep -q '^autovoice: "in/bad.wav" is no audio file' errors
  grep -q '^autovoice: "in/empty.mp3" is empty' errors
  [ ! -e out/bad.wav ]
  [ -z "$(find out -name '.*' -type f)" ]
}

test_two_inputs_never_share_an_output() {
  make_folder
  cp in/a.wav in/b.wav
  expect 1 "$AUTOVOICE" pitch in/b.wav in/b.flac -o out --semitones 2 --format wav
  grep -q 'would both be written to' errors
  grep -q '^1 done, 0 skipped, 1 failed$' output
}

# The input that would be lost has not been read yet, or is somebody's original.
test_no_input_is_overwritten_by_the_result_of_another() {
  make_folder
  make_tone in/b.wav 1 16000 1
  cp in/b.wav before.wav
  expect 1 "$AUTOVOICE" pitch in in --semitones 2 --format wav
  grep -q '^autovoice: "in/b.wav" would be overwritten by the result of "in/b.flac"' errors
  cmp in/b.wav before.wav
}

test_separate_makes_a_folder_for_each_input() {
  make_folder
  expect 0 "$AUTOVOICE" separate in/a.wav in/sub/c.wav -o out
  [ "$(cd out && find . -type f | wc -l)" = 10 ]
  grep -q '^in/a.wav -> out/a: ' output
  [ -f out/a/vocals.wav ] && [ -f out/c/drums.wav ]
  expect 0 "$AUTOVOICE" separate in/a.wav in/sub/c.wav -o out
  grep -q '^0 done, 2 skipped, 0 failed$' output
}

test_output_inside_the_input_is_not_read_again() {
  make_folder
  expect 0 "$AUTOVOICE" pitch in in/out --semitones 2
  expect 0 "$AUTOVOICE" pitch in in/out --semitones 2 --overwrite
  grep -q '^3 done, 0 skipped, 0 failed$' output
}

test_file_names_may_be_anything() {
  make_tone "a b 'c' é #%.wav" 1 16000 1
  expect 0 "$AUTOVOICE" pitch "a b 'c' é #%.wav" "ö ut.wav" --semitones 2
  [ -s "ö ut.wav" ]
  LC_ALL=C expect 0 "$AUTOVOICE" pitch "a b 'c' é #%.wav" "ö ut2.wav" --semitones 2
  [ -s "ö ut2.wav" ]
}

# files_being_written PID FOLDER: how many files in FOLDER a process holds open, with a name or without one.
files_being_written() {
  find "/proc/$1/fd" -type l -lname "*/$2/*" 2>/dev/null | wc -l
}

test_interrupt_leaves_no_half_file() {
  local pid code=0
  # A quarter of an hour: the work outlasts the moment the signal needs.
  make_tone long.wav 900 44100 2 pink-noise
  "$AUTOVOICE" separate long.wav -o stems >output 2>errors &
  pid=$!
  while kill -0 $pid 2>/dev/null && [ "$(files_being_written $pid stems)" -lt 5 ]; do sleep 0.05; done
  kill -INT $pid
  wait $pid || code=$?
  [ $code -eq 130 ] || fail "exit code $code: $(cat errors)"
  grep -q 'stopped' errors
  [ -z "$(list_files stems)" ] || fail "left: $(list_files stems)"
}

run_tests
