#!/usr/bin/env python3
"""hostile.py - write a message that somebody might send to hurt a reader of bounces.

usage: hostile.py KIND SIZE      to standard output; SIZE in bytes, about
       hostile.py --list

SPDX-License-Identifier: BSD-2-Clause
"""
import sys

HEAD = ("Return-Path: <>\nFrom: MAILER-DAEMON@mta.example.com\nTo: shop@example.jp\nSubject: Undelivered Mail\n"
        "Date: Sat, 21 Nov 2026 19:37:06 +0900\nMessage-ID: <1@mta.example.com>\nMIME-Version: 1.0\n")
REPORT = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt failed.\n\n'
STATUS = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mta.example.com\n\n"
RECIPIENT = ("Final-Recipient: rfc822; u%d@example.net\nAction: failed\nStatus: 5.1.1\n"
             "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n")


def repeated(piece, size, unit=1 << 20):
    """PIECE again and again, SIZE bytes of it, in large chunks."""
    chunk = piece * max(1, unit // len(piece))
    while size > len(chunk):
        yield chunk
        size -= len(chunk)
    yield (piece * (size // len(piece) + 1))[:size]


def numbered(template, size):
    """TEMPLATE with 0, 1, 2 ..., about SIZE bytes of it."""
    for i in range(size // len(template)):
        yield template % i


KINDS = {
    "line": lambda n: [HEAD, "\n", *repeated("x", n), "\n"],
    "header-line": lambda n: [HEAD, "X-Long: ", *repeated("x", n), "\n\nbody\n"],
    "fields": lambda n: [HEAD, *numbered("X-Field-%d: value\n", n), "\nbody\n"],
    "folded": lambda n: [HEAD, "Subject: a\n", *repeated(" fold\n", n), "\nbody\n"],
    "parts": lambda n: [HEAD, REPORT, *repeated("--b\n\nx\n", n), "--b--\n"],
    "nested": lambda n: [HEAD, *numbered('Content-Type: multipart/mixed; boundary="n%d"\n\n--n\n', n)],
    "boundaries": lambda n: [HEAD, REPORT, *repeated("--bb\n--\n", n), "--b--\n"],
    "long-boundary": lambda n: [HEAD, 'Content-Type: multipart/mixed; boundary="', *repeated("y", n), '"\n\n--y\n\nx\n'],
    "recipients": lambda n: [HEAD, REPORT, STATUS, *numbered(RECIPIENT, n), "--b--\n"],
    "diagnostic": lambda n: [HEAD, REPORT, STATUS, "Final-Recipient: rfc822; u@example.net\nAction: failed\n"
                             "Diagnostic-Code: smtp; 550 ", *repeated("no ", n), "\n\n--b--\n"],
    "status-lines": lambda n: [HEAD, REPORT, STATUS, "Final-Recipient: rfc822; u@example.net\n",
                               *repeated("550 5.1.1 go away\n", n), "\n--b--\n"],
    "prose": lambda n: [HEAD, "\nThis is the mail system at host mta.example.com.\n\n",
                        *numbered("<u%d@example.net>: host mx.example.net[192.0.2.1] said: 550 5.1.1 unknown\n\n", n)],
    # what only the reader of any wording reads: sentences, a list, many addresses in one line
    "sentence": lambda n: [HEAD, "\nyour mail was ",
                           *repeated("not sent to whom it may be that this address unknown user not ", n)],
    "list": lambda n: [HEAD, "\nYour mail could not be delivered to:\n", *numbered("u%d@example.org\n", n)],
    "addresses": lambda n: [HEAD, "\nYour mail could not be delivered to ", *numbered("u%d@example.org, ", n)],
    "blanks": lambda n: [HEAD, REPORT, *repeated(" ", n), "\n--b--\n"],
    "brackets": lambda n: [HEAD, "\n", *repeated("((((<<<<", n), "\n"],
    "html": lambda n: [HEAD, "Content-Type: text/html\n\n", *repeated("<div><p>&nbsp;", n), "\n"],
    "json": lambda n: [HEAD, "Content-Type: application/json\n\n", *repeated('{"a":[', n), "\n"],
    "encoded-words": lambda n: [HEAD.replace("Undelivered", "Undelivered\n " + "=?utf-8?q?a?=\n " * (n // 16)), "\nx\n"],
    "base64": lambda n: [HEAD, "Content-Transfer-Encoding: base64\n\n", *repeated("QUFB" * 19 + "\n", n)],
    "from-lines": lambda n: [*repeated("From x Sat Nov 21 19:37:06 2026\n", n)],
}


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(KINDS))
        return 0
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        for piece in KINDS[sys.argv[1]](int(sys.argv[2])):
            sys.stdout.write(piece)
    except BrokenPipeError:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
