#!/usr/bin/env bash
# What `hearsay views` shows of real networks: a link between two neighbours that is cut both ways
# or one way, and a cluster split in two. Nobody is failed by a cut link. HEARSAY_PROGRAM names the
# program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"
# shellcheck source=tests/support/networks.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/networks.sh"

program="${HEARSAY_PROGRAM:?names the program to test}"
enter_own_network "$@"
scratch="$(mktemp -d /tmp/hearsay-views-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT
# VIEWS_PROFILE is another profile than local.
readonly profile="${VIEWS_PROFILE:-local}"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# comes_to_show PATTERN: asks n1 for all views until a line matches.
comes_to_show() {
    local deadline=$((SECONDS + 60))
    until expect 0 ask 1 views && grep -qE -- "$1" <<<"$output"; do
        ((SECONDS < deadline)) || fail "never '$1' in:"
    done
}

# misses LISTENER SPEAKER: waits until node LISTENER has heard nothing of node SPEAKER for too long.
misses() {
    local deadline=$((SECONDS + 60))
    until ask "$1" links --json | python3 -c '
import json, sys
sys.exit(not any(link["name"] == sys.argv[1] and link["heard_ms"] >= link["suspect_after_ms"]
                 for link in json.load(sys.stdin)["links"]))' "n$2"; do
        ((SECONDS < deadline)) || fail "n$1 hears n$2 in spite of the cut"
    done
}

# shows_since TIME PATTERN: asks n1 once; a line must match. Tells how long after TIME.
shows_since() {
    expect 0 ask 1 views
    says "$2"
    echo "$(($(milliseconds) - $1)) ms after the cut: $(grep -E -m 1 -- "$2" <<<"$output")"
}

# Two neighbours, neither of them n1, as numbers: the first of which each observes the other.
neighbours() {
    ask 1 views --json | python3 -c '
import json, sys
links = {(link["listener"], link["speaker"]) for link in json.load(sys.stdin)["links"]
         if link["observed"]}
print(*next((one[1:], other[1:]) for one, other in sorted(links)
            if (other, one) in links and "n1" not in (one, other)))'
}

nobody_was_failed() {
    ! grep -h '"event":"failed"' "$scratch"/*.told || fail "somebody was failed"
}

# between_halves COMMAND: with each pair of nodes on two sides, in both orders.
between_halves() {
    local one other
    for one in {1..8}; do
        for other in {9..16}; do
            "$1" "$one" "$other"
            "$1" "$other" "$one"
        done
    done
}

# The two groups, as asked on one side.
a_split_shows() {
    expect 0 ask "$1" views
    says '^8 of 16 members answered within '
    says "^view +8 members hold $3 for failed: $2$"
    says "^silent +8 members held for failed did not answer: $3$"
}

start_all 16
comes_to_show '^16 of 16 members answered within .*; all hold the same view$'
comes_to_show '^links +all [0-9]+ observed links are heard$'
read -r one other < <(neighbours)

cut_at="$(milliseconds)"
cut_from_to "$one" "$other"
cut_from_to "$other" "$one"
misses "$one" "$other"
misses "$other" "$one"
pair="n($one and n$other|$other and n$one)"
shows_since "$cut_at" "^link +$pair do not hear each other: cut, for "
mend_from_to "$one" "$other"
mend_from_to "$other" "$one"
comes_to_show '^links +all [0-9]+ observed links are heard$'

cut_at="$(milliseconds)"
cut_from_to "$one" "$other"
misses "$other" "$one"
shows_since "$cut_at" "^link +n$other does not hear n$one, n$one hears n$other: one-way, for "
mend_from_to "$one" "$other"
comes_to_show '^links +all [0-9]+ observed links are heard$'
nobody_was_failed

between_halves cut_from_to
expect 0 ask 1 wait --alive 8 --agree --timeout 60s
expect 0 ask 9 wait --alive 8 --agree --timeout 60s
a_split_shows 1 'n1 to n8' 'n9 to n16'
a_split_shows 9 'n9 to n16' 'n1 to n8'
