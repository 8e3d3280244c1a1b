# shellcheck shell=bash
# Real nodes, for scripts that test what becomes of them. HEARSAY_PROGRAM names the program. To be
# sourced; all nodes are killed at the end.
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

hearsay="${HEARSAY_PROGRAM:?names the program to test}"
scratch="$(mktemp -d /tmp/hearsay-test-XXXXXX)"
export HEARSAY_RUN_DIR="$scratch/run"
declare -A pids=()
trap clean_up EXIT

clean_up() {
    local name
    for name in "${!pids[@]}"; do
        kill -KILL "${pids[$name]}" 2>/dev/null || true
    done
    rm -rf -- "$scratch"
}

is_one_line() { (($(wc -l <<<"$output") == 1)) || fail "more than one line:"; }

status_of() { echo "ipc://$HEARSAY_RUN_DIR/$1.status"; }

# start NAME OPTION...: a node of cluster demo in the background, its log in NAME.log.
start() {
    local name="$1"
    shift
    "$hearsay" node --name "$name" --cluster demo --profile local "$@" \
        >"$scratch/$name.out" 2>"$scratch/$name.log" </dev/null &
    pids[$name]=$!
}

# ends STATUS NAME: waits for a node to end, and judges how.
ends() {
    local status=0
    wait "${pids[$2]}" || status=$?
    ((status == $1)) || fail "$2 ended with $status instead of $1: $(cat "$scratch/$2.log")"
    unset "pids[$2]"
}

# kill_at_once NAME...
kill_at_once() {
    local name victims=()
    for name in "$@"; do
        victims+=("${pids[$name]}")
        unset "pids[$name]"
    done
    # None of them may live to see the death of another one.
    kill -STOP "${victims[@]}"
    kill -KILL "${victims[@]}"
    wait "${victims[@]}" 2>/dev/null || true
}

endpoint_of() {
    expect 0 "$hearsay" members --json --status "$(status_of "$1")" --timeout 30s
    grep -oP '"endpoint":"\K[^"]+' <<<"$output" | head -n 1
}

# start_three OPTION...: three nodes that agree, the first with these options. Commands ask it.
# shellcheck disable=SC2120  # Most give none.
start_three() {
    local name seed
    start n1 "$@"
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    seed="$(endpoint_of n1)"
    HEARSAY_STATUS="$(status_of n1)"
    export HEARSAY_STATUS
    for name in n2 n3; do
        start "$name" --join "$seed"
    done
    expect 0 "$hearsay" wait --alive 3 --agree --timeout 30s
}

# logs NAME PATTERN: waits until a line of its log matches.
logs() {
    timeout 30 grep -qE -m 1 -- "$2" <(tail -n +1 -F "$scratch/$1.log" 2>/dev/null) ||
        fail "nothing matches '$2' in: $(cat "$scratch/$1.log")"
}
