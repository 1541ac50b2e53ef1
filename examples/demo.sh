#!/usr/bin/env bash
# Converts a song to another voice, from nothing: installs the packages, builds, and runs the whole job.
#
#   usage: examples/demo.sh [SONG VOICE_RECORDING...] [-o DIR]
#
# Without arguments it makes a small song and a voice from the built-in engines and also measures the result against
# the known parts. With them it uses your song and 30 to 60 seconds of somebody's voice (one file or several).
# Writes to DIR (demo-output unless given): the converted song, its vocals, and report.html.
set -euo pipefail
here=$(pwd)
cd "$(dirname "$0")/.."

out=$here/demo-output
files=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,7p' "$0" | cut -c3-; exit 0 ;;
    -o) out=$(realpath -m "${2:?-o needs a folder}"); shift ;;
    -*) echo "demo.sh: there is no option $1 (see --help)" >&2; exit 2 ;;
    *)
      path=$(cd "$here" && realpath -m "$1")
      [ -f "$path" ] || { echo "demo.sh: there is no file $1" >&2; exit 2; }
      files+=("$path") ;;
  esac
  shift
done
if [ ${#files[@]} -eq 1 ]; then
  echo "demo.sh: give a song and at least one recording of the voice (see --help)" >&2
  exit 2
fi

echo "== 1. packages and build"
tools/setup.sh
mkdir -p "$out"
run() { meson devenv -C build "$@"; }
voices=$out/voices

if [ ${#files[@]} -eq 0 ]; then
  echo "== 2. a small song and a voice from the built-in engines"
  run examples/make-demo-song "$out"
  song=$out/song.wav
  run gst-launch-1.0 -q audiomixer name=mix ! audioconvert ! wavenc ! filesink location="$song" \
    filesrc location="$out/vocals.wav" ! wavparse ! queue ! mix. \
    filesrc location="$out/backing.wav" ! wavparse ! queue ! mix.
  run autovoice say --speaker rms --file "$PWD/examples/demo-reading.txt" -o "$out/voice.wav"
  recordings=("$out/voice.wav")
else
  song=${files[0]}
  recordings=("${files[@]:1}")
fi

echo "== 3. learn the voice"
run autovoice voice delete demo --voices-dir "$voices" >/dev/null 2>&1 || true
run autovoice voice create demo "${recordings[@]}" --voices-dir "$voices"

echo "== 4. convert the song"
run autovoice convert "$song" --voice demo --voices-dir "$voices" -o "$out/converted.wav"

echo "== 5. measure"
if [ ${#files[@]} -eq 0 ]; then
  # The sung part is known here, so it is converted alone, an octave down into the man's range, and compared with what
  # was sung.
  run autovoice convert "$out/vocals.wav" --singing --voice demo --voices-dir "$voices" --pitch -12 \
    -o "$out/converted-vocals.wav"
  run autovoice measure "$out/vocals.wav" "$out/converted-vocals.wav" --expected-shift -12 --html "$out/report.html"
else
  run autovoice measure "$song" "$out/converted.wav" --html "$out/report.html"
fi
echo
echo "the song in the new voice: $out/converted.wav"
echo "the report:                $out/report.html"
