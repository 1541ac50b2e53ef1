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
exec "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 "${dirs[@]}"
