# Finds or builds the program. To be sourced after common.sh.
#
#   prepare_program    sets $program
#
# shellcheck disable=SC2154  # checkout and given_program are of common.sh.

# shellcheck source=launch/lib/packages.sh
source "$checkout/launch/lib/packages.sh"
# shellcheck source=launch/lib/build.sh
source "$checkout/launch/lib/build.sh"

prepare_program() {
    if [[ -n "$given_program" ]]; then
        program="$(realpath -- "$given_program")"
        [[ -f "$program" && -x "$program" ]] ||
            die 2 "HEARSAY_PROGRAM is '$given_program': there is no program"
        return
    fi
    install_packages build || die 1 "the packages above are needed for the build"
    cd "$checkout" || die 1 "cannot enter $checkout"
    lock_build
    build_program || die 1 "the build failed$(disk_hint "$checkout")"
    exec {build_lock}<&-
    program="$checkout/build/cluster/node/hearsay"
}

# One build at a time in one checkout.
lock_build() {
    exec {build_lock}<"$checkout/launch"
    flock --nonblock "$build_lock" && return 0
    note "Another build is at work in this checkout; waiting for it ..."
    flock "$build_lock"
}

build_program() {
    local to_do
    forget_moved_build
    [[ -e build/cluster/build.ninja ]] || say "Configuring the build ..."
    # Warnings are for those who change the source: the preset dev shows them.
    CXXFLAGS="${CXXFLAGS:-} -w" configure cluster >/dev/null
    # A word only if there is something to do: it takes a minute or two the first time.
    to_do="$(cmake --build --preset cluster --target hearsay -- -n)"
    [[ "$to_do" != *"no work to do"* ]] || return 0
    say "Building hearsay ..."
    build cluster hearsay
}

# CMake refuses a build folder that was made under another path.
forget_moved_build() {
    local cache=build/cluster/CMakeCache.txt made_in
    [[ -e "$cache" ]] || return 0
    made_in="$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")"
    [[ "$made_in" -ef "$checkout" ]] || rm -rf build/cluster
}
