#!/usr/bin/env bash
# Nodes that keep addresses find each other again, whatever became of their files.
# HEARSAY_PROGRAM names the program.
set -euo pipefail

# What is mounted here is seen by nobody else, and gone with the last process.
if [[ "${1:-}" != inside ]] && unshare --mount true 2>/dev/null; then
    exec unshare --mount --propagation private "$0" inside
fi
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

names=(n1 n2 n3 n4 n5)
data="$scratch/data"
declare -A endpoints=()

# member NAME OPTION...: a node that keeps addresses, where it was before.
member() {
    local name="$1"
    shift
    start "$name" --data-dir "$data" --bind "${endpoints[$name]:-tcp://127.0.0.1:0}" "$@"
}

eventually() {
    local deadline=$((SECONDS + 30))
    until "$@"; do
        ((SECONDS < deadline)) || fail "never: $*"
        sleep 0.02
    done
}

# keeps NAME COUNT [DIRECTORY]: that many addresses.
keeps() { (($(grep -c '"endpoint"' "${3:-$data}/$1.state" || true) == $2)); }

agree_on() {
    local count="$1" name
    shift
    for name in "$@"; do
        expect 0 "$hearsay" wait --status "$(status_of "$name")" --alive "$count" --agree \
            --timeout 30s
    done
}

incarnation_of() {
    "$hearsay" status --json --status "$(status_of "$1")" | grep -oP '"incarnation":\K[0-9]+'
}

# As its run file says.
place_of() { grep -oP '"endpoint": "\K[^"]+' "$HEARSAY_RUN_DIR/$1.json"; }

start_all() {
    local name
    member n1
    agree_on 1 n1
    for name in "${names[@]:1}"; do
        member "$name" --join "$(endpoint_of n1)"
    done
    agree_on 5 "${names[@]}"
    for name in "${names[@]}"; do
        endpoints[$name]="$(place_of "$name")"
    done
}

test_all_are_killed() {
    local name began before
    for name in "${names[@]}"; do
        eventually keeps "$name" 4
    done
    before="$(incarnation_of n1)"
    kill_at_once "${names[@]}"
    began="${EPOCHREALTIME/[.,]/}"
    for name in "${names[@]}"; do
        member "$name"
    done
    agree_on 5 "${names[@]}"
    echo "5 killed nodes agree $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) ms after their start"
    (($(incarnation_of n1) > before)) || fail "the incarnation did not rise"
    expect 0 "$hearsay" status --status "$(status_of n1)"
    says '^kept +4 addresses to join through after a restart$'
    expect 0 "$hearsay" status --json --status "$(status_of n1)"
    says '"seeds":\[\]'
}

# A write is under way now and then: when a node starts, and soon after it has joined.
test_killed_at_any_moment() {
    local count
    member n6 --join "${endpoints[n1]}"
    agree_on 6 n6
    endpoints[n6]="$(place_of n6)"
    kill_at_once n6
    for ((count = 0; count < 20; ++count)); do
        member n6 --join "${endpoints[n1]}"
        sleep "0.0$((RANDOM % 10))"
        kill_at_once n6
        ! grep -F n6.state "$scratch/n6.log" || fail "the file of n6 is not whole"
    done
    [[ -s "$data/n6.state" ]] || fail "the file of n6 is gone"
}

# joins_with_one_warning NAME PATTERN
joins_with_one_warning() {
    member "$1" --join "${endpoints[n1]}"
    agree_on 5 "$1"
    # Lines are written on another thread, which may be late.
    logs "$1" "warning $1: $data/$1.state $2"
    (($(grep -cE "warning $1: $data/$1.state $2; it is replaced" "$scratch/$1.log") == 1)) ||
        fail "not one warning of '$2': $(cat "$scratch/$1.log")"
    (($(grep -cF "$1.state" "$scratch/$1.log") == 1)) || fail "more lines about the file"
    eventually keeps "$1" 4
}

test_damaged_files() {
    kill_at_once n5
    truncate -s -2 "$data/n5.state"
    joins_with_one_warning n5 "is damaged"
    kill_at_once n5
    sed 's/"n5"/"n4"/' -i "$data/n5.state"
    joins_with_one_warning n5 "is damaged"
    kill_at_once n5
    cp "$data/n4.state" "$data/n5.state"
    joins_with_one_warning n5 'is of node "n4"'
    kill_at_once n5
    rm "$data/n5.state"
    ln -s /etc/passwd "$data/n5.state"
    joins_with_one_warning n5 "cannot be read: .*"
}

test_two_of_one_name() {
    expect 4 "$hearsay" node --name n1 --cluster demo --run-dir "$scratch/other" --data-dir "$data"
    says "^hearsay node: name n1 is in use in $data by process ${pids[n1]}; "
    is_one_line
    agree_on 5 n1
}

test_directories_that_cannot_be() {
    expect 2 "$hearsay" node --name n7 --cluster demo --data-dir /dev/null
    says '^hearsay node: --data-dir "/dev/null": it is no directory; give one$'
    is_one_line
    expect 2 "$hearsay" node --name n7 --cluster demo --data-dir /proc/self/data
    says '^hearsay node: data directory /proc/self/data: '
    is_one_line
    mkdir -m 0777 "$scratch/open"
    expect 2 "$hearsay" node --name n7 --cluster demo --data-dir "$scratch/open"
    says "^hearsay node: --data-dir \"$scratch/open\": it belongs to, or can be written by, others"
    is_one_line
}

fill() { ! head -c 1M /dev/zero >"$scratch/disk/fill" 2>/dev/null || fail "the disk is not full"; }

test_a_full_disk() {
    mkdir "$scratch/disk"
    mount -t tmpfs -o size=64k,mode=0700 tmpfs "$scratch/disk" 2>/dev/null || {
        echo "no disk can be mounted here: not tested"
        return
    }
    trap 'umount -l "$scratch/disk"; clean_up' EXIT
    data="$scratch/disk" member n7 --join "${endpoints[n1]}"
    agree_on 6 n7
    eventually keeps n7 5 "$scratch/disk"
    fill
    member n8 --join "${endpoints[n1]}"
    agree_on 7 n7
    logs n7 "warning n7: data file $scratch/disk/n7.state: No space left on device; .*tried again"
    kill_at_once n5
    agree_on 6 n7
    keeps n7 5 "$scratch/disk" || fail "the old file did not stay"
    expect 4 "$hearsay" node --name n9 --cluster demo --data-dir "$scratch/disk"
    says '^hearsay node: data file .*: No space left on device'
    is_one_line
    rm "$scratch/disk/fill"
    eventually keeps n7 6 "$scratch/disk"
    (($(grep -c 'No space left' "$scratch/n7.log") == 1)) ||
        fail "not one warning: $(cat "$scratch/n7.log")"
    agree_on 6 n7
}

start_all
test_all_are_killed
test_killed_at_any_moment
test_damaged_files
test_two_of_one_name
test_directories_that_cannot_be
test_a_full_disk
echo "all is as promised"
