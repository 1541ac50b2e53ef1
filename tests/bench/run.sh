#!/usr/bin/env bash
# Prints the speed and peak memory of every engine and mode, with a peer beside it where Debian has one.
#
#   usage: tests/bench/run.sh [SECONDS_OF_SONG]
#
# Builds what is missing. Peers: Rubber Band, SoundTouch, SoX (pitch), flite (speech); a missing one is said to be missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools/setup.sh --tests >/dev/null
run() { meson devenv -C build "$@"; }

echo "processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
for program in f0 separate pitchshift convert tts quality; do
  [ -x "build/tests/bench/bench-$program" ] || { echo "bench-$program was not built"; continue; }
  echo
  echo "== $program"
  run "$PWD/build/tests/bench/bench-$program"
done
echo
echo "== pitch beside its peers"
run "$PWD/tests/bench/pitch-peers.sh"
echo
echo "== whole song"
run "$PWD/tests/bench/song-chain.sh" "${1:-120}"
