# shellcheck shell=bash
# `hearsay web` beside real nodes. To be sourced after nodes.sh.
# shellcheck disable=SC2034,SC2154  # hearsay, scratch, pids: of nodes.sh; url: for the test.

# serve COMMAND...: sets $url, when it serves.
serve() {
    local deadline=$((SECONDS + 30))
    rm -f -- "$scratch/web.out"
    "$@" >"$scratch/web.out" 2>"$scratch/web.log" </dev/null &
    pids[web]=$!
    until grep -q . "$scratch/web.out" 2>/dev/null; do
        kill -0 "${pids[web]}" || fail "$(cat "$scratch/web.log")"
        ((SECONDS < deadline)) || fail "it does not say where it serves"
        sleep 0.02
    done
    url="$(grep -oE 'http://[0-9.:]+' "$scratch/web.out")"
}

end_web() {
    kill -TERM "${pids[web]}"
    ends 0 web
}

start_web() { serve "$hearsay" web --listen 127.0.0.1:0 "$@"; }
