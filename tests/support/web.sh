# shellcheck shell=bash
# Three nodes and `hearsay web` beside the first. To be sourced after nodes.sh.
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

start_three() {
    local name seed
    start n1
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    seed="$(endpoint_of n1)"
    HEARSAY_STATUS="$(status_of n1)"
    export HEARSAY_STATUS
    for name in n2 n3; do
        start "$name" --join "$seed"
    done
    expect 0 "$hearsay" wait --alive 3 --agree --timeout 30s
}

start_web() { serve "$hearsay" web --listen 127.0.0.1:0 "$@"; }
