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

reads_the_same ()
{
    "$MODORI" scan --format=json --all "$new/$1.eml" | facts >"$work/got"
    facts <"$SOURCE/corpus/$1.expect" | diff - "$work/got"
}

check 'the mail servers run' python3 "$SOURCE/tests/make-corpus" --work "$work/run" ${MTAS-}
for file in "$new"/*.eml; do
    name=$(basename "$file" .eml)
    [ ! -f "$SOURCE/corpus/$name.expect" ] || check "$name" reads_the_same "$name"
done
check 'there were at least 90' test "$checks" -ge "${AT_LEAST:-90}"
finish
