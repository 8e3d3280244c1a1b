# The nodes that a run directory knows: starting, finding, asking, signalling and ending them.
# To be sourced after common.sh. In the run directory each node has:
#
#   NAME.process    its process id and when that process started
#   NAME.options    the options it was started with, one a line, for `restart`
#   NAME.endpoint   where its peers reach it, once it is up; it keeps it over a restart
#   NAME.log        what it said
#   NAME.history    what it saw happen, one event a line, in JSON
#   NAME.json       its own run file; NAME.status and NAME.events are its sockets
#
# Beside them lie the files `program` and `profile`, and those of page.sh.
#
# shellcheck disable=SC2154  # run_directory is of common.sh.

# The fields of /proc/PID/stat from the third one (state) on; fails if there is no such process.
process_fields() {
    local stat
    { stat="$(<"/proc/$1/stat")"; } 2>/dev/null || return 1
    # The second field, the command, may itself hold spaces and brackets.
    echo "${stat##*) }"
}

# process_in FILE: prints PID and STATE of a process on record that has not ended. A process that
# has the id but not the start time belongs to somebody else by now, and a zombie has ended.
process_in() {
    local pid started fields
    read -r pid started 2>/dev/null <"$1" || return 1
    read -ra fields < <(process_fields "$pid") || return 1
    [[ "${fields[19]}" == "$started" && "${fields[0]}" != [ZX] ]] || return 1
    echo "$pid ${fields[0]}"
}

# The same of a node.
process_of() { process_in "$run_directory/$1.process"; }

# running, paused or ended.
state_of() {
    local process
    process="$(process_of "$1")" || {
        echo ended
        return
    }
    [[ "$process" == *\ T ]] && echo paused || echo running
}

# All names on record, in their natural order.
known_nodes() {
    local file
    for file in "$run_directory"/*.process; do
        file="${file##*/}"
        [[ "$file" == '*.process' ]] || echo "${file%.process}"
    done | sort -V
}

# nodes_in STATE...: the names of those in one of these states.
nodes_in() {
    local name
    for name in $(known_nodes); do
        [[ " $* " != *" $(state_of "$name") "* ]] || echo "$name"
    done
}

# others_of NAME...: the names of the running nodes without these.
others_of() { nodes_in running | grep -vxF -f <(printf '%s\n' "$@") || true; }

# "n1, n2 and n3" from the names on standard input; of many, the first and the last.
listing() {
    awk '{ name[NR] = $0 }
        END {
            if (NR > 5) {
                print name[1] " ... " name[NR] " (" NR " nodes)"
                exit
            }
            for (i = 1; i <= NR; ++i)
                text = text (i == 1 ? "" : i < NR ? ", " : " and ") name[i]
            print text
        }'
}

# listing_of NAME...
listing_of() { printf '%s\n' "$@" | listing; }

require_known() {
    local known there
    mapfile -t known < <(known_nodes)
    ((${#known[@]})) || die 3 "no node is known here; '$0 up' starts some"
    there="there $(one_or_many "${#known[@]}" is are) $(listing_of "${known[@]}")"
    [[ -n "$1" ]] || die 2 "which one? ${there^}"
    grep -qxF -- "$1" <(known_nodes) || die 2 "there is no node '$1' here; $there"
}

# signal_node NAME SIGNAL: does nothing if the node has ended.
signal_node() {
    local pid state
    read -r pid state < <(process_of "$1") || return 0
    kill -s "$2" "$pid" 2>/dev/null || [[ ! -e "/proc/$pid" ]] || die 1 "cannot signal $1 ($state)"
}

# until_ended MILLISECONDS NAME...: fails if one of them is still there after that time.
until_ended() {
    local deadline name
    deadline=$(($(now_ms) + $1))
    shift
    for name in "$@"; do
        while [[ "$(state_of "$name")" != ended ]]; do
            (($(now_ms) < deadline)) || return 1
            sleep 0.02
        done
    done
}

# spawn NAME OPTION...: starts a node where it was before, or on a free port if it is new. It
# joins through all the others known. It lives in a session of its own, so that neither Ctrl-C
# nor the end of this terminal reaches it.
spawn() {
    local name="$1" bind="tcp://127.0.0.1:0" other pid arguments
    shift
    printf '%s\n' "$@" >"$run_directory/$name.options"
    [[ ! -e "$run_directory/$name.endpoint" ]] || bind="$(<"$run_directory/$name.endpoint")"
    arguments=(--name "$name" --bind "$bind" --run-dir "$run_directory"
        --status "$(status_of "$name")" --events json)
    for other in "$run_directory"/*.endpoint; do
        [[ ! -e "$other" || "$other" == */"$name.endpoint" ]] ||
            arguments+=(--join "$(<"$other")")
    done
    rm -f -- "$run_directory/$name.json"
    # It leaves the table of jobs when it is on record: a job is what nobody else will end.
    {
        close_run_lock
        exec setsid "$(<"$run_directory/program")" node "${arguments[@]}" "$@"
    } </dev/null >>"$run_directory/$name.history" 2>>"$run_directory/$name.log" &
    pid="$!"
    record_process "$run_directory/$name.process" "$pid"
    disown "$pid"
}

# record_process FILE PID: one that is gone already is recorded too, and then found to have ended.
record_process() {
    local fields=()
    read -ra fields < <(process_fields "$2") || true
    echo "$2 ${fields[19]:-0}" >"$1"
}

# until_up MILLISECONDS NAME...: waits for their run files and keeps their endpoints; a node that
# ends before is an error that shows the last it said.
until_up() {
    local deadline name endpoint
    deadline=$(($(now_ms) + $1))
    shift
    for name in "$@"; do
        until endpoint="$(run_file_endpoint "$name")"; do
            [[ "$(state_of "$name")" != ended ]] || die_with_log "$name" "ended while it started"
            (($(now_ms) < deadline)) || die_with_log "$name" "does not come up"
            sleep 0.02
        done
        echo "$endpoint" >"$run_directory/$name.endpoint"
    done
}

run_file_endpoint() {
    grep -oPm 1 '"endpoint": *"\K[^"]+' "$run_directory/$1.json" 2>/dev/null
}

die_with_log() {
    note "The last lines of $1's log:"
    tail -n 10 -- "$run_directory/$1.log" 2>/dev/null | sed 's/^/  /' >&2
    die 1 "$1 $2$(disk_hint "$run_directory")"
}

status_of() { echo "ipc://$run_directory/$1.status"; }

# ask NAME COMMAND...: what that node answers.
ask() {
    local name="$1" command="$2"
    shift 2
    "$(<"$run_directory/program")" "$command" --status "$(status_of "$name")" "$@"
}

# Ends the background jobs of this script, if it must stop while it waits for them.
end_jobs() {
    local pids
    mapfile -t pids < <(jobs -pr)
    ((${#pids[@]})) || return 0
    # Disowned, or the shell would report each as killed.
    disown -a
    kill -s KILL "${pids[@]}" 2>/dev/null || true
}

# all_wait SECONDS "NAME..." CONDITION...: true if all these nodes see it within that time.
all_wait() {
    local timeout="$1" names="$2" name pids=() pid result=0
    shift 2
    for name in $names; do
        # The job must be the program itself, so that `end_jobs` ends it.
        {
            exec "$(<"$run_directory/program")" wait --status "$(status_of "$name")" \
                --timeout "${timeout}s" "$@"
        } >/dev/null 2>&1 &
        pids+=("$!")
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || result=1
    done
    return "$result"
}

# How many seconds to wait for what must happen; far more than it takes.
patience() {
    case "$(<"$run_directory/profile")" in
    local) echo 15 ;;
    lan) echo 30 ;;
    *) echo 60 ;;
    esac
}

# Ends all nodes: they leave, and after ten seconds they are killed. Prints who had to be.
end_nodes() {
    local name names
    mapfile -t names < <(nodes_in running paused)
    for name in "${names[@]}"; do
        signal_node "$name" TERM
        signal_node "$name" CONT
    done
    until_ended 10000 "${names[@]}" && return 0
    for name in $(nodes_in running paused); do
        signal_node "$name" KILL
        echo "$name"
    done
    until_ended 3000 "${names[@]}"
}

# Removes all that was recorded and left behind in the run directory.
remove_records() {
    local name
    for name in $(known_nodes); do
        rm -f -- "$run_directory/$name".*
    done
    rm -f -- "$run_directory"/{program,profile,page,page.out,page.log}
    rm -f -- "$run_directory"/keys/{cluster.*,n*.key}
    [[ ! -d "$run_directory/keys" ]] || rmdir -- "$run_directory/keys"
}

# Removes the directory too, unless it holds something that is not ours.
remove_run_directory() {
    remove_records
    rmdir -- "$run_directory" 2>/dev/null || note "$run_directory holds more than ours and stays."
}
