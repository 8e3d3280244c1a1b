# shellcheck shell=bash
# Networks of a test's own, which end with its process. To be sourced after expect.sh.
#
# There is one network here, with the address `address_of 1`, and one for each name given to
# `add_network`. All are joined by a bridge.

# What ctest takes for "skipped".
readonly skipped=77
declare -A network_pids=()

# The address of the network with that number.
address_of() { echo "198.51.100.$1"; }

# enter_own_network ARGUMENT...: runs this script again, in a network and a process tree of its own;
# there it returns at once.
enter_own_network() {
    [[ "${1:-}" != inside ]] || return 0
    unshare --net --pid --mount-proc --fork iptables -L >/dev/null 2>&1 || {
        echo "Skipped: this user may not make networks."
        exit "$skipped"
    }
    # All processes end with the first one.
    exec unshare --net --pid --mount-proc --kill-child --fork "$0" inside
}

lay_bridge() {
    ip link set lo up
    ip link add bridge type bridge
    ip address add "$(address_of 1)/24" dev bridge
    ip link set bridge up
}

# add_network NUMBER: its processes are started by `in_network NUMBER COMMAND...`.
add_network() {
    local pid
    unshare --net sleep infinity &
    pid=$!
    until [[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$pid/ns/net")" ]]; do
        kill -0 "$pid"
    done
    network_pids[$1]="$pid"
    ip link add "cable$1" type veth peer name cable
    ip link set cable netns "$pid"
    ip link set "cable$1" master bridge up
    in_network "$1" ip link set lo up
    in_network "$1" ip address add "$(address_of "$1")/24" dev cable
    in_network "$1" ip link set cable up
}

# in_network NUMBER COMMAND...: 1 is the network here.
in_network() {
    local number="$1"
    shift
    if [[ "$number" == 1 ]]; then
        "$@"
    else
        nsenter --net="/proc/${network_pids[$number]}/ns/net" -- "$@"
    fi
}

# --- nodes in these networks ----------------------------------------------------------------
#
# A test that starts nodes sets $program, $scratch and $profile first.

endpoint() { echo "tcp://$(address_of "$1"):7700"; }

# start NUMBER: that node, in the network of that number; it joins through the first.
start() {
    # shellcheck disable=SC2154
    in_network "$1" "$program" node --name "n$1" --cluster cut --profile "$profile" \
        --run-dir "$scratch" --bind "$(endpoint "$1")" --join "$(endpoint 1)" --events json \
        >"$scratch/n$1.told" 2>"$scratch/n$1.log" &
}

# start_all COUNT: lays the networks and starts the nodes, and waits until all agree.
start_all() {
    local number
    lay_bridge
    for ((number = 2; number <= $1; number++)); do add_network "$number"; done
    for ((number = 1; number <= $1; number++)); do start "$number"; done
    until [[ -S "$scratch/n1.status" ]]; do
        kill -0 "$!" || fail "$(cat "$scratch"/*.log)"
    done
    expect 0 ask 1 wait --alive "$1" --agree --timeout 60s
}

# ask NUMBER COMMAND...
ask() {
    local number="$1"
    shift
    "$program" "$@" --status "ipc://$scratch/n$number.status"
}

# Nothing of node FROM arrives at node TO any more, or again.
cut_from_to() { in_network "$2" iptables -A INPUT -s "$(address_of "$1")" -j DROP; }
mend_from_to() { in_network "$2" iptables -D INPUT -s "$(address_of "$1")" -j DROP; }
