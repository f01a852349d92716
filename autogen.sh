#!/bin/sh
# autogen.sh - make ./configure.  With --deps, first install what the build needs; without it, install nothing.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
cd "$(dirname "$0")"

# The build, then what only the tests use.
debian='gcc make autoconf automake libtool pkg-config gettext
 libglib2.0-dev libgmime-3.0-dev libpcre2-dev libssl-dev libsqlite3-dev libjson-glib-dev libarchive-dev
 libc-ares-dev libpsl-dev libcurl4-openssl-dev libseccomp-dev
 python3 jq openssl zstd bzip2 xz-utils gzip mandoc universal-ctags valgrind procps'
fedora='gcc make autoconf automake libtool pkgconf-pkg-config gettext-devel
 glib2-devel gmime30-devel pcre2-devel openssl-devel sqlite-devel json-glib-devel libarchive-devel
 c-ares-devel libpsl-devel libcurl-devel libseccomp-devel
 python3 jq openssl zstd bzip2 xz gzip mandoc ctags valgrind procps-ng'
arch='gcc make autoconf automake libtool pkgconf gettext
 glib2 glib2-devel gmime3 pcre2 openssl sqlite json-glib libarchive
 c-ares libpsl curl libseccomp
 python jq zstd bzip2 xz gzip mandoc ctags valgrind procps-ng'
alpine='gcc musl-dev make autoconf automake libtool pkgconf gettext gettext-dev
 glib-dev gmime-dev pcre2-dev openssl-dev sqlite-dev json-glib-dev libarchive-dev
 c-ares-dev libpsl-dev curl-dev libseccomp-dev linux-headers
 python3 jq openssl zstd bzip2 xz gzip mandoc ctags valgrind procps'
homebrew='autoconf automake libtool pkgconf gettext
 glib gmime pcre2 openssl@3 sqlite json-glib libarchive
 c-ares libpsl curl
 python jq zstd xz mandoc universal-ctags'

as_root ()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

all_installed ()        # Debian: is each package there already?
{
    for package in $debian; do
        dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || return 1
    done
}

install_deps ()
{
    if command -v apt-get >/dev/null; then
        all_installed && return
        as_root apt-get -qq update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $debian >/dev/null
    elif command -v dnf >/dev/null; then
        as_root dnf -q -y install $fedora
    elif command -v pacman >/dev/null; then
        as_root pacman -S --noconfirm --needed $arch
    elif command -v apk >/dev/null; then
        as_root apk add -q $alpine
    elif command -v brew >/dev/null; then
        brew install -q $homebrew
    else
        echo "autogen.sh: no package manager that I know (apt-get, dnf, pacman, apk, brew)." >&2
        echo "Please install by hand: $debian" >&2
        exit 1
    fi
}

case "${1-}" in
    --deps) install_deps ;;
    '') ;;
    *) echo "usage: ./autogen.sh [--deps]" >&2; exit 64 ;;
esac

for tool in autoreconf libtoolize pkg-config; do
    command -v $tool >/dev/null || {
        echo "autogen.sh: $tool is missing; './autogen.sh --deps' installs all that the build needs" >&2
        exit 1
    }
done
autoreconf --install --force --warnings=all
