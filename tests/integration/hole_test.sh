#!/usr/bin/env bash
# A network that swallows long packets, as one does whose links disagree about the greatest length,
# fails nobody: heartbeats never wait behind tags. HEARSAY_PROGRAM names the program.
#
# Two networks that end with this process: one for n1 and n2, one for n3. HOLE_PROFILE and
# HOLE_PATIENCE are another profile than local, and how long it is looked at; packets of HOLE_BYTES
# and more are swallowed.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

program="${HEARSAY_PROGRAM:?names the program to test}"
readonly profile="${HOLE_PROFILE:-local}" patience="${HOLE_PATIENCE:-3s}"
# What ctest takes for "skipped".
readonly skipped=77 here=198.51.100.1 there=198.51.100.2 swallowed="${HOLE_BYTES:-400}:65535"

if [[ "${1:-}" != inside ]]; then
    unshare --net --pid --mount-proc --fork iptables -L >/dev/null 2>&1 || {
        echo "Skipped: this user may not make networks."
        exit "$skipped"
    }
    # All processes end with the first one.
    exec unshare --net --pid --mount-proc --kill-child --fork "$0" inside
fi

scratch="$(mktemp -d /tmp/hearsay-hole-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT

# Runs a command in the network of n3.
beyond() { nsenter --net="/proc/$beyond_pid/ns/net" -- "$@"; }

swallow() { "$@" iptables -A INPUT -m length --length "$swallowed" -j DROP; }

lay_cable() {
    unshare --net sleep infinity &
    beyond_pid=$!
    until [[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$beyond_pid/ns/net")" ]]; do
        kill -0 "$beyond_pid"
    done
    ip link set lo up
    ip link add cable0 type veth peer name cable1
    ip link set cable1 netns "$beyond_pid"
    ip address add "$here/24" dev cable0
    ip link set cable0 up
    beyond ip link set lo up
    beyond ip address add "$there/24" dev cable1
    beyond ip link set cable1 up
}

# start NAME ENDPOINT [PREFIX...]
start() {
    local name="$1" endpoint="$2"
    shift 2
    "$@" "$program" node --name "$name" --cluster hole --profile "$profile" \
        --run-dir "$scratch" --bind "$endpoint" --join "tcp://$here:7700" \
        --log-file "$scratch/$name.log" &
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
    local name other
    for name in n1 n3; do
        other=$([[ $name == n1 ]] && echo n3 || echo n1)
        expect 1 ask "$name" wait --failed "$other" --timeout "$patience"
    done
    ! grep -hE ': n[123] (failed|suspected)' "$scratch"/*.log || fail "somebody was suspected"
}

lay_cable
swallow
swallow beyond
start n1 "tcp://$here:7700"
start n2 "tcp://$here:7701"
start n3 "tcp://$there:7700" beyond
until [[ -S "$scratch/n1.status" ]]; do :; done
expect 0 ask n1 wait --alive 3 --timeout 20s
nobody_is_failed
grow n3
nobody_is_failed
grow n1
nobody_is_failed
