#!/usr/bin/env bash
# What launch/cluster and launch/demo promise, with real nodes. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/launch.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/launch.sh"

# until_written FILE PATTERN
until_written() {
    local deadline=$((SECONDS + 30))
    until grep -qE -- "$2" "$1" 2>/dev/null; do
        ((SECONDS < deadline)) || fail "nothing matches '$2' in: $(cat "$1")"
        sleep 0.05
    done
}

test_up() {
    expect 0 "$cluster" up 3
    says '^3 of 3 nodes are up and agree'
    says '^n1 .*alive'
    says '^n2 .*alive'
    says '^n3 .*alive'
    expect 2 "$cluster" up
    says "n1, n2 and n3 run here; .*down' ends them"
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

test_several_at_once() {
    expect 0 "$cluster" up 4
    refused 1 'n1 is running already' resume n1 n2
    refused 2 "no node 'n9' here" kill n1 n9
    expect 0 "$cluster" pause n1 n2 n2
    says '^n1 and n2 are paused; .* s later they are failed in the view of n3 and n4:'
    says '^Cluster .* as n3 sees it: 2 alive, 2 failed'
    refused 1 'n1 is paused' pause n3 n1
    expect 0 "$cluster" status
    says '^n3 +running '
    expect 0 "$cluster" resume n1 n2
    says '^n1 and n2 run on; .* s later they are alive in the view of n3 and n4:'
    expect 0 "$cluster" kill n1 n4
    says '^n1 and n4 were killed; .* s later they are failed in the view of n2 and n3:'
    says '^n1 .*failed'
    says '^n4 .*failed'
    expect 0 "$cluster" restart n4 n1
    says '^n4 and n1 are back; 4 of 4 nodes agree .* s after their start:'
    expect 0 "$cluster" leave n2 n3 n4
    says '^n2, n3 and n4 were told to leave; .* s later they are left in the view of n1:'
    expect 0 "$cluster" restart n2 n3 n4
}

test_who_is_paused_is_named() {
    local command
    expect 0 "$cluster" pause n2
    refused 3 "n2 is paused; '$cluster resume n2' lets it run on" members n2
    expect 0 "$cluster" pause n3 n4
    expect 0 "$cluster" kill n1
    says '^n1 was killed\. No other node is running that could have noticed\.$'
    says "^3 nodes are paused; '$cluster resume n2' lets one run on\.$"
    refused 3 '3 nodes are paused' members
    kill_quietly n3 n4
    for command in members "explain n1" "explain n2" env; do
        # shellcheck disable=SC2086  # A command and its name.
        refused 3 "n2 is paused; '$cluster resume n2' lets it run on" $command
    done
    expect 3 "$cluster" status
    says '^n2 +paused '
    says "n2 is paused; '$cluster resume n2' lets it run on"
    kill_quietly n2
    refused 3 "no node is running here; '$cluster restart n1' starts one again" members
    expect 0 "$cluster" restart n1
    says '^n1 is back .* s after its start; no other node is running:'
    expect 0 "$cluster" restart n2 n3 n4
}

kill_quietly() { "$cluster" kill "$@" >/dev/null || fail "kill $* fails"; }

# What a peer that knows no such member answers, and one that is about to end.
test_others_are_asked_in_turn() {
    local kept="$HEARSAY_RUN_DIR/program"
    odd_program 'case "$*" in
        explain*n1.status*) echo "hearsay: no member \"n4\" is known" >&2; exit 1 ;;
        *n2.status*) echo "hearsay: no node answers" >&2; exit 3 ;;
        members*n1.status*) exit 3 ;;
        esac'
    echo "$scratch/odd" >"$kept"
    expect 0 "$cluster" explain n4
    says '^n4 is alive'
    silent_on 'hearsay: '
    expect 0 "$cluster" members
    says 'as n3 sees it'
    odd_program '[[ "$*" != *n2.status* ]] || { echo "no member \"n4\" is known" >&2; exit 1; }
        echo "no node answers" >&2
        exit 3'
    expect 1 "$cluster" explain n4
    says '^no member "n4" is known$'
    expect 3 "$cluster" members n3
    says '^no node answers$'
    echo "$program" >"$kept"
}

test_env_sets_up_a_shell() {
    expect 0 "$cluster" kill n1
    # shellcheck disable=SC2016  # For that shell.
    expect 0 env PATH="/usr/bin:/bin" sh -euc '
        eval "$("$1" env)"
        eval "$("$1" env)"
        echo "PATH is $PATH"
        echo "run directory is $HEARSAY_RUN_DIR"
        hearsay explain n1
        hearsay members' sh "$cluster"
    says '^n1 is failed'
    says 'as n2 sees it'
    says "^PATH is $(dirname "$program"):/usr/bin:/bin$"
    says "^run directory is $HEARSAY_RUN_DIR$"
    # On a terminal, and only there, it says how it is to be used.
    expect 0 "$cluster" env
    silent_on '#'
    output="$(script -qec "'$cluster' env" /dev/null </dev/null | tr -d '\r')"
    says "^# .*: eval \"\\\$\($cluster env\)\"$"
    expect 0 "$cluster" restart n1
}

# follow FILE ARGUMENT...: in the background, where Ctrl-C would not be heard otherwise.
follow() {
    local file="$1"
    shift
    env --default-signal=INT "$cluster" logs -f "$@" >"$file" 2>&1 &
}

test_logs_are_followed() {
    local one="$scratch/follow.one" all="$scratch/follow.all" name pids=()
    follow "$all"
    pids+=("$!")
    follow "$one" n2
    pids+=("$!")
    until_written "$one" '^n2: .*n3 (joined|restarted)'
    expect 0 "$cluster" kill n3
    until_written "$one" '^n2: .*n3 failed'
    until_written "$all" '^n1: .*n3 failed'
    kill -INT "${pids[1]}"
    ends 130 "${pids[1]}"
    ! grep -q '^n1' "$one" || fail "it shows a node that was not named"
    expect 0 "$cluster" restart n3
    expect 0 "$cluster" down
    ends 0 "${pids[0]}"
    # All that they said until they were gone, and no process that would wait for more.
    for name in n1 n2 n3 n4; do
        until_written "$all" "^$name: .*: left: "
    done
    ! pgrep -f -- "$cluster logs -f|$HEARSAY_RUN_DIR/.*[.]log" || fail "processes are still there"
    nothing_is_left
}

# ends STATUS PID
ends() {
    local status=0
    wait "$2" || status=$?
    ((status == $1)) || fail "a process ended with $status instead of $1"
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
    local bystander
    sleep 600 &
    bystander=$!
    # What a record looks like when its node has ended and somebody else got the number.
    "$cluster" kill n2 >/dev/null
    echo "$bystander 1" >"$HEARSAY_RUN_DIR/n2.process"
    expect 1 "$cluster" kill n2
    expect 0 "$cluster" down
    says 'Ended n1 and n3'
    kill "$bystander" || fail "a stranger was ended"
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
    local elsewhere="$scratch/a place/with 'odd' \"names\" & \$more"
    mkdir -p "$elsewhere"
    cp -r "$checkout/launch" "$program" "$elsewhere/"
    export HEARSAY_PROGRAM="$elsewhere/hearsay" HEARSAY_RUN_DIR="$scratch/it's a \$run"
    cd /
    expect 0 "$elsewhere/launch/cluster" up 1
    says '^1 node is up, '
    # shellcheck disable=SC2016  # For that shell.
    expect 0 sh -c 'eval "$("$1" env)"; command -v hearsay; hearsay members' sh \
        "$elsewhere/launch/cluster"
    says '^/.*/a place/.*/hearsay$'
    says 'as n1 sees it: 1 alive'
    expect 0 "$elsewhere/launch/cluster" kill n1
    says 'No other node is running'
    expect 0 "$elsewhere/launch/cluster" restart n1
    expect 0 "$elsewhere/launch/cluster" down
    says '^Ended n1\.$'
    nothing_is_left
    export HEARSAY_PROGRAM="$program" HEARSAY_RUN_DIR="$scratch/run"
}

test_a_page_beside_a_cluster() {
    local pages=() folder
    for folder in "$scratch/run" "$scratch/other"; do
        export HEARSAY_RUN_DIR="$folder"
        expect 0 "$cluster" up 1 --web
        says '^http://127.0.0.1:[0-9]+/ shows what n1 sees; it is read-only$'
        pages+=("$(grep -o 'http://[^ ]*' <<<"$output")")
    done
    [[ "${pages[0]}" != "${pages[1]}" ]] || fail "two clusters have one page"
    for folder in "$scratch/other" "$scratch/run"; do
        export HEARSAY_RUN_DIR="$folder"
        expect 0 curl -sS --fail "${pages[0]}readyz"
        expect 0 "$cluster" down
        nothing_is_left
        ! pgrep -f -- "web .*$folder/" || fail "the page is still there"
    done
    expect 7 curl -sS "${pages[0]}"
}

# With keys all goes as without; `down` leaves none behind.
test_a_secured_cluster() {
    local folder="$scratch/secured"
    (
        export HEARSAY_RUN_DIR="$folder"
        expect 0 "$cluster" up 3 --secure
        says '^3 of 3 nodes are up and agree'
        expect 0 "$cluster" status n2
        says 'keys +secure'
        expect 0 "$cluster" kill n3
        says 'n3 was killed; .* s later it is failed in the view of n1 and n2'
        expect 0 "$cluster" restart n3
        says 'n3 is back; 3 of 3 nodes agree'
        expect 0 "$cluster" down
    )
    [[ ! -e "$folder" ]] || fail "something is left in $folder: $(find "$folder")"
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

test_up
test_kill_and_restart
test_pause_and_resume
test_leave
test_a_reused_process_id_is_never_signalled
test_a_refused_connection
test_several_at_once
test_who_is_paused_is_named
test_others_are_asked_in_turn
test_env_sets_up_a_shell
test_logs_are_followed
test_one_of_two_ups_wins
test_a_node_that_dies_at_start_is_shown_and_nothing_stays
test_an_interrupted_up_leaves_nothing
test_a_checkout_may_lie_anywhere
test_a_page_beside_a_cluster
test_a_secured_cluster
test_demo
echo "all is as promised"
