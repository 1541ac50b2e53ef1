#!/usr/bin/env bash
# Installs what AutoVoice needs on Debian 12, Ubuntu 24.04 or newer, and builds it into build/.
#
#   usage: tools/setup.sh [--tests] [--no-build]
#
# --tests also installs what only the test suite needs (clang, gcovr, codecs of the peers).
# examples/demo.sh and tests/run.sh call this; it does nothing twice.
set -euo pipefail
cd "$(dirname "$0")/.."

with_tests=no
build=yes
for option in "$@"; do
  case "$option" in
    --tests) with_tests=yes ;;
    --no-build) build=no ;;
    -h | --help) sed -n '2,8p' "$0" | cut -c3-; exit 0 ;;
    *) echo "setup.sh: unknown option $option (see --help)" >&2; exit 2 ;;
  esac
done

packages=(
  build-essential meson ninja-build pkg-config python3
  libglib2.0-dev libjson-glib-dev libkissfft-dev libopenblas-dev libsoxr-dev
  libebur128-dev flite1-dev
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
)
if [ "$with_tests" = yes ]; then
  packages+=(clang libclang-rt-dev llvm clang-format gcovr flac sox rubberband-cli soundstretch flite)
fi

install_packages() {
  local missing=() package sudo=
  command -v dpkg-query >/dev/null || {
    echo "setup.sh: this is not a Debian or Ubuntu system; install by hand: ${packages[*]}" >&2
    return 1
  }
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup.sh: run as root, or install: apt-get install ${missing[*]}" >&2
      return 1
    }
    sudo=sudo
  fi
  echo "Installing: ${missing[*]}"
  $sudo apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install_packages >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "setup.sh: the packages could not be installed (see above)" >&2
  exit 1
fi
grep '^Installing' "$log" || true

if [ "$build" = yes ]; then
  # The CUDA module takes minutes to build: not without a GPU, and only for the one that is there.
  archs=$(tools/gpu-archs.sh)
  cuda=-Dcuda=disabled
  [ -z "$archs" ] || cuda=-Dcuda-archs=$archs
  [ -f build/build.ninja ] || meson setup build "$cuda"
  meson compile -C build
fi
