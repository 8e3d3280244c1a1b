# What a person may type after launch/cluster. To be sourced after nodes.sh.
#
#   help_for COMMAND                       the part of `usage` that is about it
#   no_such_command WORD                   ends with a line that names the nearest one
#   take_no_options, take_at_most          end with a line that says what is too much
#   choose COMMAND "STATE..." NAME...      sets $names: the nodes to act on

# shellcheck disable=SC2034  # For those who act on them.
names=()
commands="up members watch status explain kill pause resume leave restart logs env down"

is_command() { [[ " $commands help " == *" $1 "* ]]; }

# asks_for_help ARGUMENT...
asks_for_help() {
    local argument
    for argument in "$@"; do
        [[ "$argument" != -h && "$argument" != --help ]] || return 0
    done
    return 1
}

help_for() {
    usage | awk -v command="$1" '
        /^[^ ]|^$/ { shown = 1 }
        /^  [a-z]/ { shown = $1 == command }
        shown'
}

no_such_command() {
    local near
    near="$(nearest_command "$1")"
    [[ -z "$near" ]] || die 2 "there is no command '$1'; did you mean '$near'?"
    die 2 "there is no command '$1'; '$0 help' lists them all"
}

# The command that is two typing errors away at most (Levenshtein's distance), if there is one.
nearest_command() {
    # shellcheck disable=SC2086  # One word each.
    printf '%s\n' $commands | word="$1" awk '
        function least(a, b) { return a < b ? a : b }
        function distance(a, b, cost, i, j) {
            for (i = 0; i <= length(a); ++i) cost[i, 0] = i
            for (j = 0; j <= length(b); ++j) cost[0, j] = j
            for (i = 1; i <= length(a); ++i)
                for (j = 1; j <= length(b); ++j)
                    cost[i, j] = least(least(cost[i - 1, j], cost[i, j - 1]) + 1,
                        cost[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1)))
            return cost[length(a), length(b)]
        }
        BEGIN { least_yet = least(3, length(ENVIRON["word"])) }
        (found = distance(ENVIRON["word"], $1)) < least_yet { least_yet = found; near = $1 }
        END { if (near) print near }'
}

# take_no_options COMMAND ARGUMENT...: of a command that has none, or whose own were taken out.
take_no_options() {
    local command="$1" argument
    shift
    for argument in "$@"; do
        [[ "$argument" != -* ]] ||
            die 2 "$command has no option '$argument'; see '$0 $command --help'"
    done
}

# take_at_most COUNT COMMAND NAME...: COUNT is 0 or 1.
take_at_most() {
    local most="$1" command="$2"
    shift 2
    take_no_options "$command" "$@"
    (($# > most)) || return 0
    die 2 "$command takes $( ((most)) && echo "one name" || echo "no argument"), but was given '$*'"
}

# shellcheck disable=SC2034  # As above.
# Each once; all of them must be in one of these states before anything is done to one.
choose() {
    local command="$1" states="$2" name
    shift 2
    take_no_options "$command" "$@"
    (($#)) || require_known ""
    for name in "$@"; do
        require_state "$name" "$states"
    done
    mapfile -t names < <(printf '%s\n' "$@" | awk '!seen[$0]++')
}

# require_state NAME "STATE...": or says what would be right.
require_state() {
    local state
    require_known "$1"
    state="$(state_of "$1")"
    [[ " $2 " == *" $state "* ]] || die 1 "$(state_in_words "$1")"
}

state_in_words() {
    case "$(state_of "$1")" in
    paused) paused_in_words "$1" ;;
    ended) echo "$1 is not running; '$0 restart $1' starts it again" ;;
    *) echo "$1 is running already" ;;
    esac
}

# paused_in_words NAME...
paused_in_words() {
    one_or_many $# "$1 is paused; '$0 resume $1' lets it run on" \
        "$# nodes are paused; '$0 resume $1' lets one run on"
}
