#!/usr/bin/env bash
# Runs what the README and the example configuration show. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
program="${HEARSAY_PROGRAM:?names the program to test}"
scratch="$(mktemp -d /tmp/hearsay-readme-test-XXXXXX)"
export HEARSAY_RUN_DIR="$scratch/run"
trap clean_up EXIT

clean_up() {
    "$checkout/launch/cluster" down >/dev/null 2>&1 || true
    rm -rf -- "$scratch"
}

# The Python that has ZeroMQ: the one of the system, where another stands before it in PATH.
python_with_zmq() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import zmq' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    fail "no Python here has ZeroMQ; install python3-zmq"
}

test_the_python_client_prints_the_members() {
    local python answer
    python="$(python_with_zmq)"
    awk '/^```$/ { inside = 0 } inside; /^```python$/ { inside = 1 }' "$checkout/README.md" \
        >"$scratch/client.py"
    [[ -s "$scratch/client.py" ]] || fail "the README shows no client"
    "$checkout/launch/cluster" up 2
    answer="$(HEARSAY_STATUS="ipc://$HEARSAY_RUN_DIR/n1.status" "$python" "$scratch/client.py")"
    echo "$answer"
    grep -qE '^n1 alive [0-9]+ ms silent$' <<<"$answer" || fail "the client does not show n1"
    grep -qE '^n2 alive [0-9]+ ms silent$' <<<"$answer" || fail "the client does not show n2"
}

# All keys in effect, with the values that the comments show.
whole_example() { sed -E 's/^# ([a-z-]+ = )/\1/' "$checkout/launch/hearsay.toml"; }

test_the_example_configuration_is_read() {
    local key
    # Every option that may stand in a file does.
    for key in $("$program" node --help | grep -oP '^ +--\K[a-z-]+' | grep -vxE 'config|check'); do
        whole_example | grep -qE "^$key = " || fail "the example does not show '$key'"
    done
    # A bind address that this machine lacks is the first thing that is not right: all was read.
    whole_example | sed -E '/^(run-dir|status|events-address|log-file) = /d' >"$scratch/all.toml"
    if output="$("$program" node --config "$scratch/all.toml" --run-dir "$scratch/other" \
        --bind tcp://192.0.2.1:7700 2>&1)"; then
        fail "a node started at an address that is not here"
    fi
    echo "$output"
    grep -q '192.0.2.1' <<<"$output" || fail "the example is not read"
}

test_the_python_client_prints_the_members
test_the_example_configuration_is_read
echo "all is as shown"
