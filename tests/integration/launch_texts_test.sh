#!/usr/bin/env bash
# What launch/cluster makes of what is typed, and how it reads. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/launch.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/launch.sh"

test_help() {
    local command
    expect 0 "$cluster"
    says '^Usage: '
    for command in up members watch status explain kill pause resume leave restart logs env down \
        help; do
        output="$("$cluster" "$command" n1 --help 2>/dev/null)" || fail "$command --help fails"
        says '^Usage: '
        [[ "$command" == help ]] || says "^  $command "
        silent_on '^  (kill n1|frobnicate) '
        expect 0 "$cluster" help "$command"
    done
    expect 0 "$cluster" kill -h
    silent_on '^  pause '
    refused 2 "no command 'frobnicate'; .*help' lists them" frobnicate
    refused 2 "no command 'memebrs'; did you mean 'members'" memebrs
    refused 2 "no command 'kil'; did you mean 'kill'" help kil
    expect 0 "$checkout/launch/demo" --help
    says '^Usage: '
    expect 2 "$checkout/launch/demo" now
    for command in notify restart webhook; do
        expect 0 "$checkout/launch/handlers/$command" --help
        says '^Usage: '
        expect 2 "$checkout/launch/handlers/$command"
    done
}

test_wrong_use_before_up() {
    local command
    refused 2 "'five' is not a number of nodes" up five
    refused 2 "'0' is not a number of nodes" up 0
    refused 2 "one number of nodes, but was given '3 4'" up 3 4
    refused 2 'local, lan or wan' up 3 --profile moon
    refused 2 '--profile needs a value: local, lan or wan' up 3 --profile
    refused 2 "no option '--bogus'" up --bogus
    for command in members watch status explain kill pause resume leave restart logs env down \
        help; do
        refused 2 "$command has no option '--bogus'; see .*$command --help" "$command" --bogus
    done
    for command in members watch status explain help; do
        refused 2 "$command takes one name, but was given 'n1 n2'" "$command" n1 n2
    done
    for command in env down; do
        refused 2 "$command takes no argument, but was given 'now'" "$command" now
    done
    for command in members watch status explain kill pause resume leave restart logs env; do
        refused 3 "up' starts some" "$command"
    done
    refused 3 "up' starts some" kill n1
    expect 0 "$cluster" down
    nothing_is_left
}

# A program that is a node for these scripts only: it does nothing, and all goes well with it.
stub_program() {
    cat >"$scratch/stub" <<'END'
#!/bin/bash
[[ "$1" == node ]] || exit 0
echo '"endpoint": "tcp://127.0.0.1:65535"' >"$7/$3.json"
exec sleep 600
END
    chmod +x "$scratch/stub"
}

# narrow STATUS ARGUMENT...: as a person types it, it says nothing that is wider than 80 columns.
narrow() {
    local status="$1"
    shift
    expect "$status" env -C "$checkout" HEARSAY_PROGRAM="$scratch/stub" launch/cluster "$@"
    (($(wc -L <<<"$output") <= 80)) || fail "$*: there is a wide line:"
}

test_texts_fit_a_terminal() {
    local command
    stub_program
    narrow 0 help
    narrow 0 up 64
    says '^64 of 64 nodes are up and agree'
    narrow 2 up
    says "n1 \.\.\. n64 \(64 nodes\) run here; 'launch/cluster down' ends them"
    narrow 2 kill
    narrow 2 kill n99
    narrow 1 resume n64
    narrow 0 status
    narrow 0 kill n60 n61 n62 n63 n64
    narrow 0 restart n60 n61 n62 n63 n64
    says 'are back; 64 of 64 nodes agree'
    # shellcheck disable=SC2046  # Names hold no spaces.
    narrow 0 pause $(printf 'n%d ' {1..63})
    says '^n1 ... n63 \(63 nodes\) are paused'
    narrow 0 leave n64
    narrow 1 leave n63
    for command in members watch env; do
        narrow 3 "$command"
        says "63 nodes are paused; 'launch/cluster resume n1' lets one run on"
    done
    narrow 0 down
    says '^Ended n1 ... n63 \(63 nodes\)\.$'
    nothing_is_left
}

# A line of a log, so many seconds before $now.
line_ago() { printf '%(%T)T.%03d info  %s\n' "$((now - $1))" "$2" "$3"; }

test_logs_are_merged_by_time() {
    local HEARSAY_RUN_DIR="$scratch/logs" name now zone seconds
    mkdir "$HEARSAY_RUN_DIR"
    now="$(date +%s)"
    # The clock of this zone shows five seconds after midnight.
    seconds=$(((now + 86400 - 5) % 86400))
    zone="$(printf 'MID+%d:%02d:%02d' $((seconds / 3600)) $((seconds / 60 % 60)) $((seconds % 60)))"
    for name in n1 n2 n10; do
        echo "1 1" >"$HEARSAY_RUN_DIR/$name.process"
    done
    (
        export TZ="$zone"
        { line_ago 7200 0 first && line_ago 9 100 third && line_ago 1 200 sixth; } \
            >"$HEARSAY_RUN_DIR/n1.log"
        { line_ago 9 50 second && echo '  its rest' && line_ago 1 100 fifth; } \
            >"$HEARSAY_RUN_DIR/n2.log"
        { line_ago 9 150 fourth && echo '  its rest' && line_ago 0 0 last; } \
            >"$HEARSAY_RUN_DIR/n10.log"
        expect 0 "$cluster" logs
        [[ "$(sed -E 's/[0-9:.]+ info/-/' <<<"$output")" == "\
n1:  -  first
n2:  -  second
n2:    its rest
n1:  -  third
n10: -  fourth
n10:   its rest
n2:  -  fifth
n1:  -  sixth
n10: -  last" ]] || fail "this is not the order:"
    )
    seq 20 >"$HEARSAY_RUN_DIR/n1.log"
    expect 0 "$cluster" logs n1
    says '^1$'
    expect 0 "$cluster" logs n1 n2
    says '^n1: 1$'
    says '^n2: .*second$'
    silent_on '^n10: '
    expect 0 "$cluster" logs
    says '^n1:  11$'
    silent_on '^n1:  10$'
}

test_help
test_wrong_use_before_up
test_texts_fit_a_terminal
test_logs_are_merged_by_time
echo "all is as promised"
