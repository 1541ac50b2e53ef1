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
options=()
# GLib never frees the tables of names it has outgrown; the elements live as long as the process.
[ "$name" = fuzz-preset ] && options+=(-detect_leaks=0)
exec "$target" "${options[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 "${dirs[@]}"
