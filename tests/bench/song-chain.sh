#!/usr/bin/env bash
# Speed and peak memory of the whole song chain: decode, separate, convert, mix, encode.
#
#   usage: meson devenv -C build ../tests/bench/song-chain.sh [SECONDS]
#
# Makes a song (examples/make-demo-song, repeated to SECONDS) and a voice from the built-in engines in a temporary folder.
set -euo pipefail

seconds=${1:-120}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

examples/make-demo-song "$dir"
gst-launch-1.0 -q audiomixer name=mix ! audioconvert ! wavenc ! filesink location="$dir/once.wav" \
  filesrc location="$dir/vocals.wav" ! wavparse ! queue ! mix. \
  filesrc location="$dir/backing.wav" ! wavparse ! queue ! mix.
repeats=$(((seconds + 23) / 24))
inputs=()
for ((i = 0; i < repeats; i++)); do inputs+=("$dir/once.wav"); done
sox "${inputs[@]}" "$dir/song.wav" trim 0 "$seconds"
autovoice say --speaker rms --file "$(dirname "$0")/../../examples/demo-reading.txt" -o "$dir/voice.wav" >/dev/null
autovoice voice create bench "$dir/voice.wav" --voices-dir "$dir" >/dev/null

# measure NAME COMMAND...: wall and processor seconds and peak memory of one process.
measure() {
  local name=$1
  shift
  python3 - "$name" "$seconds" "$@" <<'PYTHON'
import resource, subprocess, sys, time
name, seconds, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
start = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(f"{name:24} {seconds / wall:8.1f}x real time {seconds / cpu:8.1f}x per core {used.ru_maxrss / 1024:8.0f} MB peak")
PYTHON
}

echo "whole song chain, $seconds s stereo at 44.1 kHz, file to file, $(nproc) cores"
for mode in fast balanced quality; do
  measure "song chain $mode" autovoice convert "$dir/song.wav" --voice bench --voices-dir "$dir" --mode "$mode" \
    -o "$dir/$mode.wav"
done
for mode in fast balanced quality; do
  measure "separate $mode" autovoice separate "$dir/song.wav" -o "$dir/stems-$mode" --mode "$mode"
done
for mode in fast balanced quality; do
  measure "convert speech $mode" autovoice convert "$dir/song.wav" --speech --voice bench --voices-dir "$dir" \
    --mode "$mode" -o "$dir/speech-$mode.wav"
done
