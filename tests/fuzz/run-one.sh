#!/usr/bin/env bash
# Runs one libFuzzer target for some seconds on a corpus that grows in the build folder.
#
#   usage: run-one.sh TARGET SECONDS
set -euo pipefail
target=$1
seconds=$2
name=$(basename "$target")
corpus=$(dirname "$target")/corpus-$name
mkdir -p "$corpus"
seeds=$(dirname "$0")/seeds/${name#fuzz-}
dirs=("$corpus")
[ -d "$seeds" ] && dirs+=("$seeds")
# GLib never frees the table of names it has outgrown, which would be reported at the exit as a leak of the target.
if [ "$name" = fuzz-preset ]; then
  export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
fi
exec "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
  -artifact_prefix="$(dirname "$target")/" "${dirs[@]}"
