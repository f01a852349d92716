#!/bin/sh
# check.t - `modori check tls` and `check domain` against real servers, and against what other programs say of the same.
#
# Postfix, Exim, openssl s_server with certificates of a private authority; knot's zones, some of them signed, behind unbound.
# Like pipes.t: each part is installed into an overlay of its own and runs there with a network of its own.  Needs root and a
# package mirror: for CI.  CHECKS chooses parts, PATIENCE is how many seconds each may take; in KEEP what was installed stays.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"

[ "$(id -u)" = 0 ] || { echo '1..0 # skipped: needs root'; exit 77; }
boxes=${KEEP-$work/boxes}

box_of ()               # its directory; a file that is there when the packages are; the packages
{
    case $1 in
        tls | domain)
            echo check /usr/sbin/unbound postfix knot unbound python3-spf libsasl2-modules bind9-dnsutils openssl ca-certificates \
                iproute2 jq ;;
        exim) echo exim /usr/sbin/exim4 exim4-daemon-heavy iproute2 jq ;;
    esac
}

enter ()                # enter NAME [COMMAND...]: in its root, where the sources and the built program can be seen
{
    box_of "$1" | { read -r box proof packages; shift
    timeout -k 5 "${PATIENCE:-150}" python3 "$SOURCE/tests/make-corpus.d/overlay.py" --box "$boxes/$box" \
        --packages "$packages" --proof "$proof" --share "$SOURCE=/modori/source" \
        --share "$work/built=/modori/built" --share "$work/out=/modori/out" "$@"; }
}

# The tests of one part go on counting where the last one's ended.
run ()
{
    rm -f "$work/out/count"
    enter "$1" sh "/modori/source/tests/integration/check.d/$1.sh" "$checks"
    if read -r done_checks more_failures 2>/dev/null <"$work/out/count"; then
        checks=$done_checks
        failures=$((failures + more_failures))
    else
        check "$1: the tests came to their end" false
    fi
}

mkdir -p "$work/out"
check 'the program is installed' make -s -C "$BUILD" DESTDIR="$work/built" install
for name in ${CHECKS-tls exim domain}; do
    check "$name: packages" enter "$name"
    run "$name"
done
finish
