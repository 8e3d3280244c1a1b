#!/usr/bin/env bash
# What the commands of the program promise to people and scripts, with real nodes.
# HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

members_on_a_full_disk() { "$hearsay" members >/dev/full; }

test_without_nodes() {
    expect 3 "$hearsay" members
    says 'no node runs in'
    expect 3 "$hearsay" members --status "$(status_of n1)" --timeout 100ms
    says "^hearsay: no node answers at $(status_of n1); there is no socket; is it running\?$"
    is_one_line
    expect 2 "$hearsay" members --status nonsense
    says '^hearsay members: --status "nonsense" is no address; write tcp://HOST:PORT or ipc://PATH$'
    expect 2 "$hearsay" members --bogus
    says '^hearsay members: unknown option --bogus$'
    expect 2 "$hearsay" frobnicate
    expect 0 "$hearsay" --version
}

test_bad_starts() {
    expect 2 "$hearsay" node --name n1
    says '^hearsay node: --cluster is missing'
    is_one_line
    expect 2 "$hearsay" node --cluster demo --bind tcp://0.0.0.0:0
    expect 2 "$hearsay" node --cluster demo --status "ipc:///tmp/$(printf 'x%.0s' {1..120})"
    says 'at most 107'
    expect 2 "$hearsay" node --cluster demo --log-file /nowhere/log
    says '^hearsay node: cannot write the log to "/nowhere/log"'
    is_one_line
    chmod 0777 "$scratch"
    expect 2 "$hearsay" node --cluster demo --run-dir "$scratch"
    says 'can be written by, others'
    chmod 0700 "$scratch"
}

# in_a_gone_directory COMMAND...: its working directory was removed.
in_a_gone_directory() {
    mkdir "$scratch/gone"
    (cd "$scratch/gone" && rmdir "$scratch/gone" && "$@")
}

test_a_check() {
    local file="$scratch/node.toml"
    printf 'cluster = "demo"\nname = "n1"\ntag = ["a=1,b=2"]\n' >"$file"
    expect 0 "$hearsay" node --check --config "$file" --run-dir "$scratch/never" \
        --log-file "$scratch/never.log"
    says '^name +n1$'
    says '^tag +a=1,b=2$'
    says "^log-file +$scratch/never.log$"
    [[ ! -e "$scratch/never" && ! -e "$scratch/never.log" ]] || fail "a check made a file"
    echo 'fail-after = 3' >>"$file"
    expect 2 "$hearsay" node --check --config "$file"
    says "^hearsay node: $file:4:14: fail-after is a number; it must be a time in quotes"
    is_one_line
    expect 2 "$hearsay" node --check --name n1 --cluster demo --bind tcp://0.0.0.0:7700
    says '^hearsay node: bind tcp://0.0.0.0:7700 stands for every address'
    is_one_line
}

test_a_gone_directory() {
    expect 2 in_a_gone_directory "$hearsay" node --check --cluster demo --run-dir rel
    says '^hearsay node: --run-dir "rel" is relative, and the working directory cannot be told'
    is_one_line
    expect 2 in_a_gone_directory env HEARSAY_RUN_DIR=rel "$hearsay" members
    says '^hearsay members: HEARSAY_RUN_DIR "rel" is relative'
    expect 3 in_a_gone_directory "$hearsay" members
    says "no node runs in $HEARSAY_RUN_DIR"
    # It starts as far as the log, which shows that all else was taken.
    expect 2 in_a_gone_directory "$hearsay" node --name n1 --cluster demo --log-file /nowhere/log
    says 'cannot write the log'
}

test_words_as_written() {
    expect 0 "$hearsay" tag '[a=1,b=2]' -- -k=v
    says '^-k=v$'
    says '^\[a=1,b=2\]$'
    expect 2 "$hearsay" tag $'city=M\xfcnchen'
    says '^hearsay tag: KEY=VALUE "city=M\\xfcnchen" is not valid UTF-8'
    is_one_line
    expect 2 "$hearsay" tag $'two\nlines'
    is_one_line
    expect 0 "$hearsay" tag --unset '[a' --unset=-k
    silent_on .
    expect 1 "$hearsay" explain '[fd00::7]'
    says '^hearsay: no member "\[fd00::7\]" is known; known: n1$'
    expect 1 "$hearsay" explain -- -n
    says '^hearsay: no member "-n" is known'
    expect 1 "$hearsay" forget status
    says '^hearsay: no member "status" is known'
}

test_one_node() {
    start n1 --events json --tag zone=a
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    expect 0 "$hearsay" members
    says '^Cluster demo as n1 sees it: 1 alive$'
    says '^n1 +alive .* zone=a$'
    expect 0 "$hearsay" status
    says '^node +n1, up '
    expect 2 "$hearsay" status --status "$(status_of n1)" extra
    says 'unexpected argument "extra"'
    expect 1 "$hearsay" wait --alive 9 --timeout 100ms
    says '^hearsay: not within 100ms: alive is 1, not 9$'
    expect 1 "$hearsay" explain n9
    says '^hearsay: no member "n9" is known; known: n1$'
    expect 0 "$hearsay" tag role=db --unset zone
    [[ "$output" == "role=db" ]] || fail "the tags are not as set:"
    expect 0 "$hearsay" tag --unset role
    test_words_as_written
    expect 0 "$hearsay" log-level debug
    expect 4 "$hearsay" node --name n1 --cluster demo
    says 'name n1 is in use'
    expect 2 members_on_a_full_disk
    says 'cannot write to standard output: No space left on device'
}

test_three_nodes() {
    local seed
    seed="$(endpoint_of n1)"
    start n2 --join "$seed" --log-format json
    start n3 --join "$seed"
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 3 --agree --timeout 30s
    expect 2 "$hearsay" members
    says "3 nodes run in .*; choose one: --status $(status_of n1), "
    export HEARSAY_STATUS
    HEARSAY_STATUS="$(status_of n1)"
    expect 0 "$hearsay" status
    says '^agreement +[12] of [12] peers heard lately hold the same view'
    expect 1 "$hearsay" forget n2
    says '"n2" is alive; stop it first, or forget it all the same with --force'
    expect 4 "$hearsay" node --name n2 --cluster demo --profile local --join "$seed" \
        --run-dir "$scratch/twins"
    says 'name n2 is in use at tcp://'
}

test_strangers() {
    local seed
    seed="$(endpoint_of n1)"
    "$hearsay" node --name stray --cluster other --profile local --join "$seed" \
        --run-dir "$scratch/other" >/dev/null 2>"$scratch/stray.log" </dev/null &
    pids[stray]=$!
    logs n1 'refused a frame from .*cluster "other", this is "demo"'
    logs stray 'alone: no live peer is known'
    logs stray "seed $seed belongs to cluster \"demo\", this is \"other\" \\(attempt [1-9]"
    kill -TERM "${pids[stray]}"
    ends 0 stray
    start wanderer --join tcp://no-such-host.invalid:7700 --join "$seed"
    expect 0 "$hearsay" wait --alive 4 --timeout 30s
    logs wanderer 'seed tcp://no-such-host.invalid:7700 does not resolve: .* \(attempt 1\)'
    kill -TERM "${pids[wanderer]}"
    ends 0 wanderer
    expect 0 "$hearsay" wait --left wanderer --timeout 30s
}

test_a_crash() {
    "$hearsay" events >"$scratch/events" &
    pids[events]=$!
    # Until a node has started and joined, the stream has long begun.
    start n4 --join "$(endpoint_of n1)"
    expect 0 "$hearsay" wait --alive 4 --timeout 30s
    kill -KILL "${pids[n3]}"
    ends 137 n3
    expect 0 "$hearsay" wait --alive 3 --failed n3 --timeout 30s
    expect 0 "$hearsay" explain n3
    says '^n3 is failed, for .* (say n[124]|heard nothing of it)'
    says ' ago +accused +n[124] says that it '
    says ' ago +failed +(refuses connections, )?silent for '
    says '^forgotten +in '
    expect 0 "$hearsay" status
    says '^cluster +demo, 3 alive, 1 failed: n3[,;]'
    expect 0 "$hearsay" members --state failed
    says '^n3 +failed .* (silent|refuses connections), says? n[124]'
    expect 1 "$hearsay" members n33
    says 'no member "n33" is known; did you mean "n3"\?'
    expect 0 "$hearsay" forget n3
    says '^n3 is forgotten; 2 of 2 links confirmed$'
    expect 1 "$hearsay" forget n3
    grep -qE '"event":"failed","member":"n3"' "$scratch/n1.out" || fail "n1 printed no event"
}

test_leaving() {
    expect 0 "$hearsay" leave --status "$(status_of n2)"
    says '^n2 has left; [12] of 2 links confirmed$'
    ends 0 n2
    expect 0 "$hearsay" wait --left n2 --timeout 30s
    grep -q '^{"at":".*"node":"n2","message":"' "$scratch/n2.log" || fail "n2 logs no JSON"
    kill -TERM "${pids[n4]}"
    ends 0 n4
    expect 0 "$hearsay" wait --left n4 --timeout 30s
    kill -INT "${pids[events]}"
    ends 0 events
    grep -qE ' failed +n3  (refuses connections, )?silent for ' "$scratch/events" ||
        fail "the stream shows no failure"
    kill -TERM "${pids[n1]}"
    ends 0 n1
    rm -f "$HEARSAY_RUN_DIR"/n3.*
    rmdir "$HEARSAY_RUN_DIR" || fail "files of nodes that left are still there"
}

test_a_reload() {
    local file="$scratch/n5.toml"
    printf '%s\n' 'cluster = "demo"' 'name = "n5"' 'profile = "local"' 'tag = ["role=db"]' \
        "log-file = \"$scratch/n5.log\"" >"$file"
    "$hearsay" node --config "$file" </dev/null &
    pids[n5]=$!
    expect 0 "$hearsay" wait --status "$(status_of n5)" --alive 1 --timeout 30s
    mv "$scratch/n5.log" "$scratch/n5.log.1"
    printf '%s\n' 'cluster = "other"' 'name = "n5"' 'profile = "local"' 'tag = ["role=web"]' \
        "log-file = \"$scratch/n5.log\"" 'on-event = "true"' >"$file"
    kill -HUP "${pids[n5]}"
    logs n5 'reloaded: tags, handlers'
    logs n5 'not changed by a reload, restart the node for it: cluster'
    expect 0 "$hearsay" members --status "$(status_of n5)"
    says '^Cluster demo .*: 1 alive$'
    says 'role=web'
    echo 'suspect-after = "soon"' >>"$file"
    kill -HUP "${pids[n5]}"
    logs n5 'not reloaded, everything stays as it is: hearsay node: .*soon'
    kill -USR1 "${pids[n5]}"
    kill -USR2 "${pids[n5]}"
    kill -TERM "${pids[n5]}"
    ends 0 n5
}

test_simulations() {
    local pid status=0
    expect 0 "$hearsay" simulate --nodes 5 --trials 2 --duration 5s --profile local --json
    is_one_line
    says '^\{"plan":\{"seed":1,"trials":2,"nodes":5,"profile":"local",'
    says '"detection":\{"crash":\{"count":2,"missed":0,"first":\{"count":2,"median_ms":[0-9]+,'
    expect 0 "$hearsay" simulate --nodes 5 --trials 1 --freeze 1 --log
    says '^Seed 1, 1 trial: 1m of quiet, then 1 process killed, then 1 process frozen for 8s$'
    says '^[0-9.]+s n[1-5]: failed n[1-5] '
    says '^crash, all +[0-9.]+ms +[0-9.]+ms +until every survivor did$'
    expect 2 "$hearsay" simulate --nodes 5 --crash 5
    says '^hearsay simulate: --crash is 5, but of 5 nodes one at least must be left'
    is_one_line
    expect 2 "$hearsay" simulate --loss much
    says '^hearsay simulate: --loss "much" is no share below 1'
    is_one_line
    "$hearsay" simulate --nodes 3 --trials 1000000 --log >"$scratch/endless" 2>&1 &
    pid=$!
    pids[endless]=$pid
    timeout 30 grep -qE -m 1 '^Trial 2, ' <(tail -n +1 -F "$scratch/endless" 2>/dev/null) ||
        fail "no second trial begins"
    kill -INT "$pid"
    wait "$pid" || status=$?
    unset "pids[endless]"
    ((status == 0)) || fail "an interrupted simulation ended with $status"
    grep -qE '^Interrupted after [0-9]+ of 1000000 trials' "$scratch/endless" ||
        fail "nothing says that it was interrupted"
}

test_without_nodes
test_simulations
test_bad_starts
test_a_check
test_a_gone_directory
test_one_node
test_three_nodes
test_strangers
test_a_crash
test_leaving
test_a_reload
echo "all commands keep their promises"
