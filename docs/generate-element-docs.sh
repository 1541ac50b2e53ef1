#!/usr/bin/env bash
# Writes the property and pad tables of docs/elements/*.md from gst-inspect-1.0, or checks that they are up to date.
#
#   usage: meson devenv -C build "$PWD/docs/generate-element-docs.sh" [--check]
#
# Each page holds its tables between the lines "<!-- generated: begin -->" and "<!-- generated: end -->".
set -euo pipefail
cd "$(dirname "$0")"

check=no
[ "${1:-}" = --check ] && check=yes
stale=0
for page in elements/*.md; do
  element=$(basename "$page" .md)
  fresh=$(mktemp)
  python3 element_tables.py "$element" "$page" >"$fresh"
  if ! cmp -s "$page" "$fresh"; then
    if [ "$check" = yes ]; then
      echo "$page differs from gst-inspect-1.0 $element; run docs/generate-element-docs.sh"
      diff "$page" "$fresh" || stale=1
    else
      cp "$fresh" "$page"
      echo "updated $page"
    fi
  fi
  rm -f "$fresh"
done
exit $stale
