# Configures and builds. To be sourced by bash with `set -euo pipefail`, in the root of the tree.
#
#   configure PRESET               if it was not, or its CMake files changed since
#   build PRESET [TARGET...]       all targets, or these

if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    # Without this it would give up on precompiled headers.
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_ctime,include_file_mtime
fi

configure() {
    local cache="build/$1/CMakeCache.txt"
    # CMake refuses a build folder that was made under another path.
    if [[ -f "$cache" ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$cache"; then
        rm -rf "build/$1"
    fi
    # Ninja configures again by itself whenever a CMake file has changed.
    [[ -f "build/$1/build.ninja" ]] || cmake --preset "$1"
}

build() {
    local preset="$1" target arguments=()
    shift
    for target in "$@"; do
        arguments+=(--target "$target")
    done
    configure "$preset"
    cmake --build --preset "$preset" "${arguments[@]}"
}
