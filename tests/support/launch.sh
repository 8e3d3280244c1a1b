# shellcheck shell=bash
# A cluster of launch/cluster, for scripts that test it. HEARSAY_PROGRAM names the program. To be
# sourced; the cluster is ended at the end.
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
program="$(realpath -- "${HEARSAY_PROGRAM:?names the program to test}")"
scratch="$(mktemp -d /tmp/hearsay-launch-test-XXXXXX)"
cluster="$checkout/launch/cluster"
export HEARSAY_PROGRAM="$program" HEARSAY_RUN_DIR="$scratch/run"
trap clean_up EXIT

clean_up() {
    local jobs
    mapfile -t jobs < <(jobs -pr)
    ((${#jobs[@]} == 0)) || kill "${jobs[@]}" || true
    "$cluster" down >/dev/null 2>&1 || true
    rm -rf -- "$scratch"
}

nothing_is_left() {
    [[ ! -e "$HEARSAY_RUN_DIR" ]] || fail "$HEARSAY_RUN_DIR is still there"
    ! pgrep -f -- "--run-dir $HEARSAY_RUN_DIR" || fail "processes are still there"
}

# refused STATUS "PATTERN" ARGUMENT...: one line on standard error says why; that is all.
refused() {
    local status="$1" pattern="$2"
    shift 2
    expect "$status" "$cluster" "$@"
    (($(wc -l <<<"$output") == 1)) || fail "$*: more than one line:"
    says "^cluster: .*$pattern"
    [[ -z "$("$cluster" "$@" 2>/dev/null </dev/null)" ]] || fail "$*: standard output is not empty"
}

# odd_program SCRIPT: $scratch/odd does as the real program, but for what this script ends first.
odd_program() {
    printf '#!/bin/bash\n%s\nexec %q "$@"\n' "$1" "$program" >"$scratch/odd"
    chmod +x "$scratch/odd"
}
