#!/usr/bin/env bash
# What keys promise of real nodes: members agree and detect as without keys, nobody else gets in,
# and nothing travels in clear. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

support="$(dirname "${BASH_SOURCE[0]}")/../support"
keys="$scratch/keys"
names=(northern-member eastern-member southern-member)

# make_keys FOLDER CLUSTER NAME...
make_keys() {
    local folder="$1" cluster="$2"
    shift 2
    expect 0 "$hearsay" keygen --cluster "$cluster" --keys "$folder"
    expect 0 "$hearsay" certify --keys "$folder" "$@"
}

# started NAME OPTION...: a node whose cluster is that of its keys. The times let no busy machine be
# taken for a death; a killed process is known at once.
started() {
    local name="$1"
    shift
    "$hearsay" node --name "$name" --profile local --suspect-after 10s --fail-after 20s \
        --tag zone=warehouse "$@" >"$scratch/$name.out" 2>"$scratch/$name.log" </dev/null &
    pids[$name]=$!
}

agree() {
    local name
    for name in "${names[@]}"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive 3 --agree --timeout 30s
    done
}

# start_relay CAPTURE: a tapped wire to the first member; its port is in $relay_port.
start_relay() {
    rm -f "$scratch/port"
    python3 "$support/relay.py" "$scratch/port" "$scratch/pid" "$1" &
    pids[relay]=$!
    timeout 30 bash -c "until [[ -s '$scratch/port' ]]; do sleep 0.02; done"
    relay_port="$(<"$scratch/port")"
}

# start_tapped OPTION...: three members of which the first is reached over the relay alone.
start_tapped() {
    local name
    started "${names[0]}" --advertise "tcp://127.0.0.1:$relay_port" "$@"
    echo "${pids[${names[0]}]}" >"$scratch/pid"
    expect 0 "$hearsay" wait --status "$(status_of "${names[0]}")" --alive 1 --timeout 30s
    for name in "${names[@]:1}"; do
        started "$name" --join "tcp://127.0.0.1:$relay_port" "$@"
    done
    agree
}

stop_all() {
    local name
    for name in "${names[@]}"; do
        kill -TERM "${pids[$name]}"
        ends 0 "$name"
    done
    kill -KILL "${pids[relay]}"
    wait "${pids[relay]}" 2>/dev/null || true
    unset "pids[relay]"
}

# in_clear WORD CAPTURE
in_clear() { grep -qaF -- "$1" "$2"; }

readonly words=("${names[@]}" zone warehouse granary tcp:// 127.0.0.1 hsay hsvw hskk)

# Without keys the same wire shows it all, so the test can fail.
test_a_plain_wire_can_be_read() {
    start_relay "$scratch/plain.capture"
    start_tapped --cluster granary
    expect 0 "$hearsay" views --status "$(status_of "${names[1]}")"
    stop_all
    local word
    for word in "${words[@]}"; do
        [[ "$word" == hs[vk]* ]] || in_clear "$word" "$scratch/plain.capture" ||
            fail "'$word' is not even in the plain capture"
    done
}

test_a_secure_wire_cannot_be_read() {
    start_relay "$scratch/secure.capture"
    start_tapped --keys "$keys"
    expect 0 "$hearsay" views --status "$(status_of "${names[1]}")"
    says '3 members'
    [[ -s "$scratch/secure.capture" ]] || fail "nothing was captured"
    local word
    for word in "${words[@]}"; do
        ! in_clear "$word" "$scratch/secure.capture" || fail "'$word' travels in clear"
    done
}

test_status_tells_of_keys() {
    expect 0 "$hearsay" status --status "$(status_of "${names[0]}")"
    says '^keys +secure, certificate good for (89|90) days$'
    expect 0 "$hearsay" status --json --status "$(status_of "${names[0]}")"
    says '"keys":\{"mode":"secure","good_until":"20'
}

# outsider NAME OPTION...: a node that tries to join, and fails.
outsider() {
    started "$@" --join "$(endpoint_of "${names[1]}")"
}

ends_outside() {
    expect 0 "$hearsay" wait --status "$(status_of "$1")" --alive 1 --timeout 30s
    kill -TERM "${pids[$1]}"
    ends 0 "$1"
    agree
}

test_a_plain_node_cannot_join() {
    outsider plain-member --cluster granary
    logs plain-member 'seed tcp://.* wants keys, and this node has none'
    ends_outside plain-member
}

test_a_node_of_another_cluster_cannot_join() {
    make_keys "$scratch/others" granary western-member
    outsider western-member --keys "$scratch/others"
    logs western-member 'seed tcp://.* hangs up: it has the keys of another cluster'
    logs "${names[1]}" 'refused a connection from .*: it has the keys of another cluster'
    ends_outside western-member
}

test_what_keys_are_wrong_is_said_at_the_start() {
    expect 2 "$hearsay" node --name "${names[0]}" --cluster other --keys "$keys"
    says 'these are keys of cluster "granary", this node is of "other"'
    is_one_line
    expect 2 "$hearsay" node --name nobody --keys "$keys"
    is_one_line
    expect 0 "$hearsay" certify --keys "$keys" --endpoint tcp://192.0.2.7:7700 placed-member
    expect 2 "$hearsay" node --name placed-member --keys "$keys"
    says 'the certificate of this node is for tcp://192.0.2.7:7700, not for tcp://127.0.0.1:'
    is_one_line
}

# One node reads the list, and tells the others.
test_a_revoked_member_is_out_everywhere_after_one_reload() {
    local name lost=lost-member first="${names[1]}"
    expect 0 "$hearsay" certify --keys "$keys" lost-member
    started lost-member --keys "$keys" --join "$(endpoint_of "${names[1]}")"
    for name in "${names[@]}"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive 4 --timeout 30s
    done
    expect 0 "$hearsay" revoke --keys "$keys" lost-member
    kill -HUP "${pids[$first]}"
    logs "$first" 'keys are reloaded'
    for name in "${names[@]}"; do
        [[ "$name" == "$first" ]] || logs "$name" 'takes the list of revoked keys, version 1, from '
        logs "$name" 'ends the links of lost-member: its certificate is not good: revoked'
    done
    for name in "${names[@]}"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive 3 --agree --timeout 30s
        expect 0 "$hearsay" members --status "$(status_of "$name")"
        silent_on lost-member
    done
    kill -KILL "${pids[$lost]}"
    wait "${pids[$lost]}" 2>/dev/null || true
    unset "pids[$lost]"
}

test_a_kill_is_detected() {
    local victim="${names[2]}"
    kill -KILL "${pids[$victim]}"
    wait "${pids[$victim]}" 2>/dev/null || true
    unset "pids[$victim]"
    logs "${names[0]}" "$victim failed: its endpoint refuses connections"
    logs "${names[1]}" "$victim failed: its endpoint refuses connections"
}

test_a_plain_wire_can_be_read
make_keys "$keys" granary "${names[@]}"
test_a_secure_wire_cannot_be_read
test_status_tells_of_keys
test_a_plain_node_cannot_join
test_a_node_of_another_cluster_cannot_join
test_what_keys_are_wrong_is_said_at_the_start
test_a_revoked_member_is_out_everywhere_after_one_reload
test_a_kill_is_detected
echo "all is as promised"
