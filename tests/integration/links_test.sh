#!/usr/bin/env bash
# A link between two neighbours that is cut, both ways or one way, is seen by both, and nobody is
# failed for it: a third member hears them. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"
# shellcheck source=tests/support/networks.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/networks.sh"

program="${HEARSAY_PROGRAM:?names the program to test}"
enter_own_network "$@"
scratch="$(mktemp -d /tmp/hearsay-links-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT
readonly profile=local

count_of() { grep -c "\"event\":\"$1\",\"member\":\"n$2\"" "$scratch/n$3.told" || true; }

# tells NUMBER EVENT OTHER TIMES: waits until node NUMBER has told the event about OTHER so often.
tells() {
    local deadline=$((SECONDS + 30))
    until (($(count_of "$2" "$3" "$1") >= $4)); do
        ((SECONDS < deadline)) || fail "n$1 does not tell $2 of n$3 the $4th time"
    done
}

# Of the events that NUMBER told, the longest silence of a lost link, in milliseconds.
longest_silence() {
    grep '"event":"link_lost"' "$scratch/n$1.told" |
        sed -E 's/.*"silence_ms":([0-9]+).*/\1/' | sort -n | tail -n 1
}

nobody_was_failed() {
    ! grep -hE '"event":"(failed|suspected)"' "$scratch"/*.told || fail "somebody was suspected"
}

a_cut_shows() {
    expect 0 ask 1 links
    says '^n1 and 2 neighbours observe each other; 1 link cut$'
    says '^n3 +alive +.*cut: others hear it, this node does not$'
    expect 0 ask 1 members
    says '^n3 +alive +[^ ]+ +via others '
    says '3 alive$'
}

both_hear_each_other() {
    expect 0 ask 1 links
    says 'it hears all of them$'
    expect 0 ask 3 links
    says 'it hears all of them$'
}

start_all 3

cut_from_to 1 3
cut_from_to 3 1
tells 1 link_lost 3 1
tells 3 link_lost 1 1
a_cut_shows
mend_from_to 1 3
mend_from_to 3 1
tells 1 link_back 3 1
tells 3 link_back 1 1
both_hear_each_other

# One way: n3 hears nothing of n1.
cut_from_to 1 3
tells 3 link_lost 1 2
mend_from_to 1 3
tells 3 link_back 1 2

nobody_was_failed
echo "A lost link was told after $(longest_silence 1) and $(longest_silence 3) ms of silence."
