#!/usr/bin/env bash
# A cluster moves to keys and back while it runs. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

names=(n1 n2 n3 n4 n5)
keys="$scratch/keys"

# configure NAME [USE]: what the node reads at its start and at SIGHUP; without USE no keys.
configure() {
    local name="$1" use="${2:-}"
    {
        # The times let no busy machine be taken for a death; a killed process is known at once.
        printf 'suspect-after = "10s"\nfail-after = "20s"\n'
        [[ -z "$use" ]] || printf 'keys = "%s"\nkey-use = "%s"\n' "$keys" "$use"
    } >"$scratch/$name.toml"
}

# reload NAME [USE]
reload() {
    configure "$@"
    kill -HUP "${pids[$1]}"
}

# step MODE [USE]: all nodes take it, one after the other, until their status shows the mode.
step() {
    local mode="$1" use="${2:-}" name
    for name in "${names[@]}"; do
        reload "$name" "$use"
        timeout 30 bash -c "until '$hearsay' status --json --status '$(status_of "$name")' |
            grep -q '\"mode\":\"$mode\"'; do sleep 0.02; done" || fail "$name is not $mode"
    done
    agree
}

agree() {
    local name
    for name in "${names[@]}"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive "${#names[@]}" --agree \
            --timeout 30s
    done
}

start_all() {
    local name seed=()
    for name in "${names[@]}"; do
        configure "$name"
        start "$name" --events json --config "$scratch/$name.toml" "${seed[@]}"
        ((${#seed[@]} == 0)) || continue
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive 1 --timeout 30s
        seed=(--join "$(endpoint_of "$name")")
    done
    agree
}

test_a_running_node_leaves_no_step_out() {
    reload n1 required
    logs n1 'keys are not taken: key-use: .* goes from no keys to key-use offered first'
}

test_keys_that_cannot_be_used_change_nothing_until_they_can() {
    mv "$keys/n1.key" "$scratch/away"
    reload n1 offered
    logs n1 'keys are not taken, all stays as it was: .*n1\.key'
    mv "$scratch/away" "$keys/n1.key"
    kill -HUP "${pids[n1]}"
    logs n1 'goes on with key-use offered'
}

test_status_tells_how_far_it_is() {
    expect 0 "$hearsay" status --status "$(status_of n1)"
    says '^keys +offered, 4 other members without, certificate good for (89|90) days$'
    expect 0 "$hearsay" status --json --status "$(status_of n1)"
    says '"keys":\{"mode":"offered",.*"members_without":4,'
}

test_all_move_to_keys() {
    step offered offered
    expect 0 "$hearsay" status --status "$(status_of n1)"
    says '^keys +offered, 0 other members without, '
    # Other files and another step in one.
    expect 0 "$hearsay" certify --keys "$keys" --for 30d n2
    step preferred preferred
    expect 0 "$hearsay" status --status "$(status_of n2)"
    says '^keys +preferred, 0 other members without, certificate good for (29|30) days$'
    logs n1 'n5 has other keys at tcp://'
    step secure required
    expect 0 "$hearsay" status --status "$(status_of n3)"
    says '^keys +secure, certificate good for '
}

test_a_death_is_known_and_a_node_without_keys_stays_outside() {
    kill_at_once n5
    names=(n1 n2 n3 n4)
    expect 0 "$hearsay" wait --failed n5 --status "$(status_of n1)" --timeout 15s
    start plain --join "$(endpoint_of n1)"
    logs plain 'seed tcp://.* wants keys, and this node has none'
    kill_at_once plain
    agree
}

test_all_move_back() {
    step preferred preferred
    step offered offered
    step plain
    expect 0 "$hearsay" status --status "$(status_of n2)"
    says '^keys +none \(plain\)$'
}

test_nobody_was_taken_for_dead() {
    local name
    output="$(cat "$scratch"/*.out | grep -v '"member":"n5"')"
    silent_on '"event":"(suspected|failed)"'
    for name in "${names[@]}"; do
        expect 0 cat "$scratch/$name.log"
        silent_on '\[(warning|error)\].*(refused|ended|ends)'
    done
}

expect 0 "$hearsay" keygen --cluster demo --keys "$keys"
expect 0 "$hearsay" certify --keys "$keys" "${names[@]}"
start_all
test_a_running_node_leaves_no_step_out
test_keys_that_cannot_be_used_change_nothing_until_they_can
test_status_tells_how_far_it_is
test_all_move_to_keys
test_a_death_is_known_and_a_node_without_keys_stays_outside
test_all_move_back
test_nobody_was_taken_for_dead
echo "All hold."
