#!/usr/bin/env bash
# A network that swallows long packets, as one does whose links disagree about the greatest length,
# fails nobody: heartbeats never wait behind tags. HEARSAY_PROGRAM names the program.
#
# Two networks: one for n1 and n2, one for n3. HOLE_PROFILE and HOLE_PATIENCE are another profile
# than local, and how long it is looked at; packets of HOLE_BYTES and more are swallowed.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"
# shellcheck source=tests/support/networks.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/networks.sh"

program="${HEARSAY_PROGRAM:?names the program to test}"
readonly profile="${HOLE_PROFILE:-local}" patience="${HOLE_PATIENCE:-3s}"
swallowed="${HOLE_BYTES:-400}:65535"
here="$(address_of 1)"
there="$(address_of 2)"

enter_own_network "$@"
scratch="$(mktemp -d /tmp/hearsay-hole-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT

swallow() { in_network "$1" iptables -A INPUT -m length --length "$swallowed" -j DROP; }

# start NAME ENDPOINT NETWORK
start() {
    in_network "$3" "$program" node --name "$1" --cluster hole --profile "$profile" \
        --run-dir "$scratch" --bind "$2" --join "tcp://$here:7700" \
        --log-file "$scratch/$1.log" &
}

# ask NAME COMMAND...
ask() {
    local name="$1"
    shift
    "$program" "$@" --status "ipc://$scratch/$name.status"
}

# grow NAME: gives a member tags that no packet of that network can hold.
grow() {
    local tags=() key
    for key in a b c d e f g h; do
        tags+=("$key=$(printf '%0120d' 0)")
    done
    expect 0 ask "$1" tag "${tags[@]}"
}

# For as long as PATIENCE, seen from either side.
nobody_is_failed() {
    local result=0
    ask n3 wait --failed n1 --timeout "$patience" 2>/dev/null &
    expect 1 ask n1 wait --failed n3 --timeout "$patience"
    wait "$!" || result=$?
    ((result == 1)) || fail "n3 answered with $result, not with 1"
    ! grep -hE ': n[123] (failed|suspected)' "$scratch"/*.log || fail "somebody was suspected"
}

lay_bridge
add_network 2
swallow 1
swallow 2
start n1 "tcp://$here:7700" 1
start n2 "tcp://$here:7701" 1
start n3 "tcp://$there:7700" 2
until [[ -S "$scratch/n1.status" ]]; do :; done
expect 0 ask n1 wait --alive 3 --timeout 20s
nobody_is_failed
grow n3
nobody_is_failed
grow n1
nobody_is_failed
