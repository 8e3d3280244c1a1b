#!/usr/bin/env bash
# What `hearsay watch` shows of real nodes: on terminals, and where there is none. HEARSAY_PROGRAM
# names the program.
set -euo pipefail
# shellcheck source=tests/support/launch.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/launch.sh"

readonly address="ipc://$HEARSAY_RUN_DIR/n1.status"

# With lines of 60 columns.
picture_in_a_file() {
    COLUMNS=60 LC_ALL=C.UTF-8 "$program" watch --status "$address" >"$scratch/picture"
}

test_without_a_node() {
    expect 3 "$program" watch --status "$address"
    says '^hearsay: no node answers at '
    expect 2 "$program" watch --json
    says 'unknown option --json'
}

test_a_file_holds_one_picture() {
    expect 0 picture_in_a_file
    [[ -z "$output" ]] || fail "it says something:"
    output="$(<"$scratch/picture")"
    says '^ local-.* all alive · all agree$'
    says '^ ◉ n1  ● n2  ● n3  ● n4  ● n5$'
    says '^ ● n5  alive '
    silent_on $'\033'
    (($(wc -L <"$scratch/picture") <= 60)) || fail "a line is wider than 60 columns:"
    expect 0 env LC_ALL=C "$program" watch --status "$address"
    says '^ @ n1  o n2  o n3  o n4  o n5$'
    expect 0 "$cluster" watch n4
    says ' as n4 sees it '
}

test_without_a_node
expect 0 "$cluster" up 5
test_a_file_holds_one_picture
python3 "$checkout/tests/integration/watch_screens.py"
expect 0 "$cluster" down
nothing_is_left
echo "all is as promised"
