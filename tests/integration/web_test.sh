#!/usr/bin/env bash
# What `hearsay web` promises, with real nodes. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"
# shellcheck source=tests/support/web.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/web.sh"

support="$(cd "$(dirname "${BASH_SOURCE[0]}")/../support" && pwd -P)"
checkout="$(cd "$support/../.." && pwd -P)"

client() { python3 "$support/web.py" "$@"; }
fetch() { curl --silent --show-error --max-time 20 "$url$1" "${@:2}"; }
status_at() { fetch "$1" -o /dev/null -w '%{http_code}' "${@:2}"; }

# until_status STATUS PATH
until_status() {
    local deadline=$((SECONDS + 30))
    until [[ "$(status_at "$2")" == "$1" ]]; do
        ((SECONDS < deadline)) || fail "$2 does not give $1 but: $(fetch "$2")"
        sleep 0.05
    done
}

test_wrong_use() {
    expect 2 "$hearsay" web --listen nowhere
    says '^hearsay web: --listen "nowhere" is no address with a port; write 127.0.0.1:7780'
    is_one_line
    expect 2 "$hearsay" web --allow-host http://x
    says '^hearsay web: --allow-host "http://x" is no name of a host'
    expect 4 "$hearsay" web --listen 192.0.2.1:0
    says '^hearsay web: listen 192.0.2.1:0: it is not an address of this machine'
    is_one_line
}

# with_files COUNT COMMAND...: in a process of its own, with so many open files at most.
with_files() {
    ulimit -n "$1"
    exec "${@:2}"
}

test_too_few_files() {
    expect 2 with_files 100 "$hearsay" web --listen 127.0.0.1:0
    says '^hearsay web: the limit of open files is 100, too low to serve; raise it with '
    is_one_line
}

# It is told to end as soon as it has said where it serves.
test_what_is_said_of_limits() {
    serve "$hearsay" web --listen '*:0'
    output="$(<"$scratch/web.out")"
    says '^Everybody who reaches 0\.0\.0\.0:[0-9]+ can read all .*; nobody can change anything\.$'
    end_web
    serve with_files 300 "$hearsay" web --listen 127.0.0.1:0
    grep -q 'is 300, so only 236 connections are served at once' "$scratch/web.log" ||
        fail "$(cat "$scratch/web.log")"
    end_web
}

test_without_a_node() {
    start_web
    output="$(<"$scratch/web.out")"
    says '^http://127.0.0.1:[0-9]+/ shows what a node sees, once one answers; it is read-only$'
    says '^At present, no node runs in .*run; start one'
    until_status 200 /healthz
    until_status 503 /readyz
    until_status 503 /members
    expect 0 fetch /members
    says '^{"error":"no node runs in '
}

test_it_finds_the_node_later() {
    start_three_but_first_alone
    until_status 200 /members
    end_web
    grep -q '^hearsay: n1 answers$' "$scratch/web.log" || fail "$(cat "$scratch/web.log")"
}

# The web process looks for the one node that runs here.
start_three_but_first_alone() {
    start n1
    until_status 200 /status
    kill -TERM "${pids[n1]}"
    ends 0 n1
    until_status 503 /status
    start_three
}

test_a_start_for_scripts() {
    start_web --json
    output="$(<"$scratch/web.out")"
    says '^\{"url":"http://127.0.0.1:[0-9]+/","node":"n1","read_only":true\}$'
    expect 4 "$hearsay" web --listen "${url#http://}"
    says "^hearsay web: listen ${url#http://}: the address is in use"
    is_one_line
}

# What does not change by itself, of answers in JSON.
lasting() {
    python3 -c '
import json, sys
def lasting(value):
    if isinstance(value, list):
        return [lasting(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: lasting(item) for key, item in value.items()
            if not key.endswith(("_ms", "_us")) and key not in ("at", "heartbeat", "heard")}
print(json.dumps(lasting(json.load(sys.stdin))))'
}

# A newcomer is observed a moment after it is known.
until_all_are_observed() {
    local deadline=$((SECONDS + 30))
    until (($(fetch /links | grep -o '"observed":true' | wc -l) == 2)); do
        ((SECONDS < deadline)) || fail "n1 does not observe both: $(fetch /links)"
        sleep 0.05
    done
    until (($(fetch /members | grep -o '"observed":true' | wc -l) == 2)); do sleep 0.05; done
}

test_answers_are_those_of_the_commands() {
    local path words
    until_all_are_observed
    for path in /members /links; do
        diff <(fetch "$path" | lasting) <("$hearsay" "${path#/}" --json | lasting) ||
            fail "$path is not what the command says"
    done
    for path in /status /views /explain/n2; do
        IFS=/ read -ra words <<<"${path#/}"
        diff <(fetch "$path" | python3 -c 'import json, sys; print(list(json.load(sys.stdin)))') \
            <("$hearsay" "${words[@]}" --json |
                python3 -c 'import json, sys; print(list(json.load(sys.stdin)))') ||
            fail "$path has not the keys of what the command says"
    done
    diff <(fetch /metrics | sed -E '/^#/!s/ [^ ]+$//') \
        <("$hearsay" metrics | sed -E '/^#/!s/ [^ ]+$//') || fail "/metrics has other series"
    until_status 200 /readyz
}

check_metrics() { fetch /metrics | "$promtool" check metrics; }

test_the_metrics_are_sound() {
    local promtool="$checkout/build/packages/prometheus/usr/bin/promtool"
    [[ -x "$promtool" ]] || promtool="$(command -v promtool)" || return 0
    expect 0 check_metrics
    [[ -z "$output" ]] || fail "promtool finds something:"
}

test_headers() {
    local name
    expect 0 fetch / -I
    says '^HTTP/1.1 200'
    says '^Content-Type: text/html; charset=utf-8'
    says "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    says '^X-Content-Type-Options: nosniff'
    says '^Referrer-Policy: no-referrer'
    says '^Cache-Control: no-cache'
    silent_on '^Access-Control'
    name="$(sed -n 's/^ETag: \([^\r]*\).*/\1/p' <<<"$output")"
    [[ "$(status_at / -H "If-None-Match: $name")" == 304 ]] || fail "$name is sent again"
    expect 0 fetch /members -X POST -i
    says '^HTTP/1.1 405'
    says '^Allow: GET, HEAD'
    says '"error":"this is read-only; use GET"'
    expect 0 fetch /metrics -I
    says '^Content-Type: text/plain; version=0.0.4; charset=utf-8'
}

# do_as CLIENT...: what the client prints is a figure.
do_as() {
    expect 0 client "$1" "$url" "${@:2}"
    [[ -z "$output" ]] || echo "$output"
}

test_streams() {
    do_as told "${pids[n3]}"
    wait "${pids[n3]}" 2>/dev/null || true
    unset "pids[n3]"
    do_as resumed
    do_as left
    do_as unread
}

test_the_node_dies_and_returns() {
    local endpoint
    endpoint="$(grep -oPm 1 '"endpoint": *"\K[^"]+' "$HEARSAY_RUN_DIR/n2.json")"
    kill -KILL "${pids[n1]}"
    wait "${pids[n1]}" 2>/dev/null || true
    until_status 503 /members
    expect 0 fetch /readyz
    says '^\{"error":"no node answers at ipc://'
    until_status 200 /healthz
    start n1 --join "$endpoint"
    until_status 200 /members
    until_status 200 /readyz
}

test_an_end_with_open_streams() {
    local listener
    fetch /events --no-buffer >"$scratch/stream" 2>/dev/null &
    listener=$!
    until grep -q '^event: members' "$scratch/stream" 2>/dev/null; do
        kill -0 "$listener" || fail "the stream has ended"
        sleep 0.02
    done
    end_web
    wait "$listener" && fail "the stream ends as if it were complete"
    [[ ! -s "$scratch/web.log" ]] || grep -q 'answer' "$scratch/web.log" ||
        fail "it says: $(cat "$scratch/web.log")"
}

end_the_others() {
    local name
    for name in n1 n2; do
        kill -TERM "${pids[$name]}"
        ends 0 "$name"
    done
}

test_wrong_use
test_too_few_files
test_what_is_said_of_limits
test_without_a_node
test_it_finds_the_node_later
test_a_start_for_scripts
test_answers_are_those_of_the_commands
test_the_metrics_are_sound
test_headers
do_as hostile
do_as idle
do_as rate
test_streams
test_the_node_dies_and_returns
test_an_end_with_open_streams
end_the_others
echo "all is as promised"
