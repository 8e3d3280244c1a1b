#!/usr/bin/env bash
# What a node promises as a process: how it starts, takes signals and ends, whatever it was given.
# HEARSAY_PROGRAM names the program, HEARSAY_EARLY_TERM the library early_term.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

# eventually COMMAND...: asks again and again until it succeeds. Fails after half a minute.
eventually() {
    local count
    for ((count = 0; count < 600; ++count)); do
        if "$@"; then return; fi
        sleep 0.05
    done
    fail "never: $*"
}

# alive NAME COUNT: waits until the node sees so many.
alive() {
    expect 0 "$hearsay" wait --status "$(status_of "$1")" --alive "$2" --timeout 30s
}

# stop NAME...: each is told to end, and does.
stop() {
    local name
    for name in "$@"; do
        kill -TERM "${pids[$name]}"
        ends 0 "$name"
    done
}

test_closed_descriptors() {
    local number
    "$hearsay" node --name n1 --cluster demo --profile local --events json \
        --on-event 'echo out; echo err >&2' <&- >&- 2>&- &
    pids[n1]=$!
    start n2 --join "$(endpoint_of n1)"
    alive n1 2
    for number in 0 1 2; do
        [[ "$(readlink "/proc/${pids[n1]}/fd/$number")" == /dev/null ]] ||
            fail "descriptor $number is $(readlink "/proc/${pids[n1]}/fd/$number")"
    done
    stop n2
    expect 0 "$hearsay" wait --left n2 --timeout 30s
    [[ "$(<"$HEARSAY_RUN_DIR/n1.lock")" == "${pids[n1]}" ]] ||
        fail "the lock file holds: $(<"$HEARSAY_RUN_DIR/n1.lock")"
    grep -q "\"pid\": ${pids[n1]}," "$HEARSAY_RUN_DIR/n1.json" ||
        fail "the run file holds: $(<"$HEARSAY_RUN_DIR/n1.json")"
    stop n1
}

test_what_may_pass() {
    local endpoint
    start n1
    endpoint="$(endpoint_of n1)"
    expect 4 "$hearsay" node --name n2 --cluster demo --bind "$endpoint"
    says "^hearsay node: bind $endpoint: the address is in use"
    is_one_line
    expect 4 "$hearsay" node --name n2 --cluster demo --status "$endpoint"
    is_one_line
    expect 4 "$hearsay" node --name n2 --cluster demo --bind tcp://192.0.2.1:7700
    is_one_line
    # These will be the same next time.
    expect 2 "$hearsay" node --name n2 --cluster demo --bind "$endpoint" --rounds 1s
    expect 2 "$hearsay" node --name n2 --cluster demo --bind "ipc://$scratch/none/n2"
    is_one_line
    [[ ! -e "$HEARSAY_RUN_DIR/n2.lock" ]] || fail "a node that did not start left its lock"
    stop n1
}

test_a_renamed_log() {
    local signal
    start n1 --log-file "$scratch/file.log"
    alive n1 1
    for signal in USR1 USR2; do
        mv "$scratch/file.log" "$scratch/file.log.$signal"
        kill "-$signal" "${pids[n1]}"
        eventually test -e "$scratch/file.log"
        expect 0 "$hearsay" log-level debug
        eventually grep -q 'log level is now debug' "$scratch/file.log"
        ! grep -q 'log level is now' "$scratch/file.log.$signal" ||
            fail "after SIG$signal the renamed log is written to"
        expect 0 "$hearsay" log-level info
        eventually grep -q 'log level is now info' "$scratch/file.log"
        : >"$scratch/file.log"
    done
    stop n1
}

test_an_early_signal() {
    local early="${HEARSAY_EARLY_TERM:?names the library early_term}"
    # Any other command ends by the signal.
    expect 143 env LD_PRELOAD="$early" "$hearsay" members
    expect 0 env LD_PRELOAD="$early" "$hearsay" node --name n1 --cluster demo
    says 'n1: leaving$'
    [[ ! -e "$HEARSAY_RUN_DIR/n1.lock" ]] || fail "the node did not end in order"
}

has_no_children() { ! pgrep -P "$1" >/dev/null; }

test_process_one() {
    local namespace=(unshare --pid --fork --kill-child --mount-proc) node
    if ! "${namespace[@]}" true 2>/dev/null; then
        echo "no process namespace can be made here: not tested"
        return
    fi
    # Its shell ends at once, so what it has started is left to the node.
    "${namespace[@]}" "$hearsay" node --name n1 --cluster demo --profile local \
        --on-event "sleep 0.2 & echo left >>'$scratch/orphans'" \
        >/dev/null 2>"$scratch/n1.log" </dev/null &
    pids[n1]=$!
    alive n1 1
    [[ "$(<"$HEARSAY_RUN_DIR/n1.lock")" == 1 ]] || fail "the node is not process 1"
    node="$(pgrep -P "${pids[n1]}")"
    start n2 --join "$(endpoint_of n1)"
    eventually test -s "$scratch/orphans"
    eventually has_no_children "$node"
    kill -TERM "$node"
    ends 0 n1
    stop n2
}

test_what_handlers_inherit() {
    local endpoint
    start n1 --on-event "sleep 1000 >/dev/null 2>&1 & echo \$! >>'$scratch/sleepers'"
    endpoint="$(endpoint_of n1)"
    start n2 --join "$endpoint"
    eventually test -s "$scratch/sleepers"
    pids[sleeper]="$(head -n 1 "$scratch/sleepers")"
    kill -KILL "${pids[n1]}"
    ends 137 n1
    kill -0 "${pids[sleeper]}" || fail "what the handler has started did not outlive the node"
    # Neither name nor port nor sockets are held.
    start n1 --bind "$endpoint"
    alive n1 2
    kill -KILL "${pids[sleeper]}"
    unset "pids[sleeper]"
    stop n2 n1
}

with_descriptors() {
    ulimit -n "$1"
    shift
    exec "$@"
}

test_few_descriptors() {
    local limit least=0
    # The sanitizer opens a pipe to find out what a pointer points to.
    ! grep -qa __ubsan_handle "$hearsay" || least=20
    for limit in 4 5 6 7 8 9 10 11 12 16 20 24 32 48 64 96; do
        ((limit >= least)) || continue
        # The caller of this may have left open what the loader then lacks.
        (with_descriptors "$limit" "$hearsay" --version) >/dev/null 2>&1 || continue
        expect 2 with_descriptors "$limit" "$hearsay" node --name n1 --cluster demo --log-level off
        is_one_line
        ((limit < 8)) || says '^hearsay node: .*ulimit -n'
    done
}

# notices NAME COMMAND...: a command that waits for a node ends when the node is killed.
notices() {
    local name="$1" command status=0
    shift
    "$hearsay" "$@" --status "$(status_of "$name")" >"$scratch/asked" 2>&1 </dev/null &
    command=$!
    pids[command]=$command
    eventually is_waited_for "$name"
    kill -KILL "${pids[$name]}"
    ends 137 "$name"
    SECONDS=0
    wait "$command" || status=$?
    unset "pids[command]"
    output="$(<"$scratch/asked")"
    ((status == 3)) || fail "$1 ended with $status instead of 3"
    says "^hearsay: no node answers at $(status_of "$name"); it ended, or hung up"
    is_one_line
    # Far less than it would have waited for an answer, and far more than it takes.
    ((SECONDS < 25)) || fail "$1 took $SECONDS seconds to notice"
}

is_waited_for() {
    expect 0 "$hearsay" status --json --status "$(status_of "$1")"
    grep -q '"waiting":1,' <<<"$output"
}

test_nodes_that_are_killed() {
    local witness
    start n1
    alive n1 1
    notices n1 wait --alive 9 --timeout 60s
    # Those that are frozen confirm nothing: one of three does, and two must.
    start witness --fail-after 60s --suspect-after 50s
    witness="$(endpoint_of witness)"
    for name in n1 n2 n3; do
        start "$name" --join "$witness" --leave-timeout 60s --fail-after 60s --suspect-after 50s
        alive "$name" "$((${#pids[@]}))"
    done
    kill -STOP "${pids[witness]}" "${pids[n3]}"
    notices n1 leave
    kill -CONT "${pids[n3]}"
    notices n2 forget n3 --force
    kill -CONT "${pids[witness]}"
    stop n3 witness
}

test_closed_descriptors
test_what_may_pass
test_a_renamed_log
test_an_early_signal
test_process_one
test_what_handlers_inherit
test_few_descriptors
test_nodes_that_are_killed
echo "the process keeps its promises"
