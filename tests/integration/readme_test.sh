#!/usr/bin/env bash
# Runs what the README pages and the example configuration show. HEARSAY_PROGRAM names the program.
#
#   HEARSAY_UPDATE_README=1    writes what the commands print now into the pages instead
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
program="${HEARSAY_PROGRAM:?names the program to test}"
scratch="$(mktemp -d /tmp/hearsay-readme-test-XXXXXX)"
export HEARSAY_RUN_DIR="$scratch/run"
# As on a terminal of usual width.
export COLUMNS=80
trap clean_up EXIT

clean_up() {
    "$checkout/launch/cluster" down >/dev/null 2>&1 || true
    rm -rf -- "$scratch"
}

# page STATUS PAGE [OPTION]: runs its blocks in an empty folder, and ends the nodes they started.
page() {
    rm -rf -- "$scratch/folder"
    mkdir "$scratch/folder"
    expect "$1" "$checkout/tests/support/pages.py" "${@:3}" "$2" "$scratch/folder"
    "$checkout/launch/cluster" down >/dev/null
}

pages() { find "$checkout" -name README.md -not -path "$checkout/build/*" | sort; }

test_the_pages_show_what_happens() {
    local path
    for path in $(pages); do
        page 0 "$path"
        echo "$output"
    done
}

write_the_pages() {
    local path
    for path in $(pages); do
        page 0 "$path" --update
        echo "$output"
    done
}

# shows TAG LINE...: a page with one block.
shows() {
    # shellcheck disable=SC2016  # The marks of a block.
    printf '```%s\n%s\n```\n' "$1" "$(printf '%s\n' "${@:2}")" >"$scratch/page.md"
}

test_a_wrong_page_is_noticed() {
    shows console '$ echo 12.5s  well' '7ms well'
    page 0 "$scratch/page.md"
    shows console '$ echo well' 'ill'
    page 1 "$scratch/page.md"
    says '^\+well$'
    shows console '$ exit 0' '$ echo well' 'well'
    page 1 "$scratch/page.md"
    says "'echo well' was not reached"
    shows sh false
    page 1 "$scratch/page.md"
    shows ruby 'puts "hello"'
    page 1 "$scratch/page.md"
    says "page.md:1: no tag is 'ruby'"
}

test_wrong_programs_are_noticed() {
    shows sh 'tests/run --label unit' 'tests/run --table unit' 'tests/walk'
    page 1 "$scratch/page.md"
    says "page.md:3: 'tests/run' has no option '--table'"
    says "page.md:4: there is no program 'tests/walk'"
    silent_on 'page.md:2:'
    shows python 'raise SystemExit(1)'
    page 1 "$scratch/page.md"
    shows cpp 'int f(long x) { return x; }'
    page 1 "$scratch/page.md"
    says 'Wconversion|conversion'
}

# All keys in effect, with the values that the comments show.
whole_example() { sed -E 's/^# ([a-z-]+ = )/\1/' "$checkout/launch/hearsay.toml"; }

test_the_example_configuration_is_read() {
    local key
    # Every option that may stand in a file does.
    for key in $("$program" node --help | grep -oP '^ +--\K[a-z-]+' | grep -vxE 'config|check'); do
        whole_example | grep -E "^$key = " >/dev/null || fail "the example does not show '$key'"
    done
    # A bind address that this machine lacks is the first thing that is not right: all was read.
    whole_example | sed -E '/^(run-dir|status|events-address|log-file|keys|key-use) = /d' \
        >"$scratch/all.toml"
    if output="$("$program" node --config "$scratch/all.toml" --run-dir "$scratch/other" \
        --bind tcp://192.0.2.1:7700 2>&1)"; then
        fail "a node started at an address that is not here"
    fi
    echo "$output"
    grep -q '192.0.2.1' <<<"$output" || fail "the example is not read"
}

if [[ -n "${HEARSAY_UPDATE_README:-}" ]]; then
    write_the_pages
    exit
fi
test_a_wrong_page_is_noticed
test_wrong_programs_are_noticed
test_the_example_configuration_is_read
test_the_pages_show_what_happens
echo "all is as shown"
