# The commands of launch/cluster that ask nodes and change nothing. To be sourced after nodes.sh
# and arguments.sh.
#
# shellcheck disable=SC2154  # run_directory is of common.sh.

# ask_in_turn "NAME..." COMMAND...: the answer of the first of these nodes that has one. A peer may
# know no such member, or be about to end, when another can tell.
ask_in_turn() {
    local asked="$1" name status reason result=4 why=""
    shift
    [[ -n "$asked" ]] || die_unanswered
    for name in $asked; do
        status=0
        { reason="$(ask "$name" "$@" 2>&1 >&3)" || status=$?; } 3>&1
        ((status)) || return 0
        # A node that does not know (1) says more than one that does not answer (3).
        ((status >= result)) || result="$status" why="$reason"
    done
    note "$why"
    exit "$result"
}

# No node runs that could be asked: says what would help.
die_unanswered() {
    local paused known
    mapfile -t paused < <(nodes_in paused)
    mapfile -t known < <(known_nodes)
    ((${#paused[@]} == 0)) || die 3 "$(paused_in_words "${paused[@]}")"
    ((${#known[@]} == 0)) ||
        die 3 "no node is running here; '$0 restart ${known[0]}' starts one again"
    die 3 "no node is running here; '$0 up' starts some"
}

# The node of that name, which must be running; without a name, all that run.
nodes_to_ask() {
    if [[ -z "${1:-}" ]]; then
        nodes_in running
        return
    fi
    require_known "$1"
    [[ "$(state_of "$1")" == running ]] || die 3 "$(state_in_words "$1")"
    echo "$1"
}

members() {
    local asked
    take_at_most 1 members "$@"
    asked="$(nodes_to_ask "$@")"
    ask_in_turn "$asked" members
}

explain() {
    local asked
    take_at_most 1 explain "$@"
    require_known "${1:-}"
    # It is asked itself only if there is nobody else.
    asked="$(others_of "$1")"
    ask_in_turn "${asked:-$(nodes_in running)}" explain "$1"
}

watch() {
    local asked
    take_at_most 1 watch "$@"
    asked="$(nodes_to_ask "$@")"
    [[ -n "$asked" ]] || die_unanswered
    # In the place of this shell, so that keys and signals are for the screen alone.
    exec "$(<"$run_directory/program")" watch --status "$(status_of "${asked%%$'\n'*}")"
}

status() {
    local asked
    take_at_most 1 status "$@"
    asked="$(nodes_to_ask "$@")"
    [[ -z "$(known_nodes)" ]] || show_processes
    ask_in_turn "$asked" status
}

show_processes() {
    local name process
    printf '%-6s %-8s %8s  %s\n' node process pid endpoint
    for name in $(known_nodes); do
        process="$(process_of "$name")" || process="-"
        printf '%-6s %-8s %8s  %s\n' "$name" "$(state_of "$name")" "${process% *}" \
            "$(<"$run_directory/$name.endpoint")"
    done
    say
}

# Lines for `eval` by any shell of the Bourne family. The program comes first in PATH, but only
# once, however often they are read.
environment() {
    local name folder
    take_at_most 0 env "$@"
    # All are read: `head` would end, and with it who writes to it.
    name="$(nodes_in running | sed -n 1p)"
    [[ -n "$name" ]] || die_unanswered
    folder="$(quoted "$(dirname "$(<"$run_directory/program")")")"
    say "export HEARSAY_RUN_DIR=$(quoted "$run_directory")"
    say "export HEARSAY_STATUS=$(quoted "$(status_of "$name")")"
    say "case \"\$PATH:\" in $folder:*) ;; *) export PATH=$folder:\"\$PATH\" ;; esac"
    [[ ! -t 1 ]] || note "# To set this in your shell: eval \"\$($0 env)\""
}

# A word that every shell reads as these characters and nothing else.
quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }
