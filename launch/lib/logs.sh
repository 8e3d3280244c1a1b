# launch/cluster logs: the logs of several nodes as one, by time. To be sourced after nodes.sh and
# arguments.sh.
#
# shellcheck disable=SC2154  # run_directory is of common.sh.

# The open log of each node in $names. It stays readable when `down` has removed it.
declare -A log_of=()

logs() {
    local argument follow=no
    for argument in "$@"; do
        case "$argument" in
        -f | --follow) follow=yes ;;
        *) names+=("$argument") ;;
        esac
    done
    take_no_options logs "${names[@]}"
    for argument in "${names[@]}"; do
        require_known "$argument"
    done
    case "$follow,${#names[@]}" in
    no,0) merge_logs 10 ;;
    no,1) cat -- "$run_directory/${names[0]}.log" ;;
    no,*) merge_logs +1 ;;
    yes,*) merge_logs 10 && follow_logs ;;
    esac
}

# merge_logs LINES: as `tail -n` understands it, of each.
merge_logs() {
    local name file
    ((${#names[@]})) || mapfile -t names < <(known_nodes)
    ((${#names[@]})) || die_unanswered
    for name in "${names[@]}"; do
        exec {file}<"$run_directory/$name.log"
        log_of[$name]="$file"
    done
    last_lines "$1" | by_time
}

# Prints what comes until the cluster is removed. What is heard within a moment is put in order,
# but not what lies on both sides of its end: a line may stand a moment after a later one.
follow_logs() {
    local gone=no news
    while [[ "$gone" == no ]]; do
        sleep 0.2
        # Asked before the last words are read, so that they all are.
        are_there || gone=yes
        news="$(new_lines)"
        [[ -z "$news" ]] || by_time <<<"$news"
    done
}

# Whether the logs that are open are those of the run directory still.
are_there() {
    local name
    for name in "${names[@]}"; do
        [[ "$run_directory/$name.log" -ef "/proc/self/fd/${log_of[$name]}" ]] || return 1
    done
}

# last_lines COUNT: of each log, after the name and a tab. Leaves off where new_lines begins.
last_lines() {
    local name
    for name in "${names[@]}"; do
        tail -n "$1" <&"${log_of[$name]}" | awk -v name="$name" '{ print name "\t" $0 }'
    done
}

# What was added since. A node writes each line at once, so that none is found half.
new_lines() {
    local name line
    for name in "${names[@]}"; do
        while IFS= read -r -u "${log_of[$name]}" line; do
            printf '%s\t%s\n' "$name" "$line"
        done
    done
}

# Sorts lines of several logs. They bear the time of the day without a date; how long ago that was
# is known for those of the last 24 hours. An older line is not in its place among those of other
# nodes, but always in that of its own log: no line is younger than the one after it. A line without
# a time belongs to the one before. Times may be a minute ahead of this clock, not more.
by_time() {
    local now
    printf -v now '%(%T)T' -1
    awk -F '\t' -v now="$now" -v width="$(longest_name)" '
        function seconds(time) {
            return substr(time, 1, 2) * 3600 + substr(time, 4, 2) * 60 + substr(time, 7, 6)
        }
        {
            name[NR] = $1
            line[NR] = substr($0, length($1) + 2)
            if (line[NR] ~ /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.][0-9]/)
                age[NR] = (seconds(now) + 60 - seconds(line[NR]) + 86400) % 86400
            else
                age[NR] = name[NR] == name[NR - 1] ? age[NR - 1] : 0
        }
        END {
            for (i = NR - 1; i > 0; --i)
                if (name[i] == name[i + 1] && age[i] < age[i + 1]) age[i] = age[i + 1]
            for (i = 1; i <= NR; ++i)
                printf "%.3f\t%-" width "s %s\n", -age[i], name[i] ":", line[i]
        }' | LC_ALL=C sort -s -n -k 1,1 | cut -f 2-
}

# How many columns its name and a colon need.
longest_name() { printf '%s:\n' "${names[@]}" | wc -L; }
