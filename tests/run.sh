#!/usr/bin/env bash
# Installs what is needed, builds, and runs all tests; the last line is "N passed, N failed, N skipped".
#
#   usage: tests/run.sh [--ci] [--quick] [--coverage] [--fuzz SECONDS]
#
#   (nothing)       style check, build, every test of the suite
#   --quick         no package installation, no style check
#   --coverage      also measures line coverage of common/ and gst/ (build-coverage/)
#   --fuzz SECONDS  also runs every fuzz target that long
#   --ci            everything: gcc with warnings as errors, the suite under the leaks tracer, the suite again
#                   with clang's address and undefined-behaviour sanitizers, the fuzz targets for 60 s each,
#                   coverage
#
# AUTOVOICE_TEST_AUDIO names a folder of real recordings; tests that need them skip without it.
set -euo pipefail
cd "$(dirname "$0")/.."

quick=no coverage=no ci=no fuzz_seconds=0
while [ $# -gt 0 ]; do
  case "$1" in
    --ci) ci=yes coverage=yes fuzz_seconds=60 ;;
    --quick) quick=yes ;;
    --coverage) coverage=yes ;;
    --fuzz) fuzz_seconds=${2:?--fuzz needs a number of seconds}; shift ;;
    -h | --help) sed -n '2,14p' "$0" | cut -c3-; exit 0 ;;
    *) echo "run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
  shift
done
export AUTOVOICE_TEST_AUDIO=${AUTOVOICE_TEST_AUDIO:-$PWD/../shared/audio}

passed=0 failed=0 skipped=0

# step NAME COMMAND...: one check that is not part of the meson suite.
step() {
  local name=$1 log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)); echo "ok      $name"
  else
    failed=$((failed + 1)); echo "FAILED  $name"; tail -n 60 "$log"
  fi
  rm -f "$log"
}

# suite NAME BUILD_DIR [meson test options]: runs the meson suite and counts every test case in it. Meson's own exit
# code is not used: a failure, or a log that is not there, is counted from the log.
suite() {
  local name=$1 dir=$2 counts
  shift 2
  echo "suite: $name"
  rm -f "$dir"/meson-logs/*.junit.xml
  meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || echo "meson test: exit code $?"
  counts=$(python3 tests/count-junit.py "$dir"/meson-logs/*.junit.xml)
  read -r p f s <<<"$counts"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "suite: $name: $p passed, $f failed, $s skipped"
}

configure() {
  local dir=$1
  shift
  if [ -f "$dir/build.ninja" ]; then
    meson configure "$dir" "$@"
  else
    meson setup "$dir" "$@"
  fi
}

build() {
  local log
  log=$(mktemp)
  if configure "$@" >"$log" 2>&1 && meson compile -C "$1" >>"$log" 2>&1; then
    passed=$((passed + 1)); echo "ok      build $1"
    rm -f "$log"
  else
    echo "FAILED  build $1"; grep -E 'error|ERROR|FAILED' "$log" | head -n 40; tail -n 40 "$log"
    rm -f "$log"
    echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
    exit 1
  fi
}

if [ "$quick" = no ]; then
  tools/setup.sh --tests --no-build
  step "formatting" tests/check-style.sh
fi

werror=false
[ "$ci" = yes ] && werror=true
# The CUDA module for the GPUs of this machine; without one, one architecture shows that it compiles.
cuda_archs=$(tools/gpu-archs.sh)
: "${cuda_archs:=90}"
build build -Dwerror=$werror -Dtests=enabled -Dcuda=auto -Dcuda-archs="$cuda_archs"
suite "release" build
step "docs agree with gst-inspect-1.0" meson devenv -C build "$PWD/docs/generate-element-docs.sh" --check

if [ "$ci" = yes ]; then
  suite "leaks tracer" build --suite elements --setup leaks
  build build-sanitize -Dwerror=true -Dtests=enabled -Dfuzz=enabled -Dcuda=disabled -Dbuildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false --native-file tests/clang.ini
  suite "sanitizers" build-sanitize --setup sanitizers
elif [ "$fuzz_seconds" -gt 0 ]; then
  build build-sanitize -Dtests=disabled -Dfuzz=enabled -Dcuda=disabled -Dbuildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false --native-file tests/clang.ini
fi
if [ "$fuzz_seconds" -gt 0 ]; then
  for target in build-sanitize/tests/fuzz/fuzz-*; do
    if [ ! -x "$target" ] || [ ! -f "$target" ]; then continue; fi
    step "$(basename "$target") for $fuzz_seconds s" tests/fuzz/run-one.sh "$target" "$fuzz_seconds"
  done
fi
if [ "$coverage" = yes ]; then
  build build-coverage -Dtests=enabled -Dcuda=disabled -Dbuildtype=debugoptimized -Db_coverage=true \
    -Dc_args=-DVOX_NO_MULTIVERSION
  suite "coverage" build-coverage
  step "line coverage of common/ and gst/ over 80 %" gcovr --root . --filter 'common/' --filter 'gst/' \
    --object-directory build-coverage --fail-under-line 80 --print-summary --output build-coverage/coverage.txt
  if [ -f build-coverage/coverage.txt ]; then grep -E '^TOTAL' build-coverage/coverage.txt; fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
