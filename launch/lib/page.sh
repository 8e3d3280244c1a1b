# The page of a cluster: `hearsay web` beside its first node. To be sourced after nodes.sh.
#
#   start_page    and waits until it serves
#   end_page      does nothing if there is none
#
# In the run directory it has `page`, its process id and when that process started, `page.out`,
# where it serves, and `page.log`.
#
# shellcheck disable=SC2154  # run_directory is of common.sh.

# The usual port if it is free, so that a tab that is open finds the next cluster.
start_page() {
    local address
    for address in 127.0.0.1:7780 127.0.0.1:0; do
        spawn_page "$address"
        ! until_page_serves || return 0
    done
    cat -- "$run_directory/page.log" >&2
    die 1 "the page does not come up$(disk_hint "$run_directory")"
}

# spawn_page ADDRESS:PORT
spawn_page() {
    local pid
    # It is looked at before the process has opened it.
    : >"$run_directory/page.out"
    {
        close_run_lock
        exec setsid "$(<"$run_directory/program")" web --listen "$1" --status "$(status_of n1)"
    } </dev/null >"$run_directory/page.out" 2>"$run_directory/page.log" &
    pid="$!"
    record_process "$run_directory/page" "$pid"
    disown "$pid"
}

# Fails if it ends before.
until_page_serves() {
    local deadline
    deadline=$(($(now_ms) + 20000))
    until [[ -s "$run_directory/page.out" ]]; do
        process_in "$run_directory/page" >/dev/null || return 1
        (($(now_ms) < deadline)) || die 1 "the page does not come up"
        sleep 0.02
    done
}

# Ends it at once; after three seconds it is killed.
end_page() {
    local pid signal deadline
    for signal in TERM KILL; do
        deadline=$(($(now_ms) + 3000))
        while read -r pid _ < <(process_in "$run_directory/page"); do
            (($(now_ms) < deadline)) || continue 2
            kill -s "$signal" "$pid" 2>/dev/null || true
            sleep 0.02
        done
        return 0
    done
}
