#!/usr/bin/env bash
# One message goes out for a death, though every node has the handler. HEARSAY_PROGRAM names the
# program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

names=(n1 n2 n3 n4 n5 n6)
told="$scratch/told"
seen="$scratch/seen"

# member NAME OPTION...: a node with the handlers that all have. A line is appended as a whole. The
# times let no busy machine be taken for a death; a killed process is known at once.
member() {
    local name="$1"
    shift
    start "$name" --suspect-after 10s --fail-after 20s --log-level debug \
        --on-event "once:failed=echo \$HEARSAY_MEMBER by \$HEARSAY_SELF >>'$told'" \
        --on-event "failed=echo \$HEARSAY_MEMBER seen by \$HEARSAY_SELF >>'$seen'" "$@"
}

start_all() {
    local name seed
    : >"$told"
    : >"$seen"
    member n1
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    seed="$(endpoint_of n1)"
    for name in "${names[@]:1}"; do
        member "$name" --join "$seed"
    done
    for name in "${names[@]}"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive 6 --agree --timeout 30s
    done
    until_they_are_old
}

# Nobody counts on a member that is younger than the silence of a dead one.
until_they_are_old() {
    local deadline=$((SECONDS + 30))
    until "$hearsay" members --json --status "$(status_of n1)" | python3 -c '
import json, sys
members = json.load(sys.stdin)["members"]
sys.exit(0 if all(m["in_state_ms"] > 2000 for m in members) else 1)'; do
        ((SECONDS < deadline)) || fail "the members do not grow older"
    done
}

# has_lines COUNT FILE PATTERN: waits until so many lines of it match.
has_lines() {
    local deadline=$((SECONDS + 30))
    until (($(grep -cE -- "$3" "$2" 2>/dev/null || true) >= $1)); do
        ((SECONDS < deadline)) || fail "no $1 lines of '$3' in: $(cat "$2")"
    done
}

# told_once NAME SURVIVOR_COUNT: when all survivors have seen it, one of them has told it.
told_once() {
    has_lines "$2" "$seen" "^$1 seen by "
    has_lines 1 "$told" "^$1 by "
}

# chosen_for NAME: who is to tell of its death. Written anew from the description of the hash.
chosen_for() {
    "$hearsay" members --json --status "$(status_of n1)" | python3 -c '
import json, sys
bits = 2**64 - 1
def mix(value):
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9 & bits
    value = (value ^ value >> 27) * 0x94d049bb133111eb & bits
    return value ^ value >> 31
def fnv(word):
    value = 0xcbf29ce484222325
    for byte in word.encode():
        value = (value ^ byte) * 0x100000001b3 & bits
    return value
lives = {m["name"]: int(m["life"], 16) for m in json.load(sys.stdin)["members"]}
subject = lives.pop(sys.argv[1])
print(max(lives, key=lambda name: mix(mix(subject ^ fnv("failed")) ^ lives[name])))' "$1"
}

ends_quietly() {
    local name
    for name in "${!pids[@]}"; do
        kill -TERM "${pids[$name]}"
        ends 0 "$name"
    done
}

messages_are() {
    local messages
    messages="$(sort "$told" | cut -d ' ' -f 1 | xargs)"
    [[ "$messages" == "$*" ]] || fail "messages: $(cat "$told"), and not: $*"
}

# What a death looks like at the level debug.
somebody_logged() {
    grep -qhE -- "$1" "$scratch"/*.log || fail "nobody logged '$1': $(cat "$scratch"/*.log)"
}

test_one_death() {
    local chosen
    start_all
    chosen="$(chosen_for n3)"
    kill_at_once n3
    told_once n3 5
    ends_quietly
    messages_are n3
    [[ "$(cat "$told")" == "n3 by $chosen" ]] || fail "not by $chosen: $(cat "$told")"
    somebody_logged 'warning n[0-9]: n3 failed: its endpoint refuses connections, accused by n'
    somebody_logged 'debug n[0-9]: probe of tcp://[0-9.:]+: the connection is refused'
    somebody_logged "debug $chosen: \"failed n3\" is told once, by this node$"
    somebody_logged "debug n[0-9]: \"failed n3\" is told once, by $chosen$"
    somebody_logged "debug $chosen: handler for \"failed n3\" has ended well$"
}

# takes_over NAME CHOSEN: who told of it says in whose place, unless it learned of both deaths the
# other way round.
takes_over() {
    local teller
    teller="$(sed -n "s/^$1 by //p" "$told")"
    logs "$teller" \
        "tells \"failed $1\" in the place of $2,|\"failed $1\" is told once, by this node"
}

test_the_chosen_one_dies_as_well() {
    local chosen
    start_all
    chosen="$(chosen_for n3)"
    kill_at_once n3 "$chosen"
    told_once n3 4
    told_once "$chosen" 4
    takes_over n3 "$chosen"
    ends_quietly
    # shellcheck disable=SC2046  # Names hold no spaces.
    messages_are $(printf '%s\n' n3 "$chosen" | sort)
}

test_one_death
test_the_chosen_one_dies_as_well
echo "all is as promised"
