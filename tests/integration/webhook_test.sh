#!/usr/bin/env bash
# The web hook posts an event once, tries again where that may help, and says how it ended.
# HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

webhook="$(dirname "${BASH_SOURCE[0]}")/../../launch/handlers/webhook"
event='{"event":"failed","member":"n3"}'

# serve CODE...: answers the first request with the first code, and so on, the last one for ever.
# `hang` never answers. What was posted is appended to $scratch/posted, a line each.
serve() {
    stop_serving
    : >"$scratch/posted"
    : >"$scratch/port"
    python3 -u - "$scratch/posted" "$@" >>"$scratch/port" 2>"$scratch/server" <<'END' &
import sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Hook(BaseHTTPRequestHandler):
    codes = sys.argv[2:]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode().strip()
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        with open(sys.argv[1], "a") as posted:
            posted.write(f"{code} {self.path} {self.headers['Content-Type']} {body}\n")
        if code == "hang":
            threading.Event().wait()
        self.send_response(int(code))
        self.send_header("Content-Length", "0")
        self.end_headers()

server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
server.daemon_threads = True
print(server.server_port)
server.serve_forever()
END
    pids[server]=$!
    local deadline=$((SECONDS + 30))
    until [[ -s "$scratch/port" ]]; do
        ((SECONDS < deadline)) || fail "no server: $(cat "$scratch/server")"
    done
    url="http://127.0.0.1:$(cat "$scratch/port")/hook"
}

stop_serving() {
    [[ -n "${pids[server]:-}" ]] || return 0
    kill -KILL "${pids[server]}"
    wait "${pids[server]}" 2>/dev/null || true
    unset "pids[server]"
}

post() { "$webhook" "$url" <<<"$event"; }

# posted CODE...: just these answers were given, and each time the whole event had come.
posted() {
    local code
    for code in "$@"; do
        echo "$code /hook application/json $event"
    done | diff - "$scratch/posted" || fail "this was posted instead"
}

test_a_post() {
    serve 204
    expect 0 post
    posted 204
    [[ -z "$output" ]] || fail "it says something:"
}

test_later_is_tried_again() {
    serve 503 429 200
    expect 0 post
    posted 503 429 200
    serve 500
    expect 22 post
    posted 500 500 500 500
}

test_no_is_not() {
    serve 404
    expect 22 post
    posted 404
    says 'error: 404'
}

test_nobody_there() {
    serve 200
    stop_serving
    expect 7 post
    says 'connect'
}

# Each of them is 2 s long at most, and a second apart: 8 s, where a handler may take 10.
test_no_answer_is_waited_for_three_times() {
    serve hang
    expect 28 post
    (($(grep -c 'timed out after 20' <<<"$output") <= 3)) || fail "more attempts than three:"
}

test_wrong_use() {
    local word
    for word in "" "example.com/hook" "ftp://example.com" "-o/tmp/x"; do
        expect 2 "$webhook" "$word"
        says '^Usage: '
        is_one_line
    done
    expect 2 "$webhook" http://127.0.0.1:1 more
    mkdir -p "$scratch/bin"
    ln -sf "$(command -v bash)" "$scratch/bin/bash"
    expect 2 env PATH="$scratch/bin" bash "$webhook" http://127.0.0.1:1
    says 'curl is missing; type: apt install curl'
}

test_a_node_posts_a_death() {
    local name seed
    serve 200
    start n1 --on-event "once:failed=$webhook $url"
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    seed="$(endpoint_of n1)"
    for name in n2 n3; do
        start "$name" --join "$seed" --on-event "once:failed=$webhook $url"
    done
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 3 --agree --timeout 30s
    kill -KILL "${pids[n3]}"
    wait "${pids[n3]}" 2>/dev/null || true
    unset "pids[n3]"
    timeout 30 grep -q -m 1 '"event":"failed","member":"n3"' \
        <(tail -n +1 -F "$scratch/posted" 2>/dev/null) || fail "nothing was posted"
    kill -TERM "${pids[n1]}"
    ends 0 n1
    kill -TERM "${pids[n2]}"
    ends 0 n2
}

test_a_post
test_later_is_tried_again
test_no_is_not
test_nobody_there
test_no_answer_is_waited_for_three_times
test_wrong_use
test_a_node_posts_a_death
echo "all is as promised"
