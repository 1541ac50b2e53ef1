#!/usr/bin/env bash
# Whatever is wrong with a file, a folder or an option is told in one sentence,
# and nothing is left behind.
. "$(dirname "$0")/tap.sh"

test_missing_file() {
  expect_error 1 'cannot read "none.wav": No such file or directory' \
    "$AUTOVOICE" pitch none.wav out.wav --semitones 1
  expect_error 1 'cannot read "none.wav"' "$AUTOVOICE" separate none.wav -o stems
  expect_error 1 'cannot read "none.wav"' "$AUTOVOICE" f0 none.wav --csv
  expect_error 1 'cannot read "none.wav"' "$AUTOVOICE" measure none.wav none.wav
  expect_error 1 'cannot read "none.wav"' "$AUTOVOICE" voice create x none.wav
  expect_error 1 'cannot read "none.txt"' "$AUTOVOICE" say --file none.txt -o out.wav
  assert_files stems
  [ -z "$(list_files stems)" ]
}

test_text_file_called_mp3() {
  echo "These are words and not music, and more than a few of them." >song.mp3
  expect_error 1 '"song.mp3" is no audio file' "$AUTOVOICE" pitch song.mp3 out.wav --semitones 1
  expect_error 1 '"song.mp3" is no audio file' "$AUTOVOICE" f0 song.mp3 --csv
  assert_files song.mp3
}

test_empty_file() {
  : >empty.wav
  expect_error 1 '"empty.wav" is empty' "$AUTOVOICE" pitch empty.wav out.wav --semitones 1
  expect_error 1 '"empty.wav" is empty' "$AUTOVOICE" voice create x empty.wav
  assert_files empty.wav
}

test_header_without_samples() {
  make_tone tone.wav 1 44100 1
  head -c 44 tone.wav >header.wav
  expect_error 1 '"header.wav": there is no audio in it' "$AUTOVOICE" pitch header.wav out.wav --semitones 1
  expect_error 1 '"header.wav": there is no audio in it' "$AUTOVOICE" f0 header.wav --csv
  assert_files tone.wav header.wav
}

test_video_without_audio() {
  launch videotestsrc num-buffers=3 ! avimux ! filesink location=video.avi
  expect_error 1 '"video.avi": there is no audio in it' "$AUTOVOICE" pitch video.avi out.wav --semitones 1
  expect_error 1 '"video.avi": there is no audio in it' "$AUTOVOICE" f0 video.avi --csv
  assert_files video.avi
}

test_random_bytes() {
  head -c 50000 /dev/urandom >random.mp3
  expect 1 "$AUTOVOICE" pitch random.mp3 out.wav --semitones 1
  assert_files random.mp3
}

test_truncated_file_gives_what_is_there() {
  make_tone tone.wav 2 44100 1
  head -c 100000 tone.wav >cut.wav
  expect 0 "$AUTOVOICE" pitch cut.wav out.wav --semitones 1
  assert_same_length cut.wav out.wav
}

test_folder_where_a_file_is_needed() {
  make_tone tone.wav 1 8000 1
  mkdir folder
  expect_error 1 'Is a directory' "$AUTOVOICE" f0 folder --csv
  expect_error 1 'there is no audio file in the folder' "$AUTOVOICE" pitch folder out --semitones 1
  expect_error 1 'is a file; the results need a folder' "$AUTOVOICE" pitch tone.wav tone.wav tone.wav --semitones 1
  expect_error 1 'is a file; the results need a folder' "$AUTOVOICE" separate tone.wav -o tone.wav
}

test_output_folder_that_is_not_there() {
  make_tone tone.wav 1 8000 1
  expect_error 1 'cannot write "none/out.wav": No such file' "$AUTOVOICE" pitch tone.wav none/out.wav --semitones 1
  assert_files tone.wav
}

test_output_that_is_the_input() {
  make_tone tone.wav 1 8000 1
  cp tone.wav same.wav
  expect_error 1 'would be overwritten by its own result' "$AUTOVOICE" pitch tone.wav ./tone.wav --semitones 1
  cmp tone.wav same.wav
}

# in_mount OPTIONS COMMAND...: runs it with a small tmpfs at ./disk.
in_mount() {
  local options=$1
  shift
  mkdir -p disk
  unshare -rm true 2>/dev/null || skip "this system does not let a user mount"
  # shellcheck disable=SC2016 # the inner shell expands them
  unshare -rm sh -c 'mount -t tmpfs -o "$1" none disk && shift && "$@"; code=$?; ls -A disk >left; exit $code' \
    sh "$options" "$@"
}

test_full_disk() {
  make_tone tone.wav 10 44100 2
  expect_error 1 'cannot write "disk/out.wav": the disk is full' \
    in_mount size=256k "$AUTOVOICE" pitch tone.wav disk/out.wav --semitones 1
  [ ! -s left ] || fail "left on the disk: $(cat left)"
  expect 1 in_mount size=256k "$AUTOVOICE" separate tone.wav -o disk/stems
}

test_read_only_folder() {
  make_tone tone.wav 1 8000 1
  expect_error 1 'Read-only file system' in_mount ro "$AUTOVOICE" pitch tone.wav disk/out.wav --semitones 1
  expect_error 1 'Read-only file system' in_mount ro "$AUTOVOICE" separate tone.wav -o disk/stems
}

test_wrong_options() {
  make_tone tone.wav 1 8000 1
  expect_error 2 'there is no command "sing"' "$AUTOVOICE" sing
  expect_error 2 'Unknown option --loud' "$AUTOVOICE" pitch --loud
  expect_error 2 '--mode takes one of: fast, balanced, quality' "$AUTOVOICE" pitch tone.wav o.wav --mode best
  expect_error 2 '--formant takes one of: preserve, shift' "$AUTOVOICE" pitch tone.wav o.wav --semitones 1 --formant keep
  expect_error 2 'from -24 to 24' "$AUTOVOICE" pitch tone.wav o.wav --semitones 25
  expect_error 2 'must end in .wav, .flac, .ogg or .mp3' "$AUTOVOICE" pitch tone.wav o.txt --semitones 1
  expect_error 2 'say where to write' "$AUTOVOICE" separate tone.wav
  expect_error 2 'say in which voice' "$AUTOVOICE" convert tone.wav -o o.wav
  expect_error 2 '--pitch takes auto or a number' "$AUTOVOICE" convert tone.wav --voice x -o o.wav --pitch high
  expect_error 2 '--jobs takes a number' "$AUTOVOICE" pitch tone.wav o.wav --jobs 1000
  expect_error 2 '--speaker takes one of' "$AUTOVOICE" say hello --speaker nobody -o o.wav
  expect_error 2 '--pauses goes from 0 to 4' "$AUTOVOICE" say hello --pauses 5 -o o.wav
  assert_files tone.wav
}

test_numbers_that_are_none() {
  make_tone tone.wav 1 8000 1
  expect_error 2 'from -24 to 24' "$AUTOVOICE" pitch tone.wav o.wav --semitones nan
  expect_error 2 'from -24 to 24' "$AUTOVOICE" pitch tone.wav o.wav --semitones 1 --formant-semitones -inf
  expect_error 2 'say how far: --semitones N' "$AUTOVOICE" pitch tone.wav o.wav
  expect_error 2 '--min-hz and --max-hz go from 20 to 3000' "$AUTOVOICE" f0 tone.wav --csv --min-hz nan
  expect_error 2 '--min-hz and --max-hz go from 20 to 3000' "$AUTOVOICE" f0 tone.wav --csv --max-hz 3001
  expect_error 2 '--jobs takes a number from 1' "$AUTOVOICE" pitch tone.wav o.wav --semitones 1 --jobs 0
  assert_files tone.wav
}

test_rates_and_channels_beyond_the_engine() {
  make_tone slow.wav 2 4000 1
  make_tone fast.wav 1 384000 1
  for name in slow fast; do
    expect 0 "$AUTOVOICE" pitch $name.wav $name-up.wav --semitones 2
    expect 0 "$AUTOVOICE" f0 $name.wav --csv
    expect 0 "$AUTOVOICE" measure $name.wav $name.wav
  done
  launch audiotestsrc num-buffers=5 ! "audio/x-raw,format=F32LE,channels=9,channel-mask=(bitmask)0" ! wavenc ! \
    filesink location=nine.wav
  expect_error 1 '"nine.wav": it has 9 channels; 8 are the most' "$AUTOVOICE" pitch nine.wav out.wav --semitones 2
  expect_error 1 '"nine.wav": it has 9 channels; 8 are the most' "$AUTOVOICE" f0 nine.wav --csv
}

# The FLAC encoder of GStreamer warns when a stream ends before its first block.
test_very_short_file_makes_no_noise() {
  local ending
  launch audiotestsrc num-buffers=1 samplesperbuffer=441 ! audio/x-raw,format=F32LE,rate=44100 ! wavenc ! \
    filesink location=short.wav
  for ending in wav flac ogg mp3; do
    expect 0 "$AUTOVOICE" pitch short.wav out.$ending --semitones 2
    [ ! -s errors ] || fail "$(cat errors)"
  done
  assert_same_length short.wav out.flac
}

test_full_standard_output_is_an_error() {
  [ -w /dev/full ] || skip "this system has no /dev/full"
  # shellcheck disable=SC2016 # the inner shell expands them
  expect_error 1 'cannot write to standard output' sh -c '"$0" doctor >/dev/full' "$AUTOVOICE"
  # shellcheck disable=SC2016
  expect_error 1 'cannot write to standard output' sh -c '"$0" voice list --json >/dev/full' "$AUTOVOICE"
}

test_voices_folder_that_cannot_be_written_is_told_first() {
  make_tone tone.wav 1 16000 1
  expect_error 1 'cannot make the voices folder' "$AUTOVOICE" voice create x tone.wav --voices-dir tone.wav/voices
  expect_error 1 'cannot write to the voices folder' in_mount ro "$AUTOVOICE" voice create x tone.wav --voices-dir disk
}

test_every_command_accepts_a_voices_folder() {
  make_tone tone.wav 1 16000 1
  expect 0 "$AUTOVOICE" pitch tone.wav out.wav --semitones 1 --voices-dir none
  expect 0 "$AUTOVOICE" separate tone.wav -o stems --voices-dir none
  expect 0 "$AUTOVOICE" f0 tone.wav --csv --voices-dir none
  expect 0 "$AUTOVOICE" measure tone.wav --voices-dir=none
  expect 0 "$AUTOVOICE" voice list --voices-dir none
}

test_voice_actions_take_their_own_options_only() {
  expect_error 2 'Unknown option --json' "$AUTOVOICE" voice delete x --json
  expect_error 2 'Unknown option --overwrite' "$AUTOVOICE" voice list --overwrite
}

test_unknown_model_and_device() {
  make_tone tone.wav 1 44100 1
  expect 1 "$AUTOVOICE" separate tone.wav -o stems --model nothing
  [ -z "$(list_files stems)" ]
  expect 1 "$AUTOVOICE" pitch tone.wav o.wav --semitones 1 --device tpu
  assert_files tone.wav stems
}

test_text_that_is_no_text() {
  printf 'caf\xe9' >latin1.txt
  expect_error 1 'not UTF-8' "$AUTOVOICE" say --file latin1.txt -o out.wav
  expect_error 1 'there is no text to speak' "$AUTOVOICE" say "  " -o out.wav
  printf 'hello = hullo\nbad  QQ1\n' >bad.lex
  expect_error 1 'bad.lex:2: "QQ1" is not an ARPABET phone' "$AUTOVOICE" say hello --lexicon bad.lex -o out.wav
  assert_files bad.lex latin1.txt
}

test_damaged_voice_file() {
  make_tone tone.wav 1 16000 1
  mkdir "$AUTOVOICE_VOICES_DIR"
  echo nonsense >"$AUTOVOICE_VOICES_DIR/bad.voice"
  expect_error 1 'is not a usable voice file' "$AUTOVOICE" convert tone.wav --speech --voice bad -o out.wav
  expect_error 1 'is not a usable voice file' "$AUTOVOICE" voice import "$AUTOVOICE_VOICES_DIR/bad.voice" good
  expect 0 "$AUTOVOICE" voice list
  grep -q 'warning: skipped: .*bad.voice' errors
  assert_files tone.wav
}

test_help_everywhere() {
  local command
  expect 0 "$AUTOVOICE" --help
  expect 0 "$AUTOVOICE" --version
  grep -q '^autovoice [0-9]' output
  for command in convert separate pitch say measure f0 doctor voice \
    "voice create" "voice list" "voice show" "voice delete" "voice export" "voice import"; do
    # shellcheck disable=SC2086 # two words
    expect 0 "$AUTOVOICE" $command --help
    grep -qi 'usage' output
  done
  expect 2 "$AUTOVOICE"
}

run_tests
