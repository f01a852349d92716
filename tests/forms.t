#!/bin/sh
# forms.t - the same messages in each kind of mailbox give the same records, but for path and offset (and the date of a message
# that has none, which only the "From " line of an mbox tells).
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

records ()              # of the mailboxes named; sorted, because a Maildir has an order of its own
{
    "$MODORI" scan --format=json --all --no-lock "$@" |
        sed 's/, "path": "[^"]*", "offset": [0-9]*//; s/"arrival_date": "2026-11-21T19:37:06Z"/"arrival_date": ""/' | LC_ALL=C sort
}

from='From MAILER-DAEMON Sat Nov 21 19:37:06 2026'
mkdir -p "$work/Maildir/new" "$work/Maildir/cur" "$work/Maildir/tmp" "$work/MH" "$work/eml"
n=0
for file in "$SOURCE"/corpus/*.eml; do
    n=$((n + 1))
    { echo "$from"; sed 's/^\(>*From \)/>\1/' "$file"; echo; } >>"$work/mbox"
    cp "$file" "$work/Maildir/new/17$(printf %06d $n).M1P1.mail"
    cp "$file" "$work/MH/$n"
    cp "$file" "$work/eml/$n.eml"
done
sed 's/\r*$/\r/' "$work/mbox" >"$work/mbox.crlf"
gzip -c "$work/mbox" >"$work/mbox.gz"
mkdir "$work/Maildir.gz" "$work/Maildir.gz/cur" "$work/Maildir.gz/new" "$work/Maildir.gz/tmp"
for file in "$work"/Maildir/new/*; do gzip -c "$file" >"$work/Maildir.gz/cur/$(basename "$file"):2,S"; done

records "$work/mbox" >"$work/want"
same () { records "$@" | cmp - "$work/want"; }
from_pipe () { cat "$work/mbox" | records - | cmp - "$work/want"; }
# byte by byte: a pipe that never holds more than one
slowly () { dd if="$work/mbox" bs=1 count=60000 2>/dev/null | records - >"$work/slow"
            head -c 60000 "$work/mbox" >"$work/head"; records "$work/head" | cmp - "$work/slow"; }
offsets_true ()         # each offset is that of a "From " line
{
    "$MODORI" scan --format=json --no-lock "$work/mbox" | jq .offset | sort -un | while read -r offset; do
        [ "$(tail -c +$((offset + 1)) "$work/mbox" | head -c 5)" = 'From ' ] || { echo "$offset"; return 1; }
    done
}

check 'an mbox gives records' test -s "$work/want"
check 'Maildir' same "$work/Maildir"
check 'Maildir with compressed files' same "$work/Maildir.gz"
check 'MH' same "$work/MH"
check 'directory of messages' same "$work/eml"
check 'files one by one' same "$work"/eml/*
check 'mbox with CRLF' same "$work/mbox.crlf"
check 'mbox, gzip' same "$work/mbox.gz"
for tool in bzip2:bz2 xz:xz zstd:zst; do
    if command -v "${tool%:*}" >/dev/null; then
        "${tool%:*}" -q -c "$work/mbox" >"$work/mbox.${tool#*:}"
        check "mbox, ${tool%:*}" same "$work/mbox.${tool#*:}"
    else
        echo "# skipped: ${tool%:*} is not installed"
    fi
done
check 'standard input' from_pipe
check 'a byte at a time' slowly
check 'offsets are those of the From lines' offsets_true
finish
