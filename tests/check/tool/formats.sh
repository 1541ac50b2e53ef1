#!/usr/bin/env bash
# What goes in comes out: formats, rates, channels, lengths.
. "$(dirname "$0")/tap.sh"

test_every_input_format_gives_its_own_length() {
  make_tone in.wav 2 44100 2
  encode in.wav in.flac flacenc
  encode in.wav in.ogg "vorbisenc ! oggmux"
  encode in.wav in.mp3 lamemp3enc
  for f in wav flac ogg mp3; do
    expect 0 "$AUTOVOICE" pitch "in.$f" "from-$f.wav" --semitones 3
  done
  assert_same_length in.wav from-wav.wav
  assert_same_length in.flac from-flac.wav
  assert_same_length in.mp3 from-mp3.wav
  # The decoder gives a sample more than the stream's last position says; the
  # elements clip to the segment.
  assert_same_length in.wav from-ogg.wav
}

test_an_odd_number_of_bytes_is_read_whole() {
  local format
  # Samples of one and of three bytes, an odd number of them: a padding byte
  # follows.
  for format in U8:1001 S24LE:3003; do
    launch audiotestsrc samplesperbuffer=1001 num-buffers=1 ! \
      audio/x-raw,format="${format%:*}",rate=8000,channels=1 ! wavenc ! filesink location=in.wav
    [ "$(od -An -tu4 -j40 -N4 in.wav | tr -d ' ')" = "${format#*:}" ]
    [ "$(wc -c <in.wav)" = $((44 + ${format#*:} + 1)) ]
    expect 0 "$AUTOVOICE" pitch in.wav out.wav --semitones 0
    [ "$(od -An -tu4 -j40 -N4 out.wav | tr -d ' ')" = 4004 ]
    expect 0 "$AUTOVOICE" measure in.wav in.wav --json
  done
}

test_every_lossless_output_format_keeps_the_length() {
  make_tone in.wav 2 44100 2
  expect 0 "$AUTOVOICE" pitch in.wav out.flac --semitones 3
  assert_same_length in.wav out.flac
  expect 0 "$AUTOVOICE" pitch in.wav out.ogg --semitones 3
  expect 0 "$AUTOVOICE" pitch out.ogg back.wav --semitones 0
  assert_same_length in.wav back.wav
  expect 0 "$AUTOVOICE" pitch in.wav out.mp3 --semitones 3
  [ "$(count_bytes out.mp3)" -ge "$(count_bytes in.wav)" ]
}

test_wav_is_float_unless_bits_are_given() {
  make_tone in.wav 1 48000 1
  for bits in 32:3 24:1 16:1; do
    expect 0 "$AUTOVOICE" pitch in.wav out.wav --semitones 1 --bits "${bits%:*}"
    # The format tag (1: integers, 3: floats) and the bits per sample.
    [ "$(od -An -tu2 -j20 -N2 out.wav | tr -d ' ')" = "${bits#*:}" ]
    [ "$(od -An -tu2 -j34 -N2 out.wav | tr -d ' ')" = "${bits%:*}" ]
  done
  expect_error 2 "--bits" "$AUTOVOICE" pitch in.wav out.mp3 --semitones 1 --bits 16
  expect_error 2 "--bits" "$AUTOVOICE" pitch in.wav out.flac --semitones 1 --bits 32
}

test_zero_semitones_change_no_sample() {
  make_tone in.wav 1 44100 2 pink-noise
  expect 0 "$AUTOVOICE" pitch in.wav out.wav --semitones 0
  cmp <(decode in.wav) <(decode out.wav)
}

test_rates_and_channels_are_kept() {
  local rate channels
  for format in 8000:1 192000:1 48000:8 22050:2; do
    rate=${format%:*} channels=${format#*:}
    make_tone in.wav 1 "$rate" "$channels"
    expect 0 "$AUTOVOICE" pitch in.wav out.wav --semitones -2
    assert_same_length in.wav out.wav
    [ "$(od -An -tu4 -j24 -N4 out.wav | tr -d ' ')" = "$rate" ]
    [ "$(od -An -tu2 -j22 -N2 out.wav | tr -d ' ')" = "$channels" ]
    rm in.wav out.wav
  done
}

test_separate_writes_stems_that_add_up() {
  local stem
  make_tone in.wav 3 44100 2 pink-noise
  expect 0 "$AUTOVOICE" separate in.wav -o stems
  [ "$(list_files stems)" = "accompaniment.wav bass.wav drums.wav other.wav vocals.wav " ]
  for stem in stems/*.wav; do
    assert_same_length in.wav "$stem"
    [ "$(od -An -tu2 -j20 -N2 "$stem" | tr -d ' ')" = 3 ]
  done
  paste <(decode in.wav | od -An -v -tf4 -w4) <(decode stems/vocals.wav | od -An -v -tf4 -w4) \
    <(decode stems/drums.wav | od -An -v -tf4 -w4) <(decode stems/bass.wav | od -An -v -tf4 -w4) \
    <(decode stems/other.wav | od -An -v -tf4 -w4) |
    awk '{ d = $1 - $2 - $3 - $4 - $5; if (d < 0) d = -d; if (d > 1e-5) { print "off by " d; exit 1 } }'
}

test_f0_prints_a_track_every_10_ms() {
  make_tone in.wav 2 44100 2
  expect 0 "$AUTOVOICE" f0 in.wav --csv
  [ "$(head -n 1 output)" = "time_s,f0_hz,voicing" ]
  [ "$(wc -l <output)" = 202 ]
  # A tone of 220 Hz: within 1 %, away from its ends.
  awk -F, 'NR > 20 && NR < 180 && ($2 < 217.8 || $2 > 222.2) { print; exit 1 }' output
  awk -F, 'NR == 3 && $1 != "0.010" { print; exit 1 }' output
}

test_measure_of_a_file_with_itself_finds_no_difference() {
  make_tone in.wav 3 16000 1 pink-noise
  expect 0 "$AUTOVOICE" measure in.wav in.wav --json
  grep -q '"pooled_metrics"' output
  grep -q '"si_sdr_db" : 1[0-9][0-9]' output
  expect 0 "$AUTOVOICE" measure in.wav in.wav --html report.html
  grep -qi '<html' report.html
  expect 0 "$AUTOVOICE" measure in.wav in.wav --csv
  grep -q '^# ' output
}

test_the_rate_of_a_file_is_not_measured() {
  make_tone in.wav 2 48000 1
  # Every third sample is the same tone at 16 kHz.
  decode in.wav | od -An -v -to1 -w4 | awk 'NR % 3 == 1 { for (i = 1; i <= 4; i++) printf "\\%s", $i }' >octal
  # shellcheck disable=SC2059 # the file holds nothing but escapes
  printf "$(cat octal)" >raw
  launch filesrc location=raw ! rawaudioparse pcm-format=f32le sample-rate=16000 num-channels=1 ! wavenc ! \
    filesink location=third.wav
  for pair in "in.wav third.wav" "third.wav in.wav"; do
    # shellcheck disable=SC2086 # two names
    expect 0 "$AUTOVOICE" measure $pair --csv
    # Its ends ring. A tenth of a sample of delay at 16 kHz would leave 41 dB.
    awk -F, '/^# si_sdr_db/ { ok = $2 > 45 } END { exit !ok }' output || fail "$(grep si_sdr output)"
  done
}

test_a_tenth_of_a_second_works() {
  launch audiotestsrc samplesperbuffer=4410 num-buffers=1 ! audio/x-raw,format=F32LE,rate=44100,channels=1 ! \
    wavenc ! filesink location=in.wav
  expect 0 "$AUTOVOICE" pitch in.wav out.wav --semitones 5
  assert_same_length in.wav out.wav
  expect 0 "$AUTOVOICE" separate in.wav -o stems
  assert_same_length in.wav stems/vocals.wav
}

run_tests
