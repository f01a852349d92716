#!/bin/sh
# pipes.t - bounces that real software pipes into `modori record`, by the recipes of modori-pipes(7): each arrives once, or waits.
#
# Each server is installed into an overlay of its own (tests/make-corpus.d/overlay.py) and runs there without a network; in it the
# recipes are the files of doc/examples/, as they stand there.  Needs root and a package mirror: for CI.
# PIPES chooses some of them, PATIENCE is how many seconds each may take; in KEEP what was installed stays for the next run.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"

[ "$(id -u)" = 0 ] || { echo '1..0 # skipped: needs root'; exit 77; }
boxes=${KEEP-$work/boxes}

box_of ()               # its directory; a file that is there when the packages are; the packages
{
    case $1 in
        postfix | filters | collectors | schedule)
            echo postfix /usr/bin/getmail postfix procmail maildrop dovecot-imapd dovecot-sieve \
                fetchmail getmail6 strace ca-certificates ;;
        exim) echo exim /usr/sbin/exim4 exim4-daemon-heavy ;;
        opensmtpd) echo opensmtpd /usr/sbin/smtpd opensmtpd ;;
        sendmail) echo sendmail /usr/share/sendmail/cf/m4/cf.m4 sendmail-bin sendmail-cf sendmail m4 ;;
    esac
}

enter ()                # enter NAME [COMMAND...]: in its root, where the sources and the built program can be seen
{
    box_of "$1" | { read -r box proof packages; shift
    timeout -k 5 "${PATIENCE:-200}" python3 "$SOURCE/tests/make-corpus.d/overlay.py" --box "$boxes/$box" \
        --packages "$packages" --proof "$proof" --share "$SOURCE=/modori/source" \
        --share "$work/built=/modori/built" --share "$work/out=/modori/out" "$@"; }
}

# The tests of one server go on counting where the last one's ended.
run ()
{
    rm -f "$work/out/count"
    enter "$1" sh "/modori/source/tests/integration/pipes.d/$1.sh" "$checks"
    if read -r done_checks more_failures 2>/dev/null <"$work/out/count"; then
        checks=$done_checks
        failures=$((failures + more_failures))
    else
        check "$1: the tests came to their end" false
    fi
}

mkdir -p "$work/out"
check 'the program is installed' make -s -C "$BUILD" DESTDIR="$work/built" install
for name in ${PIPES-postfix filters collectors schedule exim opensmtpd sendmail}; do
    check "$name: packages" enter "$name"
    run "$name"
done
finish
