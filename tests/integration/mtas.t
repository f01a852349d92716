#!/bin/sh
# mtas.t - what real mail servers write today is read as their messages in corpus/ are.
#
# Runs Postfix, Exim, Sendmail, OpenSMTPD, Courier and dma (tests/make-corpus installs them into overlays), and compares the facts
# of each new bounce with those of the message of the same name.  Needs root and a package mirror: for CI.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"

[ "$(id -u)" = 0 ] || { echo '1..0 # skipped: needs root'; exit 77; }
new=$work/run/out

# Dates, queue ids and our paths differ from run to run; these do not.
facts ()
{
    jq -c '[.recipient, .original_recipient, .report, .action, .reason, .bounce, .status, .reply_code, .command,
            .remote_mta, .provider, .dialect, .rule]' | LC_ALL=C sort
}

# How a server splits the recipients of one mail into reports depends on its pace: the reports of a case (NAME, NAME-2 ...) are
# taken together.
reads_the_same ()
{
    "$MODORI" scan --format=json --all "$new/$1.eml" $(ls "$new/$1"-[0-9].eml 2>/dev/null) | facts | uniq >"$work/got"
    cat "$SOURCE/corpus/$1.expect" $(ls "$SOURCE/corpus/$1"-[0-9].expect 2>/dev/null) | facts | uniq | diff - "$work/got"
}

check 'the mail servers run' python3 "$SOURCE/tests/make-corpus" --work "$work/run" ${MTAS-}
for file in "$new"/*.eml; do
    name=$(basename "$file" .eml)
    case $name in *-[0-9]) continue ;; esac
    [ ! -f "$SOURCE/corpus/$name.expect" ] || check "$name" reads_the_same "$name"
done
check 'there were at least 90' test "$checks" -ge "${AT_LEAST:-90}"
finish
