# shellcheck shell=bash
# tap.sh: helpers for the tests of the command-line tool; sourced by each.
#
# A test is a function; `run_tests` runs those whose names begin with test_ in a
# folder of its own and prints TAP. Inside a test, any command that fails ends
# it. AUTOVOICE is the program under test.
set -uo pipefail
: "${AUTOVOICE:?AUTOVOICE names the program under test}"

work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
export AUTOVOICE_VOICES_DIR=$work/voices XDG_DATA_HOME=$work/data LC_ALL=C.UTF-8

# Under the leak sanitizer: whole stacks, so that lsan.supp can tell what
# libraries keep, and a first run for the registry, which loads every plugin.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 "$AUTOVOICE" --version >/dev/null
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:fast_unwind_on_malloc=0

# A test that cannot run here calls this.
skip() {
  echo "# SKIP $*"
  exit 77
}

fail() {
  echo "$*" >&2
  exit 1
}

# expect CODE COMMAND...: the command's exit code; its output goes to ./output
# (standard output) and ./errors (standard error).
expect() {
  local code=$1 got=0
  shift
  "$@" >output 2>errors || got=$?
  [ "$got" -eq "$code" ] || fail "exit code $got instead of $code: $*: $(cat output errors)"
}

# expect_error CODE WORDS COMMAND...: also one line on standard error that
# begins with the program's name and contains WORDS.
expect_error() {
  local code=$1 words=$2
  shift 2
  expect "$code" "$@"
  grep -qF -- "$words" errors || fail "no \"$words\" in: $(cat errors)"
  if grep -qv '^autovoice: ' errors; then fail "more than plain sentences: $(cat errors)"; fi
}

# launch PIPELINE: gst-launch-1.0 with GStreamer's own elements only, because a
# plugin that was built with sanitizers cannot be loaded into it.
launch() {
  env -u GST_PLUGIN_PATH GST_REGISTRY="$work/launch.registry" gst-launch-1.0 -q "$@"
}

# make_tone FILE SECONDS RATE CHANNELS [WAVE]: a WAV file with 32-bit floats.
make_tone() {
  launch audiotestsrc wave="${5:-sine}" freq=220 volume=0.5 samplesperbuffer=$(($3 / 10)) \
    num-buffers=$(($2 * 10)) ! audio/x-raw,format=F32LE,rate="$3",channels="$4" ! wavenc ! \
    filesink location="$1"
}

# encode FROM TO ELEMENTS: another format of the same audio.
encode() {
  # shellcheck disable=SC2086 # the elements are several words
  launch filesrc location="$1" ! wavparse ! audioconvert ! $3 ! filesink location="$2"
}

# decode FILE: its samples as 32-bit floats on standard output.
decode() {
  launch filesrc location="$1" ! decodebin ! audioconvert ! audio/x-raw,format=F32LE,layout=interleaved ! \
    fdsink fd=1
}

count_bytes() {
  decode "$1" | wc -c
}

# assert_same_length A B: equal numbers of samples.
assert_same_length() {
  local a b
  a=$(count_bytes "$1") b=$(count_bytes "$2")
  if [ "$a" -eq 0 ] || [ "$a" -ne "$b" ]; then fail "$1 has $a bytes of samples, $2 has $b"; fi
}

# refute COMMAND...: fails when the command succeeds.
refute() {
  if "$@"; then fail "should fail: $*"; fi
}

# list_files FOLDER: its entries, hidden ones too, in one line.
list_files() {
  find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' '
}

# assert_files NAME...: exactly these are in the folder, hidden ones included.
assert_files() {
  local want got
  want=$(printf '%s\n' "$@" output errors | sort | tr '\n' ' ')
  got=$(list_files .)
  [ "$want" = "$got" ] || fail "files: $got instead of $want"
}

run_tests() {
  local tests name code number=0 failed=0
  tests=$(declare -F | awk '{print $3}' | grep '^test_')
  echo "1..$(wc -w <<<"$tests")"
  for name in $tests; do
    number=$((number + 1))
    code=0
    mkdir "$work/$name"
    (cd "$work/$name" && set -e && "$name") >"$work/log" 2>&1 || code=$?
    case $code in
      0) echo "ok $number ${name#test_}" ;;
      77) echo "ok $number ${name#test_} $(grep -m1 '^# SKIP' "$work/log")" ;;
      *)
        echo "not ok $number ${name#test_}"
        sed 's/^/# /' "$work/log"
        failed=1
        ;;
    esac
    rm -rf "${work:?}/$name"
  done
  return $failed
}
