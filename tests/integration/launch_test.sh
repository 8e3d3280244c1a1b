#!/usr/bin/env bash
# What launch/cluster and launch/demo promise, with real nodes. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
program="${HEARSAY_PROGRAM:?names the program to test}"
scratch="$(mktemp -d /tmp/hearsay-launch-test-XXXXXX)"
cluster="$checkout/launch/cluster"
export HEARSAY_PROGRAM="$program" HEARSAY_RUN_DIR="$scratch/run"
trap clean_up EXIT

clean_up() {
    HEARSAY_RUN_DIR="$scratch/run" "$cluster" down >/dev/null 2>&1 || true
    [[ -z "${bystander:-}" ]] || kill "$bystander" 2>/dev/null || true
    rm -rf -- "$scratch"
}

nothing_is_left() {
    [[ ! -e "$HEARSAY_RUN_DIR" ]] || fail "$HEARSAY_RUN_DIR is still there"
    ! pgrep -f -- "--run-dir $HEARSAY_RUN_DIR" || fail "processes are still there"
}

test_help() {
    expect 0 "$cluster"
    says '^Usage: '
    expect 2 "$cluster" frobnicate
    says "no command 'frobnicate'"
}

test_wrong_use_before_up() {
    expect 2 "$cluster" up five
    expect 2 "$cluster" up 0
    expect 2 "$cluster" up 3 --profile moon
    says 'local, lan or wan'
    expect 3 "$cluster" members
    expect 2 "$cluster" kill n1
    expect 0 "$cluster" down
    nothing_is_left
}

test_up() {
    expect 0 "$cluster" up 3
    says '^3 of 3 nodes are up and agree'
    says '^n1 .*alive'
    says '^n2 .*alive'
    says '^n3 .*alive'
    expect 2 "$cluster" up
    says 'n1, n2 and n3 run here already'
}

test_kill_and_restart() {
    local endpoint
    expect 2 "$cluster" kill n9
    says "no node 'n9' here; there are n1, n2 and n3"
    endpoint="$(<"$HEARSAY_RUN_DIR/n3.endpoint")"
    expect 0 "$cluster" kill n3
    says 'n3 was killed; .* s later it is failed in the view of n1 and n2'
    says '^n3 .*failed'
    expect 0 "$cluster" explain n3
    says 'n1|n2'
    expect 1 "$cluster" kill n3
    says 'n3 is not running'
    expect 0 "$cluster" restart n3
    says 'n3 is back; 3 of 3 nodes agree'
    says '^n3 .*alive'
    [[ "$(<"$HEARSAY_RUN_DIR/n3.endpoint")" == "$endpoint" ]] || fail "n3 came back elsewhere"
    (($(grep -cE '^n3 +(alive|suspect|failed|left) ' <<<"$output") == 1)) || fail "n3 has two rows"
}

test_pause_and_resume() {
    expect 0 "$cluster" pause n2
    says '^n2 .*failed'
    expect 1 "$cluster" leave n2
    says 'n2 is paused'
    expect 0 "$cluster" status
    says '^n2 +paused '
    expect 0 "$cluster" resume n2
    says '^n2 .*alive'
}

# Where a process died connections are refused, and all who probe say so: nobody waits for silence.
# The rounds are long, so that even here nobody comes too late to have found it at once.
test_a_refused_connection() {
    local name
    expect 0 "$cluster" up 5 --profile lan
    expect 0 "$cluster" kill n3
    for name in n1 n2 n4 n5; do
        expect 0 "$program" explain n3 --status "ipc://$HEARSAY_RUN_DIR/$name.status"
        says '^n3 is failed, for .*: its endpoint refuses connections, say '
    done
    expect 0 "$cluster" restart n3
    says 'n3 is back; 5 of 5 nodes agree'
    expect 0 "$cluster" down
    nothing_is_left
}

test_leave() {
    expect 0 "$cluster" leave n1
    says '^n1 .*left'
    silent_on '^n1 .*failed'
    expect 0 "$cluster" restart n1
    expect 0 "$cluster" logs n1
    says .
    expect 0 "$cluster" logs
    says '^n3: '
}

test_a_reused_process_id_is_never_signalled() {
    sleep 600 &
    bystander=$!
    # What a record looks like when its node has ended and somebody else got the number.
    "$cluster" kill n2 >/dev/null
    echo "$bystander 1" >"$HEARSAY_RUN_DIR/n2.process"
    expect 1 "$cluster" kill n2
    expect 0 "$cluster" down
    says 'Ended n1 and n3'
    kill -0 "$bystander" || fail "a stranger was ended"
    nothing_is_left
    expect 0 "$cluster" down
}

test_one_of_two_ups_wins() {
    local first=0 second=0
    "$cluster" up 2 >"$scratch/first" 2>&1 &
    "$cluster" up 2 >"$scratch/second" 2>&1 || second=$?
    wait "$!" || first=$?
    output="$(cat "$scratch/first" "$scratch/second")"
    [[ "$first $second" == "0 2" || "$first $second" == "2 0" ]] || fail "they gave $first, $second"
    expect 0 "$cluster" down
    nothing_is_left
}

# A program that does as the real one, but for one thing.
odd_program() {
    printf '#!/bin/bash\n%s\nexec %q "$@"\n' "$1" "$program" >"$scratch/odd"
    chmod +x "$scratch/odd"
}

test_a_node_that_dies_at_start_is_shown_and_nothing_stays() {
    odd_program '[[ "$*" != *"--name n2"* ]] || { echo "no luck today" >&2; exit 2; }'
    expect 1 env HEARSAY_PROGRAM="$scratch/odd" "$cluster" up 3
    says 'no luck today'
    says 'n2 ended while it started'
    nothing_is_left
}

test_an_interrupted_up_leaves_nothing() {
    local up status=0
    odd_program "[[ \"\$1\" != wait ]] || { touch '$scratch/waiting'; exec sleep 600; }"
    HEARSAY_PROGRAM="$scratch/odd" "$cluster" up 3 >"$scratch/log" 2>&1 &
    up=$!
    until [[ -e "$scratch/waiting" ]]; do
        kill -0 "$up" || fail "it ended too soon"
        sleep 0.05
    done
    kill -TERM "$up"
    wait "$up" || status=$?
    ((status == 143)) || fail "it ended with $status"
    nothing_is_left
}

test_a_checkout_may_lie_anywhere() {
    local elsewhere="$scratch/a place/with 'odd' names"
    mkdir -p "$elsewhere"
    cp -r "$checkout/launch" "$elsewhere/"
    cd /
    expect 0 "$elsewhere/launch/cluster" up 1
    expect 0 "$elsewhere/launch/cluster" kill n1
    says 'No other node is running'
    expect 0 "$elsewhere/launch/cluster" restart n1
    expect 0 "$elsewhere/launch/cluster" down
    nothing_is_left
}

test_demo() {
    expect 0 env TMPDIR="$scratch" "$checkout/launch/demo"
    says 'server1 says that server2 is out: .*accused by'
    says 'server3 says that server2 is out: .*accused by'
    says '(server1|server3) is the first to claim the recovery'
    says 'server1 sees server2 back as a new life'
    says 'server3 sees server2 back as a new life'
    (($(grep -c 'claim the recovery' <<<"$output") == 1)) || fail "it was claimed twice"
    ! pgrep -f -- "--run-dir $scratch/hearsay-demo-" || fail "servers are still there"
}

test_help
test_wrong_use_before_up
test_up
test_kill_and_restart
test_pause_and_resume
test_leave
test_a_reused_process_id_is_never_signalled
test_a_refused_connection
test_one_of_two_ups_wins
test_a_node_that_dies_at_start_is_shown_and_nothing_stays
test_an_interrupted_up_leaves_nothing
test_a_checkout_may_lie_anywhere
test_demo
echo "all is as promised"
