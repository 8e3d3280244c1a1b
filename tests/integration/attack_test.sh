#!/usr/bin/env bash
# A few attacks of each kind on real nodes: those of `tests/attack/run --quick`, and its manners.
# HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

attack="$(dirname "${BASH_SOURCE[0]}")/../attack/run"
: "${HEARSAY_PROGRAM:?names the program to test}"

# A sanitizer keeps what is freed for a while, and notes about all the rest.
memory=1
! grep -qaE '__asan_init|__tsan_init' "$HEARSAY_PROGRAM" || memory=50

test_attacks_harm_nobody() {
    expect 0 "$attack" --quick --memory "$memory"
    says '^[0-9]+ rows: '
    says ', 0 NOT$'
}

test_the_rows_are_listed() {
    expect 0 "$attack" --list
    says '^keys +insider +forged leaves of all$'
    says '^[0-9]{3} rows$'
}

test_wrong_use() {
    expect 2 "$attack" --bogus
    expect 2 "$attack" --only nonsense
    says 'no attack is called nonsense'
}

/usr/bin/python3 -c "import zmq" 2>/dev/null || {
    echo "Skipped: python3-zmq is not installed."
    exit 77
}
test_the_rows_are_listed
test_wrong_use
test_attacks_harm_nobody
echo "attacks harm nobody"
