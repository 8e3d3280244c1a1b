# What every launch script needs. To be sourced by bash with `set -euo pipefail`.
#
#   $checkout                      the tree these scripts stand in
#   say, sentence, note, die       words for people
#   one_or_many                    the right words for a number
#   now_ms, seconds, since         time
#   disk_hint PATH                 a clause for error messages if the disk is full
#   use_run_directory, make_run_directory, lock_run_directory, close_run_lock
#
# A checkout has one run directory: the records, sockets and logs of the nodes it started. It lies
# under /tmp and not in XDG_RUNTIME_DIR, because that one is emptied at log-out, while nodes that
# were started here live on and must still be found by `down`. HEARSAY_RUN_DIR names another one.

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
run_directory="${HEARSAY_RUN_DIR:-}"
# shellcheck disable=SC2034  # For program.sh.
given_program="${HEARSAY_PROGRAM:-}"
# The program takes options from the environment too; ours are all on its command line.
for variable in "${!HEARSAY_@}"; do
    unset "$variable"
done

say() { printf '%s\n' "$*"; }

# Like `say`, for words of which nobody knows how many there are: folded to 80 columns.
sentence() { say "$*" | fold -s -w 80 | sed 's/ *$//'; }

# For people only: not part of any output that a script would read.
note() { printf '%s\n' "$*" >&2; }

# die STATUS WORDS...
die() {
    local status="$1"
    shift
    note "${0##*/}: $*"
    exit "$status"
}

# one_or_many COUNT ONE MANY
one_or_many() { (($1 == 1)) && echo "$2" || echo "$3"; }

now_ms() {
    local now="${EPOCHREALTIME/[.,]/}"
    echo "$((now / 1000))"
}

# 1234 becomes 1.23.
seconds() { printf '%d.%02d' "$(($1 / 1000))" "$(($1 % 1000 / 10))"; }

# Seconds since that moment.
since() { seconds "$(($(now_ms) - $1))"; }

# Eight hex digits.
short_hash() { printf %s "$1" | sha256sum | cut -c -8; }

disk_hint() {
    local free_kib
    free_kib="$(df --output=avail -- "$1" 2>/dev/null | tail -n 1)" || return 0
    ((${free_kib:-1024} >= 1024)) ||
        printf '. The disk that holds %s is full: %d KiB are free' "$1" "$free_kib"
}

# Finds the run directory, without making it.
use_run_directory() {
    run_directory="${run_directory:-/tmp/hearsay-$UID-$(short_hash "$checkout")}"
    [[ "$run_directory" == /* ]] ||
        die 2 "HEARSAY_RUN_DIR is '$run_directory': it must begin with '/'"
    # The path of a unix socket holds 107 bytes, and "/n9999.status" must fit behind this one.
    ((${#run_directory} <= 90)) ||
        die 2 "the path of the run directory is ${#run_directory} bytes long, but sockets in it" \
            "allow 90 at most: set HEARSAY_RUN_DIR to a shorter path than $run_directory"
    [[ -e "$run_directory" || -L "$run_directory" ]] || return 0
    [[ -d "$run_directory" && ! -L "$run_directory" && -O "$run_directory" ]] ||
        die 2 "$run_directory is not a directory of yours: remove it, or set HEARSAY_RUN_DIR"
}

make_run_directory() {
    (umask 077 && mkdir -p -- "$run_directory") ||
        die 1 "cannot make $run_directory$(disk_hint /tmp)"
    use_run_directory
}

# lock_run_directory SECONDS: keeps other commands that change something away until this process
# ends; waits that long for one that is at work.
lock_run_directory() {
    exec {run_lock}<"$run_directory"
    flock --timeout "$1" "$run_lock" ||
        die 2 "another command of this checkout is still at work (in $run_directory)"
    # A `down` that was faster may have removed the directory in which we waited.
    [[ "$run_directory" -ef "/proc/self/fd/$run_lock" ]] ||
        die 1 "$run_directory was removed by another command; try again"
}

# For processes that outlive this one.
close_run_lock() { [[ -z "${run_lock:-}" ]] || exec {run_lock}<&-; }
