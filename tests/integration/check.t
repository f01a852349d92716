#!/bin/sh
# check.t - `modori check tls` and `check domain` against real servers, and against what other programs say of the same.
#
# Postfix, Exim, openssl s_server with certificates of a private authority; knot's zones, some of them signed, behind unbound.
# Like pipes.t: each part is installed into an overlay of its own and runs there with a network of its own.  Needs root and a
# package mirror: for CI.  CHECKS chooses parts, PATIENCE is how many seconds each may take; in KEEP what was installed stays.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"
. "$SOURCE/tests/integration/boxes.sh"

box_of ()               # its directory; a file that is there when the packages are; the packages
{
    case $1 in
        tls | domain)
            echo check /usr/sbin/unbound postfix knot unbound python3-spf libsasl2-modules bind9-dnsutils openssl ca-certificates \
                iproute2 jq ;;
        exim) echo exim /usr/sbin/exim4 exim4-daemon-heavy iproute2 jq ;;
    esac
}

run_all check.d ${CHECKS-tls exim domain}
