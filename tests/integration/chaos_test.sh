#!/usr/bin/env bash
# `tests/chaos/run` works: a short storm over few nodes leaves a whole cluster, and nothing behind.
# HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

: "${HEARSAY_PROGRAM:?names the program to test}"
run="$(dirname "${BASH_SOURCE[0]}")/../chaos/run"
# Those that need no other modules of the kernel, and whose consequences are over soon.
kinds=kill,restart,pause,leave,partial,one-way,renew,new-key,rotate,relink
scratch="$(mktemp -d /tmp/hearsay-chaos-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT
# All that a run makes lies there.
export TMPDIR="$scratch"

unshare --net iptables -w -L >/dev/null 2>&1 || {
    echo "Skipped: this user may not make networks."
    exit 77
}

leaves_nothing() {
    [[ -z "$(ls "$scratch")" ]] || fail "it left $(ls "$scratch")"
    ! grep -sqF "$scratch" /proc/[0-9]*/cmdline || fail "processes are left"
}

test_wrong_use() {
    expect 2 "$run" --kinds kill,flood
    says 'flood is no kind; these are: kill, '
    expect 2 "$run" 1
    leaves_nothing
}

test_a_storm() {
    expect 0 "$run" 8 --lasting 1 --minutes 0.2 --kinds "$kinds"
    says 'holds: all agree once all is calm, in time: 0 violations'
    says ' calm: one view after [0-9.]+ s; [1-9][0-9]* faults, 0 violations so far$'
    leaves_nothing
}

test_an_interrupt() {
    local result=0 pid told="$scratch/told"
    : >"$told"
    "$run" 4 --lasting 1 --kinds pause >/dev/null 2>"$told" &
    pid=$!
    until grep -q 'all agree' "$told"; do kill -0 "$pid" || fail "$(cat "$told")"; done
    kill -INT "$pid"
    wait "$pid" || result=$?
    rm -f -- "$told"
    ((result == 130)) || fail "interrupted, it ended with $result"
    leaves_nothing
}

test_wrong_use
test_a_storm
test_an_interrupt
echo "all is as promised"
