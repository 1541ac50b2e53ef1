#!/usr/bin/env bash
# Checks the house's written rules: formatting, file length, arrows between folders.
#
#   usage: tests/check-style.sh [--fix]
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(git ls-files '*.c' '*.h')
bad=0

complain() {
  echo "$1"
  bad=1
}

# Formatting is defined by clang-format 14; other versions break lines differently.
formatter=$(command -v clang-format-14 || command -v clang-format || true)
if [ -n "$formatter" ] && "$formatter" --version | grep -q 'version 14\.'; then
  if [ "${1:-}" = --fix ]; then
    "$formatter" -i "${sources[@]}"
  else
    "$formatter" --dry-run --Werror "${sources[@]}" || complain "run tests/check-style.sh --fix"
  fi
else
  echo "clang-format 14 is not installed: formatting not checked"
fi

while read -r lines file; do
  [ "$file" = total ] || [ "$lines" -le 500 ] || complain "$file has $lines lines: more than 500 means two subjects"
done < <(git ls-files '*.c' '*.h' '*.cu' '*.py' '*.sh' | xargs wc -l)

if git grep -nE '#include *[<"]gst/' -- common cuda; then
  complain "the engine must not include GStreamer headers"
fi
if git grep -nE '#include *[<"](cuda|cublas|cufft)' -- common gst tools; then
  complain "only cuda/ includes CUDA headers"
fi
if git grep -nE '#include *"(separate|pitchshift|convert|tts|quality|voice|text|dsp)/' -- cuda common/backend common/base; then
  complain "the backends must not include engine headers"
fi
exit $bad
