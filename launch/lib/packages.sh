# Installs Debian packages. To be sourced by bash with `set -euo pipefail`.
#
#   install_packages SECTION...          all packages of these sections of launch/packages
#   unpack_packages FOLDER SECTION...    puts their files into FOLDER/PACKAGE, and starts no service

# The names in some sections of launch/packages.
packages_of() {
    local list section
    list="$(dirname "${BASH_SOURCE[0]}")/../packages"
    for section in "$@"; do
        awk -v wanted="[$section]" '
            { sub(/#.*/, "") }
            /^\[/ { inside = ($1 == wanted); next }
            inside && NF { print $1 }' "$list"
    done
}

# Those among them that are not installed.
missing_packages() {
    local package
    for package in $(packages_of "$@"); do
        [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] ||
            echo "$package"
    done
}

# Installs what is missing, or says what to run and fails. Asks nothing.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian; taking it that these are installed:" \
            "$(packages_of "$@" | xargs)." >&2
        return 0
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0

    local as_root=()
    if ((EUID != 0)); then
        as_root=(sudo -n)
        if ! sudo -n true 2>/dev/null; then
            echo "Some packages are missing and only root may install them. Please run:" >&2
            echo "  sudo apt-get update && sudo apt-get install ${missing[*]}" >&2
            return 1
        fi
    fi
    echo "Installing ${missing[*]} ..."
    "${as_root[@]}" apt-get update -qq </dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "${missing[@]}" </dev/null | awk '
        /newly installed/ { total = $3 }
        /^Get:/ { printf "  fetching %d of %d: %s\n", ++fetched, total, $5; fflush() }
        /^Setting up/ { printf "  installing %d of %d: %s\n", ++count, total, $3; fflush() }'
}

# Fetches what is neither installed nor unpacked yet. Needs no root. What cannot be had is said.
unpack_packages() {
    local folder="$1" package
    command -v dpkg-query >/dev/null || return 0
    for package in $(missing_packages "${@:2}"); do
        [[ -d "$folder/$package" ]] || unpack_package "$folder/$package" ||
            echo "Could not unpack $package, so tests that need it are skipped." >&2
    done
}

# unpack_package FOLDER: the package that the folder is named after.
unpack_package() {
    local folder="$1" package fetched result=0
    package="$(basename "$folder")"
    echo "Unpacking $package ..."
    mkdir -p "$(dirname "$folder")"
    # Beside the folder, so that it is there as a whole or not at all.
    fetched="$(mktemp -d "$folder.XXXXXX")"
    {
        (cd "$fetched" && apt-get download -qq -o APT::Sandbox::User=root "$package") &&
            dpkg-deb -x "$fetched"/*.deb "$fetched/files" && mv "$fetched/files" "$folder"
    } </dev/null || result=1
    rm -rf "$fetched"
    return "$result"
}
