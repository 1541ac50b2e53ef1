#!/bin/sh
# pitch-peers.sh: speed of `autovoice pitch` beside Rubber Band, SoundTouch and
# SoX, on one generated stereo file, all in one run. Prints the processor
# seconds of each tool, start-up included, and how many times ours that is.
#
#   meson devenv -C build ../tests/bench/pitch-peers.sh [SECONDS [SEMITONES]]
set -eu

seconds=${1:-60}
semitones=${2:-4}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM

if ! command -v sox >/dev/null; then
  echo "pitch-peers.sh: sox is needed to make the signal" >&2
  exit 1
fi
sox -q -n -r 48000 -b 16 "$dir/in.wav" synth "$seconds" \
  sawtooth 150-190 sawtooth 220 synth "$seconds" pinknoise mix gain -12

# Prints user plus system seconds of a command; "-" when it is not installed or
# fails.
cost () {
  command -v "$1" >/dev/null || { echo -; return; }
  { /usr/bin/env bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1' \
      cost "$@" || true; } 2>&1 | awk 'NF == 2 { print $1 + $2 }'
}

cents=$(awk "BEGIN { print 100 * $semitones }")
for mode in fast balanced quality; do
  eval "ours_$mode=\$(cost autovoice pitch \"$dir/in.wav\" \"$dir/$mode.wav\" \
    --semitones $semitones --mode $mode)"
done
ours=$ours_balanced

show () {
  awk -v name="$1" -v cost="$2" -v ours="$ours" -v seconds="$seconds" 'BEGIN {
    if (cost == "-" || cost == "") { printf "%-28s not here\n", name; exit }
    printf "%-28s %8.4f CPU s/s %8.1fx real time %7.2f of ours\n", name,
      cost / seconds, (cost > 0 ? seconds / cost : 0),
      (ours > 0 ? cost / ours : 0) }'
}

echo "$seconds s stereo, $semitones semitones; ours is balanced:"
show "autovoice fast" "$ours_fast"
show "autovoice balanced" "$ours_balanced"
show "autovoice quality" "$ours_quality"
show "Rubber Band R3" "$(cost rubberband -q -3 -p "$semitones" \
  "$dir/in.wav" "$dir/r3.wav")"
show "Rubber Band R3, formants" "$(cost rubberband -q -3 -F -p "$semitones" \
  "$dir/in.wav" "$dir/r3f.wav")"
show "Rubber Band R2" "$(cost rubberband -q -2 -p "$semitones" \
  "$dir/in.wav" "$dir/r2.wav")"
show "SoundTouch" "$(cost soundstretch "$dir/in.wav" "$dir/st.wav" \
  "-pitch=$semitones")"
show "SoX" "$(cost sox "$dir/in.wav" "$dir/sox.wav" pitch "$cents")"
