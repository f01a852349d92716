#!/bin/sh
# pipes.t - bounces that real software pipes into `modori record`, by the recipes of modori-pipes(7): each arrives once, or waits.
#
# Each server is installed into an overlay of its own (tests/make-corpus.d/overlay.py) and runs there without a network; in it the
# recipes are the files of doc/examples/, as they stand there.  Needs root and a package mirror: for CI.
# PIPES chooses some of them, PATIENCE is how many seconds each may take; in KEEP what was installed stays for the next run.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"
. "$SOURCE/tests/integration/boxes.sh"

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

run_all pipes.d ${PIPES-postfix filters collectors schedule exim opensmtpd sendmail}
