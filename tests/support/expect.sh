# shellcheck shell=bash
# What the scripts that test commands expect of them. To be sourced.

# fail WORDS...: with what the last command said.
fail() {
    echo "FAILED: $*" >&2
    printf '%s\n' "${output:-}" | sed 's/^/    /' >&2
    exit 1
}

# expect STATUS COMMAND...: runs it and keeps what it says in $output.
expect() {
    local expected="$1" status=0
    shift
    output="$("$@" 2>&1 </dev/null)" || status=$?
    ((status == expected)) || fail "$* ended with $status instead of $expected"
}

# says PATTERN: a regular expression that one line of the last output must match.
says() { grep -qE -- "$1" <<<"$output" || fail "nothing matches '$1' in:"; }
silent_on() { ! grep -qE -- "$1" <<<"$output" || fail "something matches '$1' in:"; }
