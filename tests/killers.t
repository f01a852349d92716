#!/bin/sh
# killers.t - mail on which other readers of bounces recurse until memory is gone, loop for ever, or take minutes.
#
# A report that is cut in the header of a message within the message that it returns; a line of more than 64 KiB in a
# mailbox; a message of 4 MB, all lines of text, in base64, beside its report.  Each is read rightly, for a bounded number of
# instructions, and so is the bounce behind it.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { echo '1..0 # skipped: python3 is not installed'; exit 77; }
python3 - "$work" <<'END' || exit 1
import base64
import sys

FROM = "From MAILER-DAEMON Sat Nov 21 19:37:06 2026\n"
HEAD = ("Return-Path: <>\nFrom: MAILER-DAEMON@mta.example.com (Mail Delivery System)\nTo: shop@example.jp\n"
        "Subject: Undelivered Mail Returned to Sender\nDate: Sat, 21 Nov 2026 19:37:06 +0900\n"
        "Message-ID: <1@mta.example.com>\nMIME-Version: 1.0\n")
TYPE = 'Content-Type: multipart/report; report-type=delivery-status;\n boundary="=_outer"\n'


def status(who):
    return ("--=_outer\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mta.example.com\n\n"
            "Final-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n" % who)


def nested(depth):
    text = ""
    for i in range(depth):
        text += ('--=_%s\nContent-Type: message/rfc822\n\nFrom: shop@example.jp\nSubject: again %d\n'
                 'Content-Type: multipart/report; report-type=delivery-status;\n boundary="=_%d"\n\n'
                 % ("outer" if i == 0 else i - 1, i, i))
    return text


def mbox(name, *mails):
    with open("%s/%s" % (sys.argv[1], name), "w") as out:
        for mail in mails:
            out.write(FROM + mail + "\n\n")


AFTER = HEAD + TYPE + "\n" + status("next@example.org") + "--=_outer--\n"
CUT = HEAD + TYPE + "\n--=_outer\n\nIt failed.\n\n" + status("cut@example.net")
mbox("cut", CUT + nested(3) + "--=_2\nContent-Type: message/rf", AFTER)
mbox("cut-boundary", CUT + nested(3) + "--=_", AFTER)
mbox("cut-empty", CUT + "--=_outer\nContent-Type: message/rfc822\n", AFTER)
mbox("cut-itself", CUT + nested(1) + ('--=_0\nContent-Type: multipart/report; boundary="=_0"\n\n' * 40), AFTER)
LONG = HEAD + "X-Long: " + "x" * 70000 + "\n" + TYPE + "\n--=_outer\n\n" + "y" * 200000 + "\n\n" + status("long@example.net")
mbox("line", LONG + "--=_outer--\n", AFTER)
LINES = "".join("%05d At <https://www.example.com/> user unknown, u%d@example.org: 550 said the list.\n" % (i, i) for i in range(38000))
BIG = base64.encodebytes(LINES.encode()).decode()
mbox("big", HEAD + TYPE + "\n--=_outer\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + BIG[:2000]
     + "\n" + status("big@example.net") + "--=_outer\nContent-Type: message/rfc822\n\nFrom: shop@example.jp\n"
     "Content-Transfer-Encoding: base64\n\n" + BIG + "\n--=_outer--\n", AFTER)
mbox("big-text", HEAD + TYPE + "\n--=_outer\n\n" + LINES + "\n" + status("big@example.net") + "--=_outer--\n", AFTER)
END

# finds FILE WHO: that recipient and the next, each with its reason, and nobody else
finds ()
{
    "$MODORI" scan --no-lock --format=json "$work/$1" >"$work/json" 2>"$work/err" || { cat "$work/err"; return 1; }
    sed -n 's/.*"recipient": "\([^"]*\)".*"reason": "\([^"]*\)".*/\1 \2/p' "$work/json" >"$work/got"
    printf '%s userunknown\nnext@example.org userunknown\n' "$2" | diff - "$work/got"
}

# costs FILE LIMIT: no more than so many instructions for each byte, and what starting takes
costs ()
{
    got=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$BUILD/tests/size-reader" "$SOURCE/rules" \
        "$work/$1" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
    bytes=$(wc -c <"$work/$1")
    echo "$got instructions for $bytes bytes"
    [ "${got:-0}" -gt 0 ] && [ "$got" -le $((60000000 + $2 * bytes)) ]
}

check 'a report that is cut in the header of a nested message' finds cut cut@example.net
check 'the same, in a boundary' finds cut-boundary cut@example.net
check 'the same, behind a Content-Type' finds cut-empty cut@example.net
check 'parts that seem to hold themselves' finds cut-itself cut@example.net
check 'lines of more than 64 KiB' finds line long@example.net
check 'a message of 4 MB that is returned in base64' finds big big@example.net
check 'a message of 4 MB of lines' finds big-text big@example.net
if command -v valgrind >/dev/null && ! ldd "$MODORI" | grep -q asan; then
    for file in cut-itself line big big-text; do
        check "instructions: $file" costs $file 100
    done
fi
finish
